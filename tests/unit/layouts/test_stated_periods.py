"""Periods as layouts say, spans of months in headers, headers of years that repeat. Every figure here is invented."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Span
from pipeline.layouts import LayoutError, extract
from pipeline.settings import Limits
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals, roles

FIXED = '\nfixed = { territory = "France", indicator = "deliveries" }\n\n[[tables]]\nname = "months"\n'
PERIOD = '\n[[tables.columns]]\nfield = "period"\nheaders = ["Mois"]\nrequired = true\n'
VALUE = '\n[[tables.columns]]\nfield = "value"\nheaders = ["Nombre", "Cumul 12 mois"]\nrequired = true\n'
ACROSS = """
fixed = { territory = "France" }

[[tables]]
name = "months across"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
SAID = ("period_start", "period_end", "frequency", "value")
MARCH = (date(2019, 3, 1), date(2019, 3, 31), "M")
YEAR_TO_MARCH = (date(2018, 4, 1), date(2019, 3, 31), "_O")


def test_months_of_any_language_in_rows_and_headers_with_leaders_and_marks() -> None:
    rows: Rows = [
        ["Mois", "Nombre"],
        ["March 2019 . . .", 1],
        ["März 2019", 2],
        ["mars-19…….", 3],
        ["marzo 2019 (p) ...", 4],
    ]
    extraction = apply(layout(FIXED + PERIOD + VALUE), rows)
    assert observations(extraction, *SAID) == [(*MARCH, float(n)) for n in (1, 2, 3, 4)]
    assert observations(extraction, "obs_status")[3] == ("P",)
    across = apply(layout(ACROSS), [["Indicateur", "Jan-19", "März 2019", "2019 APR"], ["Livraisons", 1, 2, 3]])
    assert [said[0] for said in observations(across, *SAID)] == [date(2019, 1, 1), date(2019, 3, 1), date(2019, 4, 1)]


def test_month_names_of_another_language_beside_a_year() -> None:
    part = PERIOD.replace("headers", 'part = "month"\nheaders')
    year = PERIOD.replace("headers", 'part = "year"\nheaders').replace("Mois", "Jahr")
    rows: Rows = [["Jahr", "Mois", "Nombre"], [2019, "März . . .", 1], [2019, "jui", 2]]
    extraction = apply(layout(FIXED + year + part + VALUE), rows)
    assert observations(extraction, *SAID) == [(*MARCH, 1.0)]
    assert refusals(extraction)["B3"] == "PERIODE_AMBIGUE"


def test_a_number_behind_a_year_is_refused_with_both_readings_unless_the_layout_says_what_it_is() -> None:
    rows: Rows = [["Mois", "Nombre"], ["2009/1", 1]]
    [refused, *_] = apply(layout(FIXED + PERIOD + VALUE), rows).rejections
    assert refused.reason == "PERIODE_AMBIGUE"
    assert "janvier 2009 ou le 1er trimestre 2009" in refused.message_fr
    assert 'slash = "month"' in refused.author_hint
    for slash, frequency in (("month", "M"), ("quarter", "Q")):
        declared = layout(FIXED + PERIOD + f'slash = "{slash}"\n' + VALUE)
        assert observations(apply(declared, rows), "period_start", "frequency") == [(date(2009, 1, 1), frequency)]


def test_a_number_behind_a_year_in_headers() -> None:
    rows: Rows = [["Indicateur", "2008", "2009/1", "2009/2"], ["Livraisons", 0, 1, 2]]
    found = apply(layout(ACROSS), rows)
    assert refusals(found)["C1"] == "PERIODE_AMBIGUE"
    quarters = layout(ACROSS.replace('named_by = ["period"]', 'named_by = ["period"]\nslash = "quarter"'))
    assert [said[2] for said in observations(apply(quarters, rows), *SAID)] == ["A", "Q", "Q"]


def test_headers_that_all_have_two_readings_say_so_where_no_table_is_found() -> None:
    rows: Rows = [["Indicateur", "2009/1", "2009/2"], ["Livraisons", 1, 2]]
    [refused] = apply(layout(ACROSS), rows).rejections
    assert "janvier 2009 ou le 1er trimestre 2009" in refused.message_fr


def test_wordings_of_a_known_period() -> None:
    choices = 'choices = { "2019" = ["exercice dernier", "N-1"], "T1 2020" = ["début d\'année"] }\n'
    rows: Rows = [
        ["Mois", "Nombre"],
        ["Exercice dernier (p)", 1],
        ["N-1", 2],
        ["Début d’année . . .", 3],
        [2018, 4],
        ["N-2", 5],
    ]
    extraction = apply(layout(FIXED + PERIOD + choices + VALUE), rows)
    assert [said[0] for said in observations(extraction, *SAID)] == [
        date(2019, 1, 1), date(2019, 1, 1), date(2020, 1, 1), date(2018, 1, 1),
    ]  # fmt: skip
    assert refusals(extraction)["A6"] == "PERIODE_ILLISIBLE"
    across = layout(ACROSS.replace('named_by = ["period"]', 'named_by = ["period"]\n' + choices))
    found = apply(across, [["Indicateur", "Exercice dernier", 2020], ["Livraisons", 1, 2]])
    assert [said[0] for said in observations(found, *SAID)] == [date(2019, 1, 1), date(2020, 1, 1)]


def test_wordings_of_a_part_of_a_period_in_a_section() -> None:
    declared = layout(
        FIXED
        + '\n[[tables.sections]]\nfield = "period"\npart = "year"\nchoices = { "2019" = ["exercice dernier"] }\n'
        + PERIOD.replace("headers", 'part = "month"\nchoices = { "3" = ["Lenz"] }\nheaders')
        + VALUE
    )
    extraction = apply(declared, [["Mois", "Nombre"], ["Exercice dernier"], ["Lenz", 1], ["avril", 2]])
    assert [said[0] for said in observations(extraction, *SAID)] == [date(2019, 3, 1), date(2019, 4, 1)]


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('choices = { "exercice" = ["l\'an dernier"] }', "exercice"),
        ('choices = { "mars" = ["x"] }', "mars"),
        ('part = "month"\nchoices = { "13" = ["x"] }', "13"),
        ('part = "month"\nslash = "month"', "slash"),
    ],
)
def test_choices_and_slashes_that_mean_no_period_are_refused_with_the_layout(added: str, said: str) -> None:
    with pytest.raises(LayoutError, match=said):
        layout(FIXED + PERIOD + added + VALUE)


def test_a_slash_is_of_periods_alone() -> None:
    with pytest.raises(LayoutError, match="slash"):
        layout(FIXED + PERIOD + VALUE + 'slash = "month"\n')


# -- spans of months -----------------------------------------------------------------------------------------------


def test_a_span_in_a_row_or_a_header_is_a_period_of_its_own() -> None:
    rows: Rows = [["Mois", "Nombre"], ["12 mois finissant en mars 2019", 1], ["mars 2019", 2]]
    assert observations(apply(layout(FIXED + PERIOD + VALUE), rows), *SAID) == [(*YEAR_TO_MARCH, 1.0), (*MARCH, 2.0)]
    across = apply(layout(ACROSS), [["Indicateur", "Year ending March 2019", "mars 2019"], ["Livraisons", 1, 2]])
    assert observations(across, *SAID) == [(*YEAR_TO_MARCH, 1.0), (*MARCH, 2.0)]


def test_a_header_that_says_twelve_months_is_about_those_that_end_with_the_month_of_the_row() -> None:
    declared = layout(FIXED + PERIOD + VALUE.replace(', "Cumul 12 mois"', "") + VALUE.replace('"Nombre", ', ""))
    extraction = apply(declared, [["Mois", "Nombre", "Cumul 12 mois"], ["mars 2019", 2, 1]])
    assert sorted(observations(extraction, *SAID)) == sorted([(*YEAR_TO_MARCH, 1.0), (*MARCH, 2.0)])


@pytest.mark.parametrize("group", ["Cumul 12 mois", "Douze mois glissants"])
def test_a_group_that_says_twelve_months_is_about_them_and_the_column_beside_is_not(group: str) -> None:
    rows: Rows = [["Indicateur", "mars 2019", group], [None, None, "mars 2019"], ["Livraisons", 2, 1]]
    extraction = apply(layout(ACROSS), rows, merges=[Span(1, 1, 2, 1), Span(1, 2, 2, 2)])
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [(*MARCH, 2.0), (*YEAR_TO_MARCH, 1.0)]


def test_a_column_may_say_how_many_months_its_values_are_about() -> None:
    rows: Rows = [["Mois", "Nombre"], ["mars 2019", 1], ["T1 2019", 2], ["2018", 3]]
    extraction = apply(layout(FIXED + PERIOD + VALUE + "months = 12\n"), rows)
    assert observations(extraction, *SAID) == [
        (*YEAR_TO_MARCH, 1.0), (*YEAR_TO_MARCH, 2.0), (date(2018, 1, 1), date(2018, 12, 31), "A", 3.0),
    ]  # fmt: skip
    three = apply(layout(FIXED + PERIOD + VALUE + "months = 3\n"), rows)
    assert refusals(three) == {"B4": "CLE_ABSENTE"}


def test_a_title_that_says_twelve_months_refuses_a_table_that_does_not_say_of_which_columns() -> None:
    rows: Rows = [["Livraisons, en cumul 12 mois"], ["Mois", "Nombre"], ["mars 2019", 1]]
    extraction = apply(layout(FIXED + PERIOD + VALUE), rows)
    [refused] = extraction.rejections
    assert (refused.reason, refused.cell) == ("CUMUL_SUR_MOIS", "A1")
    assert "months = 12" in refused.author_hint
    assert observations(apply(layout(FIXED + PERIOD + VALUE + "months = 12\n"), rows), *SAID) == [(*YEAR_TO_MARCH, 1.0)]
    assert observations(apply(layout(FIXED + PERIOD + VALUE + "months = 1\n"), rows), *SAID) == [(*MARCH, 1.0)]


# -- years that repeat down the sheet --------------------------------------------------------------------------------


def test_a_year_alone_in_its_row_and_months_below_down_the_sheet() -> None:
    part = PERIOD.replace("headers", 'part = "month"\nheaders')
    section = '\n[[tables.sections]]\nfield = "period"\npart = "year"\n'
    rows: Rows = [
        ["Mois", "Nombre"], [2018], ["November", 1], ["Dec.", 2], [], ["2019 (p)"], ["January . .", 3],
        ["Année 2020"], ["Feb", 4],
    ]  # fmt: skip
    extraction = apply(layout(FIXED + section + part + VALUE), rows)
    assert refusals(extraction) == {}
    assert [said[0] for said in observations(extraction, *SAID)] == [
        date(2018, 11, 1), date(2018, 12, 1), date(2019, 1, 1), date(2020, 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("blank", [0, 1])
def test_a_header_of_a_year_over_months_that_repeats_with_other_years(blank: int) -> None:
    rows: Rows = [
        [None, 2018, None], ["Indicateur", "nov.", "déc."], ["Livraisons", 1, 2], ["Agréments", 3, 4],
        *[[] for _ in range(blank)],
        [None, 2019, None], ["Indicateur", "janvier", "février"], ["Livraisons", 5, 6],
        *[[] for _ in range(blank)],
        [None, "2020 (p)", None], ["Indicateur", "nov.", "déc."], ["Livraisons", 7, 8], ["Agréments", 9, 10],
    ]  # fmt: skip
    merges = [Span(row, 2, row, 3) for row in (1, 5 + blank, 8 + 2 * blank)]
    extraction = apply(layout(ACROSS), rows, merges=merges)
    assert refusals(extraction) == {}
    assert [(said[0], said[3]) for said in observations(extraction, *SAID)] == [
        (date(2018, 11, 1), 1.0), (date(2018, 12, 1), 2.0), (date(2018, 11, 1), 3.0), (date(2018, 12, 1), 4.0),
        (date(2019, 1, 1), 5.0), (date(2019, 2, 1), 6.0),
        (date(2020, 11, 1), 7.0), (date(2020, 12, 1), 8.0), (date(2020, 11, 1), 9.0), (date(2020, 12, 1), 10.0),
    ]  # fmt: skip
    assert roles(extraction)["A2"] == "header"


def test_the_same_year_and_months_again_are_the_header_again() -> None:
    rows: Rows = [
        [None, 2018, None], ["Indicateur", "nov.", "déc."], ["Livraisons", 1, 2],
        [None, 2018, None], ["Indicateur", "nov.", "déc."], ["Agréments", 3, 4],
    ]  # fmt: skip
    extraction = apply(layout(ACROSS), rows, merges=[Span(1, 2, 1, 3), Span(4, 2, 4, 3)])
    assert refusals(extraction) == {}
    assert [said[3] for said in observations(extraction, *SAID)] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("blanks", ["refuse", "fill"])
def test_years_over_months_need_not_be_merged(blanks: str) -> None:
    declared = layout(ACROSS.replace('name = "months across"', f'name = "months across"\ngroup_blanks = "{blanks}"'))
    again = None if blanks == "fill" else 2018
    rows: Rows = [
        [None, 2018, again], ["Indicateur", "nov.", "déc."], ["Livraisons", 1, 2],
        [None, 2019, again and 2019], ["Indicateur", "nov.", "déc."], ["Livraisons", 3, 4],
    ]  # fmt: skip
    extraction = apply(declared, rows)
    assert refusals(extraction) == {}
    assert [(said[0], said[3]) for said in observations(extraction, *SAID)] == [
        (date(2018, 11, 1), 1.0), (date(2018, 12, 1), 2.0), (date(2019, 11, 1), 3.0), (date(2019, 12, 1), 4.0),
    ]  # fmt: skip


MONTHS_ACROSS = ACROSS.replace('named_by = ["period"]', 'named_by = ["period"]\npart = "month"')
YEAR_ABOVE = """
[[contexts]]
field = "period"
part = "year"
pattern = '^(\\d{4})$'
where = "above"
"""
YEAR_SECTION = '\n[[tables.sections]]\nfield = "period"\npart = "year"\n'
INDICATOR = '\n[[tables.columns]]\nfield = "indicator"'


@pytest.mark.parametrize("unit", [False, True])
@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("is_section", [False, True])
def test_a_year_above_a_header_that_comes_again_is_that_of_the_rows_below(
    *, unit: bool, blank: bool, is_section: bool
) -> None:
    declared = MONTHS_ACROSS.replace("\n[[tables]]", YEAR_ABOVE + "\n[[tables]]")
    declared = declared.replace(INDICATOR, YEAR_SECTION + INDICATOR, 1) if is_section else declared
    head: Rows = [["Indicateur", "janvier", "février"]]
    above: Rows = [["(inventé)"]] if unit and not is_section else []
    rows: Rows = [["2018"], *above, *head, ["Livraisons", 1, 2]]
    rows += [*([[]] if blank else []), ["2019"], *above, *head, ["Livraisons", 3, 4]]
    extraction = apply(layout(declared), rows)
    assert refusals(extraction) == {}
    assert [(said[0], said[3]) for said in observations(extraction, *SAID)] == [
        (date(2018, 1, 1), 1.0), (date(2018, 2, 1), 2.0), (date(2019, 1, 1), 3.0), (date(2019, 2, 1), 4.0),
    ]  # fmt: skip


# -- what a spreadsheet stores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["mmm-yy", "mmmm yyyy", "mm/yyyy", "yyyy-mm"])
def test_a_day_that_a_spreadsheet_shows_as_a_month_is_that_month(tmp_path: Path, shown: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["Mois", "Nombre"], [datetime(2019, 3, 1), 1]):  # noqa: DTZ001 - as a spreadsheet stores it
        page.append(row)
    page["A2"].number_format = shown
    book.save(tmp_path / "m.xlsx")
    read = read_workbook(tmp_path / "m.xlsx", Limits())
    assert observations(extract(read, layout(FIXED + PERIOD + VALUE)), *SAID) == [(*MARCH, 1.0)]


SERIES = """
[[tables.columns]]
field = "breakdown"
headers = ["Série"]
"""


@pytest.mark.parametrize("as_section", [False, True])
def test_a_label_of_rows_that_says_twelve_months_beside_a_month_is_refused(*, as_section: bool) -> None:
    section = '\n[[tables.sections]]\nfield = "breakdown"\n'
    rows: Rows = [["Mois", "Série", "Nombre"], ["mars 2019", "Brut", 1], ["mars 2019", "Cumul 12 mois", 2]]
    if as_section:
        rows = [["Mois", "Nombre"], ["Brut"], ["mars 2019", 1], ["Cumul 12 mois"], ["mars 2019", 2]]
    extraction = apply(layout(FIXED + (section if as_section else SERIES) + PERIOD + VALUE), rows)
    assert observations(extraction, *SAID) == [(*MARCH, 1.0)]
    assert {refused.reason for refused in extraction.rejections} <= {"PERIODE_CUMULEE", "CLE_ABSENTE"}


@pytest.mark.parametrize(("label", "reason"), [("Cumul 12 mois", "PERIODE_CUMULEE"), ("Objectif", "OBJECTIF")])
@pytest.mark.parametrize("section", ["", '\n[[tables.sections]]\nfield = "breakdown"\n'])
def test_no_row_below_a_lone_label_that_says_other_figures_is_read(label: str, reason: str, section: str) -> None:
    rows: Rows = [["Mois", "Nombre"], ["mars 2019", 1], [label], ["mars 2019", 2], ["avril 2019", "nd"]]
    rows += [["Mois", "Nombre"], ["mai 2019", 3]]
    extraction = apply(layout(FIXED + section + PERIOD + VALUE), rows)
    assert [said[3] for said in observations(extraction, *SAID)] == [1.0, 3.0]
    assert refusals(extraction) == {"A3": reason, "B4": reason, "B5": reason}
