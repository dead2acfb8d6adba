"""Good workbooks changed at random: whatever comes out is a workbook or a refusal, and never anything else.

Rounds are few and seeds are fixed, so that a failure comes back; to look further, raise ``FUZZ_ROUNDS``.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.read_workbook import read_workbook
from pipeline.cells.workbook import LAST_COLUMN, LAST_ROW, Cell, Extra, Kind, Workbook
from pipeline.rejections import FileRefusedError, Level, Rejection, reasons
from pipeline.settings import Limits, Settings
from tests.support.bounds import FUZZ_ROUNDS
from tests.support.files import (
    DAY,
    MAIN,
    PACKAGE,
    PERCENT,
    RELATED,
    archive,
    binary_row,
    compound,
    computed,
    open_document,
    package,
    record,
    rows,
    shared_text,
    strings,
    wide,
    xls,
    xlsb,
)
from tests.support.workbooks import regional_return

ROUNDS = FUZZ_ROUNDS
LIMITS = Limits(cells=20_000, sheets=20, uncompressed_bytes=20 * 1024**2)

Parts = dict[str, bytes]
Mutation = Callable[[random.Random, bytes], bytes]

SHEET = rows(
    f"""<row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
    <row r="2" hidden="1"><c r="A2" s="{PERCENT}"><v>0.125</v></c><c r="B2" s="{DAY}"><v>45382</v></c>
    <c r="C2" t="b"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c></row>
    <row r="3"><c r="A3" t="inlineStr"><is><r><t>n</t></r><r><t>d</t></r></is></c><c r="B3"><f>A1+1</f></c>
    <c r="C3" t="str"><f t="shared" si="0" ref="C3:C9">A1</f><v>x</v></c><c r="D3" t="d"><v>2024-03-31</v></c></row>""",
    before='<dimension ref="A1:D3"/><cols><col min="2" max="3" hidden="1"/></cols>',
    after='<mergeCells count="1"><mergeCell ref="A5:B6"/></mergeCells>',
)


def make_package(path: Path) -> Path:
    return package(path, {"Activité": SHEET, "Bilan": SHEET}, shared=strings("<t>Région</t>", "<r><t>b</t></r>"))


def make_return(path: Path) -> Path:
    return regional_return(path, [["Ménages logés", 2021, "1 234", "ménages"]])


def make_xls(path: Path) -> Path:
    content = (
        record(0xFD, "HHHI", 0, 0, 0, 0) + record(0x0203, "HHHd", 1, 0, 2, 45382.0) + record(0xE5, "5H", 1, 4, 6, 0, 2)
    )
    return xls(path, {"Activité": (0, content), "Cachée": (1, b"")}, shared=(shared_text("Région1", (6, 5)),))


def make_text(path: Path) -> Path:
    path.write_text('Région;Valeur\n"Île; de";8 311\n', encoding="utf-8")
    return path


def make_ods(path: Path) -> Path:
    content = (
        '<table:table-column table:visibility="collapse"/><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell office:value-type="float" office:value="1"><office:annotation>'
        "<text:p>note</text:p></office:annotation><text:p>1</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string" '
        'table:number-columns-spanned="2"><text:p>a<text:span text:style-name="T1">1</text:span></text:p>'
        "</table:table-cell></table:table-row><table:table-row-group><table:table-row><table:table-cell "
        'office:value-type="date" office:date-value="2024-03-31"/><table:table-cell office:value-type="time" '
        'office:time-value="PT30H00M00S"/></table:table-row></table:table-row-group><table:named-expressions>'
        '<table:named-range table:name="n" table:cell-range-address="$Région.$A$1"/></table:named-expressions>'
    )
    return open_document(path, content)


def make_commented(path: Path) -> Path:
    relation = f'<Relationship Id="c" Type="{RELATED}/comments" Target="../comments1.xml"/>'
    comments = (
        f'<comments xmlns="{MAIN}"><authors><author>Ève</author></authors><commentList><comment ref="A1" authorId="0">'
        "<text><r><t>remplacer</t></r><t> par 812</t></text></comment></commentList></comments>"
    )
    names = (
        '<definedNames><definedName name="modele" localSheetId="0">\'Activité\'!$A$1:$B$2</definedName></definedNames>'
    )
    return package(
        path,
        {"Activité": SHEET},
        shared=strings("<t>Région</t>", "<t>b</t>"),
        book=names,
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relation}</Relationships>',
            "xl/comments1.xml": comments,
        },
    )


def make_xlsb(path: Path) -> Path:
    cells = {0: (7, b"\x00\x00\x00\x00"), 1: (3, b"\x17"), 2: (11, computed(b"\x07")), 3: (6, wide("Île"))}
    return xlsb(path, {"Activité": (0, binary_row(3, cells))}, shared=("Région",))


MAKERS = {
    "package": make_package,
    "return": make_return,
    "commented": make_commented,
    "ods": make_ods,
    "xls": make_xls,
    "text": make_text,
}

# -- mutations -----------------------------------------------------------------------------------------------------

NASTY = [
    *(
        "",
        "-1",
        "0",
        "1",
        "99999999999999999999",
        "1e999",
        "NaN",
        "A1",
        "XFD1048576",
        "XFE1",
        "A0",
        "a",
        "é",
        "٣",
        "\x7f",
    ),
    *("true", "veryHidden", "s", "str", "inlineStr", "b", "e", "d", "n", "zz", "../x", "External", "rId1", "_x0000_"),
    *("2024-02-31", "12,5", "0x10", "1_0", " 5 ", "=1", "&#x10FFFF;", "&undefined;", "A1:XFD1048576", "A1:", ":"),
]


def flip_bytes(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(1, len(content) + 1)
    return content[:start] + content[start + chance.randint(1, 200) :]


def repeat(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randint(1, 300)]
    return content[:start] + piece * chance.randint(2, 5) + content[start:]


def change_value(chance: random.Random, content: bytes) -> bytes:
    """Put something nasty in place of an attribute's value."""
    found = list(re.finditer(rb'="[^"]*"', content))
    return _put(content, chance.choice(found), f'="{chance.choice(NASTY)}"') if found else content


def change_text(chance: random.Random, content: bytes) -> bytes:
    """Put something nasty in place of the text between two tags."""
    found = list(re.finditer(rb">[^<>]*<", content))
    return _put(content, chance.choice(found), f">{chance.choice(NASTY)}<") if found else content


def drop_attribute(chance: random.Random, content: bytes) -> bytes:
    found = list(re.finditer(rb' [\w:]+="[^"]*"', content))
    return _put(content, chance.choice(found), "") if found else content


def rename_element(chance: random.Random, content: bytes) -> bytes:
    found = sorted(set(re.findall(rb"</([\w:]+)>", content)))
    if not found:
        return content
    old, new = chance.choice(found), chance.choice([*found, b"x"])
    return re.sub(rb"(</?)" + re.escape(old) + rb"\b", rb"\1" + new, content)


def swap_elements(chance: random.Random, content: bytes) -> bytes:
    """Exchange two elements that have no children, or nest one in the other."""
    found = list(re.finditer(rb"<(\w+)[^<>]*>[^<>]*</\1>|<\w+[^<>]*/>", content))
    if len(found) < 2:
        return content
    first, second = sorted(chance.sample(found, 2), key=lambda match: match.start())
    return (
        content[: first.start()]
        + second[0]
        + content[first.end() : second.start()]
        + first[0]
        + content[second.end() :]
    )


def other_encoding(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(chance.choice(["utf-16", "utf-16-be", "utf-8-sig", "utf-32"]))


def _put(content: bytes, where: re.Match[bytes], text: str) -> bytes:
    return content[: where.start()] + text.encode() + content[where.end() :]


OF_BYTES: tuple[Mutation, ...] = (flip_bytes, cut, repeat)
OF_XML: tuple[Mutation, ...] = (
    change_value,
    change_text,
    drop_attribute,
    rename_element,
    swap_elements,
    other_encoding,
)


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


def mutated(chance: random.Random, original: Path, target: Path) -> Path:
    """Write a changed copy of a file: its bytes, or the bytes, values and elements of the parts of its archive."""
    content = original.read_bytes()
    if not zipfile.is_zipfile(original) or chance.random() < 0.25:
        for _ in range(chance.randint(1, 3)):
            content = chance.choice(OF_BYTES)(chance, content)
        target.write_bytes(content)
        return target
    parts = parts_of(original)
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(sorted(parts))
        parts[name] = chance.choice((*OF_XML, *OF_XML, *OF_BYTES))(chance, parts[name] or b" ")
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    return archive(target, parts)


# -- what must hold ------------------------------------------------------------------------------------------------


def is_well_formed(cell: Cell) -> bool:
    return (
        1 <= cell.row <= LAST_ROW
        and 1 <= cell.column <= LAST_COLUMN
        and isinstance(cell.kind, Kind)
        and isinstance(cell.text, str)
        and cell.text != ""
        and (cell.value is None) == (cell.kind in {Kind.ERROR, Kind.UNCACHED})
    )


def check_outcome(path: Path) -> str:
    """Read a file in this process and return how it ended, which is one of two ways."""
    try:
        workbook = read_workbook(path, LIMITS, path.name, Extra.COMMENTS | Extra.NAMES)
    except FileRefusedError as refused:
        rejection = refused.rejection
    else:
        check_workbook(workbook)
        return "read"
    assert rejection.level is Level.FILE
    assert rejection.reason != "LECTEUR_INTERROMPU"
    return rejection.reason


def check_workbook(workbook: Workbook) -> None:
    assert isinstance(workbook, Workbook)
    assert any(sheet.cells for sheet in workbook.sheets)
    assert {reasons()[remark].level for remark in workbook.remarks} <= {Level.REMARK}
    for sheet in workbook.sheets:
        assert all(map(is_well_formed, sheet.cells))
        places = [(cell.row, cell.column) for cell in sheet.cells]
        assert places == sorted(set(places))
        assert all(comment.row >= 1 <= comment.column for comment in sheet.comments or ())
    assert all(name.span.top >= 1 and name.span.left <= name.span.right for name in workbook.names or ())


@pytest.mark.parametrize("made", MAKERS)
def test_a_changed_workbook_is_read_or_refused(tmp_path: Path, made: str) -> None:
    original = MAKERS[made](tmp_path / "original")
    assert check_outcome(original) == "read"
    ends: set[str] = set()
    for seed in range(ROUNDS):
        chance = random.Random(f"{made} {seed}")
        path = mutated(chance, original, tmp_path / "changed")
        try:
            ends.add(check_outcome(path))
        except Exception as error:
            raise AssertionError(f"{made}, seed {seed}: neither a workbook nor a refusal") from error
    broken = {"CORROMPU", "GUILLEMET_OUVERT"} & ends
    assert "read" in ends, "the changes are not always strong enough to break a file"
    assert broken, "and strong enough now and then"


def test_changed_files_of_the_other_libraries_take_no_worker_with_them(tmp_path: Path) -> None:
    """The library behind xlsb may abort its process, so that these are read where every received file is."""
    originals = [
        make_xlsb(tmp_path / "a.xlsb"),
        compound(tmp_path / "a.xls", "Workbook"),
        archive(tmp_path / "b.xlsb", {"xl/workbook.bin": b"\x83\x01\x00\x84\x01\x00"}),
    ]
    paths = [
        mutated(random.Random(seed), originals[seed % len(originals)], tmp_path / f"changed-{seed}")
        for seed in range(ROUNDS)
    ]
    settings = Settings(limits=Limits(seconds=20, memory_bytes=512 * 1024**2, cells=20_000), workers=2)
    tasks = [Task(path.name, (path, settings.limits, path.name)) for path in paths]
    results = list(run_isolated(tasks, read_workbook, settings))
    assert [task for task, _ in results] == tasks
    assert all(isinstance(result, Workbook | Rejection) for _, result in results)


def test_what_a_writer_may_leave_out_changes_no_cell(tmp_path: Path) -> None:
    """Attributes are dropped one by one: the cells stay the same, or the file is refused."""
    whole = SHEET.encode()
    expected = {cell.address: cell.text for cell in _first_sheet(make_package(tmp_path / "a.xlsx"))}
    for match in re.finditer(rb' (spans|min|max|ref|count|si)="[^"]*"', whole):
        path = package(
            tmp_path / "b.xlsx",
            {"Activité": whole[: match.start()] + whole[match.end() :]},
            shared=strings("<t>Région</t>", "<r><t>b</t></r>"),
        )
        try:
            found = {cell.address: cell.text for cell in _first_sheet(path)}
        except FileRefusedError:
            continue
        assert found == expected, match[0]


def _first_sheet(path: Path) -> list[Cell]:
    return list(read_workbook(path, LIMITS).sheets[0].cells)
