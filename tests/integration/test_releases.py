"""Releases on made-up returns: readers, rolling back, keeping, one writer, and what survives the plug pulled."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from pipeline.load import load
from pipeline.settings import Settings
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse
from pipeline.warehouse.releases import UnknownReleaseError, list_releases, published_release, roll_back
from tests.support.installations import begin_with
from tests.support.loading import CORSE, ROWS, one_return, query, tables
from tests.support.workbooks import regional_return


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return begin_with(one_return, settings, tmp_path_factory)


# -- releases ------------------------------------------------------------------------------------------------------


def test_a_reader_keeps_its_release_while_another_is_published(loaded: Settings) -> None:
    script = (
        "import duckdb, sys\n"
        "c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(c.execute('SELECT release_id FROM audit.release').fetchone()[0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(c.execute('SELECT release_id FROM audit.release').fetchone()[0], flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(loaded.release_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        first = reader.stdout.readline()
        report = load(loaded, force=True)
        second, _ = reader.communicate("\n")
    assert first == second
    assert report.release is not None
    assert published_release(loaded) == replace(report.release, path=loaded.release_file)
    assert report.release.release_id != first.strip()


def test_rolling_back_publishes_the_release_before_and_an_unchanged_load_leaves_it(loaded: Settings) -> None:
    first = published_release(loaded)
    load(loaded, force=True)
    assert roll_back(loaded).release_id == first.release_id  # type: ignore[union-attr]
    assert published_release(loaded) == first
    assert load(loaded).is_new_release is False
    assert published_release(loaded) == first


def test_rolling_back_to_what_is_not_kept_lists_what_is(loaded: Settings) -> None:
    with pytest.raises(UnknownReleaseError, match=published_release(loaded).release_id):  # type: ignore[union-attr]
        roll_back(loaded, "nowhere")
    with pytest.raises(UnknownReleaseError, match="no release before"):
        roll_back(loaded)


def test_only_the_last_releases_are_kept(loaded: Settings) -> None:
    keeping_two = loaded.changed(keep_releases=2)
    for _ in range(3):
        newest = load(keeping_two, force=True).release
    assert newest is not None
    assert len(list_releases(keeping_two)) == 2
    assert list_releases(keeping_two)[0].release_id == newest.release_id


# -- one writer, and the plug pulled ---------------------------------------------------------------------------------


def _hold(settings: Settings, held: Any, done: Any) -> None:
    with hold_warehouse(settings, "a made-up run"):
        held.set()
        done.wait(30)


def test_a_second_run_is_told_who_holds_the_warehouse(settings: Settings) -> None:
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(settings, held, done))
    holder.start()
    try:
        assert held.wait(30)
        with pytest.raises(WarehouseBusyError, match=f"a made-up run.*{holder.pid}"):
            load(settings)
    finally:
        done.set()
        holder.join(30)
    load(settings)


def _load(settings: Settings) -> None:
    load(settings, force=True)


@pytest.mark.parametrize("after", [0.05, 0.3, 0.8, 1.5])
def test_a_load_that_is_killed_leaves_a_release_that_opens_and_the_next_load_repairs_all(
    loaded: Settings, after: float
) -> None:
    before = tables(loaded)
    regional_return(loaded.raw / CORSE, ROWS, region="Corse")
    victim = multiprocessing.get_context("spawn").Process(target=_load, args=(loaded,))
    victim.start()
    assert victim.pid
    time.sleep(after + 1)  # starting Python takes about a second; the exact moment does not matter
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(30)
    survivor = tables(loaded)
    assert survivor["kpi.regional"].height in {before["kpi.regional"].height, before["kpi.regional"].height + 1}
    load(loaded)
    assert query(loaded, "SELECT count(*) FROM kpi.regional") == [(2,)]
    assert not list(loaded.warehouse.rglob("*.tmp"))
