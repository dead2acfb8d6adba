"""Auditing: every relation is held against its contract, every check of ``sql/checks`` is run, all outcomes are kept.

All problems are collected, so that one run shows them all; a failed blocking check holds the release back.

What belongs here: running checks. What does not: a check itself (``sql/checks``) or a contract (``sql/`` headers).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contracts import Contract, violations
from pipeline.contracts import stage as stage_contracts
from pipeline.warehouse.relations import Check, Relation

SAMPLE_ROWS = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found: the number of failing rows and the first of them."""

    name: str
    relation: str
    description: str
    description_fr: str
    is_blocking: bool
    failures: int
    sample: pl.DataFrame

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.failures == 0

    def row(self) -> dict[str, object]:
        """Return the outcome as a row of ``stage.check``."""
        return {
            "check_name": self.name,
            "relation_name": self.relation,
            "description": self.description,
            "description_fr": self.description_fr,
            "is_blocking": self.is_blocking,
            "passed": self.passed,
            "failures": self.failures,
            "sample": None if self.passed else self.sample.cast(pl.String).write_json(),
        }


def run_check(connection: duckdb.DuckDBPyConnection, check: Check) -> Outcome:
    """Run one check of ``sql/checks`` and return what it found."""
    failing = connection.execute(check.sql).pl()
    return Outcome(
        check.name,
        check.relation,
        check.description,
        check.description_fr,
        check.is_blocking,
        failing.height,
        failing.head(SAMPLE_ROWS),
    )


def contract_outcome(contract: Contract, frame: pl.DataFrame) -> Outcome:
    """Hold the rows of one relation against its contract."""
    broken = violations(contract, frame)
    details = [
        {"column": item.column, "rule": item.rule, **{k: str(v) for k, v in frame.row(position, named=True).items()}}
        for item in broken
        for position in item.rows[:SAMPLE_ROWS]
    ] or [{"column": item.column, "rule": item.rule} for item in broken]
    return Outcome(
        name=f"contract_{contract.name.replace('.', '_')}",
        relation=contract.name,
        description=f"The rows of {contract.name} keep their contract: types, nulls, allowed values, bounds, key.",
        description_fr=f"Les lignes de {contract.name} respectent leur contrat : types, nuls, valeurs, bornes, clé.",
        is_blocking=True,
        failures=sum(max(len(item.rows), 1) for item in broken),
        sample=pl.DataFrame(details[:SAMPLE_ROWS]),
    )


def relation_outcome(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Outcome:
    """Hold one built table against the contract of its header."""
    frame = connection.execute(f"FROM {relation.name}").pl()
    return contract_outcome(relation.contract, frame)


def run_audit(
    connection: duckdb.DuckDBPyConnection, relations: dict[str, Relation], checks: list[Check]
) -> list[Outcome]:
    """Run every contract and every check; ``outcomes_frame`` makes ``stage.check`` of what is found."""
    outcomes = [relation_outcome(connection, relation) for relation in relations.values() if not relation.is_macro]
    outcomes += [run_check(connection, check) for check in checks]
    return outcomes


def outcomes_frame(outcomes: list[Outcome]) -> pl.DataFrame:
    """Return outcomes as the frame of ``stage.check``."""
    return stage_contracts()["check"].frame([outcome.row() for outcome in outcomes])
