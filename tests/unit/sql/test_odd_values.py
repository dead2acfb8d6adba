"""No value of a cell stops the building: what has no answer has none, and says so by its absence."""

from __future__ import annotations

import pytest

from tests.support.stage_tables import one, rows


@pytest.mark.parametrize(
    ("before", "after"),
    [("-1000", "1000"), ("1000", "-1"), ("1e-300", "999999999999999"), ("999999999999999", "5e-324"), ("0", "1000")],
)
def test_a_series_that_changes_sign_or_has_no_scale_is_not_suspect(before: str, after: str) -> None:
    figures = f"""
        cell | indicator | territory | period | value
        B1   | starts    | 32        | 2020   | {before}
        B2   | starts    | 32        | 2021   | {after}
    """
    assert rows("audit.suspect_scale", observation=figures) == []


def test_a_negative_series_is_compared_as_a_positive_one() -> None:
    figures = """
        cell | indicator | territory | period | value
        B1   | starts    | 32        | 2020   | -2000
        B2   | starts    | 32        | 2021   | -2000000
    """
    assert one("audit.suspect_scale", observation=figures)["power_of_ten"] == 3


@pytest.mark.parametrize(("signed_on", "years"), [("2020-01-01", "999999999999"), ("9999-12-31", "3"), ("·", "3")])
def test_a_term_that_no_calendar_holds_is_not_known(signed_on: str, years: str) -> None:
    agreement = f"""
        territory | signed_on    | duration_years
        32        | {signed_on}  | {years}
    """
    row = one("kpi.agreement_status", agreement=agreement)
    assert (row["ends_on"], row["in_force"], row["in_force_unknown"]) == (None, False, True)
