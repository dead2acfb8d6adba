"""Units that are stated beside a figure: found in titles, notes and names, and held against each other.

A figure has one unit, wherever the sheet states it: beside it, in its header, above or below its table, in the name of
its sheet. Two statements that cannot both be true refuse the figure.

What belongs here: finding the statement in a text, and joining several. What does not: reading one (``units``), and
what a unit in the figure's own text does to it (``statements``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline.figures.figure import UnreadableError
from pipeline.figures.suffixes import Suffix, measure_at, names_declared_unit, read_stated
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.units import UNITS, Unit, unit

AGAINST = " ≠ "
"""Stands between two wordings that contradict each other."""

_LONGEST = 300
_MAY_STATE = re.compile(r"€|eur|mil|mrd|md|m2|m²|metres? carres?|ha\b|hectare", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?P<said>\ben |\bunites? ?:? ?(?:en )?|\bexprime\w* (?:en )?)|^|(?<=[(\[])|(?<=[:;,] )|(?<=- )", re.IGNORECASE
)
_TAIL = re.compile(r"[^)\],;:.\n]*")
_PER = re.compile(r"\s?(?:/|par )\s?\S", re.IGNORECASE)
_PRICES = re.compile(r"\s(?:constants?|courants?|d'\d{4}|de \d{4})\b", re.IGNORECASE)
_TAX = re.compile(r"\s?(?:h\.?t\.?|ttc)?\.?", re.IGNORECASE)
_OF_ITS_KIND = re.compile(
    r"\b(?:montants?|aides?|sommes?|financements?|investissements?|prets?|couts?|budgets?|surfaces?)\b", re.IGNORECASE
)
_SAID_WORDS = 6
_AROUND = frozenset({"money", "area"})


class Around(NamedTuple):
    """A unit that is stated elsewhere on the sheet."""

    wording: str
    of_its_kind: bool
    """Whether it is said of the figures of its kind alone: « montants en k€ » is not about dwellings."""


@lru_cache(maxsize=4096)
def statement_in(text: str) -> Around | None:
    """Return the unit that a title, a note or a name states for the figures it is about, ``None`` where it states none.

    >>> statement_in("Montants exprimés en K euros (hors filiales)"), statement_in("Unité : k€"), statement_in("Bilan")
    (Around(wording='K euros', of_its_kind=True), Around(wording='k€', of_its_kind=False), None)
    """
    if not _MAY_STATE.search(text) and not names_declared_unit(text[:_LONGEST]):
        return None
    wording = plain(text[:_LONGEST])
    for before in _BEFORE.finditer(wording):
        rest = wording[before.end() :]
        measure = measure_at(rest)
        if measure is None or not _is_about_a_table(measure[0]):
            continue
        tail = _TAIL.match(rest, measure[1])
        after = tail[0] if tail else ""
        if _PRICES.match(after) and measure[0].scale is None:
            continue  # at the prices of a year: what was counted in is said elsewhere
        is_said = before["said"] is not None and len(after.split()) <= _SAID_WORDS
        if is_said or _TAX.fullmatch(after) or _PER.match(after):
            stated = (rest[: measure[1]] + (after if _PER.match(after) else "")).strip()
            return Around(stated, _OF_ITS_KIND.search(wording[: before.start()]) is not None)
    return None


def _is_about_a_table(measure: Suffix) -> bool:
    """Whether a measure is one that a text states for figures that stand elsewhere: money, an area, thousands."""
    if measure.unit is None:
        return measure.scale is not None and len(measure.wording) > 1
    return measure.unit.is_declared or measure.unit.family in _AROUND


@lru_cache(maxsize=4096)
def together(code: str, beside: tuple[str, ...], around: tuple[Around, ...] = (), *, is_counted: bool = False) -> str:
    """Return the one wording that some statements make together for figures of a unit.

    Those that contradict each other are returned with :data:`AGAINST` between them, which nothing reads as a unit.

    Args:
        code: the canonical unit of the figures.
        beside: what stands in their row and over their column.
        around: what is said elsewhere on the sheet, of figures of any unit.
        is_counted: whether their header says that things are counted.
    """
    target = unit(code)
    stated = [wording for wording in beside if wording.strip()]
    stated += [each.wording for each in around if _is_said_of(each, target, stated, is_counted=is_counted)]
    kept = ""
    for wording in stated:
        if not kept:
            kept = wording
        elif not _agree(kept, wording):
            return f"{kept}{AGAINST}{wording}"
        elif _says(_reads(wording)) and not _says(_reads(kept)):
            kept = wording
    return kept


def _reads(wording: str) -> Suffix:
    """Return what a wording says of the unit, nothing where it cannot be read."""
    try:
        return read_stated(wording)
    except UnreadableError:
        return Suffix()


def _is_said_of(around: Around, target: Unit, beside: list[str], *, is_counted: bool) -> bool:
    """Whether what is said somewhere on a sheet is said of figures of a unit, beside which something is stated, or not.

    « En milliers » is about whatever has no measure of its own, « en k€ » about amounts, and about figures of which
    nothing tells what they are.
    """
    measure = _reads(around.wording)
    if measure.unit is None:
        return target.takes_scale and not any(_reads(wording).unit for wording in beside)
    return measure.unit.family == target.family or not (around.of_its_kind or beside or is_counted)


def _agree(one: str, other: str) -> bool:
    """Whether two wordings can both be true of one figure."""
    try:
        first, second = read_stated(one), read_stated(other)
    except UnreadableError:
        return one == other
    if first.unit and second.unit and first.unit.family != second.unit.family:
        return False
    if not (_says(first) and _says(second)):
        return first.scale == second.scale or not (first.noun or second.noun)
    return _factor(first, second.unit) == _factor(second, first.unit)


def _says(measure: Suffix) -> bool:
    return measure.scale is not None or measure.unit is not None


def _factor(measure: Suffix, other: Unit | None) -> object:
    return measure.multiplier * (measure.unit or other or UNITS["EUR"]).factor
