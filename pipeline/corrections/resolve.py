"""Corrections that we make ourselves: declared line by line in the files of ``raw/corrections``, each for one cell.

A correction names a received file by its SHA-256, so that it never touches another one: the file that the sender puts
in its place is read as it is. It mends our reading of a file, and so holds from the day on which the file was known.

What belongs here: which declared corrections are in force, and for which submission. What does not: replacing a cell's
text (``apply``), reading a correction file (``sources/corrections.toml``), what has become of a correction
(``sql/fact/correction.sql``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipeline.corrections.apply import Correction
from pipeline.intake import Submission
from pipeline.intake.submissions import ID_LENGTH
from pipeline.rejections import LocatedRejection, Rejection, reject

SOURCE = "corrections"
"""The source whose files declare corrections."""

_TARGET = ("corrected_id", "corrected_sheet", "corrected_cell")


def resolve_corrections(
    declared: pl.DataFrame, submissions: Sequence[Submission]
) -> tuple[pl.DataFrame, list[LocatedRejection]]:
    """Say which file each declared correction is for, and whether it is in force.

    The file that stands last at its place in ``raw/corrections`` is in force, and nothing of those that it replaced; a
    line that is taken out is lifted with it. Where two files correct one cell, the one received last is in force.

    Args:
        declared: accepted lines (contract ``stage.correction``).
        submissions: every submission, in the order of receipt.

    Returns:
        The lines with ``corrected_id`` and ``is_in_force``, and a rejection for each line that names no received file.
    """
    meant = {text: _submission(text, submissions) for text in declared["corrected_file"].unique()}
    order = {item.submission_id: position for position, item in enumerate(submissions)}
    answered = [item.submission_id for item in submissions if item.is_answered]
    rows = declared.with_columns(
        pl.col("corrected_file").replace_strict(meant, default=None, return_dtype=pl.String()).alias("corrected_id"),
        pl.col("corrected_cell").str.replace_all("$", "", literal=True).str.to_uppercase(),
    )
    refused = [
        LocatedRejection(row["submission_id"], _no_such_file(row))
        for row in rows.filter(pl.col("corrected_id").is_null()).iter_rows(named=True)
    ]
    known = rows.filter(pl.col("corrected_id").is_not_null())
    stands = ~pl.col("submission_id").is_in(answered)
    received = pl.col("submission_id").replace_strict(order, default=None, return_dtype=pl.Int64())
    last = pl.when(stands).then(received).max().over(_TARGET)
    return known.with_columns(is_in_force=(stands & (received == last)).fill_null(value=False)), refused


def by_submission(resolved: pl.DataFrame) -> dict[str, tuple[Correction, ...]]:
    """Return the corrections in force by the submission that they are for, in a stable order."""
    found: dict[str, list[Correction]] = {}
    for row in resolved.filter("is_in_force").sort(_TARGET).iter_rows(named=True):
        correction = Correction(row["corrected_sheet"], row["corrected_cell"], row["old_text"], row["new_text"])
        found.setdefault(row["corrected_id"], []).append(correction)
    return {submission_id: tuple(corrections) for submission_id, corrections in found.items()}


def _submission(text: str, submissions: Sequence[Submission]) -> str | None:
    """Return the identifier of the file whose SHA-256 starts as written, with its first 16 digits at least."""
    digits = text.strip().lower()
    if not re.fullmatch(rf"[0-9a-f]{{{ID_LENGTH},64}}", digits):
        return None
    return next((item.submission_id for item in submissions if item.sha256.startswith(digits)), None)


def _no_such_file(row: dict[str, str]) -> Rejection:
    rejection = reject("CORRECTION_SANS_ENVOI", raw_text=row["corrected_file"])
    return replace(rejection, sheet=row["sheet"], cell=row["cell"])
