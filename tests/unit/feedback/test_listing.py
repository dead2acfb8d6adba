"""The list in an annotated copy: each refused cell, what was accepted, and nothing that a cell says as a formula."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Kind
from pipeline.feedback.annotate import list_alone
from pipeline.feedback.listing import LISTED, SHEET, lines
from pipeline.feedback.splice import xml_text
from pipeline.feedback.styles import MARKED_RGB
from pipeline.feedback.verdict import Accepted
from pipeline.layouts import extract
from pipeline.reading.files import known_layouts
from pipeline.rejections import Message, reject
from tests.support.annotating import (
    LIMITS,
    annotated,
    rejected,
    texts,
    verdict,
)
from tests.support.workbooks import regional_return

ACCEPTED = (Accepted("Activité", "B3", "7", "Agréments, Bretagne, 2021 : 7 logements"),)


def test_the_list_leads_to_each_rejected_cell_and_tells_what_was_accepted(busy: Path) -> None:
    copy = annotated(
        busy, rejected("B2"), rejected("", "", sheet="Notes d'Ève", reason="TABLEAU_ABSENT"), accepted=ACCEPTED
    )
    sheet = load_workbook(copy)[SHEET]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert list(links.values()) == ["'Activité'!B2", "'Notes d''Ève'!A1", "'Activité'!B3"]
    rows = texts(copy)
    assert ["1", "Activité", "B2", "12 34", "« 12 34 » n'est pas lisible.", "NOMBRE_ILLISIBLE"] in rows
    assert ["Feuille « Activité » : 1 chiffre", *[None] * 5] in rows
    assert [None, "Activité", "B3", "7", "Agréments, Bretagne, 2021 : 7 logements", None] in rows


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        (("Indicateur", "Année", "Chiffre"), "C6", "attendus : Indicateur | Année | Valeur ; "),
        (("Indicateur", "Exercice comptable", "Valeur"), "B6", " : Indicateur | Exercice comptable | Valeur. "),
        (("Indicateur", "", "Valeur"), "A6", "Il manque : Année."),
    ],
)
def test_a_table_whose_header_is_not_recognised_is_marked_at_its_header(
    tmp_path: Path, header: tuple[str, ...], cell: str, said: str
) -> None:
    path = regional_return(tmp_path / "bilan.xlsx", [["Livraisons", 2021, 5]], header=header)
    rejections = extract(read_workbook(path, LIMITS), known_layouts()["regional_return"]).rejections
    assert [(each.reason, each.cell) for each in rejections] == [("TABLEAU_ABSENT", cell)]
    book = load_workbook(annotated(path, *(each.message() for each in rejections)))
    marked = [c for row in book["Activité"].iter_rows() for c in row if c.fill.fgColor.rgb == MARKED_RGB]
    assert [c.coordinate for c in marked] == [cell]
    comment = marked[0].comment
    assert comment is not None
    assert said in comment.text
    assert "[" not in comment.text
    links = [c.hyperlink.location for row in book[SHEET].iter_rows() for c in row if c.hyperlink]
    assert links == [f"'Activité'!{cell}"]


def test_what_is_said_of_one_cell_twice_is_one_comment_and_two_lines(busy: Path) -> None:
    copy = annotated(busy, rejected("B2"), rejected("B2", reason="LIGNE_EN_DOUBLE"))
    comment = load_workbook(copy)["Activité"]["B2"].comment.text
    assert comment.count("À corriger") == 1
    assert "(NOMBRE_ILLISIBLE)" in comment
    assert "(LIGNE_EN_DOUBLE)" in comment
    assert [row[0] for row in texts(copy)[5:7]] == ["1", "2"]


def test_a_stored_number_is_quoted_as_the_sender_sees_it_and_once(busy: Path) -> None:
    refused = reject("CELLULE_NON_RECLAMEE", sheet="Activité", cell="B2", raw_text="4.4000000000000004").message()
    copy = annotated(busy, refused)
    (listed,) = [row for row in texts(copy) if row[2] == "B2"]
    assert listed[3:5] == ["4.4", refused.message_fr]
    comment = load_workbook(copy)["Activité"]["B2"].comment.text
    assert comment == f"À corriger\n{refused.message_fr}\n(CELLULE_NON_RECLAMEE)"


NASTY = ["=1+1", "+33 1", "-3", "@SUM(A1)", "a\x07b", "_x0041_", "<b>&\"'", "é\r\nè", "\ud800", "x" * 40_000]


@pytest.mark.parametrize("alone", [False, True], ids=["in the workbook", "alone"])
def test_nothing_that_a_cell_says_becomes_a_formula_or_breaks_the_list(busy: Path, tmp_path: Path, alone: bool) -> None:
    rejections = [rejected(f"B{row}", text) for row, text in enumerate(NASTY, start=2)]
    (empty := tmp_path / "alone").mkdir()
    copy = empty / list_alone(verdict(*rejections), empty, "essai") if alone else annotated(busy, *rejections)
    rows = load_workbook(copy)[SHEET].iter_rows()
    found = [row[3] for row in rows if row[2].value and str(row[2].value).startswith("B")]
    assert [cell.data_type for cell in found] == ["s" if alone else "inlineStr" for _ in NASTY] or {
        cell.data_type for cell in found
    } == {"s"}
    assert [cell.value for cell in found[:4]] == NASTY[:4]
    assert all(cell.quotePrefix for cell in found[:4])
    assert all(cell.kind is not Kind.UNCACHED for cell in read_workbook(copy, LIMITS).sheets[0].cells)
    assert max(len(str(cell.value)) for cell in found) <= 1_001


def test_rows_are_as_high_as_the_text_that_is_wrapped_in_them(busy: Path, tmp_path: Path) -> None:
    long = Message("NOMBRE_ILLISIBLE", "mot " * 60, "", "Activité", "B2", "a\nb")
    (empty := tmp_path / "alone").mkdir()
    for copy in (annotated(busy, long), empty / list_alone(verdict(long), empty, "essai")):
        sheet = load_workbook(copy)[SHEET]
        row = next(row for row in range(1, 20) if sheet.cell(row, 3).value == "B2")
        assert sheet.row_dimensions[row].height == 45, "240 characters in a column of 90"
        assert sheet.row_dimensions[row - 1].height == 15
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")


def test_the_summary_of_the_list_agrees_in_number() -> None:
    def summary(rejections: int, accepted: int) -> str:
        found = verdict(*(rejected(f"B{row}") for row in range(1, rejections + 1)), accepted=ACCEPTED * accepted)
        return list(lines(found))[1].texts[0]

    assert summary(1, 1) == "1 point à corriger ; 1 chiffre accepté."
    assert summary(2, 3) == "2 points à corriger ; 3 chiffres acceptés."


def test_text_is_written_so_that_it_reads_back_the_same() -> None:
    assert xml_text("a\x07 _x0041_ <&>") == "a_x0007_ _x005F_x0041_ &lt;&amp;&gt;"


def test_a_very_long_list_is_cut_and_counted() -> None:
    listed = list(lines(verdict(*(rejected(f"B{row}") for row in range(1, LISTED + 3)))))
    assert sum(line.style == "item" for line in listed) == LISTED
    assert any("et 2 autres" in line.texts[0] for line in listed if line.texts)


def test_the_list_is_in_the_order_of_the_sheet() -> None:
    whole = reject("REGION_INATTENDUE", expected="Corse").message()
    found = verdict(*(rejected(cell) for cell in ("B10", "AA2", "B2")), whole)
    assert [item.cell for item in found.rejections] == ["", "B2", "AA2", "B10"]


def test_the_same_input_gives_the_same_bytes(busy: Path) -> None:
    first = annotated(busy, rejected("B2")).read_bytes()
    assert annotated(busy, rejected("B2")).read_bytes() == first
    (folder := busy.parent / "alone").mkdir()
    name = list_alone(verdict(rejected("B2")), folder, "essai")
    first = (folder / name).read_bytes()
    list_alone(verdict(rejected("B2")), folder, "essai")
    assert (folder / name).read_bytes() == first
