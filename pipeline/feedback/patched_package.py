"""A workbook's package of which a few parts are changed or added, and every other part keeps its bytes.

What belongs here: parts, their relationships and their declared types. What does not: what a part says.
"""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import NamedTuple

from pipeline.cells.zip_archive import ZipArchive
from pipeline.feedback.splice import RELATED, Element, Splice, UnusualError, outline, prefix_of, spliced, xml_text

TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_NO_RELATIONSHIPS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)


class Relationship(NamedTuple):
    """One relationship: its identifier, its whole type, and its target, the name of a part unless it is external."""

    identifier: str
    type: str
    target: str

    @property
    def kind(self) -> str:
        """The last word of the type."""
        return self.type.rpartition("/")[2]


class PatchedPackage:
    """The parts of a package, read through the guarded archive, with what was changed kept aside until it is saved."""

    def __init__(self, archive: ZipArchive) -> None:
        self._archive = archive
        self._names: dict[str, str] = {}
        self._changed: dict[str, bytes] = {}
        for entry in archive.entries:
            if entry.filename.lower() in self._names or "\\" in entry.filename:
                raise UnusualError("archive inhabituelle")
            self._names[entry.filename.lower()] = entry.filename

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def read(self, part: str) -> bytes:
        """Return a part as it now stands."""
        name = self._names.get(part.lower(), part)
        if name not in self._changed:
            return b"".join(self._archive.chunks(name))
        return self._changed[name]

    def put(self, part: str, data: bytes) -> None:
        """Change a part, or add it."""
        self._changed[self._names.setdefault(part.lower(), part)] = data

    def free_name(self, pattern: str) -> str:
        """Return the first name that no part has: ``xl/comments{}.xml`` → ``xl/comments3.xml``."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    # -- relationships -----------------------------------------------------------------------------------------

    def relationships(self, part: str) -> list[Relationship]:
        """Return what a part refers to; the whole package for the part ``""``."""
        listing = _listing(part)
        if listing not in self:
            return []
        return [
            Relationship(at["Id"], at.get("Type", ""), _target(part, at))
            for element in outline(self.read(listing))
            if element.name == f"{_RELATIONSHIPS_NAMESPACE} Relationship" and "Id" in (at := element.attributes)
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part to another; return its identifier."""
        listing = _listing(part)
        if listing not in self:
            self.put(listing, _NO_RELATIONSHIPS)
            self.announce_extension("rels", _RELATIONSHIPS_TYPE)
        data = self.read(listing)
        root, *others = outline(data)
        taken = {element.attributes.get("Id") for element in others}
        identifier = next(name for number in range(1, len(taken) + 2) if (name := f"rIdR{number}") not in taken)
        entry = f'Relationship Id="{identifier}" Type="{RELATED}/{kind}" Target="/{xml_text(target)}"/>'
        self.put(listing, spliced(data, root.appended(b"<" + prefix_of(root.tag) + entry.encode())))
        return identifier

    # -- declared types ----------------------------------------------------------------------------------------

    def announce(self, part: str, content_type: str) -> None:
        """Declare the type of a part."""
        self._declare("Override", "PartName", f"/{part}", content_type)

    def announce_extension(self, extension: str, content_type: str) -> None:
        """Declare the type of every part with an extension, unless it is declared."""
        found = [
            element.attributes.get("ContentType", "")
            for element in self._types()
            if element.name == f"{_TYPES_NAMESPACE} Default"
            and element.attributes.get("Extension", "").lower() == extension
        ]
        if not found:
            self._declare("Default", "Extension", extension, content_type)
        elif found != [content_type]:
            raise UnusualError("types de parties inhabituels")

    def _types(self) -> list[Element]:
        return outline(self.read(TYPES))

    def _declare(self, element: str, attribute: str, value: str, content_type: str) -> None:
        data = self.read(TYPES)
        root, *others = outline(data)
        entry = f'{element} {attribute}="{xml_text(value)}" ContentType="{content_type}"/>'
        opening = b"<" + prefix_of(root.tag)
        if element == "Override" or not others:
            splices = root.appended(opening + entry.encode())
        else:  # extensions are declared first
            splices = [Splice(others[0].start, others[0].start, opening + entry.encode())]
        self.put(TYPES, spliced(data, splices))

    # -- saving ------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the package: the parts in their order, the added ones last; the same input gives the same bytes."""
        with zipfile.ZipFile(path, "w") as target:
            for entry in self._archive.entries:
                copied = zipfile.ZipInfo(entry.filename, max(entry.date_time, _FIRST_MOMENT))
                is_stored = entry.compress_type == zipfile.ZIP_STORED
                copied.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
                copied.create_system, copied.external_attr = entry.create_system, entry.external_attr
                changed = self._changed.get(entry.filename)
                if entry.is_dir():
                    target.writestr(copied, b"")
                elif changed is not None:
                    target.writestr(copied, changed)
                else:
                    with target.open(copied, "w") as copy:
                        for chunk in self._archive.chunks(entry.filename):
                            copy.write(chunk)
            known = {entry.filename for entry in self._archive.entries}
            for name, data in self._changed.items():
                if name not in known:
                    added = zipfile.ZipInfo(name, _FIRST_MOMENT)
                    added.compress_type = zipfile.ZIP_DEFLATED
                    target.writestr(added, data)


def _listing(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, attributes: dict[str, str]) -> str:
    target = attributes.get("Target", "")
    if attributes.get("TargetMode") == "External":
        return target
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
