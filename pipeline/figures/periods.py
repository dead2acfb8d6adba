"""Periods and dates, as French tables and texts write them.

What belongs here: from ``2e trimestre 2024``, ``d'octobre 2023 à septembre 2024`` or ``1er janvier 2021`` to days.
What does not: which cell states the period (``layouts``), and guessing: two periods in one wording are none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from pipeline.figures.figure import UnreadableError
from pipeline.figures.marks import take_status
from pipeline.figures.spans import first_day, take_span
from pipeline.vocabulary.months import MONTHS
from pipeline.vocabulary.typography import plain, without_leaders

_LONGEST = 120  # characters: a longer text is a sentence
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NOISE = 1e-9

OTHER = "_O"
"""The frequency of what is no such period, as SDMX:CL_FREQ(2.1) writes it; also of a date."""
OPEN_END = date.max
"""The end of a period of which only the beginning is stated: ``à partir de 2017``."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a figure is about, bounds included. A stock at a date starts and ends on that day."""

    start: date
    end: date
    frequency: str
    """Of SDMX:CL_FREQ(2.1): ``A`` a calendar year, ``S`` a half-year, ``Q`` a quarter, ``M`` a month, :data:`OTHER`."""


def read_period(raw: object, slash: str = "") -> Period | None:
    """Return the period that a wording, a year or a date stands for; ``None`` when unreadable or ambiguous.

    A window that is exactly a year, a half-year, a quarter or a month has that frequency, however it is written.
    A wording that states only a beginning (``depuis 2018``) ends on :data:`OPEN_END`. One that states how many months
    end with a period (``12 mois finissant en mars 2019``) is about all of them.

    Args:
        raw: the text, the number or the day.
        slash: what the number in ``2009/1`` is: ``month``, ``quarter`` or ``half_year``; nothing where nobody says so.
    """
    if isinstance(raw, str):
        return _read(raw, slash) if len(raw) <= _LONGEST else None
    if isinstance(raw, datetime):
        return _on(raw.date())
    if isinstance(raw, date):
        return _on(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and _FIRST_YEAR <= raw <= _LAST_YEAR:
        year = round(raw)  # a spreadsheet stores up to 17 digits and shows 15
        return _year(year) if abs(raw - year) < _NOISE else None
    return None


def read_date(raw: object) -> date | None:
    """Return the day that a wording stands for; ``None`` when there is none.

    A month, a quarter, a half-year or a year stands for its last day: what is dated ``décembre 2021`` is known at the
    latest by the end of that month. A window of several years has no date.
    """
    period = read_period(raw if not isinstance(raw, str) else _bare_day(raw))
    if period is None or (period.frequency == OTHER and period.start != period.end):
        return None
    return period.end


def period_status(text: str) -> str:
    r"""Return the status that a period's wording marks: ``P``, ``R``, ``E``, ``B``; ``A`` without a mark.

    ``2023 (p)`` and ``2011\nprovisoire`` are provisional, and so is ``2023**``; a single star is a note.
    """
    return _without_marks(text)[1] if len(text) <= _LONGEST else "A"


_PLACE = re.compile(
    r"(?:fait )?(?:a |au |aux |en )?[a-z][a-z' -]{1,40}?(?:,? (?:le |ce )|, )(?=(?:[a-z]{5,8} )?\d)", re.IGNORECASE
)
_TIME = re.compile(r"(?:(?:,| a)? ?\b|(?<=\d)t)\d{1,2} ?(?::|h)(?: ?\d{2}(?::\d{2})?)? ?(?:min)?$", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2})")
_CENTURY = 70
"""A year of two digits from here on is one of the twentieth century."""


def _bare_day(text: str) -> str:
    """Return a date without the place before it and the time behind it, its year with four digits.

    ``22-03-15`` has two readings and stays as it is, which nothing reads.
    """
    if len(text) > _LONGEST:
        return text
    bare = _TIME.sub("", _without_place(plain(text))).strip()
    if match := _SHORT_YEAR.fullmatch(bare):
        return f"{match[1]}/{match[3]}/{full_year(int(match[4]))}"
    return bare


def full_year(year: int) -> int:
    """Return the year that two digits stand for, one from 1970 to 2069."""
    return 1900 + year if year >= _CENTURY else 2000 + year


def _without_place(text: str) -> str:
    match = _PLACE.match(text)
    return text[match.end() :] if match else text


# -- calendar ----------------------------------------------------------------------------------------------------


def _on(day: date) -> Period | None:
    return Period(day, day, OTHER) if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _year(year: int) -> Period | None:
    return _months(year, 1, 12)


def _months(year: int, first: int, count: int) -> Period | None:
    """Return ``count`` months of one year from ``first`` on."""
    last = first + count - 1
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= first <= last <= 12):
        return None
    return _window(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _window(start: date, end: date) -> Period | None:
    """Return the period between two days, with the frequency that its bounds make."""
    if start >= end:
        return None
    frequency = OTHER
    if start.year == end.year and start.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        count = end.month - start.month + 1
        if (start.month - 1) % count == 0:
            frequency = {12: "A", 6: "S", 3: "Q", 1: "M"}.get(count, OTHER)
    return Period(start, end, frequency)


def _day(year: str, month: int, day: str) -> Period | None:
    try:
        return _on(date(int(year), month, int(day)))
    except ValueError:
        return None


# -- wordings ----------------------------------------------------------------------------------------------------

_ORDINALS = {"1": 1, "2": 2, "3": 3, "4": 4, "premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4}
_ORDINALS |= {"first": 1, "third": 3, "fourth": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_FOREIGN = r"(?:([1-4])(?:st|nd|rd|th|\.?[oa]|\.)?|(first|second|third|fourth|iv|i{1,3}))"
_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_ORDINAL = r"(?:([1-4])(?:er|re|e|eme|ere|nd|d)?|(premier|deuxieme|second|troisieme|quatrieme))"
_YEAR = r"(\d{4})"
_OF = r"(?:de |del |of )?"

_ARTICLE = re.compile(r"^(?:le |la |l'|lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )+")
_LEAD = re.compile(
    r"^(?:en |pour |(?:sur |pendant )?(?:la )?periode :? ?|au titre de |sur |courant )?"
    r"(?:l'|les )?(?:annees? (?:civile )?|exercice |millesime |year |jahr |jaar |ann?o (?:de )?|mois d[e'] ?)?"
    r"(?:en )?(?=.*\d)"
)


def _half_or_quarter(year: str, rank: int, letter: str) -> Period | None:
    size = 6 if letter in {"s", "h"} else 3
    return _months(int(year), (rank - 1) * size + 1, size)


# Each wording of one period, with what makes a period of its groups. Nothing here is a range.
_ATOMS: tuple[tuple[re.Pattern[str], Callable[[tuple[str, ...]], Period | None]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (_YEAR, lambda g: _year(int(g[0]))),
        (rf"{_YEAR}[ -]?([stqh])([1-4])", lambda g: _half_or_quarter(g[0], int(g[2]), g[1])),
        (rf"([stqh])([1-4])[ -/]?{_YEAR}", lambda g: _half_or_quarter(g[2], int(g[1]), g[0])),
        (
            rf"{_ORDINAL} ?(s|t)(?:em(?:estre)?|rim(?:estre)?)?[., ]*(?:de )?(?:l'annee )?{_YEAR}",
            lambda g: _half_or_quarter(g[3], _ORDINALS[g[0] or g[1]], g[2]),
        ),
        (
            rf"{_FOREIGN} ?(quarter|quartal|kwartaal|trimestre|half(?:[ -]year)?|halbjahr)[., ]*{_OF}{_YEAR}",
            lambda g: _half_or_quarter(g[3], _ORDINALS[g[0] or g[1]], g[2][0]),
        ),
        (rf"quarter ([1-4])[., ]*{_OF}{_YEAR}", lambda g: _half_or_quarter(g[1], int(g[0]), "q")),
        (rf"{_MONTH}(?: ?[-/,] ?| de | del | )?{_YEAR}", lambda g: _months(int(g[1]), MONTHS[g[0]], 1)),
        (rf"{_MONTH}(?: ?[-/] ?'?| ?')(\d\d)", lambda g: _months(full_year(int(g[1])), MONTHS[g[0]], 1)),
        (rf"{_YEAR}[ /-]?{_MONTH}", lambda g: _months(int(g[0]), MONTHS[g[1]], 1)),
        (rf"{_YEAR}[ -]?m(\d\d?)", lambda g: _months(int(g[0]), int(g[1]), 1)),
        (rf"{_YEAR}-(\d\d)", lambda g: _months(int(g[0]), int(g[1]), 1)),
        (rf"(\d\d?)/{_YEAR}", lambda g: _months(int(g[1]), int(g[0]), 1)),
        (rf"{_YEAR}-(\d\d)-(\d\d)(?:[t ]00:00(?::00(?:\.0+)?)?)?", lambda g: _day(g[0], int(g[1]), g[2])),
        (rf"(\d\d?)([/.-])(\d\d?)\2{_YEAR}", lambda g: _day(g[3], int(g[2]), g[0])),
        (rf"(\d\d?)(?:er|\.)? (?:de )?{_MONTH} (?:de )?{_YEAR}", lambda g: _day(g[2], MONTHS[g[1]], g[0])),
    )
)
SLASH = re.compile(r"(\d{4}) ?/ ?(\d\d?)")
_AT = re.compile(r"^(?:(?:au|a la date du|arrete au|situation au|le) |(?P<end>(?:a )?(?:la )?fin (?:de )?))(?=.*\d)")

# Ranges, with the two bounds named ``a`` and ``b``; the left one may leave out what the right one says.
_RANGES = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?P<a>\d{4}) ?- ?(?P<b>\d{4}(?:-\d\d){0,2})",
        r"(?P<a>\d{4}-\d\d(?:-\d\d)?) ?/ ?(?P<b>\d{4}-\d\d(?:-\d\d)?)",
        r"(?P<a>\d{4}-\d\d-\d\d)/(?P<b>\d\d)",
        r"(?:du )?(?P<a>\d\d?(?:er)?) ?(?:-|au|et) ?(?P<b>\d\d? [a-z]+\.? \d{4})",
        r"(?:periode )?(?:de |d'|du |entre )(?P<a>.+?)(?: a | au | et | jusqu'en | jusqu'a | jusqu'au )(?P<b>.+)",
        r"(?:cumul )?depuis (?P<a>.+?),? (?:au|a|jusqu'au|jusqu'en|jusqu'a) (?P<b>.+)",
        r"(?P<a>.+?)(?: a | au | - |, au )(?P<b>.+)",
    )
)
_OPEN = re.compile(r"(?:a partir (?:de |du )|a compter (?:de |du )|depuis )(.+)")
_PARTIAL_DAY = re.compile(r"(\d\d?)(?:er)?")
_PARTIAL = re.compile(rf"(?:\d\d?(?:er)? )?{_MONTH}")
_YEAR_AT_END = re.compile(r"(\d{4})$")
_MONTH_AND_YEAR_AT_END = re.compile(rf"{_MONTH} {_YEAR}$")


@lru_cache(maxsize=4096)
def _read(raw: str, slash: str) -> Period | None:
    text = bare_wording(raw)
    if slash and (match := SLASH.fullmatch(text)):
        size = {"month": 1, "quarter": 3, "half_year": 6}[slash]
        return _months(int(match[1]), (int(match[2]) - 1) * size + 1, size)
    return _read_plain(text) or _read_plain(_LEAD.sub("", text, count=1)) or _span(text)


def bare_wording(raw: str) -> str:
    """Return a wording of a period in lower case, without the marks behind it and the dots that lead to a figure."""
    return " ".join(_without_marks(raw)[0].lower().split()) if len(raw) <= _LONGEST else ""


def _span(text: str) -> Period | None:
    """Return the months of which a wording says how many they are, and with which they end."""
    said = take_span(text)
    if said is None:
        return None
    months, bare, without_brackets = said
    last = _atom(bare)
    if last is not None:
        return span_up_to(last, months)
    window = _read_plain(without_brackets) if without_brackets != text else None
    return window if window is not None and first_day(window.end, months) == window.start else None


def span_up_to(last: Period, months: int) -> Period | None:
    """Return the period of some months that end with a period; ``None`` where it is longer than they are, or open.

    A span of as many months is itself.
    """
    if last.end == OPEN_END or (start := first_day(last.end, months)) is None or start.year < _FIRST_YEAR:
        return None
    if last.frequency == OTHER and last.start != last.end:
        return last if last.start == start else None
    return _window(start, last.end) if start <= last.start else None


def _read_plain(text: str) -> Period | None:
    if at := _AT.match(text):
        period = _atom(text[at.end() :])
        if period is not None and (at["end"] or period.start == period.end):
            return _on(period.end)
    return _atom(text) or _range(text) or _open(text)


def _open(text: str) -> Period | None:
    match = _OPEN.fullmatch(text)
    start = _atom(match[1]) if match else None
    return Period(start.start, OPEN_END, OTHER) if start else None


def _atom(text: str) -> Period | None:
    bare = _ARTICLE.sub("", text)
    for pattern, make in _ATOMS:
        if match := pattern.fullmatch(bare):
            return make(match.groups(default=""))
    return None


def _range(text: str) -> Period | None:
    for pattern in _RANGES:
        if match := pattern.fullmatch(text):
            low, high = match["a"], match["b"]
            if high.isdecimal() and len(high) == 2:  # 2025-09-23/25
                high = low[:-2] + high
            start, end = _atom(_completed(low, high)), _atom(high)
            if start and end:
                return _window(start.start, end.end)
    return None


def _completed(low: str, high: str) -> str:
    """Return the left bound with the month and the year that only the right one says: ``23`` and ``25 mai 2025``."""
    bare = _ARTICLE.sub("", low)
    if _PARTIAL_DAY.fullmatch(bare) and (match := _MONTH_AND_YEAR_AT_END.search(high)):
        return f"{bare} {match[0]}"
    if _PARTIAL.fullmatch(bare) and (match := _YEAR_AT_END.search(high)):
        return f"{bare} {match[1]}"
    return low


# -- marks -------------------------------------------------------------------------------------------------------

_NOTE = re.compile(r" ?(?:(?<!\*)\*+|\(\d{1,2}\)|\[\d{1,2}\])$")
_GLUED = re.compile(r"(?<=\d{4})(p|e|r)$", re.IGNORECASE)


def _without_marks(raw: str) -> tuple[str, str]:
    """Return a wording without its status and note marks, and the status."""
    text, status = plain(raw), "A"
    while True:
        before, text = text, without_leaders(text)
        try:
            text, found = take_status(text)
        except UnreadableError:  # two statuses that contradict each other say nothing of the period
            return "", "A"
        if match := _GLUED.search(text):
            text, found = text[: match.start()], match[1].upper()
        if match := _NOTE.search(text):
            found = "P" if "**" in match[0] and found == "A" else found
            text = text[: match.start()]
        status = found if status == "A" else status
        if text == before:
            return text, status
