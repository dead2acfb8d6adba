"""Periods, labels and marks in the shapes of people's spreadsheets. Every figure here is invented."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.cells.workbook import Span
from tests.support.shapes import YEARS_ACROSS, apply, observations
from tests.support.sheets import (
    HEAD,
    Rows,
    figures,
    layout,
    refusals,
    roles,
)

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
