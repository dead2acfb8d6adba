"""What is struck through is no part of the text, in every format that tells. All of it is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.rich import Run, meant_text
from pipeline.cells.workbook import Cells, Extra, Kind
from pipeline.settings import Limits
from tests.support.files import MAIN, PACKAGE, RELATED, archive, package, record, rows, shared_text, strings, xls

LIMITS = Limits()
STRIKE = "<rPr><strike/></rPr>"
PLAIN = '<rPr><strike val="0"/></rPr>'
STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="3"><font/><font><b/><strike/></font><font><strike val="false"/>
</font></fonts><cellXfs count="3"><xf fontId="0"/><xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/>
</cellXfs><dxfs count="1"><dxf><font><strike/></font></dxf></dxfs></styleSheet>"""


def runs(*pieces: tuple[str, str]) -> str:
    """Return the content of a string of runs, each of its format and its text."""
    return "".join(f'<r>{look}<t xml:space="preserve">{text}</t></r>' for look, text in pieces)


def found(path: Path) -> dict[str, tuple[str, str | None]]:
    """Return the text of each cell, and what of it is struck."""
    return {cell.address: (cell.text, cell.struck) for cell in read_workbook(path, LIMITS).sheets[0].cells}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([Run("97", is_struck=True), Run("79")], ("79", "97")),
        ([Run("79 "), Run("97", is_struck=True)], ("79", "97")),
        ([Run("97", is_struck=False), Run("79")], ("9779", None)),
        ([Run("97", is_struck=True), Run(" 79", is_struck=True)], ("97 79", "")),
        ([Run("79"), Run(" ", is_struck=True)], ("79 ", None)),
        ([Run("Livraisons"), Run(" et ventes", is_struck=True), Run(" (lots)")], ("Livraisons (lots)", "et ventes")),
    ],
)
def test_what_is_struck_is_dropped(pieces: list[Run], expected: tuple[str, str | None]) -> None:
    assert meant_text(pieces, is_struck=False) == expected


@pytest.mark.parametrize(
    "pieces",
    [
        [Run("1"), Run(" ou ", is_struck=True), Run("200")],
        [Run("1 "), Run("ou", is_struck=True), Run(" "), Run(" 200")],
        [Run("97", is_struck=True), Run("1", is_raised=True)],
        [Run("97", is_struck=True), Run(" ")],
    ],
)
def test_where_nobody_can_tell_what_is_left_all_of_it_is_struck(pieces: list[Run]) -> None:
    assert meant_text(pieces, is_struck=False)[1] == ""


def test_in_a_struck_cell_only_runs_that_say_otherwise_are_left() -> None:
    assert meant_text([Run("97"), Run("79", is_struck=False)], is_struck=True) == ("79", "97")
    assert meant_text([Run("97")], is_struck=True) == ("97", "")


def test_runs_and_fonts_of_xlsx_shared_inline_and_by_style(tmp_path: Path) -> None:
    shared = strings(
        runs((STRIKE, "97"), (PLAIN, "79")),
        runs((STRIKE, "97"), (STRIKE, "1")),
        runs(("", "97"), (PLAIN, "79")),
        "<t>x</t>",
    )
    part = rows(
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="s"><v>3</v></c></row>'
        '<row r="2"><c r="A2" s="1" t="s"><v>2</v></c><c r="B2" s="1" t="s"><v>3</v></c><c r="C2" s="1"><v>5</v></c>'
        '<c r="D2" s="2"><v>6</v></c></row>'
        f'<row r="3"><c r="A3" t="inlineStr"><is>{runs((STRIKE, "97"), ("", " 79"))}</is></c>'
        '<c r="B3" s="1" t="inlineStr"><is><t>y</t></is></c></row>'
    )
    assert found(package(tmp_path / "a.xlsx", {"F": part}, shared=shared, styles=STYLES)) == {
        "A1": ("79", "97"), "B1": ("971", ""), "C1": ("9779", None), "D1": ("x", None),
        "A2": ("79", "97"), "B2": ("x", ""), "C2": ("5", ""), "D2": ("6", None),
        "A3": ("79", "97"), "B3": ("y", ""),
    }  # fmt: skip


def test_rows_that_are_taken_fast_keep_what_is_struck(tmp_path: Path) -> None:
    part = rows("".join(f'<row r="{n}"><c r="A{n}" s="{n % 2}"><v>{n}</v></c></row>' for n in range(1, 9)))
    sheet = read_workbook(package(tmp_path / "a.xlsx", {"F": part}, styles=STYLES), LIMITS).sheets[0]
    assert [cell.row for cell in sheet.cells if cell.is_struck] == [1, 3, 5, 7]
    assert sheet.cells.struck == {0: "", 2: "", 4: "", 6: ""}


def test_a_workbook_without_struck_fonts_keeps_nothing_of_it(tmp_path: Path) -> None:
    part = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert read_workbook(package(tmp_path / "a.xlsx", {"F": part}), LIMITS).sheets[0].cells.struck == {}


def test_the_columns_of_cells_keep_what_is_struck_through_replacing_and_ordering(tmp_path: Path) -> None:
    part = rows('<row r="2"><c r="A2" s="1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>')
    cells = read_workbook(package(tmp_path / "a.xlsx", {"F": part}, styles=STYLES), LIMITS).sheets[0].cells
    assert [cell.struck for cell in cells] == [None, ""]
    assert Cells(cells) == cells
    cells[1] = cells[1]._replace(struck=None)
    assert not cells.struck


NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)


def style(name: str, family: str, line: str | None = None, parent: str = "") -> str:
    derived = f' style:parent-style-name="{parent}"' if parent else ""
    look = f'<style:text-properties style:text-line-through-style="{line}"/>' if line else ""
    return f'<style:style style:name="{name}" style:family="{family}"{derived}>{look}</style:style>'


def document(path: Path, table: str, styles: str, shared: str = "") -> Path:
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMES}><office:automatic-styles>{styles}'
        '</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="F">'
        f"{table}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    named = f"<office:document-styles {NAMES}><office:styles>{shared}</office:styles></office:document-styles>"
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return archive(
        path, {"mimetype": mime, "styles.xml": named, "content.xml": content, "META-INF/manifest.xml": "<m/>"}
    )


def ods_cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def test_spans_and_styles_of_an_open_document_and_those_they_come_from(tmp_path: Path) -> None:
    styles = style("T1", "text", "solid") + style("T2", "text", "none") + style("ce1", "table-cell", None, "Retiré")
    styles += style("ce2", "table-cell", "none", "Retiré")
    number = ods_cell("5", 'table:style-name="ce1" office:value="5"').replace("string", "float")
    table = (
        '<table:table-column table:number-columns-repeated="4"/>'
        '<table:table-column table:default-cell-style-name="ce1"/>'
        "<table:table-row>"
        + ods_cell('<text:span text:style-name="T1">97</text:span>79')
        + ods_cell("y", 'table:style-name="Retiré"')
        + ods_cell("z", 'table:style-name="ce2"')
        + number
        + ods_cell('w<text:span text:style-name="T2">79</text:span>')
        + "</table:table-row>"
        '<table:table-row table:default-cell-style-name="ce2">' + ods_cell("a") * 5 + "</table:table-row>"
    )
    path = document(tmp_path / "a.ods", table, styles, style("Retiré", "table-cell", "solid"))
    assert found(path) == {
        "A1": ("79", "97"), "B1": ("y", ""), "C1": ("z", None), "D1": ("5", ""), "E1": ("79", "w"),
        **{f"{letter}2": ("a", None) for letter in "ABCDE"},
    }  # fmt: skip


def test_styles_that_come_from_each_other_in_a_circle_say_nothing(tmp_path: Path) -> None:
    styles = style("a", "table-cell", None, "b") + style("b", "table-cell", None, "a") + style("c", "text", "solid")
    cell = ods_cell("x", 'table:style-name="a"')
    table = f"<table:table-row>{cell}</table:table-row>"
    assert found(document(tmp_path / "a.ods", table, styles)) == {"A1": ("x", None)}


def test_runs_and_fonts_of_xls(tmp_path: Path) -> None:
    number, text = 0x0203, 0xFD
    records = (
        record(text, "HHHI", 0, 0, 0, 0) + record(text, "HHHI", 0, 1, 4, 1) + record(number, "HHHd", 1, 0, 4, 5.0)
        + record(number, "HHHd", 1, 1, 0, 6.0) + record(text, "HHHI", 2, 0, 4, 2)
    )  # fmt: skip
    shared = (shared_text("9779", (0, 6), (2, 0)), shared_text("x"), shared_text("9779", (2, 0)))
    path = xls(tmp_path / "a.xls", {"F": (0, records)}, shared=shared)
    assert found(path) == {
        "A1": ("79", "97"), "B1": ("x", ""), "A2": ("5", ""), "B2": ("6", None), "A3": ("79", "97"),
    }  # fmt: skip


def test_a_comment_is_without_what_is_struck_in_it(tmp_path: Path) -> None:
    comments = (
        f'<comments xmlns="{MAIN}"><authors/><commentList><comment ref="A1"><text>'
        f"{runs((STRIKE, '97'), ('', '79'))}</text></comment></commentList></comments>"
    )
    relation = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{RELATED}/comments" Target="/xl/c.xml"/>'
        "</Relationships>"
    )
    part = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    extra = {"xl/c.xml": comments, "xl/worksheets/_rels/sheet1.xml.rels": relation}
    book = read_workbook(package(tmp_path / "a.xlsx", {"F": part}, extra=extra), LIMITS, extra=Extra.COMMENTS)
    assert [comment.text for comment in book.sheets[0].comments or ()] == ["79"]
    assert book.sheets[0].cells[0].kind is Kind.NUMBER
