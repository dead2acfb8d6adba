"""Explained: one figure of the release as a page that anyone can open, down to the cells of the sheets it came from.

The page holds everything in itself and reaches for nothing. What it shows is what the release holds: the cells behind
the figure (``audit.explain``), what stands around each on its sheet (``audit.cell_coverage``), and the relations
between (``audit.relation``).

What belongs here: laying out that page. What does not: which cells are behind a figure (``sql/audit``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import duckdb

from pipeline.cells.workbook import a1, column_letters
from pipeline.figures.units import unit

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
STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2 } h2 { margin-top: 2.5rem; border-top: 1px solid #8886; padding-top: 1rem }
.number { font-size: 2rem; font-weight: 600 } .quiet, caption { color: #777 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem } dt { color: #777 }
dd { margin: 0; overflow-wrap: anywhere } .sheet { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; margin: 1rem 0 } caption { text-align: left }
td, th { border: 1px solid #8884; padding: .2rem .5rem; max-width: 22rem; text-align: left }
th { color: #777; font-weight: normal; background: #8881 } td.header, td.key { background: #8882 }
td.unclaimed { background: #e332 } mark { background: #fd3; color: #000; padding: .1rem .3rem; font-weight: 600 }
td.asked { outline: 3px solid #e80; outline-offset: -2px }
pre { overflow-x: auto; font-size: .8rem; padding: .5rem; background: #8881 } summary { cursor: pointer }
"""


def explain(connection: duckdb.DuckDBPyConnection, figure: str, territory: str, period: str) -> list[dict[str, Any]]:
    """Return the cells behind a figure, the nearest to it first."""
    return _rows(connection, "FROM audit.explain(?, ?, ?)", [figure, territory, period])


def page(connection: duckdb.DuckDBPyConnection, figure: str, territory: str, period: str) -> str | None:
    """Return the page of a figure as HTML, ``None`` where nothing is known of it.

    Args:
        connection: a release, open.
        figure: an indicator, a column of a kpi relation, a register or the name of one of its rows.
        territory: its code or its name; of a register also empty, for any.
        period: as written in the column ``period``; of a register also empty, for any.
    """
    cells = explain(connection, figure, territory, period)
    if not cells:
        return None
    (release,) = _rows(connection, "SELECT release_id, as_of FROM audit.release", [])
    title = " · ".join(word for word in (figure, territory, period) if word)
    current = [cell for cell in cells if cell["is_current"]]
    earlier = [cell for cell in cells if not cell["is_current"]]
    # a register has as many figures as rows: each stands beside its cell
    own = cells[0]["value"] if cells[0]["figure_value"] is None else cells[0]["figure_value"]
    number = f'<p class="number">{_number(own)}</p>' if len(cells) == 1 or not cells[0]["item"] else ""
    publication = f"Publication {release['release_id']}, arrêtée au {release['as_of']:%d/%m/%Y}."
    body = [
        f"<h1>{escape(_label(connection, figure))}</h1>",
        f"<p>{escape(title)}</p>",
        number,
        f'<p class="quiet">{escape(publication)}</p>',
        *(_section(connection, cell) for cell in current),
        _earlier(earlier) if earlier else "",
        _relations(connection, cells[0]),
    ]
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{''.join(body)}</html>\n"
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


def _section(connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]) -> str:
    where = f"{cell['sheet']}!{cell['cell']}"
    told = {
        "Texte tel qu'écrit": f"<mark>{escape(cell['raw_text'])}</mark>",
        "Corrigé par nous": _correction(cell),
        "Ligne": escape(cell["item"]),
        "Valeur": _value(cell),
        "Porte sur": escape(" · ".join(str(cell[name]) for name in ("indicator", "territory", "period") if cell[name])),
        "Fichier": escape(cell["file"]),
        "Feuille et cellule": escape(where),
        "SHA-256 du fichier": f"<code>{escape(cell['sha256'])}</code>",
        "Source": escape(cell["source"]),
        "Connu le": f"{cell['known_on']:%d/%m/%Y}",
        "Reçu le": f"{cell['received_at']:%d/%m/%Y à %H:%M} UTC",
    }
    lines = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in told.items() if text)
    heading = f"{escape(cell['territory'] or cell['item'] or cell['file'])} : {ROLES[cell['stands_for']]}"
    return f"<section><h2>{heading}</h2><dl>{lines}</dl>{_sheet(connection, cell)}</section>"


def _correction(cell: Mapping[str, Any]) -> str:
    if cell["old_text"] is None:
        return ""
    decided = f"{cell['decided_by']}, {cell['decided_on']:%d/%m/%Y}"
    return f"« {escape(cell['old_text'])} » dans le fichier ; {escape(cell['correction_reason'])} ({escape(decided)})"


def _value(cell: Mapping[str, Any]) -> str:
    if cell["value"] is None:
        return escape(cell["missing_reason"] or "")
    hedge = "" if cell["qualifier"] == "=" else f" ({escape(cell['qualifier'])})"
    precision = f" ± {_number(cell['precision'])}" if cell["precision"] else ""
    status = STATUSES.get(cell["obs_status"], "")
    return f"{_number(cell['value'])}{precision} {escape(unit(cell['unit']).label_fr)}{hedge}{status}"


def _number(value: float | None) -> str:
    """Return a number as a French reader writes it."""
    if value is None:
        return "–"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def _sheet(connection: duckdb.DuckDBPyConnection, asked: Mapping[str, Any]) -> str:
    """Return what stands around a cell on its sheet, as a table with the cell marked."""
    row, column = _position(asked["cell"])
    top, left = max(1, row - ROWS_AROUND), max(1, column - COLUMNS_AROUND)
    around = "SELECT cell, raw_text, role FROM audit.cell_coverage WHERE submission_id = ? AND sheet = ?"
    found = {item["cell"]: item for item in _rows(connection, around, [asked["submission_id"], asked["sheet"]])}
    extent = [_position(cell) for cell in found] or [(row, column)]
    rows = range(top, min(row + ROWS_AROUND, max(row for row, _ in extent)) + 1)
    columns = range(left, min(column + COLUMNS_AROUND, max(column for _, column in extent)) + 1)
    head = "".join(f"<th>{column_letters(number)}</th>" for number in columns)
    lines = [
        f"<tr><th>{line}</th>{''.join(_cell(found, a1(line, number), asked['cell']) for number in columns)}</tr>"
        for line in rows
    ]
    caption = f"Feuille « {escape(asked['sheet'])} » autour de {asked['cell']}"
    return (
        f'<div class="sheet"><table><caption>{caption}</caption><tr><th></th>{head}</tr>{"".join(lines)}</table></div>'
    )


def _cell(found: Mapping[str, Mapping[str, Any]], address: str, asked: str) -> str:
    item = found.get(address, {"raw_text": "", "role": ""})
    is_asked = address == asked
    text = escape(item["raw_text"])
    names = f"{item['role']}{' asked' if is_asked else ''}"
    return f'<td class="{names}">{f"<mark>{text}</mark>" if is_asked else text}</td>'


def _position(address: str) -> tuple[int, int]:
    """Return the 1-based row and column of an A1 address; (1, 1) for what is no cell."""
    match = re.fullmatch(r"([A-Z]+)([0-9]+)", address)
    if match is None:
        return 1, 1
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column


def _earlier(cells: Sequence[Mapping[str, Any]]) -> str:
    lines = "".join(
        f"<tr><td>{cell['known_on']:%d/%m/%Y}</td><td>{escape(cell['raw_text'])}</td><td>{escape(cell['period'])}</td>"
        f"<td>{escape(cell['file'])}</td><td>{escape(cell['sheet'])}!{cell['cell']}</td></tr>"
        for cell in cells
    )
    head = "".join(f"<th>{name}</th>" for name in ("connu le", "texte", "période", "fichier", "cellule"))
    return f"<h2>Énoncés antérieurs ou écartés</h2><table><tr>{head}</tr>{lines}</table>"


def _relations(connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]) -> str:
    """Return the relations between the figure and its cells, each with what it reads and its formula."""
    names = list(dict.fromkeys([*(cell["relations"] or ()), *(cell["upstream"] or ())]))
    known = {item["relation_name"]: item for item in _rows(connection, "FROM audit.relation", [])}
    lines = [
        f"<li><details><summary><code>{name}</code> ← {escape(', '.join(known[name]['inputs']))}</summary>"
        f"<pre>{escape(known[name]['statement'])}</pre></details></li>"
        if name in known
        else f"<li><code>{name}</code> : ce que disent les fichiers reçus et les référentiels</li>"
        for name in names
    ]
    return f"<h2>De la cellule au chiffre, relation par relation</h2><ol>{''.join(lines)}</ol>"
