"""Checks: each audit of ``sql/checks`` on the relation that it concerns, its failing rows shown with their cells.

What belongs here: showing an audit as an asset check. What does not: the audits (``sql/checks``) and the contracts,
which each relation is held against as soon as it is made (``relations``).
"""

from collections.abc import Iterable, Mapping

import dagster as dg

from assets.metadata import outcome_result
from assets.relations import relation_key
from assets.resources import Warehouse
from pipeline.warehouse.audit import run_check
from pipeline.warehouse.reads import tables_read
from pipeline.warehouse.relations import Check, Relation


def audit_checks(checks: Iterable[Check], relations: Mapping[str, Relation]) -> list[dg.AssetChecksDefinition]:
    """Return one asset check for each file of ``sql/checks``."""
    return [_check(check, relations) for check in checks]


def _check(check: Check, relations: Mapping[str, Relation]) -> dg.AssetChecksDefinition:
    inputs = tables_read(check.sql) - {check.relation}
    # A check that reads what is made from its own relation cannot be waited for by it; the release waits for all.
    holds_back = check.is_blocking and inputs.isdisjoint(_made_from(check.relation, relations))

    @dg.asset_check(
        asset=relation_key(check.relation),
        name=check.name,
        blocking=holds_back,
        additional_deps=[relation_key(name) for name in sorted(inputs)],
        description=f"{check.description_fr} — {check.description}\n\n```sql\n{check.sql}\n```",
    )
    def audit(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        with warehouse.step() as run:
            return outcome_result(check.name, run_check(run.connection, check))

    return audit


def _made_from(name: str, relations: Mapping[str, Relation]) -> set[str]:
    """Return the relations that read a relation, directly or through others."""
    made: set[str] = set()
    for relation in relations.values():  # in the order of dependencies
        if relation.inputs & {name, *made}:
            made.add(relation.name)
    return made
