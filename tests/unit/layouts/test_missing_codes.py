"""Codes that stand where a value is missing, as each source writes them. Every figure here is invented."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.layouts import LayoutError, extract
from pipeline.settings import Limits
from tests.support.shapes import apply, judged, observations
from tests.support.sheets import Rows, layout, refusals, roles

MISSING = 'missing = { "." = "not_available", "x" = "secret", "F" = "not_significant", "NA" = "not_applicable" }\n'
ACROSS = """
fixed = { period = "2021" }

[[tables]]
name = "regions"
total_words = ["Total"]

[[tables.columns]]
field = "territory"
headers = ["Région"]
levels = ["region"]
required = true

[[tables.columns]]
field = "value"
named_by = ["indicator"]
required = true
"""
SAID = ("territory_code", "value", "missing_reason", "obs_status")


def test_a_code_of_the_source_is_a_missing_value_with_its_reason_and_no_refusal() -> None:
    rows: Rows = [
        ["Région", "Livraisons", "Agréments"],
        ["Bretagne", 1, " . "],
        ["Normandie", "x", "F"],
        ["Corse", "NA", "."],
        ["Occitanie", ".", "."],
    ]  # fmt: skip
    extraction = apply(layout(MISSING + ACROSS), rows)
    assert refusals(extraction) == {}
    assert observations(extraction, *SAID) == [
        ("53", 1.0, None, "A"), ("53", None, "not_available", "O"),
        ("28", None, "secret", "Q"), ("28", None, "not_significant", "N"),
        ("94", None, "not_applicable", "M"), ("94", None, "not_available", "O"),
        ("76", None, "not_available", "O"), ("76", None, "not_available", "O"),
    ]  # fmt: skip
    assert {roles(extraction)[cell] for cell in ("C2", "B3", "C3", "B5")} == {"value"}


@pytest.mark.parametrize("text", ["x*", "x (1)", "x ²", "x†", "x [note 3]", "x(12)*", "x°", "X"])
def test_footnote_marks_beside_a_code_and_its_case_do_not_count(text: str) -> None:
    head = MISSING + 'marks = { "°" = "note", "^" = "P" }\n'
    extraction = apply(layout(head + ACROSS), [["Région", "Livraisons"], ["Bretagne", text]])
    assert observations(extraction, *SAID) == [("53", None, "secret", "Q")]


@pytest.mark.parametrize("text", ["xc", "x c", "xx", ".x", "(x)", "F1"])
def test_what_only_holds_a_code_is_none(text: str) -> None:
    extraction = apply(layout(MISSING + ACROSS), [["Région", "Livraisons"], ["Bretagne", text]])
    assert observations(extraction, *SAID) == []
    assert list(refusals(extraction)) == ["B2"]


@pytest.mark.parametrize("text", ["x (p)", "x^", "x provisoire"])
def test_a_status_beside_a_code_is_refused_as_it_is_beside_any(text: str) -> None:
    head = MISSING + 'marks = { "^" = "P" }\n'
    extraction = apply(layout(head + ACROSS), [["Région", "Livraisons"], ["Bretagne", text]])
    assert refusals(extraction) == {"B2": "MARQUE_SANS_VALEUR"}


def test_case_counts_where_both_are_listed_and_the_code_as_listed_wins_over_its_marks() -> None:
    codes = 'missing = { "x" = "secret", "X" = "not_applicable", "x*" = "not_significant" }\n'
    rows: Rows = [["Région", "Livraisons"], ["Bretagne", "x"], ["Corse", "X"], ["Normandie", "x*"]]
    extraction = apply(layout(codes + ACROSS), rows)
    assert [said[2] for said in observations(extraction, *SAID)] == ["secret", "not_applicable", "not_significant"]


def test_a_table_and_a_column_have_codes_of_their_own_the_nearest_wins() -> None:
    declared = MISSING + ACROSS.replace(
        'total_words = ["Total"]', 'missing = { "." = "secret", ":c" = "secret", "-" = "not_applicable" }'
    ).replace(
        'named_by = ["indicator"]',
        'headers = ["Livraisons"]\nfixed = { indicator = "deliveries" }\nmissing = { "." = "not_significant" }',
    )
    declared += '\n[[tables.columns]]\nfield = "value"\nnamed_by = ["indicator"]\n'
    rows: Rows = [
        ["Région", "Livraisons", "Agréments"],
        ["Bretagne", ".", "."],
        ["Corse", ":c", "x"],
        ["Normandie", "–", 1],
    ]
    extraction = apply(layout(declared), rows)
    assert refusals(extraction) == {}
    assert [said[2] for said in observations(extraction, *SAID)] == [
        "not_significant", "secret", "secret", "secret", "not_applicable", None,
    ]  # fmt: skip


def test_a_total_with_a_missing_part_is_kept_and_a_missing_total_is_none() -> None:
    rows: Rows = [
        ["Région", "Livraisons", "Agréments"],
        ["Bretagne", 100, 5],
        ["Corse", "x", 6],
        ["Total", 300, "x"],
    ]
    extraction = apply(layout(MISSING + ACROSS.replace("{ period", '{ territory = "France", period')), rows)
    assert refusals(extraction) == {}
    result = judged(extraction)
    assert result.refused == []
    assert list(result.totals["verdict"]) == ["cannot_tell"]
    assert (300.0, None) in observations(extraction, "value", "missing_reason")


def test_a_row_of_codes_below_a_blank_one_is_a_row_and_no_note() -> None:
    rows: Rows = [["Région", "Livraisons"], ["Bretagne", 1], [], ["Corse", "F"]]
    extraction = apply(layout(MISSING + ACROSS), rows)
    assert observations(extraction, *SAID)[1:] == [("94", None, "not_significant", "N")]


def test_a_number_is_a_code_of_a_column_alone_and_stands_typed_or_as_text() -> None:
    declared = ACROSS.replace(
        'named_by = ["indicator"]', 'named_by = ["indicator"]\nmissing = { "-999" = "not_available" }'
    )
    rows: Rows = [
        ["Région", "Livraisons"],
        ["Bretagne", -999],
        ["Corse", "-999"],
        ["Normandie", 999],
        ["Occitanie", -999.0],
    ]
    extraction = apply(layout(declared), rows)
    assert [said[1:3] for said in observations(extraction, *SAID)] == [
        (None, "not_available"), (None, "not_available"), (999.0, None), (None, "not_available"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["0", "-999", "12,5", "dix", "1 234"])
def test_a_code_that_reads_as_a_number_is_refused_for_a_layout_and_a_table(code: str) -> None:
    codes = f'missing = {{ "{code}" = "secret" }}\n'
    for declared in (codes + ACROSS, ACROSS.replace('total_words = ["Total"]', codes)):
        with pytest.raises(LayoutError, match="reads as a number"):
            layout(declared)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ('missing = { " " = "secret" }', "blank"),
        ('missing = { "(p)" = "secret" }', "is a mark"),
        ('missing = { "°" = "secret" }\nmarks = { "°" = "P" }', "is a mark"),
        ('missing = { "-" = "secret" }\ndash = "nil"', "dash"),
        ('missing = { "…" = "secret", "..." = "not_available" }', "twice"),
        ('missing = { "x" = "confidential" }', "secret"),
    ],
)
def test_codes_that_make_no_sense_are_refused_with_their_layout(codes: str, said: str) -> None:
    with pytest.raises(LayoutError, match=said):
        layout(codes + "\n" + ACROSS)


def test_a_code_means_nothing_in_a_column_of_labels() -> None:
    extraction = apply(layout(MISSING + ACROSS), [["Région", "Livraisons"], ["x", 1], ["Bretagne", 2]])
    assert refusals(extraction)["A2"] == "TERRITOIRE_INCONNU"
    assert [said[1] for said in observations(extraction, *SAID)] == [2.0]


def test_an_error_of_a_spreadsheet_is_a_code_where_it_is_listed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["Région", "Livraisons"], ["Bretagne", "#N/A"], ["Corse", "#REF!"]):
        page.append(row)
    book.save(tmp_path / "m.xlsx")
    declared = layout('missing = { "#N/A" = "not_available" }\n' + ACROSS)
    extraction = extract(read_workbook(tmp_path / "m.xlsx", Limits()), declared)
    assert observations(extraction, *SAID) == [("53", None, "not_available", "O")]
    assert refusals(extraction) == {"B3": "ERREUR_EXCEL"}


def test_what_a_source_says_of_a_known_code_holds_in_all_its_forms() -> None:
    declared = layout('missing = { "c" = "not_applicable", "-" = "secret" }\n' + ACROSS)
    rows: Rows = [
        ["Région", "Livraisons"],
        ["Bretagne", "c"],
        ["Corse", "(c)"],
        ["Normandie", "C."],
        ["Occitanie", "–"],
    ]
    extraction = apply(declared, rows)
    reasons = [said[2] for said in observations(extraction, *SAID)]
    assert reasons == ["not_applicable", "not_applicable", "not_applicable", "secret"]


@pytest.mark.parametrize(("text", "code"), [("X", "X"), ("z*", "z"), ("[low]", "[low]"), ("suppressed", "suppressed")])
def test_an_unknown_code_tells_the_author_the_line_to_add(text: str, code: str) -> None:
    extraction = apply(layout(ACROSS), [["Région", "Livraisons"], ["Bretagne", text]])
    [refused] = extraction.rejections
    assert f'missing = {{ "{code}" = "' in refused.author_hint


@pytest.mark.parametrize("text", ["12 z", "8 311 (z)", "x" * 50])
def test_what_holds_digits_or_is_long_is_no_code_to_declare(text: str) -> None:
    extraction = apply(layout(ACROSS), [["Région", "Livraisons"], ["Bretagne", text]])
    assert [refused.author_hint for refused in extraction.rejections] == [""]


@pytest.mark.parametrize("text", ["x P", "x (p)"])
def test_the_refusal_of_a_status_beside_a_code_names_the_code_alone(text: str) -> None:
    [refused] = apply(layout(MISSING + ACROSS), [["Région", "Livraisons"], ["Bretagne", text]]).rejections
    assert f"« {text} »" in refused.message_fr
    assert "Écrivez « x » seul" in refused.message_fr
