"""A journal: lines that are appended and never changed, in a file or, for several hosts, in a database.

What belongs here: keeping lines. What does not: what they say, and the chain that shows a changed one
(``pipeline.intake.events``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

from pipeline.stores.disk import make_folder, remove, rename, sync_file, sync_folder


class JournalDamagedError(RuntimeError):
    """The journal cannot be read as lines; the message says why."""


class JournalMovedError(OSError):
    """Somebody else has appended lines meanwhile; nothing of ours was written."""


class Journal(Protocol):
    """Where the lines of a ledger stand; ``name`` says so to people."""

    name: str
    is_shared: bool
    """Whether several hosts write there, whose clocks differ."""

    def read(self) -> list[bytes]:
        """Return every line that was confirmed, without its end."""

    def remains(self) -> list[bytes]:
        """Return every line that can be found, where the journal is damaged."""

    def replace(self, lines: Sequence[bytes]) -> str:
        """Put other lines in the place of all, in one step; return where the old ones are kept, empty for none."""

    def append(self, lines: Sequence[bytes], after: int) -> None:
        """Append lines after the first so many, all of them or none, and return when they are kept for good.

        Raises:
            JournalMovedError: there are more or fewer lines before them.
            OSError: they could not be kept.
        """


class JournalFile:
    """A journal in a file, whose one writer holds the warehouse."""

    is_shared = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    def read(self) -> list[bytes]:
        """Return every line; one that a cut left unfinished was not confirmed, and is passed over.

        Raises:
            JournalDamagedError: it is no file.
        """
        if not self._path.exists():
            return []
        if not self._path.is_file():
            raise JournalDamagedError(f"{self.name} is no file")
        return self._path.read_bytes().split(b"\n")[:-1]

    def remains(self) -> list[bytes]:
        """Return every line that can be found, the last one without its end too."""
        return self._path.read_bytes().split(b"\n") if self._path.is_file() else []

    def replace(self, lines: Sequence[bytes]) -> str:
        """Put other lines in the place of all, and keep those in a file beside.

        Raises:
            OSError: they could not be written; the file is as it was.
        """
        kept = ""
        if self._path.is_file() and self._path.stat().st_size:
            beside = self._path.with_name(
                f"{self._path.stem}-until-{datetime.now(UTC):%Y%m%dT%H%M%S}{self._path.suffix}"
            )
            beside.write_bytes(self._path.read_bytes())
            kept = str(beside)
        aside = self._path.with_suffix(".tmp")
        remove(aside)
        aside.write_bytes(b"".join(line + b"\n" for line in lines))
        sync_file(aside)
        rename(aside, self._path)
        return kept

    def append(self, lines: Sequence[bytes], after: int) -> None:  # noqa: ARG002  # its one writer has read it
        """Append lines, and make sure that they are on disk.

        Raises:
            OSError: they could not be written; the file is as it was.
        """
        text = b"".join(line + b"\n" for line in lines)
        make_folder(self._path.parent)
        is_new = not self._path.exists()
        with self._path.open("a+b", buffering=0) as file:
            confirmed = _drop_unfinished_line(file)
            try:
                written = 0
                while written < len(text):
                    written += file.write(text[written:]) or 0
                os.fsync(file.fileno())
            except BaseException:
                file.truncate(confirmed)  # takes no room: what is half written would else be chained to
                raise
        if is_new:
            sync_folder(self._path.parent)


def _drop_unfinished_line(file: IO[bytes]) -> int:
    """Cut what a killed process left of a line; return where the confirmed ones end."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return 0
    file.seek(end - 1)
    if file.read(1) == b"\n":
        return end
    file.seek(0)
    confirmed = file.read().rfind(b"\n") + 1
    file.truncate(confirmed)
    return confirmed
