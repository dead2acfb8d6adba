"""The published figures: the four files of ``facts/``, read into rows with a name for each column.

What belongs here: reading the files, and finding rows. What does not: which figure stands where (``declarations``).
``facts/README.md`` says what each column means. Every value is text, as it stands in the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence, Set
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

FACTS = Path(__file__).resolve().parent / "facts"
REALISED = frozenset({"published", "estimate", "cumulative"})
"""What may stand in a workbook of figures; targets are left to the commitments."""
TARGETS = frozenset({"target"})


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
    row: str = ""
    """Its row in ``facts.csv``, the first one under the header being 1; empty for what no row states."""


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

    def matching(
        self, territory: str, period: str, indicator: str, source: str, statuses: Set[str] = REALISED
    ) -> list[Fact]:
        """Return the figures of a territory, a period and an indicator, in sources whose title begins with ``source``.

        Apostrophes count as equal, straight or not.
        """
        return [
            fact
            for fact in self.facts
            if plain(fact.territory_name) == plain(territory)
            and (fact.period, fact.indicator) == (period, indicator)
            and plain(fact.source_title).startswith(plain(source))
            and fact.status in statuses
        ]

    def stated(self, address: str, indicator: str, value: str, asked_by: str) -> Fact:
        """Return the only fact of the text at an address that states an indicator with a value."""
        found = [
            fact
            for fact in self.facts
            if (fact.source_url, fact.indicator) == (address, indicator) and float(fact.value) == float(value)
        ]
        if len(found) != 1:
            raise SystemExit(
                f"{asked_by}: facts.csv has {len(found) or 'no'} figure{'s' * (len(found) > 1)} for {indicator} = "
                f"{value} from {address}; one is meant"
            )
        return found[0]

    def quoted(self, source: str, words: str, asked_by: str) -> Fact:
        """Return a fact of the text whose title begins with ``source``, as saying what a row or a note quotes.

        A rank (« 2e région ») is written as its number.
        """
        fact = next((fact for fact in self.facts if plain(fact.source_title).startswith(plain(source))), None)
        if fact is None:
            raise SystemExit(f"{asked_by}: no source of facts.csv begins with « {source} »")
        rows: tuple[Fact | Agreement | Commitment | Funding, ...]
        rows = (*self.facts, *self.agreements, *self.commitments, *self.fundings)
        of_text = [row for row in rows if fact.source_url in astuple(row)]
        if not any(words in text for row in of_text for text in astuple(row)):
            raise SystemExit(f"{asked_by}: nothing from « {fact.source_title} » says « {words} »")
        rank = re.match(r"(\d+)e ", words)
        return replace(fact, row="", as_worded=rank[1] if rank else words, note="", status="published")

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
        facts=_numbered(_rows(folder / "facts.csv", Fact)),
        agreements=_rows(folder / "agreements.csv", Agreement),
        commitments=_rows(folder / "commitments.csv", Commitment),
        fundings=_rows(folder / "fundings.csv", Funding),
    )


def _numbered(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple(replace(fact, row=str(row)) for row, fact in enumerate(facts, start=1))


def _rows(path: Path, kind: type[AnyRow]) -> tuple[AnyRow, ...]:
    if not path.is_file():
        raise SystemExit(f"there is no {path.name} in {path.parent}")
    columns = [column.name for column in fields(kind) if column.name != "row"]
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file)) or [[]]
    if header != columns:
        raise SystemExit(f"{path.name}: the columns are {', '.join(header)}; expected are {', '.join(columns)}")
    for number, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            raise SystemExit(f"{path.name}, row {number}: {len(line)} cells; expected are {len(columns)}")
    return tuple(kind(*line) for line in lines)
