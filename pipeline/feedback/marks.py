"""What is said beside the cells of a copy: all that is refused in one and remarked on it, in a comment, and a colour.

What belongs here: which cell gets which words and which colour. What does not: writing them (``comment_parts``,
``styles``, ``annotate``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from pipeline.cells.workbook import Sheet, a1
from pipeline.feedback.listing import LISTED
from pipeline.feedback.styles import MARKED_RGB, REMARKED_RGB
from pipeline.feedback.verdict import Verdict, row_and_column
from pipeline.rejections import Message
from pipeline.rejections.copies import HEADING, TO_CHECK
from pipeline.vocabulary.typography import as_shown


class Mark(NamedTuple):
    """What is said of a cell, and the colour that it gets."""

    text: str
    rgb: str


def marks_by_cell(verdict: Verdict, sheets: Iterable[Sheet]) -> dict[str, dict[str, Mark]]:
    """Return, by sheet and address, what is said of each cell: what is refused first, then what is remarked.

    A cell of which something is refused has the colour of what is to be corrected, whatever is remarked on it.

    Args:
        verdict: what was found.
        sheets: the sheets on which the cells stand.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    marks: dict[str, dict[str, Mark]] = {}
    kinds = ((HEADING, MARKED_RGB, verdict.rejections), (TO_CHECK, REMARKED_RGB, verdict.remarks))
    for heading, rgb, messages in kinds:
        for (sheet, cell), found in _by_cell(messages[:LISTED], by_name).items():
            text = "\n".join([heading, *map(_sentence, found)])
            of_sheet = marks.setdefault(sheet, {})
            before = of_sheet.get(cell)
            of_sheet[cell] = Mark(f"{before.text}\n{text}", before.rgb) if before else Mark(text, rgb)
    return marks


def _by_cell(messages: Iterable[Message], sheets: dict[str, Sheet]) -> dict[tuple[str, str], list[Message]]:
    found: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        seen = _where_seen(message, sheets.get(message.sheet))
        if seen.sheet and row_and_column(seen.cell) != (0, 0):
            found.setdefault((seen.sheet, seen.cell), []).append(seen)
    return found


def _where_seen(message: Message, sheet: Sheet | None) -> Message:
    """Return a message at the cell where it is seen: the first of several, or of those that are merged."""
    cell = message.cell.partition(":")[0]
    row, column = row_and_column(cell)
    anchors = (
        a1(span.top, span.left)
        for span in (sheet.merges if sheet else ())
        if span.top <= row <= span.bottom and span.left <= column <= span.right
    )
    return replace(message, cell=next(anchors, cell))


def _sentence(message: Message) -> str:
    raw = as_shown(message.raw_text)[:200]
    found = f"\nTrouvé : « {raw} »" if raw and raw not in message.message_fr else ""
    return f"{message.message_fr}{found}\n({message.reason})"
