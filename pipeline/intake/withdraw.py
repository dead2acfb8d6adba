"""Withdrawing: a received file is taken back, and the ledger says so, when and why.

Its bytes stay in the archive and its figures in the history; from the day of the withdrawal they are not current.

What belongs here: writing the event. What does not: what holds instead (``sql/fact/observation_history.sql``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.intake.ledger import Ledger, Submission, find, withdrawn_event
from pipeline.settings import Settings


class AlreadyWithdrawnError(ValueError):
    """The submission was withdrawn before; the message says when and why."""


def withdraw(settings: Settings, wanted: str, reason: str) -> Submission:
    """Take back a submission and return it; the next load publishes what holds without it.

    Args:
        settings: where the ledger stands. The caller holds the warehouse.
        wanted: a ``submission_id``, a SHA-256 or the start of one, or the file's place in ``raw/``.
        reason: why, for whoever asks later.

    Raises:
        UnknownSubmissionError: no submission, or several, are meant.
        AlreadyWithdrawnError: it was withdrawn before.
        ValueError: the reason is blank.
    """
    if not reason.strip():
        raise ValueError("a withdrawal needs a reason; say it with --reason")
    ledger = Ledger(settings.ledger)
    submission = find(ledger.submissions, wanted)
    if submission.withdrawn_at is not None:
        raise AlreadyWithdrawnError(
            f"{submission.submission_id} {submission.file} was withdrawn on {submission.withdrawn_at:%Y-%m-%d}: "
            f"{submission.withdrawal_reason}"
        )
    now = datetime.now(UTC)
    ledger.append(withdrawn_event(submission.sha256, reason.strip(), now))
    return replace(submission, withdrawn_at=now, withdrawal_reason=reason.strip())
