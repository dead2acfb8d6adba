"""Explaining: one figure of the release as a page that anyone can open, down to the cells of the sheets it came from.

The page holds everything in itself and reaches for nothing. What it shows is what the release holds: the cells behind
the figure (``audit.explain``), what stands around each on its sheet (``audit.cell_coverage``), and the relations
between (``audit.relation``).

What belongs here: what that page says. What does not: which cells are behind a figure (``sql/audit``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

from pipeline.cells.workbook import column_letters, position
from pipeline.reading.files import known_layouts
from pipeline.vocabulary.days import paris_time
from pipeline.vocabulary.html import render
from pipeline.vocabulary.indicators import indicators
from pipeline.vocabulary.mark_words import STATUSES
from pipeline.vocabulary.typography import french_number
from pipeline.vocabulary.units import unit

ROWS_AROUND, COLUMNS_AROUND = 6, 4
SheetOf = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
ROLES = {
    "stated": "énonce le chiffre",
    "term": "terme de la formule",
    "part": "partie de la somme",
    "compared": "chiffre mis en regard",
    "target": "énonce l'engagement",
    "achieved": "compte dans le réalisé",
    "left": "énonce le chiffre en cause",
    "right": "énonce ce à quoi il est confronté",
    "through": "sert à la comparaison",
    "new": "énonce le chiffre d'aujourd'hui",
    "old": "énonçait le chiffre d'avant",
    "refused": "est refusé",
}
_AROUND = "SELECT cell, raw_text, role FROM audit.cell_coverage WHERE submission_id = ? AND sheet = ?"


def explain(connection: duckdb.DuckDBPyConnection, figure: str, territory: str, period: str) -> list[dict[str, Any]]:
    """Return the cells behind a figure, the nearest to it first."""
    return rows(connection, "FROM audit.explain(?, ?, ?)", [figure, territory, period])


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
    (release,) = rows(connection, "SELECT release_id, as_of FROM audit.release", [])
    # a register has as many figures as rows: each stands beside its cell
    value = cells[0]["value"] if cells[0]["figure_value"] is None else cells[0]["figure_value"]

    def sheet_of(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
        return rows(connection, _AROUND, [cell["submission_id"], cell["sheet"]])

    return figure_page(
        cells,
        sheet_of,
        label=_label(connection, figure),
        title=" · ".join(word for word in (figure, territory, period) if word),
        number=_number(value) if len(cells) == 1 or not cells[0]["item"] else "",
        stands=f"Publication {release['release_id']}, arrêtée au {release['as_of']:%d/%m/%Y}.",
        relations=relations_of(connection, cells[0]),
    )


def figure_page(
    cells: Sequence[Mapping[str, Any]],
    sheet_of: SheetOf,
    *,
    label: str,
    title: str,
    number: str,
    stands: str = "",
    relations: Sequence[Mapping[str, object]] = (),
    back: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the page of a figure as HTML.

    Args:
        cells: those behind it, as ``audit.explain`` has them, the nearest first.
        sheet_of: what stands on the sheet of a cell, as ``audit.cell_coverage`` has it.
        label: what the figure is.
        title: whose and of when.
        number: the figure as it is written; empty where each cell has its own.
        stands: of which release it is.
        relations: those between the cells and the figure, with their formulas.
        back: addresses and names of the pages that lead here, and of the one that explains the relations.
    """
    return render(
        "pipeline.proof",
        "figure.html",
        label=label,
        title=title,
        number=number,
        stands=stands,
        # a section has the number that its cell has among all: what leads to one cell of many names it
        cells=[_section(at, cell, sheet_of(cell)) for at, cell in enumerate(cells) if cell["is_current"]],
        earlier=[cell for cell in cells if not cell["is_current"]],
        relations=relations,
        back=back,
    )


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | Mapping[str, object]
) -> list[dict[str, Any]]:
    """Return the rows of a query, each by the names of its columns."""
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


def section_id(at: int) -> str:
    """Return the name of the place of a cell on its page, by its number among the cells of the page.

    >>> section_id(0)
    'cellule-1'
    """
    return f"cellule-{at + 1}"


def _section(at: int, cell: Mapping[str, Any], sheet: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return what the page says of one cell, and what stands around it on its sheet."""
    facts = {
        "Corrigé par nous": _correction(cell),
        "Ligne": cell["item"],
        "Valeur": _value(cell),
        "Porte sur": " · ".join(word for word in (_indicator(cell), cell["territory"], cell["period_label"]) if word),
        "Fichier": cell["file"],
        "Feuille et cellule": f"{cell['sheet']}!{cell['cell']}",
        "Source": layout.title_fr if (layout := known_layouts().get(cell["source"])) else cell["source"],
        "Motif du refus": cell.get("refusal"),
        "Connu le": f"{cell['known_on']:%d/%m/%Y}",
        "Reçu le": f"{paris_time(cell['received_at'])} (heure de Paris)",
    }
    return {
        "id": section_id(at),
        "heading": f"{cell['territory'] or cell['item'] or cell['file']} : {ROLES[cell['stands_for']]}",
        "raw_text": cell["raw_text"],
        "facts": [(name, text) for name, text in facts.items() if text],
        "sha256": cell["sha256"],
        "sheet": cell["sheet"],
        "address": cell["cell"],
        **_around(cell, sheet),
    }


def _indicator(cell: Mapping[str, Any]) -> str:
    """Return what a cell is a figure of, as its file and as a query call it."""
    code = cell["indicator"] or ""
    known = indicators().get(code)
    return f"{known.label_fr} ({code})" if known else code


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
    return f"{_number(cell['value'])}{precision} {unit(cell['unit']).label_fr}{hedge}{status and ', '}{status}"


def _number(value: float | None) -> str:
    """Return a number as a French reader writes it."""
    if value is None:
        return "–"
    return french_number(value, decimals=4)


def _around(asked: Mapping[str, Any], sheet: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Return what stands around a cell on its sheet: the letters of the columns, and the rows with their cells."""
    row, column = position(asked["cell"]) or (1, 1)
    found = {place: item for item in sheet if (place := position(item["cell"])) is not None}
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


def relations_of(connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the relations between the figure and its cells, each with what it reads and its formula."""
    names = dict.fromkeys([*(cell["relations"] or ()), *(cell["upstream"] or ())])
    known = {item["relation_name"]: item for item in rows(connection, "FROM audit.relation", [])}
    unknown = {"inputs": [], "statement": ""}
    return [{"name": name, **known.get(name, unknown)} for name in names]
