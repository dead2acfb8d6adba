"""Notes beside a table, and rows below its header that say it again: in another language, or by codes.

Every figure here is invented.
"""

from __future__ import annotations

import pytest

from pipeline.layouts.language import Layout
from tests.support.shapes import apply, observations
from tests.support.sheets import Rows, layout, refusals, roles

TABLE = """
fixed = { territory = "France" }

[[tables]]
name = "years"
total_words = ["Total"]
%s
[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
HEADER = ["Indicateur", 2020, 2021]
FIRST, SECOND = ["Livraisons", 1, 2], ["Agréments", 3, 4]
VALUES = [1.0, 2.0, 3.0, 4.0]
SECTION = '\n[[tables.sections]]\nfield = "breakdown"\n'


def years(settings: str) -> Layout:
    return layout(TABLE % settings)


def values(declared: Layout, rows: Rows) -> list[object]:
    return [value for (value,) in observations(apply(declared, rows), "value")]


def kept(declared: Layout, rows: Rows) -> tuple[list[object], dict[str, str]]:
    return values(declared, rows), refusals(apply(declared, rows))


# -- notes beside --------------------------------------------------------------------------------------------------

BESIDE = "notes_beside = true"


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, [*FIRST, "hors Mayotte"], SECOND],
        [HEADER, [*FIRST, None, "hors Mayotte en 2020"], [*SECOND, None, "suite du commentaire"]],
        [[*HEADER, None, "Pour lire ce tableau"], FIRST, SECOND],
        [[None, *HEADER], ["hors Mayotte", *FIRST], [None, *SECOND]],
        [[None, *HEADER], ["à gauche", *FIRST, "à droite"], [None, *SECOND, None, "et plus loin"]],
    ],
)
def test_texts_beside_a_table_are_notes_where_the_layout_says_so(rows: Rows) -> None:
    assert kept(years(BESIDE), rows) == (VALUES, {})
    assert "note" in roles(apply(years(BESIDE), rows)).values()
    assert refusals(apply(years(""), rows)) != {}


@pytest.mark.parametrize("beside", [12, "12", "12,5 %", "1 234 (p)", "n.d.", "environ 30", "Bretagne", "mars 2022"])
def test_a_figure_a_missing_value_or_a_status_beside_stays_refused(beside: object) -> None:
    rows: Rows = [HEADER, [*FIRST, None, beside], [*SECOND, None, "une note"]]
    assert "E2" in refusals(apply(years(BESIDE), rows))


def test_a_column_of_figures_beside_keeps_its_unknown_header() -> None:
    rows: Rows = [[*HEADER, "Mars 2022 (rappel)"], [*FIRST, 7], [*SECOND, "note"]]
    assert refusals(apply(years(BESIDE), rows))["D1"] == "COLONNE_INCONNUE"
    rows = [[*HEADER, "Autre", None], [*FIRST, 7, "note"], [*SECOND, 8, None]]
    assert refusals(apply(years(BESIDE), rows))["D1"] == "COLONNE_INCONNUE"


def test_a_note_beside_a_section_leaves_it_a_section() -> None:
    rows: Rows = [HEADER, ["Collectif", None, None, None, "au sens large"], FIRST]
    extraction = apply(years(BESIDE + SECTION), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, "breakdown", "value") == [("Collectif", 1.0), ("Collectif", 2.0)]


def test_a_mark_beside_stays_the_mark_of_the_figure_before_it() -> None:
    extraction = apply(years(BESIDE), [HEADER, [*FIRST, "(p)"], SECOND])
    assert observations(extraction, "obs_status")[:2] == [("A",), ("P",)]
    assert refusals(extraction) == {}


@pytest.mark.parametrize("said", ["données provisoires", "objectif", "cumul sur 12 mois"])
def test_what_says_something_of_the_figures_is_no_note(said: str) -> None:
    rows: Rows = [HEADER, [*FIRST, None, said], [*SECOND, None, "hors Mayotte"]]
    assert "E2" in refusals(apply(years(BESIDE), rows))


def test_a_note_beside_states_no_fact_of_the_next_table() -> None:
    stated = layout(TABLE % BESIDE + '\n[[contexts]]\nfield = "remark"\nlabels = ["Champ"]\n')
    rows: Rows = [HEADER, [*FIRST, None, "Champ : inventé"], [], [], HEADER, SECOND]
    extraction = apply(stated, rows)
    assert "E2" in refusals(extraction)
    assert observations(extraction, "remark") == [(None,)] * 4


def test_a_text_that_begins_as_a_note_is_one_without_a_rule() -> None:
    rows: Rows = [HEADER, [*FIRST, None, "Lecture : 1 livraison en 2020"], [*SECOND, None, "Champ : France"]]
    assert kept(years(""), rows) == (VALUES, {})
    rows = [HEADER, [*FIRST, None, "Lecture : 1 livraison en 2020"], [*SECOND, None, "autre"]]
    assert refusals(apply(years(""), rows)) != {}


# -- rows below the header -----------------------------------------------------------------------------------------

CODES, TRANSLATED = 'below_header = ["codes"]', 'below_header = ["translation"]'


@pytest.mark.parametrize(
    "codes",
    [
        ["(1)", "(2)", "(3)"],
        [None, "(1)", "(2)"],
        ["(a)", "(b)", "(c)"],
        ["A", "B1", "B2"],
        ["B1", "B2", "B3"],
        ["VAR01", "VAR02", "VAR03"],
        ["LIBELLE", "LIV_20", "LIV_21"],
        ["(1)", "(2) = (3) + (4)", "(3)"],
        [None, "[1]", "[2]"],
        [1, 2, 3],
        [None, 1, 2],
        ["1", "2", "3"],
    ],
)
def test_codes_below_the_header_are_of_it(codes: list[object]) -> None:
    rows: Rows = [HEADER, codes, FIRST, SECOND]
    assert kept(years(CODES), rows) == (VALUES, {})
    found = roles(apply(years(CODES), rows))
    assert {found[cell] for cell in ("B2", "C2")} == {"header"}


@pytest.mark.parametrize("codes", [["(1)", "(2)", "(3)"], [None, "(1)", "(2)"], ["VAR01", "VAR02", "VAR03"]])
def test_codes_that_follow_each_other_are_known_without_a_rule(codes: list[object]) -> None:
    assert kept(years(""), [HEADER, codes, FIRST, SECOND]) == (VALUES, {})


@pytest.mark.parametrize(
    "row", [[1, 2, 3], [None, 1, 2], ["A", "B1", "C7"], ["(1)", "(5)", "(3)"], ["Autre", "(1)", 2]]
)
def test_what_may_be_something_else_is_refused_without_a_rule(row: list[object]) -> None:
    assert refusals(apply(years(""), [HEADER, row, FIRST])) != {}


@pytest.mark.parametrize("row", [["Autre", 1, 2], [3, 1, 2], ["VAR01", 5, 6], ["(1)", "n.d.", "n.d."], ["(1)", 2, 4]])
def test_a_rule_swallows_no_figure(row: list[object]) -> None:
    assert refusals(apply(years('below_header = ["codes", "translation"]'), [HEADER, row, FIRST])) != {}


@pytest.mark.parametrize(
    "row", [["Indicator", "2020", "2021"], ["Indicator", 2020, 2021], ["Indicator", "Year 2020", "Year 2021"]]
)
def test_a_header_that_comes_again_in_another_language_is_of_it(row: list[object]) -> None:
    assert kept(years(TRANSLATED), [HEADER, row, FIRST, SECOND]) == (VALUES, {})
    assert kept(years(TRANSLATED), [row, HEADER, FIRST, SECOND]) == (VALUES, {})
    assert refusals(apply(years(""), [HEADER, row, FIRST])) != {}


def test_a_translation_is_no_row_of_the_table() -> None:
    rows: Rows = [HEADER, ["Livraisons", "two", "three"], FIRST]
    assert "B2" in refusals(apply(years(TRANSLATED), rows))
    assert refusals(apply(years(TRANSLATED), [HEADER, ["Other", 2019, 2018], FIRST])) != {}


@pytest.mark.parametrize(
    "row", [["Total", 2020, 2021], [None, "(en milliers)", "(en milliers)"], ["Indicator", "objectif", "objectif"]]
)
def test_a_total_a_unit_and_what_says_something_of_figures_are_no_translation(row: list[object]) -> None:
    declared = years(TRANSLATED)
    assert (values(declared, [HEADER, row, FIRST]) != VALUES[:2]) or refusals(apply(declared, [HEADER, row, FIRST]))


def test_a_translation_under_headers_that_name_indicators() -> None:
    declared = layout(
        TABLE.split("[[tables.columns]]")[0] % TRANSLATED
        + """
[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["indicator"]
required = true
"""
    )
    rows: Rows = [["Année", "Livraisons", "Agréments"], ["Year", "Completed homes", "Permits"], [2020, 1, 2]]
    assert kept(declared, rows) == ([1.0, 2.0], {})
    rows[1][0] = None
    assert kept(declared, rows) == ([1.0, 2.0], {})


def test_both_kinds_and_pages_on_which_all_of_it_comes_again() -> None:
    declared = years('below_header = ["codes", "translation"]')
    head: Rows = [HEADER, ["Indicator", "Year 2020", "Year 2021"], ["(1)", "(2)", "(3)"]]
    rows: Rows = [*head, FIRST, ["Page 1"], [], *head, SECOND]
    assert kept(declared, rows) == (VALUES, {})


@pytest.mark.parametrize(
    "between", [[HEADER], [[], HEADER], [["Page 2"], HEADER], [[], ["Indicateur (suite)", 2020, 2021]]]
)
def test_a_header_that_comes_again_is_one(between: Rows) -> None:
    assert kept(years(""), [HEADER, FIRST, *between, SECOND]) == (VALUES, {})


@pytest.mark.parametrize("note", ["(a) données révisées", "a) hors Mayotte", "[1] hors Mayotte", "(a)"])
def test_a_note_with_a_letter_after_a_blank_row_is_one(note: str) -> None:
    rows: Rows = [HEADER, FIRST, SECOND, [], [note, "hors x"] if note == "(a)" else [note]]
    extraction = apply(years(""), rows)
    assert (refusals(extraction), roles(extraction)["A5"]) == ({}, "note")


def test_codes_hide_no_column_without_a_header() -> None:
    declared = layout("""
fixed = { indicator = "deliveries", period = "2021" }

[[tables]]
name = "departments"

[[tables.columns]]
field = "territory"
blank_header = true
levels = ["department"]
required = true

[[tables.columns]]
field = "value"
headers = ["Ensemble"]
required = true

[[tables.columns]]
field = "remark"
headers = ["Note"]
""")
    rows: Rows = [[None, "Ensemble", "Note"], ["(1)", "(2)", "(3)"], ["Ain", 5, "vu"]]
    assert kept(declared, rows) == ([5.0], {})
