"""What the styles of an OpenDocument do to the characters, the cells and the sheets that have them.

What belongs here: raised and struck characters, sheets that are not displayed, what is printed on each page. What does
not: formats of numbers, which are not followed (``ods_shown``), and the text that has a style (``ods``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from pipeline.cells.zip_archive import ZipArchive

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _STYLE, _TEXT = (_OASIS % name for name in ("office", "table", "style", "text"))
_PART = "styles.xml"
_RAISED = re.compile(r"\s*(?:super\b|0*[1-9]\d*%)")
_ROOT = frozenset({f"{_OFFICE}document-styles"})
_LISTS = frozenset({f"{_OFFICE}styles", f"{_OFFICE}automatic-styles", f"{_OFFICE}master-styles"})
_MASTER, _PARAGRAPH = f"{_STYLE}master-page", f"{_TEXT}p"
_PAGE_PARTS = tuple(f"{_STYLE}{what}" for what in ("header", "header-left", "footer", "footer-left"))
_WRITTEN = frozenset(f"{_TEXT}{name}" for name in ("p", "span", "a"))
"""What holds written text; whatever else stands in a paragraph is a field: the number of the page, the sheet's name."""
_STRUCK_BY = f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type"
CELL, TEXT = "table-cell", "text"
"""The families of the styles of cells and of characters."""

_Key = tuple[str, str]


class Styles:
    """The styles of a document."""

    def __init__(self) -> None:
        self.raised: set[str] = set()
        self.concealed: set[str] = set()
        """Those of sheets that are not displayed."""
        self.has_struck = False
        """Whether one of them strikes through."""
        self._struck: dict[_Key, bool] = {}
        """What a style says of it itself, then also what its parents say."""
        self._parents: dict[_Key, _Key] = {}
        self._pages: dict[str, list[str]] = {}
        """What is printed above and below the pages of each kind."""
        self._pages_of: dict[str, str] = {}
        """The kind of pages that the style of a sheet names."""

    def read_shared(self, archive: ZipArchive) -> None:
        """Note the styles that have a name that people gave them: cells have them, or others are derived from them."""
        if _PART in archive:
            self.note_all(archive.elements(_PART, _ROOT, _LISTS))

    def note_all(self, elements: Iterable[Element]) -> None:
        """Note what some elements say, of which only styles and kinds of pages count."""
        for element in elements:
            if element.tag == f"{_STYLE}style":
                self.note(element)
            elif element.tag == _MASTER:
                self._pages[element.get(f"{_STYLE}name", "")] = _page_texts(element)

    def note(self, element: Element) -> None:
        """Note what a style says."""
        name, family = element.get(f"{_STYLE}name", ""), element.get(f"{_STYLE}family", "")
        parent = element.get(f"{_STYLE}parent-style-name")
        if page := element.get(f"{_STYLE}master-page-name"):
            self._pages_of[name] = page
        if parent:
            self._parents[family, name] = family, parent
        for properties in element:
            if _RAISED.match(properties.get(f"{_STYLE}text-position", "")):
                self.raised.add(name)
            if properties.get(f"{_TABLE}display") == "false":
                self.concealed.add(name)
            lines = [line for attribute in _STRUCK_BY if (line := properties.get(attribute))]
            if lines:
                self._struck[family, name] = "none" not in lines
                self.has_struck |= "none" not in lines

    def page_texts(self, sheet_style: str | None) -> list[str]:
        """Return what is printed above the pages of a sheet, then below them."""
        return self._pages.get(self._pages_of.get(sheet_style or "", ""), [])

    def strikes(self, family: str, name: str | None) -> bool | None:
        """Return whether a style strikes through, ``None`` where neither it nor a parent of it says so."""
        if name is None or not self.has_struck:
            return None
        key: _Key | None = (family, name)
        passed: list[_Key] = []
        while key is not None and key not in self._struck and len(passed) <= len(self._parents):
            passed.append(key)
            key = self._parents.get(key)
        found = self._struck.get(key) if key is not None else None
        if found is not None:
            self._struck.update(dict.fromkeys(passed, found))
        else:  # nobody looks at them again
            for each in passed:
                self._parents.pop(each, None)
        return found


def _page_texts(page: Element) -> list[str]:
    """Return what is written above the pages of a kind, then below them, paragraph by paragraph, each once."""
    parts = (part for name in _PAGE_PARTS for part in page.iterfind(name) if part.get(f"{_STYLE}display") != "false")
    texts = (" ".join("".join(_written(each)).split()) for part in parts for each in part.iter(_PARAGRAPH))
    return list(dict.fromkeys(filter(None, texts)))


def _written(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _WRITTEN:
            yield from _written(child)
        elif child.tag == f"{_TEXT}s":
            yield " "
        yield child.tail or ""
