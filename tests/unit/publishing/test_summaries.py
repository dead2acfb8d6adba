"""What a step tells about its work: counts of new rows, what became of each file, what was refused where."""

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.intake import Receipt
from pipeline.publishing.summaries import (
    RowCounts,
    counting,
    receipt_table,
    refused_by_table,
    sources_of,
    staged_rejections,
)
from pipeline.warehouse.build import open_databases, write_stage
from tests.support.stage_tables import stage_frames


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def replaced(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    with counting(connection, "main.figures") as change:
        connection.execute(f"CREATE OR REPLACE TABLE main.figures AS {query}")
    assert isinstance(change, RowCounts)
    return change.rows, change.new


def test_every_row_of_a_first_table_is_new(connection: duckdb.DuckDBPyConnection) -> None:
    assert replaced(connection, "SELECT * FROM (VALUES (1, 'a'), (2, 'b'))") == (2, 2)


def test_rows_beyond_those_of_before_are_new(connection: duckdb.DuckDBPyConnection) -> None:
    replaced(connection, "SELECT * FROM (VALUES (1, 'a'), (2, 'b'))")
    assert replaced(connection, "SELECT * FROM (VALUES (1, 'a'), (2, 'c'), (2, 'c'))") == (3, 1)
    assert replaced(connection, "SELECT * FROM (VALUES (1, 'a'), (2, 'c'), (2, 'c'))") == (3, 0)
    assert replaced(connection, "SELECT 1 AS a, 'a' AS b") == (1, 0)


def test_counting_leaves_nothing_behind(connection: duckdb.DuckDBPyConnection) -> None:
    replaced(connection, "SELECT 1 AS a")
    assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("figures",)]


def test_a_receipt_shows_new_files_first_and_says_why_one_is_left() -> None:
    receipt = Receipt(new=["a/new.xlsx"], unchanged=["a/old.xlsx"], left={"a/open.xlsx": "it is empty"})
    assert receipt_table(receipt).rows() == [
        ("a/new.xlsx", "new", ""),
        ("a/open.xlsx", "left for later", "it is empty"),
        ("a/old.xlsx", "unchanged", ""),
    ]


@pytest.fixture
def staged() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two files with two rejections, a remark, and a rejection that a later file has answered."""
    submission = """
        file     | source
        register | agreements
        return   | regional_return
    """
    rejection = """
        file     | cell | row_level
        register | B2   | cell
        return   | ·    | table
        return   | C4   | remark
        return   | C5   | superseded
    """
    with open_databases(":memory:", ":memory:") as opened:
        write_stage(opened, stage_frames(submission=submission, rejection=rejection))
        yield opened


def test_a_refusal_counts_for_the_tables_that_its_source_brings(staged: duckdb.DuckDBPyConnection) -> None:
    tables = ("agreement", "target", "cell", "territory")
    refused = refused_by_table(staged, tables)
    assert refused == {"agreement": 1, "target": 0, "cell": 2, "territory": 0}


def test_the_rejections_of_the_stage_are_counted_and_the_first_ones_shown(staged: duckdb.DuckDBPyConnection) -> None:
    number, first = staged_rejections(staged, 1)
    assert (number, first["cell"].to_list()) == (2, ["B2"])


def test_the_layouts_say_which_sources_bring_a_table() -> None:
    assert sources_of("target") == ["commitments"]
    assert "regional_return" in (sources_of("observation") or [])
    assert sources_of("total") == sources_of("observation")
    assert sources_of("cell") is None
