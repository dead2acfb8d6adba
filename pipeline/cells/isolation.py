"""Running a function on many files, each in a process that may die without taking anything with it.

A worker that crashes, loops or fills its memory rejects its own task; the others go on. Where the cause lies outside
the task (a worker that was killed, a full disk, a machine too busy to get anywhere), the task is *interrupted*: it may
well succeed another time, and says nothing of the file.

Each worker has a channel of its own and shares no lock with another, so that one that dies at any moment holds nobody
up; ready-made pools share a queue. What a worker prints is nobody's business: what failed comes as a result.

What belongs here: giving tasks to workers and telling how each ended. What does not: what a worker does with itself
(``worker``), what the function does. It comes from a module that is light to import, since each worker imports it.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any, NamedTuple, TypeVar

from pipeline.cells.limits import over_time
from pipeline.cells.worker import Interrupted, start_worker
from pipeline.rejections import Rejection, Wording, reject
from pipeline.settings import Limits, Settings

_Result = TypeVar("_Result")

# Results that wait for an earlier, slower task are held; this bounds how many, per worker.
_AHEAD = 32
_TASKS_PER_WORKER = 50
"""A worker is then replaced, so that what one file left behind in memory never decides on another."""
_FROM_OUTSIDE = {"SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGSTOP"}
"""Signals that a process gets from others; the rest it owes to what it was doing."""
_LOST = 255
"""What is told of a process whose end nobody has seen."""


class Task(NamedTuple):
    """One call: a name for people, such as the file's, and what the function is given."""

    name: str
    args: tuple[object, ...]


def run_isolated(
    tasks: Sequence[Task],
    function: Callable[..., _Result],
    settings: Settings,
    on_done: Callable[[Task, _Result | Rejection | Interrupted], object] | None = None,
    *,
    tasks_per_worker: int = _TASKS_PER_WORKER,
) -> Iterator[tuple[Task, _Result | Rejection | Interrupted]]:
    """Call ``function(*task.args)`` for each task in worker processes and yield the results in the order of tasks.

    Args:
        tasks: what to do; arguments and results cross processes, so they must pickle.
        function: a function that a worker can import: defined in a module, not in another function or in a script.
        settings: how many workers, and what one task may cost.
        on_done: called in this process as soon as a task is done, whatever the order: for a progress bar.
        tasks_per_worker: how many tasks a worker does before it is replaced; 1 for a process of its own for each.

    Yields:
        Each task with its result, with the rejection that says why there is none, or with what interrupted it.

    Raises:
        RuntimeError: workers cannot start at all, for a cause outside the files.
    """
    waiting = list(range(len(tasks)))[::-1]
    done: dict[int, _Result | Rejection | Interrupted] = {}
    following = 0
    pool = _Pool(function, settings, tasks_per_worker)
    try:
        while following < len(tasks):
            while waiting and pool.has_room and pool.running + len(done) < _AHEAD * settings.workers:
                index = waiting.pop()
                pool.give(index, tasks[index])
            for index, result in pool.results():
                done[index] = result
                if on_done:
                    on_done(tasks[index], result)
            while following in done:
                yield tasks[following], done.pop(following)
                following += 1
    finally:
        pool.close()


class _Worker:
    """A process, and the task that it is at."""

    def __init__(self, function: Callable[..., object], limits: Limits) -> None:
        self.process, self.channel = start_worker(function, limits)
        self.done = 0
        self.deadline = 0.0

    def end(self) -> int:
        """Make sure that the process has ended and return its exit code."""
        self.channel.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        return _LOST if code is None else code


class _Pool:
    """The workers of one call of ``run_isolated``."""

    def __init__(self, function: Callable[..., object], settings: Settings, tasks_per_worker: int) -> None:
        self._function = function
        self._limits = settings.limits
        self._most = settings.workers
        self._tasks_per_worker = tasks_per_worker
        self._idle: list[_Worker] = []
        self._busy: dict[_Worker, int] = {}
        """Each with the index of its task."""

    @property
    def running(self) -> int:
        """How many tasks are being done."""
        return len(self._busy)

    @property
    def has_room(self) -> bool:
        """Whether another task can be given now."""
        return len(self._busy) < self._most

    def give(self, index: int, task: Task) -> None:
        """Give a task to a worker that waits, or to a new one."""
        call = pickle.dumps((self._function, task.args), pickle.HIGHEST_PROTOCOL)
        worker = self._idle.pop() if self._idle else _Worker(self._function, self._limits)
        worker.deadline = time.monotonic() + self._limits.wall_seconds
        self._busy[worker] = index
        with contextlib.suppress(OSError):  # it has died; so much will be found when its result is asked for
            worker.channel.send_bytes(call)

    def results(self) -> Iterator[tuple[int, Any]]:
        """Wait until a task has ended, one way or the other, and yield each that has."""
        nearest = min(worker.deadline for worker in self._busy)
        ready = wait([worker.channel for worker in self._busy], timeout=max(0.0, nearest - time.monotonic()))
        now = time.monotonic()
        for worker in [each for each in self._busy if each.channel in ready or each.deadline <= now]:
            yield self._busy.pop(worker), self._result(worker, is_ready=worker.channel in ready)

    def _result(self, worker: _Worker, *, is_ready: bool) -> Any:
        if not is_ready:
            worker.end()
            allowed = self._limits.wall_seconds
            return Interrupted(Wording(f"plus de {allowed} s sans résultat", f"no result within {allowed} s"))
        try:
            result = pickle.loads(worker.channel.recv_bytes())  # noqa: S301 - written by our own worker
        except (EOFError, OSError):
            return _ended(worker.end(), self._limits)
        worker.done += 1
        if worker.done < self._tasks_per_worker:
            self._idle.append(worker)
        else:
            worker.end()
        return result

    def close(self) -> None:
        """End every worker, whatever it is at."""
        for worker in (*self._idle, *self._busy):
            worker.end()


def _ended(exit_code: int, limits: Limits) -> Rejection | Interrupted:
    """Return what the end of a worker says of its task."""
    name = signal.Signals(-exit_code).name if exit_code < 0 else f"code {exit_code}"
    if sys.platform != "win32" and name == "SIGXCPU":
        return over_time(limits).rejection
    cause = Wording(f"arrêt brutal du lecteur, {name}", f"the reader ended abruptly, {name}")
    if exit_code == _LOST or name in _FROM_OUTSIDE:
        return Interrupted(cause)
    return reject("LECTEUR_INTERROMPU", found=cause)
