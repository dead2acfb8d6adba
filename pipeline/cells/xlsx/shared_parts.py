"""What all sheets of a workbook share: its styles, its shared strings, its calendar.

What belongs here: the parts beside the sheets that a cell refers to. What does not: the cells (``worksheet``), what a
number format shows (``cells.formats``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.cells import formats
from pipeline.cells.workbook import NumberFormats
from pipeline.cells.xlsx.ooxml import named, runs_of, strikes, string
from pipeline.cells.zip_archive import ZipArchive
from pipeline.settings import Limits

_STYLE_SHEET, _FORMAT, _FONT, _CELL_STYLE = map(named, ("styleSheet", "numFmt", "font", "xf"))
_STYLE_LISTS = named("numFmts", "fonts", "cellXfs")
_SHARED, _ITEM = map(named, ("sst", "si"))


class Style(NamedTuple):
    """What the style of a cell says of what it holds."""

    code: str | None
    shows: formats.Temporal | None
    is_struck: bool = False
    """Whether its font is struck through."""


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
    unstruck: list[str] = field(default_factory=list)
    """The same, but for ``""`` in the place of each of which something is, or may be, struck through."""
    struck: dict[int, str] = field(default_factory=dict)
    """What is struck through in a string whatever its cell, by its place (``cells.rich.meant_text``)."""
    in_struck_cells: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    """The text of a string in a cell that is struck, and what of it is, by its place, where runs have their own say."""
    has_struck_styles: bool = False
    styles: dict[str | None, Style] = field(default_factory=dict)
    number_formats: NumberFormats = field(default_factory=NumberFormats)
    columns: dict[str, int] = field(default_factory=dict)
    """The number of each column met so far, by its letters."""
    cells: int = 0
    remarks: set[str] = field(default_factory=set)


def read_styles(book: SharedParts, part: str) -> None:
    """Add the styles of a part, by their numbers as cells refer to them."""
    struck: list[bool] = []
    codes: dict[str | None, str] = {str(identifier): code for identifier, code in formats.BUILTIN.items()}
    for element in book.archive.elements(part, _STYLE_SHEET, _STYLE_LISTS):
        if element.tag in _FORMAT:
            codes[element.get("numFmtId")] = element.get("formatCode", "")
        elif element.tag in _FONT:
            struck.append(strikes(element))
        elif element.tag in _CELL_STYLE:
            code, font = formats.known(codes.get(element.get("numFmtId", "0"))), element.get("fontId", "")
            is_struck = font.isdecimal() and int(font) < len(struck) and struck[int(font)]
            book.has_struck_styles |= is_struck
            book.styles[str(len(book.styles))] = Style(code, formats.temporal(code) if code else None, is_struck)


def complete_styles(book: SharedParts) -> None:
    """A cell without a style has the first one, and a workbook without styles shows plain numbers."""
    book.styles[None] = book.styles.setdefault("0", Style(formats.GENERAL, None))


def read_shared_strings(book: SharedParts, part: str) -> None:
    """Add the strings of a part, in their order; the styles must be known."""
    for item in book.archive.elements(part, _SHARED):
        if item.tag in _ITEM:
            runs, place = runs_of(item), len(book.strings)
            text, struck = string(runs)
            book.strings.append(text)
            if struck is not None:
                book.struck[place] = struck
            if book.has_struck_styles and any(run.is_struck is not None for run in runs):
                book.in_struck_cells[place] = string(runs, is_struck=True)
    say_more = book.struck.keys() | book.in_struck_cells.keys()
    book.unstruck = [*book.strings] if say_more else book.strings
    for place in say_more:
        book.unstruck[place] = ""


def shared_string(book: SharedParts, place: int, *, is_struck: bool) -> tuple[str, str | None]:
    """Return a shared string and what of it is struck through, in a cell that is or is not."""
    text = book.strings[place]
    if is_struck:
        return book.in_struck_cells.get(place, (text, ""))
    return text, book.struck.get(place)
