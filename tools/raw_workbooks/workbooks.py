"""Workbooks: a new one, and the sheet that says where its figures come from.

What belongs here: what every workbook has. What does not: its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tools.raw_workbooks.facts import Fact
from tools.raw_workbooks.pages import FactWorkbook, new_page
from tools.raw_workbooks.shapes import Look
from tools.raw_workbooks.wordings import published, publisher_of

SOURCE_LOOK = Look(fill="F2F2F2")
LONGEST_EXTRACT = 15
"""How many figures an extract lists; of more, it says how many they are."""


def add_sources(workbook: FactWorkbook, facts: Iterable[Fact], addresses: Mapping[str, str]) -> None:
    """Add the sheet that says what the figures were taken from, a line per publication.

    ``addresses`` holds the addresses of the texts that the facts know by a file name; without one, none is written.
    """
    page = new_page(workbook, "Source", SOURCE_LOOK)
    page.head(["Titre", "Publié par", "Adresse", "Date de publication", "Extrait"])
    sources: dict[str, list[Fact]] = {}
    for fact in facts:
        sources.setdefault(fact.source_title, []).append(fact)
    for title, taken in sources.items():
        known = taken[0].source_url
        address = addresses.get(known, known)
        where = address if address.startswith("http") else None
        page.line([title, publisher_of(taken[0]) or None, where, published(taken[0]), extract_of(taken)])
    page.notes(
        ["Note : classeur composé d'après les publications ci-dessus ; il n'a pas été transmis par l'organisme cité."]
    )
    page.widths(50, 28, 60, 20, 90)


def extract_of(facts: Sequence[Fact]) -> str:
    """Return what was taken from a publication, as worded there; of a long table, only how many figures."""
    several = len({fact.territory_name for fact in facts}) > 1
    parts = dict.fromkeys(
        f"{fact.territory_name + ', ' if several else ''}{fact.indicator_fr} : {fact.as_worded or 'sans chiffre'}"
        for fact in facts
    )
    return " ; ".join(parts) if len(parts) <= LONGEST_EXTRACT else f"{len(parts)} chiffres, tels que publiés"
