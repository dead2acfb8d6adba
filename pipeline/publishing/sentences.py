"""Sentences: the one that tells why a piece of work could not be done, whoever started it.

What belongs here: from an exception to a sentence. What does not: raising one, an exit code (``cli.failing``), what
Dagster shows (``assets.failing``).
"""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

from pipeline.intake import LedgerDamagedError
from pipeline.intake.archive import ArchiveDamagedError
from pipeline.intake.submissions import UnknownSubmissionError
from pipeline.proof.verify import NothingPublishedError
from pipeline.reading.pending import HeldError
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import UnknownReleaseError

OF_THE_DATABASE = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What DuckDB says when it is not the question that is wrong."""
_OF_WRITING = (duckdb.TransactionException, duckdb.FatalException)
"""What it says of a commit that the disk did not take. Nobody else writes, so that nothing can conflict."""
OF_THE_MACHINE = (OSError, MemoryError, *OF_THE_DATABASE, *_OF_WRITING)
THEIR_OWN_SENTENCE = (
    AuditFailedError,
    HeldError,
    WarehouseBusyError,
    LedgerDamagedError,
    ArchiveDamagedError,
    UnknownReleaseError,
    UnknownSubmissionError,
    NothingPublishedError,
    ValueError,
)
"""The exceptions whose message is the sentence."""
FORESEEN = (*OF_THE_MACHINE, *THEIR_OWN_SENTENCE)
"""What may stop a piece of work without an error of the program."""

_TO_DO = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EMFILE: "let this user open more files (ulimit -n)",
    errno.EACCES: "give this user the right to it",
    errno.EPERM: "give this user the right to it",
    errno.EROFS: "make the folder writable",
}
_UNFORESEEN = "This is an error of the program and not yours; report it with this line."
_NOTHING, _ALL_THE_SAME = "Nothing of this run was published.", "The release is published all the same."


def is_interruption(error: BaseException) -> bool:
    """Whether somebody stopped the work: DuckDB, asked while it works, says so in an exception of its own."""
    if isinstance(error, KeyboardInterrupt | duckdb.InterruptException):
        return True
    return type(error) is RuntimeError and str(error) == "Query interrupted"


def sentence_of(error: BaseException) -> str:
    """Return the sentence that tells of an exception.

    >>> sentence_of(OSError(errno.ENOSPC, "No space left on device", "warehouse/ledger.jsonl"))
    'warehouse/ledger.jsonl: No space left on device; free some space, and run it again.'
    """
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory. Free some, or set fewer HOUSING_WORKERS; run it again."
    if isinstance(error, (*OF_THE_DATABASE, *_OF_WRITING)):
        return f"{_first_line(error)}. See to the disk or the file, and run it again."
    if isinstance(error, THEIR_OWN_SENTENCE):
        return str(error)
    return f"{_place_of(error)}: {type(error).__name__}: {_first_line(error)}. {_UNFORESEEN} {_NOTHING}"


def after_publishing(what: str, error: BaseException) -> str:
    """Return the line that tells why something was not made of a release, which is published.

    Args:
        what: ``The bulletins were not made``.
        error: what hindered it.
    """
    return f"{what}: {sentence_of(error).removesuffix(_NOTHING).rstrip()} {_ALL_THE_SAME}"


def _of_system(error: OSError) -> str:
    where = " → ".join(str(name) for name in (error.filename, error.filename2) if name)
    to_do = _TO_DO.get(error.errno or 0, "see to it")
    return f"{where or 'The system'}: {error.strerror or error}; {to_do}, and run it again."


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
