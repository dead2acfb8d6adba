"""Dates of issue as people write them: read where they have one reading."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.figures.periods import read_date

MARCH = date(2022, 3, 15)


@pytest.mark.parametrize(
    "text",
    ["15/03/2022", "15/03/22", "15.03.22", "Rennes, le 15 mars 2022", "Saint-Denis, 15/03/2022",
     "Fait à Lyon le 15 mars 2022",
     "15/03/2022 10:30", "15/03/2022 à 10h30", "15 mars 2022 14 h", "2022-03-15T10:30", "mardi 15 mars 2022"],
)  # fmt: skip
def test_a_place_a_time_and_a_short_year_change_no_day(text: str) -> None:
    assert read_date(text) == MARCH


@pytest.mark.parametrize(
    "text", ["22-03-15", "15-03-22", "31/02/2022", "03/15/22", "bientôt", "15/03", "Rennes", "32/01/2022"]
)
def test_what_is_no_day_or_may_be_two_is_none(text: str) -> None:
    assert read_date(text) is None


def test_a_month_stands_for_its_last_day() -> None:
    assert read_date("mars 2022") == date(2022, 3, 31)
