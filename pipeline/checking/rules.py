"""Rows: what many submissions say, put together, and judged by rules that name a reason.

What belongs here: typed frames of rows, the rules that refuse a row, and judging whole submissions, their totals last.
What does not: comparing a total with its parts (``totals``), reading cells (``layouts``), vintages and KPIs (``sql/``).

Every rule runs as a Pandera check on a typed, eager frame of many submissions at once; the positions that fail become
rejections with the cell that they came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.checking.observation_rules import Rule, compared, observation_rules
from pipeline.checking.totals import judge_totals
from pipeline.contracts import Contract, stage_contracts
from pipeline.contracts.validation import failures, violations
from pipeline.rejections import Level, LocatedRejection, Rejection, reject

if TYPE_CHECKING:  # imported where rows are judged: a night without news judges none
    import pandera.polars as pa


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows that were judged: the accepted ones by product, the totals that were compared, and every rejection."""

    accepted: dict[str, pl.DataFrame]
    totals: pl.DataFrame
    refused: list[LocatedRejection]


def judge(rows: Mapping[str, pl.DataFrame], parts: pl.DataFrame | None) -> Judged:
    """Judge the rows of every product of any number of submissions, totals last.

    Args:
        rows: one frame for each product, with the columns of its stage contract.
        parts: ``submission_id, sheet, cell, part``: which cells each total is the sum of; ``None`` for none.
    """
    accepted: dict[str, pl.DataFrame] = {}
    refused: list[LocatedRejection] = []
    for product, frame in rows.items():
        accepted[product], located = judge_rows(product, frame)
        refused += located
    accepted["observation"], totals, located = judge_totals(accepted["observation"], parts)
    return Judged(accepted, totals, refused + located)


def judge_rows(product: str, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[LocatedRejection]]:
    """Judge the rows of one product, of any number of submissions.

    Args:
        product: ``observation``, ``target``, ``agreement`` or ``funding``.
        rows: a frame with the columns of the product's stage contract.

    Returns:
        The rows accepted, in their order; a rejection for each row that is not, and the remarks on those that are.
    """
    if rows.is_empty():
        return rows, []
    contract = stage_contracts()[product]
    refused: dict[int, Rejection] = {}
    remarks: list[tuple[int, Rejection]] = []
    prepared = rows.with_columns(_twins(product, rows))
    if product == "observation":
        prepared = prepared.with_columns(compared(rows))
    for rule, positions in _broken(_rules(product), prepared):
        for position in positions:
            row = prepared.row(position, named=True)
            found = _address(reject(rule.reason, raw_text=_text(row), **rule.words(row)), row)  # type: ignore[arg-type]
            if found.level is Level.REMARK:
                remarks.append((position, found))
            else:
                refused.setdefault(position, found)
    for position, rejection in _contract_rejections(contract, rows):
        refused.setdefault(position, rejection)
    kept = rows.with_row_index("position").filter(~pl.col("position").is_in(list(refused))).drop("position")
    submissions = rows["submission_id"]
    remarks = [(position, remark) for position, remark in remarks if position not in refused]
    said = sorted([*refused.items(), *remarks], key=itemgetter(0))
    return kept, [LocatedRejection(submissions[position], rejection) for position, rejection in said]


def _rules(product: str) -> list[Rule]:
    rules = [
        Rule(
            "LIGNE_EN_DOUBLE",
            pl.col("twin").is_null(),
            lambda row: {"other": row["twin"]},
        )
    ]
    if product == "observation":
        rules += observation_rules()
    return rules


def _twins(product: str, rows: pl.DataFrame) -> pl.Series:
    """Return, for each row that repeats another of its submission, the address of the other; null for the rest.

    Rows that repeat the same value refuse all but the first; rows that disagree refuse each other, for nobody can tell
    which one is right.
    """
    natural_key = stage_contracts()[product].natural_key
    if not natural_key:
        raise ValueError(f"stage.{product}: no 'natural_key'; add it to its table in pipeline/contracts/stage.toml")
    key = ["submission_id", *natural_key]
    value = pl.col("value") if "value" in rows.columns else pl.lit(None, pl.Float64)
    address = pl.col("sheet") + "!" + pl.col("cell")
    first, second = address.first().over(key), address.get(1, null_on_oob=True).over(key)
    is_first = address == first
    disagree = value.n_unique().over(key) > 1
    return rows.select(
        pl.when(pl.len().over(key) == 1)
        .then(None)
        .when(~is_first)
        .then(first)
        .when(disagree)
        .then(second)
        .otherwise(None)
        .alias("twin")
    )["twin"]


def _broken(rules: Sequence[Rule], rows: pl.DataFrame) -> Iterator[tuple[Rule, tuple[int, ...]]]:
    """Yield the rules that rows break, with the 0-based positions of these rows; a missing value breaks none."""
    import pandera.polars as pa

    def check(rule: Rule) -> pa.Check:
        def holds(data: Any) -> pl.LazyFrame:
            rows: pl.LazyFrame = data.lazyframe
            return rows.select(rule.holds.fill_null(value=True))

        return pa.Check(holds, name=rule.reason)

    by_reason = {rule.reason: rule for rule in rules}
    found = failures(pa.DataFrameSchema(checks=[check(rule) for rule in rules]), rows)
    broken = {failure.rule: failure.rows for failure in found}
    yield from ((rule, broken[reason]) for reason, rule in by_reason.items() if reason in broken)


def _contract_rejections(contract: Contract, rows: pl.DataFrame) -> list[tuple[int, Rejection]]:
    found = []
    for broken in violations(contract, rows):
        for position in broken.rows:
            row = rows.row(position, named=True)
            words = {"column": broken.column, "rule": broken.rule}
            found.append((position, _address(reject("REGLE_NON_RESPECTEE", raw_text=_text(row), **words), row)))
    return found


def _text(row: dict[str, object]) -> str:
    return str(row["raw_text"])


def _address(rejection: Rejection, row: dict[str, object]) -> Rejection:
    return replace(rejection, sheet=str(row["sheet"]), cell=str(row["cell"]))
