"""The sheets of the publication workbook: how a table, a cover and a chart are written, each value as what it is.

What belongs here: cells, formats, the printed page. What does not: what the tables hold (``workbook``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import wrap

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_TABLE_ROW = 3
"""Rows above a table: its title, what it holds, and a blank one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, how wide it is, and how its values are written."""

    heading: str
    width: int
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the name of its sheet, its title, what it holds, its columns and its rows."""

    sheet: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[object]]


# French whoever opens it; a format with optional decimals would end whole numbers in a comma
_FORMATS = {
    "number": "[$-40C]#,##0",
    "decimal": "[$-40C]#,##0.0##",
    "percent": "[$-40C]0.0",
    "share": "0 %",
    "count": "0",
    "date": "dd/mm/yyyy",
}
_SIDES = {"text": "left", "count": "center", "date": "center"}
"""Where a column does not stand to the right."""
_HEADING_HEIGHT = 32
_MARGIN = 2
"""Letters of a column's width that its indent and wide letters take."""
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
"""In inches, as the file wants them."""
_A4 = 9
_LINE_HEIGHT = 16


def _lines_of(columns: Sequence[Column], row: Sequence[object]) -> int:
    """Return how many lines the longest text of a row takes; not every program finds that out when it opens a file."""
    texts = (
        wrap(value, column.width - _MARGIN)
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    )
    return max(map(len, texts), default=1) or 1


class Writer:
    """Writes sheets, each value as what it is."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._quiet = book.add_format({"font_color": "#595959"})
        heading = {"bold": True, "bottom": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"}
        self._headings = {side: book.add_format({**heading, "align": side}) for side in ("right", "center")}
        self._headings["left"] = book.add_format({**heading, "align": "left", "indent": 1})
        self._wrapped = book.add_format({"text_wrap": True, "align": "left", "valign": "top", "indent": 1})
        self._formats = {
            style: book.add_format({"num_format": code, "valign": "top", "align": _SIDES.get(style, "right")})
            for style, code in _FORMATS.items()
        }

    def pairs(self, name: str, title: str, about: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Write a sheet of two columns: words, and what is said of each."""
        sheet = self._sheet(name, title, about)
        for number, (word, text) in enumerate(pairs, start=_TABLE_ROW):
            sheet.write_string(number, 0, word, self._wrapped)
            sheet.write_string(number, 1, text, self._wrapped)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)

    def contents(self, name: str, title: str, listed: Iterable[tuple[str, str]]) -> None:
        """Write the list of the sheets, names and titles, each with a link to it."""
        sheet = self._sheet(name, title, "Chaque nom mène à sa feuille.")
        for number, (of, about) in enumerate(listed, start=_TABLE_ROW):
            sheet.write_url(number, 0, f"internal:'{of}'!A1", string=of)
            sheet.write_string(number, 1, about)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 60)

    def table(self, table: Table) -> Worksheet:
        """Write one table on a sheet of its own."""
        sheet = self._sheet(table.sheet, table.title, table.about)
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(_TABLE_ROW, at, column.heading, self._headings[_SIDES.get(column.style, "right")])
        sheet.set_row(_TABLE_ROW, _HEADING_HEIGHT)
        sheet.repeat_rows(_TABLE_ROW)
        for number, row in enumerate(table.rows, start=_TABLE_ROW + 1):
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._write(sheet, number, at, column, value)
            sheet.set_row(number, _LINE_HEIGHT * _lines_of(table.columns, row))
        sheet.freeze_panes(_TABLE_ROW + 1, 1)
        if table.rows:
            sheet.autofilter(_TABLE_ROW, 0, _TABLE_ROW + len(table.rows), len(table.columns) - 1)
        return sheet

    def chart(self, sheet: Worksheet, table: Table, lines: Sequence[int], title: str, description: str) -> None:
        """Draw lines of a table below it, from its cells: names first, then the unit, the values, and the notes."""
        chart = self._book.add_chart({"type": "line"})
        last = len(table.columns) - 2  # the values end before the notes
        for at in lines:
            line = _TABLE_ROW + 1 + at
            chart.add_series(
                {
                    "name": [table.sheet, line, 0],
                    "categories": [table.sheet, _TABLE_ROW, 2, _TABLE_ROW, last],
                    "values": [table.sheet, line, 2, line, last],
                    "marker": {"type": "circle"},
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_y_axis({"num_format": _FORMATS["number"], "major_gridlines": grid})
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 900, "height": 380})
        sheet.insert_chart(_TABLE_ROW + len(table.rows) + 3, 0, chart, {"description": description})

    def _sheet(self, name: str, title: str, about: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(**_MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P sur &N")
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, about, self._quiet)
        return sheet

    def _write(self, sheet: Worksheet, number: int, at: int, column: Column, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, (datetime, date)):
            sheet.write_datetime(number, at, value, self._formats[column.style])
        elif isinstance(value, (int, float)):
            is_whole = column.style != "number" or float(value).is_integer()
            sheet.write_number(number, at, value, self._formats[column.style if is_whole else "decimal"])
        else:
            sheet.write_string(number, at, str(value), self._wrapped)
