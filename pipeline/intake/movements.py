"""Movements: what holds a release and is accepted, as the ledger writes it.

Figure, old value and new value: whoever accepts that takes it wherever it comes from. Cells and sentences stand in the
release alone (``audit.held_movement``), for what is erased later must not stay in the ledger.

What belongs here: the form. What does not: what counts as a movement (``sql/audit/held_movement.sql``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Movement(NamedTuple):
    """That a figure has another value than in the release before; the fields have the names of its columns."""

    kind: str
    figure: str
    """The indicator, or the source that a region no longer reports."""
    territory_id: str
    period: str
    old_value: float | None
    new_value: float | None

    def __str__(self) -> str:
        old, new = ("–" if value is None else f"{value:,.15g}" for value in (self.old_value, self.new_value))
        return f"{self.figure}, {self.territory_id} {self.period}, {self.kind}: {old} → {new}"


def written(movements: Iterable[Movement]) -> list[dict[str, Any]]:
    """Return movements as an event says them."""
    return [movement._asdict() for movement in movements]


def read_movements(told: Iterable[dict[str, Any]]) -> tuple[Movement, ...]:
    """Return the movements that an event says.

    Raises:
        TypeError: one of them is none.
    """
    return tuple(Movement(**fields) for fields in told)
