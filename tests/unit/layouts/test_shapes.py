"""The shapes of people's spreadsheets, each read by declaration alone. Every figure here is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.chart import BarChart, Reference

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Sheet, Span, Workbook
from pipeline.checking.rules import Judged, judge
from pipeline.layouts import Extraction, LayoutError, extract
from pipeline.layouts.frames import cells_of, frames_of
from pipeline.layouts.language import Layout
from pipeline.layouts.products import PRODUCTS
from pipeline.rejections import Level
from pipeline.settings import Limits
from tests.support.sheets import (
    BREAKDOWNS,
    GROUPS,
    HEAD,
    Rows,
    figures,
    layout,
    observations_of,
    refusals,
    roles,
    sheet,
)
from tests.support.workbooks import worksheet


def apply(declared: Layout, rows: Rows, name: str = "Tableau", **options: object) -> Extraction:
    return extract(Workbook("xlsx", [sheet(name, rows, **options)]), declared)  # type: ignore[arg-type]


def judged(extraction: Extraction) -> Judged:
    frames = {name: f.with_columns(submission_id=pl.lit("x")) for name, f in frames_of([extraction]).items()}
    known_on = pl.lit(date(2026, 1, 1))
    return judge({name: frames[name].with_columns(known_on=known_on) for name in PRODUCTS}, frames["part"])


def observations(extraction: Extraction, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in observations_of(extraction)]


TERRITORIES_ACROSS = """
[[contexts]]
field = "unit"
pattern = '^(en .+)$'
where = "above"

[[tables]]
name = "territories across"
total_of = "parent"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["territory"]
levels = ["region", "department", "other"]
capitals = "region"
required = true
"""


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


STACKED = """
fixed = { territory = "France" }

[[contexts]]
field = "period"
pattern = 'Année (\\d{4})'
where = "above"

[[tables]]
name = "list"
header_rows = 1

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""


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


YEARS_ACROSS = """
fixed = { territory = "France" }

[[tables]]
name = "years across"
total_words = ["Total"]

[[tables.sections]]
field = "breakdown"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""


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


MONTHS = """
fixed = { territory = "France" }

[[tables]]
name = "months"

[[tables.sections]]
field = "period"
part = "year"

[[tables.columns]]
field = "period"
part = "month"
headers = ["Mois"]
required = true

[[tables.columns]]
field = "value"
named_by = ["indicator"]
required = true
"""


def test_year_separator_rows_and_months_make_the_period() -> None:
    rows: Rows = [
        ["Mois", "Livraisons"], [2020], ["novembre", 1], ["déc.", 2],
        ["2021 (p)"], ["janvier", 3], [2, 4], ["mai-juin", 5], [None, 6],
    ]  # fmt: skip
    extraction = apply(layout(MONTHS), rows)
    assert observations(extraction, "period_start", "frequency", "value", "obs_status") == [
        (date(2020, 11, 1), "M", 1.0, "A"), (date(2020, 12, 1), "M", 2.0, "A"),
        (date(2021, 1, 1), "M", 3.0, "P"), (date(2021, 2, 1), "M", 4.0, "P"),
    ]  # fmt: skip
    assert refusals(extraction) == {"A8": "PERIODE_ILLISIBLE", "B8": "CLE_ABSENTE", "B9": "CLE_ABSENTE"}


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        ("quarter", "T2", (date(2021, 4, 1), "Q")), ("quarter", 2, (date(2021, 4, 1), "Q")),
        ("half_year", "S2", (date(2021, 7, 1), "S")), ("month", "05", (date(2021, 5, 1), "M")),
        ("month", "Août", (date(2021, 8, 1), "M")),
    ],
)  # fmt: skip
def test_a_year_and_a_part_of_it_in_two_columns(part: str, text: object, expected: tuple[object, ...]) -> None:
    columns = (
        MONTHS.split("[[tables.sections]]")[0]
        + f"""
[[tables.columns]]
field = "period"
part = "year"
headers = ["Année"]
required = true

[[tables.columns]]
field = "period"
part = "{part}"
headers = ["Partie"]
required = true

[[tables.columns]]
field = "value"
named_by = ["indicator"]
"""
    )
    extraction = apply(layout(columns), [["Année", "Partie", "Livraisons"], ["2021", text, 7]])
    assert observations(extraction, "period_start", "frequency") == [expected]


def test_a_month_under_a_merged_year_is_a_month_and_words_under_a_year_are_not_the_year() -> None:
    rows: Rows = [["Indicateur", "2021", None, None], [None, "janvier", "T2", "dont jeunes"], ["Livraisons", 1, 2, 3]]
    extraction = apply(layout(YEARS_ACROSS), rows, merges=[Span(1, 1, 2, 1), Span(1, 2, 1, 4)])
    assert observations(extraction, "period_start", "frequency", "value") == [
        (date(2021, 1, 1), "M", 1.0), (date(2021, 4, 1), "Q", 2.0),
    ]  # fmt: skip
    assert refusals(extraction) == {"D2": "COLONNE_INCONNUE", "D3": "CELLULE_NON_RECLAMEE"}


def test_years_across_keep_the_status_that_their_header_marks() -> None:
    rows: Rows = [["Indicateur", "2003**", "2011\nprovisoire", "2012 (r)", 2013], ["Livraisons", 1, 2, 3, "4 (e)"]]
    assert observations(apply(layout(YEARS_ACROSS), rows), "period_start", "obs_status") == [
        (date(2003, 1, 1), "P"), (date(2011, 1, 1), "P"), (date(2012, 1, 1), "R"), (date(2013, 1, 1), "E"),
    ]  # fmt: skip


def test_labels_are_known_with_an_indent_with_dots_and_with_a_footnote_mark() -> None:
    rows: Rows = [["Indicateur", 2021], ["    Livraisons", 1], ["Agréments .........", 2], ["Réhabilitations (1)", 3]]
    extraction = apply(layout(YEARS_ACROSS), [*rows, ["(1) Note inventée."], ["1. Autre note."]])
    assert [f[0] for f in figures(extraction)] == ["deliveries", "approvals", "rehabilitations"]
    assert (roles(extraction)["A5"], roles(extraction)["A6"]) == ("note", "note")


def test_a_period_is_known_with_the_dots_that_lead_to_its_figure() -> None:
    text = YEARS_ACROSS.replace('field = "indicator"', 'field = "period"').replace("Indicateur", "Année")
    text = text.replace('named_by = ["period"]', 'named_by = ["indicator"]')
    extraction = apply(layout(text), [["Année", "Livraisons"], ["2019 .....", 1], ["2023 …", 2], ["  2024", 3]])
    assert [f[2] for f in figures(extraction)] == [date(year, 1, 1) for year in (2019, 2023, 2024)]


@pytest.mark.parametrize("group", ["Objectifs", "Cumul depuis 2018", "Agréments", "Corse"])
def test_a_group_that_makes_other_figures_of_its_columns_is_refused(group: str) -> None:
    header: Rows = [["Indicateur", "Réalisé", None, group, None], [None, 2020, 2021, 2022, 2023]]
    merges = [Span(1, 2, 1, 3), Span(1, 4, 1, 5)]
    extraction = apply(layout(YEARS_ACROSS), [*header, ["Livraisons", 1, 2, 3, 4]], merges=merges)
    assert figures(extraction) == []
    assert refusals(extraction) == {"D2": "GROUPE_INATTENDU", "E2": "GROUPE_INATTENDU"}
    assert f"« 2022 » se trouve sous « {group} » (D1)" in extraction.rejections[0].message_fr


def test_a_group_that_says_nothing_else_is_none_to_worry_about() -> None:
    header: Rows = [["Indicateur", "Réalisé", None], [None, 2020, 2021]]
    extraction = apply(layout(YEARS_ACROSS), [*header, ["Livraisons", 1, 2]], merges=[Span(1, 2, 1, 3)])
    assert ([f[3] for f in figures(extraction)], refusals(extraction)) == ([1.0, 2.0], {})


def test_a_header_of_two_rows_repeated_inside_the_table_is_a_header() -> None:
    header: Rows = [["Indicateur", "Années", None], [None, "2020", "2021"]]
    rows: Rows = [*header, ["Livraisons", 1, 2], *header, ["Agréments", 3, 4]]
    merges = [Span(1, 1, 2, 1), Span(1, 2, 1, 3), Span(4, 1, 5, 1), Span(4, 2, 4, 3)]
    extraction = apply(layout(YEARS_ACROSS), rows, merges=merges)
    assert [f[3] for f in figures(extraction)] == [1.0, 2.0, 3.0, 4.0]
    assert refusals(extraction) == {}
    assert {roles(extraction)[cell] for cell in ("A4", "B4", "B5", "C5")} == {"header"}


def test_numbers_as_text_with_thousands_commas_and_a_double_dash_for_nil() -> None:
    head = HEAD + 'comma = "thousands"\ndot = "decimal"\ndash = "nil"\n'
    extraction = apply(
        layout(YEARS_ACROSS, head), [["Indicateur", 2020, 2021, 2022], ["Livraisons", "73,616", "--", "1,234,567"]]
    )
    assert [f[3] for f in figures(extraction)] == [73616.0, 0.0, 1234567.0]


def test_a_declared_mark_behind_a_figure_is_a_footnote_or_a_status_and_another_is_refused() -> None:
    head = HEAD + 'marks = { "*" = "note", "¤" = "P" }\n'
    rows: Rows = [["Indicateur", *range(2018, 2023)], ["Livraisons", "12*", "13 ¤", "14†", "nd*", "nd ¤"]]
    extraction = apply(layout(YEARS_ACROSS, head), rows)
    assert observations(extraction, "value", "obs_status") == [(12.0, "A"), (13.0, "P"), (None, "O")]
    assert refusals(extraction) == {"D2": "MARQUE_INCONNUE", "F2": "MARQUE_SANS_VALEUR"}


TOTALS = """
[[contexts]]
field = "territory"
labels = ["Région"]
levels = ["region"]

[[tables]]
name = "departments"
total_words = ["Total", "Ensemble"]
fixed = { indicator = "deliveries" }

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["territory"]
levels = ["department"]
required = true
"""


def test_a_totals_column_is_the_sum_of_its_row_and_is_about_what_the_context_states() -> None:
    rows: Rows = [
        ["Région", "Corse"], [], ["Année", "Corse-du-Sud", "Haute-Corse", "Total"], [2020, 1, 2, 3], [2021, 4, 5, 8],
    ]  # fmt: skip
    extraction = apply(layout(TOTALS), rows)
    assert extraction.parts == [("Tableau", f"D{row}", f"{column}{row}") for row in (4, 5) for column in "BC"]
    assert [row for row in observations(extraction, "territory_code", "is_total") if row[1]] == [("94", True)] * 2
    result = judged(extraction)
    assert [(r.rejection.cell, r.rejection.reason) for r in result.refused] == [("D5", "TOTAL_INCOHERENT")]
    assert result.accepted["observation"].height == 5


def test_a_totals_row_and_a_totals_column_meet_in_a_corner_that_is_counted_once() -> None:
    text = TOTALS.replace('field = "period"\nheaders = ["Année"]', 'field = "breakdown"\nheaders = ["Type"]')
    rows: Rows = [
        ["Région", "Corse"], [], ["Type", "Corse-du-Sud", "Haute-Corse", "Ensemble"],
        ["Collectif", 1, 2, 3], ["Individuel", 3, 4, 7], ["Total", 4, 6, 10],
    ]  # fmt: skip
    text = text.replace("[[tables]]", '[[contexts]]\nfield = "period"\nsheet_name = "(.+)"\n\n[[tables]]')
    extraction = apply(layout(text), rows, name="2021")
    assert refusals(extraction) == {}
    corner = [part for _, total, part in extraction.parts if total == "D6"]
    assert corner == ["D4", "D5"]
    assert set(judged(extraction).totals["verdict"]) == {"consistent"}
    whole = [row for row in observations_of(extraction) if row["cell"] in {"B6", "D6"}]
    assert [(row["breakdown"], row["territory_code"]) for row in whole] == [("", "2A"), ("", "94")]


def test_a_section_says_what_a_blank_key_below_it_does_not() -> None:
    text = """
[[tables]]
name = "regions and departments"

[[tables.sections]]
field = "territory"
levels = ["region"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "territory"
headers = ["Département"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
    header: list[object] = ["Indicateur", "Département", 2021]
    rows: Rows = [header, ["Bretagne"], ["Livraisons", "Finistère", 1], ["Livraisons", None, 2]]
    extraction = apply(layout(text), rows)
    assert [f[1] for f in figures(extraction)] == ["29", "53"]
    assert refusals(extraction) == {}
    extraction = apply(layout(f'fixed = {{ territory = "Bretagne" }}\n{text}'), [header, *rows[2:]])
    assert [f[1] for f in figures(extraction)] == ["29"]
    assert refusals(extraction) == {"C3": "CLE_ABSENTE"}


def test_totals_of_sections_are_those_of_their_own_rows_and_the_grand_total_is_that_of_all() -> None:
    text = YEARS_ACROSS.replace(
        'total_words = ["Total"]', 'total_words = ["Total"]\ngrand_total_words = ["Total général"]'
    )
    text = text.replace('field = "indicator"\nheaders = ["Indicateur"]', 'field = "territory"\nheaders = ["Région"]')
    text = text.replace('name = "years', 'fixed = { indicator = "deliveries" }\nname = "years')
    rows: Rows = [
        ["Région", 2021], ["Collectif"], ["Bretagne", 1], ["Corse", 2], ["Total", 3],
        ["Individuel"], ["Bretagne", 4], ["Corse", 5], ["Total", 9], ["Total général", 12],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert [(total, part) for _, total, part in extraction.parts] == [
        ("B5", "B3"), ("B5", "B4"), ("B9", "B7"), ("B9", "B8"),
        ("B10", "B3"), ("B10", "B4"), ("B10", "B7"), ("B10", "B8"),
    ]  # fmt: skip
    totals = [
        row for row in observations(extraction, "cell", "territory_level", "breakdown") if row[0] in {"B9", "B10"}
    ]
    assert totals == [("B9", "national", "Individuel"), ("B10", "national", "")]


def test_a_grand_total_is_about_none_of_the_sections_above_it() -> None:
    text = """
[[tables]]
name = "regions and departments"
fixed = { indicator = "deliveries" }
grand_total_words = ["Total général"]

[[tables.sections]]
field = "territory"
levels = ["region"]

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["department"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
    rows: Rows = [
        ["Territoire", 2023], ["BRETAGNE"], ["Finistère", 10], ["NORMANDIE"], ["Calvados", 1], ["Total général", 11],
    ]  # fmt: skip
    alone = apply(layout(text), rows)
    assert [f[1] for f in figures(alone)] == ["29", "14"]
    assert refusals(alone) == {"B6": "CLE_ABSENTE"}
    within_france = apply(layout(f'fixed = {{ territory = "France" }}\n{text}'), rows)
    assert figures(within_france)[-1] == ("deliveries", "FR", date(2023, 1, 1), 11.0)
    assert [part for _, total, part in within_france.parts if total == "B6"] == ["B3", "B5"]


def test_of_several_breakdowns_that_are_required_none_may_lack() -> None:
    text = (
        BREAKDOWNS + '\n[[tables.columns]]\nfield = "breakdown"\nheaders = ["Série"]\nparse = "text"\nrequired = true\n'
    )
    header = ["Type", "Série", "Indicateur", 2021]
    rows: Rows = [["Collectif", "Brute", "Livraisons", 5]]
    assert [f[3] for f in figures(apply(layout(text), [header, *rows]))] == [5.0]
    renamed = apply(layout(text), [["Forme", *header[1:]], *rows])
    assert figures(renamed) == []
    assert refusals(renamed)["A1"] == "COLONNE_ABSENTE"


def test_the_whole_of_a_breakdown_is_compared_with_its_parts_where_all_of_them_are_there() -> None:
    rows: Rows = [
        ["Type", "Indicateur", 2021], ["Ensemble", "Livraisons", 3], ["Coll.", "Livraisons", 1],
        ["Individuel", "Livraisons", 2], ["Ensemble", "Agréments", 9], ["Collectif", "Agréments", 4],
        ["Autre", "Agréments", 5],
    ]  # fmt: skip
    extraction = apply(layout(BREAKDOWNS), rows)
    assert extraction.parts == [("Tableau", "C2", "C3"), ("Tableau", "C2", "C4")]
    assert refusals(extraction) == {"A7": "MARQUE_INCONNUE", "C7": "CLE_ABSENTE"}
    assert observations(extraction, "breakdown")[:2] == [("",), ("collectif",)]


IGNORED = """
fixed = { territory = "France" }

[[tables]]
name = "list"

[[tables.ignore_rows]]
field = "indicator"
words = ["dont *", "0"]

[[tables.keep_rows]]
field = "remark"
words = ["brut"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "remark"
headers = ["Série"]

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true

[[tables.columns]]
role = "ignore"
headers = ["Rappel *", "Observations"]
"""


def test_columns_and_rows_are_ignored_by_a_rule_and_only_by_one() -> None:
    rows: Rows = [
        ["Indicateur", "Série", 2021, "Rappel N-1", "Observations", "Divers"],
        ["Livraisons", "Brut", 1, 99, "bien", None],
        ["dont jeunes", "Brut", 5, 98, None, None],
        ["Agréments", "CVS", 6, 97, None, None],
        ["Agréments", "Brut", 2, 96, None, "x"],
        ["0"],
    ]  # fmt: skip
    extraction = apply(layout(IGNORED), rows)
    assert [f[3] for f in figures(extraction)] == [1.0, 2.0]
    assert refusals(extraction) == {"F1": "COLONNE_INCONNUE", "F5": "CELLULE_NON_RECLAMEE"}
    given = roles(extraction)
    assert {given[cell] for cell in ("D2", "E2", "A3", "C3", "C4", "A6")} == {"ignored"}


def test_a_key_is_filled_down_within_a_merge_only_and_a_value_merged_over_other_rows_is_refused() -> None:
    rows: Rows = [
        ["Type", "Indicateur", 2021],
        ["Collectif", "Livraisons", 1], [None, "Agréments", 2], [None, "Réhabilitations", 7],
    ]  # fmt: skip
    assert observations(apply(layout(BREAKDOWNS), rows, merges=[Span(2, 1, 3, 1)]), "breakdown", "value") == [
        ("collectif", 1.0), ("collectif", 2.0),
    ]  # fmt: skip
    assert refusals(apply(layout(BREAKDOWNS), rows, merges=[Span(2, 1, 3, 1)])) == {"C4": "CLE_ABSENTE"}
    merged = apply(layout(BREAKDOWNS), rows[:3], merges=[Span(2, 1, 3, 1), Span(2, 3, 3, 3)])
    assert refusals(merged)["C2"] == "VALEUR_FUSIONNEE"


def test_a_column_may_have_a_blank_header_where_the_layout_says_so() -> None:
    text = YEARS_ACROSS.replace('headers = ["Indicateur"]', 'headers = ["Indicateur"]\nblank_header = true')
    extraction = apply(layout(text.replace("required = true", "", 1)), [[None, 2020, 2021], ["Livraisons", 1, 2]])
    assert [f[0] for f in figures(extraction)] == ["deliveries"] * 2
    assert roles(extraction)["A2"] == "key"


def test_columns_of_one_field_are_told_apart_by_what_stands_over_them_and_by_what_is_fixed() -> None:
    text = """
fixed = { territory = "France" }

[[tables]]
name = "two groups"

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
headers = ["Nombre"]
under = ["Livraisons"]
fixed = { indicator = "deliveries" }
required = true

[[tables.columns]]
field = "value"
headers = ["Nombre"]
under = ["Agréments*"]
fixed = { indicator = "approvals" }
required = true

[[tables.columns]]
role = "ignore"
headers = ["%"]
"""
    header: Rows = [["Année", "Livraisons", None, "Agréments (1)", None], [None, "Nombre", "%", "Nombre", "%"]]
    merges = [Span(1, 1, 2, 1), Span(1, 2, 1, 3), Span(1, 4, 1, 5)]
    extraction = apply(layout(text), [*header, [2021, 1, 50, 2, 60]], merges=merges)
    assert [(f[0], f[3]) for f in figures(extraction)] == [("deliveries", 1.0), ("approvals", 2.0)]
    lacking = apply(layout(text), [["Année", "Livraisons"], [None, "Nombre"], [2021, 1]], merges=merges[:1])
    assert [r.reason for r in lacking.rejections] == ["COLONNE_ABSENTE"]


UNMERGED: Rows = [["Année", "Livraisons", None], [None, "Nombre", "Montant"], [2021, 5, 2]]


def test_a_blank_header_that_is_not_merged_beside_a_group_refuses_the_table() -> None:
    extraction = apply(layout(GROUPS), [*UNMERGED, [2022, 6, 3]])
    assert refusals(extraction) == {"C2": "GROUPE_NON_FUSIONNE"}
    (refusal,) = extraction.rejections
    assert refusal.level is Level.TABLE
    assert "« Livraisons » (B1)" in refusal.message_fr
    assert "« Montant »" in refusal.message_fr
    assert figures(extraction) == []
    assert set(roles(extraction).values()) == {"unclaimed"}


def test_a_merge_says_how_far_a_group_reaches() -> None:
    extraction = apply(layout(GROUPS), UNMERGED, merges=[Span(1, 1, 2, 1), Span(1, 2, 1, 3)])
    assert [(f[0], f[3]) for f in figures(extraction)] == [("deliveries", 5.0), ("aid_amount_eur", 2.0)]
    beyond: Rows = [["Année", "Livraisons", None, None], [None, "Nombre", None, "Montant"], [2021, 5, None, 2]]
    extraction = apply(layout(GROUPS), beyond, merges=[Span(1, 1, 2, 1), Span(1, 2, 1, 3)])
    assert refusals(extraction) == {}
    assert roles(extraction)["D3"] == "ignored"


@pytest.mark.parametrize(("meaning", "role"), [("leave", "ignored"), ("fill", "value")])
def test_a_layout_says_what_its_source_means_by_a_blank_beside_a_group(meaning: str, role: str) -> None:
    extraction = apply(layout(GROUPS.replace('"refuse"', f'"{meaning}"')), UNMERGED)
    assert refusals(extraction) == {}
    assert roles(extraction)["C3"] == role
    assert len(figures(extraction)) == (2 if role == "value" else 1)


def test_a_blank_column_or_the_next_group_ends_a_group_and_a_header_without_a_second_level_is_none() -> None:
    text = GROUPS
    rows: Rows = [
        ["Année", "Livraisons", "Agréments", None, None], [None, "Nombre", None, None, "Montant"], [2021, 5, None],
    ]  # fmt: skip
    text += '\n[[tables.columns]]\nrole = "ignore"\nheaders = ["Agréments"]\n'
    extraction = apply(layout(text), rows)
    assert refusals(extraction) == {}
    assert [f[3] for f in figures(extraction)] == [5.0]


def test_a_row_of_figures_is_never_taken_for_a_second_row_of_headers() -> None:
    # 1 is also the code of the Ain; "Corse" is no department, so that the header is not understood
    rows: Rows = [["Indicateur", "Année", "Corse"], ["Livraisons", 2021, 1], ["Livraisons", 2022, 2]]
    extraction = apply(layout(TERRITORIES_ACROSS), rows)
    assert figures(extraction) == []
    assert [r.reason for r in extraction.rejections] == ["TABLEAU_ABSENT"]


def test_figures_may_be_about_an_earlier_year_than_the_one_stated_and_about_one_day_of_it() -> None:
    text = YEARS_ACROSS + 'years_before = 2\nday = "01-01"\n'
    extraction = apply(layout(text), [["Indicateur", 2021], ["Parc du Groupe", 5]])
    assert observations(extraction, "period_start", "period_end") == [(date(2019, 1, 1), date(2019, 1, 1))]


def test_a_value_beyond_what_the_layout_finds_plausible_is_refused() -> None:
    extraction = apply(layout(YEARS_ACROSS + "at_most = 100\n"), [["Indicateur", 2020, 2021], ["Livraisons", 100, 101]])
    assert [f[3] for f in figures(extraction)] == [100.0]
    assert refusals(extraction) == {"C2": "VALEUR_HORS_BORNES"}


@pytest.mark.parametrize(
    ("policy", "reason", "role"),
    [
        ("ignore", "FEUILLE_MASQUEE", "ignored"),
        ("read", "FEUILLE_MASQUEE_LUE", "value"),
        ("refuse", "FEUILLE_A_AFFICHER", "ignored"),
    ],
)
@pytest.mark.parametrize("visibility", ["hidden", "very_hidden"])
def test_a_hidden_sheet_is_passed_over_read_or_refused_as_the_layout_says(
    policy: str, reason: str, role: str, visibility: str
) -> None:
    declared = layout(YEARS_ACROSS, HEAD + f'hidden_sheets = "{policy}"\nignore_sheets = ["_listes"]\n')
    rows: Rows = [["Indicateur", 2021], ["Livraisons", 1]]
    lists = sheet("_listes", [["Bretagne"]], visibility=visibility)
    book = Workbook("xlsx", [sheet("Visible", rows), sheet("Cachée", rows, visibility=visibility), lists])
    extraction = extract(book, declared)
    assert [(r.sheet, r.reason) for r in extraction.rejections] == [("Cachée", reason)]
    assert {r for name, _, _, r, _, _ in cells_of(extraction) if name == "Cachée"} >= {role}
    assert {r for name, _, _, r, _, _ in cells_of(extraction) if name == "_listes"} == {"ignored"}


def test_a_workbook_without_any_sheet_for_its_tables_says_which_it_holds() -> None:
    declared = layout(YEARS_ACROSS.replace("total_words", 'sheets = ["bilan*"]\ntotal_words'))
    extraction = extract(Workbook("xlsx", [sheet("Feuil1", [["Indicateur", 2021], ["Livraisons", 1]])]), declared)
    assert [r.reason for r in extraction.rejections] == ["FEUILLE_IGNOREE", "FEUILLE_ABSENTE"]
    assert "« bilan* »" in extraction.rejections[1].message_fr
    assert "« Feuil1 »" in extraction.rejections[1].message_fr


def test_an_expected_table_that_is_missing_is_refused_though_others_are_there() -> None:
    text = YEARS_ACROSS.replace("total_words", 'sheets = ["bilan*"]\ntotal_words')
    text += YEARS_ACROSS.split("\n\n", 1)[1].replace(
        "total_words", 'sheets = ["annexe*"]\nexpected = true\ntotal_words'
    )
    extraction = extract(Workbook("xlsx", [sheet("Bilan", [["Indicateur", 2021], ["Livraisons", 1]])]), layout(text))
    assert [r.reason for r in extraction.rejections] == ["FEUILLE_ABSENTE"]
    assert "« annexe* »" in extraction.rejections[0].message_fr


def test_facts_may_stand_on_a_sheet_of_notes_that_the_layout_names() -> None:
    text = '\n[[contexts]]\nfield = "known_on"\npattern = "mis à jour le (.+)"\nsheets = ["Notes"]\n'
    declared = layout(YEARS_ACROSS.replace("\n[[tables]]", text + "\n[[tables]]", 1))
    book = Workbook(
        "xlsx", [sheet("A", [["Indicateur", 2021], ["Livraisons", 1]]), sheet("Notes", [["mis à jour le 3 mars 2022"]])]
    )
    extraction = extract(book, declared)
    assert extraction.known_on == date(2022, 3, 3)
    assert ("Notes", "A1", "text", "context", "mis à jour le 3 mars 2022", None) in cells_of(extraction)


def test_a_table_to_check_loads_nothing_and_refuses_what_is_not_known() -> None:
    text = """
[[tables]]
name = "list"
produces = "check"

[[tables.columns]]
field = "code"
headers = ["DEP"]
required = true

[[tables.columns]]
field = "parent"
headers = ["REG"]
levels = ["region"]

[[tables.columns]]
field = "territory"
headers = ["LIBELLE"]
levels = ["department"]
required = true
"""
    rows: Rows = [
        ["DEP", "REG", "LIBELLE"], ["29", "53", "Finistère"], ["29", "53", "Morbihan"],
        ["56", "94", "Morbihan"], ["99", "53", "Bout-du-Monde"],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert not any(extraction.rows.values())
    assert set(refusals(extraction)) == {"C3", "C4", "C5"}
    assert set(roles(extraction).values()) == {"header", "key"}
    assert "n'est pas dans « 94 »" in next(r for r in extraction.rejections if r.cell == "C4").message_fr


def test_when_a_known_source_changes_the_refusal_gives_the_nearest_headers_and_the_line_to_add() -> None:
    known = apply(layout(IGNORED), [["Indicateur", 2021, "Observation"], ["Livraisons", 1, "bien"]])
    (column,) = [r for r in known.rejections if r.reason == "COLONNE_INCONNUE"]
    assert column.author_hint == '[made_up.toml, list, ignore : headers = ["Rappel *", "Observations", "Observation"]]'
    unknown = apply(layout(BREAKDOWNS), [["Type", "Indicateurs", 2021], ["Ensemble", "Livraisons", 1]])
    (table,) = unknown.rejections
    assert (table.reason, table.cell) == ("TABLEAU_ABSENT", "B1")
    assert 'headers = ["Indicateur", "Indicateurs"]' in table.author_hint


def test_a_chart_sheet_and_a_very_hidden_sheet_of_a_real_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = worksheet(book)
    page.title = "Figures"
    for row in (["Indicateur", 2020, 2021], ["Livraisons", 1, 2]):
        page.append(row)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=2, max_col=3, min_row=1, max_row=2))
    book.create_chartsheet("Graphique").add_chart(chart)
    secret = book.create_sheet("Secret")
    secret.append(["Livraisons", 99])
    secret.sheet_state = "veryHidden"
    book.save(tmp_path / "b.xlsx")
    extraction = extract(read_workbook(tmp_path / "b.xlsx", Limits()), layout(YEARS_ACROSS))
    assert [f[3] for f in figures(extraction)] == [1.0, 2.0]
    assert [(r.sheet, r.reason) for r in extraction.rejections] == [("Secret", "FEUILLE_MASQUEE")]


def test_every_cell_of_a_crowded_sheet_ends_in_exactly_one_role_and_blank_text_is_no_cell_to_refuse() -> None:
    made: Sheet = sheet(
        "Tableau",
        [
            ["Titre", None, None, None], [None, None, None, "en milliers"],
            ["Indicateur", "Année", "CORSE", " "], ["Livraisons", 2021, 1, " "], ["Livraisons", 2022, 2, 9],
            ["(1) note", None, None, 5], [None, None, None, None], ["Source : x"],
        ],
    )  # fmt: skip
    extraction = extract(Workbook("xlsx", [made]), layout(TERRITORIES_ACROSS))
    assert len(cells_of(extraction)) == len(made.cells) == len({cell[1] for cell in cells_of(extraction)})
    assert refusals(extraction) == {"D5": "CELLULE_NON_RECLAMEE", "D6": "CELLULE_NON_RECLAMEE"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (YEARS_ACROSS.replace('"France"', '"Atlantide"'), "fixed: territory = 'Atlantide' is not known"),
        (YEARS_ACROSS.replace('field = "breakdown"', 'field = "brakdown"'), "no field 'brakdown'"),
        (IGNORED.replace('field = "remark"\nwords', 'field = "unit"\nwords'), "a rule on rows looks at 'unit'"),
        (STACKED.replace("(\\d{4})", "\\d{4}"), "give the expression a group"),
        (STACKED.replace("(\\d{4})", "("), "not a regular expression"),
        (STACKED.replace("pattern = 'Année (\\d{4})'\n", ""), "give 'labels', 'pattern'"),
        (IGNORED.replace('role = "ignore"', ""), 'or role = "ignore"'),
        (YEARS_ACROSS + 'day = "1er janvier"\n', "day: String should match"),
    ],
)
def test_a_layout_that_says_nonsense_is_refused_when_it_is_read(text: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message.replace("(", r"\(").replace("[", r"\[")):
        layout(text)
