"""What a sheet says of the figures of its tables: that they are targets, which are no results, or provisional; whose.

It is said by the name of the sheet or of the file, in a title, a page header, or a note.

What belongs here: of which tables it is said. What does not: recognising it in a text (``sayings``), the same words
beside one figure, one year or one column (``pipeline.figures.marks``, ``groups``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Sheet
from pipeline.figures.declared_marks import explained_in
from pipeline.figures.spans import months_said
from pipeline.layouts.around import table_of
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.context import outside
from pipeline.layouts.grid import Grid
from pipeline.layouts.notes import is_context, is_note
from pipeline.layouts.sayings import says_no_result, says_provisional, says_something
from pipeline.layouts.tables import FoundTable
from pipeline.vocabulary.populations import population_in
from pipeline.vocabulary.words import fold

_OF_FIGURES = re.compile(r"\b(?:donnees?|chiffres?|resultats?|valeurs?|montants?|bilan)\b")
_LONGEST_TITLE = 120


class Saying(NamedTuple):
    """What a text says of figures, and where it stands."""

    text: str
    cell: Cell | None
    """``None`` for the name of a sheet or a file, and for a page header."""


@dataclass(slots=True)
class Nature:
    """What is said of the figures of one table."""

    no_result: Saying | None = None
    provisional: Saying | None = None
    population: Saying | None = None
    span: Saying | None = None
    """Where a title says that they are summed over several months."""


@dataclass(slots=True)
class _Zone:
    titles: list[Saying] = field(default_factory=list)
    notes: list[Saying] = field(default_factory=list)


def natures_of(
    grid: Grid, tables: Sequence[FoundTable], sheet: Sheet, layout: CompiledLayout, file: str
) -> list[Nature]:
    """Return what is said of the figures of each table of a sheet."""
    if not tables:
        return []
    names = [sheet.name if sheet.is_named else "", file.rpartition(".")[0] or file, *sheet.page_texts]
    if not any(map(says_something, (*names, *(cell.text for cell in outside(grid, tables))))):
        return [Nature() for _ in tables]  # as almost every sheet
    whole = [Saying(name, None) for name in names if name]
    zones = _zones(grid, tables, layout)
    found: list[Nature] = []
    titles: list[Saying] = []
    for position in range(len(tables)):
        zone = zones.get(position, _Zone())
        titles = zone.titles or titles
        notes = [*zone.notes, *zones.get(-1, _Zone()).notes]
        no_result = next((said for said in (*whole, *titles) if says_no_result(said.text)), None)
        provisional = next((said for said in (*whole, *titles, *notes) if says_provisional(said.text)), None)
        population = next((said for said in (*whole, *titles, *notes) if population_in(said.text)), None)
        span = next((said for said in (*whole, *titles) if months_said(said.text)), None)
        found.append(Nature(no_result, provisional, population, span))
    return found


def _zones(grid: Grid, tables: Sequence[FoundTable], layout: CompiledLayout) -> dict[int, _Zone]:
    """Return the titles above each table and the notes about it; those about all stand at -1."""
    tops = [table.top for table in tables]
    zones: dict[int, _Zone] = {}
    for cell, is_title in _texts(grid, tables, layout):
        position = table_of(cell, grid, tables, tops, layout)
        zone = zones.setdefault(-1 if position is None else position, _Zone())
        if is_title and position is not None:
            zone.titles.append(Saying(cell.text, cell))
        elif _is_of_all_figures(cell.text):
            zone.notes.append(Saying(cell.text, cell))  # « (p) : données provisoires » explains a mark
    return zones


def _is_of_all_figures(note: str) -> bool:
    """Whether a note is about the figures as such; one that explains a mark is about those that bear it.

    The title of what they were taken from (« Source : … ») names whom it likes.
    """
    words = fold(note)
    if any(explained_in(note)):
        return False
    says_of_whom = _OF_FIGURES.search(words) or (population_in(note) and not words.startswith("source"))
    return bool(says_of_whom) and not note.lstrip().startswith(("(", "*"))


def _texts(grid: Grid, tables: Sequence[FoundTable], layout: CompiledLayout) -> Iterator[tuple[Cell, bool]]:
    """Yield the texts outside the tables that no fact is looked for in, and whether each may be a title."""
    for cell in outside(grid, tables):
        row = grid.row(cell.row)
        if len(cell.text) <= _LONGEST_TITLE and not any(is_context(text, layout) for text in row.texts):
            yield cell, not is_note(row, layout)
