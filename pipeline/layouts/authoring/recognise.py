"""What the columns of a supposed table seem to hold, by their headers and by their cells.

What belongs here: what a column, a label alone in its row and a word for totals are taken for. What does not: where a
table stands (``find_tables``), and what a single cell says (``cell_meanings``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pipeline.cells.workbook import Cell
from pipeline.figures import periods
from pipeline.layouts.authoring.cell_meanings import (
    COUNT_WORDS,
    DATING_WORDS,
    PERIOD_WORDS,
    is_code,
    is_figure,
    is_indicator,
    is_period,
    is_territory,
    is_total,
    is_unit,
    label_of,
    levels_of,
    names_indicator,
)
from pipeline.layouts.authoring.supposed import TOTAL, SupposedColumn, SupposedSection, SupposedTable
from pipeline.vocabulary import territories
from pipeline.vocabulary.populations import resolve_population
from pipeline.vocabulary.words import fold

_MOST = 0.6  # of what stands in a column, for the column to be called after it
_FEWEST_PARTS = 2
_ROUNDING = 0.5  # of a sum of whole numbers, which has no other
_FEW = 8  # wordings that come again and again are the parts of a breakdown

_BY_HEADER = {
    "unit": ("un", "unite", "unites", "unite de mesure"),
    "remark": ("remarque", "remarques", "observation", "observations", "commentaire", "commentaires"),
}
_POPULATION_WORDS = ("champ", "perimetre")


def recognise_columns(columns: list[SupposedColumn]) -> None:
    """Say what each column of a table seems to be, on the columns themselves, and make them fit together."""
    for column in columns:
        _recognise(column)
    _keep_one_indicator(columns)
    _keep_one_territory(columns)
    _keep_one_period(columns)
    _find_breakdowns(columns)
    _find_parts(columns)
    _tell_apart(columns)


def recognise_sections(lone: list[Cell], columns: list[SupposedColumn]) -> Iterator[SupposedSection]:
    """Yield what labels alone in their rows state that the columns of their table do not: a year, what contains it."""
    years = [cell for cell in lone if is_period(cell)]
    if years and all(column.part not in {"", "year"} for column in columns if column.field == "period"):
        yield SupposedSection("period", years, part="year" if any(column.part for column in columns) else "")
    known = {level for column in columns if column.field == "territory" for level in column.levels}
    places = [cell for cell in lone if cell not in years and is_territory(cell)]
    if levels := tuple(level for level in levels_of(places) if level not in known):
        yield SupposedSection("territory", places, levels=levels)


def recognise_totals(columns: list[SupposedColumn]) -> Iterator[str]:
    """Yield the words for totals among the keys of a table, and over columns beside others that name themselves.

    Such a column is marked as ``TOTAL``.
    """
    for column in columns:
        if column.field in {"territory", "indicator", "period"}:
            yield from (cell.text for cell in column.samples if is_total(cell.text))
    if any(column.named_by for column in columns):
        for column in columns:
            if column.field == "value" and not column.named_by and is_total(column.header):
                column.field = TOTAL
                yield column.header


def tell_rows_apart(table: SupposedTable) -> None:
    """Take the one column of words for a breakdown without which rows would say the same of several figures."""
    if table.tells_rows_apart():
        return
    fitting = []
    for column in table.unrecognised:
        column.field = "breakdown"
        if table.tells_rows_apart():
            fitting.append(column)
        column.field = ""
    if len(fitting) == 1:
        fitting[0].field = "breakdown"


# -- one column --------------------------------------------------------------------------------------------------


def _recognise(column: SupposedColumn) -> None:
    """Say what a column seems to be, by what its header names, else by its header's words, else by what it holds."""
    cells = _telling(column)
    are_figures = _share(cells, is_figure) >= _MOST
    if are_figures and (named := _named(column)):
        column.field, column.named_by = "value", named
        return
    word = fold(column.header)
    column.field = next((name for name, words in _BY_HEADER.items() if word in words), "")
    if column.field:
        return
    if any(dating in word for dating in DATING_WORDS):
        column.note = "a date of issue is none of what the figures are about"
    elif _share(cells, is_unit) == 1 and _share(cells, is_indicator) < 1:
        column.field = "unit"
    elif _says_population(cells, word):
        column.field = "population"
    elif not word and _share(cells, is_code) == 1:
        column.field = "code"
    elif _holds_periods(cells, word) or (_share(cells, is_period) >= _MOST and _are_years(column)):
        column.field = "period"
    elif part := next((part for part, words in PERIOD_WORDS.items() if word in words and part != "year"), ""):
        column.field, column.part = "period", part
    elif word.startswith(("code", "dep", "reg")) and _share(cells, _is_short) >= _MOST:
        column.field = "code"
    elif _share(cells, is_territory) >= _MOST and not are_figures:
        column.field, column.levels = "territory", levels_of(column.samples)
    elif _share(cells, is_indicator) >= _MOST:
        column.field = "indicator"
    elif are_figures:
        column.field = "value"


def _says_population(cells: list[Cell], word: str) -> bool:
    """Whether cells say whose activity is counted, by their header or by themselves; a territory is no population."""
    is_said = word in _POPULATION_WORDS or all(resolve_population(cell.text) for cell in cells)
    return bool(cells) and is_said and not any(map(is_territory, cells))


def _holds_periods(cells: list[Cell], word: str) -> bool:
    """Whether cells name periods, under a word that says so: whole ones, be it the word of a part."""
    share = _share(cells, is_period)
    is_part = any(word in words for part, words in PERIOD_WORDS.items() if part != "year")
    are_figures = _share(cells, is_figure) >= _MOST
    return share == 1 if is_part else share >= _MOST and (word in PERIOD_WORDS["year"] or not are_figures)


def _named(column: SupposedColumn) -> tuple[str, ...]:
    """Return the dimensions that the header states, one for each of its cells."""
    found = []
    for text in (column.header, *reversed(column.above)):
        if periods.read_period(text) is not None:
            found.append("period")
        elif names_indicator(label_of(text)):
            found.append("indicator")
        elif territories.names_territory(text):
            found.append("territory")
    return tuple(dict.fromkeys(found))


def _telling(column: SupposedColumn) -> list[Cell]:
    """Return the cells that tell what a column holds: neither the empty ones nor the words for totals."""
    return [cell for cell in column.samples if cell.text.strip() and not is_total(cell.text)]


def _share(cells: list[Cell], holds: Callable[[Cell], bool]) -> float:
    """Return the share of cells for which something holds, of none 0."""
    return sum(map(holds, cells)) / len(cells) if cells else 0.0


def _are_years(column: SupposedColumn) -> bool:
    texts = [cell.text.strip() for cell in column.samples if cell.text.strip()]
    return bool(texts) and all(text.isdecimal() and 1950 <= int(text) <= 2050 for text in texts)


def _is_short(cell: Cell) -> bool:
    return len(cell.text) <= 3


# -- the columns of a table together -----------------------------------------------------------------------------


def _keep_one_indicator(columns: list[SupposedColumn]) -> None:
    """Of several columns that name indicators, take those that are units as well for units.

    ``logements`` is the unit of one indicator and the name of another.
    """
    named = [column for column in columns if column.field == "indicator"]
    for column in named if len(named) > 1 else ():
        if _share(_telling(column), is_unit) == 1:
            column.field = "unit"


def _keep_one_territory(columns: list[SupposedColumn]) -> None:
    """Keep the column with the smallest territories, what contains them as their parent, and one column of codes."""
    named = [column for column in columns if column.field == "territory"]
    detail = min(named, key=lambda c: 0 if "department" in c.levels else 1, default=None)
    for column in named:
        if column is not detail:
            is_above = detail is not None and "department" in detail.levels and "department" not in column.levels
            column.field = "parent" if is_above else ""
            column.note = "it must contain the territory of its row" if is_above else "a second name"
    codes = [column for column in columns if column.field == "code"]
    for column in codes if detail is None else codes[1:]:
        column.field, column.note = "", "a code of its own"


def _keep_one_period(columns: list[SupposedColumn]) -> None:
    """Keep one column of periods, or a year and its parts."""
    found = [column for column in columns if column.field == "period"]
    if any(column.part for column in found):
        for column in found:
            column.part = column.part or "year"
    for column in found[1:]:
        if not column.part:
            column.field, column.note = "", "a second period"


def _find_breakdowns(columns: list[SupposedColumn]) -> None:
    """Take for breakdowns the first column, where it is nothing else, and those of few wordings again and again."""
    first = next((column for column in columns if column.header), None)
    if first is not None and not first.field and any(column.field == "value" for column in columns):
        first.field = "breakdown"
    for column in columns:
        if not column.field and 1 < len({cell.text for cell in column.samples}) <= min(_FEW, len(column.samples) - 1):
            column.field = "breakdown"


def _find_parts(columns: list[SupposedColumn]) -> None:
    """Take columns of figures for the parts of a whole where one of them, a word for all, is the sum of the others."""
    values = [column for column in columns if column.field == "value" and not column.named_by]
    wholes = [column for column in values if is_total(column.header)]
    parts = [column for column in values if not is_total(column.header)]
    if len(wholes) != 1 or len(parts) < _FEWEST_PARTS:
        return
    of_parts = [{cell.row: cell.value for cell in column.samples} for column in parts]
    sums = [(cell.value, [at.get(cell.row, 0) for at in of_parts]) for cell in wholes[0].samples]
    if sums and all(_is_sum(whole, numbers) for whole, numbers in sums):
        for column in values:
            column.named_by = ("breakdown",)


def _is_sum(whole: object, numbers: Sequence[object]) -> bool:
    """Whether a figure is the sum of others; a text is none."""
    found = [number for number in (whole, *numbers) if isinstance(number, int | float)]
    return len(found) == len(numbers) + 1 and abs(sum(found[1:]) - found[0]) < _ROUNDING


def _tell_apart(columns: list[SupposedColumn]) -> None:
    """Where headers are repeated, tell columns of figures apart by the groups that they stand under."""
    values = [column for column in columns if column.field == "value" and "period" not in column.named_by]
    times = Counter(fold(column.header) for column in values if column.above)
    for column in values:
        if times[fold(column.header)] > 1 and len(column.named_by) < 2:
            column.is_repeated, column.named_by = True, ()
            if fold(column.header) in COUNT_WORDS:
                column.indicator = next((t for t in reversed(column.above) if names_indicator(label_of(t))), "")
