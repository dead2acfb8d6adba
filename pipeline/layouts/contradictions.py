"""What is stated twice, near a figure and farther from it: whether both can be true, and what is said where not.

The nearer statement replaces the farther one, which must be true beside it: a department within the region of the
title, a part of the indicator over the table. Where it cannot be, the figures are refused with both cells.

What belongs here: holding two statements of one field against each other. What does not: which of them holds, and what
is put together instead (``row_meanings``), units (``pipeline.figures.stated_units``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.figures.periods import OPEN_END, Period
from pipeline.layouts.fields import PUBLICATION_FIELDS
from pipeline.layouts.keys import Read
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.indicators import Indicator, indicators
from pipeline.vocabulary.territories import Territory, is_within
from pipeline.vocabulary.words import fold

NOT_COMPARED = frozenset(
    {"breakdown", "remark", "unit"}  # what stands near and far is put together
    | {"code", "parent"}  # compared with the territory
    | {"period"}  # compared once for the whole table: a report of 2022 states 2021 as well
    | {"population"}  # what is said of a table holds where a row says nothing else
    | {"known_on", "template", *PUBLICATION_FIELDS}  # said of the whole file
)
"""Fields whose nearer statement is not held against the farther one."""
_MAPPED = frozenset({"region", "department"})


def contradiction(near: Read, far: Read) -> Rejection | None:
    """Return why a statement cannot stand, where one that is farther from the figures contradicts it.

    What states nothing, or stands in no cell as the name of a sheet does, contradicts nothing.
    """
    if not far.cell.row or near.meaning is None or agree(near.meaning, far.meaning):
        return None
    return reject("CONTEXTE_CONTREDIT", raw_text=near.cell.text, stated=far.cell.text, other=far.cell.address)


def first_contradiction(reads: Mapping[str, Read], farther: Mapping[str, Read]) -> tuple[str, Rejection] | None:
    """Return the first field of which a statement is contradicted by what is farther, and why it is refused."""
    for key, read in reads.items():
        is_compared = key in farther and key.partition(":")[0] not in NOT_COMPARED
        if is_compared and (problem := contradiction(read, farther[key])) is not None:
            return key, problem
    return None


def agree(near: object, far: object) -> bool:
    """Whether two statements of one field can both be true of one figure."""
    match near, far:
        case _, None:
            return True
        case Territory(), Territory():
            return _overlap(near, far)
        case Indicator(), Indicator():
            return far.code in _wholes(near)
        case Period(), Period():
            return near.start <= far.end and far.start <= near.end
        case str(), str():
            return fold(near) == fold(far)
        case _:
            return type(near) is not type(far) or near == far


def _overlap(near: Territory, far: Territory) -> bool:
    """Whether one of two territories may hold the other: nobody knows the extent of a pseudo-territory."""
    if not {near.level, far.level} <= _MAPPED or near.valid_to or far.valid_to:
        return True
    if near.level == far.level:
        return near.code == far.code
    region, part = (near, far) if near.level == "region" else (far, near)
    return is_within(part.level, part.code, region.code)


def _wholes(indicator: Indicator) -> set[str]:
    """Return the codes of an indicator and of all that it is a part of."""
    found, code = set[str](), indicator.code
    while code and code not in found:
        found.add(code)
        code = indicators()[code].part_of or indicators()[code].included_in
    return found


def other_period(stated: Read, periods: Iterable[Period]) -> Rejection | None:
    """Return why the figures of a table are refused of which none is about the period that stands over it.

    A table that states several years is about the one of its title as well; where it has none of them, one is wrong.
    """
    far = stated.meaning
    if isinstance(far, int):  # a year that stands apart from its month
        far = Period(date(far, 1, 1), date(far, 12, 31), "A")
    if not stated.cell.row or not isinstance(far, Period) or far.end == OPEN_END:
        return None
    is_empty = True
    for period in periods:
        if agree(period, far):
            return None
        is_empty = False
    words = {"stated": stated.cell.text, "other": stated.cell.address}
    return None if is_empty else reject("PERIODE_CONTREDITE", **words)
