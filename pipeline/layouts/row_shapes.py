"""Rows of a sheet by how they are filled: which columns a row has, one row by column, and rows that follow alike.

What belongs here: rows. What does not: the sheet that they are part of (``grid``), what they say (``rows``).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pipeline.cells.workbook import Cell, Cells


class Shape:
    """Which columns a row fills: each with its place among the row's cells. Rows that are filled alike share one."""

    __slots__ = ("__weakref__", "places")

    def __init__(self, places: dict[int, int]) -> None:
        self.places = places


def make_shape(filled: bytes, columns: range) -> Shape:
    """Return the shape of a row that fills some columns, as an array, of which those of a grid count."""
    return Shape({column: place for place, column in enumerate(array("I", filled)) if column in columns})


cached_shape = lru_cache(maxsize=256)(make_shape)
"""The rows of many workbooks are filled alike."""


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


class Run:
    """Rows that follow each other and fill the same columns."""

    __slots__ = ("_cells", "_first", "_width", "is_merged", "numbers", "shape")

    def __init__(self, cells: Cells, numbers: list[int], line: range, shape: Shape, *, is_merged: bool) -> None:
        self._cells = cells
        self._first = line.start
        self._width = len(line)
        self.numbers = numbers
        """The numbers of the rows, which follow each other."""
        self.shape = shape
        self.is_merged = is_merged
        """Whether a merged range covers part of it; then it is one row."""

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def starts(self) -> range:
        """The positions of the first cell of each row among those of the sheet."""
        # rows without cells, which lie under a merged range, come one at a time
        return range(self._first, self._first + len(self.numbers) * max(1, self._width), max(1, self._width))

    def texts(self, column: int) -> list[str]:
        """Return the texts of a column."""
        first = self._first + self.shape.places[column]
        return self._cells.texts[first : first + len(self.numbers) * self._width : self._width]

    def kinds(self, column: int) -> bytearray:
        """Return the places of the kinds of a column's cells."""
        first = self._first + self.shape.places[column]
        return self._cells.kinds[first : first + len(self.numbers) * self._width : self._width]

    def one(self, place: int) -> Run:
        """Return one of the rows by itself."""
        line = range(self.starts[place], self.starts[place] + self._width)
        return Run(self._cells, [self.numbers[place]], line, self.shape, is_merged=self.is_merged)

    def cut(self, count: int) -> Run:
        """Return the first rows."""
        line = range(self._first, self._first + self._width)
        return Run(self._cells, self.numbers[:count], line, self.shape, is_merged=self.is_merged)

    def goes_on(self, number: int, line: range) -> bool:
        """Whether a row, filled alike, follows it."""
        return number == self.numbers[-1] + 1 and line.start == self._first + len(self.numbers) * self._width
