"""What others do with a folder of workbooks, as scripts: read it, and load its cells into a DuckDB file.

``python others.py FUNCTION FOLDER DATABASE``, with a Python that has pandas, python-calamine, duckdb, dlt and pyarrow:
they are no dependencies of the project.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def _frames(folder: Path) -> Iterator[Any]:
    import pandas as pd

    for path in sorted(folder.rglob("*.xlsx")):
        for sheet, frame in pd.read_excel(path, sheet_name=None, header=None, engine="calamine").items():
            yield frame.astype(str).assign(file=path.name, sheet=sheet)


def pandas_reads(folder: Path, _database: Path) -> None:
    """Read every sheet."""
    for _ in _frames(folder):
        pass


def pandas_loads(folder: Path, database: Path) -> None:
    """Read every sheet, and put all rows as text into one table."""
    import duckdb
    import pandas as pd

    rows = pd.concat(list(_frames(folder)))  # noqa: F841  # DuckDB reads it by its name
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE cells AS FROM rows")


def dlt_loads(folder: Path, database: Path) -> None:
    """The same by dlt, a frame at a time."""
    import dlt

    rows = (frame.rename(columns=lambda name: f"c_{name}") for frame in _frames(folder))
    pipeline = dlt.pipeline(
        "cells", pipelines_dir=str(database.parent / "dlt"), destination=dlt.destinations.duckdb(str(database))
    )
    pipeline.run(rows, table_name="cells")


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
