"""A zip archive that is not trusted: its parts are found by name, inflated piece by piece, and counted.

What belongs here: bytes of a part, and the parsing of a part as XML without a document type.
What does not: judging the archive before anything is inflated (``guard``) and knowing what a part means (``xlsx``).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring
from xml.parsers import expat

from pipeline.cells.damage import damaged_part, other_root
from pipeline.cells.limits import UNCOMPRESSED_SIZE, check_size
from pipeline.rejections import FileRefusedError, Wording, refuse_file
from pipeline.settings import Limits

CHUNK = 16 * 1024
_SMALL = 1024**2
"""Up to how many bytes an archive is read at once: a part of it then costs no call of the system."""
_PROLOG = 512
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>]*\?>)?\s*<[A-Za-z]")
"""A document that begins with its root, or with a declaration and its root, as nearly all do: it has no type."""

Names = frozenset[str]
_NONE: Names = frozenset()


class ZipArchive:
    """The parts of a zip file. Every byte that is inflated is counted, whatever the archive declares."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._limit = limits.uncompressed_bytes
        self._inflated = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()) if path.stat().st_size <= _SMALL else path)
        except zipfile.BadZipFile as error:
            raise refuse_file(
                "CORROMPU",
                found=Wording("archive tronquée ou sans table des matières", "archive truncated or without directory"),
            ) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._twins: set[str] = set()
        """The names that stand for several parts: programs differ in which of them they show."""
        for entry in self._zip.infolist():
            name = _part_name(entry.filename)
            if name in self._entries:
                self._twins.add(name)
            self._entries[name] = entry

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def __contains__(self, part: str) -> bool:
        return _part_name(part) in self._entries

    @property
    def parts(self) -> Iterable[str]:
        """The names of its parts, in small letters."""
        return self._entries.keys()

    @property
    def entries(self) -> list[zipfile.ZipInfo]:
        """What the archive declares to hold."""
        return self._zip.infolist()

    def chunks(self, part: str) -> Generator[bytes]:
        """Inflate one part, piece by piece.

        Raises:
            FileRefusedError: the part is absent, damaged, or makes the whole archive inflate beyond the limit.
        """
        entry = self._entries.get(_part_name(part))
        if entry is None:
            raise damaged_part(part, Wording("manque", "is missing"))
        if _part_name(part) in self._twins:
            raise damaged_part(part, Wording("existe en double", "exists twice"))
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    self._inflated += len(chunk)
                    check_size(UNCOMPRESSED_SIZE, self._inflated, self._limit)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise damaged_part(part, Wording("est illisible", "is unreadable")) from error

    def elements(
        self, part: str, root: Names, containers: Names = frozenset(), chunks: Iterable[bytes] | None = None
    ) -> Iterator[Element]:
        """Parse one part as XML and yield the children of its root, each when it is complete, in their order.

        A child that is named in ``containers`` yields its own children in its place: a sheet of a million rows is never
        in memory as a tree. What is yielded is forgotten here before the next piece is parsed.

        Args:
            part: the name of the part.
            root: the qualified names (``{namespace}name``) that its root may have.
            containers: the qualified names of the children that are opened.
            chunks: its bytes, where the caller has them already.

        Raises:
            FileRefusedError: the part is absent or damaged, is no XML, has a document type or another root.
        """
        entry = self._entries.get(_part_name(part))
        if chunks is None and entry is not None and entry.file_size <= CHUNK:
            content = b"".join(self.chunks(part))
            if len(content) <= CHUNK:  # what an archive declares may be a lie
                yield from self._children(part, content, root, containers)
                return
            chunks = [content]
        for above, is_whole in self.growing(part, chunks):
            for element in above:
                _expect(root, element, part)
                yield from _take_complete(element, containers, is_whole=is_whole)

    def _children(self, part: str, content: bytes, root: Names, containers: Names) -> Iterator[Element]:
        try:
            found = document(content)
        except (ParseError, expat.ExpatError, LookupError, ValueError) as error:
            raise _invalid(part, error) from error
        _expect(root, found, part)
        for child in found:
            yield from child if child.tag in containers else (child,)

    def growing(self, part: str, chunks: Iterable[bytes] | None = None) -> Iterator[tuple[Element, bool]]:
        """Parse one part as XML, piece by piece; yield after each what its root grows under, and whether it is whole.

        While it grows, the last child of each element may still lack something. The caller takes away what it has read.

        Raises:
            FileRefusedError: the part is absent or damaged, is no XML or has a document type.
        """
        builder = TreeBuilder()
        above = builder.start("", {})  # the builder shows what grows under an element that we started ourselves
        parser = XMLParser(target=builder)  # noqa: S314 - what makes XML unsafe, its document type, was refused
        try:
            for chunk in self.checked_chunks(part, chunks):
                parser.feed(chunk)
                yield above, False
            parser.close()
        except (ParseError, LookupError, ValueError) as error:
            raise _invalid(part, error) from error
        yield above, True

    def checked_chunks(self, part: str, chunks: Iterable[bytes] | None = None) -> Iterator[bytes]:
        """Inflate one part that is XML, piece by piece, and refuse a document type before its piece is handed out."""
        prolog: Prolog | None = None
        for position, chunk in enumerate(self.chunks(part) if chunks is None else chunks):
            if position == 0 and not _BEGINS.match(chunk):
                prolog = Prolog()
            if prolog is not None:
                try:
                    prolog = None if prolog.is_over(chunk) else prolog
                except (expat.ExpatError, LookupError, ValueError) as error:
                    raise _invalid(part, error) from error
            yield chunk


@lru_cache(maxsize=64)
def document(content: bytes) -> Element:
    """Return a small document as a tree, which nobody may change.

    Those of workbooks that were made from one template are the same to the byte: styles, relationships, what stands
    around the rows of a sheet.

    Raises:
        FileRefusedError: it has a document type.
        ParseError: it is no XML; an unknown encoding is a ``LookupError`` or a ``ValueError``.
    """
    if not _BEGINS.match(content):
        Prolog().is_over(content)
    return fromstring(content)  # noqa: S314 - what makes XML unsafe, its document type, was refused


class Prolog:
    """What stands before the root of an XML document, the only place where it can have a document type."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = refuse_document_type
        self._parser.StartElementHandler = self._note_root
        self._is_over = False

    def _note_root(self, *_element: object) -> None:
        self._is_over = True

    def is_over(self, chunk: bytes) -> bool:
        """Read on, little by little, and return whether the root has begun."""
        for start in range(0, len(chunk), _PROLOG):
            self._parser.Parse(chunk[start : start + _PROLOG])
            if self._is_over:
                return True
        return False


def _take_complete(parent: Element, containers: Names, *, is_whole: bool = False) -> Iterator[Element]:
    """Detach and yield the complete children of an element: all of them, or all but the last while it is parsed."""
    last = len(parent) - 1
    for position, child in enumerate(parent):
        is_complete = is_whole or position < last
        if child.tag in containers:
            yield from _take_complete(child, _NONE, is_whole=is_complete)
        elif is_complete:
            yield child
    del parent[: len(parent) if is_whole else max(0, last)]


def _expect(root: Names, found: Element, part: str) -> None:
    if found.tag not in root:
        expected = min(root).rpartition("}")[2]
        raise other_root(part, expected)


def _invalid(part: str, error: Exception) -> FileRefusedError:
    """Refuse a part that is no XML, with the line where it ceases to be, in the words of no library."""
    at = error.position[0] if isinstance(error, ParseError) else getattr(error, "lineno", None)
    where = Wording(f", ligne {at}", f", line {at}") if at else Wording("", "")
    return damaged_part(part, Wording(f"n'est pas du XML valide{where.fr}", f"is no valid XML{where.en}"))


def refuse_document_type(*_declaration: object) -> None:
    """Refuse a document type: no spreadsheet needs one, and entities are how a small file becomes a huge one."""
    raise refuse_file(
        "DANGEREUX",
        found=Wording(
            "il contient une définition de type de document (DTD)", "it holds a document type definition (DTD)"
        ),
    )


def _part_name(name: str) -> str:
    """Part names are compared without case, and some writers use backslashes or a leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()
