"""What the titles of sheets name that their tables do not say: an indicator, a territory, a year.

What belongs here: titles. What does not: labels and unit lines beside the tables (``surroundings``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.cells.workbook import Cell
from pipeline.layouts.authoring.cell_meanings import names_indicator
from pipeline.layouts.authoring.supposed import SupposedContext, SupposedTable
from pipeline.layouts.grid import Grid
from pipeline.vocabulary import territories

YEAR = re.compile(r"\b((?:19|20)\d{2})\b")

_FIRST_DAY = re.compile(r"\b(1er janvier (?:19|20)\d{2})\b")
_LENGTH = 200  # characters of a title that are looked at
# Whole wordings alone: what goes on otherwise ("Logements sociaux") is not what its first words name.
_ENDS = re.compile(r"(?<!\s)(?:\s*(?:$|[,;:(])|\s+(?:par|en|au|à)\s|\s+(?:19|20)\d\d\b)")
_STARTS = {
    "indicator": re.compile(r"(?:^|[,;:–—-]\s+)(?:nombre d(?:e |['’]))?", re.IGNORECASE),
    "territory": re.compile(r"^|[,;:–—-]\s+|\b(?:en|région|pour la|pour l['’])\s*", re.IGNORECASE),
}


def name_in_titles(outside: list[tuple[Grid, Cell]], tables: list[SupposedTable]) -> Iterator[SupposedContext]:
    """Yield the indicator, the territory and the year that a title names, where the tables do not say them.

    ``outside`` are the cells outside the tables, from the top; what begins a sheet is its title.
    """
    tops: dict[str, tuple[Grid, Cell]] = {}
    for grid, cell in outside:
        tops.setdefault(grid.name, (grid, cell))
    titles = [(sheet, cell.text[:_LENGTH]) for sheet, (grid, cell) in tops.items() if cell == grid.cells[0]]
    for dimension in _unstated(tables):
        for sheet, title in titles:
            if words := _words(dimension, title):
                pattern = _pattern(dimension, words)
                yield SupposedContext(dimension, "title", (title,), sheet, pattern=pattern, where="above", words=words)
                break


def _unstated(tables: list[SupposedTable]) -> Iterator[str]:
    """Yield the dimensions that some table does not state."""
    # an indicator for columns that are unlike each other would make one figure of all of them
    if any(not table.states("indicator") and all(column.named_by for column in table.values) for table in tables):
        yield "indicator"
    if any(not table.states_period for table in tables):
        yield "period"
    # a total is that of what stands around the table
    if any(not table.states("territory") or table.total_words for table in tables):
        yield "territory"


def _words(dimension: str, title: str) -> str:
    """Return the longest words of a title that name an indicator, or a region or the nation; or its only year."""
    if dimension == "period":
        days = set(_FIRST_DAY.findall(title))
        if len(days) == 1:
            return str(days.pop())
        years = set(YEAR.findall(title))
        return years.pop() if len(years) == 1 else ""
    names = names_indicator if dimension == "indicator" else _names_region_or_nation
    ends = sorted({match.start() for match in _ENDS.finditer(title)}, reverse=True)
    for start in _STARTS[dimension].finditer(title):
        for end in ends:
            if names(words := title[start.end() : end]):
                return words
    return ""


def _names_region_or_nation(words: str) -> bool:
    territory = territories.resolve_territory(words)
    is_known = territory is not None and territory.level in {"national", "region"}
    return is_known or territories.two_levels(words) is not None


def _pattern(dimension: str, words: str) -> str:
    """Return the expression that finds them again; next year's title says another year."""
    if dimension == "period":
        return _FIRST_DAY.pattern if _FIRST_DAY.fullmatch(words) else YEAR.pattern
    escaped = r"\s+".join(map(re.escape, words.split()))
    return f"({escaped})"
