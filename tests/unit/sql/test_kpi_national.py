"""National figures: published, or the sum of all regions, and never the sum of those that reported."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.vocabulary.territories import current_regions
from tests.support.stage_tables import one, rows

HEADER = "indicator | territory | period | value | precision | qualifier\n"


def regions(value: float, *, year: int = 2021, but: int = 0, indicator: str = "starts", precision: float = 0) -> str:
    """The same figure for every region of today, but for the last ones."""
    codes = [region.code for region in current_regions()][: 18 - but]
    return HEADER + "".join(f"{indicator} | {code} | {year} | {value} | {precision} | =\n" for code in codes)


def _national(observation: str) -> dict[str, Any]:
    return one("kpi.national", observation=observation)


def test_a_partial_sum_is_shown_with_its_coverage_and_is_never_the_value() -> None:
    row = _national(regions(100, but=1))
    assert (row["value"], row["basis"], row["regions_sum"]) == (None, "partial", 1700)
    assert (row["regions_reporting"], row["regions_expected"]) == (17, 18)
    assert row["coverage"] == pytest.approx(17 / 18)
    assert (row["gap"], row["is_consistent"], row["precision"], row["qualifier"]) == (None, None, None, None)


def test_all_regions_together_make_the_national_figure() -> None:
    row = _national(regions(100, precision=0.5))
    assert (row["value"], row["basis"], row["regions_sum"], row["coverage"]) == (1800, "sum_of_regions", 1800, 1)
    assert (row["precision"], row["qualifier"], row["published_value"]) == (9, "=", None)


def test_a_region_that_says_nd_does_not_report() -> None:
    row = _national(regions(100, but=1) + "starts | 94 | 2021 | · | · | =\n")
    assert (row["basis"], row["regions_reporting"]) == ("partial", 17)


def test_the_published_figure_wins_and_the_gap_is_told() -> None:
    row = _national(regions(101) + "starts | FR | 2021 | 1919 | 0 | =\n")
    assert (row["value"], row["basis"], row["published_value"]) == (1919, "published", 1919)
    assert (row["gap"], row["verdict"], row["is_consistent"]) == (101, "inconsistent", False)


@pytest.mark.parametrize(
    ("published", "precision", "qualifier", "verdict"),
    [
        (1818, 0, "=", "consistent"),
        (1868, 50, "=", "consistent"),
        (1867, 48, "=", "inconsistent"),
        (1767, 49, "=", "inconsistent"),
        (1850, 50, "~", "consistent"),
        (1900, 50, "~", "cannot_tell"),
        (2500, 50, "~", "inconsistent"),
        (1700, 0, ">", "cannot_tell"),
        (1901, 0, ">", "inconsistent"),
        (1900, 0, "<", "cannot_tell"),
        (1700, 0, "<", "inconsistent"),
        # rounded, or truncated, as people do
        (1900, 0, "=", "cannot_tell"),
        (1820, 0, "=", "cannot_tell"),
        (2000, 0, "=", "cannot_tell"),
        (1840, 0, "=", "inconsistent"),
    ],
)
def test_published_and_regions_agree_within_their_precision(
    published: float, precision: float, qualifier: str, verdict: str
) -> None:
    row = _national(regions(101) + f"starts | FR | 2021 | {published} | {precision} | {qualifier}\n")
    assert row["verdict"] == verdict
    assert row["is_consistent"] is {"consistent": True, "inconsistent": False}.get(verdict)
    assert row["gap"] == published - 1818


def test_some_regions_that_exceed_the_published_figure_already_contradict_it() -> None:
    row = _national(regions(101, but=8) + "starts | FR | 2021 | 951 | 40 | =\n")
    assert (row["value"], row["gap"], row["is_consistent"]) == (951, None, False)


def test_some_regions_below_the_published_figure_tell_nothing() -> None:
    row = _national(regions(101, but=8) + "starts | FR | 2021 | 951 | 60 | =\n")
    assert row["is_consistent"] is None


def test_a_share_has_no_sum_of_regions() -> None:
    share = regions(60, indicator="young_beneficiaries_share")
    assert rows("kpi.national", observation=share) == []
    row = _national(share + "young_beneficiaries_share | FR | 2021 | 66 | 0.5 | =\n")
    assert (row["value"], row["regions_sum"], row["gap"], row["is_consistent"]) == (66, None, None, None)


def test_before_2016_the_regions_of_then_are_expected_and_those_of_today_not_added() -> None:
    row = _national(HEADER + "starts | 24 | 2015 | 100 | 0 | =\nstarts | 44 | 2015 | 900 | 0 | =\n")
    assert (row["regions_sum"], row["regions_reporting"], row["regions_expected"]) == (100, 1, 27)


def test_pseudo_territories_and_departments_are_not_added() -> None:
    row = _national(
        HEADER + "starts | 32 | 2021 | 5 | 0 | =\nstarts | D59 | 2021 | 4 | 0 | =\nstarts | DROM | 2021 | 9 | 0 | =\n"
    )
    assert row["regions_sum"] == 5


def test_a_bound_among_the_regions_makes_their_sum_a_bound() -> None:
    row = _national(regions(100, but=1) + "starts | 94 | 2021 | 100 | 0 | >\n")
    assert (row["value"], row["basis"], row["qualifier"]) == (1800, "sum_of_regions", ">")


def test_on_a_past_day_the_figure_is_the_one_known_then() -> None:
    statements = """
        file                   | indicator | territory | period | value  | known_on
        national_statement/one | approvals | FR        | 2021   | 48 538 | 2022-01-19
        national_statement/two | approvals | FR        | 2021   | 48 575 | 2023-02-02
    """
    then = one("kpi.national_as_of", "DATE '2022-12-31'", observation=statements)
    now = one("kpi.national", observation=statements)
    assert (then["value"], now["value"]) == (48538, 48575)
