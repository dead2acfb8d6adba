"""An S3 server of its own for a test, on this machine; skipped where none is installed."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BUCKET = "housing"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_REGION": "us-east-1",
}

_ANY = ssl.create_default_context()
_ANY.check_hostname, _ANY.verify_mode = False, ssl.CERT_NONE


@contextmanager
def s3(certificate: tuple[Path, Path] | None = None) -> Iterator[dict[str, str]]:
    """Start a server with one empty bucket, and yield the environment by which clients find it.

    Args:
        certificate: files of a certificate and its key, with which connections are encrypted.
    """
    pytest.importorskip("moto", reason="moto is not installed: there is no S3 server to try")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    if certificate:
        command += ["-s", "-c", str(certificate[0]), "-k", str(certificate[1])]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path("/"))
    try:
        _until_it_answers(endpoint)
        request = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")
        urllib.request.urlopen(request, context=_ANY).close()
        yield {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}
    finally:
        server.terminate()
        server.wait()


def _until_it_answers(endpoint: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(endpoint, context=_ANY).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
