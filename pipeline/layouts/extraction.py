"""What a layout makes of one workbook, held so that the typed frames of many workbooks are made in one go.

What a row says and what a header says is said once, however many figures stand under and beside it; a figure adds what
it alone says. Frames spread that over the figures, column by column.

What belongs here: the shape, and the frames. What does not: filling it (``extract``, ``rows``, ``values``), remembering
the frames (``pipeline.reading.cache``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

import polars as pl

from pipeline.cells.workbook import KINDS, Cells, column_letters
from pipeline.contracts import stage
from pipeline.figures import Figure
from pipeline.layouts.grid import ROLES
from pipeline.layouts.keys import Fields
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.rejections import Rejection

OBSERVATION = "observation"
_PIECE = 262_144

# What the figures of an observation's row and header say in any case, or each figure by itself.
_OF_EACH = {"breakdown", "label", "obs_status", "is_total", "unit", "value", "precision", "sheet", "cell", "raw_text"}

_ADDRESS = {"sheet": pl.String(), "cell": pl.String()}
CELLS = {
    "sheet": pl.Categorical(),
    "cell": pl.String(),
    "kind": pl.Enum([kind.value for kind in KINDS]),
    "role": pl.Enum(ROLES),
    "raw_text": pl.String(),
    "hidden": pl.Boolean(),
}
"""Of millions of cells, what is one of a few words is held as its number."""
PARTS = {**_ADDRESS, "part": pl.String()}
REJECTIONS = {
    **_ADDRESS,
    "raw_text": pl.String(),
    "reason": pl.String(),
    "words": pl.String(),
}
"""Refusals and remarks without their sentences, which are put together where they are shown; words as JSON."""


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
    broken_down: tuple[str, ...]
    """The parts of the breakdowns, the outer one first; empty for a whole."""
    label: str | None
    """The wording of the indicator, where the row names it; else the header's is the label."""
    status: str
    """The status that a key marks."""
    unit: str
    """The wording of the unit, where the row has one."""
    section: tuple[str, ...]
    """The wordings of the sections that the row stands in."""
    line_total: str = ""
    """The folded word for a total with which the row is labelled; empty in any other row."""

    @property
    def breakdown(self) -> str:
        """The parts of the breakdowns as one."""
        return ", ".join(filter(None, self.broken_down))


class Observations(Sequence[Fields]):
    """The figures of one workbook. Iterating gives each as a row of ``stage.observation``."""

    __slots__ = (
        *("_claimed", "figures", "head", "heads", "line", "lines"),
        *("periods", "position", "precision", "sheets", "sums", "unit"),
    )

    def __init__(self, claimed: list[Claimed]) -> None:
        self._claimed = claimed
        self.heads: list[HeaderFacts] = []
        self.lines: list[RowFacts] = []
        self.sheets: list[int] = []
        """The place of the sheet of each line among those of the workbook."""
        # of each figure: its header, its row, its position among the cells of the sheet, its unit and precision
        self.head: list[int] = []
        self.line: list[int] = []
        self.position: list[int] = []
        self.unit: list[str] = []
        self.precision: list[float | None] = []
        self.figures: dict[int, Figure] = {}
        """What the grammar of figures has read; the others are plain whole numbers."""
        self.periods: dict[int, Fields] = {}
        """The columns of the period of those that are about another one than row and header say."""
        self.sums: set[int] = set()
        """Those that are the sum of others that were found."""

    def __len__(self) -> int:
        return len(self.line)

    def __getitem__(self, position: Any) -> Any:
        return self.frame().row(position, named=True)

    def __iter__(self) -> Iterator[Fields]:
        return self.frame().iter_rows(named=True)

    def add_row(
        self,
        sheet: int,
        said: RowFacts,
        heads: Sequence[int],
        positions: Iterable[int],
        units: Iterable[str],
        precisions: Iterable[float | None],
    ) -> int:
        """Add the figures of a row of a sheet; return the place of the first."""
        first = len(self.line)
        self.line += [len(self.lines)] * len(heads)
        self.lines.append(said)
        self.sheets.append(sheet)
        self.head += heads
        self.position += positions
        self.unit += units
        self.precision += precisions
        return first

    def said(self, place: int, name: str) -> Any:
        """Return one of the fields of a figure that row, header and period state."""
        head, line = self.heads[self.head[place]], self.lines[self.line[place]]
        if name == "breakdown":
            return ", ".join(filter(None, (line.breakdown, head.breakdown)))
        for source in (self.periods.get(place, {}), head.fields):
            if name in source:
                return source[name]
        return line.fields.get(name)

    def frame(self) -> pl.DataFrame:
        """Return them as rows of ``stage.observation``; what only a submission has is not there."""
        alone = Extraction("", sheets=self._claimed, observations=self)
        return frames_of([alone])[OBSERVATION].select(sorted(product_fields(OBSERVATION)))


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
        sheets: list[Claimed] | None = None,
        observations: Observations | None = None,
    ) -> None:
        self.layout = layout
        self.known_on: date | None = None
        """The date of issue that the workbook states; ``None`` where it states none."""
        self.sheets: list[Claimed] = [] if sheets is None else sheets
        self.observations = Observations(self.sheets) if observations is None else observations
        self.records = _no_records()
        """The rows of the other products (``target``, ``agreement`` …)."""
        self.parts: list[tuple[str, str, str]] = []
        """Sheet, address of a total, address of one of its parts."""
        self.rejections: list[Rejection] = list(rejections)

    @property
    def cells(self) -> list[tuple[Any, ...]]:
        """Sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell."""
        return frames_of([self])["cell"].rows()

    @property
    def rows(self) -> dict[str, Sequence[Fields] | Records]:
        """The rows by product, with the columns of its stage contract."""
        return {OBSERVATION: self.observations, **self.records}


# -- frames ------------------------------------------------------------------------------------------------------


def heights_of(extraction: Extraction) -> dict[str, int]:
    """Return how many rows of each table an extraction gives, for those that it gives any of."""
    heights = {
        "cell": sum(len(claimed.cells) for claimed in extraction.sheets),
        "part": len(extraction.parts),
        "rejection": len(extraction.rejections),
        **{product: len(rows) for product, rows in extraction.rows.items()},
    }
    return {name: height for name, height in heights.items() if height}


def frames_of(extractions: Sequence[Extraction]) -> dict[str, pl.DataFrame]:
    """Return every table of some extractions as a typed frame, theirs one after the other.

    What only a submission has is null.
    """
    cells = _cells([claimed for extraction in extractions for claimed in extraction.sheets])
    parts = [part for extraction in extractions for part in extraction.parts]
    rejections = [rejection for extraction in extractions for rejection in extraction.rejections]
    frames = {
        "cell": cells,
        "part": pl.DataFrame(parts, PARTS, orient="row"),
        "rejection": _rejections(rejections),
        OBSERVATION: _observations(extractions, cells),
    }
    for product in PRODUCTS:
        if product != OBSERVATION:
            records = [extraction.records[product].columns for extraction in extractions]
            columns = {name: list(chain.from_iterable(each[name] for each in records)) for name in records[0]}
            frames[product] = _frame(columns, stage()[product].polars_schema())
    return frames


def _rejections(rejections: Sequence[Rejection]) -> pl.DataFrame:
    rows = [(each.sheet, each.cell, each.raw_text, each.reason, each.words_json) for each in rejections]
    return pl.DataFrame(rows, REJECTIONS, orient="row")


def _frame(columns: Mapping[str, Sequence[object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return columns as a typed frame; those that nothing is said of are null."""
    unknown = [None] * len(next(iter(columns.values())))
    return pl.DataFrame([pl.Series(name, columns.get(name, unknown), dtype) for name, dtype in schema.items()])


def _cells(claimed: Sequence[Claimed]) -> pl.DataFrame:
    """Return all cells of some sheets, with their addresses and roles."""
    every = [each.cells for each in claimed]
    sheets = repeated(list(map(len, every)))
    return pl.DataFrame(
        {
            "sheet": pl.Series([each.sheet for each in claimed], dtype=CELLS["sheet"]).gather(sheets),
            "cell": _addresses(every),
            "kind": _named([kind.value for kind in KINDS], b"".join(cells.kinds for cells in every), CELLS["kind"]),
            "role": _named(ROLES, b"".join(each.roles for each in claimed), CELLS["role"]),
            "raw_text": pl.Series(list(chain.from_iterable(cells.texts for cells in every)), dtype=pl.String),
            "hidden": _named([False, True, None], b"".join(cells.hidden for cells in every), CELLS["hidden"]),
        },
        CELLS,
    )


def _addresses(every: Sequence[Cells]) -> pl.Series:
    """Return the A1 address of every cell, made piece by piece: the parts of millions of addresses are large."""
    columns = _numbers(b"".join(cells.columns for cells in every), pl.UInt32(), 4)
    last = columns.max()
    known = range(last + 1) if isinstance(last, int) else ()
    letters = pl.Series([column_letters(column) for column in known], dtype=pl.String)
    numbers = pl.Series(list(chain.from_iterable(cells.rows for cells in every)), dtype=pl.UInt32).cast(pl.String)
    rows = repeated([len(line) for cells in every for line in cells.lines()])
    pieces = [slice(start, start + _PIECE) for start in range(0, len(columns), _PIECE)]
    made = [letters.gather(columns[piece]) + numbers.gather(rows[piece]) for piece in pieces]
    return pl.concat(made) if made else pl.Series(dtype=pl.String)


def repeated(counts: Sequence[int]) -> pl.Series:
    """Return each place as often as its count says: 2, 0, 1 → 0, 0, 2."""
    places = pl.DataFrame({"place": range(len(counts)), "count": counts}, {"place": pl.UInt32(), "count": pl.UInt32()})
    return places.filter(pl.col("count") > 0).select(pl.col("place").repeat_by("count").explode())["place"]


def _named(names: Sequence[object], codes: bytes, dtype: pl.DataType) -> pl.Series:
    """Return what codes stand for."""
    return pl.Series(names, dtype=dtype).gather(_numbers(codes, pl.UInt8(), 1))


def _numbers(held: bytes, dtype: pl.DataType, size: int) -> pl.Series:
    """Return the numbers of an array, of so many bytes each, taken as they lie in memory, piece by piece."""
    pieces = [held[start : start + size * _PIECE] for start in range(0, len(held), size * _PIECE)]
    made = [
        pl.Series([piece], dtype=pl.Binary)
        .bin.reinterpret(dtype=pl.Array(dtype, len(piece) // size), endianness=sys.byteorder)
        .explode()
        for piece in pieces
    ]
    return pl.concat(made) if made else pl.Series(dtype=dtype)


def _of_lines(extractions: Sequence[Extraction], lines: Sequence[RowFacts], names: Iterable[str]) -> pl.DataFrame:
    """Return what is said of rows, a row each."""
    schema = stage()[OBSERVATION].polars_schema()
    fields = [line.fields for line in lines]
    return pl.DataFrame(
        [
            *(pl.Series(name, [each.get(name) for each in fields], schema[name]) for name in names),
            pl.Series("breakdown", [line.breakdown for line in lines], pl.String),
            pl.Series("label", [line.label for line in lines], pl.String),
            pl.Series("obs_status", [line.status for line in lines], pl.String),
            pl.Series("is_total", [line.line_total != "" for line in lines], pl.Boolean),
            pl.Series("first_cell", _first_cells(extractions), pl.UInt32),
        ]
    )


def _of_heads(heads: Sequence[HeaderFacts], names: Iterable[str]) -> pl.DataFrame:
    """Return what is said of columns, a row each; beside each field, whether it is said at all, where some say it."""
    schema = stage()[OBSERVATION].polars_schema()
    columns = [
        pl.Series("breakdown", [head.breakdown for head in heads], pl.String),
        pl.Series("label", [head.label for head in heads], pl.String),
        pl.Series("obs_status", [head.status for head in heads], pl.String),
        pl.Series("is_total", [head.is_total for head in heads], pl.Boolean),
    ]
    for name in names:
        says = [name in head.fields for head in heads]
        if any(says):
            columns.append(pl.Series(name, [head.fields.get(name) for head in heads], schema[name]))
            columns.append(pl.Series(f"says {name}", says, pl.Boolean))
    return pl.DataFrame(columns)


def _distinct(heads: Sequence[HeaderFacts]) -> tuple[list[HeaderFacts], pl.Series]:
    """Return each head once, and the place of each there: those of one template are the same."""
    distinct = {id(head): head for head in heads}
    places = {each: place for place, each in enumerate(distinct)}
    return list(distinct.values()), pl.Series([places[id(head)] for head in heads], dtype=pl.UInt32)


def _offset(places: Sequence[list[int]], counts: Sequence[int], owners: pl.Series) -> pl.Series:
    """Return the places of all, each counted from the first of all and no longer from the first of its own."""
    firsts = pl.Series([0, *counts[:-1]][: len(counts)], dtype=pl.UInt32).cum_sum()
    return pl.Series(list(chain.from_iterable(places)), dtype=pl.UInt32) + firsts.gather(owners)


def _observations(extractions: Sequence[Extraction], cells: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of some extractions, whose cells are at hand, as rows of ``stage.observation``."""
    schema = stage()[OBSERVATION].polars_schema()
    every = [extraction.observations for extraction in extractions]
    heads, which = _distinct([head for observations in every for head in observations.heads])
    lines = [line for observations in every for line in observations.lines]
    owners = repeated(list(map(len, every)))
    names = _said_of(lines, heads)
    place = _offset([o.head for o in every], [len(o.heads) for o in every], owners)
    head = _of_heads(heads, names)[which.gather(place)]
    line = _of_lines(extractions, lines, names)[_offset([o.line for o in every], [len(o.lines) for o in every], owners)]
    position = pl.Series(list(chain.from_iterable(o.position for o in every)), dtype=pl.UInt32) + line["first_cell"]
    address = cells.select(*_ADDRESS, "raw_text")[position].with_columns(pl.col("sheet").cast(pl.String))
    columns = {
        **address.to_dict(),
        **{name: _field(name, head, line) for name in names},
        "breakdown": _joined(line["breakdown"], head["breakdown"]),
        "label": line["label"].zip_with(line["label"].is_not_null(), head["label"]),
        "obs_status": head["obs_status"].zip_with(head["obs_status"] != "A", line["obs_status"]),
        "is_total": line["is_total"] | head["is_total"],
        "value": address["raw_text"].cast(pl.Float64, strict=False),  # of a plain whole number, that is what it is
        "unit": pl.Series(list(chain.from_iterable(o.unit for o in every)), dtype=pl.String),
        "precision": pl.Series(list(chain.from_iterable(o.precision for o in every)), dtype=pl.Float64),
    }
    for name, dtype in schema.items():
        if name not in columns:
            columns[name] = pl.Series([("=" if name == "qualifier" else None)], dtype=dtype).new_from_index(
                0, len(position)
            )
    _put_exceptions(every, columns)
    return pl.DataFrame([columns[name].alias(name) for name in schema])


def _field(name: str, head: pl.DataFrame, line: pl.DataFrame) -> pl.Series:
    """Return one field of every figure: what its header says of it, else what its row does."""
    if name not in head.columns:
        return line[name]
    return head[name] if head[f"says {name}"].all() else head[name].zip_with(head[f"says {name}"], line[name])


def _said_of(lines: Sequence[RowFacts], heads: Sequence[HeaderFacts]) -> list[str]:
    """Return the fields of an observation that some row or header speaks of, but for those that figures have."""
    said = set(chain.from_iterable(each.fields for every in (lines, heads) for each in every))
    return sorted((said & product_fields(OBSERVATION)) - _OF_EACH)


def _joined(outer: pl.Series, inner: pl.Series) -> pl.Series:
    """Return the parts of the breakdown that rows and headers state, one behind the other."""
    if (inner == "").all():
        return outer
    both = outer + ", " + inner
    return inner.zip_with(outer == "", outer.zip_with(inner == "", both))


def _first_cells(extractions: Sequence[Extraction]) -> list[int]:
    """Return, for each row that states figures, the place of the first cell of its sheet among all cells."""
    firsts: list[int] = []
    cells = 0
    for extraction in extractions:
        of_sheets = []
        for claimed in extraction.sheets:
            of_sheets.append(cells)
            cells += len(claimed.cells)
        firsts += [of_sheets[sheet] for sheet in extraction.observations.sheets]
    return firsts


_OF_FIGURES = {
    "value": attrgetter("value"),
    "precision": attrgetter("precision"),
    "qualifier": attrgetter("qualifier"),
    "value_low": attrgetter("low"),
    "value_high": attrgetter("high"),
    "missing_reason": attrgetter("missing_reason"),
}


def _put_exceptions(every: Sequence[Observations], columns: dict[str, pl.Series]) -> None:
    """Put in their places what only some figures say by themselves."""
    figures: dict[int, Figure] = {}
    periods: dict[int, Fields] = {}
    sums: list[int] = []
    first = 0
    for observations in every:
        figures |= {first + place: figure for place, figure in observations.figures.items()}
        periods |= {first + place: period for place, period in observations.periods.items()}
        sums += [first + place for place in observations.sums]
        first += len(observations)
    for name, said in _OF_FIGURES.items():
        _put(columns, name, {place: said(figure) for place, figure in figures.items()})
    # what the figure itself says comes before what its header or its row says
    _put(columns, "obs_status", {place: f.obs_status for place, f in figures.items() if f.obs_status != "A"})
    for name in dict.fromkeys(chain.from_iterable(periods.values())):
        _put(columns, name, {place: period[name] for place, period in periods.items() if name in period})
    _put(columns, "is_total", dict.fromkeys(sums, True))


def _put(columns: dict[str, pl.Series], name: str, said: Mapping[int, object]) -> None:
    if said:
        column = columns[name]
        columns[name] = column.scatter(list(said), pl.Series(list(said.values()), dtype=column.dtype))
