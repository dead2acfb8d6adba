"""What a file is, told by its content: names lie (an ODS named .xls, HTML named .xlsx, a TSV named .xls).

What belongs here: telling a readable spreadsheet from everything else. What does not: reading it, and what else a file
may be (``other_types``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.cells.other_types import (
    CALLED,
    MARKUP,
    NOT_DOWNLOADED,
    OLE2_STREAMS,
    PARTS,
    SIGNATURES,
    WHAT_TO_DO,
    is_message,
)
from pipeline.cells.zip_archive import CHUNK, ZipArchive
from pipeline.rejections import FileRefusedError, Wording, refuse_file

_HEAD = 64 * 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_WORKBOOKS = frozenset({"Workbook", "Book", "WORKBOOK", "BOOK"})
_BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
# In this order: the mark of UTF-32 begins as that of UTF-16.
_WIDE_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_WIDE_SHARE = 0.7
"""Of the characters of a text, how many are of Latin-1 at least, whatever quotes, dashes and narrow spaces it has."""

_TELEPHONE_PHOTO = re.compile(rb".{4}ftyp(heic|heix|hevc|mif1|msf1|avif)", re.DOTALL)
_FILM = re.compile(rb".{4}ftyp", re.DOTALL)
_TAPE, _TAPE_AT = b"ustar", 257
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_MAIN_TYPE = re.compile(rb"ms-excel\.(sheet|template)\.macroEnabled\.main|spreadsheetml\.(sheet|template)\.main", re.I)


_UNREADABLE_DIRECTORY = Wording(
    "le répertoire du fichier OLE2 est illisible", "the directory of the OLE2 file is unreadable"
)


def detect(path: Path, archive: ZipArchive | None) -> str:
    """Return ``xlsx`` (also for xlsm), ``xlsb`` or ``ods`` of an archive, ``xls`` or ``text`` of another file.

    Args:
        path: the file.
        archive: the same, opened, where it is an archive.

    Raises:
        FileRefusedError: the file is empty, protected by a password, or something that is no spreadsheet.
    """
    if archive is not None:
        return _in_zip(archive)
    with path.open("rb") as stream:
        head = filled = stream.read(_HEAD)
        while filled and not filled.strip(_BLANK):  # a text may begin with any number of blank lines
            filled = stream.read(_HEAD)
    if not filled:
        raise refuse_file("FICHIER_VIDE")
    if not head.strip(b"\0"):
        raise _wrong_type(NOT_DOWNLOADED)
    if head.startswith(_OLE2):
        return _in_ole2(path)
    if head.startswith(_BARE_BIFF):
        return "xls"
    _refuse_known(filled)
    return _in_text(filled)


def _refuse_known(head: bytes) -> None:
    """Refuse what begins as something else does; letters are a sign of it where no text follows."""
    for signature, found in SIGNATURES.items():
        if head.startswith(signature) and (not signature.isalnum() or _BINARY.search(head)):
            raise _wrong_type(found)
    if _TELEPHONE_PHOTO.match(head):
        raise _wrong_type("image")
    if _FILM.match(head):
        raise _wrong_type("film ou son")
    if head[_TAPE_AT : _TAPE_AT + len(_TAPE)] == _TAPE:
        raise _wrong_type("archive TAR")
    if head.lstrip().startswith(b"%PDF-"):  # some programs write a blank line first
        raise _wrong_type("PDF")


def wide_encoding(head: bytes) -> str | None:
    """Return the encoding of a text whose characters take two bytes or four, ``None`` where they do not.

    Its mark says so, or the zeros between its letters.
    """
    marked = next((encoding for mark, encoding in _WIDE_MARKS.items() if head.startswith(mark)), None)
    if marked:
        return marked
    pairs = len(head) // 2
    zeros = [head[side : 2 * pairs : 2].count(0) for side in (0, 1)]
    if pairs < 2 or min(zeros) or max(zeros) < _WIDE_SHARE * pairs:
        return None
    return "utf-16-le" if zeros[1] else "utf-16-be"


def _in_text(head: bytes) -> str:
    encoding = wide_encoding(head)
    if encoding:
        head = head.decode(encoding, errors="replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2048]
    if is_message(start):
        raise _wrong_type("message électronique")
    for pattern, found in MARKUP:
        if pattern.match(start) or (start.startswith(b"<") and pattern.search(start)):
            raise _wrong_type(found)
    if _BINARY.search(head):
        raise _wrong_type("données binaires")
    return "text"


def _in_zip(archive: ZipArchive) -> str:
    if "xl/workbook.xml" in archive:
        return "xlsx"
    if "xl/workbook.bin" in archive:
        return "xlsb"
    head = {part: _head(archive, part) for part in ("mimetype", "[Content_Types].xml", "META-INF/manifest.xml")}
    mime = head["mimetype"].decode("ascii", errors="replace").strip()
    if mime.startswith(_OPEN_DOCUMENT):
        if b"encryption-data" in head["META-INF/manifest.xml"]:
            raise refuse_file("PASSWORD")
        kind = mime.removeprefix(_OPEN_DOCUMENT)
        if kind in {"spreadsheet", "spreadsheet-template"}:
            return "ods"
        raise refuse_file(
            "TYPE_FICHIER", found=Wording(f"document OpenDocument ({kind})", f"an OpenDocument file ({kind})")
        )
    for folder, found in PARTS.items():
        if any(name.startswith(folder) for name in archive.parts):
            raise _wrong_type(found)
    if _MAIN_TYPE.search(head["[Content_Types].xml"]):
        return "xlsx"
    raise _wrong_type("archive ZIP")


def _head(archive: ZipArchive, part: str) -> bytes:
    return b"".join(islice(archive.chunks(part), _HEAD // CHUNK)) if part in archive else b""


def _in_ole2(path: Path) -> str:
    try:
        entries = list(_ole2_entries(path.read_bytes()))
    except (struct.error, ValueError) as error:
        raise refuse_file("CORROMPU", found=_UNREADABLE_DIRECTORY) from error
    top = _top_of(entries)
    streams = (
        top if top & (_WORKBOOKS | OLE2_STREAMS.keys() | {"EncryptedPackage"}) else {entry.name for entry in entries}
    )
    if "EncryptedPackage" in streams:
        raise refuse_file("PASSWORD")
    if streams & _WORKBOOKS:
        return "xls"
    for stream, found in OLE2_STREAMS.items():
        if stream in streams:
            raise _wrong_type(found)
    raise _wrong_type("document OLE2 inconnu")


class _Entry(NamedTuple):
    """What the directory of a compound file lists, and the places of those beside it and within it."""

    name: str
    left: int
    right: int
    within: int


def _top_of(entries: list[_Entry]) -> set[str]:
    """Return the names of what stands in the file itself; a workbook within a message or a text makes no workbook."""
    waiting, seen = [entries[0].within] if entries else [], set[int]()
    while waiting:
        place = waiting.pop()
        if place < len(entries) and place not in seen:
            seen.add(place)
            waiting += [entries[place].left, entries[place].right]
    return {entries[place].name for place in seen}


def _ole2_entries(data: bytes) -> Iterator[_Entry]:
    """Yield what stands in the directory of a compound file ([MS-CFB]), whose sectors are chained by a table."""
    shift, first = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
    if shift not in (9, 12):
        raise ValueError(shift)
    bytes_per_sector = 1 << shift
    table_sectors = struct.unpack_from("<109I", data, 76)
    links_per_sector = bytes_per_sector // 4
    sector = first
    for _ in range(len(data) // bytes_per_sector + 1):  # a chain cannot be longer than the file, unless it loops
        start = (sector + 1) * bytes_per_sector
        for entry in range(start, start + bytes_per_sector, 128):
            length, *places = struct.unpack_from("<H2x3I", data, entry + 64)
            name = data[entry : entry + length - 2] if 2 <= length <= 64 else b""
            yield _Entry(name.decode("utf-16-le", errors="replace"), *places)
        table, position = divmod(sector, links_per_sector)
        if table >= len(table_sectors):
            return
        link = (table_sectors[table] + 1) * bytes_per_sector + position * 4
        sector = struct.unpack_from("<I", data, link)[0]
        if sector >= 0xFFFFFFFA:
            return


def _wrong_type(found: str) -> FileRefusedError:
    return refuse_file("TYPE_FICHIER", found=Wording(found, CALLED.get(found, found)), hint=WHAT_TO_DO.get(found, ""))
