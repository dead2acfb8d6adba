"""The roles of the cells of a header.

What belongs here: which of them head a column, and which no entry of the layout knows. What does not: finding a header
(``header_search``), what its columns are (``headers``).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.cells.workbook import Cell
from pipeline.layouts.language import Layout
from pipeline.layouts.misfits import unknown_columns
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.tables import FoundTable
from pipeline.rejections import Rejection


def claim_header(located: FoundTable, layout: Layout) -> Iterator[Rejection]:
    """Give the cells of a header their roles; yield the rejection of each that no entry knows."""
    for row in range(located.top, located.first_row):
        unknown = _claim_row(located.grid.row(row), located)
        yield from unknown_columns(located.header, unknown, layout)
    for row in located.header.said_again:
        located.grid.claim_row(located.grid.row(row), located.headings, "header")


def _claim_row(cells: Row, located: FoundTable) -> list[Cell]:
    """Give the cells of one row of a header their roles; return those that no entry knows."""
    grid, headings = located.grid, located.headings
    grid.claim_row(cells, headings, "header")
    unknown: list[Cell] = []
    for cell in [cells[column] for column in cells if column not in headings]:
        reach = range(cell.column + 1, grid.span(cell.row, cell.column).right + 1)
        if any(column in headings for column in reach):
            grid.claim(cell, "header")
        elif cell.text.strip():
            grid.claim(cell, "unclaimed")
            unknown.append(cell)
    return unknown
