"""Tables: each relation of ``dim``, ``fact`` and ``kpi`` as Parquet, with its types, and as CSV, for everything else.

What belongs here: copying them out. What does not: their description (``data_package``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.contracts import Contract
from pipeline.warehouse.build import quoted
from pipeline.warehouse.relations import load_relations

SCHEMAS = ("dim", "fact", "kpi")
PARQUET, CSV = "parquet", "csv"
# as ISO 8601 and JSON write them, so that no reader has to guess
_AS_TEXT = {
    "TIMESTAMP": "strftime(\"{name}\", '%Y-%m-%dT%H:%M:%S')",
    "VARCHAR[]": 'CAST(to_json("{name}") AS VARCHAR)',
}


def exported_tables(*sql: Path) -> list[Contract]:
    """Return the contracts of the tables that are exported: those that hold rows, code lists first."""
    relations = load_relations(*sql).values()
    tables = [each.contract for each in relations if each.is_table]
    return sorted((c for c in tables if _schema(c) in SCHEMAS), key=lambda c: (SCHEMAS.index(_schema(c)), c.name))


def _schema(contract: Contract) -> str:
    return contract.name.partition(".")[0]


def write_tables(release: duckdb.DuckDBPyConnection, tables: list[Contract], folder: Path) -> Iterator[Contract]:
    """Write each table as Parquet and as CSV, in folders of their own; yield it when it is written."""
    for kind in (PARQUET, CSV):
        (folder / kind).mkdir()
    for contract in tables:
        name = contract.name
        texts = ", ".join(
            _AS_TEXT.get(column.type, '"{name}"').format(name=column.name) + f' AS "{column.name}"'
            for column in contract.columns
        )
        for kind, query, options in (
            (PARQUET, f"FROM {name}", "FORMAT parquet, COMPRESSION zstd"),
            (CSV, f"SELECT {texts} FROM {name}", "FORMAT csv, HEADER true"),  # noqa: S608  # our own names
        ):
            release.execute(f"COPY ({query}) TO {quoted(str(folder / kind / f'{name}.{kind}'))} ({options})")
        yield contract
