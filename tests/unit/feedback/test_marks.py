"""Remarks in a returned workbook: beside what is refused, told apart from it, and taken back when they are answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from pipeline.feedback.annotate import annotate, list_alone
from pipeline.feedback.listing import SHEET, lines
from pipeline.feedback.styles import MARKED_RGB, REMARKED_RGB
from pipeline.feedback.verdict import Accepted, Verdict
from pipeline.rejections import Message, reject
from pipeline.rejections.copies import without_ours
from pipeline.settings import Limits

ACCEPTED = (Accepted("Activité", "B2", "7", "Livraisons, Bretagne, 2021 : 7 logements"),)


def wrong(cell: str) -> Message:
    return reject("NOMBRE_ILLISIBLE", sheet="Activité", cell=cell, raw_text="12 34").message()


def hidden(cell: str) -> Message:
    return reject("CELLULE_MASQUEE", sheet="Activité", cell=cell, raw_text="7").message()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = "Activité"
    for row in (["Indicateur", "Valeur"], ["Livraisons", 7], ["Agréments", "12 34"], ["Ménages", "8"]):
        sheet.append(row)
    sheet["B4"].comment = Comment("vu", "Ève")
    book.save(tmp_path / "bilan.xlsx")
    return tmp_path / "bilan.xlsx"


def annotated(path: Path, rejections: list[Message], remarks: list[Message], folder: str = "returned") -> Path:
    made = path.parent / folder
    made.mkdir()
    return made / annotate(path, Verdict.of(path.name, rejections, ACCEPTED, remarks), made, Limits())


def colour(path: Path, cell: str) -> str:
    return str(load_workbook(path)["Activité"][cell].fill.fgColor.rgb)


def said(path: Path, cell: str) -> str:
    comment = load_workbook(path)["Activité"][cell].comment
    return "" if comment is None else str(comment.text)


def test_a_remark_has_a_heading_and_a_colour_of_its_own(sent: Path) -> None:
    copy = annotated(sent, [wrong("B3")], [hidden("B2"), hidden("B3"), hidden("B4")])
    assert [colour(copy, cell) for cell in ("B2", "B3", "B4")] == [REMARKED_RGB, MARKED_RGB, REMARKED_RGB]
    assert said(copy, "B2").startswith("À vérifier\n« 7 » se trouve")
    assert said(copy, "B3").index("À corriger\n") < said(copy, "B3").index("\nÀ vérifier\n")
    assert said(copy, "B4").startswith("vu\nÀ vérifier\n")
    assert {without_ours(said(copy, cell)) for cell in ("B2", "B3")} == {""}
    assert without_ours(said(copy, "B4")) == "vu"


def test_a_remark_on_several_cells_is_told_at_the_first_and_one_on_the_file_in_the_list(sent: Path) -> None:
    texts = reject("NOMBRE_TEXTE", sheet="Activité", cell="B2:B4", raw_text="8", count=2).message()
    whole = reject("LIEN_EXTERNE").message()
    copy = annotated(sent, [wrong("B3")], [texts, whole])
    assert "(NOMBRE_TEXTE)" in said(copy, "B2")
    rows = [list(row) for row in load_workbook(copy)[SHEET].iter_rows(values_only=True)]
    assert rows[1][0] == "1 point à corriger ; 2 points à vérifier ; 1 chiffre accepté."
    order = [row[5] for row in rows if row[5] not in {None, "Motif"}]
    assert order == ["NOMBRE_ILLISIBLE", "LIEN_EXTERNE", "NOMBRE_TEXTE"], "what is refused first, then the whole file"


def test_our_marks_are_taken_back_and_change_colour_when_the_copy_comes_again(sent: Path) -> None:
    first = annotated(sent, [wrong("B3")], [hidden("B2"), hidden("B4")])
    second = annotated(first, [wrong("B2")], [hidden("B3")], "again")
    assert [colour(second, cell) for cell in ("B2", "B3", "B4")] == [MARKED_RGB, REMARKED_RGB, "00000000"]
    assert "À vérifier" not in said(second, "B2")
    assert said(second, "B3").startswith("À vérifier\n")
    assert said(second, "B4") == "vu"
    third = annotated(second, [wrong("A1")], [], "last")
    assert [colour(third, cell) for cell in ("B2", "B3")] == ["00000000", "00000000"]
    assert said(third, "B2") == said(third, "B3") == ""


def test_the_list_alone_and_a_text_have_the_remarks_as_well(tmp_path: Path) -> None:
    told = Verdict.of("act.csv", [], ACCEPTED, [hidden("B2")])
    assert any("CELLULE_MASQUEE" in line.texts for line in lines(told))
    name = list_alone(Verdict.of("act.csv", [wrong("B2")], ACCEPTED, [hidden("B2")]), tmp_path, "essai")
    listed = load_workbook(tmp_path / name).worksheets[0].iter_rows(values_only=True)
    assert any("CELLULE_MASQUEE" in row for row in listed)
    text = tmp_path / "act.csv"
    text.write_text("Indicateur;Valeur\nLivraisons;7\n", encoding="utf-8")
    of_text = [reject("TEXTE_REPARE", sheet="act", cell="A2", raw_text="Livraisons", meant="x").message()]
    made = tmp_path / "made"
    made.mkdir()
    copy = load_workbook(made / annotate(text, Verdict.of("act.csv", [], (), of_text), made, Limits()))
    cell = copy.worksheets[1]["A2"]
    assert cell.fill.fgColor.rgb == REMARKED_RGB
    assert cell.comment is not None
    assert cell.comment.text.startswith("À vérifier\n")
