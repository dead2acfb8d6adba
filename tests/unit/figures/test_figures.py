"""French figures: what a cell says is understood whole, or refused with a reason; never guessed, never raised on."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.cells.workbook import Cell, Kind, Typed
from pipeline.figures import Expected, Figure, full_precision, read_cell, read_text
from pipeline.figures.numbers import from_words
from pipeline.rejections import Rejection
from pipeline.settings import PRODUCT

WORDINGS = Path(__file__).with_name("wordings.csv")
SHARED_FACTS = PRODUCT.parent / "shared" / "facts"

# Typing errors of their sources, documented there: no reading of them is certain.
REFUSED_WORDINGS = {"97 00", "plus de 10 0000"}

# No time is asserted, and nothing is left behind.
untimed = settings(deadline=None, database=None)


def read(text: str, unit: str = "dwellings", **declared: str) -> Figure:
    found = read_text(text, Expected(unit, **declared))
    assert isinstance(found, Figure), found
    return found


def refused(text: str, unit: str = "dwellings", **declared: str) -> Rejection:
    found = read_text(text, Expected(unit, **declared))
    assert isinstance(found, Rejection), found
    assert found.raw_text == text
    return found


# -- the corpus --------------------------------------------------------------------------------------------------


def declared(wording: str, unit: str, value: float) -> tuple[Expected, float]:
    """Return what the source's table declares about a wording of the corpus, and the value in its canonical unit."""
    if unit == "MEUR":
        bare = not any(character.isalpha() or character == "€" for character in wording)
        return Expected("EUR", stated="M€" if bare else ""), value * 1e6
    if unit == "per_100k":  # a press article that writes 15.200 for thousands throughout
        return Expected(unit, dot="thousands"), value
    if (wording, unit) == ("2,16", "count"):  # "en millions", says its table
        return Expected(unit, stated="millions"), value
    if (wording, unit) == ("2,16", "persons"):  # an average household size
        return Expected("persons_per_dwelling"), value
    return Expected(unit), value


def misread(rows: list[dict[str, str]]) -> list[str]:
    wrong = []
    for row in rows:
        wording = row["as_worded"]
        expected, value = declared(wording, row["unit"], float(row["value"]))
        found = read_text(wording, expected)
        if wording in REFUSED_WORDINGS:
            understood = isinstance(found, Rejection) and found.reason == "NOMBRE_ILLISIBLE"
        else:
            understood = (
                isinstance(found, Figure)
                and found.value == pytest.approx(value, abs=0.005)  # the corpus writes "deux tiers" as 66.67
                and found.unit == expected.unit
            )
        if not understood:
            wrong.append(f"{wording!r} ({row['unit']}): expected {value}, found {found}")
    return wrong


def test_every_wording_of_the_corpus_is_understood_or_a_documented_typing_error() -> None:
    with WORDINGS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) > 600
    assert misread(rows) == []
    assert {row["as_worded"] for row in rows} >= REFUSED_WORDINGS


@pytest.mark.skipif(not SHARED_FACTS.is_dir(), reason="the folder of published facts is not beside this project")
@pytest.mark.parametrize("name", ["facts.csv", "commitments.csv"])
def test_every_row_of_the_published_facts_is_understood(name: str) -> None:
    with (SHARED_FACTS / name).open(encoding="utf-8", newline="") as lines:
        assert misread(list(csv.DictReader(lines))) == []


# -- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "8 311",
        "8\u00a0311",
        "8\u202f311",
        "8\u2009311",
        "8311",
        "8.311",
        "𝟴 𝟯𝟭𝟭",
        "８３１１",
        "8\u200b311",
        " 8 311 \n",
    ],
)
def test_every_way_of_typing_8311_is_8311_exactly(text: str) -> None:
    figure = read(text)
    assert (figure.text, figure.value, figure.precision) == (text, 8311.0, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        *("12 34", "97 00", "10 0000", "8 311,", "8 311.", "1.234,5", "1,234,567", "1 2345", "12345 678", "1.23.456"),
        *("8'311", "8\n311", "007", "01", ",5", "1e6", "12h", "2e", "8 311 9", "(1 234)", "1.234,567.8", "--5"),
        *(
            "9" * 20,
            "9 999 999 milliards",
            "un deux",
            "quatre trois",
            "deux mille millions",
            "plusieurs dizaines",
            "x" * 400,
            "8 311 " + "e" * 400 + "s",
        ),
    ],
)
def test_broken_groups_and_things_that_are_no_number_are_illegible(text: str) -> None:
    assert refused(text).reason == "NOMBRE_ILLISIBLE"


@pytest.mark.parametrize(
    ("text", "unit", "declaration", "value"),
    [
        ("6.921", "dwellings", {}, 6921),
        ("6.921", "per_100k", {"dot": "thousands"}, 6921),
        ("6.921", "EUR", {"dot": "decimal"}, None),
        ("1.234", "EUR", {"dot": "thousands"}, 1234),
        ("1.234.567", "EUR", {}, 1_234_567),
        ("1.234,5", "EUR", {"dot": "thousands"}, 1234.5),
        ("0.921", "EUR", {}, 0.921),
        ("72.7 millions", "dwellings", {}, 72_700_000),
        ("72.7 millions", "EUR", {"dot": "thousands"}, 72_700_000),
        ("4.350", "percent", {"dot": "decimal", "stated": "%"}, 4.35),
        ("1 234.5", "EUR", {}, 1234.5),
        ("73,616", "dwellings", {"comma": "thousands"}, 73_616),
        ("1,234.5", "EUR", {"comma": "thousands"}, 1234.5),
        ("1,234", "EUR", {"stated": "M€"}, 1_234_000),
        ("12.0", "dwellings", {"dot": "decimal"}, 12),
    ],
)
def test_the_unit_and_the_declared_convention_decide_what_a_separator_is(
    text: str, unit: str, declaration: dict[str, str], value: float | None
) -> None:
    if value is None:
        assert refused(text, unit, **declaration).reason == "NOMBRE_AMBIGU"
    else:
        assert read(text, unit, **declaration).value == value


@pytest.mark.parametrize(
    ("text", "unit", "declaration"),
    [
        ("1.234", "EUR", {}),
        ("1,234", "EUR", {}),
        ("1,234", "dwellings", {}),
        ("1.234", "dwellings", {"dot": "decimal"}),
        ("1.234", "percent", {}),
        ("1.234", "per_100k", {}),
        ("1.234 millions", "dwellings", {}),
        ("1.234", "EUR", {"stated": "M€"}),
    ],
)
def test_a_number_with_two_readings_is_refused_with_both(text: str, unit: str, declaration: dict[str, str]) -> None:
    rejection = refused(text, unit, **declaration)
    assert rejection.reason == "NOMBRE_AMBIGU"
    assert "1 234 ou 1,234" in rejection.message_fr
    assert "1 234 or 1,234" in rejection.message_en


@pytest.mark.parametrize("text", ["72.7", "73,61"])
def test_a_separator_declared_for_thousands_does_not_make_decimals(text: str) -> None:
    assert refused(text, "EUR", dot="thousands", comma="thousands").reason == "NOMBRE_ILLISIBLE"


@pytest.mark.parametrize("text", ["12,5", "0.921", "2,16"])
def test_a_count_without_a_scale_has_no_decimals(text: str) -> None:
    rejection = refused(text)
    assert rejection.reason == "NOMBRE_NON_ENTIER"
    assert "logements" in rejection.message_fr


# -- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "precision", "qualifier"),
    [
        ("zéro", 0, 0, "="),
        ("Quatre conventions", 4, 0, "="),
        ("trois axes", 3, 0, "="),
        ("vingt et un", 21, 0, "="),
        ("soixante-et-onze", 71, 0, "="),
        ("quatre-vingt-dix-neuf logements", 99, 0, "="),
        ("deux cents", 200, 0, "="),
        ("mille deux cents", 1200, 0, "="),
        ("treize mille cinq cents", 13_500, 0, "="),
        ("plus de treize mille", 13_000, 0, ">"),
        ("un million de logements", 1_000_000, 500_000, "="),
        ("deux millions trois cent mille", 2_300_000, 0, "="),
        ("une trentaine", 30, 5, "~"),
        ("une quinzaine de conventions", 15, 2, "~"),
        ("une centaine", 100, 50, "~"),
        ("un millier", 1000, 500, "~"),
        ("une bonne centaine de logements", 100, 50, "~"),
        ("deux grosses douzaines", 24, 1, "~"),
        ("une dizaine de milliers", 10_000, 5000, "~"),
        ("au moins une trentaine", 30, 5, ">"),
        ("sept chantiers prioritaires / 7 chantiers", 7, 0, "="),
        ("3 x 40 000", 40_000, 0, "="),
        ("« 3 × 40 000 »", 40_000, 0, "="),
        ("plus de 80 temps forts", 80, 0, ">"),
        ("12 logts", 12, 0, "="),
    ],
)
def test_counts_in_words_are_read(text: str, value: float, precision: float, qualifier: str) -> None:
    figure = read(text)
    assert (figure.value, figure.precision, figure.qualifier) == (value, precision, qualifier)


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


# -- hedges, directions, intervals -------------------------------------------------------------------------------

HEDGES = {
    ">": ["plus de", "un peu plus de", "au moins", "supérieur à", "dépasse", "pas moins de", "minimum", ">", "≥"],
    "<": [
        *(
            "jusqu'à",
            "jusqu’à",
            "moins de",
            "un peu moins de",
            "ne devraient pas dépasser les",
            "au plus",
            "pas plus de",
        ),
        *("n'excède pas", "inférieure à", "<"),
    ],
    "~": [
        *("près de", "environ", "quelque", "presque", "à peu près", "à peu près à", "autour de", "de l'ordre de", "~"),
        *("plus ou moins", "env."),
    ],
}
HEDGE = st.sampled_from([(sign, hedge) for sign, hedges in HEDGES.items() for hedge in hedges])


@given(HEDGE, st.integers(1, 10**9), st.sampled_from(["dwellings", "EUR", "percent"]), st.booleans())
@untimed
def test_a_hedge_is_never_dropped(hedge: tuple[str, str], number: int, unit: str, capital: bool) -> None:
    sign, wording = hedge
    suffix = {"dwellings": " logements", "EUR": " €", "percent": " %"}[unit]
    figure = read(f"{wording.capitalize() if capital else wording} {number}{suffix}", unit)
    assert (figure.value, figure.qualifier) == (number, sign)
    assert figure.low == (number if sign == ">" else None)
    assert figure.high == (number if sign == "<" else None)


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("200 environ", "~"),
        ("200 logements (environ)", "~"),
        ("200 au moins", ">"),
        ("200 ou plus", ">"),
        ("200 logements au maximum", "<"),
        ("plus d’un", ">"),
        ("les 200", "="),
    ],
)
def test_a_hedge_after_the_number_or_an_article_before_it_is_read(text: str, qualifier: str) -> None:
    assert read(text).qualifier == qualifier


@pytest.mark.parametrize(
    ("text", "precision"),
    [("environ 272 700", 50), ("près de 761", 0.5), ("quelque 43.000", 500), ("plus de 48 500", 0), ("48 500", 0)],
)
def test_the_zeros_of_an_approximation_are_a_rounding(text: str, precision: float) -> None:
    assert read(text).precision == precision


def test_contradictory_hedges_are_refused() -> None:
    assert refused("plus de moins de 12").reason == "NOMBRE_ILLISIBLE"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("reculé de 26,4%", "percent", -26.4),
        ("chuté de 22%", "percent", -22),
        ("en baisse de 11,4 %", "percent", -11.4),
        ("en hausse de 11,4 %", "percent", 11.4),
        ("a progressé de 3 %", "percent", 3),
        ("1,4 milliard d’euros (perte)", "EUR", -1_400_000_000),
        ("perte de 1,4 milliard d’euros", "EUR", -1_400_000_000),
    ],
)
def test_a_fall_or_a_loss_is_negative(text: str, unit: str, value: float) -> None:
    assert read(text, unit).value == value


def test_a_hedged_fall_bounds_the_value_from_the_other_side() -> None:
    figure = read("en baisse de plus de 11 %", "percent")
    assert (figure.value, figure.qualifier, figure.low, figure.high) == (-11, "<", None, -11)


@pytest.mark.parametrize(("text", "unit"), [("en baisse de 200", "dwellings"), ("en hausse de 20 M€", "EUR")])
def test_the_change_of_a_level_is_not_its_level(text: str, unit: str) -> None:
    assert refused(text, unit).reason == "NOMBRE_ILLISIBLE"


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("3000 à 4000", "dwellings", 3000, 4000),
        ("entre 3 000 et 4 000 logements", "dwellings", 3000, 4000),
        ("de 3 000 à 4 000", "dwellings", 3000, 4000),
        ("trois ou quatre", "dwellings", 3, 4),
        ("16 à 26 ans", "years", 16, 26),
        ("cinq à dix ans", "years", 5, 10),
        ("3 à 4 millions", "dwellings", 3_000_000, 4_000_000),
        ("900 000 à 1,2 million", "dwellings", 900_000, 1_200_000),
        ("3 M€ à 4 M€", "EUR", 3_000_000, 4_000_000),
        ("entre -2 et 3 %", "percent", -2, 3),
    ],
)
def test_an_interval_has_its_lower_bound_as_value(text: str, unit: str, low: float, high: float) -> None:
    figure = read(text, unit)
    assert (figure.value, figure.qualifier, figure.low, figure.high) == (low, "interval", low, high)


@pytest.mark.parametrize("text", ["3 à 4 000", "entre 3 et 5000", "10 à 12 000 logements", "trois à quatre cents"])
def test_an_interval_whose_bounds_may_share_their_zeros_has_two_readings(text: str) -> None:
    assert refused(text).reason == "NOMBRE_AMBIGU"


@pytest.mark.parametrize(("text", "low"), [("500 à 2 000", 500), ("trois à quatre mille", 3000), ("900 à 1 000", 900)])
def test_an_interval_that_can_only_be_read_one_way_is_read(text: str, low: float) -> None:
    assert (read(text).low, read(text).qualifier) == (low, "interval")


@pytest.mark.parametrize("text", ["4000 à 3000", "jusqu'à 3000 ou 4000", "8 311 à Lyon", "3000-4000", "2023-2027"])
def test_what_is_no_rising_interval_is_illegible(text: str) -> None:
    assert refused(text).reason == "NOMBRE_ILLISIBLE"


@pytest.mark.parametrize(
    ("text", "value"),
    [("deux tiers", 200 / 3), ("la moitié", 50), ("un quart", 25), ("trois quarts", 75), ("la moitié des aides", 50)],
)
def test_a_share_in_words_is_an_approximate_percentage(text: str, value: float) -> None:
    figure = read(text, "percent")
    assert figure.value == pytest.approx(value)
    assert (figure.qualifier, figure.precision) == ("~", 0.5)


def test_a_hedged_interval_keeps_its_bounds_and_rounds_them() -> None:
    figure = read("environ 3 000 à 4 000 logements")
    assert (figure.qualifier, figure.low, figure.high, figure.precision) == ("interval", 3000, 4000, 500)


def test_a_hedge_prevails_over_the_vagueness_of_a_share() -> None:
    assert read("plus d'un quart", "percent").qualifier == ">"


def test_a_share_is_no_count() -> None:
    assert refused("la moitié").reason == "UNITE_INATTENDUE"


@pytest.mark.parametrize("text", ["7 chantiers / 8 chantiers", "7 / 8"])
def test_two_writings_that_disagree_are_refused(text: str) -> None:
    assert refused(text).reason == "NOMBRE_AMBIGU"


# -- statuses and missing values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("123 (p)", "P"),
        ("123(p)", "P"),
        ("123 (P)", "P"),
        ("123 p", "P"),
        ("123 [r]", "R"),
        ("123 e", "E"),
        ("123 (b)", "B"),
        ("123 provisoire", "P"),
        ("123 (estimé)", "E"),
        ("123, révisée", "R"),
        ("123\nprovisoire", "P"),
        ("123 ménages (p)", "P"),
        ("123 (définitif)", "A"),
        ("123", "A"),
    ],
)
def test_status_marks_and_words_are_read(text: str, status: str) -> None:
    figure = read(text)
    assert (figure.value, figure.obs_status, figure.missing_reason) == (123, status, None)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("123*", "*"),
        ("123 **", "**"),
        ("8 311 (1)", "(1)"),
        ("8 311¹", "(1)"),
        ("8 311①", "(1)"),
        ("123 (s)", "(s)"),
        ("123 (p) (r)", "(p) (r)"),
        ("na", "na"),
        ("?", "?"),
    ],
)
def test_an_undeclared_mark_is_refused_and_named(text: str, mark: str) -> None:
    rejection = refused(text)
    assert rejection.reason == "MARQUE_INCONNUE"
    assert f"« {mark} »" in rejection.message_fr


def test_a_bare_e_after_an_amount_is_euros_or_estimated() -> None:
    assert refused("12 e", "EUR").reason == "NOMBRE_AMBIGU"


@pytest.mark.parametrize(
    ("texts", "status", "reason"),
    [
        (("s", "S", "c", "(s)", "secret", "secret statistique"), "Q", "secret"),
        (("nd", "ND", "n.d.", "n. d.", "n.c.", "nc", "…", "...", "..", "non disponible"), "O", "not_available"),
        (("ns", "n.s.", "non significatif"), "N", "not_significant"),
        (("so", "s.o.", "sans objet", "///"), "M", "not_applicable"),
        (("", "  ", "\u00a0", "\n"), "O", "blank"),
        (("-", "–", "--", "—"), "O", "not_available"),
    ],
)
def test_a_missing_value_has_its_reason_and_is_never_zero(texts: tuple[str, ...], status: str, reason: str) -> None:
    for text in texts:
        figure = read(text)
        assert (figure.value, figure.precision) == (None, None), text
        assert (figure.obs_status, figure.missing_reason, figure.unit) == (status, reason, "dwellings"), text


@pytest.mark.parametrize(("text", "mark"), [("nd (p)", "nd"), ("s (e)", "s"), ("… provisoire", "..."), ("- (p)", "-")])
def test_a_missing_value_bears_no_status_mark(text: str, mark: str) -> None:
    rejection = refused(text)
    assert rejection.reason == "MARQUE_SANS_VALEUR"
    assert f"Écrivez « {mark} » seul" in rejection.message_fr


def test_a_mark_alone_says_nothing() -> None:
    assert refused("(p)").reason == "NOMBRE_ILLISIBLE"


def test_a_dash_means_what_the_layout_says() -> None:
    nil = read("-", dash="nil")
    assert (nil.value, nil.precision, nil.obs_status, nil.missing_reason) == (0.0, 0.0, "A", None)
    assert (read("- (p)", dash="nil").value, read("- (p)", dash="nil").obs_status) == (0.0, "P")
    assert read("–", dash="not_applicable").obs_status == "M"
    assert read("-", dash="nil_or_missing").missing_reason == "nil_or_missing"


# -- properties --------------------------------------------------------------------------------------------------

SPACES = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ""])
AMOUNT_SCALES = {
    "": 1,
    " €": 1,
    " k€": 10**3,
    " M€": 10**6,
    " M d'€": 10**6,
    " MEUR": 10**6,
    " millions d’euros": 10**6,
    " Md€": 10**9,
    " Mds €": 10**9,
    " milliards d'euros": 10**9,
}
COUNT_SCALES = {" milliers": 10**3, " mille": 10**3, " millions": 10**6, " M": 10**6, " millions de logements": 10**6}


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(st.integers(0, 10**9), SPACES, st.sampled_from(["", " logements", "\u00a0ménages logés", " (p)"]))
@untimed
def test_a_whole_count_comes_back_exactly(number: int, space: str, noun: str) -> None:
    noun = noun if number > 1 or noun in {"", " (p)"} else ""
    figure = read(grouped(number, space) + noun)
    assert (figure.value, figure.precision, figure.qualifier) == (number, 0.0, "=")


@given(st.integers(0, 10**5), st.integers(0, 99), st.sampled_from([0, 1, 2]), SPACES, st.data())
@untimed
def test_an_amount_comes_back_in_euros_with_half_its_last_digit(
    whole: int, cents: int, decimals: int, space: str, data: st.DataObject
) -> None:
    wording, scale = data.draw(st.sampled_from(sorted(AMOUNT_SCALES.items())))
    fraction = f"{cents:02}"[:decimals]
    text = grouped(whole, space) + ("," + fraction if decimals else "") + wording
    figure = read(text, "EUR")
    assert figure.value == pytest.approx((whole + (int(fraction) / 10**decimals if decimals else 0)) * scale)
    assert figure.precision == pytest.approx(scale / 10**decimals / 2)


@given(st.integers(1, 9999), st.integers(1, 9), st.sampled_from(sorted(COUNT_SCALES.items())))
@untimed
def test_a_scaled_count_has_the_precision_of_its_scale(whole: int, tenth: int, scale: tuple[str, int]) -> None:
    wording, factor = scale
    figure = read(f"{whole},{tenth}{wording}")
    assert figure.value == pytest.approx((whole + tenth / 10) * factor)
    assert figure.precision == pytest.approx(factor / 20)
    assert read(f"{whole},{tenth}", stated=wording) == Figure(
        f"{whole},{tenth}", figure.value, "dwellings", figure.precision, "=", None, None, "A", None
    )


@given(st.integers(1, 999), st.integers(0, 999))
@untimed
def test_a_dot_before_three_digits_is_thousands_in_a_count_and_refused_in_an_amount(first: int, second: int) -> None:
    text = f"{first}.{second:03}"
    assert read(text).value == first * 1000 + second
    assert refused(text, "EUR").reason == "NOMBRE_AMBIGU"


UNITS = st.sampled_from(
    ["EUR", "dwellings", "percent", "per_mille", "per_100k", "factor", "years", "m2", "persons_per_dwelling", "", "x y"]
)
EXPECTED = st.builds(
    Expected,
    unit=UNITS,
    stated=st.sampled_from(["", "M€", "en milliers", "%", "hors", "(", "2021"]) | st.text(max_size=8),
    dot=st.sampled_from(["", "decimal", "thousands"]),
    comma=st.sampled_from(["decimal", "thousands"]),
    dash=st.sampled_from(["not_available", "nil", "secret", ""]),
)
FRAGMENTS = (
    "0 1 12 311 8 , . - + ( ) % € M m k e p d' de à et ou plus moins environ un une cent mille millions quart tiers "
    "trentaine doublement x / * ¹ ² … s nd ans mois logements par an en baisse « \n { } É \u202f"
)
PIECES = st.lists(st.sampled_from(FRAGMENTS.split(" ")), max_size=8)


@given(st.text() | PIECES.map("".join) | PIECES.map(" ".join), EXPECTED)
@example("\ud800", Expected("EUR"))
@example("1.234,567.8", Expected("EUR", dot="thousands"))
@example("{found}", Expected("{unit}", stated="{0}"))
@settings(untimed, max_examples=500)
def test_no_text_raises_and_every_figure_is_coherent(text: str, expected: Expected) -> None:
    found = read_text(text, expected)
    if isinstance(found, Rejection):
        assert found.raw_text == text
        assert found.message_fr
        return
    assert (found.text, found.unit) == (text, expected.unit)
    assert (found.value is None) == (found.precision is None) == (found.missing_reason is not None)
    assert found.qualifier in {"=", ">", "<", "~", "interval"}
    if found.qualifier == "interval":
        assert found.value is not None
        assert found.high is not None
        assert found.low == found.value < found.high
    if found.precision is not None:
        assert found.precision >= 0


# -- typed cells -------------------------------------------------------------------------------------------------


def cell(
    value: Typed,
    number_format: str | None = "General",
    kind: Kind = Kind.NUMBER,
    *,
    text: str | None = None,
    formula: str | None = None,
) -> Cell:
    return Cell(7, 3, kind, str(value) if text is None else text, value, number_format, formula)


FORMATS = ["General", "0", "#,##0", "# ##0", "0.0", "0%", "0.0 %", '0" M€"', '0" (p)"', '0" logements"', "#,##0,", None]


@given(st.integers(-(10**14), 10**14), st.sampled_from(FORMATS), EXPECTED)
@untimed
def test_a_whole_number_stored_as_such_is_the_figure_that_the_same_number_with_decimals_is(
    number: int, number_format: str | None, expected: Expected
) -> None:
    text = str(number)
    whole = read_cell(cell(number, number_format, text=text), expected)
    assert whole == read_cell(cell(float(number), number_format, text=text), expected)
    precision = full_precision(number_format, expected)
    if precision is not None:
        assert whole == Figure(text, number, expected.unit, precision, "=", None, None, "A", None)


@pytest.mark.parametrize(
    ("value", "number_format", "expected", "result", "precision"),
    [
        (8311, "General", Expected("dwellings"), 8311, 0),
        (8311.0, "# ##0", Expected("dwellings"), 8311, 0),
        (8310.999999999999, "General", Expected("dwellings"), 8311, 0),
        (-0.0, "General", Expected("dwellings"), 0, 0),
        (8311, '0" logements"', Expected("dwellings"), 8311, 0),
        (12.3, "0.0", Expected("dwellings", "en milliers"), 12_300, 50),
        (0.12, "0 %", Expected("percent"), 12, 0.5),
        (0.12, "0%", Expected("percent", "%"), 12, 0.5),
        (0.1, "0.0%", Expected("percent"), 10, 0.05),
        (0.1 + 0.2, "General", Expected("percent", "%"), 0.3, 0.05),
        (12.5, "General", Expected("percent"), 12.5, 0.05),
        (-0.094, "0.0%", Expected("percent"), -9.4, 0.05),
        (104.4, "General", Expected("EUR", "M€"), 104_400_000, 50_000),
        (104.4, "#,##0.00", Expected("EUR", "M€"), 104_400_000, 5_000),
        (104.4, '0.0" M€"', Expected("EUR"), 104_400_000, 50_000),
        (104_400_000, '0.0,," M€"', Expected("EUR"), 104_400_000, 50_000),
        (104_400_000, "0.0,,", Expected("EUR", "M€"), 104_400_000, 50_000),
        (1234.5, r"#,##0.00\ [$€-40C]", Expected("EUR"), 1234.5, 0.005),
        (1234.5, r'_-* #,##0.00\ _€_-;\-* #,##0.00\ _€_-;_-* "-"??\ _€_-;_-@_-', Expected("EUR"), 1234.5, 0.005),
        (44, r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)', Expected("EUR"), 44, 0.5),
        (1234.567, None, Expected("EUR"), 1234.567, 0.0005),
        (500, '[>=1000000]0.0,,"M€";0', Expected("EUR"), 500, 0.5),
    ],
)
def test_a_typed_number_is_read_as_it_is_shown(
    value: float, number_format: str | None, expected: Expected, result: float, precision: float
) -> None:
    figure = read_cell(cell(value, number_format), expected)
    assert isinstance(figure, Figure), figure
    assert figure.value == result
    assert figure.precision == pytest.approx(precision)
    assert (figure.text, figure.qualifier, figure.obs_status) == (str(value), "=", "A")


def test_a_status_mark_may_stand_in_the_number_format() -> None:
    figure = read_cell(cell(123, '0" (p)"'), Expected("dwellings"))
    assert isinstance(figure, Figure)
    assert (figure.value, figure.obs_status) == (123, "P")


@pytest.mark.parametrize(
    ("number_format", "unit", "value", "qualifier"),
    [
        ('"plus de "0', "dwellings", 12, ">"),
        ('0" environ"', "dwellings", 12, "~"),
        ('"<"0', "dwellings", 12, "<"),
        ('"plus de "0" M€"', "EUR", 12_000_000, ">"),
    ],
)
def test_a_hedge_may_stand_in_the_number_format(number_format: str, unit: str, value: float, qualifier: str) -> None:
    figure = read_cell(cell(12, number_format), Expected(unit))
    assert isinstance(figure, Figure)
    assert (figure.value, figure.qualifier) == (value, qualifier)


@pytest.mark.parametrize(
    ("refusable", "expected", "reason"),
    [
        (cell(8310.7), Expected("dwellings"), "NOMBRE_NON_ENTIER"),
        (cell(0.12), Expected("percent"), "POURCENTAGE_AMBIGU"),
        (cell(0.12, None), Expected("percent", "%"), "POURCENTAGE_AMBIGU"),
        (cell(0.12, "0%"), Expected("dwellings"), "UNITE_INATTENDUE"),
        (cell(104, '#,##0 "€"'), Expected("EUR", "k€"), "UNITES_CONTRADICTOIRES"),
        (cell(123, '0"*"'), Expected("dwellings"), "MARQUE_INCONNUE"),
        (cell(8_000_000, "#,##0,,"), Expected("dwellings"), "NOMBRE_AMBIGU"),
        (cell(1_234_567, "#,##0,"), Expected("dwellings"), "NOMBRE_AMBIGU"),
        (cell(104_400_000, "#,##0,"), Expected("EUR", "M€"), "NOMBRE_AMBIGU"),
        (cell(1234.5, "[$$-409]#,##0.00"), Expected("EUR"), "NOMBRE_ILLISIBLE"),
        (cell(1e20), Expected("dwellings"), "NOMBRE_ILLISIBLE"),
        (cell(float("nan")), Expected("dwellings"), "NOMBRE_ILLISIBLE"),
        (cell(float("inf")), Expected("dwellings"), "NOMBRE_ILLISIBLE"),
        (cell(True, kind=Kind.BOOLEAN), Expected("dwellings"), "NOMBRE_ILLISIBLE"),
        (cell(date(2021, 2, 1), "d-mmm", Kind.DATE), Expected("dwellings"), "DATE_INATTENDUE"),
        (cell(timedelta(hours=30), "[h]:mm", Kind.DURATION), Expected("dwellings"), "DATE_INATTENDUE"),
        (cell(None, kind=Kind.ERROR, text="#REF!"), Expected("dwellings"), "ERREUR_EXCEL"),
        (cell(None, kind=Kind.UNCACHED, text="", formula="SUM(B2:B9)"), Expected("dwellings"), "FORMULE_SANS_VALEUR"),
        (cell("12 34", kind=Kind.TEXT), Expected("dwellings"), "NOMBRE_ILLISIBLE"),
    ],
)
def test_a_refused_cell_says_why_and_where(refusable: Cell, expected: Expected, reason: str) -> None:
    found = read_cell(refusable, expected)
    assert isinstance(found, Rejection), found
    assert (found.reason, found.cell) == (reason, "C7")


def test_the_refused_formula_is_shown() -> None:
    found = read_cell(cell(None, kind=Kind.UNCACHED, text="", formula="SUM(B2:B9)"), Expected("dwellings"))
    assert isinstance(found, Rejection)
    assert "SUM(B2:B9)" in found.message_fr


def test_a_text_cell_is_read_as_its_text() -> None:
    assert read_cell(cell("plus de 8 311", kind=Kind.TEXT), Expected("dwellings")) == read("plus de 8 311")


@given(st.integers() | st.floats() | st.text(), st.text(max_size=12) | st.none(), st.sampled_from(Kind), EXPECTED)
@untimed
def test_no_cell_raises(value: float | str, number_format: str | None, kind: Kind, expected: Expected) -> None:
    found = read_cell(Cell(1, 1, kind, str(value), value, number_format), expected)
    assert isinstance(found, Figure | Rejection)


@given(st.floats(-1e9, 1e9), st.sampled_from(["General", "0.0", "#,##0", "0.00%"]))
@untimed
def test_a_typed_amount_keeps_fifteen_digits(value: float, number_format: str) -> None:
    found = read_cell(cell(value, number_format), Expected("percent" if "%" in number_format else "EUR"))
    if isinstance(found, Figure):
        assert found.value == pytest.approx(value * (100 if "%" in number_format else 1), rel=1e-14, abs=1e-300)
