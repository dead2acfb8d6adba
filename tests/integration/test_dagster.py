"""The jobs on a tiny raw/ of made-up workbooks: what a run tells, what it refuses, what it leaves alone."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest

from assets.partitions import EVERY_REGION
from pipeline.intake import Ledger, read_ledger
from pipeline.intake.new_events import pending_event
from pipeline.load import load
from pipeline.settings import PRODUCT
from pipeline.stores.journal import JournalFile
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.releases import published_release
from tests.support.dagster_runs import Installation, evaluations, failure_of, make_installation
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

ROWS = [("Ménages logés", 2021, "8 311", "ménages"), ("Agréments", 2021, "1 204", "logements")]
BROKEN = [("Ménages logés", 2021, "12 34", "ménages"), ("Agréments", 2021, "77", "logements")]


@pytest.fixture
def installation(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation without the relations that nothing here asks for."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield make_installation(tmp_path, instance, part_of_sql(tmp_path_factory))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, dg.ExecuteInProcessResult]]:
    """One nightly load of a good return, a broken one and a file in a folder that is no source."""
    with dg.DagsterInstance.ephemeral() as instance:
        made = make_installation(tmp_path_factory.mktemp("loaded"), instance)
        regional_return(made.settings.raw / "regional_return" / "bretagne" / "bilan.xlsx", ROWS)
        broken = made.settings.raw / "regional_return" / "occitanie" / "bilan.xlsx"
        regional_return(broken, BROKEN, region="Occitanie")
        regional_return(made.settings.raw / "misc" / "bilan.xlsx", ROWS, region="Corse")
        with pytest.MonkeyPatch.context() as patch:
            read = JournalFile.read

            def counted(journal: JournalFile) -> list[bytes]:
                LEDGERS_READ.append(journal.name)
                return read(journal)

            patch.setattr(JournalFile, "read", counted)
            result = made.run("nightly")
        yield made, result


LEDGERS_READ: list[str] = []
"""The ledgers that the night read, each as often as it did."""


def materializations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetMaterialization]:
    events = result.get_asset_materialization_events()
    return {str(event.asset_key.to_user_string()): event.materialization for event in events if event.asset_key}


def table(metadata: dg.MetadataValue) -> list[dict[str, object]]:
    assert isinstance(metadata, dg.TableMetadataValue)
    return [dict(record.data) for record in metadata.records]


# -- a night ------------------------------------------------------------------------------------------------------


def test_a_night_covers_every_region_in_one_run_and_publishes(
    loaded: tuple[Installation, dg.ExecuteInProcessResult],
) -> None:
    made, result = loaded
    assert result.success
    received = [e for e in result.get_asset_materialization_events() if e.asset_key == _key("received/regional_return")]
    assert {event.partition for event in received} == {"bretagne", "occitanie"}
    release = published_release(made.settings)
    assert release
    with duckdb.connect(made.settings.release_file, read_only=True) as connection:
        rows = connection.execute("SELECT region, year, households_housed, approvals FROM kpi.regional ORDER BY 1")
        assert rows.fetchall() == [("Bretagne", 2021, 8311.0, 1204.0), ("Occitanie", 2021, None, 77.0)]


def test_a_night_reads_the_ledger_once(loaded: tuple[Installation, dg.ExecuteInProcessResult]) -> None:
    made, _ = loaded
    assert [str(made.settings.ledger)] == LEDGERS_READ


def test_every_materialization_tells_its_rows_its_columns_and_shows_the_first(
    loaded: tuple[Installation, dg.ExecuteInProcessResult],
) -> None:
    made, result = loaded
    told = materializations(result)
    assert set(told) == {k.to_user_string() for k in made.definitions.resolve_asset_graph().get_all_asset_keys()}
    macros = {name.replace(".", "/") for name, r in load_relations(*made.settings.sql_folders).items() if r.is_macro}
    assert told.pop("bulletins").metadata["hindered"].value == "Nothing."  # pages and files, and no table
    assert "dagster/column_schema" not in told["release"].metadata  # what wants a look comes first there
    for key, materialization in told.items():
        assert key == "release" or "dagster/column_schema" in materialization.metadata, key
        if key not in macros:
            assert {"rows", "new", "rejected", "preview"} <= materialization.metadata.keys(), key
    regional = told["kpi/regional"].metadata
    assert (regional["rows"].value, regional["new"].value, regional["rejected"].value) == (2, 2, 0)
    assert [row["region"] for row in table(regional["preview"])] == ["Bretagne", "Occitanie"]
    assert told["stage/observation"].metadata["rejected"].value == 1
    assert told["read/regional_return"].metadata["rejected"].value == 1


def test_the_cells_of_a_broken_workbook_stand_in_the_check(
    loaded: tuple[Installation, dg.ExecuteInProcessResult],
) -> None:
    _, result = loaded
    check = evaluations(result)["read/regional_return:no_refusals"]
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.WARN
    (cell,) = table(check.metadata["cells"])
    assert cell["file"] == "regional_return/occitanie/bilan.xlsx"
    assert (cell["sheet"], cell["cell"], cell["raw_text"]) == ("Activité", "C7", "12 34")
    assert cell["reason"] == "NOMBRE_ILLISIBLE"
    assert "12 34" in str(cell["message_fr"])
    shown = {str(row["cell"]) for row in table(evaluations(result)["fact/rejection:rejections"].metadata["cells"])}
    assert "C7" in shown
    assert evaluations(result)["read/population:no_refusals"].passed


def test_a_file_in_a_folder_that_is_no_source_is_received_and_refused(
    loaded: tuple[Installation, dg.ExecuteInProcessResult],
) -> None:
    made, result = loaded
    assert "misc/bilan.xlsx" in {submission.file for submission in read_ledger(made.settings.ledger)}
    (row,) = table(evaluations(result)["read/no_source:no_refusals"].metadata["cells"])
    assert (row["file"], row["reason"]) == ("misc/bilan.xlsx", "SOURCE_INCONNUE")


def test_what_did_not_change_is_not_published_again_unless_all_is_rebuilt(
    loaded: tuple[Installation, dg.ExecuteInProcessResult],
) -> None:
    made, first = loaded
    before = published_release(made.settings)
    again = made.run("nightly")
    assert again.success
    assert published_release(made.settings) == before
    told = materializations(again)
    assert "bulletins" in told
    assert told["release"].metadata["new"].value == 0
    assert told["release"].metadata["failed_checks"] == materializations(first)["release"].metadata["failed_checks"]
    # it ends where it knows that nothing is new: what stands is neither read nor made, and its audit is told again
    assert set(told) - {"release", "bulletins"} == {key for key in told if key.startswith("received/")}
    found, audited = evaluations(again), evaluations(first)
    assert {name: each.passed for name, each in found.items()}.items() <= {
        name: each.passed for name, each in audited.items()
    }.items()
    assert (
        found["fact/rejection:rejections"].metadata["cells"] == audited["fact/rejection:rejections"].metadata["cells"]
    )
    tags = made.instance.get_runs(limit=1)[0].tags
    assert before
    assert tags["housing/unchanged"] == before.release_id
    (run_before,) = made.instance.get_runs(dg.RunsFilter(run_ids=[first.run_id]))
    assert tags["housing/refused"] == run_before.tags["housing/refused"]
    rebuilt = made.run("rebuild_all", keys=["stage/check", "audit/check", "audit/release_note", "release"])
    assert rebuilt.success
    after = published_release(made.settings)
    assert before
    assert after
    assert after.release_id > before.release_id


def test_a_night_after_a_load_without_dagster_shows_what_that_has_published(installation: Installation) -> None:
    path = installation.settings.raw / "regional_return" / "bretagne" / "bilan.xlsx"
    regional_return(path, ROWS)
    assert installation.run("nightly").success
    regional_return(path, [("Ménages logés", 2021, "8 411", "ménages"), ROWS[1]])
    load(installation.settings)
    told = materializations(installation.run("nightly"))
    assert told["fact/observation_history"].metadata["rows"].value == 4
    assert "fact/observation_history" not in materializations(installation.run("nightly"))


def test_a_file_that_is_pending_is_tried_again_in_a_night_without_news(installation: Installation) -> None:
    regional_return(installation.settings.raw / "regional_return" / "bretagne" / "bilan.xlsx", ROWS)
    assert installation.run("nightly").success
    (received,) = read_ledger(installation.settings.ledger)
    Ledger(installation.settings.ledger).append(
        pending_event(received.sha256, ("disque plein", "full disk"), "another day's code", datetime.now(UTC))
    )
    result = installation.run("nightly")
    assert "stage/submission" in materializations(result)
    (received,) = read_ledger(installation.settings.ledger)
    assert received.pending is None


# -- one region ---------------------------------------------------------------------------------------------------


def test_one_region_receives_that_folder_only_and_publishes(installation: Installation) -> None:
    raw = installation.settings.raw / "regional_return"
    regional_return(raw / "bretagne" / "bilan.xlsx", ROWS)
    regional_return(raw / "corse" / "bilan.xlsx", ROWS, region="Corse")
    result = installation.run("load_regions", partition="bretagne")
    assert result.success
    submissions = read_ledger(installation.settings.ledger)
    assert [submission.file for submission in submissions] == ["regional_return/bretagne/bilan.xlsx"]
    assert published_release(installation.settings)


def test_the_nightly_job_started_for_one_region_still_takes_the_other_sources_whole(
    installation: Installation,
) -> None:
    raw = installation.settings.raw
    for place in ("regional_return/bretagne", "regional_return/corse", "population"):
        regional_return(raw / place / "bilan.xlsx", ROWS, region=place)
    keys = ["received/regional_return", "received/population"]
    assert installation.run("nightly", keys=keys, partition="bretagne").success
    received = {submission.file for submission in read_ledger(installation.settings.ledger)}
    assert received == {"regional_return/bretagne/bilan.xlsx", "population/bilan.xlsx"}


def test_all_regions_at_once_receive_misnamed_folders_too(installation: Installation) -> None:
    regional_return(installation.settings.raw / "regional_return" / "bretange" / "bilan.xlsx", ROWS)
    assert installation.run("nightly", keys=["received/regional_return", "read/regional_return"]).success
    (submission,) = read_ledger(installation.settings.ledger)
    assert submission.file == "regional_return/bretange/bilan.xlsx"


# -- what holds a release back ------------------------------------------------------------------------------------

STRICTER = """/*
relation = "fact.observation"
blocking = true
en = "Nobody is housed."
fr = "Personne n'est logé."
*/
SELECT sheet, cell, raw_text FROM fact.observation WHERE indicator = 'households_housed'
"""


def test_a_failed_blocking_check_leaves_the_published_release_whichever_way_it_is_run(
    installation: Installation, loaded: tuple[Installation, dg.ExecuteInProcessResult], tmp_path: Path
) -> None:
    for made, own in zip(_folders(loaded[0]), _folders(installation), strict=True):
        shutil.copytree(made, own, ignore=shutil.ignore_patterns(".lock*"), dirs_exist_ok=True)
    before = published_release(installation.settings)
    assert before

    sql = tmp_path / "sql"
    shutil.copytree(installation.settings.sql, sql)
    (sql / "checks" / "nobody_is_housed.sql").write_text(
        STRICTER,
        encoding="utf-8",
    )
    stricter = installation.with_settings(sql=sql)
    result = stricter.run("nightly")
    assert not result.success
    check = evaluations(result)["fact/observation:nobody_is_housed"]
    assert check.blocking
    assert table(check.metadata["cells"]) == [{"sheet": "Activité", "cell": "C7", "raw_text": "8 311"}]
    assert "release" not in materializations(result)
    assert published_release(installation.settings) == before

    # the release asked for by itself audits for itself
    alone = stricter.run("nightly", keys=["stage/check", "audit/check", "release"])
    assert not alone.success
    assert "nobody_is_housed: 1 wrong row. It asks: Nobody is housed." in failure_of(alone)
    assert "sheet: Activité, cell: C7, raw_text: 8 311" in failure_of(alone)
    assert "release" not in materializations(alone)
    judged = materializations(alone)["audit/check"].metadata["rows"].value
    assert isinstance(judged, int)
    assert judged > 1
    assert published_release(installation.settings) == before


# -- one at a time ------------------------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
with hold_warehouse(Settings(warehouse=Path(sys.argv[1])), "housing load"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def command_line(installation: Installation) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the warehouse until its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(installation.settings.warehouse)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=PRODUCT) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_run_says_who_holds_the_warehouse(installation: Installation, command_line: subprocess.Popen[str]) -> None:
    result = installation.run("nightly", keys=["received/agreements"])
    assert not result.success
    assert f"the warehouse is held by “housing load” (process {command_line.pid})" in failure_of(result)


def test_a_run_waits_for_the_warehouse(installation: Installation, command_line: subprocess.Popen[str]) -> None:
    patient = installation.with_settings(lock_wait_seconds=60)
    assert command_line.stdin
    command_line.stdin.write("\n")
    command_line.stdin.flush()
    assert patient.run("nightly", keys=["received/agreements"]).success


def test_a_run_lets_go_of_the_warehouse_when_it_ends(installation: Installation) -> None:
    assert installation.run("nightly", keys=["received/agreements"]).success
    with hold_warehouse(installation.settings, "the next one"):
        pass


# -- the schedule -------------------------------------------------------------------------------------------------


def test_the_schedule_asks_for_every_region_at_two_in_the_night(installation: Installation) -> None:
    schedule = installation.definitions.resolve_schedule_def("nightly")
    night = datetime(2026, 7, 1, 2, tzinfo=ZoneInfo("Europe/Paris"))
    with dg.build_schedule_context(instance=installation.instance, scheduled_execution_time=night) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or ()
    assert request.tags.items() >= EVERY_REGION.items()
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Europe/Paris")


# -- the instance -------------------------------------------------------------------------------------------------


def test_dagster_yaml_runs_one_at_a_time_and_keeps_its_state_in_an_ignored_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(PRODUCT / "dagster.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        queue = instance.get_concurrency_config().run_queue_config
        assert queue
        assert queue.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
        instance.get_runs_count()
    assert list((tmp_path / ".dagster").rglob("runs.db"))
    assert ".dagster/" in (PRODUCT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_definitions_are_valid_with_no_environment_variable_set(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [str(Path(sys.executable).with_name("dagster")), "definitions", "validate"]
    done = subprocess.run(command, cwd=PRODUCT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _folders(installation: Installation) -> tuple[Path, Path]:
    return installation.settings.raw, installation.settings.warehouse


def _key(text: str) -> dg.AssetKey:
    return dg.AssetKey(text.split("/"))
