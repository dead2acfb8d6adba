"""Rows of plain whole numbers, which are read a run at a time, against the same rows read one by one. All invented."""

from __future__ import annotations

from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cells.model import Cell, Cells, Kind, Sheet, Span, Workbook
from pipeline.layouts import Extraction, extract
from pipeline.layouts.extraction import frames_of
from pipeline.layouts.grid import Run
from pipeline.layouts.model import Layout, read_layout
from pipeline.layouts.rows import TableReader
from pipeline.layouts.values import ValueReader

LAYOUT = read_layout(
    """
source = "made_up"
version = 1
title_fr = "Source inventée"
authority = 1
fixed = { territory = "Bretagne" }
marks = { "*" = "P" }

[[tables]]
name = "years across"
header_rows = 1
blank_rows = 1
total_words = ["Total"]

[[tables.sections]]
field = "territory"
levels = ["department"]

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "breakdown"
headers = ["Détail"]
whole = ["Ensemble"]
adds_up = true

[[tables.columns]]
field = "unit"
headers = ["Unité"]

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
""",
    "made_up.toml",
)
HEADER = ["Indicateur", "Détail", "Unité", 2020, "2021 (p)", "Total"]

KEYS = st.sampled_from(
    [
        "Livraisons",
        "Ménages logés",
        "Aides et services",
        "Montant des aides",
        "Total",
        "Indicateur",
        "Finistère",
        "xyz",
        7,
    ]
)
DETAILS = st.sampled_from([None, None, "Ensemble", "neuf", "ancien", "…"])
UNITS = st.sampled_from([None, None, "logements", "M€", "%"])
VALUES = st.sampled_from([0, 12, 8311, 8311, 99_999, -3, 2020, "nd", "8 311", "12 *", 2.5, None])
FORMATS = st.sampled_from([None, "General", "#,##0", "0%", '0" M€"'])
ROWS = st.tuples(KEYS, DETAILS, UNITS, VALUES, VALUES, VALUES) | st.just((None,) * 6)


def workbook(
    rows: list[tuple[object, ...]], formats: list[str | None], hidden: set[int], merged: bool, width: int
) -> Workbook:
    cells = [
        Cell(
            number,
            column,
            Kind.TEXT if isinstance(value, str) else Kind.NUMBER,
            str(value),
            value,  # type: ignore[arg-type]
            formats[number % len(formats)],
            None,
            number in hidden,
        )
        for number, row in enumerate([HEADER, *rows], 1)
        for column, value in enumerate(row[:width], 1)
        if value is not None
    ]
    return Workbook("xlsx", [Sheet("Tableau", Cells(cells), [Span(3, 1, 4, 1)] if merged else [])])


def told(extraction: Extraction) -> dict[str, list[tuple[object, ...]]]:
    return {name: frame.rows() for name, frame in frames_of([extraction]).items()}


def one_by_one(_: TableReader, run: Run) -> list[None]:
    return [None] * len(run)


def read(book: Workbook, layout: Layout, *, plain: bool) -> Extraction:
    with mock.patch.object(TableReader, "_plain_keys", TableReader._plain_keys if plain else one_by_one):
        return extract(book, layout)


@given(
    rows=st.lists(ROWS, min_size=1, max_size=8),
    formats=st.lists(FORMATS, min_size=1, max_size=3),
    hidden=st.sets(st.integers(2, 9), max_size=2),
    merged=st.booleans(),
    width=st.integers(4, 6),
)
def test_a_run_of_rows_says_what_each_of_them_says(
    rows: list[tuple[object, ...]], formats: list[str | None], hidden: set[int], merged: bool, width: int
) -> None:
    book = workbook(rows, formats, hidden, merged, width)
    assert told(read(book, LAYOUT, plain=True)) == told(read(book, LAYOUT, plain=False))


def test_plain_rows_are_read_as_a_run_and_others_one_by_one() -> None:
    plain = [("Livraisons", "neuf", None, 1, 2), ("Ménages logés", "neuf", None, 4, 5)]
    rows = [*plain, ("Livraisons", "ancien", None, 1, "nd")]
    book = workbook(rows, [None, "#,##0"], set(), merged=False, width=5)
    with (
        mock.patch.object(ValueReader, "add_plain", autospec=True, side_effect=ValueReader.add_plain) as together,
        mock.patch.object(ValueReader, "read_row", autospec=True, side_effect=ValueReader.read_row) as alone,
    ):
        extraction = extract(book, LAYOUT)
    assert (together.call_count, alone.call_count, len(extraction.observations)) == (1, 1, 6)
