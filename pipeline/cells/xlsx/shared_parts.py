"""What all sheets of a workbook share: its styles, its shared strings, its calendar.

What belongs here: the parts beside the sheets that a cell refers to. What does not: the cells (``worksheet``), what a
number format shows (``cells.formats``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.cells import formats
from pipeline.cells.workbook import NumberFormats
from pipeline.cells.xlsx.ooxml import named, string
from pipeline.cells.zip_archive import ZipArchive
from pipeline.settings import Limits

_STYLE_SHEET, _FORMAT, _CELL_STYLE = map(named, ("styleSheet", "numFmt", "xf"))
_STYLE_LISTS = named("numFmts", "cellXfs")
_SHARED, _ITEM = map(named, ("sst", "si"))


class Style(NamedTuple):
    """What the style of a cell says of a number in it."""

    code: str | None
    shows: formats.Temporal | None


UNKNOWN_STYLE = Style(None, None)


@dataclass(slots=True)
class SharedParts:
    """What all sheets of a workbook share."""

    archive: ZipArchive
    limits: Limits
    date1904: bool = False
    awaits_calculation: bool = False
    """Whether its formulas are to be calculated as soon as it is opened (``cells.uncalculated``)."""
    strings: list[str] = field(default_factory=list)
    styles: dict[str | None, Style] = field(default_factory=dict)
    number_formats: NumberFormats = field(default_factory=NumberFormats)
    columns: dict[str, int] = field(default_factory=dict)
    """The number of each column met so far, by its letters."""
    cells: int = 0
    remarks: set[str] = field(default_factory=set)


def read_styles(book: SharedParts, part: str) -> None:
    """Add the styles of a part, by their numbers as cells refer to them."""
    codes: dict[str | None, str] = {str(identifier): code for identifier, code in formats.BUILTIN.items()}
    for element in book.archive.elements(part, _STYLE_SHEET, _STYLE_LISTS):
        if element.tag in _FORMAT:
            codes[element.get("numFmtId")] = element.get("formatCode", "")
        elif element.tag in _CELL_STYLE:
            code = formats.known(codes.get(element.get("numFmtId", "0")))
            book.styles[str(len(book.styles))] = Style(code, formats.temporal(code) if code else None)


def complete_styles(book: SharedParts) -> None:
    """A cell without a style has the first one, and a workbook without styles shows plain numbers."""
    book.styles[None] = book.styles.setdefault("0", Style(formats.GENERAL, None))


def read_shared_strings(book: SharedParts, part: str) -> None:
    """Add the strings of a part, in their order."""
    book.strings += (string(item) for item in book.archive.elements(part, _SHARED) if item.tag in _ITEM)
