"""Looking for a text in every file of a folder, however it is packed: what must not be there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl


def holding(folder: Path, text: str) -> set[str]:
    """The folders and files directly below a folder in which a text stands, however it is packed."""
    found = (path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file() and _holds(path, text))
    return set(found)


def _holds(path: Path, text: str) -> bool:
    return any(text in part for part in _texts(path))


def _texts(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    for encoding in ("utf-8", "utf-16-le", "latin-1"):
        yield content.decode(encoding, "ignore")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    if path.suffix == ".arrows":
        yield str(pl.read_ipc_stream(path).rows())
    if path.suffix == ".duckdb":
        with duckdb.connect(path, read_only=True) as connection:
            tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            yield from (str(connection.execute(f'FROM "{schema}"."{name}"').fetchall()) for schema, name in tables)
