"""Changes: the rows by which the newest release differs from the one that it was renewed from, table by table.

Whoever copies releases elsewhere need not compare two of them. They stand in a file beside the working databases, made
with the release and thrown away with the next one; where there is none, or it is of other releases, two are compared.

What belongs here: that file. What does not: which rows are written (``release_file``), the copy
(``publishing.lake``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.settings import Settings
from pipeline.warehouse.build import quoted

_DATABASE = "changes"
"""The name of the file on a connection."""


def changes_file(settings: Settings) -> Path:
    """Return where they stand."""
    return settings.work / f"{_DATABASE}.duckdb"


def gone_from(relation_name: str) -> str:
    """Return the table of the rows that a relation had and has no more; some of them may have come again."""
    return f'{_DATABASE}.main."{relation_name} gone"'


def come_into(relation_name: str) -> str:
    """Return the table of the rows that a relation has now in their place."""
    return f'{_DATABASE}.main."{relation_name} come"'


@contextlib.contextmanager
def telling(connection: duckdb.DuckDBPyConnection, settings: Settings, before: str, after: str) -> Iterator[bool]:
    """Let what is written into ``gone_from`` and ``come_into`` be the changes from one release to the next.

    Yields whether anybody copies releases; else nothing may be written there.
    """
    if not settings.lake:
        yield False
        return
    connection.execute(f"ATTACH {quoted(str(changes_file(settings)))} AS {_DATABASE}")
    try:
        yield True
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
