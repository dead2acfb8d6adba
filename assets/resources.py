"""Resources: what a run holds while it works.

What belongs here: holding and letting go. What does not: where things stand (``pipeline.settings``), how one writer is
let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import dagster as dg

from assets.failing import told_in_a_sentence
from pipeline.load import Run
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
        self._stopped_by: Exception | None = None

    @contextmanager
    def step(self) -> Iterator[Run]:
        """Give a step the run on the warehouse, which is held from the first one on; others are waited for.

        Raises:
            dagster.Failure: the step could not do its work, or another run still holds the warehouse; in one sentence.
        """
        with told_in_a_sentence():
            if self._run is None:
                self._run = self._begin()
            yield self._run

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
