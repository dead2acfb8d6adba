"""Commands that run the flow, take back and prove: ``load``, ``rebuild``, ``withdraw``, ``verify``, ``rollback``.

What belongs here: options and what is printed. What does not: any work of the flow.
"""

from __future__ import annotations

import getpass
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

from pipeline.cli.common import out, progress_bars
from pipeline.cli.failing import DONE, REFUSED
from pipeline.intake import Ledger
from pipeline.intake.withdraw import erase, withdraw
from pipeline.load import Report, load
from pipeline.proof.verify import Verification, verify
from pipeline.settings import Settings
from pipeline.vocabulary.territories import current_regions, region_by_slug, resolve_territory
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import recover
from pipeline.warehouse.releases import list_releases, published_release, roll_back

SCORECARD = "SELECT * EXCLUDE (region_code) FROM kpi.regional_latest ORDER BY region_code"
_FRAME = 3
"""What padding and border take of a column of a printed table."""


@click.command("load")
@click.option(
    "--region", "regions", multiple=True, help="Look for new returns of this region only (name, slug or code)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def load_command(regions: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Take what is new in raw/, build, audit, publish, print the scorecard."""
    _load(_slugs(regions), as_json=as_json, force=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def rebuild(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Build, audit and publish again, even when nothing changed."""
    _load(frozenset(), as_json=as_json, force=True)


def _load(regions: frozenset[str], *, as_json: bool, force: bool) -> None:
    settings = Settings.from_environment()
    source = "regional_return" if regions else ""
    with progress_bars(shown=not as_json) as tell:
        report = load(settings, source=source, regions=regions, on_progress=tell, force=force)
    if as_json:
        click.echo(json.dumps(_report_json(report), ensure_ascii=False, indent=2))
    else:
        _say_report(report)
        _say_rejections(settings)
        _say_scorecard(settings)
    sys.exit(DONE if report.is_clean else REFUSED)


def _say_report(report: Report) -> None:
    receipt = report.receipt
    _say_put_right(report.said)
    out.print(
        f"Received: {len(receipt.new)} new, {len(receipt.located)} known ones in a new place, "
        f"{len(receipt.unchanged)} unchanged. Read: {len(report.read)} workbooks; "
        f"{report.cached} unchanged ones were not read again.",
    )
    for name, reason in receipt.refused.items():
        out.print(f"Not received: {name}: {reason}.", style="red", markup=False)
    for name, reason in receipt.left.items():
        out.print(f"Left for later: {name}: {reason}.", style="yellow", markup=False)
    for name, cause in report.pending.items():
        out.print(f"Pending: {name}: {cause}. The next load tries again.", style="red", markup=False)
    for outcome in report.outcomes:
        if not outcome.passed:
            out.print(
                f"Check {outcome.name} found {outcome.failures} rows. It asks: {outcome.description}", style="yellow"
            )
    if report.release is not None:
        verb = "Published" if report.is_new_release else "Nothing changed; still published:"
        out.print(f"{verb} release {report.release.release_id}.", style="green")


def _say_rejections(settings: Settings) -> None:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        rows = connection.execute(
            "SELECT file, sheet, cell, raw_text, message_fr FROM fact.rejection ORDER BY file, sheet, cell LIMIT 20"
        ).fetchall()
        (count,) = connection.execute("SELECT count(*) FROM fact.rejection").fetchone() or (0,)
    if rows:
        out.print(f"{count} refused:", style="yellow")
        for file, sheet, cell, _, message in rows:
            where = " ".join(part for part in (file, sheet, cell) if part)
            out.print(f"  {where}: {message}", markup=False)


def _say_scorecard(settings: Settings) -> None:
    """Print the latest known figure of each region, its year beside it: the first indicators, as many as have room."""
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        cursor = connection.execute(SCORECARD)
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    columns = {
        name.replace("_", " "): [_latest(row[name], row[f"{name}_year"]) for row in rows]
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
    if len(shown) < len(columns):
        table.caption = f"Further indicators in kpi.regional_latest: {len(columns) - len(shown)}"
    out.print(table)


def _that_fit(columns: Mapping[str, Sequence[str]], room: int) -> list[str]:
    """Return the names of the first columns that stand side by side within so many characters; of one at least."""
    rooms = accumulate(_room(name, cells) for name, cells in columns.items())
    fitting = [name for name, taken in zip(columns, rooms, strict=True) if taken < room]
    return fitting or list(columns)[:1]


def _room(name: str, cells: Sequence[str]) -> int:
    """Return how many characters a column takes in a table: its longest word or cell, its padding and one border."""
    return max(map(cell_len, (*name.split(), *cells))) + _FRAME


def _latest(value: float | None, year: int | None) -> str:
    return "–" if value is None else f"{value:,.0f} ({year})".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _report_json(report: Report) -> dict[str, Any]:
    release = report.release
    return {
        "received": asdict(report.receipt),
        "read": report.read,
        "remembered": report.cached,
        "pending": report.pending,
        "refused": report.refused,
        "put_right": report.said,
        "checks_failed": {outcome.name: outcome.failures for outcome in report.outcomes if not outcome.passed},
        "release_id": release.release_id if release else None,
        "is_new_release": report.is_new_release,
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the releases as JSON.")
def releases(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """List the releases that are kept, newest first; the published one is marked."""
    settings = Settings.from_environment()
    current = published_release(settings)
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
        out.print(f"{mark} {row['release_id']}  {row['published_at']}")


@click.command()
@click.argument("release_id", default="")
def rollback(release_id: str) -> None:
    """Publish a kept release again: RELEASE_ID, or the one before the published one.

    It stays published until something new is received or the code changes.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing rollback"):
        ledger = Ledger(settings.ledger)
        _say_put_right(recover(settings, ledger))
        release = roll_back(settings, release_id, ledger)
    out.print(f"Published release {release.release_id} again.", style="green")


@click.command("withdraw")
@click.argument("submission")
@click.option("--reason", required=True, help="Why, for whoever asks later.")
@click.option("--erase", "is_erased", is_flag=True, help="Remove its bytes, and publish what holds without them.")
@click.option("--who", default=getpass.getuser, help="Who asks for the erasure; you, unless told.")
def withdraw_command(submission: str, reason: str, is_erased: bool, who: str) -> None:  # noqa: FBT001  # click
    """Take back SUBMISSION (its submission_id, or its file in raw/): from today its figures are not current.

    They stay in the history, and are still what was known before. The next load publishes what holds without them.

    With --erase, nothing of its bytes stays: they leave the archive and all that was made of them, a release is
    published without them, and the kept releases that hold them are dropped. The ledger keeps their hash, the day, the
    reason and who asked. The same bytes are not taken again: remove the file from raw/.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing withdraw"):
        _say_put_right(recover(settings, Ledger(settings.ledger)))
        if not is_erased:
            taken = withdraw(settings, submission, reason)
            out.print(f"Withdrawn: {taken.submission_id} {taken.file}. Publish it with 'housing load'.")
            return
        taken = erase(settings, submission, reason, who)
        with progress_bars(shown=True) as tell:
            report = load(settings, on_progress=tell)
    _say_report(report)
    out.print(f"Erased: {taken.submission_id} {taken.file}.")


def _say_put_right(lines: Sequence[str]) -> None:
    for line in lines:
        out.print(line, style="yellow", markup=False)


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was compared as JSON.")
def verify_command(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Hash the archive, build everything again aside, and compare with the published release.

    Exit 0: all is equal; 1: something differs, and is named.
    """
    settings = Settings.from_environment()
    with progress_bars(shown=not as_json) as tell:
        found = verify(settings, tell)
    if as_json:
        click.echo(json.dumps(_verification_json(found), ensure_ascii=False, indent=2))
    else:
        _say_verification(found)
    sys.exit(0 if found.is_equal else REFUSED)


def _verification_json(found: Verification) -> dict[str, Any]:
    """Return what was compared as a script reads it; damage to the archive has the key that it always had."""
    record = {("archive_faults" if name == "archive_damage" else name): value for name, value in asdict(found).items()}
    return {**record, "is_equal": found.is_equal}


def _say_verification(found: Verification) -> None:
    for damaged in found.archive_damage:
        state = f"its SHA-256 is {damaged.found_sha256}" if damaged.found_sha256 else "it is missing"
        out.print(
            f"Archive: {damaged.file} (submission {damaged.submission_id}), expected SHA-256 "
            f"{damaged.expected_sha256}: {state}. Restore it from a backup.",
            style="red",
        )
    if not found.same_inputs:
        out.print(
            "The release was made from another ledger, code or SQL than the present ones; run 'housing load' first.",
            style="yellow",
        )
    for difference in found.differences:
        out.print(
            f"{difference.relation}: {difference.only_in_release} rows only in the release, "
            f"{difference.only_in_rebuild} only in the rebuild.",
            style="red",
        )
    if found.archive_damage:
        out.print("Nothing was built again: the archive is not what was received.")
    else:
        equal = "all equal" if found.is_equal else "not equal"
        out.print(
            f"Release {found.release_id}: {found.files} files and {found.relations} relations compared, {equal}.",
        )


COMMANDS = (load_command, rebuild, withdraw_command, verify_command, releases, rollback)
