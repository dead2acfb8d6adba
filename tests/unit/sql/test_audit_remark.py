"""What is said of a file that was loaded: which figures it revises, and which of them smell of another unit."""

from __future__ import annotations

import pytest

from tests.support.stage_tables import one, rows

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def _of(reason: str, **tables: str) -> list[dict[str, object]]:
    return [row for row in rows("audit.remark", **tables) if row["reason"] == reason]


# -- revisions -----------------------------------------------------------------------------------------------------

RETURNS = """
    file | cell | indicator  | territory | period | value | known_on
    a    | B1   | starts     | 32        | 2021   | 100   | 2022-01-01
    a    | B2   | approvals  | 32        | 2021   | 50    | 2022-01-01
    a    | B3   | deliveries | 32        | 2021   | 20    | 2022-01-01
    b    | C1   | starts     | 32        | 2021   | 110   | 2022-06-01
    b    | C2   | approvals  | 32        | 2021   | 50    | 2022-06-01
    b    | C3   | starts     | 32        | 2022   | 90    | 2022-06-01
"""
SAME_PLACE = """
    file | known_on   | superseded_by
    a    | 2022-01-01 | b
    b    | 2022-06-01 | ·
"""


def test_a_file_that_changes_figures_of_an_earlier_one_is_remarked_upon_once_with_their_counts() -> None:
    (row,) = _of("REVISION", observation=RETURNS)
    assert (row["file"], row["sheet"], row["cell"], row["row_level"]) == ("b", "", "", "remark")
    assert "(a). Modifiés : 1 ; inchangés : 1 ; donnés par le fichier" in str(row["message_fr"])
    assert "(a). Changed: 1; unchanged: 1;" in str(row["message_en"])
    assert "et maintenus : 0." in str(row["message_fr"])
    assert len(rows("audit.revision", observation=RETURNS)) == 1


def test_what_a_file_no_longer_says_counts_where_it_takes_the_place_of_the_earlier_one() -> None:
    (row,) = _of("REVISION", observation=RETURNS, submission=SAME_PLACE)
    assert "et maintenus : 1." in str(row["message_fr"])
    same = RETURNS.replace("| 110 ", "| 100 ")
    assert "Modifiés : 0 ; inchangés : 2" in str(_of("REVISION", observation=same, submission=SAME_PLACE)[0])


def test_a_file_that_says_the_same_again_is_no_revision() -> None:
    assert _of("REVISION", observation=RETURNS.replace("| 110 ", "| 100 ")) == []


def test_a_figure_said_to_be_missing_now_is_a_change_and_one_completed_too() -> None:
    for value in ("| 110 ", "| 100 "):
        missing = RETURNS.replace(value, "| ·   ")
        assert "Modifiés : 1 ; inchangés : 1" in str(_of("REVISION", observation=missing)[0]["message_fr"])


@pytest.mark.parametrize(
    "disagreeing",
    [
        RETURNS.replace("b    | C", "national_statement/b | C"),  # another source
        RETURNS.replace("2022-06-01", "2022-01-01"),  # another file of the same day
    ],
)
def test_what_is_a_disagreement_is_no_revision(disagreeing: str) -> None:
    assert _of("REVISION", observation=disagreeing) == []
    assert rows("audit.revision", observation=disagreeing) == []


def test_a_file_that_was_withdrawn_revises_nothing() -> None:
    withdrawn = "file | known_on | withdrawn_on\nb | 2022-06-01 | 2022-07-01\n"
    assert _of("REVISION", observation=RETURNS, submission=withdrawn) == []


# -- units ---------------------------------------------------------------------------------------------------------

YEARS = """
    file | cell | indicator   | territory | period | value   | known_on
    a    | B1   | {indicator} | 32        | 2019   | {past}  | 2020-03-01
    a    | B2   | {indicator} | 32        | 2020   | {past}  | 2021-03-01
    b    | B3   | {indicator} | 32        | 2021   | {value} | 2022-03-01
"""


@pytest.mark.parametrize(
    ("indicator", "past", "value", "power"),
    [
        # thousands and millions forgotten, or written twice; a figure of another year is never quite the same
        ("starts", "12500", "13.1", -3),
        ("starts", "12500", "13100000", 3),
        ("aid_amount_eur", "104400000", "98", -6),
        ("aid_amount_eur", "104400", "98000000000", 6),
        # a zero too many
        ("starts", "1250", "12000", 1),
        ("starts", "1250", "120000", 2),
        # which small counts have of themselves
        ("starts", "9", "90", None),
        ("starts", "9", "900", None),
        # a share that was written as a proportion
        ("young_beneficiaries_share", "12.5", "0.125", -2),
        ("young_beneficiaries_share", "12.5", "1.25", None),
        # ordinary moves, and moves that no unit explains
        ("starts", "1250", "2500", None),
        ("starts", "1250", "62500", None),
        ("starts", "12500", "4000000", None),
        # inhabitants move by a twentieth at most
        ("population", "33000000", "34000", -3),
        ("population", "33000000", "40000", None),
        ("starts", "0", "12500", None),
    ],
)
def test_a_figure_that_would_be_plausible_in_another_unit_is_in_doubt(
    indicator: str, past: str, value: str, power: int | None
) -> None:
    found = rows("audit.suspect_scale", observation=YEARS.format(indicator=indicator, past=past, value=value))
    assert [(row["cell"], row["old_cell"], row["power_of_ten"]) for row in found] == (
        [] if power is None else [("B3", "[a]S!B2", power)]
    )


def test_the_remark_names_the_cell_both_values_and_the_factor() -> None:
    observation = YEARS.format(indicator="aid_amount_eur", past="104400000", value="98.5")
    (row,) = _of("ECHELLE_SUSPECTE", observation=observation)
    assert (row["file"], row["sheet"], row["cell"], row["raw_text"]) == ("b", "S", "B3", "98.5")
    millionth = f"÷ 1{NARROW_SPACE}000{NARROW_SPACE}000"
    past = f"104{NARROW_SPACE}400{NARROW_SPACE}000"
    assert f"« 98.5 » a été lu 98,5, contre {past} pour 2020 ([a]S!B2) : {millionth} environ" in str(row["message_fr"])
    assert f"read as 98,5, against {past} for 2020 ([a]S!B2): about {millionth}" in str(row["message_en"])


def test_after_a_doubtful_year_the_one_that_agrees_with_the_year_before_it_is_not_in_doubt() -> None:
    later = "c | B4 | starts | 32 | 2022 | 12600 | 2023-03-01\n"
    row = one("audit.suspect_scale", observation=YEARS.format(indicator="starts", past="12500", value="12.5") + later)
    assert row["period"] == "2021"


def test_parts_and_quarters_and_stocks_are_compared_with_their_own_kind() -> None:
    found = rows(
        "audit.suspect_scale",
        observation="""
            cell | indicator    | territory | period     | breakdown | value
            A1   | starts       | 32        | 2020       | collectif | 12000
            A2   | starts       | 32        | 2021       | collectif | 12
            A3   | starts       | 32        | 2021       | ·         | 20000
            A4   | starts       | 32        | T1 2021    | ·         | 5000
            A5   | starts       | 32        | T2 2021    | ·         | 5000000
            B1   | social_stock | 32        | 31/12/2020 | ·         | 150000
            B2   | social_stock | 32        | 31/12/2021 | ·         | 151
            C1   | approvals    | 32        | 2020       | ·         | 50000
            C2   | approvals    | D59       | 2021       | ·         | 50
        """.replace("·         |", "          |"),
    )
    assert {row["cell"]: row["power_of_ten"] for row in found} == {"A2": -3, "A5": 3, "B2": -3}


@pytest.mark.parametrize(("year", "tenfold"), [(2020, 1), (2011, 1), (1988, 0)])
def test_the_last_figure_known_is_compared_however_old_and_ten_times_as_much_may_come_of_decades(
    year: int, tenfold: int
) -> None:
    years = """
        cell | indicator | territory | period | value
        A1   | starts    | 32        | {}     | 1250
        A2   | starts    | 32        | 2021   | {}
    """
    found = rows("audit.suspect_scale", observation=years.format(year, 12500))
    assert [(row["cell"], row["old_period"]) for row in found] == [("A2", str(year))] * tenfold
    assert len(rows("audit.suspect_scale", observation=years.format(year, 1250000))) == 1


RESTATED = """
    file | cell | indicator | territory | period | value   | known_on
    a    | B1   | starts    | 32        | 2021   | 12.5    | 2022-01-01
    b    | B1   | starts    | 32        | 2021   | 12500   | 2022-06-01
"""


def test_a_figure_that_stands_alone_in_time_is_compared_with_what_its_source_had_said() -> None:
    row = one("audit.suspect_scale", observation=RESTATED)
    assert (row["compared_with"], row["cell"], row["power_of_ten"]) == ("vintage", "B1", 3)
    assert (row["old_cell"], row["old_period"]) == ("[a]S!B1", "2021")
    other = RESTATED.replace("a    |", "national_statement/a |")
    assert rows("audit.suspect_scale", observation=other) == []


def test_a_revision_that_puts_a_unit_right_is_not_in_doubt() -> None:
    vouched = "b | B2 | starts | 32 | {} | 12400 | 2022-06-01\n"
    for year in (2020, 2022):
        assert rows("audit.suspect_scale", observation=RESTATED + vouched.format(year)) == []
    first = "z | B1 | starts | 32 | 2021 | 12450 | 2021-12-01\n"
    assert rows("audit.suspect_scale", observation=RESTATED + first) == []


def test_the_former_name_gives_the_same_rows() -> None:
    remarks = "file | cell | row_level\nhdf | B8 | remark\n"
    found = rows("audit.notice", rejection=remarks)
    assert [row["cell"] for row in found] == ["B8"]
    assert found == rows("audit.remark", rejection=remarks)


def test_a_vaguer_statement_that_takes_the_place_of_an_exact_one_is_remarked_with_both() -> None:
    observation = """
        file | cell | indicator       | territory | period | value | qualifier | raw_text        | known_on
        a    | A1   | rehabilitations | FR        | 2024   | 42484 | =         | 42 484          | 2025-01-16
        b    | B1   | rehabilitations | FR        | 2024   | 42000 | >         | plus de 42 000  | 2025-01-31
        a    | A2   | starts          | FR        | 2024   | 800   | >         | plus de 800     | 2025-01-16
        b    | B2   | starts          | FR        | 2024   | 812   | =         | 812             | 2025-01-31
        a    | A3   | approvals       | FR        | 2024   | 700   | =         | 700             | 2025-01-16
        b    | B3   | approvals       | FR        | 2024   | 900   | >         | plus de 900     | 2025-01-31
        a    | A4   | deliveries      | FR        | 2024   | 1330  | =         | 1 330           | 2025-01-16
        b    | B4   | deliveries      | FR        | 2024   | 1300  | =         | 1 300           | 2025-01-31
    """
    at_one_place = """
        file | holds_from | place | ledger_event
        a    | 2025-01-16 | P     | 1
        b    | 2025-01-31 | P     | 2
    """
    found = _of("MOINS_PRECIS", observation=observation, stretch=at_one_place)
    assert {row["cell"] for row in found} == {"B1", "B4"}
    (row,) = [row for row in found if row["cell"] == "B1"]
    assert "« plus de 42 000 » a pris la place de « 42 484 » ([a]S!A1)" in str(row["message_fr"])
    (row,) = _of("CONFIRMATION_ARRONDIE", observation=observation)
    assert (row["file"], row["cell"]) == ("b", "B1")
    assert "« plus de 42 000 » est moins précis que « 42 484 » ([a]S!A1)" in str(row["message_fr"])
