"""French wordings: how an office writes a date, a period, a unit; and what a label measures.

What belongs here: words for one value. What does not: where they stand on a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pipeline.vocabulary.indicators import Indicator, resolve_indicator
from pipeline.vocabulary.populations import without_population
from tools.raw_workbooks.facts import Fact, plain

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def published(fact: Fact) -> str:
    """Return a publication date as an office writes it, no more exact than it is known."""
    if day := _exact_day(fact):
        return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
    known = _known_date(fact)
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", known):
        return f"{MONTHS[int(match[2]) - 1]} {match[1]}"
    return known or "non précisée"


def published_day(fact: Fact) -> date | str:
    """Return a publication date as a date, or in words where the day is not known."""
    return _exact_day(fact) or published(fact)


def publisher_of(fact: Fact) -> str:
    """Return who published a figure: what stands between brackets at the end of the title of its source.

    What follows a semicolon there is a remark of the facts, and « article » names nobody.
    """
    named = re.search(r"\((?:copie de )?([^();]+)(?:;[^()]*)?\)$", plain(fact.source_title))
    return named[1] if named and named[1] != "article" else ""


def _known_date(fact: Fact) -> str:
    return fact.published_date.split(" (")[0]


def _exact_day(fact: Fact) -> date | None:
    known = _known_date(fact)
    return date.fromisoformat(known) if re.fullmatch(r"\d{4}-\d\d-\d\d", known) else None


def period_words(period: str) -> str | int:
    """Return a period in French: a year as a number, anything else in words.

    ``2021`` is 2021, ``2021-12-31`` is « au 31 décembre 2021 », ``2025-06`` is « juin 2025 », ``2019-2021-03`` is
    « janvier 2019 à mars 2021 », ``2023-10/2024-09`` is « octobre 2023 à septembre 2024 », ``2024-S1`` is
    « 1er semestre 2024 »; years such as ``2018-2020`` stay as they are.
    """
    if re.fullmatch(r"\d{4}", period):
        return int(period)
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", period):
        month = f"{MONTHS[int(match[2]) - 1]} {match[1]}"
        return f"1er {month}" if match[3] == "01" else f"au {match[3]} {month}"
    if match := re.fullmatch(r"(\d{4})-(\d{4})-(\d\d)", period):
        return f"janvier {match[1]} à {MONTHS[int(match[3]) - 1]} {match[2]}"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period):
        return f"{MONTHS[int(match[2]) - 1]} {match[1]}"
    if match := re.fullmatch(r"(\d{4}-\d\d)/(\d{4}-\d\d)", period):
        return f"{period_words(match[1])} à {period_words(match[2])}"
    if match := re.fullmatch(r"(\d{4}-\d\d)-(\d\d)/(\d\d)", period):
        return f"{match[2]}-{match[3]} {period_words(match[1])}"
    if match := re.fullmatch(r"(\d{4})-S([12])", period):
        return f"{'1er' if match[2] == '1' else '2e'} semestre {match[1]}"
    return period


def unit_words(as_worded: str, indicator: Indicator, units: Mapping[str, str]) -> str:
    """Return what stands in a unit column: the scale where the value is bare or states it, else the thing counted."""
    if indicator.unit != "EUR":
        return translated(indicator.unit, units, "wordings.toml, units")
    bare = re.fullmatch(r"[\d\s ,.]+", as_worded)
    return "M€" if bare or re.search(r"[Mm] ?€|\bMe\b", as_worded) else "€"


def translated(text: str, words: Mapping[str, str], where: str) -> str:
    """Return the French words that a declaration has for a text of the facts."""
    if text not in words:
        raise SystemExit(f"{where}: no words for « {text} »")
    return words[text]


def indicator_of(label: str, *scopes: str) -> Indicator:
    """Return what a label measures; a label that nobody could resolve is never written.

    A label may end with whose figure it is: « Réhabilités (Ozanam) ».
    """
    counted, _ = without_population(label)
    if (found := resolve_indicator(label, scopes) or resolve_indicator(counted, scopes)) is None:
        raise SystemExit(f"no indicator, or several, for « {label} » in {' and '.join(scopes)}")
    return found
