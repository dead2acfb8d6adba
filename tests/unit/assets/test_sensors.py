"""The sensor ``new_files`` beside runs of every status: what is loaded is not asked for; what is not, is, thrice."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from assets import sensors
from assets.glance import HELD
from assets.partitions import EVERY_REGION
from assets.sensors import PAUSES, raw_sensor
from pipeline.settings import Settings

SUCCESS, FAILURE, CANCELED = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED
ENDED = {SUCCESS: "PIPELINE_SUCCESS", FAILURE: "PIPELINE_FAILURE", CANCELED: "PIPELINE_CANCELED"}
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("housing"), "housing"), "nightly")
A, B = 1_000, 2_000
"""Two dates of the one file: two states of ``raw/``."""


class Clock:
    """Stands in for ``time``."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def time(self) -> float:
        return 4_000_000_000 + self.passed.total_seconds()  # no run ends later, but for those that the tests date


class Days:
    """A sensor, its cursor, the files that it sees and Dagster's records of the runs that it asked for."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, clock: Clock) -> None:
        self.settings, self.instance, self.clock = settings, instance, clock
        self.cursor: str | None = None
        self.keys: list[str | None] = []

    def state(self, date: int) -> None:
        file = self.settings.raw / "population" / "bilan.xlsx"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (date, date))

    def look(self) -> dg.SensorResult | str:
        """Return what the sensor answers: its requests, or why there are none."""
        with dg.build_sensor_context(instance=self.instance, cursor=self.cursor) as context:
            answer = raw_sensor(self.settings)(context)
        if isinstance(answer, dg.SensorResult):
            self.cursor = answer.cursor or self.cursor
            return answer if answer.run_requests else str(answer.skip_reason)
        assert isinstance(answer, dg.SkipReason)
        return str(answer.skip_message)

    def asked(self, status: dg.DagsterRunStatus = dg.DagsterRunStatus.QUEUED) -> dg.DagsterRun:
        """Let the sensor look, which must ask for a run, and record that run as Dagster does."""
        answer = self.look()
        assert isinstance(answer, dg.SensorResult), answer
        (request,) = answer.run_requests or ()
        assert request.run_key not in self.keys
        self.keys.append(request.run_key)
        run = dg.DagsterRun(job_name="nightly", status=status, tags=dict(request.tags), remote_job_origin=ORIGIN)
        return self.instance.add_run(run)

    def end(self, run: dg.DagsterRun, status: dg.DagsterRunStatus) -> None:
        event = dg.DagsterEvent(event_type_value=ENDED[status], job_name=run.job_name)
        self.instance.report_dagster_event(event, run.run_id, timestamp=self.clock.time())

    def load(self, status: dg.DagsterRunStatus) -> None:
        """Let the sensor ask for a run that ends at once."""
        self.end(self.asked(), status)

    def waits(self, pause: timedelta) -> None:
        """Let the time pass after which the sensor asks again, and see that it did not before."""
        self.clock.passed += pause - timedelta(seconds=1)
        assert "failed; another is asked for" in str(self.look())
        self.clock.passed += timedelta(seconds=2)


@pytest.fixture
def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    clock = Clock()
    monkeypatch.setattr(sensors, "time", clock)
    with dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", settle_seconds=3600)
        made = Days(settings, instance, clock)
        made.state(A)
        yield made


def test_nothing_is_asked_for_where_there_is_no_file(days: Days) -> None:
    (days.settings.raw / "population" / "bilan.xlsx").unlink()
    assert "There is no file" in str(days.look())


def test_a_file_that_is_still_written_is_taken_at_a_later_look(days: Days) -> None:
    days.load(SUCCESS)
    days.look()
    late = days.settings.raw / "population" / "late.xlsx"
    late.touch()
    assert "Nothing changed: the 1 files" in str(days.look())
    os.utime(late, (B, B))
    days.load(SUCCESS)


def test_a_run_is_asked_for_every_region_and_is_left_to_the_sensor_to_try_again(days: Days) -> None:
    tags = days.asked().tags
    assert tags.items() >= EVERY_REGION.items()
    assert tags["dagster/max_retries"] == "0"


@pytest.mark.parametrize("status", [s for s in dg.DagsterRunStatus if s not in ENDED])
def test_no_second_run_is_asked_for_before_the_first_has_ended(days: Days, status: dg.DagsterRunStatus) -> None:
    days.asked(status)
    assert "waits or is loading" in str(days.look())
    days.state(B)
    assert "waits or is loading" in str(days.look())


def test_what_was_loaded_into_a_held_release_is_not_asked_for_again_though_its_run_failed(days: Days) -> None:
    run = days.asked()
    days.instance.add_run_tags(run.run_id, {HELD: "R2"})
    days.end(run, FAILURE)
    assert "its release is held, and waits to be accepted" in str(days.look())
    assert "Nothing changed" in str(days.look())
    days.state(B)
    days.load(SUCCESS)


def test_what_was_loaded_is_not_asked_for_again(days: Days) -> None:
    days.load(SUCCESS)
    assert "has loaded what is there" in str(days.look())
    assert "Nothing changed: the 1 files" in str(days.look())


def test_the_cursor_names_a_state_only_when_a_run_has_loaded_it(days: Days) -> None:
    run = days.asked()
    state = run.tags[sensors.STATE]
    assert state not in str(days.cursor)
    days.look()
    assert state not in str(days.cursor)
    days.end(run, SUCCESS)
    days.look()
    assert state in str(days.cursor)


@pytest.mark.parametrize("looks", [0, 1])
def test_a_state_that_returns_is_loaded_again(days: Days, looks: int) -> None:
    for date in (A, B, A, B):
        days.state(date)
        days.load(SUCCESS)
        for _ in range(looks):
            assert "has loaded" in str(days.look())


def test_a_state_that_returns_is_loaded_again_also_after_one_that_failed(days: Days) -> None:
    days.load(SUCCESS)
    days.look()
    days.state(B)
    days.load(FAILURE)
    days.state(A)
    days.load(SUCCESS)
    assert "has loaded what is there" in str(days.look())


def test_a_failed_run_is_asked_for_again_after_growing_pauses_and_not_for_ever(days: Days) -> None:
    assert list(PAUSES) == sorted(set(PAUSES))
    days.load(FAILURE)
    for pause in PAUSES:
        days.waits(pause)
        days.load(FAILURE)
    days.clock.passed += timedelta(days=100)
    assert "3 runs failed to load what is there" in str(days.look())


def test_a_run_that_succeeds_after_one_that_failed_has_loaded_the_state(days: Days) -> None:
    days.load(FAILURE)
    days.waits(PAUSES[0])
    days.load(SUCCESS)
    assert "has loaded what is there" in str(days.look())


@pytest.mark.parametrize("status", [FAILURE, CANCELED])
def test_what_was_given_up_is_asked_for_once_it_changes_or_the_cursor_is_emptied(
    days: Days, status: dg.DagsterRunStatus
) -> None:
    _give_up(days, status)
    days.cursor = None
    _give_up(days, status)
    days.state(B)
    _give_up(days, status)


def _give_up(days: Days, status: dg.DagsterRunStatus) -> None:
    while isinstance(days.look(), dg.SensorResult):
        days.load(status)
        days.clock.passed += PAUSES[-1] + timedelta(seconds=1)
    assert "None is asked for until a file comes" in str(days.look())


def test_whoever_cancels_a_run_means_it(days: Days) -> None:
    days.load(CANCELED)
    days.clock.passed += timedelta(days=100)
    assert "was canceled" in str(days.look())


def test_an_emptied_cursor_loads_again_what_was_loaded(days: Days) -> None:
    days.load(SUCCESS)
    days.look()
    days.cursor = None
    days.load(SUCCESS)


def test_what_was_loaded_stays_so_when_the_records_of_the_runs_are_deleted(days: Days) -> None:
    run = days.asked()
    days.end(run, SUCCESS)
    days.look()
    days.instance.delete_run(run.run_id)
    assert "Nothing changed" in str(days.look())


def test_runs_of_another_folder_and_cursors_of_before_are_no_hindrance(days: Days) -> None:
    others = Days(days.settings.changed(raw=days.settings.raw.with_name("other")), days.instance, days.clock)
    others.state(A)
    others.asked()
    days.cursor = "f" * 64
    days.load(SUCCESS)
