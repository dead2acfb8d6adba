"""Properties of all figures, whatever their writing; cells that the spreadsheet types."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, Figure, full_precision, read_cell, read_text
from pipeline.rejections import Rejection
from tests.support.read_figures import cell, read, refused, untimed

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
