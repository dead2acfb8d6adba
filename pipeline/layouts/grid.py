"""A sheet by row and column, with its merged ranges and the role of each of its cells.

What belongs here: looking up cells. What does not: what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.cells.model import Cell, Sheet, Span

Row = dict[int, Cell]

MERGED_CELLS = 500_000
"""How many positions under merged ranges are followed on one sheet; headers and keys need a few hundred."""

_NO_ROW: Row = {}


class Grid:
    """A sheet by row and column, with its merged ranges; each cell is given one role, and only one."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.cells = sheet.cells
        self.rows: dict[int, Row] = {}
        self.roles: dict[tuple[int, int], str] = {}
        for cell in sheet.cells:
            self.rows.setdefault(cell.row, {})[cell.column] = cell
        self._anchors: dict[tuple[int, int], Span] = {}
        for span in sheet.merges:
            area = (span.bottom - span.top + 1) * (span.right - span.left + 1)
            # only ranges that hold something matter, and a hostile sheet may merge a billion cells
            if span.left in self.rows.get(span.top, {}) and len(self._anchors) + area <= MERGED_CELLS:
                for row in range(span.top, span.bottom + 1):
                    for column in range(span.left, span.right + 1):
                        self._anchors[row, column] = span

    def row(self, number: int) -> Row:
        """Return the cells of a row by column."""
        return self.rows.get(number, _NO_ROW)

    def span(self, row: int, column: int) -> Span:
        """Return the merged range that covers a position, or the position itself."""
        return self._anchors.get((row, column)) or Span(row, column, row, column)

    def merged(self, cell: Cell) -> Span | None:
        """Return the merged range in which a cell stands, if it does."""
        return self._anchors.get((cell.row, cell.column)) if self._anchors else None

    def shown(self, row: int, column: int) -> Cell | None:
        """Return the cell that is seen at a position: its own, or that of the merged range that covers it."""
        own = self.row(row).get(column)
        if own is not None or not self._anchors:
            return own
        span = self.span(row, column)
        return self.row(span.top).get(span.left)

    def covered(self, row: int, columns: Iterable[int]) -> bool:
        """Whether a merged range that started higher covers the row in one of the columns."""
        return bool(self._anchors) and any(self.span(row, column).top < row for column in columns)

    def claim(self, cell: Cell, role: str) -> None:
        """Give a cell its role."""
        self.roles[cell.row, cell.column] = role

    def claim_row(self, row: int, columns: Iterable[int], role: str) -> None:
        """Give their role to the cells of a row that stand in some columns."""
        cells = self.row(row)
        for column in columns:
            if column in cells:
                self.roles[row, column] = role
