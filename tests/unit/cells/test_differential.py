"""Our readers against two others, cell by cell, on every workbook that is at hand.

The witnesses are openpyxl (xlsx) and calamine (xlsx, xls). Where they and we differ, the difference is one of the
explained ones, listed below and nowhere else, and it is checked to be exactly that one.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import python_calamine as calamine

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Kind
from pipeline.feedback.annotate import annotate
from pipeline.feedback.template import make_template
from pipeline.feedback.verdict import Verdict
from pipeline.rejections import FileRefusedError, reject
from pipeline.settings import PRODUCT, Limits, Settings
from pipeline.vocabulary.territories import current_regions
from tests.benchmarks.workbooks import regional_returns
from tests.support.defects import CASES, Case
from tests.support.files import (
    DAY,
    ELAPSED,
    HOUR,
    MOMENT,
    PERCENT,
    SAMPLES,
    needs_samples,
    open_document,
    package,
    rows,
    strings,
)
from tests.support.workbooks import regional_return

RAW = sorted((PRODUCT / "raw").glob("**/*.xlsx"))

Position = tuple[str, int, int]


# -- what explains a difference ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Explained:
    """One kind of difference: whose, why, and whether a difference is of it. ``None`` stands for no cell at all."""

    witnesses: str
    why: str
    holds: Callable[[Cell | None, object], bool]


def _kind(cell: Cell | None, *kinds: Kind) -> bool:
    return cell is not None and cell.kind in kinds


def _glued(text: str) -> str:
    """Return a text whose note marks are glued to the word before: ``Logements (1)`` → ``Logements1``."""
    return re.sub(r" \((\d+)\)", r"\1", text)


EXPLAINED = (
    Explained(
        "calamine",
        "it returns an error as a blank; we keep its text",
        lambda ours, theirs: _kind(ours, Kind.ERROR) and theirs is None,
    ),
    Explained(
        "openpyxl",
        "it returns an error as a text; we know that it is one",
        lambda ours, theirs: ours is not None and ours.kind is Kind.ERROR and ours.text == theirs,
    ),
    Explained(
        "calamine openpyxl",
        "they return a formula without a stored value as a blank; we say that it has none",
        lambda ours, theirs: _kind(ours, Kind.UNCACHED) and theirs is None,
    ),
    Explained(
        "calamine openpyxl",
        "they glue a raised note mark to its word; we set it apart",
        lambda ours, theirs: ours is not None and ours.kind is Kind.TEXT and _glued(ours.text) == theirs,
    ),
    Explained(
        "calamine",
        "it trims the spaces and line breaks around a text; we keep them",
        lambda ours, theirs: ours is not None and ours.kind is Kind.TEXT and ours.text.strip() == theirs,
    ),
    Explained(
        "calamine openpyxl",
        "a stray blank is a text to them; to us it is no cell",
        lambda ours, theirs: ours is None and isinstance(theirs, str) and not theirs.strip(),
    ),
    Explained(
        "calamine openpyxl",
        "the 29 February 1900 is a day to them; we keep the number 60, since no calendar has it",
        lambda ours, theirs: ours is not None and ours.value == 60 and isinstance(theirs, date),
    ),
)


# -- the witnesses -------------------------------------------------------------------------------------------------


def by_us(path: Path) -> dict[Position, Cell]:
    book = read_workbook(path, Limits(), path.name)
    return {(sheet.name, cell.row, cell.column): cell for sheet in book.sheets for cell in sheet.cells}


def by_openpyxl(path: Path) -> dict[Position, object]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.row, cell.column): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.value != ""
    }


def by_calamine(path: Path) -> dict[Position, object]:
    with path.open("rb") as stream, calamine.CalamineWorkbook.from_filelike(stream) as book:
        return {
            (metadata.name, row, column): value
            for position, metadata in enumerate(book.sheets_metadata)
            if metadata.typ is calamine.SheetTypeEnum.WorkSheet
            for row, column, value in _calamine_cells(book.get_sheet_by_index(position))
        }


def _calamine_cells(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, int, object]]:
    if sheet.start is not None:
        for row, cells in enumerate(sheet.to_python(), sheet.start[0] + 1):
            for column, value in enumerate(cells, sheet.start[1] + 1):
                if value != "":
                    yield row, column, value


WITNESSES: Mapping[str, Callable[[Path], dict[Position, object]]] = {"openpyxl": by_openpyxl, "calamine": by_calamine}


# -- the comparison ------------------------------------------------------------------------------------------------


def agree(ours: Cell | None, theirs: object) -> bool:
    """Whether both say the same: a day is the same with and without its midnight, and 1 is 1.0 but never true."""
    if ours is None or theirs is None:
        return False
    mine = ours.value
    if type(mine) is date:
        mine = datetime.combine(mine, time())
    if type(theirs) is date:
        theirs = datetime.combine(theirs, time())
    if isinstance(mine, bool) or isinstance(theirs, bool):
        return mine is theirs
    if isinstance(mine, datetime) and isinstance(theirs, datetime):
        return abs(mine - theirs).total_seconds() < 0.01  # a serial day does not hold every microsecond
    return mine == theirs


def compare(path: Path, witness: str) -> Counter[str]:
    """Return how many cells agree, and how many differ for each reason; a difference without one fails."""
    ours, theirs = by_us(path), WITNESSES[witness](path)
    found: Counter[str] = Counter()
    for position in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(position), theirs.get(position)
        if agree(mine, other):
            found["same"] += 1
            continue
        why = next((e.why for e in EXPLAINED if witness in e.witnesses.split() and e.holds(mine, other)), None)
        assert why is not None, f"{path.name} {position}: we have {mine}, {witness} has {other!r}"
        found[why] += 1
    return found


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("path", RAW, ids=[path.stem for path in RAW])
def test_every_received_workbook_is_read_alike(path: Path, witness: str) -> None:
    assert compare(path, witness)["same"] > 5


@pytest.mark.parametrize("witness", WITNESSES)
def test_generated_workbooks_are_read_alike(tmp_path: Path, witness: str) -> None:
    written = regional_returns(tmp_path, 3)
    written.append(
        regional_return(tmp_path / "retour.xlsx", [["Livraisons", 2021, "5 (p)", None], ["x", None, -0.5, True]])
    )
    for path in written:
        found = compare(path, witness)
        assert found.total() == found["same"] > 15


SHEET = rows(
    f"""<row r="2"><c r="C2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c></row>
    <row r="4"><c r="B4"><v>8311</v></c><c r="C4" s="{PERCENT}"><v>0.125</v></c><c r="D4" t="b"><v>1</v></c>
    <c r="E4" t="e"><v>#REF!</v></c><c r="F4"><f>1+1</f></c><c r="G4"><f>1+1</f><v>2</v></c>
    <c r="H4" t="str"><f>"a"</f><v>a</v></c>
    <c r="I4" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>
    <row r="9"><c r="A9" s="{DAY}"><v>45382</v></c>
    <c r="B9" s="{MOMENT}"><v>45382.75</v></c><c r="C9" s="{HOUR}"><v>0.5</v></c><c r="D9" s="{ELAPSED}"><v>1.25</v></c>
    <c r="E9"><v>1e-7</v></c><c r="F9"><v>0.30000000000000004</v></c><c r="G9"><v>-0</v></c>
    <c r="H9" s="{DAY}"><v>60</v></c></row>"""
)
ITEMS = strings(
    "<t>Région\n</t>",
    '<r><t>Logements</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>',
)

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in {
            "workbook": "sheet.main",
            "worksheets/sheet1": "worksheet",
            "worksheets/sheet2": "worksheet",
            "styles": "styles",
            "sharedStrings": "sharedStrings",
        }.items()
    )
    + "</Types>"
)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("witness", WITNESSES)
def test_a_workbook_of_every_kind_of_cell_differs_only_where_it_is_explained(tmp_path: Path, witness: str) -> None:
    types = {"[Content_Types].xml": CONTENT_TYPES}
    path = package(tmp_path / "a.xlsx", {"Première": SHEET, "Seconde": SHEET}, shared=ITEMS, extra=types)
    found = compare(path, witness)
    assert set(found) == {"same", *(e.why for e in EXPLAINED if witness in e.witnesses.split())}
    assert found.pop("same") == 2 * (18 - len(found))
    assert set(found.values()) == {2}


# Both witnesses make room for the whole grid, or are aborted: nothing is left to compare with.
TOO_FAR_APART = {"a value at the last cell of the grid", "a reader that is brought down"}
DEFECTS = [case for case in CASES if case.what not in TOO_FAR_APART]


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl: no default style, an unknown extension
@pytest.mark.parametrize("case", DEFECTS, ids=[case.what for case in DEFECTS])
def test_a_workbook_with_a_defect_is_read_alike_by_every_witness_that_opens_it(tmp_path: Path, case: Case) -> None:
    path = tmp_path / "a.xlsx"
    case.make(path)
    try:
        read_workbook(path, Limits())
    except FileRefusedError:
        return  # what the others make of it is no measure
    witnesses = [witness for witness in WITNESSES if witness == "calamine" or _has_content_types(path)]
    assert all(compare(path, witness)["same"] > 5 for witness in witnesses)


def _has_content_types(path: Path) -> bool:
    """Whether openpyxl opens a package; calamine and we do without the list of its parts."""
    with zipfile.ZipFile(path) as package:
        return "[Content_Types].xml" in package.namelist()


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_template_and_an_annotated_copy_are_read_alike(tmp_path: Path, settings: Settings, witness: str) -> None:
    make_template(current_regions()[0], 2024, tmp_path / "modele.xlsx", settings)
    assert compare(tmp_path / "modele.xlsx", witness)["same"] > 50
    sent = regional_return(tmp_path / "retour.xlsx", [["Livraisons", 2021, "12 34", None]])
    refused = reject("NOMBRE_ILLISIBLE", sheet="Activité", cell="C7", raw_text="12 34").message()
    (tmp_path / "copie").mkdir()
    name = annotate(sent, Verdict.of("retour.xlsx", [refused], []), tmp_path / "copie", Limits())
    assert compare(tmp_path / "copie" / name, witness)["same"] > 20


def test_an_open_document_is_read_as_calamine_reads_it(tmp_path: Path) -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"/>'
        for kind, attribute, value in (
            ("float", "value", "8311"),
            ("percentage", "value", "0.125"),
            ("date", "date-value", "2024-03-31"),
            ("boolean", "boolean-value", "true"),
        )
    )
    text = '<table:table-cell office:value-type="string"><text:p>Région</text:p></table:table-cell>'
    path = open_document(tmp_path / "a.ods", f"<table:table-row>{text}{cells}</table:table-row>")
    assert compare(path, "calamine") == {"same": 5}


@needs_samples
@pytest.mark.parametrize("witness", WITNESSES)
def test_a_real_xlsx_is_read_alike(witness: str) -> None:
    assert compare(SAMPLES / "RPM2024-F5.xlsx", witness)["same"] > 100


@needs_samples
def test_a_real_xls_is_read_alike() -> None:
    assert compare(SAMPLES / "estim-pop-nreg-sexe-aq-1975-2020.xls", "calamine")["same"] > 10_000


def test_formats_that_calamine_reads_for_us_keep_the_address_of_what_begins_low_and_right(
    tmp_path: Path,
) -> None:
    blank_row = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    cell = '<table:table-cell office:value-type="float" office:value="{}"/>'
    row = f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{cell}{cell}</table:table-row>'
    path = open_document(tmp_path / "a.ods", blank_row + row.format(1, 2) + row.format(3, 4))
    (sheet,) = read_workbook(path, Limits()).sheets
    assert {cell.address: cell.value for cell in sheet.cells} == {"C3": 1, "D3": 2, "C4": 3, "D4": 4}


def test_a_difference_that_nothing_explains_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "a.xlsx", {"F": rows('<row r="1"><c r="A1"><v>1</v></c></row>')})
    monkeypatch.setitem(WITNESSES, "calamine", lambda _: {("F", 1, 1): 2.0})
    with pytest.raises(AssertionError, match=r"\('F', 1, 1\): we have Cell.*calamine has 2\.0"):
        compare(path, "calamine")
