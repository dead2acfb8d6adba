"""The records of an xls workbook that say what libraries do not tell: formulas to calculate, errors, ends of sheets.

What belongs here: going through the records of a sheet. What does not: values, which libraries read (``xls_xlsb``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from typing import NamedTuple

_BEGINNING, _END = 0x0809, 0x000A
_FORMULA, _TRUTH_OR_ERROR, _SHEET = 0x0006, 0x0205, 0x0085
_WORKSHEET = 0
_EXTENT = 0x0200
_CELLS = {_FORMULA, _TRUTH_OR_ERROR, 0x0203, 0x0204, 0x027E, 0x00BD, 0x00FD}
_VERSION_8 = b"\x00\x06"
_ROWS, _COLUMNS = 65_536, 256
_CALCULATE_ON_OPENING = 0x0002
_NO_NUMBER, _TEXT, _TRUTH, _ERROR = b"\xff\xff", 0, 1, 2

Place = tuple[int, int]


@dataclass(slots=True)
class SheetRecords:
    """What the records of one sheet say; its cells are counted from zero."""

    zeros: set[Place] = field(default_factory=set)
    """Formulas that store a zero and are to be calculated when the file is opened."""
    errors: dict[Place, int] = field(default_factory=dict)
    """The code of each error, typed or calculated."""
    has_results: bool = False
    """Whether a formula has a result that some program must have calculated."""
    is_whole: bool = False
    """Whether the sheet begins and ends where it should: what is cut off does not end."""


class Announced(NamedTuple):
    """A sheet that the workbook announces."""

    at: int
    """Where its records begin."""
    is_worksheet: bool


def announced(stream: bytes) -> list[Announced]:
    """Return the sheets that a workbook announces, in their order, those without cells among them."""
    records = _records(stream, 0)
    found = (struct.unpack_from("<IxB", stream, start) for identifier, start, _ in records if identifier == _SHEET)
    return [Announced(at, kind == _WORKSHEET) for at, kind in found]


def sheet_records(stream: bytes | mmap, at: int) -> SheetRecords:
    """Return what the records of the sheet say that begins at a place."""
    found = SheetRecords()
    for identifier, start, depth in _records(stream, at):
        if identifier == _END:
            found.is_whole = depth == 0
        elif depth > 1:
            continue  # a chart on the sheet, which has formulas of its own
        elif identifier == _FORMULA:
            _note_formula(found, *struct.unpack_from("<HH2x8sH", stream, start))
        elif identifier == _TRUTH_OR_ERROR:
            row, column, code, is_error = struct.unpack_from("<HH2xBB", stream, start)
            if is_error:
                found.errors[row, column] = code
    return found


def fits_grid(stream: bytes, at: int) -> bool:
    """Return whether a sheet stays on the grid of this format: calamine makes room for whatever it declares."""
    for identifier, start, _ in _records(stream, at):
        if identifier == _EXTENT and stream[4:6] == _VERSION_8:
            rows, columns = struct.unpack_from("<4xI2xH", stream, start)
            if rows > _ROWS or columns > _COLUMNS:
                return False
        elif identifier in _CELLS and struct.unpack_from("<2xH", stream, start)[0] >= _COLUMNS:
            return False
    return True


def _note_formula(found: SheetRecords, row: int, column: int, result: bytes, options: int) -> None:
    if result[6:] == _NO_NUMBER:
        found.has_results |= result[0] in (_TEXT, _TRUTH)
        if result[0] == _ERROR:
            found.errors[row, column] = result[2]
    elif any(result):
        found.has_results = True
    elif options & _CALCULATE_ON_OPENING:
        found.zeros.add((row, column))


def _records(stream: bytes | mmap, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield the records from a place on: what each is, where its content begins, and within how many others it stands.

    The last one ends what begins there. Where nothing begins, there are none.
    """
    depth = 0
    while at + 4 <= len(stream):
        identifier, size = struct.unpack_from("<HH", stream, at)
        depth += (identifier == _BEGINNING) - (identifier == _END)
        if (depth < 1 and identifier != _END) or at + 4 + size > len(stream):
            return
        yield identifier, at + 4, depth
        if depth < 1:
            return
        at += 4 + size
