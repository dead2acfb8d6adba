"""Sums compared: within precision, beyond it, or not to be told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.stage_tables import one, rows

CONVENTION = """
    line_id | parent_id | relation | label       | indicator            | period    | value       | precision | cell
    total   | ·         | ·        | mobilisés   | committed_amount_eur | 2023-2027 | 14400000000 | 50000000  | B2
    A       | total     | part     | bailleurs   | committed_amount_eur | 2023-2027 | 5500000000  | 50000000  | B3
    A-p     | A         | result   | produits    | dwellings_produced   | 2023-2027 | 200000      | 0         | B4
    B       | total     | part     | salariés    | committed_amount_eur | 2023-2027 | 3700000000  | 50000000  | B5
    C       | total     | part     | politiques  | committed_amount_eur | 2023-2027 | 5250000000  | 5000000   | B6
    C1      | C         | part     | villes      | committed_amount_eur | 2023-2027 | 1000000000  | 500000000 | B7
    C2      | C         | part     | ANRU        | committed_amount_eur | 2023-2027 | 3800000000  | 50000000  | B8
    C3      | C         | part     | FNAP        | committed_amount_eur | 2023-2024 | 450000000   | 500000    | B9
    C4      | C         | part     | ANIL        | committed_amount_eur | 2023-2027 | 45000000    | 500000    | B10
"""


def test_the_envelopes_of_the_convention_are_consistent_within_their_writing() -> None:
    found = {row["what"]: row for row in rows("audit.reconciliation", target=CONVENTION)}
    assert found.keys() == {"Plan, total : mobilisés", "Plan, C : politiques"}
    total = found["Plan, total : mobilisés"]
    assert (total["parts_sum"], total["gap"], total["tolerance"]) == (14_450_000_000, -50_000_000, 155_000_000)
    assert (total["verdict"], total["parts"], total["parts_missing"], total["period"]) == (
        "consistent",
        3,
        0,
        "2023/2027",
    )
    assert (total["stated_cell"], total["parts_cells"]) == ("[a]S!B2", "[a]S!B3; [a]S!B5; [a]S!B6")
    lines = found["Plan, C : politiques"]
    assert (lines["gap"], lines["tolerance"], lines["verdict"]) == (-45_000_000, 556_000_000, "consistent")


def test_a_part_in_another_unit_is_missing_and_not_added() -> None:
    row = one(
        "audit.reconciliation",
        target="""
            line_id | parent_id | relation | indicator         | period    | value     | unit
            t       | ·         | ·        | aids_and_services | 2023-2027 | 4 000 000 | aids
            t2      | t         | part     | mobility_aids     | 2023-2027 | 800 000   | aids
            t5      | t         | part     | households_housed | 2023-2027 | 650 000   | households
        """,
    )
    assert (row["parts_sum"], row["parts"], row["parts_missing"], row["verdict"]) == (800_000, 1, 1, "cannot_tell")


def test_what_an_envelope_is_to_produce_is_no_part_of_it() -> None:
    row = one(
        "audit.reconciliation",
        target="""
            line_id | parent_id | relation | indicator            | period    | value
            t       | ·         | ·        | committed_amount_eur | 2023-2027 | 100
            t1      | t         | part     | committed_amount_eur | 2023-2027 | 100
            t-p     | t         | result   | committed_amount_eur | 2023-2027 | 400
        """,
    )
    assert (row["parts_sum"], row["parts"], row["verdict"]) == (100, 1, "consistent")


def test_an_envelope_that_its_lines_exceed_is_inconsistent() -> None:
    row = one(
        "audit.reconciliation",
        target="""
            line_id | parent_id | relation | indicator            | period    | value | precision
            t       | ·         | ·        | committed_amount_eur | 2023-2027 | 101   | 5
            t1      | t         | part     | committed_amount_eur | 2023-2027 | 61    | 5
            t2      | t         | part     | committed_amount_eur | 2023-2027 | 56    | 0.5
        """,
    )
    assert (row["gap"], row["tolerance"], row["verdict"]) == (-16, 10.5, "inconsistent")


def _approvals(stated: str, social: str, intermediate: str) -> dict[str, Any]:
    """Each figure as ``value qualifier precision``."""
    lines = "".join(
        f"{indicator} | 44 | 2023 | {' | '.join(text.split())}\n"
        for indicator, text in (
            ("approvals", stated),
            ("approvals_social", social),
            ("approvals_intermediate", intermediate),
        )
        if text
    )
    return one(
        "audit.reconciliation", observation="indicator | territory | period | value | qualifier | precision\n" + lines
    )


@pytest.mark.parametrize(
    ("stated", "social", "intermediate", "verdict"),
    [
        ("3452 = 0", "1689 = 0", "1763 = 0", "consistent"),
        ("3453 = 0", "1689 = 0", "1763 = 0", "inconsistent"),
        ("3500 = 50", "1689 = 0", "1763 = 0", "consistent"),
        ("3452 = 0", "1700 > 0", "1763 = 0", "inconsistent"),
        ("3452 = 0", "1600 > 0", "1763 = 0", "cannot_tell"),
        ("3452 = 0", "1689 > 0", "1763 = 0", "cannot_tell"),
        ("3452 = 0", "1600 < 0", "1763 = 0", "inconsistent"),
        ("3452 = 0", "1700 < 0", "1763 = 0", "cannot_tell"),
        ("3400 > 0", "1689 = 0", "1763 = 0", "cannot_tell"),
        ("3500 > 0", "1689 = 0", "1763 = 0", "inconsistent"),
        ("3452 = 0", "1700 ~ 50", "1763 = 0", "consistent"),
        ("3452 = 0", "1000 ~ 50", "1763 = 0", "cannot_tell"),
        ("3452 = 0", "1689 = 0", "", "cannot_tell"),
        ("1001 = 0", "1689 = 0", "", "inconsistent"),
        # rounded, it may stand for as much
        ("1000 = 0", "1689 = 0", "", "cannot_tell"),
    ],
)
def test_inconsistent_has_to_be_proven(stated: str, social: str, intermediate: str, verdict: str) -> None:
    row = _approvals(stated, social, intermediate)
    assert (row["kind"], row["verdict"], row["territory"], row["period"]) == (
        "indicators",
        verdict,
        "Grand Est",
        "2023",
    )


def test_a_revised_total_beside_older_parts_can_be_told_by_the_days() -> None:
    row = one(
        "audit.reconciliation",
        observation="""
            file | indicator              | territory | period | value  | known_on
            two  | approvals              | FR        | 2021   | 48 575 | 2023-02-02
            one  | approvals_social       | FR        | 2021   | 33 625 | 2022-01-19
            one  | approvals_intermediate | FR        | 2021   | 14 913 | 2022-01-19
        """,
    )
    assert (row["gap"], row["verdict"]) == (37, "inconsistent")
    assert (row["stated_known_on"], row["parts_known_on"]) == (date(2023, 2, 2), date(2022, 1, 19))


def test_a_printed_total_of_284_against_parts_of_312_is_an_error() -> None:
    row = one(
        "audit.reconciliation",
        observation="""
            file | cell | indicator  | territory | period | value | is_total
            a    | B9   | deliveries | 02        | 2025   | 284   | true
        """,
        total="""
            file | cell | indicator  | stated_value | parts_sum | parts | verdict
            a    | B9   | deliveries | 284          | 312       | 5     | inconsistent
        """,
    )
    assert (row["kind"], row["gap"], row["tolerance"], row["verdict"]) == ("stated_total", -28, 0, "inconsistent")
    assert (row["territory"], row["period"], row["stated_cell"]) == ("Martinique", "2025", "[a]S!B9")


def test_the_four_departments_of_bretagne_make_its_stock() -> None:
    departments = """
        indicator    | territory | period     | value
        social_stock | 53        | 01/01/2020 | 182 244
        social_stock | D22       | 01/01/2020 | 30 000
        social_stock | D29       | 01/01/2020 | 50 000
        social_stock | D35       | 01/01/2020 | 72 244
    """
    known = one("audit.reconciliation", observation=departments)
    assert (known["parts"], known["parts_missing"], known["verdict"]) == (3, 1, "cannot_tell")
    row = one("audit.reconciliation", observation=departments + "social_stock | D56 | 01/01/2020 | 30 000\n")
    assert (row["kind"], row["parts_missing"], row["gap"], row["verdict"]) == (
        "departments_to_region",
        0,
        0,
        "consistent",
    )


def test_only_the_regions_of_the_time_are_compared_with_the_nation() -> None:
    row = one(
        "audit.reconciliation",
        observation="""
            indicator | territory | period | value
            starts    | FR        | 2015   | 1000
            starts    | 24        | 2015   | 100
            starts    | 44        | 2015   | 5000
        """,
    )
    assert (row["kind"], row["parts_sum"], row["parts_missing"], row["verdict"]) == (
        "regions_to_nation",
        100,
        26,
        "cannot_tell",
    )


def test_figures_of_two_periods_and_shares_are_never_compared() -> None:
    found = rows(
        "audit.reconciliation",
        observation="""
            indicator                 | territory | period     | value
            social_stock              | FR        | 01/01/2020 | 5000000
            social_stock              | 53        | 31/12/2020 | 180000
            young_beneficiaries_share | FR        | 2021       | 60
            young_beneficiaries_share | 53        | 2021       | 90
        """,
    )
    assert found == []


def _growth(rate: str, now: str, before: str, frequency: tuple[str, str] = ("2024", "2023")) -> list[dict[str, Any]]:
    """A published rate and the figures of its two years, each as ``value qualifier precision``."""
    lines = "".join(
        f"{indicator} | FR | {period} | {' | '.join(text.split())}\n"
        for indicator, period, text in (
            ("starts_growth", frequency[0], rate),
            ("starts", frequency[0], now),
            ("starts", frequency[1], before),
        )
        if text
    )
    header = "indicator | territory | period | value | qualifier | precision\n"
    return [row for row in rows("audit.reconciliation", observation=header + lines) if row["kind"] == "growth"]


@pytest.mark.parametrize(
    ("rate", "now", "before", "verdict"),
    [
        # 44 609 / 37 645 is +18.499 %
        ("18.5 = 0.05", "44609 = 0", "37645 = 0", "consistent"),
        # 44 609 / 37 502 is +18.95 %: either the rate or the year before has been revised
        ("18.5 = 0.05", "44609 = 0", "37502 = 0", "inconsistent"),
        # a rounded year leaves room: 37 500 within 500 is +17.4 % to +20.6 %
        ("18.5 = 0.05", "44609 = 0", "37500 = 500", "consistent"),
        ("17 = 0.5", "44609 = 0", "37500 = 50", "inconsistent"),
        ("-5 = 0.5", "950 = 0", "1000 = 0", "consistent"),
        ("-5 = 0.5", "1051 = 0", "1001 = 0", "inconsistent"),
        ("-5 = 0.5", "1050 = 0", "1000 = 0", "cannot_tell"),
        # more than 44 000 on 37 502 is more than +17.3 %, which 18.5 may be and 15 cannot
        ("18.5 = 0.05", "44000 > 500", "37502 = 0", "cannot_tell"),
        ("15 = 0.5", "44000 > 500", "37502 = 0", "inconsistent"),
        ("18 ~ 0.5", "44609 = 0", "37645 = 0", "consistent"),
    ],
)
def test_a_growth_rate_is_held_against_its_two_years(rate: str, now: str, before: str, verdict: str) -> None:
    (row,) = _growth(rate, now, before)
    assert (row["verdict"], row["parts"], row["parts_missing"]) == (verdict, 2, 0)
    assert (row["stated_cell"], row["parts_cells"]) == ("[a]S!A1", "[a]S!A2; [a]S!A3")


def test_the_gap_and_the_tolerance_of_a_growth_rate_are_told_in_points() -> None:
    (row,) = _growth("18.5 = 0.05", "44609 = 0", "37500 = 500")
    assert row["parts_sum"] == pytest.approx(18.957, abs=1e-3)
    assert row["gap"] == pytest.approx(-0.457, abs=1e-3)
    # half a point of the last digit of the rate, and up to 1.608 points that the rounded year leaves
    assert row["tolerance"] == pytest.approx(0.05 + 1.608, abs=1e-3)


def test_the_rate_of_a_quarter_is_that_on_the_same_quarter_of_the_year_before() -> None:
    (row,) = _growth("10 = 0.5", "110 = 0", "100 = 0", ("T1 2024", "T1 2023"))
    assert row["verdict"] == "consistent"
    assert _growth("10 = 0.5", "110 = 0", "100 = 0", ("T1 2024", "T4 2023")) == []
    assert _growth("10 = 0.5", "110 = 0", "100 = 0", ("2024", "2022")) == []


@pytest.mark.parametrize(
    ("whole", "part", "verdict"),
    [
        ("1000 = 0", "400 = 0", "consistent"),
        ("1000 = 0", "1000 = 0", "consistent"),
        ("1001 = 0", "1002 = 0", "inconsistent"),
        ("1000 = 0", "1001 = 0", "cannot_tell"),
        ("1000 = 50", "1001 = 0", "consistent"),
        ("1001 = 0", "1002 > 0", "inconsistent"),
        ("1000 = 0", "400 > 0", "cannot_tell"),
        ("1000 > 0", "400 = 0", "consistent"),
        ("1000 < 0", "400 = 0", "cannot_tell"),
        ("1000 < 0", "1001 = 0", "inconsistent"),
    ],
)
def test_a_dont_line_never_exceeds_what_it_is_some_of(whole: str, part: str, verdict: str) -> None:
    row = one(
        "audit.reconciliation",
        observation=f"""
            indicator         | territory | period | value | qualifier | precision
            aids_and_services | 03        | 2022   | {" | ".join(whole.split())}
            visale_contracts  | 03        | 2022   | {" | ".join(part.split())}
        """,
    )
    assert (row["kind"], row["verdict"]) == ("dont", verdict)
    assert (row["what"], row["territory"]) == ("Aides et services, dont : Contrats Visale", "Guyane")
    assert (row["stated_cell"], row["parts_cells"]) == ("[a]S!A1", "[a]S!A2")


def test_a_sum_of_figures_names_the_cells_of_its_sides_and_one_of_a_plan_stands_apart() -> None:
    figures = """
        file | cell | indicator              | territory | period | value
        a    | B1   | approvals              | 32        | 2021   | 100
        b    | B2   | approvals_social       | 32        | 2021   | 70
        b    | B3   | approvals_intermediate | 32        | 2021   | 40
    """
    (row,) = rows("audit.reconciliation_figures", observation=figures)
    assert (row["stated_id"], row["parts_ids"]) == ("a/S/B1", ["b/S/B3", "b/S/B2"])
    assert rows("audit.reconciliation_stated", observation=figures) == []
    assert len(rows("audit.reconciliation_stated", target=CONVENTION)) > 0
    assert rows("audit.reconciliation_figures", target=CONVENTION) == []
