"""Reading submissions: each once, in an isolated process, cached under what it depends on (``key``).

Small files share a process one after the other, and are cached together. Where one of them takes it down, or comes to
a limit, each of them is read again, in a process of its own: what becomes of a file never depends on the others. What
is interrupted even so, for a cause outside the file, is *pending*: nothing is cached of it, and the next load tries
again.

What belongs here: which submissions are read, and in which batches. What does not: how one file is read (``files``),
what is cached of it (``cache``), whether its figures hold together (``checking``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.worker import Interrupted
from pipeline.corrections.apply import Correction
from pipeline.figures.periods import read_period
from pipeline.intake import Submission
from pipeline.intake.account import heal
from pipeline.intake.archive import bring
from pipeline.layouts.products import PRODUCTS
from pipeline.reading.batches import UnreadFile
from pipeline.reading.cache import (
    NOTHING_READ,
    CachedReading,
    ReadingCache,
    ReadingTask,
    fetch,
    read_into,
    store_rejection,
)
from pipeline.reading.key import cache_key
from pipeline.reading.shared import SharedReadings
from pipeline.rejections import REFUSED, Rejection, Wording, from_row, reject
from pipeline.settings import Settings
from pipeline.vocabulary.days import paris_day

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
    interrupted: Wording | None = None
    """Why it could not be read this time; it gave nothing then."""
    refused: Rejection | None = None
    """Why it is not read at all; it gives nothing then."""
    key: str = ""
    """What its reading is kept under, which depends on all that it was made of; empty where it was not read."""

    @property
    def states_something(self) -> bool:
        """Whether it gave a row of any product."""
        return any(self.reading.heights.get(product) for product in PRODUCTS)

    @property
    def is_refused(self) -> bool:
        """Whether it gave nothing but reasons why: it replaces nothing then."""
        if self.refused is not None or self.states_something:
            return self.refused is not None
        return any(rejection.level in REFUSED for rejection in self.rejections)

    @property
    def rejections(self) -> list[Rejection]:
        """Why something of it is refused or deserves a look, before the rules judge its rows."""
        frame = self.frame("rejection")
        found = [] if frame is None else [from_row(row) for row in frame.iter_rows(named=True)]
        return [*found, *([self.refused] if self.refused else [])]

    def frame(self, name: str) -> pl.DataFrame | None:
        """Return one table of the reading, ``None`` where it is empty."""
        return fetch([self.reading], name)


def read_submissions(
    submissions: Sequence[Submission],
    settings: Settings,
    cache: ReadingCache | None = None,
    corrections: Corrections | None = None,
    on_done: Callable[[Submission], None] = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> list[ReadSubmission]:
    """Return what the reading of each submission gave, reading those that the cache does not hold.

    Args:
        submissions: what to read, in order. One that was erased gives nothing.
        settings: where the archive and the cache stand, and the limits of a reading.
        cache: the cache, where the caller has indexed it already.
        corrections: what is put into the cells of each before anything reads them.
        on_done: called after each submission that had to be read.
        say: told in a line what was put right.

    Raises:
        ArchiveDamagedError: bytes are not what was received, and lie nowhere else.
    """
    cache = cache or ReadingCache(settings.cache)
    declared = corrections or {}
    keys = {
        s.sha256: cache_key(s, settings.limits, declared.get(s.submission_id, ()))
        for s in submissions
        if not s.erased_by
    }
    shared = SharedReadings.of(settings)
    if shared is not None:
        shared.bring(keys.values(), cache)
    unread = {keys[s.sha256]: s for s in submissions if s.sha256 in keys and cache.find(keys[s.sha256]) is None}
    bring(settings, (submission.sha256 for submission in unread.values()))
    tasks = [
        _unread(key, each, declared.get(each.submission_id, ())).task(settings.archive) for key, each in unread.items()
    ]
    interrupted: dict[str, Wording] = {}
    damaged: list[ReadingTask] = []
    for done in read_all(tasks, [submission.size_bytes for submission in unread.values()], settings):
        if done.is_damaged:
            damaged.append(done.task)
        elif done.interrupted is not None:
            interrupted[done.task.key] = done.interrupted
        on_done(unread[done.task.key])
    if damaged:
        for line in heal(settings, [unread[task.key] for task in damaged]):
            say(line)
        interrupted |= {d.task.key: d.interrupted for d in _read_alone(damaged, settings) if d.interrupted is not None}
    if unread:
        cache.refresh()
        if shared is not None:
            shared.give(unread, cache)
    return [_found(submission, keys.get(submission.sha256), cache, unread, interrupted) for submission in submissions]


def unread_files(
    submissions: Sequence[Submission], settings: Settings, cache: ReadingCache, corrections: Corrections
) -> list[UnreadFile]:
    """Return which submissions :func:`read_submissions` would have to read; what other hosts have read is brought."""
    files = [
        _unread(cache_key(each, settings.limits, declared), each, declared)
        for each in submissions
        if not each.erased_by
        for declared in (corrections.get(each.submission_id, ()),)
    ]
    shared = SharedReadings.of(settings)
    if shared is not None:
        shared.bring((file.key for file in files), cache)
    return [file for file in files if cache.find(file.key) is None]


def _unread(key: str, submission: Submission, corrections: tuple[Correction, ...]) -> UnreadFile:
    return UnreadFile(
        key=key,
        sha256=submission.sha256,
        source=submission.source,
        region_slugs=submission.region_slugs,
        name=submission.name,
        size_bytes=submission.size_bytes,
        corrections=corrections,
    )


def _found(
    submission: Submission,
    key: str | None,
    cache: ReadingCache,
    unread: Mapping[str, Submission],
    interrupted: Mapping[str, Wording],
) -> ReadSubmission:
    if key is None:
        return ReadSubmission(submission, NOTHING_READ, is_new=False)
    if key in interrupted:
        return ReadSubmission(submission, NOTHING_READ, is_new=True, interrupted=interrupted[key])
    reading = cache.find(key)
    if reading is None:
        vanished = Wording("sa lecture n'est plus dans le cache", "its reading is no longer in the cache")
        return ReadSubmission(submission, NOTHING_READ, is_new=True, interrupted=vanished)
    refused = issued_too_late(reading.known_on, reading.known_on_at, paris_day(submission.received_at))
    if refused is not None:  # nothing of it is read, but for the date that the check looks at
        reading = reading._replace(heights={}, firsts={})
    return ReadSubmission(submission, reading, is_new=key in unread, refused=refused, key=key)


def issued_too_late(known_on: date | None, place: tuple[str, str, str], received: date) -> Rejection | None:
    """Return why a file is refused whose date of issue lies after its receipt; a day of tolerance is for clocks.

    Args:
        known_on: the date of issue that it states.
        place: the sheet, the address and the text of the cell that states it.
        received: the day of its receipt, in Paris.
    """
    sheet, cell, text = place
    stated = read_period(text)
    began = stated.start if stated else known_on  # « mars 2022 » is known by its end, and was written before it
    if known_on is None or began is None or min(known_on, began) <= received + timedelta(days=1):
        return None
    words = {"day": f"{known_on:%d/%m/%Y}", "expected": f"{received:%d/%m/%Y}"}
    return reject("EMISSION_FUTURE", sheet=sheet, cell=cell, raw_text=text, **words)


class _Done(NamedTuple):
    """How the reading of one file ended."""

    task: ReadingTask
    is_damaged: bool = False
    """Whether its bytes are not what was received."""
    interrupted: Wording | None = None


def read_all(readings: Sequence[ReadingTask], sizes: Sequence[int], settings: Settings) -> Iterator[_Done]:
    """Read files and keep what they gave; yield each as soon as it is done."""
    again: list[ReadingTask] = []
    batches = _batches(readings, sizes, settings.workers)
    tasks = [Task(batch[0].file.name, (settings.cache, batch, settings.limits)) for batch in batches]
    for batch, (_, result) in zip(batches, run_isolated(tasks, read_into, settings), strict=True):
        if isinstance(result, Rejection | Interrupted):
            again += batch
        else:
            yield from (_Done(reading, is_damaged=reading.key in result) for reading in batch)
    yield from _read_alone(again, settings)


def _read_alone(readings: Sequence[ReadingTask], settings: Settings) -> Iterator[_Done]:
    """Read each file in a process of its own."""
    tasks = [Task(reading.file.name, (settings.cache, [reading], settings.limits, True)) for reading in readings]
    results = run_isolated(tasks, read_into, settings, tasks_per_worker=1)
    for reading, (_, result) in zip(readings, results, strict=True):
        if isinstance(result, Interrupted):
            yield _Done(reading, interrupted=result.cause)
        elif isinstance(result, Rejection):
            yield _Done(reading, interrupted=_keep(reading, result, settings))
        else:
            yield _Done(reading, is_damaged=reading.key in result)


def _keep(reading: ReadingTask, rejection: Rejection, settings: Settings) -> Wording | None:
    """Keep why a file gave nothing; return why that could not be kept."""
    try:
        store_rejection(settings.cache, reading.key, rejection)
    except OSError as error:
        return Wording(*[error.strerror or str(error)] * 2)
    return None


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


def refused(readings: Iterable[ReadSubmission]) -> set[str]:
    """Return the SHA-256 of what is refused as a whole."""
    return {item.submission.sha256 for item in readings if item.is_refused}


def evict_unused(readings: Iterable[ReadSubmission], cache: ReadingCache) -> None:
    """Drop what was read and no present submission, layout or code needs any more."""
    cache.keep({item.reading.folder for item in readings})


def found_again(item: ReadSubmission, cache: ReadingCache) -> ReadSubmission:
    """Return what a reading gave where it stands now, after the cache was packed."""
    now = cache.find(item.key)
    if now is None:
        return item
    firsts = {name: now.firsts[name] for name in item.reading.heights}
    return replace(item, reading=item.reading._replace(folder=now.folder, firsts=firsts, tables=now.tables))
