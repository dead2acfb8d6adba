"""Jobs that cannot do their work: what is told, what stays as it was, and how what was missed is loaded after all."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._core.events import RunFailureReason
from dagster._core.execution.retries import auto_reexecution_should_retry_run

from assets import resources, sensors
from pipeline.intake import read_ledger
from pipeline.load import Run
from pipeline.reading import submissions
from pipeline.reading.cache import ReadingTask, read_into
from pipeline.settings import PRODUCT, Limits, Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.releases import published_release
from tests.support.dagster_runs import Installation, evaluations, failure_of, make_installation
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

BRETAGNE, CORSE = "regional_return/bretagne/bilan.xlsx", "regional_return/corse/bilan.xlsx"
ONE_STEP = ["received/agreements"]


def send(settings: Settings, place: str, value: int, region: str) -> None:
    regional_return(settings.raw / place, [("Livraisons", 2021, value, "logements")], region=region)


def figures(settings: Settings) -> list[float]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM fact.observation ORDER BY 1").fetchall()]


@pytest.fixture
def installation(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation without the relations that nothing here asks for."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield make_installation(tmp_path, instance, part_of_sql(tmp_path_factory))


# -- one sentence --------------------------------------------------------------------------------------------------


def test_a_damaged_ledger_is_told_in_one_sentence(installation: Installation) -> None:
    assert installation.run("nightly", keys=ONE_STEP).success
    installation.settings.ledger.write_text("no event\n", encoding="utf-8")
    told = failure_of(installation.run("nightly", keys=ONE_STEP))
    assert told.startswith(f"{installation.settings.ledger}, line 1")
    assert "Traceback" not in told


def test_a_full_disk_is_told_in_one_sentence(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_: object) -> None:
        raise OSError(28, "No space left on device", "warehouse/ledger.jsonl")

    monkeypatch.setattr(Run, "receive_from", is_full)
    told = failure_of(installation.run("nightly", keys=ONE_STEP))
    assert told == "warehouse/ledger.jsonl: No space left on device; free some space, and run it again."


def test_a_run_that_found_the_warehouse_held_waits_for_it_once(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []

    def counted(settings: Settings, who: str) -> AbstractContextManager[None]:
        waits.append(who)
        return hold_warehouse(settings, who)

    monkeypatch.setattr(resources, "hold_warehouse", counted)
    held = "import sys; from pathlib import Path; from filelock import FileLock\n"
    held += "with FileLock(Path(sys.argv[1]) / '.lock'): print('held', flush=True); sys.stdin.readline()"
    installation.settings.warehouse.mkdir(parents=True)
    command = [sys.executable, "-c", held, str(installation.settings.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        result = installation.run("nightly", keys=["received/agreements", "received/commitments"])
        other.kill()
    failures = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    assert len(failures) == 2
    assert all("the warehouse is held by" in str(failure and failure.description) for failure in failures)
    assert len(waits) == 1


# -- pending -------------------------------------------------------------------------------------------------------


def _meets_a_full_disk(cache: Path, readings: list[ReadingTask], limits: Limits, is_alone: bool = False) -> list[str]:
    """Stand in for a reader whose disk is full when it comes to the returns of Corse. A worker imports it by name."""
    if any(item.file.region_slugs == ("corse",) for item in readings):
        raise OSError(28, "No space left on device", "cache")
    return read_into(cache, readings, limits, is_alone)


def test_a_night_that_could_not_read_a_file_fails_a_check_that_names_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(installation.settings, BRETAGNE, 10, "Bretagne")
    send(installation.settings, CORSE, 20, "Corse")
    with monkeypatch.context() as patch:
        patch.setattr(submissions, "read_into", _meets_a_full_disk)
        night = installation.run("nightly")
    assert night.success
    assert figures(installation.settings) == [10]
    check = evaluations(night)["release:nothing_is_pending"]
    assert (check.passed, check.severity, check.blocking) == (False, dg.AssetCheckSeverity.WARN, False)
    assert f"{CORSE}: " in str(check.description)
    assert "No space left on device" in str(check.description)
    files = check.metadata["files"]
    assert isinstance(files, dg.TableMetadataValue)
    assert [record.data["file"] for record in files.records] == [CORSE]

    again = installation.run("nightly")
    assert evaluations(again)["release:nothing_is_pending"].passed
    assert figures(installation.settings) == [10, 20]


# -- a run that died -----------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
import dagster as dg
from pathlib import Path
from pipeline.load import Run
from tests.support.dagster_runs import Installation
from pipeline.settings import Settings
Run.read = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
folder = Path(sys.argv[1])
settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse", workers=1, settle_seconds=0)
with dg.DagsterInstance.ephemeral() as instance:
    Installation(settings, instance).run("nightly", keys=["received/regional_return", "read/regional_return"])
"""


def _look(installation: Installation, cursor: str | None) -> dg.SensorResult:
    with dg.build_sensor_context(instance=installation.instance, cursor=cursor) as context:
        answer = installation.definitions.resolve_sensor_def("new_files")(context)
    assert isinstance(answer, dg.SensorResult), answer
    return answer


def test_what_a_killed_run_was_asked_to_load_is_asked_for_again_and_published(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(installation.settings, BRETAGNE, 10, "Bretagne")
    first = _look(installation, None)
    (request,) = first.run_requests or ()
    started = dg.DagsterRun(job_name="nightly", status=dg.DagsterRunStatus.STARTED, tags=dict(request.tags))
    run = installation.instance.add_run(started)
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    killed = subprocess.run(command, cwd=PRODUCT, check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [submission.file for submission in read_ledger(installation.settings.ledger)] == [BRETAGNE]
    assert published_release(installation.settings) is None

    installation.instance.report_run_failed(run)  # as Dagster does when it sees that the process is gone
    monkeypatch.setattr(sensors, "PAUSES", (timedelta(0),))
    second = _look(installation, first.cursor)
    (again,) = second.run_requests or ()
    assert again.run_key != request.run_key
    assert installation.run("nightly", tags=dict(again.tags)).success
    assert figures(installation.settings) == [10]

    loaded = _look(installation, first.cursor)
    assert not loaded.run_requests
    assert again.tags[sensors.STATE] in str(loaded.cursor)


@pytest.fixture
def as_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster as dagster.yaml sets it up, in a temporary folder."""
    (tmp_path / "dagster.yaml").write_bytes((PRODUCT / "dagster.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


def test_dagster_starts_once_more_what_died_and_nothing_that_said_why_it_failed_or_that_the_sensor_asks_for(
    as_configured: dg.DagsterInstance,
) -> None:
    def is_started_again(reason: RunFailureReason, **tags: str) -> bool:
        run = as_configured.add_run(dg.DagsterRun(job_name="nightly", status=dg.DagsterRunStatus.FAILURE, tags=tags))
        return bool(auto_reexecution_should_retry_run(as_configured, run, reason))

    died, said_why = RunFailureReason.UNKNOWN, RunFailureReason.STEP_FAILURE
    assert as_configured.run_retries_enabled
    assert is_started_again(died)
    assert not is_started_again(said_why)
    assert not is_started_again(died, **{"dagster/max_retries": "0"})


def test_a_run_of_which_nothing_is_left_does_not_stop_all_others_for_ever(as_configured: dg.DagsterInstance) -> None:
    assert as_configured.run_monitoring_enabled
    assert as_configured.run_monitoring_max_runtime_seconds > 0
