"""What a SELECT reads, as DuckDB itself parses it: the dependencies of a relation are written nowhere else.

What belongs here: the names of tables and table macros in a statement. What does not: in which order they are built
(``relations``).
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

import duckdb

PREVIOUS = "previous"
"""Under this name the published release is read: ``FROM previous.kpi.national``. A release is a function of what was
received: only checks and what tells of publishing (``proof.verify.OF_PUBLISHING``) may read the one before."""


def tables_read(sql: str) -> frozenset[str]:
    """Return the qualified names of the tables and table macros that a SELECT reads, whichever release they are of.

    Raises:
        ValueError: it is not a SELECT, or DuckDB cannot read it; the message says where.
    """
    return frozenset(name for _, name in _read(sql))


def tables_read_before(sql: str) -> frozenset[str]:
    """Return the qualified names of the tables that a SELECT reads in the release before.

    Raises:
        ValueError: as :func:`tables_read` does, where that release is named at all.
    """
    if PREVIOUS not in sql.casefold():
        return frozenset()
    return frozenset(name for database, name in _read(sql) if database == PREVIOUS)


@lru_cache(maxsize=1024)
def _read(sql: str) -> frozenset[tuple[str, str]]:
    """Return each table that a SELECT reads: the name of its database, empty where none is named, and its own."""
    (text,) = _parser().cursor().execute(_SERIALIZED, [sql]).fetchone() or ("",)
    found: set[tuple[str, str]] = set()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        """Take note of what a node reads; what is written in none is blank, and left out."""
        kind = node.get("type")
        if kind == "BASE_TABLE" and (schema := node.get("schema_name")):
            found.add((node.get("catalog_name", ""), f"{schema}.{node['table_name']}"))
        elif kind == "TABLE_FUNCTION" and (schema := node["function"].get("schema")):
            found.add((node["function"].get("catalog", ""), f"{schema}.{node['function']['function_name']}"))
        return node

    parsed = json.loads(text, object_hook=note)  # each node once, as it is read
    if parsed["error"]:
        line = sql.count("\n", 0, int(parsed.get("position") or 0)) + 1
        raise ValueError(f"line {line} of the SELECT: {parsed['error_message']}")
    return frozenset(found)


_SERIALIZED = "SELECT json_serialize_sql(?, skip_null := true, skip_empty := true, skip_default := true)"


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})
