"""Runs of characters that are formatted one by one: note marks, units and powers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cells.rich import join_runs


def joined(marked: str) -> str:
    """Return the text of runs that are written in one line, the raised ones in braces: ``Logements{1}``."""
    pieces = re.split(r"\{(.*?)\}", marked)
    return join_runs((piece, bool(place % 2)) for place, piece in enumerate(pieces))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Logements{1 }agréés", "Logements agréés"),
        ("Logements{1} agréés", "Logements agréés"),
        ("Logements {(1)} agréés", "Logements agréés"),
        ("Logements{1}agréés", "Logements agréés"),
        ("Logements{1}\nagréés", "Logements\nagréés"),
        ("Aides{1}{2 }(M€)", "Aides (M€)"),
        ("(hors Paris{1})", "(hors Paris)"),
        ("Aides{1}/an", "Aides/an"),
        ("Logements{*} agréés", "Logements * agréés"),
        ("Md€{(1)} engagés", "Md€ engagés"),
    ],
)
def test_the_mark_of_a_note_within_a_wording_leaves_the_words_apart(marked: str, expected: str) -> None:
    assert joined(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Logements{1 }", "Logements (1)"),
        ("Md€{(1)}", "Md€ (1)"),
        ("8 311{1}", "8 311 (1)"),
        ("Aides{1},{2}", "Aides (1), (2)"),
        ("Aides{1}.", "Aides (1)."),
        ("{1} Source : SDES", "(1) Source : SDES"),
        ("{1}Source : SDES", "(1) Source : SDES"),
        ("Champ : France\n{2}Provisoire", "Champ : France\n(2) Provisoire"),
    ],
)
def test_the_mark_of_a_note_stays_behind_a_wording_and_before_the_note(marked: str, expected: str) -> None:
    assert joined(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Surface en m{2}", "Surface en m²"),
        ("Surface en m{2 }habitable", "Surface en m² habitable"),
        ("€/m{2} (TTC)", "€/m² (TTC)"),
        ("m{2 (1)}", "m² (1)"),
        ("m{2}{(1)}", "m² (1)"),
        ("km{2}", "km²"),
        ("dam{3}", "dam³"),
        ("10{6} m{3}", "10⁶ m³"),
        ("en 10{9 }€", "en 10⁹ €"),
        ("10{12}", "10¹²"),
    ],
)
def test_units_and_powers_are_no_note_marks(marked: str, expected: str) -> None:
    assert joined(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Programm{2}", "Programm (2)"),
        ("m{1}", "m (1)"),
        ("8 010{6}", "8 010 (6)"),
        ("8 10{6}", "8 10 (6)"),
        ("2,10{6}", "2,10 (6)"),
        ("10{1}", "10 (1)"),
        ("210{3}", "210 (3)"),
    ],
)
def test_what_looks_like_a_unit_or_a_power_is_none(marked: str, expected: str) -> None:
    assert joined(marked) == expected


@pytest.mark.parametrize("marked", ["1{er} trimestre", "2{e} semestre", "3{ème}", "XX{e} siècle", "CO2"])
def test_raised_letters_are_letters(marked: str) -> None:
    assert joined(marked) == re.sub(r"[{}]", "", marked)


@given(st.lists(st.tuples(st.text(), st.just(False))))
def test_what_is_not_raised_is_left_as_it_is(runs: list[tuple[str, bool]]) -> None:
    assert join_runs(runs) == "".join(run for run, _ in runs)
