"""Who has reported, who is late, whose file was refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.stage_tables import rows

SUBMISSIONS = """
    file      | region_code | known_on   | status   | received_at
    hdf       | 32          | 2022-03-01 | accepted | 2022-03-02T08:00:00
    hdf-again | 32          | 2022-04-01 | accepted | 2022-04-02T08:00:00
    bre       | 53          | 2024-09-01 | partial  | 2024-09-02T08:00:00
    ge        | 44          | 2025-02-01 | rejected | 2025-02-02T08:00:00
"""
OBSERVATIONS = """
    file      | indicator | territory | period | value | known_on
    hdf       | starts    | 32        | 2021   | 1     | 2022-03-01
    hdf-again | starts    | 32        | 2021   | 2     | 2022-04-01
    bre       | starts    | D29       | 2023   | 3     | 2024-09-01
"""


def _coverage(**tables: str) -> dict[tuple[str, int], dict[str, Any]]:
    found = rows("audit.coverage", submission=SUBMISSIONS, observation=OBSERVATIONS, **tables)
    return {(row["region"], row["year"]): row for row in found}


def test_every_region_of_today_is_expected_from_the_first_year_reported_to_last_year() -> None:
    found = _coverage()
    assert {year for _, year in found} == {2021, 2022, 2023, 2024, 2025}
    assert len(found) == 18 * 5
    assert all(row["is_expected"] for row in found.values())


def test_accepted_figures_are_counted_with_their_files_and_first_dates() -> None:
    row = _coverage()["Hauts-de-France", 2021]
    assert (row["status"], row["is_late"], row["due_on"]) == ("accepted", False, date(2022, 6, 30))
    assert (row["files"], row["figures"], row["first_known_on"]) == (2, 2, date(2022, 3, 1))
    assert row["first_received_at"].date() == date(2022, 3, 2)


def test_figures_of_a_department_count_for_its_region_and_may_come_late() -> None:
    row = _coverage()["Bretagne", 2023]
    assert (row["status"], row["is_late"], row["due_on"]) == ("accepted", True, date(2024, 6, 30))


def test_a_refused_file_is_counted_for_the_year_before_its_issue() -> None:
    row = _coverage()["Grand Est", 2024]
    assert (row["status"], row["files"], row["figures"], row["is_late"]) == ("rejected", 1, 0, True)


def test_nothing_is_late_once_due_and_awaited_before() -> None:
    silent = {year: row["status"] for (region, year), row in _coverage().items() if region == "Corse"}
    assert silent == {2021: "late", 2022: "late", 2023: "late", 2024: "late", 2025: "awaited"}
    later = _coverage(run="inputs_sha256 | as_of\nabc | 2026-07-01")
    assert later["Corse", 2025]["status"] == "late"


def test_a_region_is_not_expected_before_it_existed() -> None:
    found = rows(
        "audit.coverage",
        observation="""
            indicator | territory | period | value
            starts    | 24        | 2015   | 1
        """,
    )
    assert {row["region"] for row in found if row["year"] == 2015} == {
        "Guadeloupe",
        "Martinique",
        "Guyane",
        "La Réunion",
        "Mayotte",
        "Île-de-France",
        "Centre-Val de Loire",
        "Pays de la Loire",
        "Bretagne",
        "Provence-Alpes-Côte d'Azur",
        "Corse",
    }


def test_figures_that_come_unasked_show_and_are_never_late() -> None:
    (row,) = rows(
        "audit.coverage",
        observation="""
            file           | indicator    | territory | period     | value | known_on
            social_stock/a | social_stock | 53        | 01/01/2020 | 182   | 2025-01-01
        """,
    )
    assert (row["status"], row["is_expected"], row["is_late"], row["due_on"]) == ("accepted", False, False, None)


def test_a_deadline_that_passes_without_any_file_makes_a_region_late_on_that_day() -> None:
    observation = "file | indicator | territory | period | value | known_on\na | starts | 32 | 2020 | 1 | 2021-06-01"
    stood = "inputs_sha256 | as_of\nabc | 2021-06-01"
    for day, status in (("2021-06-30", "awaited"), ("2021-07-01", "late")):
        found = rows("audit.coverage_on", f"DATE '{day}'", observation=observation, run=stood)
        (corse,) = [row for row in found if (row["region_code"], row["year"]) == ("94", 2020)]
        assert corse["status"] == status
    (own,) = [row for row in found if (row["region_code"], row["year"]) == ("32", 2020)]
    assert (own["status"], own["indicators_reported"]) == ("accepted", 1)
    assert own["indicators_expected"] > 1


def test_a_file_that_says_its_year_alone_is_not_late_by_the_last_day_of_it() -> None:
    observation = "file | indicator | territory | period | value | known_on\na | starts | 32 | 2020 | 1 | 2021-12-31"
    for known_from, is_late in (("2021-01-01", False), ("2021-12-31", True)):
        submission = f"file | known_on | known_from\na | 2021-12-31 | {known_from}"
        found = rows("audit.coverage", observation=observation, submission=submission)
        (own,) = [row for row in found if (row["region_code"], row["year"]) == ("32", 2020)]
        assert (own["status"], own["is_late"]) == ("accepted", is_late)


OLD = """
    file | indicator | territory | period | value | known_on
    old  | starts    | 53        | 2015   | 1     | 2016-01-01
"""


def test_late_is_told_of_the_last_year_that_was_due_alone() -> None:
    (late,) = rows("audit.late_on", "DATE '2023-07-15'", observation=OLD)
    assert (late["source"], late["year"], str(late["due_on"]), late["regions"]) == (
        "regional_return",
        2022,
        "2023-06-30",
        18,
    )
    assert late["who"].startswith("Auvergne-Rhône-Alpes, Bourgogne-Franche-Comté")
    sent_early = OLD + "    new  | starts    | 53        | 2023   | 1     | 2023-07-01\n"
    (late,) = rows("audit.late_on", "DATE '2023-07-15'", observation=sent_early)
    assert (late["year"], late["regions"]) == (2022, 18)  # what is not due yet makes nothing less late


def test_a_year_that_is_over_and_sent_leaves_nobody_late_for_years_before() -> None:
    regions = [row["code"] for row in rows("dim.territory") if row["level"] == "region" and row["valid_to"] is None]
    sent = "\n".join(f"f{code} | starts | {code} | 2022 | 1 | 2023-03-01" for code in regions)
    told = (
        f"file | indicator | territory | period | value | known_on\n{sent}\nold | starts | 53 | 2015 | 1 | 2016-01-01"
    )
    assert rows("audit.late_on", "DATE '2023-07-15'", observation=told) == []
