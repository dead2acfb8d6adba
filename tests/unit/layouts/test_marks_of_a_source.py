"""Marks as a source means them, wherever they stand, and as the notes of a file explain them. All is invented."""

from __future__ import annotations

import pytest

from pipeline.figures.declared_marks import explained_in
from tests.support.shapes import apply, observations
from tests.support.sheets import HEAD, Rows, layout, refusals

TABLE = """
fixed = { indicator = "deliveries" }

[[contexts]]
field = "period"
labels = ["Exercice"]

[[tables]]
name = "marks"

[[tables.sections]]
field = "period"

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
required = true

[[tables.columns]]
field = "breakdown"
headers = ["Type"]

[[tables.columns]]
field = "period"
headers = ["Année"]

[[tables.columns]]
field = "value"
headers = ["Nombre"]
required = true
"""
ACROSS = TABLE.replace('headers = ["Nombre"]', 'named_by = ["period"]')
LISTED = HEAD + 'marks = { "*" = "P", "**" = "note", "(p)" = "R", "°" = "E", "d" = "A" }\n'
IN_TABLE = HEAD + 'marks = { "*" = "E", "°" = "E", "d" = "A" }\n'
MORE = 'name = "marks"\nmarks = { "*" = "P", "**" = "note", "(p)" = "R" }'


def statuses(text: str, rows: Rows, head: str = LISTED) -> list[object]:
    extraction = apply(layout(text, head), rows)
    assert refusals(extraction) == {}
    assert all(str(start) in {"2020-01-01", "2021-01-01"} for (start,) in observations(extraction, "period_start"))
    return [status for (status,) in observations(extraction, "obs_status")]


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        ("*", "P"),
        (" *", "P"),
        ("**", "A"),
        (" **", "A"),
        (" (p)", "R"),
        ("(P)", "R"),
        ("°", "E"),
        (" (r)", "R"),
        ("d", "A"),
    ],
)
@pytest.mark.parametrize("declared", ["layout", "table"])
def test_a_mark_means_what_its_source_declares_wherever_it_stands(mark: str, status: str, declared: str) -> None:
    head = LISTED if declared == "layout" else IN_TABLE
    table, across = (t.replace('name = "marks"', MORE) if declared == "table" else t for t in (TABLE, ACROSS))
    titles: Rows = [["Territoire", "Année", "Nombre"]]
    assert statuses(across, [["Territoire", f"2020{mark}"], ["Bretagne", 1]], head) == [status]
    assert statuses(table, [*titles, ["Bretagne", f"2020{mark}", 1]], head) == [status]
    assert statuses(table, [*titles, ["Bretagne", 2020, f"12{mark}"]], head) == [status]
    assert statuses(table, [["Territoire", "Nombre"], [f"2020{mark}", None], ["Bretagne", 1]], head) == [status]
    if declared == "layout":
        rows: Rows = [["Exercice", f"2020{mark}"], [], ["Territoire", "Nombre"], ["Bretagne", 1]]
        assert statuses(table, rows, head) == [status]
    if mark not in {"d", " (r)"}:  # a letter of a word is no mark, and (r) behind a name is declared by nobody
        assert statuses(table, [*titles, [f"Bretagne{mark}", 2020, 1]], head) == [status]
        assert statuses(table, [["Territoire", "Année", f"Nombre{mark}"], ["Bretagne", 2020, 1]], head) == [status]
        whole: Rows = [["Territoire", "Type", "Année", "Nombre"], ["Bretagne", f"Collectif{mark}", 2020, 1]]
        assert statuses(table, whole, head) == [status]
        assert observations(apply(layout(table, head), whole), "breakdown") == [("Collectif",)]


@pytest.mark.parametrize(
    ("mark", "status"), [("*", "P"), ("**", "A"), ("(p)", "R"), ("°", "E"), ("(r)", "R"), ("r", "R")]
)
def test_a_mark_in_a_cell_of_its_own_is_that_of_the_figure_before_it(mark: str, status: str) -> None:
    rows: Rows = [["Territoire", 2020, None, 2021], ["Bretagne", 1, mark, 2], ["Corse", 1, None, 2]]
    assert statuses(ACROSS, rows) == [status, "A", "A", "A"]


@pytest.mark.parametrize(
    ("mark", "status"), [("*", "A"), ("**", "P"), (" (p)", "P"), (" p", "P"), (" provisoire", "P"), (" (r)", "R")]
)
def test_where_a_layout_says_nothing_marks_mean_what_they_did(mark: str, status: str) -> None:
    assert statuses(ACROSS, [["Territoire", f"2020{mark}"], ["Bretagne", 1]], HEAD) == [status]


NOTES = [
    ("2020*", "* données provisoires", "*", "P"),
    ("2020*", "Note : * données provisoires.", "*", "P"),
    ("2020*", "(*) Données révisées", "(*)", ""),
    ("2020**", "** : chiffres révisés", "**", "R"),
    ("2020 (p)", "(p) révisé", "(p)", "R"),
    ("2020p", "p = estimé", "p", "E"),
    ("2020 (1)", "(1) Chiffres provisoires", "(1)", "P"),
]


@pytest.mark.parametrize(("year", "note", "mark", "status"), [each for each in NOTES if each[3]])
def test_a_mark_that_the_file_explains_otherwise_is_refused_with_the_line_that_declares_it(
    year: str, note: str, mark: str, status: str
) -> None:
    rows: Rows = [["Territoire", year, 2021], ["Bretagne", 1, 2], [], [note]]
    extraction = apply(layout(ACROSS), rows)
    assert observations(extraction, "cell") == [("C2",)]
    (refusal,) = extraction.rejections
    assert (refusal.cell, refusal.reason) == ("B2", "MARQUE_CONTREDITE")
    assert note in refusal.message_fr
    line = f'marks = {{ "{mark}" = "{status}" }}'
    assert refusal.author_hint == f"[made_up.toml : {line}]"
    after = apply(layout(f"{line}\n{ACROSS}"), rows)
    assert observations(after, "cell", "obs_status") == [("B2", status), ("C2", "A")]
    assert after.rejections == []


@pytest.mark.parametrize(
    "row", [["Bretagne*", 2021, 1], ["Bretagne", "2021*", 1], ["Bretagne", 2021, "1*"], ["Bretagne", 2021, 1, "*"]]
)
def test_whatever_bears_such_a_mark_is_refused_and_nothing_else(row: list[object]) -> None:
    rows: Rows = [["Territoire", "Année", "Nombre"], row, ["Corse", 2021, 2], [], ["* données provisoires"]]
    extraction = apply(layout(TABLE), rows)
    assert observations(extraction, "cell") == [("C3",)]
    assert set(refusals(extraction).values()) <= {"MARQUE_CONTREDITE", "NOMBRE_TEXTE"}


@pytest.mark.parametrize(
    ("year", "note"),
    [
        ("2020*", "* Y compris les données provisoires de 2019"),
        ("2020**", "** provisoire"),
        ("2020 (p)", "(p) : données provisoires ; (r) : révisé"),
        ("2020*", "** données révisées"),
        ("2020 (1)", "(1) Hors données révisées"),
    ],
)
def test_a_note_that_agrees_or_explains_something_else_refuses_nothing(year: str, note: str) -> None:
    extraction = apply(layout(ACROSS), [["Territoire", year], ["Bretagne", 1], [], [note]])
    assert observations(extraction, "cell") == [("B2",)]
    assert refusals(extraction) == {}


def test_what_notes_explain() -> None:
    assert list(explained_in("Légende : (e) estimation, (p) chiffre provisoire\n** : définitif")) == [
        ("(e)", "E"), ("(p)", "P"), ("**", "A"),
    ]  # fmt: skip
