"""The layout engine: tables found by their words, one role for every cell, refusals that name the cell."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.cells.workbook import Cells, Span, Workbook
from pipeline.layouts import LayoutError, extract, load_layouts
from pipeline.layouts.frames import cells_of
from pipeline.layouts.layout_files import read_layout
from pipeline.vocabulary.territories import region_by_slug
from tests.support.declarations import declaring
from tests.support.sheets import BLOCK, RETURN, Rows, apply, figures, observations_of, refusals, roles, sheet

MINIMAL = """
source = "made_up"
version = 1
title_fr = "Source inventée"
authority = 1

[[contexts]]
field = "territory"
labels = ["Région"]

[[contexts]]
field = "period"
labels = ["Année"]
sheet_name = "(\\\\d{4})"

[[tables]]
name = "figures"
total_words = ["Total"]
total_of = "parent"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]

[[tables.columns]]
field = "territory"
headers = ["Département"]
levels = ["department", "region"]

[[tables.columns]]
field = "value"
headers = ["Valeur"]
named_by = []
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]

[[tables.columns]]
field = "remark"
headers = ["Remarque"]
"""


def test_a_list_of_figures_gives_one_observation_a_row_and_a_role_to_every_cell() -> None:
    extraction = apply(
        [*BLOCK, ["Indicateur", "Année", "Valeur", "Unité"], ["Ménages logés", 2021, "1 234", "ménages"],
         ["Montant des aides", 2021, "2,5", "M€"], [], ["Source : inventée"], ["Note : inventée"]]
    )  # fmt: skip
    assert figures(extraction) == [
        ("households_housed", "53", date(2021, 1, 1), 1234.0),
        ("aid_amount_eur", "53", date(2021, 1, 1), 2_500_000.0),
    ]
    assert extraction.known_on == date(2022, 3, 15)
    assert extraction.rejections == []
    given = roles(extraction)
    assert [given[cell] for cell in ("A1", "A2", "B2", "C5", "A6", "C6", "A9", "A10")] == [
        "title", "context", "context", "header", "key", "value", "context", "note",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["cp1252", "notes", "_listes", "À corriger"])
def test_the_name_of_a_text_file_is_not_that_of_a_sheet(name: str) -> None:
    rows = [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Agréments", 2021, "7"]]
    only = sheet(name, rows)
    only.is_named = False
    assert figures(extract(Workbook("text", [only]), RETURN)) == [("approvals", "53", date(2021, 1, 1), 7.0)]
    assert figures(extract(Workbook("xlsx", [sheet(name, rows)]), RETURN)) == []


def test_the_table_is_found_wherever_it_stands_and_whatever_the_order_of_its_columns() -> None:
    rows: Rows = [[None, *row] for row in [*BLOCK, [], []]]
    rows += [[None, None, "VALEUR", "Remarque", "annee", "Nature de\nl'activité (1)"]]
    rows += [[None, None, "12", "ok", "2020", "Livraisons"]]
    extraction = apply(rows)
    assert figures(extraction) == [("deliveries", "53", date(2020, 1, 1), 12.0)]
    assert observations_of(extraction)[0]["cell"] == "C8"
    assert observations_of(extraction)[0]["remark"] == "ok"


@pytest.mark.parametrize(
    ("above", "unit"),
    [
        ("Bilan 2021 (montants en milliers d'euros)", 1e3),
        ("en M€", 1e6),
        ("(en\N{NO-BREAK SPACE}milliards d’euros)", 1e9),
    ],
)
def test_the_unit_that_a_line_above_a_table_states_holds_for_it(above: str, unit: float) -> None:
    table: Rows = [["Indicateur", "Année", "Valeur", "Unité"], ["Montant des aides", 2021, 104.5]]
    rows = [["Montant des aides", 2020, 104.5, "k€"], ["Agréments", 2021, 7], ["Agréments", 2020, 6, "logements"]]
    extraction = apply([*BLOCK, [above], *table, *rows])
    counts = [7.0] if above.startswith("Bilan") else []
    amounts = [104.5 * unit] + ([104_500.0] if unit == 1e3 else [])
    assert [f[3] for f in figures(extraction)] == [*amounts, *counts, 6.0]
    assert roles(extraction)["A5"] == "context"
    contradicting = {} if unit == 1e3 else {"C8": "UNITES_CONTRADICTOIRES"}
    in_doubt = {} if counts else {"C9": "UNITE_INATTENDUE"}  # nobody can tell whether a count is in thousands too
    assert refusals(extraction) == contradicting | in_doubt


def test_a_header_that_may_state_a_metre_or_a_million_states_no_unit() -> None:
    header: Rows = [["Indicateur", "Année", "Valeur", "Surface (m)"], ["Agréments", 2021, 7, 1]]
    extraction = apply([*BLOCK, ["m. Dupont"], *header])
    assert figures(extraction)[0][3] == 7.0
    assert refusals(extraction)["D6"] == "COLONNE_INCONNUE"


def test_a_fact_that_is_stated_twice_otherwise_is_refused() -> None:
    rows = [["Région :", "Bretagne"], ["Région :", "Normandie"], [], ["Indicateur", "Année", "Valeur"]]
    extraction = apply([*rows, ["Agréments", 2021, 7]])
    assert refusals(extraction) == {"B2": "LIGNE_EN_DOUBLE"}
    assert "déjà indiqué en B1" in extraction.rejections[0].message_fr
    assert refusals(apply([rows[0], rows[0], *rows[2:], ["Agréments", 2021, 7]])) == {}


def test_a_return_states_figures_of_its_region_and_its_departments_alone() -> None:
    header: Rows = [*BLOCK, ["Indicateur", "Territoire", "Année", "Valeur"]]
    rows = [["Agréments", place, 2021, value] for value, place in enumerate(("29", "Bretagne", "Calvados", "Corse"), 1)]
    extraction = apply([*header, *rows])
    assert [f[1] for f in figures(extraction)] == ["29", "53"]
    wrong = {rejection.cell: rejection for rejection in extraction.rejections}
    assert (wrong["B8"].reason, wrong["B9"].reason) == ("TERRITOIRE_HORS_REGION", "TERRITOIRE_HORS_REGION")
    assert "« Calvados » n'est ni Bretagne" in wrong["B8"].message_fr


@pytest.mark.parametrize("written", ["bientôt", "31/02/2022"])
def test_what_is_no_date_is_refused_with_a_date_as_example(written: str) -> None:
    block = [["Région :", "Bretagne"], ["Date d'envoi :", written], []]
    (refusal,) = apply([*block, ["Indicateur", "Année", "Valeur"], ["Agréments", 2021, "7"]]).rejections
    assert (refusal.reason, refusal.cell) == ("EMISSION_ILLISIBLE", "B2")
    assert "par exemple 15/03/2022" in refusal.message_fr
    assert "for example 15/03/2022" in refusal.message_en


def test_years_across_under_a_merged_header() -> None:
    rows = [*BLOCK, ["Indicateur", "Années", None], [None, "2020", "2021 (p)"], ["Agréments", "7", "9"]]
    extraction = apply(rows, merges=[Span(5, 1, 6, 1), Span(5, 2, 5, 3)])
    assert figures(extraction) == [
        ("approvals", "53", date(2020, 1, 1), 7.0),
        ("approvals", "53", date(2021, 1, 1), 9.0),
    ]
    assert [row["obs_status"] for row in observations_of(extraction)] == ["A", "P"]
    assert set(roles(extraction).values()) == {"title", "context", "header", "key", "value"}


def test_indicators_across_a_header_of_two_rows() -> None:
    rows = [*BLOCK, ["Année", "Services", None], [None, "Ménages\nlogés", "Aides et\nservices"], [2021, "5", "8"]]
    extraction = apply(rows, merges=[Span(5, 1, 6, 1), Span(5, 2, 5, 3)])
    assert [(f[0], f[3]) for f in figures(extraction)] == [("households_housed", 5.0), ("aids_and_services", 8.0)]


def test_a_unit_between_brackets_in_a_header_holds_for_its_column_and_other_words_do_not() -> None:
    header: list[object] = ["Année", "Montant des aides (M€)", "Agréments\n(4 filiales)"]
    extraction = apply([*BLOCK, header, [2021, "2,5", "7"]])
    assert [(f[0], f[3]) for f in figures(extraction)] == [("aid_amount_eur", 2_500_000.0), ("approvals", 7.0)]


def test_a_header_repeated_inside_the_table_is_a_header() -> None:
    header: list[object] = ["Indicateur", "Année", "Valeur"]
    extraction = apply([*BLOCK, header, ["Livraisons", 2021, "5"], header, ["Agréments", 2021, "6"]])
    assert [f[3] for f in figures(extraction)] == [5.0, 6.0]
    assert roles(extraction)["A7"] == "header"


def test_two_tables_on_a_sheet_are_both_read_and_the_note_between_them_is_a_note() -> None:
    header: list[object] = ["Indicateur", "Année", "Valeur"]
    rows = [*BLOCK, header, ["Livraisons", 2021, "5"], [], ["Note : inventée"], header, ["Agréments", 2021, "6"]]
    extraction = apply(rows)
    assert [f[3] for f in figures(extraction)] == [5.0, 6.0]
    assert roles(extraction)["A8"] == "note"


def test_an_unknown_column_is_refused_at_its_header_with_the_nearest_known_ones_and_so_are_its_cells() -> None:
    extraction = apply([*BLOCK, ["Indicateur", "Année", "Valeur", "Remarqe"], ["Livraisons", 2021, "5", "peu"]])
    assert refusals(extraction) == {"D5": "COLONNE_INCONNUE", "D6": "CELLULE_NON_RECLAMEE"}
    assert "« Remarque »" in extraction.rejections[0].message_fr
    assert [f[3] for f in figures(extraction)] == [5.0]


def test_two_columns_for_one_field_are_refused_and_both_are_named() -> None:
    extraction = apply([*BLOCK, ["Indicateur", "Année", "Valeur", "Nombre"], ["Livraisons", 2021, "5", "6"]])
    assert refusals(extraction)["D5"] == "ENTETE_EN_DOUBLE"
    assert "C5" in extraction.rejections[0].message_fr


def test_an_unknown_indicator_refuses_its_row_and_nothing_else() -> None:
    extraction = apply(
        [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Ménages logé", 2021, "5"], ["Livraisons", 2021, "6"]]
    )
    assert refusals(extraction) == {"A6": "INDICATEUR_INCONNU", "C6": "CLE_ABSENTE"}
    assert "« Ménages logés »" in extraction.rejections[0].message_fr
    assert [f[3] for f in figures(extraction)] == [6.0]


def test_a_number_beside_the_table_is_unclaimed_and_refused() -> None:
    extraction = apply([*BLOCK, ["Indicateur", "Année", "Valeur", None, None], ["Livraisons", 2021, "5", None, 77]])
    assert roles(extraction)["E6"] == "unclaimed"
    assert refusals(extraction) == {"E6": "CELLULE_NON_RECLAMEE"}


def test_a_number_far_below_the_table_is_not_passed_over() -> None:
    extraction = apply([*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, "5"], [], [], [None, 99]])
    assert refusals(extraction) == {"B9": "CELLULE_NON_RECLAMEE"}


def test_a_sheet_without_a_known_header_says_what_it_found_and_what_it_expected() -> None:
    extraction = apply([*BLOCK, ["Indicateurs clefs", "An", "Valeurs"], ["Livraisons", 2021, "5"]])
    (rejection,) = [r for r in extraction.rejections if r.reason == "TABLEAU_ABSENT"]
    assert rejection.sheet == "Activité"
    assert "Indicateurs clefs | An | Valeurs" in rejection.message_fr
    assert " : Indicateur | Année | Valeur ; Indicateur | une année ; " in rejection.message_fr
    assert ": Indicateur | Année | Valeur; Indicateur | a year; " in rejection.message_en
    assert set(roles(extraction).values()) == {"unclaimed", "context"}


def test_a_sheet_without_a_known_header_shows_the_beginning_of_a_long_row() -> None:
    extraction = apply([["c1", *range(200)]])
    (rejection,) = extraction.rejections
    assert rejection.raw_text == "c1 | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | …"


def test_a_workbook_in_the_folder_of_another_region_is_refused_whole() -> None:
    book = Workbook("text", [sheet("Activité", [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, "5"]])])
    extraction = extract(book, RETURN, regions=[region_by_slug()["corse"]])
    assert [r.reason for r in extraction.rejections] == ["REGION_INATTENDUE"]
    assert "Bretagne" in extraction.rejections[0].message_fr
    assert "Corse" in extraction.rejections[0].message_fr
    assert not any(extraction.rows.values())


def test_a_missing_identification_is_said_once_and_every_figure_is_refused() -> None:
    extraction = apply([["Bilan"], [], ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, "5"]])
    assert [r.reason for r in extraction.rejections] == ["CONTEXTE_ABSENT", "CLE_ABSENTE"]


def test_hidden_and_undescribed_sheets_are_not_read_and_said_so() -> None:
    book = Workbook(
        "text",
        [
            sheet("Activité", [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, "5"]]),
            sheet("Bilan caché", [["Livraisons", 99]], visibility="hidden"),
            sheet("Brouillon", [["x", 1]]),
            sheet("Source", [["Titre", "Inventé"]]),
        ],
    )
    extraction = extract(book, RETURN)
    assert {r.sheet: r.reason for r in extraction.rejections} == {
        "Bilan caché": "FEUILLE_MASQUEE",
        "Brouillon": "FEUILLE_IGNOREE",
    }
    assert {name: role for name, _, _, role, _, _ in cells_of(extraction) if name != "Activité"} == {
        "Bilan caché": "ignored",
        "Brouillon": "ignored",
        "Source": "context",
    }


def test_a_hidden_row_is_read_and_said_so() -> None:
    made = sheet("Activité", [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, "5"]])
    made.cells = Cells(cell._replace(hidden=True) if cell.row == 6 else cell for cell in made.cells)
    extraction = extract(Workbook("text", [made]), RETURN)
    assert [f[3] for f in figures(extraction)] == [5.0]
    assert refusals(extraction) == {"C6": "CELLULE_MASQUEE"}


def test_a_region_among_all_its_departments_is_their_total() -> None:
    stock = load_layouts()["social_stock"]
    rows: Rows = [
        ["Région :", "Bretagne"], ["Situation au :", "1er janvier 2020"], [],
        ["Code", "Département", "Logements sociaux\n(RPLS)"],
        ["22", "Côtes-d'Armor", 1], ["29", "Finistère", 2], ["35", "Ille-et-Vilaine", 3], ["56", "Morbihan", 4],
        ["53", "Bretagne", 10], [None, "France métropolitaine", 999],
    ]  # fmt: skip
    extraction = apply(rows, stock, "Parc")
    assert [row["is_total"] for row in observations_of(extraction)] == [False] * 4 + [True, False]
    assert extraction.parts == [("Parc", "C9", part) for part in ("C5", "C6", "C7", "C8")]
    assert roles(extraction)["C9"] == "total"
    assert refusals(extraction) == {}


def test_a_code_that_is_not_that_of_the_name_is_refused() -> None:
    stock = load_layouts()["social_stock"]
    rows: Rows = [
        ["Situation au :", "1er janvier 2020"], [], ["Code", "Département", "Logements sociaux"], ["29", "Morbihan", 4],
    ]  # fmt: skip
    assert refusals(apply(rows, stock, "Parc"))["B4"] == "TERRITOIRE_INCONNU"


def test_a_key_merged_over_several_rows_holds_for_each_and_a_blank_key_for_none() -> None:
    rows = [*BLOCK, ["Indicateur", "Année", "Valeur"], ["Livraisons", 2020, "5"], [None, 2021, "6"], [None, 2022, "7"]]
    extraction = apply(rows, merges=[Span(6, 1, 7, 1)])
    assert [f[3] for f in figures(extraction)] == [5.0, 6.0]
    assert refusals(extraction) == {"C8": "CLE_ABSENTE"}


@pytest.mark.parametrize(("first", "second"), [(5, 6), ("5", "6")])
def test_what_a_blank_key_does_not_say_no_context_says_instead(first: object, second: object) -> None:
    header: list[object] = ["Indicateur", "Département", "Année", "Valeur"]
    rows = [*BLOCK, header, ["Livraisons", "Finistère", 2021, first], ["Livraisons", None, 2021, second]]
    extraction = apply(rows)
    assert [f[:2] for f in figures(extraction)] == [("deliveries", "29")]
    assert refusals(extraction) == {"D7": "CLE_ABSENTE"}
    assert "ne dit pas un territoire connu" in extraction.rejections[0].message_fr


def test_a_row_of_totals_needs_no_key_beside_its_label() -> None:
    header: list[object] = ["Indicateur", "Département", "Année", "Valeur"]
    counted: Rows = [["Livraisons", "Finistère", 2021, 5], ["Livraisons", "Morbihan", 2021, 6]]
    extraction = apply([*BLOCK, header, *counted, ["Livraisons", "Total", 2021, 11]])
    assert [f[1] for f in figures(extraction)] == ["29", "56", "53"]
    assert refusals(extraction) == {}


def test_facts_may_stand_in_the_name_of_the_sheet() -> None:
    layout = read_layout(MINIMAL, "made_up.toml")
    extraction = extract(
        Workbook("text", [sheet("2019", [["Région", "Corse"], [], ["Indicateur", "Valeur"], ["Livraisons", 3]])]),
        layout,
    )
    assert figures(extraction) == [("deliveries", "94", date(2019, 1, 1), 3.0)]


def test_every_non_empty_cell_has_exactly_one_role() -> None:
    rows = [
        *BLOCK,
        ["Indicateur", "Année", "Valeur", "?"],
        ["x", "y", "z", "t"],
        ["Livraisons", 2021, "5"],
        [],
        [1, "a"],
    ]
    extraction = apply(rows)
    filled = sum(value is not None for row in rows for value in row)
    assert len(cells_of(extraction)) == filled
    assert len({address for _, address, _, _, _, _ in cells_of(extraction)}) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source = ", "not TOML"),
        ('source = "a"\nversion = 1\ntitle_fr = "x"\nauthority = 1', "tables: Field required"),
        (MINIMAL.replace("authority = 1", "authority = 1\ncolour = 1"), "colour: Extra inputs"),
        (MINIMAL.replace('headers = ["Remarque"]', ""), "give 'headers', 'named_by' or 'blank_header'"),
        (MINIMAL.replace("required = true", "required = false"), "no column is required"),
        (MINIMAL.replace('named_by = ["period"]', 'named_by = ["value"]'), "named_by"),
        (MINIMAL.replace('field = "remark"', 'field = "remark"\nparse = "poem"'), "parse: Input should be"),
        (MINIMAL.replace('name = "figures"', 'name = "figures"\nproduces = "poem"'), "produces: Input should be"),
        (MINIMAL.replace("authority = 1\n", ""), "authority"),
    ],
)
def test_a_wrong_layout_says_where_and_what(text: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        read_layout(text, "made_up.toml")


def test_a_layout_whose_name_is_not_its_source_is_refused() -> None:
    with declaring(sources={"other": MINIMAL}), pytest.raises(LayoutError, match="the name of the file"):
        load_layouts()


def test_the_layouts_of_the_product_are_all_read() -> None:
    assert set(load_layouts()) >= {
        "agreements", "commitments", "national_statement", "population", "regional_return", "social_stock",
    }  # fmt: skip


def test_a_sheet_without_a_known_header_says_that_alone() -> None:
    extraction = apply([["x"], ["y", "z"]])
    assert [rejection.reason for rejection in extraction.rejections] == ["TABLEAU_ABSENT"]
    with_header = apply([["Indicateur", "Année", "Valeur"], ["Livraisons", 2021, 12]])
    assert "CONTEXTE_ABSENT" in {rejection.reason for rejection in with_header.rejections}
