"""Totals: what a table states as a sum, compared with the parts that it states beside it.

What belongs here: the comparison, which of several cells that do not fit is the wrong one, and its rejection. What does
not: which cells are the parts of a total (``layouts``), rules on single rows (``rules``), sums across files (``sql/``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.rejections import LocatedRejection, Rejection, reject
from pipeline.vocabulary.typography import french_number

_ADDRESS = ("submission_id", "sheet", "cell")
_CONSISTENT, _INCONSISTENT, _CANNOT_TELL = "consistent", "inconsistent", "cannot_tell"

Place = tuple[str, str, str]
"""Submission, sheet and address of a cell."""


@dataclass
class _Total:
    """A total that is not the sum of its parts."""

    place: Place
    gap: float
    """What it states beyond the sum."""
    tolerance: float
    parts: frozenset[Place]
    raw_text: str
    parts_sum: float


def judge_totals(
    accepted: pl.DataFrame, parts: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, list[LocatedRejection]]:
    """Compare each stated total with its parts, within what their writing allows.

    One wrong cell refuses itself and no other. A total is kept where its gap is that of a total among its parts, which
    is wrong; and where totals that have one cell in common miss their sums by as much, that cell is wrong.

    Args:
        accepted: accepted observations (contract ``stage.observation``).
        parts: ``submission_id, sheet, cell, part``: which cells each total is the sum of, and ``rounding``, how much
            the source rounds away between them (0 without it); ``None`` for none.

    Returns:
        The observations without the cells that are wrong, the frame of ``stage.total``, and a rejection for each of
        these cells. A total with a part that is missing, refused or hedged is kept: nobody can tell.
    """
    if parts is None or parts.is_empty():
        return accepted, stage_contracts()["total"].frame([]), []
    totals = _compared(accepted, parts)
    missed = _inconsistent(totals, parts)
    wrong = _wrong_cells(missed)
    refused = {place: _wrong_total(total) for place, total in missed.items() if place in wrong.totals}
    texts = _texts(accepted, wrong.parts)
    refused |= {place: _wrong_part(place, texts[place], those) for place, those in wrong.parts.items()}
    is_kept = [total not in missed or total in wrong.totals for total in totals.select(_ADDRESS).rows()]
    verdict = pl.when(pl.Series(is_kept, dtype=pl.Boolean)).then("verdict").otherwise(pl.lit(_CANNOT_TELL))
    totals = totals.with_columns(verdict.alias("verdict"))
    gone = pl.DataFrame(list(refused), dict.fromkeys(_ADDRESS, pl.String), orient="row")
    kept = accepted.join(gone, on=_ADDRESS, how="anti", maintain_order="left")
    located = [LocatedRejection(place[0], rejection) for place, rejection in refused.items()]
    return kept, totals.select(stage_contracts()["total"].column_names), located


def _compared(accepted: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return the accepted totals beside the sums of their parts, with ``gap``, ``tolerance`` and ``verdict``."""
    if "rounding" not in parts.columns:
        parts = parts.with_columns(pl.lit(0.0).alias("rounding"))
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
            (pl.col("part_precision").sum() + pl.col("rounding").fill_null(0.0).max()).alias("parts_precision"),
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
    # a hair beyond the sum of precisions, because 0.1 + 0.2 is not 0.3
    allowed = pl.col("stated_precision") + pl.col("parts_precision")
    totals = totals.with_columns(
        (pl.col("stated_value") - pl.col("parts_sum")).alias("gap"), (allowed * (1 + 1e-9) + 1e-9).alias("tolerance")
    )
    return totals.with_columns(
        pl.when((pl.col("parts_missing") > 0) | (pl.col("qualifier") != "="))
        .then(pl.lit(_CANNOT_TELL))
        .when(pl.col("gap").abs() <= pl.col("tolerance"))
        .then(pl.lit(_CONSISTENT))
        .otherwise(pl.lit(_INCONSISTENT))
        .alias("verdict")
    )


def _inconsistent(totals: pl.DataFrame, parts: pl.DataFrame) -> dict[Place, _Total]:
    """Return the totals that are not the sums of their parts, in their order."""
    found = totals.filter(pl.col("verdict") == _INCONSISTENT)
    of_each: dict[Place, set[Place]] = defaultdict(set)
    wanted = parts.join(found.select(_ADDRESS), on=_ADDRESS, how="semi")
    for submission, sheet, cell, part in wanted.select(*_ADDRESS, "part").iter_rows():
        of_each[submission, sheet, cell].add((submission, sheet, part))
    rows = found.select(*_ADDRESS, "gap", "tolerance", "raw_text", "parts_sum").iter_rows()
    return {
        (submission, sheet, cell): _Total(
            (submission, sheet, cell), gap, tolerance, frozenset(of_each[submission, sheet, cell]), text, parts_sum
        )
        for submission, sheet, cell, gap, tolerance, text, parts_sum in rows
    }


# -- which cell is wrong -----------------------------------------------------------------------------------------


@dataclass
class _Wrong:
    """Cells that are wrong."""

    totals: set[Place]
    parts: dict[Place, list[_Total]]
    """With the totals that show it."""


def _wrong_cells(missed: dict[Place, _Total]) -> _Wrong:
    """Return the cells that are wrong, where some totals miss their sums."""
    by_table: dict[tuple[str, str], list[_Total]] = defaultdict(list)
    for place, total in missed.items():
        by_table[place[:2]].append(total)
    wrong = _Wrong(set(), {})
    for totals in by_table.values():
        unexplained = _unexplained(totals)
        crossing = _crossed(unexplained)
        wrong.parts |= crossing
        shown = {total.place for those in crossing.values() for total in those}
        wrong.totals |= {total.place for total in unexplained} - shown
    return wrong


def _unexplained(totals: Iterable[_Total]) -> list[_Total]:
    """Return the totals of a sheet whose gap is not that of totals among their parts, which are wrong themselves."""
    by_place = {total.place: total for total in totals}
    kept: list[_Total] = []
    for total in by_place.values():
        among = [by_place[part] for part in total.parts if part in by_place]
        gap = total.gap + sum(part.gap for part in among)
        if not among or abs(gap) > total.tolerance + sum(part.tolerance for part in among):
            kept.append(total)
    return kept


def _crossed(totals: list[_Total]) -> dict[Place, list[_Total]]:
    """Return the cells in which totals cross, and no others do, that miss their sums by as much, with the totals."""
    by_part: dict[Place, list[_Total]] = defaultdict(list)
    for total in totals:
        for part in total.parts:
            by_part[part].append(total)
    found: dict[Place, list[_Total]] = {}
    for part, crossing in by_part.items():
        one = crossing[0]
        alike = all(abs(one.gap - other.gap) <= one.tolerance + other.tolerance for other in crossing)
        if alike and len(crossing) > 1 and one.parts.intersection(*(other.parts for other in crossing)) == {part}:
            found[part] = crossing
    taken = Counter(total.place for those in found.values() for total in those)
    # where a total crosses others in two cells, either may be the wrong one
    return {part: those for part, those in found.items() if all(taken[total.place] == 1 for total in those)}


# -- words -------------------------------------------------------------------------------------------------------


def _texts(accepted: pl.DataFrame, places: Iterable[Place]) -> dict[Place, str]:
    """Return the text of some cells."""
    wanted = pl.DataFrame(list(places), dict.fromkeys(_ADDRESS, pl.String), orient="row")
    rows = accepted.join(wanted, on=_ADDRESS, how="semi").select(*_ADDRESS, "raw_text").iter_rows()
    return {(submission, sheet, cell): text for submission, sheet, cell, text in rows}


def _wrong_total(total: _Total) -> Rejection:
    words = {"expected": french_number(total.parts_sum), "gap": french_number(total.gap)}
    _, sheet, cell = total.place
    return reject("TOTAL_INCOHERENT", sheet=sheet, cell=cell, raw_text=total.raw_text, **words)


def _wrong_part(place: Place, text: str, totals: list[_Total]) -> Rejection:
    words = {"totals": ", ".join(total.place[2] for total in totals), "gap": french_number(totals[0].gap)}
    return reject("PARTIE_INCOHERENTE", sheet=place[1], cell=place[2], raw_text=text, **words)
