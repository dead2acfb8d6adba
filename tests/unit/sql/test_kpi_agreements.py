"""Agreements counted: signed, announced, in force, ending soon."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.stage_tables import one, rows


def counted(*agreements: str) -> dict[str, Any]:
    """Count agreements of one territory and year, each ``signed_on | duration | renewable``, on 15 June 2026."""
    lines = "".join(f"Partie {number} | 11 | {line}\n" for number, line in enumerate(agreements))
    table = "other_parties | territory | signed_on | duration_years | is_renewable\n" + lines
    return one("kpi.agreements", agreement=table)


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    return row["signed"], row["in_force"], row["in_force_unknown"], row["ending_within_12_months"]


def test_an_agreement_is_in_force_for_its_duration_from_the_day_of_signature() -> None:
    assert counts(counted("2021-06-16 | 5 | false")) == (1, 1, 0, 1)
    assert counts(counted("2021-06-15 | 5 | false")) == (1, 0, 0, 0)


def test_an_agreement_ends_soon_within_twelve_months_of_the_release() -> None:
    assert counts(counted("2022-06-16 | 5 | false")) == (1, 1, 0, 1)
    assert counts(counted("2022-06-17 | 5 | false")) == (1, 1, 0, 0)


def test_what_cannot_be_known_in_force_is_counted_apart() -> None:
    assert counts(counted("2025-09-25 | · | false", "2025-09-25 | 3 | false")) == (2, 1, 1, 0)


def test_a_renewable_agreement_whose_term_is_over_may_be_in_force() -> None:
    assert counts(counted("2015-01-01 | 5 | true")) == (1, 0, 1, 0)
    assert counts(counted("2025-01-01 | 5 | true")) == (1, 1, 0, 0)


def test_an_announced_agreement_is_not_a_signed_one() -> None:
    row = one(
        "kpi.agreements",
        agreement="""
            territory | state     | signed_on  | duration_years
            FR        | announced | 2025-09-25 | 5
        """,
    )
    assert (row["announced"], row["territory"], row["year"]) == (1, "France", 2025)
    assert counts(row) == (0, 0, 0, 0)


def test_each_agreement_has_its_end_and_what_it_counts_as() -> None:
    found = rows(
        "kpi.agreement_status",
        agreement="""
            territory | theme | signed_on  | duration_years
            11        | one   | 2025-09-25 | 0.75
            11        | two   | 2025-09-25 | ·
        """,
    )
    assert [(row["ends_on"], row["in_force"], row["in_force_unknown"]) for row in found] == [
        (date(2026, 6, 24), True, False),
        (None, False, True),
    ]
    assert (found[0]["ending_within_12_months"], found[0]["cell"], found[0]["year"]) == (True, "A1", 2025)


def test_territories_years_and_kinds_are_counted_apart_and_undated_agreements_too() -> None:
    found = rows(
        "kpi.agreements",
        agreement="""
            event | territory | agreement_kind           | signed_on
            a     | 11        | convention de territoire | 2025-09-25
            b     | 11        | convention               | 2025-09-25
            c     | 11        | convention               | 2024-09-25
            d     | 02        | convention               | ·
        """,
    )
    assert [(row["territory"], row["year"], row["agreement_kind"], row["signed"]) for row in found] == [
        ("Martinique", None, "convention", 1),
        ("Île-de-France", 2024, "convention", 1),
        ("Île-de-France", 2025, "convention", 1),
        ("Île-de-France", 2025, "convention de territoire", 1),
    ]


def test_an_agreement_whose_name_states_its_years_ends_with_the_last_of_them() -> None:
    agreement = """
        event                         | signed_on  | duration_years
        Convention quinquennale 2023-2027 | 2023-06-16 | 5
        ·                             | 2023-06-16 | 5
    """
    found = rows("kpi.agreement_status_on", "DATE '2027-06-01'", agreement=agreement)
    assert sorted(str(row["ends_on"]) for row in found) == ["2027-12-31", "2028-06-15"]
    assert [row["ending_within_12_months"] for row in found].count(True) == 1


def test_what_texts_say_of_the_number_of_agreements_stands_beside_the_registered_ones() -> None:
    (row,) = rows(
        "kpi.agreements",
        agreement="territory | signed_on\nFR | 2025-09-25",
        observation="""
            file | indicator         | breakdown             | territory | period | value | qualifier | raw_text
            a    | agreements_signed | Action Logement       | FR        | 2025   | 50    | =         | 50
            a    | agreements_signed | Banque des Territoires | FR       | 2025   | 30    | ~         | une trentaine
        """,
    )
    assert row["signed"] == 1
    assert row["stated_counts"] == ["50 (Action Logement)", "une trentaine (Banque des Territoires)"]
