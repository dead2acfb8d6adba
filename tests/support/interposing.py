"""The command ``housing`` as a process to which something happens: killed, out of room, with another clock.

``tests/faults/interposer.c`` does it, between the process and the system. The variables that it obeys:

* ``FAULT_FOLDER``: calls that change what stands below it count; ``FAULT_COUNTER``: the file that counts them, over all
  processes;
* ``FAULT_KILL_AT=n``: the nth call is preceded by ``kill -9``, of whom ``FAULT_KILL`` names: ``group``, ``parent``, or
  ``worker`` (then calls of workers alone count);
* ``FAULT_ENOSPC_AT=n``: the nth call that takes room and all after it find the disk full; ``FAULT_ENOSPC_ONCE=1``: only
  that one;
* ``FAULT_LIST``: a file that gets a line for each call, writes included;
* ``FAULT_CLOCK=s``: the clock is ``s`` seconds ahead.
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import Settings

HOUSING = Path(sys.executable).with_name("housing")
SOURCE = Path(__file__).resolve().parent.parent / "faults/interposer.c"
_COUNTER = struct.Struct("lii")


class CompileError(RuntimeError):
    """The library cannot be made here; the message says why."""


def compile_interposer(folder: Path) -> Path:
    """Compile the library into a folder and return it.

    Raises:
        CompileError: this is no Linux, or there is no compiler.
    """
    if not sys.platform.startswith("linux"):
        raise CompileError("LD_PRELOAD needs Linux")
    made = folder / "interposer.so"
    try:
        command = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(made), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise CompileError("there is no C compiler (cc)") from error
    return made


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    """Its exit code; that of a killed one is negative."""
    out: str
    err: str
    calls: int
    """How many calls counted."""
    fired: bool
    """Whether what was asked for happened."""
    seconds: float


@dataclass(frozen=True)
class Installation:
    """An installation in a folder of its own, and the command on it."""

    home: Path
    library: Path | None = None

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def release(self) -> Path:
        return self.warehouse / "housing.duckdb"

    @property
    def settings(self) -> Settings:
        """The settings that the environment of the command makes."""
        return Settings(raw=self.raw, warehouse=self.warehouse, workers=1, settle_seconds=0, lock_wait_seconds=60)

    def environment(self, **more: object) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOUSING_", "FAULT_"))}
        return kept | {
            "HOUSING_RAW": str(self.raw),
            "HOUSING_WAREHOUSE": str(self.warehouse),
            "HOUSING_SETTLE_SECONDS": "0",
            "HOUSING_WORKERS": "1",
            "HOUSING_LOCK_WAIT_SECONDS": "60",
            "COLUMNS": "200",
            "FAULT_FOLDER": str(self.warehouse),
            **{name: str(value) for name, value in more.items()},
        }

    def start(self, *arguments: str, **faults: object) -> subprocess.Popen[str]:
        """Start the command in a group of its own, with the faults that are named."""
        return self.start_program([str(HOUSING), *arguments], **faults)

    def start_program(self, command: Sequence[str], /, **faults: object) -> subprocess.Popen[str]:
        """Start a program as the command is started."""
        environment = self.environment(**faults)
        if self.library is not None and faults:
            counter = self.home / "counter"
            counter.write_bytes(bytes(_COUNTER.size))
            environment |= {"LD_PRELOAD": str(self.library), "FAULT_COUNTER": str(counter)}
        return subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def finish(self, process: subprocess.Popen[str], began: float | None = None, timeout: float = 300) -> Ended:
        """Wait for a command and return how it ended; one that does not is killed, and fails the test."""
        began = time.monotonic() if began is None else began
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            state = f"it {'had' if process.poll() is not None else 'had not'} ended itself; left were {self._left()}"
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(f"no end of {process.args!r} within {timeout} s: {state}\n{out}\n{err}") from None
        counter = self.home / "counter"
        calls, _, fired = _COUNTER.unpack(counter.read_bytes()) if counter.exists() else (0, 0, 0)
        return Ended(process.returncode, out, err, calls, bool(fired), time.monotonic() - began)

    def run(self, *arguments: str, **faults: object) -> Ended:
        """Run the command to its end, with the faults that are named."""
        began = time.monotonic()
        return self.finish(self.start(*arguments, **faults), began)

    def processes(self) -> list[int]:
        """The processes that were started for this installation and are there yet."""
        mark = f"FAULT_FOLDER={self.warehouse}\0".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                is_dead = "\nState:\tZ" in (entry / "status").read_text()
                if mark in (entry / "environ").read_bytes() and not is_dead and int(entry.name) != os.getpid():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def _left(self) -> list[str]:
        """What the processes of this installation are, and what each waits for."""
        left = []
        for process in self.processes():
            with suppress(OSError):
                entry = Path(f"/proc/{process}")
                waits = [(each / "wchan").read_text() for each in entry.glob("task/*")]
                left.append(f"{process} {(entry / 'cmdline').read_bytes()[-200:]!r} {waits}")
        return left

    def none_is_left(self, within: float = 5) -> bool:
        """Whether all processes of this installation end within some seconds."""
        until = time.monotonic() + within
        while self.processes():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True
