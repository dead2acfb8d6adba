"""Spreadsheets written by hand, byte by byte where needed: what honest and hostile writers produce."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.settings import PRODUCT

SAMPLES = PRODUCT.parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of real files, shared/samples, is absent")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATED = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="0.0&quot; M€&quot;"/>
<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs>
<cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="20"/><xf numFmtId="22"/></cellXfs></styleSheet>"""
PLAIN, PERCENT, MILLIONS, DAY, ELAPSED, HOUR, MOMENT = range(7)


def rows(content: str, *, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    """Return a sheet part around the given ``<row>`` elements."""
    return f'<worksheet xmlns="{namespace}">{before}<sheetData>{content}</sheetData>{after}</worksheet>'


def strings(*items: str) -> str:
    """Return a shared strings part around the contents of its ``<si>`` elements."""
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


def package(
    path: Path,
    sheets: Mapping[str, str | bytes],
    *,
    shared: str | bytes | None = None,
    styles: str | None = STYLES,
    book: str = "",
    states: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    more_relations: str = "",
    namespace: str = MAIN,
    related: str = RELATED,
    extra: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write an xlsx package whose sheet parts are given as they are, and return its path."""
    announced, relations = "", ""
    parts: dict[str, str | bytes] = {}
    for number, (name, content) in enumerate(sheets.items(), 1):
        state = (states or {}).get(name, "visible")
        kind = (kinds or {}).get(name, "worksheet")
        announced += f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        relations += f'<Relationship Id="rId{number}" Type="{related}/{kind}" Target="worksheets/sheet{number}.xml"/>'
        parts[f"xl/worksheets/sheet{number}.xml"] = content
    if shared is not None:
        relations += f'<Relationship Id="rIdS" Type="{related}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = shared
    if styles is not None:
        relations += f'<Relationship Id="rIdT" Type="{related}/styles" Target="styles.xml"/>'
        parts["xl/styles.xml"] = styles
    parts |= {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{related}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{related}">{book}<sheets>{announced}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}{more_relations}</Relationships>',
        **(extra or {}),
    }
    return archive(path, parts)


def archive(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write a zip file of the given parts and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def compound(path: Path, *streams: str) -> Path:
    """Write an OLE2 file whose directory names the given streams, all empty, and return its path."""
    header = bytearray(b"\xff" * 512)
    header[:80] = struct.pack(
        "<8s16s5H6x10I",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        b"",
        *(62, 3, 0xFFFE, 9, 6),  # versions, byte order, 512 bytes a sector
        *(0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0),  # the table is sector 0, the directory sector 1
    )
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = b"".join(_directory_entry(name) for name in ("Root Entry", *streams)).ljust(512, b"\x00")
    path.write_bytes(bytes(header) + table + directory)
    return path


def _directory_entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le") + b"\x00\x00"
    kind = 5 if name == "Root Entry" else 2
    return (encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded), kind, 1)).ljust(128, b"\x00")


def open_document(path: Path, table: str, *, prolog: str = "", manifest: str = "") -> Path:
    """Write an OpenDocument spreadsheet of one sheet, whose rows are given as they are, and return its path."""
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?>{prolog}<office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Région">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return archive(path, {"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": manifest or "<manifest/>"})


def xls(
    path: Path,
    sheets: Mapping[str, tuple[int, bytes]],
    *,
    shared: tuple[bytes, ...] = (),
    date1904: int = 0,
    names: bytes = b"",
) -> Path:
    """Write a BIFF8 stream, without its OLE2 envelope, of sheets given by visibility and records; return its path."""
    beginning = _beginning(0x0005) + record(0x42, "H", 1200) + record(0x22, "H", date1904)
    for raised, struck in ((0, 0), (0, 0), (0, 0), (0, 0), (1, 0), (0, 1)):
        beginning += _font(raised, struck)  # the font 4 does not exist: the fifth one is the font 5
    for identifier, code in ((164, "dd/mm/yyyy"), (165, "[h]:mm")):
        beginning += record(0x041E, f"HHB{len(code)}s", identifier, len(code), 0, code.encode())
    for font, identifier in ((0, 0), (0, 10), (0, 164), (0, 165), (6, 0)):
        beginning += record(0xE0, "HH16x", font, identifier)
    items = b"".join(shared)
    ending = names + record(0xFC, f"II{len(items)}s", len(shared), len(shared), items) + record(0x0A, "")
    encoded = {name: name.encode("utf-16-le") for name in sheets}
    offset = len(beginning) + sum(12 + len(name) for name in encoded.values()) + len(ending)
    announced = content = b""
    for name, (visibility, records) in sheets.items():
        announced += record(
            0x85, f"IBBBB{len(encoded[name])}s", offset + len(content), visibility, 0, len(name), 1, encoded[name]
        )
        content += _beginning(0x0010) + records + record(0x0A, "")
    path.write_bytes(beginning + announced + ending + content)
    return path


def record(identifier: int, layout: str, *values: object) -> bytes:
    """Return a BIFF record."""
    content = struct.pack("<" + layout, *values)
    return struct.pack("<HH", identifier, len(content)) + content


def shared_text(text: str, *changes: tuple[int, int]) -> bytes:
    """Return a string of a BIFF8 table, whose font changes at the given offsets."""
    encoded = text.encode("utf-16-le")
    runs = b"".join(struct.pack("<HH", *change) for change in changes)
    if not changes:
        return struct.pack("<HB", len(text), 1) + encoded
    return struct.pack("<HBH", len(text), 9, len(changes)) + encoded + runs


def _beginning(kind: int) -> bytes:
    return record(0x0809, "4HII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6)


def _font(raised: int, struck: int) -> bytes:
    return record(0x31, "5H4BBB5s", 200, 8 * struck, 0x7FFF, 400, raised, 0, 0, 0, 0, 5, 0, b"Arial")


_BINARY = "application/vnd.ms-excel"
_BINARY_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="bin" ContentType="{_BINARY}.sheet.binary.macroEnabled.main"/>{{overrides}}</Types>'
)


def xlsb(path: Path, sheets: Mapping[str, tuple[int, bytes]], *, shared: tuple[str, ...] = ()) -> Path:
    """Write a binary workbook of sheets given by visibility and rows; return its path. The format 1 is a date."""
    relations, overrides, bundle = "", "", b""
    parts: dict[str, bytes] = {}
    for number, (name, (visibility, content)) in enumerate(sheets.items(), 1):
        bundle += biff12(156, struct.pack("<II", visibility, number) + wide(f"rId{number}") + wide(name))
        relations += (
            f'<Relationship Id="rId{number}" Type="{RELATED}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        )
        parts[f"xl/worksheets/sheet{number}.bin"] = (
            biff12(129)
            + biff12(148, struct.pack("<4I", 0, 9, 0, 9))
            + biff12(145)
            + content
            + biff12(146)
            + biff12(130)
        )
        overrides += f'<Override PartName="/xl/worksheets/sheet{number}.bin" ContentType="{_BINARY}.worksheet"/>'
    items = b"".join(biff12(19, b"\x00" + wide(text)) for text in shared)
    parts["xl/sharedStrings.bin"] = biff12(159, struct.pack("<II", len(shared), len(shared))) + items + biff12(160)
    formats = b"".join(biff12(47, struct.pack("<HH12x", 0xFFFF, number)) for number in (0, 14))
    parts["xl/styles.bin"] = biff12(278) + biff12(617, struct.pack("<I", 2)) + formats + biff12(618) + biff12(279)
    for name in ("sharedStrings", "styles"):
        relations += f'<Relationship Id="{name}" Type="{RELATED}/{name}" Target="{name}.bin"/>'
        overrides += f'<Override PartName="/xl/{name}.bin" ContentType="{_BINARY}.{name}"/>'
    document = f'<Relationship Id="rId1" Type="{RELATED}/officeDocument" Target="xl/workbook.bin"/>'
    return archive(
        path,
        {
            "[Content_Types].xml": _BINARY_TYPES.format(overrides=overrides),
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{document}</Relationships>',
            "xl/workbook.bin": biff12(131) + biff12(143) + bundle + biff12(144) + biff12(132),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
            **parts,
        },
    )


def biff12(identifier: int, content: bytes = b"") -> bytes:
    """Return a record of the binary workbook format, whose numbers take as many bytes as they need."""
    return _packed(identifier) + _packed(len(content)) + content


def _packed(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _packed(rest) if rest else bytes([low])


def wide(text: str) -> bytes:
    """Return a text of the binary workbook format."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_row(number: int, cells: Mapping[int, tuple[int, bytes]], style: Mapping[int, int] | None = None) -> bytes:
    """Return a row, counted from zero, of cells given by column, record and content."""
    return biff12(0, struct.pack("<I13x", number)) + b"".join(
        biff12(identifier, struct.pack("<II", column, (style or {}).get(column, 0)) + content)
        for column, (identifier, content) in cells.items()
    )


def computed(result: bytes, formula: bytes = b"\x1e\x01\x00\x1e\x01\x00\x03") -> bytes:
    """Return the content of a cell with a formula, 1+1 unless another is given, and its stored result."""
    return result + struct.pack("<HI", 0, len(formula)) + formula + struct.pack("<I", 0)
