"""The command line, ``housing``: what an operator types and what a script reads.

What belongs here: options, exit codes, how results are shown. What does not: any work of the flow.

Exit codes: 0 done; 1 done, and something was refused (``check``) or is not found; 2 wrong use, or the warehouse is held
by another run; 3 the audit failed and the published release stays.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from pipeline.dictionary import data_dictionary
from pipeline.load import AuditFailedError, Report, load
from pipeline.precheck import precheck
from pipeline.reading import known_layouts
from pipeline.releases import UnknownReleaseError, list_releases, published, roll_back
from pipeline.settings import Settings
from pipeline.submissions.ledger import LedgerDamagedError
from pipeline.territories import current_regions, region_by_slug, resolve
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse

out = Console()
err = Console(stderr=True)

REFUSED, WRONG_USE, AUDIT_FAILED = 1, 2, 3

SCORECARD = """
SELECT region, households_housed, households_housed_year, aids_and_services, aids_and_services_year, approvals,
       approvals_year, starts, starts_year, deliveries, deliveries_year
FROM kpi.regional_latest ORDER BY region_code
"""


def main() -> None:
    """Run the command line; a foreseen trouble ends in one sentence and an exit code, never in a traceback."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(WRONG_USE)
    except AuditFailedError as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(AUDIT_FAILED)
    except (WarehouseBusyError, LedgerDamagedError, UnknownReleaseError, ValueError) as error:
        err.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(WRONG_USE)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Housing activity: from spreadsheets to published national and regional figures."""


@commands.command("load")
@click.option(
    "--region", "regions", multiple=True, help="Look for new returns of this region only (name, slug or code)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def load_command(regions: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Take what is new in raw/, build, audit, publish, print the scorecard."""
    _load(_slugs(regions), as_json=as_json, force=False)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def rebuild(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Build, audit and publish again, even when nothing changed."""
    _load(frozenset(), as_json=as_json, force=True)


def _load(regions: frozenset[str], *, as_json: bool, force: bool) -> None:
    settings = Settings.from_environment()
    source = "regional_return" if regions else ""
    with _progress(shown=not as_json) as tell:
        report = load(settings, source=source, regions=regions, on_progress=tell, force=force)
    if as_json:
        click.echo(json.dumps(_report_json(report), ensure_ascii=False, indent=2))
        return
    _say_report(report)
    _say_rejections(settings)
    _say_scorecard(settings)


def _say_report(report: Report) -> None:
    receipt = report.receipt
    out.print(
        f"Received: {len(receipt.new)} new, {len(receipt.located)} known ones in a new place, "
        f"{len(receipt.unchanged)} unchanged. Read: {len(report.read)} workbooks; "
        f"{report.remembered} unchanged ones were not read again.",
        highlight=False,
    )
    for name, reason in receipt.left.items():
        out.print(f"Left for later: {name}: {reason}.", highlight=False, style="yellow")
    for outcome in report.outcomes:
        if not outcome.passed:
            out.print(
                f"Check {outcome.name}: {outcome.failures} rows. {outcome.description}", style="yellow", highlight=False
            )
    if report.release is not None:
        verb = "Published" if report.is_new_release else "Nothing changed; still published:"
        out.print(f"{verb} release {report.release.release_id}.", style="green", highlight=False)


def _say_rejections(settings: Settings) -> None:
    with duckdb.connect(settings.published, read_only=True) as connection:
        rows = connection.execute(
            "SELECT file, sheet, cell, raw_text, message_fr FROM fact.rejection ORDER BY file, sheet, cell LIMIT 20"
        ).fetchall()
        (count,) = connection.execute("SELECT count(*) FROM fact.rejection").fetchone() or (0,)
    if rows:
        out.print(f"{count} refused:", style="yellow", highlight=False)
        for file, sheet, cell, _, message in rows:
            where = " ".join(part for part in (file, sheet, cell) if part)
            out.print(f"  {where}: {message}", highlight=False, markup=False)


def _say_scorecard(settings: Settings) -> None:
    """Print the latest known figure of each region, its year beside it."""
    with duckdb.connect(settings.published, read_only=True) as connection:
        cursor = connection.execute(SCORECARD)
        names = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    table = Table(title="Regional scorecard: latest known figure (year)")
    indicators = [name for name in names[1:] if not name.endswith("_year")]
    table.add_column("region")
    for name in indicators:
        table.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        told = dict(zip(names, row, strict=True))
        table.add_row(told["region"], *(_latest(told[name], told[f"{name}_year"]) for name in indicators))
    out.print(table)


def _latest(value: float | None, year: int | None) -> str:
    return "–" if value is None else f"{value:,.0f} ({year})".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _report_json(report: Report) -> dict[str, Any]:
    release = report.release
    return {
        "received": asdict(report.receipt),
        "read": report.read,
        "remembered": report.remembered,
        "checks_failed": {outcome.name: outcome.failures for outcome in report.outcomes if not outcome.passed},
        "release_id": release.release_id if release else None,
        "is_new_release": report.is_new_release,
    }


@commands.command()
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


@commands.command()
@click.argument("indicator")
@click.argument("territory")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print the cells as JSON.")
def explain(indicator: str, territory: str, period: str, as_json: bool) -> None:  # noqa: FBT001  # click
    """Show the cells behind a figure: housing explain households_housed Hauts-de-France 2021."""
    _show("FROM audit.explain(?, ?, ?)", [indicator, territory, period], as_json=as_json, transposed=True)


@commands.command()
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def query(sql: str, as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Run SQL on the published release, read-only: housing query "FROM kpi.regional_latest"."""
    _show(sql, [], as_json=as_json, transposed=False)


def _show(sql: str, parameters: list[str], *, as_json: bool, transposed: bool) -> None:
    settings = Settings.from_environment()
    if not settings.published.exists():
        raise click.ClickException("nothing is published yet; run 'housing load' first")
    # a query never reaches beyond the release: no other file, no extension, no network
    with duckdb.connect(settings.published, read_only=True, config={"enable_external_access": "false"}) as connection:
        try:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        told = [dict(zip(names, row, strict=True)) for row in rows]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    elif not rows:
        out.print("no rows")
        sys.exit(REFUSED)
    elif transposed:
        _print_records(names, rows)
    else:
        _print_rows(names, rows)


def _print_rows(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    table = Table()
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*map(_shown, row))
    out.print(table, markup=False)


def _shown(value: object) -> str:
    """Return a value as text: nothing for null, a whole number without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _print_records(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        table = Table(show_header=False)
        for name, value in zip(names, row, strict=True):
            table.add_row(name, _shown(value))
        out.print(table, markup=False)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print the releases as JSON.")
def releases(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """List the releases that are kept, newest first; the published one is marked."""
    settings = Settings.from_environment()
    current = published(settings)
    rows = [
        {
            "release_id": release.release_id,
            "published_at": f"{release.published_at:%Y-%m-%d %H:%M:%S} UTC",
            "is_published": current is not None and release.release_id == current.release_id,
        }
        for release in list_releases(settings)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        mark = "→" if row["is_published"] else " "
        out.print(f"{mark} {row['release_id']}  {row['published_at']}", highlight=False)


@commands.command()
@click.argument("release_id", default="")
def rollback(release_id: str) -> None:
    """Publish a kept release again: RELEASE_ID, or the one before the published one.

    It stays published until something new is received or the code changes.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing rollback"):
        release = roll_back(settings, release_id)
    out.print(f"Published release {release.release_id} again.", style="green", highlight=False)


@commands.command()
@click.argument("page", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/data-dictionary.md"))
def dictionary(page: Path) -> None:
    """Write the data dictionary, made from the contracts, to PAGE."""
    page.write_text(data_dictionary(Settings.from_environment().sql), encoding="utf-8")


def _slugs(regions: tuple[str, ...]) -> frozenset[str]:
    """Return the folders of regions given by name, slug or code."""
    slugs = set()
    for text in regions:
        region = region_by_slug().get(text) or resolve(text, level="region")
        if region is None or region.slug not in region_by_slug():
            names = ", ".join(region.name for region in current_regions())
            raise click.UsageError(f"unknown region {text!r}; known: {names}")
        slugs.add(region.slug)
    return frozenset(slugs)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each long step, on a terminal only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not (shown and err.is_terminal)) as progress:
        bars: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done, total=total)

        yield tell
