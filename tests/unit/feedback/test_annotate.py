"""The annotated copy: what is marked, and that nothing else of the workbook is lost or changed."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Kind
from pipeline.feedback import Accepted, Verdict, annotate, list_alone
from pipeline.feedback.listing import LISTED, SHEET, lines
from pipeline.feedback.splice import xml_text
from pipeline.feedback.styles import MARKED_RGB
from pipeline.layouts import extract
from pipeline.layouts.frames import frames_of
from pipeline.reading.files import ReceivedFile, known_layouts, read_file
from pipeline.rejections import Message, Rejection, reject
from pipeline.rejections.copies import AUTHOR, TEXT_SHEET, without_ours
from pipeline.settings import Limits
from tests.support import files as made
from tests.support.files import MAIN, RELATED, STRICT, STRICT_RELATED
from tests.support.workbooks import regional_return, worksheet

LIMITS = Limits()
VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def rejected(cell: str, text: str = "12 34", *, sheet: str = "Activité", reason: str = "NOMBRE_ILLISIBLE") -> Message:
    return Message(reason, f"« {text} » n'est pas lisible.", "unreadable", sheet, cell, text)


def verdict(*rejections: Message, file: str = "bilan.xlsx", accepted: tuple[Accepted, ...] = ()) -> Verdict:
    return Verdict.of(file, rejections, accepted)


def annotated(path: Path, *rejections: Message, accepted: tuple[Accepted, ...] = ()) -> Path:
    folder = path.parent / "returned"
    folder.mkdir(exist_ok=True)
    return folder / annotate(path, verdict(*rejections, file=path.name, accepted=accepted), folder, LIMITS)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, changes: dict[str, Any]) -> Path:
    """Change parts of a package by hand: a function of the bytes, or the bytes of a new part."""
    content = parts(path)
    for name, change in changes.items():
        content[name] = change(content[name]) if callable(change) else change
    return made.archive(path, content)


def added_before(mark: bytes, *inserted: bytes) -> Any:
    def change(data: bytes) -> bytes:
        assert data.count(mark) == 1, mark
        return data.replace(mark, b"".join(inserted) + mark)

    return change


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A workbook with all that a load and a save would lose: stored results, macros, a header image, a chart …"""
    book = Workbook()
    sheet, notes, chart = book.worksheets[0], book.create_sheet("Notes d'Ève"), book.create_sheet("Graphique")
    sheet.title = "Activité"
    for values in (["Indicateur", "Valeur", "Part"], ["Livraisons", "12 34", 0.125], ["Agréments", 7, 0.5]):
        sheet.append(values)
    sheet["B4"] = "=B3*2"
    sheet["C2"].number_format = "0.0 %"
    sheet["B2"].font = Font(bold=True, color="FF00AA00")
    sheet["B2"].protection = Protection(locked=False)
    sheet["D2"] = date(2024, 3, 1)
    sheet["B3"].comment = Comment("Chiffre <vérifié> & signé", "Ève")
    sheet.merge_cells("A6:C6")
    sheet.protection.enable()
    validation = DataValidation(type="whole", operator="between", formula1="0", formula2="99")
    validation.add("B2:B3")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add(
        "B2:B3",
        CellIsRule("lessThan", ["0"], fill=PatternFill("solid", fgColor="FF00FF00")),  # type: ignore[no-untyped-call]
    )
    sheet.row_dimensions[3].hidden = True
    notes["A1"] = "Bonjour"
    notes.sheet_state = "hidden"
    notes.defined_names["locale"] = DefinedName("locale", attr_text="'Notes d''Ève'!$A$1")
    sheet.print_title_rows = "1:1"
    drawn = BarChart()
    drawn.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    chart.add_chart(drawn, "A1")
    book.active = 0
    path = tmp_path / "bilan.xlsm"
    book.save(path)
    header = b'<legacyDrawingHF xmlns:r="%s" r:id="rIdHF"/>' % RELATED.encode()
    relation = '<Relationship Id="{}" Type="' + RELATED + '/{}" Target="{}"/>'
    kept = parts(path)
    activity = next(name for name, data in kept.items() if b"12 34" in data or b"dataValidation " in data)
    listing = f"xl/worksheets/_rels/{Path(activity).name}.rels"
    return rewritten(
        path,
        {
            activity: lambda data: re.sub(
                rb"(<f>B3\*2</f>)<v ?/>", rb"\1<v>14</v>", added_before(b"</worksheet>", header)(data)
            ),
            listing: added_before(
                b"</Relationships>", relation.format("rIdHF", "vmlDrawing", "/xl/drawings/header.vml").encode()
            ),
            "xl/drawings/header.vml": b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="LH"/></xml>',
            "xl/vbaProject.bin": bytes(range(256)),
            "xl/_rels/workbook.xml.rels": added_before(
                b"</Relationships>", relation.format("rIdVba", "vbaProject", "/xl/vbaProject.bin").encode()
            ),
            "[Content_Types].xml": lambda data: added_before(
                b"</Types>",
                b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
            )(data).replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ),
        },
    )


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


# -- the list ------------------------------------------------------------------------------------------------------


def texts(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)[SHEET].iter_rows(values_only=True)]


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


# -- a copy that comes back ----------------------------------------------------------------------------------------


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


def made_plain(folder: Path) -> Path:
    book = Workbook()
    book.worksheets[0].title = "Activité"
    book.worksheets[0]["B2"] = "12 34"
    path = folder / "plain.xlsx"
    book.save(path)
    return path


def strict(folder: Path) -> Path:
    sheet = made.rows('<row r="2"><c r="B2"><v>1</v></c></row>', namespace=STRICT)
    return made.package(folder / "a.xlsx", {"Activité": sheet}, styles=None, namespace=STRICT, related=STRICT_RELATED)


def conversation(folder: Path) -> Path:
    path = made_plain(folder)
    book = load_workbook(path)
    book["Activité"]["B2"].comment = Comment("[Conversation] …", "tc={0000}")
    book.save(path)
    return path


def test_a_conversation_is_left_alone_and_the_list_tells_what_is_wrong_with_its_cell(tmp_path: Path) -> None:
    copy = annotated(conversation(tmp_path), rejected("B2"), rejected("B3", ""))
    sheet = load_workbook(copy)["Activité"]
    assert (sheet["B2"].comment.author, sheet["B2"].comment.text) == ("tc={0000}", "[Conversation] …")
    assert sheet["B3"].comment.author == AUTHOR
    assert {sheet[cell].fill.fgColor.rgb for cell in ("B2", "B3")} == {MARKED_RGB}
    assert [row[2] for row in texts(copy)[5:7]] == ["B2", "B3"]


def entities(folder: Path) -> Path:
    path = conversation(folder)
    (name,) = [name for name in parts(path) if re.search(r"comment\d*\.xml$", name)]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    return rewritten(path, {name: lambda data: added_before(b"<comments", bomb)(data)})


def shared(folder: Path) -> Path:
    relation = f'<Relationship Id="rIdR" Type="{RELATED}/revisionHeaders" Target="revisions/h.xml"/>'.encode()
    return rewritten(
        made_plain(folder),
        {
            "xl/_rels/workbook.xml.rels": added_before(b"</Relationships>", relation),
            "xl/revisions/h.xml": b"<headers/>",
        },
    )


def wide_characters(folder: Path) -> Path:
    return rewritten(
        made_plain(folder),
        {
            "xl/styles.xml": lambda data: (
                data.decode().replace("UTF-8", "UTF-16").replace("utf-8", "utf-16").encode("utf-16")
            )
        },
    )


def without_styles(folder: Path) -> Path:
    return made.package(
        folder / "a.xlsx", {"Activité": made.rows('<row r="2"><c r="B2"><v>1</v></c></row>')}, styles=None
    )


def strange_drawings(folder: Path) -> Path:
    path = made_plain(folder)
    book = load_workbook(path)
    book["Activité"]["A1"].comment = Comment("x", "y")
    book.save(path)
    (name,) = [name for name in parts(path) if name.endswith(".vml")]
    return rewritten(path, {name: b"<xml xmlns:v='urn:made-up'></xml>"})


def old_excel(folder: Path) -> Path:
    return made.xls(folder / "a.xls", {"Activité": (0, made.record(0x0203, "HHHd", 1, 1, 0, 5.0))})


def open_document(folder: Path) -> Path:
    cell = '<table:table-row><table:table-cell office:value-type="float" office:value="5"/></table:table-row>'
    return made.open_document(folder / "a.ods", cell)


def longer_than_a_sheet(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text("x" + "\n" * 1_048_576 + "x\n", encoding="utf-8")
    return path


def wider_than_a_sheet(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(";" * 16_384 + "x\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (longer_than_a_sheet, "plus grand qu'une feuille"),
        (wider_than_a_sheet, "plus grand qu'une feuille"),
        (strict, "format Strict Open XML"),
        (shared, "classeur partagé"),
        (entities, "il ne peut pas être lu"),
        (wide_characters, "codage inhabituel"),
        (without_styles, "styles inhabituels"),
        (strange_drawings, "dessins inhabituels"),
        (old_excel, "format .xls"),
        (open_document, "format .ods"),
    ],
)
def test_what_is_unusual_gets_the_list_alone_and_is_left_untouched(tmp_path: Path, make: Any, why: str) -> None:
    path = make(tmp_path)
    before = path.read_bytes()
    copy = annotated(path, rejected("B2"))
    assert copy.name == f"{path.stem} - liste des corrections.xlsx"
    assert load_workbook(copy).sheetnames == [SHEET]
    assert why in str(texts(copy)[3][0])
    assert any(row[2:4] == ["B2", "12 34"] for row in texts(copy))
    assert path.read_bytes() == before
    assert [found.name for found in copy.parent.iterdir()] == [copy.name]


@pytest.mark.parametrize("reason", ["PASSWORD", "CORROMPU", "DANGEREUX", "LIMITE_DEPASSEE", "TYPE_FICHIER"])
def test_a_file_that_was_refused_whole_is_not_opened_again(tmp_path: Path, reason: str) -> None:
    words = {"limit": "taille", "found": "x", "expected": "y"}
    (tmp_path / "returned").mkdir()
    whole = verdict(Rejection(reason, words=dict(words)).message(), file="bilan.xls")
    name = annotate(tmp_path / "absent", whole, tmp_path / "returned", LIMITS)
    assert [row[5] for row in texts(tmp_path / "returned" / name)[6:7]] == [reason]


def test_an_annotated_copy_in_which_a_cell_would_change_is_not_sent(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil = added_before(b"</sheetData>", b'<row r="99"><c r="A99"><v>5</v></c></row>')
    monkeypatch.setattr("pipeline.feedback.sheet_parts.spliced", lambda data, _: spoil(data))
    copy = annotated(busy, rejected("B2"))
    assert [found.name for found in copy.parent.iterdir()] == [copy.name] == ["bilan - liste des corrections.xlsx"]


def test_an_annotated_copy_in_which_a_comment_of_the_sender_would_change_is_not_sent(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feedback.comment_parts._pieces", lambda *_: [])
    copy = annotated(busy, rejected("B3", "7"))
    assert copy.name == "bilan - liste des corrections.xlsx"
    assert "contenu inhabituel" in str(texts(copy)[3][0])


def test_a_text_becomes_an_annotated_workbook(tmp_path: Path) -> None:
    path = tmp_path / "bilan [2024].csv"
    path.write_text("Indicateur;Valeur\n=Livraisons;12 34\n", encoding="utf-8")
    copy = annotated(path, rejected("B2", sheet="bilan [2024]"))
    book = load_workbook(copy)
    assert (copy.name, book.sheetnames) == ("bilan [2024].xlsx", [SHEET, TEXT_SHEET])
    sheet = book[TEXT_SHEET]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=Livraisons", "s")
    assert sheet["B2"].fill.fgColor.rgb == MARKED_RGB
    assert "pas lisible" in sheet["B2"].comment.text
    assert [sheet.column_dimensions[column].width for column in "AB"] == [12, 10]
    links = [cell.hyperlink.location for row in book[SHEET].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Texte envoyé'!B2"]
    first = copy.read_bytes()
    assert annotated(path, rejected("B2", sheet="bilan [2024]")).read_bytes() == first


def test_an_annotated_text_that_comes_back_loads_as_the_text_did(tmp_path: Path) -> None:
    path = tmp_path / "act.csv"
    path.write_text(
        "Région;Bretagne\nDate d'envoi;15/03/2022\n\nIndicateur;Année;Valeur\nLivraisons;2021;12\n"
        "Agréments;2021;1 234\nMénages logés;2021;7\n",
        encoding="utf-8",
    )
    copy = annotated(path, rejected("C5", sheet="act"))
    text, workbook = (
        read_file(ReceivedFile(sent, "regional_return", None, sent.name), LIMITS) for sent in (path, copy)
    )
    assert text.rejections == workbook.rejections == []
    of_text, of_workbook = (frames_of([read])["observation"].drop("sheet") for read in (text, workbook))
    assert (of_text.height, of_workbook.equals(of_text)) == (3, True)


def test_the_list_alone_that_is_sent_instead_of_the_workbook_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / list_alone(verdict(rejected("B2")), tmp_path, "essai")
    read = read_file(ReceivedFile(path, "regional_return", None, path.name), LIMITS)
    assert [refused.reason for refused in read.rejections] == ["LISTE_SEULE"]
