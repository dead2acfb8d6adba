"""The cell stream: what every format of spreadsheet is reduced to, before anything is interpreted.

What belongs here: the shape of a cell, a sheet and a workbook.
What does not: how a format is read (``xlsx``, ``legacy``, ``text``) and what a cell means (``pipeline.figures``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Flag, StrEnum, auto
from functools import lru_cache
from typing import NamedTuple

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

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

    @property
    def address(self) -> str:
        """The A1 address."""
        return a1(self.row, self.column)


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
    cells: list[Cell] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)
    visibility: str = "visible"
    """``visible``, ``hidden`` or ``very_hidden``."""
    comments: list[Comment] | None = None
    """In the order of the file; ``None`` where nobody asked for them, or where the library cannot tell."""


@dataclass(slots=True)
class Workbook:
    """One file, read: the sheets in their order and the format it was found to have."""

    format: str
    """``xlsx``, ``xls``, ``xlsb``, ``ods`` or ``text``."""
    sheets: list[Sheet]
    remarks: list[str] = field(default_factory=list)
    """Codes of ``pipeline.rejections`` that concern the whole file and did not stop it from being read."""
    names: list[Name] | None = None
    """In the order of the file; ``None`` where nobody asked for them, or where the library cannot tell."""


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Return the letters of a 1-based column: 1 → ``A``, 27 → ``AA``, 16384 → ``XFD``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
