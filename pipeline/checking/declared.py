"""Corrections that were declared: the lines of correction files that the rules accept, by the file that they are for.

Without a file of corrections that stands, the figures would be others than those that were declared: where one is
refused or could not be read this time, nothing is published.

What belongs here: judging what correction files say. What does not: which line is in force (``corrections.resolve``).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.checking.rules import judge_rows
from pipeline.contracts import stage_contracts
from pipeline.corrections.resolve import by_submission, resolve_corrections
from pipeline.intake import Ledger
from pipeline.reading.pending import HeldError, causes
from pipeline.reading.submissions import Corrections, ReadSubmission, refused
from pipeline.rejections import Level, Wording


def declared_corrections(readings: Sequence[ReadSubmission], ledger: Ledger) -> Corrections:
    """Return the corrections in force, by the submission that they are for.

    Args:
        readings: what the correction files gave.
        ledger: what was received.

    Raises:
        HeldError: one that stands could not be read this time, or is refused as a whole.
    """
    submissions = ledger.submissions_but(refused(readings))
    _require(readings, {each.sha256 for each in submissions if not each.is_answered})
    frames = [
        frame.with_columns(
            submission_id=pl.lit(item.submission.submission_id), known_on=pl.lit(item.submission.received_at.date())
        )
        for item in readings
        if (frame := item.frame("correction")) is not None
    ]
    accepted, _ = judge_rows("correction", pl.concat([stage_contracts()["correction"].frame([]), *frames]))
    resolved, _ = resolve_corrections(accepted, submissions)
    return by_submission(resolved)


_UNREAD = Wording("Un fichier de corrections n'a pas pu être lu", "A file of corrections could not be read")
_REFUSED = Wording("Un fichier de corrections est refusé", "A file of corrections is refused")
_UNTIL = Wording(
    "le restera tant qu'un fichier lisible n'aura pas pris sa place, ou qu'il n'aura pas été retiré (housing withdraw)",
    "does so until a file that can be read lies in its place, or it is withdrawn (housing withdraw)",
)


def _require(readings: Sequence[ReadSubmission], standing: set[str]) -> None:
    stand = [item for item in readings if item.submission.sha256 in standing]
    if unread := causes(stand):
        raise HeldError(unread, _UNREAD)
    if reasons := {item.submission.file: why for item in stand if (why := _why_unreadable(item))}:
        raise HeldError(reasons, _REFUSED, _UNTIL)


def _why_unreadable(item: ReadSubmission) -> Wording | None:
    """Return the first reason why no line of a file can be read; of lines that do not fit, a check tells."""
    whole = [each for each in item.rejections if item.is_refused and each.level in {Level.FILE, Level.TABLE}]
    if not whole:
        return None
    message = whole[0].message()
    return Wording(message.message_fr, message.message_en)
