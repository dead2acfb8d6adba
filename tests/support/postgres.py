"""A PostgreSQL server of its own for a test, in a temporary folder, on a socket there; skipped where none can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_USER = "housing"


@dataclass
class Server:
    """A server, which can be stopped and started again."""

    place: Path
    data: Path
    options: str
    conninfo: str
    """What leads to its one database: ``dbname=lake host=… user=…``."""

    def start(self) -> None:
        _run(self.place / "pg_ctl", "-D", self.data, "-o", self.options, "-l", self.data.parent / "log", "-w", "start")

    def stop(self) -> None:
        _run(self.place / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server, and yield what leads to its one database."""
    with server() as started:
        yield started.conninfo


@contextmanager
def server() -> Iterator[Server]:
    """Start a server with one database."""
    place = _binaries()
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        home = Path(folder)
        if os.getuid() == 0:  # the server runs for nobody who may do everything
            shutil.chown(home, "nobody")
        data = home / "data"
        _run(place / "initdb", "-D", data, "-A", "trust", "-U", _USER, "--no-sync")
        options = f"-k {home} -c listen_addresses= -c fsync=off"
        started = Server(place, data, options, f"dbname=lake host={home} user={_USER}")
        started.start()
        try:
            _run(place / "createdb", "-h", home, "-U", _USER, "lake")
            yield started
        finally:
            started.stop()


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL is installed here")
    return found[-1].resolve().parent


def _run(program: Path, *arguments: str | Path) -> None:
    command = [str(program), *map(str, arguments)]
    user = "nobody" if os.getuid() == 0 else None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ended = subprocess.run(
        command, user=user, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", check=False
    )
    if ended.returncode:
        pytest.skip(f"{program.name} does not run here")
