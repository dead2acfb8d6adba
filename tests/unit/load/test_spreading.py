from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pytest

from pipeline.load.spreading import Glance, State, spread
from pipeline.reading.batches import Batch, UnreadFile

ONE, TWO, THREE = ((UnreadFile(name, name, "population", (), name, 1),) for name in ("one", "two", "three"))
PATIENCE = 60
Course = Callable[[float], Glance]
"""What is seen of a batch, so many seconds after it was given out."""


class Scripted:
    """Workers of which each attempt at a batch goes as it is told to, and the clock that goes with them."""

    def __init__(self, **courses: list[Course]) -> None:
        self.now = 0.0
        self.given: list[str] = []
        self.canceled: list[str] = []
        self._courses = courses
        self._under_way: dict[str, tuple[float, Course]] = {}

    def give(self, batch: Batch) -> str:
        key = batch[0].key
        name = f"{key}{self.given.count(key) + 1}"
        self._under_way[name] = self.now, self._courses[key][self.given.count(key)]
        self.given.append(key)
        return name

    def look(self, names: Collection[str]) -> Mapping[str, Glance]:
        return {name: course(self.now - at) for name, (at, course) in self._under_way.items() if name in names}

    def cancel(self, name: str) -> None:
        self.canceled.append(name)

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def read(self, *batches: Batch) -> int:
        return spread(batches, self, PATIENCE, clock=lambda: self.now, pause=self.pause)


def waits(_: float) -> Glance:
    return Glance(State.WAITING)


def hangs(_: float) -> Glance:
    return Glance(State.RUNNING, 1)


def fails(_: float) -> Glance:
    return Glance(State.FAILED)


def takes(seconds: float) -> Course:
    """Get on each second until it is done."""
    return lambda since: Glance(State.DONE) if since >= seconds else Glance(State.RUNNING, int(since))


def waits_then_takes(wait: float, seconds: float) -> Course:
    return lambda since: waits(since) if since < wait else takes(seconds)(since - wait)


def test_all_batches_are_given_out_at_once_and_waited_for() -> None:
    workers = Scripted(one=[takes(5)], two=[takes(90)])
    assert workers.read(ONE, TWO) == 2
    assert (workers.now, workers.canceled) == (90, [])


def test_nothing_to_read_asks_nobody() -> None:
    assert Scripted().read() == 0


def test_a_batch_that_fails_is_given_out_once_more() -> None:
    workers = Scripted(one=[fails, takes(3)], two=[takes(9)])
    assert (workers.read(ONE, TWO), workers.given) == (2, ["one", "two", "one"])
    workers = Scripted(one=[fails, fails])
    assert (workers.read(ONE), workers.given, workers.canceled) == (0, ["one", "one"], [])


def test_a_batch_of_which_nothing_is_heard_is_taken_back_and_given_out_once_more() -> None:
    workers = Scripted(one=[hangs, takes(3)], two=[takes(100)])
    assert (workers.read(ONE, TWO), workers.canceled) == (2, ["one1"])
    workers = Scripted(one=[hangs, hangs], two=[takes(500)])
    assert (workers.read(ONE, TWO), workers.canceled) == (1, ["one1", "one2"])


def test_a_run_that_nobody_knows_of_counts_as_failed() -> None:
    class Forgetful(Scripted):
        def look(self, names: Collection[str]) -> Mapping[str, Glance]:
            return {name: glance for name, glance in super().look(names).items() if name != "one1"}

    workers = Forgetful(one=[hangs, takes(2)])
    assert (workers.read(ONE), workers.given) == (1, ["one", "one"])


def test_without_any_worker_all_is_taken_back_after_the_patience() -> None:
    workers = Scripted(one=[waits], two=[waits])
    assert (workers.read(ONE, TWO), workers.now, workers.canceled) == (0, PATIENCE, ["one1", "two1"])


def test_a_batch_waits_as_long_as_another_gets_on() -> None:
    workers = Scripted(one=[takes(150)], two=[waits_then_takes(150, 40)], three=[waits_then_takes(190, 3)])
    assert (workers.read(ONE, TWO, THREE), workers.canceled) == (3, [])


def test_whoever_stops_the_load_takes_back_what_is_given_out() -> None:
    class Stopped(Scripted):
        def pause(self, _seconds: float) -> None:
            raise KeyboardInterrupt

    workers = Stopped(one=[takes(1)], two=[takes(1)])
    with pytest.raises(KeyboardInterrupt):
        workers.read(ONE, TWO)
    assert workers.canceled == ["one1", "two1"]
