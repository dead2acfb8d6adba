"""One run: its steps, each a method, and what they hand on.

What reads and builds is imported by the step that uses it: a night without news needs none of it.

What belongs here: what is handed from one step to the next. What does not: their order (``steps``), what is read
(``readings``), any step's own work.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline.feedback import return_workbooks
from pipeline.intake import Ledger, LedgerDamagedError, Receipt, Scan, Submission
from pipeline.load.report import Report
from pipeline.reading.code import is_given_up
from pipeline.settings import Settings
from pipeline.warehouse.movements import MOVEMENTS
from pipeline.warehouse.recovery import newest_is_current, nothing_to_build, recover
from pipeline.warehouse.releases import Release, count_refused, kept_path, published_release

if TYPE_CHECKING:
    import duckdb

    from pipeline.load.readings import Readings, Spread
    from pipeline.reading.submissions import Corrections, ReadSubmission
    from pipeline.warehouse.audit import Outcome
    from pipeline.warehouse.kept_stage import Work
    from pipeline.warehouse.relations import Relation

Progress = Callable[[str, int, int], None]
"""Called with the step, how much is done and how much there is."""

_NOTE = "audit.release_note"


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
        spread: Spread | None = None,
    ) -> None:
        """Begin a run.

        Args:
            settings: where everything stands.
            source: look for new files in this source's folder only.
            regions: look for new files in these regions' folders only.
            force: build and publish even when nothing changed since the last release.
            tries_pending: try again to read what is pending; without it, the ledger is taken at its word.
            on_progress: told how far each step is.
            spread: has many unread files read by others; without it, this run reads all.

        Raises:
            ValueError: something is declared wrongly or twice; nothing was received or read.
        """
        self.ledger = Ledger.of(settings)
        if not _are_declarations_published(settings, self.ledger):
            _read_declarations(settings)
        self.settings = settings
        self.force = force
        self._tries_pending = tries_pending
        self._source = source
        self._regions = regions
        self.report = Report()
        self._tell = on_progress
        self._spread = spread
        self._readings: Readings | None = None
        self._until_the_end = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._until_the_end.close()

    @property
    def readings(self) -> Readings:
        """What this run reads."""
        if self._readings is None:
            from pipeline.load.readings import Readings

            _go_on_ignoring_interrupts()
            tell, tries = partial(self._tell, "read"), self._tries_pending
            self._readings = Readings(
                self.settings, self.ledger, self.report, tell, tries_pending=tries, spread=self._spread
            )
        return self._readings

    @cached_property
    def work(self) -> Work:
        """The working databases: what of them is kept, and what this run touches."""
        from pipeline.warehouse.kept_stage import Work

        work = Work(self.settings)
        self._until_the_end.callback(work.closed)
        return work

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The working database, open from its first use to the end of the run."""
        from pipeline.warehouse.build import open_work

        self.work.opening()
        return self._until_the_end.enter_context(open_work(self.settings))

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """The relations of ``sql/``, in the order of building."""
        from pipeline.warehouse.relations import load_relations

        return load_relations(*self.settings.sql_folders)

    @cached_property
    def is_due(self) -> bool:
        """Whether there is something to build: the newest release is of other inputs, or the published one is gone."""
        return self.force or not (self.is_idle or nothing_to_build(self.settings, self.ledger))

    @cached_property
    def is_idle(self) -> bool:
        """Whether nothing came and nothing is to be tried again, so that nothing need be read; known once received."""
        limits = self.settings.limits
        waits = any(each.pending and not is_given_up(each, limits) for each in self.ledger.submissions)
        return not (self.force or waits) and nothing_to_build(self.settings, self.ledger)

    # -- the steps ---------------------------------------------------------------------------------------------------

    def recover(self) -> None:
        """Finish or undo what a killed run left half done; hold ledger, archive and releases against each other."""
        self.report.said += recover(self.settings, self.ledger)

    def receive(self) -> Receipt:
        """Take what is new in ``raw/`` into the archive and the ledger."""
        return self.receive_from(self._source, self._regions)

    def receive_from(self, source: str, regions: frozenset[str] = frozenset()) -> Receipt:
        """Take what is new of one source, of all its regions or of some."""
        receipt = self._scan.receive(source, regions)
        self.report.receipt.add(receipt)
        return receipt

    @cached_property
    def _scan(self) -> Scan:
        return Scan(self.settings, self.ledger)

    def receive_strays(self) -> Receipt:
        """Take the files of those folders of ``raw/`` that are no source; the reading refuses each with a reason."""
        from pipeline.reading.files import known_layouts

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
        return self.readings.correct()

    def read(self, chosen: Callable[[Submission], bool] = lambda _: True) -> list[ReadSubmission]:
        """Read what was received, all of it or the chosen submissions, as corrected; what is cached is not read."""
        return self.readings.read(chosen)

    def leave_unread(self) -> None:
        """Take everything for what was read of it before."""
        self.report.cached = len(self.ledger.submissions)

    def stage(self) -> list[ReadSubmission]:
        """Judge the rows of every submission and write the tables that SQL starts from.

        Raises:
            HeldError: something that the published release was made from could not be read this time.
        """

        def write() -> list[ReadSubmission]:
            readings = self.readings.read_whole()
            self.work.stage(self.connection, readings, self.ledger, whole=self.force)
            return readings

        return self.readings.with_whole_cache(write)

    def build(self) -> None:
        """Make every relation that the audit judges."""
        from pipeline.warehouse.relations import split_relations

        before_audit, _ = split_relations(self.relations)
        for done, relation in enumerate(before_audit.values(), start=1):
            self.make(relation)
            self._tell("build", done, len(before_audit))

    def make(self, relation: Relation) -> None:
        """Make one relation: what this run touches of it, where that can be told, else the whole."""
        self.work.make(self.connection, relation)

    def audit(self) -> list[Outcome]:
        """Run every contract and check, keep the outcomes in ``audit.check``, and make what tells of them.

        Raises:
            AuditFailedError: a blocking check failed.
        """
        from pipeline.warehouse.audit import AuditFailedError, outcomes_frame, relation_outcome, run_audit
        from pipeline.warehouse.build import create_relation, write_stage
        from pipeline.warehouse.relations import load_checks, split_relations

        before_audit, after_audit = split_relations(self.relations)
        # whatever relations a run of Dagster chose to make
        if MOVEMENTS in before_audit and MOVEMENTS not in self.work.made:
            create_relation(self.connection, before_audit[MOVEMENTS])
        checks = load_checks(*self.settings.sql_folders)
        self.report.outcomes = run_audit(self.connection, before_audit, checks, self.work.delta)
        write_stage(self.connection, {"check": outcomes_frame(self.report.outcomes)})
        for relation in after_audit.values():
            create_relation(self.connection, relation)
        # what tells of the audit is held against its contract too, though it cannot tell of that
        tables = [relation for relation in after_audit.values() if not relation.is_macro]
        self.report.outcomes += [relation_outcome(self.connection, relation) for relation in tables]
        if _NOTE in after_audit:
            self.report.note = self.connection.execute(f"FROM {_NOTE}").pl().to_dicts()
        failed = [outcome for outcome in self.report.outcomes if outcome.is_blocking and not outcome.passed]
        if failed:
            raise AuditFailedError(failed)
        self.work.audited(before_audit)
        return self.report.outcomes

    def publish(self) -> None:
        """Publish or hold the working database, which was audited; where nothing changed, the release stays."""
        published = self._publish() if self.is_due else None
        self.report.is_new_release = published is not None
        self.report.release = published or published_release(self.settings)
        self.report.held = self.ledger.newest_held
        made = published or self.report.held
        if self.is_due and made is not None:
            self.work.published(made.release_id)
        self.report.refused = self._refused()

    def _publish(self) -> Release | None:
        from pipeline.warehouse.publish import publish

        return publish(self.connection, self.settings, self.ledger, self.work.base)

    def tidy(self) -> None:
        """Drop what no present submission, layout or code needs any more, and what an interrupted reading left."""
        self.readings.tidy()

    def give_back(self) -> None:
        """Put what was refused into ``warehouse/returned``, for its senders."""
        return_workbooks(self.settings, self.report.said.append, self.report.release)

    def _refused(self) -> int:
        """Return how much the release refuses of what was read in this run."""
        read = self._readings.read_here() if self._readings else []
        if not read or self.report.release is None:
            return 0
        made = self.report.held or self.report.release
        return count_refused(kept_path(self.settings, made.release_id), read)


def _go_on_ignoring_interrupts() -> None:
    """Ignore interrupts where whoever started this did (nohup, a scheduler): importing polars put its handler there."""
    is_ours = threading.current_thread() is threading.main_thread()
    if is_ours and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _are_declarations_published(settings: Settings, ledger: Ledger) -> bool:
    """Whether a release was made by the present declarations, which need not be read to find them right."""
    with suppress(LedgerDamagedError):  # recovering says so
        return newest_is_current(settings, ledger)
    return False


def _read_declarations(settings: Settings) -> None:
    """Read all that is declared, so that what is wrong with it is told before anything is received."""
    from pipeline.reading.files import known_layouts
    from pipeline.rejections import reasons
    from pipeline.warehouse.relations import sql_files

    reasons()
    known_layouts()
    sql_files(*settings.sql_folders)
