"""What the figures and names of one file tell of each other: what a dot means, of which department it states a part.

A file is written by one hand. « 1.234.567 » proves that a dot groups thousands, « 104.5 » that it is the decimal
separator; then « 1.234 » has one reading. Where nothing or both are proved it has two, and is refused with both.

Where « Métropole de Lyon » stands in a file, its « Rhône » may be the department or what is left of it.

What belongs here: looking at a whole file. What does not: reading numbers by a convention
(``pipeline.figures.numbers``) and names by a code list (``pipeline.vocabulary.territories``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pipeline.cells.workbook import KIND_CODES, Kind
from pipeline.layouts.language import Layout
from pipeline.layouts.tables import FoundTable
from pipeline.vocabulary.territories import resolve_territory
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
    dotted: dict[str, bool] = {}
    for table in tables:
        name, texts = table.grid.name, table.grid.cells.texts
        if name not in dotted:
            dotted[name] = "." in "".join(texts)
        if not dotted[name]:
            continue  # as most sheets of whole numbers
        columns = [position for position, heading in table.headings.items() if heading.column.parser == "figure"]
        for run in table.runs:
            for column in columns:
                kinds = run.kinds(column) if column in run.shape.places else b""
                if _TEXT in kinds:
                    for text, kind in zip(run.texts(column), kinds, strict=True):
                        if kind == _TEXT and "." in text and len(text) <= _LONGEST:
                            yield plain(text)


def split_departments(tables: Iterable[FoundTable]) -> frozenset[str]:
    """Return the codes of the departments of which a part is named in a column of territories."""
    texts = {
        text
        for table in tables
        for column, heading in table.headings.items()
        if heading.column.parser == "territory"
        for run in table.runs
        if column in run.shape.places
        for text in run.texts(column)
    }
    return frozenset(filter(None, map(_department_of_part, texts)))


@lru_cache(maxsize=16384)
def _department_of_part(text: str) -> str:
    part = resolve_territory(text, level="other")
    whole = part and resolve_territory(part.parent_code, level="department")
    return whole.code if whole else ""
