"""What one statement says beside another one: each kind in made-up neighbours, and what comes near it and is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage_tables import rows


def found(kind: str, **tables: str) -> list[dict[str, Any]]:
    """The contradictions of one kind, of a few rows of stage."""
    return [row for row in rows("audit.contradiction", **tables) if row["kind"] == kind]


def only(kind: str, **tables: str) -> dict[str, Any]:
    """The only contradiction of a few rows of stage, which is of one kind."""
    (row,) = rows("audit.contradiction", **tables)
    assert row["kind"] == kind
    return row


TWO_VOICES = """
    file                 | publisher | indicator  | territory | period | value | known_on   | raw_text
    national_statement/a | Écho      | deliveries | 53        | 2019   | 412   | 2020-02-01 | 412
    national_statement/b | Hebdo     | deliveries | 53        | 2019   | 377   | 2020-03-01 | 377
"""


def test_two_statements_that_exclude_each_other_are_a_conflict_with_both_cells() -> None:
    row = only("conflict", observation=TWO_VOICES)
    assert (row["verdict"], row["left_value"], row["right_value"], row["gap"]) == ("inconsistent", 412, 377, -35)
    assert (row["left_file"], row["left_sheet"], row["left_cell"]) == ("national_statement/a", "S", "A1")
    assert (row["right_file"], row["right_cell"], row["right_publisher"]) == ("national_statement/b", "A2", "Hebdo")
    assert (row["left_cell_id"], row["right_cell_ids"], row["through_cell_id"]) == (
        "national_statement/a/S/A1",
        ["national_statement/b/S/A2"],
        None,
    )
    assert (
        row["message_fr"] == "Livraisons, Bretagne, 2019 : « 412 » et « 377 » ne peuvent pas être vrais tous les deux."
    )
    assert row["message_en"] == "Deliveries, Bretagne, 2019: “412” and “377” cannot both be true."


def test_a_text_in_braces_stands_in_the_sentence_as_it_was_written() -> None:
    row = only("conflict", observation=TWO_VOICES.replace("| 412\n", "| {right} 412\n"))
    assert row["message_fr"].endswith(" : « {right} 412 » et « 377 » ne peuvent pas être vrais tous les deux.")


def test_a_contradiction_within_a_territory_is_shown_with_those_between_territories() -> None:
    (shown,) = rows("audit.contradiction_within", observation=TWO_VOICES)
    assert (shown["left_cell_id"], shown["right_cell_ids"]) == (
        "national_statement/a/S/A1",
        ["national_statement/b/S/A2"],
    )
    assert rows("audit.contradiction_between", observation=TWO_VOICES) == []
    assert rows("audit.contradiction", observation=TWO_VOICES) == [shown]


def test_the_same_publisher_that_says_otherwise_later_revises() -> None:
    row = only("revision", observation=TWO_VOICES.replace("Hebdo", "Écho "))
    assert (row["left_value"], row["right_value"], row["right_known_on"].isoformat()) == (412, 377, "2020-03-01")


def test_what_was_provisional_is_no_contradiction_when_it_becomes_final() -> None:
    provisional = """
        file | indicator  | territory | period | value | known_on   | obs_status
        a    | deliveries | 53        | 2019   | 412   | 2020-02-01 | P
        b    | deliveries | 53        | 2019   | 377   | 2020-03-01 | A
    """
    assert rows("audit.contradiction", observation=provisional) == []


def test_a_cumul_that_falls_is_shown_with_both_periods() -> None:
    falling = """
        file                 | publisher | indicator                   | territory | period    | value | known_on
        national_statement/a | Écho      | onv_acquisitions_cumulative | 93        | 2016-2018 | 92    | 2019-02-01
        national_statement/b | Hebdo     | onv_acquisitions_cumulative | 93        | 2016-2019 | 71    | 2020-02-01
    """
    row = only("cumulative_falls", observation=falling)
    assert (row["left_value"], row["period_label"], row["right_value"], row["right_period_label"]) == (
        71,
        "2016-2019",
        92,
        "2016-2018",
    )
    assert rows("audit.contradiction", observation=falling.replace("| 71 ", "| 99 ")) == []


ROUND = """
    file                 | publisher | indicator | territory | period | value | known_on
    national_statement/a | Écho      | starts    | 28        | 2018   | 7 300 | 2019-01-10
    national_statement/b | Hebdo     | starts    | 28        | 2018   | {}    | 2019-02-10
"""


@pytest.mark.parametrize(
    ("exact", "is_its_rounding"), [("7 371", False), ("7 249", False), ("7 349", True), ("7 250", True)]
)
def test_a_round_number_that_is_not_the_rounding_of_the_exact_one(exact: str, is_its_rounding: bool) -> None:
    kinds = [row["kind"] for row in rows("audit.contradiction", observation=ROUND.format(exact))]
    assert kinds == ([] if is_its_rounding else ["rounding"])


def test_a_round_number_may_be_the_rounding_of_what_was_revised_since() -> None:
    also = ROUND.format("7 371") + "    national_statement/c | Hebdo | starts | 28 | 2018 | 7 320 | 2019-01-05\n"
    assert found("rounding", observation=also) == []
    # a return counts, and is taken at its word: what differs there is a disagreement, and not a rounding
    counted = ROUND.format("7 371").replace("national_statement/a", "regional_return/a")
    assert only("conflict", observation=counted)["left_value"] == 7300


BOUND = """
    file                 | publisher | indicator       | territory | period | value  | qualifier | known_on
    national_statement/a | Écho      | stock_dwellings | 27        | 2019   | 31 000 | >         | 2020-01-10
    national_statement/b | Hebdo     | stock_dwellings | 27        | 2019   | {}     | =         | 2020-02-10
"""


@pytest.mark.parametrize(("exact", "kinds"), [("33 412", ["bound"]), ("31 988", []), ("33 000", [])])
def test_a_bound_that_the_figure_leaves_far_behind(exact: str, kinds: list[str]) -> None:
    assert [row["kind"] for row in rows("audit.contradiction", observation=BOUND.format(exact))] == kinds


PART = """
    file                 | publisher | indicator        | territory | period | value | known_on
    national_statement/a | Écho      | approvals        | 84        | 2017   | 5 044 | 2018-01-10
    national_statement/a | Écho      | approvals_social | 84        | 2017   | 3 100 | 2018-01-10
    national_statement/b | Hebdo     | approvals_social | 84        | 2017   | {}    | 2018-01-05
"""


def test_a_part_that_is_stated_with_the_number_of_its_whole() -> None:
    (row,) = found("part_as_whole", observation=PART.format("5 040"))
    assert (row["left_value"], row["right_value"], row["through_cells"]) == (5040, 3100, "[national_statement/a]S!A1")
    assert row["message_fr"].startswith(
        "Agréments, logement social, Auvergne-Rhône-Alpes, 2017 : « 5 040 » est le nombre"
    )
    # another wrong number is a disagreement alone
    assert found("part_as_whole", observation=PART.format("4 200")) == []


POPULATIONS = """
    file | indicator     | territory | population | period | value
    a    | starts        | 75        | ·          | 2019   | 800
    b    | starts        | 75        | {}         | 2019   | {}
"""


def test_two_populations_are_shown_as_such_and_what_one_landlord_does_is_a_part() -> None:
    row = only("population", observation=POPULATIONS.format("all_landlords", "2 400").replace("·", ""))
    assert (row["verdict"], row["gap"], row["population"], row["right_population"]) == (
        "not_compared",
        None,
        "all_landlords",
        "",
    )
    assert "tous les bailleurs sociaux" in row["message_fr"]
    assert rows("audit.contradiction", observation=POPULATIONS.format("unicil", "300").replace("·", "")) == []
    more = only("population", observation=POPULATIONS.format("unicil", "900").replace("·", ""))
    assert more["verdict"] == "inconsistent"


def test_the_indicator_of_another_population_stands_beside_that_of_the_first() -> None:
    aids = """
        file | indicator         | territory | period | value
        a    | mobility_aids     | 52        | 2018   | 310
        b    | mobility_aids_all | 52        | 2018   | 905
    """
    row = only("population", observation=aids)
    assert (row["indicator"], row["right_indicator"]) == ("mobility_aids_all", "mobility_aids")
    assert row["verdict"] == "not_compared"
    assert rows("audit.contradiction", observation=aids.replace("2018   | 905", "2017   | 905")) == []


def test_what_texts_name_alike_stands_side_by_side() -> None:
    invested = """
        file | indicator                   | territory | period | value
        a    | investment_eur              | 11        | 2016   | 500 000
        b    | construction_investment_eur | 11        | 2016   | 410 000
    """
    row = only("neighbour", observation=invested)
    assert (row["verdict"], row["left_value"], row["right_value"]) == ("not_compared", 410_000, 500_000)
    assert rows("audit.contradiction", observation=invested.replace("410 000", "500 000")) == []
    assert rows("audit.contradiction", observation=invested.replace("2016   | 410", "2015   | 410")) == []


def test_a_national_figure_of_one_territory_is_held_against_that_territory_of_a_year_beside() -> None:
    overseas = """
        file | indicator               | territory | period | value
        a    | investment_eur          | DROM      | 2016   | 40 000
        b    | overseas_investment_eur | FR        | {}     | 95 000
    """
    assert only("neighbour", observation=overseas.format("2017  "))["right_territory_id"] == "OTH-DROM"
    assert rows("audit.contradiction", observation=overseas.format("2019  ")) == []


COUNTED = """
    file                 | publisher | indicator         | territory | period | value  | qualifier
    national_statement/a | Écho      | aids_and_services | 44        | 2015   | 41 210 | =
    national_statement/b | Hebdo     | {}                | 44        | 2015   | {}     | {}
"""


@pytest.mark.parametrize(
    ("indicator", "value", "qualifier", "is_one_number"),
    [
        ("employees_aided", "41 000", ">", True),
        ("households_aided", "41 210", "=", True),
        ("households_aided", "41 200", "=", True),
        ("households_aided", "38 000", "=", False),
        ("employees_aided", "33 000", ">", False),
    ],
)
def test_one_number_that_counts_two_things(indicator: str, value: str, qualifier: str, is_one_number: bool) -> None:
    stated = COUNTED.format(indicator, value, qualifier)
    kinds = [row["kind"] for row in rows("audit.contradiction", observation=stated)]
    assert kinds == (["count_unit"] if is_one_number else [])


def test_the_nation_and_nearly_all_of_it_are_two_fields() -> None:
    stock = """
        file | indicator    | territory | period     | value
        a    | social_stock | FR        | 01/01/2015 | 4 700 000
        b    | social_stock | FM        | 01/01/2015 | 4 550 000
        b    | social_stock | DROM      | 01/01/2015 | 150 000
    """
    row = only("field", observation=stock)
    assert (row["verdict"], row["territory_id"], row["right_territory_id"]) == ("not_compared", "OTH-FM", "FR")


SPANS = """
    file | indicator         | territory_level | territory_code | period_start | period_end | frequency | value
    a    | started_dwellings | region          | 76             | 2014-01-01   | 2014-12-31 | A         | 31 000
    b    | started_dwellings | region          | 76             | {}           | {}         | O         | 29 300
"""


def test_twelve_months_that_overlap_are_two_periods() -> None:
    row = only("span", observation=SPANS.format("2014-04-01", "2015-03-31"))
    assert (row["verdict"], row["left_value"], row["right_value"]) == ("not_compared", 29_300, 31_000)
    assert rows("audit.contradiction", observation=SPANS.format("2015-04-01", "2016-03-31")) == []


YEARS = """
    file | indicator         | territory | period | value | known_on
    a    | households_housed | 24        | 2018   | 410   | 2018-11-20
    a    | starts            | 24        | 2017   | 95    | 2018-11-20
"""


def test_a_text_with_a_year_that_was_not_over_and_the_year_before() -> None:
    row = only("mixed_years", observation=YEARS)
    assert (row["left_value"], row["period_label"], row["right_value"], row["right_period_label"]) == (
        410,
        "2018",
        95,
        "2017",
    )
    # who states one thing for both years means them
    both = YEARS + "    a | starts | 24 | 2018 | 90 | 2018-11-20\n"
    assert rows("audit.contradiction", observation=both) == []
    assert rows("audit.contradiction", observation=YEARS.replace("2018-11-20", "2019-02-20")) == []


def test_one_cumul_that_counts_from_two_days() -> None:
    cumul = """
        file | indicator                   | territory | period    | value | known_on
        a    | onv_acquisitions_cumulative | 93        | 2015-2017 | 80    | 2018-02-01
        b    | onv_acquisitions_cumulative | 93        | 2016-2018 | 99    | 2019-02-01
    """
    row = only("launch", observation=cumul)
    assert (row["verdict"], row["period_label"], row["right_period_label"]) == (
        "not_compared",
        "2016-2018",
        "2015-2017",
    )
    assert rows("audit.contradiction", observation=cumul.replace("2016-2018", "2015-2018")) == []
