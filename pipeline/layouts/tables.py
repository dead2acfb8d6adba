"""Finding tables on a sheet: a header is recognised by its words, wherever it stands, over one row or several.

What belongs here: where a table begins and ends, and which column is which.
What does not: reading its rows (``extract``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline import indicators, periods, territories
from pipeline.cells.model import Cell, Sheet, Span
from pipeline.figures import states_unit
from pipeline.layouts.model import Column, Layout, Table
from pipeline.rejections import Rejection, reject
from pipeline.words import fold, nearest

Row = dict[int, Cell]

MERGED_CELLS = 500_000
"""How many positions under merged ranges are followed on one sheet; headers and keys need a few hundred."""


class Grid:
    """A sheet by row and column, with its merged ranges."""

    def __init__(self, sheet: Sheet) -> None:
        self.name = sheet.name
        self.cells = sheet.cells
        self.rows: dict[int, Row] = {}
        for cell in sheet.cells:
            self.rows.setdefault(cell.row, {})[cell.column] = cell
        self._anchors: dict[tuple[int, int], Span] = {}
        for span in sheet.merges:
            area = (span.bottom - span.top + 1) * (span.right - span.left + 1)
            # only ranges that hold something matter, and a hostile sheet may merge a billion cells
            if span.left in self.rows.get(span.top, {}) and len(self._anchors) + area <= MERGED_CELLS:
                for row in range(span.top, span.bottom + 1):
                    for column in range(span.left, span.right + 1):
                        self._anchors[row, column] = span

    def span(self, row: int, column: int) -> Span:
        """Return the merged range that covers a position, or the position itself."""
        return self._anchors.get((row, column)) or Span(row, column, row, column)

    def shown(self, row: int, column: int) -> Cell | None:
        """Return the cell that is seen at a position: its own, or that of the merged range that covers it."""
        span = self.span(row, column)
        return self.rows.get(span.top, {}).get(span.left)


@dataclass(slots=True)
class Heading:
    """One recognised column of a located table: its declaration, and what its header itself states."""

    column: Column
    cells: list[Cell]
    """The header cells, from top to bottom."""
    named: dict[str, object] = field(default_factory=dict)
    stated_unit: str = ""
    """What the header says between brackets, as in ``Montant (M€)``."""
    obs_status: str = "A"


@dataclass(slots=True)
class Located:
    """One table found on a sheet: its rows, bounds included, and its columns."""

    table: Table
    top: int
    first_row: int
    last_row: int
    headings: dict[int, Heading]
    rejections: list[Rejection]


def locate(grid: Grid, layout: Layout) -> list[Located]:
    """Return the tables of a sheet, from top to bottom."""
    candidates = [table for table in layout.tables if table.may_stand_on(grid.name)]
    found: list[Located] = []
    busy_until = 0
    for row in sorted(grid.rows):
        if row <= busy_until:
            continue
        for table in candidates:
            located = _header_at(grid, row, table, layout)
            if located is not None:
                located.last_row = _last_row(grid, located, layout)
                busy_until = located.last_row
                found.append(located)
                break
    return found


def _header_at(grid: Grid, top: int, table: Table, layout: Layout) -> Located | None:
    """Return the table whose header starts in row ``top``, if it does."""
    for depth in range(1, table.header_rows + 1):
        bottom = top + depth - 1
        if bottom not in grid.rows or (depth > 1 and not _begins_header(grid, top, table)):
            return None
        headings, rejections = _headings(grid, top, bottom, table, layout)
        if table.required <= {heading.column.field for heading in headings.values()}:
            # a header cell merged downwards takes its rows with it
            reach = max(grid.span(cell.row, cell.column).bottom for h in headings.values() for cell in h.cells)
            if reach > bottom:
                bottom = reach
                headings, rejections = _headings(grid, top, bottom, table, layout)
            return Located(table, top, bottom + 1, bottom, headings, rejections)
    return None


def _begins_header(grid: Grid, row: int, table: Table) -> bool:
    """Whether a row can be the first of several header rows: it spans others or names a column, as no note does."""
    return any(
        grid.span(row, column) != Span(row, column, row, column) or fold(cell.text) in table.by_header
        for column, cell in grid.rows[row].items()
    )


def _headings(
    grid: Grid, top: int, bottom: int, table: Table, layout: Layout
) -> tuple[dict[int, Heading], list[Rejection]]:
    """Return the recognised columns of a header, and what is wrong with it."""
    headings: dict[int, Heading] = {}
    rejections: list[Rejection] = []
    taken: dict[str, Cell] = {}
    columns = sorted({c for row in range(top, bottom + 1) for c in _columns(grid, row)})
    for column in columns:
        cells = _stacked(grid, top, bottom, column)
        heading = _heading(cells, table, layout) if cells else None
        if heading is None:
            continue
        own = cells[-1]
        first = taken.get(heading.column.field) if not heading.column.named_by else None
        if first is not None:
            rejections.append(
                reject("ENTETE_EN_DOUBLE", sheet=grid.name, cell=own.address, raw_text=own.text, other=first.address)
            )
            continue
        taken[heading.column.field] = own
        headings[column] = heading
    return headings, rejections


def _columns(grid: Grid, row: int) -> Iterator[int]:
    """Yield the columns that show something in a row, those of merged ranges included."""
    for column in grid.rows.get(row, {}):
        yield from range(column, grid.span(row, column).right + 1)


def _stacked(grid: Grid, top: int, bottom: int, column: int) -> list[Cell]:
    """Return the header cells over a column, from top to bottom, a merged one once."""
    cells: list[Cell] = []
    for row in range(top, bottom + 1):
        cell = grid.shown(row, column)
        if cell is not None and cell not in cells:
            cells.append(cell)
    return cells


def _heading(cells: list[Cell], table: Table, layout: Layout) -> Heading | None:
    texts = [cell.text for cell in reversed(cells)]  # the lowest level says most
    for text in (*texts, " ".join(reversed(texts))):
        bare, brackets = _split_brackets(text)
        column = table.by_header.get(fold(text)) or table.by_header.get(fold(bare))
        if column is not None:
            return Heading(column, cells, stated_unit=_unit_in(brackets))
    for column in table.columns:
        if column.named_by:
            named, status = _read_names(cells, column, layout)
            if len(named) == len(column.named_by):
                unit = next((unit for text in texts if (unit := _unit_in(_split_brackets(text)[1]))), "")
                return Heading(column, cells, named, stated_unit=unit, obs_status=status)
    return None


def _read_names(cells: list[Cell], column: Column, layout: Layout) -> tuple[dict[str, object], str]:
    """Return the dimensions that the header cells state, each read from the lowest cell that states it."""
    named: dict[str, object] = {}
    status = "A"
    for dimension in column.named_by:
        for cell in reversed(cells):
            read = read_dimension(dimension, cell, layout, column.levels)
            if read is None and dimension == "indicator":
                read = indicators.resolve(_split_brackets(cell.text)[0], layout.scopes)
            if read is not None:
                named[dimension] = read
                status = periods.period_status(cell.text) if dimension == "period" else status
                break
    return named, status


def read_dimension(dimension: str, cell: Cell, layout: Layout, levels: tuple[str, ...]) -> object | None:
    """Return the indicator, territory or period that a cell names; ``None`` when it names none."""
    if dimension == "indicator":
        return indicators.resolve(cell.text, layout.scopes)
    if dimension == "period":
        return periods.read_period(cell.value if cell.value is not None else cell.text)
    raw = cell.value if cell.value is not None else cell.text
    for level in levels or ("",):
        territory = territories.resolve(raw, level=level)
        if territory is not None:
            return territory
    return None


def _split_brackets(text: str) -> tuple[str, str]:
    """Split ``Montant (M€)`` into what it is and what it says between brackets."""
    head, opened, tail = text.partition("(")
    return (head, tail.rstrip().removesuffix(")")) if opened and tail.rstrip().endswith(")") else (text, "")


def _unit_in(brackets: str) -> str:
    """Return what stands between brackets if it is a unit: ``M€`` is one, ``4 filiales`` is not."""
    return brackets if states_unit(brackets) else ""


def _last_row(grid: Grid, located: Located, layout: Layout) -> int:
    """Return the last row of a table: it ends before too many blank rows, a note, or the end of the sheet."""
    columns = set(located.headings)
    last = located.first_row - 1
    end = max(grid.rows)
    row = located.first_row
    while row <= end:
        cells = grid.rows.get(row, {})
        if columns.isdisjoint(cells) and not _covered(grid, row, columns):
            if row - last > located.table.blank_rows:
                break
        elif is_note(cells, layout) and len(columns & set(cells)) <= 1:
            break
        else:
            last = row
        row += 1
    return last


def _covered(grid: Grid, row: int, columns: set[int]) -> bool:
    """Whether a merged range that started higher covers the row in one of the columns."""
    return any(grid.span(row, column).top < row for column in columns)


def is_note(cells: Row, layout: Layout) -> bool:
    """Whether a row is a note: its first cell begins like one (``Source :``, ``(p) :``, ``* …``)."""
    if not cells:
        return False
    text = cells[min(cells)].text.strip()
    if text.startswith(("(", "*", "¹", "²", "³")):
        return True
    return fold(text.partition(":")[0]) in {fold(word) for word in layout.note_words} and ":" in text


def table_missing(grid: Grid, tables: list[Table]) -> Rejection:
    """Return the rejection of a sheet on which no header is recognised, with the nearest row and what was expected."""
    known = {header: None for table in tables for header in table.by_header}
    best = max(
        grid.rows.values(),
        key=lambda row: (sum(fold(cell.text) in known for cell in row.values()), min(len(row), 8)),
        default={},
    )
    expected = "; ".join(
        " | ".join(
            column.headers[0] if column.headers else f"<{', '.join(column.named_by)}>" for column in table.columns
        )
        for table in tables
    )
    return reject(
        "TABLEAU_ABSENT",
        sheet=grid.name,
        raw_text=" | ".join(cell.text for _, cell in sorted(best.items())),
        expected=expected,
    )


def unknown_column(grid: Grid, located: Located, cell: Cell) -> Rejection:
    """Return the rejection of a header that no column of the layout has, with the nearest known ones."""
    known = [header for column in located.table.columns for header in column.headers]
    near = ", ".join(f"« {header} »" for header in nearest(cell.text, known)) or "—"
    return reject("COLONNE_INCONNUE", sheet=grid.name, cell=cell.address, raw_text=cell.text, expected=near)
