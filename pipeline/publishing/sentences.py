"""Sentences: the one that tells why a piece of work could not be done, whoever started it.

What belongs here: from an exception to a sentence, and to how it ends a command. What does not: raising one, what
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
from pipeline.publishing.endings import Ending
from pipeline.publishing.lake.connect import LakeError
from pipeline.reading.pending import HeldError
from pipeline.warehouse.audit import AuditFailedError, Outcome
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import UnknownReleaseError

OF_THE_DATABASE = (duckdb.IOException, duckdb.OutOfMemoryException)
"""What DuckDB says when it is not the question that is wrong."""
_OF_WRITING = (duckdb.TransactionException, duckdb.FatalException)
"""What it says of a commit that the disk did not take. Nobody else writes, so that nothing can conflict."""


_OF_THE_MACHINE = (OSError, MemoryError, *OF_THE_DATABASE, *_OF_WRITING)
_THEIR_OWN_SENTENCE: dict[type[Exception], Ending] = {
    LedgerDamagedError: Ending.MACHINE_FAILED,
    ArchiveDamagedError: Ending.MACHINE_FAILED,
    AuditFailedError: Ending.HELD_BACK,
    WarehouseBusyError: Ending.BUSY,
    LakeError: Ending.MACHINE_FAILED,
    HeldError: Ending.REFUSED,
    UnknownReleaseError: Ending.REFUSED,
    UnknownSubmissionError: Ending.REFUSED,
    NothingPublishedError: Ending.REFUSED,
    ValueError: Ending.WRONG_USE,
}
"""The exceptions whose message is the sentence, and how each ends a command."""
FORESEEN: tuple[type[Exception], ...] = (*_OF_THE_MACHINE, *_THEIR_OWN_SENTENCE)
"""What may stop a piece of work without an error of the program."""

_TO_DO = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EMFILE: "let this user open more files (ulimit -n)",
    errno.EACCES: "give this user the right to it",
    errno.EPERM: "give this user the right to it",
    errno.EROFS: "make the folder writable",
}
_FULL = "il n'y a plus de place sur le disque ; libérez de la place"
_NO_RIGHT = "cet utilisateur n'en a pas le droit ; donnez-le-lui"
_WHY_FR = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EMFILE: "trop de fichiers sont ouverts ; permettez-en davantage à cet utilisateur (ulimit -n)",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: "on ne peut rien y écrire ; permettez-le",
    errno.ENOENT: "introuvable ; voyez ce qu'il en est",
}
_UNFORESEEN = "This is an error of the program and not yours; report it with this line."
_NOTHING, _ALL_THE_SAME = "Nothing of this run was published.", "The release is published all the same."


def is_interruption(error: BaseException) -> bool:
    """Whether somebody stopped the work: DuckDB, asked while it works, says so in an exception of its own."""
    if isinstance(error, KeyboardInterrupt | duckdb.InterruptException):
        return True
    return type(error) is RuntimeError and str(error) == "Query interrupted"


def how_it_ends(error: BaseException) -> Ending:
    """Return how a command ends that an exception stopped; an error of the program counts as one of the machine."""
    if isinstance(error, _OF_THE_MACHINE):  # before the errors of a value, which some of them are
        return Ending.MACHINE_FAILED
    endings = (ending for kind, ending in _THEIR_OWN_SENTENCE.items() if isinstance(error, kind))
    return next(endings, Ending.MACHINE_FAILED)


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
    if isinstance(error, tuple(_THEIR_OWN_SENTENCE)):
        return str(error)
    return f"{_place_of(error)}: {type(error).__name__}: {_first_line(error)}. {_UNFORESEEN} {_NOTHING}"


def french_sentence_of(error: BaseException) -> str:
    """Return the sentence in French, for the note; what only another program says is quoted as it says it.

    >>> french_sentence_of(OSError(errno.ENOSPC, "No space left on device", "warehouse/ledger.jsonl"))
    "warehouse/ledger.jsonl : il n'y a plus de place sur le disque ; libérez de la place, puis relancez."
    """
    if is_interruption(error):
        return "Le traitement a été interrompu : relancez-le."
    if isinstance(error, OSError):
        return _of_system_fr(error)
    if isinstance(error, MemoryError):
        return "La mémoire ne suffit pas. Libérez-en, ou réduisez HOUSING_WORKERS, puis relancez."
    if isinstance(error, HeldError):
        return error.fr
    if isinstance(error, AuditFailedError):
        checks = map(_of_check_fr, error.failed)
        return "\n".join(("Le contrôle a échoué ; la publication reste celle d'avant.", *checks))
    if isinstance(error, (*OF_THE_DATABASE, *_OF_WRITING)):
        return f"La base n'a pas pu travailler : « {_first_line(error)} ». Vérifiez le disque, puis relancez."
    if isinstance(error, tuple(_THEIR_OWN_SENTENCE)):
        return f"Le traitement s'est arrêté : « {str(error).rstrip('.')} »."
    found = f"{_place_of(error)} : {type(error).__name__} : {_first_line(error)}"
    return f"Erreur du programme, à signaler avec cette ligne : « {found} ». Rien n'a été publié par ce traitement."


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


def _of_system_fr(error: OSError) -> str:
    where = " → ".join(str(name) for name in (error.filename, error.filename2) if name)
    why = _WHY_FR.get(error.errno or 0, f"« {error.strerror or error} » ; voyez ce qu'il en est")
    return f"{where or 'Le système'} : {why}, puis relancez."


def _of_check_fr(outcome: Outcome) -> str:
    rows = "1 ligne fautive" if outcome.failures == 1 else f"{outcome.failures} lignes fautives"
    return f"{outcome.name} : {rows}. Attendu : {outcome.description_fr}"


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
