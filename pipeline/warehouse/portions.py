"""Portions: a relation that is made whole is made so many keys at a time, where what is staged is much.

What a SELECT holds in memory grows with what it reads, and not all of it can be spilt to disk. The rows of a relation
whose header says that it is made ``by`` figure or by territory are, key by key, those that its SELECT makes of the rows
of that key (``delta``): so it is made of a portion of the keys after the other, and a long history takes more time,
and no more memory.

What belongs here: cutting the keys into portions, and making a relation of them. What does not: a SELECT that reads
some rows alone (``narrowed``), building a relation at once (``build``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import duckdb

from pipeline.warehouse.build import make_relation
from pipeline.warehouse.narrowed import Narrowed, keys_of, reads_order
from pipeline.warehouse.relations import Relation, TouchedKey

PORTION_ROWS = 100_000
"""About so many figures are staged for each portion: fewer take longer altogether, more take more memory."""
_MOST = 24
"""Portions: of each, all of the stage is read, so that the more there are, the dearer each is."""
_KEYS = ("figure", "territory")
"""Each row belongs to one of these alone, and the second is told from the first."""


class Portions:
    """All keys of a stage, a portion after the other, on the connection of its run; it lasts as long as that."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, keys: Mapping[str, TouchedKey], rows: int = PORTION_ROWS
    ) -> None:
        """Begin with the working database, its stage written, and the keys of ``sql/touched``; ``rows`` a portion."""
        self._connection = connection
        self._keys = {name: keys[name] for name in _KEYS if name in keys}
        self._rows = rows
        self._spans: dict[str, dict[str, list[range]]] = {name: {} for name in self._keys}
        """Of each key, where the rows of each portion stand in the tables that were made of it."""

    def make(self, relation: Relation) -> bool:
        """Make a relation of all keys; return whether it is one that is made so, and what is staged is much."""
        if relation.by not in self._keys or relation.is_view or relation.previous or reads_order(relation):
            return False
        if self._count < 2:
            return False
        narrowed = Narrowed(self._connection, self._keys)
        spans = self._spans[relation.by]
        made: list[range] = []
        for portion in range(self._count):
            self._take(relation.by, portion)
            together = {name: each[portion] for name, each in spans.items()}
            select = f"FROM ({narrowed.select(relation, together)}) {narrowed.rows_of(relation)}"
            if portion == 0:
                make_relation(self._connection, replace(relation, sql=select))
            else:
                self._connection.execute(f"INSERT INTO {relation.name} {select}")
            (rows,) = self._connection.execute(f"SELECT count(*) FROM {relation.name}").fetchone() or (0,)  # noqa: S608
            made.append(range(made[-1].stop if made else 0, rows))
        spans[relation.name] = made
        return True

    @cached_property
    def _count(self) -> int:
        """How many portions there are; where there are several, the keys are cut into them."""
        (staged,) = self._connection.execute("SELECT count(*) FROM stage.observation").fetchone() or (0,)
        count = min(-(-staged // self._rows), _MOST)
        if count > 1:
            self._cut(count)
        return int(count)

    def _cut(self, count: int) -> None:
        self._connection.execute("CREATE OR REPLACE TEMP TABLE changed AS SELECT submission_id FROM stage.submission")
        for name, key in self._keys.items():
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {keys_of(name)} AS {key.sql}")
        for name in self._keys:
            # those that stand side by side come together, so that the rows of an indicator do
            cut = f"SELECT *, row_number() OVER () * {count} // (count(*) OVER () + 1) AS portion"
            made = f"{cut} FROM (FROM temp.{keys_of(name)} ORDER BY ALL)"
            self._connection.execute(f"CREATE OR REPLACE TABLE {_all(name)} AS {made}")

    def _take(self, name: str, portion: int) -> None:
        """Let a portion of a key be all of it, in a table made anew: what is deleted from one stays in memory."""
        taken = f"SELECT * EXCLUDE (portion) FROM {_all(name)} WHERE portion = {portion:d}"  # noqa: S608  # ours
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {keys_of(name)} AS {taken}")


def _all(name: str) -> str:
    """Return the table of all rows of a key, in the file of the stage: a temporary one would be held in memory."""
    return f"stage.main.all_{name}"
