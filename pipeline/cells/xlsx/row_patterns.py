"""How rows of a worksheet are written, whatever they hold: found out once for all that are written alike.

How a row is written is found out by one regular expression. That it has understood the row is proved, not assumed: its
matches, each a whole element or the tag of a row, cover the row from end to end, cells follow each other in order, and
each of them says that it stands in this row. Whatever is written otherwise (comments, entities, shared formulas,
errors, line breaks between the cells, other namespaces) has no pattern, and is read as a tree.

What belongs here: patterns of rows, and where the texts of their cells stand. What does not: filling them
(``fast_rows``).
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from itertools import accumulate, chain, compress
from operator import lt
from typing import NamedTuple

from pipeline.cells.workbook import KIND_CODES, LAST_COLUMN, LAST_ROW, Kind, column_number, number
from pipeline.cells.xlsx.ooxml import TRUE, unescaped
from pipeline.cells.zip_archive import CHUNK

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
_DIGITS = 7
_SHORT_ROW = CHUNK // 2
"""Up to how many characters the pattern of a row is cached: some hundred cells."""
_MARK = "\0"
"""What stands for the number of a row in its pattern: no document holds it."""
NUMBER_KIND, _TEXT_KIND = KIND_CODES[Kind.NUMBER], KIND_CODES[Kind.TEXT]
_KINDS = {"": NUMBER_KIND, "n": NUMBER_KIND, "s": _TEXT_KIND, "str": _TEXT_KIND, "inlineStr": _TEXT_KIND}
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


class Blanked(NamedTuple):
    """A piece of rows of which numbers, texts and formulas are cut out."""

    markup: str
    """What is left, with places for what was cut out."""
    numbers: list[str]
    inline: list[str]
    """The inline texts."""
    formulas: list[str]


def blank(piece: bytes) -> Blanked | None:
    """Cut out what the cells of a piece of rows hold; ``None`` where it is not text that can be cut."""
    try:
        markup = piece.decode()
    except UnicodeDecodeError:
        return None
    if _MARK in markup or ("]" in markup and "]]>" in markup):
        return None
    markup, numbers = _cut(_NUMBER_ELEMENT, markup, _NUMBER_PLACE)
    markup, inline = _cut(_TEXT_ELEMENT, markup, _TEXT_PLACE)
    markup, formulas = _cut(_FORMULA_ELEMENT, markup, _FORMULA_PLACE)
    return Blanked(markup, numbers, inline, formulas)


def _cut(element: re.Pattern[str], markup: str, place: str) -> tuple[str, list[str]]:
    """Return some markup with a place for each element of some kind, and what these elements hold."""
    if element.pattern[:2] not in markup:  # its tag: most sheets have neither formulas nor texts of their own
        return markup, []
    pieces = element.split(markup)
    return place.join(pieces[::2]), pieces[1::2]


# -- blocks ------------------------------------------------------------------------------------------------------


class BlockPattern(NamedTuple):
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


class RowPattern(NamedTuple):
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


def _block_pattern(markup: str, prefixes: frozenset[str]) -> BlockPattern | None:
    """Return how rows are written; ``None`` where that is not understood of all.

    Args:
        markup: the rows, with places for what was cut out.
        prefixes: those that the root of the sheet declares.
    """
    before, *rows = markup.split("<row ")
    numbers: list[int] = []
    patterns: list[RowPattern] = []
    last = 0
    for row in [] if before else rows:
        digits = row[3 : row.find('"', 3)]  # behind ``r="``
        if not (digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS):
            return None
        look_up = _cached_row_pattern if len(row) <= _SHORT_ROW else _row_pattern
        # where something else ends like the number of the row, as that of a style may, it is marked as well
        marked = row.replace(f'{digits}"', f'{_MARK}"')
        pattern = look_up(marked, _MARK, prefixes) or _row_pattern(row, digits, prefixes)
        if pattern is None or not last < int(digits) <= LAST_ROW:
            return None
        last = int(digits)
        numbers.append(last)
        patterns.append(pattern)
    return _joined(numbers, patterns) if patterns else None


_cached_block_pattern = lru_cache(maxsize=64)(_block_pattern)
"""Small sheets are one block each: those of the workbooks of one template are the same."""


def block_pattern(markup: str, prefixes: frozenset[str]) -> BlockPattern | None:
    """Return how rows are written, found out once where they are few; ``None`` where that is not understood of all.

    Args:
        markup: the rows, with places for what was cut out.
        prefixes: those that the root of the sheet declares.
    """
    return (_cached_block_pattern if len(markup) <= CHUNK else _block_pattern)(markup, prefixes)


def _joined(numbers: list[int], patterns: list[RowPattern]) -> BlockPattern:
    """Return the pattern of a block of rows, of which the numbers are known."""
    starts = list(accumulate((len(pattern.texts) for pattern in patterns), initial=0))
    filled = [at for at, pattern in enumerate(patterns) if pattern.texts]
    sources = b"".join([pattern.sources for pattern in patterns])
    styles = list(chain.from_iterable(pattern.styles for pattern in patterns))
    return BlockPattern(
        first_row=numbers[0],
        last_row=numbers[-1],
        rows=[numbers[at] for at in filled],
        starts=[starts[at] for at in filled],
        columns=array("I", b"".join([pattern.columns for pattern in patterns])),
        kinds=b"".join([pattern.kinds for pattern in patterns]),
        styles=styles,
        styles_used=frozenset(styles),
        hidden=b"".join([pattern.hidden for pattern in patterns]),
        texts=list(chain.from_iterable(pattern.texts for pattern in patterns)),
        numbers=list(compress(range(len(sources)), sources.translate(_IN_NUMBERS))),
        inline=list(compress(range(len(sources)), sources.translate(_IN_TEXTS))),
        shared=list(compress(range(len(sources)), sources.translate(_IN_STRINGS))),
        formulas=[start + at for start, pattern in zip(starts, patterns, strict=False) for at in pattern.formulas],
    )


def _row_pattern(markup: str, digits: str, prefixes: frozenset[str]) -> RowPattern | None:
    """Return how a row is written; ``None`` where it is not as the expression knows.

    That is also where a cell says that it stands in another row, or before the one before it, and where a row says
    what is not known.

    Args:
        markup: the row behind ``<row ``, with places for what was cut out.
        digits: its number, or the mark that stands for it.
        prefixes: the prefixes that the root of the sheet declares.
    """
    row = f"<row {markup}"
    found = _PIECE.findall(row)
    if not found:
        return None
    matches, *parts, rows, attributes = zip(*found, strict=True)
    is_hidden, is_blank = _is_hidden(attributes[0], prefixes), attributes[0].endswith("/")
    if (
        sum(map(len, matches)) != len(row)
        or rows[0] != digits
        or is_hidden is None
        or (is_blank and len(found) > 1)
        or not (is_blank or matches[-1] == _END)
    ):
        return None
    letters, in_row, styles, types, formulas, places, other, inline = (part[1:-1] for part in parts)
    if not letters:
        return RowPattern(array("I"), b"", [], b"", [], b"", [])
    columns = list(map(column_number, letters))
    sources = [_SOURCES.get(stored) for stored in zip(types, places, inline, strict=True)]
    if in_row.count(digits) != len(letters) or columns[-1] > LAST_COLUMN or not all(map(lt, [0, *columns], columns)):
        return None
    texts = [*other]
    for at in [at for at, text in enumerate(other) if text]:
        sources[at] = _source_here(types[at], other[at]) if sources[at] == _NOWHERE else None
        texts[at] = unescaped(other[at]) if types[at] == "str" else other[at]
    if None in sources:
        return None
    return RowPattern(
        columns=array("I", compress(columns, sources)),
        kinds=bytes(compress(map(_KINDS.__getitem__, types), sources)),
        styles=list(compress(styles, sources)),
        hidden=bytes((is_hidden,)) * (len(sources) - sources.count(_NOWHERE)),
        texts=list(compress(texts, sources)),
        sources=bytes(filter(None, sources)),
        formulas=[at for at, formula in enumerate(compress(formulas, sources)) if formula],
    )


def _source_here(stored_as: str, text: str) -> int | None:
    """Return that a text stands in its cell; ``None`` where that is not how its cell is stored."""
    is_wrong = stored_as in _ELSEWHERE or (_KINDS[stored_as] == NUMBER_KIND and number(text) is None)
    return None if is_wrong else _HERE


_cached_row_pattern = lru_cache(maxsize=1024)(_row_pattern)
"""Called with the mark for the number of a row, so that all rows are the same that are written alike."""


def _is_hidden(attributes: str, prefixes: frozenset[str]) -> bool | None:
    """Return whether a row with some attributes is hidden; ``None`` where they are not well formed."""
    found = _ATTRIBUTE.findall(attributes)
    names = {name for name, _ in found}
    used = {name.partition(":")[0] for name in names if ":" in name}
    if len(names) != len(found) or names & {"r", "xmlns"} or not used <= prefixes:
        return None
    return dict(found).get("hidden") in TRUE
