"""Typed frames of what layouts make of workbooks: what rows and headers say, spread over the figures by gathering.

What belongs here: frames with the columns of the stage contracts, of a batch of workbooks in one go. What does not:
what is put in them (``extraction``), keeping them (``pipeline.reading.cache``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import polars as pl

from pipeline.cells.workbook import KINDS, Cells, column_letters
from pipeline.contracts import stage
from pipeline.figures import Figure
from pipeline.layouts.extraction import OBSERVATION, Claimed, Extraction, HeaderFacts, Observations, RowFacts
from pipeline.layouts.grid import ROLES
from pipeline.layouts.keys import Fields
from pipeline.layouts.products import PRODUCTS, product_fields

_PIECE = 262_144
"""As many cells are put together at once: the parts of millions of addresses are large."""

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
    "message_fr": pl.String(),
    "message_en": pl.String(),
}


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
        "rejection": _frame({name: [getattr(each, name) for each in rejections] for name in REJECTIONS}, REJECTIONS),
        OBSERVATION: _observations(extractions, cells),
    }
    for product in PRODUCTS:
        if product != OBSERVATION:
            records = [extraction.records[product].columns for extraction in extractions]
            columns = {name: list(chain.from_iterable(each[name] for each in records)) for name in records[0]}
            frames[product] = _frame(columns, stage()[product].polars_schema())
    return frames


def cells_of(extraction: Extraction) -> list[tuple[Any, ...]]:
    """Return sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell of a workbook."""
    return _cells(extraction.sheets).rows()


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
