"""Summaries: what a step tells about its own work, as small tables that a person reads.

What belongs here: which rows are shown and counted. What does not: doing the work, and how a screen draws a table
(``assets`` and ``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import duckdb
import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.intake import Ledger, Receipt
from pipeline.layouts.products import PRODUCTS
from pipeline.reading.files import known_layouts
from pipeline.reading.pending import given_up
from pipeline.reading.submissions import ReadSubmission
from pipeline.rejections import REFUSED, from_row
from pipeline.settings import Limits
from pipeline.vocabulary.days import paris_day, today
from pipeline.warehouse.build import quoted

SHOWN_ROWS = 10
_REFUSED = ", ".join(quoted(level) for level in sorted(REFUSED))
_LATE_COLUMNS = {
    "source": pl.String(),
    "year": pl.Int32(),
    "due_on": pl.Date(),
    "regions": pl.Int64(),
    "who": pl.String(),
}
_FIGURE_COLUMNS = {
    "file": pl.String(),
    "sheet": pl.String(),
    "cell": pl.String(),
    "indicator": pl.String(),
    "territory_code": pl.String(),
    "period_start": pl.Date(),
    "period_end": pl.Date(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "raw_text": pl.String(),
}
_REJECTION_COLUMNS = ("file", "sheet", "cell", "raw_text", "reason", "message_fr", "message_en")


@dataclass(slots=True)
class RowCounts:
    """How a table came out: its rows, and how many more they are than before."""

    rows: int = 0
    new: int = 0


def receipt_table(receipt: Receipt) -> pl.DataFrame:
    """Return the files that were looked at, those that matter most first, each with what became of it."""
    rows = [
        *((file, "new", "") for file in receipt.new),
        *((file, "moved", "") for file in receipt.located),
        *((file, "refused", reason) for file, reason in receipt.refused.items()),
        *((file, "left for later", reason) for file, reason in receipt.left.items()),
        *((file, "unchanged", "") for file in receipt.unchanged),
    ]
    return pl.DataFrame(rows, schema={"file": pl.String(), "outcome": pl.String(), "reason": pl.String()}, orient="row")


def files_table(extracted: Iterable[ReadSubmission]) -> pl.DataFrame:
    """Return one row a submission: its layout, when it was issued, the rows that it brought and what was refused."""
    rows = []
    for item in extracted:
        heights = item.reading.heights
        counts = (sum(heights.get(product, 0) for product in PRODUCTS), rejections_of([item]).height)
        rows.append((item.submission.file, item.reading.layout, item.reading.known_on, *counts, item.is_new))
    schema = {
        "file": pl.String(),
        "layout": pl.String(),
        "known_on": pl.Date(),
        "rows": pl.Int64(),
        "rejected": pl.Int64(),
        "is_new": pl.Boolean(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row").sort("is_new", "rejected", descending=True)


def pending_table(ledger: Ledger, limits: Limits) -> pl.DataFrame:
    """Return the files that could not be read yet and that the next load tries again, each with the cause."""
    rows = [
        (submission.file, paris_day(submission.pending.since), *submission.pending.cause, submission.pending.attempts)
        for submission in ledger.submissions
        if submission.pending is not None and given_up(submission, limits) is None
    ]
    schema = {
        "file": pl.String(),
        "since": pl.Date(),
        "cause_fr": pl.String(),
        "cause_en": pl.String(),
        "attempts": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def late_table(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return who is late today with what is due now, one row a source; none where the installation does not ask."""
    if not connection.execute(
        "FROM duckdb_functions() WHERE schema_name = 'audit' AND function_name = 'late_on'"
    ).fetchone():
        return pl.DataFrame(schema=_LATE_COLUMNS)
    return connection.execute("FROM audit.late_on(?)", [today()]).pl()


def rejections_of(extracted: Iterable[ReadSubmission]) -> pl.DataFrame:
    """Return what the reading refused, with file and cell; remarks on what was loaded are left out."""
    return _messages(extracted, lambda level: level in REFUSED)


def remarks_of(extracted: Iterable[ReadSubmission]) -> pl.DataFrame:
    """Return what the reading loaded and remarked on, with file and cell."""
    return _messages(extracted, lambda level: level not in REFUSED)


def _messages(extracted: Iterable[ReadSubmission], is_wanted: Callable[[str], bool]) -> pl.DataFrame:
    rows = [
        {**asdict(rejection.message()), "file": item.submission.file}
        for item in extracted
        if not item.submission.is_answered and (frame := item.frame("rejection")) is not None
        for rejection in map(from_row, frame.iter_rows(named=True))
        if is_wanted(rejection.level)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_REJECTION_COLUMNS, pl.String()))


def figures_of(extracted: Iterable[ReadSubmission]) -> pl.DataFrame:
    """Return the figures that the reading found, before the rules judge them, with the file and the cell of each."""
    empty = pl.DataFrame(schema=_FIGURE_COLUMNS)
    found = [
        frame.select(pl.lit(item.submission.file).alias("file"), *(name for name in _FIGURE_COLUMNS if name != "file"))
        for item in extracted
        if not item.submission.is_answered and (frame := item.frame("observation")) is not None
    ]
    return pl.concat([empty, *found], how="vertical_relaxed")


def staged_rejections(connection: duckdb.DuckDBPyConnection, most: int) -> tuple[int, pl.DataFrame]:
    """Return how much the stage refuses, and the first of it: rejections of the reading and of the rules alike.

    Remarks are left out, and so is what was refused in a file that a later one has replaced.
    """
    refused = f"FROM stage.main.rejection WHERE row_level IN ({_REFUSED})"
    return _count(connection, refused), connection.execute(f"{refused} LIMIT {most}").pl()


def refused_by_table(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> dict[str, int]:
    """Return, for each stage table, how much was refused in the files that bring it; none for the references."""
    of_sources = f"""
        SELECT source, count(*)
        FROM stage.main.rejection
        JOIN stage.main.submission USING (submission_id)
        WHERE row_level IN ({_REFUSED})
        GROUP BY source
    """  # noqa: S608  # our own levels
    refused = dict(connection.execute(of_sources).fetchall())

    def of(table: str) -> int:
        sources = sources_of(table)
        if sources is not None:
            return sum(refused.get(source, 0) for source in sources)
        return sum(refused.values()) if "submission_id" in stage_contracts()[table].column_names else 0

    return {table: of(table) for table in tables}


def sources_of(table: str) -> list[str] | None:
    """Return the sources whose layouts bring the rows of a stage table; ``None`` where that is not said by layouts."""
    product = "observation" if table == "total" else table
    if product not in PRODUCTS:
        return None
    layouts = known_layouts().items()
    return [source for source, layout in layouts if product in {part.produces for part in layout.tables}]


@contextmanager
def counting(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[RowCounts]:
    """Count the rows of a table that the block replaces: how many it has after, and how many more than before."""
    before = _rows(connection, name)
    counts = RowCounts()
    yield counts
    counts.rows = _rows(connection, name)
    counts.new = max(counts.rows - before, 0)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many rows a table has; none where there is no such table."""
    try:
        return _count(connection, f"FROM {name}")
    except duckdb.CatalogException:
        return 0


def first_rows(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """Return the rows of a table that are shown of it."""
    return connection.execute(f"FROM {name} LIMIT {SHOWN_ROWS}").pl()


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return _number(connection, f"SELECT count(*) FROM ({query})")  # noqa: S608  # our own names


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


def rows_of_relations(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return how many rows each table of the working database has."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    rows = [(name, _count(connection, f"FROM {name}")) for (name,) in names]
    return pl.DataFrame(rows, schema={"relation_name": pl.String(), "rows": pl.Int64()}, orient="row")
