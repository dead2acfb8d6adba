"""Commands that make what readers of a release get: ``bulletin``.

What belongs here: options and what is printed. What does not: any page.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from pipeline.cli.common import out, progress_bars
from pipeline.publishing.bulletins import make_bulletins
from pipeline.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def bulletin(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Make the site of the published release in warehouse/bulletins/, only what changed: open its index.html.

    It needs no server and no network. While it is made, the former one stays readable.
    """
    settings = Settings.from_environment()
    if not settings.release_file.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    with progress_bars(shown=not as_json) as tell:
        made = make_bulletins(settings, tell)
    index = settings.bulletins / "index.html"
    if as_json:
        click.echo(json.dumps({**asdict(made), "index": str(index)}, ensure_ascii=False, indent=2))
    else:
        out.print(f"Bulletins: {made.pages} pages, {made.written} of them made now. Open {index}", markup=False)


COMMANDS = (bulletin,)
