"""The page of the questions: what analysts ask, the SQL that answers, and what it answers on a release.

What belongs here: laying out a page. What does not: the questions, which are the files ``q01_….sql`` of
``sql/examples``. No date of receipt is asked for: it is another one in each warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.proof.reasons_page import escaped
from pipeline.vocabulary.typography import french_number
from pipeline.warehouse.relations import load_examples

SHOWN_ROWS = 8
_NAME = re.compile(r"q(\d\d)_")
_HEAD = """# Vingt questions d'analystes

*Twenty questions of analysts.* Made by `housing dictionary --questions` from `sql/examples/`, on the release of `raw/`.

Chaque requête se colle telle quelle dans le client SQL ouvert sur `warehouse/housing.duckdb`, ou se lance par
`housing query "$(cat sql/examples/q01_rank.sql)"`. Les réponses sont celles des classeurs de `raw/`.
"""


def questions(*folders: Path) -> dict[str, str]:
    """Return the SQL of each question by its name, in order; its first two lines ask it in French and in English."""
    return {name: sql for name, sql in sorted(load_examples(*folders).items()) if _NAME.match(name)}


def questions_page(release: duckdb.DuckDBPyConnection, *folders: Path) -> str:
    """Return the page as Markdown: each question with its SQL and the first rows of its answer."""
    entries = (line for name, sql in questions(*folders).items() for line in _entry(release, name, sql))
    return "\n".join([_HEAD, *entries]).rstrip() + "\n"


def _entry(release: duckdb.DuckDBPyConnection, name: str, sql: str) -> Iterator[str]:
    number, (french, english) = int(name[1:3]), (line.removeprefix("-- ") for line in sql.splitlines()[:2])
    yield f"## {number}. {french}\n"
    yield f"*{english}*\n"
    yield f"```sql\n{sql.partition(english)[2].strip()}\n```\n"
    answer = release.execute(sql)
    names = [column[0] for column in answer.description]
    rows = answer.fetchall()
    if not rows:
        yield "Aucune ligne : il n'y a rien à répondre dans cette publication. *(No row.)*\n"
        return
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    yield from (f"| {' | '.join(map(_shown, row))} |" for row in rows[:SHOWN_ROWS])
    yield f"\n… et {len(rows) - SHOWN_ROWS} autres lignes.\n" if len(rows) > SHOWN_ROWS else ""


def _shown(value: object) -> str:
    """Return a value as a cell of the table: nothing for null, numbers as French readers write them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 10_000):  # a year is no quantity
        return french_number(float(value))
    return escaped(str(value))
