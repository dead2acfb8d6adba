"""The ledger: an append-only file of JSON lines, the only memory of what came when.

Two events are written: ``received`` (a content seen for the first time) and ``located`` (a known content that also
stands elsewhere in ``raw/``, moved to its right folder or copied). Everything else about a submission is derived.

What belongs here: events and what they add up to. What does not: reading ``raw/`` (``receive``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

ID_LENGTH = 16


class LedgerDamagedError(RuntimeError):
    """A line of the ledger cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One received content, with every place in ``raw/`` where it was seen (POSIX, relative to ``raw/``)."""

    sha256: str
    places: tuple[str, ...]
    size_bytes: int
    received_at: datetime

    @property
    def file(self) -> str:
        """The place where it was seen last."""
        return self.places[-1]

    @property
    def submission_id(self) -> str:
        """The identifier that SQL users see."""
        return self.sha256[:ID_LENGTH]

    @property
    def source(self) -> str:
        """The folder of ``raw/`` that it came by."""
        return PurePosixPath(self.file).parts[0]

    @property
    def region_slugs(self) -> tuple[str, ...]:
        """The regions' folders below the source's in which it was seen."""
        parts = [PurePosixPath(place).parts for place in self.places]
        return tuple(dict.fromkeys(part[1] for part in parts if len(part) > 2))  # source / region / file


def read_ledger(path: Path) -> list[Submission]:
    """Return every submission, in the order of receipt.

    A last line that a cut left unfinished is passed over: its event was not confirmed and will be written again.

    Raises:
        LedgerDamagedError: any other line cannot be read; the ledger is the memory of the archive and is never guessed.
    """
    known: dict[str, Submission] = {}
    for number, event in _events(path):
        try:
            known[event["sha256"]] = _after(event, known.get(event["sha256"]))
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerDamagedError(
                f"{path}, line {number}: {error!r} is not an event that can be read; restore the ledger from a backup"
            ) from error
    return list(known.values())


def _after(event: dict[str, Any], before: Submission | None) -> Submission:
    """Return a submission after an event; whatever the event lacks raises."""
    if event["event"] == "received":
        at = datetime.fromisoformat(event["at"])
        return Submission(event["sha256"], (event["file"],), event["size_bytes"], at)
    if event["event"] == "located" and before is not None:
        return replace(before, places=(*before.places, event["file"]))
    raise ValueError(event["event"])


def _events(path: Path) -> Iterable[tuple[int, Any]]:
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):  # what follows the last line feed was never confirmed
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise LedgerDamagedError(f"{path}, line {number}: not JSON; restore the ledger from a backup") from error


def append(path: Path, events: Iterable[dict[str, Any]]) -> None:
    """Append events and make sure that they are on disk before returning."""
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    if not text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _drop_unfinished_line(file)
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def _drop_unfinished_line(file: Any) -> None:
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def received(sha256: str, file: str, size_bytes: int, at: datetime) -> dict[str, Any]:
    """Return the event of a content seen for the first time."""
    return {"event": "received", "sha256": sha256, "file": file, "size_bytes": size_bytes, "at": _stamp(at)}


def located(sha256: str, file: str, at: datetime) -> dict[str, Any]:
    """Return the event of a known content that also stands elsewhere."""
    return {"event": "located", "sha256": sha256, "file": file, "at": _stamp(at)}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
