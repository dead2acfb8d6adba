"""What is calculated from several statements: changes, quotients, cumuls, sums and spans, in made-up neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage_tables import rows


def only(kind: str, **tables: str) -> dict[str, Any]:
    """The only contradiction of a few rows of stage, which is of one kind."""
    (row,) = rows("audit.contradiction", **tables)
    assert row["kind"] == kind
    return row


GROWTH = """
    file | cell | indicator     | territory | period | value | precision
    a    | B1   | starts_growth | 28        | 2019   | {}    | 0.05
    a    | B2   | starts        | 28        | 2019   | 1 208 | 0
    b    | B3   | starts        | 28        | 2018   | 1 003 | 0
"""


def test_a_stated_growth_says_what_the_year_before_would_have_been() -> None:
    row = only("growth", observation=GROWTH.format("12.5"))
    assert (row["verdict"], row["left_value"], row["right_value"], row["right_period_label"]) == (
        "inconsistent",
        12.5,
        1003,
        "2018",
    )
    assert row["expected"] == pytest.approx(1208 / 1.125)
    assert (row["through_cells"], round(row["gap"], 1)) == ("[a]S!B2", -70.8)
    assert "suppose 1 074 l'année précédente" in row["message_fr"]


def test_a_growth_that_only_rounding_moves_is_none() -> None:
    assert rows("audit.contradiction", observation=GROWTH.format("20.4")) == []
    assert rows("audit.contradiction", observation=GROWTH.format("12.5").replace("| 2018 ", "| 2017 ")) == []


INVESTED = """
    file | indicator             | territory | period | value | precision
    a    | investment_growth_eur | FR        | 2016   | 300   | 5
    a    | investment_eur        | FR        | 2016   | 1 900 | 5
    b    | {}                    | FR        | 2015   | {}    | 5
"""


def test_a_growth_in_units_is_held_against_the_year_before_or_against_what_texts_name_alike() -> None:
    assert only("growth", observation=INVESTED.format("investment_eur", "1 411"))["expected"] == 1600
    assert rows("audit.contradiction", observation=INVESTED.format("investment_eur", "1 604")) == []
    row = only("growth", observation=INVESTED.format("construction_investment_eur", "1 111"))
    assert (row["verdict"], row["expected"], row["right_value"]) == ("not_compared", 1600, 1111)


SHARE = """
    file | indicator             | territory | period | value | qualifier | precision
    a    | starts_national_share | FR        | 2015   | {}    | {}        | 0.5
    a    | starts                | FR        | 2015   | 120   | =         | 0
    b    | started_dwellings     | FR        | 2015   | 1 000 | =         | 0
"""


@pytest.mark.parametrize(
    ("share", "qualifier", "is_contradiction"),
    [("15", "=", True), ("12", "=", False), ("11", ">", False), ("14", ">", True), ("14", "~", True)],
)
def test_a_stated_share_is_held_against_its_two_figures(share: str, qualifier: str, is_contradiction: bool) -> None:
    kinds = [row["kind"] for row in rows("audit.contradiction", observation=SHARE.format(share, qualifier))]
    assert kinds == (["quotient"] if is_contradiction else [])


def test_a_share_of_another_span_proves_nothing() -> None:
    assert only("quotient", observation=SHARE.format("15", "="))["verdict"] == "inconsistent"
    shifted = """
        file | indicator             | territory_level | territory_code | period_start | period_end | frequency | value
        a    | starts_national_share | national        | FR             | 2015-01-01   | 2015-12-31 | A         | 15
        a    | starts                | national        | FR             | 2015-01-01   | 2015-12-31 | A         | 120
        b    | started_dwellings     | national        | FR             | {}           | {}         | O         | 1 000
    """
    row = only("quotient", observation=shifted.format("2014-11-01", "2015-10-31"))
    assert (row["verdict"], row["expected"], row["right_value"]) == ("cannot_tell", 150, 120)
    assert rows("audit.contradiction", observation=shifted.format("2014-02-01", "2015-01-31")) == []


def test_the_share_of_a_territory_is_that_of_the_same_indicator_in_the_nation() -> None:
    regional = """
        file | indicator                 | territory | period    | value | qualifier
        a    | acv_national_share        | 27        | 2016-2018 | {}    | >
        a    | acv_amount_cumulative_eur | 27        | 2016-2018 | 210   | =
        b    | acv_amount_cumulative_eur | FR        | 2016-2018 | 1 000 | =
    """
    row = only("quotient", observation=regional.format("30"))
    assert (row["expected"], row["right_value"], row["through_cells"]) == (300, 210, "[b]S!A3")
    assert rows("audit.contradiction", observation=regional.format("20")) == []


RATE = """
    file               | indicator                 | territory | period     | value   | qualifier
    social_stock/a     | social_applicants_per_100k | 53       | 30/06/2022 | {}      | =
    social_stock/a     | social_applicants         | 53        | 30/06/2022 | 80 000  | >
    regional_return/b  | population                | 53        | 01/01/2021 | 2 000 000 | =
"""


def test_a_rate_is_held_against_the_level_and_the_population_of_another_date_as_far_as_that_moves() -> None:
    row = only("quotient", observation=RATE.format("6 100"))
    assert (row["verdict"], row["expected"], row["right_value"]) == ("cannot_tell", 122_000, 80_000)
    # 4 100 of 2 000 000 is 82 000: the population may have moved by as much
    assert rows("audit.contradiction", observation=RATE.format("4 100")) == []


CUMUL = """
    file | indicator                 | territory | period    | value | known_on
    a    | acv_amount_cumulative_eur | 24        | 2016-2018 | {}    | 2019-02-01
    b    | acv_amount_cumulative_eur | 24        | 2016-2017 | 51    | 2018-02-01
    c    | acv_amount_eur            | 24        | 2018      | {}    | 2019-02-01
"""


def test_a_cumul_and_its_last_year_say_what_the_cumul_was_before() -> None:
    row = only("cumulative_step", observation=CUMUL.format("93", "29"))
    assert (row["expected"], row["right_value"], row["gap"], row["through_cells"]) == (64, 51, -13, "[c]S!A3")
    assert rows("audit.contradiction", observation=CUMUL.format("93", "42")) == []


def test_a_number_that_is_one_years_and_all_years_at_once() -> None:
    kinds = {row["kind"]: row["verdict"] for row in rows("audit.contradiction", observation=CUMUL.format("93", "93"))}
    assert kinds["cumulative_as_annual"] == "cannot_tell"
    kinds = {row["kind"]: row["verdict"] for row in rows("audit.contradiction", observation=CUMUL.format("93", "99"))}
    assert kinds["cumulative_as_annual"] == "inconsistent"
    # the first year of a programme is all of it
    first = CUMUL.format("93", "93").replace("2016-2018", "2018     ").replace("2016-2017", "2015-2016")
    assert "cumulative_as_annual" not in {row["kind"] for row in rows("audit.contradiction", observation=first)}


STOCK = """
    file           | indicator    | territory | period     | value
    social_stock/a | social_stock | 94        | 01/01/2020 | 12 345
    social_stock/{} | social_stock | 94       | 01/01/2021 | {}
"""


@pytest.mark.parametrize(
    ("file", "later", "is_a_break"), [("b", "12 101", True), ("b", "12 299", False), ("a", "12 101", False)]
)
def test_a_stock_that_falls_further_than_such_a_stock_can(file: str, later: str, is_a_break: bool) -> None:
    kinds = [row["kind"] for row in rows("audit.contradiction", observation=STOCK.format(file, later))]
    assert kinds == (["stock_break"] if is_a_break else [])


def test_parts_that_do_not_make_up_their_whole() -> None:
    parts = """
        file | cell | indicator              | territory | period | value
        a    | B1   | approvals              | 44        | 2016   | 917
        a    | B2   | approvals_social       | 44        | 2016   | 501
        a    | B3   | approvals_intermediate | 44        | 2016   | {}
    """
    row = only("sum", observation=parts.format(318))
    assert (row["verdict"], row["left_value"], row["right_value"], row["gap"]) == ("inconsistent", 917, 819, -98)
    assert row["right_cell"] == "[a]S!B3; [a]S!B2"
    assert (row["left_cell_id"], row["right_cell_ids"]) == ("a/S/B1", ["a/S/B3", "a/S/B2"])
    assert rows("audit.contradiction_sums", observation=parts.format(318)) == [row]
    assert row["message_fr"] == "Agréments, Grand Est, 2016 : « 917 » est énoncé ; ses parties donnent 819."
    assert rows("audit.contradiction", observation=parts.format(416)) == []


def test_a_part_that_exceeds_its_whole() -> None:
    collected = """
        file | indicator                   | territory | period | value
        a    | contributions_collected_eur | FR        | 2012   | 1 407
        b    | peec_collected_eur          | FR        | 2012   | {}
    """
    row = only("part_exceeds", observation=collected.format("1 431"))
    assert (row["left_value"], row["right_value"], row["right_file"], row["right_cell"]) == (1407, 1431, "b", "A2")
    assert rows("audit.contradiction", observation=collected.format("1 299")) == []


PLAN = """
    line_id | parent_id | relation | label    | indicator            | period    | value | precision | cell
    t       | ·         | ·        | ensemble | committed_amount_eur | 2019-2021 | {}    | 50        | B1
    a       | t         | part     | une part | committed_amount_eur | 2019-2021 | 1 210 | 50        | B2
    b       | t         | part     | l'autre  | committed_amount_eur | 2019-2021 | 1 250 | 50        | B3
"""


@pytest.mark.parametrize(("total", "verdict"), [("3 100", "inconsistent"), ("2 400", "cannot_tell"), ("2 500", None)])
def test_the_lines_of_a_plan_as_written_round_to_its_total(total: str, verdict: str | None) -> None:
    found = rows("audit.contradiction", target=PLAN.format(total))
    assert [row["verdict"] for row in found] == ([verdict] if verdict else [])


def test_a_total_of_a_file_that_was_refused_is_shown_with_the_place_of_its_parts() -> None:
    refused = {
        "observation": """
            file | cell | indicator  | territory | breakdown | period | value
            a    | C4   | deliveries | 53        | Nord      | 2018   | 20
            a    | C5   | deliveries | 53        | Sud       | 2018   | 31
        """,
        "total": """
            file | cell | indicator  | label  | stated_value | parts_sum | parts | parts_cells | verdict
            a    | C6   | deliveries | Livrés | 49           | 51        | 2     | C4 C5       | inconsistent
        """,
        "cell": """
            file | cell | raw_text
            a    | C6   | 49
        """,
    }
    row = only("sum", **refused)
    assert (row["left_cell"], row["left_text"], row["right_cell"], row["right_file"]) == ("C6", "49", "C4 C5", "a")
    assert (row["left_cell_id"], row["right_cell_ids"]) == ("a/S/C6", ["a/S/C4", "a/S/C5"])
    assert row["message_en"] == "Livrés, Bretagne, 2018: “49” is stated; its parts give 51."


TARGET = """
    file | plan | line_id | label      | indicator            | period    | value
    a    | Un   | V       | ventes     | onv_sales_cumulative | 2016-2020 | 800
    b    | Deux | {}      | les ventes | onv_sales_cumulative | {}        | 800
"""


def test_one_target_over_two_lengths_of_time() -> None:
    row = only("target_span", target=TARGET.format("V", "2016-2025"))
    assert (row["verdict"], row["period_label"], row["right_period_label"]) == (
        "inconsistent",
        "2016-2025",
        "2016-2020",
    )
    assert (row["left_file"], row["right_file"]) == ("b", "a")
    for other in (("V", "2016-2020"), ("V", "2021-2030"), ("W", "2016-2025")):
        assert rows("audit.contradiction", target=TARGET.format(*other)) == []
