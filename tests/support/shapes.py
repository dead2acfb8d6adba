"""A layout applied to made-up sheets, for tests: what it extracts, and what is judged of it."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.cells.workbook import Workbook
from pipeline.checking.rules import Judged, judge
from pipeline.layouts import Extraction, extract
from pipeline.layouts.frames import frames_of
from pipeline.layouts.language import Layout
from pipeline.layouts.products import PRODUCTS
from tests.support.sheets import (
    Rows,
    observations_of,
    sheet,
)


def apply(declared: Layout, rows: Rows, name: str = "Tableau", **options: object) -> Extraction:
    return extract(Workbook("xlsx", [sheet(name, rows, **options)]), declared)  # type: ignore[arg-type]


def judged(extraction: Extraction) -> Judged:
    frames = {name: f.with_columns(submission_id=pl.lit("x")) for name, f in frames_of([extraction]).items()}
    known_on = pl.lit(date(2026, 1, 1))
    return judge({name: frames[name].with_columns(known_on=known_on) for name in PRODUCTS}, frames["part"])


def observations(extraction: Extraction, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in observations_of(extraction)]


TERRITORIES_ACROSS = """
[[contexts]]
field = "unit"
pattern = '^(en .+)$'
where = "above"

[[tables]]
name = "territories across"
total_of = "parent"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
named_by = ["territory"]
levels = ["region", "department", "other"]
capitals = "region"
required = true
"""


STACKED = """
fixed = { territory = "France" }

[[contexts]]
field = "period"
pattern = 'Année (\\d{4})'
where = "above"

[[tables]]
name = "list"
header_rows = 1

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
headers = ["Valeur"]
required = true
"""


YEARS_ACROSS = """
fixed = { territory = "France" }

[[tables]]
name = "years across"
total_words = ["Total"]

[[tables.sections]]
field = "breakdown"

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""
