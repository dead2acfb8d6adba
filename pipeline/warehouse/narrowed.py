"""Narrowing: a SELECT that reads, of its tables, the rows of some keys alone.

A key is one file of ``sql/touched``; its rows stand in a temporary table, from which they may be taken and put back at
will. Rows of a table belong to a key by the first of its groups of columns that the table has all of.

What belongs here: which rows belong to a key, and a SELECT that reads them. What does not: which keys there are to a
load (``delta``, ``portions``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import duckdb

from pipeline.warehouse.reads import PREVIOUS, tables_read_before
from pipeline.warehouse.relations import Check, Relation, TouchedKey


class Narrowed:
    """What reads the rows of some keys alone, of the tables that stand when it is first asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, keys: Mapping[str, TouchedKey]) -> None:
        """Begin with the working database, the stage attached, and the keys whose rows are in their tables."""
        self._connection = connection
        self._keys = keys
        self._readable: dict[str, str] = {}

    def rows_of(self, relation: Relation) -> str:
        """Return what narrows a relation, or a copy of it, to the rows of its key; empty where it has none."""
        columns = self._columns_that_tell(relation.by, {column.name for column in relation.contract.columns})
        return _semi_join(relation.by, columns) if columns else ""

    def select(self, what: Relation | Check, spans: Mapping[str, range] = MappingProxyType({})) -> str:
        """Return the SELECT of a relation or a check that reads the rows of its key alone.

        Args:
            what: the relation or the check.
            spans: of tables in which the rows of the key stand one after the other, where: they are not looked for.
        """
        select = what.sql
        # a view copies nothing: of a wide table, only what the SELECT asks for is read; but it has no order of its own
        kind = "TABLE" if reads_order(what) else "VIEW"
        before = tables_read_before(select)
        tables = {name: name for name in what.inputs} | {f"{PREVIOUS}.{name}": name for name in before}
        for name, present in sorted(tables.items()):
            # the release before has the columns of today, or nothing is compared with it
            columns = self._columns_that_tell(what.by, self._columns.get(present, frozenset()))
            if columns and present not in what.whole:
                select = _reading(select, name, self._narrow(what.by, name, columns, kind, spans.get(name)))
        return select

    def _narrow(self, key: str, name: str, columns: tuple[str, ...], kind: str, span: range | None) -> str:
        """Make the rows of a key readable, once for all that read them so; return what they are called."""
        aside = f"{key}: {name} ({kind.lower()})"
        rows = _semi_join(key, columns) if span is None else f"WHERE rowid >= {span.start} AND rowid < {span.stop}"
        if self._readable.get(aside) != rows:
            self._connection.execute(f'CREATE OR REPLACE TEMP {kind} "{aside}" AS FROM {name} {rows}')
            self._readable[aside] = rows
        return f'temp."{aside}"'

    def _columns_that_tell(self, key: str, present: frozenset[str] | set[str]) -> tuple[str, ...]:
        """Return the columns by which rows are told to belong to a key; none where they have no such."""
        if key not in self._keys:
            return ()
        return next((columns for columns in self._keys[key].columns if present.issuperset(columns)), ())

    @cached_property
    def _columns(self) -> dict[str, frozenset[str]]:
        """The columns of every table of the stage and of the working database."""
        query = """
            SELECT if(database_name = 'stage', 'stage', schema_name) || '.' || table_name, list(column_name)
            FROM duckdb_columns()
            WHERE database_name = 'stage' AND schema_name = 'main' OR database_name = ?
            GROUP BY ALL
        """
        (work,) = self._connection.execute("SELECT current_database()").fetchone() or ("",)
        return {name: frozenset(columns) for name, columns in self._connection.execute(query, [work]).fetchall()}


def reads_order(what: Relation | Check) -> bool:
    """Whether a SELECT asks where a row stands in its table."""
    return "rowid" in what.sql


def keys_of(name: str) -> str:
    """Return the temporary table that holds the rows of a key."""
    return f"touched_{name}"


def _semi_join(key: str, columns: tuple[str, ...]) -> str:
    return f"SEMI JOIN temp.{keys_of(key)} USING ({', '.join(columns)})"


def _reading(select: str, name: str, other: str) -> str:
    """Return a SELECT that reads one table in the place of another; a text that is its name stays."""
    return re.sub(rf"(?<![\w.'\"]){re.escape(name)}(?![\w.'\"(])", other.replace("\\", "\\\\"), select)
