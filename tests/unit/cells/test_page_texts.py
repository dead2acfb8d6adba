"""What is printed above and below the pages of a sheet. All of it is made up."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.settings import Limits
from tests.support.files import archive, package, rows

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def printed(path: Path, inside: str, more: str = "") -> list[str]:
    part = rows(ROW, after=f"<headerFooter{more}>{inside}</headerFooter>")
    return read_workbook(package(path, {"F": part}), Limits()).sheets[0].page_texts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('&L&"Arial,Gras"&10Montants en k€&RPage &P/&N', ["Montants en k€", "Page /"]),
        ("Montants en k€", ["Montants en k€"]),
        ("&C&KFF0000&BEn milliers&B&R&D &T", ["En milliers"]),
        ("&C&K01+034Études && bilans\nde l'année", ["Études & bilans de l'année"]),
        ("&L&F&C&A&R&Z&G", []),
        ("&L&SEn k€&S En M€", ["En M€"]),
        ("&L&SEn k€", []),
        ("&P+1 &", ["&"]),
        ("&8&X(1)&X provisoire&R&12 2021", ["(1) provisoire", "2021"]),
    ],
)
def test_the_texts_are_without_their_codes(tmp_path: Path, written: str, expected: list[str]) -> None:
    assert printed(tmp_path / "a.xlsx", f"<oddHeader>{escape(written)}</oddHeader>") == expected


def test_the_header_comes_first_and_what_is_not_printed_not_at_all(tmp_path: Path) -> None:
    inside = "".join(
        f"<{place}>{text}</{place}>"
        for place, text in (
            ("oddHeader", "haut"), ("oddFooter", "bas"), ("evenHeader", "pair"), ("firstFooter", "premier"),
        )
    )  # fmt: skip
    assert printed(tmp_path / "a.xlsx", inside) == ["haut", "bas"]
    more = ' differentFirst="1" differentOddEven="true"'
    assert printed(tmp_path / "b.xlsx", inside, more) == ["haut", "pair", "bas", "premier"]


def test_a_sheet_without_them_has_none(tmp_path: Path) -> None:
    assert read_workbook(package(tmp_path / "a.xlsx", {"F": rows(ROW)}), Limits()).sheets[0].page_texts == []


NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)


def test_an_open_document_has_them_by_the_kind_of_page_of_each_sheet(tmp_path: Path) -> None:
    page = (
        '<style:master-page style:name="P1"><style:header><style:region-left><text:p>En <text:span>k€</text:span>'
        "</text:p></style:region-left><style:region-right><text:p>Page <text:page-number>1</text:page-number></text:p>"
        '</style:region-right></style:header><style:header-left style:display="false"><text:p>non</text:p>'
        "</style:header-left><style:footer><text:p>bas</text:p></style:footer></style:master-page>"
    )
    shared = (
        f"<office:document-styles {NAMES}><office:master-styles>{page}</office:master-styles></office:document-styles>"
    )
    sheet = (
        '<table:table table:name="{0}" table:style-name="{0}"><table:table-row><table:table-cell '
        'office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
        "</table:table>"
    )
    style = '<style:style style:name="ta1" style:family="table" style:master-page-name="P1"/>'
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{style}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{sheet.format('ta1')}{sheet.format('ta2')}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"mimetype": mime, "styles.xml": shared, "content.xml": content, "META-INF/manifest.xml": "<m/>"}
    sheets = read_workbook(archive(tmp_path / "a.ods", parts), Limits()).sheets
    assert [sheet.page_texts for sheet in sheets] == [["En k€", "Page", "bas"], []]
