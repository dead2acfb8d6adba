"""What a command costs, with all that it starts, also what outlives its parent."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

_BECOME_SUBREAPER = 36


class Cost(NamedTuple):
    """What a command and all that it started cost."""

    seconds: float
    """Processor seconds."""
    megabytes: float
    """The peak memory of the largest process."""


def cost_of(command: Sequence[str], environment: Mapping[str, str] = os.environ, well: Collection[int] = (0,)) -> Cost:
    """Run a command to its end in a process of its own, what it prints thrown away, and return what it cost.

    ``well`` are the exit codes with which it has done its work.

    Processes that read workbooks are started by one that outlives the command for a moment; Linux hands it on to us,
    and what it cost is counted once it has ended.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, repr(tuple(_cost_here(command, environment, well))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    os.waitpid(child, 0)
    if not text:
        raise RuntimeError(f"{' '.join(command)} could not do its work")
    seconds, megabytes = map(float, text.strip("()").split(","))
    return Cost(seconds, megabytes)


def _cost_here(command: Sequence[str], environment: Mapping[str, str], well: Collection[int]) -> Cost:
    ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
    quiet = subprocess.DEVNULL
    ended = subprocess.run(command, env=environment, stdout=quiet, stderr=quiet, check=False)
    if ended.returncode not in well:
        os._exit(1)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024)
