"""Pages: one sheet that is written from its corner down, in one look.

What belongs here: cells, merges, fonts and rules. What does not: what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tools.raw_workbooks.facts import Fact
from tools.raw_workbooks.shapes import Look

Value = str | int | date | None


class Stated(NamedTuple):
    """A value, and the published figure that it states."""

    value: Value
    fact: Fact


CellContent = Value | Stated


class Place(NamedTuple):
    """The cell in which a figure of ``facts.csv`` stands."""

    row: str
    sheet: str
    cell: str


class FactWorkbook(Workbook):
    """A workbook that knows which of its cells state which figure."""

    def __init__(self) -> None:
        """Start without a sheet, and with no figure placed."""
        super().__init__()
        self.placed: list[Place] = []
        for sheet in self.worksheets:
            self.remove(sheet)


@dataclass
class Page:
    """One sheet that is being written, from its corner down."""

    sheet: Worksheet
    look: Look
    corner: str = "A1"
    placed: list[Place] = field(default_factory=list)
    row: int = field(init=False)
    left: int = field(init=False)

    def __post_init__(self) -> None:
        """Find the corner."""
        start = self.sheet[self.corner]
        self.row, self.left = start.row, start.column

    def put(
        self, column: int, content: CellContent, *, head: bool = False, bold: bool = False, box: bool = False
    ) -> None:
        """Write one cell of the current row, columns counted from the corner."""
        look, cell = self.look, self.sheet.cell(self.row, self.left + column)
        if isinstance(content, Stated):
            self.placed += [Place(content.fact.row, self.sheet.title, cell.coordinate)] if content.fact.row else []
        value = content.value if isinstance(content, Stated) else content
        cell.value = value
        cell.font = Font(name=look.font, size=look.size, bold=head or bold, color=look.ink if head else "000000")
        number = isinstance(value, int)
        cell.alignment = Alignment(
            horizontal="center" if head else "right" if number else None, vertical="center", wrap_text=head or box
        )
        if isinstance(value, date):
            cell.number_format = "DD/MM/YYYY"
        if head:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if head or box:
            cell.border = Border(*(Side(style=look.rule, color="808080"),) * 4)

    def title(self, lines: Sequence[str], width: int) -> None:
        """Write the title block, each line merged over the width of the table, and a blank row."""
        for number, text in enumerate(lines):
            self.put(0, text, bold=True)
            cell = self.sheet.cell(self.row, self.left)
            cell.font = Font(name=self.look.font, size=self.look.size + 3 - 2 * number, bold=True)
            self.merge(self.row, 0, self.row, width - 1)
            self.row += 1
        self.row += 1

    def identify(self, pairs: Iterable[tuple[str, Value]]) -> None:
        """Write the identification block, a label and its value to a row, and a blank row."""
        for label, value in pairs:
            self.put(0, label, bold=True)
            self.put(1, value)
            self.sheet.cell(self.row, self.left + 1).alignment = Alignment(horizontal="left")
            self.row += 1
        self.row += 1

    def head(self, cells: Sequence[Value], above: Sequence[str] = ()) -> None:
        """Write the header; ``above`` groups its columns, and an empty group lets the cell rise over both rows."""
        if above:
            for start, count, group in runs(above):
                if group:
                    self.put(start, group, head=True)
                    self.merge(self.row, start, self.row, start + count - 1)
                    continue
                for column in range(start, start + count):
                    self.put(column, cells[column], head=True)
                    self.merge(self.row, column, self.row + 1, column)
            self.sheet.row_dimensions[self.row].height = 24
            self.row += 1
        for column, value in enumerate(cells):
            if not above or above[column]:
                self.put(column, value, head=True)
        tallest = max(str(cell).count("\n") for cell in cells) + 1
        self.sheet.row_dimensions[self.row].height = 15 * max(tallest, 2)
        self.row += 1

    def line(self, cells: Sequence[CellContent], *, bold: bool = False, number_format: str = "") -> None:
        """Write one row of the table."""
        for column, value in enumerate(cells):
            self.put(column, value, box=True, bold=bold)
            cell = self.sheet.cell(self.row, self.left + column)
            if number_format and isinstance(cell.value, int):
                cell.number_format = number_format
        self.row += 1

    def notes(self, texts: Iterable[str]) -> None:
        """Write the notes under the table, after a blank row."""
        self.row += 1
        for text in texts:
            self.put(0, text)
            self.sheet.cell(self.row, self.left).font = Font(name=self.look.font, size=9, italic=True)
            self.row += 1

    def widths(self, *widths: float) -> None:
        """Set the widths of the columns from the corner on; the last one holds for those after it."""
        for column in range(self.sheet.max_column - self.left + 1):
            letter = get_column_letter(self.left + column)
            self.sheet.column_dimensions[letter].width = widths[min(column, len(widths) - 1)]
        self.sheet.page_setup.orientation = "landscape"

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range whose columns count from the corner; a single cell stays as it is."""
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(
                start_row=top, start_column=self.left + left, end_row=bottom, end_column=self.left + right
            )


def runs(values: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the runs of equal values as start, length and value."""
    found, start = [], 0
    for value, group in groupby(values):
        count = len(list(group))
        found.append((start, count, value))
        start += count
    return found


def new_page(workbook: FactWorkbook, name: str, look: Look, corner: str = "A1") -> Page:
    """Add a sheet."""
    return Page(workbook.create_sheet(name), look, corner, workbook.placed)
