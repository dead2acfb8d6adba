"""Rows beside the figures that say nothing of them: notes, the number of a page, a title once more.

What belongs here: telling such a row. What does not: where a table ends (``extent``, ``continued``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.cells.workbook import Cell, Kind
from pipeline.layouts.compiled import CompiledLayout
from pipeline.layouts.row_shapes import Row
from pipeline.vocabulary.typography import plain, seen
from pipeline.vocabulary.words import fold

_OF = r" ?(?:/|sur) ?\d{1,4}"
_PAGE = re.compile(
    rf"(?:page|p\.?|feuillet) ?-? ?\d{{1,4}}(?:{_OF})?|- ?\d{{1,4}}(?:{_OF})? ?-|\d{{1,4}}{_OF}"
    r"|\(?(?:suite(?: et fin)?|a suivre)\)?|\.{2,3} ?/ ?\.{2,3}"
)
_AGAIN = re.compile(r" ?[(\[-]? ?(?:suite(?: et fin)?|page \d{1,4}(?: ?/ ?\d{1,4})?) ?[)\]]?$", re.IGNORECASE)


def is_note(cells: Row, layout: CompiledLayout, *, numbered: bool = True) -> bool:
    """Whether a row is a note: its first cell begins like one (``Source :``, ``(p) :``, ``* …``, ``1. …``).

    Args:
        cells: the row.
        layout: which words and marks begin a note.
        numbered: whether ``1. …`` does, which a row of a table may begin with as well.
    """
    if not cells:
        return False
    text = cells[min(cells)].text.strip()
    if layout.note_start.match(text):
        return numbered or not text[0].isdigit()
    word, colon, _ = text.partition(":")
    return bool(colon) and fold(word) in layout.note_words


def barrier_in(cells: Row, titles: frozenset[str], layout: CompiledLayout) -> Cell | None:
    """Return the first cell of a row that may give what stands below another meaning; ``None`` where none does."""
    states_fact = any(is_context(cells.text(column), layout) for column in cells)
    if not states_fact and is_note(cells, layout):
        return None
    for column in cells:
        cell = cells[column]
        text = plain(cell.text)
        is_title = fold(cell.text) in titles or fold(_AGAIN.sub("", text)) in titles
        if text and not (is_title or is_page(cell)):
            return cell
    return None


def is_page(cell: Cell) -> bool:
    """Whether a cell is the number of a page, or says that something goes on."""
    return cell.kind is Kind.TEXT and _PAGE.fullmatch(plain(cell.text).lower()) is not None


def is_context(text: str, layout: CompiledLayout) -> bool:
    """Whether a text states, or labels, a fact for which the layout looks."""
    return _label(text) in layout.labels


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    return fold(seen(text).partition(":")[0])
