"""The annual KPIs of the workbooks of ``raw/``, worked out again in polars from the figures: no word of sql/."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from pipeline.vocabulary.indicators import indicators, scorecard
from pipeline.vocabulary.populations import populations
from pipeline.vocabulary.territories import territories


@pytest.fixture(scope="module")
def annual(release: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Annual figures: indicator, level, code, year, date, value, qualifier, population; one a territory and year."""
    measures = {code: indicator.measure for code, indicator in indicators().items()}
    whole = [code for code, each in populations().items() if not each.part_of]
    figures = release.execute("FROM fact.observation").pl()
    measured = figures.with_columns(measure=pl.col("indicator").replace_strict(measures))
    is_day = pl.col("period_start") == pl.col("period_end")
    is_flow = (pl.col("measure") == "flow") & (pl.col("frequency") == "A")
    is_stock = (pl.col("measure") == "stock") & ((pl.col("frequency") == "A") | is_day)
    first_of_january = (pl.col("period_end").dt.month() == 1) & (pl.col("period_end").dt.day() == 1)
    return (
        measured.filter(pl.col("value").is_not_null(), pl.col("breakdown") == "", is_flow | is_stock)
        .filter(pl.col("population").is_in(["", *whole]))
        .with_columns(
            year=pl.col("period_end").dt.year(),
            date=pl.when(first_of_january).then(pl.col("period_end").dt.offset_by("-1d")).otherwise("period_end"),
        )
        .sort("population", "period_end", "known_on", "period_start", descending=[False, True, True, True])
        .unique(["indicator", "territory_level", "territory_code", "year"], keep="first", maintain_order=True)
    )


def test_every_figure_of_a_region_and_year_is_in_the_wide_relation(
    release: duckdb.DuckDBPyConnection, annual: pl.DataFrame
) -> None:
    codes = list(scorecard())
    expected = {
        (row["indicator"], row["territory_code"], row["year"]): row["value"]
        for row in annual.filter(pl.col("territory_level") == "region", pl.col("indicator").is_in(codes)).to_dicts()
    }
    wide = release.execute("FROM kpi.regional").pl().unpivot(codes, index=["region_code", "year"])
    found = {(name, region, year): value for region, year, name, value in wide.drop_nulls().rows()}
    assert found == expected
    assert len(expected) > 30


def test_every_national_figure_is_the_published_one_or_the_sum_of_all_regions(
    release: duckdb.DuckDBPyConnection, annual: pl.DataFrame
) -> None:
    own = annual.filter(pl.col("population") == "")
    found = release.execute("FROM kpi.national").pl().to_dicts()
    stated = {
        (row["indicator"], row["year"]): row["value"]
        for row in annual.filter(pl.col("territory_level") == "national").to_dicts()
    }
    assert stated == {
        (row["indicator"], row["year"]): row["published_value"] for row in found if row["published_value"] is not None
    }
    for row in found:
        year, is_additive = row["year"], indicators()[row["indicator"]].additive
        existing = [each.code for each in territories() if each.level == "region" and each.existed(date(year, 12, 31))]
        assert row["regions_expected"] == len(existing)
        regions = own.filter(
            pl.col("indicator") == row["indicator"],
            pl.col("territory_level") == "region",
            pl.col("territory_code").is_in(existing),
            pl.col("year") == year,
        )
        if row["published_value"] is None:
            assert is_additive
            assert row["regions_reporting"] <= regions.height
            assert (row["value"] is None) == (row["regions_reporting"] < len(existing))
            assert row["basis"] == ("partial" if row["value"] is None else "sum_of_regions")
        else:
            assert (row["value"], row["basis"]) == (row["published_value"], "published")
        if is_additive and regions["date"].n_unique() == 1 and row["published_value"] is None:
            assert row["regions_sum"] == pytest.approx(regions["value"].sum())
            assert row["regions_reporting"] == regions.height


def test_every_change_and_every_rank_follows_from_the_figures(
    release: duckdb.DuckDBPyConnection, annual: pl.DataFrame
) -> None:
    points = annual.filter(pl.col("population") == "", pl.col("qualifier").is_in(["=", "~"]))
    values = {
        (row["indicator"], row["territory_level"], row["territory_code"], row["date"]): row["value"]
        for row in points.to_dicts()
    }
    found = release.execute("FROM kpi.annual WHERE basis = 'published'").pl().to_dicts()
    changes = 0
    for row in found:
        key = (row["indicator"], row["territory_level"], row["territory_code"])
        value = values.get((*key, row["at_date"]))
        before = values.get((*key, row["at_date"].replace(year=row["at_date"].year - 1)))
        if row["change_percent"] is not None:
            assert value is not None
            assert before is not None
            assert row["change_percent"] == pytest.approx(100 * (value / before - 1))
            changes += 1
        if row["rank"] is not None:
            beside = [
                each
                for (indicator, level, _, day), each in values.items()
                if (indicator, level, day) == (*key[:2], row["at_date"])
            ]
            assert (row["rank"], row["ranked"]) == (1 + sum(each > value for each in beside), len(beside))
    assert changes > 20
