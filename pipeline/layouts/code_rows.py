"""Codes that columns are numbered by: ``(1) (2) (3)``, ``(a) (b)``, ``VAR01 VAR02``, ``1 2 3``.

What belongs here: telling such codes, and whether they follow each other. What does not: where they stand
(``below_header``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.cells.workbook import Cell, Kind
from pipeline.layouts.row_shapes import Row

_BRACKETED = re.compile(r"[(\[]\s*(\d{1,3}|[a-z])\s*[)\]](?:\s*=.{1,40})?", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Z][A-Z_]{0,11})(\d{1,4})")


def in_series(cells: Row) -> bool:
    """Whether all that a row shows are codes that number columns."""
    # texts first: of almost every row the first tells, and no cell is put together
    return all(map(_is_numbered, cells.texts)) and all(
        cells[column].kind is Kind.TEXT for column in cells if cells.text(column).strip()
    )


def _is_numbered(text: str) -> bool:
    """Whether a text is such a code, or blank."""
    code = text.strip()
    return not code or is_bracketed(code) or _NUMBERED.fullmatch(code) is not None


def is_bracketed(text: str) -> bool:
    """Whether a text is a number or a letter between brackets, what it is made of behind it: ``(2) = (3) + (4)``."""
    return _BRACKETED.fullmatch(text) is not None


def follow(cells: Sequence[Cell]) -> bool:
    """Whether codes follow each other from left to right: ``(2) (3)``, ``B1 B2``."""
    places = [_place(cell.text.strip()) for cell in cells]
    return all(before is not None and after == (before[0], before[1] + 1) for before, after in pairwise(places))


def _place(code: str) -> tuple[str, int] | None:
    """Return the series of a code, and its place in it."""
    if match := _BRACKETED.fullmatch(code):
        said = match[1].lower()
        return ("1", int(said)) if said.isdigit() else ("a", ord(said))
    match = _NUMBERED.fullmatch(code)
    return (match[1], int(match[2])) if match else None


def whole_number(cell: Cell) -> int | None:
    """Return the small number that a cell shows and nothing else."""
    text = cell.text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None
