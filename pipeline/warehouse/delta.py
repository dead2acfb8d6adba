"""Deltas: of a relation that a load touches in few places, the rows of the touched keys are made anew; the rest stays.

A key is one file of ``sql/touched``: a SELECT of what the submissions touch that came, went or changed, and the columns
by which rows are told to belong to it. Of a relation whose header says ``by``, the rows of a key are those of that key
that its SELECT makes of the rows of that key in what it reads; what its header calls ``whole`` is read whole. So is a
check asked of the touched rows, where it says ``by``. What compares with the release before keeps no row of the load
before: of it, all rows are those that its SELECT makes of the touched keys, where that release is the one that the
working database was before. A full
build makes the same rows (``housing verify`` holds one against the other, and a test does after every step of random
histories).

What belongs here: which keys are touched, and making the rows of these keys. What does not: which submissions came,
went or changed (``kept_stage``), building a relation whole (``build``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

import duckdb
import polars as pl

from pipeline.warehouse.build import can_compare, make_relation
from pipeline.warehouse.reads import PREVIOUS, tables_read_before
from pipeline.warehouse.relations import Check, Relation, TouchedKey


class Delta:
    """What a load touches, on the connection of its run; it lasts as long as that."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        keys: Mapping[str, TouchedKey],
        submissions: Iterable[str],
        *,
        follows_previous: bool = False,
    ) -> None:
        """Begin with the submissions that came, went or changed, before the stage is told of it.

        Args:
            connection: the working database, the stage attached.
            keys: those of ``sql/touched``.
            submissions: by their ``submission_id``.
            follows_previous: whether the release before is that of the working database as it is now.
        """
        self._connection = connection
        self._follows_previous = follows_previous
        self._keys = keys
        self._narrowed: set[str] = set()
        # no table has the name of the frame: it would be read in its place
        found = pl.DataFrame({"submission_id": list(submissions)}, schema={"submission_id": pl.String})  # noqa: F841
        connection.execute("CREATE OR REPLACE TEMP TABLE changed AS FROM found")
        for name, key in keys.items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {_touched(name)} AS {key.sql}")

    def add_present(self) -> None:
        """Add what the submissions touch now that the stage has been told."""
        for name, key in self._keys.items():
            touched = _touched(name)
            self._connection.execute(f"INSERT INTO temp.{touched} ({key.sql}) EXCEPT FROM temp.{touched}")  # our own

    def touched(self, relation: Relation) -> str:
        """Return what narrows a relation, or a copy of it, to its touched rows; empty where all are made."""
        if relation.previous:
            return ""
        columns = self._columns_that_tell(relation.by, relation.name)
        return _semi_join(relation.by, columns) if columns else ""

    def make(self, relation: Relation) -> bool:
        """Make the rows of touched keys anew; return whether the relation is one of which that can be done."""
        if relation.previous and relation.by in self._keys and self._can_compare(relation):
            make_relation(self._connection, replace(relation, sql=self.narrowed(relation)))
            return True
        touched = self.touched(relation)
        if not touched or relation.is_view:
            return False
        select = self.narrowed(relation)
        self._connection.execute("BEGIN")
        try:
            gone = f"rowid IN (SELECT rowid FROM {relation.name} {touched})"  # noqa: S608  # our own names
            self._connection.execute(f"DELETE FROM {relation.name} WHERE {gone}")  # noqa: S608
            # what is read may give a part of the rows of other keys
            self._connection.execute(f"INSERT INTO {relation.name} FROM ({select}) {touched}")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return True

    def _can_compare(self, relation: Relation) -> bool:
        return self._follows_previous and can_compare(self._connection, relation)

    def narrowed(self, what: Relation | Check) -> str:
        """Return the SELECT of a relation or a check that reads the touched rows alone; the whole one where it must."""
        before = tables_read_before(what.sql)
        if before and not self._follows_previous:
            return what.sql
        select = what.sql
        # a view copies nothing: of a wide table, only what the SELECT asks for is read; but it has no order of its own
        kind = "TABLE" if "rowid" in select else "VIEW"
        tables = {name: name for name in what.inputs} | {f"{PREVIOUS}.{name}": name for name in before}
        for name, present in sorted(tables.items()):
            # the release before has the columns of today, or nothing is compared with it
            columns = self._columns_that_tell(what.by, present)
            if columns and present not in what.whole:
                select = _reading(select, name, self._narrow(what.by, name, columns, kind))
        return select

    def _narrow(self, key: str, name: str, columns: tuple[str, ...], kind: str) -> str:
        """Make the touched rows of a table readable, once for all that read them so; return what they are called."""
        aside = f"{key}: {name} ({kind.lower()})"
        if aside not in self._narrowed:
            self._connection.execute(
                f'CREATE OR REPLACE TEMP {kind} "{aside}" AS FROM {name} {_semi_join(key, columns)}'
            )
            self._narrowed.add(aside)
        return f'temp."{aside}"'

    def _columns_that_tell(self, key: str, name: str) -> tuple[str, ...]:
        """Return the columns by which the rows of a table are told to belong to a key; none where it has no such."""
        if key not in self._keys:
            return ()
        present = self._columns.get(name, frozenset())
        return next((columns for columns in self._keys[key].columns if present.issuperset(columns)), ())

    @cached_property
    def _columns(self) -> dict[str, frozenset[str]]:
        """The columns of every table of the stage and of the working database, which were all made before."""
        query = """
            SELECT if(database_name = 'stage', 'stage', schema_name) || '.' || table_name, list(column_name)
            FROM duckdb_columns()
            WHERE database_name = 'stage' AND schema_name = 'main' OR database_name = ?
            GROUP BY ALL
        """
        (work,) = self._connection.execute("SELECT current_database()").fetchone() or ("",)
        return {name: frozenset(columns) for name, columns in self._connection.execute(query, [work]).fetchall()}


def _semi_join(key: str, columns: tuple[str, ...]) -> str:
    return f"SEMI JOIN temp.{_touched(key)} USING ({', '.join(columns)})"


def _touched(key: str) -> str:
    return f"touched_{key}"


def _reading(select: str, name: str, other: str) -> str:
    """Return a SELECT that reads one table in the place of another; a text that is its name stays."""
    return re.sub(rf"(?<![\w.'\"]){re.escape(name)}(?![\w.'\"(])", other.replace("\\", "\\\\"), select)
