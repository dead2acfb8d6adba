"""Checks: the contract of each relation and each audit of ``sql/checks``, on the relation that it concerns.

A failed one shows its failing rows with their cells.

What belongs here: showing contracts and audits as asset checks. What does not: the audits (``sql/checks``), judging
(``pipeline.warehouse.audit``).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import dagster as dg

from assets.metadata import outcome_result
from pipeline.warehouse.audit import Claim, Outcome, contract_claim, references_claim
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
        *(_claimed(each, CONTRACT, contract_claim(each.contract)) for each in tables),
        *(_claimed(each, REFERENCES, references_claim(each.contract)) for each in tables if each.contract.references),
        *(Judged(each.name, _audit(each)) for each in checks),
    ]


def results(found: Iterable[Judged], outcomes: Iterable[Outcome]) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of each check that has an outcome."""
    outcome_of = {outcome.name: outcome for outcome in outcomes}
    for item in found:
        if item.outcome in outcome_of:
            yield outcome_result(item.spec, outcome_of[item.outcome])


def _claimed(relation: Relation, name: str, claim: Claim) -> Judged:
    spec = dg.AssetCheckSpec(
        name,
        asset=relation_key(relation.name),
        blocking=True,
        description=f"{claim.description_fr} — {claim.description}",
    )
    return Judged(claim.name, spec)


def _audit(check: Check) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name,
        asset=relation_key(check.relation),
        blocking=check.is_blocking,
        description=f"{check.description_fr} — {check.description}\n\n```sql\n{check.sql}\n```",
    )
