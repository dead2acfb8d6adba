"""What a row of figures must be to stand: its value possible, its period one of its measure, its parts no larger.

What belongs here: the rules on observations and what they compare. What does not: applying them (``rules``), totals
that a sheet states (``totals``), what is compared between submissions (``sql/``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.figures.periods import OTHER
from pipeline.vocabulary.indicators import Indicator, indicators
from pipeline.vocabulary.populations import UNKNOWN
from pipeline.vocabulary.territories import Territory, territories
from pipeline.vocabulary.typography import french_number

_SMALL, _LARGE = 1_000, 1_000_000
"""Euros."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule on rows: where ``holds`` is not true, the row is refused or remarked for ``reason``.

    ``holds`` is an expression of one truth value a row; ``words`` fills the reason's sentence from the row.
    """

    reason: str
    holds: pl.Expr
    words: Callable[[dict[str, object]], dict[str, object]]


def observation_rules() -> list[Rule]:
    """Return the rules on single observations, in the order in which a row is refused for one.

    They read the columns of ``stage.observation`` with those of :func:`compared`.
    """
    start, end, value = pl.col("period_start"), pl.col("period_end"), pl.col("value")
    is_flow = _of_indicator(lambda indicator: indicator.measure == "flow", pl.Boolean)
    is_share = _of_indicator(lambda indicator: indicator.is_share, pl.Boolean)
    written = pl.col("raw_text").str.replace(",", ".").cast(pl.Float64, strict=False)
    years = (end.dt.year() == start.dt.year() + 1) & (start.dt.ordinal_day() == 1) & (end.dt.month() == 12)
    return [
        Rule(
            "VALEUR_NEGATIVE",
            value >= _of_indicator(lambda indicator: indicator.minimum, pl.Float64),
            lambda row: {"expected": _label(row)},
        ),
        Rule("POPULATION_INCERTAINE", pl.col("population") != UNKNOWN, lambda _: {}),
        Rule(
            "VALEUR_HORS_BORNES",
            value <= _of_indicator(lambda indicator: indicator.limit, pl.Float64),
            lambda row: {
                "value": french_number(float(str(row["value"]))),
                "expected": french_number(indicators()[str(row["indicator"])].limit or 0),
            },
        ),
        Rule(
            "POURCENTAGE_AMBIGU",
            ~(is_share & value.is_between(0, 1, closed="right") & (written == value) & ~pl.col("proves_percent")),
            lambda _: {},
        ),
        Rule(
            "ANNEE_FUTURE",
            start <= pl.col("known_on"),
            lambda row: {"period": f"{row['period_start']:%d/%m/%Y}", "expected": f"{row['known_on']:%d/%m/%Y}"},
        ),
        Rule(
            "FLUX_A_UNE_DATE",
            ~(is_flow & (start == end)),
            lambda row: {"period": f"{row['period_start']:%d/%m/%Y}", "expected": _label(row)},
        ),
        Rule(
            "PARTIE_SUPERIEURE",
            pl.col("larger_part").is_null(),
            lambda row: {"other": row["larger_part"], "expected": _label(row)},
        ),
        Rule(
            "TERRITOIRE_DISPARU",
            _of_territory(lambda territory: territory.valid_to) >= start,
            lambda row: {"period": f"{row['period_start']:%Y}", "name": _territory(row).name},
        ),
        Rule(
            "MONTANT_ISOLE",
            ~((pl.col("unit") == "EUR") & value.is_between(0, _SMALL, closed="none") & pl.col("among_millions")),
            lambda row: {"value": french_number(float(str(row["value"])))},
        ),
        Rule(
            "DEUX_ANNEES",
            ~(is_flow & years & (end.dt.day() == 31)),
            lambda row: {"first": f"{row['period_start']:%Y}", "last": f"{row['period_end']:%Y}"},
        ),
    ]


def _of_indicator(fact: Callable[[Indicator], object], dtype: type[pl.DataType]) -> pl.Expr:
    """Return a fact about the indicator of each row."""
    facts = {code: fact(indicator) for code, indicator in indicators().items()}
    return pl.col("indicator").replace_strict(facts, default=None, return_dtype=dtype)


def _of_territory(fact: Callable[[Territory], date | None]) -> pl.Expr:
    """Return a day that is known of the territory of each row."""
    facts = {f"{territory.level} {territory.code}": fact(territory) for territory in territories()}
    name = pl.col("territory_level") + " " + pl.col("territory_code")
    return name.replace_strict(facts, default=None, return_dtype=pl.Date)


def _territory(row: dict[str, object]) -> Territory:
    return next(t for t in territories() if (t.level, t.code) == (row["territory_level"], row["territory_code"]))


def _label(row: dict[str, object]) -> str:
    return indicators()[str(row["indicator"])].label_fr


def compared(rows: pl.DataFrame) -> list[pl.Series]:
    """Return what the rules compare each row with, a column each."""
    return [larger_part(rows), proves_percent(rows), among_millions(rows)]


def proves_percent(rows: pl.DataFrame) -> pl.Series:
    """Return whether a figure of the same indicator on the same sheet is above 1: there, 0,45 is below one per cent."""
    largest = pl.col("value").max().over("submission_id", "sheet", "indicator")
    return rows.select((largest > 1).fill_null(value=False).alias("proves_percent"))["proves_percent"]


def among_millions(rows: pl.DataFrame) -> pl.Series:
    """Return whether amounts of the same sheet are in millions of euros: there, a few hundred euros lack their unit."""
    amount = pl.when(pl.col("unit") == "EUR").then("value")
    largest = amount.max().over("submission_id", "sheet")
    return rows.select((largest >= _LARGE).fill_null(value=False).alias("among_millions"))["among_millions"]


def larger_part(rows: pl.DataFrame) -> pl.Series:
    """Return, for each flow, the address of a larger one of a period within its own; null where there is none.

    A sum over two years is no less than either of them; a mean or a change between them may be.
    """
    codes = [i.code for i in indicators().values() if i.measure == "flow" and i.additive and (i.minimum or 0) >= 0]
    key = ["submission_id", "indicator", "population", "breakdown", "territory_level", "territory_code"]
    flows = rows.with_row_index("position").filter(pl.col("indicator").is_in(codes), pl.col("value").is_not_null())
    whole = flows.filter(pl.col("frequency") == OTHER)
    if whole.is_empty():
        return pl.Series("larger_part", [None] * rows.height, pl.String)
    part = flows.select(*key, "sheet", "cell", start="period_start", end="period_end", other="value")
    found = (
        whole.drop("sheet", "cell")
        .join(part, on=key)
        .filter(
            pl.col("start") >= pl.col("period_start"),
            pl.col("end") <= pl.col("period_end"),
            pl.col("other") > pl.col("value"),
        )
        .group_by("position")
        .agg((pl.col("sheet") + "!" + pl.col("cell")).first().alias("larger_part"))
    )
    return (
        rows.with_row_index("position")
        .select("position")
        .join(found, on="position", how="left", maintain_order="left")["larger_part"]
    )
