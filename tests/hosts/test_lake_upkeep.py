"""What is done to a lake besides: small files become one, old snapshots go, and what was erased is in no file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.intake.withdraw import erase
from pipeline.load import load
from pipeline.publishing.lake.connect import LAKE, open_lake
from pipeline.publishing.lake.publish import publish_to_lake
from pipeline.settings import Settings
from tests.support.lakes import deliver, differing_in, with_lake
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

pytest.importorskip("duckdb_extension_ducklake", reason="the extension of DuckDB for a lake is not installed")

SECRET = "Zoé Tartempion-Quelconque"
PLACE = "regional_return/corse/c.xlsx"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_lake(settings.changed(sql=part_of_sql(tmp_path_factory)), tmp_path)


def test_small_files_become_one_and_each_release_is_one_snapshot_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.publishing.lake.upkeep._MANY_FILES", 2)
    deliver(settings, 10, 12, 14, 16)
    with open_lake(settings) as connection:
        files = f"SELECT max(file_count) FROM ducklake_table_info('{LAKE}')"
        (most,) = connection.execute(files).fetchone() or (99,)
        assert most <= 3
        snapshots = connection.execute(f"SELECT snapshot_id, commit_message FROM {LAKE}.snapshots()").fetchall()
        assert len({release for _, release in snapshots}) == len(snapshots) == 4
        ask = "SELECT value FROM fact.observation AT (VERSION => {})"
        then = [connection.execute(ask.format(number)).fetchall() for number, _ in sorted(snapshots)]
    assert then == [[(10,)], [(12,)], [(14,)], [(16,)]]
    assert differing_in(settings) == {}


def test_what_was_erased_is_in_no_file_of_the_lake(settings: Settings) -> None:
    rows = [("Livraisons", 2021, 20, "logements"), ("Agréments", 2021, SECRET, None)]
    regional_return(settings.raw / PLACE, rows, region="Corse")
    deliver(settings, 10, 12)
    assert SECRET in everything_in(settings)
    erase(settings, PLACE, "noms de locataires", "A. Analyste")
    load(settings)
    publish_to_lake(settings)
    assert SECRET not in everything_in(settings)
    assert differing_in(settings) == {}


def everything_in(settings: Settings) -> str:
    """All rows that the Parquet files of the lake hold, deleted ones too, and what its catalogue holds itself."""
    files = sorted(Path(settings.lake_data).rglob("*.parquet"))
    found = [str(duckdb.sql(f"FROM read_parquet('{file}')").fetchall()) for file in files]
    with duckdb.connect(settings.lake, read_only=True) as catalogue:
        for (name,) in catalogue.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            found.append(str(catalogue.execute(f'FROM "{name}"').fetchall()))
    return "\n".join(found)
