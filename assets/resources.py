"""Resources: what a run holds while it works.

What belongs here: holding and letting go. What does not: where things stand (``pipeline.settings``), how one writer is
let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import dagster as dg

from assets.failing import told_in_a_sentence
from pipeline.load import Run
from pipeline.publishing.note import Note
from pipeline.publishing.sending import require_sendable
from pipeline.publishing.sentences import FORESEEN
from pipeline.publishing.telling import compose_after, leave_note
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse


class Warehouse:
    """The warehouse, held by one Dagster run from the first asset that needs it to the end of the run.

    Not asset by asset: between two of them the command line could load, and the release would be made of two loads.
    """

    def __init__(self, settings: Settings, who: str, until_the_end: ExitStack, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._who = who
        self._say = say
        self._until_the_end = until_the_end
        self._run: Run | None = None
        self._began = datetime.now(UTC)
        self._stopped_by: Exception | None = None
        self._failure: BaseException | None = None

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
            run = self._until_the_end.enter_context(Run(self._settings))
            run.recover()
        except FORESEEN as error:
            self._stopped_by = error
            raise
        return run


def warehouse_resource(settings: Settings) -> dg.ResourceDefinition:
    """Return the resource ``warehouse`` of one installation."""

    @dg.resource(description=f"The warehouse in {settings.warehouse}, filled from {settings.raw}. One run at a time.")
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with told_in_a_sentence(), ExitStack() as until_the_end:
            yield Warehouse(settings, f"Dagster run {context.run_id}", until_the_end, _say(context))

    return warehouse


def _say(context: dg.InitResourceContext) -> Callable[[str], None]:
    """Return what shows a line in the log of a run; a resource that is held outside of one has none."""
    return context.log.warning if context.log is not None else lambda _: None
