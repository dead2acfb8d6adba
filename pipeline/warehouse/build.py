"""Building: the stage is written, then each relation is made from its SELECT and compared with its contract.

The working database and the stage are two files, so that the release, a copy of the first, holds no stage.

What belongs here: opening, filling and creating. What does not: what a relation means (``sql/``), whether its rows are
right (``audit``), publishing (``pipeline.warehouse.releases``).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.warehouse.reads import PREVIOUS
from pipeline.warehouse.relations import SCHEMAS, Relation, load_relations

Config = dict[str, str | bool | int | float | list[str]]
"""Settings of a DuckDB connection."""

STAGE_FILE = "stage.duckdb"
WORK_FILE = "housing.duckdb"


class ContractBrokenError(RuntimeError):
    """A SELECT does not return the columns that its header promises; the message says which."""


@contextlib.contextmanager
def open_work(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working database, the stage attached, and the published release as ``previous`` if there is one.

    The caller holds the warehouse (``lock.hold_warehouse``).
    """
    with bounded(settings, settings.work / "spill") as bounds, _opened(settings.work, bounds) as connection:
        if settings.release_file.exists():
            # one that cannot be opened any more is as good as none
            with contextlib.suppress(duckdb.Error):
                connection.execute(f"ATTACH {quoted(str(settings.release_file))} AS {PREVIOUS} (READ_ONLY)")
        yield connection


@contextlib.contextmanager
def _opened(work: Path, bounds: Config) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working databases; where they cannot be, throw them away first: every load makes them anew."""
    if work.exists() and not work.is_dir():
        remove(work)
    work.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as opened:
        try:
            connection = opened.enter_context(open_databases(work / WORK_FILE, work / STAGE_FILE, bounds))
        except (duckdb.Error, OSError):
            remove(work)
            work.mkdir()
            connection = opened.enter_context(open_databases(work / WORK_FILE, work / STAGE_FILE, bounds))
        yield connection


@contextlib.contextmanager
def bounded(settings: Settings, spill: Path) -> Iterator[Config]:
    """Yield what keeps a database within its bounds: its memory, the folder for what goes beyond, and its threads.

    The folder is the caller's alone; it is emptied before, of what a run that was cut left behind, and removed after.
    """
    shutil.rmtree(spill, ignore_errors=True)
    try:
        yield {
            "memory_limit": f"{settings.database_memory_bytes}B",
            "temp_directory": str(spill),
            "threads": settings.workers,
        }
    finally:
        shutil.rmtree(spill, ignore_errors=True)


@contextlib.contextmanager
def open_databases(
    work: Path | str, stage: Path | str, bounds: Config | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a working database within its ``bounds`` and attach a stage; ``":memory:"`` serves for both in a test."""
    with duckdb.connect(work, config={"autoinstall_known_extensions": False, **(bounds or {})}) as connection:
        # ATTACH takes no parameter; the path is ours, and its quotes are doubled
        connection.execute(f"ATTACH {quoted(str(stage))} AS stage")
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        yield connection


def what_was_before(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the rows of ``stage.before``; none where no release is attached, or one that cannot be asked."""
    before = f"""
        SELECT 'submission' AS kind, submission_id AS name FROM {PREVIOUS}.fact.submission
        UNION ALL
        SELECT 'check', check_name FROM {PREVIOUS}.audit.check WHERE NOT passed
    """  # noqa: S608  # our own name
    with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException):
        return connection.execute(before).pl()
    return stage_contracts()["before"].frame([])


def release_before(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the name of the release that is attached as the one before; ``None`` for none that can be asked."""
    with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException):
        row = connection.execute(f"SELECT release_id FROM {PREVIOUS}.audit.release").fetchone()  # noqa: S608  # ours
        return str(row[0]) if row else None
    return None


def quoted(text: str) -> str:
    """Return text as an SQL literal, for the statements that take no parameter (ATTACH, COMMENT)."""
    return "'" + text.replace("'", "''") + "'"


def write_stage(connection: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]) -> None:
    """Replace stage tables by typed frames, all or none.

    Raises:
        ContractBrokenError: a frame's columns are not its contract's.
    """
    write_slices(connection, [frames])


def write_slices(
    connection: duckdb.DuckDBPyConnection,
    slices: Iterable[Mapping[str, pl.DataFrame]],
    *,
    kept: Collection[str] = (),
    but: Collection[str] = (),
) -> None:
    """Replace stage tables by typed frames that come slice by slice, all or none.

    The first frame of a table replaces what it held, the others add to it: no more than two slices are ever in memory.

    Args:
        connection: the working database, the stage attached.
        slices: frames by the names of their tables.
        kept: the tables that keep what they held, but for the rows of some submissions.
        but: those submissions, by ``submission_id``.

    Raises:
        ContractBrokenError: a frame's columns are not its contract's.
    """
    replaced = set(kept)
    connection.execute("BEGIN")
    try:
        for name in kept:
            among = "submission_id IN (SELECT unnest(CAST(? AS VARCHAR[])))"  # hashed: each row is looked up once
            gone = f'DELETE FROM stage.main."{name}" WHERE {among}'  # noqa: S608  # contract name
            connection.execute(gone, [list(but)])
        for frames in slices:
            for name in frames.keys() - replaced:
                _create_stage_table(connection, name)
            replaced |= frames.keys()
            for name, frame in frames.items():
                _append(connection, name, frame)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _create_stage_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in stage_contracts()[name].columns)
    connection.execute(f'CREATE OR REPLACE TABLE stage.main."{name}" ({columns})')


def _append(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    expected = stage_contracts()[name].polars_schema()
    if dict(frame.schema) != expected:
        raise ContractBrokenError(f"stage.{name}: {dict(frame.schema)}, expected {expected}")
    if frame.is_empty():
        # after an INSERT of no rows, DuckDB 1.5 shows none of those that the same transaction adds, if they are many
        return
    # By the name of the variable: a registered frame would be held until the end of the transaction. As a stream: for a
    # frame, DuckDB imports what reads folders of Parquet files.
    stream = frame.__arrow_c_stream__()  # noqa: F841
    connection.execute(f'INSERT INTO stage.main."{name}" FROM stream')  # contract name


def create_relation(connection: duckdb.DuckDBPyConnection, relation: Relation) -> int | None:
    """Create or replace one relation; return its number of rows, ``None`` for a macro.

    Raises:
        ContractBrokenError: the SELECT returns other columns or types than the header promises.
        duckdb.Error: the SELECT cannot run.
    """
    make_relation(connection, relation)
    if relation.is_macro:
        return None
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation.name}").fetchone() or (0,)  # noqa: S608  # our name
    return int(rows)


def make_relation(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Create or replace one relation, without counting its rows; it raises what :func:`create_relation` does."""
    if relation.is_macro:
        parameters = ", ".join(relation.parameters)
        connection.execute(f"CREATE OR REPLACE MACRO {relation.name}({parameters}) AS TABLE {relation.sql}")
        # a macro has no columns of its own: those of a call are the contract's, whatever the arguments
        nothing = ", ".join("NULL" for _ in relation.parameters)
        _check_columns(connection, relation, f"FROM {relation.name}({nothing})")
        return
    kind, other = ("VIEW", "TABLE") if relation.is_view else ("TABLE", "VIEW")
    select = relation.sql if can_compare(connection, relation) else _no_rows(relation)
    create = f"CREATE OR REPLACE {kind} {relation.name} AS {select}"
    try:
        connection.execute(create)
    except duckdb.CatalogException:  # an earlier version made the other of the two, which nothing replaces
        connection.execute(f"DROP {other} {relation.name}")
        connection.execute(create)
    _check_columns(connection, relation, relation.name)  # of what was made: its SELECT is long to plan a second time


def can_compare(connection: duckdb.DuckDBPyConnection, relation: Relation) -> bool:
    """Whether the release before is there, in the columns of today, or is not asked for."""
    if not relation.previous:
        return True
    query = """
        SELECT schema_name || '.' || table_name, string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index)
        FROM duckdb_columns() WHERE database_name = ? GROUP BY ALL
    """
    (present,) = connection.execute("SELECT current_database()").fetchone() or ("",)
    now, then = (dict(connection.execute(query, [database]).fetchall()) for database in (present, PREVIOUS))
    return all(name in then and then[name] == now.get(name) for name in relation.previous)


def _no_rows(relation: Relation) -> str:
    columns = ", ".join(f'CAST(NULL AS {column.type}) AS "{column.name}"' for column in relation.contract.columns)
    return f"SELECT {columns} LIMIT 0"


def _check_columns(connection: duckdb.DuckDBPyConnection, relation: Relation, query: str) -> None:
    found = [(row[0], row[1]) for row in connection.execute(f"DESCRIBE {query}").fetchall()]
    expected = [(column.name, column.type) for column in relation.contract.columns]
    if found != expected:
        extra = [f"{name} {kind}" for name, kind in found if (name, kind) not in expected]
        lacking = [f"{name} {kind}" for name, kind in expected if (name, kind) not in found]
        raise ContractBrokenError(
            f"{relation.name}: the SELECT and its header differ. Only in the SELECT: {extra or 'nothing'}; only in the "
            f"header: {lacking or 'nothing'}; the order counts too. Correct the one that is wrong."
        )


def build_all(connection: duckdb.DuckDBPyConnection, sql_folder: Path) -> dict[str, int | None]:
    """Create every relation in the order of its dependencies; return the rows of each."""
    return {name: create_relation(connection, relation) for name, relation in load_relations(sql_folder).items()}
