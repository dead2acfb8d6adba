"""Quotation marks of a delimited text that were not meant to quote: one that opens takes in the lines below it.

Up to the next mark, which may stand far below, all is one field then, and rows are gone without a word. What belongs
here: telling a field that took in lines of its table from prose over several lines. What does not: cutting a text into
fields (``text``).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

_LONGEST = 40
"""Characters of a number or a day; what is longer is prose."""
_COUNTED = re.compile(r"[-+]?\d[\d\s.,/:%€-]*")
_MOSTLY = 0.5
"""The share of the lines in which a column holds a number or a day, from which it is one of numbers."""


class QuotedLines:
    """What the lines of a text look like: how many fields most of them have, and in which columns numbers stand."""

    def __init__(self, text: str, separator: str) -> None:
        self._separator = separator
        lines = [line.rstrip("\r\n").split(separator) for line in io.StringIO(text, newline="")]
        widths = Counter(len(fields) for fields in lines if len(fields) > 1)
        self._width = max(widths, key=lambda width: (widths[width], width), default=0)
        alike = [fields for fields in lines[1:] if len(fields) == self._width]  # the first one is the header
        columns = range(self._width)
        self._counted = {at for at in columns if sum(_is_counted(f[at]) for f in alike) >= _MOSTLY * len(alike) > 0}
        self._quotes = text.count('"')

    def taken_in(self, record: list[str]) -> int | None:
        """Return how many lines below the beginning of a record the quote opens that took in lines; else ``None``.

        Args:
            record: the fields of one record, of which some stand on several lines.
        """
        below = 0
        for column, field in enumerate(record):
            lines = field.splitlines()
            if len(lines) > 1 and any(self._is_line(line) for line in self._cut(lines, column)):
                return below
            below += max(0, len(lines) - 1)
        return None

    def _cut(self, lines: list[str], column: int) -> Iterator[list[str]]:
        """Yield the fields of each line within a field; those of the first one stand behind others of its row."""
        first = lines[0].split(self._separator)
        if len(first) > 1:
            yield [*[""] * column, *first]
        yield from (line.split(self._separator) for line in lines[1:])

    def _is_line(self, fields: list[str]) -> bool:
        """Whether it could be a line of the table: about as many fields, and a number where its numbers stand."""
        if len(fields) < 2 or abs(len(fields) - self._width) > 1:
            return False
        if not self._counted:  # nothing but the number of fields tells: a writer that quotes knows what it does
            is_prose = any(field.startswith(" ") for field in fields[1:])
            return self._quotes <= 2 and len(fields) == self._width and not is_prose
        return any(at < len(fields) and _is_counted(fields[at]) for at in self._counted)


def is_quoted_throughout(lines: Iterable[str], record: list[str]) -> bool:
    """Whether each field of a record is quoted, as by a program that quotes them all and knows where each ends."""
    return sum(line.count('"') for line in lines) >= 2 * len(record) > 2


def _is_counted(field: str) -> bool:
    bare = field.strip().strip('"')
    return len(bare) <= _LONGEST and _COUNTED.fullmatch(bare) is not None
