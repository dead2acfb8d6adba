"""Spreading: what is unread goes to workers in batches, and the run that loads waits for them, but not for ever.

Nothing depends on a worker: a batch that fails, or of which nothing is heard, is given out once more; what is still
unread afterwards is read by the run that loads, as if there were no workers.

What belongs here: giving out batches, and how long they are waited for. What does not: how a batch is read
(``pipeline.reading.spread``), who runs it (``assets.batches``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from pipeline.reading.batches import Batch

_PAUSE_SECONDS = 1.0


class State(Enum):
    """How far a batch is that was given out."""

    WAITING = "waiting"
    """Nobody has taken it yet."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It ended otherwise, or nothing is known of it."""


class Glance(NamedTuple):
    """What is seen of a batch: one that differs from the one before is a sign of life."""

    state: State
    progress: int = 0
    """Some number that grows while it is read."""


class Workers(Protocol):
    """Whoever reads batches."""

    def give(self, batch: Batch) -> str:
        """Give out a batch, and return the name under which it is asked for."""

    def look(self, names: Collection[str]) -> Mapping[str, Glance]:
        """Return what is seen of batches that were given out."""

    def cancel(self, name: str) -> None:
        """Take a batch back; one that is read all the same does no harm."""


@dataclass
class _Given:
    batch: Batch
    is_again: bool
    seen: Glance
    seen_at: float


def spread(
    batches: Sequence[Batch],
    workers: Workers,
    patience_seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Have batches read by workers; return when all have ended, or nothing is heard any more.

    A batch that waits is waited for as long as any other gets on; one that somebody has taken has to get on itself.

    Args:
        batches: what is to be read.
        workers: who reads it.
        patience_seconds: for how long nothing may be heard.
        clock: tells the time in seconds.
        pause: waits for some seconds.

    Returns:
        How many batches were read.
    """
    work = _Spreading(workers, patience_seconds, clock)
    try:
        for batch in batches:
            work.give(batch)
        while work.is_hopeful:
            pause(_PAUSE_SECONDS)
            work.look()
        return work.done
    finally:
        work.take_back()


class _Spreading:
    def __init__(self, workers: Workers, patience_seconds: float, clock: Callable[[], float]) -> None:
        self.done = 0
        self._workers = workers
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._given: dict[str, _Given] = {}
        self._heard_at = clock()

    @property
    def is_hopeful(self) -> bool:
        """Whether something is given out, and anything was heard lately."""
        return bool(self._given) and not self._is_late(self._heard_at)

    def give(self, batch: Batch, *, is_again: bool = False) -> None:
        self._heard_at = self._clock()
        self._given[self._workers.give(batch)] = _Given(batch, is_again, Glance(State.WAITING), self._heard_at)

    def look(self) -> None:
        seen = self._workers.look(self._given)
        for name, given in list(self._given.items()):
            self._judge(name, given, seen.get(name, Glance(State.FAILED)))

    def take_back(self) -> None:
        for name in self._given:
            self._workers.cancel(name)

    def _judge(self, name: str, given: _Given, glance: Glance) -> None:
        if glance != given.seen:
            given.seen, given.seen_at = glance, self._clock()
            self._heard_at = given.seen_at
        is_stuck = glance.state is State.RUNNING and self._is_late(given.seen_at)
        if is_stuck:
            self._workers.cancel(name)
        if is_stuck or glance.state in (State.DONE, State.FAILED):
            del self._given[name]
            self.done += glance.state is State.DONE
            if glance.state is not State.DONE and not given.is_again:
                self.give(given.batch, is_again=True)

    def _is_late(self, heard_at: float) -> bool:
        return self._clock() - heard_at >= self._patience_seconds
