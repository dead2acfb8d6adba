"""Commands for who sends workbooks: ``check``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli.common import REFUSED, out
from pipeline.precheck import precheck
from pipeline.reading import known_layouts
from pipeline.settings import Settings


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="regional_return", show_default=True, help="Which source the files belong to.")
@click.option("--json", "as_json", is_flag=True, help="Print the refusals as JSON.")
def check(files: tuple[Path, ...], source: str, as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Say what would be refused in FILES, before they are sent. Nothing is received.

    Exit 0: nothing would be refused; 1: something would; 2: the source is unknown.
    """
    if source not in known_layouts():
        raise click.UsageError(f"unknown source {source!r}; known: {', '.join(known_layouts())}")
    settings = Settings.from_environment()
    found = [
        {"file": str(path), **asdict(rejection)}
        for path, rejections in precheck(files, source, settings)
        for rejection in rejections
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for item in found:
            where = " ".join(part for part in (item["file"], item["sheet"], item["cell"]) if part)
            out.print(f"{where}: {item['message_fr']}", highlight=False, markup=False)
        if not found:
            out.print("Rien à corriger.", style="green")
    sys.exit(REFUSED if found else 0)


COMMANDS = (check,)
