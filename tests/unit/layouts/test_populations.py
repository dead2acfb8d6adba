"""Whose activity a figure counts: said in a column, beside a label, in a label, a remark, a title or a note."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from pipeline.vocabulary.populations import UNKNOWN
from tests.support.sheets import Rows, observations_of, sheet

LAYOUTS = load_layouts()
HEADER = ["Indicateur", "Année", "Valeur", "Champ", "Remarque"]


def read(rows: Rows, source: str = "regional_return", name: str = "Activité") -> Extraction:
    return extract(Workbook("xlsx", [sheet(name, rows)]), LAYOUTS[source])


def figures(rows: Rows) -> list[tuple[Any, ...]]:
    """Indicator, population and value of each figure of a return."""
    top: Rows = [["Région :", "Bretagne"], []]
    return [(row["indicator"], row["population"], row["value"]) for row in observations_of(read([*top, *rows]))]


def line(label: str = "Mises en chantier", population: str = "", remark: str = "") -> list[Any]:
    return [label, "2021", 12, population, remark]


@pytest.mark.parametrize(
    "row",
    [
        line(population="Tous les bailleurs sociaux"),
        line(population="tous bailleurs confondus"),
        line(label="Mises en chantier (tous bailleurs)"),
        line(label="Mises en chantier, tous les bailleurs sociaux"),
        line(remark="tous les bailleurs sociaux, dont les filiales"),
        line(remark="le chiffre concerne l'ensemble des bailleurs sociaux"),
        line(population="tous bailleurs", remark="tous les bailleurs"),
    ],
)
def test_a_row_names_its_population(row: list[Any]) -> None:
    assert figures([HEADER, row]) == [("starts", "all_landlords", 12)]


@pytest.mark.parametrize(
    "row",
    [
        line(),
        line(population="Groupe Action Logement"),
        line(population="Bretagne"),
        line(remark="dont tous bailleurs : 30"),
        line(remark="hors ensemble des bailleurs"),
    ],
)
def test_a_figure_of_the_definition_has_no_population_of_its_own(row: list[Any]) -> None:
    assert figures([HEADER, row]) == [("starts", "", 12)]


@pytest.mark.parametrize(
    "above",
    [
        [["Champ : tous les bailleurs sociaux"]],
        [["Périmètre", "Tous bailleurs"]],
        [["Production de logements (tous bailleurs)"]],
    ],
)
def test_what_is_said_around_a_table_holds_where_a_row_says_nothing_else(above: Rows) -> None:
    rows = [*above, [], HEADER, line(), line(label="Livraisons", population="groupe Action Logement")]
    assert figures(rows) == [("starts", "all_landlords", 12), ("deliveries", "", 12)]


def test_a_note_says_whose_figures_they_are_unless_it_explains_a_mark() -> None:
    below = [HEADER, line(), []]
    assert figures([*below, ["Note : chiffres de tous les bailleurs sociaux"]]) == [("starts", "all_landlords", 12)]
    assert figures([*below, ["(1) tous les bailleurs sociaux"]]) == [("starts", "", 12)]


def test_where_another_indicator_has_the_population_the_figure_is_one_of_it() -> None:
    row = line(label="Aides à la mobilité", remark="Mobili-Jeune compris")
    assert figures([HEADER, row]) == [("mobility_aids_all", "", 12)]
    assert figures([HEADER, line(label="Aides à la mobilité (hors Mobili-Jeune)")]) == [("mobility_aids", "", 12)]


def test_an_unknown_population_is_refused_with_the_nearest_and_so_are_its_figures() -> None:
    found = read([["Région :", "Bretagne"], [], HEADER, line(population="bailleurs partenaires")])
    (rejection,) = [item for item in found.rejections if item.reason == "POPULATION_INCONNUE"]
    assert (rejection.cell, rejection.raw_text) == ("D4", "bailleurs partenaires")
    assert [row["population"] for row in observations_of(found)] == [UNKNOWN]


def test_two_populations_beside_one_figure_say_nothing_that_could_be_relied_on() -> None:
    row = line(label="Mises en chantier (tous bailleurs)", remark="filiales du groupe Action Logement")
    assert figures([HEADER, row]) == [("starts", UNKNOWN, 12)]


def test_the_title_of_a_source_under_a_table_says_nothing_of_whom_its_figures_are() -> None:
    rows: Rows = [HEADER, line(), [], ["Source : Production de logements, tous bailleurs (Localtis), 12 mai 2022."]]
    assert figures(rows) == [("starts", "", 12)]
