"""A sheet by row and column, with its merged ranges and the role of each of its cells.

What belongs here: looking up cells. What does not: what they mean.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property

from pipeline.cells.shown import words_around
from pipeline.cells.workbook import HIDDEN_CODES, KIND_CODES, LAST_COLUMN, Cell, Kind, Sheet, Span
from pipeline.layouts.row_shapes import Row, Run, Shape, cached_shape, make_shape
from pipeline.vocabulary.words import fold

MERGED_CELLS = 500_000
"""How many positions under merged ranges are followed on one sheet; headers and keys need a few hundred."""

ROLES = ("", "key", "value", "total", "header", "context", "title", "note", "ignored", "unclaimed")
"""What a cell can be for a layout; the first one is that of a cell which has none yet."""
ROLE_CODES = {role: code for code, role in enumerate(ROLES)}

_NUMBER = KIND_CODES[Kind.NUMBER]
_TEXTS_AND_NUMBERS = bytes((_NUMBER, KIND_CODES[Kind.TEXT]))
_CACHED_ROWS = 256
_NARROW = 256
"""Up to how many cells the shape of a row is worth caching beyond its sheet."""
_CACHED_WORDS = 16
_NEAR_TOP = 256
"""Down to which row it is worth caching what rows say: most headers stand above."""


class Grid:
    """A sheet by row and column, with its merged ranges; each cell is given one role, and only one."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.is_named = sheet.is_named
        self.cells = sheet.cells
        self.columns = range(1, LAST_COLUMN + 1)
        """The columns that it is made of: all, but for a part of a sheet."""
        self.rows: Sequence[int] = sheet.cells.rows
        """The numbers of the rows that have cells, in order."""
        self.roles = bytearray(len(sheet.cells))
        """The place of the role of each cell among ``ROLES``, by its position."""
        self.outside: list[Cell] | None = None
        """The texts that stand in none of its tables, once these are known."""
        self._shapes: dict[bytes, Shape] = {}
        self._rows: dict[int, Row] = {}
        self._anchors: dict[tuple[int, int], Span] = {}
        self._covering: dict[int, list[Span]] = {}
        """The merged ranges that cover part of each row."""
        for span in sheet.merges:
            area = (span.bottom - span.top + 1) * (span.right - span.left + 1)
            # only ranges that hold something matter, and a hostile sheet may merge a billion cells
            if span.left in self.row(span.top) and len(self._anchors) + area <= MERGED_CELLS:
                for row in range(span.top, span.bottom + 1):
                    self._covering.setdefault(row, []).append(span)
                    for column in range(span.left, span.right + 1):
                        self._anchors[row, column] = span
        self._stacked_top = 0
        self._stacks: dict[int, dict[int, list[Cell]]] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._wordings: dict[int, tuple[object, ...] | None] = {}

    @cached_property
    def kinds(self) -> bytes:
        """The kinds of its cells, which rows of one pattern share."""
        return bytes(self.cells.kinds)

    @cached_property
    def formats(self) -> bytes:
        """The places of their number formats, as an array."""
        return self.cells.formats.tobytes()

    @cached_property
    def hides(self) -> bool:
        """Whether one of them is known to be hidden."""
        return HIDDEN_CODES[True] in self.cells.hidden

    @cached_property
    def wordy(self) -> frozenset[int]:
        """The places of the number formats that put words around a number."""
        codes = enumerate(self.cells.number_formats.codes)
        return frozenset(place for place, code in codes if any(words_around(code)))

    def has_struck(self, line: range) -> bool:
        """Whether something is struck through in some cells, by their positions."""
        return bool(self.cells.struck) and not self.cells.struck.keys().isdisjoint(line)

    def part(self, columns: range) -> Grid:
        """Return what stands in some columns as a grid of its own; the roles given in it are given in the sheet."""
        part = copy(self)
        part.columns = columns
        part._shapes, part._rows = {}, {}
        part.rows = [number for number in self.rows if part.row(number)]
        part._stacked_top, part._stacks, part._words = 0, {}, {}
        return part

    def row(self, number: int) -> Row:
        """Return the cells of a row by column; the last rows asked for are cached."""
        row = self._rows.get(number)
        if row is None:
            if len(self._rows) >= _CACHED_ROWS:
                self._rows.clear()
            row = self._rows[number] = self._make_row(number)
        return row

    def _make_row(self, number: int) -> Row:
        line = self.cells.line(number)
        return Row(self.cells, number, line.start, self._shape(line))

    def _shape(self, line: range) -> Shape:
        """Return the shape of a row, the same for all that are filled alike."""
        filled = self.cells.columns[line.start : line.stop]
        alike = filled.tobytes()
        shape = self._shapes.get(alike)
        if shape is None:
            shape = self._shapes[alike] = (cached_shape if len(filled) <= _NARROW else make_shape)(alike, self.columns)
        return shape

    def has_row(self, number: int) -> bool:
        """Whether a row has cells."""
        at = bisect_left(self.rows, number)
        return at < len(self.rows) and self.rows[at] == number

    def filled(self, top: int, bottom: int) -> range:
        """Return the columns of the sheet from the first to the last that has a cell in some rows."""
        cells = self.cells
        first, last = bisect_left(cells.rows, top), bisect_right(cells.rows, bottom)
        if first == last:
            return range(0)
        columns = cells.columns[cells.starts[first] : cells.line_at(last - 1).stop]
        return range(min(columns), max(columns) + 1)

    def runs(self, first: int) -> Iterator[Run]:
        """Yield the rows from one on that have cells or lie under a merged range, up to the last that has cells."""
        numbers = self.rows[bisect_left(self.rows, first) :]
        if covered := [row for row in self._covering if numbers and first <= row <= numbers[-1]]:
            numbers = sorted({*numbers, *covered})
        run: Run | None = None
        for number, line in zip(numbers, self._lines(numbers), strict=True):
            shape, is_merged = self._shape(line), number in self._covering
            if (
                run is not None
                and run.shape is shape
                and not (is_merged or run.is_merged)
                and run.goes_on(number, line)
            ):
                run.numbers.append(number)
                continue
            if run is not None:
                yield run
            run = Run(self.cells, [number], line, shape, is_merged=is_merged)
        if run is not None:
            yield run

    def _lines(self, numbers: Sequence[int]) -> Iterator[range]:
        """Yield the positions of the cells of some rows, which are in order: none for a row without cells."""
        rows = self.cells.rows
        at = bisect_left(rows, numbers[0]) if numbers else 0
        for number in numbers:
            while at < len(rows) and rows[at] < number:
                at += 1
            yield self.cells.line_at(at) if at < len(rows) and rows[at] == number else range(0)

    def span(self, row: int, column: int) -> Span:
        """Return the merged range that covers a position, or the position itself."""
        return self._anchors.get((row, column)) or Span(row, column, row, column)

    def stacks(self, top: int, bottom: int) -> dict[int, list[Cell]]:
        """Return the cells over each column that shows something in some rows, from top to bottom, merged ones once.

        Those of the last rows asked for are cached: each kind of table is looked for in them.
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
            for column in (range(first, self.span(row, first).right + 1) if row in self._covering else (first,))
        }
        stacks: dict[int, list[Cell]] = {column: [] for column in sorted(columns)}
        for row in rows:
            cells = self.row(row)
            for column in cells:
                stacks[column].append(cells[column])
            for anchor, span in self._shown_by_others(row):
                for column in range(span.left, span.right + 1):
                    if column in stacks and column not in cells and anchor not in stacks[column]:
                        stacks[column].append(anchor)
        return stacks

    def _shown_by_others(self, row: int) -> Iterator[tuple[Cell, Span]]:
        """Yield the cells that are merged over places of a row, with their ranges."""
        for span in self._covering.get(row, ()):
            anchors = self.row(span.top)
            if span.left in anchors:
                yield anchors[span.left], span

    def words(self, row: int) -> frozenset[str]:
        """Return the folded texts that a row shows, each also without the unit that may stand behind it.

        Those of the last rows asked for are cached.
        """
        if row not in self._words:
            if len(self._words) >= _CACHED_WORDS:
                self._words.clear()
            self._words[row] = frozenset(self._fold_row(row))
        return self._words[row]

    def _fold_row(self, row: int) -> Iterator[str]:
        cells = self.row(row)
        positions = [cells.start + place for place in cells.shape.places.values()]
        kinds, every = self.cells.kinds, self.cells.texts
        # folding a million numbers would tell nothing more
        yield from (every[position] for position in positions if kinds[position] == _NUMBER)
        texts = [every[position] for position in positions if kinds[position] != _NUMBER]
        for anchor, span in self._shown_by_others(row):
            if span.top < row:
                texts.append(anchor.text)
        for text in texts:
            yield fold(text)
            if "(" in text:
                yield fold(text.partition("(")[0])
            elif "en" in text and " en " in (flat := " ".join(text.split())):
                yield fold(flat.rpartition(" en ")[0])

    def wording(self, top: int, count: int) -> tuple[object, ...] | None:
        """Return all that some rows near the top say, whichever they are.

        ``None`` where that is more than texts and numbers, and for a part of a sheet.
        """
        if len(self.columns) < LAST_COLUMN or top > _NEAR_TOP:
            return None
        rows = tuple(self._wording_of(row) for row in range(top, top + count))
        return None if None in rows else rows

    def _wording_of(self, row: int) -> tuple[object, ...] | None:
        if row not in self._wordings:
            if len(self._wordings) >= _CACHED_WORDS:
                self._wordings.clear()
            self._wordings[row] = self._read_wording(row)
        return self._wordings[row]

    def _read_wording(self, row: int) -> tuple[object, ...] | None:
        cells, line = self.cells, self.cells.line(row)
        kinds = bytes(cells.kinds[line.start : line.stop])
        if kinds.strip(_TEXTS_AND_NUMBERS) or (cells.values and not cells.values.keys().isdisjoint(line)):
            return None
        if self.wordy and not self.wordy.isdisjoint(cells.formats[line.start : line.stop]):
            return None
        if self.has_struck(line) or any(anchor.struck is not None for anchor, _ in self._shown_by_others(row)):
            return None
        merged = tuple(
            (span.top - row, span.left, span.bottom - row, span.right, anchor.text)
            for anchor, span in self._shown_by_others(row)
        )
        texts = tuple(cells.texts[line.start : line.stop])
        return cells.columns[line.start : line.stop].tobytes(), kinds, texts, merged

    def spans_others(self, row: int) -> bool:
        """Whether a cell of a row is merged with others."""
        return row in self._covering and any(
            self.span(row, column) != Span(row, column, row, column) for column in self.row(row)
        )

    def has_merges(self, row: int) -> bool:
        """Whether a merged range covers part of a row."""
        return row in self._covering

    def shown(self, row: int, column: int) -> Cell | None:
        """Return the cell that is seen at a position: the one there, or that of the merged range that covers it."""
        cells = self.row(row)
        if column in cells:
            return cells[column]
        if row not in self._covering:
            return None
        span = self.span(row, column)
        covering = self.row(span.top)
        anchor: Cell | None = covering.get(span.left)
        return anchor

    def covered(self, row: int, columns: Iterable[int]) -> bool:
        """Whether a merged range that started higher covers the row in one of the columns."""
        return row in self._covering and any(self.span(row, column).top < row for column in columns)

    # -- roles -------------------------------------------------------------------------------------------------

    def role(self, cell: Cell) -> str:
        """Return the role of a cell, empty where it has none yet."""
        return ROLES[self.roles[self._position(cell)]]

    def claim(self, cell: Cell, role: str) -> None:
        """Give a cell its role."""
        self.roles[self._position(cell)] = ROLE_CODES[role]

    def claim_row(self, row: Row, columns: Iterable[int], role: str) -> None:
        """Give their role to the cells of a row that stand in some columns."""
        places = row.shape.places
        for column in columns:
            if column in places:
                self.roles[row.start + places[column]] = ROLE_CODES[role]

    def claim_line(self, start: int, codes: bytes) -> None:
        """Give the cells of a row their roles: their places among ``ROLES``, 0 for one that keeps its role."""
        if 0 not in codes:
            self.roles[start : start + len(codes)] = codes
            return
        for position, code in enumerate(codes, start):
            if code:
                self.roles[position] = code

    def remaining(self) -> Iterator[Cell]:
        """Yield the cells that have no role yet."""
        position = self.roles.find(0)
        while position >= 0:
            yield self.cells[position]
            position = self.roles.find(0, position + 1)

    def _position(self, cell: Cell) -> int:
        line = self.cells.line(cell.row)
        return bisect_left(self.cells.columns, cell.column, line.start, line.stop)
