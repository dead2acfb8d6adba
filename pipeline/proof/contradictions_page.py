"""The page of the contradictions: what the sources of a release say that cannot be read together, in French.

What belongs here: laying out a page. What does not: any rule or sentence (``audit.contradiction``). No date is shown: a
file that states none has that of its receipt, which is another one in each warehouse.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import duckdb

from pipeline.proof.reasons_page import escaped

_HEAD = """# Ce que disent les sources et qui ne peut pas se lire ensemble

*Contradictions of the sources.* Made by `housing dictionary --contradictions` from `audit.contradiction`, on the
release of `raw/`; its column `message_en` has the same sentences in English.

Chaque ligne donne deux énoncés publiés et les cellules où ils figurent. Aucune règle ne nomme un territoire, un chiffre
ou un fichier : ce qui va ensemble est déclaré avec les indicateurs (`reference/indicators.toml`). Ce que l'arrondi seul
explique n'est pas une contradiction.
"""
VERDICTS = {
    "inconsistent": "ne peuvent être vrais ensemble",
    "cannot_tell": "ne peut être tranché",
    "not_compared": "ne se comparent pas",
}
_ROWS = """
    SELECT
        kind_fr, verdict, message_fr, left_file, left_sheet, left_cell, left_text, left_publisher,
        right_file, right_sheet, right_cell, right_text, right_publisher, through_cells
    FROM audit.contradiction
    ORDER BY kind_fr, message_fr, left_file, left_cell, right_file, right_cell
"""


def contradictions_page(release: duckdb.DuckDBPyConnection) -> str:
    """Return the page as Markdown: by kind, each contradiction with its sentence, its verdict and its cells."""
    found = release.execute(_ROWS)
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    kinds = [(kind, list(each)) for kind, each in groupby(rows, key=lambda row: row["kind_fr"])]
    pages = [_HEAD, *_table(kinds)]
    for kind, each in kinds:
        pages += [f"## {escaped(kind)}\n", *(_entry(row) for row in each)]
    return "\n".join(pages).rstrip() + "\n"


def _table(kinds: list[tuple[str, list[dict[str, Any]]]]) -> list[str]:
    lines = [f"| règle | {' | '.join(VERDICTS.values())} |", f"|---|{'---:|' * len(VERDICTS)}"]
    for kind, each in kinds:
        counts = (sum(row["verdict"] == verdict for row in each) for verdict in VERDICTS)
        lines.append(f"| {escaped(kind)} | {' | '.join(str(count or '') for count in counts)} |")
    return [*lines, ""]


def _entry(row: dict[str, Any]) -> str:
    lines = [f"* {escaped(row['message_fr'])} *({VERDICTS[row['verdict']]})*", f"  * {_side(row, 'left')}"]
    lines.append(f"  * {_side(row, 'right')}")
    if row["through_cells"]:
        lines.append(f"  * avec {escaped(row['through_cells'])}")
    return "\n".join(lines) + "\n"


def _side(row: dict[str, Any], side: str) -> str:
    """Return where one side stands; the parts of a sum may stand in several files, whose cells name them."""
    file, sheet, cell, text, publisher = (
        row[f"{side}_{name}"] for name in ("file", "sheet", "cell", "text", "publisher")
    )
    where = f"{escaped(file)}, feuille « {escaped(sheet)} », {escaped(cell)}" if file else escaped(cell)
    said = f" : « {escaped(text)} »" if text else ""
    return where + (f" ({escaped(publisher)})" if publisher else "") + said
