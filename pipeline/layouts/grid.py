"""A sheet by row and column, with its merged ranges and the role of each of its cells.

What belongs here: looking up cells. What does not: what they mean.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from pipeline.cells.model import KIND_CODES, LAST_COLUMN, Cell, Cells, Kind, Sheet, Span
from pipeline.words import fold

MERGED_CELLS = 500_000
"""How many positions under merged ranges are followed on one sheet; headers and keys need a few hundred."""

ROLES = ("", "key", "value", "total", "header", "context", "title", "note", "ignored", "unclaimed")
"""What a cell can be for a layout; the first one is that of a cell of which nothing is said yet."""
ROLE_CODES = {role: code for code, role in enumerate(ROLES)}

_NUMBER = KIND_CODES[Kind.NUMBER]
_REMEMBERED_ROWS = 256


class Shape:
    """Which columns a row fills: each with its place among the row's cells. Rows that are filled alike share one."""

    __slots__ = ("places",)

    def __init__(self, places: dict[int, int]) -> None:
        self.places = places


_BLANK = Shape({})


class Row(Mapping[int, Cell]):
    """The cells of one row by column, each put together when it is asked for."""

    __slots__ = ("_cells", "_made", "number", "shape", "start")

    def __init__(self, cells: Cells, number: int, start: int, shape: Shape) -> None:
        self._cells = cells
        self._made: dict[int, Cell] = {}
        self.number = number
        self.start = start
        """The position of its first cell among those of the sheet."""
        self.shape = shape

    def __getitem__(self, column: int) -> Cell:
        if column not in self._made:
            self._made[column] = self._cells.cell(self.number, self.start + self.shape.places[column])
        return self._made[column]

    def get(self, column: int, default: Any = None) -> Any:
        """Return one of its cells, if it has it."""
        return self[column] if column in self.shape.places else default

    def __contains__(self, column: object) -> bool:
        return column in self.shape.places

    def __iter__(self) -> Iterator[int]:
        return iter(self.shape.places)

    def __len__(self) -> int:
        return len(self.shape.places)

    def text(self, column: int) -> str:
        """Return the text of one of its cells."""
        return self._cells.texts[self.start + self.shape.places[column]]

    @property
    def texts(self) -> list[str]:
        """The texts of its cells, in their order."""
        return [self._cells.texts[self.start + place] for place in self.shape.places.values()]


class Grid:
    """A sheet by row and column, with its merged ranges; each cell is given one role, and only one."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.cells = sheet.cells
        self.columns = range(1, LAST_COLUMN + 1)
        """The columns that it is made of: all, but for a part of a sheet."""
        self.rows: Sequence[int] = sheet.cells.rows
        """The numbers of the rows that have cells, in order."""
        self.roles = bytearray(len(sheet.cells))
        """The place of the role of each cell among ``ROLES``, by its position."""
        self._shapes: dict[bytes, Shape] = {}
        self._rows: dict[int, Row] = {}
        self._anchors: dict[tuple[int, int], Span] = {}
        for span in sheet.merges:
            area = (span.bottom - span.top + 1) * (span.right - span.left + 1)
            # only ranges that hold something matter, and a hostile sheet may merge a billion cells
            if span.left in self.row(span.top) and len(self._anchors) + area <= MERGED_CELLS:
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
        part._shapes, part._rows = {}, {}
        part.rows = [number for number in self.rows if part.row(number)]
        part._stacked_top, part._stacks, part._words_of = 0, {}, 0
        return part

    def row(self, number: int) -> Row:
        """Return the cells of a row by column; the last rows asked for are remembered."""
        row = self._rows.get(number)
        if row is None:
            if len(self._rows) >= _REMEMBERED_ROWS:
                self._rows.clear()
            row = self._rows[number] = self._make_row(number)
        return row

    def _make_row(self, number: int) -> Row:
        line = self.cells.line(number)
        if not line:
            return Row(self.cells, number, 0, _BLANK)
        filled = self.cells.columns[line.start : line.stop]
        alike = filled.tobytes()
        shape = self._shapes.get(alike)
        if shape is None:
            places = {column: place for place, column in enumerate(filled) if column in self.columns}
            shape = self._shapes[alike] = Shape(places)
        return Row(self.cells, number, line.start, shape)

    def has_row(self, number: int) -> bool:
        """Whether a row has cells."""
        at = bisect_left(self.rows, number)
        return at < len(self.rows) and self.rows[at] == number

    def rows_between(self, first: int, last: int) -> Iterator[Row]:
        """Yield the rows, bounds included, that have cells or are covered by a merged range."""
        numbers: Iterable[int] = self.rows[bisect_left(self.rows, first) : bisect_left(self.rows, last + 1)]
        covered = [row for row in self._merged_rows if first <= row <= last]
        return map(self.row, sorted({*numbers, *covered}) if covered else numbers)

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
        for row in rows:
            own = self.row(row)
            if row not in self._merged_rows:
                for column in own:
                    stacks[column].append(own[column])
                continue
            for column, cells in stacks.items():
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
        if row in self._merged_rows:
            merged = [cell for cells in self.stacks(row, row).values() for cell in cells]
            yield from (cell.text for cell in merged if cell.kind is Kind.NUMBER)
            texts = [cell.text for cell in merged if cell.kind is not Kind.NUMBER]
        else:
            cells = self.row(row)
            positions = [cells.start + place for place in cells.shape.places.values()]
            kinds, written = self.cells.kinds, self.cells.texts
            # folding a million numbers would tell nothing more
            yield from (written[position] for position in positions if kinds[position] == _NUMBER)
            texts = [written[position] for position in positions if kinds[position] != _NUMBER]
        for text in texts:
            yield fold(text)
            if "(" in text:
                yield fold(text.partition("(")[0])

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
        own = self.row(row)
        if column in own:
            return own[column]
        if row not in self._merged_rows:
            return None
        span = self.span(row, column)
        covering = self.row(span.top)
        own_or_none: Cell | None = covering.get(span.left)
        return own_or_none

    def covered(self, row: int, columns: Iterable[int]) -> bool:
        """Whether a merged range that started higher covers the row in one of the columns."""
        return row in self._merged_rows and any(self.span(row, column).top < row for column in columns)

    # -- roles -------------------------------------------------------------------------------------------------

    def role(self, cell: Cell) -> str:
        """Return the role of a cell, empty where it has none yet."""
        return ROLES[self.roles[self._position(cell)]]

    def claim(self, cell: Cell, role: str) -> None:
        """Give a cell its role."""
        self.roles[self._position(cell)] = ROLE_CODES[role]

    def claim_alike(self, rows: Sequence[Row], roles: Mapping[int, str]) -> None:
        """Give the cells of rows that are filled alike their roles, those that stand in some columns."""
        places = rows[0].shape.places
        given = {place: ROLE_CODES[roles[column]] for column, place in places.items() if column in roles}
        first, size, count = rows[0].start, len(places), len(rows)
        if list(given) == list(range(size)) and rows[-1].start == first + (count - 1) * size:
            self.roles[first : first + count * size] = bytes(given.values()) * count
            return
        for row in rows:
            for place, code in given.items():
                self.roles[row.start + place] = code

    def remaining(self) -> Iterator[Cell]:
        """Yield the cells that have no role yet."""
        position = self.roles.find(0)
        while position >= 0:
            yield self.cells[position]
            position = self.roles.find(0, position + 1)

    def _position(self, cell: Cell) -> int:
        line = self.cells.line(cell.row)
        return bisect_left(self.cells.columns, cell.column, line.start, line.stop)
