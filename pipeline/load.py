"""The flow, from ``raw/`` to the release: receive, read, check, build, audit, publish.

Each step is one function; the command line runs them in a row, Dagster runs each as assets. One run at a time holds the
warehouse; a run that fails leaves the published release as it was.

What belongs here: the order of the steps and what is handed from one to the next. What does not: any step's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb

from pipeline.feedback import return_workbooks
from pipeline.intake import Receipt, Submission, read_ledger, receive
from pipeline.reading.files import known_layouts
from pipeline.reading.submissions import (
    ReadSubmission,
    evict_interrupted,
    evict_unused,
    read_submissions,
)
from pipeline.settings import Settings
from pipeline.warehouse.audit import Outcome, outcomes_frame, run_audit
from pipeline.warehouse.build import create_relation, open_work, write_slices, write_stage
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.relations import Relation, load_checks, load_relations
from pipeline.warehouse.releases import Release, newest_release, publish, published_release
from pipeline.warehouse.stage import inputs_sha256, stage_slices

_ROWS_TOLD = 5


class AuditFailedError(RuntimeError):
    """A blocking check failed; the published release stays. The message names each check and its failing rows."""

    def __init__(self, failed: list[Outcome]) -> None:
        told = "\n".join(line for outcome in failed for line in _told(outcome))
        super().__init__(f"The audit failed; the published release stays as it was.\n{told}")
        self.failed = failed


def _told(outcome: Outcome) -> Iterator[str]:
    """Yield what a failed check asks for, and the first rows that are wrong, what is blank in them left out."""
    rows = "1 wrong row" if outcome.failures == 1 else f"{outcome.failures} wrong rows"
    yield f"{outcome.name}: {rows}. It asks: {outcome.description}"
    for row in outcome.sample.head(_ROWS_TOLD).iter_rows(named=True):
        yield "  " + ", ".join(f"{name}: {value}" for name, value in row.items() if value is not None and value != "")


@dataclass(slots=True)
class Report:
    """What a load did."""

    receipt: Receipt
    read: list[str] = field(default_factory=list)
    """Files read in this run; all others came from the cache."""
    remembered: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    release: Release | None = None
    is_new_release: bool = False


def load(
    settings: Settings,
    *,
    source: str = "",
    regions: frozenset[str] = frozenset(),
    who: str = "housing load",
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
    force: bool = False,
) -> Report:
    """Take what is new in ``raw/``, build the warehouse from everything ever received, audit and publish it.

    Args:
        settings: where everything stands.
        source: look for new files in this source's folder only.
        regions: look for new files in these regions' folders only.
        who: what another run is told that finds the warehouse held.
        on_progress: called with the step, how much is done and how much there is.
        force: build and publish even when nothing changed since the last release.

    Raises:
        AuditFailedError: a blocking check failed.
        WarehouseBusyError: another run holds the warehouse.
    """
    with hold_warehouse(settings, who):
        report = Report(receive(settings, source=source, regions=regions))
        submissions = read_ledger(settings.ledger)
        extracted = read_all(submissions, settings, on_progress)
        report.read = [item.submission.file for item in extracted if item.is_new]
        report.remembered = len(extracted) - len(report.read)
        if not force and is_up_to_date(settings):
            report.release = published_release(settings)
            return_workbooks(settings)
            return report
        with open_work(settings) as connection:
            write_slices(connection, stage_slices(extracted, settings))
            report.outcomes = build_and_audit(connection, settings, on_progress)
            report.release = publish(connection, settings)
            report.is_new_release = True
        evict_interrupted(extracted)
        evict_unused(settings, extracted)
        return_workbooks(settings)
        return report


def receive_strays(settings: Settings) -> Receipt:
    """Receive the files of those folders of ``raw/`` that are no source; the reading refuses each with a reason."""
    receipt = Receipt()
    for folder in sorted(path.name for path in settings.raw.glob("*") if path.is_dir()):
        if folder not in known_layouts():
            part = receive(settings, source=folder)
            receipt.new += part.new
            receipt.located += part.located
            receipt.unchanged += part.unchanged
            receipt.left |= part.left
    return receipt


def is_up_to_date(settings: Settings) -> bool:
    """Return whether the newest release was made from exactly the present inputs, so that another would say the same.

    The newest, not the published one: what was rolled back stays so until something changes.
    """
    latest = newest_release(settings)
    same = latest is not None and latest.inputs_sha256 == inputs_sha256(settings)
    return same and published_release(settings) is not None


def read_all(
    submissions: list[Submission],
    settings: Settings,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[ReadSubmission]:
    """Return the extraction of every submission, telling how far the reading is."""
    done = 0

    def tell(_submission: Submission) -> None:
        nonlocal done
        done += 1
        on_progress("read", done, len(submissions))

    return read_submissions(submissions, settings, tell)


def build_and_audit(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Outcome]:
    """Make every relation, run every check, keep the outcomes in ``audit.check``; return them.

    Raises:
        AuditFailedError: a blocking check failed.
    """
    before_audit, _ = split_relations(settings)
    for done, relation in enumerate(before_audit.values(), start=1):
        create_relation(connection, relation)
        on_progress("build", done, len(before_audit))
    return audit(connection, settings)


def split_relations(settings: Settings) -> tuple[dict[str, Relation], dict[str, Relation]]:
    """Return the relations that the audit judges, and those that tell what it found and are made after it."""
    relations = load_relations(settings.sql)
    after_audit = {name: relation for name, relation in relations.items() if "stage.check" in relation.inputs}
    return {name: relation for name, relation in relations.items() if name not in after_audit}, after_audit


def audit(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Outcome]:
    """Run every contract and check on the relations as they are, keep the outcomes in ``audit.check``; return them.

    Raises:
        AuditFailedError: a blocking check failed.
    """
    before_audit, after_audit = split_relations(settings)
    outcomes = run_audit(connection, before_audit, load_checks(settings.sql))
    write_stage(connection, {"check": outcomes_frame(outcomes)})
    for relation in after_audit.values():
        create_relation(connection, relation)
    failed = [outcome for outcome in outcomes if outcome.is_blocking and not outcome.passed]
    if failed:
        raise AuditFailedError(failed)
    return outcomes
