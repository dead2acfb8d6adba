"""The past, replayed: what was known on a day is what would have been loaded on that day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import pytest
from openpyxl import Workbook

from pipeline.intake import archive, new_events
from pipeline.intake.events import append_events
from pipeline.load import Run, load
from pipeline.settings import Settings
from pipeline.stores.journal import JournalFile
from pipeline.warehouse.build import WORK_FILE, create_relation
from tests.support.stage_tables import closure
from tests.support.workbooks import regional_return, worksheet

BRETAGNE, CORSE, NATION = "regional_return/bretagne/", "regional_return/corse/", "national_statement/"


class Event(NamedTuple):
    """What happened on a day: a file came, issued on a day; or one of those that came was taken back or put back."""

    day: str
    file: str
    issued: str = ""
    rows: tuple[tuple[str, int, str], ...] = ()
    place: str = ""
    """The file in whose place it was put; its own where it says nothing."""


# Figures come late, are restated, are taken back by nd, are withdrawn, and come from a higher authority. A file is
# replaced by one of an earlier date, and put back.
STORY = (
    Event("2021-03-20", BRETAGNE + "a", "15/03/2021", (("Livraisons", 2020, "100"), ("Mises en chantier", 2020, "50"))),
    Event("2021-06-02", CORSE + "a", "01/06/2021", (("Livraisons", 2020, "10"),)),
    Event("2021-09-10", NATION + "a", "09/09/2021", (("Livraisons", 2020, "5 000"),)),
    Event("2022-03-20", BRETAGNE + "b", "15/03/2022", (("Livraisons", 2020, "110"), ("Livraisons", 2021, "120"))),
    # received in May, issued in February: it was known in February
    Event("2022-05-20", BRETAGNE + "c", "10/02/2022", (("Livraisons", 2020, "105"), ("Agréments", 2021, "30"))),
    Event("2022-06-20", CORSE + "b", "15/06/2022", (("Livraisons", 2020, "nd"), ("Livraisons", 2021, "12"))),
    Event("2022-07-01", BRETAGNE + "b"),
    Event("2022-09-01", NATION + "b", "30/08/2022", (("Livraisons", 2020, "5 100"), ("Livraisons", 2021, "6 000"))),
    Event("2022-10-01", NATION + "b"),
    Event("2022-11-10", BRETAGNE + "d", "09/11/2022", (("Livraisons", 2021, "121"), ("Mises en chantier", 2021, "60"))),
    Event("2023-01-15", BRETAGNE + "d"),
    Event("2023-02-10", BRETAGNE + "e", "01/02/2023", (("Livraisons", 2022, "130"), ("Agréments", 2022, "40"))),
    Event("2023-03-10", BRETAGNE + "f", "15/01/2023", (("Livraisons", 2022, "129"),), place=BRETAGNE + "e"),
    Event("2023-04-05", BRETAGNE + "e", place=BRETAGNE + "e"),
)


def national_statement(path: Path, issued: str, rows: tuple[tuple[str, int, str], ...]) -> None:
    book = Workbook()
    sheet = worksheet(book)
    sheet.title = "Chiffres clés"
    for line in (["Territoire :", "France"], ["Date de publication :", issued], [], ["Indicateur", "Année", "Valeur"]):
        sheet.append(line)
    for row in rows:
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.fixture
def told(settings: Settings) -> tuple[Settings, list[tuple[date, dict[str, Any]]]]:
    """The whole story loaded, and its events for the ledger, each with the day from which it was known."""
    events: list[tuple[date, dict[str, Any]]] = []
    sha256: dict[str, str] = {}
    for event in STORY:
        at = datetime.fromisoformat(event.day).replace(hour=8, tzinfo=UTC)
        place = f"{event.place or event.file}.xlsx"
        if not event.rows and event.place:
            events.append((at.date(), new_events.located_event(sha256[event.file], place, at)))
            continue
        if not event.rows:
            events.append((at.date(), new_events.withdrawn_event(sha256[event.file], "retiré", at)))
            continue
        path = settings.warehouse.parent / "sent" / f"{event.file}.xlsx"
        if event.file.startswith(NATION):
            national_statement(path, event.issued, event.rows)
        else:
            region = "Bretagne" if event.file.startswith(BRETAGNE) else "Corse"
            regional_return(path, event.rows, region=region, issued=event.issued)
        sha256[event.file] = archive.put(settings.archive, path)
        issued = datetime.strptime(event.issued, "%d/%m/%Y").date()  # noqa: DTZ007  # a date
        received = new_events.received_event(sha256[event.file], place, path.stat().st_size, at)
        events.append((at.date() if event.place else min(issued, at.date()), received))
    append_events(JournalFile(settings.ledger), [event for _, event in events])
    settings.raw.mkdir()
    load(settings)
    return settings, events


REPLAYED = {
    "kpi.regional": "kpi.regional_as_of",
    "kpi.national": "kpi.national_as_of",
    "fact.observation": "fact.observation_as_of",
}


def rows_of(connection: duckdb.DuckDBPyConnection, relation: str) -> pl.DataFrame:
    return connection.execute(f"FROM {relation} ORDER BY ALL").pl()


def test_every_day_on_which_something_changed_is_replayed_to_the_same_tables(
    told: tuple[Settings, list[tuple[date, dict[str, Any]]]], tmp_path: Path
) -> None:
    settings, events = told
    days = sorted({day for day, _ in events})
    assert len(days) == len(STORY)
    sizes = set()
    with duckdb.connect(settings.release_file, read_only=True) as release:
        for day in days:
            known = tmp_path / f"known-{day}"
            known.mkdir()
            append_events(JournalFile(known / "ledger.jsonl"), [event for since, event in events if since <= day])
            with duckdb.connect(built_aside(settings, known), read_only=True) as then:
                for relation, macro in REPLAYED.items():
                    expected = rows_of(then, relation)
                    found = rows_of(release, f"{macro}(DATE '{day}')")
                    assert found.equals(expected), (day, relation, found, expected)
                    sizes.add((relation, found.height))
    assert len(sizes) > len(REPLAYED), "nothing ever changed"


def built_aside(settings: Settings, known: Path) -> Path:
    """Build what is replayed from the ledger of that day, from bytes that were received and read since; return where.

    What a file says does not depend on the day, so that each is read once; nor is anything built that is not compared.
    """
    aside = settings.changed(raw=known / "raw", warehouse=known)
    for shared, of_all in ((aside.archive, settings.archive), (aside.cache, settings.cache)):
        shared.symlink_to(of_all, target_is_directory=True)
    with Run(aside, force=True, tries_pending=False) as run:
        run.stage()
        needed = closure(*REPLAYED)
        for name, relation in run.relations.items():
            if name in needed:
                create_relation(run.connection, relation)
    return aside.work / WORK_FILE


MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
RESTATED = {"mars": "33", "avril": "34", "août": "38", "décembre": "42"}


def test_of_a_monthly_series_exactly_the_restated_third_is_revised_and_nothing_is_doubled(settings: Settings) -> None:
    first = {month: str(100 + number) for number, month in enumerate(MONTHS)}
    for name, values, issued in (("fevrier", first, "15/02/2022"), ("mai", first | RESTATED, "15/05/2022")):
        lines = [["Livraisons", f"{month} 2021", value] for month, value in values.items()]
        path = settings.raw / BRETAGNE / f"{name}.xlsx"
        regional_return(path, lines, issued=issued, header=("Indicateur", "Période", "Valeur"))
    load(settings)
    with duckdb.connect(settings.release_file, read_only=True) as release:
        revised = release.execute("SELECT period, old_raw_text, new_raw_text FROM audit.revision ORDER BY period")
        assert revised.fetchall() == [
            (f"2021-{MONTHS.index(month) + 1:02}", first[month], value) for month, value in RESTATED.items()
        ]
        current = release.execute(
            "SELECT count(*), count(DISTINCT period), sum(value) FROM fact.observation"
        ).fetchone()
        assert current == (12, 12, sum(map(int, (first | RESTATED).values())))
        assert release.execute("SELECT count(*) FROM fact.observation_history").fetchone() == (24,)
        assert release.execute("SELECT count(*) FROM audit.conflict").fetchone() == (0,)
