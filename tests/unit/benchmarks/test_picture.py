"""The picture of what a night costs is drawn from the table on the page."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.picture import PAGE, main, measured

PAGE_OF_TWO = (
    "Text.\n\n| among | all new | nothing changed | one new file |\n|---|---|---|---|\n"
    "| 100 files | 4.6 | | 5.0 |\n| 2,000 files | | 0.5 | 7.5 |\n\nText."
)


def test_a_row_of_the_table_is_a_point_of_each_column_that_is_filled() -> None:
    assert measured(PAGE_OF_TWO).rows() == [
        (100, "all new", 4.6),
        (100, "one new file", 5.0),
        (2000, "nothing changed", 0.5),
        (2000, "one new file", 7.5),
    ]


def test_the_table_of_the_page_is_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "nights.svg"
    main(PAGE, picture)
    assert "among files that were received" in picture.read_text(encoding="utf-8")
