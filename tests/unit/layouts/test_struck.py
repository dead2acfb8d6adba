"""Figures that are struck through, themselves, with their row or with their column. All of them are invented."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Cells, Sheet, Workbook
from pipeline.layouts import Extraction, Layout, extract, load_layouts
from tests.support.sheets import BLOCK, BREAKDOWNS, RETURN, Rows, figures, layout, refusals, sheet

TABLE: Rows = [
    *BLOCK,
    ["Indicateur", "Année", "Valeur", "Unité"],
    ["Livraisons", 2021, 500, None],
    ["Agréments", 2021, 831, None],
    ["Réhabilitations", 2021, 70, None],
]


def marked(rows: Rows, struck: dict[str, str], name: str = "Activité") -> Sheet:
    """Return a sheet of which something is struck in some cells, by address: ``""`` for all of it."""
    made = sheet(name, rows)
    made.cells = Cells(cell._replace(struck=struck.get(cell.address)) for cell in made.cells)
    return made


def read(struck: dict[str, str], rows: Rows = TABLE, declared: Layout = RETURN) -> Extraction:
    return extract(Workbook("xlsx", [marked(rows, struck)]), declared)


def values(extraction: Extraction) -> list[object]:
    return [figure[3] for figure in figures(extraction)]


def test_a_struck_figure_is_refused_and_those_beside_it_are_not() -> None:
    extraction = read({"C7": ""})
    assert values(extraction) == [500, 70]
    assert refusals(extraction) == {"C7": "CELLULE_BARREE"}
    assert "Supprimez" in extraction.rejections[0].message_fr


@pytest.mark.parametrize("label", ["A7", "B7"])
def test_the_figures_of_a_struck_row_are_refused_with_its_label(label: str) -> None:
    extraction = read({label: ""})
    assert values(extraction) == [500, 70]
    assert refusals(extraction) == {"C7": "CELLULE_BARREE"}
    assert label in extraction.rejections[0].message_fr
    assert "cette ligne" in extraction.rejections[0].message_fr


def test_a_struck_row_gets_one_refusal_a_figure() -> None:
    assert refusals(read({"A7": "", "B7": "", "C7": ""})) == {"C7": "CELLULE_BARREE"}


def test_a_struck_label_without_figures_says_nothing() -> None:
    rows: Rows = [*TABLE[:-1], ["Réhabilitations", 2021, None, None]]
    assert refusals(read({"A8": "", "B8": ""}, rows)) == {}


@pytest.mark.parametrize("header", ["C5", "A5"])
def test_the_figures_under_a_struck_header_are_refused(header: str) -> None:
    extraction = read({header: ""})
    assert values(extraction) == []
    assert refusals(extraction) == dict.fromkeys(("C6", "C7", "C8"), "CELLULE_BARREE")
    assert header in extraction.rejections[0].message_en
    assert "that column" in extraction.rejections[0].message_en


def test_one_struck_year_among_others() -> None:
    rows: Rows = [["Type", "Indicateur", 2020, 2021], ["Ensemble", "Livraisons", 5, 6]]
    declared = layout(BREAKDOWNS)
    assert values(read({"C1": ""}, rows, declared)) == [6]
    assert values(read({}, rows, declared)) == [5, 6]  # what was understood of one header is not taken for another
    assert values(read({"D1": ""}, rows, declared)) == [5]


def test_what_was_read_without_its_struck_part_is_remarked() -> None:
    extraction = read({"C7": "138", "A6": "Ventes"})
    assert values(extraction) == [500, 831, 70]
    assert refusals(extraction) == {"C7": "TEXTE_BARRE", "A6": "TEXTE_BARRE"}
    assert all(word in extraction.rejections[1].message_fr for word in ("831", "138"))


def test_a_key_that_was_read_before_is_read_again_where_it_is_struck() -> None:
    assert values(read({})) == [500, 831, 70]
    assert values(read({"A6": ""})) == [831, 70]
    assert values(read({})) == [500, 831, 70]


def test_a_struck_title_or_note_says_nothing() -> None:
    rows: Rows = [
        ["Bilan"],
        ["Région :", "Bretagne"],
        ["Région :", "Normandie"],
        ["Date d'envoi :", "15/03/2022"],
        [],
        *TABLE[4:],
    ]
    extraction = read({"A3": "", "B3": ""}, rows)
    assert {figure[1] for figure in figures(extraction)} == {"53"}
    assert refusals(extraction) == {}
    assert refusals(read({}, rows)) == {"B3": "LIGNE_EN_DOUBLE"}


def test_a_struck_statement_beside_its_label_does_not_hold() -> None:
    extraction = read({"B2": ""})
    assert values(extraction) == []
    assert refusals(extraction)["B2"] == "CELLULE_BARREE"


AID: Rows = [
    ["Prêteur", "Bénéficiaire", "Territoire", "Montant", "Remarque"],
    ["Banque", "Bailleur", "Bretagne", "3 M€", "x"],
]


@pytest.mark.parametrize(
    ("struck", "expected"), [("B2", {"D2": "CELLULE_BARREE"}), ("D2", {"D2": "CELLULE_BARREE"}), ("E2", {})]
)
def test_a_record_does_not_hold_where_what_it_is_about_is_struck(struck: str, expected: dict[str, str]) -> None:
    made = marked(AID, {struck: ""}, "Financements")
    extraction = extract(Workbook("xlsx", [made]), load_layouts()["agreements"])
    assert {cell: reason for cell, reason in refusals(extraction).items() if cell} == expected
    assert bool(len(extraction.records["funding"])) is not bool(expected)
