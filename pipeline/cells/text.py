"""Reading csv, tsv and other delimited text: strict decoding, and a separator found among four.

What belongs here: bytes to fields. What does not: numbers. Every cell is text, as it was written.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path

from pipeline.cells.limits import CELLS, check_count
from pipeline.cells.sniff import wide_encoding
from pipeline.cells.workbook import Cell, Kind, Sheet, Workbook
from pipeline.rejections import Wording, refuse_file
from pipeline.settings import Limits
from pipeline.vocabulary.typography import repair_mojibake

# In order of preference where two separators fit equally well: the comma is also the French decimal mark.
SEPARATORS = (";", "\t", "|", ",")

_SAMPLE_ROWS = 500
_HEAD = 64 * 1024
# The places that Windows-1252 leaves empty, as control characters.
_UNDEFINED = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
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
    fields = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, record in enumerate(fields, first_row):
            sheet.cells.extend(
                Cell(row, column, Kind.TEXT, field, field) for column, field in enumerate(record, 1) if field
            )
            check_count(CELLS, len(sheet.cells), limits.cells)
    except csv.Error as error:
        huge = Wording("champ démesuré, ou ", "a huge field, or ") if "limit" in str(error) else Wording("", "")
        what = Wording(
            f"{huge.fr}guillemets mal fermés, vers la ligne {fields.line_num}",
            f"{huge.en}quotes that do not close, near line {fields.line_num}",
        )
        raise refuse_file("CORROMPU", found=what) from error
    return Workbook("text", [sheet], remarks=["TEXTE_MAC_ROMAN"] if encoding == "mac_roman" else [])


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
    return max(SEPARATORS, key=lambda separator: fits[separator])


def _consistency(text: str, separator: str) -> float:
    """Return the share of rows that have the most frequent number of fields; 0 when that is one, or quotes break."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        widths = Counter(map(len, islice(filter(None, records), _SAMPLE_ROWS)))
    except csv.Error:
        return 0.0
    shared = max((count for width, count in widths.items() if width > 1), default=0)
    return round(shared / max(1, widths.total()), 2)
