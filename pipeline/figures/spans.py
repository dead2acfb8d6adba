"""Spans of months that end with a period: ``12 mois finissant en mars 2019``, ``cumul 12 mois``, ``year ending June``.

Such a span is a period of its own, from its first day to its last, and never the month with which it ends.

What belongs here: recognising that a wording says such a span, and its days. What does not: the period that it ends
with (``periods``).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from pipeline.vocabulary.typography import plain

_LONGEST = 120
_MOST = 60  # months
_NUMBERS = {
    **dict.fromkeys(("douze", "twelve", "zwolf", "doce", "dodici", "twaalf", "doze"), 12),
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "six": 6,
    "neuf": 9,
    "dix-huit": 18,
    "vingt-quatre": 24,
    "trente-six": 36,
    "three": 3,
    "nine": 9,
    "eighteen": 18,
    "twenty-four": 24,
}
_COUNT = r"(?<![\w/.,-])(?P<count>[0-9]{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_MONTHS = r"(?:mois|months?|monate|meses|mesi|maanden)\b"
_SPAN = re.compile(rf"{_COUNT}[ -]?(?:derniers |dernieres |last |previous |letzte |ultimos |ultimi )?{_MONTHS}")
_YEAR = re.compile(r"\b(?:annee glissante|an glissant|annuel glissant|rolling year|year (?:ending|ended|to))\b")
_ROLLS = re.compile(
    r"\b(?:cumul\w*|glissante?s?|derniers|dernieres|finissant|terminant|termines|arretes|consecutifs|rolling|last|ending"
    r"|ended|moving|letzte|ultim[oi]s?|acumulad\w*|total|bis|sur (?:les )?(?:[0-9]{1,2}|[a-z-]{3,13}) mois)\b"
)
_DURATION = re.compile(
    r"\b(?:moins|plus) (?:de|d')|\b(?:dans|depuis|pendant|durees?|agee?s?|within|under|over|more|less|than)\b"
)
_CHANGE = re.compile(r"\b(?:evolutions?|variations?|croissance|taux|glissement|hausse|baisse|change|growth|rate)\b|%")
_AROUND = re.compile(
    r"\b(?:cumul\w*|total|totaux|somme|sur|des|de|du|les|le|la|en|au|a|fin|finissant|se|terminant|termines|arretes|clos"
    r"|glissante?s?|derniers|consecutifs|annuel|jusqu|rolling|moving|last|the|ending|ended|to|end|of|in|sum|bis|ende)\b'?"
    r"|\bd'|[(),:;]|(?:^| )-(?= |$)"
)
_BRACKETS = re.compile(r" ?\([^()]*\)")


@lru_cache(maxsize=4096)
def months_said(text: str) -> int:
    """Return how many months a text says that figures are summed over: 12 for ``Cumul 12 mois``; 0 where it says none.

    A change over 12 months is no sum over them, and nor is what lasts as long.
    """
    words = " ".join(plain(text).lower().split()) if len(text) <= _LONGEST else ""
    if not words or _CHANGE.search(words) or _DURATION.search(words):
        return 0
    if _YEAR.search(words):
        return 12
    return _counted(words) if _ROLLS.search(words) else 0


def take_span(text: str) -> tuple[int, str, str] | None:
    """Return how many months a plain text in lower case says that it is about; ``None`` where it says no such span.

    With it, what is left without the words that say so, and what is left without all that stands between brackets.
    """
    count = 12 if _YEAR.search(text) else _counted(text)
    if not count or _CHANGE.search(text) or _DURATION.search(text):
        return None
    rest = _SPAN.sub(" ", _YEAR.sub(" ", text))
    return count, " ".join(_AROUND.sub(" ", rest).split()), _BRACKETS.sub("", text)


def first_day(end: date, months: int) -> date | None:
    """Return the first day of some months that end with a day; ``None`` before the calendar."""
    is_last = end.day == monthrange(end.year, end.month)[1]
    month = end.year * 12 + end.month - 1 - months + (1 if is_last else 0)
    year, month = divmod(month, 12)
    if year < 1:
        return None
    if is_last:
        return date(year, month + 1, 1)
    return date(year, month + 1, min(end.day, monthrange(year, month + 1)[1])) + timedelta(days=1)


def _counted(text: str) -> int:
    match = _SPAN.search(text)
    count = 0 if match is None else _NUMBERS.get(match["count"]) or int(match["count"])
    return count if 1 < count <= _MOST else 0
