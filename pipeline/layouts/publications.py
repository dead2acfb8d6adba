"""The publication that a workbook was taken from: its title, its publisher, its address and its licence.

Every workbook may state one, whatever its source, on its sheet of sources, in a note under a table or in its
identification block; a layout that names a context for one of these fields says itself where it stands.

What belongs here: where a publication is looked for, and what is known of it. What does not: finding texts
(``context``), publications as a table (``sql/dim/publication.sql``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from pipeline.layouts.fields import PUBLICATION_FIELDS
from pipeline.layouts.language import Context, Layout

if TYPE_CHECKING:
    from pipeline.layouts.keys import Read

_SHEETS = ("source*",)
_DATE = r"(?:, (?:(?:\d{1,2}|1er) )?(?:[^\W\d]+ )?\d{4}(?:-\d{4})?)"
_CONTEXTS = (
    Context(field="publication_title", labels=("Titre", "Titre de la publication"), sheets=_SHEETS, below=True),
    Context(field="publication_publisher", labels=("Publié par", "Éditeur"), sheets=_SHEETS, below=True),
    Context(field="publication_address", labels=("Adresse", "Adresse internet", "URL"), sheets=_SHEETS, below=True),
    Context(field="publication_licence", labels=("Licence",), sheets=_SHEETS, below=True),
    Context(field="publication_title", labels=("Titre de la publication",)),
    Context(field="publication_title", pattern=rf"^Sources? : (.+?){_DATE}?\.?$", where="below"),
    Context(field="publication_publisher", labels=("Publié par", "Éditeur")),
    Context(field="publication_address", labels=("Adresse de la publication",)),
    Context(field="publication_licence", labels=("Licence",)),
)


class Publication(NamedTuple):
    """What a workbook states of the publication that it was taken from; what it does not state is empty."""

    title: str = ""
    publisher: str = ""
    address: str = ""
    licence: str = ""


def publication_contexts(layout: Layout) -> tuple[Context, ...]:
    """Return where the publication of a workbook is looked for, but for the fields whose place the layout says."""
    said = {context.field for context in layout.contexts}
    return tuple(context for context in _CONTEXTS if context.field not in said)


def publication_in(first: Callable[[str], Read | None]) -> Publication:
    """Return the publication that a workbook states.

    Args:
        first: gives the statement of a field, ``None`` where there is none or where there are several.
    """
    stated = {field: first(field) for field in PUBLICATION_FIELDS}
    return Publication(*(str(read.meaning or "") if read else "" for read in stated.values()))
