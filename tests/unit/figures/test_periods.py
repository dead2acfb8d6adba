"""Periods and dates: what people write of time becomes days, or nothing."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.figures.periods import OPEN_END, Period, period_status, read_date, read_period
from pipeline.settings import PRODUCT

FACTS = PRODUCT.parent / "shared" / "facts" / "facts.csv"
untimed = settings(deadline=None, database=None)  # no time is asserted, and nothing is left behind


def period(start: str, end: str, frequency: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end), frequency)


@pytest.mark.parametrize(
    "raw",
    [
        *(2021, 2021.0, "2021", " 2021 ", "année 2021", "Année 2021", "en 2021", "l'année 2021", "Exercice 2021"),
        *("2021*", "2021¹", "2021 (1)", "２０２１", "du 1er janvier au 31 décembre 2021", "de janvier à décembre 2021"),
        *("2021-01-01/2021-12-31", "2021-01/2021-12", "2021-2021", "Période : 2021"),
    ],
)
def test_a_year_is_read(raw: str | float) -> None:
    assert read_period(raw) == period("2021-01-01", "2021-12-31", "A")


@pytest.mark.parametrize(
    ("raws", "expected"),
    [
        (
            ("2024-S1", "2024S1", "S1 2024", "1er semestre 2024", "Premier semestre 2024", "1er sem. 2024"),
            period("2024-01-01", "2024-06-30", "S"),
        ),
        (("2e semestre 2024", "second semestre 2024", "S2-2024"), period("2024-07-01", "2024-12-31", "S")),
        (
            ("T1 2024", "2024T1", "2024-T1", "2024-Q1", "1er trimestre 2024", "1T2024", "de janvier à mars 2024"),
            period("2024-01-01", "2024-03-31", "Q"),
        ),
        (
            ("2e trimestre 2024", "2ème trimestre 2024", "2e trim. 2024", "deuxième trimestre de l'année 2024"),
            period("2024-04-01", "2024-06-30", "Q"),
        ),
        (
            ("mars 2024", "Mars 2024", "2024-03", "03/2024", "mois de mars 2024", "en mars 2024"),
            period("2024-03-01", "2024-03-31", "M"),
        ),
        (("février 2024", "févr. 2024"), period("2024-02-01", "2024-02-29", "M")),
        (("août 2023", "aout 2023"), period("2023-08-01", "2023-08-31", "M")),
    ],
)
def test_half_years_quarters_and_months_are_read(raws: tuple[str, ...], expected: Period) -> None:
    for raw in raws:
        assert read_period(raw) == expected, raw


@pytest.mark.parametrize(
    ("raw", "start", "end"),
    [
        ("2017-2020", "2017-01-01", "2020-12-31"),
        ("2017 – 2020", "2017-01-01", "2020-12-31"),
        ("2018 à 2022", "2018-01-01", "2022-12-31"),
        ("entre 2018 et 2022", "2018-01-01", "2022-12-31"),
        ("sur la période 2023-2027", "2023-01-01", "2027-12-31"),
        ("2018-2022-03", "2018-01-01", "2022-03-31"),
        ("janvier 2018 à mars 2022", "2018-01-01", "2022-03-31"),
        ("depuis 2018, au 31 mars 2022", "2018-01-01", "2022-03-31"),
        ("depuis 2018 jusqu'au 31/03/2022", "2018-01-01", "2022-03-31"),
        ("2018-12/2019-11", "2018-12-01", "2019-11-30"),
        ("de décembre 2018 à novembre 2019", "2018-12-01", "2019-11-30"),
        ("d'octobre 2023 à septembre 2024", "2023-10-01", "2024-09-30"),
        ("d’octobre 2023 à septembre 2024", "2023-10-01", "2024-09-30"),
        ("de février à mars 2022", "2022-02-01", "2022-03-31"),
        ("de février à avril 2022", "2022-02-01", "2022-04-30"),
        ("2025-09-23/25", "2025-09-23", "2025-09-25"),
        ("23-25 septembre 2025", "2025-09-23", "2025-09-25"),
        ("du 23 au 25 septembre 2025", "2025-09-23", "2025-09-25"),
        ("du 15/01/2021 au 14/01/2022", "2021-01-15", "2022-01-14"),
    ],
)
def test_a_window_has_no_calendar_frequency(raw: str, start: str, end: str) -> None:
    assert read_period(raw) == period(start, end, "_O")


@pytest.mark.parametrize("raw", ["depuis 2018", "à partir de 2018", "à compter du 1er janvier 2018"])
def test_a_period_of_which_only_the_beginning_is_stated_is_open(raw: str) -> None:
    assert read_period(raw) == Period(date(2018, 1, 1), OPEN_END, "_O")
    assert read_date(raw) is None


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2022-03-31", "2022-03-31"),
        ("2022-03-31 00:00:00", "2022-03-31"),
        ("31/12/2021", "2021-12-31"),
        ("31.12.2021", "2021-12-31"),
        ("3/4/2021", "2021-04-03"),
        ("au 1er janvier 2021", "2021-01-01"),
        ("1er janvier 2021", "2021-01-01"),
        ("Au 31 décembre 2021", "2021-12-31"),
        ("vendredi 3 décembre 2021", "2021-12-03"),
        ("fin 2021", "2021-12-31"),
        ("à fin mars 2024", "2024-03-31"),
        (date(2021, 1, 1), "2021-01-01"),
        (datetime(2022, 3, 31, 4, 30, tzinfo=UTC), "2022-03-31"),
    ],
)
def test_a_stock_date_starts_and_ends_on_its_day(raw: str | date, day: str) -> None:
    assert read_period(raw) == period(day, day, "_O")
    assert read_date(raw) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "raw",
    [
        *("31/02/2021", "30 février 2021", "2021-02-30", "2024-13", "T5 2024", "2024-S3", "0/2024", "32/01/2021"),
        *("2021 et 2022", "2020/2021", "2024-S1|2025-S1", "2021, 2022", "2018-19", "2021 ou 2022"),
        *("2020-2017", "mars", "31 mars", "31-12-21", "1830", "99999", "202", "", "   "),
        *("année", "Ménages logés", "2023 (p) (r)", "x" * 500, "8 311", "2021 2022"),
        *(None, True, 2021.5, float("nan"), float("inf"), 44197, b"2021", ("2021",)),
    ],
)
def test_impossible_ambiguous_and_foreign_wordings_are_no_period(raw: object) -> None:
    assert read_period(raw) is None
    assert read_date(raw) is None


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("03/12/2021", date(2021, 12, 3)),
        ("3 décembre 2021", date(2021, 12, 3)),
        ("décembre 2021", date(2021, 12, 31)),
        ("2021-12", date(2021, 12, 31)),
        ("février 2024", date(2024, 2, 29)),
        ("2e trimestre 2024", date(2024, 6, 30)),
        ("2024", date(2024, 12, 31)),
        (2024, date(2024, 12, 31)),
    ],
)
def test_a_date_of_issue_is_the_last_day_of_what_is_written(raw: str | int, day: date) -> None:
    assert read_date(raw) == day


def test_a_window_of_several_years_is_no_date() -> None:
    assert read_date("2023-2027") is None
    assert read_date("2018-12/2019-11") is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2023", "A"),
        ("2023*", "A"),
        ("2023 (1)", "A"),
        ("2023**", "P"),
        ("2003**", "P"),
        ("2011\nprovisoire", "P"),
        ("2023 (p)", "P"),
        ("2023p", "P"),
        ("2023 (p) (1)", "P"),
        ("2023 (r)", "R"),
        ("T1 2024 (e)", "E"),
        ("2023 estimé", "E"),
        ("2e trimestre 2024 (révisé)", "R"),
    ],
)
def test_status_marks_are_read_and_do_not_hide_the_period(text: str, status: str) -> None:
    assert period_status(text) == status
    assert read_period(text) is not None


@pytest.mark.skipif(not FACTS.is_file(), reason="the folder of published facts is not beside this project")
def test_every_period_of_the_published_facts_is_read_but_the_one_that_is_two() -> None:
    with FACTS.open(encoding="utf-8", newline="") as lines:
        unread = {row["period"] for row in csv.DictReader(lines) if read_period(row["period"]) is None}
    assert unread == {"2024-S1|2025-S1"}


FRAGMENTS = (
    "2021 2022 1 12 31 03 - / . | de du d' au à et en depuis fin mars décembre 1er T1 S2 2e trimestre semestre année "
    "(p) ** * provisoire , jusqu'au la période 99 00 \n \u202f"
)
PIECES = st.lists(st.sampled_from(FRAGMENTS.split(" ")), max_size=7)
ANYTHING = st.text() | PIECES.map("".join) | PIECES.map(" ".join) | st.integers() | st.floats() | st.dates()


@given(ANYTHING | st.datetimes() | st.none() | st.binary())
@example("de 2021 à fin 2022")
@settings(untimed, max_examples=500)
def test_nothing_raises_and_no_period_ends_before_it_starts(raw: object) -> None:
    found = read_period(raw)
    if found is not None:
        assert found.start <= found.end
        assert found.frequency in {"A", "S", "Q", "M", "_O"}
    day = read_date(raw)
    if found is not None:  # a date may have more around it than a period: a place, a time, a year of two digits
        assert day in {None, found.end}
    if isinstance(raw, str):
        assert period_status(raw) in {"A", "P", "R", "E", "B"}


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "au %d/%m/%Y"]))
@untimed
def test_every_written_day_comes_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.integers(1900, 2099), st.integers(1, 10))
@untimed
def test_every_span_of_years_comes_back(year: int, more: int) -> None:
    last = min(year + more, 2100)
    assert read_period(f"{year}-{last}") == Period(date(year, 1, 1), date(last, 12, 31), "_O")
