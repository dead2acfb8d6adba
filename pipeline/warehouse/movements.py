"""Movements of a build: what it changes so much that nobody should publish it unseen.

What belongs here: asking ``audit.held_movement``. What does not: what counts as a movement (its SQL), holding a release
for them (``releases``), accepting them (``acceptance``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from pipeline.intake.movements import Movement

MOVEMENTS = "audit.held_movement"
_COLUMNS = "kind, coalesce(indicator, source), territory_id, period, old_value, new_value"


def movements_of(connection: duckdb.DuckDBPyConnection) -> tuple[Movement, ...]:
    """Return what the database that is open moves; nothing where it does not say."""
    with contextlib.suppress(duckdb.CatalogException):
        rows = connection.execute(f"SELECT {_COLUMNS} FROM {MOVEMENTS}").fetchall()  # noqa: S608  # our own names
        return tuple(Movement(*row) for row in rows)
    return ()


def movement_rows(file: Path, wanted: Collection[Movement]) -> list[dict[str, Any]]:
    """Return the rows of ``audit.held_movement`` that tell some movements, with cells and sentences.

    A release that cannot be read tells the movements alone, as the ledger has them.
    """
    with contextlib.suppress(duckdb.Error, OSError):
        if file.is_file():
            with duckdb.connect(file, read_only=True) as connection:
                rows = connection.execute(f"FROM {MOVEMENTS}").pl().to_dicts()
                told = movements_of(connection)
            return [row for row, movement in zip(rows, told, strict=True) if movement in wanted]
    return [
        {**each._asdict(), "message_fr": str(each), "message_en": str(each), "old_cells": None, "new_cells": None}
        for each in wanted
    ]
