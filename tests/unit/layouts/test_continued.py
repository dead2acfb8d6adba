"""Rows below what looked like the end of their table: read, or refused with what stands between, and never a note."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from tests.support.sheets import Rows, observations_of, sheet

RETURN = load_layouts()["regional_return"]
TITLE = "Bilan annuel 2021"
TOP: Rows = [[TITLE], ["Région :", "Bretagne"], [], ["Indicateur", "Année", "Valeur"]]
FIRST = ["Agréments", "2021", "8 311"]
BELOW = ["Livraisons", "2021", "500"]
ACROSS: Rows = [["Région :", "Corse"], [], ["Indicateur", "2020", "2021"], ["Agréments", "7", "8"]]


def read(rows: Rows) -> Extraction:
    return extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)


def values(found: Extraction) -> list[float]:
    return [row["value"] for row in observations_of(found)]


def refusals(found: Extraction) -> list[tuple[str, str]]:
    return [(item.reason, item.cell) for item in found.rejections if item.reason != "NOMBRE_TEXTE"]


@pytest.mark.parametrize(
    "between",
    [
        [[]],
        [[], [], []],
        [["Note : chiffres arrêtés en mars"]],
        [["(1) hors filiales"], []],
        [["Page 2"]],
        [["- 2/3 -"]],
        [["(suite)"]],
        [[TITLE]],
        [[], [f"{TITLE} (suite)"]],
        [["Région :", "Bretagne"]],
        [["", "", " "]],
    ],
    ids=str,
)
def test_a_row_below_what_says_nothing_is_read(between: Rows) -> None:
    found = read([*TOP, FIRST, *between, BELOW])
    assert values(found) == [8311, 500]
    assert refusals(found) == []


def test_a_row_below_a_blank_one_under_the_header_is_read() -> None:
    assert values(read([*TOP, [], FIRST, [], [], BELOW])) == [8311, 500]


@pytest.mark.parametrize(
    "between", [["Département du Finistère"], ["Région :", "Corse"], ["Objectifs 2022"], ["en milliers"], ["", "", 12]]
)
def test_a_row_below_what_may_change_its_meaning_is_refused_with_it(between: list[object]) -> None:
    found = read([*TOP, FIRST, [], between, BELOW, [], ["Réhabilitations", 2021, 7]])
    assert values(found) == [8311]
    apart = [item for item in found.rejections if item.reason == "LIGNE_SEPAREE"]
    assert [item.cell for item in apart] == ["C8", "C10"]
    assert any(f"« {text} »" in apart[0].message_fr for text in filter(None, between))
    assert "Supprimez cette ligne" in apart[0].message_fr
    others = [item.cell for item in found.rejections if item.reason not in {"LIGNE_SEPAREE", "NOMBRE_TEXTE"}]
    assert others == (["C7"] if between == ["", "", 12] else []), (
        "what stands between is told once, a number of its own"
    )


@pytest.mark.parametrize(
    "below",
    [
        [["Source : bilans des offices"]],
        [["Agréments", "", "logements agréés dans l'année par l'État ou son délégataire, au sens du décret de 1999"]],
        [["Agréments"]],
        [["Les bilans sont déposés en mairie"], ["Contact", "", "02 99 00 00 00"]],
        [["Fait à Rennes, le 15 mars 2022"]],
    ],
    ids=str,
)
def test_prose_below_a_table_stays_a_note(below: Rows) -> None:
    found = read([*TOP, FIRST, [], *below])
    assert values(found) == [8311]
    assert refusals(found) == []


def test_years_across_and_totals_go_on_as_well() -> None:
    assert values(read([*ACROSS, [], ["Livraisons", "5", "nd"]])) == [7, 8, 5, None]
    assert values(read([*TOP, FIRST, [], ["Livraisons", "2021", "secret"]])) == [8311, None]


def test_the_header_of_another_table_ends_what_goes_on() -> None:
    found = read([*TOP, FIRST, [], ["Indicateur", "Année", "Valeur"], BELOW])
    assert values(found) == [8311, 500]
    assert refusals(found) == []


def test_a_row_whose_indicator_nobody_knows_is_refused_where_it_stands() -> None:
    assert refusals(read([*TOP, FIRST, [], ["Agrémentations", "2021", "12"]]))[0] == ("INDICATEUR_INCONNU", "A7")
