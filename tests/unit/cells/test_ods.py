"""The reader of OpenDocument spreadsheets: what other readers lose, and what a hostile document may not do."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Comment, Extra, Kind, Name, Sheet, Span
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from tests.support.files import archive, open_document

LIMITS = Limits()
BOTH = Extra.COMMENTS | Extra.NAMES
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
) + (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def cell(kind: str = "", value: str = "", shown: str = "", more: str = "") -> str:
    """Return a cell of a kind, with its value as the kind writes it, and what it shows."""
    name = {"boolean": "boolean-value", "date": "date-value", "time": "time-value", "string": "string-value"}.get(kind)
    typed = f'office:value-type="{kind}"' if kind else ""
    stored = f'office:{name or "value"}="{value}"' if value else ""
    return (
        f"<table:table-cell {typed} {stored} {more}>{f'<text:p>{shown}</text:p>' if shown else ''}</table:table-cell>"
    )


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def document(path: Path, content: str, *, styles: str = "") -> Path:
    """Write a document whose tables are given as they are, and return its path."""
    body = f"<office:body><office:spreadsheet>{content}</office:spreadsheet></office:body>"
    whole = (
        f'<?xml version="1.0"?><office:document-content {NAMESPACES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles>{body}</office:document-content>"
    )
    return archive(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": whole,
            "META-INF/manifest.xml": "<m/>",
        },
    )


def table(*rows: str, name: str = "Données", more: str = "", columns: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{columns}{"".join(rows)}</table:table>'


def read(path: Path) -> Sheet:
    (sheet,) = read_workbook(path, LIMITS, extra=BOTH).sheets
    return sheet


def cells(path: Path) -> dict[str, Cell]:
    return {found.address: found for found in read(path).cells}


def refusal(path: Path, limits: Limits = LIMITS) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits)
    return caught.value.rejection


# -- cells ---------------------------------------------------------------------------------------------------------

FORMULA = 'table:formula="of:=[.A1]*2"'
ERROR = 'calcext:value-type="error"'
CASES = {
    "a text": (cell("string", "", "Île"), Kind.TEXT, "Île", "Île"),
    "a text that the file stores": (cell("string", "Île"), Kind.TEXT, "Île", "Île"),
    "a whole number": (cell("float", "8311", "8 311"), Kind.NUMBER, "8311", 8311),
    "all digits of a number": (cell("float", "0.30000000000000004"), Kind.NUMBER, "0.30000000000000004", 0.1 + 0.2),
    "an amount": (cell("currency", "12.5", "12,50 €"), Kind.NUMBER, "12.5", 12.5),
    "a truth": (cell("boolean", "true", "VRAI"), Kind.BOOLEAN, "TRUE", True),
    "a day": (cell("date", "2024-03-31"), Kind.DATE, "2024-03-31", date(2024, 3, 31)),
    "a moment": (
        cell("date", "2024-03-31T18:30:00"),
        Kind.DATE,
        "2024-03-31T18:30:00",
        datetime.fromisoformat("2024-03-31T18:30"),
    ),
    "a time of day": (cell("time", "PT12H30M00S"), Kind.DATE, "12:30:00", time(12, 30)),
    "an elapsed time": (cell("time", "PT30H00M00S"), Kind.DURATION, "1 day, 6:00:00", timedelta(hours=30)),
    "a number that is none": (cell("float", "12,5"), Kind.TEXT, "12,5", "12,5"),
    "a number without its value": (cell("float", "", "8 311"), Kind.TEXT, "8 311", "8 311"),
    "a day that is none": (cell("date", "2024-02-31"), Kind.TEXT, "2024-02-31", "2024-02-31"),
    "an error": (cell("string", "", "#REF!", ERROR), Kind.ERROR, "#REF!", None),
    "an error of a formula": (cell("string", "", "#DIV/0!", f"{FORMULA} {ERROR}"), Kind.ERROR, "#DIV/0!", None),
    "an error that another program wrote": (cell("float", "0", "#N/A", FORMULA), Kind.ERROR, "#N/A", None),
    "a text that looks like an error": (cell("string", "", "#REF!"), Kind.TEXT, "#REF!", "#REF!"),
    "a formula without a value": (cell(more=FORMULA), Kind.UNCACHED, "=[.A1]*2", None),
    "lines and spaces": (
        cell("string", "", "deux<text:s text:c='2'/>mots</text:p><text:p>et<text:tab/>une<text:line-break/>ligne"),
        Kind.TEXT,
        "deux  mots\net\tune\nligne",
        "deux  mots\net\tune\nligne",
    ),
    "a link": (cell("string", "", "voir <text:a>ici</text:a>."), Kind.TEXT, "voir ici.", "voir ici."),
}


@pytest.mark.parametrize(("content", "kind", "text", "value"), CASES.values(), ids=CASES)
def test_each_kind_of_cell_is_read(tmp_path: Path, content: str, kind: Kind, text: str, value: object) -> None:
    found = cells(document(tmp_path / "a.ods", table(row("<table:table-cell/>", content))))
    assert {address: (c.kind, c.text, c.value) for address, c in found.items()} == {"B1": (kind, text, value)}
    assert type(found["B1"].value) is type(value)


@pytest.mark.parametrize("nothing", [cell(), cell("string"), cell(more=FORMULA, shown="<text:span/>"), "<table:x/>"])
def test_what_shows_nothing_is_no_cell(tmp_path: Path, nothing: str) -> None:
    assert set(cells(document(tmp_path / "a.ods", table(row(nothing, cell("float", "1")))))) <= {"A1", "B1"}
    assert len(cells(tmp_path / "a.ods")) == 1


def test_formulas_are_kept_without_their_prefix(tmp_path: Path) -> None:
    found = cells(document(tmp_path / "a.ods", table(row(cell("float", "2", "2", FORMULA), cell("float", "3")))))
    assert [c.formula for c in found.values()] == ["=[.A1]*2", None]


@pytest.mark.parametrize(
    ("shown", "code"), [("12,5 %", "0.0%"), ("12.50%", "0.00%"), ("13 %", "0%"), ("", "0%"), ("12,5", "0%")]
)
def test_a_percentage_has_the_decimals_that_it_shows(tmp_path: Path, shown: str, code: str) -> None:
    found = cells(document(tmp_path / "a.ods", table(row(cell("percentage", "0.125", shown), cell("float", "1")))))
    assert [(c.value, c.number_format) for c in found.values()] == [(0.125, code), (1, None)]


RAISED = "".join(
    f'<style:style style:name="T{number}"><style:text-properties style:text-position="{position}"/></style:style>'
    for number, position in enumerate(["super 58%", "33% 58%", "0% 100%", "-33% 58%", "sub 58%"], start=1)
)


@pytest.mark.parametrize(
    ("style", "expected"),
    [("T1", "8 311 (1)"), ("T2", "8 311 (1)"), ("T3", "8 3111"), ("T4", "8 3111"), ("T5", "8 3111")],
)
def test_a_raised_mark_is_no_digit(tmp_path: Path, style: str, expected: str) -> None:
    shown = f'<text:span>8 311</text:span><text:span text:style-name="{style}">1</text:span>'
    path = document(tmp_path / "a.ods", table(row(cell("string", "", shown))), styles=RAISED)
    assert cells(path)["A1"].text == expected


def test_the_mark_of_a_note_leaves_the_words_of_the_next_paragraph_alone(tmp_path: Path) -> None:
    shown = 'Logements<text:span text:style-name="T1">1</text:span></text:p><text:p>agréés'
    path = document(tmp_path / "a.ods", table(row(cell("string", "", shown))), styles=RAISED)
    assert cells(path)["A1"].text == "Logements\nagréés"


# -- sheets --------------------------------------------------------------------------------------------------------


def test_positions_follow_what_is_repeated_and_merged(tmp_path: Path) -> None:
    merged = cell("string", "", "fusion", 'table:number-columns-spanned="2" table:number-rows-spanned="3"')
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    path = document(
        tmp_path / "a.ods",
        table(
            row("<table:table-cell/>", more='table:number-rows-repeated="4"'),
            "<table:table-header-rows>"
            + row(merged, covered[:-2] + "/>", cell("float", "1"))
            + "</table:table-header-rows>",
            "<table:table-row-group><table:table-rows>"
            + row(cell("float", "7", more='table:number-columns-repeated="2"'), more='table:number-rows-repeated="2"')
            + "</table:table-rows></table:table-row-group>",
            row("<table:table-cell/>", more='table:number-rows-repeated="1048569"'),
        ),
    )
    sheet = read(path)
    assert [(c.address, c.value) for c in sheet.cells] == [
        ("A5", "fusion"), ("D5", 1), ("A6", 7), ("B6", 7), ("A7", 7), ("B7", 7),
    ]  # fmt: skip
    assert sheet.merges == [Span(5, 1, 7, 2)]


def test_hidden_rows_columns_and_sheets_are_told(tmp_path: Path) -> None:
    concealed = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    first = table(
        row(*(cell("float", str(number)) for number in range(4))),
        row(cell("float", "9"), more='table:visibility="filter"'),
        columns=columns,
    )
    second = table(row(cell("float", "1")), name="Cachée", more='table:style-name="ta2"')
    visible, hidden = read_workbook(document(tmp_path / "a.ods", first + second, styles=concealed), LIMITS).sheets
    assert [(c.address, c.hidden) for c in visible.cells] == [
        ("A1", False), ("B1", True), ("C1", True), ("D1", False), ("A2", True),
    ]  # fmt: skip
    assert (visible.visibility, hidden.visibility, hidden.cells[0].hidden) == ("visible", "hidden", False)


def test_only_the_tables_of_the_document_are_sheets(tmp_path: Path) -> None:
    other = table(row(cell("float", "99")), name="Autre")
    nested = f"<table:table-cell office:value-type='float' office:value='1'>{other}</table:table-cell>"
    content = (
        f"<table:tracked-changes><table:deletion>{row(cell('float', '5'))}</table:deletion></table:tracked-changes>"
    )
    content += (
        table(row(nested, cell("float", "2")))
        + f"<table:dde-links><table:dde-link>{other}</table:dde-link></table:dde-links>"
    )
    assert {address: c.value for address, c in cells(document(tmp_path / "a.ods", content)).items()} == {
        "A1": 1,
        "B1": 2,
    }


def test_comments_and_names_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    note = (
        "<office:annotation><dc:creator>Ève</dc:creator><dc:date>2024-03-31</dc:date><text:p>remplacer</text:p>"
        "<text:p>par 812</text:p></office:annotation>"
    )
    noted = (
        f'<table:table-cell office:value-type="float" office:value="811">{note}<text:p>811</text:p></table:table-cell>'
    )
    named = "<table:named-expressions>{}</table:named-expressions>".format
    place = '<table:named-range table:name="{}" table:cell-range-address="{}"/>'.format
    local = named(place("locale", "$'L''été'.$B$2:.$C$3") + place("perdue", "#REF!"))
    everywhere = named(place("modele", "$Données.$A$1") + place("feuilles", "$Données.$A$1:$Autre.$B$2"))
    path = document(tmp_path / "a.ods", table(row(noted), local) + everywhere)
    workbook = read_workbook(path, LIMITS, extra=BOTH)
    assert workbook.sheets[0].comments == [Comment(1, 1, "Ève", "remplacer\npar 812")]
    assert workbook.sheets[0].cells[0].text == "811"
    assert workbook.names == [
        Name("locale", "L'été", Span(2, 2, 3, 3), "Données"),
        Name("modele", "Données", Span(1, 1, 1, 1)),
    ]
    untold = read_workbook(path, LIMITS)
    assert (untold.names, untold.sheets[0].comments) == (None, None)


# -- hostile documents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        row(
            cell("float", "1", more='table:number-columns-repeated="1000"'), more='table:number-rows-repeated="1000000"'
        ),
        row(cell("string", "", "x", more='table:number-columns-repeated="9999999"')),
    ],
)
def test_a_line_that_stands_for_millions_is_refused_before_it_is_unfolded(tmp_path: Path, content: str) -> None:
    assert "nombre de cellules" in refusal(document(tmp_path / "a.ods", table(content))).message_fr


@pytest.mark.parametrize(
    "content",
    [
        row('<table:table-cell table:number-columns-repeated="16384"/>', cell("float", "1")),
        row(more='table:number-rows-repeated="1048576"') + row(cell("float", "1")),
        row(more='table:number-rows-repeated="2147483648"') + row(cell("float", "1")),
        row(cell(more='table:number-columns-repeated="2147483648"'), cell("float", "1")),
    ],
)
def test_a_cell_beyond_the_grid_is_refused(tmp_path: Path, content: str) -> None:
    assert "au-delà de la grille" in refusal(document(tmp_path / "a.ods", table(content))).message_fr


def test_the_limits_hold_for_sheets_too(tmp_path: Path) -> None:
    path = document(tmp_path / "a.ods", "".join(table(row(cell("float", "1")), name=str(n)) for n in range(4)))
    assert "nombre de feuilles" in refusal(path, Limits(sheets=3)).message_fr


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = open_document(tmp_path / "a.ods", row(cell("float", "1")), prolog='<!DOCTYPE x [<!ENTITY a "aaaa">]>')
    assert refusal(path).reason == "DANGEREUX"


def test_a_damaged_document_is_refused_at_every_length(tmp_path: Path) -> None:
    path = document(tmp_path / "a.ods", table(row(cell("string", "", "Île"), cell("float", "5"))))
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for length in range(0, len(parts["content.xml"]) - 1, 37):
        archive(path, {**parts, "content.xml": parts["content.xml"][:length]})
        assert refusal(path).reason == "CORROMPU"
    archive(path, {name: content for name, content in parts.items() if name != "content.xml"})
    assert refusal(path).reason == "CORROMPU"
