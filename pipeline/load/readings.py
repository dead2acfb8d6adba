"""What a run reads: each submission once, from the cache or anew, as corrected.

What belongs here: what was read in this run, and what is pending in it. What does not: how a file is read
(``pipeline.reading``), the other steps (``run``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from pipeline.checking.declared import declared_corrections
from pipeline.corrections.apply import Correction
from pipeline.corrections.resolve import SOURCE as CORRECTIONS
from pipeline.intake import Ledger, Submission
from pipeline.load.report import Report
from pipeline.reading.batches import UnreadFile
from pipeline.reading.cache import CacheDamagedError, ReadingCache
from pipeline.reading.pending import HeldError, causes, given_up, still_pending, tell_ledger
from pipeline.reading.shared import SharedReadings
from pipeline.reading.submissions import (
    Corrections,
    ReadSubmission,
    evict_unused,
    found_again,
    read_submissions,
    refused,
    unread_files,
)
from pipeline.settings import Settings

_Made = TypeVar("_Made")

Spread = Callable[[Sequence[UnreadFile]], None]
"""Has files read by others and returns when they are done with it; what it leaves unread is read by the run."""


class Readings:
    """The readings of one run, which indexes the cache once."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        report: Report,
        tell: Callable[[int, int], None],
        *,
        tries_pending: bool,
        spread: Spread | None = None,
    ) -> None:
        """Begin with nothing read.

        Args:
            settings: where the cache and the archive stand.
            ledger: what was received; it is told what is pending.
            report: what the run did, which is added to.
            tell: told how many files are read, and of how many.
            tries_pending: try again to read what is pending; without it, the ledger is taken at its word.
            spread: has many unread files read by others, before this run reads what they leave.
        """
        self._settings = settings
        self._ledger = ledger
        self._report = report
        self._tell = tell
        self._tries_pending = tries_pending
        self._spread = spread if settings.spread_files else None
        self._read_for_us: set[str] = set()
        self._readings: dict[str, ReadSubmission] = {}
        self._corrected: dict[str, tuple[Correction, ...]] = {}
        self._was_published: set[str] = set()
        self._declared: tuple[int, Corrections] | None = None

    @cached_property
    def cache(self) -> ReadingCache:
        """The cache of readings."""
        cache = ReadingCache(self._settings.cache)
        if cache.damaged:
            self._report.said.append(
                f"{cache.damaged} of {cache.folder} were not what was written; they are read again."
            )
        return cache

    def correct(self) -> Corrections:
        """Read and judge the correction files, which say what is put into the cells of others before they are read.

        Raises:
            HeldError: one of them could not be read this time, or is refused as a whole.
        """
        return self.with_whole_cache(self._correct)

    def _correct(self) -> Corrections:
        if self._declared is None or self._declared[0] != self._ledger.size:
            readings = self._read([s for s in self._ledger.submissions if s.source == CORRECTIONS], {})
            self._declared = self._ledger.size, declared_corrections(readings, self._ledger)
        return self._declared[1]

    def read(self, chosen: Callable[[Submission], bool] = lambda _: True) -> list[ReadSubmission]:
        """Read what was received, all of it or the chosen submissions, as corrected; what is cached is not read."""
        corrections = self.correct()
        self._have_read(corrections)
        others = [s for s in self._ledger.submissions if chosen(s) and s.source != CORRECTIONS]
        self._read(others, corrections)
        # what is pending or refused replaces nothing: the submissions are others than before
        silent = refused(self._readings[s.sha256] for s in self._ledger.submissions if chosen(s))
        standing = [s for s in self._ledger.submissions_but(silent) if chosen(s)]
        return [_as_of(self._readings[s.sha256], s) for s in standing]

    def read_whole(self) -> list[ReadSubmission]:
        """Read everything that was received, for the stage.

        Raises:
            HeldError: something that the published release was made from could not be read this time.
        """
        readings = self.read()
        lost = causes(item for item in readings if item.submission.sha256 in self._was_published)
        if lost:
            raise HeldError(lost)
        return readings

    def read_here(self) -> list[str]:
        """Return the identifiers of what was read in this run and not found in the cache."""
        return [item.submission.submission_id for item in self._readings.values() if item.is_new]

    def tidy(self) -> None:
        """Drop from the cache what no present submission, layout or code needs any more, and pack what is left."""
        evict_unused(self._readings.values(), self.cache)
        with suppress(CacheDamagedError, OSError):  # the next load finds it, reads again, and packs
            if self.cache.pack():
                self._readings = {key: found_again(item, self.cache) for key, item in self._readings.items()}
            if (shared := SharedReadings.of(self._settings)) is not None:
                shared.settle(self.cache)

    def with_whole_cache(self, work: Callable[[], _Made]) -> _Made:
        """Do something with what is cached; where that is not what was written, it is read again first."""
        while True:
            try:
                return work()
            except CacheDamagedError as error:
                self._report.said.append(f"{error}; its files are read again.")
                self.cache.evict([error.folder])
                self._readings = {k: item for k, item in self._readings.items() if item.reading.folder != error.folder}

    def _read(self, submissions: Sequence[Submission], corrections: Corrections) -> list[ReadSubmission]:
        """Read submissions, those of this run that were read already included; they are counted once."""
        settled = [item for each in submissions if (item := self._settled(each, corrections))]
        known = {item.submission.sha256 for item in settled}
        unsettled = [submission for submission in submissions if submission.sha256 not in known]
        done = 0

        def tell(_submission: Submission) -> None:
            nonlocal done
            done += 1
            self._tell(done, len(unsettled))

        found = read_submissions(unsettled, self._settings, self.cache, corrections, tell, self._report.said.append)
        interrupted = [item.submission for item in found if item.interrupted is not None]
        self._was_published |= {each.sha256 for each in interrupted if self._ledger.was_published(each)}
        self._corrected |= {each.sha256: corrections.get(each.submission_id, ()) for each in unsettled}
        tell_ledger(found, self._ledger, self._settings.limits)
        for item in (*settled, *found):
            before = self._readings.get(item.submission.sha256)
            is_new = item.is_new or item.key in self._read_for_us or (before is not None and before.is_new)
            self._readings[item.submission.sha256] = item if item.is_new == is_new else replace(item, is_new=is_new)
        self._report_readings()
        return [self._readings[submission.sha256] for submission in submissions]

    def _have_read(self, corrections: Corrections) -> None:
        """Have everything that is unread read by others, once a run and all sources together, where it is much."""
        if self._spread is None:
            return
        ask, self._spread = self._spread, None
        waiting = [
            each
            for each in self._ledger.submissions
            if each.source != CORRECTIONS and self._settled(each, corrections) is None
        ]
        files = unread_files(waiting, self._settings, self.cache, corrections)
        if len(files) >= self._settings.spread_files:
            ask(files)
            self._read_for_us = {file.key for file in files}

    def _settled(self, submission: Submission, corrections: Corrections) -> ReadSubmission | None:
        """Return what is known of a submission without reading it: it was given up, or is pending and not tried again.

        So is what this run has read, as it lies now and as it is corrected now; what could not be read in this run is
        not tried again in it, whichever step asks.
        """
        tried = self._readings.get(submission.sha256)
        if tried is not None and (
            tried.interrupted is not None
            or (tried.submission.places, self._corrected.get(submission.sha256, ()))
            == (submission.places, corrections.get(submission.submission_id, ()))
        ):
            return _as_of(tried, submission)
        given = given_up(submission, self._settings.limits)
        return given or (None if self._tries_pending else still_pending(submission))

    def _report_readings(self) -> None:
        items = [self._readings[s.sha256] for s in self._ledger.submissions if s.sha256 in self._readings]
        self._report.read = [item.submission.file for item in items if item.is_new and item.interrupted is None]
        self._report.pending = causes(items)
        self._report.cached = len(items) - len(self._report.read) - len(self._report.pending)


def _as_of(item: ReadSubmission, submission: Submission) -> ReadSubmission:
    """Return a reading beside what is known of its submission now."""
    return item if item.submission is submission else replace(item, submission=submission)
