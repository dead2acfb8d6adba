"""Staging: the extractions of every submission made into the typed, judged tables that SQL starts from.

What belongs here: gathering, the table of submissions, the code lists. What does not: which rows are accepted
(``checking``), what a stage table looks like (``contracts``), writing it (``build``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date
from pathlib import Path

import polars as pl

from pipeline.checking.rules import judge
from pipeline.contracts import stage_contracts
from pipeline.corrections import resolve as corrections
from pipeline.figures.periods import read_period
from pipeline.intake import Ledger, Submission
from pipeline.intake.submissions import ID_LENGTH
from pipeline.layouts.frames import repeated
from pipeline.layouts.products import PRODUCTS
from pipeline.reading.cache import fetch
from pipeline.reading.files import known_layouts
from pipeline.reading.submissions import ReadSubmission
from pipeline.rejections import REFUSED, Level, LocatedRejection, from_row, reasons
from pipeline.settings import Settings
from pipeline.vocabulary.days import paris_day
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.populations import own_population, populations
from pipeline.vocabulary.territories import region_by_slug, territories
from pipeline.warehouse.made_from import inputs_sha256
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.stretches import stretches_frame

BY_SUBMISSION = frozenset({*PRODUCTS, "total", "cell", "rejection", "submission"})
"""The tables of which each submission has rows of its own, judged beside no others; the rest are made whole."""
SLICE_CELLS = 200_000
"""Submissions are judged together until they hold this many cells, so that any history takes little memory."""


def stage_slices(
    extracted: Sequence[ReadSubmission],
    stretches: pl.DataFrame,
    settings: Settings,
    ledger: Ledger,
    only: Container[str] | None = None,
) -> Iterator[dict[str, pl.DataFrame]]:
    """Yield the tables of the stage but ``check``, slice by slice: rows judged, rejections gathered.

    The first slice has every table, the code lists, the run and the stretches being whole; the others bring more rows.
    A row is only ever judged beside rows of its own submission, so that it does not matter how they are cut; the
    correction files alone bear on one another, and come together.

    Args:
        extracted: every submission.
        stretches: when they held (``stretches_of``).
        settings: where everything stands.
        ledger: what was received.
        only: the submissions of which rows are wanted, by ``submission_id``, beside the correction files, of which they
            always are; ``None`` for all.
    """
    submissions = [item.submission for item in extracted]
    declaring = [item for item in extracted if item.submission.source == corrections.SOURCE]
    others = [item for item in extracted if item.submission.source != corrections.SOURCE]
    if only is not None:
        others = [item for item in others if item.submission.submission_id in only]
    made_from = {"inputs_sha256": inputs_sha256(settings, ledger), "as_of": ledger.as_of}
    run = stage_contracts()["run"].frame([made_from])
    whole = {**reference_frames(*settings.sql_folders), "run": run, "stretch": stretches}
    yield {**whole, **_judged(declaring, submissions)}
    for items in _slices(others):
        yield _judged(items, submissions)


def stamps(extracted: Sequence[ReadSubmission], stretches: pl.DataFrame) -> dict[str, str]:
    """Return the SHA-256 over what the rows of each submission are made of, by ``submission_id``.

    Beside the code and what is declared (``made_by``) that is all: what was received, when it held, and the key of its
    reading, which covers all that this was made of.
    """
    holding: dict[str, list[object]] = {}
    for row in stretches.iter_rows(named=True):
        holding.setdefault(row["submission_id"], []).append(row)

    def stamp(item: ReadSubmission) -> str:
        identifier = item.submission.submission_id
        made_of = (item.submission, item.key, item.interrupted, item.refused, holding.get(identifier))
        return hashlib.sha256(repr(made_of).encode()).hexdigest()

    return {item.submission.submission_id: stamp(item) for item in extracted}


def stretches_of(extracted: Sequence[ReadSubmission]) -> pl.DataFrame:
    """Return ``stage.stretch``: from when to when each submission held that states something."""
    speaking = [item for item in extracted if item.states_something]
    known_on = {item.submission.submission_id: _known_on(item) for item in speaking}
    return stretches_frame([item.submission for item in speaking], known_on)


def _slices(extracted: Iterable[ReadSubmission]) -> Iterator[list[ReadSubmission]]:
    taken: list[ReadSubmission] = []
    cells = 0
    for item in extracted:
        taken.append(item)
        cells += item.reading.heights.get("cell", 0)
        if cells >= SLICE_CELLS:
            yield taken
            taken, cells = [], 0
    if taken:
        yield taken


def _judged(extracted: Sequence[ReadSubmission], submissions: Sequence[Submission]) -> dict[str, pl.DataFrame]:
    """Return the tables that some submissions bring; ``submissions`` are all there are."""
    known_on = {item.submission.submission_id: _known_on(item) for item in extracted}
    rows = {product: _gather(extracted, product, known_on) for product in PRODUCTS}
    judged = judge(rows, _with_submission(extracted, "part", known_on))
    frames = {**judged.accepted, "total": judged.totals}
    frames["cell"] = _gather(extracted, "cell", known_on)
    frames["correction"], without_file = corrections.resolve_corrections(judged.accepted["correction"], submissions)
    frames["rejection"] = _rejections(extracted, [*judged.refused, *without_file], known_on)
    frames["submission"] = _submissions(extracted, known_on, frames)
    return frames


def reference_frames(*sql: Path) -> dict[str, pl.DataFrame]:
    """Return the stage tables that no submission brings: the code lists, the reasons, the relations of ``sql``."""
    return {
        "territory": stage_contracts()["territory"].frame(
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
        "indicator": stage_contracts()["indicator"].frame(
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
                    "own_population": own_population(i.code),
                    "same_as": i.same_as or None,
                    "part_of": i.part_of or None,
                    "included_in": i.included_in or None,
                    "growth_of": i.growth_of or None,
                    "numerator": i.numerator or None,
                    "denominator": i.denominator or None,
                    "cumulates": i.cumulates or None,
                    "akin_to": i.akin_to or None,
                    "largest_fall": i.largest_fall,
                    "plausible_change": i.plausible_change,
                    "largest_restatement": i.largest_restatement,
                }
                for i in indicators().values()
            ]
        ),
        "population": stage_contracts()["population"].frame(
            [
                {
                    "population": p.code,
                    "label_fr": p.label_fr,
                    "label_en": p.label_en,
                    "population_part_of": p.part_of or None,
                }
                for p in populations().values()
            ]
        ),
        "source": stage_contracts()["source"].frame(
            [
                {
                    "source": layout.source,
                    "title_fr": layout.title_fr,
                    "authority": layout.authority,
                    "due_month": layout.due_month,
                    "is_prose": layout.prose,
                }
                for layout in known_layouts().values()
            ]
        ),
        "reason": stage_contracts()["reason"].frame(
            [
                {"reason": code, "row_level": str(reason.level), "message_fr": reason.fr, "message_en": reason.en}
                for code, reason in reasons().items()
            ]
        ),
        "relation": stage_contracts()["relation"].frame([relation.row() for relation in load_relations(*sql).values()]),
    }


def _known_on(item: ReadSubmission) -> date:
    """Return the day on which the figures of a submission became known: that of its issue, else of its receipt.

    A clock may be a day ahead. A file that states a later day is refused, and keeps that day for who looks at it.
    """
    stated = item.reading.known_on
    received = paris_day(item.submission.received_at)
    return min(stated, received) if stated and not item.is_refused else stated or received


def _known_from(item: ReadSubmission, known_on: date) -> date:
    """Return the first day on which a file may have been issued: a year or a month that it states has many."""
    *_, text = item.reading.known_on_at
    stated = read_period(text) if text and item.reading.known_on == known_on else None
    return stated.start if stated else known_on


def _gather(extracted: Sequence[ReadSubmission], name: str, known_on: dict[str, date]) -> pl.DataFrame:
    """Return one table of every extraction, with the submission and when it was known."""
    contract = stage_contracts()[name]
    frame = _with_submission(extracted, name, known_on)
    if frame is None:
        return contract.frame([])
    return frame.select(pl.col(name).cast(dtype) for name, dtype in contract.polars_schema().items())


def _with_submission(
    extracted: Sequence[ReadSubmission], name: str, known_on: Mapping[str, date]
) -> pl.DataFrame | None:
    """Return one table of every extraction, with its submission and when it was known; ``None`` for no rows."""
    frame = fetch([item.reading for item in extracted], name)
    if frame is None:
        return None
    having = [item for item in extracted if name in item.reading.heights]
    identifiers = [item.submission.submission_id for item in having]
    owners = pl.DataFrame({"submission_id": identifiers, "known_on": [known_on[each] for each in identifiers]})
    return frame.with_columns(owners[repeated([item.reading.heights[name] for item in having])])


def _rejections(
    extracted: Sequence[ReadSubmission], refused: list[LocatedRejection], known_on: Mapping[str, date]
) -> pl.DataFrame:
    """Return every rejection and remark, those of the reading and those of the rules.

    What was refused in a file that a later one has replaced at its place, or that was withdrawn, is kept at the level
    *superseded*: the sender has answered, and whatever is still wrong is refused again in the later file.
    """
    contract = stage_contracts()["rejection"]
    files = {item.submission.submission_id: item.submission.file for item in extracted}
    superseded = {item.submission.submission_id for item in extracted if item.submission.is_answered}
    held = _with_submission(extracted, "rejection", known_on)
    found = [] if held is None else [(row["submission_id"], from_row(row)) for row in held.iter_rows(named=True)]
    found += [(located.submission_id, located.rejection) for located in refused]
    found += [(item.submission.submission_id, item.refused) for item in extracted if item.refused]
    rows: list[dict[str, object]] = []
    for submission_id, rejection in found:
        is_answered = rejection.level in REFUSED and submission_id in superseded
        level = Level.SUPERSEDED if is_answered else rejection.level
        of_file = {"submission_id": submission_id, "file": files[submission_id], "row_level": str(level)}
        rows.append({**asdict(rejection.message()), **of_file})
    return contract.frame(rows).unique(maintain_order=True)


def _submissions(
    extracted: Sequence[ReadSubmission], known_on: dict[str, date], frames: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    def counts(name: str, rows: pl.DataFrame) -> dict[str, int]:
        counted = rows.group_by("submission_id").len(name)
        return dict(counted.iter_rows())

    cells = counts("cells", frames["cell"])
    accepted = counts("accepted", pl.concat([frames[product].select("submission_id") for product in PRODUCTS]))
    rejections = frames["rejection"].filter(pl.col("row_level") != Level.REMARK)
    rejected = counts("rejected", rejections)

    def row(item: ReadSubmission) -> dict[str, object]:
        submission = item.submission
        good, bad = accepted.get(submission.submission_id, 0), rejected.get(submission.submission_id, 0)
        region = region_by_slug().get(next(iter(submission.region_slugs[-1:]), ""))
        return {
            "submission_id": submission.submission_id,
            "sha256": submission.sha256,
            "source": submission.source,
            "region_code": region.code if region else None,
            "file": submission.file,
            "size_bytes": submission.size_bytes,
            "received_at": submission.received_at.astimezone(UTC).replace(tzinfo=None),
            "known_on": known_on[submission.submission_id],
            "known_from": _known_from(item, known_on[submission.submission_id]),
            "superseded_by": submission.superseded_by[:ID_LENGTH] or None,
            "withdrawn_on": paris_day(submission.withdrawn_at) if submission.withdrawn_at else None,
            "withdrawal_reason": submission.withdrawal_reason or None,
            "publication_title": item.reading.publication.title or None,
            "publication_publisher": item.reading.publication.publisher or None,
            "publication_address": item.reading.publication.address or None,
            "publication_licence": item.reading.publication.licence or None,
            "layout": item.reading.layout,
            "status": _status(item, good, bad),
            "cells": cells.get(submission.submission_id, 0),
            "accepted": good,
            "rejected": bad,
        }

    return stage_contracts()["submission"].frame([row(item) for item in extracted])


def _status(item: ReadSubmission, accepted: int, rejected: int) -> str:
    """Return what became of a submission, which has so many accepted rows and so many rejections."""
    if item.submission.erased_by:
        return "erased"
    if item.interrupted is not None:
        return "pending"
    if not accepted:
        return "rejected"
    return "partial" if rejected else "accepted"
