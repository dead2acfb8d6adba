"""Made-up returns that are loaded whole, for tests: what they say, and what is published of them."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from pipeline.load import load
from pipeline.proof.verify import OF_PUBLISHING
from pipeline.settings import Settings
from pipeline.warehouse.kept_stage import Kept
from pipeline.warehouse.publish import STAMPED
from tests.support.workbooks import regional_return

ROWS = [["Ménages logés", 2021, "1 234", "ménages"], ["Montant des aides", 2021, "2,5 M€", None]]


BRETAGNE = "regional_return/bretagne/bilan.xlsx"


CORSE = "regional_return/corse/bilan.xlsx"


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def deltas(settings: Settings) -> int:
    """Return how many loads have gone on with what is kept since all was made anew; -1 where nothing is kept."""
    kept = Kept.read(settings)
    return kept.deltas if kept else -1


def tables(settings: Settings) -> dict[str, pl.DataFrame]:
    """Return every table of the release, rows in a fixed order, but for what names the release itself."""
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        frames = {name: connection.execute(f"FROM {name} ORDER BY ALL").pl() for (name,) in names}
    frames["audit.release"] = frames["audit.release"].drop(*STAMPED.split(", "))
    for name in OF_PUBLISHING:  # what a release changes depends on the one before
        del frames[name]
    return frames


def one_return(settings: Settings) -> None:
    regional_return(settings.raw / BRETAGNE, ROWS)
    load(settings)
