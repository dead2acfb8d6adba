"""Rows that are taken by the expression, against the same rows read as a tree; cells held as columns. All invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Cell, Cells, Kind, Workbook, column_letters
from pipeline.cells.xlsx.fast_rows import FastRows
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from tests.benchmarks.workbooks import regional_returns
from tests.support.files import MAIN, package, rows, strings

LIMITS = Limits()
SHARED = strings("<t>Livraisons</t>", "<t></t>", "<t>Région &amp; co</t>", "<r><t>a</t></r>")


def outcome(path: Path, *, as_tree: bool = False) -> Workbook | Rejection:
    """Return what a file holds, or why it is refused; ``as_tree``: nothing is taken by the expression."""
    with mock.patch.object(FastRows, "take", (lambda *_: False) if as_tree else FastRows.take):
        try:
            return read_workbook(path, LIMITS)
        except FileRefusedError as refusal:
            return refusal.rejection


def taken(path: Path) -> list[bool]:
    """Return, for each piece of the sheets of a file, whether it is taken by the expression."""
    outcomes: list[bool] = []
    take = FastRows.take

    def noting(fast_rows: FastRows, piece: bytes) -> bool:
        outcomes.append(take(fast_rows, piece))
        return outcomes[-1]

    with mock.patch.object(FastRows, "take", noting):
        read_workbook(path, LIMITS)
    return outcomes


# -- what programs write is taken ---------------------------------------------------------------------------------


def test_what_openpyxl_writes_is_taken_and_is_what_the_tree_says(tmp_path: Path) -> None:
    (path,) = regional_returns(tmp_path, 1)
    assert taken(path) == [True] * 3
    assert outcome(path) == outcome(path, as_tree=True)


def test_what_excel_writes_is_taken_formulas_dates_and_hidden_rows_included(tmp_path: Path) -> None:
    part = rows(
        '<row r="1" spans="1:4" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c>'
        '<c r="C1" s="1"><v>-3</v></c><c r="D1"><v>8311</v></c></row>'
        '<row r="2" spans="1:4"><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" s="3"><v>45382</v></c><c r="D2" s="3"/></row>'
        '<row r="3"/><row r="4" hidden="1"><c r="A4" t="s"><v>0</v></c><c r="B4" t="str"><f>A4</f><v>a</v></c></row>',
        before='<cols><col min="4" max="4" width="9" hidden="1"/></cols>',
    ).replace(
        "<worksheet ", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns:x14ac="urn:x" '
    )
    path = package(tmp_path / "a.xlsx", {"S": part}, shared=SHARED)
    assert taken(path) == [True]
    workbook = outcome(path)
    assert isinstance(workbook, Workbook)
    assert workbook == outcome(path, as_tree=True)
    cells = {cell.address: cell for cell in workbook.sheets[0].cells}
    assert (cells["B2"].formula, cells["B2"].value, cells["C2"].value) == ("=1+1", 2, date(2024, 3, 31))
    assert {address for address, cell in cells.items() if cell.hidden} == {"D1", "A4", "B4"}
    assert "D2" not in cells


def test_a_long_sheet_is_taken_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    for number in range(1, 3_001):
        sheet.append([f"Commune {number}", number, number / 7])
    book.save(path)
    told = taken(path)
    assert all(told)
    assert len(told) > 5
    assert outcome(path) == outcome(path, as_tree=True)


def test_a_row_over_many_pieces_is_taken_whole(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{column_letters(column)}1"><v>{column}</v></c>' for column in range(1, 5_001))
    path = package(tmp_path / "a.xlsx", {"S": rows(f'<row r="1">{cells}</row><row r="2"><c r="A2"><v>1</v></c></row>')})
    assert all(taken(path))
    workbook = outcome(path)
    assert isinstance(workbook, Workbook)
    assert len(workbook.sheets[0].cells) == 5_001
    assert workbook == outcome(path, as_tree=True)


# -- what is written otherwise is read as a tree ------------------------------------------------------------------

OTHERWISE = {
    "a line break between cells": '<row r="1"><c r="A1"><v>1</v></c>\n<c r="B1"><v>2</v></c></row>',
    "a comment": '<row r="1"><c r="A1"><v>1</v></c><!-- <c r="B1"><v>2</v></c> --></row>',
    "a comment over the end of a row": '<row r="1"><c r="A1"><v>1</v></c><!-- </row><row r="2"> --></row>',
    "a comment over the end of the rows": '<row r="1"><c r="A1"><v>1</v></c></row><!-- </sheetData> -->',
    "an entity": '<row r="1"><c r="A1" t="inlineStr"><is><t>a &amp; b</t></is></c></row>',
    "characters as they are": '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a < b]]></t></is></c></row>',
    "a shared formula": '<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c></row>',
    "an error": '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>',
    "a formula that nobody calculated": '<row r="1"><c r="A1"><f>1+1</f></c></row>',
    "a carriage return": '<row r="1"><c r="A1" t="inlineStr"><is><t>a\r\nb</t></is></c></row>',
    "rows that do not say where they are": "<row><c><v>1</v></c></row><row><c><v>2</v></c></row>",
    "rows out of order": '<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "cells out of order": '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
    "a cell of another row": '<row r="1"><c r="A2"><v>1</v></c></row>',
    "a cell of another row, with the style of its number": '<row r="3"><c r="A1" s="3"><v>1</v></c></row>',
    "an attribute that ends like the row": '<row r="3" ht="13"><c r="A3" s="3"><v>3</v></c><c r="B3"/></row>',
    "a value that is not there": '<row r="1"><c r="A1"><v/></c><c r="B1"><v>1</v></c></row>',
    "a text that is not there": '<row r="1"><c r="A1" t="inlineStr"><is><t/></is></c></row>',
    "a formula that is not there": '<row r="1"><c r="A1"><f/><v>1</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>',
    "a text that is stored as a number": '<row r="1"><c r="A1"><is><t>a</t></is></c></row>',
    "a number that is stored as a text": '<row r="1"><c r="A1" t="inlineStr"><v>1</v></c></row>',
    "a shared string without a number": '<row r="1"><c r="A1" t="s"><v>a</v></c></row>',
    "a shared string of half a number": '<row r="1"><c r="A1" t="s"><v>1.5</v></c></row>',
    "a cell between the rows": '<row r="1"><c r="A1"><v>1</v></c></row><c r="A2"><v>2</v></c>',
    "a row within a row": '<row r="1"><c r="A1"><v>1</v></c><row r="2"><c r="A2"><v>2</v></c></row></row>',
    "a style that there is not": '<row r="1"><c r="A1" s="99"><v>1</v></c></row>',
    "a shared string that there is not": '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
    "a number that is none": '<row r="1"><c r="A1"><v>12,5</v></c></row>',
    "a column beyond the last": '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    "another namespace": '<row r="1"><c xmlns="urn:x" r="A1"><v>1</v></c></row>',
    "nothing": "",
}
WRONG = {
    "an element that is not closed": '<row r="1"><c r="A1"><v>1</v></row>',
    "an entity that there is not": '<row r="1"><c r="A1" t="inlineStr"><is><t>&nope;</t></is></c></row>',
    "the mark that stands for a row": '<row r="\0"><c r="A\0"><v>1</v></c></row>',
    "a character that XML forbids": '<row r="1"><c r="A1" t="inlineStr"><is><t>\x01</t></is></c></row>',
    "an end of characters without a beginning": '<row r="1"><c r="A1" t="inlineStr"><is><t>]]></t></is></c></row>',
    "an attribute twice": '<row r="1" hidden="1" hidden="0"><c r="A1"><v>1</v></c></row>',
    "a prefix that nobody declares": '<row r="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row>',
    "bytes that are no characters": b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xff\xfe</t></is></c></row>',
}


def sheet_part(content: str | bytes) -> bytes:
    """Return a sheet part around rows that may hold any bytes."""
    before, after = rows("|").encode().split(b"|")
    return before + (content.encode() if isinstance(content, str) else content) + after


@pytest.mark.parametrize("written", OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_written_otherwise_is_what_the_tree_says(written: str, tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"S": sheet_part(written)}, shared=SHARED)
    assert outcome(path) == outcome(path, as_tree=True)


@pytest.mark.parametrize("written", WRONG.values(), ids=WRONG)
def test_what_is_no_xml_is_refused_all_the_same(written: str | bytes, tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", {"S": sheet_part(written)}, shared=SHARED)
    found = outcome(path)
    assert isinstance(found, Rejection)
    assert found.reason == "CORROMPU"


def test_a_declared_prefix_is_known(tmp_path: Path) -> None:
    part = rows('<row r="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row>')
    path = package(tmp_path / "a.xlsx", {"S": part.replace("<worksheet ", '<worksheet xmlns:x14ac="urn:x" ')})
    assert taken(path) == [True]


# -- any rows ------------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(["Livraisons", "8 311", "nd", "_x000D_", "é", "a > b", " ", "12.5", "TRUE"])
NUMBERS = st.sampled_from(["0", "7", "8311", "-12.50", "1E5", "0.1", "007", "99999999999999999", "45382"])
STYLES_USED = st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="3"', ' s="4"', ' s="6"'])


@st.composite
def contents(draw: Any) -> str:
    """Return a cell behind its reference: its style, how it is stored, and what it holds."""
    style: str = draw(STYLES_USED)
    content: str = draw(
        st.one_of(
            NUMBERS.map(lambda number: f"{style}><v>{number}</v></c>"),
            NUMBERS.map(lambda number: f'{style} t="n"><v>{number}</v></c>'),
            NUMBERS.map(lambda number: f"{style}><f>1+1</f><v>{number}</v></c>"),
            TEXTS.map(lambda text: f'{style} t="str"><f>A1</f><v>{text}</v></c>'),
            TEXTS.map(lambda text: f'{style} t="inlineStr"><is><t>{text}</t></is></c>'),
            st.sampled_from("0123").map(lambda place: f'{style} t="s"><v>{place}</v></c>'),
            st.sampled_from(["/>", " />", "></c>", "><v></v></c>", ' t="b"><v>1</v></c>']).map(style.__add__),
        )
    )
    return content


@st.composite
def sheets(draw: Any) -> str:
    """Return rows, most of them in order, some hidden or blank, with some columns hidden."""
    written, row = "", 0
    for _ in range(draw(st.integers(1, 6))):
        row += draw(st.integers(1, 3))
        hidden = draw(st.sampled_from(["", "", ' hidden="1"', ' spans="1:3"']))
        cells, column = "", 0
        for _ in range(draw(st.integers(0, 4))):
            column += draw(st.integers(1, 2))
            cells += f'<c r="{"ABCDEFGHIJ"[column]}{row}"{draw(contents())}'
        gap = draw(st.sampled_from(["", "", "", "\n"]))
        written += f'<row r="{row}"{hidden}>{cells}</row>{gap}' if cells else f'<row r="{row}"{hidden}/>'
    return written


@given(written=sheets(), columns=st.sampled_from(["", '<cols><col min="3" max="4" hidden="1"/></cols>']))
def test_any_rows_are_what_the_tree_says(tmp_path_factory: pytest.TempPathFactory, written: str, columns: str) -> None:
    path = tmp_path_factory.mktemp("fast") / "a.xlsx"
    try:
        package(path, {"S": rows(written, before=columns)}, shared=SHARED)
        assert outcome(path) == outcome(path, as_tree=True)
    finally:
        path.unlink()
        path.parent.rmdir()


# -- cells as columns ----------------------------------------------------------------------------------------------

CELL = st.builds(
    Cell,
    row=st.integers(1, 5),
    column=st.integers(1, 5),
    kind=st.just(Kind.TEXT),
    text=st.sampled_from(["a", "8311"]),
    value=st.sampled_from(["a", "8311", None]),
    number_format=st.sampled_from([None, "General", "0.0%"]),
    formula=st.sampled_from([None, "", "=A1"]),
    hidden=st.sampled_from([None, False, True]),
) | st.sampled_from(
    [
        Cell(1, 1, Kind.NUMBER, "8311", 8311),
        Cell(1, 2, Kind.NUMBER, "8311.0", 8311),
        Cell(2, 1, Kind.DATE, "45382", date(2024, 3, 31)),
        Cell(2, 2, Kind.BOOLEAN, "FALSE", value=False),
        Cell(3, 1, Kind.ERROR, "#REF!", None),
        Cell(3, 3, Kind.UNCACHED, "=A1", None, formula="=A1"),
    ]
)


@given(cells=st.lists(CELL, max_size=12), other=CELL)
def test_cells_come_back_as_they_were_put_in(cells: list[Cell], other: Cell) -> None:
    held = Cells(cells)
    assert list(held) == cells == [held[position] for position in range(len(cells))]
    assert [type(cell.value) for cell in held] == [type(cell.value) for cell in cells]
    assert held[1:3] == cells[1:3]
    assert held == cells
    assert (held == [*cells, other]) is False
    ordered = held.in_order()
    assert list(ordered) == sorted(cells, key=lambda cell: cell[:2])
    for row in range(1, 6):
        assert [ordered[at] for at in ordered.line(row)] == [cell for cell in ordered if cell.row == row]
    for position, cell in enumerate(cells):
        held[position] = other._replace(row=cell.row, column=cell.column)
    assert list(held) == [other._replace(row=cell.row, column=cell.column) for cell in cells]


def test_the_root_is_checked_before_the_rows_are(tmp_path: Path) -> None:
    part = f'<worksheet xmlns="urn:x"><sheetData><row r="1"/></sheetData></worksheet><!-- {MAIN} -->'
    found = outcome(package(tmp_path / "a.xlsx", {"S": part}))
    assert isinstance(found, Rejection)
    assert "worksheet" in found.message_fr
