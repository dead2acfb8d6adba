"""Checks: the contract of each relation and each audit of ``sql/checks``, on the relation that it concerns.

A failed one shows its failing rows with their cells.

What belongs here: showing contracts and audits as asset checks. What does not: the audits (``sql/checks``), judging
(``pipeline.warehouse.audit``).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import dagster as dg

from assets.metadata import outcome_result
from pipeline.warehouse.audit import Outcome, contract_name, references_name
from pipeline.warehouse.relations import Check, Relation

CONTRACT = "contract"
REFERENCES = "references"


class Judged(NamedTuple):
    """What is judged of one relation, under the name that the audit gives its outcome."""

    outcome: str
    spec: dg.AssetCheckSpec


def relation_key(name: str) -> dg.AssetKey:
    """Return the asset of a qualified name, ``kpi.regional``."""
    return dg.AssetKey(name.split("."))


def judged(relations: Mapping[str, Relation], checks: Iterable[Check]) -> list[Judged]:
    """Return all that is judged of some relations: their contracts, the keys that they hold of others, the audits."""
    tables = [relation for relation in relations.values() if not relation.is_macro]
    return [
        *(Judged(contract_name(each.contract), _contract(each)) for each in tables),
        *(Judged(references_name(each.contract), _references(each)) for each in tables if each.contract.references),
        *(Judged(each.name, _audit(each)) for each in checks),
    ]


def results(found: Iterable[Judged], outcomes: Iterable[Outcome]) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of each check that has an outcome."""
    outcome_of = {outcome.name: outcome for outcome in outcomes}
    for item in found:
        if item.outcome in outcome_of:
            yield outcome_result(item.spec, outcome_of[item.outcome])


def _contract(relation: Relation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        CONTRACT,
        asset=relation_key(relation.name),
        blocking=True,
        description=f"Les lignes de {relation.name} respectent leur contrat : types, nuls, valeurs, bornes, clé — "
        f"The rows of {relation.name} keep their contract: types, nulls, allowed values, bounds, key.",
    )


def _references(relation: Relation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        REFERENCES,
        asset=relation_key(relation.name),
        blocking=True,
        description=f"Toute clé d'une autre relation que contient {relation.name} y existe — "
        f"Every key that {relation.name} holds of another relation is there.",
    )


def _audit(check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=relation_key(check.relation),
        blocking=check.is_blocking,
        description=f"{check.description_fr} — {check.description}\n\n```sql\n{check.sql}\n```",
    )
