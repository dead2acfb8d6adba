"""Sheets written by hand as rows of values, layouts for them, and what reading one gives in short."""

from __future__ import annotations

from typing import Any

from pipeline.cells.workbook import Cell, Cells, Kind, Sheet, Span, Workbook
from pipeline.layouts import Extraction, Layout, extract, load_layouts
from pipeline.layouts.extraction import OBSERVATION
from pipeline.layouts.frames import cells_of, frames_of
from pipeline.layouts.layout_files import read_layout
from pipeline.layouts.products import product_fields

RETURN = load_layouts()["regional_return"]

Rows = list[list[Any]]
"""What stands on a sheet, row by row."""

HEAD = """
source = "made_up"
version = 1
title_fr = "Source inventée"
authority = 1
"""

BREAKDOWNS = """
fixed = { territory = "France" }

[[tables]]
name = "types"

[[tables.columns]]
field = "breakdown"
headers = ["Type"]
whole = ["Ensemble"]
choices = { collectif = ["Collectif", "Coll."], individuel = ["Individuel"] }
adds_up = true
required = true

[[tables.columns]]
field = "indicator"
headers = ["Indicateur"]
required = true

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""

GROUPS = """
fixed = { territory = "France" }

[[tables]]
name = "groups"
group_blanks = "refuse"

[[tables.columns]]
field = "period"
headers = ["Année"]
required = true

[[tables.columns]]
field = "value"
headers = ["Nombre"]
under = ["Livraisons"]
fixed = { indicator = "deliveries" }
required = true

[[tables.columns]]
field = "value"
headers = ["Montant"]
under = ["Livraisons"]
fixed = { indicator = "aid_amount_eur" }

[[tables.columns]]
role = "ignore"
headers = ["Montant"]
"""


def layout(text: str, head: str = HEAD) -> Layout:
    return read_layout(head + text, "made_up.toml")


def sheet(name: str, rows: Rows, merges: list[Span] | None = None, visibility: str = "visible") -> Sheet:
    """Return a sheet whose first row is 1 and first column A; ``None`` is an empty cell."""
    cells = []
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            if value is not None:
                kind = Kind.TEXT if isinstance(value, str) else Kind.NUMBER
                cells.append(Cell(r, c, kind, str(value), value))
    return Sheet(name, Cells(cells), merges or [], visibility)


def apply(rows: Rows, layout: Layout = RETURN, name: str = "Activité", **options: object) -> Extraction:
    return extract(Workbook("text", [sheet(name, rows, **options)]), layout)  # type: ignore[arg-type]


def roles(extraction: Extraction) -> dict[str, str]:
    return {address: role for _, address, _, role, _, _ in cells_of(extraction)}


def observations_of(extraction: Extraction) -> list[dict[str, Any]]:
    """Return the figures of a workbook as rows of ``stage.observation``, but for what only a submission has."""
    return frames_of([extraction])[OBSERVATION].select(sorted(product_fields(OBSERVATION))).rows(named=True)


def figures(extraction: Extraction) -> list[tuple[object, ...]]:
    names = ("indicator", "territory_code", "period_start", "value")
    return [tuple(row[name] for name in names) for row in observations_of(extraction)]


def refusals(extraction: Extraction) -> dict[str, str]:
    return {rejection.cell: rejection.reason for rejection in extraction.rejections}


BLOCK: Rows = [["Bilan (inventé)"], ["Région :", "Bretagne"], ["Date d'envoi :", "15/03/2022"], []]
