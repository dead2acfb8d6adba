"""Periods as the statistical offices of Europe and Canada write them, spans of months, and what has two readings."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.figures.period_readings import period_readings
from pipeline.figures.periods import Period, period_status, read_date, read_period
from pipeline.figures.spans import months_said
from pipeline.vocabulary.months import possible_months


@pytest.mark.parametrize(
    "raw",
    [
        *("March 2019", "Mar 2019", "MAR. 2019", "March, 2019", "2019 MAR", "2019 March", "2019M03", "2019-M03"),
        *(
            "März 2019",
            "Maerz 2019",
            "Mrz 2019",
            "marzo 2019",
            "marzo de 2019",
            "maart 2019",
            "mrt. 2019",
            "março 2019",
        ),
        *("mars-19", "Mar-19", "mars-2019", "mars/19", "mars '19", "Mar'19", "mars’19", "MARS-19 (p)", "2019-mars"),
        *("March 2019 . . .", "mars 2019…….", "mars 2019 .....", "mars 2019 · · · ·", "mars 2019_____"),
        *("mars 2019 ……… (p)", "mars 2019 (1) .....", "mars 2019 .... *"),
    ],
)
def test_a_month_is_read_in_any_of_the_languages(raw: str) -> None:
    assert read_period(raw) == Period(date(2019, 3, 1), date(2019, 3, 31), "M")


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("January Januar Jänner enero gennaio januari janeiro Ene Gen", 1),
        ("February Februar febrero febbraio februari fevereiro Feb Febr", 2),
        ("April abril aprile Apr Abr", 4),
        ("May Mai mayo maggio mei maio Mag", 5),
        ("June Juni junio giugno junho Jun Giu", 6),
        ("July Juli julio luglio julho Jul Lug", 7),
        ("August agosto augustus Aug Ago", 8),
        ("September septiembre setiembre settembre setembro Sep Sept Set", 9),
        ("October Oktober octubre ottobre outubro Oct Okt Ott Out", 10),
        ("November noviembre novembre novembro Nov", 11),
        ("December Dezember diciembre dicembre dezembro Dec Dez Dic", 12),
    ],
)
def test_each_month_has_its_names(names: str, month: int) -> None:
    found = {name: read_period(f"{name} 2020") for name in names.split()}
    assert {name for name, period in found.items() if period is None or period.start.month != month} == set()


@pytest.mark.parametrize(
    ("raw", "start", "frequency"),
    [
        ("Q2 2019", date(2019, 4, 1), "Q"), ("2nd quarter 2019", date(2019, 4, 1), "Q"),
        ("2. Quartal 2019", date(2019, 4, 1), "Q"), ("Quarter 2, 2019", date(2019, 4, 1), "Q"),
        ("II trimestre 2019", date(2019, 4, 1), "Q"), ("2.º trimestre de 2019", date(2019, 4, 1), "Q"),
        ("H2 2019", date(2019, 7, 1), "S"), ("2. Halbjahr 2019", date(2019, 7, 1), "S"),
    ],
)  # fmt: skip
def test_quarters_and_half_years_of_other_languages(raw: str, start: date, frequency: str) -> None:
    found = read_period(raw)
    assert found is not None
    assert (found.start, found.frequency) == (start, frequency)


def test_a_short_year_is_of_the_century_that_it_is_taken_for() -> None:
    assert read_period("janv.-69") == Period(date(2069, 1, 1), date(2069, 1, 31), "M")
    assert read_period("janv.-70") == Period(date(1970, 1, 1), date(1970, 1, 31), "M")


@pytest.mark.parametrize(
    ("slash", "raw", "start", "frequency"),
    [
        ("month", "2009/1", date(2009, 1, 1), "M"), ("month", "2009/12 (p)", date(2009, 12, 1), "M"),
        ("month", "2009/01", date(2009, 1, 1), "M"), ("quarter", "2009/1", date(2009, 1, 1), "Q"),
        ("quarter", "2009/4", date(2009, 10, 1), "Q"), ("half_year", "2009 / 2", date(2009, 7, 1), "S"),
    ],
)  # fmt: skip
def test_a_number_behind_a_year_is_what_the_source_says(slash: str, raw: str, start: date, frequency: str) -> None:
    found = read_period(raw, slash)
    assert found is not None
    assert (found.start, found.frequency) == (start, frequency)
    assert read_period(raw) is None


@pytest.mark.parametrize(("slash", "raw"), [("quarter", "2009/5"), ("half_year", "2009/3"), ("month", "2009/13")])
def test_a_number_that_there_is_not_is_no_period(slash: str, raw: str) -> None:
    assert read_period(raw, slash) is None


@pytest.mark.parametrize(
    ("raw", "part", "readings"),
    [
        ("2009/1", "", "janvier 2009 ou le 1er trimestre 2009"), ("2009/3 (p)", "",
        "mars 2009 ou le 3e trimestre 2009"),
        ("2009/10", "", "octobre 2009 ou une autre partie de 2009"), ("jui 2019", "", "juin ou juillet"),
        ("ju-19", "", "janvier ou juin ou juillet"), ("jui.", "month", "juin ou juillet"),
        ("mars 19", "", "le 19 mars ou mars 2019"), ("M", "month", "mars ou mai"),
    ],
)  # fmt: skip
def test_what_has_two_readings_is_no_period_and_says_both(raw: str, part: str, readings: str) -> None:
    assert read_period(raw) is None
    found = period_readings(raw, part)
    assert found is not None
    if raw != "ju-19":
        assert found.fr == readings
    assert " ou " in found.fr
    assert " or " in found.en


@pytest.mark.parametrize("raw", ["2009/13", "2009/0", "juin 2019", "Ménages", "Bretagne 2019", "mars 45", "2019", ""])
def test_what_has_one_reading_or_none_has_no_readings(raw: str) -> None:
    assert period_readings(raw, "") is None


def test_no_name_of_a_month_is_a_beginning_of_another_by_chance() -> None:
    assert possible_months("mai") == ()
    assert possible_months("jui") == (6, 7)
    assert possible_months("livraisons") == ()


YEAR_TO_MARCH = Period(date(2018, 4, 1), date(2019, 3, 31), "_O")


@pytest.mark.parametrize(
    "raw",
    [
        *("12 mois finissant en mars 2019", "Douze mois glissants à fin mars 2019", "cumul 12 mois mars 2019"),
        *("Cumul sur 12 mois à fin mars 2019", "les 12 derniers mois (mars 2019)", "mars 2019 (12 mois)"),
        *("mars 2019, cumul 12 mois", "12 mois au 31/03/2019", "12 mois arrêtés à fin mars 2019 (p)"),
        *("année glissante à fin mars 2019", "mars 2019 - cumul 12 mois", "12 mois T1 2019", "12 mois : 2019-03"),
        *("d'avril 2018 à mars 2019 (12 mois)", "cumul annuel glissant à fin mars 2019"),
        *("12 months ending March 2019", "Year ending March 2019", "rolling 12 months to Mar 2019",
          "zwölf Monate bis März 2019"),
    ],
)  # fmt: skip
def test_twelve_months_that_end_with_a_month_are_a_period_of_their_own(raw: str) -> None:
    assert read_period(raw) == YEAR_TO_MARCH


def test_a_span_that_is_a_calendar_period_is_that_one_and_other_counts_are_read() -> None:
    assert read_period("12 mois finissant en décembre 2019") == read_period("2019")
    assert read_period("cumul 3 mois à fin juin 2019") == read_period("T2 2019")
    assert read_period("6 derniers mois à fin mars 2019") == Period(date(2018, 10, 1), date(2019, 3, 31), "_O")
    assert read_period("12 mois au 15/03/2019") == Period(date(2018, 3, 16), date(2019, 3, 15), "_O")


@pytest.mark.parametrize(
    "raw",
    [
        *("évolution sur 12 mois mars 2019", "mars 2019 (% sur 12 mois)", "12 mois", "cumul 12 mois", "6 mois 2019"),
        *("d'avril 2018 à mai 2019 (12 mois)", "12 mois finissant", "1 mois mars 2019", "99 mois mars 2019"),
    ],
)
def test_a_change_or_a_span_without_its_end_is_no_period(raw: str) -> None:
    assert read_period(raw) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Cumul 12 mois", 12), ("Douze mois glissants", 12), ("Cumul sur les 3 derniers mois", 3),
        ("Année glissante", 12),
        ("12 derniers mois", 12), ("Rolling 12 months", 12), ("Logements autorisés, cumul 12 mois", 12),
        ("Évolution sur 12 mois", 0), ("Sur 12 mois", 12),
        ("Logements vacants depuis plus de 12 mois, sur l'ensemble", 0), ("Échéance dans les 12 mois", 0),
        ("Baux finissant dans moins de 12 mois", 0), ("Cumul depuis 2018", 0), ("12-month total", 12),
        ("Zwölf Monate bis", 12), ("Ménages aidés pendant 12 mois", 0), ("Bail de 12 mois", 0),
        ("Durée : 12 mois", 0), ("Mois", 0),
        ("mars 2019", 0), ("", 0),
    ],
)  # fmt: skip
def test_a_header_says_over_how_many_months_its_figures_are_summed(text: str, months: int) -> None:
    assert months_said(text) == months


def test_leaders_hide_no_mark_and_a_month_has_its_last_day_for_a_date() -> None:
    assert period_status("mars 2019 (p) . . . .") == "P"
    assert read_date("Mar-19") == date(2019, 3, 31)


@pytest.mark.parametrize(
    "raw", ["Year 2019", "Jahr 2019", "Anno 2019", "año 2019", "Jaar 2019", "ano de 2019", "Année 2019"]
)
def test_a_year_may_be_called_one(raw: str) -> None:
    assert read_period(raw) == read_period(2019)
