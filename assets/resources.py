"""Resources: what a run holds while it works.

What belongs here: holding and letting go. What does not: where things stand (``pipeline.settings``), how one writer is
let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Iterator
from contextlib import ExitStack

import dagster as dg

from pipeline.load import Run
from pipeline.settings import Settings
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse


class Warehouse:
    """The warehouse, held by one Dagster run from the first asset that needs it to the end of the run.

    Not asset by asset: between two of them the command line could load, and the release would be made of two loads.
    """

    def __init__(self, settings: Settings, who: str, until_the_end: ExitStack) -> None:
        self._settings = settings
        self._who = who
        self._until_the_end = until_the_end
        self._run: Run | None = None

    @property
    def run(self) -> Run:
        """The run of the steps on the warehouse, held from here on, waiting for another as long as the settings say.

        Raises:
            dagster.Failure: another run still holds it; the description says which.
        """
        if self._run is None:
            try:
                self._until_the_end.enter_context(hold_warehouse(self._settings, self._who))
            except WarehouseBusyError as error:
                raise dg.Failure(str(error), allow_retries=False) from error
            self._run = self._until_the_end.enter_context(Run(self._settings))
            self._run.recover()
        return self._run


def warehouse_resource(settings: Settings) -> dg.ResourceDefinition:
    """Return the resource ``warehouse`` of one installation."""

    @dg.resource(description=f"The warehouse in {settings.warehouse}, filled from {settings.raw}. One run at a time.")
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with ExitStack() as until_the_end:
            yield Warehouse(settings, f"Dagster run {context.run_id}", until_the_end)

    return warehouse
