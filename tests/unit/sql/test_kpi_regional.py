"""The regional table, as it is today and as it was, and the scorecard."""

from __future__ import annotations

import pytest

from pipeline.vocabulary.territories import current_regions
from tests.support.stage_tables import one, relations, rows

HAUTS_DE_FRANCE = """
    file | indicator         | territory | period | value     | precision | known_on
    hdf  | households_housed | 32        | 2021   | 8 311     | 0         | 2021-12-03
    hdf  | aids_and_services | 32        | 2021   | 63 174    | 0         | 2021-12-03
    hdf  | aid_amount_eur    | 32        | 2021   | 104400000 | 50000     | 2021-12-03
    hdf  | starts            | 32        | 2020   | 2 904     | 0         | 2021-12-03
    then | starts            | 32        | 2021   | 3 049.2   | 0         | 2022-06-01
    late | starts            | 32        | 2023   | 1 000     | 0         | 2024-06-01
    pop  | population        | 32        | 01/01/2021 | 5 995 292 | 0     | 2023-12-31
"""


def test_the_columns_that_everybody_quotes_come_first_and_in_order() -> None:
    assert relations()["kpi.regional"].contract.column_names[:10] == [
        "region_code",
        "region",
        "year",
        "households_housed",
        "aids_and_services",
        "aid_amount_eur",
        "approvals",
        "starts",
        "deliveries",
        "onv_acquisitions",
    ]


def test_a_region_and_year_carries_what_was_stated_and_null_for_the_rest() -> None:
    found = {row["year"]: row for row in rows("kpi.regional", observation=HAUTS_DE_FRANCE)}
    assert sorted(found) == [2020, 2021, 2023]
    row = found[2021]
    assert (row["region"], row["households_housed"], row["aids_and_services"], row["aid_amount_eur"]) == (
        "Hauts-de-France",
        8311,
        63174,
        104_400_000,
    )
    assert (row["approvals"], row["deliveries"], row["hedged"], row["provisional"]) == (None, None, None, None)


def test_what_is_counted_is_a_whole_number_and_an_amount_is_not() -> None:
    middle = HAUTS_DE_FRANCE.replace("104400000 | 50000", "104400000.5 | 50000")
    found = {row["year"]: row for row in rows("kpi.regional", observation=middle)}
    assert [type(found[2021][name]) for name in ("households_housed", "aid_amount_eur")] == [int, float]
    assert (found[2021]["starts"], found[2021]["aid_amount_eur"]) == (3049, 104_400_000.5)
    (latest,) = (row for row in rows("kpi.regional_latest", observation=middle) if row["region_code"] == "32")
    assert [type(latest[name]) for name in ("households_housed", "aid_amount_eur")] == [int, float]


def test_ratios_follow_from_two_stated_terms() -> None:
    row = next(row for row in rows("kpi.regional", observation=HAUTS_DE_FRANCE) if row["year"] == 2021)
    assert row["aid_amount_per_aid_eur"] == pytest.approx(104_400_000 / 63_174)
    assert row["households_housed_per_100k"] == pytest.approx(8311 / 59.95292)
    assert row["aids_and_services_per_100k"] == pytest.approx(63174 / 59.95292)
    assert row["intermediate_share_percent"] is None


def test_inhabitants_of_an_earlier_year_serve_and_those_of_a_later_year_do_not() -> None:
    found = rows(
        "kpi.regional",
        observation="""
            indicator         | territory | period     | value
            households_housed | 32        | 2020       | 1000
            households_housed | 32        | 2024       | 1000
            population        | 32        | 01/01/2021 | 2000000
        """,
    )
    assert {row["year"]: row["households_housed_per_100k"] for row in found} == {2020: None, 2021: None, 2024: 50}


def test_a_change_needs_two_consecutive_years() -> None:
    found = {row["year"]: row for row in rows("kpi.regional", observation=HAUTS_DE_FRANCE)}
    assert found[2020]["starts_change_percent"] is None
    assert found[2021]["starts_change_percent"] == pytest.approx(5)
    assert found[2023]["starts_change_percent"] is None


def test_a_bound_shows_but_enters_no_ratio_and_no_change() -> None:
    found = rows(
        "kpi.regional",
        observation="""
            indicator              | territory | period | value | qualifier | obs_status
            approvals              | 32        | 2020   | 100   | =         | A
            approvals              | 32        | 2021   | 200   | >         | P
            approvals_intermediate | 32        | 2021   | 50    | ~         | A
        """,
    )
    row = found[-1]
    assert (row["approvals"], row["approvals_change_percent"], row["intermediate_share_percent"]) == (200, None, None)
    assert row["hedged"] == "approvals, approvals_intermediate"
    assert row["provisional"] == "approvals"


def test_the_share_of_intermediate_dwellings_is_that_of_the_stated_approvals() -> None:
    row = one(
        "kpi.regional",
        observation="""
            indicator              | territory | period | value
            approvals              | 44        | 2023   | 3452
            approvals_social       | 44        | 2023   | 1689
            approvals_intermediate | 44        | 2023   | 1763
        """,
    )
    assert row["intermediate_share_percent"] == pytest.approx(100 * 1763 / 3452)


def test_approvals_are_not_made_up_from_their_two_parts() -> None:
    row = one(
        "kpi.regional",
        observation="""
            indicator              | territory | period | value
            approvals_social       | 44        | 2023   | 1689
            approvals_intermediate | 44        | 2023   | 1763
        """,
    )
    assert (row["approvals"], row["approvals_social"]) == (None, 1689)


def test_departments_parts_cumulative_and_unlisted_figures_make_no_regional_row() -> None:
    found = rows(
        "kpi.regional",
        observation="""
            indicator                   | territory | period    | value | breakdown
            starts                      | D59       | 2021      | 10    |
            starts                      | FR        | 2021      | 10    |
            starts                      | 32        | 2021      | 10    | Lille
            starts                      | 32        | 2018-2021 | 10    |
            onv_acquisitions_cumulative | 32        | 2021      | 10    |
            mobility_aids               | 32        | 2021      | 10    |
        """,
    )
    assert found == []


def test_on_a_past_day_only_what_was_known_by_then_shows() -> None:
    then = rows("kpi.regional_as_of", "DATE '2021-12-31'", observation=HAUTS_DE_FRANCE)
    assert {row["year"]: row["starts"] for row in then} == {2020: 2904, 2021: None}
    assert then[-1]["households_housed_per_100k"] is None


def test_today_is_the_end_of_time() -> None:
    today = rows("kpi.regional", observation=HAUTS_DE_FRANCE)
    assert today == rows("kpi.regional_as_of", "DATE '9999-12-31'", observation=HAUTS_DE_FRANCE)


def test_the_scorecard_has_every_region_and_the_latest_known_year_of_each_indicator() -> None:
    found = {row["region_code"]: row for row in rows("kpi.regional_latest", observation=HAUTS_DE_FRANCE)}
    assert found.keys() == {region.code for region in current_regions()}
    row = found["32"]
    assert (row["households_housed"], row["households_housed_year"]) == (8311, 2021)
    assert (row["starts"], row["starts_year"]) == (1000, 2023)
    silent = found["94"]
    assert {name for name, value in silent.items() if value is not None} == {"region_code", "region"}


@pytest.mark.parametrize("today", ["kpi.annual", "kpi.national", "kpi.regional_figure", "kpi.regional"])
def test_what_holds_today_is_what_was_known_on_a_day_that_never_comes(today: str) -> None:
    statements = """
        file | indicator         | territory | period | value | known_on
        one  | starts            | 32        | 2021   | 100   | 2022-01-19
        two  | starts            | 32        | 2021   | 110   | 2023-02-02
        two  | aids_and_services | 32        | 2021   | 50    | 2023-02-02
        two  | starts            | FR        | 2021   | 900   | 2023-02-02
    """
    holds = rows(today, observation=statements)
    assert holds
    assert holds == rows(f"{today}_as_of", "DATE '9999-12-31'", observation=statements)
    assert holds != rows(f"{today}_as_of", "DATE '2022-12-31'", observation=statements)
