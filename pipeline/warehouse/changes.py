"""Changes: the rows by which the newest release differs from the one before it, table by table.

Whoever copies releases elsewhere need not compare two of them: a delta tells where they differ. The rows stand in a
file beside the working databases, made with the release and thrown away with the next one; where there is none, or it
is of other releases, two are compared.

What belongs here: that file. What does not: what a load touches (``delta``), the copy (``publishing.lake``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.build import quoted
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.relations import Relation

_DATABASE = "changes"
_EARLIER = "earlier"
"""The names of the file, and of the release before, on a connection."""


def changes_file(settings: Settings) -> Path:
    """Return where they stand."""
    return settings.work / f"{_DATABASE}.duckdb"


def gone_from(relation_name: str) -> str:
    """Return the table of the rows that a relation had and has no more; some of them may have come again."""
    return f'{_DATABASE}.main."{relation_name} gone"'


def come_into(relation_name: str) -> str:
    """Return the table of the rows that a relation has now in their place."""
    return f'{_DATABASE}.main."{relation_name} come"'


def tell_changes(
    connection: duckdb.DuckDBPyConnection, relations: Iterable[Relation], delta: Delta, earlier: Path
) -> None:
    """Write the rows of tables that went and came since the release before, within :func:`telling`.

    Args:
        connection: the working database that the new release was made of.
        relations: all of it; macros and views hold no rows.
        delta: what was touched since that release.
        earlier: the file of that release.
    """
    connection.execute(f"ATTACH {quoted(str(earlier))} AS {_EARLIER} (READ_ONLY)")
    try:
        for relation in relations:
            if relation.is_table:
                _tell_change(connection, relation, delta.touched(relation))
    finally:
        connection.execute(f"DETACH {_EARLIER}")


def _tell_change(connection: duckdb.DuckDBPyConnection, relation: Relation, touched: str) -> None:
    name, before = relation.name, f"{_EARLIER}.{relation.name}"
    key = ", ".join(f'"{column}"' for column in relation.contract.key)
    if touched or not key:
        gone, come = f"FROM {before} {touched}", f"FROM {name} {touched}"
    else:
        gone = f"FROM {before} SEMI JOIN (FROM {before} EXCEPT FROM {name}) USING ({key})"
        come = f"FROM {name} EXCEPT FROM {before}"
    connection.execute(f"CREATE TABLE {gone_from(name)} AS {gone}")
    connection.execute(f"CREATE TABLE {come_into(name)} AS {come}")


@contextlib.contextmanager
def telling(connection: duckdb.DuckDBPyConnection, settings: Settings, before: str, after: str) -> Iterator[None]:
    """Let what is written into ``gone_from`` and ``come_into`` be the changes from one release to the next."""
    connection.execute(f"ATTACH {quoted(str(changes_file(settings)))} AS {_DATABASE}")
    try:
        yield
        connection.execute(f"CREATE TABLE {_DATABASE}.main.between (earlier VARCHAR, later VARCHAR)")
        connection.execute(f"INSERT INTO {_DATABASE}.main.between VALUES (?, ?)", [before, after])  # noqa: S608  # ours
    finally:
        connection.execute(f"DETACH {_DATABASE}")


def attach_changes(connection: duckdb.DuckDBPyConnection, settings: Settings, before: str, after: str) -> bool:
    """Attach the changes from one release to the next for reading; return whether there are any to be read."""
    file = changes_file(settings)
    if not file.is_file():
        return False
    with contextlib.suppress(duckdb.Error):
        connection.execute(f"ATTACH {quoted(str(file))} AS {_DATABASE} (READ_ONLY)")
        return connection.execute(f"FROM {_DATABASE}.main.between").fetchall() == [(before, after)]
    return False
