"""The steps of a load, once, as a list: the command line, Dagster and ``verify`` all run this list.

A :class:`Run` is one run on a held warehouse; each step is one of its methods and hands on what it made. One run at a
time holds the warehouse; a run that fails leaves the published release as it was.

What belongs here: the order of the steps and what is handed from one to the next. What does not: any step's own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import NamedTuple, Self

import duckdb

from pipeline.checking.declared import declared_corrections
from pipeline.corrections.resolve import SOURCE as CORRECTIONS
from pipeline.feedback import return_workbooks
from pipeline.intake import Ledger, Receipt, Submission, receive
from pipeline.reading.cache import ReadingCache
from pipeline.reading.files import known_layouts
from pipeline.reading.submissions import (
    Corrections,
    ReadSubmission,
    evict_interrupted,
    evict_unused,
    read_submissions,
)
from pipeline.rejections import reasons
from pipeline.settings import Settings
from pipeline.warehouse.audit import Outcome, outcomes_frame, run_audit
from pipeline.warehouse.build import create_relation, open_work, write_slices, write_stage
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.relations import Relation, load_checks, load_relations, sql_files
from pipeline.warehouse.releases import Release, newest_release, publish, published_release
from pipeline.warehouse.stage import inputs_sha256, stage_slices

Progress = Callable[[str, int, int], None]
"""Called with the step, how much is done and how much there is."""

_SAMPLE_ROWS = 5


class AuditFailedError(RuntimeError):
    """A blocking check failed; the published release stays. The message names each check and its failing rows."""

    def __init__(self, failed: list[Outcome]) -> None:
        lines = "\n".join(line for outcome in failed for line in _lines_of(outcome))
        super().__init__(f"The audit failed; the published release stays as it was.\n{lines}")
        self.failed = failed


def _lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield what a failed check asks for, and the first rows that are wrong, what is blank in them left out."""
    rows = "1 wrong row" if outcome.failures == 1 else f"{outcome.failures} wrong rows"
    yield f"{outcome.name}: {rows}. It asks: {outcome.description}"
    for row in outcome.sample.head(_SAMPLE_ROWS).iter_rows(named=True):
        yield "  " + ", ".join(f"{name}: {value}" for name, value in row.items() if value is not None and value != "")


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


class Run:
    """One run of the steps on a warehouse that its caller holds: the ledger is read once, the cache indexed once."""

    def __init__(
        self,
        settings: Settings,
        *,
        source: str = "",
        regions: frozenset[str] = frozenset(),
        force: bool = False,
        on_progress: Progress = lambda *_: None,
    ) -> None:
        """Begin a run.

        Args:
            settings: where everything stands.
            source: look for new files in this source's folder only.
            regions: look for new files in these regions' folders only.
            force: build and publish even when nothing changed since the last release.
            on_progress: told how far each step is.

        Raises:
            ValueError: something is declared wrongly or twice; nothing was received or read.
        """
        _read_declarations(settings)
        self.settings = settings
        self.ledger = Ledger(settings.ledger)
        self.force = force
        self._source = source
        self._regions = regions
        self.report = Report()
        self._tell = on_progress
        self._readings: dict[str, ReadSubmission] = {}
        self._declared: tuple[int, Corrections] | None = None
        self._until_the_end = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._until_the_end.close()

    @cached_property
    def cache(self) -> ReadingCache:
        """The cache of readings."""
        return ReadingCache(self.settings.cache)

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The working database, open from its first use to the end of the run."""
        return self._until_the_end.enter_context(open_work(self.settings))

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """The relations of ``sql/``, in the order of building."""
        return load_relations(*self.settings.sql_folders)

    @cached_property
    def is_due(self) -> bool:
        """Whether there is something to publish: the inputs are others than those of the newest release.

        The newest, not the published one: what was rolled back stays so until something changes.
        """
        latest = newest_release(self.settings)
        same = latest is not None and latest.inputs_sha256 == inputs_sha256(self.settings)
        return self.force or not same or published_release(self.settings) is None

    # -- the steps ---------------------------------------------------------------------------------------------------

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
        """Read and judge the correction files, which say what is put into the cells of others before they are read."""
        if self._declared is None or self._declared[0] != self.ledger.size:
            declaring = [s for s in self.ledger.submissions if s.source == CORRECTIONS]
            readings = self._read(declaring, {})
            self._declared = self.ledger.size, declared_corrections(readings, self.ledger.submissions)
        return self._declared[1]

    def read(self, chosen: Callable[[Submission], bool] = lambda _: True) -> list[ReadSubmission]:
        """Read what was received, all of it or the chosen submissions, as corrected; what is cached is not read."""
        corrections = self.correct()
        wanted = [submission for submission in self.ledger.submissions if chosen(submission)]
        others = [submission for submission in wanted if submission.source != CORRECTIONS]
        found = {item.submission.sha256: item for item in self._read(others, corrections)}
        return [found.get(s.sha256) or self._readings[s.sha256] for s in wanted]

    def stage(self) -> list[ReadSubmission]:
        """Judge the rows of every submission and write the tables that SQL starts from."""
        readings = self.read()
        write_slices(self.connection, stage_slices(readings, self.settings))
        return readings

    def build(self) -> None:
        """Make every relation that the audit judges."""
        before_audit, _ = split_relations(self.relations)
        for done, relation in enumerate(before_audit.values(), start=1):
            create_relation(self.connection, relation)
            self._tell("build", done, len(before_audit))

    def audit(self) -> list[Outcome]:
        """Run every contract and check, keep the outcomes in ``audit.check``, and make what tells of them.

        Raises:
            AuditFailedError: a blocking check failed.
        """
        before_audit, after_audit = split_relations(self.relations)
        self.report.outcomes = run_audit(self.connection, before_audit, load_checks(*self.settings.sql_folders))
        write_stage(self.connection, {"check": outcomes_frame(self.report.outcomes)})
        for relation in after_audit.values():
            create_relation(self.connection, relation)
        failed = [outcome for outcome in self.report.outcomes if outcome.is_blocking and not outcome.passed]
        if failed:
            raise AuditFailedError(failed)
        return self.report.outcomes

    def publish(self) -> None:
        """Publish the working database, which was audited; where nothing changed, the release stays."""
        self.report.is_new_release = self.is_due
        if self.report.is_new_release:
            self.report.release = publish(self.connection, self.settings)
        else:
            self.report.release = published_release(self.settings)

    def tidy(self) -> None:
        """Drop what no present submission, layout or code needs any more, and what an interrupted reading left."""
        readings = list(self._readings.values())
        evict_interrupted(readings, self.cache)
        evict_unused(readings, self.cache)

    def give_back(self) -> None:
        """Put what was refused into ``warehouse/returned``, for its senders."""
        return_workbooks(self.settings)

    # -- what steps share --------------------------------------------------------------------------------------------

    def _read(self, submissions: Iterable[Submission], corrections: Corrections) -> list[ReadSubmission]:
        """Read submissions, those of this run that were read already included; they are counted once."""
        wanted = list(submissions)
        done = 0

        def tell(_submission: Submission) -> None:
            nonlocal done
            done += 1
            self._tell("read", done, len(wanted))

        found = read_submissions(wanted, self.settings, self.cache, corrections, tell)
        before = {sha256 for sha256, item in self._readings.items() if item.is_new}
        for item in found:
            is_new = item.is_new or item.submission.sha256 in before
            self._readings[item.submission.sha256] = ReadSubmission(item.submission, item.reading, is_new)
        read = (self._readings.get(submission.sha256) for submission in self.ledger.submissions)
        self.report.read = [item.submission.file for item in read if item is not None and item.is_new]
        self.report.cached = len(self._readings) - len(self.report.read)
        return [self._readings[item.submission.sha256] for item in found]


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
) -> Report:
    """Take what is new in ``raw/``, build the warehouse from everything ever received, audit and publish it.

    Args:
        settings: where everything stands.
        source: look for new files in this source's folder only.
        regions: look for new files in these regions' folders only.
        who: what another run is told that finds the warehouse held.
        on_progress: told how far each step is.
        force: build and publish even when nothing changed since the last release.

    Raises:
        AuditFailedError: a blocking check failed.
        WarehouseBusyError: another run holds the warehouse.
    """
    with hold_warehouse(settings, who):
        run = Run(settings, source=source, regions=regions, force=force, on_progress=on_progress)
        run_steps(run)
        return run.report


def run_steps(run: Run, *, first: str = "receive", last: str = "give back") -> None:
    """Run the steps from one to another, both included, and end the run; the caller holds the warehouse."""
    names = [step.name for step in STEPS]
    with run:
        for step in STEPS[names.index(first) : names.index(last) + 1]:
            if not step.only_if_due or run.is_due:
                step.run(run)


def split_relations(relations: dict[str, Relation]) -> tuple[dict[str, Relation], dict[str, Relation]]:
    """Return the relations that the audit judges, and those that tell what it found and are made after it."""
    after_audit = {name: relation for name, relation in relations.items() if "stage.check" in relation.inputs}
    return {name: relation for name, relation in relations.items() if name not in after_audit}, after_audit
