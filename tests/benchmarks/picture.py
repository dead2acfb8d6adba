"""Draw ``docs/images/nights.svg`` from the table of ``docs/performance.md`` that says what a night costs.

    python -m tests.benchmarks.picture

What belongs here: the picture. What does not: measuring (``bench_nights``); the figures stand in the table alone.
"""

from __future__ import annotations

import re
from pathlib import Path

import altair as alt
import polars as pl
import vl_convert

from pipeline.settings import PRODUCT

PAGE = PRODUCT / "docs/performance.md"
PICTURE = PRODUCT / "docs/images/nights.svg"
_HEAD = "| among | all new | nothing changed | one new file |"


def measured(page: str) -> pl.DataFrame:
    """Return what the table says: ``files``, ``load``, ``seconds`` (of processor); a blank cell is no row."""
    table = page.split(_HEAD)[1].split("\n\n")[0].splitlines()[2:]
    names = [name.strip() for name in _HEAD.split("|")[2:-1]]
    rows = []
    for line in table:
        among, *cells = (cell.strip() for cell in line.split("|")[1:-1])
        files = int(re.sub(r"\D", "", among))
        rows += [{"files": files, "load": n, "seconds": float(c)} for n, c in zip(names, cells, strict=False) if c]
    return pl.DataFrame(rows)


def draw(found: pl.DataFrame) -> str:
    """Return the SVG: processor seconds by the number of files, a line for each column."""
    chart = (
        alt.Chart(found, title="A load among files that were received before")
        .mark_line(point=True)
        .encode(
            x=alt.X("files:Q", title="files", scale=alt.Scale(type="log")),
            y=alt.Y("seconds:Q", title="processor seconds", scale=alt.Scale(type="log")),
            color=alt.Color("load:N", title=None),
        )
        .properties(width=520, height=280)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def main(page: Path = PAGE, picture: Path = PICTURE) -> None:
    """Draw the picture of a page."""
    picture.write_text(draw(measured(page.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
