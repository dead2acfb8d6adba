"""A PostgreSQL server of its own for a test, in a temporary folder, on a socket there; skipped where none can run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
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
    inside: Callable[[Sequence[str], str], list[str]] | None = None
    """Where it is not on this machine: what makes a command one that a user runs there."""

    def start(self) -> None:
        log = self.data.parent / "log"
        _run(self.place / "pg_ctl", "-D", self.data, "-o", self.options, "-l", log, "-w", "start", inside=self.inside)

    def stop(self) -> None:
        _run(self.place / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


@contextmanager
def postgres(*, locale: str = "C", certificate: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Start a server as ``server`` does, and yield what leads to its one database."""
    with server(locale=locale, certificate=certificate) as started:
        yield started.conninfo


@contextmanager
def server(*, locale: str = "C", certificate: tuple[Path, Path] | None = None) -> Iterator[Server]:
    """Start a server with one database.

    Args:
        locale: the language of its messages.
        certificate: files of a certificate and its key; with them it listens at ``port=…`` of ``localhost``, for
            encrypted connections alone.
    """
    place = _binaries()
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        home = Path(folder)
        if os.getuid() == 0:  # the server runs for nobody who may do everything
            shutil.chown(home, "nobody")
        data = home / "data"
        _run(place / "initdb", "-D", data, "-A", "trust", "-U", _USER, "-E", "UTF8", "--no-sync")
        options = f"-k {home} -c fsync=off -c lc_messages={locale} -c listen_addresses="
        port = ""
        if certificate:
            port = f" port={free_port()}"
            options += f"localhost -p {port.removeprefix(' port=')} -c ssl=on"
            for name, file in zip(("server.crt", "server.key"), certificate, strict=True):
                _take(file, data / name)
            (data / "pg_hba.conf").write_text("local all all trust\nhostssl all all all trust\n", encoding="utf-8")
        started = Server(place, data, options, f"dbname=lake host={home} user={_USER}{port}")
        started.start()
        try:
            of_port = ["-p", port.removeprefix(" port=")] if port else []
            _run(place / "createdb", "-h", home, *of_port, "-U", _USER, "lake")
            yield started
        finally:
            started.stop()


def psql(server: str, *arguments: str | Path) -> str:
    """Run ``psql`` on a server, and return what it prints; what it refuses raises ``CalledProcessError``."""
    command = [_binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments, server]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _take(file: Path, place: Path) -> None:
    """Copy a file for the server alone."""
    shutil.copyfile(file, place)
    place.chmod(0o600)
    if os.getuid() == 0:
        shutil.chown(place, "nobody")


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL is installed here")
    return found[-1].resolve().parent


def _run(
    program: Path, *arguments: str | Path, inside: Callable[[Sequence[str], str], list[str]] | None = None
) -> None:
    command = [str(program), *map(str, arguments)]
    user = "nobody" if os.getuid() == 0 else None
    if inside is not None:
        command, user = inside(command, user or ""), None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    ended = subprocess.run(
        command, user=user, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", check=False
    )
    if ended.returncode:
        pytest.skip(f"{program.name} does not run here")
