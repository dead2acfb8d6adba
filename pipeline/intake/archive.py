"""The archive: every received file once, named by the SHA-256 of its bytes, never changed and never deleted.

What belongs here: putting bytes in and finding them. What does not: names, sources and dates (``ledger``).
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

BLOCK = 1024 * 1024


def archived_path(archive: Path, sha256: str) -> Path:
    """Return where the content of a SHA-256 stands."""
    return archive / sha256[:2] / sha256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(archive: Path, path: Path) -> str:
    """Copy a file into the archive and return its SHA-256. Safe to repeat; a cut leaves no half file behind."""
    archive.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=archive)
    incoming = Path(name)
    try:
        # what is hashed is what is kept, even while somebody writes to the original
        with os.fdopen(descriptor, "wb") as copy, path.open("rb") as original:
            while block := original.read(BLOCK):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        sha256 = digest.hexdigest()
        kept = archived_path(archive, sha256)
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            incoming.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
            incoming.replace(kept)
        return sha256
    finally:
        incoming.unlink(missing_ok=True)
