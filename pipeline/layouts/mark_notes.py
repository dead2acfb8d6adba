"""Marks that a file explains otherwise than they are read: whatever bears one is refused, and both readings are named.

What belongs here: which marks of a table these are, and what is said of them. What does not: what a mark means to its
source, and what a note says of it (``pipeline.figures.declared_marks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind, Sheet
from pipeline.figures.declared_marks import Marks, bears, explained_in, in_words, status_alone, status_of
from pipeline.layouts.compiled import CompiledTable
from pipeline.layouts.context import outside
from pipeline.layouts.grid import Grid
from pipeline.layouts.language import Layout
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.tables import FoundTable
from pipeline.rejections import Rejection, reject

_LONGEST = 400
"""Characters of a note that may explain marks."""


class Explained(NamedTuple):
    """What a note says of a mark."""

    mark: str
    status: str
    place: str
    """Where it says so: the address of the cell, behind the name of the sheet where that is another one."""
    note: str


class DoubtfulMarks:
    """The marks that are explained otherwise than they are read in one table."""

    def __init__(self, explained: Iterable[Explained], table: CompiledTable, layout: Layout) -> None:
        """Keep those that are.

        Args:
            explained: what notes say.
            table: the table.
            layout: that of the source.
        """
        self._marks: Marks = table.marks
        self._layout = layout
        self._doubtful = [each for each in explained if status_of(each.mark, self._marks) != each.status]

    def __bool__(self) -> bool:
        return bool(self._doubtful)

    def refusal(self, *cells: Cell) -> Rejection | None:
        """Return why what bears one of the marks is refused; ``None`` where none of some cells does."""
        for each in self._doubtful:
            bearing = next((c for c in cells if c.kind in {Kind.TEXT, Kind.NUMBER} and bears(c.text, each.mark)), None)
            if bearing is not None:
                return self._refusal(bearing, each)
        return None

    def _refusal(self, cell: Cell, explained: Explained) -> Rejection:
        entries = {**dict(self._marks), explained.mark: explained.status}
        listed = ", ".join(f'"{mark}" = "{meaning}"' for mark, meaning in entries.items())
        return reject(
            "MARQUE_CONTREDITE",
            raw_text=cell.text,
            mark=explained.mark,
            note=explained.note,
            other=explained.place,
            read=in_words(status_of(explained.mark, self._marks)),
            author_hint=f"[{self._layout.source}.toml : marks = {{ {listed} }}]",
        )


def explained_on(grid: Grid, tables: Sequence[FoundTable], notes: Iterable[Sheet]) -> list[Explained]:
    """Return what the texts of a sheet outside its tables, and those on sheets of notes, say of marks."""
    found = [
        Explained(mark, status, cell.address, _short(cell.text))
        for cell in outside(grid, tables)
        if len(cell.text) <= _LONGEST
        for mark, status in explained_in(cell.text)
    ]
    return found + [
        Explained(mark, status, f"{sheet.name}!{cell.address}", _short(cell.text))
        for sheet in notes
        for cell in sheet.cells
        if cell.kind is Kind.TEXT and len(cell.text) <= _LONGEST
        for mark, status in explained_in(cell.text)
    ]


def doubtful_columns(located: FoundTable, doubtful: DoubtfulMarks, stated: Mapping[str, Cell]) -> dict[int, Rejection]:
    """Return the columns of values whose header, or what is said around all of them, bears a doubtful mark, and why."""
    keys = [cell for h in located.headings.values() if h.column.parser != "figure" for cell in h.cells]
    of_all = doubtful.refusal(*stated.values(), *keys)
    found = {position: of_all or doubtful.refusal(*h.cells) for position, h in located.headings.items()}
    return {position: refusal for position, refusal in found.items() if refusal is not None}


def marks_beside(located: FoundTable, cells: Row, doubtful: DoubtfulMarks) -> dict[int, Cell]:
    """Return the marks of a row in cells of their own under no header, by the column of the figure before each."""
    headings, found = located.headings, dict[int, Cell]()
    for column in cells:
        if column in headings or cells[column].kind is not Kind.TEXT:
            continue
        before = max((at for at in headings if at < column), default=None)
        is_figure = before in cells and headings[before].column.parser == "figure" if before is not None else False
        is_mark = bool(status_alone(cells[column].text, located.compiled.marks) or doubtful.refusal(cells[column]))
        if before is not None and is_figure and is_mark:
            found[before] = cells[column]
            located.grid.claim(cells[column], "key")
    return found


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:60]}…"
