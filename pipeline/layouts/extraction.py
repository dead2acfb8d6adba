"""What a layout makes of one workbook, held so that the typed frames of many workbooks are made in one go.

What a row says and what a header says is held once, however many figures stand under and beside it; a figure adds what
it alone says.

What belongs here: the shape. What does not: filling it (``extractor``, ``rows``, ``values``), making frames of it
(``frames``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from pipeline.cells.workbook import Cells
from pipeline.figures import Figure
from pipeline.layouts.keys import Fields
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.layouts.publications import Publication
from pipeline.rejections import Rejection

OBSERVATION = "observation"


class Claimed(NamedTuple):
    """The cells of one sheet, and the place of the role of each among ``ROLES``."""

    sheet: str
    cells: Cells
    roles: bytes


class HeaderFacts(NamedTuple):
    """What the header of a column says of all figures under it."""

    fields: Fields
    """What it says of the fields of an observation: of the others, the row speaks."""
    label: str
    status: str
    is_total: bool
    breakdown: str
    """Its part of the breakdown, empty where it has none."""


class RowFacts(NamedTuple):
    """What a row, its sections and the facts around it say of all its values."""

    fields: Fields
    """The fields of an observation that they fill."""
    indicator_unit: str
    """The unit of the indicator, where they name it."""
    breakdowns: tuple[str, ...]
    """The parts of the breakdowns, the outer one first; empty for a whole."""
    label: str | None
    """The wording of the indicator, where the row names it; else the header's is the label."""
    status: str
    """The status that a key marks."""
    unit: str
    """The wording of the unit, where the row has one."""
    section: tuple[str, ...]
    """The wordings of the sections that the row stands in."""
    total_word: str = ""
    """The folded word for a total with which the row is labelled; empty in any other row."""

    @property
    def breakdown(self) -> str:
        """The parts of the breakdowns as one."""
        return ", ".join(filter(None, self.breakdowns))


class Observations:
    """The figures of one workbook, held as columns; ``frames`` makes rows of ``stage.observation`` of them."""

    __slots__ = (
        *("figures", "header", "headers", "periods", "position", "precision"),
        *("row", "rows", "sheets", "sums", "unit"),
    )

    def __init__(self) -> None:
        self.headers: list[HeaderFacts] = []
        self.rows: list[RowFacts] = []
        self.sheets: list[int] = []
        """The place of the sheet of each row among those of the workbook."""
        # of each figure: its header, its row, its position among the cells of the sheet, its unit and precision
        self.header: list[int] = []
        self.row: list[int] = []
        self.position: list[int] = []
        self.unit: list[str] = []
        self.precision: list[float | None] = []
        self.figures: dict[int, Figure] = {}
        """What the grammar of figures has read; the others are whole numbers as they stand."""
        self.periods: dict[int, Fields] = {}
        """The columns of the period of those that are about another one than row and header say."""
        self.sums: set[int] = set()
        """Those that are the sum of others that were found."""

    def __len__(self) -> int:
        return len(self.row)

    def add_row(
        self,
        sheet: int,
        facts: RowFacts,
        headers: Sequence[int],
        positions: Iterable[int],
        units: Iterable[str],
        precisions: Iterable[float | None],
    ) -> int:
        """Add the figures of a row of a sheet; return the place of the first.

        Args:
            sheet: the place of the sheet among those of the workbook.
            facts: what the row states of all of them.
            headers: the place of the header of each.
            positions: the position of each among the cells of the sheet.
            units: the unit of each.
            precisions: the precision of each, in its unit.
        """
        first = len(self.row)
        self.row += [len(self.rows)] * len(headers)
        self.rows.append(facts)
        self.sheets.append(sheet)
        self.header += headers
        self.position += positions
        self.unit += units
        self.precision += precisions
        return first

    def cut(self, rows: int, figures: int) -> None:
        """Keep the first rows and their figures."""
        del self.rows[rows:], self.sheets[rows:]
        for column in (self.row, self.header, self.position, self.unit, self.precision):
            del column[figures:]
        for held in (self.figures, self.periods):
            for place in [place for place in held if place >= figures]:
                del held[place]
        self.sums = {place for place in self.sums if place < figures}

    def field(self, place: int, name: str) -> Any:
        """Return one of the fields of a figure that row, header and period state."""
        header, row = self.headers[self.header[place]], self.rows[self.row[place]]
        if name == "breakdown":
            return ", ".join(filter(None, (row.breakdown, header.breakdown)))
        for source in (self.periods.get(place, {}), header.fields):
            if name in source:
                return source[name]
        return row.fields.get(name)


class Records:
    """Rows of a product that is no figure, held as columns; iterating gives them as dictionaries."""

    __slots__ = ("columns",)

    def __init__(self, names: Iterable[str]) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in names}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, position: int) -> Fields:
        return {name: column[position] for name, column in self.columns.items()}

    def __iter__(self) -> Iterator[Fields]:
        return map(self.__getitem__, range(len(self)))

    def append(self, row: Fields) -> None:
        """Add a row; what it does not say is null."""
        for name, column in self.columns.items():
            column.append(row.get(name))


def _no_records() -> dict[str, Records]:
    return {product: Records(sorted(product_fields(product))) for product in PRODUCTS if product != OBSERVATION}


class Extraction:
    """What a layout makes of one workbook."""

    def __init__(
        self,
        layout: str,
        rejections: Iterable[Rejection] = (),
    ) -> None:
        self.layout = layout
        self.known_on: date | None = None
        """The date of issue that the workbook states; ``None`` where it states none."""
        self.known_on_at = ("", "", "")
        """The sheet, the address and the text of the cell that states it."""
        self.publication = Publication()
        """The publication that the workbook says it was taken from."""
        self.sheets: list[Claimed] = []
        self.observations = Observations()
        self.records = _no_records()
        """The rows of the other products (``target``, ``agreement`` …)."""
        self.parts: list[tuple[str, str, str]] = []
        """Sheet, address of a total, address of one of its parts."""
        self.roundings: dict[tuple[str, str], float] = {}
        """By sheet and address of a total, how much its source rounds away between it and its parts."""
        self.rejections: list[Rejection] = list(rejections)

    @property
    def rows(self) -> dict[str, Observations | Records]:
        """What was made for each product, which has as many rows as its length."""
        return {OBSERVATION: self.observations, **self.records}
