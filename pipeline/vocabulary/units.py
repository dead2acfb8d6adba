"""Units: what a figure is expressed in, and which of them convert into one another.

What belongs here: the canonical units and their families, those that sources declare among them. What does not: the
wordings that stand for them (``pipeline.figures.suffixes``).

Any unit that is not named here or declared is what is counted (``dwellings``, ``households`` …): a new one needs no
change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipeline.vocabulary.declarations import Declaration, DeclarationError, declarations


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. Two units of a family convert by the ratio of their factors."""

    family: str
    label_fr: str
    label_en: str
    factor: Fraction = Fraction(1)
    is_declared: bool = False
    """Whether a source declares it."""

    @property
    def is_count(self) -> bool:
        """Whether the unit is counted, so that a figure without a scale is whole."""
        return self.family == "count"

    @property
    def takes_scale(self) -> bool:
        """Whether one writes thousands or millions of it."""
        return self.is_declared or self.family in {"count", "money", "area"}


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


@dataclass(frozen=True, slots=True)
class DeclaredUnit:
    """A unit that a source declares, and the wordings that stand for it."""

    code: str
    unit: Unit
    wordings: tuple[str, ...]
    file: Path


@cache
def declared_units() -> dict[str, DeclaredUnit]:
    """Return the units that sources declare by code: ``[units.acres]``, with the unit that they convert into.

    Raises:
        DeclarationError: one is not described as it should be, is declared twice, or is one of the product's.
    """
    return {code: _declared(each) for code, each in declarations("units").items()}


def _declared(declaration: Declaration) -> DeclaredUnit:
    place = f"{declaration.file}, unit {declaration.name}"
    if declaration.name in UNITS or declaration.name in _COUNTED:
        raise DeclarationError(
            f"the unit {declaration.name!r} is declared in {Path(__file__)} and in {declaration.file}; rename or "
            "remove one of the two"
        )
    table: dict[str, Any] = {"of": "", "factor": 1, **declaration.table}
    if problem := _why_not(table):
        raise DeclarationError(
            f"{place}: {problem}; expected label_fr, label_en, wordings (a list) and, where it converts into a known "
            'unit, of and factor (how many of that unit it is, a number or a fraction as "1/3")'
        )
    known, label_fr, label_en = table["of"], table["label_fr"], table["label_en"]
    base = _product_unit(known) if known else Unit(declaration.name, label_fr, label_en)
    found = Unit(base.family, label_fr, label_en, base.factor * Fraction(str(table["factor"])), is_declared=True)
    return DeclaredUnit(declaration.name, found, tuple(table["wordings"]), declaration.file)


def _why_not(table: dict[str, Any]) -> str:
    """Return what is wrong with the description of a unit; empty for nothing."""
    expected = {"label_fr", "label_en", "wordings", "of", "factor"}
    if wrong := sorted(expected ^ table.keys()):
        return f"{wrong[0]!r} is {'unknown' if wrong[0] in table else 'lacking'}"
    wordings, known = table["wordings"], table["of"]
    if not isinstance(wordings, list) or not wordings or not all(isinstance(w, str) and w.strip() for w in wordings):
        return f"wordings = {wordings!r}"
    if known and known not in UNITS and known not in _COUNTED:
        return f"of = {known!r} is no unit; known: {', '.join((*UNITS, *_COUNTED))}"
    try:
        return "" if Fraction(str(table["factor"])) > 0 else f"factor = {table['factor']!r}"
    except (ValueError, ZeroDivisionError):
        return f"factor = {table['factor']!r}"


def _product_unit(code: str) -> Unit:
    counted = Unit("count", _COUNTED.get(code, "nombre"), code if code in _COUNTED else "a count")
    return UNITS.get(code, counted)


@lru_cache(maxsize=1024)
def unit(code: str) -> Unit:
    """Return the unit of a canonical code; what is not a known measure is counted."""
    declared = declared_units().get(code)
    return declared.unit if declared else _product_unit(code)


def names_what_is_counted(code: str) -> bool:
    """Whether a unit is one of the things that are counted here; a rank or an index is a number, and counts nothing."""
    return code in _COUNTED
