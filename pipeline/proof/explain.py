"""Explaining: one figure of the release as a page that anyone can open, down to the cells of the sheets it came from.

The page holds everything in itself and reaches for nothing. What it shows is what the release holds: the cells behind
the figure (``audit.explain``), what stands around each on its sheet (``audit.cell_coverage``), and the relations
between (``audit.relation``).

What belongs here: what that page says. What does not: which cells are behind a figure (``sql/audit``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from pipeline.cells.workbook import column_letters, position
from pipeline.vocabulary.html import render
from pipeline.vocabulary.units import unit

ROWS_AROUND, COLUMNS_AROUND = 6, 4
ROLES = {
    "stated": "énonce le chiffre",
    "term": "terme de la formule",
    "part": "partie de la somme",
    "compared": "chiffre mis en regard",
    "target": "énonce l'engagement",
    "achieved": "compte dans le réalisé",
}
STATUSES = {"P": ", provisoire", "E": ", estimé", "R": ", révisé", "B": ", rupture de série"}


def explain(connection: duckdb.DuckDBPyConnection, figure: str, territory: str, period: str) -> list[dict[str, Any]]:
    """Return the cells behind a figure, the nearest to it first."""
    return _rows(connection, "FROM audit.explain(?, ?, ?)", [figure, territory, period])


def page(connection: duckdb.DuckDBPyConnection, figure: str, territory: str, period: str) -> str | None:
    """Return the page of a figure as HTML, ``None`` where nothing is known of it.

    Args:
        connection: a release, open.
        figure: an indicator, a column of a kpi relation, a register or the name of one of its rows.
        territory: its code or its name; of a register also empty, for any.
        period: as written in the column ``period`` or ``period_label``; of a register also empty, for any.
    """
    cells = explain(connection, figure, territory, period)
    if not cells:
        return None
    (release,) = _rows(connection, "SELECT release_id, as_of FROM audit.release", [])
    # a register has as many figures as rows: each stands beside its cell
    value = cells[0]["value"] if cells[0]["figure_value"] is None else cells[0]["figure_value"]
    return render(
        "pipeline.proof",
        "figure.html",
        label=_label(connection, figure),
        title=" · ".join(word for word in (figure, territory, period) if word),
        number=_number(value) if len(cells) == 1 or not cells[0]["item"] else "",
        release_id=release["release_id"],
        as_of=f"{release['as_of']:%d/%m/%Y}",
        cells=[_section(connection, cell) for cell in cells if cell["is_current"]],
        earlier=[cell for cell in cells if not cell["is_current"]],
        relations=_relations(connection, cells[0]),
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _label(connection: duckdb.DuckDBPyConnection, figure: str) -> str:
    """Return the label of an indicator, or the definition of a column; the name itself where there is neither."""
    labels = """
        SELECT label_fr FROM dim.indicator WHERE code = lower($1)
        UNION ALL
        SELECT split_part(comment, ' — ', 1) FROM duckdb_columns()
        WHERE schema_name = 'kpi' AND column_name = lower($1) AND NOT internal
    """
    found = connection.execute(labels, [figure]).fetchone()
    return str(found[0]) if found else figure


def _section(connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]) -> dict[str, object]:
    """Return what the page says of one cell, and what stands around it on its sheet."""
    facts = {
        "Corrigé par nous": _correction(cell),
        "Ligne": cell["item"],
        "Valeur": _value(cell),
        "Porte sur": " · ".join(str(cell[name]) for name in ("indicator", "territory", "period_label") if cell[name]),
        "Fichier": cell["file"],
        "Feuille et cellule": f"{cell['sheet']}!{cell['cell']}",
        "Source": cell["source"],
        "Connu le": f"{cell['known_on']:%d/%m/%Y}",
        "Reçu le": f"{cell['received_at']:%d/%m/%Y à %H:%M} UTC",
    }
    return {
        "heading": f"{cell['territory'] or cell['item'] or cell['file']} : {ROLES[cell['stands_for']]}",
        "raw_text": cell["raw_text"],
        "facts": [(name, text) for name, text in facts.items() if text],
        "sha256": cell["sha256"],
        "sheet": cell["sheet"],
        "address": cell["cell"],
        **_around(connection, cell),
    }


def _correction(cell: Mapping[str, Any]) -> str:
    if cell["old_text"] is None:
        return ""
    decided = f"{cell['decided_by']}, {cell['decided_on']:%d/%m/%Y}"
    return f"« {cell['old_text']} » dans le fichier ; {cell['correction_reason']} ({decided})"


def _value(cell: Mapping[str, Any]) -> str:
    if cell["value"] is None:
        return str(cell["missing_reason"] or "")
    hedge = "" if cell["qualifier"] == "=" else f" ({cell['qualifier']})"
    precision = f" ± {_number(cell['precision'])}" if cell["precision"] else ""
    status = STATUSES.get(cell["obs_status"], "")
    return f"{_number(cell['value'])}{precision} {unit(cell['unit']).label_fr}{hedge}{status}"


def _number(value: float | None) -> str:
    """Return a number as a French reader writes it."""
    if value is None:
        return "–"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def _around(connection: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> dict[str, object]:
    """Return what stands around a cell on its sheet: the letters of the columns, and the rows with their cells."""
    row, column = position(asked["cell"]) or (1, 1)
    around = "SELECT cell, raw_text, role FROM audit.cell_coverage WHERE submission_id = ? AND sheet = ?"
    found = {
        place: item
        for item in _rows(connection, around, [asked["submission_id"], asked["sheet"]])
        if (place := position(item["cell"])) is not None
    }
    last_row, last_column = (max((place[at] for place in found), default=1) for at in (0, 1))
    rows = range(max(1, row - ROWS_AROUND), min(row + ROWS_AROUND, max(row, last_row)) + 1)
    columns = range(max(1, column - COLUMNS_AROUND), min(column + COLUMNS_AROUND, max(column, last_column)) + 1)
    blank = {"raw_text": "", "role": ""}
    return {
        "letters": [column_letters(number) for number in columns],
        "rows": [
            {
                "number": line,
                "cells": [
                    {"text": item["raw_text"], "role": item["role"], "is_asked": (line, number) == (row, column)}
                    for number in columns
                    for item in [found.get((line, number), blank)]
                ],
            }
            for line in rows
        ],
    }


def _relations(connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the relations between the figure and its cells, each with what it reads and its formula."""
    names = dict.fromkeys([*(cell["relations"] or ()), *(cell["upstream"] or ())])
    known = {item["relation_name"]: item for item in _rows(connection, "FROM audit.relation", [])}
    unknown = {"inputs": [], "statement": ""}
    return [{"name": name, **known.get(name, unknown)} for name in names]
