"""Which population each figure is of: that which its row, its label or its remark names, else the definition's.

What belongs here: which texts are looked at, and what a figure becomes. What does not: the wordings
(``pipeline.vocabulary.populations``), reading the texts (``keys``).
"""

from __future__ import annotations

import polars as pl

from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.populations import UNKNOWN, figure_of, own_population, population_in
from pipeline.vocabulary.words import fold

_AROUND = "~"
"""Before a population that is said of a whole table, and holds where a row says nothing else."""
_ABOUT = ("indicator", "population", "label", "remark")


def around(population: str | None) -> str | None:
    """Return a population as one that is said around a table; ``None`` for none."""
    return f"{_AROUND}{population}" if population else None


def with_populations(observations: pl.DataFrame) -> pl.DataFrame:
    """Return figures with the indicator and the population that they are of; empty for that of the definition.

    Args:
        observations: with the columns of ``stage.observation``, ``population`` being what a cell of its own states.
    """
    of_each = observations.select(_ABOUT)
    distinct = of_each.unique(maintain_order=True)
    found = [_figure_of(*row) for row in distinct.iter_rows()]
    if all((indicator, "") == figure for indicator, figure in zip(distinct["indicator"], found, strict=True)):
        return observations.with_columns(pl.lit("").alias("population"))
    named = distinct.with_columns(
        pl.Series("of_indicator", [indicator for indicator, _ in found], pl.String),
        pl.Series("of_population", [population for _, population in found], pl.String),
    )
    joined = of_each.join(named, on=_ABOUT, how="left", nulls_equal=True, maintain_order="left")
    return observations.with_columns(indicator=joined["of_indicator"], population=joined["of_population"])


def _figure_of(
    indicator: str | None, stated: str | None, label: str | None, remark: str | None
) -> tuple[str | None, str]:
    """Return the indicator and the population of a figure, from what stands beside it.

    A cell that states the population is the first to be asked; then the label, unless the indicator itself is called
    so, then the remark. Texts that name different populations say nothing that could be relied on.
    """
    if indicator is None:
        return None, ""
    of_label = population_in(label) if label else ""
    if label and of_label != own_population(indicator) and fold(label) in map(fold, indicators()[indicator].wordings):
        of_label = ""  # that is what the indicator is called
    of_remark = population_in(remark) if remark else ""
    said_around = stated is not None and stated.startswith(_AROUND)
    named = {name for name in (of_label, of_remark, "" if said_around else stated or "") if name}
    if not named and stated and said_around:
        named = {stated.removeprefix(_AROUND)}
    return figure_of(indicator, UNKNOWN if len(named) > 1 else named.pop() if named else "")
