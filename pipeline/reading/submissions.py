"""Extractions: each submission read once, in an isolated process, and remembered under what it depends on.

The cache key is the content, the corrections declared for it, the place in ``raw/`` that decides which layout and
region apply, and the code version; whatever is not in the key cannot change the result. A reading that was interrupted
is not remembered.

Small files share a process one after the other, and are remembered together. Where one of them takes it down, or comes
to a limit, each of them is read again, in a process of its own: what becomes of a file never depends on the others.

What belongs here: which submissions are read, and under which name each is remembered. What does not: how a file is
read (``cells``), what it means (``layouts``), what is remembered of it (``remembered``), whether its figures hold
together (``observations``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import polars as pl

from pipeline.cells.isolation import Task, run_isolated
from pipeline.checking.rules import check
from pipeline.contracts import stage
from pipeline.corrections.apply import Correction
from pipeline.corrections.resolve import SOURCE, by_submission, resolve_corrections
from pipeline.intake import Submission, read_ledger
from pipeline.intake.archive import archived_path
from pipeline.reading.cache import (
    INTERRUPTED,
    CachedReading,
    ReadingTask,
    cached_readings,
    evict,
    fetch,
    read_into,
    store_refusal,
)
from pipeline.reading.files import ReceivedFile
from pipeline.settings import Settings, declared

_BATCH_FILES = 64
_BATCH_BYTES = 1024**2
_BATCHES_PER_WORKER = 8
"""So many at least, where there are enough files: a worker that is done early takes from what is left."""


@dataclass(frozen=True)
class ReadSubmission:
    """What the reading of one submission gave, and whether it was read just now."""

    submission: Submission
    summary: CachedReading
    is_new: bool

    def frame(self, name: str) -> pl.DataFrame | None:
        """Return one table of the extraction, ``None`` where it is empty."""
        return fetch([self.summary], name)


@cache
def code_version() -> str:
    """Return the SHA-256 of everything that decides how a file is read: the package's code, layouts and references."""
    digest = hashlib.sha256()
    roots = [Path(__file__).parent.parent, *declared("sources"), *declared("reference")]
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".toml", ".csv"}:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_key(submission: Submission, corrections: Sequence[Correction] = ()) -> str:
    """Return the name under which the extraction of a submission, corrected, is remembered."""
    place = f"{submission.source}/{'|'.join(submission.region_slugs)}/{PurePosixPath(submission.file).name}"
    corrected = json.dumps(corrections)
    return hashlib.sha256(f"{submission.sha256}\n{place}\n{code_version()}\n{corrected}".encode()).hexdigest()[:32]


def read_submissions(
    submissions: Sequence[Submission],
    settings: Settings,
    on_done: Callable[[Submission], None] = lambda _: None,
) -> list[ReadSubmission]:
    """Return the extraction of every submission, reading those that the cache does not hold.

    The correction files of the ledger are read first, whichever submissions are asked for: they say what to correct.

    Args:
        submissions: what to read, in order.
        settings: where the archive, the ledger and the cache stand, and the limits of a reading.
        on_done: called after each submission that had to be read.
    """
    everything = read_ledger(settings.ledger)
    declaring = [submission for submission in everything if submission.source == SOURCE]
    declared = {item.submission.sha256: item for item in _extract(declaring, settings, {}, on_done)}
    others = [submission for submission in submissions if submission.sha256 not in declared]
    corrections = by_submission(declared_corrections(declared.values(), everything))
    extracted = {item.submission.sha256: item for item in _extract(others, settings, corrections, on_done)}
    return [(declared | extracted)[submission.sha256] for submission in submissions]


def declared_corrections(declaring: Iterable[ReadSubmission], submissions: Sequence[Submission]) -> pl.DataFrame:
    """Return the lines of correction files that the rules accept, each with its file and whether it is in force."""
    frames = [
        frame.with_columns(
            submission_id=pl.lit(item.submission.submission_id), known_on=pl.lit(item.submission.received_at.date())
        )
        for item in declaring
        if (frame := item.frame("correction")) is not None
    ]
    accepted, _ = check("correction", pl.concat([stage()["correction"].frame([]), *frames]))
    return resolve_corrections(accepted, submissions)[0]


def _extract(
    submissions: Sequence[Submission],
    settings: Settings,
    corrections: Mapping[str, tuple[Correction, ...]],
    on_done: Callable[[Submission], None],
) -> list[ReadSubmission]:
    own = {s.sha256: corrections.get(s.submission_id, ()) for s in submissions}
    keys = {s.sha256: cache_key(s, own[s.sha256]) for s in submissions}
    known = cached_readings(settings.cache)
    unread = [submission for submission in submissions if keys[submission.sha256] not in known]
    if unread:
        readings = [
            ReadingTask(
                keys[submission.sha256],
                ReceivedFile(
                    content=archived_path(settings.archive, submission.sha256),
                    source=submission.source,
                    region_slugs=submission.region_slugs,
                    name=PurePosixPath(submission.file).name,
                    corrections=own[submission.sha256],
                ),
            )
            for submission in unread
        ]
        by_key = {keys[submission.sha256]: submission for submission in unread}
        for key in _read_all(readings, [submission.size_bytes for submission in unread], settings):
            on_done(by_key[key])
        known = cached_readings(settings.cache)
    read = {submission.sha256 for submission in unread}
    return [ReadSubmission(s, known[keys[s.sha256]], is_new=s.sha256 in read) for s in submissions]


def _read_all(readings: Sequence[ReadingTask], sizes: Sequence[int], settings: Settings) -> Iterator[str]:
    """Read files and remember what they gave; yield the key of each as soon as it is done."""
    again: list[ReadingTask] = []
    batches = _batches(readings, sizes, settings.workers)
    tasks = [Task(batch[0].file.name, (settings.cache, batch, settings.limits)) for batch in batches]
    for batch, (_, refusal) in zip(batches, run_isolated(tasks, read_into, settings), strict=True):
        if refusal is not None:
            again += batch
        else:
            yield from (reading.key for reading in batch)
    tasks = [Task(reading.file.name, (settings.cache, [reading], settings.limits, True)) for reading in again]
    results = run_isolated(tasks, read_into, settings, tasks_per_worker=1)
    for reading, (_, refusal) in zip(again, results, strict=True):
        if refusal is not None:
            store_refusal(settings.cache, reading.key, refusal)
        yield reading.key


def _batches(readings: Sequence[ReadingTask], sizes: Sequence[int], workers: int) -> list[list[ReadingTask]]:
    """Cut readings into batches: small files many at a time, a large one alone, and enough for every worker."""
    most = max(1, min(_BATCH_FILES, len(readings) // (workers * _BATCHES_PER_WORKER)))
    batches: list[list[ReadingTask]] = []
    room = 0
    for reading, size in zip(readings, sizes, strict=True):
        if not batches or len(batches[-1]) == most or size > room:
            batches.append([])
            room = _BATCH_BYTES
        batches[-1].append(reading)
        room -= size
    return batches


def evict_interrupted(extracted: Iterable[ReadSubmission]) -> None:
    """Drop what an interrupted reading left, so that the next run tries again; what was loaded keeps its rejection."""
    for item in extracted:
        rejections = item.frame("rejection")
        if rejections is not None and INTERRUPTED in rejections["reason"]:
            shutil.rmtree(item.summary.folder, ignore_errors=True)


def evict_unused(settings: Settings, extracted: Iterable[ReadSubmission]) -> None:
    """Drop the cache of readings that no present submission, layout or code needs any more."""
    evict(settings.cache, {item.summary.folder for item in extracted})
