"""The steps of a load, once, as a list: the command line, Dagster and ``verify`` all run this list.

A :class:`Run` is one run on a held warehouse; each step is one of its methods and hands on what it made. One run at a
time holds the warehouse; a run that fails leaves the published release as it was.

What belongs here: the order of the steps and what is handed from one to the next. What does not: any step's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import duckdb

from pipeline.checking.declared import declared_corrections
from pipeline.corrections.resolve import SOURCE as CORRECTIONS
from pipeline.feedback import return_workbooks
from pipeline.intake import Ledger, Receipt, Submission, receive
from pipeline.intake.ledger import HeldRelease
from pipeline.reading.cache import CacheDamagedError, ReadingCache
from pipeline.reading.files import known_layouts
from pipeline.reading.pending import HeldError, causes, given_up, still_pending, tell_ledger
from pipeline.reading.submissions import Corrections, ReadSubmission, evict_unused, read_submissions, refused
from pipeline.rejections import Wording, reasons
from pipeline.settings import Settings
from pipeline.warehouse.audit import AuditFailedError, Outcome, outcomes_frame, run_audit
from pipeline.warehouse.build import create_relation, open_work, write_stage
from pipeline.warehouse.kept_stage import Work
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.movements import MOVEMENTS
from pipeline.warehouse.publish import publish
from pipeline.warehouse.recovery import nothing_to_build, recover
from pipeline.warehouse.relations import Relation, load_checks, load_relations, split_relations, sql_files
from pipeline.warehouse.releases import Release, count_refused, kept_path, published_release

Progress = Callable[[str, int, int], None]
"""Called with the step, how much is done and how much there is."""

_Made = TypeVar("_Made")
_NOTE = "audit.release_note"


@dataclass(slots=True)
class Report:
    """What a run did."""

    receipt: Receipt = field(default_factory=Receipt)
    read: list[str] = field(default_factory=list)
    """Files read in this run; all others came from the cache."""
    cached: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    release: Release | None = None
    is_new_release: bool = False
    held: HeldRelease | None = None
    """The newest release that waits for somebody to accept it, made in this run or before; ``None`` for none."""
    pending: dict[str, Wording] = field(default_factory=dict)
    """Files that could not be read this time, each with the cause."""
    refused: int = 0
    """What was refused in the files that were read in this run."""
    note: list[dict[str, object]] = field(default_factory=list)
    """The rows of ``audit.release_note``, of a run that built something."""
    said: list[str] = field(default_factory=list)
    """What was put right that an earlier run, or somebody else, had left wrong; a line each."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing that this run read or tried was refused or is pending."""
        return not (self.refused or self.pending or self.receipt.refused)


class Run:
    """One run of the steps on a warehouse that its caller holds: the ledger is read once, the cache indexed once."""

    def __init__(
        self,
        settings: Settings,
        *,
        source: str = "",
        regions: frozenset[str] = frozenset(),
        force: bool = False,
        tries_pending: bool = True,
        on_progress: Progress = lambda *_: None,
    ) -> None:
        """Begin a run.

        Args:
            settings: where everything stands.
            source: look for new files in this source's folder only.
            regions: look for new files in these regions' folders only.
            force: build and publish even when nothing changed since the last release.
            tries_pending: try again to read what is pending; without it, the ledger is taken at its word.
            on_progress: told how far each step is.

        Raises:
            ValueError: something is declared wrongly or twice; nothing was received or read.
        """
        _read_declarations(settings)
        self.settings = settings
        self.ledger = Ledger(settings.ledger)
        self.force = force
        self._tries_pending = tries_pending
        self._source = source
        self._regions = regions
        self.report = Report()
        self._tell = on_progress
        self._readings: dict[str, ReadSubmission] = {}
        self._was_published: set[str] = set()
        self._declared: tuple[int, Corrections] | None = None
        self.work = Work(settings)
        """The working databases: what of them is kept, and what this run touches."""
        self._until_the_end = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._until_the_end.close()
        self.work.closed()

    @cached_property
    def cache(self) -> ReadingCache:
        """The cache of readings."""
        cache = ReadingCache(self.settings.cache)
        if cache.damaged:
            self.report.said.append(
                f"{cache.damaged} of {cache.folder} were not what was written; they are read again."
            )
        return cache

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The working database, open from its first use to the end of the run."""
        self.work.opening()
        return self._until_the_end.enter_context(open_work(self.settings))

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """The relations of ``sql/``, in the order of building."""
        return load_relations(*self.settings.sql_folders)

    @cached_property
    def is_due(self) -> bool:
        """Whether there is something to build: the newest release is of other inputs, or the published one is gone."""
        return self.force or not nothing_to_build(self.settings, self.ledger)

    # -- the steps ---------------------------------------------------------------------------------------------------

    def recover(self) -> None:
        """Finish or undo what a killed run left half done; hold ledger, archive and releases against each other."""
        self.report.said += recover(self.settings, self.ledger)

    def receive(self) -> Receipt:
        """Take what is new in ``raw/`` into the archive and the ledger."""
        return self.receive_from(self._source, self._regions)

    def receive_from(self, source: str, regions: frozenset[str] = frozenset()) -> Receipt:
        """Take what is new of one source, of all its regions or of some."""
        receipt = receive(self.settings, self.ledger, source=source, regions=regions)
        self.report.receipt.add(receipt)
        return receipt

    def receive_strays(self) -> Receipt:
        """Take the files of those folders of ``raw/`` that are no source; the reading refuses each with a reason."""
        receipt = Receipt()
        folders = sorted(path.name for path in self.settings.raw.glob("*") if path.is_dir())
        for folder in folders:
            if folder not in known_layouts():
                receipt.add(self.receive_from(folder))
        return receipt

    def correct(self) -> Corrections:
        """Read and judge the correction files, which say what is put into the cells of others before they are read.

        Raises:
            HeldError: one of them could not be read this time, or is refused as a whole.
        """
        return self._with_whole_cache(self._correct)

    def _correct(self) -> Corrections:
        if self._declared is None or self._declared[0] != self.ledger.size:
            readings = self._read([s for s in self.ledger.submissions if s.source == CORRECTIONS], {})
            self._declared = self.ledger.size, declared_corrections(readings, self.ledger)
        return self._declared[1]

    def read(self, chosen: Callable[[Submission], bool] = lambda _: True) -> list[ReadSubmission]:
        """Read what was received, all of it or the chosen submissions, as corrected; what is cached is not read."""
        corrections = self.correct()
        others = [s for s in self.ledger.submissions if chosen(s) and s.source != CORRECTIONS]
        self._read(others, corrections)
        # what is pending or refused replaces nothing: the submissions are others than before
        silent = refused(self._readings[s.sha256] for s in self.ledger.submissions if chosen(s))
        standing = [s for s in self.ledger.submissions_but(silent) if chosen(s)]
        return [replace(self._readings[s.sha256], submission=s) for s in standing]

    def stage(self) -> list[ReadSubmission]:
        """Judge the rows of every submission and write the tables that SQL starts from.

        Raises:
            HeldError: something that the published release was made from could not be read this time.
        """
        return self._with_whole_cache(self._stage)

    def _stage(self) -> list[ReadSubmission]:
        readings = self.read()
        lost = causes(item for item in readings if item.submission.sha256 in self._was_published)
        if lost:
            raise HeldError(lost)
        self.work.stage(self.connection, readings, self.ledger, whole=self.force)
        return readings

    def build(self) -> None:
        """Make every relation that the audit judges."""
        before_audit, _ = split_relations(self.relations)
        for done, relation in enumerate(before_audit.values(), start=1):
            self.make(relation)
            self._tell("build", done, len(before_audit))

    def make(self, relation: Relation) -> None:
        """Make one relation: what this run touches of it, where that can be told, else the whole."""
        if self.work.delta is None or not self.work.delta.make(relation):
            create_relation(self.connection, relation)
        self.work.made.add(relation.name)

    def audit(self) -> list[Outcome]:
        """Run every contract and check, keep the outcomes in ``audit.check``, and make what tells of them.

        Raises:
            AuditFailedError: a blocking check failed.
        """
        before_audit, after_audit = split_relations(self.relations)
        # whatever relations a run of Dagster chose to make
        if MOVEMENTS in before_audit and MOVEMENTS not in self.work.made:
            create_relation(self.connection, before_audit[MOVEMENTS])
        checks = load_checks(*self.settings.sql_folders)
        self.report.outcomes = run_audit(self.connection, before_audit, checks, self.work.delta)
        write_stage(self.connection, {"check": outcomes_frame(self.report.outcomes)})
        for relation in after_audit.values():
            create_relation(self.connection, relation)
        if _NOTE in after_audit:
            self.report.note = self.connection.execute(f"FROM {_NOTE}").pl().to_dicts()
        failed = [outcome for outcome in self.report.outcomes if outcome.is_blocking and not outcome.passed]
        if failed:
            raise AuditFailedError(failed)
        self.work.audited(before_audit)
        return self.report.outcomes

    def publish(self) -> None:
        """Publish or hold the working database, which was audited; where nothing changed, the release stays."""
        published = publish(self.connection, self.settings, self.ledger, self.work.base) if self.is_due else None
        self.report.is_new_release = published is not None
        self.report.release = published or published_release(self.settings)
        self.report.held = self.ledger.newest_held
        made = published or self.report.held
        if self.is_due and made is not None:
            self.work.published(made.release_id)
        self.report.refused = self._refused()

    def tidy(self) -> None:
        """Drop what no present submission, layout or code needs any more, and what an interrupted reading left."""
        evict_unused(self._readings.values(), self.cache)

    def give_back(self) -> None:
        """Put what was refused into ``warehouse/returned``, for its senders."""
        return_workbooks(self.settings, self.report.said.append)

    # -- what steps share --------------------------------------------------------------------------------------------

    def _read(self, submissions: Sequence[Submission], corrections: Corrections) -> list[ReadSubmission]:
        """Read submissions, those of this run that were read already included; they are counted once."""
        settled = [item for submission in submissions if (item := self._settled(submission))]
        known = {item.submission.sha256 for item in settled}
        unsettled = [submission for submission in submissions if submission.sha256 not in known]
        done = 0

        def tell(_submission: Submission) -> None:
            nonlocal done
            done += 1
            self._tell("read", done, len(unsettled))

        found = read_submissions(unsettled, self.settings, self.cache, corrections, tell, self.report.said.append)
        interrupted = [item.submission for item in found if item.interrupted is not None]
        self._was_published |= {each.sha256 for each in interrupted if self.ledger.was_published(each)}
        tell_ledger(found, self.ledger, self.settings.limits)
        for item in (*settled, *found):
            before = self._readings.get(item.submission.sha256)
            is_new = item.is_new or (before is not None and before.is_new)
            self._readings[item.submission.sha256] = replace(item, is_new=is_new)
        self._report_readings()
        return [self._readings[submission.sha256] for submission in submissions]

    def _with_whole_cache(self, work: Callable[[], _Made]) -> _Made:
        """Do something with what is cached; where that is not what was written, it is read again first."""
        while True:
            try:
                return work()
            except CacheDamagedError as error:
                self.report.said.append(f"{error}; its files are read again.")
                self.cache.evict([error.folder])
                self._readings = {k: item for k, item in self._readings.items() if item.reading.folder != error.folder}

    def _refused(self) -> int:
        """Return how much the release refuses of what was read in this run."""
        read = [item.submission.submission_id for item in self._readings.values() if item.is_new]
        if not read or self.report.release is None:
            return 0
        made = self.report.held or self.report.release
        return count_refused(kept_path(self.settings, made.release_id), read)

    def _settled(self, submission: Submission) -> ReadSubmission | None:
        """Return what is known of a submission without reading it: it was given up, or is pending and not tried again.

        What could not be read in this run is not tried again in it, whichever step asks.
        """
        tried = self._readings.get(submission.sha256)
        if tried is not None and tried.interrupted is not None:
            return replace(tried, submission=submission)
        given = given_up(submission, self.settings.limits)
        return given or (None if self._tries_pending else still_pending(submission))

    def _report_readings(self) -> None:
        items = [self._readings[s.sha256] for s in self.ledger.submissions if s.sha256 in self._readings]
        self.report.read = [item.submission.file for item in items if item.is_new and item.interrupted is None]
        self.report.pending = causes(items)
        self.report.cached = len(items) - len(self.report.read) - len(self.report.pending)


def _read_declarations(settings: Settings) -> None:
    """Read all that is declared, so that what is wrong with it is told before anything is received."""
    reasons()
    known_layouts()
    sql_files(*settings.sql_folders)


class Step(NamedTuple):
    """One step: its name, what it does, and whether it is passed over where there is nothing to publish."""

    name: str
    run: Callable[[Run], object]
    only_if_due: bool = False


STEPS = (
    Step("recover", Run.recover),
    Step("receive", Run.receive),
    Step("correct", Run.correct),
    Step("read", Run.read),
    Step("stage", Run.stage, only_if_due=True),
    Step("build", Run.build, only_if_due=True),
    Step("audit", Run.audit, only_if_due=True),
    Step("publish", Run.publish),
    Step("tidy", Run.tidy, only_if_due=True),
    Step("give back", Run.give_back),
)
"""The steps, in their order."""


def load(
    settings: Settings,
    *,
    source: str = "",
    regions: frozenset[str] = frozenset(),
    who: str = "housing load",
    on_progress: Progress = lambda *_: None,
    force: bool = False,
    around: Callable[[Run], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Report:
    """Take what is new in ``raw/``, build the warehouse from everything ever received, audit and publish it.

    Args:
        settings: where everything stands.
        source: look for new files in this source's folder only.
        regions: look for new files in these regions' folders only.
        who: what another run is told that finds the warehouse held.
        on_progress: told how far each step is.
        force: build and publish even when nothing changed since the last release.
        around: what begins before the first step and ends after the last, as the note of the run does.

    Raises:
        AuditFailedError: a blocking check failed.
        WarehouseBusyError: another run holds the warehouse.
    """
    with hold_warehouse(settings, who):
        run = Run(settings, source=source, regions=regions, force=force, on_progress=on_progress)
        with around(run):
            run_steps(run)
        return run.report


def run_steps(run: Run, *, first: str = "recover", last: str = "give back") -> None:
    """Run the steps from one to another, both included, and end the run; the caller holds the warehouse."""
    names = [step.name for step in STEPS]
    with run:
        for step in STEPS[names.index(first) : names.index(last) + 1]:
            if not step.only_if_due or run.is_due:
                step.run(run)
