"""``housing status``: how things stand, for a person and for a monitor.

What belongs here: printing what release and ledger say. It takes no lock and writes nothing. What does not: judging
figures (``sql/checks``).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import duckdb

from pipeline.cli.common import out
from pipeline.cli.failing import DONE, HELD_BACK, MACHINE_FAILED, REFUSED
from pipeline.cli.loading import held_json, say_held
from pipeline.intake import Ledger
from pipeline.intake.ledger import ATTEMPTS
from pipeline.settings import Settings
from pipeline.vocabulary.days import paris_day, today
from pipeline.warehouse.recovery import newest_is_current, published_is_whole
from pipeline.warehouse.shared_releases import shared

_QUESTIONS = {
    "as_of": "SELECT strftime(as_of, '%Y-%m-%d') AS as_of FROM audit.release",
    "refused": """
        SELECT file, count(*) AS refusals FROM fact.rejection GROUP BY file ORDER BY file
    """,
    "late": """
        SELECT source, year, strftime(due_on, '%Y-%m-%d') AS due_on, who AS regions FROM audit.late_on($today)
    """,
    "checks_failed": """
        SELECT check_name, failures, is_blocking FROM audit.check WHERE NOT passed ORDER BY is_blocking DESC, check_name
    """,
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def status(as_json: bool) -> None:  # noqa: FBT001  # click passes flags by name
    """Say how things stand: the release, what is held, pending, refused or late, fails a check, waits for a load.

    Exit 0: the release is whole and fresh, and nothing is pending or refused; 1: something is, or nothing is published
    yet, or something was received that is not published; 3: a newer release is held; 5: the release is damaged or gone.
    """
    settings = Settings.from_environment()
    ledger = Ledger.of(settings)
    found = _status(settings, ledger)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _say(found)
        say_held(settings, ledger.newest_held)
    sys.exit(_exit_code(found))


def _status(settings: Settings, ledger: Ledger) -> dict[str, Any]:
    published = ledger.published
    is_whole = published_is_whole(settings, ledger)
    newest = ledger.publications[-1:]
    found: dict[str, Any] = {
        "release_id": published.release_id if published else None,
        "published_at": published.published_at.isoformat(timespec="seconds") if published else None,
        "is_rolled_back": bool(newest) and published != newest[0],
        "is_whole": is_whole,
        "is_elsewhere": not is_whole and published is not None and published.release_id in shared(settings),
        "is_fresh": newest_is_current(settings, ledger),
        "held": held_json(settings, ledger.newest_held),
        "pending": [
            {
                "file": submission.file,
                "since": paris_day(pending.since).isoformat(),
                "cause": pending.cause[1],
                "attempts": pending.attempts,
            }
            for submission in ledger.submissions
            if (pending := submission.pending) is not None
        ],
    }
    return found | (_asked(settings) if is_whole else {name: [] for name in _QUESTIONS})


def _asked(settings: Settings) -> dict[str, Any]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return {
            name: connection.execute(sql, {"today": today()} if "$today" in sql else {}).pl().to_dicts()
            for name, sql in _QUESTIONS.items()
        }


def _say(found: dict[str, Any]) -> None:
    if found["release_id"] is None:
        out.print("Nothing is published yet; run 'housing load'.", style="yellow")
        return
    if found["is_elsewhere"]:
        out.print(
            f"Release {found['release_id']} was published by another host; 'housing load' brings it.", style="yellow"
        )
    elif not found["is_whole"]:
        out.print(f"Release {found['release_id']} is damaged or gone; 'housing load' builds it again.", style="red")
    else:
        as_of = found["as_of"][0]["as_of"]
        back = ", put back by a rollback" if found["is_rolled_back"] else ""
        out.print(f"Release {found['release_id']}, as of {as_of}, published {found['published_at']}{back}.")
    if not found["is_fresh"]:
        out.print(
            "What was received, the code or the limits changed since; publish with 'housing load'.", style="yellow"
        )
    for item in found["pending"]:
        then = "the next load tries again" if item["attempts"] < ATTEMPTS else "refused until code or limits change"
        out.print(
            f"Pending since {item['since']}: {item['file']}: {item['cause']} ({item['attempts']} loads); {then}.",
            style="red",
            markup=False,
        )
    for item in found["refused"]:
        out.print(f"Refused: {item['file']}: {item['refusals']}.", style="yellow", markup=False)
    for item in found["late"]:
        out.print(
            f"Late since {item['due_on']}: {item['source']} {item['year']}: {item['regions']}.",
            style="yellow",
            markup=False,
        )
    for item in found["checks_failed"]:
        kind = "blocking" if item["is_blocking"] else "reported"
        out.print(f"Check {item['check_name']} ({kind}): {item['failures']} rows.", style="yellow")


def _exit_code(found: dict[str, Any]) -> int:
    if found["release_id"] is not None and not (found["is_whole"] or found["is_elsewhere"]):
        return MACHINE_FAILED
    if found["held"]:
        return HELD_BACK
    is_well = found["release_id"] is not None and found["is_whole"] and found["is_fresh"]
    return DONE if is_well and not found["pending"] and not found["refused"] else REFUSED


COMMANDS = (status,)
