"""The published figures: the four files of ``facts/``, read into rows with a name for each column.

What belongs here: reading the files, and finding rows. What does not: which figure stands where (``declarations``).
``facts/README.md`` says what each column means. Every value is text, as it stands in the file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

FACTS = Path(__file__).resolve().parent / "facts"
STATUSES = {"published", "estimate", "cumulative"}
"""What may stand in a workbook; targets are left to the commitments."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of one publication."""

    territory_level: str
    territory_name: str
    insee_code: str
    period: str
    indicator: str
    indicator_fr: str
    value: str
    unit: str
    status: str
    as_worded: str
    source_title: str
    source_url: str
    published_date: str
    note: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement, or one count of agreements."""

    source: str
    published_date: str
    event: str
    signatory_1: str
    other_parties: str
    kind: str
    theme: str
    territory_level: str
    territory_name: str
    insee_code: str
    signed_or_announced: str
    duration_years: str
    duration_note: str
    count_as_worded: str
    note: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One line of a plan."""

    plan: str
    period_start: str
    period_end: str
    line_id: str
    parent_id: str
    relation: str
    label_fr: str
    indicator: str
    as_worded: str
    value: str
    unit: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Funding:
    """One financing that was granted to a landlord."""

    source: str
    event: str
    lender: str
    beneficiary: str
    territory_name: str
    insee_code: str
    as_worded: str
    value_eur: str
    purpose: str
    note: str


AnyRow = TypeVar("AnyRow", Fact, Agreement, Commitment, Funding)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was published, and the ways to find a row."""

    facts: tuple[Fact, ...]
    agreements: tuple[Agreement, ...]
    commitments: tuple[Commitment, ...]
    fundings: tuple[Funding, ...]

    def matching(self, territory: str, period: str, indicator: str, source: str) -> list[Fact]:
        """Return the figures of a territory, a period and an indicator, in sources whose title begins with ``source``.

        Apostrophes count as equal, straight or not.
        """
        return [
            fact
            for fact in self.facts
            if plain(fact.territory_name) == plain(territory)
            and (fact.period, fact.indicator) == (period, indicator)
            and plain(fact.source_title).startswith(plain(source))
            and fact.status in STATUSES
        ]

    def source(self, address: str) -> Fact:
        """Return a fact of the text at an address, for its title and its date."""
        found = next((fact for fact in self.facts if fact.source_url == address), None)
        if found is None:
            raise SystemExit(f"no figure of facts.csv is from {address}, so that its title and date are not known")
        return found


def plain(text: str) -> str:
    """Return a text with straight apostrophes."""
    return text.replace("’", "'")


def read_facts(folder: Path) -> Facts:
    """Read the four files of a folder; one that is missing, or has other columns, stops the run."""
    return Facts(
        facts=_rows(folder / "facts.csv", Fact),
        agreements=_rows(folder / "agreements.csv", Agreement),
        commitments=_rows(folder / "commitments.csv", Commitment),
        fundings=_rows(folder / "fundings.csv", Funding),
    )


def _rows(path: Path, kind: type[AnyRow]) -> tuple[AnyRow, ...]:
    if not path.is_file():
        raise SystemExit(f"there is no {path.name} in {path.parent}")
    columns = [column.name for column in fields(kind)]
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file)) or [[]]
    if header != columns:
        raise SystemExit(f"{path.name}: the columns are {', '.join(header)}; expected are {', '.join(columns)}")
    for number, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            raise SystemExit(f"{path.name}, row {number}: {len(line)} cells; expected are {len(columns)}")
    return tuple(kind(*line) for line in lines)
