"""The archive: every received file once, named by the SHA-256 of its bytes, never changed, removed by erasure alone.

What belongs here: putting bytes in, finding them, and holding them against their name. What does not: names, sources
and dates (``ledger``), what to do about a loss (``account``).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.intake.disk import make_folder, remove, rename, sync_file

BLOCK = 1024 * 1024
_INCOMING = ".incoming-"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveDamagedError(RuntimeError):
    """Archived files are missing or are not what was received; the message names them."""


class UnreadableError(Exception):
    """A file that is to be archived cannot be read; the message says why. Anything else that fails is the archive."""


def archived_path(archive: Path, sha256: str) -> Path:
    """Return where the content of a SHA-256 stands."""
    return archive / sha256[:2] / sha256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(archive: Path, path: Path) -> str:
    """Copy a file into the archive and return its SHA-256. Safe to repeat; a cut leaves no half file behind.

    What stands there in its place and has another size is replaced: it was damaged.

    Raises:
        UnreadableError: the file cannot be read.
        OSError: the archive cannot be written.
    """
    make_folder(archive)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=_INCOMING, dir=archive)
    incoming = Path(name)
    try:
        # what is hashed is what is kept, even while somebody writes to the original
        with os.fdopen(descriptor, "wb") as copy:
            for block in _blocks(path):
                digest.update(block)
                copy.write(block)
        sha256 = digest.hexdigest()
        kept = archived_path(archive, sha256)
        if not is_kept(archive, sha256, incoming.stat().st_size):
            if not kept.parent.is_dir():
                remove(kept.parent)
            make_folder(kept.parent)
            if kept.is_dir():
                remove(kept)
            incoming.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
            sync_file(incoming)
            rename(incoming, kept)
        return sha256
    finally:
        incoming.unlink(missing_ok=True)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as original:
            while block := original.read(BLOCK):
                yield block
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def is_kept(archive: Path, sha256: str, size_bytes: int) -> bool:
    """Whether a content stands in the archive in its size; its bytes are hashed when they are read."""
    path = archived_path(archive, sha256)
    return path.is_file() and path.stat().st_size == size_bytes


def is_content(path: Path, sha256: str) -> bool:
    """Whether a file is a content, to the last bit."""
    return path.is_file() and sha256_of(path) == sha256


def contents(archive: Path) -> Iterator[tuple[str, int]]:
    """Yield the name of every archived content, which is its SHA-256, and its size.

    Raises:
        OSError: the archive is there and cannot be listed.
    """
    if not archive.exists():
        return
    for folder in os.scandir(archive):
        if folder.is_dir() and len(folder.name) == 2:
            for entry in os.scandir(folder):
                if _SHA256.fullmatch(entry.name) and entry.is_file():
                    yield entry.name, entry.stat().st_size


def sweep(archive: Path) -> int:
    """Remove what receipts that were cut left half copied; return how many there were."""
    left = list(archive.glob(f"{_INCOMING}*"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
