"""The lines of the ledger: one event each, as JSON, each line chained to the one before.

A line says in ``previous`` the SHA-256 of the line before it, so that a line that is changed or gone is noticed. The
first chained line says that of all bytes before it: of none in a new ledger, of all lines of one that an earlier
version began. Whoever remembers the *head*, the number and the hash of the last line, notices that last lines are gone.

What belongs here: reading and chaining lines. What does not: what an event means (``ledger``), keeping them
(``pipeline.stores``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pipeline.stores.journal import Journal, JournalDamagedError

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


def read_events(journal: Journal) -> list[Event]:
    """Return every event of a ledger.

    Raises:
        LedgerDamagedError: a line is no event, or is not the one that the next line was chained to.
    """
    try:
        return list(_events(journal.read(), journal.name))
    except JournalDamagedError as error:
        raise LedgerDamagedError(f"{error}; {RESTORE}") from error


def _events(lines: Iterable[bytes], name: str) -> Iterator[Event]:
    everything = hashlib.sha256()
    head, is_chained = NOTHING, False
    for number, line in enumerate(lines, start=1):
        fields = _fields(line, name, number)
        if CHAIN in fields:
            if fields[CHAIN] != head.sha256:
                raise LedgerDamagedError(
                    f"{name}, line {number}: the line before it is not the one that was written; {RESTORE}"
                )
            is_chained = True
        elif is_chained:
            raise LedgerDamagedError(f"{name}, line {number}: it is not chained to the line before it; {RESTORE}")
        everything.update(line + b"\n")
        head = Head(number, (hashlib.sha256(line) if is_chained else everything).hexdigest())
        yield Event(head, fields)


RESTORE = "put it back from a backup, or run 'housing restore', which writes it anew from the releases that are kept"
"""What to do about a ledger that is damaged or gone."""


def _fields(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise LedgerDamagedError(f"{name}, line {number}: not JSON; {RESTORE}") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("event"), str):
        raise LedgerDamagedError(f"{name}, line {number}: {fields!r} is not an event that can be read; {RESTORE}")
    return fields


def append_events(journal: Journal, events: Iterable[Mapping[str, Any]], head: Head | None = None) -> list[Event]:
    """Append events, make sure that they are kept, and return them as they stand there; all of them or none.

    Args:
        journal: where the ledger stands.
        events: what each says.
        head: the last event, where the caller has read the ledger.

    Raises:
        OSError: they could not be kept; the ledger is as it was, or somebody else has appended to it meanwhile.
    """
    if head is None:
        before = read_events(journal)
        head = before[-1].head if before else NOTHING
    after = head.number
    appended: list[Event] = []
    lines: list[bytes] = []
    for fields in events:
        chained = {**fields, CHAIN: head.sha256}
        lines.append(json.dumps(chained, ensure_ascii=False).encode("utf-8"))
        head = Head(head.number + 1, hashlib.sha256(lines[-1]).hexdigest())
        appended.append(Event(head, chained))
    if lines:
        journal.append(lines, after)
    return appended
