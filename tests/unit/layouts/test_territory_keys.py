"""Names of territories: in short, of two levels, of a part, of another level. Every figure is invented."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Workbook
from pipeline.layouts import Extraction, extract, load_layouts
from tests.support.sheets import Rows, layout, observations_of, sheet

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


# -- names of two levels ------------------------------------------------------------------------------------------

PLACES = """
[[contexts]]
field = "territory"
labels = ["Région", "Territoire"]
levels = ["department", "region", "national"]

[[contexts]]
field = "territory"
sheet_name = '^Lieu (.+)$'
levels = ["department", "region"]

[[tables]]
name = "rows"
fixed = { indicator = "deliveries", period = "2021" }
header_rows = 2

[[tables.sections]]
field = "territory"
levels = ["department", "region"]

[[tables.columns]]
field = "code"
headers = ["Code"]

[[tables.columns]]
field = "territory"
headers = ["Territoire", "Département", "Région", "Département ou région"]
levels = ["department", "region", "other", "national"]

[[tables.columns]]
field = "parent"
headers = ["Dans"]
levels = ["region", "national"]

[[tables.columns]]
field = "breakdown"
headers = ["Type"]

[[tables.columns]]
field = "value"
headers = ["Livraisons"]
required = true

[[tables]]
name = "across"
fixed = { indicator = "deliveries" }
header_rows = 2

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["territory"]
levels = ["department", "region"]
required = true
"""
GUADELOUPE = {"region": ("region", "01"), "department": ("department", "971")}
DOUBT = "TERRITOIRE_DEUX_NIVEAUX"


def read_places(*sheets: tuple[str, Rows], text: str = PLACES) -> Extraction:
    return extract(Workbook("xlsx", [sheet(name, rows) for name, rows in sheets]), layout(text))


def rows_of(header: str, *names: str) -> Rows:
    return [[header, "Livraisons"], *([name, 10 + at] for at, name in enumerate(names))]


def doubts(found: Extraction) -> list[str]:
    return [item.cell for item in found.rejections if item.reason == DOUBT]


@pytest.mark.parametrize(
    ("header", "others", "level"),
    [
        ("Territoire", ["Bretagne", "Corse"], "region"),
        ("Territoire", ["Finistère"], "department"),
        ("Territoire", ["Bretagne", "France", "DROM"], "region"),
        ("Région", [], "region"),
        ("Région", ["Finistère"], "region"),
        ("Département", [], "department"),
        ("Département", ["Bretagne"], "department"),
        ("Département ou région", ["Bretagne"], "region"),
    ],
)
def test_header_and_neighbours_of_a_column_say_which_level_is_meant(header: str, others: list[str], level: str) -> None:
    found = read_places(("Tableau", rows_of(header, *others, "Guadeloupe")))
    assert places(found)[-1] == GUADELOUPE[level]
    assert found.rejections == []


@pytest.mark.parametrize("others", [[], ["France"], ["DROM"], ["Bretagne", "Finistère"], ["Martinique", "Mayotte"]])
def test_where_nothing_says_which_level_is_meant_both_are_told(others: list[str]) -> None:
    found = read_places(("Tableau", rows_of("Territoire", *others, "Guadeloupe")))
    refusal = next(item for item in reversed(found.rejections) if item.reason == DOUBT)
    assert (refusal.sheet, refusal.cell) == ("Tableau", f"A{len(others) + 2}")
    assert "la région Guadeloupe (code 01) et le département Guadeloupe (code 971)" in refusal.message_fr
    assert "the region Guadeloupe (code 01) and for the department Guadeloupe (code 971)" in refusal.message_en
    assert not {"01", "971"} & {code for _, code in places(found)}
    assert f"B{len(others) + 2}" in [item.cell for item in found.rejections if item.reason == "CLE_ABSENTE"]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Région Guadeloupe", "region"), ("Département Guadeloupe", "department"), ("971 - Guadeloupe", "department"),
        ("01 - Guadeloupe", "region"), ("Guadeloupe (région)", "region"),
    ],
)  # fmt: skip
def test_the_refusal_says_how_to_write_it(name: str, level: str) -> None:
    found = read_places(("Tableau", rows_of("Territoire", name)))
    assert (places(found), found.rejections) == ([GUADELOUPE[level]], [])


@pytest.mark.parametrize(
    ("code", "parent", "level"),
    [
        ("01", None, "region"), (1, None, "region"), ("971", None, "department"), (971, None, "department"),
        (None, "Guadeloupe", "department"), (None, "France", "region"), ("971", "Guadeloupe", "department"),
    ],
)  # fmt: skip
def test_a_code_and_what_contains_it_say_which_level_is_meant(code: object, parent: object, level: str) -> None:
    rows: Rows = [["Code", "Territoire", "Dans", "Livraisons"], [code, "Guadeloupe", parent, 10]]
    assert places(read_places(("Tableau", rows))) == [GUADELOUPE[level]]


@pytest.mark.parametrize(("code", "parent", "header"), [("971", None, "Région"), ("01", "Guadeloupe", "Territoire")])
def test_what_contradicts_itself_beside_a_name_decides_nothing(code: str, parent: object, header: str) -> None:
    rows: Rows = [["Code", header, "Dans", "Livraisons"], [code, "Guadeloupe", parent, 10]]
    found = read_places(("Tableau", rows))
    assert (places(found), doubts(found)) == ([], ["B2"])


def test_each_row_has_its_own_code() -> None:
    rows: Rows = [["Code", "Territoire", "Livraisons"], ["01", "Guadeloupe", 10], ["971", "Guadeloupe", 11]]
    assert places(read_places(("Tableau", rows))) == [GUADELOUPE["region"], GUADELOUPE["department"]]


def test_the_name_of_the_sheet_and_the_other_tables_say_it_where_a_column_does_not() -> None:
    alone = rows_of("Territoire", "Guadeloupe")
    assert places(read_places(("Régions", alone))) == [GUADELOUPE["region"]]
    assert places(read_places(("Par département", alone))) == [GUADELOUPE["department"]]
    assert places(read_places(("A", alone), ("B", rows_of("Territoire", "Corse"))))[0] == GUADELOUPE["region"]
    assert places(read_places(("A", alone), ("B", rows_of("Territoire", "Ain"))))[0] == GUADELOUPE["department"]


@pytest.mark.parametrize(("others", "level"), [(["Bretagne", "Corse"], "region"), (["Finistère", "Ain"], "department")])
def test_across_the_columns_the_other_headers_say_it(others: list[str], level: str) -> None:
    rows: Rows = [["Année", *others, "Guadeloupe"], [2021, *range(len(others)), 10]]
    found = read_places(("Tableau", rows))
    assert (places(found)[-1], found.rejections) == (GUADELOUPE[level], [])


@pytest.mark.parametrize(("group", "level"), [("Régions", "region"), ("Départements", "department")])
def test_across_the_columns_the_group_above_says_it(group: str, level: str) -> None:
    rows: Rows = [["Année", group], [None, "Guadeloupe"], [2021, 10]]
    assert places(read_places(("Tableau", rows))) == [GUADELOUPE[level]]


def test_across_the_columns_a_name_in_doubt_costs_its_own_figures_alone() -> None:
    rows: Rows = [["Année", "Guadeloupe", "Bretagne", "Finistère"], [2021, 10, 11, 12]]
    found = read_places(("Tableau", rows), ("Autre", rows))
    assert places(found) == [("region", "53"), ("department", "29")] * 2
    assert doubts(found) == ["B1", "B1"]


def test_one_header_is_read_anew_in_each_file() -> None:
    rows: Rows = [["Année", "Guadeloupe"], [2021, 10]]
    for name, level in (("Régions", "region"), ("Départements", "department"), ("Régions", "region")):
        assert places(read_places((name, rows))) == [GUADELOUPE[level]]
    assert doubts(read_places(("Tableau", rows))) == ["B1"]


TYPES: Rows = [["Type", "Livraisons"], ["Collectif", 10]]


@pytest.mark.parametrize(("label", "expected"), [("Région :", [GUADELOUPE["region"]]), ("Territoire :", [])])
def test_the_label_of_a_fact_above_a_table_says_it(label: str, expected: list[tuple[str, str]]) -> None:
    found = read_places(("Tableau", [[label, "Guadeloupe"], [], *TYPES]))
    assert places(found) == expected
    assert doubts(found) == ([] if expected else ["B1"])


@pytest.mark.parametrize(("other", "level"), [("Bretagne", "region"), ("Finistère", "department")])
def test_the_other_sheets_say_it_of_the_name_of_one(other: str, level: str) -> None:
    found = read_places(("Lieu Guadeloupe", TYPES), (f"Lieu {other}", TYPES))
    assert (places(found)[0], found.rejections) == (GUADELOUPE[level], [])
    alone = read_places(("Lieu Guadeloupe", TYPES))
    assert places(alone) == []
    assert [(item.sheet, item.cell) for item in alone.rejections if item.reason == DOUBT] == [("Lieu Guadeloupe", "")]


@pytest.mark.parametrize(("other", "level"), [("Bretagne", "region"), ("Finistère", "department"), ("France", "")])
def test_the_other_sections_say_it_of_one(other: str, level: str) -> None:
    rows: Rows = [["Type", "Livraisons"], [other], ["Collectif", 1], ["Guadeloupe"], ["Collectif", 2]]
    found = read_places(
        ("Tableau", rows),
        text=PLACES.replace(
            '"region"]\n\n[[tables.columns]]\nfield = "code"',
            '"region", "national"]\n\n[[tables.columns]]\nfield = "code"',
        ),
    )
    assert places(found)[1:] == ([GUADELOUPE[level]] if level else [])
    assert doubts(found) == ([] if level else ["A4"])


def test_above_a_table_of_its_own_region_a_name_is_the_region() -> None:
    rows: Rows = [["Région :", "Guadeloupe"], [], *rows_of("Territoire", "Guadeloupe")]
    assert places(read_places(("Tableau", rows))) == [GUADELOUPE["region"]]


def test_in_a_return_the_column_of_departments_names_the_department() -> None:
    rows: Rows = [["Région :", "Guadeloupe"], [], ["Indicateur", "Département", "Année", "Valeur"]]
    found = extract(Workbook("xlsx", [sheet("Activité", [*rows, ["Agréments", "Guadeloupe", 2021, 10]])]), RETURN)
    assert places(found) == [GUADELOUPE["department"]]


def test_another_overseas_region_is_not_that_of_the_return() -> None:
    found = read("Guadeloupe", "Martinique")
    assert places(found) == []
    assert "TERRITOIRE_HORS_REGION" in [item.reason for item in found.rejections]


STOCK: Rows = [["Territoire", "Année", "Mises en\nservice"], ["France", 2020, 72400], ["Guadeloupe", 2020, 485]]
CONTEXT: Rows = [["Indicateur", "Territoire", "Année", "Valeur"], ["Demandeurs de logements", "Guadeloupe", 2020, 5]]


@pytest.mark.parametrize(
    ("source", "name", "rows", "level"),
    [
        ("social_stock", "Mouvements", [*STOCK, ["Normandie", 2020, 1833]], "region"),
        ("social_stock", "Mouvements", [*STOCK, ["Finistère", 2020, 183]], "department"),
        ("social_stock", "Mouvements", [["Région", *STOCK[0][1:]], *STOCK[1:]], "region"),
        ("social_stock", "Mouvements", [["Département", *STOCK[0][1:]], *STOCK[1:]], "department"),
        ("social_stock", "Mouvements", STOCK, None),
        ("housing_context", "Chiffres", CONTEXT, None),
        ("housing_context", "Chiffres", [*CONTEXT, ["Demandeurs de logements", "Corse", 2020, 6]], "region"),
        ("housing_context", "Chiffres", [*CONTEXT, ["Demandeurs de logements", "Ain", 2020, 6]], "department"),
    ],
)
def test_the_sources_of_territories_of_all_levels_look_around(
    source: str, name: str, rows: Rows, level: str | None
) -> None:
    found = extract(Workbook("xlsx", [sheet(name, rows)]), load_layouts()[source])
    assert [place for place in places(found) if place in GUADELOUPE.values()] == ([GUADELOUPE[level]] if level else [])
    assert bool(doubts(found)) == (level is None)
