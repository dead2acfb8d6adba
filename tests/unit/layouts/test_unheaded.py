"""Columns without a header, told by what they hold, wherever they stand. Every figure here is invented."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.cells.workbook import Span
from pipeline.layouts import LayoutError
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals, roles

FIXED = '\nfixed = { indicator = "deliveries", period = "2021", territory = "France" }\n'
TABLE = '\n[[tables]]\nname = "departments"\ntotal_words = ["Total"]\n'
VALUE = '\n[[tables.columns]]\nfield = "value"\nheaders = ["Ensemble", "5-24 ans"]\nrequired = true\n'
NAME = (
    '\n[[tables.columns]]\nfield = "territory"\nblank_header = true\nlevels = ["department"]\nrequired = true\n'
)  # fmt: skip
CODE = '\n[[tables.columns]]\nfield = "code"\nblank_header = true\nlevels = ["department"]\n'
PARTS = """
[[tables.columns]]
field = "breakdown"
blank_header = true
whole = ["Ensemble"]
choices = { collectif = ["Collectif"], individuel = ["Individuel"] }
"""
SAID = ("territory_code", "breakdown", "value")


def test_a_name_between_two_headers_and_a_code_before_it() -> None:
    named = '\n[[tables.columns]]\nfield = "remark"\nheaders = ["Note"]\n'
    rows: Rows = [
        ["Note", None, None, "Ensemble"],
        ["vu", "01", "Ain", 1],
        [None, "29", "Finistère", 2],
        [None, None, "Total", 3],
        ["Champ : inventé"],
    ]  # fmt: skip
    extraction = apply(layout(FIXED + TABLE + named + NAME + CODE + VALUE), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID)[:2] == [("01", "", 1.0), ("29", "", 2.0)]
    assert {roles(extraction)[cell] for cell in ("B2", "C2", "C3")} == {"key"}
    assert roles(extraction)["A5"] == "note"


def test_parts_and_periods_without_a_header_in_any_order() -> None:
    period = '\n[[tables.columns]]\nfield = "period"\nblank_header = true\n'
    declared = layout('\nfixed = { indicator = "deliveries" }\n' + TABLE + NAME + period + PARTS + VALUE)
    rows: Rows = [["Ensemble"], [5, "Collectif", 2020, "Ain"], [6, "Ensemble", "2021", "Ain"]]
    extraction = apply(declared, rows)
    assert refusals(extraction) == {}
    assert observations(extraction, "territory_code", "breakdown", "period_start", "value") == [
        ("01", "collectif", date(2020, 1, 1), 5.0),
        ("01", "", date(2021, 1, 1), 6.0),
    ]


def test_the_column_of_another_header_is_not_taken_and_a_remark_is_none() -> None:
    headed = NAME.replace("blank_header = true", 'headers = ["Département"]')
    rows: Rows = [["Département", None, "5-24 ans"], ["Ain", "Collectif", 1], ["Gers", "bien", 2]]
    extraction = apply(layout(FIXED + TABLE + headed + PARTS + VALUE), rows)
    assert refusals(extraction) == {"B2": "CELLULE_NON_RECLAMEE", "B3": "CELLULE_NON_RECLAMEE"}


def test_a_required_column_of_which_one_cell_does_not_read_refuses_the_table_at_that_cell() -> None:
    rows: Rows = [["Ensemble"], [1, "Ain"], [2, "Gers"], [3, "Atlantide"]]
    extraction = apply(layout(FIXED + TABLE + NAME + VALUE), rows)
    assert refusals(extraction) == {"B4": "COLONNE_SANS_ENTETE"}
    assert "Atlantide" in extraction.rejections[0].message_fr
    assert observations(extraction, *SAID) == []


def test_a_required_breakdown_of_which_one_cell_does_not_read_is_refused_once() -> None:
    headed = NAME.replace("blank_header = true", 'headers = ["Département"]')
    rows: Rows = [["Département", None, "Ensemble"], ["Ain", "Collectif", 1], ["Ain", "Autres", 2]]
    extraction = apply(layout(FIXED + TABLE + headed + PARTS + "required = true\n" + VALUE), rows)
    assert refusals(extraction) == {"B3": "COLONNE_SANS_ENTETE"}


def test_two_columns_that_read_alike_are_refused_with_both() -> None:
    rows: Rows = [["Ensemble", None, None], [1, "Ain", "Gers"], [2, "Gers", "Ain"]]
    extraction = apply(layout(FIXED + TABLE + NAME + VALUE), rows)
    [refused] = extraction.rejections
    assert refused.reason == "COLONNES_SANS_ENTETE"
    assert "colonne B" in refused.message_fr
    assert "colonne C" in refused.message_fr


def test_one_column_that_two_entries_read_is_refused_with_both() -> None:
    months = "".join(
        f'\n[[tables.columns]]\nfield = "period"\npart = "{part}"\nblank_header = true\n' for part in ("month", "day")
    )
    headed = NAME.replace("blank_header = true", 'headers = ["Département"]')
    rows: Rows = [["Département", None, "Ensemble"], ["Ain", 3, 1], ["Gers", 12, 2]]
    extraction = apply(layout('\nfixed = { indicator = "deliveries" }\n' + TABLE + headed + months + VALUE), rows)
    [refused] = extraction.rejections
    assert refused.reason == "COLONNES_SANS_ENTETE"
    assert "mois" in refused.message_fr
    assert "jour" in refused.message_fr


def test_a_header_of_two_rows_and_a_merged_key() -> None:
    rows: Rows = [
        [None, None, "Ensemble"],
        [None, None, "(logements)"],
        ["Ain", "Collectif", 1],
        [None, "Individuel", 2],
    ]
    declared = layout(FIXED + TABLE + NAME + PARTS + VALUE)
    extraction = apply(declared, rows, merges=[Span(1, 3, 2, 3), Span(3, 1, 4, 1)])
    assert observations(extraction, *SAID) == [("01", "collectif", 1.0), ("01", "individuel", 2.0)]


def test_sections_blank_rows_and_rows_passed_over_say_nothing_of_a_column() -> None:
    declared = FIXED + TABLE.replace("\ntotal", "\nblank_rows = 1\ntotal") + """
[[tables.sections]]
field = "breakdown"

[[tables.ignore_rows]]
field = "territory"
words = ["dont *"]
""" + NAME + VALUE  # fmt: skip
    rows: Rows = [[None, "Ensemble"], ["Hors ZUS"], ["Ain", 1], ["dont Bourg", 1], [], ["En ZUS"], ["Gers", 2]]
    extraction = apply(layout(declared), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [("01", "Hors ZUS", 1.0), ("32", "En ZUS", 2.0)]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ('field = "remark"', "any text"),
        ('field = "breakdown"', "any text"),
        ('field = "breakdown"\nwhole = ["Ensemble"]', "any text"),
    ],
)
def test_what_any_text_could_be_cannot_be_told_without_a_header(column: str, said: str) -> None:
    with pytest.raises(LayoutError, match=said):
        layout(FIXED + TABLE + f"\n[[tables.columns]]\n{column}\nblank_header = true\n" + VALUE)


def test_a_table_of_which_no_required_column_has_a_header_is_refused() -> None:
    with pytest.raises(LayoutError, match="required"):
        layout(FIXED + TABLE + NAME + VALUE.replace("required = true", ""))


def test_a_column_that_may_have_a_header_and_has_none_is_found_away_from_the_others() -> None:
    may = NAME.replace("blank_header", 'headers = ["Département"]\nblank_header')
    for header in (None, "Département"):
        rows: Rows = [["Ensemble", header], [1, "Ain"], [2, "Gers"]]
        extraction = apply(layout(FIXED + TABLE + may + VALUE), rows)
        assert observations(extraction, *SAID) == [("01", "", 1.0), ("32", "", 2.0)]
