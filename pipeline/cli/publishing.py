"""Commands that show and make what readers of a release get: ``note``, ``bulletin``, ``export``, ``lake``.

What belongs here: options and what is printed. What does not: any page or file.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from pipeline.cli.common import WrongUseError, out, progress_bars, say_put_right
from pipeline.cli.failing import REFUSED
from pipeline.intake import Ledger
from pipeline.publishing.bulletins import make_bulletins
from pipeline.publishing.exports import export_release
from pipeline.publishing.lake.publish import publish_to_lake
from pipeline.publishing.note import Note, as_text, kept_notes, read_note
from pipeline.publishing.sending import require_sendable, send_note, told_of
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import recover


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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was exported as JSON.")
def export(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Write the published release to warehouse/exports/ as Parquet, CSV, SDMX-CSV and a workbook, unless it is there.

    datapackage.json describes the tables, SHA256SUMS has the checksums.
    """
    settings = Settings.from_environment()
    if not settings.release_file.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    with progress_bars(shown=not as_json) as tell:
        made = export_release(settings, tell)
    if as_json:
        click.echo(json.dumps({**asdict(made), "folder": str(made.folder)}, ensure_ascii=False, indent=2))
    else:
        state = "written now" if made.is_new else "there already"
        out.print(f"Exports: {made.files} files, {state}: {made.folder}", markup=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def lake(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Let the DuckLake that HOUSING_LAKE names be what the published release is, in one snapshot.

    Runs and rollbacks do so by themselves; only what differs is written. docs/lake.md tells how to read it.
    """
    settings = Settings.from_environment()
    if not settings.lake:
        raise WrongUseError("HOUSING_LAKE names no lake; set it to a catalogue, as docs/lake.md tells")
    if not settings.release_file.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    with progress_bars(shown=not as_json) as tell:
        made = publish_to_lake(settings, tell)
    if as_json:
        click.echo(json.dumps(made._asdict(), ensure_ascii=False, indent=2))
    else:
        state = f"written now, {len(made.written)} relations of it" if made.is_new else "there already"
        out.print(f"Lake: release {made.release_id}, {state}.", markup=False)


@click.command()
@click.argument("run", default="")
@click.option("--list", "is_listed", is_flag=True, help="List the notes that are kept, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print the note as JSON.")
@click.option("--open", "is_opened", is_flag=True, help="Open the page of the note, when this is a terminal.")
@click.option("--send", "is_sent", is_flag=True, help="Send what was not sent of it, as HOUSING_SMTP_… and others say.")
@click.option("--again", is_flag=True, help="With --send: also what may have arrived already.")
def note(run: str, is_listed: bool, as_json: bool, is_opened: bool, is_sent: bool, again: bool) -> None:  # noqa: FBT001  # click
    """Show the note of the last run, or of RUN: how a release or a night begins, 20261127T0300, or its release.

    Every run leaves one in warehouse/notes, also one that published nothing or failed: what came in, what is refused,
    pending or remarked, what moved, who is late, which checks fail.

    With --send, each e-mail and webhook is sent that failed or was not tried; one that was sent is not sent again, and
    one of which nobody knows whether it arrived only with --again.

    Exit 0: shown, or sent to all; 1: there is no such note, or somebody was not reached.
    """
    if again and not is_sent:
        raise click.UsageError("--again says how to --send; give both")
    settings = Settings.from_environment()
    notes = kept_notes(settings)
    if is_listed:
        for folder in notes:
            out.print(folder.name)
        return
    beside = settings.releases / run
    found = [beside] if run and beside.is_dir() else [folder for folder in notes if folder.name.startswith(run)]
    if not found:
        there_are = f"the newest is {notes[0].name}; 'housing note --list' lists them" if notes else "no run left one"
        out.print(f"There is no note {run}: {there_are}.", markup=False)
        sys.exit(REFUSED)
    if is_sent:
        _send(settings, read_note(found[0]), again=again)
    elif as_json:
        click.echo((found[0] / "note.json").read_text(encoding="utf-8"))
    else:
        shown = read_note(found[0])
        out.print(as_text(shown), markup=False)
        for line in told_of(shown.run_id, Ledger.of(settings)):
            out.print(line, markup=False)
    if is_opened:
        if not out.is_terminal:
            raise WrongUseError("a page is opened from a terminal only")
        click.launch(str(found[0] / "note.html"))


def _send(settings: Settings, told: Note, *, again: bool) -> None:
    require_sendable(settings)
    if not settings.sending.is_set:
        raise WrongUseError("nobody is to be told: set HOUSING_SMTP_HOST or HOUSING_NOTE_WEBHOOKS (docs/operations.md)")
    with hold_warehouse(settings, "housing note --send"):
        ledger = Ledger.of(settings)
        say_put_right(recover(settings, ledger))
        hindered = send_note(told, settings, ledger, again=again)
    lines = told_of(told.run_id, ledger)
    for line in lines:
        out.print(line, markup=False)
    say_put_right(line for line in hindered if line not in lines)
    sys.exit(REFUSED if hindered else 0)


COMMANDS = (note, bulletin, export, lake)
