"""Receiving: keep every new content of ``raw/`` in the archive, and write it in the ledger.

What belongs here: which contents are new, known or refused. What does not: which files stand there (``survey``),
opening them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.intake import archive
from pipeline.intake.archive import UnreadableError
from pipeline.intake.ledger import Ledger, located_event, received_event
from pipeline.intake.submissions import Submission
from pipeline.intake.survey import survey_raw
from pipeline.settings import Settings
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
    began = datetime.now(UTC)
    survey = survey_raw(settings, source, regions)
    receipt = Receipt(left=survey.left, refused=survey.refused)
    ledger = ledger or Ledger(settings.ledger)
    known = {submission.sha256: submission for submission in ledger.submissions}
    last_seen = ledger.last_seen
    for path, place in survey.files:
        try:
            sha256 = _hash(path)
            before = known.get(sha256)
            if before is not None and before.erased_by:
                receipt.refused[place] = _erased(before)
                continue
            sha256, size = _take(settings, path, sha256)
        except UnreadableError as error:
            receipt.refused[place] = f"it cannot be read ({error}); check that it still exists and its permissions"
            continue
        now = datetime.now(UTC)
        before = known.get(sha256)
        if before is None:
            ledger.append(received_event(sha256, place, size, now, began))
            receipt.new.append(place)
            known[sha256] = Submission(sha256, (place,), size, now)
        elif last_seen.get(place) == sha256:
            receipt.unchanged.append(place)
        else:
            ledger.append(located_event(sha256, place, now, began))
            receipt.located.append(place)
        last_seen[place] = sha256
    return receipt


def _hash(path: Path) -> str:
    try:
        return archive.sha256_of(path)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def _take(settings: Settings, path: Path, sha256: str) -> tuple[str, int]:
    """Return the SHA-256 and size of a file, archived; what is archived already is not copied."""
    if not archive.archived_path(settings.archive, sha256).is_file():
        sha256 = archive.put(settings.archive, path)  # it may have changed since it was hashed
    return sha256, archive.archived_path(settings.archive, sha256).stat().st_size


def _erased(submission: Submission) -> str:
    day = paris_day(submission.withdrawn_at) if submission.withdrawn_at else "an unknown day"
    return f"its bytes were erased on {day} ({submission.withdrawal_reason}) and are not taken again; remove the file"
