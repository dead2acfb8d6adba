"""What differs of a relation between two releases, written into the lake and nothing else.

Where the release was renewed from the one that the lake holds, making it has told which rows went and came
(``warehouse.changes``), and nothing is compared. Else the rows are, by their hashes: with the release that the lake
holds, where it is still kept as a file on this machine, or with the lake itself. Into the lake go the rows that are
new; those that are gone are looked for in the files alone that can hold them. That is what the order is for in which
rows are written: a file knows the least and the greatest value of each part of a column.

What belongs here: the rows of one table. What does not: which tables differ, comments, snapshots (``publish``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import duckdb

from pipeline.warehouse.relations import Relation

_DIFFERING, _GONE, _NEW = "temp.differing", "temp.gone", "temp.new"
_MANY_ROWS = 5_000_000
_NAMED = 100
"""Of how many values at most a file is asked whether it can hold them; of more, the least and the greatest."""


def write_anew(connection: duckdb.DuckDBPyConnection, relation: Relation, source: str) -> None:
    """Let a table of the lake that holds no rows hold those of ``source``, in the order that rows are found by."""
    for part in _parts(connection, relation, source):
        connection.execute(f"INSERT INTO {relation.name} FROM {source} {part} ORDER BY {', '.join(_order(relation))}")


def _parts(connection: duckdb.DuckDBPyConnection, relation: Relation, source: str) -> Iterator[str]:
    """Yield what narrows many rows to those of one indicator at a time, which fit the memory when they are ordered."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,)  # noqa: S608  # our own names
    if rows < _MANY_ROWS or "indicator" not in _names(relation):
        yield ""
        return
    indicators = f"SELECT DISTINCT indicator FROM {source} ORDER BY indicator"  # noqa: S608
    for (indicator,) in connection.execute(indicators).fetchall():
        yield f"WHERE indicator IS NOT DISTINCT FROM {'NULL' if indicator is None else _literal(indicator)}"


def compare(connection: duckdb.DuckDBPyConnection, source: str, before: str) -> None:
    """Find the rows that differ between a table of the release that is published and one of the release before.

    Args:
        connection: the lake.
        source: the table in the release that is published.
        before: the table in the release that the lake holds, or in the lake.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT h FROM (SELECT hash(t) AS h, 1 AS n FROM {source} AS t UNION ALL SELECT hash(t), -1 FROM {before} AS t)
        GROUP BY h HAVING sum(n) <> 0
    """)  # noqa: S608  # our own names
    for name, rows in ((_GONE, before), (_NEW, source)):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {rows} AS t WHERE hash(t) IN (FROM {_DIFFERING})"
        )


def take(connection: duckdb.DuckDBPyConnection, gone: str, come: str) -> None:
    """Find the rows that differ among those that went and came when the release was made."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_GONE} AS FROM {gone} EXCEPT ALL FROM {come}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_NEW} AS FROM {come} EXCEPT ALL FROM {gone}")


class Digest(NamedTuple):
    """What tells the rows of a table from others: their number, and two sums over their hashes, in whatever order."""

    rows: int
    mixed: int
    total: int

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, rows: str) -> Self:
        """Return that of some rows."""
        found = connection.execute(
            f"SELECT count(*), coalesce(bit_xor(hash(t)), 0), coalesce(sum(hash(t) % 4294967296), 0) FROM {rows} AS t"  # noqa: S608
        ).fetchone() or (0, 0, 0)
        return cls(*map(int, found))

    def with_differing(self, connection: duckdb.DuckDBPyConnection) -> Self:
        """Return that of the rows as they are once those that differ are written."""
        gone, new = Digest.of(connection, _GONE), Digest.of(connection, _NEW)
        return self._replace(
            rows=self.rows - gone.rows + new.rows,
            mixed=self.mixed ^ gone.mixed ^ new.mixed,
            total=self.total - gone.total + new.total,
        )


def write_differing(connection: duckdb.DuckDBPyConnection, relation: Relation, source: str) -> None:
    """Let a table of the lake hold the rows of ``source``, by those alone that were found to differ.

    Args:
        connection: the lake, within a transaction.
        relation: the table, which has the columns that it had.
        source: the table in the release that is published.
    """
    (gone,) = connection.execute(f"SELECT count(*) FROM {_GONE}").fetchone() or (0,)  # noqa: S608
    if gone and _delete(connection, relation) != gone:
        # the lake is not what it says: somebody else wrote into it
        connection.execute(f"DELETE FROM {relation.name}")  # noqa: S608
        write_anew(connection, relation, source)
        return
    write_anew(connection, relation, _NEW)


def _delete(connection: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    """Delete the rows that are gone, looking into the files alone that can hold one; return how many there were."""
    name, columns = relation.name, relation.contract.key or _names(relation)
    same = " AND ".join(f'o."{column}" IS NOT DISTINCT FROM g."{column}"' for column in columns)
    here = " AND ".join(["TRUE", *_bounds(connection, relation)])
    found = f"SELECT o.rowid FROM {name} AS o SEMI JOIN {_GONE} AS g ON {same} WHERE {here}"  # noqa: S608  # our own
    (deleted,) = connection.execute(f"DELETE FROM {name} WHERE rowid IN ({found})").fetchone() or (0,)  # noqa: S608
    return int(deleted)


def _bounds(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator[str]:
    """Yield conditions that all rows that are gone meet, each on one column, in values that are written out."""
    for column in _order(relation):
        some = f"SELECT DISTINCT {column} FROM {_GONE} LIMIT {_NAMED + 1}"  # noqa: S608  # our own names
        values = [value for (value,) in connection.execute(some).fetchall()]
        if len(values) <= _NAMED and None not in values:
            yield f"o.{column} IN ({', '.join(map(_literal, values))})"
            continue
        ends = f"SELECT min({column}), max({column}), bool_and({column} IS NOT NULL) FROM {_GONE}"  # noqa: S608
        least, greatest, is_complete = connection.execute(ends).fetchone() or (None, None, False)
        if is_complete:
            yield f"o.{column} BETWEEN {_literal(least)} AND {_literal(greatest)}"


def _literal(value: Any) -> str:
    """Return a value as DuckDB reads it: of a text that stands for it, it makes the type of the column."""
    return "'" + str(value).replace("'", "''") + "'"


def _order(relation: Relation) -> list[str]:
    """Return the columns, quoted, by which the rows of a table are ordered: its indicator first, then its key."""
    first = [name for name in _names(relation) if name == "indicator"]
    return [f'"{name}"' for name in dict.fromkeys([*first, *(relation.contract.key or _simple(relation))])]


def _simple(relation: Relation) -> list[str]:
    """Return the first columns of a table without a key that hold a text, by which most questions are asked."""
    return [column.name for column in relation.contract.columns if column.type == "VARCHAR"][:3]


def _names(relation: Relation) -> list[str]:
    return [column.name for column in relation.contract.columns]
