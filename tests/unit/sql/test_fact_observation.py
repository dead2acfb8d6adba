"""Vintages: which figure holds, from when, until when, and what was known on a day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.stage_tables import one, rows

RESTATED = """
    file                   | indicator | territory | period | value  | known_on
    national_statement/one | approvals | FR        | 2021   | 48 538 | 2022-01-19
    national_statement/two | approvals | FR        | 2021   | 48 575 | 2023-02-02
"""


def _holds(**tables: str) -> dict[str, tuple[date, date | None]]:
    found = rows("fact.observation_history", **tables)
    return {row["raw_text"]: (row["known_on"], row["superseded_on"]) for row in found}


def test_a_restated_figure_ends_the_earlier_one_on_the_day_it_is_known() -> None:
    assert _holds(observation=RESTATED) == {
        "48 538": (date(2022, 1, 19), date(2023, 2, 2)),
        "48 575": (date(2023, 2, 2), None),
    }


def test_a_source_of_higher_authority_wins_and_a_later_one_of_lower_authority_never_holds() -> None:
    found = _holds(
        observation="""
            file                   | indicator | territory | period | value | known_on
            early                  | starts    | 32        | 2021   | 101   | 2022-01-01
            national_statement/mid | starts    | 32        | 2021   | 112   | 2022-03-01
            late                   | starts    | 32        | 2021   | 123   | 2022-06-01
        """
    )
    assert found == {
        "101": (date(2022, 1, 1), date(2022, 3, 1)),
        "112": (date(2022, 3, 1), None),
        "123": (date(2022, 6, 1), date(2022, 6, 1)),
    }


def test_of_two_files_known_the_same_day_the_one_received_last_holds() -> None:
    found = _holds(
        submission="""
            file | received_at         | known_on
            b    | 2022-02-01T08:00:00 | 2022-01-15
            a    | 2022-02-02T08:00:00 | 2022-01-15
        """,
        observation="""
            file | indicator | territory | period | value
            b    | starts    | 32        | 2021   | 100
            a    | starts    | 32        | 2021   | 110
        """,
    )
    assert found == {"100": (date(2022, 1, 15), date(2022, 1, 15)), "110": (date(2022, 1, 15), None)}


def test_a_source_that_says_secret_after_a_figure_masks_it() -> None:
    found = _holds(
        observation="""
            file                   | indicator | territory | period | value | missing_reason | raw_text | known_on
            national_statement/one | starts    | 32        | 2021   | 101   | ·              | 101      | 2022-01-01
            national_statement/two | starts    | 32        | 2021   | ·     | secret         | s        | 2022-06-01
            region                 | starts    | 32        | 2021   | 93    | ·              | 93       | 2022-03-01
        """
    )
    assert found["101"] == (date(2022, 1, 1), date(2022, 6, 1))
    assert found["s"] == (date(2022, 6, 1), None)
    assert found["93"] == (date(2022, 3, 1), date(2022, 3, 1))


def test_a_source_without_the_figure_never_hides_that_of_a_lesser_source() -> None:
    found = _holds(
        observation="""
            file                   | indicator | territory | period | value | raw_text | known_on
            region                 | starts    | 32        | 2021   | 90    | 90       | 2022-03-01
            national_statement/one | starts    | 32        | 2021   | ·     | nd       | 2022-06-01
        """
    )
    assert found == {"90": (date(2022, 3, 1), None), "nd": (date(2022, 6, 1), date(2022, 6, 1))}


def test_a_department_and_a_region_of_one_code_are_two_keys() -> None:
    found = rows(
        "fact.observation",
        observation="""
            indicator | territory | period | value
            starts    | 11        | 2021   | 90
            starts    | D11       | 2021   | 9
        """,
    )
    assert {row["territory"]: row["value"] for row in found} == {"Île-de-France": 90, "Aude": 9}


@pytest.mark.parametrize(
    ("day", "value"), [("2022-01-18", None), ("2022-01-19", 48538), ("2023-02-01", 48538), ("2023-02-02", 48575)]
)
def test_a_day_knows_what_was_issued_until_its_end(day: str, value: float | None) -> None:
    found = rows("fact.observation_as_of", f"DATE '{day}'", observation=RESTATED)
    assert [row["value"] for row in found] == ([] if value is None else [value])
    assert all("superseded_on" not in row for row in found)


def test_the_current_figure_keeps_its_cell_and_its_wording() -> None:
    row = one("fact.observation", observation=RESTATED)
    assert (row["raw_text"], row["submission_id"], row["sheet"], row["cell"]) == (
        "48 575",
        "national_statement/two",
        "S",
        "A2",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2021", "2021"),
        ("2018-2022", "2018/2022"),
        ("T1 2024", "2024-Q1"),
        ("S2 2024", "2024-S2"),
        ("03/2024", "2024-03"),
        ("31/12/2021", "2021-12-31"),
    ],
)
def test_a_period_has_a_code_that_sorts_and_the_name_that_people_write(written: str, code: str) -> None:
    row = one(
        "fact.observation_history",
        observation=f"""
            indicator | territory | period    | value
            starts    | FR        | {written} | 1
        """,
    )
    assert (row["period"], row["period_label"]) == (code, written)


@pytest.mark.parametrize(
    ("qualifier", "low", "high", "at_least", "at_most"),
    [
        ("=", "·", "·", 104_350_000, 104_450_000),
        (">", "·", "·", 104_400_000, None),
        ("<", "·", "·", None, 104_400_000),
        ("~", "·", "·", None, None),
        ("interval", "100000000", "110000000", 100_000_000, 110_000_000),
    ],
)
def test_the_bounds_of_a_figure_are_those_of_its_wording(
    qualifier: str, low: str, high: str, at_least: float | None, at_most: float | None
) -> None:
    row = one(
        "fact.observation_history",
        observation=f"""
            indicator      | territory | period | value     | precision | qualifier   | value_low | value_high
            aid_amount_eur | 32        | 2021   | 104400000 | 50000     | {qualifier} | {low}     | {high}
        """,
    )
    assert (row["at_least"], row["at_most"]) == (at_least, at_most)


def test_a_year_takes_its_flow_over_the_year_and_its_last_stock_and_nothing_else() -> None:
    found = rows(
        "fact.annual_as_of",
        "DATE '2030-01-01'",
        observation="""
            indicator                   | territory | period     | value | breakdown
            starts                      | 32        | 2021       | 100   |
            starts                      | 32        | S1 2021    | 40    |
            starts                      | 32        | 2018-2021  | 400   |
            starts                      | 44        | 2021       | 7     | Reims
            deliveries                  | 32        | 2021       | ·     |
            onv_acquisitions_cumulative | 32        | 2021       | 9000  |
            stock_dwellings             | 32        | 01/01/2021 | 500   |
            stock_dwellings             | 32        | 31/12/2021 | 510   |
        """,
    )
    assert {(row["indicator"], row["year"], row["value"]) for row in found} == {
        ("starts", 2021, 100),
        ("stock_dwellings", 2021, 510),
    }


WITHDRAWN = """
    file   | received_at         | known_on   | withdrawn_on
    first  | 2022-01-10T08:00:00 | 2022-01-10 | ·
    second | 2022-03-10T08:00:00 | 2022-03-10 | 2022-06-01
    third  | 2022-08-10T08:00:00 | 2022-08-10 | 2022-10-01
"""
STATED = """
    file   | indicator | territory | period | value | known_on
    first  | starts    | 32        | 2021   | 100   | 2022-01-10
    second | starts    | 32        | 2021   | 110   | 2022-03-10
    third  | starts    | 32        | 2021   | 120   | 2022-08-10
"""


def test_what_is_withdrawn_ends_on_that_day_and_the_next_in_rank_is_current() -> None:
    assert _holds(submission=WITHDRAWN, observation=STATED) == {
        "100": (date(2022, 1, 10), None),
        "110": (date(2022, 3, 10), date(2022, 6, 1)),
        "120": (date(2022, 8, 10), date(2022, 10, 1)),
    }
    current = one("fact.observation", submission=WITHDRAWN, observation=STATED)
    assert current["value"] == 100


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2022-01-09", None),
        ("2022-01-10", 100),
        ("2022-03-09", 100),
        ("2022-03-10", 110),
        ("2022-05-31", 110),
        ("2022-06-01", 100),
        ("2022-08-09", 100),
        ("2022-08-10", 120),
        ("2022-09-30", 120),
        ("2022-10-01", 100),
    ],
)
def test_on_every_day_one_vintage_is_known_whatever_was_withdrawn_since(day: str, value: float | None) -> None:
    found = rows("fact.observation_as_of", f"DATE '{day}'", submission=WITHDRAWN, observation=STATED)
    assert [row["value"] for row in found] == ([] if value is None else [value])


def test_a_figure_whose_every_vintage_is_withdrawn_is_current_no_more() -> None:
    only = "file | withdrawn_on\nsecond | 2022-06-01\n"
    stated = "file | indicator | territory | period | value\nsecond | starts | 32 | 2021 | 110\n"
    assert rows("fact.observation", submission=only, observation=stated) == []
    assert len(rows("fact.observation_history", submission=only, observation=stated)) == 1


def test_an_nd_takes_back_nothing_of_a_withdrawn_file() -> None:
    found = _holds(
        submission="""
            file                   | known_on   | withdrawn_on
            national_statement/one | 2022-01-01 | 2022-05-01
            national_statement/two | 2022-06-01 | ·
        """,
        observation="""
            file                   | indicator | territory | period | value | raw_text | known_on
            national_statement/one | starts    | 32        | 2021   | 100   | 100      | 2022-01-01
            national_statement/two | starts    | 32        | 2021   | ·     | nd       | 2022-06-01
            region                 | starts    | 32        | 2021   | 90    | 90       | 2022-03-01
        """,
    )
    assert found["90"] == (date(2022, 3, 1), None)


@pytest.mark.parametrize("relation", ["fact.observation_history", "fact.observation"])
def test_a_series_has_one_readable_key_over_its_periods(relation: str) -> None:
    found = rows(
        relation,
        observation="""
            indicator | breakdown          | territory | period | value
            approvals |                    | 32        | 2020   | 1
            approvals |                    | 32        | 2021   | 2
            approvals | logements sociaux  | 32        | 2021   | 1
            approvals | social/autre       | D59       | 2021   | 1
            approvals |                    | FR        | 2021   | 9
        """,
    )
    assert [(row["series_key"], row["territory_id"], row["period"]) for row in found] == [
        ("approvals/FR", "FR", "2021"),
        ("approvals/REG-32", "REG-32", "2020"),
        ("approvals/REG-32", "REG-32", "2021"),
        ("approvals/REG-32/logements sociaux", "REG-32", "2021"),
        ("approvals/DEP-59/social/autre", "DEP-59", "2021"),
    ]


def test_an_annual_figure_carries_the_key_of_its_series() -> None:
    row = one(
        "fact.annual_as_of",
        "DATE '9999-12-31'",
        observation="indicator | territory | period | value\nstarts | DROM | 2021 | 2\n",
    )
    assert (row["series_key"], row["territory_id"]) == ("starts/OTH-DROM", "OTH-DROM")


PUT_BACK = """
    file | holds_from | place | ledger_event
    first         | 2022-03-01 | P     | 1
    other         | 2022-03-10 | P     | 2
    first         | 2022-03-20 | P     | 3
"""
BOTH_SAY = """
    file  | indicator  | territory | period | value | known_on
    first | starts     | 32        | 2021   | 1330  | 2022-03-01
    other | starts     | 32        | 2021   | 1300  | 2022-01-31
    first | deliveries | 32        | 2021   | 70    | 2022-03-01
    other | deliveries | 32        | 2021   | 70    | 2022-01-31
    first | approvals  | 32        | 2021   | 50    | 2022-03-01
"""


@pytest.mark.parametrize(
    ("day", "starts"), [("2022-03-09", 1330), ("2022-03-10", 1300), ("2022-03-19", 1300), ("2022-03-20", 1330)]
)
def test_what_lies_at_a_place_last_speaks_for_it_whatever_its_date_and_so_does_a_file_put_back(
    day: str, starts: float
) -> None:
    found = rows("fact.observation_as_of", f"DATE '{day}'", stretch=PUT_BACK, observation=BOTH_SAY)
    assert {row["indicator"]: row["value"] for row in found} == {"starts": starts, "deliveries": 70, "approvals": 50}


def test_a_file_that_was_put_back_has_a_row_for_each_time_and_a_value_that_never_changed_is_as_old_as_it_was() -> None:
    found = rows("fact.observation_history", stretch=PUT_BACK, observation=BOTH_SAY)
    told = {
        name: [
            (
                row["submission_id"],
                f"{row['holds_from']:%m-%d}",
                f"{row['known_on']:%m-%d}",
                row["superseded_on"] is None,
            )
            for row in found
            if row["indicator"] == name
        ]
        for name in ("starts", "deliveries", "approvals")
    }
    assert told == {
        "starts": [
            ("first", "03-01", "03-01", False),
            ("other", "03-10", "03-10", False),
            ("first", "03-20", "03-20", True),
        ],
        "deliveries": [
            ("first", "03-01", "03-01", False),
            ("other", "03-10", "03-01", False),
            ("first", "03-20", "03-01", True),
        ],
        "approvals": [("first", "03-01", "03-01", False), ("first", "03-20", "03-01", True)],
    }


def test_a_value_that_another_place_contradicted_meanwhile_is_known_anew() -> None:
    stretch = """
        file | holds_from | place | ledger_event
        first         | 2022-03-01 | P     | 1
        elsewhere     | 2022-03-05 | Q     | 2
        other         | 2022-03-10 | P     | 3
    """
    said = """
        file      | indicator  | territory | period | value
        first     | starts     | 32        | 2021   | 70
        elsewhere | starts     | 32        | 2021   | 80
        other     | starts     | 32        | 2021   | 70
    """
    row = one("fact.observation", stretch=stretch, observation=said)
    assert (row["submission_id"], row["known_on"]) == ("other", date(2022, 3, 10))


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("fact.target", "plan | line_id | indicator | period | value\nPlan | 1 | starts | 2018-2022 | {}"),
        ("fact.funding", "beneficiary | territory | value\nOffice | 32 | {}"),
    ],
)
def test_a_register_says_what_the_file_says_that_was_put_back(relation: str, said: str) -> None:
    header, line = said.split("\n")
    table = f"file | {header}\nfirst | {line.format(1)}\nother | {line.format(2)}\n"
    row = one(relation, stretch=PUT_BACK, **{relation.removeprefix("fact."): table})
    assert (row["submission_id"], row["value"]) == ("first", 1)


def test_relations_that_name_cells_name_one_once_though_its_file_was_put_back() -> None:
    tables = {"stretch": PUT_BACK, "observation": BOTH_SAY, "cell": "file | cell\nfirst | A1\nother | A2\n"}
    covered = rows("audit.cell_coverage", **tables)
    assert sorted((row["submission_id"], row["went_to"]) for row in covered) == [
        ("first", "fact.observation_history"),
        ("other", "fact.observation_history"),
    ]
    explained = rows("audit.explain", "'starts'", "'32'", "'2021'", **tables)
    assert [(row["submission_id"], row["is_current"]) for row in explained] == [("first", True), ("other", False)]


def test_two_revisions_tell_of_a_value_that_went_and_came_back() -> None:
    found = rows("audit.revision", stretch=PUT_BACK, observation=BOTH_SAY, submission=SUCCEEDING)
    assert [(row["old_value"], row["new_value"], row["days_between"]) for row in found] == [
        (1300, 1330, 10),
        (1330, 1300, 9),
    ]
    vintages = rows("audit.revision_triangle", "'deliveries'", stretch=PUT_BACK, observation=BOTH_SAY)
    assert [(row["vintage"], row["value"], row["is_current"]) for row in vintages] == [(1, 70, True)]


SUCCEEDING = """
    file  | known_on   | received_at         | superseded_by
    first | 2022-03-01 | 2022-03-01T08:00:00 | ·
    other | 2022-01-31 | 2022-03-10T08:00:00 | first
"""
