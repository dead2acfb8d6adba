"""Auditing: every relation is held against its contract, every check of ``sql/checks`` is run, all outcomes are kept.

All failures are collected, so that one run shows them all; a failed blocking check holds the release back.

What belongs here: running checks. What does not: a check itself (``sql/checks``) or a contract (``sql/`` headers).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipeline.contracts import Column, Contract, stage_contracts
from pipeline.contracts.validation import violations
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.relations import Check, Relation

SAMPLE_ROWS = 20
_TOLD_ROWS = 5
SLICE_ROWS = 50_000
"""A relation is held against its contract this many rows at a time, so that its size decides nothing but the time."""


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
    compares_releases: bool = False
    """Whether it depends on the release before: it is reported and never kept, for a release does not."""

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return self.failures == 0

    def first_rows(self) -> Iterator[str]:
        """Yield the first rows that are wrong, a line each, what is blank in them left out."""
        for row in self.sample.head(_TOLD_ROWS).iter_rows(named=True):
            yield "  " + ", ".join(
                f"{name}: {value}" for name, value in row.items() if value is not None and value != ""
            )

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
            "sample": None if self.passed else _as_text(self.sample).write_json(),
        }


def _as_text(sample: pl.DataFrame) -> pl.DataFrame:
    """Return rows as texts, lists with commas between what they hold."""
    lists = [name for name, kind in sample.schema.items() if isinstance(kind, pl.List)]
    joined = (pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in lists)
    return sample.with_columns(*joined).cast(pl.String)


class AuditFailedError(RuntimeError):
    """A blocking check failed; the published release stays. The message names each check and its failing rows."""

    def __init__(self, failed: list[Outcome]) -> None:
        lines = "\n".join(line for outcome in failed for line in _lines_of(outcome))
        super().__init__(f"The audit failed; the published release stays as it was.\n{lines}")
        self.failed = failed


def _lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield what a failed check asks for, and the first rows that are wrong."""
    rows = "1 wrong row" if outcome.failures == 1 else f"{outcome.failures} wrong rows"
    yield f"{outcome.name}: {rows}. It asks: {outcome.description}"
    yield from outcome.first_rows()


def run_check(connection: duckdb.DuckDBPyConnection, check: Check, delta: Delta | None = None) -> Outcome:
    """Run one check of ``sql/checks``, of what a delta touches where it says how, and return what it found.

    One that compares with the previous release passes, and says so, where there is none or it has other columns.
    """
    descriptions, failures, sample = (check.description, check.description_fr), 0, pl.DataFrame()
    try:
        # The rows may be many: they are counted where they are. The first are the same whichever way they were found,
        # for a release is rebuilt to the row.
        rows = delta.narrowed(check) if delta else check.sql
        connection.execute(f"CREATE OR REPLACE TEMP TABLE failing AS {rows}")
        (failures,) = connection.execute("SELECT count(*) FROM failing").fetchone() or (0,)
        if failures:
            sample = connection.execute(f"FROM failing ORDER BY ALL LIMIT {SAMPLE_ROWS}").pl()
        connection.execute("DROP TABLE failing")
    except (duckdb.CatalogException, duckdb.BinderException):
        if not check.compares_releases:
            raise
        descriptions = (
            f"{check.description} Skipped: there is no previous release, or it has other columns.",
            f"{check.description_fr} Non contrôlé : pas de publication précédente, ou ses colonnes sont autres.",
        )
    return Outcome(
        check.name,
        check.relation,
        *descriptions,
        is_blocking=check.is_blocking,
        failures=failures,
        sample=sample,
        compares_releases=check.compares_releases,
    )


class Claim(NamedTuple):
    """What is held of every relation of some kind: the name of its outcome, and what it asks."""

    name: str
    description: str
    description_fr: str


def contract_claim(contract: Contract) -> Claim:
    """Return the claim that a relation keeps its contract."""
    return Claim(
        f"contract_{contract.name.replace('.', '_')}",
        f"The rows of {contract.name} keep their contract: types, nulls, allowed values, bounds, key.",
        f"Les lignes de {contract.name} respectent leur contrat : types, nuls, valeurs, bornes, clé.",
    )


def references_claim(contract: Contract) -> Claim:
    """Return the claim that the keys of others are there that a relation holds."""
    return Claim(
        f"references_{contract.name.replace('.', '_')}",
        f"Every key that {contract.name} holds of another relation is there.",
        f"Toute clé d'une autre relation que contient {contract.name} y existe.",
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
        relation=contract.name,
        **contract_claim(contract)._asdict(),
        is_blocking=True,
        failures=sum(max(len(item.rows), 1) for item in broken),
        sample=pl.DataFrame(details[:SAMPLE_ROWS]),
    )


def relation_outcome(connection: duckdb.DuckDBPyConnection, relation: Relation, delta: Delta | None = None) -> Outcome:
    """Hold one built table against the contract of its header: the rows that a delta made, or all.

    Rules on a row are checked slice by slice; that each key stands once, which takes all rows, by the database.
    """
    contract = relation.contract
    made = f"{relation.name} {delta.touched(relation) if delta else ''}"
    found = _rows_outcome(connection, _asked(contract), made)
    if not found.passed:  # what is told of a row is all of it
        found = _rows_outcome(connection, replace(contract, key=()), made)
    if contract.key:
        key = ", ".join(f'"{name}"' for name in contract.key)
        found = _and(found, _key_outcome(connection, contract, made, key))
    return found


def _asked(contract: Contract) -> Contract:
    """Return the part of a contract that asks something of a row alone: of a wide table, few columns."""
    columns = tuple(each for each in contract.columns if each.required or each.bounds_values)
    return replace(contract, key=(), columns=columns or contract.columns[:1])


def _rows_outcome(connection: duckdb.DuckDBPyConnection, contract: Contract, made: str) -> Outcome:
    """Hold the columns of a contract against it, slice by slice."""
    columns = ", ".join(f'"{name}"' for name in contract.column_names)
    found = contract_outcome(contract, contract.frame([]))
    for rows in _slices(connection, f"SELECT {columns} FROM {made}"):  # noqa: S608  # our own names
        found = _and(found, contract_outcome(contract, rows))
    return found


def _key_outcome(connection: duckdb.DuckDBPyConnection, contract: Contract, made: str, key: str) -> Outcome:
    """Hold the key of a table: each stands once in it."""
    free = tuple(Column(column.name, column.en, column.fr, column.type) for column in contract.columns)
    contract = replace(contract, columns=free)
    # As many hashes as rows say that no key stands twice, in a tenth of the memory; as many keys need not have as many.
    is_unique = f"SELECT count(*) = count(DISTINCT hash({key})) FROM {made}"  # noqa: S608  # our own names
    if connection.execute(is_unique).fetchone() == (True,):
        return contract_outcome(contract, contract.frame([]))
    twice = f"SELECT {key} FROM {made} GROUP BY ALL HAVING count(*) > 1"  # noqa: S608  # our own names
    repeated = f"FROM {contract.name} SEMI JOIN ({twice}) USING ({key}) LIMIT {SLICE_ROWS}"
    return contract_outcome(contract, connection.execute(repeated).pl())


def references_outcome(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Outcome:
    """Hold the keys of others that a built table holds against the tables that have them, all of which are built."""
    contract = relation.contract
    found = replace(
        contract_outcome(contract, contract.frame([])),
        **references_claim(contract)._asdict(),
    )
    for column, (table, key) in contract.references.items():
        shown = ", ".join(f'"{name}"' for name in dict.fromkeys((*contract.key, column)))
        to = f"{table} AS other ON other.{key} = {relation.name}.{column}"
        query = f"SELECT {shown} FROM {relation.name} ANTI JOIN {to} WHERE {column} IS NOT NULL"  # noqa: S608  # our names
        rows = connection.execute(query).pl()
        sample = (
            rows.head(SAMPLE_ROWS).cast(pl.String).select(pl.lit(f"{column} is in {table}").alias("rule"), pl.all())
        )
        found = _and(found, replace(found, failures=rows.height, sample=sample))
    return found


def _slices(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pl.DataFrame]:
    for batch in connection.execute(query).to_arrow_reader(SLICE_ROWS):
        yield pl.DataFrame(pl.from_arrow(batch))


def _and(one: Outcome, other: Outcome) -> Outcome:
    """Return what two parts of a relation add up to."""
    sample = pl.concat([one.sample, other.sample], how="diagonal").head(SAMPLE_ROWS)
    return replace(one, failures=one.failures + other.failures, sample=sample)


def run_audit(
    connection: duckdb.DuckDBPyConnection,
    relations: dict[str, Relation],
    checks: list[Check],
    delta: Delta | None = None,
) -> list[Outcome]:
    """Run every contract and every check; ``outcomes_frame`` makes ``stage.check`` of what is found.

    Args:
        connection: the working database.
        relations: those whose rows are held against their contracts.
        checks: those of ``sql/checks``.
        delta: what was made anew, the rest having been audited when it was made; ``None`` for all.
    """
    tables = [relation for relation in relations.values() if not relation.is_macro]
    outcomes = [relation_outcome(connection, relation, delta) for relation in tables]
    outcomes += [references_outcome(connection, relation) for relation in tables if relation.contract.references]
    outcomes += [run_check(connection, check, delta) for check in checks]
    return outcomes


def kept_outcomes(connection: duckdb.DuckDBPyConnection) -> list[Outcome]:
    """Return what the audit of a release found, as ``audit.check`` keeps it."""
    rows = connection.execute("FROM audit.check ORDER BY check_name").pl()
    return [_outcome_of(row) for row in rows.iter_rows(named=True)]


def _outcome_of(row: dict[str, Any]) -> Outcome:
    return Outcome(
        name=row["check_name"],
        relation=row["relation_name"],
        description=row["description"],
        description_fr=row["description_fr"],
        is_blocking=row["is_blocking"],
        failures=row["failures"],
        sample=pl.DataFrame(json.loads(row["sample"] or "[]"), infer_schema_length=None),
    )


def outcomes_frame(outcomes: list[Outcome]) -> pl.DataFrame:
    """Return outcomes as the frame of ``stage.check``, but for those that depend on the release before."""
    return stage_contracts()["check"].frame([item.row() for item in outcomes if not item.compares_releases])
