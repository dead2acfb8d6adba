"""What a cell of an OpenDocument shows: its text stands beside the stored value, so that no format need be followed.

What belongs here: telling from the text what the format does to the number or the day. What does not: finding either
(``ods``), and what is done with a format (``shown``).
"""

from __future__ import annotations

import re
from datetime import date, datetime

from pipeline.cells.shown import is_dash
from pipeline.cells.workbook import Kind, Typed, number

_Content = tuple[Kind, str, Typed, str | None]

_NUMERAL = re.compile(r"[0-9][0-9 \u00a0\u202f\u2009.,']*")
_SPACES = re.compile(r"[ \u00a0\u202f\u2009']")
_LONGEST = 80
"""Characters of a text that a format makes of a number; a longer one is not looked at."""
_HIDDEN_THOUSANDS = (1, 2, 3)
_COARSE = re.compile(r"\D*\b\d{4}\b\D*|\d{1,2}[/.-]\d{4}|[^\W\d]+")
_SIGNS = "-−+()"


def number_as_shown(stored: str, shown: str | None) -> _Content:
    """Return a cell that stores a number, as it is shown.

    Args:
        stored: the digits.
        shown: the text; ``None`` where the document has none.
    """
    value = number(stored)
    if value is None:
        return Kind.TEXT, stored, stored, None
    plain = Kind.NUMBER, stored, value, None
    if shown is None or len(shown) > _LONGEST or shown == stored or (not value and is_dash(shown)):
        return plain
    match = _NUMERAL.search(shown)
    if match is None:
        return Kind.TEXT, shown.strip(), (shown.strip() if shown.strip() or not value else None), None
    numeral = match[0].rstrip(" \u00a0\u202f\u2009.,'")
    before, after = shown[: match.start()], shown[match.start() + len(numeral) :]
    words = before.strip(_SIGNS + " "), after.strip(_SIGNS + " ")
    for power in (0, *_HIDDEN_THOUSANDS):
        if _stands_for(numeral, abs(value) / 1000**power):
            return _formatted(stored, value, before, after, power) if power or any(words) else plain
    return Kind.TEXT, shown.strip(), shown.strip(), None


def _formatted(stored: str, value: int | float, before: str, after: str, power: int) -> _Content:
    """Return a number with a format that shows the same words around it, and as many thousands."""
    quoted = [f'"{text.translate({ord(sign): None for sign in _SIGNS + chr(34)})}"' for text in (before, after)]
    return Kind.NUMBER, stored, value, f"{quoted[0]}0{',' * power}{quoted[1]}".replace('""', "")


def _stands_for(numeral: str, value: float) -> bool:
    """Whether a numeral is a number rounded to its decimals, whichever of its separators is that of the decimals."""
    bare = _SPACES.sub("", numeral)
    for decimal, group in ((",", "."), (".", ",")):
        whole, _, decimals = bare.replace(group, "").partition(decimal)
        if decimal in decimals or not (whole + decimals).isdecimal():
            continue
        if abs(float(f"{whole}.{decimals or 0}") - value) <= 0.5000001 * 10.0 ** -len(decimals):
            return True
    return False


def day_as_shown(stored: str, day: date | datetime, shown: str | None) -> _Content:
    """Return a cell that stores a day, as it is shown: a year, or a month, where no more of it is seen."""
    text = (shown or "").strip()
    if text and len(text) <= _LONGEST and str(day.year) in text and _COARSE.fullmatch(text):
        return Kind.DATE, text, text, None
    return Kind.DATE, stored, day, None
