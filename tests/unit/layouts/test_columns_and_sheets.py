"""What is ignored, merged, grouped, hidden or missing, by declaration alone. Every figure here is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Sheet, Span, Workbook
from pipeline.layouts import LayoutError, extract
from pipeline.layouts.frames import cells_of
from pipeline.rejections import Level
from pipeline.settings import Limits
from tests.support.shapes import STACKED, TERRITORIES_ACROSS, YEARS_ACROSS, apply, observations
from tests.support.sheets import (
    BREAKDOWNS,
    GROUPS,
    HEAD,
    Rows,
    figures,
    layout,
    refusals,
    roles,
    sheet,
)
from tests.support.workbooks import worksheet

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
