"""A load of some files alone, in a warehouse of its own: what a load would refuse of them, remark on them and make.

It runs the steps of every load up to the audit, whatever these find: who asks wants to know all of it.

What belongs here: running the steps on an installation that nobody reads, and what came of each file. What does not:
making that installation, which needs a process of its own (``pipeline.cli.trying``), and a load aside of all that was
received (``pipeline.proof.verify``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from pipeline.feedback.history import compare_with_release
from pipeline.intake import Submission
from pipeline.layouts.products import PRODUCTS
from pipeline.load.report import Report
from pipeline.load.run import Run
from pipeline.load.steps import STEPS
from pipeline.rejections import Message
from pipeline.settings import Settings
from pipeline.warehouse.audit import AuditFailedError

_TOLD = """
SELECT submission_id, reason, message_fr, message_en, sheet, cell, raw_text FROM {}
WHERE row_level <> 'superseded' ORDER BY sheet, cell, reason
"""


@dataclass(slots=True)
class OfFile:
    """What a load made of one file."""

    rejections: list[Message] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    hints: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """The line of the layout that would mend a rejection, by its reason, sheet and cell."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    """What was accepted: rows of ``stage``, each with its product under ``product``."""
    totals: list[dict[str, Any]] = field(default_factory=list)
    """The totals that were compared with what they total: rows of ``stage.total``."""


@dataclass(slots=True)
class LoadedAside:
    """What a load made of some files."""

    report: Report
    files: dict[str, OfFile]
    """By place in ``raw/``; a file that was not received has none."""
    error: Exception | None = None
    """What stopped it: a blocking check that failed, something declared wrongly."""


def load_aside(settings: Settings, installed: Settings | None = None) -> LoadedAside:
    """Load what lies in ``raw/`` of an installation that has a warehouse for nothing else.

    Args:
        settings: that installation.
        installed: one whose release the figures are compared with, where it has one; without it, with none.

    Raises:
        ValueError: something is declared wrongly or twice.
    """
    run = Run(settings, force=True)
    loaded = LoadedAside(run.report, {})
    names = [step.name for step in STEPS]
    with run:
        try:
            for step in STEPS[: names.index("publish")]:
                step.run(run)
        except AuditFailedError as error:
            loaded.error = error
        _gather(run, loaded, installed)
    run.report.refused = sum(len(of_file.rejections) for of_file in loaded.files.values())
    return loaded


def _gather(run: Run, loaded: LoadedAside, installed: Settings | None) -> None:
    """Gather what came of each submission, and tell it of each place in which its bytes lie."""
    of_submission = {}
    for item in run.read():
        of_file = of_submission[item.submission.submission_id] = OfFile()
        for each in item.rejections:
            if each.author_hint:
                of_file.hints[each.reason, each.sheet, each.cell] = each.author_hint
        loaded.files |= dict.fromkeys(item.submission.places, of_file)
    connection = run.connection
    for submission_id, *message in connection.execute(_TOLD.format("fact.rejection")).fetchall():
        of_submission[submission_id].rejections.append(Message(*message))
    for submission_id, *message in connection.execute(_TOLD.format("audit.remark")).fetchall():
        of_submission[submission_id].remarks.append(Message(*message))
    for product in PRODUCTS:
        for row in _stage_rows(connection, product):
            of_submission[row["submission_id"]].rows.append({"product": product, **row})
    for row in _stage_rows(connection, "total"):
        of_submission[row["submission_id"]].totals.append(row)
    if installed is not None:
        for submission in run.ledger.submissions:
            _compare(connection, submission, of_submission[submission.submission_id], settings=installed, run=run)


def _stage_rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    return connection.execute(f"FROM stage.{table}").pl().to_dicts()  # our own names


def _compare(
    connection: duckdb.DuckDBPyConnection, submission: Submission, of_file: OfFile, *, settings: Settings, run: Run
) -> None:
    """Add what would be remarked on a file beside what is published."""
    query = "FROM stage.observation WHERE submission_id = ?"
    observations: pl.DataFrame = connection.execute(query, [submission.submission_id]).pl()
    path = run.settings.raw / submission.places[-1]
    told = {(each.reason, each.sheet, each.cell) for each in of_file.remarks}
    found = compare_with_release(observations, path, submission.source, settings)
    of_file.remarks += [each for each in found if (each.reason, each.sheet, each.cell) not in told]
