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
from pipeline.contracts import stage_contracts
from pipeline.figures import Figure
from pipeline.layouts.extraction import OBSERVATION, Claimed, Extraction, HeaderFacts, Observations, RowFacts
from pipeline.layouts.grid import ROLES
from pipeline.layouts.keys import Fields
from pipeline.layouts.populations import with_populations
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.rejections import Rejection

_PIECE = 262_144
"""As many cells are put together at once: the parts of millions of addresses are large."""

# What every figure has: from its row and its header in any case, or by itself.
_OF_EVERY_FIGURE = {
    *("breakdown", "label", "obs_status", "is_total", "unit"),
    *("value", "precision", "sheet", "cell", "raw_text"),
}

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
PARTS = {**_ADDRESS, "part": pl.String(), "rounding": pl.Float64()}
REJECTIONS = {
    **_ADDRESS,
    "raw_text": pl.String(),
    "reason": pl.String(),
    "words": pl.String(),
}
"""Refusals and remarks without their sentences, which are put together where they are shown; words as JSON."""


def heights_of(extraction: Extraction) -> dict[str, int]:
    """Return how many rows an extraction gives of each frame of ``frames_of``, for those that it gives any of."""
    heights = {
        "cell": sum(len(claimed.cells) for claimed in extraction.sheets),
        "part": len(extraction.parts),
        "rejection": len(extraction.rejections),
        **{product: len(rows) for product, rows in extraction.rows.items()},
    }
    return {name: height for name, height in heights.items() if height}


def frames_of(extractions: Sequence[Extraction]) -> dict[str, pl.DataFrame]:
    """Return every table of some extractions as a typed frame, theirs one after the other.

    Returns:
        ``cell`` with the columns of ``CELLS``, ``part`` with those of ``PARTS``, ``rejection`` with those of
        ``REJECTIONS``, and each of ``PRODUCTS`` with those of its stage contract, of which what only a submission has
        is null.
    """
    cells = _cells([claimed for extraction in extractions for claimed in extraction.sheets])
    parts = [(*part, e.roundings.get(part[:2], 0.0)) for e in extractions for part in e.parts]
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
            frames[product] = _frame(columns, stage_contracts()[product].polars_schema())
    return frames


def cells_of(extraction: Extraction) -> list[tuple[Any, ...]]:
    """Return sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell of a workbook."""
    return _cells(extraction.sheets).rows()


def _rejections(rejections: Sequence[Rejection]) -> pl.DataFrame:
    rows = [(each.sheet, each.cell, each.raw_text, each.reason, each.words_json) for each in rejections]
    return pl.DataFrame(rows, REJECTIONS, orient="row")


def _frame(columns: Mapping[str, Sequence[object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return columns as a frame of a schema; its columns that are not there are null."""
    unknown = [None] * len(next(iter(columns.values())))
    return pl.DataFrame([pl.Series(name, columns.get(name, unknown), dtype) for name, dtype in schema.items()])


def _cells(claimed: Sequence[Claimed]) -> pl.DataFrame:
    """Return all cells of some sheets, with the columns of ``CELLS``, in the order of the sheets."""
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
    numbered = range(last + 1) if isinstance(last, int) else ()
    letters = pl.Series([column_letters(column) for column in numbered], dtype=pl.String)
    numbers = pl.Series(list(chain.from_iterable(cells.rows for cells in every)), dtype=pl.UInt32).cast(pl.String)
    rows = repeated([len(row) for cells in every for row in cells.lines()])
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


def _row_frame(extractions: Sequence[Extraction], rows: Sequence[RowFacts], names: Iterable[str]) -> pl.DataFrame:
    """Return what rows state of their figures, a row each.

    Args:
        extractions: to which they belong.
        rows: what they state.
        names: the fields that some state.

    Returns:
        The fields; ``breakdown``, ``label``, ``obs_status`` and ``is_total``; and ``first_cell``, the place of the
        first cell of the row's sheet among all cells.
    """
    schema = stage_contracts()[OBSERVATION].polars_schema()
    fields = [row.fields for row in rows]
    return pl.DataFrame(
        [
            *(pl.Series(name, [each.get(name) for each in fields], schema[name]) for name in names),
            pl.Series("breakdown", [row.breakdown for row in rows], pl.String),
            pl.Series("label", [row.label for row in rows], pl.String),
            pl.Series("obs_status", [row.status for row in rows], pl.String),
            pl.Series("is_total", [row.total_word != "" for row in rows], pl.Boolean),
            pl.Series("first_cell", _first_cells(extractions), pl.UInt32),
        ]
    )


def _header_frame(headers: Sequence[HeaderFacts], names: Iterable[str]) -> pl.DataFrame:
    """Return what headers state of the figures under them, a row each.

    Returns:
        ``breakdown``, ``label``, ``obs_status`` and ``is_total``; and for each field of ``names`` that some header
        states, the field and ``states <field>``: whether the header states it at all, be it null.
    """
    schema = stage_contracts()[OBSERVATION].polars_schema()
    columns = [
        pl.Series("breakdown", [header.breakdown for header in headers], pl.String),
        pl.Series("label", [header.label for header in headers], pl.String),
        pl.Series("obs_status", [header.status for header in headers], pl.String),
        pl.Series("is_total", [header.is_total for header in headers], pl.Boolean),
    ]
    for name in names:
        states = [name in header.fields for header in headers]
        if any(states):
            columns.append(pl.Series(name, [header.fields.get(name) for header in headers], schema[name]))
            columns.append(pl.Series(f"states {name}", states, pl.Boolean))
    return pl.DataFrame(columns)


def _distinct(headers: Sequence[HeaderFacts]) -> tuple[list[HeaderFacts], pl.Series]:
    """Return each header once, and the place of each there: those of one template are the same."""
    distinct = {id(header): header for header in headers}
    places = {each: place for place, each in enumerate(distinct)}
    return list(distinct.values()), pl.Series([places[id(header)] for header in headers], dtype=pl.UInt32)


def _offset(places: Sequence[list[int]], counts: Sequence[int], workbook_of: pl.Series) -> pl.Series:
    """Return the places of all figures, each counted from the first of all workbooks and no longer of its workbook.

    Args:
        places: those of the figures of each workbook, counted from its first.
        counts: how many there are to count in each workbook.
        workbook_of: the place of the workbook of each figure.
    """
    firsts = pl.Series([0, *counts[:-1]][: len(counts)], dtype=pl.UInt32).cum_sum()
    return pl.Series(list(chain.from_iterable(places)), dtype=pl.UInt32) + firsts.gather(workbook_of)


def _observations(extractions: Sequence[Extraction], cells: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of some extractions as rows of ``stage.observation``.

    Args:
        extractions: of which the figures are.
        cells: all their cells, with the columns of ``CELLS``.
    """
    schema = stage_contracts()[OBSERVATION].polars_schema()
    every = [extraction.observations for extraction in extractions]
    headers, which = _distinct([header for observations in every for header in observations.headers])
    rows = [row for observations in every for row in observations.rows]
    workbook_of = repeated(list(map(len, every)))
    names = _stated_fields(rows, headers)
    place = _offset([o.header for o in every], [len(o.headers) for o in every], workbook_of)
    header = _header_frame(headers, names)[which.gather(place)]
    row_place = _offset([o.row for o in every], [len(o.rows) for o in every], workbook_of)
    row = _row_frame(extractions, rows, names)[row_place]
    position = pl.Series(list(chain.from_iterable(o.position for o in every)), dtype=pl.UInt32) + row["first_cell"]
    address = cells.select(*_ADDRESS, "raw_text")[position].with_columns(pl.col("sheet").cast(pl.String))
    columns = {
        **address.to_dict(),
        **{name: _field(name, header, row) for name in names},
        "breakdown": _joined(row["breakdown"], header["breakdown"]),
        "label": row["label"].zip_with(row["label"].is_not_null(), header["label"]),
        "obs_status": header["obs_status"].zip_with(header["obs_status"] != "A", row["obs_status"]),
        "is_total": row["is_total"] | header["is_total"],
        "value": address["raw_text"].cast(pl.Float64, strict=False),  # of a whole number, that is what it is
        "unit": pl.Series(list(chain.from_iterable(o.unit for o in every)), dtype=pl.String),
        "precision": pl.Series(list(chain.from_iterable(o.precision for o in every)), dtype=pl.Float64),
    }
    for name, dtype in schema.items():
        if name not in columns:
            columns[name] = pl.Series([("=" if name == "qualifier" else None)], dtype=dtype).new_from_index(
                0, len(position)
            )
    _put_exceptions(every, columns)
    return with_populations(pl.DataFrame([columns[name].alias(name) for name in schema]))


def _field(name: str, header: pl.DataFrame, row: pl.DataFrame) -> pl.Series:
    """Return one field of every figure: what its header states (``_header_frame``), else what its row does."""
    if name not in header.columns:
        return row[name]
    states = header[f"states {name}"]
    return header[name] if states.all() else header[name].zip_with(states, row[name])


def _stated_fields(rows: Sequence[RowFacts], headers: Sequence[HeaderFacts]) -> list[str]:
    """Return the fields of an observation that some row or header states, but for those that every figure has."""
    stated = set(chain.from_iterable(each.fields for every in (rows, headers) for each in every))
    return sorted((stated & product_fields(OBSERVATION)) - _OF_EVERY_FIGURE)


def _joined(outer: pl.Series, inner: pl.Series) -> pl.Series:
    """Return the breakdown of every figure: ``outer, inner``, or the one that is not empty."""
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
    """Put in the columns of ``stage.observation``, at their places, what only some figures say by themselves."""
    figures: dict[int, Figure] = {}
    periods: dict[int, Fields] = {}
    sums: list[int] = []
    first = 0
    for observations in every:
        figures |= {first + place: figure for place, figure in observations.figures.items()}
        periods |= {first + place: period for place, period in observations.periods.items()}
        sums += [first + place for place in observations.sums]
        first += len(observations)
    for name, attribute in _OF_FIGURES.items():
        _put(columns, name, {place: attribute(figure) for place, figure in figures.items()})
    # what the figure itself says comes before what its header or its row says
    _put(columns, "obs_status", {place: f.obs_status for place, f in figures.items() if f.obs_status != "A"})
    for name in dict.fromkeys(chain.from_iterable(periods.values())):
        _put(columns, name, {place: period[name] for place, period in periods.items() if name in period})
    _put(columns, "is_total", dict.fromkeys(sums, True))


def _put(columns: dict[str, pl.Series], name: str, by_place: Mapping[int, object]) -> None:
    """Put values in a column, each at its place."""
    if by_place:
        column = columns[name]
        columns[name] = column.scatter(list(by_place), pl.Series(list(by_place.values()), dtype=column.dtype))
