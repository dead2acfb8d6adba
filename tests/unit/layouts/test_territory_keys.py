"""Names of territories: in short, of two levels, of a part, of another level. Every figure is invented."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from tests.support.sheets import Rows, observations_of, sheet

RETURN = load_layouts()["regional_return"]


def read(region: str, *places: object) -> Extraction:
    rows: Rows = [["Région :", region], [], ["Indicateur", "Territoire", "Année", "Valeur"]]
    rows += [["Agréments", place, 2021, 10 + at] for at, place in enumerate(places)]
    return extract(Workbook("xlsx", [sheet("Activité", rows)]), RETURN)


def places(found: Extraction) -> list[tuple[str, str]]:
    return [(row["territory_level"], row["territory_code"]) for row in observations_of(found)]


@pytest.mark.parametrize(
    ("region", "name", "code"),
    [
        ("Île-de-France", "Seine-St-Denis", "93"),
        ("Île-de-France", "Hts-de-Seine", "92"),
        ("Provence-Alpes-Côte d'Azur", "Alpes-de-Hte-Provence", "04"),
        ("Provence-Alpes-Côte d'Azur", "HTES-ALPES", "05"),
        ("Auvergne-Rhône-Alpes", "Hte Savoie", "74"),
        ("Grand Est", "67A", "67"),
        ("Grand Est", "Ht-Rhin", "68"),
    ],
)
def test_a_department_written_in_short_is_read(region: str, name: str, code: str) -> None:
    assert places(read(region, name)) == [("department", code)]


@pytest.mark.parametrize(
    ("name", "code"), [("Guadeloupe", "01"), ("MARTINIQUE", "02"), ("Réunion", "04"), ("Mayotte", "06")]
)
def test_in_its_own_return_a_name_of_two_levels_is_the_region(name: str, code: str) -> None:
    assert places(read(name, name)) == [("region", code)]


def test_its_code_is_that_of_the_department() -> None:
    assert places(read("Guadeloupe", "971")) == [("department", "971")]


@pytest.mark.parametrize("part", ["69M", "Métropole de Lyon", "Grand Lyon", "69D", "Nouveau Rhône"])
def test_a_part_of_a_department_puts_its_whole_in_doubt(part: str) -> None:
    found = read("Auvergne-Rhône-Alpes", part, "Rhône", "69", "Ain")
    assert places(found) == [("department", "01")]
    reasons = [item.reason for item in found.rejections if item.reason.startswith("TERRITOIRE")]
    assert reasons == ["TERRITOIRE_AUTRE_NIVEAU", "TERRITOIRE_PARTAGE", "TERRITOIRE_PARTAGE"]


def test_a_whole_department_alone_is_in_no_doubt() -> None:
    assert places(read("Auvergne-Rhône-Alpes", "Rhône", "Ain")) == [("department", "69"), ("department", "01")]


def test_a_territory_of_another_level_is_named_with_what_is_expected() -> None:
    (refusal, *_) = read("Grand Est", "Collectivité européenne d'Alsace").rejections
    assert refusal.reason == "TERRITOIRE_AUTRE_NIVEAU"
    assert "un département ou une région" in refusal.message_fr


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    (refusal, *_) = read("Bretagne", "Finistere-Nord").rejections
    assert refusal.reason == "TERRITOIRE_INCONNU"
    assert "par exemple « Finistère »" in refusal.message_fr
