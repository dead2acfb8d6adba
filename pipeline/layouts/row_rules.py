"""Rows of a table that a rule of its layout passes over: ``ignore_rows`` and ``keep_rows``.

What belongs here: whether a row fits a rule. What does not: reading those that stay (``rows``).
"""

from __future__ import annotations

from pipeline.layouts.language import RowRule
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.tables import FoundTable


def is_passed_over(cells: Row, located: FoundTable) -> bool:
    """Whether a rule of the layout passes a row over."""
    table = located.table
    if not table.ignore_rows and not table.keep_rows:
        return False
    if any(_fits(rule, cells, located) for rule in table.ignore_rows):
        return True
    kept = [rule for rule in table.keep_rows if _text(rule, cells, located)]
    return any(not _fits(rule, cells, located) for rule in kept)


def _text(rule: RowRule, cells: Row, located: FoundTable) -> str:
    texts = (cells.text(p) for p, h in located.headings.items() if h.column.field == rule.field and p in cells)
    return next(texts, "")


def _fits(rule: RowRule, cells: Row, located: FoundTable) -> bool:
    alone = not rule.alone or sum(bool(text.strip()) for text in cells.texts) == 1
    text = _text(rule, cells, located)
    return bool(text) and alone and rule.fits(text)
