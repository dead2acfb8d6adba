"""Metadata: how contracts, frames and outcomes are shown in the UI.

What belongs here: translating into Dagster's words. What does not: choosing what to say
(``pipeline.publishing.summaries``).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import polars as pl

from pipeline.contracts import TYPES, Column, Contract, glossary
from pipeline.publishing.summaries import SHOWN_ROWS, RowCounts
from pipeline.warehouse.audit import Outcome

Metadata = dict[str, int | str | dg.MetadataValue[Any] | dg.TableSchema]

MOST_CELLS = 200
"""A check shows no more failing cells than this; ``fact.rejection`` has them all."""


def table_schema(contract: Contract) -> dg.TableSchema:
    """Return Dagster's schema of a contract: types, definitions in both languages, what the values may be."""
    whole = [f"key: {', '.join(contract.key)}"] if contract.key else []
    return dg.TableSchema(
        columns=[_table_column(column, contract.key) for column in contract.columns],
        constraints=dg.TableConstraints(other=whole),
    )


def _table_column(column: Column, key: Sequence[str]) -> dg.TableColumn:
    values = []
    if column.allowed:
        values.append(f"one of: {', '.join(column.allowed)}")
    if column.minimum is not None:
        values.append(f"≥ {column.minimum:g}")
    if column.maximum is not None:
        values.append(f"≤ {column.maximum:g}")
    constraints = dg.TableColumnConstraints(
        nullable=not column.required, unique=list(key) == [column.name], other=values
    )
    return dg.TableColumn(column.name, column.type, column.comment, constraints)


def frame_schema(frame: pl.DataFrame) -> dg.TableSchema:
    """Return the schema of a frame that is no table of its own, each column described as in the glossary."""
    return dg.TableSchema(
        [dg.TableColumn(name, _type_of(kind), _definition(name)) for name, kind in frame.schema.items()]
    )


def _type_of(kind: pl.DataType) -> str:
    return next((name for name, known in TYPES.items() if known == kind), "VARCHAR")


def _definition(name: str) -> str | None:
    meaning = glossary().get(name)
    return f"{meaning['fr']} — {meaning['en']}" if meaning else None


def shown(frame: pl.DataFrame, rows: int = SHOWN_ROWS) -> dg.TableMetadataValue:
    """Return the first rows of a frame as a table of the UI, which knows text, numbers and truth values."""
    columns = [dg.TableColumn(name, _type_of(kind)) for name, kind in frame.schema.items()]
    shown_as_they_are = (str, int, float, bool, type(None))
    records = [
        dg.TableRecord(
            {name: value if isinstance(value, shown_as_they_are) else str(value) for name, value in row.items()}
        )
        for row in frame.head(rows).iter_rows(named=True)
    ]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def table_metadata(schema: dg.TableSchema | None, counts: RowCounts, rejected: int, preview: pl.DataFrame) -> Metadata:
    """Return what every materialization of a table tells; without a schema, what comes first on a page is not it."""
    told: Metadata = {
        "dagster/row_count": counts.rows,
        "rows": counts.rows,
        "new": counts.new,
        "rejected": rejected,
        "preview": shown(preview),
    }
    return told if schema is None else told | {"dagster/column_schema": schema}


def rejection_result(
    check: dg.AssetCheckSpec, rejections: int, first: pl.DataFrame, whole: Sequence[str] = ()
) -> dg.AssetCheckResult:
    """Return how much was refused, with the first refused cells; what is refused does not hold the rest back.

    Args:
        check: what is judged.
        rejections: how much was refused.
        first: the first of it.
        whole: the files of which nothing was read.
    """
    told = [
        f"{rejections} refus, voir les cellules — {rejections} refused, see the cells"
        if rejections
        else "Rien n'est refusé — Nothing is refused."
    ]
    if whole:
        told += ["Refusé en entier, rien n'en est chargé — Refused as a whole, nothing of it is loaded:", *whole]
    return dg.AssetCheckResult(
        passed=rejections == 0,
        check_name=check.name,
        asset_key=check.asset_key,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(told),
        metadata={"refused": rejections, "refused_whole": len(whole), "cells": shown(first, MOST_CELLS)},
    )


def pending_result(check: dg.AssetCheckSpec, pending: pl.DataFrame) -> dg.AssetCheckResult:
    """Return which files could not be read this time, each with the cause; the rest is loaded."""
    files = [f"{file}: {fr} — {en}" for file, fr, en in pending.select("file", "cause_fr", "cause_en").iter_rows()]
    told = ["N'a pas pu être lu cette fois — Could not be read this time:", *files]
    whole = "Tous les fichiers ont pu être lus — Every file could be read."
    return dg.AssetCheckResult(
        passed=pending.is_empty(),
        check_name=check.name,
        asset_key=check.asset_key,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(told) if files else whole,
        metadata={"pending": pending.height, "files": shown(pending, MOST_CELLS)},
    )


def outcome_result(check: dg.AssetCheckSpec, outcome: Outcome) -> dg.AssetCheckResult:
    """Return the outcome of an audit: what was asked for, how many rows fail and the first of them."""
    severity = dg.AssetCheckSeverity.ERROR if outcome.is_blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=outcome.passed,
        check_name=check.name,
        asset_key=check.asset_key,
        severity=severity,
        description=f"{outcome.description_fr} — {outcome.description}",
        metadata={"failing_rows": outcome.failures, "cells": shown(outcome.sample, MOST_CELLS)},
    )


def late_result(check: dg.AssetCheckSpec, late: pl.DataFrame) -> dg.AssetCheckResult:
    """Return who is late today with what is due now, a source a line."""
    lines = [
        f"{source} {year}, dû le {due:%d/%m/%Y} — due on {due}: {who}"
        for source, year, due, who in late.select("source", "year", "due_on", "who").iter_rows()
    ]
    return dg.AssetCheckResult(
        passed=late.is_empty(),
        check_name=check.name,
        asset_key=check.asset_key,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(lines) or "Rien ne manque de ce qui est dû — Nothing that is due is missing.",
        metadata={"regions": int(late["regions"].sum()), "late": shown(late, MOST_CELLS)},
    )
