"""What a number format says of a stored number: a date, a time of day, an elapsed time, or plainly a number.

What belongs here: Excel's format codes, its two calendars, and how it writes numbers, for every format that has them.
What does not: percentages and units, which ``pipeline.figures`` reads from the kept code.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache

from pipeline.cells.workbook import Kind, Typed

GENERAL = "General"
_AS_STORED = {"general", "standard"}  # the second is what French and German spreadsheets write to a user

# ECMA-376 part 1, 18.8.30. The identifiers that are absent depend on the language of the writer.
BUILTIN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\[\]]*\]")

_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_END = datetime(10000 - 1, 12, 31)  # noqa: DTZ001
_DAY_MS = 86_400_000
_LONGEST = 255
"""How many characters a format code may have."""


class Temporal(Enum):
    """What kind of time a number format shows."""

    DATE = "date"
    TIME = "time"
    ELAPSED = "elapsed"


def known(code: str | None) -> str | None:
    """Return a format code, ``None`` where nobody can tell what it shows."""
    return code if code is not None and len(code) <= _LONGEST else None


@lru_cache(maxsize=4096)
def temporal(code: str) -> Temporal | None:
    """Return what kind of time a format code shows, ``None`` when it shows a number."""
    bare = _LITERAL.sub("", code).split(";", 1)[0]
    if _ELAPSED.search(bare):
        return Temporal.ELAPSED
    letters = set(_BRACKETS.sub("", bare).lower())
    if code.lower() in _AS_STORED or not letters & set("dmyhs"):
        return None
    return Temporal.TIME if letters & set("hs") and not letters & set("dy") else Temporal.DATE


def digits_and_value(value: float) -> tuple[str, int | float]:
    """Return the digits and the value of a number that a binary format stored as a float: ``8311.0`` is 8311."""
    if value.is_integer() and abs(value) < 1e15:
        whole = int(value)
        return str(whole), whole
    return repr(value), value


def typed(
    value: float,
    shows: Temporal | None,
    *,
    date1904: bool,
) -> tuple[Kind, Typed]:
    """Return the kind and the value of a stored number, given what its format shows.

    A whole day is a ``date``, a day with an hour a ``datetime``, an hour alone a ``time``, an elapsed time a
    ``timedelta``. A number that no calendar has (negative, the day 0, the 29 February 1900) stays a number.
    """
    if shows is None:
        return Kind.NUMBER, value
    try:
        since = timedelta(milliseconds=round(value * _DAY_MS))
    except (OverflowError, ValueError):
        return Kind.NUMBER, value
    if shows is Temporal.ELAPSED:
        return Kind.DURATION, since
    if shows is Temporal.TIME and 0 <= value < 1:
        return Kind.DATE, (_EPOCH_1904 + since).time()
    moment = _moment(since, date1904=date1904)
    return (Kind.NUMBER, value) if moment is None else (Kind.DATE, moment)


def _moment(since: timedelta, *, date1904: bool) -> date | datetime | None:
    if since < timedelta(0 if date1904 else 1) or (not date1904 and since.days == 60):
        return None
    epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
    if not date1904 and since.days < 60:  # Excel believes that 1900 had a 29 February
        epoch += timedelta(1)
    if since > _END - epoch:
        return None
    moment = epoch + since
    return moment.date() if moment.time() == time() else moment
