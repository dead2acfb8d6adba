"""How far a commitment is kept, and when that can be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.stage_tables import one


def progress(
    *figures: str,
    value: str = "200 000",
    qualifier: str = "=",
    period: str = "2023-2027",
    indicator: str = "rehabilitations",
    unit: str = "dwellings",
    as_of: str = "2026-06-15",
    known_on: str = "2022-01-15",
) -> dict[str, Any]:
    """A commitment and the national figures known by then, each as ``year value [qualifier]``."""
    told = [[*figure.split(), "="] for figure in figures]
    lines = "".join(f"{indicator} | FR | {year} | {number} | {hedge}\n" for year, number, hedge, *_ in told)
    return one(
        "kpi.target_progress",
        run=f"inputs_sha256 | as_of\nabc | {as_of}",
        observation="indicator | territory | period | value | qualifier\n" + lines,
        target=f"""
            line_id | indicator   | period   | value   | qualifier   | unit   | known_on
            A       | {indicator} | {period} | {value} | {qualifier} | {unit} | {known_on}
        """,
    )


def test_the_national_figures_of_the_period_are_added_and_no_other() -> None:
    row = progress("2022 99999", "2023 40000", "2024 45000", "2025 41000")
    assert (row["achieved_to_date"], row["share_achieved"]) == (126000, 0.63)
    assert (row["years_in_period"], row["years_elapsed"], row["years_known"], row["coverage"]) == (5, 3, 3, 1)
    assert (row["expected_to_date"], row["pace_needed"], row["status"]) == (120000, 37000, "on_track")
    assert row["last_known_on"] == date(2022, 1, 15)


def test_behind_is_said_only_when_every_elapsed_year_is_known() -> None:
    assert progress("2023 10000", "2024 10000", "2025 10000")["status"] == "behind"
    row = progress("2023 10000", "2025 10000")
    assert (row["status"], row["pace_needed"]) == ("unknown", None)
    assert row["coverage"] == pytest.approx(2 / 3)


def test_enough_is_enough_even_when_a_year_is_unknown() -> None:
    assert progress("2023 90000", "2025 40000")["status"] == "on_track"


def test_a_running_year_already_known_does_not_make_up_for_a_missing_one() -> None:
    row = progress("2024 10000", "2025 10000", "2026 10000")
    assert (row["years_known"], row["status"]) == (3, "unknown")
    assert row["coverage"] == pytest.approx(2 / 3)


def test_without_any_figure_nothing_is_said() -> None:
    row = progress()
    assert (row["achieved_to_date"], row["share_achieved"], row["status"]) == (None, None, "unknown")
    assert (row["years_known"], row["coverage"], row["last_known_on"]) == (0, 0, None)


def test_a_lower_bound_can_prove_success_and_no_delay() -> None:
    assert progress("2023 40000 >", "2024 45000", "2025 41000")["status"] == "on_track"
    assert progress("2023 10000 >", "2024 10000", "2025 10000")["status"] == "unknown"


def test_an_upper_bound_can_prove_delay_and_no_success() -> None:
    assert progress("2023 40000 <", "2024 45000", "2025 41000")["status"] == "unknown"
    assert progress("2023 10000 <", "2024 10000", "2025 10000")["status"] == "behind"


def test_no_verdict_hangs_on_a_rounding_or_on_the_months_before_the_signature() -> None:
    # 119 276 of 120 000: within a hundredth of a promise in round numbers
    close = progress("2023 39712", "2024 42484", "2025 37080")
    assert (close["status"], close["why_unknown"]) == ("unknown", "rounding")
    short = progress("2023 39712", "2024 42484", "2025 35000")
    assert (short["status"], short["why_unknown"]) == ("behind", None)
    about = progress("2023 40000 ~", "2024 40000", "2025 41000")
    assert (about["status"], about["why_unknown"]) == ("unknown", "rounding")
    # signed in the middle of June: whether the months before count decides
    signed = {"known_on": "2023-06-16"}
    assert progress("2023 45000", "2024 42000", "2025 41000", **signed)["why_unknown"] == "span"
    assert progress("2023 45000", "2024 52000", "2025 51000", **signed)["status"] == "on_track"
    assert progress("2023 20000", "2024 20000", "2025 20000", **signed)["status"] == "behind"


def test_on_another_day_other_years_are_over() -> None:
    tables = {
        "observation": "indicator | territory | period | value\nrehabilitations | FR | 2023 | 41001",
        "target": "line_id | indicator | period | value\nA | rehabilitations | 2023-2027 | 200000",
    }
    early = one("kpi.target_progress_on", "DATE '2024-01-15'", **tables)
    late = one("kpi.target_progress_on", "DATE '2026-01-15'", **tables)
    assert (early["years_elapsed"], early["status"]) == (1, "on_track")
    assert (late["years_elapsed"], late["why_unknown"]) == (3, "years_missing")


def test_a_ceiling_is_nothing_to_be_behind_on() -> None:
    assert progress("2023 1", "2024 1", "2025 1", qualifier="<")["status"] == "unknown"


@pytest.mark.parametrize(
    ("indicator", "unit"),
    [("committed_amount_eur", "EUR"), ("production_factor", "factor"), ("rehabilitations", "households")],
)
def test_envelopes_factors_and_other_units_have_no_annual_figure_that_adds_up(indicator: str, unit: str) -> None:
    row = progress("2023 90000", "2024 90000", "2025 90000", indicator=indicator, unit=unit)
    assert (row["achieved_to_date"], row["expected_to_date"], row["status"]) == (None, None, "unknown")


def test_without_an_end_no_share_of_the_period_is_elapsed() -> None:
    row = progress("2023 90000", period="2017-")
    assert (row["period_end"], row["years_in_period"], row["share_of_period_elapsed"]) == (None, None, None)
    assert (row["achieved_to_date"], row["status"]) == (None, "unknown")


def test_the_elapsed_share_counts_days_and_the_pace_whole_years() -> None:
    row = progress("2023 1", as_of="2024-12-30")
    assert (row["years_elapsed"], row["coverage"]) == (1, 1)
    assert row["share_of_period_elapsed"] == pytest.approx(730 / 1826)
    assert progress("2023 1", as_of="2024-12-31")["years_elapsed"] == 2


def test_a_period_that_is_over_or_not_begun_is_elapsed_whole_or_not_at_all() -> None:
    over = progress("2023 1", as_of="2031-01-01")
    assert (over["share_of_period_elapsed"], over["years_elapsed"]) == (1, 5)
    ahead = progress(as_of="2022-12-01")
    assert (ahead["share_of_period_elapsed"], ahead["years_elapsed"], ahead["coverage"]) == (0, 0, None)


def test_a_partial_sum_of_regions_is_no_achievement() -> None:
    row = one(
        "kpi.target_progress",
        observation="""
            indicator       | territory | period | value
            rehabilitations | 32        | 2023   | 999999
        """,
        target="""
            line_id | indicator       | period    | value
            A       | rehabilitations | 2023-2027 | 200000
        """,
    )
    assert (row["achieved_to_date"], row["status"]) == (None, "unknown")
