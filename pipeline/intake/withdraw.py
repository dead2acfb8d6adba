"""Withdrawing: a received file is taken back, and the ledger says so, when and why.

Its bytes stay in the archive and its figures in the history; from the day of the withdrawal they are not current. Where
they must not be kept, they are *erased*: the ledger keeps the hash, the day, the reason and who, and nothing else does.

What belongs here: writing the events, removing what intake keeps. What does not: what holds instead
(``sql/fact/observation_history.sql``), removing what is made of it (``pipeline.load``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.intake.ledger import Ledger
from pipeline.intake.new_events import erased_event, withdrawn_event
from pipeline.intake.submissions import Submission, find
from pipeline.settings import Settings
from pipeline.vocabulary.days import paris_day


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
    ledger, submission = _meant(settings, wanted, reason)
    if submission.withdrawn_at is not None:
        raise AlreadyWithdrawnError(
            f"{submission.submission_id} {submission.file} was withdrawn on {paris_day(submission.withdrawn_at)}: "
            f"{submission.withdrawal_reason}"
        )
    now = datetime.now(UTC)
    ledger.append(withdrawn_event(submission.sha256, reason.strip(), now))
    return replace(submission, withdrawn_at=now, withdrawal_reason=reason.strip())


def erase(settings: Settings, wanted: str, reason: str, who: str) -> Submission:
    """Write that the bytes of a submission, withdrawn before or not, are removed for ever; return it.

    From here on they are not taken again, and whoever holds the warehouse removes what is left of them.

    Args:
        settings: where the ledger stands. The caller holds the warehouse.
        wanted: as for :func:`withdraw`.
        reason: why.
        who: who had them removed.

    Raises:
        UnknownSubmissionError: no submission, or several, are meant.
        AlreadyWithdrawnError: they were erased before.
        ValueError: the reason is blank.
    """
    ledger, submission = _meant(settings, wanted, reason)
    if submission.erased_by and submission.withdrawn_at:
        raise AlreadyWithdrawnError(
            f"{submission.submission_id} {submission.file} was erased on {paris_day(submission.withdrawn_at)} by "
            f"{submission.erased_by}: {submission.withdrawal_reason}"
        )
    now = datetime.now(UTC)
    ledger.append(erased_event(submission.sha256, reason.strip(), who, now))
    return next(each for each in ledger.submissions if each.sha256 == submission.sha256)


def _meant(settings: Settings, wanted: str, reason: str) -> tuple[Ledger, Submission]:
    if not reason.strip():
        raise ValueError("a withdrawal needs a reason; say it with --reason")
    ledger = Ledger.of(settings)
    return ledger, find(ledger.submissions, wanted)
