"""The shapes of people's spreadsheets, each read by declaration alone. Every figure here is invented."""

from __future__ import annotations

from datetime import date

from pipeline.cells.workbook import Span
from tests.support.shapes import STACKED, TERRITORIES_ACROSS, YEARS_ACROSS, apply, judged, observations
from tests.support.sheets import (
    Rows,
    figures,
    layout,
    refusals,
    roles,
)


def test_regions_in_capitals_stand_before_their_departments_across_the_columns_and_are_their_totals() -> None:
    departments = ["Côtes-d'Armor", "Finistère", "Ille-et-\nVilaine", "Morbihan"]
    header: list[object] = ["Indicateur", "Année", "BRETAGNE", *departments, "MAR-\nTINIQUE", "Martinique", "DROM"]
    rows: Rows = [header, ["Livraisons", 2021, 10, 1, 2, 3, 4, 6, 6, 9], ["Agréments", 2021, 9, 1, 2, 3, 4, 7, 7, 9]]
    extraction = apply(layout(TERRITORIES_ACROSS), rows)
    assert refusals(extraction) == {}
    levels = [row[:2] for row in observations(extraction, "territory_level", "territory_code")][:8]
    assert levels == [
        ("region", "53"), *(("department", code) for code in ("22", "29", "35", "56")),
        ("region", "02"), ("department", "972"), ("other", "DROM"),
    ]  # fmt: skip
    assert ("Tableau", "C2", "D2") in extraction.parts
    assert len(extraction.parts) == 2 * (4 + 1)
    assert roles(extraction)["C2"] == "total"
    totals = judged(extraction).totals
    assert dict(zip(totals["cell"], totals["verdict"], strict=True)) == {
        "C2": "consistent", "H2": "consistent", "C3": "inconsistent", "H3": "consistent",
    }  # fmt: skip


def test_a_unit_line_at_the_far_right_above_the_table_scales_its_figures() -> None:
    rows: Rows = [
        ["Tableau 1"], [None, None, None, "en milliers"],
        ["Indicateur", "Année", "Finistère", "Morbihan"], ["Livraisons", 2021, 2, 3],
    ]  # fmt: skip
    extraction = apply(layout(TERRITORIES_ACROSS), rows)
    assert [value for *_, value in figures(extraction)] == [2000.0, 3000.0]
    assert roles(extraction)["D2"] == "context"
    assert roles(extraction)["A1"] == "title"


def test_stacked_tables_each_have_the_year_that_stands_above_them() -> None:
    rows: Rows = [
        ["Année 2020"], ["Indicateur", "Valeur"], ["Livraisons", 1], [],
        ["Année 2021"], ["Indicateur", "Valeur"], ["Livraisons", 2], [],
        ["Indicateur", "Valeur"], ["Agréments", 3], ["Source : inventée"],
    ]  # fmt: skip
    extraction = apply(layout(STACKED), rows)
    assert [(f[2], f[3]) for f in figures(extraction)] == [
        (date(2020, 1, 1), 1.0), (date(2021, 1, 1), 2.0), (date(2021, 1, 1), 3.0),
    ]  # fmt: skip
    assert refusals(extraction) == {}
    assert roles(extraction)["A5"] == "context"


def test_a_year_above_a_later_table_says_nothing_of_an_earlier_one() -> None:
    rows: Rows = [["Indicateur", "Valeur"], ["Livraisons", 1], [], ["Année 2021"], ["Indicateur", "Valeur"]]
    extraction = apply(layout(STACKED), [*rows, ["Livraisons", 2]])
    assert refusals(extraction) == {"B2": "CLE_ABSENTE"}
    assert [f[3] for f in figures(extraction)] == [2.0]


def test_another_table_begins_without_a_blank_row_where_its_header_is_known() -> None:
    rows: Rows = [["Indicateur", 2019, 2020], ["Livraisons", 1, 2], ["Indicateur", 2021, 2022], ["Livraisons", 3, 4]]
    extraction = apply(layout(YEARS_ACROSS), rows)
    assert [f[2].year for f in figures(extraction)] == [2019, 2020, 2021, 2022]  # type: ignore[attr-defined]
    assert refusals(extraction) == {}


def test_a_label_alone_in_its_row_holds_for_the_rows_below() -> None:
    rows: Rows = [
        ["Indicateur", 2021], ["Collectif"], ["Livraisons", 1], ["Agréments", 2], ["Individuel"], ["Livraisons", 3],
        ["Livraisons", None],
    ]  # fmt: skip
    extraction = apply(layout(YEARS_ACROSS), rows)
    assert observations(extraction, "breakdown", "indicator", "value") == [
        ("Collectif", "deliveries", 1.0), ("Collectif", "approvals", 2.0), ("Individuel", "deliveries", 3.0),
    ]  # fmt: skip
    assert roles(extraction)["A2"] == "key"


REGIONS_BY_SECTION = """
[[tables]]
name = "regions"

[[tables.sections]]
field = "territory"
levels = ["region"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""


def test_a_section_that_is_not_understood_is_refused_and_the_rows_below_are_not_those_of_the_one_before() -> None:
    rows: Rows = [["Indicateur", 2021], ["Bretagne"], ["Livraisons", 1], ["Brettagne"], ["Livraisons", 2]]
    extraction = apply(layout(REGIONS_BY_SECTION), rows)
    assert [f[1] for f in figures(extraction)] == ["53"]
    assert refusals(extraction) == {"A4": "CELLULE_NON_RECLAMEE", "B5": "CLE_ABSENTE"}


def test_a_title_merged_across_a_table_that_has_no_sections_is_never_passed_over() -> None:
    text = TERRITORIES_ACROSS
    rows: Rows = [["Indicateur", "Année", "CORSE"], ["Livraisons", 2020, 1], ["Hommes"], ["Livraisons", 2021, 2]]
    extraction = apply(layout(text), rows, merges=[Span(3, 1, 3, 3)])
    assert refusals(extraction) == {"A3": "CELLULE_NON_RECLAMEE"}


SIDE_BY_SIDE = YEARS_ACROSS.replace('total_words = ["Total"]', "side_by_side = true")


TWO_TABLES: Rows = [
    ["Indicateur", 2020, 2021, None, "Indicateur", 2019],
    ["Livraisons", 1, 2, None, "Agréments", 30],
    ["Agréments", 3, 4],
    ["Source : à gauche"],
]


def test_tables_side_by_side_are_read_each_by_its_own_header_where_the_layout_says_so() -> None:
    extraction = apply(layout(SIDE_BY_SIDE), TWO_TABLES)
    assert refusals(extraction) == {}
    assert sorted((f[0], f[2].year, f[3]) for f in figures(extraction)) == [  # type: ignore[attr-defined]
        ("approvals", 2019, 30.0), ("approvals", 2020, 3.0), ("approvals", 2021, 4.0),
        ("deliveries", 2020, 1.0), ("deliveries", 2021, 2.0),
    ]  # fmt: skip
    assert roles(extraction)["A4"] == "context"


def test_without_the_rule_tables_side_by_side_are_refused_and_nothing_of_them_is_loaded() -> None:
    extraction = apply(layout(YEARS_ACROSS), TWO_TABLES)
    assert figures(extraction) == []
    assert refusals(extraction) == {"E1": "ENTETE_EN_DOUBLE"}
    assert {role for cell, role in roles(extraction).items() if cell != "A4"} == {"unclaimed"}


YEAR_ABOVE = """
[[contexts]]
field = "period"
pattern = 'Année (\\d{4})'
where = "above"
"""


ONE_YEAR = """
[[tables]]
name = "one year"
side_by_side = true

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""


def test_tables_of_two_kinds_side_by_side_go_their_own_way_down_with_the_facts_above_each() -> None:
    text = SIDE_BY_SIDE.replace("\n[[tables]]", f"{YEAR_ABOVE}\n[[tables]]", 1) + ONE_YEAR
    rows: Rows = [
        ["Bilan", None, None, "Année 2021"],
        ["Indicateur", 2020, None, "Indicateur", "Valeur"],
        ["Livraisons", 1, None, "Livraisons", 2],
        ["Agréments", 3],
        ["Mises en chantier", 4, None, "Année 2022"],
        ["Réhabilitations", 5, None, "Indicateur", "Valeur"],
        ["Parc du Groupe", 6, None, "Livraisons", 7],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert refusals(extraction) == {}
    years = {f[3]: f[2].year for f in figures(extraction)}  # type: ignore[attr-defined]
    assert years == {1.0: 2020, 3.0: 2020, 4.0: 2020, 5.0: 2020, 6.0: 2020, 2.0: 2021, 7.0: 2022}
    assert (roles(extraction)["D5"], roles(extraction)["A1"]) == ("context", "title")


def test_what_stands_above_the_left_one_of_two_tables_holds_for_the_right_one_and_never_the_other_way() -> None:
    text = f'fixed = {{ territory = "France" }}\n{YEAR_ABOVE}{ONE_YEAR}'
    header: list[object] = ["Indicateur", "Valeur", None, "Indicateur", "Valeur"]
    for year, read in ((["Année 2021"], [1.0, 2.0]), ([None, None, None, "Année 2021"], [2.0])):
        extraction = apply(layout(text), [year, header, ["Livraisons", 1, None, "Agréments", 2]])
        assert [f[3] for f in figures(extraction)] == read


def test_a_column_behind_a_blank_one_that_is_no_table_belongs_to_the_one_on_its_left() -> None:
    rows: Rows = [["Indicateur", 2020, None, 2021], ["Livraisons", 1, None, 2]]
    assert [f[3] for f in figures(apply(layout(SIDE_BY_SIDE), rows))] == [1.0, 2.0]
    beside: Rows = [["Indicateur", 2020, None, "vu"], ["Livraisons", 1, None, "x"]]
    assert refusals(apply(layout(SIDE_BY_SIDE), beside)) == {"D1": "COLONNE_INCONNUE", "D2": "CELLULE_NON_RECLAMEE"}
