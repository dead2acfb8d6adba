"""How figures are written: French numbers, units, hedges, marks, what is missing and why; names of pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.publishing.bulletins.shown import (
    Shown,
    day,
    figure,
    made_of_cells,
    number,
    ordinal,
    page_name,
    percent,
    short,
)
from tests.unit.publishing.bulletins.rows import annual


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (6800, "dwellings", "6\u202f800"),
        (104_400_000, "EUR", "104,4\u00a0M€"),
        (3_200_000_000, "EUR", "3,2\u00a0Md€"),
        (1_234_567, "EUR", "1\u202f234\u202f567\u00a0€"),
        (-1_500_000, "EUR", "−1,5\u00a0M€"),
        (12.5, "percent", "12,5\u00a0%"),
        (2.1234, "persons_per_dwelling", "2,1234"),
        (0, "households", "0"),
    ],
)
def test_numbers_are_french_and_say_the_value_whole(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


@pytest.mark.parametrize(
    ("changes", "text", "marks"),
    [
        ({}, "77", ()),
        ({"qualifier": ">"}, "plus de 77", ()),
        ({"qualifier": "<"}, "moins de 77", ()),
        ({"qualifier": "~"}, "environ 77", ()),
        ({"qualifier": "interval", "at_least": 70, "at_most": 84}, "entre 70 et 84", ()),
        ({"obs_status": "P"}, "77", ("P",)),
        ({"obs_status": "E", "known_before_period_end": True, "is_disputed": True}, "77", ("E", "early", "disputed")),
        ({"qualifier": "interval"}, "environ 77", ()),
        ({"population": "all_landlords"}, "77", ("population",)),
    ],
)
def test_a_figure_carries_its_hedge_and_its_marks(changes: dict[str, Any], text: str, marks: tuple[str, ...]) -> None:
    shown = figure(annual(**changes))
    assert (shown.text, shown.marks, shown.value) == (text, marks, 77)
    assert len(shown.signs) == len(marks)
    assert shown.link == "chiffre-approvals-REG-53-2021.html"


def test_a_partial_sum_is_never_a_figure() -> None:
    partial = annual(value=None, territory_level="national", parts_reporting=2, parts_expected=18, parts_sum=999)
    shown = figure(partial)
    assert (shown.text, shown.value, shown.why) == ("n.d.", None, "2 régions sur 18")
    assert "999" not in repr(shown)


def test_a_figure_is_said_with_its_marks_in_words() -> None:
    assert figure(annual(qualifier=">", obs_status="P")).in_words == "plus de 77, provisoire"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"qualifier": ">"}, ">\u202f77"),
        ({"qualifier": "<"}, "<\u202f77"),
        ({"qualifier": "~"}, "≈\u202f77"),
        ({"qualifier": "interval", "at_least": 70, "at_most": 84}, "70–84"),
        ({}, "77"),
    ],
)
def test_a_hedge_shows_where_there_is_little_room(changes: dict[str, Any], text: str) -> None:
    assert short(figure(annual(**changes))) == text


def test_percentages_have_one_decimal_and_a_sign_where_they_are_changes() -> None:
    texts = [percent(value, "", signed=True) for value in (12.34, -0.5, 0.01)]
    assert [each.text if each else "" for each in texts] == ["+\u202f12,3\u00a0%", "−\u202f0,5\u00a0%", "0\u00a0%"]
    assert percent(None, "") is None


def test_days_and_ranks_are_french() -> None:
    assert day(date(2026, 3, 1)) == "1er mars 2026"
    assert day(date(2026, 8, 14)) == "14 août 2026"
    assert [ordinal(rank) for rank in (1, 2, 18)] == ["1er", "2e", "18e"]


def test_names_of_pages_are_made_of_codes_alone() -> None:
    assert page_name("chiffre", "social_stock", "DEP-2A", 2021) == "chiffre-social_stock-DEP-2A-2021.html"
    hostile = page_name("chiffre", "../é<b>", "a b")
    assert hostile == "chiffre-~2e~~2e~~2f~~e9~~3c~b~3e~-a~20~b.html"
    assert page_name("a", "b.c") != page_name("a", "b", "c")


def test_a_sum_of_cells_has_the_hedges_and_the_marks_of_any_of_them() -> None:
    exact = annual(value=40.0)
    more = annual(value=2.0, qualifier=">", obs_status="P")
    about = annual(value=3.0, qualifier="~")
    assert made_of_cells(40, "dwellings", [exact], "x").text == "40"
    assert made_of_cells(80, "dwellings", [exact, exact], "x") == Shown("80", 80, "x")
    assert made_of_cells(42, "dwellings", [exact, more], "x") == Shown("plus de 42", 42, "x", ("P",))
    assert made_of_cells(45, "dwellings", [exact, more, about], "x").text == "environ 45"
