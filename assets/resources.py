"""Resources: what a run holds while it works, and whether there is anything for it to do.

What belongs here: holding and letting go, ending early. What does not: where things stand (``pipeline.settings``), how
one writer is let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import dagster as dg

from assets.batches import spread_over
from assets.failing import told_in_a_sentence
from pipeline.intake import Receipt
from pipeline.load import Run
from pipeline.load.readings import Spread
from pipeline.publishing.note import Note
from pipeline.publishing.sending import require_sendable
from pipeline.publishing.sentences import FORESEEN
from pipeline.publishing.telling import compose_after, leave_note
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse

RELEASE = dg.AssetKey(["release"])
WRITERS = "warehouse"
"""The pool of whatever holds the warehouse: dagster.yaml gives it one place where several runs may be at work."""
EVEN_IF_UNCHANGED = {"housing/publish": "even_if_unchanged"}
"""A run with this tag makes and publishes again what was made from the same inputs as the newest release."""


class Warehouse:
    """The warehouse, held by one Dagster run from the first asset that needs it to the end of the run.

    Not asset by asset: between two of them the command line could load, and the release would be made of two loads.
    """

    def __init__(
        self,
        settings: Settings,
        who: str,
        until_the_end: ExitStack,
        say: Callable[[str], None],
        *,
        force: bool = False,
        spread: Spread | None = None,
    ) -> None:
        self._settings = settings
        self._who = who
        self._force = force
        self._spread = spread
        self._say = say
        self._until_the_end = until_the_end
        self._run: Run | None = None
        self._began = datetime.now(UTC)
        self._stopped_by: Exception | None = None
        self._failure: BaseException | None = None
        self._has_received = False
        self._rests: bool | None = None

    @contextmanager
    def step(self) -> Iterator[Run]:
        """Give a step the run on the warehouse, which is held from the first one on; others are waited for.

        Raises:
            dagster.Failure: the step could not do its work, or another run still holds the warehouse; in one sentence.
        """
        with told_in_a_sentence():
            try:
                if self._run is None:
                    self._run = self._begin()
                yield self._run
            except BaseException as error:
                self._failure = error
                raise

    def receive(self, take: Callable[[Run], Receipt]) -> Receipt:
        """Take what is new of a part of ``raw/``; every run that receives does so before anything else."""
        with self.step() as run:
            self._has_received = True
            return take(run)

    def rests(self, instance: dg.DagsterInstance) -> bool:
        """Whether a run that has received ends there: nothing is new, and Dagster shows the release that stands.

        A run that receives nothing does what it is asked to.
        """
        if self._rests is None:
            with self.step() as run:
                self._rests = self._has_received and run.is_idle and _shown(instance) == _standing(run)
        return self._rests

    def note(self) -> Note:
        """Return the note of the run, as far as it has come."""
        if self._run is None:
            raise RuntimeError("a run that has not begun has nothing to tell")
        return compose_after(self._run.report, self._settings, self._began, self._failure, self._run.ledger)

    def _leave_note(self) -> None:
        """Write and send the note when the run ends, however it ended, while the warehouse is still held."""
        if self._run is not None:
            run = self._run
            for line in leave_note(run.report, self._settings, self._began, self._failure, run.ledger):
                self._say(line)

    def _begin(self) -> Run:
        if self._stopped_by is not None:  # what stopped the first step stops the run: no other waits or tries again
            raise self._stopped_by
        try:
            require_sendable(self._settings)
            self._until_the_end.enter_context(hold_warehouse(self._settings, self._who))
            self._until_the_end.callback(self._leave_note)
            run = self._until_the_end.enter_context(Run(self._settings, force=self._force, spread=self._spread))
            run.recover()
        except FORESEEN as error:
            self._stopped_by = error
            raise
        return run


def _standing(run: Run) -> str | None:
    """Return the release that stands."""
    published = run.ledger.published
    return published.release_id if published else None


def _shown(instance: dg.DagsterInstance) -> object:
    """Return the release that Dagster's pages tell of; another may have been published without Dagster since."""
    event = instance.get_latest_materialization_event(RELEASE)
    told = event.asset_materialization.metadata if event and event.asset_materialization else {}
    return told["release_id"].value if "release_id" in told else None


def warehouse_resource(settings: Settings, batches: dg.JobDefinition) -> dg.ResourceDefinition:
    """Return the resource ``warehouse`` of one installation, which has ``batches`` read by workers."""

    @dg.resource(description=f"The warehouse in {settings.warehouse}, filled from {settings.raw}. One run at a time.")
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with told_in_a_sentence(), ExitStack() as until_the_end:
            run = context.dagster_run
            force = run is not None and EVEN_IF_UNCHANGED.items() <= run.tags.items()
            say = _say(context)
            spread = spread_over(context.instance, run, batches, settings, say) if context.instance else None
            yield Warehouse(settings, f"Dagster run {context.run_id}", until_the_end, say, force=force, spread=spread)

    return warehouse


def _say(context: dg.InitResourceContext) -> Callable[[str], None]:
    """Return what shows a line in the log of a run; a resource that is held outside of one has none."""
    return context.log.warning if context.log is not None else lambda _: None
