"""How a command ends: its exit codes, and which of them each failure has.

What belongs here: from an exception to a code. What does not: the sentence that tells of it (``publishing.sentences``).
"""

from __future__ import annotations

import sys

import click

from pipeline.intake import LedgerDamagedError
from pipeline.intake.archive import ArchiveDamagedError
from pipeline.intake.submissions import UnknownSubmissionError
from pipeline.proof.verify import NothingPublishedError
from pipeline.publishing.sentences import OF_THE_MACHINE, is_interruption, sentence_of
from pipeline.reading.pending import HeldError
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import UnknownReleaseError

DONE, REFUSED, WRONG_USE, HELD_BACK, BUSY, MACHINE_FAILED = range(6)

_CODES: dict[type[BaseException], int] = {
    **dict.fromkeys(OF_THE_MACHINE, MACHINE_FAILED),  # before the errors of a value, which some of them are
    LedgerDamagedError: MACHINE_FAILED,
    ArchiveDamagedError: MACHINE_FAILED,
    AuditFailedError: HELD_BACK,
    WarehouseBusyError: BUSY,
    HeldError: REFUSED,
    UnknownReleaseError: REFUSED,
    UnknownSubmissionError: REFUSED,
    NothingPublishedError: REFUSED,
    ValueError: WRONG_USE,
}
_INTERRUPTED = "Interrupted. What was received is kept, and the published release is whole; run the command again."


def ending_of(error: BaseException) -> tuple[int, str]:
    """Return the exit code that an exception ends a command with, and the sentence that tells of it.

    >>> ending_of(PermissionError(13, "Permission denied", "warehouse/ledger.jsonl"))[0]
    5
    """
    if isinstance(error, click.Abort) or is_interruption(error):
        return MACHINE_FAILED, _INTERRUPTED
    codes = (code for kind, code in _CODES.items() if isinstance(error, kind))
    return next(codes, MACHINE_FAILED), sentence_of(error)


def leave_quietly() -> None:
    """End where whoever reads what is printed has gone away, as ``head`` does."""
    sys.stderr.close()
    sys.exit(DONE)
