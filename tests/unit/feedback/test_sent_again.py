"""An annotated copy that comes back: one list, our marks and words taken back, and those of the sender kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from pipeline.cells.read_workbook import read_workbook
from pipeline.feedback.listing import SHEET
from pipeline.feedback.styles import MARKED_RGB
from pipeline.reading.files import known_layouts
from pipeline.rejections import Message
from pipeline.rejections.copies import AUTHOR, without_ours
from tests.support.annotating import (
    LIMITS,
    added_before,
    annotated,
    made_plain,
    parts,
    rejected,
    rewritten,
    texts,
)
from tests.support.workbooks import worksheet


def sent_again(copy: Path, *rejections: Message, change: Any = None) -> Path:
    """Check a copy that came back, saved by a spreadsheet program where ``change`` says what was done in it."""
    folder = copy.parent / "again"
    folder.mkdir()
    path = folder / copy.name
    path.write_bytes(copy.read_bytes())
    if change is not None:
        book = load_workbook(path, keep_vba=True)
        change(book)
        book.save(path)
    return annotated(path, *rejections)


def test_a_copy_checked_again_has_one_list_and_says_nothing_of_what_is_answered(busy: Path) -> None:
    first = annotated(busy, rejected("B2"), rejected("C2", "0.125"), rejected("D9", ""))
    second = sent_again(first, rejected("B2", "encore"))
    book = load_workbook(second)
    assert book.sheetnames == load_workbook(first).sheetnames
    assert [row[3] for row in texts(second)[5:6]] == ["encore"]
    sheet = book["Activité"]
    assert "encore" in sheet["B2"].comment.text
    assert sheet["B2"].comment.text.count("À corriger") == 1
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"B2", "B3"}
    assert [s.cells for s in read_workbook(second, LIMITS).sheets[1:]] == [
        s.cells for s in read_workbook(busy, LIMITS).sheets
    ]
    (notes,) = [data for name, data in parts(second).items() if b"t202" in data]
    assert [(int(row), int(column)) for row, column in re.findall(rb"Row>(\d+)<.*?Column>(\d+)<", notes)] == [
        (2, 1),
        (1, 1),
    ], "a note is drawn where there is a comment, and nowhere else"


@pytest.mark.parametrize("offset", [0, 1, 3])
def test_the_list_of_a_second_check_stands_first_and_is_seen_wherever_the_first_one_was_put(
    busy: Path, offset: int
) -> None:
    def put_away(book: Workbook) -> None:
        book.move_sheet(SHEET, offset)
        book[SHEET].sheet_state = "hidden"
        book.active = book.sheetnames.index("Activité")

    second = sent_again(annotated(busy, rejected("B2")), rejected("B2", "encore"), change=put_away)
    book = load_workbook(second)
    assert book.sheetnames == [SHEET, *load_workbook(busy).sheetnames]
    assert (book[SHEET].sheet_state, worksheet(book).title) == ("visible", "Activité")
    assert book["Notes d'Ève"].defined_names["locale"].attr_text == "'Notes d''Ève'!$A$1"
    assert book["Activité"].print_title_rows == "$1:$1"


def saved(book: Workbook) -> None:
    """Change nothing: another program has written every part anew."""


@pytest.mark.parametrize("change", [None, saved], ids=["untouched", "saved by another program"])
def test_a_cell_that_is_fine_now_looks_as_it_did_before(tmp_path: Path, change: Any) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Activité"
    sheet.append(["12 34", 0.125, 7, 8])
    sheet["A1"].fill, sheet["A1"].font = PatternFill("solid", fgColor="FF00FF00"), Font(bold=True)
    sheet["B1"].style = "Percent"
    sheet["D1"].style = "Bad"  # whose fill is the one that we use
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    first = annotated(path, *(rejected(cell) for cell in ("A1", "B1", "C1", "D1", "E1")))
    marked = load_workbook(first)["Activité"]
    assert {marked[cell].fill.fgColor.rgb for cell in ("A1", "B1", "C1", "D1", "E1")} == {MARKED_RGB}
    assert marked["B1"].style == "À corriger 2 (Percent)"
    second = load_workbook(sent_again(first, rejected("C1"), change=change))["Activité"]
    assert [second[cell].fill.fgColor.rgb for cell in ("A1", "C1", "D1")] == ["FF00FF00", MARKED_RGB, "FFFFC7CE"]
    assert [second[cell].fill.fill_type for cell in ("B1", "E1")] == [None, None]
    assert [second[cell].style for cell in ("A1", "B1", "D1")] == ["Normal", "Percent", "Bad"]
    assert (second["A1"].font.b, second["B1"].number_format) == (True, "0%")
    assert [cell.coordinate for cell in second[1] if cell.comment] == ["C1"]


def test_a_colour_that_the_sender_gave_to_a_marked_cell_since_is_theirs(busy: Path) -> None:
    def colour(book: Workbook) -> None:
        book["Activité"]["B2"].fill = PatternFill("solid", fgColor="FF0000FF")

    second = load_workbook(sent_again(annotated(busy, rejected("B2"), rejected("C2")), rejected("C3"), change=colour))
    assert second["Activité"]["B2"].fill.fgColor.rgb == "FF0000FF"
    assert second["Activité"]["C2"].fill.fill_type is None


def test_a_cell_that_is_wrong_time_and_again_keeps_the_memory_of_its_look(busy: Path) -> None:
    first = annotated(busy, rejected("B2"))
    second = sent_again(first, rejected("B2"), change=saved)
    third = load_workbook(sent_again(second, rejected("C3")))
    assert third["Activité"]["B2"].fill.fill_type is None
    assert third["Activité"]["B2"].font.color.rgb == "FF00AA00"
    assert [name for name in third.named_styles if name.startswith("À corriger")] == [
        "À corriger 1 (Normal)",
        "À corriger 2 (Normal)",
    ]


def test_our_comments_are_known_by_their_words_where_a_program_loses_who_wrote_them(busy: Path) -> None:
    def without_authors(book: Workbook) -> None:
        for cell in ("B2", "B3", "C2"):
            book["Activité"][cell].comment = Comment(book["Activité"][cell].comment.text, " ")

    first = annotated(busy, rejected("B2"), rejected("B3", "7"), rejected("C2"))
    sheet = load_workbook(sent_again(first, rejected("B2", "encore"), change=without_authors))["Activité"]
    assert sheet["C2"].comment is None
    assert sheet["B3"].comment.text == "Chiffre <vérifié> & signé"
    assert (sheet["B2"].comment.author, sheet["B2"].comment.text.count("À corriger")) == (AUTHOR, 1)


@pytest.mark.parametrize("change", [None, saved], ids=["untouched", "saved by another program"])
def test_what_the_sender_said_beside_a_cell_stays_when_our_words_go(busy: Path, change: Any) -> None:
    first = annotated(busy, rejected("B2"), rejected("B3", "7"))
    answered = load_workbook(sent_again(first, rejected("C2"), change=change))["Activité"]
    assert answered["B2"].comment is None
    assert (answered["B3"].comment.text.strip(), answered["B3"].comment.author) == ("Chiffre <vérifié> & signé", "Ève")
    again = load_workbook(sent_again(first.parent / "again" / "returned" / first.name, rejected("B3", "8")))["Activité"]
    assert again["B3"].comment.text.startswith("Chiffre <vérifié> & signé\nÀ corriger\n« 8 »")


def test_formatted_words_of_the_sender_keep_their_look_and_what_they_stand_for(busy: Path) -> None:
    (name,) = [name for name in parts(busy) if re.search(r"comment\d*\.xml$", name)]
    theirs = b'<text><r><rPr><i/><sz val="8"/></rPr><t>a_x0007_ &amp; </t></r><r><t>\n</t></r><r><t>b</t></r></text>'
    rewritten(busy, {name: lambda data: re.sub(rb"<(text)\b.*?</\1>", theirs, data, flags=re.DOTALL)})
    assert load_workbook(busy)["Activité"]["B3"].comment.text == "a_x0007_ & \nb"
    marked = annotated(busy, rejected("B3", "7"))
    assert b'<i/><sz val="8"/></rPr><t xml:space="preserve">a_x0007_ &amp; </t>' in parts(marked)[name]
    answered = sent_again(marked, rejected("B2"))
    assert load_workbook(answered)["Activité"]["B3"].comment.text == "a_x0007_ & \nb"
    assert b'<i/><sz val="8"/></rPr><t xml:space="preserve">a_x0007_ &amp; </t>' in parts(answered)[name]


@pytest.mark.parametrize("cell", ["B2", "B3"])
def test_an_empty_comment_is_no_obstacle(busy: Path, cell: str) -> None:
    (name,) = [name for name in parts(busy) if re.search(r"comment\d*\.xml$", name)]
    rewritten(busy, {name: lambda data: re.sub(rb"<(text)\b.*?</\1>", b"<text/>", data, flags=re.DOTALL)})
    sheet = load_workbook(annotated(busy, rejected(cell)))["Activité"]
    assert sheet[cell].comment.text.startswith("À corriger")


def test_thousands_of_comments_are_taken_back_at_once(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "Activité"
    for row in range(1, 3_001):
        book.worksheets[0].cell(row, 1, "12 34")
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    first = annotated(path, *(rejected(f"A{row}") for row in range(1, 3_001)))
    sheet = load_workbook(sent_again(first, rejected("A7")))["Activité"]
    assert [cell.coordinate for (cell,) in sheet["A1:A3000"] if cell.comment] == ["A7"]


def test_what_the_sender_answers_in_our_comment_is_kept(busy: Path) -> None:
    def answer(book: Workbook) -> None:
        comment = book["Activité"]["B2"].comment
        book["Activité"]["B2"].comment = Comment(f"{comment.text}\nVu, c'est bien 1234 (Ève)", comment.author)

    first = annotated(busy, rejected("B2"))
    fine = sent_again(first, rejected("C2"), change=answer)
    assert load_workbook(fine)["Activité"]["B2"].comment.text == "Vu, c'est bien 1234 (Ève)"
    wrong = load_workbook(sent_again(fine, rejected("B2", "13")))["Activité"]["B2"].comment.text
    assert wrong.startswith("Vu, c'est bien 1234 (Ève)\nÀ corriger\n« 13 »")


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("À corriger\n« x » n'est pas lisible.\n(NOMBRE_ILLISIBLE)", ""),
        ("À corriger\na\n(NOMBRE_ILLISIBLE)\nb\n(LIGNE_EN_DOUBLE)\nnon (DRIHL)", "non (DRIHL)"),
        ("avant\nÀ corriger\na\n(NOMBRE_ILLISIBLE)", "avant"),
        ("À corriger par la DRIHL", "À corriger par la DRIHL"),
        ("À corriger\nremplacer par 812", "À corriger\nremplacer par 812"),
        ("", ""),
    ],
)
def test_our_words_are_told_from_those_of_others(text: str, theirs: str) -> None:
    assert without_ours(text) == theirs


def test_a_workbook_without_named_styles_gets_them_where_the_format_has_them(tmp_path: Path) -> None:
    path = made_plain(tmp_path)
    lists = re.compile(rb"<(cellStyleXfs|cellStyles)\b.*?</\1>")
    rewritten(path, {"xl/styles.xml": lambda data: lists.sub(b"", data)})
    copy = annotated(path, rejected("B2"))
    order = re.findall(rb"<(fonts|fills|borders|cellStyleXfs|cellXfs|cellStyles|dxfs)\b", parts(copy)["xl/styles.xml"])
    assert [name for name in order if name.startswith(b"cell")] == [b"cellStyleXfs", b"cellXfs", b"cellStyles"]
    cell = load_workbook(copy)["Activité"]["B2"]
    assert (cell.fill.fgColor.rgb, cell.style) == (MARKED_RGB, "À corriger 1 (Normal)")


def test_a_sheet_of_the_sender_with_the_name_of_the_list_is_not_replaced(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = SHEET
    book.worksheets[0]["A1"] = "ma liste"
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    copy = load_workbook(annotated(path, rejected("A1", sheet=SHEET)))
    assert copy.sheetnames == [f"{SHEET} (2)", SHEET]
    assert copy[SHEET]["A1"].value == "ma liste"


def test_every_layout_passes_over_the_list() -> None:
    for layout in known_layouts().values():
        assert layout.is_note_sheet(SHEET)
        assert layout.is_note_sheet(f"{SHEET} (2)")


# -- what cannot be annotated --------------------------------------------------------------------------------------


def test_a_signature_is_kept_as_it_is_and_the_list_says_that_it_does_not_hold(busy: Path) -> None:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    signature = f'<Relationship Id="rIdSig" Type="{kind}" Target="_xmlsignatures/origin.sigs"/>'.encode()
    rewritten(
        busy, {"_rels/.rels": added_before(b"</Relationships>", signature), "_xmlsignatures/origin.sigs": b"signed"}
    )
    copy = annotated(busy, rejected("B2"))
    assert parts(copy)["_xmlsignatures/origin.sigs"] == b"signed"
    assert any("signature numérique" in str(row[0]) for row in texts(copy))
    assert not any("signature" in str(row[0]) for row in texts(annotated(made_plain(busy.parent), rejected("B2"))))
