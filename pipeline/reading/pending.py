"""Pending: what could not be read this time is told to the ledger, and what the ledger says of it holds.

What belongs here: when a submission becomes pending, when that ends, and when it is given up. What does not: what
interrupts a reading (``cells.worker``), what holds meanwhile (``intake.submissions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pipeline.cells.worker import Interrupted
from pipeline.intake import Ledger, Submission
from pipeline.intake.new_events import pending_event, read_event
from pipeline.reading.cache import NOTHING_READ
from pipeline.reading.code import is_given_up, read_under
from pipeline.reading.submissions import ReadSubmission
from pipeline.rejections import Wording
from pipeline.settings import Limits

_NEXT_LOAD = Wording("le prochain chargement essaiera de nouveau", "the next load tries again")
_PUBLISHED = Wording(
    "Ce dont la publication est faite n'a pas pu être lu", "What the published release was made from could not be read"
)


class HeldError(RuntimeError):
    """Nothing was published, lest the release lose or change figures; the message says what could not be read.

    ``fr`` says the same in French.
    """

    def __init__(self, causes: Mapping[str, Wording], what: Wording = _PUBLISHED, then: Wording = _NEXT_LOAD) -> None:
        lines = "\n".join(f"{file}: {cause.en}" for file, cause in causes.items())
        super().__init__(f"{what.en}; the published release stays as it was, and {then.en}.\n{lines}")
        lignes = "\n".join(f"{file} : {cause.fr}" for file, cause in causes.items())
        self.fr = f"{what.fr} ; la publication reste celle d'avant, et {then.fr}.\n{lignes}"


def causes(readings: Iterable[ReadSubmission]) -> dict[str, Wording]:
    """Return the files that could not be read this time, each with the cause."""
    return {item.submission.file: item.interrupted for item in readings if item.interrupted is not None}


def given_up(submission: Submission, limits: Limits) -> ReadSubmission | None:
    """Return a submission that too many loads in a row could not read, refused; ``None`` for any other."""
    pending = submission.pending
    if pending is None or not is_given_up(submission, limits):
        return None
    refused = Interrupted(Wording(*pending.cause)).rejection
    return ReadSubmission(submission, NOTHING_READ, is_new=False, refused=refused)


def still_pending(submission: Submission) -> ReadSubmission | None:
    """Return a pending submission as the ledger says, without another attempt; ``None`` for any other."""
    if submission.pending is None:
        return None
    return ReadSubmission(submission, NOTHING_READ, is_new=False, interrupted=Wording(*submission.pending.cause))


def tell_ledger(readings: Iterable[ReadSubmission], ledger: Ledger, limits: Limits) -> None:
    """Write in the ledger which submissions were interrupted, and which of those that were pending are so no more."""
    now, under = datetime.now(UTC), read_under(limits)
    events = []
    for item in readings:
        submission = item.submission
        if item.interrupted is not None:
            events.append(pending_event(submission.sha256, item.interrupted, under, now))
        elif submission.pending is not None:
            events.append(read_event(submission.sha256, now))
    ledger.append(*events)
