"""Units: what a figure is expressed in, and which of them convert into one another.

What belongs here: the canonical units and their families. What does not: the wordings that stand for them
(``pipeline.figures.suffixes``).

Any unit that is not named here is what is counted (``dwellings``, ``households`` …): a new one needs no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. Two units of a family convert by the ratio of their factors."""

    family: str
    label_fr: str
    label_en: str
    factor: Fraction = Fraction(1)

    @property
    def is_count(self) -> bool:
        """Whether the unit is counted, so that a figure without a scale is whole."""
        return self.family == "count"

    @property
    def takes_scale(self) -> bool:
        """Whether one writes thousands or millions of it."""
        return self.family in {"count", "money", "area"}


UNITS = {
    "EUR": Unit("money", "euros", "euros"),
    "percent": Unit("proportion", "%", "%"),
    "per_mille": Unit("proportion", "‰", "‰", Fraction(1, 10)),
    "percent_per_year": Unit("proportion per year", "% par an", "% a year"),
    "per_100k": Unit("per 100 000", "pour 100 000", "per 100,000"),
    "points": Unit("points", "points", "points"),
    "factor": Unit("factor", "nombre de fois", "a factor"),
    "years": Unit("duration", "années", "years"),
    "months": Unit("duration", "mois", "months", Fraction(1, 12)),
    "m2": Unit("area", "m²", "m²"),
    "hectares": Unit("area", "hectares", "hectares", Fraction(10_000)),
    "persons_per_dwelling": Unit("persons per dwelling", "personnes par logement", "persons per dwelling"),
}
_COUNTED = {
    "dwellings": "logements",
    "households": "ménages",
    "persons": "personnes",
    "aids": "aides",
    "contracts": "contrats",
    "agreements": "conventions",
    "companies": "entreprises",
    "operations": "opérations",
    "cities": "villes",
    "residences": "résidences",
}


@lru_cache(maxsize=1024)
def unit(code: str) -> Unit:
    """Return the unit of a canonical code; what is not a known measure is counted."""
    counted = Unit("count", _COUNTED.get(code, "nombre"), code if code in _COUNTED else "a count")
    return UNITS.get(code, counted)


def names_what_is_counted(code: str) -> bool:
    """Whether a unit is one of the things that are counted here; a rank or an index is a number, and counts nothing."""
    return code in _COUNTED
