"""What is refused and remarked, by cause: once each, with how often, the first cells, and the line that mends most.

What belongs here: which messages have one cause, and which one line of the layout serves several wordings. What does
not: refusing (``pipeline.layouts``), which values of a row a refused key costs (``pipeline.feedback.consequences``).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.cells.workbook import column_letters, position
from pipeline.rejections import Message
from pipeline.vocabulary.words import fold

_NUMBER = re.compile(r"\d[\d.,\s]*")
_LEFT_OVER = "CELLULE_NON_RECLAMEE"
_NO_COLUMN = "COLONNE_INCONNUE"
NO_TABLE = "TABLEAU_ABSENT"
"""The reason that names the row of a sheet that is nearest to a header."""
_LINE = re.compile(r"(\[[^\[\]]*? : [^\[\]=]*? = \[)((?:\"(?:[^\"\\]|\\.)*\"(?:, )?)*)\]\]")


class Told(NamedTuple):
    """One rejection or remark, and the line of the layout that would mend it; empty where none is known."""

    message: Message
    hint: str = ""
    is_refused: bool = True


@dataclass(slots=True)
class Cause:
    """One cause: its first message, and all that are due to it."""

    first: Told
    told: list[Told] = field(default_factory=list)
    cost: list[str] = field(default_factory=list)
    """The cells that are not read for it and that no other message is about."""

    @property
    def count(self) -> int:
        """How many messages it has."""
        return len(self.told)

    @property
    def line(self) -> str:
        """The line that mends most of them; of those that list a wording each, one that lists them all."""
        hints = Counter(each.hint for each in self.told if each.hint)
        return " ".join(merged(hint for hint, _ in hints.most_common()))


def causes(told: Iterable[Told]) -> list[Cause]:
    """Return messages by cause: what is refused before what is remarked, the most frequent first."""
    found: dict[tuple[object, ...], Cause] = {}
    left_over: list[Told] = []
    for each in told:
        if each.message.reason == _LEFT_OVER:
            left_over.append(each)
        else:
            found.setdefault(_key(each), Cause(each)).told.append(each)
    columns = {
        (each.message.sheet, column): cause
        for cause in found.values()
        for each in cause.told
        if each.message.reason == _NO_COLUMN and (column := _column(each.message))
    }
    for each in left_over:
        cause = columns.get((each.message.sheet, _column(each.message)))
        if cause is not None:
            cause.cost.append(each.message.cell)
        else:
            found.setdefault(_key(each), Cause(each)).told.append(each)
    return sorted(found.values(), key=lambda cause: (not cause.first.is_refused, -cause.count))


def _key(told: Told) -> tuple[object, ...]:
    """Return what messages of one cause have in common: the reason, and the wording but for the numbers in it."""
    message = told.message
    if message.reason == _LEFT_OVER:
        return (message.reason, message.sheet)
    return (message.reason, _NUMBER.sub("0", fold(message.raw_text)) if message.raw_text else message.message_fr)


def _column(message: Message) -> str:
    _, column = position(message.cell) or (0, 0)
    return column_letters(column) if column else ""


def merged(hints: Iterable[str]) -> list[str]:
    """Return one line for each list of the layout that some hints would make longer, with all that they would add.

    >>> merged(['[a.toml, t : headers = ["A", "B"]]', '[a.toml, t : headers = ["A", "C"]]'])
    ['[a.toml, t : headers = ["A", "B", "C"]]']
    """
    lists: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    for hint in hints:
        found = list(_LINE.finditer(hint))
        for match in found:
            lists.setdefault(match[1], {}).update(dict.fromkeys(json.loads(f"[{match[2]}]")))
        if not found:
            others.setdefault(hint)
    made = [
        f"{start}{', '.join(json.dumps(word, ensure_ascii=False) for word in words)}]]"
        for start, words in lists.items()
    ]
    return [*made, *others]


def cells_shown(cause: Cause, most: int) -> tuple[list[str], int]:
    """Return the first cells of a cause, each with its sheet, and how many more there are."""
    cells = list(dict.fromkeys(" ".join(filter(None, (t.message.sheet, t.message.cell))) for t in cause.told))
    return cells[:most], max(0, len(cells) - most)


def lines_for_all(every: Sequence[Cause]) -> list[str]:
    """Return the lines that serve several files at once: for each list of the layout, one with the wordings of all."""
    return merged(told.hint for cause in every for told in cause.told if told.hint)
