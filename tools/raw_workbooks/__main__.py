"""The command: ``python -m tools.raw_workbooks``, with ``--facts``, ``--raw``, ``--accounted`` for other places."""

from __future__ import annotations

from pathlib import Path

import click

from tools.raw_workbooks.accounting import ACCOUNT
from tools.raw_workbooks.facts import FACTS
from tools.raw_workbooks.writing import RAW, write


@click.command(help="Write the workbooks of raw/ from the published figures that the repository holds.")
@click.option(
    "--facts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=FACTS,
    help="The folder of the published figures; tools/raw_workbooks/facts unless said.",
)
@click.option(
    "--raw",
    type=click.Path(file_okay=False, path_type=Path),
    default=RAW,
    help="The folder to write into; raw unless said.",
)
@click.option(
    "--accounted",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ACCOUNT,
    help="The file that says in which cell each figure stands; tools/raw_workbooks/facts_accounted.csv unless said.",
)
def main(facts: Path, raw: Path, accounted: Path) -> None:
    """Write every workbook, and say how many."""
    click.echo(f"{len(write(facts, raw, accounted))} workbooks written to {raw}")


if __name__ == "__main__":
    main()
