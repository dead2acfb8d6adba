"""A worksheet cut as it is inflated: its head, pieces of whole rows, its tail.

What belongs here: cutting. What does not: what the pieces say (``fast_rows``, ``worksheet``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, fromstring

from pipeline.cells.zip_archive import CHUNK, document

_OPENING, _CLOSING, _END_OF_ROW = b"<sheetData>", b"</sheetData>", b"</row>"
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?i:utf-8)['\"])?"
    rb"(?: standalone=['\"](?:yes|no)['\"])?\s*\?>)?\s*(<worksheet\b[^<>]*>)"
)
_LONGEST_HEAD = 256 * 1024
"""How many bytes are inflated to find where the rows begin: a sheet that is not written as most is not held whole."""


class NotCutError(Exception):
    """A sheet is not cut as it seemed: it must be read as a tree, from its beginning."""


class SheetPieces:
    """A sheet cut as it is inflated: its head, pieces of whole rows, its tail."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._taken = bytearray()
        """What was inflated and not handed out yet."""
        self.root = b""
        """The tag that opens the document; empty where it is not written so that its rows can be cut."""
        self._rows_at = self._find(_OPENING)
        head = bytes(self._taken[: max(0, self._rows_at)])
        match = _ROOT.match(head)
        if match is not None and b"<!" not in head and match[1].count(b'"') % 2 == 0:
            self.root = match[1]
            self.head = head

    @property
    def prefixes(self) -> frozenset[str]:
        """The prefixes of namespaces that the root declares."""
        return frozenset(re.findall(r'xmlns:([a-zA-Z0-9]+)="', self.root.decode()))

    def all(self) -> Iterator[bytes]:
        """Yield the whole document, as long as no piece was asked for."""
        return chain([bytes(self._taken)], self._chunks)

    def rows(self) -> Iterator[bytes]:
        """Yield the rows, piece by piece; the tail comes after."""
        del self._taken[: self._rows_at + len(_OPENING)]
        seen = 0  # a row may be as long as a hostile file likes: what was searched is not searched again
        while (end := self._taken.find(_CLOSING, max(0, seen - len(_CLOSING)))) < 0:
            cut = self._taken.rfind(_END_OF_ROW, max(0, seen - len(_END_OF_ROW)))
            if cut >= 0:
                yield bytes(self._taken[: cut + len(_END_OF_ROW)])
                del self._taken[: cut + len(_END_OF_ROW)]
            seen = len(self._taken)
            chunk = next(self._chunks, None)
            if chunk is None:
                raise NotCutError
            self._taken += chunk
        if self._taken[:end].strip():
            yield bytes(self._taken[:end])
        del self._taken[: end + len(_CLOSING)]

    def tail(self) -> tuple[bytes, Iterator[bytes] | None]:
        """Return a document of what stands behind the rows: its beginning, and what follows where that is not all."""
        beginning = self.root + bytes(self._taken)
        following = next(self._chunks, None)
        return beginning, None if following is None else chain([following], self._chunks)

    def _find(self, tag: bytes) -> int:
        """Return where a tag stands, inflating more until it is found; -1 where it does not come soon."""
        start = 0
        while (found := self._taken.find(tag, start)) < 0:
            if len(self._taken) > _LONGEST_HEAD:
                return -1
            start = max(0, len(self._taken) - len(tag))
            chunk = next(self._chunks, None)
            if chunk is None:
                return -1
            self._taken += chunk
        return found


def tree(piece: bytes, *, is_cached: bool = False) -> Element:
    """Return a part of a sheet as a tree.

    Args:
        piece: what would be a document by itself.
        is_cached: whether it is kept, being much like what others have.

    Raises:
        NotCutError: it is none: what seemed to be a tag stands in a comment, or the like.
    """
    try:
        if is_cached and len(piece) <= CHUNK:
            return document(piece)
        return fromstring(piece)  # noqa: S314 - what makes XML unsafe, its document type, was refused
    except ParseError as error:
        raise NotCutError from error
