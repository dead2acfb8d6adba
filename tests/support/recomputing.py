"""Which statement holds on a day, worked out by hand from the rules, in plain Python: what sql/ is held against.

Nothing here reads sql/: the rules are those of the design, written a second time on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file says of one figure, from a day on, at a place."""

    file: str
    place: str
    event: int
    """Its number in the ledger."""
    since: date
    value: float | None
    qualifier: str = "="
    is_secret: bool = False
    authority: int = 20
    is_prose: bool = False
    voice: str = "region"
    withdrawn: date | None = None


def holder(statements: Iterable[Statement], day: date) -> Statement | None:
    """Return the statement that holds at the end of a day, ``None`` where nothing has been said by then."""
    spoken: dict[str, Statement] = {}
    for statement in sorted(statements, key=lambda each: each.event):
        if statement.since <= day and not (statement.withdrawn and statement.withdrawn <= day):
            spoken[statement.place] = statement  # one place, one voice
    held: Statement | None = None
    for statement in sorted(spoken.values(), key=lambda each: (each.since, each.event)):
        if held is None or _takes_over(held, statement):
            held = statement
    return held


def _takes_over(held: Statement, later: Statement) -> bool:
    if held.is_secret:
        return False
    if later.is_secret:
        return True
    if later.value is None:
        return False
    if held.value is None:
        return True
    if (held.value, held.qualifier) == (later.value, later.qualifier):
        return False  # it says the same
    (held_least, held_most), (least, most) = _reach(held), _reach(later)
    if held_least <= most and least <= held_most:
        return _vagueness(later) < _vagueness(held)
    return later.authority >= held.authority


def _reach(statement: Statement) -> tuple[float, float]:
    """Return what a whole number can stand for: as written, or rounded where it may be."""
    value = statement.value or 0.0
    if statement.qualifier == ">":
        return value, math.inf
    if statement.qualifier == "<":
        return -math.inf, value
    off = _rounding(statement)
    return value - off, value + off


def _rounding(statement: Statement) -> float:
    digits = str(int(statement.value or 0))
    unit = 10 ** (len(digits) - len(digits.rstrip("0"))) if digits != "0" else 1
    if statement.qualifier == "~":
        return unit if unit > 1 else 1e-9
    return unit if statement.is_prose and unit > 1 else 0


def _vagueness(statement: Statement) -> float:
    if statement.qualifier in "<>":
        return math.inf
    return _rounding(statement) * (1.001 if statement.qualifier == "~" else 1)
