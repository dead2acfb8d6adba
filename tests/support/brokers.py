"""A Redis server of its own for a test, in a temporary folder, on a port of this machine; skipped where none runs."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.support.postgres import free_port


@contextmanager
def redis() -> Iterator[str]:
    """Start a server, and yield its address: ``redis://127.0.0.1:…/0``."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis is installed here")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        try:
            _until_it_answers(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.kill()
            server.wait()


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.skip("redis-server does not run here")
