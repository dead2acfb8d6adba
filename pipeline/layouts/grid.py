"""A sheet by row and column, with its merged ranges and the role of each of its cells.

What belongs here: looking up cells. What does not: what they mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from itertools import groupby
from operator import attrgetter

from pipeline.cells.model import LAST_COLUMN, Cell, Kind, Sheet, Span
from pipeline.words import fold

Row = dict[int, Cell]

MERGED_CELLS = 500_000
"""How many positions under merged ranges are followed on one sheet; headers and keys need a few hundred."""

_NO_ROW: Row = {}
_NO_ROLE: dict[int, str] = {}


class Grid:
    """A sheet by row and column, with its merged ranges; each cell is given one role, and only one."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.cells = sheet.cells
        self.columns = range(1, LAST_COLUMN + 1)
        """The columns that it is made of: all, but for a part of a sheet."""
        self.rows: dict[int, Row] = {}
        self.roles: defaultdict[int, dict[int, str]] = defaultdict(dict)
        """The role of each cell that has one, by row and column."""
        for number, cells in groupby(sheet.cells, attrgetter("row")):
            self.rows[number] = {cell.column: cell for cell in cells}
        self._anchors: dict[tuple[int, int], Span] = {}
        for span in sheet.merges:
            area = (span.bottom - span.top + 1) * (span.right - span.left + 1)
            # only ranges that hold something matter, and a hostile sheet may merge a billion cells
            if span.left in self.rows.get(span.top, {}) and len(self._anchors) + area <= MERGED_CELLS:
                for row in range(span.top, span.bottom + 1):
                    for column in range(span.left, span.right + 1):
                        self._anchors[row, column] = span
        self._merged_rows = {row for row, _ in self._anchors}
        self._stacked_top = 0
        self._stacks: dict[int, dict[int, list[Cell]]] = {}
        self._words_of = 0
        self._words: frozenset[str] = frozenset()

    def part(self, columns: range) -> Grid:
        """Return what stands in some columns as a grid of its own; the roles given in it are given in the sheet."""
        part = copy(self)
        part.columns = columns
        part.rows = {
            number: kept
            for number, cells in self.rows.items()
            if (kept := {column: cell for column, cell in cells.items() if column in columns})
        }
        part._stacked_top, part._stacks, part._words_of = 0, {}, 0
        return part

    def row(self, number: int) -> Row:
        """Return the cells of a row by column."""
        return self.rows.get(number, _NO_ROW)

    def span(self, row: int, column: int) -> Span:
        """Return the merged range that covers a position, or the position itself."""
        return self._anchors.get((row, column)) or Span(row, column, row, column)

    def stacks(self, top: int, bottom: int) -> dict[int, list[Cell]]:
        """Return the cells over each column that shows something in some rows, from top to bottom, merged ones once.

        Those of the last rows asked for are remembered: each kind of table is looked for in them.
        """
        if self._stacked_top != top:
            self._stacked_top = top
            self._stacks.clear()
        if bottom not in self._stacks:
            self._stacks[bottom] = self._stack(range(top, bottom + 1))
        return self._stacks[bottom]

    def _stack(self, rows: range) -> dict[int, list[Cell]]:
        columns = {
            column
            for row in rows
            for first in self.row(row)
            for column in (range(first, self.span(row, first).right + 1) if row in self._merged_rows else (first,))
        }
        stacks: dict[int, list[Cell]] = {column: [] for column in sorted(columns)}
        for column, cells in stacks.items():
            for row in rows:
                cell = self.shown(row, column)
                if cell is not None and cell not in cells:
                    cells.append(cell)
        return stacks

    def words(self, row: int) -> frozenset[str]:
        """Return the folded texts that a row shows, each also without what stands in brackets behind it.

        Those of the last row asked for are remembered.
        """
        if self._words_of != row:
            self._words_of, self._words = row, frozenset(self._fold_row(row))
        return self._words

    def _fold_row(self, row: int) -> Iterator[str]:
        merged = (cell for cells in self.stacks(row, row).values() for cell in cells)
        for cell in merged if row in self._merged_rows else self.row(row).values():
            if cell.kind is Kind.NUMBER:  # folding a million numbers would tell nothing more
                yield cell.text
            else:
                yield fold(cell.text)
                if "(" in cell.text:
                    yield fold(cell.text.partition("(")[0])

    def spans_others(self, row: int) -> bool:
        """Whether a cell of a row is merged with others."""
        return row in self._merged_rows and any(
            self.span(row, column) != Span(row, column, row, column) for column in self.row(row)
        )

    def has_merges(self, row: int) -> bool:
        """Whether a merged range covers part of a row."""
        return row in self._merged_rows

    def shown(self, row: int, column: int) -> Cell | None:
        """Return the cell that is seen at a position: its own, or that of the merged range that covers it."""
        own = self.rows.get(row, _NO_ROW).get(column)
        if own is not None or row not in self._merged_rows:
            return own
        span = self.span(row, column)
        return self.row(span.top).get(span.left)

    def covered(self, row: int, columns: Iterable[int]) -> bool:
        """Whether a merged range that started higher covers the row in one of the columns."""
        return row in self._merged_rows and any(self.span(row, column).top < row for column in columns)

    def role(self, cell: Cell) -> str:
        """Return the role of a cell, empty where it has none yet."""
        return self.roles.get(cell.row, _NO_ROLE).get(cell.column, "")

    def roles_in_order(self, default: str) -> list[str]:
        """Return the role of every cell, in the order of the sheet; ``default`` for one that has none."""
        known = [(cells, self.roles.get(row, _NO_ROLE)) for row, cells in self.rows.items()]
        return [roles.get(column, default) for cells, roles in known for column in cells]

    def claim(self, cell: Cell, role: str) -> None:
        """Give a cell its role."""
        self.roles[cell.row][cell.column] = role

    def claim_row(self, row: int, columns: Iterable[int], role: str) -> None:
        """Give their role to the cells of a row that stand in some columns."""
        cells, roles = self.row(row), self.roles[row]
        for column in columns:
            if column in cells:
                roles[column] = role
