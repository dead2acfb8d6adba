"""Resources: what a run holds while it works.

What belongs here: holding and letting go. What does not: where things stand (``pipeline.settings``), how one writer is
let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import dagster as dg

from assets.failing import told_in_a_sentence
from pipeline.load import Run
from pipeline.publishing.note import Note, compose, leave_note
from pipeline.publishing.sentences import FORESEEN
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse


class Warehouse:
    """The warehouse, held by one Dagster run from the first asset that needs it to the end of the run.

    Not asset by asset: between two of them the command line could load, and the release would be made of two loads.
    """

    def __init__(self, settings: Settings, who: str, until_the_end: ExitStack) -> None:
        self._settings = settings
        self._who = who
        self._until_the_end = until_the_end
        self._run: Run | None = None
        self._began = datetime.now(UTC)
        self._stopped_by: Exception | None = None
        self._failure: BaseException | None = None
        until_the_end.callback(self._leave_note)

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
        return compose(self._run.report, self._settings, self._began, self._failure)

    def _leave_note(self) -> None:
        """Write the note when the run ends, however it ended; one that came upon a held warehouse did nothing."""
        if self._run is not None:
            leave_note(self._run.report, self._settings, self._began, self._failure)

    def _begin(self) -> Run:
        if self._stopped_by is not None:  # what stopped the first step stops the run: no other waits or tries again
            raise self._stopped_by
        try:
            self._until_the_end.enter_context(hold_warehouse(self._settings, self._who))
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
            yield Warehouse(settings, f"Dagster run {context.run_id}", until_the_end)

    return warehouse
