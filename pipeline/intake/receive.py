"""Receiving: keep every new content of ``raw/`` in the archive, and write it in the ledger.

What belongs here: which contents are new, known or refused. What does not: which files stand there (``survey``),
opening them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.intake import archive
from pipeline.intake.archive import UnreadableError
from pipeline.intake.ledger import Ledger
from pipeline.intake.new_events import located_event, received_event
from pipeline.intake.seen import Seen
from pipeline.intake.submissions import Submission
from pipeline.intake.survey import Found, is_asked_for, survey_raw
from pipeline.settings import Settings
from pipeline.stores.hosts import host_of
from pipeline.vocabulary.days import paris_day


@dataclass(slots=True)
class Receipt:
    """What one survey of ``raw/`` brought. Files are POSIX paths relative to ``raw/``."""

    new: list[str] = field(default_factory=list)
    located: list[str] = field(default_factory=list)
    """Known contents in a new place: moved, copied or put back, they are the same submission."""
    unchanged: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """Files left for later, each with the reason in English."""
    refused: dict[str, str] = field(default_factory=dict)
    """Files and folders that somebody must see to before they can be taken, each with what to do."""

    def add(self, other: Receipt) -> None:
        """Add what another survey brought."""
        self.new += other.new
        self.located += other.located
        self.unchanged += other.unchanged
        self.left |= other.left
        self.refused |= other.refused


def receive(
    settings: Settings, ledger: Ledger | None = None, *, source: str = "", regions: frozenset[str] = frozenset()
) -> Receipt:
    """Take every new or changed file of ``raw/`` into the archive and the ledger.

    Args:
        settings: where ``raw/``, the archive and the ledger stand.
        ledger: the ledger, where the caller has read it already.
        source: only this source's folder; every source without it.
        regions: only these regions' folders below the source; all without it.

    Raises:
        OSError: the archive or the ledger cannot be written; what was taken before is kept.
    """
    return Scan(settings, ledger or Ledger.of(settings)).receive(source, regions)


class Scan:
    """One look at ``raw/`` and at what is kept, of which each source can be taken by itself."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._survey = survey_raw(settings)
        self._seen = Seen(settings.seen)
        self._settings = settings
        self._kept = archive.kept(settings)
        self._ledger = ledger
        self._began = datetime.now(UTC)
        self._known = {submission.sha256: submission for submission in ledger.submissions}
        self._host = host_of(settings)
        self._last_seen = ledger.last_seen(self._host)
        self._receipt = Receipt()
        self._events: list[dict[str, Any]] = []
        self._unsettled: set[str] = set()
        """Contents that were put into the archive, or found there of which the ledger does not know."""

    def receive(self, source: str = "", regions: frozenset[str] = frozenset()) -> Receipt:
        """Take what is new or changed of one source, of all its regions or of some; of all without it.

        Raises:
            OSError: the archive or the ledger cannot be written; what was taken before is kept.
        """
        survey = self._survey.of(source, regions)
        self._receipt = Receipt(left=survey.left, refused=survey.refused)
        self._events, self._unsettled = [], set()
        try:
            for file in survey.files:
                self._take(file)
        finally:  # in one step; what was taken before something stopped it is kept
            archive.settle(self._settings.archive, self._unsettled)
            self._ledger.append(*self._events)
        there = {file.place for file in survey.files}
        self._seen.forget(lambda place: place not in there and is_asked_for(place, source, regions))
        self._seen.write()
        return self._receipt

    def _take(self, file: Found) -> None:
        """Archive a file, if its content is not there yet, and take note of what the ledger is to be told."""
        place = file.place
        try:
            sha256 = self._sha256_of(file)
            before = self._known.get(sha256)
            if before is not None and before.erased_by:
                self._receipt.refused[place] = _erased(before)
                return
            if sha256 not in self._kept:
                sha256 = self._put(file.path)  # it may have changed since it was hashed
        except UnreadableError as error:
            self._receipt.refused[place] = (
                f"it cannot be read ({error}); check that it still exists and its permissions"
            )
            return
        if self._last_seen.get(place) == sha256:
            self._receipt.unchanged.append(place)
            return
        now = datetime.now(UTC)
        if sha256 not in self._known:
            size = self._kept[sha256]
            self._unsettled.add(sha256)
            self._events.append(received_event(sha256, place, size, now, self._began, self._host))
            self._receipt.new.append(place)
            self._known[sha256] = Submission(sha256, (place,), size, now)
        else:
            self._events.append(located_event(sha256, place, now, self._began, self._host))
            self._receipt.located.append(place)
        self._last_seen[place] = sha256

    def _sha256_of(self, file: Found) -> str:
        """Return the SHA-256 of a file, which is opened only where the index does not know it as it is."""
        last = self._last_seen.get(file.place)
        if last is not None and self._seen.says(file.place, file.status, last):
            return last
        now_ns = time.time_ns()
        try:
            sha256 = archive.sha256_of(file.path)
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from error
        self._seen.note(file.place, file.status, sha256, now_ns)
        return sha256

    def _put(self, path: Path) -> str:
        """Copy a file into the archive, where it is settled before the ledger is told, and return its SHA-256."""
        sha256 = archive.put(self._settings.archive, path)
        self._unsettled.add(sha256)
        archive.give(self._settings, [sha256])
        self._kept[sha256] = archive.archived_path(self._settings.archive, sha256).stat().st_size
        return sha256


def _erased(submission: Submission) -> str:
    day = paris_day(submission.withdrawn_at) if submission.withdrawn_at else "an unknown day"
    return f"its bytes were erased on {day} ({submission.withdrawal_reason}) and are not taken again; remove the file"
