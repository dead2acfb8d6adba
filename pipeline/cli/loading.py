"""Commands that run the flow: ``load``, ``receive`` and ``rebuild``.

What belongs here: options and what is printed. What does not: any work of the flow.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate
from typing import Any

import click
import duckdb
from rich.cells import cell_len
from rich.table import Table

from pipeline.cli.common import out, progress_bars, say_error, say_put_right
from pipeline.cli.failing import DONE, HELD_BACK, MACHINE_FAILED, REFUSED
from pipeline.intake.publications import HeldRelease
from pipeline.load import Report, Run, load, run_steps
from pipeline.publishing.telling import noting
from pipeline.settings import Settings
from pipeline.vocabulary.territories import current_regions, region_by_slug, resolve_territory
from pipeline.warehouse.acceptance import waiting_lines, waiting_rows
from pipeline.warehouse.lock import hold_warehouse

_HEDGES = {">": "> ", "<": "< ", "~": "~ ", "interval": "~ "}
SCORECARD = "SELECT * EXCLUDE (region_code) FROM kpi.regional_latest ORDER BY region_code"
_FRAME = 3
"""What padding and border take of a column of a printed table."""


@click.command("load")
@click.option(
    "--region", "regions", multiple=True, help="Look for new returns of this region only (name, slug or code)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def load_command(regions: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Take what is new in raw/, build, audit, publish, print the scorecard.

    A release that moves a published national figure further than its indicator's largest_restatement, or that lacks a
    region that had reported, is held: exit 3, and the published one stays until 'housing accept'.
    """
    _load(_slugs(regions), as_json=as_json, force=False)


@click.command("receive")
def receive_command() -> None:
    """Take what is new in raw/ into the archive and the ledger, and nothing else: whoever loads next publishes it.

    For hosts whose raw/ is an inbox, and which leave the building to another one.

    Exit 0: what lay there was taken; 1: something could not be, and is named.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing receive"):
        run = Run(settings)
        run_steps(run, first="recover", last="receive")
    say_received(run.report)
    sys.exit(REFUSED if run.report.receipt.refused else DONE)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def rebuild(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Build, audit and publish again, even when nothing changed."""
    _load(frozenset(), as_json=as_json, force=True)


_MOST_SAID = 20
"""Rejections, and remarks, that are printed; the release has them all."""
_ORDINARY = ("NOMBRE_TEXTE", "REVISION")
"""Remarks that put no figure in doubt, and that many files have."""


def _load(regions: frozenset[str], *, as_json: bool, force: bool) -> None:
    settings = Settings.from_environment()
    source = "regional_return" if regions else ""
    with progress_bars(shown=not as_json) as tell:
        report = load(settings, source=source, regions=regions, on_progress=tell, force=force, around=noting)
    hindered = _copy_into_lake(settings)
    if as_json:
        click.echo(json.dumps(_report_json(settings, report), ensure_ascii=False, indent=2))
    else:
        say_report(report)
        with duckdb.connect(settings.release_file, read_only=True) as release:
            _say_rejections(release)
            _say_scorecard(release)
        say_held(settings, report.held)
    for line in hindered:
        say_error(line)
    sys.exit(MACHINE_FAILED if hindered else code_of(report))


def _copy_into_lake(settings: Settings) -> list[str]:
    """Let the lake be what is published, where there is one; return what hindered that."""
    hindered: list[str] = []
    if settings.lake and settings.release_file.exists():
        from pipeline.publishing.lake.publish import renew_lake

        renew_lake(settings, hindered.append)
    return hindered


def code_of(report: Report) -> int:
    """Return the exit code that tells of a run."""
    if report.held is not None:
        return HELD_BACK
    return DONE if report.is_clean else REFUSED


def say_held(settings: Settings, held: HeldRelease | None) -> None:
    """Print what is held, if a release is, and what to do."""
    for line in waiting_lines(settings, held) if held else ():
        out.print(line, style="red", markup=False)


def say_report(report: Report) -> None:
    """Print what a run did."""
    say_received(report, f" Read: {len(report.read)} workbooks; {report.cached} unchanged ones were not read again.")
    for name, cause in report.pending.items():
        out.print(f"Pending: {name}: {cause.en}. The next load tries again.", style="red", markup=False)
    for outcome in report.outcomes:
        if not outcome.passed:
            out.print(
                f"Check {outcome.name} found {outcome.failures} rows. It asks: {outcome.description}", style="yellow"
            )
    if report.release is not None:
        still = "Still published:" if report.held else "Nothing changed; still published:"
        verb = "Published" if report.is_new_release else still
        out.print(f"{verb} release {report.release.release_id}.", style="green")


def say_received(report: Report, then: str = "") -> None:
    """Print what a run took, and what it left."""
    receipt = report.receipt
    say_put_right(report.said)
    out.print(
        f"Received: {len(receipt.new)} new, {len(receipt.located)} known ones in a new place, "
        f"{len(receipt.unchanged)} unchanged.{then}",
    )
    for name, reason in receipt.refused.items():
        out.print(f"Not received: {name}: {reason}.", style="red", markup=False)
    for name, reason in receipt.left.items():
        out.print(f"Left for later: {name}: {reason}.", style="yellow", markup=False)


def _say_rejections(release: duckdb.DuckDBPyConnection) -> None:
    """Print what is refused and what is remarked, the first of each, but for remarks that put no figure in doubt."""
    _say_rows(release, "refused", "fact.rejection")
    _say_rows(release, "remarked", f"audit.remark WHERE row_level = 'remark' AND reason NOT IN {_ORDINARY}")


def _say_rows(connection: duckdb.DuckDBPyConnection, verb: str, source: str) -> None:
    (count,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)  # noqa: S608  # our words
    query = f"SELECT file, sheet, cell, message_fr FROM {source} ORDER BY file, sheet, cell LIMIT {_MOST_SAID}"  # noqa: S608
    if count:
        out.print(f"{count} {verb}:", style="yellow")
    for file, sheet, cell, message in connection.execute(query).fetchall():
        where = " ".join(part for part in (file, sheet, cell) if part)
        out.print(f"  {where}: {message}", markup=False)


def _say_scorecard(release: duckdb.DuckDBPyConnection) -> None:
    """Print the latest known figure of each region, its year beside it: the first indicators, as many as have room."""
    cursor = release.execute(SCORECARD)
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    columns = {
        name.replace("_", " "): [_latest(row[name], row[f"{name}_year"], row[f"{name}_marks"]) for row in rows]
        for name in names
        if f"{name}_year" in names
    }
    table = Table(title="Regional scorecard: latest known figure (year)")
    table.add_column("region", no_wrap=True)
    regions = [row["region"] for row in rows]
    shown = _that_fit(columns, out.width - _room("region", regions))
    for name in shown:
        # a name that is longer than its figures wraps, figures do not
        table.add_column(name, justify="right", width=_room(name, columns[name]) - _FRAME)
    for region, *figures in zip(regions, *(columns[name] for name in shown), strict=True):
        table.add_row(region, *figures)
    captions = []
    if len(shown) < len(columns):
        captions.append(f"Further indicators in kpi.regional_latest: {len(columns) - len(shown)}")
    if any("*" in cell for name in shown for cell in columns[name]):
        captions.append("* provisional, early, disputed or of another population: see its marks in kpi.regional_latest")
    table.caption = "; ".join(captions) or None
    out.print(table)


def _that_fit(columns: Mapping[str, Sequence[str]], room: int) -> list[str]:
    """Return the names of the first columns that stand side by side within so many characters; of one at least."""
    rooms = accumulate(_room(name, cells) for name, cells in columns.items())
    fitting = [name for name, taken in zip(columns, rooms, strict=True) if taken < room]
    return fitting or list(columns)[:1]


def _room(name: str, cells: Sequence[str]) -> int:
    """Return how many characters a column takes in a table: its longest word or cell, its padding and one border."""
    return max(map(cell_len, (*name.split(), *cells))) + _FRAME


def _latest(value: float | None, year: int | None, marks: str | None) -> str:
    """Return a figure with its year, its hedge before it and a star behind where more is to be known of it."""
    if value is None:
        return "–"
    hedge, *others = (marks or "").split(", ")
    if hedge not in _HEDGES:
        hedge, others = "", [hedge, *others]
    star = "*" if any(others) else ""
    return f"{_HEDGES.get(hedge, '')}{value:,.0f}{star} ({year})".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _report_json(settings: Settings, report: Report) -> dict[str, Any]:
    release = report.release
    return {
        "received": asdict(report.receipt),
        "read": report.read,
        "remembered": report.cached,
        "pending": {file: cause.en for file, cause in report.pending.items()},
        "refused": report.refused,
        "put_right": report.said,
        "checks_failed": {outcome.name: outcome.failures for outcome in report.outcomes if not outcome.passed},
        "release_id": release.release_id if release else None,
        "is_new_release": report.is_new_release,
        "held": held_json(settings, report.held),
    }


def held_json(settings: Settings, held: HeldRelease | None) -> dict[str, Any] | None:
    """Return a held release, with its movements, as a script reads it."""
    if held is None:
        return None
    return {
        "release_id": held.release_id,
        "held_at": held.publication.published_at.isoformat(timespec="seconds"),
        "against": held.against,
        "movements": waiting_rows(settings, held),
    }


def _slugs(regions: tuple[str, ...]) -> frozenset[str]:
    """Return the folders of regions given by name, slug or code."""
    slugs = set()
    for text in regions:
        region = region_by_slug().get(text) or resolve_territory(text, level="region")
        if region is None or region.slug not in region_by_slug():
            names = ", ".join(region.name for region in current_regions())
            raise click.UsageError(f"unknown region {text!r}; known: {names}")
        slugs.add(region.slug)
    return frozenset(slugs)


COMMANDS = (load_command, receive_command, rebuild)
