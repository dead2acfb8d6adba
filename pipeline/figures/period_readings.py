"""Periods that can be read in two ways, and are therefore none: ``2009/1``, ``jui 2019``, ``mars 19``.

What belongs here: the readings of such a wording, for a message. What does not: reading periods (``periods``).
"""

from __future__ import annotations

import re

from pipeline.figures.periods import SLASH, bare_wording
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary.months import ENGLISH, FRENCH, MONTHS, possible_months

_WORD_AND_YEAR = re.compile(r"([a-z]{1,9})\.?[ /-]?(?:\d{4}|'?\d\d)|\d{4}[ /-]?([a-z]{1,9})\.?")
_WORD = re.compile(r"([a-z]{1,9})\.?")
_MONTH_AND_NUMBER = re.compile(r"([a-z]{3,9})\.? (\d\d)")
_SHORT_YEARS = 31
"""From here on a number behind a month is no day."""


def ambiguous_period(text: str, part: str) -> Rejection | None:
    """Return the rejection of a wording with two readings, with the line that says which is meant; else ``None``."""
    readings = period_readings(text, part)
    if readings is None:
        return None
    line = 'slash = "month" (quarter, half_year)' if SLASH.fullmatch(bare_wording(text)) else ""
    return reject("PERIODE_AMBIGUE", raw_text=text, readings=readings, author_hint=line)


def period_readings(text: str, part: str) -> Wording | None:
    """Return the readings of a wording that has several as a period, or as a part of one; ``None`` where it has not.

    >>> period_readings("2009/1", "").fr
    'janvier 2009 ou le 1er trimestre 2009'
    """
    bare = bare_wording(text)
    if match := SLASH.fullmatch(bare):
        return _after_slash(match[1], int(match[2])) if not part else None
    if (match := _MONTH_AND_NUMBER.fullmatch(bare)) and match[1] in MONTHS and not part:
        month, number = MONTHS[match[1]], int(match[2])
        if 1 <= number <= _SHORT_YEARS:
            french, english = FRENCH[month - 1], ENGLISH[month - 1]
            return Wording(
                f"le {number} {french} ou {french} 20{number:02d}", f"{number} {english} or {english} 20{number:02d}"
            )
    match = (_WORD if part == "month" else _WORD_AND_YEAR).fullmatch(bare)
    months = possible_months(next(filter(None, match.groups()), "")) if match else ()
    if len(months) < 2:
        return None
    names = ([known[month - 1] for month in months] for known in (FRENCH, ENGLISH))
    return Wording(*(between.join(each) for between, each in zip((" ou ", " or "), names, strict=True)))


def _after_slash(year: str, number: int) -> Wording | None:
    """Return what a number behind a year may be: a month, a quarter, the year that follows."""
    if not 1 <= number <= 12:
        return None
    french, english = [f"{FRENCH[number - 1]} {year}"], [f"{ENGLISH[number - 1]} {year}"]
    if number <= 4:
        french.append(f"le {number}{'er' if number == 1 else 'e'} trimestre {year}")
        english.append(f"quarter {number} of {year}")
    else:
        french.append(f"une autre partie de {year}")
        english.append(f"another part of {year}")
    return Wording(" ou ".join(french), " or ".join(english))
