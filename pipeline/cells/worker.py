"""A worker: a process that does one task after the other, within its limits, and ends with whoever started it.

What belongs here: starting one, and what it does with itself. What does not: which task it gets (``isolation``).
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from pipeline.cells.limits import over_memory
from pipeline.rejections import FileRefusedError, Rejection, Wording, reject
from pipeline.settings import Limits

if sys.platform != "win32":
    import resource
    from multiprocessing import forkserver

# A clean process is forked for each worker where that exists, which costs less than starting Python each time.
_START = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_system: Any = multiprocessing.get_context(_START)
_swap = threading.Lock()

OUTSIDE = {
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EMFILE,
    errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ESTALE, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR,
}  # fmt: skip
"""What the system says when it is the machine that fails and not the file."""


class Interrupted(NamedTuple):
    """What is told of a task that could not be done this time, for a cause outside it."""

    cause: Wording

    @property
    def rejection(self) -> Rejection:
        """What a person is told who cannot wait for another time."""
        return reject("LECTEUR_INTERROMPU", found=self.cause)


def start_worker(function: Callable[..., object], limits: Limits) -> tuple[Any, Connection]:
    """Start a process that waits for tasks; return it, and the channel by which it gets them.

    Raises:
        RuntimeError: no process can be started.
    """
    try:
        return _start(function, limits)
    except (OSError, EOFError):  # the process that they are forked from was killed; another one takes its place
        try:
            return _start(function, limits)
        except (OSError, EOFError) as error:
            raise RuntimeError(
                f"the processes that read files cannot start ({error}); free memory or try again"
            ) from error


def _start(function: Callable[..., object], limits: Limits) -> tuple[Any, Connection]:
    ours, theirs = multiprocessing.Pipe()
    try:
        with _undisturbed():
            if _START == "forkserver":
                forkserver.set_forkserver_preload([function.__module__, __name__])
                forkserver.ensure_running()
            process = _Process(target=_serve, args=(theirs, limits), daemon=True)
            process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that Ctrl-C never reaches: it is for whoever waits for them, who then ends them."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # it would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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


# -- in the worker -----------------------------------------------------------------------------------------------


def _serve(channel: Connection, limits: Limits) -> None:
    """Do what comes by the channel until nothing comes any more."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _be_silent()
    gc.freeze()  # what is imported is there to stay, and need not be looked through for garbage
    _cap_memory(limits.memory_bytes)
    while True:
        try:
            call = channel.recv_bytes()
            _cap_time(limits.seconds)
            channel.send_bytes(_called(call, limits))
        except (EOFError, OSError):
            return


def _end_with_parent() -> None:
    """End this process as soon as the one that started it has ended, however it did."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _be_silent() -> None:
    """Print nothing: compiled readers tell of their panics on a terminal, where they are no news."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _cap_memory(allowed: int) -> None:
    """Let this process take ``allowed`` bytes more than it has now, and write no core file when it is aborted.

    Where the system tells no size (macOS) or has no such limit (Windows), only the limits of time hold.
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


def _cap_time(allowed: int) -> None:
    """Let this process work for so many seconds more; the time that it waits for others does not count."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime) + 1 + allowed
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _called(call: bytes, limits: Limits) -> bytes:
    """Return the pickled result of a call, or what it failed of.

    Pickling here lets a result that is too large for the memory be told as such.
    """
    failed: Rejection | Interrupted
    try:
        function, args = pickle.loads(call)  # noqa: S301 - written by whoever started this process
        return pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except FileRefusedError as error:
        failed = error.rejection
    except MemoryError:
        failed = over_memory(limits).rejection
    except OSError as error:
        cause = f"{error.strerror or error} ({error.filename})" if error.filename else str(error.strerror or error)
        is_outside = error.errno in OUTSIDE
        failed = Interrupted(Wording(cause, cause)) if is_outside else reject("LECTEUR_INTERROMPU", found=cause)
    except BaseException as error:  # noqa: BLE001 - panics of compiled readers are no Exception, and must not pass
        failed = reject("LECTEUR_INTERROMPU", found=f"{type(error).__name__} : {error}")
    return pickle.dumps(failed, pickle.HIGHEST_PROTOCOL)
