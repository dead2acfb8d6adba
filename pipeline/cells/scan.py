"""Sheets as programs mostly write them: a whole piece of rows is taken by one expression, not element by element.

Building a tree of a sheet and walking through it takes three times as long. Programs write cells in few ways, though,
and one regular expression knows them. That it has understood a piece is proved, not assumed: its matches, each a whole
element or the tag of a row, cover the piece from end to end, and rows and cells follow each other in order.
Whatever is written otherwise (comments, entities, shared formulas, errors, line breaks between the cells, other
namespaces) is not taken here, and is read as a tree. So are the head of the sheet and its tail.

What belongs here: cutting a sheet into its head, pieces of whole rows and its tail, and taking a piece.
What does not: what a cell's style shows and what surrounds the rows (``xlsx``).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, compress
from operator import lt
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from pipeline.cells import formats
from pipeline.cells.archive import CHUNK, document
from pipeline.cells.model import KIND_CODES, LAST_COLUMN, LAST_ROW, Cells, Kind, column_number, number
from pipeline.cells.ooxml import unescape

_OPENING, _CLOSING, _END_OF_ROW = b"<sheetData>", b"</sheetData>", b"</row>"
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?i:utf-8)['\"])?"
    rb"(?: standalone=['\"](?:yes|no)['\"])?\s*\?>)?\s*(<worksheet\b[^<>]*>)"
)
_CHARACTER = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]"
_PIECE = re.compile(
    r'(<c r="([A-Z]{1,3})([0-9]+)"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    rf"(?: ?/>|>(?:(?:<f>({_CHARACTER}+)</f>)?<v>(?:([0-9]{{1,15}})|({_CHARACTER}+))</v>"
    rf'|<is><t(?: xml:space="preserve")?>({_CHARACTER}+)</t></is>)</c>)'
    r'|<row r="([0-9]{1,7})"((?: [a-zA-Z0-9:]+="[^"<&\x00-\x1f\ufffe\uffff]*")* ?/?)>|</row>)'
)
_ATTRIBUTE = re.compile(r' ([a-zA-Z0-9:]+)="([^"]*)"')
_END = "</row>"
_NUMBER, _TEXT = KIND_CODES[Kind.NUMBER], KIND_CODES[Kind.TEXT]
_KINDS = {"": _NUMBER, "n": _NUMBER, "s": _TEXT, "str": _TEXT, "inlineStr": _TEXT}
"""The kind of a cell by how it is stored; others are read as a tree."""


class OtherwiseError(Exception):
    """A sheet is not cut as it seemed: it must be read as a tree, from its beginning."""


class Style(NamedTuple):
    """What the style of a cell says of a number in it."""

    code: str | None
    shows: formats.Temporal | None


UNKNOWN_STYLE = Style(None, None)


class Pieces:
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
                raise OtherwiseError
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
        """Return where a tag stands, inflating more until it is found; -1 where it does not come."""
        start = 0
        while (found := self._taken.find(tag, start)) < 0:
            start = max(0, len(self._taken) - len(tag))
            chunk = next(self._chunks, None)
            if chunk is None:
                return -1
            self._taken += chunk
        return found


class Scan:
    """The rows of one sheet, taken piece by piece."""

    def __init__(
        self, cells: Cells, strings: Sequence[str], styles: Mapping[str | None, Style], *, date1904: bool
    ) -> None:
        """Begin a sheet.

        Args:
            cells: what the cells are added to.
            strings: the shared strings of the workbook.
            styles: its styles, by their numbers; ``None`` for a cell without one.
            date1904: whether its days are counted from 1904 on.
        """
        self.prefixes: frozenset[str] = frozenset()
        """The prefixes that the root of the sheet declares."""
        self.hidden_columns: set[int] = set()
        self._cells = cells
        self._strings = strings
        self._date1904 = date1904
        self._styles = {name or "": style for name, style in styles.items()}
        self._places = {name: cells.number_formats.place(style.code) for name, style in self._styles.items()}
        self._temporal = {name for name, style in self._styles.items() if style.shows}
        self.last_row = 0
        """The number of the last row that was taken, filled or not."""
        self._letters: tuple[str, ...] = ()
        """The columns of the last row that was taken."""
        self._numbers = {"": 0}
        """The number of each column, by its letters."""
        self._are_hidden: dict[str, bool] = {}
        """Whether rows with some attributes are hidden."""

    def take(self, piece: bytes) -> bool:
        """Add the cells of a piece of rows; return whether it was understood, and add nothing where it was not."""
        try:
            text = piece.decode()
            found = _PIECE.findall(text)
            return bool(found) and "]]>" not in text and self._take(len(text), *zip(*found, strict=True))
        except (KeyError, UnicodeDecodeError):  # a style, a type or a character that only the tree can judge
            return False

    def _take(self, size: int, *found: tuple[str, ...]) -> bool:
        matches, letters, digits, _, types, _, whole, other, inline, rows, attributes = found
        if sum(map(len, matches)) != size:
            return False
        kinds = bytes(map(_KINDS.__getitem__, types))
        texts = list(whole)
        for at in [at for at, written in enumerate(other) if written]:
            if kinds[at] == _NUMBER and number(other[at]) is None:
                return False
            texts[at] = other[at]
        if len(inline) - inline.count("") != self._put_texts(texts, types, inline):
            return False
        filled = self._filled_rows(texts, matches, letters, digits, rows, attributes)
        if filled is None:
            return False
        self._add(filled, found, texts, kinds)
        return True

    def _put_texts(self, texts: list[str], types: Sequence[str], inline: Sequence[str]) -> int:
        """Put texts in their places; return how many stand in their cells, -1 where one is not stored as it is said."""
        strings = self._strings
        in_cells = 0
        for at in [at for at, stored_as in enumerate(types) if stored_as and stored_as != "n"]:
            stored_as, text = types[at], texts[at]
            if stored_as == "s":
                if text and not (text.isdecimal() and int(text) < len(strings)):
                    return -1
                texts[at] = strings[int(text)] if text else ""
                continue
            if stored_as == "inlineStr":
                if text:
                    return -1
                text = inline[at]
                in_cells += text != ""
            texts[at] = unescape(text) if "_x" in text else text
        return in_cells

    def _filled_rows(
        self,
        texts: list[str],
        matches: Sequence[str],
        letters: tuple[str, ...],
        digits: tuple[str, ...],
        rows: Sequence[str],
        attributes: Sequence[str],
    ) -> list[tuple[int, int, bool]] | None:
        """Return each row: its number, how many of its cells hold something, and whether it is hidden.

        ``None`` where a cell stands outside of rows or a row within another, where a row says what is not known, where
        rows or cells do not follow each other in order, or where a cell says that it stands in another row.
        """
        starts = [at for at, row in enumerate(rows) if row]
        if starts[:1] != [0]:
            return None
        found: list[tuple[int, int, bool]] = []
        before, closed, known = self.last_row, 0, self._are_hidden
        for start, following in zip(starts, [*starts[1:], len(rows)], strict=True):
            row, said, last = int(rows[start]), attributes[start], following - 1
            if not before < row <= LAST_ROW or (said not in known and not self._learn_row(said)):
                return None
            before = row
            if said.endswith("/"):
                if last != start:
                    return None
                continue
            if matches[last] != _END:
                return None
            closed += 1
            named = letters[start + 1 : last]
            if digits[start + 1 : last].count(rows[start]) != len(named):
                return None
            if named != self._letters and not self._learn(named):
                return None
            found.append((row, len(named) - texts[start + 1 : last].count(""), known[said]))
        if matches.count(_END) != closed:
            return None
        self.last_row = before
        return found

    def _learn_row(self, attributes: str) -> bool:
        """Note what the attributes of a row say; return whether they are well formed."""
        said = _ATTRIBUTE.findall(attributes)
        names = {name for name, _ in said}
        prefixes = {name.partition(":")[0] for name in names if ":" in name}
        if len(names) != len(said) or names & {"r", "xmlns"} or not prefixes <= self.prefixes:
            return False
        self._are_hidden[attributes] = dict(said).get("hidden") in {"1", "true"}
        return True

    def _learn(self, letters: tuple[str, ...]) -> bool:
        """Note the columns of a row; return whether they are in order and on the grid."""
        for name in letters:
            self._numbers.setdefault(name, column_number(name))
        columns = [self._numbers[name] for name in letters]
        if columns and (columns[-1] > LAST_COLUMN or not all(map(lt, columns, columns[1:]))):
            return False
        self._letters = letters
        return True

    def _add(
        self,
        filled: list[tuple[int, int, bool]],
        found: tuple[tuple[str, ...], ...],
        texts: list[str],
        kinds: bytes,
    ) -> None:
        """Add the cells that hold something; the tags of rows hold nothing."""
        _, letters, _, styles, _, formulas, *_ = found
        cells, base = self._cells, len(self._cells)
        formats = array("I", compress(map(self._places.__getitem__, styles), texts))  # an unknown style stops here
        columns = array("I", compress(map(self._numbers.__getitem__, letters), texts))
        hidden = bytearray(len(columns))
        if self.hidden_columns:
            hidden = bytearray([column in self.hidden_columns for column in columns])
        at = 0
        for row, count, is_hidden in filled:
            if count:
                cells.rows.append(row)
                cells.starts.append(base + at)
                if is_hidden:
                    hidden[at : at + count] = b"\1" * count
                at += count
        cells.columns += columns
        cells.kinds += bytes(compress(kinds, texts))
        cells.texts += filter(None, texts)
        cells.formats += formats
        cells.hidden += hidden
        self._add_formulas(formulas, texts, base)
        self._add_times(styles, texts, base)

    def _add_formulas(self, formulas: Sequence[str], texts: Sequence[str], base: int) -> None:
        if any(formulas):
            for position, formula in enumerate(compress(formulas, texts), base):
                if formula:
                    self._cells.formulas[position] = f"={formula}"

    def _add_times(self, styles: Sequence[str], texts: Sequence[str], base: int) -> None:
        """Make dates and durations of the numbers that are shown as such."""
        if self._temporal.isdisjoint(styles):
            return
        cells = self._cells
        for position, style in enumerate(compress(styles, texts), base):
            stored = number(cells.texts[position]) if style in self._temporal else None
            if stored is not None and cells.kinds[position] == _NUMBER:
                kind, value = formats.typed(stored, self._styles[style].shows, date1904=self._date1904)
                if kind is not Kind.NUMBER:
                    cells.kinds[position] = KIND_CODES[kind]
                    cells.values[position] = value


def tree(piece: bytes, *, remembered: bool = False) -> Element:
    """Return a part of a sheet as a tree.

    Args:
        piece: what would be a document by itself.
        remembered: whether it is much like what others have.

    Raises:
        OtherwiseError: it is none: what seemed to be a tag stands in a comment, or the like.
    """
    try:
        if remembered and len(piece) <= CHUNK:
            return document(piece)
        return fromstring(piece)  # noqa: S314 - what makes XML unsafe, its document type, was refused
    except ParseError as error:
        raise OtherwiseError from error
