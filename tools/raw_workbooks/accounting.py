"""The account of ``facts.csv``: in which cell each of its rows stands, or why it stands in none.

What belongs here: the account as rows and as a file. What does not: placing figures (the writers, on ``pages``), and
the reasons themselves (``declarations/unplaced.toml``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tools.raw_workbooks.facts import Fact
from tools.raw_workbooks.pages import Place

ACCOUNT = Path(__file__).resolve().parent / "facts_accounted.csv"


@dataclass(frozen=True, slots=True)
class Accounted:
    """One row of ``facts.csv``: the cell in which it stands, or the reason why it stands in none."""

    row: str
    """Its number, the first row under the header being 1."""
    file: str = ""
    """Below ``raw/``."""
    sheet: str = ""
    cell: str = ""
    reason: str = ""


def account(
    facts: Sequence[Fact], placed: Mapping[str, Iterable[Place]], reasons: Mapping[str, str]
) -> list[Accounted]:
    """Return one line for each figure, the first cell where it stands in several.

    Raises:
        SystemExit: a figure has neither a cell nor a reason, or both; or a reason is for no row that there is.
    """
    first: dict[str, Accounted] = {}
    for file, places in placed.items():
        for place in places:
            first.setdefault(place.row, Accounted(place.row, file, place.sheet, place.cell))
    if unknown := sorted(set(reasons) - {fact.row for fact in facts}):
        raise SystemExit(f"unplaced.toml: facts.csv has no row {', '.join(unknown)}")
    return [_accounted(fact, first.get(fact.row), reasons.get(fact.row, "")) for fact in facts]


def _accounted(fact: Fact, stands: Accounted | None, reason: str) -> Accounted:
    what = f"row {fact.row} of facts.csv ({fact.indicator}, {fact.territory_name}, {fact.period})"
    if stands and reason:
        raise SystemExit(
            f"unplaced.toml: {what} stands in {stands.file}, {stands.sheet}, {stands.cell}; drop its reason"
        )
    if not stands and not reason:
        raise SystemExit(
            f"{what} stands in no workbook: declare it in one, or say in unplaced.toml why it stands in none"
        )
    return stands or Accounted(fact.row, reason=reason)


def write_account(lines: Iterable[Accounted], path: Path) -> None:
    """Write the account as a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in fields(Accounted)])
        writer.writerows(astuple(line) for line in lines)
