"""Prechecking: what would be refused in a file, said before it is sent. Nothing is received, nothing is kept.

What belongs here: the same reading and the same rules as a load, on files that stand anywhere.
What does not: rules (``observations``), what only the whole warehouse can tell (vintages, conflicts, coverage).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.cells.worker import Task, run_isolated
from pipeline.extractions import frames_of
from pipeline.layouts import Extraction
from pipeline.layouts.products import PRODUCTS
from pipeline.observations import judge
from pipeline.reading import read_submission
from pipeline.rejections import Level, Rejection
from pipeline.settings import Settings


def precheck(files: Sequence[Path], source: str, settings: Settings) -> Iterator[tuple[Path, list[Rejection]]]:
    """Yield each file with what would be refused in it, remarks left out; in the order of files.

    Args:
        files: what is to be sent.
        source: whose layout applies.
        settings: the limits of a reading.
    """
    tasks = [Task(str(path), (path, source, None, path.name, settings.limits)) for path in files]
    for path, (_, result) in zip(files, run_isolated(tasks, read_submission, settings), strict=True):
        found = [result] if isinstance(result, Rejection) else [*result.rejections, *_judged(result)]
        yield path, [rejection for rejection in found if rejection.level is not Level.REMARK]


def _judged(extraction: Extraction) -> list[Rejection]:
    """Return what the rules refuse in an extraction, as if the file were received today."""
    known_on = extraction.known_on or datetime.now(UTC).date()
    frames = {
        name: frame.with_columns(submission_id=pl.lit("precheck")) for name, frame in frames_of(extraction).items()
    }
    rows = {product: frames[product].with_columns(known_on=pl.lit(known_on)) for product in PRODUCTS}
    return [located.rejection for located in judge(rows, frames["part"]).refused]
