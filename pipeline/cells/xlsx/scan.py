"""Sheets as programs mostly write them: rows that are written alike are understood once, not element by element.

Building a tree of a sheet and walking through it takes many times as long. Once numbers, texts and formulas are cut out
of a piece of rows, though, what is left says the same over and over: most rows differ from others in their numbers
alone, and most workbooks of one template not at all. How a row is written is found out by one regular expression. That
it has understood the row is proved, not assumed: its matches, each a whole element or the tag of a row, cover the row
from end to end, cells follow each other in order, and each of them says that it stands in this row.
Whatever is written otherwise (comments, entities, shared formulas, errors, line breaks between the cells, other
namespaces) is not taken here, and is read as a tree. So are the head of the sheet and its tail.

What belongs here: cutting a sheet into its head, pieces of whole rows and its tail, and taking a piece.
What does not: what a cell's style shows and what surrounds the rows (``xlsx``).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, compress
from operator import lt
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from pipeline.cells import formats
from pipeline.cells.container import CHUNK, document
from pipeline.cells.workbook import KIND_CODES, LAST_COLUMN, LAST_ROW, Cells, Kind, column_number, number
from pipeline.cells.xlsx.ooxml import unescape

_OPENING, _CLOSING, _END_OF_ROW = b"<sheetData>", b"</sheetData>", b"</row>"
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"](?i:utf-8)['\"])?"
    rb"(?: standalone=['\"](?:yes|no)['\"])?\s*\?>)?\s*(<worksheet\b[^<>]*>)"
)
_CHARACTER = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]"
_NUMBER_ELEMENT = re.compile(r"<v>(-?[0-9]{1,15}(?:\.[0-9]{1,17})?)</v>")
_TEXT_ELEMENT = re.compile(rf'<t(?: xml:space="preserve")?>({_CHARACTER}+)</t>')
_FORMULA_ELEMENT = re.compile(rf"<f>({_CHARACTER}+)</f>")
_NUMBER_PLACE, _TEXT_PLACE, _FORMULA_PLACE = "<v/>", "<t/>", "<f/>"
_PIECE = re.compile(
    r'(<c r="([A-Z]{1,3})([0-9]+|\x00)"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    rf"(?: ?/>|>(?:(<f/>)?(?:(<v/>)|<v>({_CHARACTER}+)</v>)|<is>(<t/>)</is>)</c>)"
    r'|<row r="([0-9]+|\x00)"((?: [a-zA-Z0-9:]+="[^"<&\x00-\x1f\ufffe\uffff]*")* ?/?)>|</row>)'
)
_ATTRIBUTE = re.compile(r' ([a-zA-Z0-9:]+)="([^"]*)"')
_END = "</row>"
_LONGEST_HEAD = 256 * 1024
"""How many bytes are inflated to find where the rows begin: a sheet that is not written as most is not held whole."""
_DIGITS = 7
_SHORT_ROW = CHUNK // 2
"""Up to how many characters the way in which a row is written is remembered: some hundred cells."""
_MARK = "\0"
"""What stands for the number of a row where only the way in which it is written is looked at: no document holds it."""
_NUMBER_KIND, _TEXT_KIND = KIND_CODES[Kind.NUMBER], KIND_CODES[Kind.TEXT]
_KINDS = {"": _NUMBER_KIND, "n": _NUMBER_KIND, "s": _TEXT_KIND, "str": _TEXT_KIND, "inlineStr": _TEXT_KIND}
"""The kind of a cell by how it is stored; others are read as a tree."""
# Where the text of a cell stands: nowhere, in what its row has in common with others, in an inline text, in a number,
# or in the shared string that a number stands for.
_NOWHERE, _HERE, _INLINE, _NUMBER, _SHARED = range(5)
_SOURCES = {
    **{(stored_as, "", ""): _NOWHERE for stored_as in _KINDS},
    **{(stored_as, _NUMBER_PLACE, ""): _NUMBER for stored_as in ("", "n", "str")},
    ("s", _NUMBER_PLACE, ""): _SHARED,
    ("inlineStr", "", _TEXT_PLACE): _INLINE,
}
"""The source of a text by how its cell is stored, and by what was cut out of it; no other is known."""
_ELSEWHERE = {"s", "inlineStr"}
"""How cells are stored of which the text does not stand in ``<v>``."""
_IN_TEXTS, _IN_NUMBERS, _IN_STRINGS = (
    bytes(source in meant for source in range(256)) for meant in ({_INLINE}, {_NUMBER, _SHARED}, {_SHARED})
)


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


class Scan:
    """The rows of one sheet, taken piece by piece."""

    def __init__(
        self,
        cells: Cells,
        strings: Sequence[str],
        styles: Mapping[str | None, Style],
        *,
        date1904: bool,
        trusts_formulas: bool = True,
    ) -> None:
        """Begin a sheet.

        Args:
            cells: what the cells are added to.
            strings: the shared strings of the workbook.
            styles: its styles, by their numbers; ``None`` for a cell without one.
            date1904: whether its days are counted from 1904 on.
            trusts_formulas: whether the results that are stored for formulas were calculated.
        """
        self.prefixes: frozenset[str] = frozenset()
        """The prefixes that the root of the sheet declares."""
        self.hidden_columns: set[int] = set()
        self.last_row = 0
        """The number of the last row that was taken, filled or not."""
        self._cells = cells
        self._strings = strings
        self._date1904 = date1904
        self._trusts_formulas = trusts_formulas
        self._styles = {name or "": style for name, style in styles.items()}
        self._places = {name: cells.number_formats.place(style.code) for name, style in self._styles.items()}
        self._temporal = {name for name, style in self._styles.items() if style.shows}

    def take(self, piece: bytes) -> bool:
        """Add the cells of a piece of rows; return whether it was understood, and add nothing where it was not."""
        try:
            written = piece.decode()
        except UnicodeDecodeError:
            return False
        if _MARK in written or ("]" in written and "]]>" in written):
            return False
        written, numbers = _cut(_NUMBER_ELEMENT, written, _NUMBER_PLACE)
        written, inline = _cut(_TEXT_ELEMENT, written, _TEXT_PLACE)
        written, formulas = _cut(_FORMULA_ELEMENT, written, _FORMULA_PLACE)
        block = (_block_alike if len(written) <= CHUNK else _block)(written, self.prefixes)
        if block is None or block.first_row <= self.last_row or not self._styles.keys() >= block.styles_used:
            return False
        texts = self._texts(block, numbers, inline)
        if texts is None or len(formulas) != len(block.formulas) or (formulas and not self._trusts_formulas):
            return False
        self.last_row = block.last_row
        self._add(block, texts, formulas)
        return True

    def _texts(self, block: Block, numbers: list[str], inline: list[str]) -> list[str] | None:
        """Return the text of each cell; ``None`` where a place is left empty, or a shared string is or is unknown."""
        if len(numbers) != len(block.numbers) or len(inline) != len(block.inline):
            return None
        texts, strings = [*block.texts], self._strings
        for at, text in zip(block.numbers, numbers, strict=True):
            texts[at] = text
        for at, text in zip(block.inline, inline, strict=True):
            texts[at] = _plain(text)
        for at in block.shared:
            text = texts[at]
            texts[at] = strings[int(text)] if text.isdecimal() and int(text) < len(strings) else ""
            if not texts[at]:
                return None
        return texts

    def _add(self, block: Block, texts: list[str], formulas: list[str]) -> None:
        """Add the cells of a piece."""
        cells, first = self._cells, len(self._cells)
        cells.rows += block.rows
        cells.starts += [first + start for start in block.starts]
        cells.columns += block.columns
        cells.kinds += block.kinds
        cells.texts += texts
        cells.formats += array("I", map(self._places.__getitem__, block.styles))
        cells.hidden += block.hidden
        for place, formula in zip(block.formulas, formulas, strict=True):
            cells.formulas[first + place] = f"={formula}"
        if self.hidden_columns:
            for position in range(first, len(cells)):
                cells.hidden[position] |= cells.columns[position] in self.hidden_columns
        if not self._temporal.isdisjoint(block.styles_used):
            self._make_times(block.styles, first)

    def _make_times(self, styles: Sequence[str], first: int) -> None:
        """Make dates and durations of the numbers that are shown as such."""
        cells = self._cells
        for position, style in enumerate(styles, first):
            stored = number(cells.texts[position]) if style in self._temporal else None
            if stored is not None and cells.kinds[position] == _NUMBER_KIND:
                kind, value = formats.typed(stored, self._styles[style].shows, date1904=self._date1904)
                if kind is not Kind.NUMBER:
                    cells.kinds[position] = KIND_CODES[kind]
                    cells.values[position] = value


def _cut(element: re.Pattern[str], written: str, place: str) -> tuple[str, list[str]]:
    """Return what is written with a place for each element of some kind, and what these elements hold."""
    pieces = element.split(written)
    return place.join(pieces[::2]), pieces[1::2]


# -- how rows are written ------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """How rows that follow each other are written, whatever their cells hold. Only cells that hold something count.

    Those that are written alike share it: nobody may change it.
    """

    first_row: int
    """The number of its first row, filled or not."""
    last_row: int
    rows: list[int]
    """The numbers of the rows with cells."""
    starts: list[int]
    """The place of the first cell of each of them."""
    columns: array[int]
    kinds: bytes
    styles: list[str]
    styles_used: frozenset[str]
    hidden: bytes
    """1 for the cell of a hidden row."""
    texts: list[str]
    """The text of each cell, empty where it was cut out."""
    numbers: list[int]
    """The places of the cells with a number cut out, which may be that of a shared string."""
    inline: list[int]
    shared: list[int]
    formulas: list[int]


class Line(NamedTuple):
    """How a row is written, whatever its number and whatever its cells hold. Only cells that hold something count.

    Rows that are written alike share it: nobody may change it.
    """

    columns: array[int]
    kinds: bytes
    styles: list[str]
    hidden: bytes
    texts: list[str]
    """The text of each cell, empty where it was cut out."""
    sources: bytes
    """Where the text of each cell stands."""
    formulas: list[int]
    """The places of the cells that have one."""


def _block(written: str, prefixes: frozenset[str]) -> Block | None:
    """Return how rows are written; ``None`` where that is not understood of all.

    Args:
        written: the rows, with places for what was cut out.
        prefixes: those that the root of the sheet declares.
    """
    before, *rows = written.split("<row ")
    numbers: list[int] = []
    lines: list[Line] = []
    last = 0
    for row in [] if before else rows:
        digits = row[3 : row.find('"', 3)]  # behind ``r="``
        if not (digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS):
            return None
        look_up = _line_alike if len(row) <= _SHORT_ROW else _line
        # where something else ends like the number of the row, as that of a style may, it is marked as well
        line = look_up(row.replace(f'{digits}"', f'{_MARK}"'), _MARK, prefixes) or _line(row, digits, prefixes)
        if line is None or not last < int(digits) <= LAST_ROW:
            return None
        last = int(digits)
        numbers.append(last)
        lines.append(line)
    return _joined(numbers, lines) if lines else None


_block_alike = lru_cache(maxsize=64)(_block)
"""Small sheets are one block each: those of the workbooks of one template are the same."""


def _joined(numbers: list[int], lines: list[Line]) -> Block:
    """Return the block of some lines, of which the numbers are known."""
    starts = list(accumulate((len(line.texts) for line in lines), initial=0))
    filled = [at for at, line in enumerate(lines) if line.texts]
    sources = b"".join([line.sources for line in lines])
    styles = list(chain.from_iterable(line.styles for line in lines))
    return Block(
        first_row=numbers[0],
        last_row=numbers[-1],
        rows=[numbers[at] for at in filled],
        starts=[starts[at] for at in filled],
        columns=array("I", b"".join([line.columns for line in lines])),
        kinds=b"".join([line.kinds for line in lines]),
        styles=styles,
        styles_used=frozenset(styles),
        hidden=b"".join([line.hidden for line in lines]),
        texts=list(chain.from_iterable(line.texts for line in lines)),
        numbers=list(compress(range(len(sources)), sources.translate(_IN_NUMBERS))),
        inline=list(compress(range(len(sources)), sources.translate(_IN_TEXTS))),
        shared=list(compress(range(len(sources)), sources.translate(_IN_STRINGS))),
        formulas=[start + at for start, line in zip(starts, lines, strict=False) for at in line.formulas],
    )


def _line(written: str, digits: str, prefixes: frozenset[str]) -> Line | None:
    """Return how a row is written; ``None`` where it is not as the expression knows.

    That is also where a cell says that it stands in another row, or before the one before it, and where a row says
    what is not known.

    Args:
        written: the row behind ``<row ``, with places for what was cut out.
        digits: its number, or the mark that stands for it.
        prefixes: the prefixes that the root of the sheet declares.
    """
    row = f"<row {written}"
    found = _PIECE.findall(row)
    if not found:
        return None
    matches, *said, rows, attributes = zip(*found, strict=True)
    is_hidden, is_blank = _is_hidden(attributes[0], prefixes), attributes[0].endswith("/")
    if (
        sum(map(len, matches)) != len(row)
        or rows[0] != digits
        or is_hidden is None
        or (is_blank and len(found) > 1)
        or not (is_blank or matches[-1] == _END)
    ):
        return None
    letters, in_row, styles, types, formulas, places, other, inline = (column[1:-1] for column in said)
    if not letters:
        return Line(array("I"), b"", [], b"", [], b"", [])
    columns = list(map(column_number, letters))
    sources = [_SOURCES.get(stored) for stored in zip(types, places, inline, strict=True)]
    if in_row.count(digits) != len(letters) or columns[-1] > LAST_COLUMN or not all(map(lt, [0, *columns], columns)):
        return None
    texts = [*other]
    for at in [at for at, text in enumerate(other) if text]:
        sources[at] = _source_here(types[at], other[at]) if sources[at] == _NOWHERE else None
        texts[at] = _plain(other[at]) if types[at] == "str" else other[at]
    if None in sources:
        return None
    return Line(
        columns=array("I", compress(columns, sources)),
        kinds=bytes(compress(map(_KINDS.__getitem__, types), sources)),
        styles=list(compress(styles, sources)),
        hidden=bytes((is_hidden,)) * (len(sources) - sources.count(_NOWHERE)),
        texts=list(compress(texts, sources)),
        sources=bytes(filter(None, sources)),
        formulas=[at for at, formula in enumerate(compress(formulas, sources)) if formula],
    )


def _source_here(stored_as: str, text: str) -> int | None:
    """Return that a text stands in its cell; ``None`` where it is not stored as it is said."""
    is_wrong = stored_as in _ELSEWHERE or (_KINDS[stored_as] == _NUMBER_KIND and number(text) is None)
    return None if is_wrong else _HERE


_line_alike = lru_cache(maxsize=1024)(_line)
"""Called with the mark for the number of a row, so that all rows are the same that are written alike."""


def _is_hidden(attributes: str, prefixes: frozenset[str]) -> bool | None:
    """Return whether a row with some attributes is hidden; ``None`` where they are not well formed."""
    said = _ATTRIBUTE.findall(attributes)
    names = {name for name, _ in said}
    used = {name.partition(":")[0] for name in names if ":" in name}
    if len(names) != len(said) or names & {"r", "xmlns"} or not used <= prefixes:
        return None
    return dict(said).get("hidden") in {"1", "true"}


def _plain(text: str) -> str:
    return unescape(text) if "_x" in text else text


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
