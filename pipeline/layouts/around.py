"""The units that a sheet states around its tables: in a title, a line, a note, its name, its page header, a comment.

What belongs here: where such a statement stands, and of which tables of the sheet it is said. What does not: finding it
in a text and holding it against others (``pipeline.figures.stated_units``), other facts around tables (``context``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.cells.workbook import Cell, Sheet
from pipeline.figures.stated_units import Around, statement_in
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.context import outside
from pipeline.layouts.grid import Grid
from pipeline.layouts.notes import is_note
from pipeline.layouts.tables import FoundTable


def units_around(
    grid: Grid, tables: Sequence[FoundTable], sheet: Sheet, layout: CompiledLayout, file: str
) -> list[tuple[Around, ...]]:
    """Return the wordings of the units that are stated for each table of a sheet, each once; their cells are claimed.

    What stands above a table is said of it and of those below, up to the next that says otherwise; a note below is said
    of the table above it, and below the last one of all; names are about the whole sheet.

    Args:
        grid: the sheet by rows and columns.
        tables: its tables, from top to bottom.
        sheet: the sheet, with what stands beside its cells.
        layout: what begins a note.
        file: the name of the file.
    """
    whole = [statement_in(text) for text in (sheet.name if sheet.is_named else "", file, *sheet.page_texts)]
    said: dict[int, list[Around]] = {}
    tops = [table.top for table in tables]
    for cell in outside(grid, tables):
        wording = statement_in(cell.text)
        if not wording:
            continue
        if not grid.role(cell):
            grid.claim(cell, "context")
        position = table_of(cell, grid, tables, tops, layout)
        whole += [wording] if position is None else []
        said.setdefault(-1 if position is None else position, []).append(wording)
    for position, wording in _on_headers(sheet, tables, tops):
        said.setdefault(position, []).append(wording)
    return [tuple(dict.fromkeys(filter(None, (*whole, *wordings)))) for wordings in _handed_down(said, tables)]


def _handed_down(said: dict[int, list[Around]], tables: Sequence[FoundTable]) -> Iterator[list[Around]]:
    """Yield what is said above each table, or above one that stands over it."""
    latest: dict[range, list[Around]] = {}
    for position, table in enumerate(tables):
        columns = table.grid.columns
        if position in said:
            latest.pop(columns, None)  # the nearest comes last
            latest[columns] = said[position]
        over = [wordings for other, wordings in latest.items() if _overlap(other, columns)]
        yield over[-1] if over else []


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def table_of(
    cell: Cell, grid: Grid, tables: Sequence[FoundTable], tops: list[int], layout: CompiledLayout
) -> int | None:
    """Return the table of which a text outside them is said, ``None`` for all: the next one, or for a note the last."""
    after = bisect_right(tops, cell.row)
    below = next((position for position in range(after, len(tables)) if tables[position].may_hold(cell)), None)
    if below is None:
        return None
    if is_note(grid.row(cell.row), layout):
        above = (position for position in range(after - 1, -1, -1) if tables[position].may_hold(cell))
        return next(above, below)
    return below


def _on_headers(sheet: Sheet, tables: Sequence[FoundTable], tops: list[int]) -> Iterator[tuple[int, Around]]:
    """Yield what the comments on the headers of the tables state."""
    for comment in sheet.comments or ():
        wording = statement_in(comment.text)
        position = bisect_right(tops, comment.row) - 1
        if wording and position >= 0 and comment.row < tables[position].first_row:
            yield position, wording
