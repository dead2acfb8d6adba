"""What a dot means in the numbers of one file: what its own figures prove, where its source does not say.

A file is written by one hand. « 1.234.567 » proves that a dot groups thousands, « 104.5 » that it is the decimal
separator; then « 1.234 » has one reading. Where nothing or both are proved it has two, and is refused with both.

What belongs here: the proof. What does not: reading numbers by a convention (``pipeline.figures.numbers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.cells.workbook import KIND_CODES, Kind
from pipeline.layouts.language import Layout
from pipeline.layouts.tables import FoundTable
from pipeline.vocabulary.typography import plain

_TEXT = KIND_CODES[Kind.TEXT]
_LONGEST = 80
_AROUND = r"[^0-9.,]*"
_THOUSANDS = re.compile(rf"{_AROUND}\d{{1,3}}(?:(?:\.\d{{3}}){{2,4}}|(?:\.\d{{3}}){{1,4}},\d+){_AROUND}")
_DECIMAL = re.compile(rf"{_AROUND}(?:\d+\.(?:\d{{1,2}}|\d{{4,15}})|0\.\d+|\d{{1,3}}(?:[ ,]\d{{3}})+\.\d+){_AROUND}")


def meaning_of_dot(layout: Layout, tables: Iterable[FoundTable]) -> str:
    """Return what a dot means in the figures of a file: ``decimal``, ``thousands``, nothing where nobody can tell."""
    if layout.dot:
        return layout.dot
    proved: set[str] = set()
    for text in _with_dots(tables):
        if _THOUSANDS.fullmatch(text):
            proved.add("thousands")
        elif _DECIMAL.fullmatch(text):
            proved.add("decimal")
        if len(proved) > 1:
            return ""
    return proved.pop() if proved else ""


def _with_dots(tables: Iterable[FoundTable]) -> Iterator[str]:
    """Yield the texts with a dot in the columns of values."""
    for table in tables:
        kinds = table.grid.cells.kinds
        columns = [position for position, heading in table.headings.items() if heading.column.parser == "figure"]
        for run in table.runs:
            for column in columns:
                place = run.shape.places.get(column)
                if place is None:
                    continue
                for text, start in zip(run.texts(column), run.starts, strict=True):
                    if "." in text and kinds[start + place] == _TEXT and len(text) <= _LONGEST:
                        yield plain(text)
