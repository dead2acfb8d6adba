"""Formulas whose stored zero may be that of nobody: read beside results of others, no result where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Kind, Workbook
from pipeline.settings import Limits
from tests.support.files import DAY, package, record, rows, xls

LIMITS = Limits()
ZEROS = f"""<row r="1"><c r="A1"><f>SUM(D1:D9)</f><v>0</v></c><c r="B1"><v>0</v></c><c r="C1"><v>7</v></c></row>
<row r="2"><c r="A2"><f>1-1</f><v>0.0</v></c><c r="B2" s="{DAY}"><f>B1</f><v>0</v></c><c r="C2"><f>1+1</f></c></row>
<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
WAITING = '<calcPr fullCalcOnLoad="1"/>'


def test_zeros_that_wait_for_a_calculation_are_nobodys_figures_where_nobody_calculated(tmp_path: Path) -> None:
    waiting = read_workbook(package(tmp_path / "a.xlsx", {"F": rows(ZEROS), "G": rows(ZEROS)}, book=WAITING), LIMITS)
    for sheet in waiting.sheets:
        assert {cell.address: cell.text for cell in sheet.cells if cell.kind is Kind.UNCACHED} == {
            "A1": "=SUM(D1:D9)",
            "A2": "=1-1",
            "B2": "=B1",
            "C2": "=1+1",
        }
        assert {cell.address: cell.value for cell in sheet.cells if cell.kind is Kind.NUMBER} == {"B1": 0, "C1": 7}
    assert waiting.remarks == []
    calm = read_workbook(package(tmp_path / "b.xlsx", {"F": rows(ZEROS)}), LIMITS)
    assert {cell.address for cell in calm.sheets[0].cells if cell.kind is Kind.UNCACHED} == {"C2"}
    assert calm.remarks == []


@pytest.mark.parametrize(("stored_as", "result"), [("n", "2"), ("n", "-0.5"), ("str", "oui"), ("b", "0")])
def test_zeros_that_wait_for_a_calculation_are_read_beside_results_with_a_remark(
    tmp_path: Path, stored_as: str, result: str
) -> None:
    other = rows(f'<row r="1"><c r="A1" t="{stored_as}"><f>X</f><v>{result}</v></c></row>')
    path = package(tmp_path / "a.xlsx", {"F": rows(ZEROS), "G": other}, book=WAITING)
    workbook = read_workbook(path, LIMITS)
    found = {cell.address: (cell.kind, cell.value) for cell in workbook.sheets[0].cells}
    assert (found["A1"], found["A2"]) == ((Kind.NUMBER, 0), (Kind.NUMBER, 0.0))
    assert found["C2"] == (Kind.UNCACHED, None)
    assert workbook.remarks == ["ZERO_A_CALCULER"]


def test_results_that_wait_for_a_calculation_are_read_without_a_word(tmp_path: Path) -> None:
    content = rows('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>0</v></c></row>')
    workbook = read_workbook(package(tmp_path / "a.xlsx", {"F": content}, book=WAITING), LIMITS)
    assert ([cell.value for cell in workbook.sheets[0].cells], workbook.remarks) == ([2, 0], [])


NUMBER = 0x0203
CALCULATED, ALWAYS, ON_OPENING = 0, 1, 3
"""What a formula says of itself; the last is what programs write that cannot calculate."""
TEXT_RESULT, ERROR_RESULT = b"\x00\0\0\0\0\0\xff\xff", b"\x02\0\x07\0\0\0\xff\xff"


def formula(column: int, result: float | bytes, options: int) -> bytes:
    """Return a cell in the first row whose formula is 1+1, with what is stored as its result."""
    tokens = b"\x1e\x01\x00\x1e\x01\x00\x03"
    stored = "8s" if isinstance(result, bytes) else "d"
    return record(0x06, f"3H{stored}HIH{len(tokens)}s", 0, column, 0, result, options, 0, len(tokens), tokens)


def old(path: Path, *formulas: tuple[float | bytes, int], second: bytes = b"") -> Workbook:
    cells = b"".join(formula(column, *each) for column, each in enumerate(formulas))
    typed = record(NUMBER, "HHHd", 1, 0, 0, 0.0) + record(NUMBER, "HHHd", 1, 1, 0, 5.0)
    return read_workbook(xls(path, {"F": (0, cells + typed), "G": (0, second)}), LIMITS)


def test_the_zero_of_an_xls_formula_that_no_program_has_calculated_is_no_result(tmp_path: Path) -> None:
    workbook = old(tmp_path / "a.xls", (0.0, CALCULATED), (0.0, ALWAYS), (0.0, ON_OPENING), (ERROR_RESULT, ON_OPENING))
    assert [(cell.kind, cell.text, cell.value) for cell in workbook.sheets[0].cells] == [
        (Kind.NUMBER, "0", 0),
        (Kind.NUMBER, "0", 0),
        (Kind.UNCACHED, "=…", None),
        (Kind.ERROR, "#DIV/0!", None),
        (Kind.NUMBER, "0", 0),
        (Kind.NUMBER, "5", 5),
    ]
    assert workbook.remarks == []


@pytest.mark.parametrize(
    ("result", "options"), [(2.0, CALCULATED), (2.0, ON_OPENING), (-0.5, ALWAYS), (TEXT_RESULT, CALCULATED)]
)
def test_the_zero_of_an_xls_formula_is_read_beside_results_with_a_remark(
    tmp_path: Path, result: float | bytes, options: int
) -> None:
    text = record(0x0207, "HB2s", 2, 0, b"ab") if isinstance(result, bytes) else b""
    workbook = old(tmp_path / "a.xls", (0.0, ON_OPENING), second=formula(0, result, options) + text)
    first = workbook.sheets[0].cells[0]
    assert (first.kind, first.value, workbook.remarks) == (Kind.NUMBER, 0, ["ZERO_A_CALCULER"])


def test_the_results_of_an_xls_are_read_without_a_word(tmp_path: Path) -> None:
    workbook = old(tmp_path / "a.xls", (2.0, ON_OPENING), (0.0, CALCULATED))
    assert ([cell.value for cell in workbook.sheets[0].cells][:2], workbook.remarks) == ([2, 0], [])
