"""A zip archive that is not trusted: its parts are found by name, inflated piece by piece, and counted.

What belongs here: bytes of a part, and the parsing of a part as XML without a document type.
What does not: judging the archive before anything is inflated (``guard``) and knowing what a part means (``xlsx``).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.parsers import expat

from pipeline.cells.limits import over_size
from pipeline.rejections import refuse_file
from pipeline.settings import Limits

CHUNK = 256 * 1024

Attributes = dict[str, str]
Names = dict[str, str]


class Archive:
    """The parts of a zip file. Every byte that is inflated is counted, whatever the archive declares."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limit = limits.uncompressed_bytes
        self._inflated = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise refuse_file("CORROMPU", found="archive tronquée ou sans table des matières") from error
        self._entries = {_part_name(entry.filename): entry for entry in self._zip.infolist()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def __contains__(self, part: str) -> bool:
        return _part_name(part) in self._entries

    @property
    def entries(self) -> list[zipfile.ZipInfo]:
        """What the archive declares to hold."""
        return self._zip.infolist()

    def chunks(self, part: str) -> Iterator[bytes]:
        """Inflate one part, piece by piece.

        Raises:
            FileRefusedError: the part is absent, damaged, or makes the whole archive inflate beyond the limit.
        """
        entry = self._entries.get(_part_name(part))
        if entry is None:
            raise refuse_file("CORROMPU", found=f"il manque la partie {part}")
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    self._inflated += len(chunk)
                    if self._inflated > self._limit:
                        raise over_size("taille décompressée", self._inflated, self._limit)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise refuse_file("CORROMPU", found=f"la partie {part} est illisible") from error

    def parse(
        self,
        part: str,
        names: Names,
        start: Callable[[str, Attributes], object] | None = None,
        end: Callable[[str], object] | None = None,
        text: Callable[[str], object] | None = None,
        each_chunk: Callable[[], object] | None = None,
    ) -> None:
        """Parse one part as XML, calling the handlers; ``each_chunk`` is called now and then, between two of them.

        ``names`` maps the qualified names of interest (``"<namespace> <name>"``) to the short ones that the handlers
        receive: expat looks every name up in its table of interned names, which makes the translation free.

        Raises:
            FileRefusedError: the part is absent or damaged, is no XML, or has a document type.
        """
        parser = expat.ParserCreate(None, " ", dict(names))
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_document_type
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk)
                if each_chunk:
                    each_chunk()
            parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keyword
        except expat.ExpatError as error:
            raise refuse_file("CORROMPU", found=f"la partie {part} n'est pas du XML valide, {error}") from error


def refuse_document_type(*_declaration: object) -> None:
    """Refuse a document type: no spreadsheet needs one, and entities are how a small file becomes a huge one."""
    raise refuse_file("DANGEREUX", found="il contient une définition de type de document (DTD)")


def _part_name(name: str) -> str:
    """Part names are compared without case, and some writers use backslashes or a leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()
