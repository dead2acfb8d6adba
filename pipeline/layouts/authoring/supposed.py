"""What a proposal supposes of a workbook: its tables and their columns, what stands beside them, the scopes.

What belongs here: what was found, as data. What does not: finding it (``find_tables``, ``recognise``,
``surroundings``), and saying it (``write``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.cells.workbook import Cell
from pipeline.vocabulary.words import fold

TOTAL = "total"
"""What a column of totals is taken for; it is found by the word over it and is not declared."""

_KEYS = {"territory", "parent", "code", "period", "breakdown", "indicator"}
_WHOLE = ("ensemble", "total", "tous", "toutes")


@dataclass(slots=True)
class SupposedColumn:
    """One column of a supposed table, and what it was taken for."""

    header: str
    above: tuple[str, ...]
    """The cells over its header, from the top."""
    samples: list[Cell]
    field: str = ""
    """What it is declared as, ``TOTAL``, or nothing where it was not recognised."""
    named_by: tuple[str, ...] = ()
    """The dimensions that its header names."""
    part: str = ""
    levels: tuple[str, ...] = ()
    is_repeated: bool = False
    """Whether another column has the same header, so that only what stands over it tells them apart."""
    indicator: str = ""
    """The wording over it that names the indicator which it counts."""
    nearest: str = ""
    """The label of an indicator that its header looks like, where it names none."""
    note: str = ""

    @property
    def slot(self) -> tuple[object, ...]:
        """What it is declared for; of several columns for the same, one is declared."""
        return (self.field, fold(self.header), *(self.above if self.is_repeated else ()))

    @property
    def whole(self) -> str:
        """The first of its texts that seems to say what the others are parts of."""
        return next((cell.text for cell in self.samples if fold(cell.text).startswith(_WHOLE)), "")


class SupposedSection(NamedTuple):
    """What labels alone in their rows seem to say, for the rows below them."""

    field: str
    samples: list[Cell]
    part: str = ""
    levels: tuple[str, ...] = ()


@dataclass(slots=True)
class SupposedTable:
    """One supposed table, on each of the sheets that have it."""

    area: str
    """Where it stands on the first of them: ``A3:D9``."""
    header_rows: int
    columns: list[SupposedColumn]
    sheets: list[str] = field(default_factory=list)
    side_by_side: bool = False
    blank_rows: int = 0
    sections: tuple[SupposedSection, ...] = ()
    total_words: tuple[str, ...] = ()
    indicator: str = ""
    """The name of what all its figures count, where a title alone says it."""

    @property
    def parts(self) -> list[SupposedColumn]:
        """Its columns of figures that are the parts of a whole beside them, and that whole."""
        return self.named.get(("breakdown",), [])

    @property
    def declared_values(self) -> list[SupposedColumn]:
        """Its columns of figures that are found by their own header."""
        return [column for column in self.declared if column.field == "value"]

    @property
    def values(self) -> list[SupposedColumn]:
        """Its columns of figures."""
        return [column for column in self.columns if column.field == "value"]

    @property
    def shape(self) -> tuple[object, ...]:
        """What two tables share that are one kind."""
        return tuple((c.field, c.part, c.named_by, "" if c.named_by else fold(c.header)) for c in self.columns)

    @property
    def declared(self) -> list[SupposedColumn]:
        """Its columns that are found by their own header, one for each slot."""
        slots: dict[tuple[object, ...], SupposedColumn] = {}
        for column in self.columns:
            if column.field not in {"", TOTAL} and not column.named_by and column.header:
                slots.setdefault(column.slot, column)
        return list(slots.values())

    @property
    def named(self) -> dict[tuple[str, ...], list[SupposedColumn]]:
        """Its columns whose headers name dimensions, by those dimensions."""
        named: dict[tuple[str, ...], list[SupposedColumn]] = {}
        for column in self.columns:
            if column.named_by:
                named.setdefault(column.named_by, []).append(column)
        return named

    @property
    def unrecognised(self) -> list[SupposedColumn]:
        """Its columns with a header of which nothing is known, one for each header."""
        unknown = (column for column in self.columns if not column.field and column.header)
        return list({fold(column.header): column for column in unknown}.values())

    @property
    def _read(self) -> list[SupposedColumn | SupposedSection]:
        return [*self.columns, *self.sections]

    @property
    def states_period(self) -> bool:
        """Whether it says itself which year its figures are about."""
        is_read = any(c.field == "period" and c.part in {"", "year"} for c in self._read)
        return is_read or any("period" in column.named_by for column in self.columns)

    @property
    def names_rows(self) -> bool:
        """Whether its rows say what their figures count."""
        return any(each.field == "indicator" for each in self._read)

    def tells_rows_apart(self) -> bool:
        """Whether what was recognised in its rows tells each of them from all others, as far as was looked."""
        keys = [column for column in self.columns if column.field in _KEYS and not column.named_by]
        texts: dict[int, list[str]] = {cell.row: [] for column in self.values for cell in column.samples}
        for column in keys:
            for cell in column.samples:
                texts.get(cell.row, []).append(f"{column.header}: {cell.text}")
        return bool(self.sections) or len({tuple(each) for each in texts.values()}) == len(texts)

    def states(self, dimension: str) -> bool:
        """Whether one of its columns or sections says a dimension, or is named by it."""
        is_read = any(c.field == dimension for c in self._read)
        return is_read or any(dimension in column.named_by for column in self.columns)

    def join(self, other: SupposedTable) -> None:
        """Add what another table of this kind has."""
        self.blank_rows = max(self.blank_rows, other.blank_rows)
        self.sections = self.sections or other.sections
        self.total_words += other.total_words


class SupposedContext(NamedTuple):
    """What seems to hold for whole sheets: how a layout finds it, and where it was found."""

    field: str
    found_in: Literal["cell", "title", "sheet names"]
    texts: tuple[str, ...]
    """What says it there: a cell and the one beside it, a title, the names of sheets."""
    place: str = ""
    """The cell, ``Bilan!A2``, or the sheet that has the title."""
    labels: tuple[str, ...] = ()
    sheet_name: str = ""
    pattern: str = ""
    where: str = ""
    words: str = ""
    """The words of a title that name it."""
    is_in_doubt: bool = False
    """Whether declaring it could refuse figures that it does not hold for."""


class SupposedIndicator(NamedTuple):
    """An indicator that nobody has declared yet."""

    code: str
    label: str
    unit: str
    measure: Literal["flow", "stock"]


@dataclass(slots=True)
class SupposedWorkbook:
    """All that a proposal says of a workbook."""

    sheet_count: int
    hidden: list[tuple[str, int]]
    """The hidden sheets, which are not looked at, each with the number of its cells."""
    without_table: list[str]
    """The sheets on which no table was found."""
    tables: list[SupposedTable]
    contexts: list[SupposedContext]
    scopes: list[str]
    unresolved: Sequence[str]
    """Wordings that name an indicator, but in none of these scopes."""
    is_undecided: bool
    """Whether a wording names another indicator in each of several scopes, and nothing tells which is meant."""
    elsewhere: Sequence[str]
    """Wordings that name another indicator in a scope that was not chosen, each with that scope and indicator."""
    indicators: list[SupposedIndicator]
    missing: dict[str, str]
    """Codes that stand where figures would, with why these are missing."""
    comma: str
    """What a comma in a number is proved to part, where that has to be declared."""
    marks: dict[str, str]
    """Marks that notes explain otherwise than they are read, each with its status."""
    is_garbled: bool
    """Whether letters seem to have been decoded wrongly, before anybody here saw them."""
