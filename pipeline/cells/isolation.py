"""Running a function on many files, each in a process that may die without taking anything with it.

What belongs here: isolation (a memory cap, a time limit, a crash) of any function of any task.
What does not: what the function does. It comes from a module that is light to import, since each worker imports it.

A worker that crashes, loops or fills its memory rejects its own task; the others go on.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from pipeline.cells.limits import over_memory, over_time
from pipeline.rejections import FileRefusedError, Rejection, Wording, reject
from pipeline.settings import Limits, Settings

if sys.platform != "win32":
    import resource

CONSTS.sleep_unit = 0.01
"""How often, in seconds, a pool looks after its workers: as long it takes to end, a tenth of a second unless told."""

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

# Results that wait for an earlier, slower task are held; this bounds how many, per worker.
_AHEAD = 32
_TASKS_PER_WORKER = 50
"""A worker is then replaced, so that what one file left behind in memory never decides on another."""


class Task(NamedTuple):
    """One call: a name for people, such as the file's, and what the function is given."""

    name: str
    args: tuple[object, ...]


def run_isolated(
    tasks: Sequence[Task],
    function: Callable[..., _Result],
    settings: Settings,
    on_done: Callable[[Task, _Result | Rejection], object] | None = None,
    *,
    tasks_per_worker: int = _TASKS_PER_WORKER,
) -> Iterator[tuple[Task, _Result | Rejection]]:
    """Call ``function(*task.args)`` for each task in worker processes and yield the results in the order of tasks.

    Args:
        tasks: what to do; arguments and results cross processes, so they must pickle.
        function: a function that a worker can import: defined in a module, not in another function or in a script.
        settings: how many workers, and what one task may cost.
        on_done: called in this process as soon as a task is done, whatever the order: for a progress bar.
        tasks_per_worker: how many tasks a worker does before it is replaced; 1 for a process of its own for each.

    Yields:
        Each task with its result, or with the rejection that says why there is none.

    Raises:
        RuntimeError: workers cannot start at all, for a cause outside the files.
    """
    waiting = list(range(len(tasks)))[::-1]
    done: dict[int, _Result | Rejection] = {}
    following = 0
    failed_starts = 0
    while following < len(tasks):
        running: dict[Future[bytes], int] = {}
        pool = _open_pool(function, settings, tasks_per_worker)
        try:
            while following < len(tasks):
                while waiting and len(running) + len(done) < _AHEAD * settings.workers:
                    index = waiting.pop()
                    running[_submit(pool, function, tasks[index], settings.limits)] = index
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result: _Result | Rejection = _result(future, settings.limits)
                    index = running.pop(future)
                    done[index] = result
                    failed_starts = 0
                    if on_done:
                        on_done(tasks[index], result)
                while following in done:
                    yield tasks[following], done.pop(following)
                    following += 1
        except BrokenProcessPool as error:
            failed_starts += 1
            if failed_starts > 1:
                raise RuntimeError("the worker processes that read files cannot start; see the log above") from error
            waiting.extend(sorted(running.values(), reverse=True))
        finally:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


# A clean process is forked for each worker where that exists, which costs less than starting Python each time.
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_system: Any = multiprocessing.get_context(_START)
_swap = threading.Lock()


class _Process(_system.Process):  # type: ignore[misc]
    """A worker that does not import the caller's main module again.

    Workers would otherwise import all that the command line or a notebook imports, and a script without an
    ``if __name__ == "__main__"`` would run itself in each of them. What a worker needs, it imports by name.
    """

    @staticmethod
    def _Popen(process_obj: object) -> object:  # noqa: N802 - the name that multiprocessing calls
        with _swap:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return _system.Process._Popen(process_obj)
            finally:
                sys.modules["__main__"] = main


class _Context(type(_system)):  # type: ignore[misc]
    Process = _Process


def _context(function: Callable[..., object]) -> _Context:
    context = _Context()
    context.set_forkserver_preload([function.__module__, __name__])
    return context


def _open_pool(function: Callable[..., object], settings: Settings, tasks_per_worker: int) -> ProcessPool:
    return ProcessPool(
        max_workers=settings.workers,
        max_tasks=tasks_per_worker,
        initializer=_begin,
        initargs=(settings.limits.memory_bytes,),
        context=_context(function),
    )


def _submit(pool: ProcessPool, function: Callable[..., object], task: Task, limits: Limits) -> Future[bytes]:
    try:
        return pool.schedule(_call, args=(function, task.args, limits), timeout=limits.seconds)
    except RuntimeError as error:  # the pool broke since the last result
        raise BrokenProcessPool(str(error)) from error


# -- in the worker -----------------------------------------------------------------------------------------------


def _begin(allowed: int) -> None:
    """Begin a worker: what it has imported is there to stay, and need not be looked through for garbage."""
    gc.freeze()
    _cap_memory(allowed)


def _cap_memory(allowed: int) -> None:
    """Let this process take ``allowed`` bytes more than it has now, and write no core file when it is aborted.

    Where the system tells no size (macOS) or has no such limit (Windows), only the time limit holds.
    """
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return
    wanted = pages * os.sysconf("SC_PAGE_SIZE") + allowed
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    cap = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (cap, hard))


def _call(function: Callable[..., object], args: tuple[object, ...], limits: Limits) -> bytes:
    """Return the pickled result or rejection: pickling here lets a result too large for the memory be told as such."""
    try:
        return pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except FileRefusedError as error:
        rejection = error.rejection
    except MemoryError:
        rejection = over_memory(limits).rejection
    except BaseException as error:  # noqa: BLE001 - panics of compiled readers are no Exception, and must not pass
        _log.exception("a task failed")
        rejection = reject("LECTEUR_INTERROMPU", found=f"{type(error).__name__} : {error}")
    return pickle.dumps(rejection, pickle.HIGHEST_PROTOCOL)


# -- in the caller -----------------------------------------------------------------------------------------------


def _result(future: Future[bytes], limits: Limits) -> Any:
    try:
        return pickle.loads(future.result())  # noqa: S301 - written by our own worker
    except TimeoutError:
        return over_time(limits).rejection
    except ProcessExpired as death:
        return reject("LECTEUR_INTERROMPU", found=_sudden_end(death.exitcode))


def _sudden_end(exit_code: int) -> Wording:
    cause = f"code {exit_code}" if exit_code >= 0 else signal.Signals(-exit_code).name
    return Wording(f"arrêt brutal du lecteur, {cause}", f"the reader ended abruptly, {cause}")
