"""Files that workers read in batches: the release is that of one host alone, whatever happens to a worker."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.intake import Ledger, receive
from pipeline.load import Report, Run, load, run_steps
from pipeline.reading.batches import Batch, UnreadFile, as_json, from_json, split
from pipeline.reading.pending import HeldError
from pipeline.reading.spread import read_batch
from pipeline.settings import Settings
from pipeline.stores.hosts import database_of
from pipeline.warehouse.lock import hold_warehouse
from tests.support.hosts import alone, differing, store_of
from tests.support.killed_worker import MOMENTS
from tests.support.loading import BRETAGNE, CORSE, ROWS
from tests.support.workbooks import correction_file, regional_return

FILES = [BRETAGNE, CORSE, "regional_return/mayotte/bilan.xlsx", "population/autre.xlsx"]
UNREADABLE = [["Ménages logés", 2021, "12 34", None]]


def fill(settings: Settings) -> None:
    """Put four files into ``raw/``: two good ones, one that is refused, and one whose cell is corrected."""
    regional_return(settings.raw / FILES[0], ROWS)
    regional_return(settings.raw / FILES[1], UNREADABLE, region="Corse")
    regional_return(settings.raw / FILES[2], ROWS, region="Mayotte")
    regional_return(settings.raw / FILES[3], ROWS[:1])
    receive(settings)
    corrected = next(each for each in Ledger.of(settings).submissions if each.file == FILES[1])
    line = (corrected.submission_id, "Activité", "C7", "12 34", "1 234")
    correction_file(settings.raw / "corrections/corrections.xlsx", line)


def load_spread(settings: Settings, spread: Callable[[Sequence[UnreadFile]], None]) -> Report:
    with hold_warehouse(settings, "test"):
        run = Run(settings.changed(spread_files=1), spread=spread)
        run_steps(run)
    return run.report


def through_json(batch: Batch) -> Batch:
    return from_json(json.loads(json.dumps(as_json(batch))))


def equal_to_one_host(settings: Settings, home: Path) -> None:
    single = alone(settings, home)
    shutil.copytree(settings.raw, single.raw)
    load(single)
    assert differing(settings, single) == []


def assert_nothing_is_doubled(settings: Settings) -> None:
    """Each file has one reading, and the store has no object that nobody knows of."""
    database = database_of(settings)
    assert database is not None
    readings = database.all_readings()
    assert len(readings) == len(FILES) + 1
    assert {path.stem for path in (store_of(settings) / "readings").iterdir()} == set(readings.values())


@pytest.fixture
def loader(hosts: tuple[Settings, Settings]) -> Settings:
    """The host that loads, with four files and a correction received."""
    fill(hosts[0])
    return hosts[0]


@pytest.fixture
def worker(hosts: tuple[Settings, Settings]) -> Settings:
    return hosts[1]


def test_what_workers_read_makes_the_release_that_one_host_makes(
    loader: Settings, worker: Settings, tmp_path: Path
) -> None:
    asked: list[Batch] = []

    def spread(files: Sequence[UnreadFile]) -> None:
        for batch in split(files, 2):
            asked.append(through_json(batch))
            assert read_batch(worker, asked[-1]).left == []

    report = load_spread(loader, spread)
    # what was read for this run counts as read in it: its refusals are told
    assert sorted(report.read) == sorted([*FILES, "corrections/corrections.xlsx"])
    assert len(asked) >= 2
    assert [each.corrections for batch in asked for each in batch if each.corrections] != []
    assert not list(worker.batches.iterdir())
    assert not worker.archive.exists()
    equal_to_one_host(loader, tmp_path / "single")


def test_what_is_read_is_not_asked_for_again_and_few_files_are_read_here(loader: Settings, worker: Settings) -> None:
    asked: list[int] = []
    many = loader.changed(spread_files=5)
    with hold_warehouse(many, "test"):
        run_steps(Run(many, spread=lambda files: asked.append(len(files))))
    assert asked == []
    load_spread(worker, lambda files: asked.append(len(files)))
    assert asked == []


def test_what_workers_leave_is_read_by_the_run_that_loads(loader: Settings, tmp_path: Path) -> None:
    report = load_spread(loader, lambda _: None)
    assert sorted(report.read) == sorted([*FILES, "corrections/corrections.xlsx"])
    equal_to_one_host(loader, tmp_path / "single")


def test_a_batch_that_is_read_twice_changes_nothing(loader: Settings, worker: Settings, tmp_path: Path) -> None:
    def spread(files: Sequence[UnreadFile]) -> None:
        (batch,) = split(files, 1)
        for _ in range(2):
            assert len(read_batch(worker, batch).read) == len(files)

    load_spread(loader, spread)
    assert_nothing_is_doubled(loader)
    equal_to_one_host(loader, tmp_path / "single")


def test_a_content_that_the_store_has_damaged_is_left_to_the_run_that_loads(
    loader: Settings, worker: Settings, tmp_path: Path
) -> None:
    (sha256,) = (each.sha256 for each in Ledger.of(loader).submissions if each.file == BRETAGNE)
    (content,) = (store_of(loader) / "archive").rglob(sha256)
    whole = content.read_bytes()
    content.write_bytes(whole[:-1] + b"x")

    def spread(files: Sequence[UnreadFile]) -> None:
        (batch,) = split(files, 1)
        assert read_batch(worker, batch).left == ["bilan.xlsx"]

    assert sorted(load_spread(loader, spread).read) == sorted([*FILES, "corrections/corrections.xlsx"])
    equal_to_one_host(loader, tmp_path / "single")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_is_killed_and_its_batch_is_taken_again(
    loader: Settings, worker: Settings, tmp_path: Path, moment: str
) -> None:
    def spread(files: Sequence[UnreadFile]) -> None:
        (batch,) = split(files, 1)
        assert killed(worker, batch, moment) == -9
        assert len(list(worker.batches.iterdir())) == 1
        assert read_batch(worker, batch).left == []
        assert not list(worker.batches.iterdir())  # what the killed one left is gone too

    load_spread(loader, spread)
    assert_nothing_is_doubled(loader)
    equal_to_one_host(loader, tmp_path / "single")


def killed(settings: Settings, batch: Batch, moment: str) -> int:
    """Read a batch in a process that kills itself at some moment; return its exit code."""
    told = settings.model_dump(mode="json", exclude={"limits", "sending"})
    command = [
        sys.executable,
        "-m",
        "tests.support.killed_worker",
        moment,
        json.dumps(told),
        json.dumps(as_json(batch)),
    ]
    return subprocess.run(command, check=False).returncode


def test_a_correction_that_cannot_be_read_stops_the_load_before_anybody_is_asked(loader: Settings) -> None:
    (loader.raw / "corrections/corrections.xlsx").write_bytes(b"no workbook")
    with pytest.raises(HeldError):
        load_spread(loader, lambda _: pytest.fail("asked"))
