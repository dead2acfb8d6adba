"""One cell of a worksheet as an element: its kind, its text as it is shown, its typed value.

What belongs here: what ``<c>`` says. What does not: where it stands (``addresses``), the fast path (``fast_rows``).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from xml.etree.ElementTree import Element

from pipeline.cells import formats
from pipeline.cells.workbook import Cell, Kind, Sheet, Typed, number
from pipeline.cells.xlsx.addresses import damaged_cell
from pipeline.cells.xlsx.ooxml import named, runs_of, string, unescaped
from pipeline.cells.xlsx.shared_parts import UNKNOWN_STYLE, SharedParts, shared_string
from pipeline.rejections import Wording

_VALUE, _FORMULA, _INLINE = map(named, ("v", "f", "is"))
_TRUTHS = {"1": True, "true": True, "0": False, "false": False}
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d")


def read_cell(
    book: SharedParts, sheet: Sheet, row: int, column: int, element: Element, *, is_hidden: bool
) -> Cell | None:
    """Return the cell that an element of a sheet is, ``None`` where it shows nothing.

    Args:
        book: the styles and strings to which it refers.
        sheet: on which it stands.
        row: the number of its row.
        column: the number of its column.
        element: the ``<c>``.
        is_hidden: whether its row or its column is.

    Raises:
        FileRefusedError: it refers to a shared string that there is not.
    """
    value = formula = inline = None
    for child in element:
        if child.tag in _VALUE:
            value = child.text or ""
        elif child.tag in _FORMULA:
            formula = f"={child.text}" if child.text else ""
        elif child.tag in _INLINE:
            inline = runs_of(child)
    stored_as = element.get("t")
    code, shows, is_struck = book.styles.get(element.get("s"), UNKNOWN_STYLE)
    struck = "" if is_struck else None
    if inline is not None:
        value, struck = string(inline, is_struck=is_struck)
    kind: Kind
    content: Typed
    if stored_as == "e":
        kind, text, content = Kind.ERROR, value or "#ERR!", None
    elif not value:
        if formula is None or (value is not None and stored_as == "str"):
            return None  # empty, or a formula whose result is the empty text and which shows nothing
        kind, text, content = Kind.UNCACHED, formula or "=…", None
    elif stored_as is None or stored_as == "n":
        text, content = value, number(value)
        if content is None:
            kind, content = Kind.TEXT, text
        else:
            kind, content = formats.typed(content, shows, date1904=book.date1904)
    elif stored_as == "s":
        try:
            place = int(value) if value.isdecimal() else len(book.strings)
            text, struck = shared_string(book, place, is_struck=is_struck)
        except (IndexError, ValueError):
            what = Wording(f"texte partagé n° {value} inconnu", f"unknown shared string no. {value}")
            raise damaged_cell(sheet, row, column, what) from None
        if not text:
            return None
        kind, content = Kind.TEXT, text
    else:
        kind, text, content = _other(stored_as, value)
    return Cell(row, column, kind, text, content, code, formula, is_hidden, struck)


def _other(stored_as: str, value: str) -> tuple[Kind, str, Typed]:
    """Return the kind, text and value of what is neither a shared string nor a number."""
    if stored_as == "b" and (word := value.strip().lower()) in _TRUTHS:
        return Kind.BOOLEAN, "TRUE" if _TRUTHS[word] else "FALSE", _TRUTHS[word]
    if stored_as == "d":
        moment = _iso_moment(value)
        return (Kind.TEXT, value, value) if moment is None else (Kind.DATE, value, moment)
    if stored_as == "str":
        value = unescaped(value)
    return Kind.TEXT, value, value


def _iso_moment(text: str) -> date | datetime | time | None:
    if not _ISO_MOMENT.match(text):
        return None  # Python takes more for a moment than a workbook may say: 2024 for twenty past eight
    for read_as in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read_as(text)
        except ValueError:
            continue
    return None
