"""Finding tables on a sheet: a header is recognised by its words, wherever it stands, over one row or several.

What belongs here: where a table begins and ends, and which column is which.
What does not: reading its rows (``rows``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from pipeline.cells.workbook import KIND_CODES, Cell, Kind, Span
from pipeline.figures import states_unit
from pipeline.figures.periods import period_status
from pipeline.layouts.grid import Grid, Row, Run, Shape
from pipeline.layouts.keys import read_dimension, read_key
from pipeline.layouts.language import CHECK, Column, Layout, Table, matches, read_fact
from pipeline.layouts.suggestions import Advice, Header, advise, near
from pipeline.rejections import LONGEST, Level, Rejection, Wording, reject
from pipeline.vocabulary.indicators import Indicator
from pipeline.vocabulary.typography import as_shown
from pipeline.vocabulary.words import fold

_SHOWN_CELLS = 12
"""As many cells of a row as a person needs to recognise it."""
_SHOWN_LINES = 3
_INTRODUCTION = 300
"""Characters of the words that introduce a line, the header that was found among them."""


@dataclass(slots=True)
class Heading:
    """One recognised column of a located table: its declaration, and what its header itself states."""

    column: Column
    cells: list[Cell]
    """The header cells, from top to bottom."""
    named: dict[str, object] = field(default_factory=dict)
    """What the header states, and what the layout fixes for the column."""
    stated_unit: str = ""
    """What the header says between brackets, as in ``Montant (M€)``."""
    obs_status: str = "A"
    is_total: bool = False
    """Whether the header is a word for a total over the other columns of its kind."""
    known: dict[type, Any] = field(default_factory=dict)
    """What others have worked out from what it says, by its type; all headers that say the same share it."""

    def over(self, cells: list[Cell]) -> Heading:
        """Return the heading of other cells that say the same."""
        return Heading(self.column, cells, self.named, self.stated_unit, self.obs_status, self.is_total, self.known)

    @property
    def text(self) -> str:
        """The lowest header cell's text, which says most."""
        return self.cells[-1].text if self.cells else ""


@dataclass
class FoundTable:
    """One table found on a sheet: its rows, bounds included, and its columns."""

    table: Table
    top: int
    first_row: int
    last_row: int
    headings: dict[int, Heading]
    rejections: list[Rejection]
    grid: Grid
    """The sheet, or the columns of it that are the table's own where others stand beside it."""
    runs: list[Run] = field(default_factory=list)
    """Its rows below the header, those together that fill the same columns."""
    known: dict[type, Any] = field(default_factory=dict)
    """What others have worked out from its headings, by its type; all tables whose headers say the same share it."""

    @cached_property
    def words(self) -> dict[int, frozenset[str]]:
        """The folded texts of each column's header."""
        return {position: frozenset(fold(cell.text) for cell in h.cells) for position, h in self.headings.items()}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the layout that it has, each once."""
        return _columns_of(self.headings)

    @cached_property
    def stated(self) -> frozenset[str]:
        """The indicators and choices that one header states each."""
        return _stated_by(self.headings)

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with its header that leaves nobody certain of its columns."""
        return any(rejection.level is Level.TABLE for rejection in self.rejections)

    def may_hold(self, cell: Cell) -> bool:
        """Whether a cell stands in the columns that are the table's own, above, in or below it."""
        return cell.column in self.grid.columns

    def holds(self, cell: Cell) -> bool:
        """Whether a cell stands in one of the table's rows."""
        return self.top <= cell.row <= self.last_row and self.may_hold(cell)


_OTHER_MEASURES = {
    *("objectif", "objectifs", "cible", "cibles", "prevision", "previsions", "previsionnel", "previsionnels"),
    *("cumul", "cumuls", "cumule", "cumules", "cumulee", "cumulees"),
}
"""Words of a group of columns that say that they hold no results of their period, as folding leaves them."""


class _Candidates:
    """The tables that may stand on a sheet."""

    __slots__ = ("headers", "height", "tables")

    def __init__(self, tables: list[Table]) -> None:
        self.tables = tables
        self.headers = frozenset(header for table in tables for header in table.by_header)
        """The folded wordings of all their headers."""
        self.height = max((table.header_rows for table in tables), default=1)
        """How many rows their headers have at most."""


def locate(grid: Grid, layout: Layout) -> list[FoundTable]:
    """Return the tables of a sheet, from top to bottom and from left to right."""
    asked = grid.name, grid.is_named
    if asked not in layout.known_candidates:
        tables = [table for table in layout.tables if table.may_stand_on(grid.name, is_named=grid.is_named)]
        layout.known_candidates[asked] = _Candidates(tables)
    found = _locate_from(0, grid, layout.known_candidates[asked], layout)
    return sorted(found, key=lambda located: (located.top, located.grid.columns.start))


def _locate_from(first: int, grid: Grid, candidates: _Candidates, layout: Layout) -> list[FoundTable]:
    """Return the tables from one row on. Where some stand side by side, each goes its own way down from there."""
    found: list[FoundTable] = []
    busy_until = first - 1
    for row in grid.rows:
        located = _table_at(grid, row, candidates, layout) if row > busy_until else None
        if located is None:
            continue
        beside = _side_by_side(grid, row, candidates, layout)
        if beside:
            return found + [other for part in beside for other in _locate_from(row, part, candidates, layout)]
        located.runs = _runs(grid, located, candidates, layout)
        located.last_row = busy_until = located.runs[-1].numbers[-1] if located.runs else located.first_row - 1
        found.append(located)
    return found


def _side_by_side(grid: Grid, row: int, candidates: _Candidates, layout: Layout) -> list[Grid]:
    """Return the parts of a sheet in which tables stand side by side, each with a header in this row; none for one.

    A blank column separates them. One behind which no header stands parts nothing: it is one of a table's own.
    """
    tables = [table for table in candidates.tables if table.side_by_side]
    if not tables:
        return []
    beside = _Candidates(tables)
    starts = after_blanks(grid, row)
    strips = [range(*ends) for ends in pairwise([*starts, grid.columns.stop])]
    found = [strip.start for strip in strips if _table_at(grid.part(strip), row, beside, layout) is not None]
    bounds = [grid.columns.start, *found[1:], grid.columns.stop]
    return [grid.part(range(*ends)) for ends in pairwise(bounds)] if found[1:] else []


def after_blanks(grid: Grid, top: int) -> list[int]:
    """Return the columns before which one is blank, in the rows that follow each other from a header on."""
    filled: set[int] = set()
    row = top
    while texts := [column for column, cell in grid.row(row).items() if cell.text.strip()]:
        filled.update(texts)
        row += 1
    return sorted(column for column in filled if column - 1 not in filled)


# -- headers -----------------------------------------------------------------------------------------------------


def _table_at(grid: Grid, row: int, candidates: _Candidates, layout: Layout) -> FoundTable | None:
    said = grid.words(row).union(*map(grid.words, range(row + 1, row + candidates.height)))
    for table in candidates.tables:
        if any(beginning.isdisjoint(said) for beginning in table.beginnings):
            continue  # nothing that its header would have to say stands here, as in most rows
        located = _header_at(grid, row, table, layout)
        if located is not None:
            return located
    return None


def _header_at(grid: Grid, top: int, table: Table, layout: Layout) -> FoundTable | None:
    """Return the table whose header starts in row ``top``, if it does.

    What stands in the same rows of many workbooks is looked at once: titles, and headers without a fault.
    """
    said = None if table.may_lack_header else grid.said(top, table.header_rows)
    if said is None:
        return _find_header(grid, top, table, layout)
    known = table.known_headers
    if said not in known:
        located = _find_header(grid, top, table, layout)
        if located is not None and (located.rejections or located.first_row > top + table.header_rows):
            return located
        known[said] = located and _Header.of(located)
        return located
    found: _Header | None = known[said]
    return found and found.at(grid, top, table)


class _Header(NamedTuple):
    """A header without a fault, wherever it stands."""

    top: int
    """Where it was found."""
    height: int
    headings: dict[int, Heading]
    known: dict[type, Any]

    @classmethod
    def of(cls, located: FoundTable) -> _Header:
        """Return what can be found again of a header."""
        return cls(located.top, located.first_row - located.top, located.headings, located.known)

    def at(self, grid: Grid, top: int, table: Table) -> FoundTable:
        """Return the table of which it is the header, be it in another place."""
        headings = self.headings
        if top != self.top:
            moved = {id(c): grid.row(top - self.top + c.row)[c.column] for h in headings.values() for c in h.cells}
            headings = {p: h.over([moved[id(cell)] for cell in h.cells]) for p, h in headings.items()}
        first_row = top + self.height
        return FoundTable(table, top, first_row, first_row - 1, headings, [], grid, known=self.known)


def _find_header(grid: Grid, top: int, table: Table, layout: Layout) -> FoundTable | None:
    for depth in range(1, table.header_rows + 1):
        bottom = top + depth - 1
        if not grid.has_row(bottom) or (depth > 1 and not _begins_header(grid, top, table)):
            return None
        said = grid.words(top).union(*map(grid.words, range(top + 1, bottom + 1)))
        if any(anchor.isdisjoint(said) for anchor in (table.anchors if depth == 1 else table.beginnings)):
            continue
        headings, rejections = _headings(grid, top, bottom, table, layout)
        if table.required <= {heading.column.key for heading in headings.values()}:
            if any(_has_key(heading, top, bottom, layout) for heading in headings.values()):
                return None
            # a header cell merged downwards takes its rows with it
            reach = max(grid.span(cell.row, cell.column).bottom for h in headings.values() for cell in h.cells)
            if reach > bottom:
                bottom = reach
                headings, rejections = _headings(grid, top, bottom, table, layout)
            rejections += _missing_columns(grid, table, headings, layout)
            if table.group_blanks == "refuse":
                rejections += _doubtful_groups(grid, top, bottom)
            return FoundTable(table, top, bottom + 1, bottom, headings, rejections, grid)
    return None


def _begins_header(grid: Grid, row: int, table: Table) -> bool:
    """Whether a row can be the first of several header rows: it spans others or names a column, as no note does."""
    return grid.spans_others(row) or not table.by_header.keys().isdisjoint(grid.words(row))


def _has_key(heading: Heading, top: int, bottom: int, layout: Layout) -> bool:
    """Whether what stands lowest in a header is a key already: then its row is one of figures, and no header."""
    column, lowest = heading.column, heading.cells[-1] if heading.cells else None
    if lowest is None or not top < lowest.row == bottom or column.parser in {"text", "figure"} or column.named_by:
        return False
    if fold(lowest.text) in map(fold, column.headers):
        return False
    read = read_key(lowest, column, layout)
    return read.problem is None and read.meaning is not None


def _headings(
    grid: Grid, top: int, bottom: int, table: Table, layout: Layout
) -> tuple[dict[int, Heading], list[Rejection]]:
    """Return the recognised columns of a header, and what is wrong with it."""
    headings: dict[int, Heading] = {}
    rejections: list[Rejection] = []
    taken: dict[tuple[object, ...], Cell] = {}
    groups = _groups(grid, top, bottom) if table.group_blanks == "fill" else {}
    for position, cells in grid.stacks(top, bottom).items():
        if position in groups:
            cells = sorted((*groups[position], *cells), key=lambda cell: cell.row)
        heading = _heading(cells, table, layout)
        if heading is None:
            continue
        column, own = heading.column, cells[-1]
        if column.role == "read" and not column.named_by:
            # there may be several columns of figures, and several breakdowns that make one; others are filled once
            slot = (id(column),) if column.field in {"breakdown", "value"} else column.slot
            first = taken.setdefault(slot, own)
            if first != own:
                words = {"raw_text": own.text, "other": first.address}
                rejections.append(reject("ENTETE_EN_DOUBLE", sheet=grid.name, cell=own.address, **words))
                continue
        headings[position] = heading
        if table.produces == "observation" and len(cells) > 1 and (group := _foreign_group(heading, layout)):
            words = {"raw_text": own.text, "group": group.text, "other": group.address}
            rejections.append(reject("GROUPE_INATTENDU", sheet=grid.name, cell=own.address, **words))
    return _with_blank_header(grid, top, bottom, table, headings), rejections


def _foreign_group(heading: Heading, layout: Layout) -> Cell | None:
    """Return the header cell above a column that makes other figures of its figures than the layout takes them for.

    That is one which names an objective or a cumulative figure, or another indicator or territory than the column.
    """
    column = heading.column
    together = fold(" ".join(cell.text for cell in heading.cells))
    if together in map(fold, column.headers):
        return None
    for cell in heading.cells[:-1]:
        if column.under and matches(cell.text, column.under):
            continue
        if not _OTHER_MEASURES.isdisjoint(fold(cell.text).split()):
            return cell
        for dimension in ("indicator", "territory"):
            meaning = read_dimension(dimension, cell.text, _split_brackets(cell.text)[0], column, layout.scopes)
            if meaning is not None and heading.named.get(dimension, meaning) != meaning:
                return cell
            if meaning is not None and dimension not in heading.named and column.field == "value":
                return cell
    return None


def _with_blank_header(
    grid: Grid, top: int, bottom: int, table: Table, headings: dict[int, Heading]
) -> dict[int, Heading]:
    """Add the column that may have a blank header, where it has: the filled one just left of the others."""
    found = {id(heading.column) for heading in headings.values()}
    lacking = next((c for c in table.columns if c.blank_header and id(c) not in found), None)
    if lacking is None or not headings:
        return headings
    left = [position for position in grid.row(bottom + 1) if position < min(headings)]
    if not left or max(left) in grid.stacks(top, bottom):
        return headings
    return {max(left): Heading(lacking, []), **headings}


def _groups(grid: Grid, top: int, bottom: int) -> dict[int, list[Cell]]:
    """Return, for each column of a header, the groups that stand to the left of its blank cells, from top to bottom.

    A group is a cell with other header cells under it. One that is merged says itself how far it reaches, and a blank
    column ends any.
    """
    stacks = grid.stacks(top, bottom)
    found: dict[int, list[Cell]] = {}
    for row in range(top, bottom):
        group: Cell | None = None
        for column, cells in stacks.items():
            own = grid.shown(row, column)
            if own is not None and own.text.strip():
                is_group = own != cells[-1] and grid.span(row, column) == Span(row, column, row, column)
                group = own if is_group else None
            elif column - 1 not in stacks:
                group = None
            elif group is not None and any(cell.text.strip() for cell in cells):
                found.setdefault(column, []).append(group)
    return found


def _doubtful_groups(grid: Grid, top: int, bottom: int) -> list[Rejection]:
    """Return a rejection for each column of which nobody can tell whether it belongs to the group on its left."""
    stacks = grid.stacks(top, bottom)
    return [
        reject(
            "GROUPE_NON_FUSIONNE",
            sheet=grid.name,
            cell=stacks[column][-1].address,
            raw_text=stacks[column][-1].text,
            group=groups[-1].text,
            other=groups[-1].address,
        )
        for column, groups in _groups(grid, top, bottom).items()
    ]


def _heading(cells: list[Cell], table: Table, layout: Layout) -> Heading | None:
    """Return what a stack of header cells stands for; each is read once, for headers are much alike."""
    said = tuple((cell.text, cell.value, cell.kind) for cell in cells)
    known = table.known_headings
    if said not in known:
        known[said] = _read_heading(cells, table, layout)
    found: Heading | None = known[said]
    return found and found.over(cells)


def _read_heading(cells: list[Cell], table: Table, layout: Layout) -> Heading | None:
    """Return what a stack of header cells stands for: a known wording, then what it names, then a pattern."""
    texts = [cell.text for cell in reversed(cells)]  # the lowest level says most
    if len(cells) > 1:
        texts.append(" ".join(cell.text for cell in cells))
    for text in texts:
        bare, brackets = _split_brackets(text)
        for column in table.by_header.get(fold(text)) or table.by_header.get(fold(bare), ()):
            if made := _made(column, cells, layout, _unit_in(brackets)):
                return made
    for column in table.columns:
        if column.named_by and not column.headers and (made := _made(column, cells, layout, "")):
            return made
    for column in table.columns:
        for pattern in column.patterns:
            for text in texts:
                if pattern.fullmatch(fold(text)) and (made := _made(column, cells, layout, "")):
                    return made
    return _total_heading(cells, table, layout)


def _made(column: Column, cells: list[Cell], layout: Layout, stated_unit: str) -> Heading | None:
    """Return the heading of a column over which these cells stand; ``None`` where they do not say all that it needs."""
    if column.under and not any(matches(cell.text, column.under) for cell in cells[:-1]):
        return None
    named, status, used = _read_names(cells, column, layout)
    if len(named) < len(column.named_by):
        return None
    lowest = cells[-1]
    if column.named_by and not column.headers and lowest not in used and not states_unit(lowest.text):
        return None  # "dont jeunes" under "2024" is not the figure of 2024
    unit = stated_unit or (_stated_unit(cells) if column.parser == "figure" else "")
    return Heading(column, cells, {**_fixed(column.fixed, layout), **named}, unit, status)


def _fixed(facts: dict[str, str], layout: Layout) -> dict[str, object]:
    return {name: read_fact(name, text, layout.scopes) for name, text in facts.items()}


def _read_names(cells: list[Cell], column: Column, layout: Layout) -> tuple[dict[str, object], str, list[Cell]]:
    """Return the dimensions that the header cells state, the status of the period, and the cells that were used.

    Each is read from the lowest cell that states it; ``janvier`` under ``2024`` is one month, not a whole year.
    """
    named: dict[str, object] = {}
    status, used = "A", []
    for dimension in column.named_by:
        for low in range(len(cells) - 1, -1, -1):
            cell = cells[low]
            together = [cell] if low == 0 else [cell, cells[low - 1]]
            texts = [(cell.text, [cell])]
            if len(together) > 1 and dimension in {"period", "breakdown"}:
                joined = " ".join(c.text for c in (together if dimension == "period" else reversed(together)))
                texts.insert(0, (joined, together))
            found = _first_read(texts, cell, dimension, column, layout)
            if found is not None:
                named[f"period:{column.part}" if dimension == "period" and column.part else dimension] = found[0]
                used += found[1]
                status = period_status(cell.text) if dimension == "period" else status
                break
    return named, status, used


def _first_read(
    texts: list[tuple[str, list[Cell]]], cell: Cell, dimension: str, column: Column, layout: Layout
) -> tuple[object, list[Cell]] | None:
    for text, used in texts:
        raw = cell.value if len(used) == 1 and cell.value is not None else text
        meaning = read_dimension(dimension, raw, text, column, layout.scopes)
        if meaning is None and dimension == "indicator":
            bare = _split_brackets(text)[0]
            meaning = read_dimension(dimension, bare, bare, column, layout.scopes)
        if meaning is not None:
            return meaning, used
    return None


def _total_heading(cells: list[Cell], table: Table, layout: Layout) -> Heading | None:
    """Return the heading of a column of totals: a word for a total where the others name a dimension."""
    if table.totals.isdisjoint(fold(cell.text) for cell in cells):
        return None
    for column in table.columns:
        named, status, _ = _read_names(cells, column, layout)
        if column.named_by and len(named) == len(column.named_by) - 1:
            facts = {**_fixed(column.fixed, layout), **named}
            return Heading(column, cells, facts, _stated_unit(cells), status, is_total=True)
    return None


def _split_brackets(text: str) -> tuple[str, str]:
    """Split ``Montant (M€)`` into what it is and what it says between brackets."""
    head, opened, tail = text.partition("(")
    return (head, tail.rstrip().removesuffix(")")) if opened and tail.rstrip().endswith(")") else (text, "")


def _stated_unit(cells: list[Cell]) -> str:
    """Return the unit that a header states between brackets, the lowest first."""
    return next((unit for cell in reversed(cells) if (unit := _unit_in(_split_brackets(cell.text)[1]))), "")


def _unit_in(brackets: str) -> str:
    """Return what stands between brackets if it is a unit: ``M€`` is one, ``4 filiales`` is not."""
    return brackets if brackets and states_unit(brackets) else ""


# -- ends --------------------------------------------------------------------------------------------------------


def _runs(grid: Grid, located: FoundTable, candidates: _Candidates, layout: Layout) -> list[Run]:
    """Return the rows of a table.

    It ends before too many blank rows, a note, the header of another table, or the end of the sheet.
    """
    columns = located.headings.keys()
    filled_by: dict[Shape, int] = {}
    found: list[Run] = []
    last, height = located.first_row - 1, 0
    for run in grid.runs(located.first_row):
        if run.shape not in filled_by:
            filled_by[run.shape] = len(columns & run.shape.places.keys())
        filled = filled_by[run.shape]
        found.append(run)
        if not filled and not grid.covered(run.numbers[0], columns):
            continue  # blank, as far as the table goes
        if run.numbers[0] - last - 1 > located.table.blank_rows:
            break
        first = next(iter(run.shape.places), None)
        goes_on = filled > 1 and first is not None and candidates.headers.isdisjoint(map(fold, run.texts(first)))
        count = len(run) if goes_on else _rows_before_end(grid, run, located, candidates, layout, is_alone=filled <= 1)
        if 0 < count < len(run):
            found[-1] = run.cut(count)
        if count:
            last, height = found[-1].numbers[-1], len(found)
        if count < len(run):
            break
    return found[:height]


def _rows_before_end(
    grid: Grid, run: Run, located: FoundTable, candidates: _Candidates, layout: Layout, *, is_alone: bool
) -> int:
    """Return how many rows of a run come before one that is beyond the table."""
    for count, number in enumerate(run.numbers):
        if _is_end(grid, grid.row(number), located, candidates, layout, is_alone=is_alone):
            return count
    return len(run)


def _is_end(
    grid: Grid, cells: Row, located: FoundTable, candidates: _Candidates, layout: Layout, *, is_alone: bool
) -> bool:
    """Whether a row that is not blank is beyond the table: a note, or the header of another one."""
    if is_alone and is_note(cells, layout, numbered=not located.table.sections):
        return True
    return _begins_another(grid, cells, located, candidates, layout)


def _begins_another(grid: Grid, cells: Row, located: FoundTable, candidates: _Candidates, layout: Layout) -> bool:
    """Whether a row that follows without a blank one, and begins with a known header, is that of another table."""
    if not cells:
        return False
    known = fold(cells.text(next(iter(cells))))
    if known not in candidates.headers or repeats_header(located, cells):
        return False
    first = cells[min(cells)]
    return first.kind is Kind.TEXT and _table_at(grid, cells.number, candidates, layout) is not None


def repeats_header(located: FoundTable, cells: Row) -> bool:
    """Whether a row inside a table says again what one of its header rows says."""
    words, first = located.words, next(iter(cells), 0)
    if first not in words or fold(cells.text(first)) not in words[first]:
        return False
    return all(column in words and fold(text) in words[column] for column, text in zip(cells, cells.texts, strict=True))


def is_note(cells: Row, layout: Layout, *, numbered: bool = True) -> bool:
    """Whether a row is a note: its first cell begins like one (``Source :``, ``(p) :``, ``* …``, ``1. …``).

    Args:
        cells: the row.
        layout: which words and marks begin a note.
        numbered: whether ``1. …`` does, which a row of a table may begin with as well.
    """
    if not cells:
        return False
    text = cells[min(cells)].text.strip()
    if layout.note_start.match(text):
        return numbered or not text[0].isdigit()
    head, colon, _ = text.partition(":")
    return bool(colon) and fold(head) in layout.folded_note_words


# -- what does not fit -------------------------------------------------------------------------------------------


def table_missing(grid: Grid, tables: list[Table], layout: Layout) -> Rejection:
    """Return the rejection of a sheet on which no header is recognised.

    It gives the nearest row, the headers that were expected, and for each wording of that row that is not known the
    line to change; where all are known, what else there would have to be.
    """
    nearest_row = _nearest_row(grid, tables)
    best = grid.row(nearest_row)
    shown = [cell.text for _, cell in sorted(best.items())]
    shown[_SHOWN_CELLS:] = ["…"] if len(shown) > _SHOWN_CELLS else []
    headers = [[_in_short(column) for column in table.columns] for table in tables if table.produces != CHECK]
    french, english = ("; ".join(" | ".join(pair[at] for pair in pairs) for pairs in headers) for at in (0, 1))
    hint, unknown = _what_to_add([_nearly(grid, nearest_row, table, layout) for table in tables])
    told = unknown or [cell for _, cell in sorted(best.items())][:1]
    return reject(
        "TABLEAU_ABSENT",
        sheet=grid.name,
        cell=told[0].address if told else "",
        raw_text=" | ".join(shown),
        expected=Wording(french, english),
        hint=hint,
    )


def _nearest_row(grid: Grid, tables: list[Table]) -> int:
    """Return the row that says most of what headers say, else the first of those that hold most texts.

    Where cells above are merged into it, it is the first of theirs.
    """
    known = {header for table in tables for header in table.by_header}
    known |= {wording for table in tables for column in table.columns if column.named_by for wording in column.codes}

    def nearness(row: int) -> tuple[int, int, int]:
        line = grid.cells.line(row)
        texts = grid.cells.kinds.count(KIND_CODES[Kind.TEXT], line.start, line.stop)
        return len(known & grid.words(row)), min(texts, 8), min(len(line), 8)

    row = max(grid.rows, key=nearness, default=0)
    while any(grid.span(row - 1, column).bottom >= row for column in grid.row(row - 1)):
        row -= 1
    return row


def _nearly(grid: Grid, row: int, table: Table, layout: Layout) -> tuple[Header, list[Cell]]:
    """Return what a row has of a table's header, and its unknown cells.

    A row with merged cells has the row below it as well, or all those that they take.
    """
    reach = max((grid.span(row, column).bottom for column in grid.row(row)), default=row)
    bottom = max(reach, row + 1) if grid.spans_others(row) and grid.has_row(row + 1) else row
    bottom = min(bottom, row + table.header_rows - 1)
    headings, _ = _headings(grid, row, bottom, table, layout)
    header = Header(grid, table, layout, row, bottom, _columns_of(headings), _stated_by(headings))
    return header, _unknown_cells(header, headings)


def _columns_of(headings: dict[int, Heading]) -> tuple[Column, ...]:
    return tuple({id(heading.column): heading.column for heading in headings.values()}.values())


def _stated_by(headings: dict[int, Heading]) -> frozenset[str]:
    """Return the codes of the indicators and choices that headers state which state nothing else."""
    alone = [h for h in headings.values() if len(h.column.named_by) == 1]
    said = (h.named.get(h.column.named_by[0]) for h in alone)
    codes = (each.code if isinstance(each, Indicator) else each for each in said)
    return frozenset(code for code in codes if isinstance(code, str))


def _unknown_cells(header: Header, headings: dict[int, Heading]) -> list[Cell]:
    """Return the first texts of a header that stand over none of its columns, and the groups that are not over all."""
    grid, stacks = header.grid, header.grid.stacks(header.top, header.bottom)
    cells = [cell for row in range(header.top, header.bottom + 1) for cell in grid.row(row).values()]
    found = []
    for cell in [cell for cell in cells if cell.kind is Kind.TEXT and cell.text.strip()]:
        reach = range(cell.column, grid.span(cell.row, cell.column).right + 1)
        known = [column in headings for column in reach if column in stacks]
        if not (any(known) if stacks[cell.column][-1] == cell else all(known)):
            found.append(cell)
    return found[:_SHOWN_CELLS]


def _what_to_add(nearly: list[tuple[Header, list[Cell]]]) -> tuple[str | Wording, list[Cell]]:
    """Return what would make a row the header of the table that it is nearest to, and the cells that are not known.

    Those come first that something can be said of.
    """

    def lack(nearly: tuple[Header, list[Cell]]) -> tuple[int, int]:
        header, unknown = nearly
        advised = [advice.entry.column for advice in advise(header, unknown).values()]
        return len(header.lacking(advised)), -len(header.found)

    header, unknown = min(nearly, key=lack)
    if unknown or not header.found:
        advised = advise(header, unknown)
        return _lines(advised.values()), sorted(unknown, key=lambda cell: cell.address not in advised)
    lacking = [_in_short(column) for column in header.lacking()]
    french, english = (", ".join(pair[at] for pair in lacking) for at in (0, 1))
    return Wording(f" Il manque : {french}.", f" Missing: {english}."), unknown


def _lines(advised: Iterable[Advice], room: int = LONGEST) -> str:
    """Return the first lines to add, as many as a message has room for: one that is cut short is of no use."""
    said = ""
    for advice in list(advised)[:_SHOWN_LINES]:
        more = f" {advice.line}"
        said += more if len(said + more) <= room else ""
    return said


# How a message calls a header that states a dimension itself, in French and in English.
_STATED = {
    "indicator": ("un indicateur", "an indicator"),
    "territory": ("un territoire", "a territory"),
    "period": ("une année", "a year"),
    "breakdown": ("une catégorie", "a category"),
}


def _in_short(column: Column) -> tuple[str, str]:
    """Return what a message says of a header, in French and in English."""
    if column.headers:
        return column.headers[0], column.headers[0]
    stated = [_STATED[dimension] for dimension in column.named_by]
    return " et ".join(french for french, _ in stated), " and ".join(english for _, english in stated)


def _missing_columns(grid: Grid, table: Table, headings: dict[int, Heading], layout: Layout) -> list[Rejection]:
    """Return a rejection for each required column of several for one field of which only others are there.

    Several breakdowns make one, so that without one of them a part would pass for the whole. A rejection stands at the
    unknown header that may be the column's, with the line to add; else at the beginning of the header.
    """
    found = {_filled_by(heading.column) for heading in headings.values()}
    of_several = [column for column in table.columns if column.fixed or column.field == "breakdown"]
    lacking = {_filled_by(c): c for c in reversed(of_several) if c.required and _filled_by(c) not in found}
    if not lacking:
        return []
    rows = [cell.row for heading in headings.values() for cell in heading.cells]
    header = Header(grid, table, layout, min(rows), max(rows), _columns_of(headings), _stated_by(headings))
    advised = {id(each.entry.column): each for each in advise(header, _unknown_cells(header, headings)).values()}
    return [_missing_column(header, column, advised.get(id(column))) for column in reversed(lacking.values())]


def _filled_by(column: Column) -> tuple[object, ...]:
    """Return what a column fills in a row: a part of its own for each of several breakdowns."""
    return (id(column),) if column.field == "breakdown" else column.slot


def _missing_column(header: Header, column: Column, advice: Advice | None) -> Rejection:
    expected = (*column.headers, column.field)[0]
    if advice is None:
        first = min(header.grid.row(header.top).values())
        return reject("COLONNE_ABSENTE", sheet=header.grid.name, cell=first.address, expected=expected)
    cell, shown = advice.cell, as_shown(advice.cell.text)
    line = _lines([advice], LONGEST - _INTRODUCTION)
    hint = Wording(
        f" L'en-tête inconnu le plus proche est « {shown} » : corrigez-le, ou ajoutez-le à la disposition.{line}",
        f" The nearest unknown header is “{shown}”: correct it, or add it to the layout.{line}",
    )
    where = {"sheet": header.grid.name, "cell": cell.address, "raw_text": cell.text}
    return reject("COLONNE_ABSENTE", **where, expected=expected, hint=hint)


def unknown_column(grid: Grid, located: FoundTable, cell: Cell, layout: Layout) -> Rejection:
    """Return the rejection of a header that no column of the layout has, with the nearest known and the line to add."""
    bottom = located.first_row - 1
    header = Header(grid, located.table, layout, located.top, bottom, located.columns, located.stated)
    expected = ", ".join(f"« {wording} »" for wording in near(header, cell)) or "—"
    hint = _lines(advise(header, [cell]).values())
    words = {"raw_text": cell.text, "expected": expected, "hint": hint}
    return reject("COLONNE_INCONNUE", sheet=grid.name, cell=cell.address, **words)
