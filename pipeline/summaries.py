"""Summaries: what a step tells about its own work, as small tables that a person reads.

What belongs here: which rows are shown and counted. What does not: doing the work, and how a screen draws a table
(``assets`` and ``cli``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.extractions import Extracted
from pipeline.layouts.products import PRODUCTS
from pipeline.reading import known_layouts
from pipeline.rejections import REASONS, REFUSED, Level
from pipeline.submissions import Receipt

SHOWN_ROWS = 10
REFUSAL = ("file", "sheet", "cell", "raw_text", "reason", "message_fr", "message_en")


@dataclass(slots=True)
class Change:
    """How a table came out: its rows, and how many of them are not as they were before."""

    rows: int = 0
    new: int = 0


def receipt_table(receipt: Receipt) -> pl.DataFrame:
    """Return the files that were looked at, those that matter most first, each with what became of it."""
    rows = [
        *((file, "new", "") for file in receipt.new),
        *((file, "moved", "") for file in receipt.located),
        *((file, "left for later", reason) for file, reason in receipt.left.items()),
        *((file, "unchanged", "") for file in receipt.unchanged),
    ]
    return pl.DataFrame(rows, schema={"file": pl.String(), "outcome": pl.String(), "reason": pl.String()}, orient="row")


def files_table(extracted: Iterable[Extracted]) -> pl.DataFrame:
    """Return one row a submission: its layout, when it was issued, the rows that it brought and what was refused."""
    rows = []
    for item in extracted:
        layout, known_on = item.summary()
        counts = (sum(_height(item, product) for product in PRODUCTS), refusals([item]).height)
        rows.append((item.submission.file, layout, known_on, *counts, item.is_new))
    schema = {
        "file": pl.String(),
        "layout": pl.String(),
        "known_on": pl.Date(),
        "rows": pl.Int64(),
        "rejected": pl.Int64(),
        "is_new": pl.Boolean(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").sort("is_new", "rejected", descending=True)


def _height(item: Extracted, name: str) -> int:
    frame = item.frame(name)
    return 0 if frame is None else frame.height


def refusals(extracted: Iterable[Extracted]) -> pl.DataFrame:
    """Return what the reading refused, with file and cell; remarks on what was loaded are left out."""
    found = [
        frame.with_columns(file=pl.lit(item.submission.file)).select(REFUSAL)
        for item in extracted
        if not item.submission.is_answered and (frame := item.frame("rejection")) is not None
    ]
    rejections = pl.concat(found) if found else pl.DataFrame(schema=dict.fromkeys(REFUSAL, pl.String()))
    remarks = [code for code, reason in REASONS.items() if reason.level == Level.REMARK]
    return rejections.filter(~pl.col("reason").is_in(remarks))


def staged_refusals(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return every refusal of the stage, those of the reading and those of the rules.

    Remarks are left out, and so is what was refused in a file that a later one has replaced.
    """
    return frames["rejection"].filter(pl.col("row_level").is_in(REFUSED))


def refused_by_table(frames: dict[str, pl.DataFrame]) -> dict[str, int]:
    """Return, for each stage table, how much was refused in the files that bring it; none for the references."""
    of_source = frames["submission"].select("submission_id", "source")
    counts = staged_refusals(frames).join(of_source, on="submission_id")["source"].value_counts()
    refused = dict(counts.iter_rows())

    def of(table: str) -> int:
        sources = sources_of(table)
        if sources is not None:
            return sum(refused.get(source, 0) for source in sources)
        return sum(refused.values()) if "submission_id" in frames[table].columns else 0

    return {table: of(table) for table in frames}


def sources_of(table: str) -> list[str] | None:
    """Return the sources whose layouts bring the rows of a stage table; ``None`` where that is not said by layouts."""
    product = "observation" if table == "total" else table
    if product not in PRODUCTS:
        return None
    layouts = known_layouts().items()
    return [source for source, layout in layouts if product in {part.produces for part in layout.tables}]


@contextmanager
def counting(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[Change]:
    """Count the rows of a table that the block replaces: how many it has after, how many of those it had not before.

    Where the table did not exist, or had other columns, every row is new.
    """
    change = Change()
    before = f'"before {name.replace(chr(34), "")}"'
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {before} AS FROM {name}")
    except duckdb.CatalogException:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {before} (nothing INTEGER)")
    yield change
    change.rows = change.new = _count(connection, f"FROM {name}")
    if _columns(connection, name) == _columns(connection, before):
        change.new = _count(connection, f"FROM {name} EXCEPT ALL FROM {before}")
    connection.execute(f"DROP TABLE {before}")


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"DESCRIBE {name}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (rows,) = connection.execute(f"SELECT count(*) FROM ({query})").fetchone() or (0,)  # noqa: S608  # our own names
    return int(rows)


def rows_of_relations(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return how many rows each table of the working database has."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    rows = [(name, _count(connection, f"FROM {name}")) for (name,) in names]
    return pl.DataFrame(rows, schema={"relation_name": pl.String(), "rows": pl.Int64()}, orient="row")
