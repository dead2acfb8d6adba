"""Rows below the first of a header that are of it too, wherever the header of the keys stands."""

from __future__ import annotations

import pytest

from pipeline.cells.workbook import Span
from pipeline.layouts import Extraction
from tests.support.sheets import Rows, apply, layout, observations_of, refusals

ACROSS = layout("""
fixed = { territory = "France" }

[[tables]]
name = "periods across"

[[tables.columns]]
field = "indicator"
headers = ["Nature"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
""")
YEARS = [Span(1, 2, 1, 3), Span(1, 4, 1, 5)]


def read(below: list[object], *rows: list[object]) -> Extraction:
    header: Rows = [["Nature", 2020, None, 2021, None], [None, *below]]
    return apply([*header, *rows], ACROSS, merges=YEARS)


def starts(extraction: Extraction) -> list[str]:
    return [row["period_start"].isoformat()[:7] for row in observations_of(extraction)]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (["janvier", "février", "janvier", "février"], ["2020-01", "2020-02", "2021-01", "2021-02"]),
        (["T1", "T2", "T1", "T2"], ["2020-01", "2020-04", "2021-01", "2021-04"]),
    ],
)
def test_months_under_years_are_read_though_the_keys_are_named_beside_the_years(
    below: list[object], expected: list[str]
) -> None:
    extraction = read(below, ["Livraisons", 1, 2, 3, 4])
    assert starts(extraction) == expected
    assert refusals(extraction) == {}


@pytest.mark.parametrize("below", [["Nombre", "Montant", "Nombre", "Montant"], ["neuf", "ancien", None, None]])
def test_words_under_years_that_are_no_period_refuse_the_figures_below(below: list[object]) -> None:
    """They would else be those of the years, twice."""
    extraction = read(below, ["Livraisons", 1, 2, 3, 4])
    assert not any(month.startswith("2020") for month in starts(extraction))
    assert refusals(extraction)


@pytest.mark.parametrize("below", [["nd", "nd", "nd", "nd"], [1, 2, 3, 4], ["environ 5", "6", "7", "8"]])
def test_a_row_of_figures_without_a_key_is_no_header(below: list[object]) -> None:
    header: Rows = [["Nature", 2020, 2021], [None, *below[:2]], ["Livraisons", 1, 2]]
    extraction = apply(header, ACROSS)
    assert starts(extraction) == ["2020-01", "2021-01"]
    assert refusals(extraction).keys() == {"B2", "C2"}
