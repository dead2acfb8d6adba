"""The publication that a workbook was taken from, wherever the workbook states it. Every figure is invented."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract
from pipeline.layouts.frames import cells_of
from pipeline.layouts.publications import Publication
from tests.support.sheets import RETURN, Rows, layout, observations_of, sheet

HEAD: Rows = [["Région :", "Bretagne"], ["Date d'envoi :", "15/03/2022"], []]
FIGURES: Rows = [["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, 10]]
LABELS = ["Titre", "Publié par", "Adresse", "Licence", "Extrait"]
GAZETTE = ["Bilan régional", "La Gazette", "https://gazette.example/bilan", "Licence ouverte 2.0", "livraisons : 10"]
MONITEUR = ["Chiffres 2021", "Le Moniteur", "https://moniteur.example/2021", None, "agréments : 3"]


def read(*sheets: tuple[str, Rows], above: Rows | None = None, below: Rows | None = None) -> Extraction:
    rows = [*HEAD[:2], *(above or []), [], *FIGURES, [], *(below or [])]
    book = [sheet("Activité", rows), *(sheet(name, rows) for name, rows in sheets)]
    found = extract(Workbook("xlsx", book), RETURN)
    assert [row["value"] for row in observations_of(found)] == [10]
    assert found.rejections == []
    return found


def test_a_sheet_of_sources_states_it_under_its_header() -> None:
    found = read(("Source", [LABELS, GAZETTE, [], ["Note : composé pour un test"]]))
    assert found.publication == Publication(*map(str, GAZETTE[:4]))
    roles = {cell: role for name, cell, _, role, *_ in cells_of(found) if name == "Source"}
    assert {roles[cell] for cell in ("A1", "A2", "B2", "C2", "D2")} == {"context"}
    assert {roles[cell] for cell in ("E1", "E2", "A4")} == {"note"}


def test_or_beside_its_labels() -> None:
    rows: Rows = [[f"{label} :", text] for label, text in zip(LABELS, GAZETTE, strict=True)]
    assert read(("Sources", rows)).publication == Publication(*map(str, GAZETTE[:4]))


def test_what_a_sheet_leaves_blank_is_not_stated() -> None:
    assert read(("Source", [LABELS, MONITEUR])).publication == Publication(*map(str, MONITEUR[:3]))


@pytest.mark.parametrize(
    "rows",
    [
        [LABELS, GAZETTE, MONITEUR],
        [["Titre :", "Bilan régional"], ["Titre :", "Chiffres 2021"]],
    ],
)
def test_of_several_publications_none_is_that_of_the_workbook(rows: Rows) -> None:
    assert read(("Source", rows)).publication == Publication()


@pytest.mark.parametrize(
    ("note", "title"),
    [
        ("Source : Bilan régional (La Gazette), 3 décembre 2021.", "Bilan régional (La Gazette)"),
        ("Source : SDES, RPLS ; Parc social 2020, 2020.", "SDES, RPLS ; Parc social 2020"),
        ("Sources : comité régional", "comité régional"),
        ("Note : chiffres inventés", ""),
    ],
)
def test_a_note_under_the_table_states_its_title(note: str, title: str) -> None:
    assert read(below=[[note]]).publication == Publication(title)


def test_the_sheet_of_sources_says_more_than_a_note() -> None:
    found = read(("Source", [LABELS, GAZETTE]), below=[["Source : La Gazette, 2021."]])
    assert found.publication.title == "Bilan régional"


def test_labels_above_a_table_state_it_too() -> None:
    above: Rows = [["Publié par :", "La Gazette"], ["Licence : Licence ouverte 2.0"]]
    assert read(above=above).publication == Publication("", "La Gazette", "", "Licence ouverte 2.0")


def test_a_workbook_that_states_nothing_has_none() -> None:
    assert read().publication == Publication()


def test_a_layout_says_itself_where_a_field_stands() -> None:
    text = """
    fixed = { territory = "France", indicator = "deliveries" }
    [[contexts]]
    field = "publication_title"
    labels = ["Étude"]
    [[tables]]
    name = "years"
    [[tables.columns]]
    field = "period"
    headers = ["Année"]
    required = true
    [[tables.columns]]
    field = "value"
    headers = ["Valeur"]
    required = true
    """
    rows: Rows = [["Étude :", "Le parc"], [], ["Année", "Valeur"], [2021, 10]]
    book = Workbook("xlsx", [sheet("Tableau", rows), sheet("Source", [LABELS, GAZETTE])])
    found = extract(book, layout(text))
    assert found.publication == Publication("Le parc", *map(str, GAZETTE[1:4]))
