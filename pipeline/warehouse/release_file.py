"""The file of a release: the rows of the working database, and all that a reader of the file is told beside them.

Keys and NOT NULL are declared, so that a tool that draws joins finds them; each relation and column has its COMMENT; a
macro refuses to answer from another file than its own.

What belongs here: writing the file. What does not: naming and publishing it (``releases``), whether its rows keep
their keys (``audit``, before a file is written).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from pipeline.warehouse.build import quoted
from pipeline.warehouse.relations import SCHEMAS, Relation

_FILE = "publication"
_HOLLOW = 0.4
"""The share of empty blocks above which the working database is not copied: what is dropped leaves its place empty, and
what comes next takes it, so that a load leaves few; a load that makes all anew may leave as many as it fills."""


def write_release_file(
    connection: duckdb.DuckDBPyConnection, file: Path, relations: Mapping[str, Relation], release_id: str
) -> None:
    """Write a copy of the database that is open, compactly, with all that a release declares.

    Args:
        connection: the audited working database.
        file: where to write; there is none yet.
        relations: those of ``sql/``, all of which the database has.
        release_id: which release it will be; its macros answer in that one alone.

    Raises:
        duckdb.Error, OSError: the disk is full or cannot be written.
    """
    with _opened(connection, file) as work:
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA {schema}")
        # described before it is filled: DuckDB would write every table a second time
        # macros and views last: all of them read tables
        for relation in sorted(relations.values(), key=lambda each: not each.is_table):
            create_in_release(connection, relation, release_id)
        _describe(connection, relations.values())
        for relation in relations.values():
            if relation.is_table:
                connection.execute(f'INSERT INTO {relation.name} FROM "{work}".{relation.name}')
        if "audit.schema" in relations:
            _describe_schemas(connection)


def copy_release_file(
    connection: duckdb.DuckDBPyConnection, file: Path, relations: Mapping[str, Relation], release_id: str
) -> bool:
    """Declare all that a release does, of the tables in the database that is open, and copy its file.

    The rows are not written a second time, which takes a tenth of :func:`write_release_file`.

    Args:
        connection: the audited working database.
        file: where to write; there is none yet.
        relations: those of ``sql/``, all of which the database has.
        release_id: which release it will be; its macros answer in that one alone.

    Returns:
        Whether that was done; not where much of the copy would be empty, or nobody may read a file that is open.

    Raises:
        duckdb.Error, OSError: the disk is full or cannot be written.
    """
    _declare(connection, relations)
    connection.execute("CHECKPOINT")
    open_file = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    (path,) = connection.execute(open_file).fetchone() or ("",)
    try:
        shutil.copyfile(path, file)
    except PermissionError:
        return False
    with _opened(connection, file):
        if _is_hollow(connection):
            return False
        _drop_what_is_declared_anew(connection, relations)
        not_tables = [relation for relation in relations.values() if not relation.is_table]
        for relation in relations.values():
            if relation.is_table and (key := _primary_key(relation)) is not None:
                connection.execute(f"ALTER TABLE {relation.name} ADD {key}")
        for relation in not_tables:
            create_in_release(connection, relation, release_id)
        _describe(connection, not_tables)
        if "audit.schema" in relations:
            _describe_schemas(connection)
    return True


def _drop_what_is_declared_anew(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> None:
    """Drop the macros and views, and the tables of no relation, which an earlier version made."""
    tables = {name for name, relation in relations.items() if relation.is_table}
    standing = """
        SELECT 'MACRO TABLE', schema_name, function_name FROM duckdb_functions()
        WHERE database_name = current_database() AND function_type = 'table_macro' AND NOT internal
        UNION
        SELECT 'VIEW', schema_name, view_name FROM duckdb_views()
        WHERE database_name = current_database() AND NOT internal
        UNION
        SELECT 'TABLE', schema_name, table_name FROM duckdb_tables()
        WHERE database_name = current_database() AND NOT internal
    """
    for kind, schema, name in connection.execute(standing).fetchall():
        if f"{schema}.{name}" not in tables:
            connection.execute(f'DROP {kind} "{schema}"."{name}"')


def _declare(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> None:
    """Declare NOT NULL, and put the comments, of the tables that were made anew since that was done.

    A table to which a delta added has kept what was declared of it, and is not looked through for nulls again.
    """
    # all in one transaction: a table that has its comment has all of it
    with_comment = """
        SELECT schema_name || '.' || table_name FROM duckdb_tables()
        WHERE database_name = current_database() AND comment IS NOT NULL
    """
    described = {name for (name,) in connection.execute(with_comment).fetchall()}
    _execute_at_once(
        connection,
        [
            statement
            for relation in relations.values()
            if relation.is_table and relation.name not in described
            for statement in (*_not_null(relation), *comments_of(relation))
        ],
    )


def _not_null(relation: Relation) -> Iterator[str]:
    """Yield the statements that declare the NOT NULL of :func:`_definitions` of a table that has its rows."""
    for column in relation.contract.columns:
        if column.required:
            yield f'ALTER TABLE {relation.name} ALTER "{column.name}" SET NOT NULL'


def _is_hollow(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether much of the file is of blocks that hold nothing any more."""
    sizes = "SELECT free_blocks, total_blocks FROM pragma_database_size() WHERE database_name = ?"
    free, total = connection.execute(sizes, [_FILE]).fetchone() or (0, 0)
    return bool(free > _HOLLOW * total)


@contextlib.contextmanager
def _opened(connection: duckdb.DuckDBPyConnection, file: Path) -> Iterator[str]:
    """Attach the file of a release and let names mean what stands in it; yield the name of the working database."""
    (work,) = connection.execute("SELECT current_database()").fetchone() or ("",)
    connection.execute(f"ATTACH {quoted(str(file))} AS {_FILE}")
    try:
        connection.execute(f"USE {_FILE}")  # a macro finds what it reads in the file that it stands in
        yield work
    finally:
        connection.execute(f'USE "{work}"')
        connection.execute(f"DETACH {_FILE}")


def create_in_release(connection: duckdb.DuckDBPyConnection, relation: Relation, release_id: str) -> None:
    """Create a relation, a table without its rows, in the database that is the default."""
    name = relation.name
    if relation.is_macro:
        select = _of_release(relation.sql, release_id)
        connection.execute(f"CREATE MACRO {name}({', '.join(relation.parameters)}) AS TABLE {select}")
    elif relation.is_view:
        connection.execute(f"CREATE VIEW {name} AS {relation.sql}")
    else:
        connection.execute(f"CREATE TABLE {name} ({', '.join(_definitions(relation))})")


def _definitions(relation: Relation) -> Iterator[str]:
    """Yield the columns of a table and its key, as they stand in a CREATE TABLE.

    No foreign keys: DuckDB has none from one schema to another, and COPY FROM DATABASE fails on those within one. The
    comment of a column says which key it holds.
    """
    for column in relation.contract.columns:
        yield f'"{column.name}" {column.type}{" NOT NULL" if column.required else ""}'
    if (key := _primary_key(relation)) is not None:
        yield key


def _primary_key(relation: Relation) -> str | None:
    """Return the key of a table as it is declared; ``None`` for one that has none, or too many rows for an index."""
    contract = relation.contract
    return f"PRIMARY KEY ({', '.join(contract.key)})" if contract.is_keyed and contract.key else None


def _of_release(select: str, release_id: str) -> str:
    """Return the SELECT of a macro, such that it answers in its own release alone.

    A macro reads the tables of the database that is the default where it is called. Called in an attached file it
    would answer from another file, without a word.
    """
    message = (
        f"cette macro est celle de la publication {release_id} : USE le fichier qui la contient, puis l'appeler — "
        f"this macro is that of release {release_id}: USE the file that holds it, then call it"
    )
    own = f"release_id IS NOT DISTINCT FROM {quoted(release_id)}"
    guard = f"SELECT CASE WHEN {own} THEN TRUE ELSE error({quoted(message)}) END FROM audit.release"  # noqa: S608  # ours
    return f"FROM ({select}) WHERE ({guard})"


def _describe(connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation]) -> None:
    """Put the COMMENT of every relation and column into the database that is open."""
    _execute_at_once(connection, [comment for relation in relations for comment in comments_of(relation)])


def _execute_at_once(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    """Execute statements in one: a transaction for each of some hundred would take longer than a small warehouse."""
    connection.execute("; ".join(["BEGIN", *statements, "COMMIT"]))


def _describe_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Put what ``audit.schema`` tells of each schema, and of the file, beside it where DuckDB can; 1.5 cannot."""
    for schema, comment in connection.execute("SELECT schema_name, description FROM audit.schema").fetchall():
        what = f"SCHEMA {schema}" if schema else f"DATABASE {_FILE}"
        with contextlib.suppress(duckdb.NotImplementedException):
            connection.execute(f"COMMENT ON {what} IS {quoted(comment)}")


def comments_of(relation: Relation) -> list[str]:
    """Return the statements that describe a relation and its columns."""
    if relation.is_macro:
        return [f"COMMENT ON MACRO TABLE {relation.name} IS {quoted(macro_comment(relation))}"]
    kind = "VIEW" if relation.is_view else "TABLE"
    columns = [
        f'COMMENT ON COLUMN {relation.name}."{column.name}" IS {quoted(column.comment)}'
        for column in relation.contract.columns
    ]
    return [f"COMMENT ON {kind} {relation.name} IS {quoted(relation.contract.comment)}", *columns]


def macro_comment(relation: Relation) -> str:
    """Return what a macro gives, its columns included."""
    columns = "; ".join(f"{column.name}: {column.comment}" for column in relation.contract.columns)
    return f"{relation.contract.comment} Colonnes / columns: {columns}"
