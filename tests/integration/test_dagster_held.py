"""A held release in Dagster: its run is red and says why, and the job ``accept_release`` publishes it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from assets.glance import HELD
from pipeline.load import load
from pipeline.publishing.note import Note, Outcome, kept_notes
from pipeline.warehouse.releases import list_held
from tests.support.dagster_runs import Installation, failure_of, make_installation
from tests.support.workbooks import table_workbook


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield make_installation(tmp_path, instance)


def state(installation: Installation, deliveries: str) -> None:
    rows: list[list[Any]] = [
        ["Chiffres (exemple inventé)"],
        ["Date de publication", "15/07/2022"],
        ["Publié par", "Un éditeur inventé"],
        ["Territoire", "France"],
        [],
        ["Indicateur", "Année", "Valeur", "Unité"],
        ["Livraisons", 2021, deliveries, "logements"],
    ]
    table_workbook(installation.settings.raw / "national_statement/chiffres.xlsx", rows, sheet="Chiffres")


def nation(installation: Installation) -> list[tuple[float]]:
    with duckdb.connect(installation.settings.release_file, read_only=True) as connection:
        return connection.execute("SELECT value FROM kpi.national WHERE indicator = 'deliveries'").fetchall()


def accepting(installation: Installation, **config: str) -> dg.ExecuteInProcessResult:
    return installation.definitions.resolve_job_def("accept_release").execute_in_process(
        instance=installation.instance,
        run_config={"ops": {"accept": {"config": config}}},
        raise_on_error=False,
    )


def test_a_held_release_makes_the_run_red_and_a_job_publishes_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[Outcome, int]] = []
    published = installation.settings.release_file

    def send(note: Note, *_: object) -> list[str]:
        sent.append((note.outcome, published.stat().st_ino))
        return []

    monkeypatch.setattr("pipeline.publishing.telling.send_note", send)
    state(installation, "1 000")
    load(installation.settings)
    state(installation, "1 400")
    # the movements are those of what there is, though this run chooses not to make what tells them
    keys = {key.to_user_string() for key in installation.definitions.resolve_asset_graph().get_all_asset_keys()}
    night = installation.run("nightly", keys=sorted(keys - {"audit/held_movement"}))
    (waits,) = list_held(installation.settings)
    assert not night.success
    assert "1,000 would become 1,400 (+40.0 %)" in failure_of(night)
    assert waits.release_id in failure_of(night)
    note = json.loads((kept_notes(installation.settings)[0] / "note.json").read_text(encoding="utf-8"))
    assert (note["outcome"], note["failure"], len(note["sections"]["held"])) == ("held", "", 1)
    run = installation.instance.get_run_by_id(night.run_id)
    assert run is not None
    assert run.tags[HELD] == waits.release_id
    # the next run holds nothing more, and is red too
    last_steps = ["stage/check", "audit/check", "audit/release_note", "release"]
    assert not installation.run("nightly", keys=last_steps).success
    assert (list_held(installation.settings), nation(installation)) == ([waits], [(1000.0,)])
    unknown = accepting(installation, release="nowhere", reason="vu", who="A. Analyste")
    assert not unknown.success
    assert waits.release_id in failure_of(unknown)
    accepted = accepting(installation, reason="recompté par l'éditeur", who="A. Analyste")
    assert accepted.success
    # what the runs that were held could not tell the offices is sent once the release is published; then its own note
    assert [outcome for outcome, of in sent if of == published.stat().st_ino] == [
        Outcome.HELD,
        Outcome.HELD,
        Outcome.PUBLISHED,
    ]
    (event,) = [event for event in accepted.all_events if event.is_step_materialization]
    assert event.asset_key == dg.AssetKey("release")
    assert (list_held(installation.settings), nation(installation)) == ([], [(1400.0,)])
    assert installation.run("nightly", keys=last_steps).success
