"""The index of what was seen: which bytes lay at each place of ``raw/``, so that an unchanged file is not opened.

It knows a file again by what the system says of it: size, dates, inode and device. Where one of them moved, the bytes
decide. It proves nothing by itself: a file passes only where the ledger saw those very bytes there last, and it can be
thrown away at any time. Damaged, gone or of another version, it is made again by the next load.

What belongs here: keeping the index. What does not: what passes (``receive``), holding it against the bytes
(``pipeline.proof.verify``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.stores.disk import remove

_VERSION = 1
_NEAR_NS = 2_000_000_000
"""A file that changed so shortly before it was hashed may change again at what the clock calls the same moment."""


class Seen:
    """The index of one installation; what it says of a place is compared and never taken apart."""

    def __init__(self, path: Path) -> None:
        """Read the index; one that cannot be read says nothing of any place."""
        self._path = path
        self._before = _read(path)
        self._now = dict(self._before)

    def says(self, place: str, status: os.stat_result, sha256: str) -> bool:
        """Whether the file at a place is, by its status, the one that was hashed last, and had that SHA-256."""
        return self._now.get(place) == _entry(status, sha256)

    def note(self, place: str, status: os.stat_result, sha256: str, hashed_at_ns: int) -> None:
        """Take note of what was hashed.

        Args:
            place: where it lies, relative to ``raw/``.
            status: what the system said of it before.
            sha256: of its bytes.
            hashed_at_ns: when hashing began, in nanoseconds since 1970; a file that changed shortly before that, or
                later, is not known again, so that it is hashed once more.
        """
        if max(status.st_mtime_ns, status.st_ctime_ns) < hashed_at_ns - _NEAR_NS:
            self._now[place] = _entry(status, sha256)
        else:
            self._now.pop(place, None)

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Forget the places of which that is said."""
        self._now = {place: entry for place, entry in self._now.items() if not is_gone(place)}

    def write(self) -> None:
        """Keep what was noted, if anything changed; where that fails, the next load hashes again what is not kept."""
        if self._now == self._before:
            return
        aside = self._path.with_name(f"{self._path.name}.tmp")
        with suppress(OSError), _swept(aside):
            aside.write_text(json.dumps({"version": _VERSION, "places": self._now}), encoding="utf-8")
            if self._path.is_dir():
                remove(self._path)
            aside.replace(self._path)
            self._before = dict(self._now)


def _read(path: Path) -> dict[str, object]:
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("version") == _VERSION and isinstance(found.get("places"), dict):
            return dict(found["places"])
    return {}


def _entry(status: os.stat_result, sha256: str) -> list[int | str]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev, sha256]


@contextmanager
def _swept(aside: Path) -> Iterator[None]:
    """Leave nothing aside, whatever happens."""
    try:
        yield
    finally:
        with suppress(OSError):
            remove(aside)
