"""Targets and forecasts are no results, wherever that is said; provisional figures say so."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from pipeline.layouts.sayings import says_no_result, says_provisional
from tests.support.sheets import Rows, observations_of, sheet

RETURN = load_layouts()["regional_return"]
TABLE: Rows = [["Indicateur", "Année", "Valeur"], ["Agréments", 2021, 831]]


def read(above: Rows, *, below: Rows | None = None, name: str = "Activité", file: str = "bilan.xlsx") -> Extraction:
    rows = [["Région :", "Bretagne"], *above, [], *TABLE, [], *(below or [])]
    return extract(Workbook("xlsx", [sheet(name, rows)]), RETURN, file_name=file)


def statuses(found: Extraction) -> list[str]:
    return [row["obs_status"] for row in observations_of(found)]


@pytest.mark.parametrize(
    "text",
    ["Objectifs 2022", "OBJECTIF", "Budget 2022", "Bilan prévisionnel", "Prévisions d'activité", "Prév. 2022",
     "Cibles 2025", "Résultats attendus", "Projection à 2025"],
)  # fmt: skip
def test_a_title_a_sheet_or_a_file_that_announces_targets_is_refused(text: str) -> None:
    for found in (read([[text]]), read([], name=f"Bilan - {text}"), read([], file=f"{text.lower()}.xlsx")):
        assert statuses(found) == []
        assert [item.reason for item in found.rejections] == ["PAS_UN_RESULTAT"]
        assert text.lower()[:5] in found.rejections[0].message_fr.lower()


@pytest.mark.parametrize(
    "text",
    ["Objectifs atteints en 2021", "Convention d'objectifs 2018-2022 : bilan", "Bilan 2021, hors objectifs",
     "Publics cibles", "Activité 2021", "Atteinte des objectifs"],
)  # fmt: skip
def test_a_title_that_only_speaks_of_targets_stays_that_of_results(text: str) -> None:
    found = read([[text]])
    assert (statuses(found), found.rejections) == (["A"], [])


def test_a_note_on_targets_and_a_later_table_say_nothing_of_this_one() -> None:
    assert statuses(read([], below=[["Note : objectif 2022 de 900 agréments"]])) == ["A"]
    rows = [["Région :", "Bretagne"], *TABLE, [], ["Objectifs 2022"], TABLE[0], ["Agréments", 2022, 900]]
    found = extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)
    assert [row["value"] for row in observations_of(found)] == [831]


@pytest.mark.parametrize(
    "above", ["DONNÉES PROVISOIRES", "Bilan 2021 (chiffres provisoires)", "Résultats non définitifs"]
)
def test_a_title_that_says_provisional_marks_its_figures(above: str) -> None:
    found = read([[above]])
    assert statuses(found) == ["P"]
    assert [(item.reason, item.raw_text) for item in found.rejections] == [("PROVISOIRE", above)]


def test_a_note_says_provisional_and_the_key_of_a_mark_does_not() -> None:
    assert statuses(read([], below=[["Les chiffres sont provisoires."]])) == ["P"]
    assert statuses(read([], below=[["(p) : données provisoires"]])) == ["A"]
    assert statuses(read([], below=[["* chiffres provisoires"]])) == ["A"]
    assert statuses(read([], name="Activité provisoire")) == ["P"]
    assert not says_provisional("Logements provisoires")
    assert not says_no_result("Direction du budget")
