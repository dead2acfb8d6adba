"""Sheets that a workbook announces and that are no worksheets: the others are read, and what is passed over is said."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Extra, Name, Span
from pipeline.rejections import FileRefusedError
from pipeline.settings import Limits
from tests.support.files import RELATED, STRICT_RELATED, archive, biff12, binary_row, package, rows, wide, xlsb

LIMITS = Limits()
ONE = rows('<row r="1"><c r="A1"><v>811</v></c></row>')


def entry(attributes: str) -> str:
    return f'<sheets><sheet xmlns:r="{RELATED}" name="Module1" sheetId="4" {attributes}/></sheets>'


def related(kind: str, target: str) -> str:
    return f'<Relationship Id="rIdM" Type="{RELATED}/{kind}" Target="{target}"/>'


WITHOUT_PART = {
    "a module": ('state="veryHidden" r:id=""', ""),
    "no identifier": ('state="veryHidden"', ""),
    "an unknown identifier": ('r:id="rId99"', ""),
    "a part that there is not": ('r:id="rIdM"', related("worksheet", "worksheets/sheet9.xml")),
    "a part of another kind": ('r:id="rIdM"', related("theme", "theme/theme1.xml")),
    "a part elsewhere": (
        'r:id="rIdM"',
        related("worksheet", "worksheets/sheet1.xml").replace("/>", ' TargetMode="External"/>'),
    ),
}


@pytest.mark.parametrize(("attributes", "relations"), WITHOUT_PART.values(), ids=WITHOUT_PART)
def test_a_sheet_without_a_part_is_passed_over_with_a_remark(tmp_path: Path, attributes: str, relations: str) -> None:
    path = package(tmp_path / "a.xlsm", {"F": ONE}, book=entry(attributes), more_relations=relations)
    workbook = read_workbook(path, LIMITS)
    assert [(sheet.name, [cell.value for cell in sheet.cells]) for sheet in workbook.sheets] == [("F", [811])]
    assert workbook.remarks == ["FEUILLE_SANS_CONTENU"]


@pytest.mark.parametrize("attributes", ['r:id=""', 'r:id="rId99"'])
def test_a_workbook_that_holds_nothing_else_is_refused_by_the_name_of_the_sheet(
    tmp_path: Path, attributes: str
) -> None:
    for others in ({}, {"F": rows("")}):
        with pytest.raises(FileRefusedError) as caught:
            read_workbook(package(tmp_path / "a.xlsm", others, book=entry(attributes)), LIMITS)
        assert caught.value.rejection.reason == "CORROMPU"
        assert "Module1" in caught.value.rejection.message_fr


@pytest.mark.parametrize(
    ("kind", "remarks"),
    [
        ("chartsheet", []),
        ("dialogsheet", []),
        ("xlMacrosheet", ["MACROS_IGNOREES"]),
        ("xlIntlMacrosheet", ["MACROS_IGNOREES"]),
    ],
)
@pytest.mark.parametrize("root", [RELATED, STRICT_RELATED, "http://schemas.microsoft.com/office/2006/relationships"])
def test_sheets_that_hold_no_cells_are_passed_over(tmp_path: Path, kind: str, remarks: list[str], root: str) -> None:
    relations = related(kind, "others/sheet1.xml").replace(RELATED, root)
    path = package(tmp_path / "a.xlsm", {"F": ONE}, book=entry('r:id="rIdM"'), more_relations=relations)
    workbook = read_workbook(path, LIMITS)
    assert ([sheet.name for sheet in workbook.sheets], workbook.remarks) == (["F"], remarks)


def test_a_module_of_an_xlsb_is_passed_over_with_a_remark(tmp_path: Path) -> None:
    path = xlsb(tmp_path / "a.xlsb", {"F": (0, binary_row(0, {0: (2, struct.pack("<I", 811 << 2 | 2))}))})
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    module = biff12(156, struct.pack("<III", 2, 4, 0xFFFFFFFF) + wide("Module1"))
    book = parts["xl/workbook.bin"].replace(biff12(144), module + biff12(144))
    workbook = read_workbook(archive(path, {**parts, "xl/workbook.bin": book}), LIMITS)
    assert [(sheet.name, [cell.value for cell in sheet.cells]) for sheet in workbook.sheets] == [("F", [811])]
    assert workbook.remarks == ["FEUILLE_SANS_CONTENU"]


def test_names_count_the_sheets_that_are_passed_over(tmp_path: Path) -> None:
    names = '<definedNames><definedName name="zone" localSheetId="1">F!$A$1</definedName></definedNames>'
    path = package(tmp_path / "a.xlsm", {"F": ONE}, book=entry('r:id=""') + names)
    assert read_workbook(path, LIMITS, extra=Extra.NAMES).names == [Name("zone", "F", Span(1, 1, 1, 1), "F")]
