"""Finding tables on a sheet: each begins with a header that is recognised by its words, and has the rows below it.

What belongs here: the tables of a sheet, one below the other or side by side. What does not: recognising a header
(``header_search``), where a table ends (``extent``), reading its rows (``rows``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.cells.workbook import Cell
from pipeline.layouts.below_header import rows_of_header
from pipeline.layouts.beside import columns_without_notes
from pipeline.layouts.compiled import CompiledLayout, CompiledTable, compiled
from pipeline.layouts.continued import rest_of
from pipeline.layouts.extent import table_runs
from pipeline.layouts.grid import Grid
from pipeline.layouts.header_search import Candidates, header_at
from pipeline.layouts.headers import Header
from pipeline.layouts.headings import Heading
from pipeline.layouts.language import Layout, Table
from pipeline.layouts.layout_cache import HeaderCache
from pipeline.layouts.row_shapes import Run


@dataclass
class FoundTable:
    """One table found on a sheet: its header, and its rows."""

    header: Header
    runs: list[Run]
    """Its rows below the header, those together that fill the same columns."""
    apart: list[tuple[Run, Cell]] = field(default_factory=list)
    """Rows below that could be its own, each with the cell that stands between: they are refused."""
    passed: list[int] = field(default_factory=list)
    """Rows between its rows, whose texts are notes."""
    strip: range = range(0)
    """The columns in which it was found, where notes stand in some of them beside it; none where none do."""

    def __post_init__(self) -> None:
        self.compiled: CompiledTable = self.header.compiled
        self.table: Table = self.header.table
        self.grid: Grid = self.header.grid
        """The sheet, or the columns of it that are the table's where others stand beside it."""
        self.headings: dict[int, Heading] = self.header.headings
        self.top = self.header.top
        self.first_row = self.header.bottom + 1
        """Its first row below the header."""
        rows = [run.numbers[-1] for run in (*self.runs[-1:], *(run for run, _ in self.apart[-1:]))]
        self.last_row = max(rows, default=self.header.bottom)

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with its header that leaves nobody certain of its columns."""
        return bool(self.header.findings)

    def may_hold(self, cell: Cell) -> bool:
        """Whether a cell stands in the columns that are the table's, above, in or below it."""
        return cell.column in self.grid.columns

    def is_beside(self, cell: Cell) -> bool:
        """Whether a cell stands in one of the table's rows, where notes do."""
        return self.top <= cell.row <= self.last_row and cell.column in self.strip and not self.may_hold(cell)

    def holds(self, cell: Cell) -> bool:
        """Whether a cell stands in one of the table's rows."""
        return self.top <= cell.row <= self.last_row and self.may_hold(cell)


def locate(grid: Grid, layout: Layout) -> list[FoundTable]:
    """Return the tables of a sheet, from top to bottom and from left to right; none where no header is recognised."""
    found = _locate_from(0, grid, _candidates_on(grid, compiled(layout)), compiled(layout))
    return sorted(found, key=lambda located: (located.top, located.grid.columns.start))


def _candidates_on(grid: Grid, layout: CompiledLayout) -> Candidates:
    sheet, cached = (grid.name, grid.is_named), layout.cache.candidates
    if sheet not in cached:
        tables = [t for t in layout.tables if t.declared.may_stand_on(grid.name, is_named=grid.is_named)]
        cached[sheet] = Candidates(tables)
    return cached[sheet]


def _locate_from(first: int, grid: Grid, candidates: Candidates, layout: CompiledLayout) -> list[FoundTable]:
    """Return the tables from one row on. Where some stand side by side, each goes its way down from there."""
    found: list[FoundTable] = []
    busy_until = first - 1
    for row in grid.rows:
        header = header_at(grid, row, candidates, layout.declared) if row > busy_until else None
        if header is None:
            continue
        beside = _side_by_side(grid, row, candidates, layout.declared)
        if beside:
            return found + [other for part in beside for other in _locate_from(row, part, candidates, layout)]
        located = _table_of(header, candidates, layout)
        kept = columns_without_notes(header, located.last_row, layout)
        if kept != grid.columns:
            alone = header_at(grid.part(kept), row, candidates, layout.declared)
            located = located if alone is None else replace(_table_of(alone, candidates, layout), strip=grid.columns)
        busy_until = located.last_row
        found.append(located)
    return found


def _table_of(header: Header, candidates: Candidates, layout: CompiledLayout) -> FoundTable:
    """Return the table below a header."""
    if said_again := rows_of_header(header, layout.declared):
        header = replace(header, said_again=said_again, cache=HeaderCache())
    runs = table_runs(header, candidates, layout)
    rest = rest_of(header, runs[-1].numbers[-1] if runs else header.bottom, candidates, layout)
    return FoundTable(header, runs + rest.runs, rest.apart, rest.passed)


def _side_by_side(grid: Grid, row: int, candidates: Candidates, layout: Layout) -> list[Grid]:
    """Return the parts of a sheet in which tables stand side by side, each with a header in this row; none for one.

    A blank column separates them. One behind which no header stands parts nothing: it is a column of a table.
    """
    tables = [table for table in candidates.tables if table.declared.side_by_side]
    if not tables:
        return []
    beside = Candidates(tables)
    starts = after_blanks(grid, row)
    strips = [range(*ends) for ends in pairwise([*starts, grid.columns.stop])]
    found = [strip.start for strip in strips if header_at(grid.part(strip), row, beside, layout) is not None]
    bounds = [grid.columns.start, *found[1:], grid.columns.stop]
    return [grid.part(range(*ends)) for ends in pairwise(bounds)] if found[1:] else []


def after_blanks(grid: Grid, top: int) -> list[int]:
    """Return the columns before which one is blank, in the rows that follow each other from a header on."""
    filled: set[int] = set()
    row = top
    while texts := [column for column, cell in grid.row(row).items() if cell.text.strip()]:
        filled.update(texts)
        row += 1
    return sorted(column for column in filled if column - 1 not in filled)
