"""Corrections that were declared: the lines of correction files that the rules accept, by the file that they are for.

What belongs here: judging what correction files say. What does not: which line is in force (``corrections.resolve``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pipeline.checking.rules import judge_rows
from pipeline.contracts import stage_contracts
from pipeline.corrections.resolve import by_submission, resolve_corrections
from pipeline.intake import Submission
from pipeline.reading.submissions import Corrections, ReadSubmission


def declared_corrections(readings: Iterable[ReadSubmission], submissions: Sequence[Submission]) -> Corrections:
    """Return the corrections in force, by the submission that they are for.

    Args:
        readings: what the correction files gave.
        submissions: every submission, in the order of receipt.
    """
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
