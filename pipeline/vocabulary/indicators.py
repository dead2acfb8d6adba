"""Indicators: what can be measured, and how people's wordings for it are resolved.

What belongs here: reading ``reference/indicators.toml`` and resolving a wording to one indicator.
What does not: values (``figures``) and formulas (``sql/kpi``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from pipeline.settings import PRODUCT
from pipeline.vocabulary.words import fold, nearest

MEASURES = ("flow", "stock", "cumulative")

# Activity rarely changes by more than half from one year to the next; a unit or a digit mistyped always does. An
# indicator that is known to jump says so itself.
PLAUSIBLE_CHANGE = 0.5


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; see the head of ``reference/indicators.toml`` for what each field means."""

    code: str
    label_fr: str
    label_en: str
    unit: str
    measure: str
    additive: bool
    scope: str
    definition_fr: str
    synonyms: tuple[str, ...] = ()
    minimum: float | None = 0.0
    """The least possible value; ``None`` where it may be negative."""
    part_of: str = ""
    """The indicator that this one and its other parts make up, so that their sum is compared with it."""
    included_in: str = ""
    """The indicator that this one is only some of (a "dont" line), so that it never exceeds it."""
    growth_of: str = ""
    """The indicator whose change on the year before this one states, in percent."""
    plausible_change: float = PLAUSIBLE_CHANGE
    """The largest change that needs no second look, in either direction: 0.5 is half as much again, or a third less."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording that stands for this indicator, its code and label first."""
        return (self.code, self.label_fr, *self.synonyms)


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by its code."""
    text = (PRODUCT / "reference" / "indicators.toml").read_text(encoding="utf-8")
    return {
        code: Indicator(code=code, **{**entry, "synonyms": tuple(entry.get("synonyms", ()))})
        for code, entry in tomllib.loads(text).items()
    }


@cache
def _by_wording(scopes: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for indicator in indicators().values():
        if indicator.scope in scopes:
            for wording in dict.fromkeys(map(fold, indicator.wordings)):
                found.setdefault(wording, []).append(indicator.code)
    return found


def resolve_indicator(wording: str, scopes: Collection[str]) -> Indicator | None:
    """Return the one indicator of ``scopes`` that a wording stands for; ``None`` when unknown or ambiguous."""
    codes = _by_wording(frozenset(scopes)).get(fold(wording), [])
    return indicators()[codes[0]] if len(codes) == 1 else None


def nearest_labels(wording: str, scopes: Collection[str], *, least: float = 0.0) -> list[str]:
    """Return the labels of the indicators of ``scopes`` whose wordings look most like ``wording``, best first.

    Those that look less like it than ``least``, from 0 to 1, are left out.
    """
    allowed = {w: i.label_fr for i in indicators().values() if i.scope in scopes for w in i.wordings}
    return list(dict.fromkeys(allowed[w] for w in nearest(wording, allowed, count=6, least=least)))[:3]
