"""The annotated copy: what is marked, and that nothing else of the workbook is lost or changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from pipeline.cells.read_workbook import read_workbook
from pipeline.feedback.listing import SHEET
from pipeline.feedback.styles import MARKED_RGB
from pipeline.rejections.copies import AUTHOR
from tests.support import files as made
from tests.support.annotating import (
    LIMITS,
    added_before,
    annotated,
    parts,
    rejected,
    rewritten,
    verdict,
)
from tests.support.files import MAIN, RELATED
from tests.support.workbooks import worksheet

VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def test_rejections_are_in_reading_order_below_the_last_row_of_a_workbook_too() -> None:
    cells = ["A1048577", "AA2", "B2", "A10", "", "B1048576"]
    assert [f.cell for f in verdict(*map(rejected, cells)).rejections] == [
        "",
        "B2",
        "AA2",
        "A10",
        "B1048576",
        "A1048577",
    ]


def test_a_rejected_cell_is_filled_and_says_in_french_what_is_wrong(busy: Path) -> None:
    copy = annotated(busy, rejected("B2"))
    assert copy.name == "bilan.xlsm"
    cell = load_workbook(copy)["Activité"]["B2"]
    assert cell.fill.fgColor.rgb == MARKED_RGB
    assert cell.comment.text == "À corriger\n« 12 34 » n'est pas lisible.\n(NOMBRE_ILLISIBLE)"
    assert (cell.font.b, cell.font.color.rgb, cell.protection.locked) == (True, "FF00AA00", False)
    assert load_workbook(copy)["Activité"]["B3"].fill.fill_type is None


def test_every_part_but_those_that_must_change_keeps_its_bytes(busy: Path) -> None:
    before, after = parts(busy), parts(annotated(busy, rejected("B2"), rejected("E9", "")))
    assert list(after)[: len(before)] == list(before)
    changed = {name for name in before if before[name] != after[name]}
    sheet = next(name for name, data in before.items() if b"dataValidation " in data)
    comments = next(name for name in before if "comment" in name and name.endswith(".xml"))
    notes = next(name for name, data in before.items() if b"t202" in data)
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"} | {
        sheet,
        comments,
        notes,
    }
    assert set(after) - set(before) == {"xl/worksheets/sheet4.xml"}


def test_the_bytes_of_a_sheet_change_where_a_cell_is_marked_and_nowhere_else(busy: Path) -> None:
    sheet = next(name for name, data in parts(busy).items() if b"dataValidation " in data)
    before, after = parts(busy)[sheet], parts(annotated(busy, rejected("B2")))[sheet]
    marked = re.compile(rb'(<c r="B2"[^>]*? s=")\d+(")')
    assert marked.sub(rb"\1\2", before) == marked.sub(rb"\1\2", after)
    assert before != after


def test_values_formats_and_stored_results_read_the_same_with_three_readers(busy: Path) -> None:
    copy = annotated(busy, rejected("B2"), rejected("C3"), rejected("B4"), rejected("D2"))
    before, after = read_workbook(busy, LIMITS), read_workbook(copy, LIMITS)
    assert after.sheets[0].name == SHEET
    assert [(s.name, s.cells, s.merges, s.visibility) for s in after.sheets[1:]] == [
        (s.name, s.cells, s.merges, s.visibility) for s in before.sheets
    ]
    assert before.sheets[0].cells[-1].formula == "=B3*2"
    for data_only in (False, True):
        old, new = load_workbook(busy, data_only=data_only), load_workbook(copy, data_only=data_only)
        for sheet in old.worksheets:
            own = [[(c.value, c.number_format) for c in row] for row in sheet.iter_rows()]
            assert [[(c.value, c.number_format) for c in row] for row in new[sheet.title].iter_rows()] == own
    assert load_workbook(copy, data_only=True)["Activité"]["B4"].value == 14
    old_rows, new_rows = (CalamineWorkbook.from_path(p).get_sheet_by_name("Activité").to_python() for p in (busy, copy))
    assert new_rows == old_rows


def test_validations_rules_protection_merges_and_hidden_rows_stay(busy: Path) -> None:
    sheet = load_workbook(annotated(busy, rejected("B2")))["Activité"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["B2:B3"]
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["B2:B3"]
    assert sheet.protection.sheet
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A6:C6"]
    assert sheet.row_dimensions[3].hidden


def test_a_comment_of_the_sender_stays_and_ours_follows_it(busy: Path) -> None:
    sheet = load_workbook(annotated(busy, rejected("B2"), rejected("B3", "7")))["Activité"]
    assert sheet["B3"].comment.text.startswith("Chiffre <vérifié> & signé\nÀ corriger\n« 7 »")
    assert sheet["B3"].comment.author == "Ève"
    assert sheet["B2"].comment.author == AUTHOR


def test_the_notes_are_drawn_where_the_sheet_says_and_not_in_the_header_image(busy: Path) -> None:
    before, after = parts(busy), parts(annotated(busy, rejected("B2"), rejected("C2")))
    assert after["xl/drawings/header.vml"] == before["xl/drawings/header.vml"]
    (notes,) = [name for name, data in before.items() if b"t202" in data]
    assert re.findall(rb'id="_x0000_s(\d+)"', after[notes]) == [b"1026", b"1027", b"1028"]
    assert after[notes].count(b"Row>1</") == 2


def test_a_sheet_without_comments_gets_its_drawings_after_what_must_stand_before_them(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "x"
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    header = b'<legacyDrawingHF xmlns:r="%s" r:id="rIdHF"/>' % RELATED.encode()
    rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": added_before(b"</worksheet>", header),
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{made.PACKAGE}"><Relationship Id="rIdHF" '
            f'Type="{RELATED}/vmlDrawing" Target="../drawings/h.vml"/></Relationships>'.encode(),
            "xl/drawings/h.vml": b"<xml/>",
            "[Content_Types].xml": lambda data: data.replace(
                b"<Override", b'<Default Extension="vml" ContentType="%s"/><Override' % VML.encode(), 1
            ),
        },
    )
    copy = annotated(path, rejected("A1", sheet="Sheet"))
    after = parts(copy)
    order = re.findall(rb"<(pageMargins|legacyDrawing|legacyDrawingHF) ", after["xl/worksheets/sheet1.xml"])
    assert order == [b"pageMargins", b"legacyDrawing", b"legacyDrawingHF"]
    assert after["xl/drawings/h.vml"] == b"<xml/>"
    assert after["[Content_Types].xml"].count(b'Extension="vml"') == 1
    assert load_workbook(copy)["Sheet"]["A1"].comment is not None


MISSING = [
    ('<row r="2"><c r="B2"><v>1</v></c></row>', "A2 C2", ["A2", "B2", "C2"]),
    ('<row r="2"><c r="B2"><v>1</v></c></row>', "B1 B3", ["B1", "B2", "B3"]),
    ('<row r="2" spans="2:2"><c r="B2"><v>1</v></c></row><row r="4"/>', "D4 A3 C2", ["B2", "C2", "A3", "D4"]),
    ("", "A1", ["A1"]),
    ('<row><c><v>1</v></c><c t="str"><v>x</v></c></row>', "B1", ["A1", "B1"]),
]


@pytest.mark.parametrize(("content", "wanted", "expected"), MISSING)
def test_missing_cells_are_made_in_their_place(tmp_path: Path, content: str, wanted: str, expected: list[str]) -> None:
    data = made.rows(content).replace("<sheetData></sheetData>", "<sheetData/>")
    book = Workbook()
    book.worksheets[0].append(["kept"])
    book.create_sheet("Autre")
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    rewritten(path, {"xl/worksheets/sheet2.xml": data.encode()})
    copy = annotated(path, *(rejected(cell, "", sheet="Autre") for cell in wanted.split()))
    sheet = load_workbook(copy)["Autre"]
    found = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None or cell.has_style]
    assert found == expected
    assert all(sheet[cell].fill.fgColor.rgb == MARKED_RGB and sheet[cell].comment for cell in wanted.split())
    assert b"spans" not in parts(copy)["xl/worksheets/sheet2.xml"]


def test_a_missing_cell_takes_the_format_of_its_row_or_column(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"].number_format, sheet["A2"].number_format = "0.00", "0 %"
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    content = (
        f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" style="1"/></cols><sheetData>'
        '<row r="1" s="2" customFormat="1"/><row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>'
    )
    rewritten(path, {"xl/worksheets/sheet1.xml": content.encode()})
    marked = load_workbook(annotated(path, *(rejected(cell, "", sheet="Sheet") for cell in ("B1", "B2", "D2"))))[
        "Sheet"
    ]
    assert [marked[cell].number_format for cell in ("B1", "B2", "D2")] == ["0 %", "0.00", "General"]


def test_prefixed_namespaces_are_followed(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "x"
    path = tmp_path / "bilan.xlsx"
    book.save(path)
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    rewritten(path, {"xl/worksheets/sheet1.xml": sheet.encode()})
    copy = annotated(path, rejected("B1", "1", sheet="Sheet"), rejected("A1", "", sheet="Sheet"))
    data = parts(copy)["xl/worksheets/sheet1.xml"]
    assert b'<x:c r="A1" s="' in data
    assert b"<x:legacyDrawing " in data
    assert load_workbook(copy)["Sheet"]["A1"].comment is not None


def test_names_of_one_sheet_and_the_open_tab_follow_the_sheets_that_moved(busy: Path) -> None:
    old, new = load_workbook(busy), load_workbook(annotated(busy, rejected("B2")))
    assert new.sheetnames == [SHEET, *old.sheetnames]
    assert new["Notes d'Ève"].defined_names["locale"].attr_text == "'Notes d''Ève'!$A$1"
    assert new["Activité"].print_title_rows == old["Activité"].print_title_rows == "$1:$1"
    assert worksheet(new).title == worksheet(old).title == "Activité"


def test_a_copy_keeps_the_name_under_which_the_file_was_sent(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "x"
    book.save(path := tmp_path / "BILAN.XLSX")
    assert annotated(path, rejected("A1", "x", sheet="Sheet")).name == "BILAN.XLSX"
