"""French figures: what a cell says is understood whole, or refused with a reason; never guessed, never raised on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.figures import Figure, read_text
from pipeline.rejections import Rejection
from pipeline.settings import PRODUCT
from tests.support.read_figures import declared, read, refused

WORDINGS = Path(__file__).with_name("wordings.csv")


SHARED_FACTS = PRODUCT.parent / "shared" / "facts"


# Typing errors of their sources, documented there: no reading of them is certain.
REFUSED_WORDINGS = {"97 00", "plus de 10 0000"}


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
