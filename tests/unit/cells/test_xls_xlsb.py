"""The older and the other formats: what each library keeps, and what stays unknown."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import python_calamine

from pipeline.cells import xls_xlsb as legacy
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Extra, Kind, Span
from pipeline.cells.zip_archive import ZipArchive
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from tests.support.files import (
    SAMPLES,
    archive,
    binary_row,
    computed,
    needs_samples,
    record,
    shared_text,
    wide,
    xls,
    xlsb,
)

LIMITS = Limits()
NUMBER, TEXT, TRUTH, MERGED, COLUMN, ROW = 0x0203, 0xFD, 0x0205, 0xE5, 0x7D, 0x0208


def refusal(path: Path, limits: Limits = LIMITS) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, limits)
    return caught.value.rejection


@pytest.fixture
def old_workbook(tmp_path: Path) -> Path:
    records = (
        record(COLUMN, "6H", 3, 3, 2560, 0, 1, 0)
        + record(ROW, "6HI", 2, 0, 4, 255, 0, 0, 0x20)
        + record(TEXT, "HHHI", 0, 0, 0, 0)
        + record(TEXT, "HHHI", 0, 1, 0, 1)
        + record(NUMBER, "HHHd", 1, 0, 0, 8311.0)
        + record(NUMBER, "HHHd", 1, 1, 1, 0.125)
        + record(NUMBER, "HHHd", 1, 2, 2, 45382.0)
        + record(NUMBER, "HHHd", 1, 3, 3, 1.25)
        + record(TRUTH, "3HBB", 2, 0, 0, 1, 0)
        + record(TRUTH, "3HBB", 2, 1, 0, 0x17, 1)
        + record(MERGED, "5H", 1, 4, 6, 0, 2)
    )
    shared = (shared_text("Région"), shared_text("Logements1", (9, 5)))
    return xls(tmp_path / "a.xls", {"Données": (0, records), "Cachée": (1, b""), "Secrète": (2, b"")}, shared=shared)


def test_an_xls_keeps_types_formats_merges_and_what_is_hidden(old_workbook: Path) -> None:
    workbook = read_workbook(old_workbook, LIMITS)
    assert workbook.format == "xls"
    first = workbook.sheets[0]
    found = {cell.address: (cell.kind, cell.text, cell.value, cell.number_format) for cell in first.cells}
    assert found == {
        "A1": (Kind.TEXT, "Région", "Région", "General"),
        "B1": (Kind.TEXT, "Logements (1)", "Logements (1)", "General"),
        "A2": (Kind.NUMBER, "8311", 8311, "General"),
        "B2": (Kind.NUMBER, "0.125", 0.125, "0.00%"),
        "C2": (Kind.DATE, "45382", date(2024, 3, 31), "dd/mm/yyyy"),
        "D2": (Kind.DURATION, "1.25", timedelta(hours=30), "[h]:mm"),
        "A3": (Kind.BOOLEAN, "TRUE", True, "General"),
        "B3": (Kind.ERROR, "#REF!", None, "General"),
    }
    assert {cell.address for cell in first.cells if cell.hidden} == {"D2", "A3", "B3"}
    assert first.merges == [Span(5, 1, 7, 3)]
    assert [(sheet.name, sheet.visibility) for sheet in workbook.sheets] == [
        ("Données", "visible"),
        ("Cachée", "hidden"),
        ("Secrète", "very_hidden"),
    ]
    assert {cell.formula for cell in first.cells} == {None}


def test_the_mark_of_a_note_within_a_wording_of_an_xls_leaves_the_words_apart(tmp_path: Path) -> None:
    shared = (shared_text("Logements1 agréés", (9, 5), (11, 0)), shared_text("en m2 habitables", (4, 5), (5, 0)))
    records = record(TEXT, "HHHI", 0, 0, 0, 0) + record(TEXT, "HHHI", 0, 1, 0, 1)
    cells = read_workbook(xls(tmp_path / "a.xls", {"F": (0, records)}, shared=shared), LIMITS).sheets[0].cells
    assert [cell.text for cell in cells] == ["Logements agréés", "en m² habitables"]


def test_an_xls_in_the_1904_calendar(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, record(NUMBER, "HHHd", 0, 0, 2, 43920.0))}, date1904=1)
    assert read_workbook(path, LIMITS).sheets[0].cells[0].value == date(2024, 3, 31)


def test_the_limits_hold_for_an_xls(old_workbook: Path) -> None:
    assert "nombre de feuilles" in refusal(old_workbook, Limits(sheets=2)).message_fr
    assert "nombre de cellules" in refusal(old_workbook, Limits(cells=7)).message_fr


def test_an_encrypted_xls_asks_for_the_file_without_a_password(old_workbook: Path) -> None:
    content = old_workbook.read_bytes()
    first = 4 + content[2]
    old_workbook.write_bytes(content[:first] + record(0x2F, "H52x", 1) + content[first:])
    assert refusal(old_workbook).reason == "PASSWORD"


def test_a_truncated_xls_is_refused_at_every_length_or_reads_no_wrong_cell(old_workbook: Path) -> None:
    whole = old_workbook.read_bytes()
    cells = set(read_workbook(old_workbook, LIMITS).sheets[0].cells)
    for length in range(40, len(whole), 61):
        old_workbook.write_bytes(whole[:length])
        try:
            found = read_workbook(old_workbook, LIMITS)
        except FileRefusedError:
            continue
        assert {cell._replace(hidden=None) for cell in found.sheets[0].cells} <= {
            cell._replace(hidden=None) for cell in cells
        }


def binary(path: Path) -> Path:
    first = binary_row(
        0,
        {
            1: (7, struct.pack("<I", 1)),  # a shared text
            2: (6, wide("Île")),  # a text of its own
            3: (2, struct.pack("<I", 8311 << 2 | 2)),  # a whole number in 30 bits
            4: (2, struct.pack("<I", 1250 << 2 | 3)),  # the same, in hundredths
            5: (2, struct.pack("<d", 0.125)[4:]),  # the upper half of a double
        },
    )
    second = binary_row(
        4,
        {
            0: (5, struct.pack("<d", 0.1)),
            1: (4, b"\x01"),
            2: (5, struct.pack("<d", 45382.0)),
            3: (9, computed(struct.pack("<d", 2.0))),
            4: (8, computed(wide("deux"))),
            5: (10, computed(b"\x00")),
            6: (1, b""),  # blank, with a format
            7: (3, b"\x17"),  # #REF!
            8: (11, computed(b"\x07")),  # #DIV/0!
        },
        style={2: 1},
    )
    sheets = {"Données": (0, first + second), "Cachée": (1, binary_row(0, {0: (4, b"\x00")})), "Secrète": (2, b"")}
    return xlsb(path, sheets, shared=("Région", "Logements"))


def test_an_xlsb_keeps_values_at_their_address_and_leaves_the_rest_unknown(tmp_path: Path) -> None:
    workbook = read_workbook(binary(tmp_path / "a.xls"), LIMITS, extra=Extra.COMMENTS | Extra.NAMES)
    assert (workbook.format, workbook.names) == ("xlsb", None)
    first, hidden, _ = workbook.sheets
    assert {cell.address: (cell.kind, cell.text, cell.value) for cell in first.cells} == {
        "B1": (Kind.TEXT, "Logements", "Logements"),
        "C1": (Kind.TEXT, "Île", "Île"),
        "D1": (Kind.NUMBER, "8311", 8311),
        "E1": (Kind.NUMBER, "12.5", 12.5),
        "F1": (Kind.NUMBER, "0.125", 0.125),
        "A5": (Kind.NUMBER, "0.1", 0.1),
        "B5": (Kind.BOOLEAN, "TRUE", True),
        "C5": (Kind.DATE, "2024-03-31", date(2024, 3, 31)),
        "D5": (Kind.NUMBER, "2", 2),
        "E5": (Kind.TEXT, "deux", "deux"),
        "F5": (Kind.BOOLEAN, "FALSE", False),
        "H5": (Kind.ERROR, "#REF!", None),
        "I5": (Kind.ERROR, "#DIV/0!", None),
    }
    assert [cell.address for cell in first.cells[-3:]] == ["F5", "H5", "I5"]
    assert {(cell.number_format, cell.formula, cell.hidden) for cell in first.cells} == {(None, None, None)}
    assert (first.comments, first.merges) == (None, [])
    assert [(sheet.name, sheet.visibility) for sheet in workbook.sheets] == [
        ("Données", "visible"),
        ("Cachée", "hidden"),
        ("Secrète", "very_hidden"),
    ]
    assert [cell.value for cell in hidden.cells] == [False]


def test_a_truncated_xlsb_is_refused_at_every_length_or_reads_no_wrong_cell(tmp_path: Path) -> None:
    path = binary(tmp_path / "a.xlsb")
    cells = set(read_workbook(path, LIMITS).sheets[0].cells)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = parts["xl/worksheets/sheet1.bin"]
    for length in range(0, len(sheet), 7):
        archive(path, {**parts, "xl/worksheets/sheet1.bin": sheet[:length]})
        try:
            found = read_workbook(path, LIMITS)
        except FileRefusedError:
            continue
        assert set(found.sheets[0].cells) <= cells


def test_a_damaged_xlsb_is_refused(tmp_path: Path) -> None:
    assert refusal(archive(tmp_path / "a.xlsb", {"xl/workbook.bin": b"\x00" * 40})).reason == "CORROMPU"


def test_a_panic_of_the_library_is_a_damaged_file_and_an_interruption_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = binary(tmp_path / "a.xlsb")
    panic = type("PanicException", (BaseException,), {})

    class Raising:
        error: BaseException = panic("index out of range")

        @classmethod
        def from_filelike(cls, _stream: object) -> None:
            raise cls.error

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Raising)
    assert refusal(path).reason == "CORROMPU"
    Raising.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt), ZipArchive(path, LIMITS) as opened:
        legacy.read_xlsb(opened, LIMITS)


def test_dates_and_durations_of_calamine_are_typed() -> None:
    moment = datetime.fromisoformat("2024-03-31T18:30")
    assert legacy._calamine_typed(moment) == (Kind.DATE, "2024-03-31T18:30:00", moment)
    assert legacy._calamine_typed(timedelta(hours=30)) == (Kind.DURATION, "1 day, 6:00:00", timedelta(hours=30))


@needs_samples
def test_the_real_population_workbook_has_a_sheet_per_year() -> None:
    workbook = read_workbook(SAMPLES / "estim-pop-nreg-sexe-aq-1975-2020.xls", LIMITS)
    assert workbook.format == "xls"
    years = [sheet.name for sheet in workbook.sheets if sheet.name.isdecimal()]
    assert sorted(years) == [str(year) for year in range(1975, 2021)]
    for sheet in workbook.sheets:
        if sheet.name.isdecimal():
            texts = {cell.text for cell in sheet.cells if cell.kind is Kind.TEXT}
            assert any("Île-de-France" in text for text in texts), sheet.name
            assert sum(cell.kind is Kind.NUMBER for cell in sheet.cells) > 500, sheet.name
