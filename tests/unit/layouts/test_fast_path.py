"""Rows of plain whole numbers, which are taken as they stand, against the same rows read one by one. All invented."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cells.workbook import Cell, Cells, Kind, Sheet, Span, Workbook
from pipeline.layouts import Extraction, extract
from pipeline.layouts.fast_path import FastPath
from pipeline.layouts.frames import frames_of
from pipeline.layouts.language import Layout
from pipeline.layouts.layout_files import read_layout

DECLARED = """
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
"""
LAYOUT = read_layout(DECLARED, "made_up.toml")
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
    rows: list[tuple[object, ...]],
    formats: list[str | None],
    hidden: set[int],
    merged: bool,
    width: int,
    above: tuple[tuple[object, ...], ...] = (),
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
        for number, row in enumerate([*above, HEADER, *rows], 1)
        for column, value in enumerate(row[:width], 1)
        if value is not None
    ]
    return Workbook("xlsx", [Sheet("Tableau", Cells(cells), [Span(3, 1, 4, 1)] if merged else [])])


BOOKS = st.builds(
    workbook,
    rows=st.lists(ROWS, min_size=1, max_size=6),
    formats=st.lists(FORMATS, min_size=1, max_size=3),
    hidden=st.sets(st.integers(2, 9), max_size=1),
    merged=st.booleans(),
    width=st.integers(4, 6),
    above=st.sampled_from([(), ((None,),), (("Bilan",), (None,)), (("Indicateur", 2019),), (("Bilan",), HEADER)]),
)


def told(extraction: Extraction) -> dict[str, list[tuple[object, ...]]]:
    return {name: frame.rows() for name, frame in frames_of([extraction]).items()}


def read(book: Workbook, layout: Layout, *, fast: bool) -> Extraction:
    with mock.patch.object(FastPath, "take", FastPath.take if fast else lambda *_: False):
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
    assert told(read(book, LAYOUT, fast=True)) == told(read(book, LAYOUT, fast=False))


def test_plain_rows_are_taken_as_they_stand_and_others_are_looked_at() -> None:
    plain = [
        ("Livraisons", "neuf", None, 1, 2),
        ("Ménages logés", "neuf", None, 4, 5),
        ("Ménages logés", "ancien", None, 1, None),
    ]
    rows: list[tuple[object, ...]] = [*plain, ("Ménages logés", "ancien", None, 1, "nd")]
    book = workbook(rows, [None, "#,##0"], set(), merged=False, width=5)
    taken: list[bool] = []
    take = FastPath.take

    def telling(*row: Any) -> bool:
        taken.append(take(*row))
        return taken[-1]

    with mock.patch.object(FastPath, "take", telling):
        extraction = extract(book, LAYOUT)
    assert (taken, len(extraction.observations)) == ([True, True, True, False], 7)


@settings(max_examples=40)
@given(books=st.lists(BOOKS, min_size=2, max_size=4))
def test_what_was_read_before_decides_nothing(books: list[Workbook]) -> None:
    layout = read_layout(DECLARED, "made_up.toml")
    for book in books:
        alone = extract(book, read_layout(DECLARED, "made_up.toml"))
        assert told(extract(book, layout)) == told(alone)
