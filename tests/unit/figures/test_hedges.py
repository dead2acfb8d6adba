"""Hedges, directions, intervals, status marks and missing values: what is said beside a number is never dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.read_figures import read, refused, untimed

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
