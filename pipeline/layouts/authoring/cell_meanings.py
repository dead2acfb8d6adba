"""What one cell or one text seems to say: a figure, a period, a territory, an indicator, a unit, a total.

What belongs here: questions about a single cell. What does not: what a column or a title is taken for (``recognise``,
``titles``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import get_args

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, periods, read_text, states_unit
from pipeline.figures.suffixes import Suffix, read_stated
from pipeline.layouts.authoring.supposed import SupposedTable
from pipeline.layouts.labels import bare_text
from pipeline.layouts.language import Scope
from pipeline.rejections import Rejection
from pipeline.vocabulary import indicators, territories
from pipeline.vocabulary.units import unit
from pipeline.vocabulary.words import fold

SCOPES: tuple[str, ...] = get_args(Scope)
PLACE_WORDS = {"region", "territoire", "departement", "comite regional"}
DATING_WORDS = ("publication", "publie", "envoi", "emission", "etabli", "diffusion", "mise a jour", "edition")
"""Parts of words of a label or a header that says when something was issued, and not what it is about."""
COUNT_WORDS = {"nombre", "nb", "effectif", "effectifs"}
PERIOD_WORDS = {"year": ("annee", "an", "year"), "month": ("mois", "month"), "quarter": ("trimestre",)}
"""The words over a column that holds a part of a period."""

_CODE = re.compile(r"\d{2,3}|2[AB]")
_GARBLED = re.compile(r"Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Â[°«»\u00a0]")
_CONVENTIONS = (Expected("EUR", dot="decimal"), Expected("percent", stated="%", dot="decimal", comma="thousands"))


def is_worded(text: str) -> bool:
    """Whether a text has a letter."""
    return any(map(str.isalpha, text))


def is_figure(cell: Cell) -> bool:
    """Whether a cell is a number, or a text that reads as one by some convention."""
    if cell.kind is Kind.NUMBER or cell.kind is Kind.UNCACHED:
        return True
    return cell.kind is Kind.TEXT and any(not isinstance(read_text(cell.text, c), Rejection) for c in _CONVENTIONS)


_MISSING = {
    **dict.fromkeys((".", "..", "...", ":", "na", "n/a", "n.a.", "nd", "n.d.", "nc", "n.c."), "not_available"),
    **dict.fromkeys(("x", "c", "s", "ss", "s.s."), "secret"),
    **dict.fromkeys(("ns", "n.s."), "not_significant"),
    **dict.fromkeys(("so", "s.o."), "not_applicable"),
}
"""What publishers write where a value is missing, in small letters: a guess that a proposal marks as such."""


def missing_codes(tables: Iterable[SupposedTable]) -> dict[str, str]:
    """Return the codes among the figures of tables that are read as no figure, each with why they are missing."""
    cells = (cell for table in tables for column in table.values for cell in column.samples)
    unread = {cell.text.strip() for cell in cells if cell.kind is Kind.TEXT and not is_figure(cell)}
    return {code: _MISSING[code.lower()] for code in sorted(unread) if code.lower() in _MISSING}


def is_garbled(text: str) -> bool:
    """Whether letters of a text were decoded by another encoding than theirs: ``RÃ©gion``."""
    return _GARBLED.search(text) is not None


def is_period(cell: Cell) -> bool:
    """Whether a cell names a year or a part of one."""
    return periods.read_period(cell.value if cell.value is not None else cell.text) is not None


def is_territory(cell: Cell) -> bool:
    """Whether a cell names a territory."""
    return territories.names_territory(cell.text)


def is_code(cell: Cell) -> bool:
    """Whether a cell is written as the code of a region or a department is."""
    return _CODE.fullmatch(cell.text.strip()) is not None


def levels_of(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Return the levels of the territories that cells name, the most frequent first."""
    found = (territories.resolve_territory(cell.text) for cell in cells)
    return tuple(level for level, _ in Counter(t.level for t in found if t).most_common())


def is_indicator(cell: Cell) -> bool:
    """Whether a cell names an indicator, its number and its leaders aside."""
    return names_indicator(bare_text(cell.text) or "")


def names_indicator(text: str) -> bool:
    """Whether a wording names an indicator in one of the scopes."""
    return any(indicators.resolve_indicator(text, (scope,)) for scope in SCOPES)


def label_of(text: str) -> str:
    """Return a label as a table of the language reads it: a unit in brackets is no part of it."""
    bare = bare_text(text) or ""
    return bare if names_indicator(bare) else bare.partition("(")[0]


def is_unit(cell: Cell) -> bool:
    """Whether a cell states a unit and nothing else."""
    if cell.kind is not Kind.TEXT:
        return False
    stated = stated_unit(cell.text)
    return not stated.noun if stated.scale or stated.unit else fold(cell.text) in _counted_nouns()


def stated_unit(text: str) -> Suffix:
    """Return the scale and the unit that a text states; one that can be read in two ways states none."""
    return read_stated(text) if states_unit(text) else Suffix()


@cache
def _counted_nouns() -> frozenset[str]:
    """Return the folded names of what indicators count: they are units as well."""
    return frozenset(fold(unit(indicator.unit).label_fr) for indicator in indicators.indicators().values())


def is_total(text: str) -> bool:
    """Whether a text is a word for a total, and names neither an indicator nor a territory."""
    is_word = fold(text).partition(" ")[0] in {"total", "ensemble"}
    return is_word and not names_indicator(text) and not territories.names_territory(text)


def identifies(label: Cell, value: Cell) -> bool:
    """Whether a cell says what the whole sheet is about: ``Région`` before ``Bretagne``, and no header is so."""
    word = fold(label.text)
    return (word in PLACE_WORDS and is_territory(value)) or (word in PERIOD_WORDS["year"] and is_period(value))
