"""The cell stream: what every format of spreadsheet is reduced to, before anything is interpreted.

What belongs here: the shape of a cell, a sheet and a workbook.
What does not: how a format is read (``xlsx``, ``ods``, ``xls_xlsb``, ``text``), what a cell means (``figures``).
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Flag, StrEnum, auto
from functools import lru_cache
from itertools import compress, repeat
from operator import itemgetter
from typing import NamedTuple, overload

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_SAFE_DIGITS = 300  # a longer run of digits does not fit a float

Typed = str | int | float | bool | datetime | date | time | timedelta | None


class Kind(StrEnum):
    """What a cell holds, as the file types it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DURATION = "duration"
    ERROR = "error"
    UNCACHED = "uncached"
    """A formula without a stored value: it is never read as empty or as zero."""


class Cell(NamedTuple):
    """One non-empty cell. ``None`` in an optional field means that the format or the library cannot tell."""

    row: int
    """1-based."""
    column: int
    """1-based."""
    kind: Kind
    text: str
    """The text as written: a string as stored, a number with all its stored digits, an error as ``#REF!``."""
    value: Typed
    """The typed value; ``None`` for errors and for formulas without a stored value."""
    number_format: str | None = None
    """The number format code, such as ``0.0 %``; ``General`` where there is none."""
    formula: str | None = None
    """The formula's text where there is one, ``""`` where it is shared or unknown."""
    hidden: bool | None = None
    """Whether its row or its column is hidden."""
    struck: str | None = None
    """What of it is struck through, which its author withdraws: the part that ``text`` is without, or ``""`` where the
    whole cell is; ``None`` where nothing is."""

    @property
    def address(self) -> str:
        """The A1 address."""
        return a1(self.row, self.column)

    @property
    def is_struck(self) -> bool:
        """Whether all of it is struck through."""
        return self.struck == ""

    @property
    def is_unshown(self) -> bool:
        """Whether its format shows nothing of what it holds, which nobody is told."""
        return self.kind is Kind.TEXT and not self.text and self.value is None


KINDS = tuple(Kind)
"""Every kind, at the place that stands for it in columns of cells."""
KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
_HIDDEN = (False, True, None)
HIDDEN_CODES = {hidden: code for code, hidden in enumerate(_HIDDEN)}
"""What stands for a cell that is shown, for one that is hidden, and where nobody can tell, in columns of cells."""
_TEXT, _NUMBER, _BOOLEAN = (KIND_CODES[kind] for kind in (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN))


class NumberFormats:
    """The number formats of a workbook, each at its place: a cell keeps the place."""

    __slots__ = ("codes", "places")

    def __init__(self) -> None:
        self.codes: list[str | None] = []
        self.places: dict[str | None, int] = {}

    def place(self, code: str | None) -> int:
        """Return the place of a number format, giving it one."""
        place = self.places.setdefault(code, len(self.codes))
        if place == len(self.codes):
            self.codes.append(code)
        return place


class Cells(Sequence[Cell]):
    """The cells of a sheet, held as columns: a cell is put together when somebody asks for one.

    Millions of them take a third of what as many objects would, and a whole row is seen at a glance. They stand in
    reading order; only a reader that has just found them otherwise puts them so.
    """

    __slots__ = (
        *("columns", "formats", "formulas", "hidden", "kinds"),
        *("number_formats", "rows", "starts", "struck", "texts", "values"),
    )

    def __init__(self, cells: Iterable[Cell] = (), number_formats: NumberFormats | None = None) -> None:
        self.rows: list[int] = []
        """The number of each row that has cells."""
        self.starts: list[int] = []
        """The position of the first cell of each of these rows."""
        self.columns = array("I")
        self.kinds = bytearray()
        """The place of each kind among ``KINDS``."""
        self.texts: list[str] = []
        self.formats = array("I")
        """The place of each number format among ``number_formats``."""
        self.hidden = bytearray()
        """0 for a cell that is shown, 1 for one that is hidden, 2 where nobody can tell."""
        self.number_formats = NumberFormats() if number_formats is None else number_formats
        self.formulas: dict[int, str] = {}
        """The formulas there are, by position."""
        self.values: dict[int, Typed] = {}
        """The values that a text does not give by itself, by position: dates, and numbers written otherwise."""
        self.struck: dict[int, str] = {}
        """What is struck through, by position: ``""`` for a whole cell."""
        self.extend(cells)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, position: int) -> Cell: ...
    @overload
    def __getitem__(self, position: slice) -> list[Cell]: ...
    def __getitem__(self, position: int | slice) -> Cell | list[Cell]:
        if isinstance(position, slice):
            return [self[each] for each in range(*position.indices(len(self)))]
        at = range(len(self.texts))[position]
        return self.cell(self.rows[bisect_right(self.starts, at) - 1], at)

    def __setitem__(self, position: int, cell: Cell) -> None:
        """Replace a cell by another one at the same address."""
        self.kinds[position] = KIND_CODES[cell.kind]
        self.texts[position] = cell.text
        self.formats[position] = self.number_formats.place(cell.number_format)
        self.hidden[position] = HIDDEN_CODES[cell.hidden]
        self.formulas.pop(position, None)
        self.values.pop(position, None)
        self.struck.pop(position, None)
        self._note(position, cell)

    def __iter__(self) -> Iterator[Cell]:
        for row, line in zip(self.rows, self.lines(), strict=True):
            yield from map(self.cell, repeat(row), line)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(Cell.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]

    def cell(self, row: int, position: int) -> Cell:
        """Return the cell at a position, of which the row is known."""
        text, kind = self.texts[position], self.kinds[position]
        if position in self.values:
            value = self.values[position]
        elif kind == _NUMBER:
            value = number(text)
        elif kind == _TEXT:
            value = text
        else:
            value = text == "TRUE" if kind == _BOOLEAN else None
        number_format = self.number_formats.codes[self.formats[position]]
        formula, hidden = self.formulas.get(position), _HIDDEN[self.hidden[position]]
        struck = self.struck.get(position) if self.struck else None
        return Cell(row, self.columns[position], KINDS[kind], text, value, number_format, formula, hidden, struck)

    def lines(self) -> Iterator[range]:
        """Yield the positions of the cells of each row, in the order of ``rows``."""
        return map(range, self.starts, [*self.starts[1:], len(self.texts)])

    def line(self, row: int) -> range:
        """Return the positions of the cells of a row, none where it has no cells; the rows must be in order."""
        at = bisect_left(self.rows, row)
        return self.line_at(at) if at < len(self.rows) and self.rows[at] == row else range(0)

    def line_at(self, at: int) -> range:
        """Return the positions of the cells of the row at a place of ``rows``."""
        return range(self.starts[at], self.starts[at + 1] if at + 1 < len(self.starts) else len(self.texts))

    def extend(self, cells: Iterable[Cell]) -> None:
        """Add cells, one by one."""
        for cell in cells:
            self.append(cell)

    def append(self, cell: Cell) -> None:
        """Add a cell."""
        position = len(self.texts)
        if not self.rows or self.rows[-1] != cell.row:
            self.rows.append(cell.row)
            self.starts.append(position)
        self.columns.append(cell.column)
        self.kinds.append(KIND_CODES[cell.kind])
        self.texts.append(cell.text)
        self.formats.append(self.number_formats.place(cell.number_format))
        self.hidden.append(HIDDEN_CODES[cell.hidden])
        self._note(position, cell)

    def in_order(self) -> Cells:
        """Return the same cells in reading order."""
        return Cells(sorted(self, key=itemgetter(0, 1)), self.number_formats)

    def without(self, positions: Sequence[int]) -> Cells:
        """Return the same cells but for some, whose positions are in order."""
        left_out = frozenset(positions)
        keep = [position not in left_out for position in range(len(self))]
        kept = Cells(number_formats=self.number_formats)
        for row, line in zip(self.rows, self.lines(), strict=True):
            if any(keep[line.start : line.stop]):
                kept.rows.append(row)
                kept.starts.append(line.start - bisect_left(positions, line.start))
        kept.columns, kept.formats = (array("I", compress(each, keep)) for each in (self.columns, self.formats))
        kept.kinds, kept.hidden = (bytearray(compress(each, keep)) for each in (self.kinds, self.hidden))
        kept.texts = list(compress(self.texts, keep))

        place = {at: at - bisect_left(positions, at) for at in {*self.formulas, *self.values, *self.struck} if keep[at]}
        kept.formulas = {place[at]: formula for at, formula in self.formulas.items() if keep[at]}
        kept.values = {place[at]: value for at, value in self.values.items() if keep[at]}
        kept.struck = {place[at]: part for at, part in self.struck.items() if keep[at]}
        return kept

    def _note(self, position: int, cell: Cell) -> None:
        """Keep what only some cells have."""
        if cell.formula is not None:
            self.formulas[position] = cell.formula
        if cell.struck is not None:
            self.struck[position] = cell.struck
        value = cell.value
        if cell.kind is Kind.TEXT:
            is_given = value == cell.text
        elif cell.kind is Kind.NUMBER:
            given = number(cell.text)
            is_given = value == given and type(value) is type(given)
        else:
            is_given = value is None or cell.kind is Kind.BOOLEAN
        if not is_given:
            self.values[position] = value


class Extra(Flag):
    """What a workbook holds beside its cells. It is read where somebody asks for it, and costs nothing elsewhere."""

    NONE = 0
    COMMENTS = auto()
    NAMES = auto()


class Comment(NamedTuple):
    """What somebody wrote beside a cell: a note, or one voice of a conversation."""

    row: int
    """1-based."""
    column: int
    """1-based."""
    author: str
    """Who wrote it, as the file names them; ``""`` where it does not."""
    text: str


class Span(NamedTuple):
    """A merged range, bounds included, 1-based."""

    top: int
    left: int
    bottom: int
    right: int


class Name(NamedTuple):
    """A defined name that stands for one rectangle of cells; names of formulas and constants are none."""

    name: str
    sheet: str
    """The name of the sheet on which the cells stand."""
    span: Span
    scope: str = ""
    """The sheet that alone knows the name; ``""`` where the whole workbook does."""


@dataclass(slots=True)
class Sheet:
    """One sheet: its cells in reading order and its merged ranges."""

    name: str
    cells: Cells = field(default_factory=Cells)
    merges: list[Span] = field(default_factory=list)
    visibility: str = "visible"
    """``visible``, ``hidden`` or ``very_hidden``."""
    comments: list[Comment] | None = None
    """In the order of the file; ``None`` where nobody asked for them, or where the library cannot tell."""
    page_texts: list[str] = field(default_factory=list)
    """What is printed above its pages, then below them, without codes; empty where the format cannot tell."""
    is_named: bool = True
    """Whether somebody gave it its name; a text has the name of its file, or ours, which says nothing of tables."""


@dataclass(slots=True)
class Workbook:
    """One file, read: the sheets in their order and the format it was found to have."""

    format: str
    """``xlsx``, ``xls``, ``xlsb``, ``ods`` or ``text``."""
    sheets: list[Sheet]
    remarks: list[str] = field(default_factory=list)
    """Codes of ``pipeline.rejections.reasons`` that concern the whole file and did not stop it from being read."""
    names: list[Name] | None = None
    """In the order of the file; ``None`` where nobody asked for them, or where the library cannot tell."""


def number(text: str) -> int | float | None:
    """Return the number that a spreadsheet stored as ``text``: whole when it has neither point nor exponent.

    ``12,5`` and ``1_000`` are no stored numbers, nor is what does not fit a float: ``None``.
    """
    if text.isascii() and text.isdecimal() and len(text) < _SAFE_DIGITS:
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value) or not text.isascii() or "_" in text:
        return None
    return value if "." in text or "e" in text or "E" in text else int(text)


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Return the letters of a 1-based column: 1 → ``A``, 27 → ``AA``, 16384 → ``XFD``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """Return the 1-based column that letters name: ``A`` → 1, ``XFD`` → 16384."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


def a1(row: int, column: int) -> str:
    """Return the A1 address of a 1-based row and column."""
    return f"{column_letters(column)}{row}"


def position(reference: str) -> tuple[int, int] | None:
    """Return the 1-based row and column of an A1 address, ``None`` where it is none or lies beyond the grid."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


def span(reference: str) -> Span | None:
    """Return the rectangle that ``A1:B2``, or one address, stands for; ``None`` where it stands for none."""
    first, _, last = reference.partition(":")
    one, other = position(first), position(last or first)
    if one is None or other is None:
        return None
    return Span(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
