"""Opening xls workbooks with xlrd where it is stricter than the programs that write and read them.

What belongs here: what xlrd stops at though nothing of it is needed, and what it can be helped over.
What does not: cells (``xls_xlsb``), the records that it does not tell (``xls_records``).
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from pathlib import Path
from typing import TextIO

import xlrd
from xlrd.biffh import XL_CONTINUE, XL_WORKBOOK_GLOBALS
from xlrd.book import SUPPORTED_VERSIONS, unpack_SST_table
from xlrd.formula import evaluate_name_formula

from pipeline.cells import compound

_SHORTEST_STRING = 3
"""How many bytes a shared string takes at least: its length and its options."""
_FIRST_WITH_SHEETS, _LAST_OF_ONE_STREAM = 45, 45


def open_book(path: Path, log: TextIO, *, mends: bool) -> xlrd.Book:
    """Return a workbook of which xlrd has read all but the sheets.

    Args:
        path: where it stands.
        log: where xlrd writes what it notes.
        mends: whether the shared strings are counted, whatever their table says, and the envelope is opened by us.

    Raises:
        Exception: any; xlrd raises what its parser stumbles over.
    """
    book = _Book()
    book.counts_strings = mends
    content = workbook_stream(path) if mends else None
    book.biff2_8_load(path, content, logfile=log, formatting_info=True, on_demand=True, ragged_rows=True)
    book.biff_version = book.getbof(XL_WORKBOOK_GLOBALS)
    if book.biff_version not in SUPPORTED_VERSIONS:
        raise xlrd.XLRDError(f"BIFF version {book.biff_version} is not supported")
    if book.biff_version < _FIRST_WITH_SHEETS:
        book.on_demand = False
        book.fake_globals_get_sheet()
    else:
        book.on_demand = book.biff_version > _LAST_OF_ONE_STREAM
        book.parse_globals()
    if book.on_demand:
        book._sheet_list = [None] * len(book.sheet_names())
    book.nsheets = len(book._sheet_list)
    return book


def workbook_stream(path: Path) -> bytes:
    """Return the records of a workbook, out of the envelope in which they may stand.

    Raises:
        KeyError: there are none.
        struct.error: the file is cut off.
    """
    data = path.read_bytes()
    return compound.stream(data, "workbook", "book") if data.startswith(compound.SIGNATURE) else data


class _Book(xlrd.Book):  # type: ignore[misc]  # the library has no types
    """A workbook that can be read though its names and its table of shared strings are not as xlrd expects."""

    counts_strings = False

    def names_epilogue(self) -> None:
        """Leave names alone that xlrd cannot evaluate: constants, unions, lost references, functions of later years."""
        for place, name in enumerate(self.name_obj_list):
            if not (name.macro or name.binary or name.evaluated):
                try:
                    evaluate_name_formula(self, name, place)
                except Exception:  # noqa: BLE001 - of whatever kind, it is a name that stands for no cells
                    name.result, name.evaluated = None, 1
        super().names_epilogue()

    def handle_sst(self, data: bytes) -> None:
        """Read the shared strings: as many as their table announces, or as it holds."""
        parts = [data]
        while (part := self.get_record_parts_conditional(XL_CONTINUE))[0] is not None:
            parts.append(part[2])
        (count,) = struct.unpack_from("<i", data, 4)
        if self.counts_strings:
            most = sum(map(len, parts)) // _SHORTEST_STRING
            count = bisect_left(range(1, most + 1), True, key=lambda count: not _holds(parts, count))  # noqa: FBT003
        self._sharedstrings, self._rich_text_runlist_map = unpack_SST_table(parts, count)


def _holds(parts: list[bytes], count: int) -> bool:
    """Return whether a table holds as many strings."""
    try:
        unpack_SST_table(parts, count)
    except (IndexError, AssertionError, struct.error, UnicodeDecodeError):
        return False
    return True
