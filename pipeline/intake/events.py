"""The file of the ledger: one event a line, as JSON, each line chained to the one before.

A line says in ``previous`` the SHA-256 of the line before it, so that a line that is changed or gone is noticed. The
first chained line says that of all bytes before it: of none in a new ledger, of all lines of one that an earlier
version began. Whoever remembers the *head*, the number and the hash of the last line, notices that last lines are gone.

What belongs here: reading and appending lines. What does not: what an event means (``ledger``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

from pipeline.intake.disk import make_folder, sync_folder

CHAIN = "previous"
"""The field in which a line says the hash of the one before."""


class LedgerDamagedError(RuntimeError):
    """The ledger is not what was written; the message says where that shows."""


class LaterVersionError(LedgerDamagedError):
    """The ledger is whole, and has an event that only a later version knows; the message says which."""


class Head(NamedTuple):
    """The last line of a ledger: its number, from 1, and the SHA-256 by which the next one is chained to it."""

    number: int
    sha256: str


NOTHING = Head(0, hashlib.sha256(b"").hexdigest())
"""The head of an empty ledger."""


class Event(NamedTuple):
    """One line: where it stands, and what it says."""

    head: Head
    """The head of the ledger that ends with it."""
    fields: Mapping[str, Any]


def read_events(path: Path) -> list[Event]:
    """Return every event of a ledger.

    A last line that a cut left unfinished is passed over: its event was not confirmed and will be written again.

    Raises:
        LedgerDamagedError: a line is no event, or is not the one that the next line was chained to.
    """
    return list(_events(path))


def _events(path: Path) -> Iterator[Event]:
    if not path.exists():
        return
    if not path.is_file():
        raise LedgerDamagedError(f"{path} is no file; {RESTORE}")
    everything = hashlib.sha256()
    head, is_chained = NOTHING, False
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        fields = _fields(line, path, number)
        if CHAIN in fields:
            if fields[CHAIN] != head.sha256:
                raise LedgerDamagedError(
                    f"{path}, line {number}: the line before it is not the one that was written; {RESTORE}"
                )
            is_chained = True
        elif is_chained:
            raise LedgerDamagedError(f"{path}, line {number}: it is not chained to the line before it; {RESTORE}")
        everything.update(line + b"\n")
        head = Head(number, (hashlib.sha256(line) if is_chained else everything).hexdigest())
        yield Event(head, fields)


RESTORE = "put it back from a backup, or run 'housing restore', which writes it anew from the releases that are kept"
"""What to do about a ledger that is damaged or gone."""


def _fields(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise LedgerDamagedError(f"{path}, line {number}: not JSON; {RESTORE}") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("event"), str):
        raise LedgerDamagedError(f"{path}, line {number}: {fields!r} is not an event that can be read; {RESTORE}")
    return fields


def append_events(path: Path, events: Iterable[Mapping[str, Any]], head: Head | None = None) -> list[Event]:
    """Append events, make sure that they are on disk, and return them as they stand there; all of them or none.

    Args:
        path: the ledger.
        events: what each says.
        head: the last event, where the caller has read the ledger.

    Raises:
        OSError: they could not be written; the ledger is as it was.
    """
    if head is None:
        before = read_events(path)
        head = before[-1].head if before else NOTHING
    appended: list[Event] = []
    text = b""
    for fields in events:
        chained = {**fields, CHAIN: head.sha256}
        line = json.dumps(chained, ensure_ascii=False).encode("utf-8")
        head = Head(head.number + 1, hashlib.sha256(line).hexdigest())
        appended.append(Event(head, chained))
        text += line + b"\n"
    if text:
        _write(path, text)
    return appended


def _write(path: Path, text: bytes) -> None:
    make_folder(path.parent)
    is_new = not path.exists()
    with path.open("a+b", buffering=0) as file:
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
        sync_folder(path.parent)


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
