"""Reading submissions: each once, in an isolated process, cached under what it depends on (``key``).

A reading that was interrupted is not kept.

Small files share a process one after the other, and are cached together. Where one of them takes it down, or comes to
a limit, each of them is read again, in a process of its own: what becomes of a file never depends on the others.

What belongs here: which submissions are read, and in which batches. What does not: how one file is read (``files``),
what is cached of it (``cache``), whether its figures hold together (``checking``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import polars as pl

from pipeline.cells.isolation import Task, run_isolated
from pipeline.corrections.apply import Correction
from pipeline.intake import Submission
from pipeline.intake.archive import archived_path
from pipeline.reading.cache import (
    INTERRUPTED,
    CachedReading,
    ReadingCache,
    ReadingTask,
    fetch,
    read_into,
    store_rejection,
)
from pipeline.reading.files import ReceivedFile
from pipeline.reading.key import cache_key
from pipeline.settings import Settings

_BATCH_FILES = 64
_BATCH_BYTES = 1024**2
_BATCHES_PER_WORKER = 8
"""So many at least, where there are enough files: a worker that is done early takes from what is left."""

Corrections = Mapping[str, tuple[Correction, ...]]
"""The corrections in force, by the submission that they are for."""


@dataclass(frozen=True)
class ReadSubmission:
    """What the reading of one submission gave, and whether it was read just now."""

    submission: Submission
    reading: CachedReading
    is_new: bool

    def frame(self, name: str) -> pl.DataFrame | None:
        """Return one table of the reading, ``None`` where it is empty."""
        return fetch([self.reading], name)


def read_submissions(
    submissions: Sequence[Submission],
    settings: Settings,
    cache: ReadingCache | None = None,
    corrections: Corrections | None = None,
    on_done: Callable[[Submission], None] = lambda _: None,
) -> list[ReadSubmission]:
    """Return what the reading of each submission gave, reading those that the cache does not hold.

    Args:
        submissions: what to read, in order.
        settings: where the archive and the cache stand, and the limits of a reading.
        cache: the cache, where the caller has indexed it already.
        corrections: what is put into the cells of each before anything reads them.
        on_done: called after each submission that had to be read.
    """
    cache = cache or ReadingCache(settings.cache)
    declared = corrections or {}
    keys = {s.sha256: cache_key(s, declared.get(s.submission_id, ())) for s in submissions}
    unread = {keys[s.sha256]: s for s in submissions if cache.find(keys[s.sha256]) is None}
    tasks = [
        ReadingTask(
            key,
            ReceivedFile(
                content=archived_path(settings.archive, submission.sha256),
                source=submission.source,
                region_slugs=submission.region_slugs,
                name=PurePosixPath(submission.file).name,
                corrections=declared.get(submission.submission_id, ()),
            ),
        )
        for key, submission in unread.items()
    ]
    for key in _read_all(tasks, [submission.size_bytes for submission in unread.values()], settings):
        on_done(unread[key])
    if unread:
        cache.refresh()
    return [_found(submission, keys[submission.sha256], cache, unread) for submission in submissions]


def _found(submission: Submission, key: str, cache: ReadingCache, unread: Mapping[str, Submission]) -> ReadSubmission:
    reading = cache.find(key)
    if reading is None:
        raise RuntimeError(f"{submission.file} was read, and nothing is cached of it under {cache.folder / key}")
    return ReadSubmission(submission, reading, is_new=key in unread)


def _read_all(readings: Sequence[ReadingTask], sizes: Sequence[int], settings: Settings) -> Iterator[str]:
    """Read files and keep what they gave; yield the key of each as soon as it is done."""
    again: list[ReadingTask] = []
    batches = _batches(readings, sizes, settings.workers)
    tasks = [Task(batch[0].file.name, (settings.cache, batch, settings.limits)) for batch in batches]
    for batch, (_, rejection) in zip(batches, run_isolated(tasks, read_into, settings), strict=True):
        if rejection is not None:
            again += batch
        else:
            yield from (reading.key for reading in batch)
    tasks = [Task(reading.file.name, (settings.cache, [reading], settings.limits, True)) for reading in again]
    results = run_isolated(tasks, read_into, settings, tasks_per_worker=1)
    for reading, (_, rejection) in zip(again, results, strict=True):
        if rejection is not None:
            store_rejection(settings.cache, reading.key, rejection)
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


def evict_interrupted(readings: Iterable[ReadSubmission], cache: ReadingCache) -> None:
    """Drop what an interrupted reading left, so that the next run tries again; what was loaded keeps its rejection."""
    interrupted = {
        item.reading.folder
        for item in readings
        if (rejections := item.frame("rejection")) is not None and INTERRUPTED in rejections["reason"]
    }
    cache.evict(interrupted)


def evict_unused(readings: Iterable[ReadSubmission], cache: ReadingCache) -> None:
    """Drop what was read and no present submission, layout or code needs any more."""
    cache.keep({item.reading.folder for item in readings})
