"""Commands on what is kept: ``verify``, ``releases``, ``rollback``, ``accept``, ``withdraw``, ``restore``.

What belongs here: options and what is printed. What does not: any work of the flow.
"""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import asdict
from typing import Any

import click

from pipeline.cli.common import out, progress_bars, say_hindered, say_put_right
from pipeline.cli.failing import HELD_BACK, REFUSED
from pipeline.cli.loading import say_held, say_report
from pipeline.intake import Ledger
from pipeline.intake.withdraw import erase, withdraw
from pipeline.load import load
from pipeline.proof.verify import Verification, verify
from pipeline.publishing.accepting import accept_held
from pipeline.publishing.renewal import renew_for_readers
from pipeline.publishing.telling import noting
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import recover, restore_ledger
from pipeline.warehouse.releases import list_held, list_releases, published_release, roll_back


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the releases as JSON.")
def releases(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """List the releases that are kept, newest first: the published one is marked, and so are those that are held."""
    settings = Settings.from_environment()
    current, ledger = published_release(settings), Ledger.of(settings)
    rows = [
        {
            "release_id": release.release_id,
            "published_at": None if is_held else f"{release.published_at:%Y-%m-%d %H:%M:%S} UTC",
            "is_published": current is not None and release.release_id == current.release_id,
            "is_held": is_held,
        }
        for is_held, kept in ((True, list_held(settings, ledger)), (False, list_releases(settings, ledger)))
        for release in kept
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        mark = "→" if row["is_published"] else " "
        out.print(f"{mark} {row['release_id']}  {row['published_at'] or 'held: see housing status'}")


@click.command()
@click.argument("release_id", default="")
def rollback(release_id: str) -> None:
    """Publish a kept release again: RELEASE_ID, or the one before the published one.

    It stays published until something new is received or the code changes.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing rollback"):
        ledger = Ledger.of(settings)
        say_put_right(recover(settings, ledger))
        release = roll_back(settings, release_id, ledger)
    out.print(f"Published release {release.release_id} again.", style="green")
    renew_for_readers(settings, say_hindered)


@click.command("accept")
@click.argument("release_id", default="")
@click.option("--reason", required=True, help="Why its movements are right, for whoever asks later.")
@click.option("--who", default=getpass.getuser, help="Who accepts them; you, unless told.")
def accept_command(release_id: str, reason: str, who: str) -> None:
    """Accept the movements for which RELEASE_ID, or the newest held release, is held, and publish it.

    What is published is the newest held release all of whose movements are accepted; nothing is built. A later release
    with the same movements is not held again.

    Exit 0: published; 1: no such release is held; 3: accepted, but another release was published since, against which
    it has to be built.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing accept"):
        ledger = Ledger.of(settings)
        say_put_right(recover(settings, ledger))
        release, said = accept_held(settings, ledger, release_id, reason, who)
    say_put_right(said)
    if release is None:
        out.print("Accepted. It was held against a release that is not published now: run 'housing rebuild'.")
        sys.exit(HELD_BACK)
    out.print(f"Published release {release.release_id}.", style="green")
    renew_for_readers(settings, say_hindered)
    say_held(settings, ledger.newest_held)


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
        say_put_right(recover(settings, Ledger.of(settings)))
        if not is_erased:
            taken = withdraw(settings, submission, reason)
            out.print(f"Withdrawn: {taken.submission_id} {taken.file}. Publish it with 'housing load'.")
            return
        taken = erase(settings, submission, reason, who)
        with progress_bars(shown=True) as tell:
            report = load(settings, on_progress=tell, around=noting)
    say_report(report)
    out.print(f"Erased: {taken.submission_id} {taken.file}.")
    say_held(settings, report.held)
    if report.held:
        sys.exit(HELD_BACK)


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print what was compared as JSON.")
def verify_command(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Hash the archive and raw/, build everything again aside, and compare with the published release.

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
    for place in found.changed_unseen:
        out.print(
            f"raw/{place}: its bytes changed, its size and dates did not, and loads pass it over. "
            "Delete warehouse/seen.json; the next load takes it.",
            style="red",
            markup=False,
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


@click.command()
def restore() -> None:
    """Write a ledger anew that is damaged or gone, from its lines that are left and from the releases that are kept.

    Better is a backup: put it back where there is one. What is left of the ledger is kept beside the new one, and what
    nobody can tell any more is printed: former places, hours, and what came after the newest release. Then publish what
    follows with 'housing load'.
    """
    settings = Settings.from_environment()
    with hold_warehouse(settings, "housing restore"):
        lines = restore_ledger(settings)
    say_put_right(lines)
    if lines:
        out.print("The ledger was written anew. Look at what is said above, and publish with 'housing load'.")
    else:
        out.print("The ledger is whole: nothing was changed.", style="green")


COMMANDS = (verify_command, releases, rollback, accept_command, withdraw_command, restore)
