"""The long relation of annual figures: every level, with marks, sums, changes, ranks and shares."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.vocabulary.territories import current_regions, territories
from tests.support.stage_tables import rows

HEADER = "indicator | territory | period | value | qualifier | obs_status | population\n"


def annual(lines: list[str]) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows by territory and year."""
    found = rows("kpi.annual", observation=HEADER + "\n".join(lines))
    return {(row["territory_id"], row["year"]): row for row in found}


def line(
    territory: str, value: float, period: str = "2021", *, indicator: str = "starts", marks: str = "= | A | "
) -> str:
    return f"{indicator} | {territory} | {period} | {value} | {marks}"


def of_regions(period: str, value: float = 101, *, indicator: str = "starts", but: int = 0) -> list[str]:
    codes = [region.code for region in current_regions()][: 18 - but]
    return [line(code, value, period, indicator=indicator) for code in codes]


def test_the_nation_a_region_and_a_department_have_a_row_each() -> None:
    found = annual([line("FR", 5000), line("32", 91), line("D59", 51)])
    assert {key: row["value"] for key, row in found.items()} == {
        ("FR", 2021): 5000,
        ("REG-32", 2021): 91,
        ("DEP-59", 2021): 51,
    }


def test_departments_make_up_their_region_and_say_that_they_do() -> None:
    departments = [t.code for t in territories() if t.level == "department" and t.parent_code == "53"]
    found = annual([line(f"D{code}", 11) for code in departments])
    region = found["REG-53", 2021]
    assert (region["value"], region["basis"], region["coverage"]) == (44, "sum_of_departments", 1)
    # it is not what its office says, so that it is not added to the nation
    assert ("FR", 2021) not in found
    some = annual([line(f"D{code}", 11) for code in departments[1:]])["REG-53", 2021]
    assert (some["value"], some["parts_sum"], some["basis"]) == (None, 33, "partial")


def test_a_sum_carries_the_marks_of_its_parts() -> None:
    lines = of_regions("2021", but=2)
    hedged = annual([*lines, line("93", 70, marks="> | A | "), line("94", 12, marks="= | P | ")])["FR", 2021]
    assert (hedged["value"], hedged["qualifier"], hedged["obs_status"]) == (16 * 101 + 82, ">", "P")
    assert (hedged["at_least"], hedged["at_most"]) == (16 * 101 + 82, None)
    assert hedged["parts_qualifier"] == ">"


def test_stocks_of_different_dates_are_neither_added_nor_compared() -> None:
    stock = "social_stock"
    mixed = annual([*of_regions("31/12/2021", indicator=stock, but=1), line("94", 9, "01/01/2021", indicator=stock)])
    nation = mixed["FR", 2021]
    assert (nation["basis"], nation["parts_reporting"], nation["value"]) == ("partial", 17, None)
    apart = annual([*of_regions("01/01/2021", indicator=stock), line("FR", 9999, "31/12/2021", indicator=stock)])[
        "FR", 2021
    ]
    assert (apart["verdict"], apart["parts_reporting"], apart["is_disputed"]) == ("not_compared", 0, False)


def test_31_december_and_the_next_1_january_are_one_date() -> None:
    stock = "social_stock"
    mixed = annual([*of_regions("31/12/2021", indicator=stock, but=1), line("94", 101, "01/01/2022", indicator=stock)])
    assert (mixed["FR", 2021]["value"], mixed["FR", 2021]["basis"]) == (1818, "sum_of_regions")
    apart = annual([*of_regions("01/01/2022", indicator=stock), line("FR", 1818, "31/12/2021", indicator=stock)])
    assert apart["FR", 2021]["verdict"] == "consistent"


def test_a_change_is_of_one_year_and_the_last_known_year_stands_beside_it() -> None:
    found = annual([line("32", 100, "2018"), line("32", 150, "2020"), line("32", 120, "2021")])
    assert (found["REG-32", 2021]["change_percent"], found["REG-32", 2021]["last_year"]) == (pytest.approx(-20), 2020)
    late = found["REG-32", 2020]
    assert (late["change_percent"], late["last_year"], late["change_on_last_percent"]) == (None, 2018, 50)


def test_bounds_and_other_populations_enter_no_rank_no_share_and_no_change() -> None:
    found = annual(
        [
            line("FR", 1001),
            line("32", 91, "2020"),
            line("32", 101),
            line("53", 301),
            line("94", 501, marks="> | A | "),
            line("11", 801, marks="= | A | all_landlords"),
        ]
    )
    ranks = {key[0]: (row["rank"], row["ranked"]) for key, row in found.items() if key[1] == 2021}
    assert ranks["REG-53"] == (1, 2)
    assert ranks["REG-32"] == (2, 2)
    assert ranks["REG-94"] == ranks["REG-11"] == ranks["FR"] == (None, None)
    assert found["REG-32", 2021]["share_percent"] == pytest.approx(100 * 101 / 1001)
    other = found["REG-11", 2021]
    assert (other["value"], other["population"], other["share_percent"]) == (801, "all_landlords", None)
    assert found["FR", 2021]["parts_sum"] == 903


def test_of_two_populations_that_of_the_definition_shows() -> None:
    found = annual([line("11", 801, marks="= | A | all_landlords"), line("11", 91)])
    assert (found["REG-11", 2021]["value"], found["REG-11", 2021]["population"]) == (91, "")


def test_a_part_of_a_population_stands_for_no_territory() -> None:
    assert annual([line("11", 801, marks="= | A | ozanam")]) == {}


def test_on_a_past_day_the_figure_is_the_one_known_then() -> None:
    observation = """
        file                   | indicator | territory | period | value  | known_on
        national_statement/one | approvals | FR        | 2021   | 48 538 | 2022-01-19
        national_statement/two | approvals | FR        | 2021   | 48 575 | 2023-02-02
    """
    (then,) = rows("kpi.annual_as_of", "DATE '2022-12-31'", observation=observation)
    assert (then["value"], then["known_on"].year) == (48538, 2022)


def test_what_a_figure_is_compared_with_does_not_make_it_known_later() -> None:
    observation = """
        file                   | indicator | territory | period | value  | known_on
        national_statement/one | approvals | FR        | 2022   | 43 044 | 2023-02-02
        aquitaine              | approvals | 75        | 2022   | 4 000  | 2023-02-21
    """
    nation, region = rows("kpi.annual", observation=observation)
    assert (nation["territory_id"], str(nation["known_on"])) == ("FR", "2023-02-02")
    assert (region["territory_id"], str(region["known_on"])) == ("REG-75", "2023-02-21")
    (national,) = rows("kpi.national", observation=observation)
    assert (str(national["known_on"]), national["regions_reporting"]) == ("2023-02-02", 1)
    (sole,) = (
        row
        for row in rows("kpi.annual", observation=observation.replace("| FR ", "| 53 "))
        if row["basis"] == "partial"
    )
    assert str(sole["known_on"]) == "2023-02-21"  # of a sum that some make up, the last of them
