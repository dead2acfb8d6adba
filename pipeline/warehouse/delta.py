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
went or changed (``kept_stage``), a SELECT that reads some rows alone (``narrowed``), building a relation whole
(``build``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import duckdb
import polars as pl

from pipeline.warehouse.build import can_compare, make_relation
from pipeline.warehouse.narrowed import Narrowed, keys_of
from pipeline.warehouse.reads import tables_read_before
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
        self._narrowed = Narrowed(connection, keys)
        # no table has the name of the frame: it would be read in its place
        found = pl.DataFrame({"submission_id": list(submissions)}, schema={"submission_id": pl.String})  # noqa: F841
        connection.execute("CREATE OR REPLACE TEMP TABLE changed AS FROM found")
        for name, key in keys.items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {keys_of(name)} AS {key.sql}")

    def add_present(self) -> None:
        """Add what the submissions touch now that the stage has been told."""
        for name, key in self._keys.items():
            touched = keys_of(name)
            self._connection.execute(f"INSERT INTO temp.{touched} ({key.sql}) EXCEPT FROM temp.{touched}")  # our own

    def touched(self, relation: Relation) -> str:
        """Return what narrows a relation, or a copy of it, to its touched rows; empty where all are made."""
        return "" if relation.previous else self._narrowed.rows_of(relation)

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
        except duckdb.ConstraintException:
            self._connection.execute("ROLLBACK")
            return False  # a null where its release declared NOT NULL: made whole, it has no such, and the audit tells
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return True

    def _can_compare(self, relation: Relation) -> bool:
        return self._follows_previous and can_compare(self._connection, relation)

    def narrowed(self, what: Relation | Check) -> str:
        """Return the SELECT of a relation or a check that reads the touched rows alone; the whole one where it must."""
        if tables_read_before(what.sql) and not self._follows_previous:
            return what.sql
        return self._narrowed.select(what)
