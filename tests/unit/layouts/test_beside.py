"""What a layout takes from beside the cells: comments said as remarks, and facts that stand in named cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment as WrittenComment

from pipeline.cells.workbook import Comment, Extra, Name, Sheet, Span, Workbook
from pipeline.layouts import Extraction, LayoutError, extract, load_layouts
from pipeline.layouts.frames import cells_of
from pipeline.layouts.layout_files import read_layout
from pipeline.reading.files import ReceivedFile, read_file
from pipeline.rejections import Level, Rejection
from pipeline.rejections.copies import AUTHOR
from pipeline.settings import Limits
from tests.support.sheets import Rows, observations_of, sheet
from tests.support.workbooks import regional_return

RETURN = load_layouts()["regional_return"]
TABLE: Rows = [
    ["Région :", "Bretagne"], [],
    ["Indicateur", "Année", "Valeur"],
    ["Livraisons", 2021, 811], ["Agréments", 2021, 7],
]  # fmt: skip


def commented(*comments: Comment, layout: Any = RETURN) -> list[Rejection]:
    own = sheet("Activité", TABLE)
    own.comments = list(comments)
    return extract(Workbook("xlsx", [own]), layout).rejections


# -- comments ------------------------------------------------------------------------------------------------------


def test_a_comment_on_a_figure_is_a_remark_and_the_figure_is_read_as_it_stands() -> None:
    own = sheet("Activité", TABLE)
    own.comments = [Comment(4, 3, "Ève", "Ève :\nremplacer  par 812\nmerci")]
    extraction = extract(Workbook("xlsx", [own]), RETURN)
    (remark,) = extraction.rejections
    assert (remark.reason, remark.level, remark.sheet, remark.cell, remark.raw_text) == (
        "COMMENTAIRE", Level.REMARK, "Activité", "C4", "811",
    )  # fmt: skip
    assert remark.message_fr.startswith("« 811 » porte un commentaire signé Ève : « remplacer par 812 / merci ».")
    assert remark.message_en.startswith("“811” has a comment by Ève: “remplacer par 812 / merci”.")
    assert [row["value"] for row in observations_of(extraction)] == [811, 7]


def test_each_voice_of_a_conversation_is_a_remark_of_its_own() -> None:
    found = commented(Comment(4, 3, "Ève", "812 ?"), Comment(4, 3, "", "oui"))
    assert [(item.cell, "812 ?" in item.message_fr) for item in found] == [("C4", True), ("C4", False)]
    assert "porte un commentaire : « oui »" in found[1].message_fr


@pytest.mark.parametrize("place", [(3, 3), (4, 1), (1, 2), (9, 9)], ids=["header", "key", "context", "blank"])
def test_a_comment_elsewhere_is_no_remark(place: tuple[int, int]) -> None:
    assert commented(Comment(*place, "Ève", "bonjour")) == []


def test_a_layout_that_does_not_ask_looks_at_no_comment() -> None:
    silent = RETURN.model_copy(update={"comments": "ignore"})
    assert Extra.COMMENTS in RETURN.extra
    assert Extra.COMMENTS not in silent.extra
    assert commented(Comment(4, 3, "Ève", "remplacer par 812"), layout=silent) == []


def test_a_layout_says_ignore_or_remark_and_nothing_else() -> None:
    text = 'source = "x"\nversion = 1\ntitle_fr = "x"\nauthority = 1\ncomments = "apply"\ntables = []'
    with pytest.raises(LayoutError, match="comments"):
        read_layout(text, "x.toml")


def test_what_our_own_check_wrote_is_no_remark_but_what_was_answered_to_it_is() -> None:
    ours = "À corriger\n« 811 » n'est pas lisible.\n(NOMBRE_ILLISIBLE)"
    assert commented(Comment(4, 3, AUTHOR, ours), Comment(5, 3, "", f"\n{ours}")) == []
    (answer,) = commented(Comment(4, 3, "Ève", f"Ève :\nvu\n{ours}\nc'est 812"))
    assert "« vu / c'est 812 »" in answer.message_fr


def test_a_very_long_comment_is_cut() -> None:
    (remark,) = commented(Comment(4, 3, "", "x" * 30_000))
    assert len(remark.message_fr) < 1_000


def test_a_comment_in_a_received_file_becomes_a_remark(tmp_path: Path) -> None:
    path = regional_return(tmp_path / "bilan.xlsx", [["Livraisons", 2021, 811, None]])
    book = openpyxl.load_workbook(path)
    book["Activité"]["C7"].comment = WrittenComment("remplacer par 812", "Ève")
    book.save(path)
    extraction = read_file(ReceivedFile(path, "regional_return", None, path.name), Limits())
    assert [(item.reason, item.cell) for item in extraction.rejections] == [("COMMENTAIRE", "C7")]


# -- named cells ---------------------------------------------------------------------------------------------------

NAMED = """
source = "made_up"
version = 3
title_fr = "Source inventée"
authority = 1
ignore_sheets = ["_listes"]

[[contexts]]
field = "period"
labels = ["Année"]
defined_name = "Annee_du_bilan"
required = true

[[contexts]]
field = "territory"
defined_name = "region"
levels = ["region"]

[[contexts]]
field = "template"
defined_name = "modele"

[[tables]]
name = "figures"
sheets = ["bilan*"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""
FIGURES: Rows = [["Indicateur", "Valeur"], ["Livraisons", 12]]
HIDDEN: Rows = [["made_up v3", 2021, "Bretagne"]]


def name(text: str, column: int, *, sheet: str = "_listes", scope: str = "") -> Name:
    return Name(text, sheet, Span(1, column, 1, column), scope)


NAMES = [name("modele", 1), name("ANNEE_DU_BILAN", 2), name("region", 3)]


def named(names: list[Name] | None, *sheets: Sheet) -> Extraction:
    hidden = sheet("_listes", HIDDEN, visibility="very_hidden")
    return extract(
        Workbook("xlsx", [*(sheets or [sheet("Bilan", FIGURES)]), hidden], names=names), read_layout(NAMED, "x")
    )


def test_a_fact_is_found_by_the_name_of_its_cell_on_whatever_sheet() -> None:
    extraction = named(NAMES)
    assert extraction.rejections == []
    (row,) = observations_of(extraction)
    assert (row["territory_code"], row["period_start"].year, row["value"]) == ("53", 2021, 12)
    roles = {(sheet, cell): role for sheet, cell, _, role, _, _ in cells_of(extraction)}
    assert {roles["_listes", cell] for cell in ("A1", "B1", "C1")} == {"context"}


def test_other_cells_of_a_sheet_that_is_passed_over_stay_ignored() -> None:
    extraction = named(NAMES[:2])
    roles = {(sheet, cell): role for sheet, cell, _, role, _, _ in cells_of(extraction)}
    assert (roles["_listes", "B1"], roles["_listes", "C1"]) == ("context", "ignored")


def test_a_required_fact_whose_name_is_absent_or_whose_cell_is_blank_is_refused() -> None:
    for names in (None, [], [name("annee_du_bilan", 9)], [name("annee_du_bilan", 2, sheet="Ailleurs")]):
        assert "CONTEXTE_ABSENT" in {item.reason for item in named(names).rejections}


def test_a_named_cell_that_does_not_say_what_it_should_is_refused_at_its_address() -> None:
    wrong = [name("annee_du_bilan", 3), *NAMES]
    found = [(item.reason, item.sheet, item.cell) for item in named(wrong).rejections]
    assert ("PERIODE_ILLISIBLE", "_listes", "C1") in found


def test_what_a_sheet_says_itself_comes_before_a_name_and_a_name_of_the_book_before_one_of_a_sheet() -> None:
    own: Rows = [["Année", 2019], [], *FIGURES]
    local = [name("annee_du_bilan", 3, scope="Bilan"), *NAMES]
    rows = observations_of(named(local, sheet("Bilan", own), sheet("Bilan 2", FIGURES)))
    assert [row["period_start"].year for row in rows] == [2019, 2021]


def test_a_workbook_made_from_another_template_is_read_with_a_remark() -> None:
    assert [item.reason for item in named(NAMES).rejections] == []
    hidden = sheet("_listes", [["made_up v2", *HIDDEN[0][1:]]], visibility="very_hidden")
    book = Workbook("xlsx", [sheet("Bilan", FIGURES), hidden], names=NAMES)
    extraction = extract(book, read_layout(NAMED, "x"))
    (remark,) = extraction.rejections
    assert (remark.reason, remark.level, remark.sheet, remark.cell) == (
        "MODELE_DIFFERENT", Level.REMARK, "_listes", "A1",
    )  # fmt: skip
    assert "« made_up v2 »" in remark.message_fr
    assert "« made_up v3 »" in remark.message_fr
    assert len(observations_of(extraction)) == 1


def test_names_are_read_only_where_a_layout_asks_for_one() -> None:
    layouts = load_layouts()
    assert {source for source, layout in layouts.items() if Extra.NAMES in layout.extra} == {"regional_return"}
    assert Extra.NAMES in read_layout(NAMED, "x").extra
