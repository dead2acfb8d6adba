"""Old workbooks that depart from their format and are readable all the same."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from pipeline.cells import compound
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import Extra, Kind, Name, Span, Workbook
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from tests.support.files import record, shared_text, xls

LIMITS = Limits()
NUMBER, TEXT, TRUTH, MERGED, EXTENT = 0x0203, 0xFD, 0x0205, 0xE5, 0x0200
ONE = record(NUMBER, "HHHd", 0, 0, 0, 811.0)


def refusal(path: Path) -> Rejection:
    with pytest.raises(FileRefusedError) as caught:
        read_workbook(path, LIMITS)
    return caught.value.rejection


def text(column: int, index: int) -> bytes:
    return record(TEXT, "HHHI", 0, column, 0, index)


LAST = 0xFFFFFFFE


def enveloped(path: Path, *, size: int | None = None, ends: int = LAST, root: int = LAST) -> Path:
    """Put a stream of records into its envelope, without which calamine reads none.

    ``size`` is what the directory tells, ``ends`` how the chain of its sectors does, ``root`` where small streams are.
    """
    stream = path.read_bytes().ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, LAST, *range(3, 2 + sectors), ends]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    directory = _entry("Root Entry", 5, root, 0 if root == LAST else 512, child=1)
    directory += _entry("Workbook", 2, 2, len(stream) if size is None else size, child=0xFFFFFFFF)
    path.write_bytes(_header() + table + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0"))
    return path


def _header(*, small_table: int = LAST) -> bytes:
    layout = "<8s16s5H6x10I"
    of_versions, of_tables = (62, 3, 0xFFFE, 9, 6), (0, 1, 1, 0, 4096, small_table, 1, LAST, 0, 0)
    return struct.pack(layout, compound.SIGNATURE, b"", *of_versions, *of_tables).ljust(512, b"\xff")


def _entry(label: str, kind: int, start: int, size: int, *, child: int) -> bytes:
    encoded = label.encode("utf-16-le") + b"\0\0"
    fixed = struct.pack("<64sHBB3I36xIQ", encoded, len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, start, size)
    assert len(fixed) == 128
    return fixed


# -- names ---------------------------------------------------------------------------------------------------------

AREA = struct.pack("<B5H", 0x3B, 0, 1, 3, 0, 2)
"""Rows 2 to 4, columns A to C of the first sheet."""
NO_RECTANGLES = {
    "a constant": b"\x1e\x05\x00",
    "a text": b"\x17\x02\x00ab",
    "an error": b"\x1c\x17",
    "a lost reference": struct.pack("<B5H", 0x3D, 0, 0, 0, 0, 0),
    "a lost cell": struct.pack("<B3H", 0x3C, 0, 0, 0),
    "print titles of rows and columns": struct.pack("<BH", 0x29, len(AREA) * 2 + 1) + AREA + AREA + b"\x10",
    "a union": AREA + AREA + b"\x10",
    "a relative cell": struct.pack("<B3H", 0x3A, 0, 0, 0xC000),
    "a formula": b"\x1e\x01\x00\x1e\x01\x00\x03",
    "a call of OFFSET": AREA + b"\x1e\x01\x00" * 4 + struct.pack("<BBH", 0x42, 5, 78),
    "a function that there is not": struct.pack("<BBH", 0x42, 0, 0x7FF0),
    "another workbook": struct.pack("<B5H", 0x3B, 1, 1, 3, 0, 2),
    "a sheet that there is not": struct.pack("<B5H", 0x3B, 2, 1, 3, 0, 2),
    "an unknown reference": struct.pack("<B5H", 0x3B, 9, 1, 3, 0, 2),
    "a name that there is not": struct.pack("<BHH", 0x43, 99, 0),
    "a stack that is empty": b"\x03",
    "an array": b"\x60" + bytes(7),
    "later years": b"\x18\x19" + bytes(4),
    "cut off": b"\x3b\x00",
    "nothing": b"",
}


def name(label: str, formula: bytes, options: int = 0) -> bytes:
    layout = f"HBBHHH4xB{len(label)}s{len(formula)}s"
    return record(0x18, layout, options, 0, len(label), len(formula), 0, 0, 0, label.encode(), formula)


LINKS = (
    record(0x1AE, "HH", 1, 0x0401)
    + record(0x1AE, "HHB8s", 1, 8, 0, b"b.xls\0\0\0")
    + record(0x17, "H9H", 3, 0, 0, 0, 1, 0, 0, 0, 5, 5)
)


@pytest.mark.parametrize("formula", NO_RECTANGLES.values(), ids=NO_RECTANGLES)
def test_a_name_that_is_no_rectangle_is_left_out_and_the_others_are_kept(tmp_path: Path, formula: bytes) -> None:
    names = LINKS + name("avant", AREA) + name("autre", formula) + name("apres", AREA)
    path = xls(tmp_path / "a.xls", {"F": (0, ONE)}, names=names)
    for extra in (Extra.NONE, Extra.NAMES):
        workbook = read_workbook(path, LIMITS, extra=extra)
        assert [cell.value for cell in workbook.sheets[0].cells] == [811]
        assert (workbook.sheets[0].cells[0].number_format, workbook.remarks) == ("General", [])
    assert workbook.names == [Name(each, "F", Span(2, 1, 4, 3)) for each in ("avant", "apres")]


@pytest.mark.parametrize("options", [0x08, 0x0A, 0x1000, 0x20])
def test_a_name_of_a_macro_or_of_the_program_is_no_obstacle(tmp_path: Path, options: int) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, ONE)}, names=LINKS + name("x", b"\x03\x03", options))
    assert read_workbook(path, LIMITS, extra=Extra.NAMES).names == []


# -- fonts and shared texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (((9, 5),), "Logements (1)"),
        (((9, 99),), "Logements1"),
        (((9, 6),), "Logements"),  # this one strikes through
        (((0, 40), (9, 5)), "Logements (1)"),
        (((9, 0xFFFF),), "Logements1"),
        (((9, 5), (40, 5)), "Logements (1)"),
    ],
)
def test_a_font_that_there_is_not_raises_nothing(
    tmp_path: Path, changes: tuple[tuple[int, int], ...], expected: str
) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, text(0, 0))}, shared=(shared_text("Logements1", *changes),))
    workbook = read_workbook(path, LIMITS)
    assert ([cell.text for cell in workbook.sheets[0].cells], workbook.remarks) == ([expected], [])


def miscounted(path: Path, count: int, shared: tuple[bytes, ...], cells: bytes) -> Path:
    xls(path, {"F": (0, cells)}, shared=shared)
    told = struct.pack("<II", len(shared), len(shared))
    content = path.read_bytes()
    assert content.count(told) == 1
    path.write_bytes(content.replace(told, struct.pack("<Ii", len(shared), count)))
    return path


@pytest.mark.parametrize("count", [0, 1, 4, 1000, 2_000_000_000, -1])
def test_shared_texts_that_are_wrongly_counted_are_counted_again(tmp_path: Path, count: int) -> None:
    shared = (shared_text("Région"), shared_text("Logements1", (9, 5)), shared_text("Aides"))
    cells = text(0, 2) + text(1, 1) + record(NUMBER, "HHHd", 0, 2, 1, 0.125)
    workbook = read_workbook(miscounted(tmp_path / "a.xls", count, shared, cells), LIMITS)
    assert [(cell.text, cell.number_format) for cell in workbook.sheets[0].cells] == [
        ("Aides", "General"),
        ("Logements (1)", "General"),
        ("0.125", "0.00%"),
    ]
    assert workbook.remarks == ["XLS_REPARE"]


def test_a_text_that_there_is_not_is_no_text(tmp_path: Path) -> None:
    path = miscounted(tmp_path / "a.xls", 3, (shared_text("Région"), shared_text("Aides")), text(0, 2))
    assert refusal(path).reason == "CORROMPU"


# -- envelopes -----------------------------------------------------------------------------------------------------

ENVELOPES = {
    "as it should be": ({}, []),
    "a larger chain than is told": ({"size": 4097}, ["XLS_REPARE"]),
    "a smaller chain than is told": ({"size": 1 << 13}, ["XLS_REPARE"]),
    "a chain that ends free": ({"ends": 0xFFFFFFFF}, ["XLS_REPARE"]),
    "a chain that ends where it begins": ({"ends": 2}, ["XLS_REPARE"]),
    "small streams in sectors of the workbook": ({"root": 2}, ["XLS_REPARE"]),
}


@pytest.mark.parametrize(("kept", "remarks"), ENVELOPES.values(), ids=ENVELOPES)
def test_an_envelope_that_is_badly_kept_is_opened(tmp_path: Path, kept: dict[str, int], remarks: list[str]) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, ONE * 200 + record(NUMBER, "HHHd", 1, 1, 1, 0.125))})
    workbook = read_workbook(enveloped(path, **kept), LIMITS)
    assert [(cell.value, cell.number_format) for cell in workbook.sheets[0].cells] == [
        (811, "General"),
        (0.125, "0.00%"),
    ]
    assert workbook.remarks == remarks


def test_a_stream_of_small_sectors_is_found_too() -> None:
    header = _header(small_table=2)
    table = struct.pack("<4I", 0xFFFFFFFD, LAST, LAST, LAST).ljust(512, b"\xff")
    directory = _entry("Root Entry", 5, 3, 128, child=1) + _entry("Book", 2, 1, 100, child=0xFFFFFFFF)
    small_table = struct.pack("<3I", LAST, 2, LAST).ljust(512, b"\xff")
    container = bytes(64) + b"contenu".ljust(100, b".")
    data = header + table + directory.ljust(512, b"\0") + small_table + container.ljust(512, b"\0")
    assert compound.stream(data, "book").rstrip(b"\0") == b"contenu".ljust(100, b".")
    with pytest.raises(KeyError):
        compound.stream(data, "autre")


def test_an_envelope_that_is_cut_off_is_refused_at_every_length_or_reads_no_wrong_cell(tmp_path: Path) -> None:
    path = enveloped(xls(tmp_path / "a.xls", {"F": (0, ONE * 400 + record(NUMBER, "HHHd", 1, 1, 1, 0.125))}))
    whole = path.read_bytes()
    cells = list(read_workbook(path, LIMITS).sheets[0].cells)
    for length in range(8, len(whole), 173):
        path.write_bytes(whole[:length])
        try:
            found = read_workbook(path, LIMITS)
        except FileRefusedError:
            continue
        assert list(found.sheets[0].cells) == cells, length


# -- what only calamine reads --------------------------------------------------------------------------------------


STOPS_XLRD = record(0x8C, "HH", 1, 33) + record(0x8C, "HH", 33, 1)
"""Two countries, of which xlrd expects one."""


def partly(path: Path, records: bytes, second: bytes = b"") -> Workbook:
    sheets = {"F": (0, records), "Cachée": (1, second)}
    shared = (shared_text("Région"), shared_text("Aides"))
    return read_workbook(enveloped(xls(path, sheets, shared=shared, names=STOPS_XLRD)), LIMITS)


def formula(column: int, result: bytes, options: int) -> bytes:
    tokens = b"\x1e\x01\x00\x1e\x01\x00\x03"
    return record(0x06, f"3H8sHIH{len(tokens)}s", 1, column, 0, result, options, 0, len(tokens), tokens)


def test_what_xlrd_refuses_is_read_with_all_that_is_unknown_said(tmp_path: Path) -> None:
    records = (
        text(0, 0)
        + text(1, 1)
        + record(NUMBER, "HHHd", 0, 2, 1, 0.125)
        + record(TRUTH, "3HBB", 0, 3, 0, 0x2A, 1)
        + record(TRUTH, "3HBB", 0, 4, 0, 1, 0)
        + formula(0, b"\x02\0\x07\0\0\0\xff\xff", 0)
        + formula(1, bytes(8), 3)
        + record(MERGED, "5H", 1, 4, 6, 0, 2)
    )
    workbook = partly(tmp_path / "a.xls", records, ONE)
    first, second = workbook.sheets
    assert workbook.format == "xls"
    assert [(cell.address, cell.kind, cell.value) for cell in first.cells] == [
        ("A1", Kind.TEXT, "Région"),
        ("B1", Kind.TEXT, "Aides"),
        ("C1", Kind.NUMBER, 0.125),
        ("D1", Kind.ERROR, None),
        ("E1", Kind.BOOLEAN, True),
        ("A2", Kind.ERROR, None),
        ("B2", Kind.UNCACHED, None),
    ]
    assert {cell.text for cell in first.cells if cell.kind is Kind.ERROR} == {"#N/A", "#DIV/0!"}
    assert {(cell.number_format, cell.hidden) for cell in first.cells} == {(None, None)}
    assert first.merges == [Span(5, 1, 7, 3)]
    assert [(sheet.name, sheet.visibility) for sheet in workbook.sheets] == [("F", "visible"), ("Cachée", "hidden")]
    assert [cell.value for cell in second.cells] == [811]
    assert (workbook.remarks, workbook.names) == (["XLS_LU_EN_PARTIE"], None)


def test_a_zero_beside_results_is_remarked_there_too(tmp_path: Path) -> None:
    workbook = partly(tmp_path / "a.xls", formula(0, bytes(8), 3), formula(0, struct.pack("<d", 2), 0))
    assert [cell.value for sheet in workbook.sheets for cell in sheet.cells] == [0, 2]
    assert workbook.remarks == ["XLS_LU_EN_PARTIE", "ZERO_A_CALCULER"]


def test_what_is_cut_off_is_not_read_in_part(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, ONE * 3), "G": (0, ONE * 3)}, names=STOPS_XLRD)
    whole = path.read_bytes()
    for missing in (4, 5, 30, 70):
        path.write_bytes(whole[:-missing])
        assert refusal(enveloped(path)).reason == "CORROMPU", missing


@pytest.mark.parametrize(
    "records", [record(EXTENT, "IIHHH", 0, 0xFFFFFFFF, 0, 256, 0), record(NUMBER, "HHHd", 0, 0xFFFF, 0, 1.0)]
)
def test_what_lies_beyond_the_grid_is_not_left_to_a_library_that_makes_room_for_it(
    tmp_path: Path, records: bytes
) -> None:
    path = xls(tmp_path / "a.xls", {"F": (0, records + ONE)}, names=STOPS_XLRD)
    assert refusal(enveloped(path)).reason == "CORROMPU"
