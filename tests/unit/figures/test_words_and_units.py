"""Figures in words, their units and their scales: each wording is one figure, or is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.figures import Expected, read_cell
from pipeline.figures.numbers import from_words
from pipeline.rejections import Rejection
from tests.support.read_figures import cell, read, refused, untimed

SPELLED_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize"),
)


def spell_below_hundred(number: int) -> str:
    if number <= 16:
        return SPELLED_UNITS[number]
    if number < 20:
        return f"dix-{SPELLED_UNITS[number - 10]}"
    if number >= 80:
        return "quatre-vingts" if number == 80 else f"quatre-vingt-{spell_below_hundred(number - 80)}"
    tens = ("vingt", "trente", "quarante", "cinquante", "soixante", "soixante")[number // 10 - 2]
    rest = number - (60 if number >= 60 else number // 10 * 10)
    if rest == 0:
        return tens
    return f"{tens} et {spell_below_hundred(rest)}" if rest in (1, 11) else f"{tens}-{spell_below_hundred(rest)}"


def spell(number: int) -> str:
    if number >= 1000:
        thousands = "mille" if number < 2000 else f"{spell(number // 1000).removesuffix('s')} mille"
        if number // 1000 == 3:
            thousands = "trois mille"
        return thousands if number % 1000 == 0 else f"{thousands} {spell(number % 1000)}"
    if number >= 100:
        hundreds = "cent" if number < 200 else f"{SPELLED_UNITS[number // 100]} cents"
        return hundreds if number % 100 == 0 else f"{hundreds.removesuffix('s')} {spell_below_hundred(number % 100)}"
    return spell_below_hundred(number)


@given(st.integers(0, 9999))
@example(80)
@example(71)
@example(3003)
@untimed
def test_every_number_below_ten_thousand_is_read_as_it_is_spelled(number: int) -> None:
    assert read(spell(number)).value == number


def test_a_text_that_begins_with_another_word_holds_no_number_in_words() -> None:
    assert from_words("environ trois") is None


# -- units and scales --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("104,4 M€", 104_400_000, 50_000),
        ("45 M €", 45_000_000, 500_000),
        ("26 m €", 26_000_000, 500_000),
        ("29,50 M€ euros", 29_500_000, 5_000),
        ("660 Me", 660_000_000, 500_000),
        ("475 MEUR", 475_000_000, 500_000),
        ("90M€", 90_000_000, 500_000),
        ("181 millions d’€", 181_000_000, 500_000),
        ("12 M d'€", 12_000_000, 500_000),
        ("0,5 k€", 500, 50),
        ("3,8 Mds €", 3_800_000_000, 50_000_000),
        ("1,5 Md€", 1_500_000_000, 50_000_000),
        ("14 milliards d'euros", 14_000_000_000, 500_000_000),
        ("9,2 milliards", 9_200_000_000, 50_000_000),
        ("1 586,46", 1586.46, 0.005),
        ("30 000 euros", 30_000, 0.5),
        ("104,4 M€ d'aides", 104_400_000, 50_000),
        ("- 1 000 €", -1000, 0.5),
        ("104,4\nM€", 104_400_000, 50_000),
    ],
)
def test_amounts_are_in_euros_whatever_the_wording(text: str, value: float, precision: float) -> None:
    figure = read(text, "EUR")
    assert (figure.value, figure.unit) == (value, "EUR")
    assert figure.precision == pytest.approx(precision)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("63 %", "percent", 63),
        ("+8,9%", "percent", 8.9),
        ("- 9,4 %", "percent", -9.4),
        ("−9,4 %", "percent", -9.4),
        ("5 ‰", "percent", 0.5),
        ("0,5 %", "per_mille", 5),
        ("63 % des logements", "percent", 63),
        ("1 % par an", "percent_per_year", 1),
        ("1,5 %", "percent_per_year", 1.5),
        ("6 921 pour 100.000 habitants", "per_100k", 6921),
        ("cinq ans renouvelables", "years", 5),
        ("18 mois", "years", 1.5),
        ("180 000 m²", "m2", 180_000),
        ("12 hectares", "m2", 120_000),
        ("2,16", "persons_per_dwelling", 2.16),
        ("2,16 personnes par ménage", "persons_per_dwelling", 2.16),
        ("doublement, d’ici cinq ans", "factor", 2),
        ("doubler la production", "factor", 2),
        ("multiplié par 2,5", "factor", 2.5),
        ("multiplier par trois", "factor", 3),
        ("x 2", "factor", 2),
        ("2 fois", "factor", 2),
    ],
)
def test_other_units_are_read(text: str, unit: str, value: float) -> None:
    figure = read(text, unit)
    assert figure.value == pytest.approx(value)
    assert figure.unit == unit


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("104,4 M€", "dwellings", "euros"),
        ("63 %", "EUR", "%"),
        ("63 %", "dwellings", "%"),
        ("8 311 logements", "EUR", "logements"),
        ("3 ans", "dwellings", "années"),
        ("12 mois", "dwellings", "mois"),
        ("2 points", "percent", "points"),
        ("2 % par an", "percent", "% par an"),
        ("12 millions", "percent", "millions"),
        ("40 000 par an", "dwellings", "par an"),
        ("104,4 M€ par an", "EUR", "par an"),
        ("180 000 m²", "dwellings", "m²"),
    ],
)
def test_a_unit_of_another_family_is_refused_and_named(text: str, unit: str, found: str) -> None:
    rejection = refused(text, unit)
    assert rejection.reason == "UNITE_INATTENDUE"
    assert f"« {found} »" in rejection.message_fr


@pytest.mark.parametrize(
    ("text", "unit", "stated", "value", "precision"),
    [
        ("104,4", "EUR", "M€", 104_400_000, 50_000),
        ("104,4", "EUR", "Montant (en M€)", 104_400_000, 50_000),
        ("104,4", "EUR", "en millions d’euros", 104_400_000, 50_000),
        ("104,4", "EUR", "k€", 104_400, 50),
        ("12,3", "dwellings", "en milliers", 12_300, 50),
        ("12", "dwellings", "en milliers (1)", 12_000, 500),
        ("12", "dwellings", "en milliers (France entière) *", 12_000, 500),
        ("12", "dwellings", "Unité : milliers de logements", 12_000, 500),
        ("8 311", "dwellings", "Nombre de logements", 8311, 0),
        ("0,9", "percent", "en %", 0.9, 0.05),
        ("1,2 million", "EUR", "M€", 1_200_000, 50_000),
        ("104,4 M€", "EUR", "en millions d'euros", 104_400_000, 50_000),
        ("104,4 M€", "EUR", "€", 104_400_000, 50_000),
        ("treize mille cinq cents", "dwellings", "en milliers", 13_500, 0),
    ],
)
def test_the_header_gives_the_scale_where_the_text_has_none_or_the_same(
    text: str, unit: str, stated: str, value: float, precision: float
) -> None:
    figure = read(text, unit, stated=stated)
    assert figure.value == value
    assert figure.precision == pytest.approx(precision)


@pytest.mark.parametrize(
    ("text", "stated"),
    [("30 000 euros", "M€"), ("1,2 milliard", "M€"), ("104,4 M€", "k€"), ("8 311 €", "en milliers"), ("7", "k€ ≠ M€")],
)
def test_two_units_that_contradict_each_other_refuse_the_figure(text: str, stated: str) -> None:
    rejection = refused(text, "EUR", stated=stated)
    assert rejection.reason == "UNITES_CONTRADICTOIRES"


@pytest.mark.parametrize(
    ("stated", "unit", "reason"),
    [
        ("€/logement", "EUR", "UNITE_INATTENDUE"),
        ("€ par mois", "EUR", "UNITE_INATTENDUE"),
        ("k€ par ménage", "EUR", "UNITE_INATTENDUE"),
        ("logements par mois", "dwellings", "UNITE_INATTENDUE"),
        ("mill. €", "EUR", "UNITE_INCONNUE"),
        ("Mio €", "EUR", "UNITE_INCONNUE"),
        ("mill.", "dwellings", "UNITE_INCONNUE"),
        ("$", "EUR", "UNITE_INCONNUE"),
    ],
)
def test_a_unit_that_cannot_be_applied_is_what_is_refused(stated: str, unit: str, reason: str) -> None:
    assert refused("831", unit, stated=stated).reason == reason


@pytest.mark.parametrize(
    "stated", ["€ HT", "€ TTC", "€ constants", "% des logements", "m² de surface utile", "aides et services"]
)
def test_what_follows_a_unit_and_changes_no_figure_is_no_matter(stated: str) -> None:
    unit = {"€": "EUR", "%": "percent", "m": "m2", "a": "aids"}[stated[0]]
    assert read("831", unit, stated=stated).value == 831


@pytest.mark.parametrize(
    "text", ["9 000 (objectif)", "objectif : 9 000", "9 000 prévus", "budget 9 000 €", "9 000 (prév.)"]
)
def test_a_target_beside_a_number_is_no_result(text: str) -> None:
    assert refused(text, "EUR" if "€" in text else "dwellings").reason == "OBJECTIF"


@pytest.mark.parametrize("code", ['"Objectif "0', '0" (prév.)"', '#,##0" budget"'])
def test_a_target_in_a_number_format_is_no_result(code: str) -> None:
    found = read_cell(cell(9000, code), Expected("dwellings"))
    assert isinstance(found, Rejection)
    assert found.reason == "OBJECTIF"


def test_a_certain_number_is_not_one() -> None:
    assert refused("un certain nombre", "dwellings").reason == "NOMBRE_ILLISIBLE"


def test_a_counted_noun_without_scale_under_a_scaled_header_has_two_readings() -> None:
    rejection = refused("8 311 logements", stated="en milliers")
    assert rejection.reason == "NOMBRE_AMBIGU"
    assert "8 311 logements ou 8 311 logements (en milliers)" in rejection.message_fr


@pytest.mark.parametrize(
    ("unit", "stated"), [("dwellings", "%"), ("EUR", "logements"), ("percent", "M€"), ("dwellings", "pour 1 000")]
)
def test_a_header_of_another_family_is_refused_for_a_bare_number(unit: str, stated: str) -> None:
    assert refused("12", unit, stated=stated).reason == "UNITE_INATTENDUE"


@pytest.mark.parametrize("text", ["0,125", "1", "0,9"])
def test_a_bare_number_up_to_one_may_be_a_share_or_a_percentage(text: str) -> None:
    assert refused(text, "percent").reason == "POURCENTAGE_AMBIGU"


@pytest.mark.parametrize(
    "text",
    [
        "12 kWh",
        "8 311 hors Visale",
        "8 311 dont jeunes",
        "10 conventions et six avenants",
        "1,2 m",
        "12 €/m²",
        "8 311 ok",
        *("2 centaines", "3 dizaines de logements", "une demi-douzaine", "5 paires", "12 bis", "une bonne moitié"),
        "4 quarts de logements",
    ],
)
def test_what_follows_a_number_must_merely_name_what_is_counted(text: str) -> None:
    assert refused(text).reason in {"NOMBRE_ILLISIBLE", "UNITE_INATTENDUE"}
