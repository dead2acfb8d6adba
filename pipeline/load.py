"""The flow, from ``raw/`` to the release: receive, read, check, build, audit, publish.

Each step is one function; the command line runs them in a row, Dagster runs each as assets. One run at a time holds the
warehouse; a run that fails leaves the published release as it was.

What belongs here: the order of the steps and what is handed from one to the next. What does not: any step's own work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date

import duckdb
import polars as pl

from pipeline.contracts import stage
from pipeline.extractions import (
    Extracted,
    code_version,
    extract_all,
    forget_interrupted,
    forget_unused,
    no_parts,
)
from pipeline.indicators import indicators
from pipeline.layouts.products import PRODUCTS
from pipeline.observations import Located, judge
from pipeline.reading import known_layouts
from pipeline.rejections import REASONS, Level
from pipeline.releases import Release, list_releases, publish, published
from pipeline.settings import Settings
from pipeline.submissions import Receipt, Submission, read_ledger, receive
from pipeline.territories import region_by_slug, territories
from pipeline.warehouse.audit import Outcome, outcomes_frame, run_audit
from pipeline.warehouse.build import create_relation, open_work, write_stage
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.relations import Relation, load_checks, load_relations


class AuditFailedError(RuntimeError):
    """A blocking check failed; the published release stays. The message names each check and its failing rows."""

    def __init__(self, failed: list[Outcome]) -> None:
        names = "; ".join(f"{outcome.name} ({outcome.failures} rows: {outcome.description})" for outcome in failed)
        super().__init__(f"the audit failed, the published release stays as it was: {names}")
        self.failed = failed


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
            report.release = published(settings)
            return report
        frames = make_stage(extracted, settings)
        with open_work(settings) as connection:
            write_stage(connection, frames)
            report.outcomes = build_and_audit(connection, settings, on_progress)
            report.release = publish(connection, settings)
            report.is_new_release = True
        forget_interrupted(extracted)
        forget_unused(settings, extracted)
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
    latest = next(iter(list_releases(settings)), None)
    same = latest is not None and latest.inputs_sha256 == inputs_sha256(settings)
    return same and published(settings) is not None


def read_all(
    submissions: list[Submission],
    settings: Settings,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Extracted]:
    """Return the extraction of every submission, telling how far the reading is."""
    done = 0

    def tell(_submission: Submission) -> None:
        nonlocal done
        done += 1
        on_progress("read", done, len(submissions))

    return extract_all(submissions, settings, tell)


def inputs_sha256(settings: Settings) -> str:
    """Return the SHA-256 over everything that a release is made from: ledger, code, layouts, references and SQL."""
    digest = hashlib.sha256(code_version().encode())
    if settings.ledger.exists():
        digest.update(settings.ledger.read_bytes())
    for path in sorted(settings.sql.rglob("*.sql")):
        digest.update(path.relative_to(settings.sql).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def make_stage(extracted: list[Extracted], settings: Settings) -> dict[str, pl.DataFrame]:
    """Return every table of the stage but ``check``, from the extractions: rows judged, refusals gathered."""
    summaries = {item.submission.submission_id: item.summary() for item in extracted}
    known_on = {item.submission.submission_id: _known_on(item.submission, summaries) for item in extracted}
    rows = {product: _gather(extracted, product, known_on) for product in PRODUCTS}
    judged = judge(rows, _gather_parts(extracted))
    frames = {**judged.accepted, "total": judged.totals}
    frames["cell"] = _gather(extracted, "cell", known_on)
    frames["rejection"] = _rejections(extracted, judged.refused)
    frames["submission"] = _submissions(extracted, known_on, frames)
    frames |= reference_frames()
    frames["run"] = stage()["run"].frame([{"inputs_sha256": inputs_sha256(settings), "as_of": _as_of(extracted)}])
    return frames


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


def reference_frames() -> dict[str, pl.DataFrame]:
    """Return the stage tables that no submission brings: territories, indicators, sources."""
    return {
        "territory": stage()["territory"].frame(
            [
                {
                    "code": t.code,
                    "level": t.level,
                    "name": t.name,
                    "slug": t.slug,
                    "parent_code": t.parent_code or None,
                    "valid_from": t.valid_from,
                    "valid_to": t.valid_to,
                }
                for t in territories()
            ]
        ),
        "indicator": stage()["indicator"].frame(
            [
                {
                    "code": i.code,
                    "label_fr": i.label_fr,
                    "label_en": i.label_en,
                    "unit": i.unit,
                    "measure": i.measure,
                    "is_additive": i.additive,
                    "definition_fr": i.definition_fr,
                    "scope": i.scope,
                }
                for i in indicators().values()
            ]
        ),
        "source": stage()["source"].frame(
            [
                {
                    "source": layout.source,
                    "title_fr": layout.title_fr,
                    "authority": layout.authority,
                    "due_month": layout.due_month,
                }
                for layout in known_layouts().values()
            ]
        ),
    }


def _known_on(submission: Submission, summaries: dict[str, tuple[str, date | None]]) -> date:
    """Return the day on which the figures of a submission became known: never later than its receipt."""
    stated = summaries[submission.submission_id][1]
    received = submission.received_at.astimezone(UTC).date()
    return min(stated, received) if stated else received


def _as_of(extracted: list[Extracted]) -> date:
    """Return the day of the last receipt; with an empty archive, the first day that a date can be."""
    return max((item.submission.received_at.astimezone(UTC).date() for item in extracted), default=date.min)


def _gather(extracted: list[Extracted], name: str, known_on: dict[str, date]) -> pl.DataFrame:
    """Return one table of every extraction, with the submission and when it was known."""
    contract = stage()[name]
    frames = []
    for item in extracted:
        frame = item.frame(name)
        if frame is not None:
            own = item.submission.submission_id
            frame = frame.with_columns(
                submission_id=pl.lit(own),
                **{"known_on": pl.lit(known_on[own])} if "known_on" in contract.column_names else {},
            )
            frames.append(frame.select(contract.column_names))
    return pl.concat(frames) if frames else contract.frame([])


def _gather_parts(extracted: list[Extracted]) -> pl.DataFrame:
    frames = [
        frame.with_columns(submission_id=pl.lit(item.submission.submission_id))
        for item in extracted
        if (frame := item.frame("part")) is not None
    ]
    return pl.concat(frames) if frames else no_parts()


def _rejections(extracted: list[Extracted], refused: list[Located]) -> pl.DataFrame:
    """Return every refusal and remark, those of the reading and those of the rules."""
    contract = stage()["rejection"]
    files = {item.submission.submission_id: item.submission.file for item in extracted}
    rows: list[dict[str, object]] = []
    for item in extracted:
        frame = item.frame("rejection")
        if frame is not None:
            rows += [{**row, "submission_id": item.submission.submission_id} for row in frame.iter_rows(named=True)]
    for located in refused:
        own = located.rejection
        rows.append(
            {
                "submission_id": located.submission_id,
                "sheet": own.sheet,
                "cell": own.cell,
                "raw_text": own.raw_text,
                "reason": own.reason,
                "message_fr": own.message_fr,
                "message_en": own.message_en,
            }
        )
    for row in rows:
        row["file"] = files[str(row["submission_id"])]
        row["row_level"] = str(REASONS[str(row["reason"])].level)
    return contract.frame(rows).unique(maintain_order=True)


def _submissions(
    extracted: list[Extracted], known_on: dict[str, date], frames: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    def counts(name: str, rows: pl.DataFrame) -> dict[str, int]:
        counted = rows.group_by("submission_id").len(name)
        return dict(counted.iter_rows())

    cells = counts("cells", frames["cell"])
    accepted = counts("accepted", pl.concat([frames[product].select("submission_id") for product in PRODUCTS]))
    refusals = frames["rejection"].filter(pl.col("row_level") != Level.REMARK)
    rejected = counts("rejected", refusals)

    def row(item: Extracted) -> dict[str, object]:
        own = item.submission
        good, bad = accepted.get(own.submission_id, 0), rejected.get(own.submission_id, 0)
        region = region_by_slug().get(next(iter(own.region_slugs[-1:]), ""))
        return {
            "submission_id": own.submission_id,
            "sha256": own.sha256,
            "source": own.source,
            "region_code": region.code if region else None,
            "file": own.file,
            "size_bytes": own.size_bytes,
            "received_at": own.received_at.astimezone(UTC).replace(tzinfo=None),
            "known_on": known_on[own.submission_id],
            "layout": item.summary()[0],
            "status": "rejected" if good == 0 else "partial" if bad else "accepted",
            "cells": cells.get(own.submission_id, 0),
            "accepted": good,
            "rejected": bad,
        }

    return stage()["submission"].frame([row(item) for item in extracted])
