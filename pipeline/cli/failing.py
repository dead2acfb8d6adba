"""How a command ends: its exit codes, and the one sentence in which it tells why it could not do its work.

What belongs here: from an exception to a code and a sentence. What does not: raising one.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import click
import duckdb

from pipeline.intake import LedgerDamagedError
from pipeline.intake.archive import ArchiveDamagedError
from pipeline.intake.submissions import UnknownSubmissionError
from pipeline.proof.verify import NothingPublishedError
from pipeline.reading.pending import HeldError
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import UnknownReleaseError

DONE, REFUSED, WRONG_USE, AUDIT_FAILED, BUSY, MACHINE_FAILED = range(6)

_CODES: dict[type[BaseException], int] = {
    AuditFailedError: AUDIT_FAILED,
    HeldError: REFUSED,
    WarehouseBusyError: BUSY,
    LedgerDamagedError: MACHINE_FAILED,
    ArchiveDamagedError: MACHINE_FAILED,
    UnknownReleaseError: REFUSED,
    UnknownSubmissionError: REFUSED,
    NothingPublishedError: REFUSED,
    ValueError: WRONG_USE,
}
"""The code of each exception whose message is the sentence."""
_INTERRUPTED = "Interrupted. What was received is kept, and the published release is whole; run the command again."
_TO_DO = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EMFILE: "let this user open more files (ulimit -n)",
    errno.EACCES: "give this user the right to it",
    errno.EPERM: "give this user the right to it",
    errno.EROFS: "make the folder writable",
}
OF_THE_MACHINE = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What DuckDB says when it is not the question that is wrong."""
_OF_A_WRITER = (*OF_THE_MACHINE, duckdb.TransactionException, duckdb.FatalException)
"""The same where it writes: a commit that the disk did not take. Nobody else writes, so that nothing can conflict."""


def ending_of(error: BaseException) -> tuple[int, str]:
    """Return the exit code that an exception ends a command with, and the sentence that tells of it.

    >>> ending_of(OSError(errno.ENOSPC, "No space left on device", "warehouse/ledger.jsonl"))[0]
    5
    """
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return MACHINE_FAILED, _INTERRUPTED
    if isinstance(error, OSError):
        return MACHINE_FAILED, _of_system(error)
    if isinstance(error, MemoryError):
        return MACHINE_FAILED, "There is not enough memory. Free some, or set fewer HOUSING_WORKERS; run it again."
    if isinstance(error, _OF_A_WRITER):
        return MACHINE_FAILED, f"{_first_line(error)}. See to the disk or the file, and run the command again."
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code, str(error)
    return MACHINE_FAILED, f"{_place_of(error)}: {type(error).__name__}: {_first_line(error)}. {_UNEXPECTED}"


_UNEXPECTED = (
    "This is an error of the program and not yours; report it with this line. Nothing of this run was published."
)


def _of_system(error: OSError) -> str:
    where = " → ".join(str(name) for name in (error.filename, error.filename2) if name)
    to_do = _TO_DO.get(error.errno or 0, "see to it")
    return f"{where or 'The system'}: {error.strerror or error}; {to_do}, and run the command again."


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _place_of(error: BaseException) -> str:
    """Return the line of our own code that an exception came through last."""
    place, trace = "pipeline", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "pipeline" in path.parts:
            place = f"{'/'.join(path.parts[path.parts.index('pipeline') :])}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def leave_quietly() -> None:
    """End where whoever reads what is printed has gone away, as ``head`` does."""
    sys.stderr.close()
    sys.exit(DONE)
