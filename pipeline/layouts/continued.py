"""The rows of a table that stand below what looked like its end: a blank row, a note, a page's end, a title once more.

A row that could be one of the table's is never a note: it is read, or refused with what stands between.

What belongs here: telling such a row from a note, and what may stand between without a meaning of its own. What does
not: where a table ends at first (``extent``), reading its rows (``rows``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.marks import missing_reason
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.grid import Grid
from pipeline.layouts.header_search import Candidates, header_at
from pipeline.layouts.headers import Header
from pipeline.layouts.keys import read_key
from pipeline.layouts.notes import barrier_in
from pipeline.layouts.row_shapes import Row, Run
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.words import fold

_KEYS = frozenset({"indicator", "territory", "period", "choice", "date"})
_LONGEST = 60
"""Characters of a figure; what is longer is prose."""


class Rest(NamedTuple):
    """What stands below the first end of a table and is its own."""

    runs: list[Run]
    """Rows that are read."""
    apart: list[tuple[Run, Cell]]
    """Rows that are refused, each with a cell that stands between them and the table."""
    passed: list[int]
    """Rows between: notes, titles once more, and what the refusal of others names."""


def rest_of(header: Header, last: int, candidates: Candidates, layout: CompiledLayout) -> Rest:
    """Return what stands below the first end of a table, down to the header of another one, and is its own.

    Args:
        header: that of the table.
        last: its last row so far.
        candidates: the tables that may stand on the sheet.
        layout: that of the source.
    """
    rest = Rest([], [], [])
    between: list[int] = []
    barrier: Cell | None = None
    for run in _rows(header.grid, last + 1):
        cells = header.grid.row(run.numbers[0])
        if header_at(header.grid, cells.number, candidates, layout.declared) is not None:
            break
        if _is_section(cells, header, layout) and barrier is None:
            rest.runs.append(run)
        elif not is_row(cells, header, layout):
            between.append(cells.number)
            barrier = barrier or barrier_in(cells, header.titles, layout)
        else:
            if barrier is not None:
                rest.apart.append((run, barrier))
            else:
                rest.runs.append(run)
            rest.passed.extend(between)
            between.clear()
    while rest.runs and not rest.apart and _is_section(header.grid.row(rest.runs[-1].numbers[0]), header, layout):
        rest.runs.pop()  # a label below which nothing stands is a note
    return rest


def _rows(grid: Grid, first: int) -> Iterator[Run]:
    """Yield the rows from one on, each by itself."""
    for run in grid.runs(first):
        for place in range(len(run)):
            yield run.one(place)


def is_row(cells: Row, header: Header, layout: CompiledLayout) -> bool:
    """Whether a row could be one of the table's: a label that its keys know, and something where its figures stand."""
    known = figures = others = False
    for position, heading in header.headings.items():
        if position not in cells or heading.column.role == "ignore":
            continue
        cell = cells[position]
        if heading.column.parser == "figure":
            figures = figures or heading.compiled.missing.reason(cell) is not None or _is_figure(cell)
        elif heading.column.parser in _KEYS and not known and cell.text.strip():
            read = read_key(cell, heading.compiled, layout.declared)
            begun = any(section.begins == heading.column.field for section in header.compiled.sections)
            known = read.is_known or begun or fold(cell.text) in header.compiled.totals
            others = others or not known
        else:
            others = others or bool(cell.text.strip())
    has_figures = any(heading.column.parser == "figure" for heading in header.headings.values())
    return known and (figures if has_figures else others)


def _is_figure(cell: Cell) -> bool:
    text = cell.text.strip()
    if cell.kind is not Kind.TEXT:
        return True
    if not text or len(text) > _LONGEST:
        return False
    return any(character.isdigit() for character in text) or missing_reason(plain(text), "not_available") is not None


def _is_section(cells: Row, header: Header, layout: CompiledLayout) -> bool:
    """Whether a row is a label alone that holds for the rows below it."""
    filled = [column for column in cells if cells.text(column).strip()]
    if len(filled) != 1:
        return False
    cell, sections = cells[filled[0]], header.compiled.sections
    return any(section.begins or read_key(cell, section, layout.declared).is_known for section in sections)
