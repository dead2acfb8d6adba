"""Totals: what a table states as a sum, compared with the parts that it states beside it.

What belongs here: the comparison, and the rejection of a total that its parts do not make up. What does not: which
cells are the parts of a total (``layouts``), rules on single rows (``rules``), sums across files (``sql/``).
"""

from __future__ import annotations

import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.rejections import LocatedRejection, Rejection, reject
from pipeline.vocabulary.typography import french_number

_ADDRESS = ("submission_id", "sheet", "cell")


def judge_totals(
    accepted: pl.DataFrame, parts: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, list[LocatedRejection]]:
    """Compare each stated total with its parts, within what their writing allows.

    Args:
        accepted: accepted observations (contract ``stage.observation``).
        parts: ``submission_id, sheet, cell, part``: which cells each total is the sum of; ``None`` for none.

    Returns:
        The observations without the totals that are not the sum of their parts, the frame of ``stage.total``, and a
        rejection for each inconsistent total. A total with a part that is missing, refused or hedged is kept: nobody
        can tell.
    """
    if parts is None or parts.is_empty():
        return accepted, stage_contracts()["total"].frame([]), []
    usable = accepted.select(
        "submission_id",
        "sheet",
        pl.col("cell").alias("part"),
        pl.when(pl.col("qualifier") == "=").then("value").alias("part_value"),
        pl.col("precision").alias("part_precision"),
    )
    sums = (
        parts.join(usable, on=["submission_id", "sheet", "part"], how="left", maintain_order="left")
        .group_by(_ADDRESS, maintain_order=True)
        .agg(
            pl.col("part_value").sum().alias("parts_sum"),
            pl.col("part_precision").sum().alias("parts_precision"),
            pl.len().cast(pl.Int32).alias("parts"),
            pl.col("part_value").null_count().cast(pl.Int32).alias("parts_missing"),
            pl.col("part").str.join(" ").alias("parts_cells"),
        )
    )
    totals = (
        accepted.filter(pl.col("value").is_not_null())
        .join(sums, on=_ADDRESS, how="inner", maintain_order="left")
        .rename({"value": "stated_value", "precision": "stated_precision"})
    )
    gap = (pl.col("stated_value") - pl.col("parts_sum")).abs()
    # a hair beyond the sum of precisions, because 0.1 + 0.2 is not 0.3
    tolerance = (pl.col("stated_precision") + pl.col("parts_precision")) * (1 + 1e-9) + 1e-9
    totals = totals.with_columns(
        pl.when((pl.col("parts_missing") > 0) | (pl.col("qualifier") != "="))
        .then(pl.lit("cannot_tell"))
        .when(gap <= tolerance)
        .then(pl.lit("consistent"))
        .otherwise(pl.lit("inconsistent"))
        .alias("verdict")
    )
    wrong = totals.filter(pl.col("verdict") == "inconsistent")
    located = [LocatedRejection(row["submission_id"], _wrong_total(row)) for row in wrong.iter_rows(named=True)]
    kept = accepted.join(wrong, on=_ADDRESS, how="anti", maintain_order="left")
    return kept, totals.select(stage_contracts()["total"].column_names), located


def _wrong_total(row: dict[str, object]) -> Rejection:
    stated, parts = float(str(row["stated_value"])), float(str(row["parts_sum"]))
    words = {"expected": french_number(parts), "gap": french_number(stated - parts)}
    sheet, cell, raw_text = (str(row[name]) for name in ("sheet", "cell", "raw_text"))
    return reject("TOTAL_INCOHERENT", sheet=sheet, cell=cell, raw_text=raw_text, **words)
