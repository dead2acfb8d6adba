"""The xlsx reader: what each way of writing a cell becomes, and openpyxl as an independent witness."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipeline.cells import formats
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Kind
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from pipeline.vocabulary.words import fold
from tests.support.files import (
    DAY,
    ELAPSED,
    HOUR,
    MAIN,
    MILLIONS,
    MOMENT,
    PERCENT,
    RELATED,
    STRICT,
    STRICT_RELATED,
    package,
    rows,
    strings,
)

LIMITS = Limits()


def read_one(path: Path) -> dict[str, Cell]:
    (sheet,) = read_workbook(path, LIMITS).sheets
    return {cell.address: cell for cell in sheet.cells}


def refusal(path: Path, limits: Limits = LIMITS) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits)
    return caught.value.rejection


@pytest.mark.parametrize(
    ("written", "kind", "text", "value"),
    [
        ('<c r="B2"><v>8311</v></c>', Kind.NUMBER, "8311", 8311),
        ('<c r="B2" t="n"><v>-12.50</v></c>', Kind.NUMBER, "-12.50", -12.5),
        ('<c r="B2"><v>1.5E-3</v></c>', Kind.NUMBER, "1.5E-3", 0.0015),
        ('<c r="B2"><v>0.30000000000000004</v></c>', Kind.NUMBER, "0.30000000000000004", 0.30000000000000004),
        ('<c r="B2"><v>12,5</v></c>', Kind.TEXT, "12,5", "12,5"),
        ('<c r="B2"><v>1_000</v></c>', Kind.TEXT, "1_000", "1_000"),
        ('<c r="B2"><v>NaN</v></c>', Kind.TEXT, "NaN", "NaN"),
        ('<c r="B2" t="b"><v>1</v></c>', Kind.BOOLEAN, "TRUE", True),
        ('<c r="B2" t="b"><v> TRUE </v></c>', Kind.BOOLEAN, "TRUE", True),
        ('<c r="B2" t="b"><v>false</v></c>', Kind.BOOLEAN, "FALSE", False),
        ('<c r="B2" t="b"><v>oui</v></c>', Kind.TEXT, "oui", "oui"),
        ('<c r="B2" t="e"><v>#DIV/0!</v></c>', Kind.ERROR, "#DIV/0!", None),
        ('<c r="B2" t="e"><v></v></c>', Kind.ERROR, "#ERR!", None),
        ('<c r="B2" t="e"/>', Kind.ERROR, "#ERR!", None),
        ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>ax</v></c>', Kind.TEXT, "ax", "ax"),
        ('<c r="B2" t="inlineStr"><is><t>nd</t></is></c>', Kind.TEXT, "nd", "nd"),
        ('<c r="B2" t="inlineStr"><is><r><t>n</t></r><r><t>d</t></r></is></c>', Kind.TEXT, "nd", "nd"),
        ('<c r="B2" t="inlineStr"><is><t>東京</t><rPh><t>とうきょう</t></rPh></is></c>', Kind.TEXT, "東京", "東京"),
        ('<c r="B2" t="inlineStr"><is><t>a_x000A_b</t></is></c>', Kind.TEXT, "a\nb", "a\nb"),
        ('<c r="B2" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>', Kind.TEXT, "😀", "😀"),
        ('<c r="B2" t="inlineStr"><is><t>12_xD83D_34</t></is></c>', Kind.TEXT, "12\ufffd34", "12\ufffd34"),
        ('<c r="B2" t="str"><v>_xDE00__xD83D_</v></c>', Kind.TEXT, "\ufffd\ufffd", "\ufffd\ufffd"),
        ('<c r="B2" t="d"><v>2024-03-31</v></c>', Kind.DATE, "2024-03-31", date(2024, 3, 31)),
        ('<c r="B2" t="d"><v>2024</v></c>', Kind.TEXT, "2024", "2024"),
        (f'<c r="B2" s="{DAY}"><v>45382</v></c>', Kind.DATE, "45382", date(2024, 3, 31)),
        (
            f'<c r="B2" s="{MOMENT}"><v>45382.75</v></c>',
            Kind.DATE,
            "45382.75",
            datetime.fromisoformat("2024-03-31T18:00"),
        ),
        (f'<c r="B2" s="{HOUR}"><v>0.5</v></c>', Kind.DATE, "0.5", time(12)),
        (f'<c r="B2" s="{ELAPSED}"><v>1.25</v></c>', Kind.DURATION, "1.25", timedelta(hours=30)),
        (f'<c r="B2" s="{DAY}"><v>-1</v></c>', Kind.NUMBER, "-1", -1),
    ],
)
def test_a_cell_is_read_as_the_file_types_it(
    tmp_path: Path, written: str, kind: Kind, text: str, value: object
) -> None:
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(f'<row r="2">{written}</row>')}))
    assert list(cells) == ["B2"]
    cell = cells["B2"]
    assert (cell.kind, cell.text, cell.value) == (kind, text, value)
    assert type(cell.value) is type(value)


def test_number_formats_are_kept_and_a_percentage_stays_the_stored_number(tmp_path: Path) -> None:
    content = (
        f'<row r="1"><c s="{PERCENT}"><v>0.125</v></c><c s="{MILLIONS}"><v>104.4</v></c><c s="99"><v>1</v></c></row>'
    )
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(content)}))
    assert (cells["A1"].kind, cells["A1"].value, cells["A1"].number_format) == (Kind.NUMBER, 0.125, "0.00%")
    assert (cells["B1"].value, cells["B1"].number_format) == (104.4, '0.0" M€"')
    assert cells["C1"].number_format is None, "a style that does not exist tells nothing"


def test_formulas_keep_their_text_and_a_missing_result_is_never_a_value(tmp_path: Path) -> None:
    content = """<row r="1"><c r="A1"><f>SUM(B1:B2)</f><v>3</v></c><c r="B1"><f>1+1</f><v></v></c>
    <c r="C1"><f>2*2</f></c>
    <c r="D1"><f t="shared" si="0"/></c><c r="E1"><f t="shared" si="0"/><v>5</v></c>
    <c r="F1" t="str"><f>""</f><v></v></c>
    <c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(content)}))
    found = {address: (cell.kind, cell.text, cell.value, cell.formula) for address, cell in cells.items()}
    assert found == {
        "A1": (Kind.NUMBER, "3", 3, "=SUM(B1:B2)"),
        "B1": (Kind.UNCACHED, "=1+1", None, "=1+1"),
        "C1": (Kind.UNCACHED, "=2*2", None, "=2*2"),
        "D1": (Kind.UNCACHED, "=…", None, ""),
        "E1": (Kind.NUMBER, "5", 5, ""),
        "G1": (Kind.ERROR, "#DIV/0!", None, "=1/0"),
    }


def test_empty_cells_take_no_place(tmp_path: Path) -> None:
    content = """<row r="1"><c r="A1" s="1"/><c r="B1" t="s"><v>0</v></c><c r="C1" s="2"><v></v></c>
    <c r="D1"><v>1</v></c>
    <c r="E1" t="inlineStr"><is><t/></is></c></row>"""
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(content)}, shared=strings("<t></t>")))
    assert list(cells) == ["D1"]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([("Logements", False), ("1", True)], "Logements (1)"),
        ([("Logements ", False), ("(1)", True)], "Logements (1)"),
        ([("Logements", False), ("1,2", True)], "Logements (1) (2)"),
        ([("8 311", False), ("*", True)], "8 311 *"),
        ([("Surface en m", False), ("2", True)], "Surface en m²"),
        ([("Logements", False), ("1 ", True), ("agréés", False)], "Logements agréés"),
        ([("10", False), ("6", True), (" m", False), ("3", True)], "10⁶ m³"),
        ([("1", False), ("er", True), (" semestre", False)], "1er semestre"),
        ([("2023", True)], "2023"),
        ([("Logements", False), ("()", True)], "Logements()"),
        ([("Taux", False), ("1" * 60 + "x", True)], "Taux" + "1" * 60 + "x"),
    ],
)
def test_raised_note_marks_do_not_glue_to_the_text(tmp_path: Path, runs: list[tuple[str, bool]], expected: str) -> None:
    item = "".join(
        f"<r><rPr>{'<vertAlign val=' + chr(34) + 'superscript' + chr(34) + '/>' if up else ''}</rPr>"
        f'<t xml:space="preserve">{text}</t></r>'
        for text, up in runs
    )
    content = rows('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    cells = read_one(package(tmp_path / "a.xlsx", {"F": content}, shared=strings(item)))
    assert cells["A1"].text == expected


def test_a_raised_note_mark_folds_away(tmp_path: Path) -> None:
    item = '<r><t>Aides à la pierre</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r>'
    content = rows('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    cells = read_one(package(tmp_path / "a.xlsx", {"F": content}, shared=strings(item)))
    assert fold(cells["A1"].text) == "aides a la pierre"


def test_positions_are_counted_where_they_are_not_written(tmp_path: Path) -> None:
    content = """<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>
    <row r="9"><c><v>5</v></c></row>"""
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(content)}))
    assert {address: cell.value for address, cell in cells.items()} == {"A1": 1, "D1": 2, "E1": 3, "A2": 4, "A9": 5}


def test_rows_and_cells_out_of_order_are_put_in_reading_order(tmp_path: Path) -> None:
    content = """<row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"""
    (sheet,) = read_workbook(package(tmp_path / "a.xlsx", {"F": rows(content)}), LIMITS).sheets
    assert [(cell.address, cell.value) for cell in sheet.cells] == [("A1", 1), ("A3", 3), ("B3", 4)]


def test_two_cells_at_one_address_refuse_the_file_and_name_it(tmp_path: Path) -> None:
    content = """<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>"""
    found = refusal(package(tmp_path / "a.xlsx", {"F": rows(content)}))
    assert found.reason == "CORROMPU"
    assert "feuille « F », deux cellules A1" in found.message_fr


def test_a_wrong_dimension_is_not_believed(tmp_path: Path) -> None:
    content = '<row r="1"><c r="A1"><v>1</v></c></row><row r="40"><c r="Z40"><v>2</v></c></row>'
    for dimension in ("A1", "A1:XFD1048576"):
        path = package(tmp_path / "a.xlsx", {"F": rows(content, before=f'<dimension ref="{dimension}"/>')})
        assert list(read_one(path)) == ["A1", "Z40"]


def test_the_last_cell_of_the_grid_costs_one_cell(tmp_path: Path) -> None:
    content = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    cells = read_one(package(tmp_path / "a.xlsx", {"F": rows(content)}))
    assert (cells["XFD1048576"].row, cells["XFD1048576"].column) == (1_048_576, 16_384)
    assert len(cells) == 2


@pytest.mark.parametrize("reference", ["XFE1", "A1048577", "A0", "1", "AAAA1", "A٣", ""])
def test_an_address_outside_the_grid_is_refused_by_name(tmp_path: Path, reference: str) -> None:
    found = refusal(
        package(tmp_path / "a.xlsx", {"Données": rows(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')})
    )
    assert found.reason == "CORROMPU"
    assert "Données" in found.message_fr
    assert reference in found.message_fr


@pytest.mark.parametrize("index", ["1", "-1", "x", "1.0", "0_0", " 0"])
def test_a_shared_string_that_does_not_exist_names_the_cell(tmp_path: Path, index: str) -> None:
    content = rows(f'<row r="7"><c r="C7" t="s"><v>{index}</v></c></row>')
    found = refusal(package(tmp_path / "a.xlsx", {"F": content}, shared=strings("<t>seul</t>")))
    assert found.reason == "CORROMPU"
    assert "cellule C7" in found.message_fr


def test_strict_and_prefixed_packages_are_read_like_any_other(tmp_path: Path) -> None:
    content = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    strict = package(
        tmp_path / "strict.xlsx",
        {"F": rows(content, namespace=STRICT)},
        shared=strings("<t>oui</t>").replace(MAIN, STRICT),
        styles=None,
        namespace=STRICT,
        related=STRICT_RELATED,
    )
    prefixed_sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    shared = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>oui</x:t></x:si></x:sst>'
    prefixed = package(tmp_path / "prefixed.xlsx", {"F": prefixed_sheet}, shared=shared)
    for path in (strict, prefixed):
        assert read_one(path)["A1"].text == "oui"


def test_elements_of_another_namespace_are_no_cells(tmp_path: Path) -> None:
    foreign = '<extLst><ext xmlns:o="urn:other"><o:row r="9"><o:c r="A9"><o:v>9</o:v></o:c></o:row></ext></extLst>'
    path = package(tmp_path / "a.xlsx", {"F": rows('<row r="1"><c r="A1"><v>1</v></c></row>', after=foreign)})
    assert list(read_one(path)) == ["A1"]


@pytest.mark.parametrize("name", ["sheetData", "row", "c"])
def test_cells_that_a_foreign_namespace_would_hide_are_refused(tmp_path: Path, name: str) -> None:
    content = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    foreign = content.replace(f"<{name}", f'<o:{name} xmlns:o="urn:other"').replace(f"</{name}>", f"</o:{name}>")
    found = refusal(package(tmp_path / "a.xlsx", {"Données": foreign, "F": content}))
    assert found.reason == "CORROMPU"
    assert f"feuille « Données », élément « {{urn:other}}{name} » inconnu" in found.message_fr


def test_a_part_that_an_archive_holds_twice_is_refused(tmp_path: Path) -> None:
    content = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    path = package(tmp_path / "a.xlsx", {"F": content}, extra={"docProps/app.xml": "<a/>", "docProps/App.xml": "<a/>"})
    assert list(read_one(path)) == ["A1"], "what is not read may be there as often as it likes"
    other = package(tmp_path / "b.xlsx", {"F": content}, extra={"xl\\Worksheets/sheet1.xml": content})
    assert "la partie xl/worksheets/sheet1.xml existe en double" in refusal(other).message_fr


def test_a_sheet_part_that_is_no_worksheet_is_refused_rather_than_read_as_empty(tmp_path: Path) -> None:
    content = rows('<row r="1"><c r="A1"><v>1</v></c></row>', namespace="urn:unknown")
    found = refusal(package(tmp_path / "a.xlsx", {"F": content}))
    assert found.reason == "CORROMPU"
    assert "xl/worksheets/sheet1.xml" in found.message_fr


def test_parts_in_utf_16_are_read(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="UTF-16"?>' + rows('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    shared = '<?xml version="1.0" encoding="UTF-16"?>' + strings("<t>Île-de-France</t>")
    path = package(tmp_path / "a.xlsx", {"F": content.encode("utf-16")}, shared=shared.encode("utf-16"))
    assert read_one(path)["A1"].text == "Île-de-France"


def test_the_1904_calendar_is_honoured(tmp_path: Path) -> None:
    content = f'<row r="1"><c r="A1" s="{DAY}"><v>43920</v></c></row>'
    path = package(tmp_path / "a.xlsx", {"F": rows(content)}, book='<workbookPr date1904="1"/>')
    assert read_one(path)["A1"].value == date(2024, 3, 31)


def test_what_is_hidden_is_read_and_said_so(tmp_path: Path) -> None:
    columns = '<cols><col min="2" max="3" hidden="1" width="9"/><col min="5" max="16384" hidden="0"/></cols>'
    content = """<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="D1"><v>3</v></c></row>
    <row r="2" hidden="1"><c r="A2"><v>4</v></c></row><row r="3"><c r="A3"><v>5</v></c></row>"""
    path = package(
        tmp_path / "a.xlsx",
        {"Vue": rows(content, before=columns), "Cachée": rows(content), "Secrète": rows(content)},
        states={"Cachée": "hidden", "Secrète": "veryHidden"},
    )
    sheets = read_workbook(path, LIMITS).sheets
    assert {cell.address for cell in sheets[0].cells if cell.hidden} == {"B1", "A2"}
    assert [(sheet.name, sheet.visibility) for sheet in sheets] == [
        ("Vue", "visible"),
        ("Cachée", "hidden"),
        ("Secrète", "very_hidden"),
    ]


def test_chart_sheets_are_skipped_and_links_and_macros_are_remarked(tmp_path: Path) -> None:
    content = rows('<row r="1"><c r="A1"><v>1</v></c></row>')
    path = package(
        tmp_path / "a.xlsm",
        {"Données": content, "Graphique": "<chartsheet/>"},
        kinds={"Graphique": "chartsheet"},
        more_relations=f'<Relationship Id="x1" Type="{RELATED}/externalLink" Target="externalLinks/externalLink1.xml"/>'
        '<Relationship Id="x2" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        'Target="vbaProject.bin"/>',
    )
    workbook = read_workbook(path, LIMITS)
    assert [sheet.name for sheet in workbook.sheets] == ["Données"]
    assert workbook.remarks == ["LIEN_EXTERNE", "MACROS_IGNOREES"]


def test_a_sheet_whose_part_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    book = f'<sheets><sheet xmlns:r="{RELATED}" name="Fantôme" sheetId="9" r:id="absent"/></sheets>'
    found = refusal(package(tmp_path / "a.xlsx", {"F": rows("")}, book=book))
    assert found.reason == "CORROMPU"
    assert "Fantôme" in found.message_fr


def test_a_workbook_without_any_cell_is_empty(tmp_path: Path) -> None:
    assert refusal(package(tmp_path / "a.xlsx", {"F": rows("")})).reason == "FICHIER_VIDE"


def test_too_many_cells_or_sheets_name_their_limit(tmp_path: Path) -> None:
    content = rows('<row r="1"><c><v>1</v></c><c><v>2</v></c></row>')
    path = package(tmp_path / "a.xlsx", {"F": content, "G": content})
    assert "nombre de cellules" in refusal(path, Limits(cells=3)).message_fr
    assert "nombre de feuilles" in refusal(path, Limits(sheets=1)).message_fr
    assert len(read_workbook(path, Limits(cells=4, sheets=2)).sheets) == 2


def test_a_text_that_stands_in_many_cells_counts_in_each(tmp_path: Path) -> None:
    content = rows('<row r="1"><c t="s"><v>0</v></c><c t="s"><v>0</v></c><c><v>1</v></c></row>')
    path = package(tmp_path / "a.xlsx", {"F": content}, shared=strings(f"<t>{'x' * 500}</t>"))
    assert len(read_workbook(path, Limits(characters=1001)).sheets) == 1
    assert "nombre de caractères" in refusal(path, Limits(characters=1000)).message_fr


def test_a_sheet_whose_rows_come_late_is_read_the_same(tmp_path: Path) -> None:
    late = f"<!--{'x' * 300_000}-->"
    content = rows('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>', before=late)
    cells = read_one(package(tmp_path / "a.xlsx", {"F": content}))
    assert [cell.value for cell in cells.values()] == [1, 2]


@pytest.mark.parametrize(
    ("code", "shows"),
    [
        ("General", None),
        ('"a;b"dd/mm/yyyy', formats.Temporal.DATE),
        ('"j;"0;-0', None),
        ("0.00E+00", None),
        ("#,##0.00", None),
        ('0" jours"', None),
        (r"0\d", None),
        ('_-* #,##0.00\\ "€"_-', None),
        ("[Red]-0.0", None),
        ('0;-0;"masqué"', None),
        ("dd/mm/yyyy", formats.Temporal.DATE),
        ("[$-40C]d mmmm yyyy;@", formats.Temporal.DATE),
        ("mmm-yy", formats.Temporal.DATE),
        ("yyyy", formats.Temporal.DATE),
        ("h:mm AM/PM", formats.Temporal.TIME),
        ("mm:ss", formats.Temporal.TIME),
        ("[h]:mm:ss", formats.Temporal.ELAPSED),
        ("[mm]:ss", formats.Temporal.ELAPSED),
    ],
)
def test_a_format_code_shows_a_time_or_a_number(code: str, shows: formats.Temporal | None) -> None:
    assert formats.temporal(code) is shows


def test_of_a_format_code_that_is_too_long_nobody_can_tell_what_it_shows(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{"[" * 400_000}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    content = rows('<row r="1"><c r="A1" s="1"><v>1</v></c></row>')
    assert read_one(package(tmp_path / "a.xlsx", {"F": content}, styles=styles))["A1"].number_format is None


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (60, 60),
        (61, date(1900, 3, 1)),
        (0, 0),
        (2958465, date(9999, 12, 31)),
        (2958466, 2958466),
        (1e300, 1e300),
    ],
)
def test_a_day_that_no_calendar_has_stays_a_number(serial: float, expected: object) -> None:
    kind, value = formats.typed(serial, formats.Temporal.DATE, date1904=False)
    assert value == expected
    assert kind is (Kind.DATE if isinstance(expected, date) else Kind.NUMBER)
