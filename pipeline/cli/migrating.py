"""The command that moves an installation between its folders and what several hosts share: ``migrate``.

What belongs here: options and what is printed. What does not: moving (``pipeline.warehouse.migration``).
"""

from __future__ import annotations

import click

from pipeline.cli.common import out, progress_bars
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.migration import move_home, move_to_hosts


@click.command()
@click.option("--home", is_flag=True, help="Back: into the folders of this host, which goes on alone.")
def migrate(home: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Move this installation to the database and the object store that several hosts share, or back.

    HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE name them. Everything that is kept is copied, then the ledger goes
    over in one step; until then the installation stands where it stood, and a move that was cut is begun again. Prove
    it afterwards with 'housing verify'.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing migrate"), progress_bars(shown=True) as tell:
        moved = move_home(settings, tell) if home else move_to_hosts(settings, tell)
    out.print(
        f"Moved to {moved.to}: {moved.events} events, {moved.files} files, {moved.releases} releases, "
        f"{moved.readings} readings.",
        style="green",
        markup=False,
    )
    if home:
        out.print("Unset HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE, then prove it with: housing verify")
    else:
        out.print("Prove it with: housing verify")


COMMANDS = (migrate,)
