"""What layouts say, several things at once: each file is read right, or refused with a sentence. All is invented."""

from __future__ import annotations

from tests.support.shapes import apply, judged, observations
from tests.support.sheets import Rows, layout, refusals, roles

TABLE = '[[tables]]\nname = "t"\nfixed = { indicator = "deliveries" }\n'
DEPARTMENTS = """
[[tables.columns]]
field = "territory"
headers = ["Département"]
levels = ["department"]
required = true
"""
YEARS = '\n[[tables.columns]]\nfield = "value"\nnamed_by = ["period"]\nrequired = true\n'
SAID = ("territory_code", "value", "obs_status")


def test_a_column_may_have_a_code_of_its_own_beside_that_of_the_layout_and_no_total_counts_it_as_nil() -> None:
    context = '[[contexts]]\nfield = "territory"\nlabels = ["Région"]\nlevels = ["region"]\n'
    values = YEARS.replace("required", 'missing = { "-999" = "not_available" }\nrequired')
    rows: Rows = [
        ["Région :", "Bretagne"], [], ["Département", 2020, 2021], ["Finistère", 5, "x"], ["Morbihan", "-999", 4],
        ["Total", 8, 4],
    ]  # fmt: skip
    text = 'missing = { "x" = "secret" }\n' + context + TABLE + 'total_words = ["Total"]\n' + DEPARTMENTS + values
    extraction = apply(layout(text), rows)
    assert refusals(extraction) == {}
    assert [row["verdict"] for row in judged(extraction).totals.to_dicts()] == ["cannot_tell", "cannot_tell"]


def test_a_mark_behind_a_header_with_a_form_says_of_its_figures_what_the_source_declares() -> None:
    form = """
[[tables.columns]]
field = "value"
form = "pp_{indicator}_{period:yy}"
parts.indicator.choices = { deliveries = ["livr"], approvals = ["agr"] }
required = true
"""
    rows: Rows = [["Département", "pp_livr_24", "pp_livr_25*", "pp_agr_25**"], ["Finistère", 5, 6, "7*"]]
    extraction = apply(layout('marks = { "*" = "P", "**" = "note" }\n' + TABLE + DEPARTMENTS + form), rows)
    assert refusals(extraction) == {}
    said = observations(extraction, "indicator", "value", "obs_status")
    assert said == [("deliveries", 5.0, "A"), ("deliveries", 6.0, "P"), ("approvals", 7.0, "P")]


def test_columns_without_a_header_are_told_from_notes_beside_them_which_hold_no_figure() -> None:
    names = DEPARTMENTS.replace('headers = ["Département"]', "blank_header = true")
    codes = '\n[[tables.columns]]\nfield = "code"\nblank_header = true\nlevels = ["department"]\n'
    text = TABLE + "notes_beside = true\n" + codes + names + YEARS
    rows: Rows = [[None, None, 2020, None], ["29", "Finistère", 5, "hors Brest"], ["56", "Morbihan", 3, None]]
    extraction = apply(layout(text), rows)
    assert (refusals(extraction), roles(extraction)["D2"]) == ({}, "note")
    assert observations(extraction, *SAID) == [("29", 5.0, "A"), ("56", 3.0, "A")]
    with_figure = apply(layout(text), [*rows[:2], ["56", "Morbihan", 3, "12"]])
    assert refusals(with_figure) == {"D2": "CELLULE_NON_RECLAMEE", "D3": "CELLULE_NON_RECLAMEE"}


def test_a_header_that_is_said_again_below_two_tables_side_by_side_belongs_to_each() -> None:
    text = TABLE + 'side_by_side = true\nbelow_header = ["translation", "codes"]\n' + DEPARTMENTS + YEARS
    rows: Rows = [
        ["Département", 2020, None, "Département", 2021], ["Department", "Year 2020", None, "Department", "Year 2021"],
        ["(1)", "(2)", None, "(1)", "(2)"], ["Finistère", 5, None, "Morbihan", 6],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, "territory_code", "value") == [("29", 5.0), ("56", 6.0)]


def test_an_outer_section_ends_the_inner_one_that_begins_the_labels() -> None:
    text = """
[[tables]]
name = "t"
fixed = { territory = "Finistère" }
[[tables.sections]]
field = "period"
[[tables.sections]]
field = "indicator"
joined = true
[[tables.columns]]
field = "indicator"
headers = ["Poste"]
choices = { deliveries = ["Logements en stock initial"] }
required = true
[[tables.columns]]
field = "value"
headers = ["Nombre"]
required = true
"""
    rows: Rows = [
        ["Poste", "Nombre"], ["2020"], ["Logements"], ["en stock initial", 5], ["2021"], ["en stock initial", 6],
    ]  # fmt: skip
    extraction = apply(layout(text), rows)
    assert observations(extraction, "value") == [(5.0,)]
    assert set(refusals(extraction)) == {"A6", "B6"}
