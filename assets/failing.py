"""Failing: what Dagster shows of a step that could not do its work, in the sentence that the command line has for it.

What belongs here: from an exception to Dagster's failure. What does not: the sentences (``publishing.sentences``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import polars as pl

from assets.metadata import MOST_CELLS, shown
from pipeline.intake.publications import HeldRelease
from pipeline.publishing.sentences import FORESEEN, sentence_of
from pipeline.settings import Settings
from pipeline.warehouse.acceptance import waiting_lines, waiting_rows
from pipeline.warehouse.audit import AuditFailedError


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Let what may stop a step end it with a sentence; an error of the program keeps its traceback.

    A step is never tried again within its run: what could not be read is not tried twice in one, what is damaged or
    full stays so, and a held warehouse was waited for. The next run tries again.

    Raises:
        dagster.Failure: something foreseen stopped the step.
    """
    try:
        yield
    except FORESEEN as error:
        failed = error.failed if isinstance(error, AuditFailedError) else []
        tables = {outcome.name: shown(outcome.sample) for outcome in failed}
        raise dg.Failure(sentence_of(error), metadata=tables, allow_retries=False) from error


def held_failure(settings: Settings, held: HeldRelease) -> dg.Failure:
    """Return what fails a run whose release is held: each movement with both cells, and what to do.

    A run that ended green, or with a failed check, would look like a night that published.
    """
    movements = pl.DataFrame(waiting_rows(settings, held))
    lines = "\n".join(waiting_lines(settings, held))
    told = f"{lines}\nIn Dagster, the job accept_release does the same."
    return dg.Failure(told, metadata={"movements": shown(movements, MOST_CELLS)}, allow_retries=False)
