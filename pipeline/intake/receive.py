"""Receiving: survey ``raw/``, keep every new content in the archive, write it in the ledger.

What belongs here: which files are taken, which are left for later and why. What does not: opening them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.intake import archive
from pipeline.intake.ledger import Ledger, Submission, located_event, received_event
from pipeline.rejections.copies import copied_stem
from pipeline.settings import Settings
from pipeline.vocabulary.typography import writable


@dataclass(slots=True)
class Receipt:
    """What one survey of ``raw/`` brought. Files are POSIX paths relative to ``raw/``."""

    new: list[str] = field(default_factory=list)
    located: list[str] = field(default_factory=list)
    """Known contents in a new place: moved or copied, they are the same submission."""
    unchanged: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """Files left for later, each with the reason in English."""

    def add(self, other: Receipt) -> None:
        """Add what another survey brought."""
        self.new += other.new
        self.located += other.located
        self.unchanged += other.unchanged
        self.left |= other.left


def receive(
    settings: Settings, ledger: Ledger | None = None, *, source: str = "", regions: frozenset[str] = frozenset()
) -> Receipt:
    """Take every new or changed file of ``raw/`` into the archive and the ledger.

    Args:
        settings: where ``raw/``, the archive and the ledger stand.
        ledger: the ledger, where the caller has read it already.
        source: only this source's folder; every source without it.
        regions: only these regions' folders below the source; all without it.
    """
    receipt = Receipt()
    survey = datetime.now(UTC)
    ledger = ledger or Ledger(settings.ledger)
    known = {submission.sha256: submission for submission in ledger.submissions}
    for path, name in _files(settings.raw, source, regions):
        reason = _not_yet(path, name, settings.settle_seconds)
        if reason:
            receipt.left[writable(name)] = reason
            continue
        try:
            sha256, size = _take(settings, path)
        except OSError as error:
            receipt.left[name] = f"it cannot be read ({error.strerror}); check that it still exists and its permissions"
            continue
        now = datetime.now(UTC)
        before = known.get(sha256)
        if before is None:
            ledger.append(received_event(sha256, name, size, now, survey))
            receipt.new.append(name)
            known[sha256] = Submission(sha256, (name,), size, now)
        elif name in before.places and not before.is_displaced:
            receipt.unchanged.append(name)
        else:
            ledger.append(located_event(sha256, name, now, survey))
            receipt.located.append(name)
            known[sha256] = replace(before, places=(*before.places, name), is_displaced=False)
    return receipt


class Inventory(NamedTuple):
    """What stands in ``raw/`` and could be received now."""

    files: int
    fingerprint: str
    """Another one as soon as a file comes, goes or changes."""


def take_inventory(settings: Settings) -> Inventory:
    """Survey ``raw/`` without opening or keeping anything."""
    digest = hashlib.sha256()
    files = 0
    for path, name in _files(settings.raw, "", frozenset()):
        if not _not_yet(path, name, settings.settle_seconds):
            status = path.stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
            files += 1
    return Inventory(files, digest.hexdigest())


def _files(raw: Path, source: str, regions: frozenset[str]) -> Iterator[tuple[Path, str]]:
    """Yield the files of each source's folder, in a stable order; what lies beside the folders is not a submission.

    The corrected copies of others come last: what is answered is received before the answer.
    """
    for path in sorted(raw.glob("*/**/*"), key=lambda path: (copied_stem(path.name) != "", path)):
        name = path.relative_to(raw)
        wanted = (not source or name.parts[0] == source) and (not regions or name.parts[1] in regions)
        if wanted and (path.is_symlink() or not path.is_dir()):
            yield path, name.as_posix()


def _not_yet(path: Path, name: str, settle_seconds: float) -> str:
    """Return why a file is left for later, empty if it is taken."""
    if path.is_symlink():
        return "it is a link, which is never followed; put the file itself here"
    if not path.is_file():
        return "it is no file that could be read; put the workbook itself here"
    if writable(name) != name:
        return "its name is not written in UTF-8; rename it"
    if path.name.startswith("~$"):
        return "it is the lock file of an office suite; close the workbook"
    if any(part.startswith(".") for part in name.split("/")):
        return "it is hidden"
    status = path.stat()
    if status.st_size == 0:
        return "it is empty; it may still be copied"
    if time.time() - status.st_mtime < settle_seconds:
        return "it changed a moment ago and may still be written"
    return ""


def _take(settings: Settings, path: Path) -> tuple[str, int]:
    """Return the SHA-256 and size of a file, archived; a file already archived is hashed and not copied."""
    sha256 = archive.sha256_of(path)
    kept = archive.archived_path(settings.archive, sha256)
    if not kept.exists():
        sha256 = archive.put(settings.archive, path)
        kept = archive.archived_path(settings.archive, sha256)
    return sha256, kept.stat().st_size
