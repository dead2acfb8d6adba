"""A load in which nothing came: it reads and imports next to nothing, and says what it always said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from pipeline.load import Run, load
from pipeline.reading import submissions
from pipeline.reading.pending import HeldError
from pipeline.settings import Settings
from tests.integration.conftest import Housing
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

BRETAGNE = "regional_return/bretagne/bilan.xlsx"
CORSE = "regional_return/corse/bilan.xlsx"
ROWS = [["Livraisons", 2021, "12", None], ["Agréments", 2021, "12 34", None]]
READS_OR_BUILDS = {"polars", "pandera", "openpyxl", "xlsxwriter", "dagster", "altair"}
_IMPORTED = """
import sys
from pipeline.cli import main
try:
    main()
except SystemExit as end:
    print("ended:", end.code, *{name.partition(".")[0] for name in sys.modules})
"""


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the relations that a load prints."""
    return settings.changed(sql=part_of_sql(tmp_path_factory, "kpi.regional_latest"))


def with_two_returns(settings: Settings) -> None:
    regional_return(settings.raw / BRETAGNE, ROWS)
    regional_return(settings.raw / CORSE, ROWS[:1], region="Corse")
    load(settings)


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two returns; something of one is refused."""
    return begin_with(with_two_returns, settings, tmp_path_factory)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the name of every step that reads or builds is added."""
    names: list[str] = []

    def telling(step: str) -> None:
        before = getattr(Run, step)

        def run(run: Run, *arguments: object) -> object:
            names.append(step)
            return before(run, *arguments)

        monkeypatch.setattr(Run, step, run)

    for step in ("correct", "read", "stage", "build", "audit", "tidy"):
        telling(step)
    # the list of steps has the functions themselves
    from pipeline.load import steps

    listed = [step._replace(run=getattr(Run, step.run.__name__)) for step in steps.STEPS]
    monkeypatch.setattr(steps, "STEPS", tuple(listed))
    return names


def test_the_release_is_not_opened_again_to_give_workbooks_back(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_again(_settings: Settings) -> None:
        pytest.fail("a night without news takes a tenth longer")

    monkeypatch.setattr("pipeline.feedback.folders.published_release", open_again)
    assert load(loaded).release is not None


def test_nothing_is_read_where_nothing_came_and_the_report_says_what_it_said(
    loaded: Settings, asked: list[str]
) -> None:
    release = load(loaded, force=True).release
    asked.clear()
    report = load(loaded)
    assert asked == []
    assert (report.cached, report.read, report.pending, report.refused) == (2, [], {}, 0)
    assert (report.is_new_release, report.is_clean, report.said) == (False, True, [])
    assert release is not None
    assert report.release is not None
    assert report.release.release_id == release.release_id


def test_whatever_comes_is_read(loaded: Settings, asked: list[str]) -> None:
    regional_return(loaded.raw / CORSE, [["Livraisons", 2021, "13", None]], region="Corse")
    report = load(loaded)
    assert (report.read, report.cached, report.is_new_release) == ([CORSE], 2, True)
    assert "read" in asked


def test_what_is_declared_otherwise_is_read_though_nothing_came(loaded: Settings) -> None:
    sql = loaded.warehouse.parent / "sql"
    shutil.copytree(loaded.sql, sql)
    own = loaded.changed(sql=sql)
    assert not load(own).is_new_release
    check = next((sql / "checks").glob("*.sql"))
    (sql / "fact" / check.name).write_bytes(check.read_bytes() + b"\n")
    with pytest.raises(ValueError, match=check.stem):
        load(own)


def _interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever is read from now on meet a full disk."""

    def full(tasks: Sequence[object], *_: object, **__: object) -> Iterator[tuple[object, object]]:
        from pipeline.cells.worker import Interrupted
        from pipeline.rejections import Wording

        for task in tasks:
            yield task, Interrupted(Wording("disque plein", "the disk is full"))

    monkeypatch.setattr(submissions, "run_isolated", full)


def test_what_is_pending_is_tried_each_night_until_it_is_given_up(
    loaded: Settings, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    regional_return(loaded.raw / "regional_return/bretagne/autre.xlsx", ROWS[:1])
    _interrupted(monkeypatch)
    for _ in range(3):
        asked.clear()
        report = load(loaded)
        assert "read" in asked
        assert list(report.pending) == ["regional_return/bretagne/autre.xlsx"]
        assert not report.is_clean
    load(loaded)  # publishes that it is refused now
    asked.clear()
    report = load(loaded)
    assert asked == []
    assert (report.cached, report.pending, report.is_clean) == (3, {}, True)


def test_a_correction_file_that_is_refused_stops_every_load(loaded: Settings) -> None:
    path = loaded.raw / "corrections/corrections.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"no workbook")
    for _ in range(2):
        with pytest.raises(HeldError, match=path.name):
            load(loaded)


def test_what_a_scan_refuses_is_said_each_night(loaded: Settings, housing: Housing) -> None:
    (loaded.raw / "regional_return/corse/lien.xlsx").symlink_to(loaded.raw / BRETAGNE)
    first, second = housing("load"), housing("load")
    assert "lien.xlsx" in first.stdout
    assert "lien.xlsx" in second.stdout
    assert first.returncode == second.returncode == 0


def test_a_release_that_is_gone_is_built_again(loaded: Settings) -> None:
    for path in (loaded.release_file, *loaded.releases.glob("*.duckdb")):
        path.unlink()
    assert load(loaded).is_new_release


def test_it_imports_nothing_that_reads_or_builds(loaded: Settings) -> None:
    environment = {
        **os.environ,
        "HOUSING_RAW": str(loaded.raw),
        "HOUSING_WAREHOUSE": str(loaded.warehouse),
        "HOUSING_SQL": str(loaded.sql),
        "HOUSING_SETTLE_SECONDS": "0",
    }
    ended = subprocess.run(
        [sys.executable, "-c", _IMPORTED, "load"], env=environment, capture_output=True, text=True, check=True
    )
    _, code, *imported = ended.stdout.splitlines()[-1].split()
    assert code == "0"
    assert "duckdb" in imported
    assert READS_OR_BUILDS.isdisjoint(imported)
