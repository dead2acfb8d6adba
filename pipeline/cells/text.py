"""Reading csv, tsv and other delimited text: strict decoding, and a separator found among four.

What belongs here: bytes to fields. What does not: numbers. Every cell is text, as it was written.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cells.limits import CELLS, check_count
from pipeline.cells.quotes import QuotedLines, is_quoted_throughout
from pipeline.cells.sniff import wide_encoding
from pipeline.cells.workbook import Cell, Cells, Kind, Sheet, Workbook
from pipeline.rejections import FileRefusedError, Wording, refuse_file
from pipeline.settings import Limits
from pipeline.vocabulary.typography import repair_mojibake

if TYPE_CHECKING:
    from _csv import Reader

# In order of preference where two separators fit equally well: the comma is also the French decimal mark.
SEPARATORS = (";", "\t", "|", ",")

_SAMPLE_ROWS = 500
_FITS = 0.5
"""The share of rows from which a separator fits so well that no other reading of the quotes is tried."""
_HEAD = 64 * 1024
# The places that Windows-1252 leaves empty, as control characters.
_UNDEFINED = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_NEVER_CLOSED = "unexpected end of data"
"""What the library says where a text ends within quotes."""
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Workbook:
    """Return one sheet, named after the file. A row is a record: a line break between quotes does not make a new one.

    Raises:
        FileRefusedError: the encoding is unknown, a quote is never closed, or a limit is crossed.
    """
    text, encoding = decode(path.read_bytes())
    sheet = Sheet(path.stem, is_named=False)
    first_row = 1
    declared = _DECLARED.match(text)
    if declared:  # a hint to Excel, which takes the first row
        text = text[declared.end() :]
        first_row = 2
    separator = declared[1] if declared else find_separator(text)
    sheet.cells = _cells(text, separator, first_row, limits)
    return Workbook("text", [sheet], remarks=["TEXTE_MAC_ROMAN"] if encoding == "mac_roman" else [])


def _cells(text: str, separator: str, first_row: int, limits: Limits) -> Cells:
    try:
        return _Records(text, separator, first_row).cells(limits)
    except csv.Error:
        records = _Records(_with_ends_quoted(text, separator), separator, first_row)
    try:
        return records.cells(limits)
    except csv.Error as error:
        if str(error) == _NEVER_CLOSED:
            raise _left_open(records.first_line) from error
        huge = Wording("champ démesuré, ou ", "a huge field, or ") if "limit" in str(error) else Wording("", "")
        what = Wording(
            f"{huge.fr}guillemets mal fermés, vers la ligne {records.last_line}",
            f"{huge.en}quotes that do not close, near line {records.last_line}",
        )
        raise refuse_file("CORROMPU", found=what) from error


class _Records:
    """The records of a text, one after the other."""

    def __init__(self, text: str, separator: str, first_row: int) -> None:
        self._text, self._separator, self._first_row = text, separator, first_row
        self._reader = _reader(text, separator)
        self._begin = 0
        """How many lines stand before the present record."""

    @property
    def first_line(self) -> int:
        """The line of the file in which the present record begins."""
        return self._begin + self._first_row

    @property
    def last_line(self) -> int:
        """The line of the file that was read last."""
        return self._reader.line_num + self._first_row - 1

    def cells(self, limits: Limits) -> Cells:
        """Return their fields as cells."""
        cells, reader = Cells(), self._reader
        for row, record in enumerate(reader, self._first_row):
            if reader.line_num > self._begin + 1:
                self._refuse_taken_in(record)
            self._begin = reader.line_num
            cells.extend(Cell(row, column, Kind.TEXT, field, field) for column, field in enumerate(record, 1) if field)
            check_count(CELLS, len(cells), limits.cells)
        return cells

    def _refuse_taken_in(self, record: list[str]) -> None:
        """Refuse a text in which a quote took in lines of the table: they would be gone without a word."""
        below = self._looks.taken_in(record)
        if below is not None and not is_quoted_throughout(self._lines[self._begin : self._reader.line_num], record):
            raise _left_open(self.first_line + below)

    @cached_property
    def _lines(self) -> list[str]:
        return list(io.StringIO(self._text, newline=""))

    @cached_property
    def _looks(self) -> QuotedLines:
        return QuotedLines(self._text, self._separator)


def _left_open(line: int) -> FileRefusedError:
    """Return the refusal of a text in which a quote opens that is not closed in its field."""
    return refuse_file("GUILLEMET_OUVERT", line=line)


def _reader(text: str, separator: str) -> Reader:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _with_ends_quoted(text: str, separator: str) -> str:
    """Return a text in which what follows a closing quote stands within the quotes, as Excel reads it.

    ``"Logement" social`` is ``Logement social``. Where quotes that follow do not come in pairs, nobody can say where
    the field ends: it is left as it is, and no reading of it succeeds.
    """
    end = re.escape(separator)
    fields = re.compile(rf'(?<![^{end}\r\n])"((?:[^"]++|"")*+)"([^{end}\r\n]*+)')
    return fields.sub(_with_end_quoted, text)


def _with_end_quoted(field: re.Match[str]) -> str:
    quoted, after = field.groups()
    return field[0] if not after or after.count('"') % 2 else f'"{quoted}{after.replace(chr(34), chr(34) * 2)}"'


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: UTF-16 where it shows, else UTF-8 where it is valid, else Windows-1252.

    Old programs for the Macintosh write Mac Roman, most of which is valid Windows-1252 as well: it is taken where it
    makes the whole text French, and the other one does not.

    Raises:
        FileRefusedError: it is none of them; nothing is replaced or dropped.
    """
    wide = wide_encoding(data[:_HEAD])
    for encoding in (wide,) if wide else ("utf-8-sig", _one_byte_encoding(data)):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise refuse_file("TYPE_FICHIER", found=Wording("texte d'un codage inconnu", "text in an unknown encoding"))


def _one_byte_encoding(data: bytes) -> str:
    """Return Mac Roman where bytes taken for Windows-1252 show its marks, and nothing else would be lost."""
    shown = data.decode("cp1252", "surrogateescape").translate(_UNDEFINED)
    return "mac_roman" if repair_mojibake(shown) == data.decode("mac_roman") else "cp1252"


def find_separator(text: str) -> str:
    """Return the separator that cuts most rows of the sample into the same number of fields, at least two."""
    fits = {separator: _consistency(text, separator) for separator in SEPARATORS}
    if max(fits.values()) < _FITS:
        fits = {separator: _consistency(_with_ends_quoted(text, separator), separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: fits[separator])


def _consistency(text: str, separator: str) -> float:
    """Return the share of rows that have the most frequent number of fields; 0 when that is one, or quotes break."""
    try:
        widths = Counter(map(len, islice(filter(None, _reader(text, separator)), _SAMPLE_ROWS)))
    except csv.Error:
        return 0.0
    shared = max((count for width, count in widths.items() if width > 1), default=0)
    return round(shared / max(1, widths.total()), 2)
