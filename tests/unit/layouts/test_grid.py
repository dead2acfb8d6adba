"""A sheet by row and column. Every cell here is invented."""

from __future__ import annotations

import pytest

from pipeline.layouts.grid import Grid
from tests.support.sheets import sheet


@pytest.mark.parametrize(
    ("top", "bottom", "columns"),
    [(1, 5, range(1, 5)), (2, 3, range(2, 3)), (3, 4, range(0)), (5, 9, range(1, 5)), (6, 9, range(0))],
)
def test_the_columns_that_rows_fill_are_those_from_the_first_cell_to_the_last(
    top: int, bottom: int, columns: range
) -> None:
    grid = Grid(sheet("Activité", [[None, 1, 2], [None, 3], [], [], ["a", None, None, 4]]))
    assert grid.filled(top, bottom) == columns
    assert grid.part(range(2, 3)).filled(top, bottom) == columns  # of the sheet, whatever the part
