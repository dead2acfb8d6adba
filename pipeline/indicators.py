"""Indicators: what can be measured, and how people's wordings for it are resolved.

What belongs here: reading ``reference/indicators.toml`` and resolving a wording to one indicator.
What does not: values (``figures``) and formulas (``sql/kpi``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.words import fold, nearest

FILE = "indicators.toml"
MEASURES = ("flow", "stock", "cumulative")
ANNUAL_MEASURES = ("flow", "stock")
"""Those of which ``fact.annual_as_of`` makes a figure of a year."""

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
    scorecard: bool = False
    """Whether its annual figures are a column of ``kpi.regional`` and of the scorecard, in the order of the file."""
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
    """Return every indicator by its code, in the order of the file.

    Raises:
        ValueError: the file contradicts itself, as :func:`read_indicators` tells.
    """
    return read_indicators(_declarations())


def _declarations() -> str:
    return resources.files("pipeline.reference").joinpath(FILE).read_text(encoding="utf-8")


def read_indicators(text: str) -> dict[str, Indicator]:
    """Return the indicators that TOML declares, by code and in its order.

    Raises:
        ValueError: a wording stands for two indicators of one scope, or an indicator of the scorecard has no annual
            figures; the message names the file and the entries, and says what to do.
    """
    found = {
        code: Indicator(code=code, **{**entry, "synonyms": tuple(entry.get("synonyms", ()))})
        for code, entry in tomllib.loads(text).items()
    }
    _check_wordings(found)
    for indicator in found.values():
        if indicator.scorecard and indicator.measure not in ANNUAL_MEASURES:
            raise ValueError(
                f"{FILE}, [{indicator.code}]: a {indicator.measure} figure has no year of its own and cannot be a "
                f"column of the scorecard; take out 'scorecard', or correct 'measure'"
            )
    return found


def _check_wordings(known: Mapping[str, Indicator]) -> None:
    """Refuse a wording that stands for two indicators of one scope: nobody could tell which one is meant."""
    owners: dict[tuple[str, str], Indicator] = {}
    for indicator in known.values():
        for wording in indicator.wordings:
            owner = owners.setdefault((indicator.scope, fold(wording)), indicator)
            if owner is not indicator:
                raise ValueError(
                    f"{FILE}: « {wording} » stands for [{owner.code}] ({owner.label_fr}) and for [{indicator.code}] "
                    f"({indicator.label_fr}), both of the scope {indicator.scope}; take it out of one of the two, or "
                    f"word it so that it means one of them"
                )


def scorecard() -> tuple[str, ...]:
    """Return the codes of the indicators that are columns of ``kpi.regional`` and of the scorecard, in order."""
    return tuple(indicator.code for indicator in indicators().values() if indicator.scorecard)


@cache
def _by_wording(scopes: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for indicator in indicators().values():
        if indicator.scope in scopes:
            for wording in dict.fromkeys(map(fold, indicator.wordings)):
                found.setdefault(wording, []).append(indicator.code)
    return found


def resolve(wording: str, scopes: Collection[str]) -> Indicator | None:
    """Return the one indicator of ``scopes`` that a wording stands for; ``None`` when unknown or ambiguous."""
    codes = _by_wording(frozenset(scopes)).get(fold(wording), [])
    return indicators()[codes[0]] if len(codes) == 1 else None


def nearest_labels(wording: str, scopes: Collection[str], *, least: float = 0.0) -> list[str]:
    """Return the labels of the indicators of ``scopes`` whose wordings look most like ``wording``, best first.

    Those that look less like it than ``least``, from 0 to 1, are left out.
    """
    allowed = {w: i.label_fr for i in indicators().values() if i.scope in scopes for w in i.wordings}
    return list(dict.fromkeys(allowed[w] for w in nearest(wording, allowed, count=6, least=least)))[:3]
