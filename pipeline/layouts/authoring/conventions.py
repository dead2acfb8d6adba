"""What the figures and the notes of a workbook prove of how it writes: the comma of its numbers, its marks.

What belongs here: what is proved and has to be declared. What does not: what every reading finds by itself, as the dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.declared_marks import bears, explained_in, status_of
from pipeline.layouts.authoring.supposed import SupposedTable

_OF_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:,\d{3})+\.\d+")
_OF_DECIMALS = re.compile(r"\d+,(?:\d{1,2}|\d{4,})")
_LONGEST = 40
"""Characters of a text that is a number."""


def comma_of(tables: Iterable[SupposedTable]) -> str:
    """Return ``thousands`` where a figure proves that a comma parts thousands, and none that it parts decimals."""
    texts = [text for text in _texts(tables) if len(text) <= _LONGEST]
    is_proved = any(map(_OF_THOUSANDS.fullmatch, texts)) and not any(map(_OF_DECIMALS.fullmatch, texts))
    return "thousands" if is_proved else ""


def marks_of(outside: Iterable[Cell], tables: list[SupposedTable]) -> dict[str, str]:
    """Return the marks on figures or headers that notes explain otherwise than they are read, with their status."""
    borne = [*_texts(tables), *(column.header for table in tables for column in table.columns)]
    explained = {mark: status for cell in outside for mark, status in explained_in(cell.text)}
    return {
        mark: status
        for mark, status in explained.items()
        if status_of(mark, ()) != status and any(bears(text, mark) for text in borne)
    }


def _texts(tables: Iterable[SupposedTable]) -> Iterator[str]:
    for table in tables:
        for column in table.values:
            yield from (cell.text.strip() for cell in column.samples if cell.kind is Kind.TEXT)
