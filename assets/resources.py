"""Resources: what a run holds while it works.

What belongs here: holding and letting go. What does not: where things stand (``pipeline.settings``), how one writer is
let in (``pipeline.warehouse.lock``).
"""

from collections.abc import Iterator
from contextlib import ExitStack

import dagster as dg
import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.build import open_work
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse


class Warehouse:
    """The warehouse, held by one run from the first step that needs it to the end of the run.

    Not step by step: between two steps the command line could load, and the release would be made of two loads.
    """

    def __init__(self, settings: Settings, who: str, until_the_end: ExitStack) -> None:
        self._settings = settings
        self._who = who
        self._until_the_end = until_the_end
        self._is_held = False
        self._connection: duckdb.DuckDBPyConnection | None = None

    def hold(self) -> Settings:
        """Hold the warehouse and return where it stands, waiting for another run as long as the settings say.

        Raises:
            dagster.Failure: another run still holds it; the description says which.
        """
        if not self._is_held:
            try:
                self._until_the_end.enter_context(hold_warehouse(self._settings, self._who))
            except WarehouseBusyError as error:
                raise dg.Failure(str(error), allow_retries=False) from error
            self._is_held = True
        return self._settings

    def open(self) -> duckdb.DuckDBPyConnection:
        """Hold the warehouse and return the run's connection to the working database."""
        settings = self.hold()
        if self._connection is None:
            self._connection = self._until_the_end.enter_context(open_work(settings))
        return self._connection


def warehouse_resource(settings: Settings) -> dg.ResourceDefinition:
    """Return the resource ``warehouse`` of one installation."""

    @dg.resource(description=f"The warehouse in {settings.warehouse}, filled from {settings.raw}. One run at a time.")
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        with ExitStack() as until_the_end:
            yield Warehouse(settings, f"Dagster run {context.run_id}", until_the_end)

    return warehouse
