"""What one stack of header cells stands for: a column of the layout, and what the header itself states.

What belongs here: reading the cells over one column. What does not: which rows are a header, and whether its columns go
together (``headers``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import states_unit
from pipeline.figures.declared_marks import NOTE, take_declared
from pipeline.figures.periods import period_status
from pipeline.figures.spans import months_said
from pipeline.layouts.compiled import CompiledColumn, CompiledTable
from pipeline.layouts.fields import read_fact
from pipeline.layouts.forms import no_split
from pipeline.layouts.keys import formed, read_dimension, shown_cell
from pipeline.layouts.labels import split_brackets
from pipeline.layouts.language import Column, Layout
from pipeline.layouts.wordings import matches
from pipeline.rejections import Rejection
from pipeline.vocabulary.territories import two_levels
from pipeline.vocabulary.words import fold


@dataclass(slots=True)
class Heading:
    """One recognised column of a table: its declaration, and what its header itself states."""

    compiled: CompiledColumn
    cells: list[Cell]
    """The header cells, from top to bottom."""
    named: dict[str, object] = field(default_factory=dict)
    """What the header states, and what the layout fixes for the column."""
    stated_unit: str = ""
    """What the header says between brackets, as in ``Montant (M€)``."""
    obs_status: str = "A"
    is_total: bool = False
    """Whether the header is a word for a total over the other columns of its kind."""
    two_ways: Rejection | None = None
    """Why nobody can tell what it states, where its form fits in two ways."""

    def over(self, cells: list[Cell]) -> Heading:
        """Return the heading of other cells that say the same."""
        return replace(self, cells=cells)

    @property
    def column(self) -> Column:
        """The declaration of the column."""
        return self.compiled.declared

    @property
    def months(self) -> int:
        """How many months that end with the stated period its figures are about, by the layout or by what it says.

        0 where neither says so, -1 where its cells contradict each other.
        """
        if self.column.months:
            return self.column.months
        said = {months_said(cell.text) for cell in self.cells} - {0}
        return said.pop() if len(said) == 1 else -bool(said)

    @property
    def struck(self) -> Cell | None:
        """The first of its cells that is struck through, so that nothing under it holds."""
        return next((cell for cell in self.cells if cell.is_struck), None)

    @property
    def text(self) -> str:
        """The lowest header cell's text, which says most."""
        return self.cells[-1].text if self.cells else ""


def read_stack(cells: list[Cell], table: CompiledTable, layout: Layout) -> Heading | None:
    """Return the column that a stack of header cells stands for; each wording is read once, for headers are alike."""
    cells = [shown_cell(cell) for cell in cells]
    wording = tuple((cell.text, cell.value, cell.kind) for cell in cells)
    cached = table.cache.headings
    if wording not in cached:
        cached[wording] = _read_stack(cells, table, layout)
    found = cached[wording]
    return found and found.over(cells)


def _read_stack(cells: list[Cell], table: CompiledTable, layout: Layout) -> Heading | None:
    """Return what a stack of header cells stands for, without the marks that its source declares."""
    marked = [_unmarked(cell, table) for cell in cells]
    heading = _read_bare([cell for cell, _ in marked], table, layout)
    status = next((status for _, status in reversed(marked) if status not in {"", NOTE}), "")
    if heading is not None and status:
        heading.obs_status = status
    return heading


def _unmarked(cell: Cell, table: CompiledTable) -> tuple[Cell, str]:
    """Return a header cell without its marks, and what they mean; a wording that is listed with one is left whole."""
    if not table.marks or cell.kind is not Kind.TEXT or table.lists(cell.text):
        return cell, ""
    bare, status = take_declared(cell.text, table.marks)
    return (cell._replace(text=bare, value=bare), status) if status else (cell, "")


def _read_bare(cells: list[Cell], table: CompiledTable, layout: Layout) -> Heading | None:
    """Return what a stack of header cells stands for: a known wording, then what it names, then a pattern."""
    texts = [cell.text for cell in reversed(cells)]  # the lowest level says most
    if len(cells) > 1:
        texts.append(" ".join(cell.text for cell in cells))
    for text in texts:
        bare, brackets = split_brackets(text)
        for column in table.by_header.get(fold(text)) or table.by_header.get(fold(bare), ()):
            if heading := _heading_of(column, cells, layout, _unit_in(brackets)):
                return heading
    for column in [each for each in table.columns if each.declared.named_by and not each.declared.headers]:
        if heading := _heading_of(column, cells, layout, ""):
            return heading
    for column in table.columns:
        for pattern in column.patterns:
            for text in texts:
                if pattern.fullmatch(fold(text)) and (heading := _heading_of(column, cells, layout, "")):
                    return heading
    return _total_heading(cells, table, layout)


def _heading_of(column: CompiledColumn, cells: list[Cell], layout: Layout, stated_unit: str) -> Heading | None:
    """Return the heading of a column over which these cells stand; ``None`` where they do not say all that it needs."""
    declared = column.declared
    if declared.under and not any(matches(cell.text, declared.under) for cell in cells[:-1]):
        return None
    if column.form is not None and declared.parser == "figure":
        return _formed_heading(column, cells, layout)
    named, status, used = _read_names(cells, column, layout)
    if len(named) < len(declared.named_by):
        return None
    lowest = cells[-1]
    if declared.named_by and not declared.headers and lowest not in used and not states_unit(lowest.text):
        return None  # "dont jeunes" under "2024" is not the figure of 2024
    unit = stated_unit or (_stated_unit(cells) if declared.parser == "figure" else "")
    return Heading(column, cells, {**_fixed(declared.fixed, layout), **named}, unit, status)


def _formed_heading(column: CompiledColumn, cells: list[Cell], layout: Layout) -> Heading | None:
    """Return the heading of a column whose header has a form: all of it, or else the lowest of its cells alone."""
    lowest = cells[-1]
    whole = " ".join(cell.text for cell in cells)
    texts = dict.fromkeys((whole, lowest.text))
    for text in texts:
        ways = formed(lowest._replace(kind=Kind.TEXT, text=text, value=text), column, layout)
        if len(ways) > 1:
            return Heading(
                column,
                cells,
                two_ways=no_split(text, [[read.cell.text for read in way.values()] for way in ways], form=""),
            )
        if ways:
            [way] = ways
            named = {key: two_levels(r.cell.text) if r.has_two_levels else r.meaning for key, r in way.items()}
            status = next((read.status for read in way.values() if read.status != "A"), "A")
            unit = next((read.unit for read in way.values() if read.unit), "") or _stated_unit(cells)
            return Heading(column, cells, {**_fixed(column.declared.fixed, layout), **named}, unit, status)
    return None


def _fixed(facts: dict[str, str], layout: Layout) -> dict[str, object]:
    return {name: read_fact(name, text, layout.scopes) for name, text in facts.items()}


def _read_names(cells: list[Cell], column: CompiledColumn, layout: Layout) -> tuple[dict[str, object], str, list[Cell]]:
    """Return the dimensions that the header cells state, the status of the period, and the cells that were used.

    Each is read from the lowest cell that states it; ``janvier`` under ``2024`` is one month, not a whole year.
    """
    named: dict[str, object] = {}
    status, used = "A", []
    part = column.declared.part
    for dimension in column.declared.named_by:
        for low in range(len(cells) - 1, -1, -1):
            cell = cells[low]
            together = [cell] if low == 0 else [cell, cells[low - 1]]
            texts = [(cell.text, [cell])]
            if len(together) > 1 and dimension in {"period", "breakdown"}:
                joined = " ".join(c.text for c in (together if dimension == "period" else reversed(together)))
                texts.insert(0, (joined, together))
            found = _first_read(texts, cell, dimension, column, layout)
            if found is not None:
                named[f"period:{part}" if dimension == "period" and part else dimension] = found[0]
                used += found[1]
                status = period_status(cell.text) if dimension == "period" else status
                break
    return named, status, used


def _first_read(
    texts: list[tuple[str, list[Cell]]], cell: Cell, dimension: str, column: CompiledColumn, layout: Layout
) -> tuple[object, list[Cell]] | None:
    for text, used in texts:
        raw = cell.value if len(used) == 1 and cell.value is not None else text
        if cell.kind is Kind.DATE and isinstance(raw, int):
            continue  # a number that is shown as a day of 1905: nobody can tell which year is meant
        meaning = read_dimension(dimension, raw, text, column, layout)
        if meaning is None and dimension == "indicator":
            bare = split_brackets(text)[0]
            meaning = read_dimension(dimension, bare, bare, column, layout)
        if meaning is not None:
            return meaning, used
    return None


def _total_heading(cells: list[Cell], table: CompiledTable, layout: Layout) -> Heading | None:
    """Return the heading of a column of totals: a word for a total where the others name a dimension."""
    if table.totals.isdisjoint(fold(cell.text) for cell in cells):
        return None
    for column in (column for column in table.columns if column.form is None):
        named, status, _ = _read_names(cells, column, layout)
        wanted = column.declared.named_by
        if wanted and len(named) == len(wanted) - 1:
            facts = {**_fixed(column.declared.fixed, layout), **named}
            return Heading(column, cells, facts, _stated_unit(cells), status, is_total=True)
    return None


def _stated_unit(cells: list[Cell]) -> str:
    """Return the unit that a header states between brackets, the lowest first."""
    return next((unit for cell in reversed(cells) if (unit := _unit_in(split_brackets(cell.text)[1]))), "")


def _unit_in(brackets: str) -> str:
    """Return what stands between brackets if it is a unit: ``M€`` is one, ``4 filiales`` is not."""
    return brackets if brackets and states_unit(brackets) else ""
