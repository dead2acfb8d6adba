"""Moving an installation: from the folders of one machine to what several hosts share, and back.

The ledger moves last, in one step: until then the installation stands where it stood. What it leaves behind ends with
an event that says where it goes on, so that nobody writes to it any more. A move that is cut is begun again.

What belongs here: copying what is kept, and handing over the ledger. What does not: the stores (``pipeline.stores``),
proving that nothing was lost (``pipeline.proof.verify``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.intake import Ledger, archive
from pipeline.intake.archive import ArchiveDamagedError, archived_path, is_content
from pipeline.intake.events import CHAIN
from pipeline.intake.new_events import moved_event
from pipeline.reading.cache import ReadingCache
from pipeline.reading.shared import SharedReadings
from pipeline.settings import SettingError, Settings
from pipeline.stores.hosts import journal_of
from pipeline.stores.journal import Journal, JournalFile
from pipeline.warehouse import shared_releases
from pipeline.warehouse.releases import at_hand, kept_path

Progress = Callable[[str, int, int], None]


class Moved(NamedTuple):
    """What an installation has where it goes on."""

    to: str
    events: int
    files: int
    releases: int
    readings: int


class CannotMoveError(ValueError):
    """The installation cannot be moved; the message says why, and what to do."""


def move_to_hosts(settings: Settings, on_progress: Progress = lambda *_: None) -> Moved:
    """Move an installation from its folders to the ledger and the store that its settings name.

    The caller holds the warehouse. The folders stay, as this host's copies of what is shared.

    Raises:
        SettingError: no shared ledger is set.
        CannotMoveError: another installation stands there.
        ArchiveDamagedError: archived files are not what was received; nothing was moved.
        OSError: a store cannot be written; the installation stands where it stood.
    """
    shared, own = _shared(settings), JournalFile(settings.ledger)
    ledger = Ledger(own)
    _leave_others_alone(shared, own)
    _require_whole(ledger, settings)
    kept = dict(archive.contents(settings.archive))
    archive.give(settings, kept, lambda done: on_progress("archive", done, len(kept)))
    releases = [path for made in ledger.made if (path := kept_path(settings, made.release_id)).is_file()]
    for done, path in enumerate(releases, start=1):
        shared_releases.give(settings, path)
        on_progress("releases", done, len(releases))
    cache = ReadingCache(settings.cache)
    if (readings := SharedReadings.of(settings)) is not None:
        readings.settle(cache)
    moved = Moved(shared.name, ledger.size, len(kept), len(releases), len(cache.readings))
    _hand_over(own, ledger, shared)
    return moved


def move_home(settings: Settings, on_progress: Progress = lambda *_: None) -> Moved:
    """Move an installation that several hosts share into the folders of this one, which goes on alone.

    The caller holds the warehouse. What was shared stays where it is, and is used no more.

    Raises:
        SettingError: no shared ledger is set.
        CannotMoveError: another installation stands in the folders.
        ArchiveDamagedError: archived files are not what was received; nothing was moved.
        OSError: a store cannot be read, or the disk written; the installation stands where it stood.
    """
    shared, own = _shared(settings), JournalFile(settings.ledger)
    ledger = Ledger(shared)
    _leave_others_alone(own, shared)
    kept = archive.kept(settings)
    archive.bring(settings, kept)
    _require_whole(ledger, settings)
    there = shared_releases.shared(settings)
    releases = [made for made in ledger.made if made.release_id in there]
    for done, made in enumerate(releases, start=1):
        at_hand(settings, made)
        on_progress("releases", done, len(releases))
    cache = ReadingCache(settings.cache)
    if (readings := SharedReadings.of(settings)) is not None:
        readings.bring_all(cache)
    moved = Moved(own.name, ledger.size, len(kept), len(releases), len(cache.readings))
    _hand_over(shared, ledger, own)
    return moved


def _shared(settings: Settings) -> Journal:
    if not settings.shared_ledger:
        raise SettingError(
            "HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE say where hosts share an installation; set both, and run "
            "'housing migrate' again"
        )
    return journal_of(settings)


def _leave_others_alone(target: Journal, source: Journal) -> None:
    """Refuse to move where something else stands: only what this ledger began with is written over."""
    there, ours = target.read(), source.read()
    if ours and _is_move(ours[-1]):
        raise CannotMoveError(f"{source.name} was moved to {json.loads(ours[-1])['to']} before; nothing was done")
    before = there[:-1] if there and _is_move(there[-1]) else there
    if before != ours[: len(before)]:
        raise CannotMoveError(
            f"{target.name} has the ledger of another installation ({len(there)} events); name another database, or "
            "another home"
        )


def _require_whole(ledger: Ledger, settings: Settings) -> None:
    damaged = [
        f"{each.file} ({path})"
        for each in ledger.submissions
        if not each.erased_by and not is_content(path := archived_path(settings.archive, each.sha256), each.sha256)
    ]
    if damaged:
        raise ArchiveDamagedError(
            f"the archive is not what was received: {'; '.join(damaged)}. Put them there from a backup, or run "
            "'housing load', which takes them again from raw/; nothing was moved"
        )


def _hand_over(source: Journal, ledger: Ledger, target: Journal) -> None:
    """Let the ledger go on elsewhere: all of its lines there, then one here that says so."""
    lines: Sequence[bytes] = source.read()
    if target.read() != lines:
        target.replace(lines)
    ledger.append(moved_event(target.name, datetime.now(UTC)))


def _is_move(line: bytes) -> bool:
    fields = json.loads(line)
    return CHAIN in fields and fields.get("event") == "moved"
