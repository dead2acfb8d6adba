"""Relations: one asset for each file of ``sql/``, macros included, with the dependencies that its text has.

What belongs here: the assets of the schemas dim, fact, kpi and audit. What does not: any formula (``sql/``), creating a
table (``pipeline.warehouse.build``).
"""

import hashlib
from collections.abc import Iterable, Iterator

import dagster as dg
import duckdb

from assets.groups import group_of
from assets.metadata import Metadata, outcome_result, table_metadata, table_schema
from assets.resources import Warehouse
from pipeline.publishing.summaries import RowCounts, counting, first_rows
from pipeline.warehouse.audit import relation_outcome
from pipeline.warehouse.relations import Relation

CONTRACT = "contract"


def relation_assets(relations: Iterable[Relation]) -> list[dg.AssetsDefinition]:
    """Return the assets ``<schema>/<relation>``."""
    return [_macro(relation) if relation.is_macro else _table(relation) for relation in relations]


def relation_key(name: str) -> dg.AssetKey:
    """Return the asset of a qualified name, ``kpi.regional``."""
    return dg.AssetKey(name.split("."))


def relation_spec(relation: Relation) -> dg.AssetSpec:
    """Return what the asset of a relation is, whoever makes it."""
    schema, _ = relation.name.split(".")
    call = f"\n\nA macro: `FROM {relation.name}({', '.join(relation.parameters)})`." if relation.is_macro else ""
    return dg.AssetSpec(
        relation_key(relation.name),
        deps=[relation_key(name) for name in sorted(relation.inputs)],
        group_name=group_of(schema),
        kinds={"duckdb", "sql"},
        description=f"{relation.contract.comment}{call}\n\n```sql\n{relation.sql}\n```",
        metadata={
            "dagster/column_schema": table_schema(relation.contract),
            "dagster/table_name": f"housing.{relation.name}",
        },
        code_version=hashlib.sha256(relation.sql.encode()).hexdigest()[:12],
    )


def contract_check(relation: Relation) -> dg.AssetCheckSpec:
    """Return the check that a relation keeps the contract of its header; the release waits for it."""
    return dg.AssetCheckSpec(
        CONTRACT,
        asset=relation_key(relation.name),
        blocking=True,
        description=f"Les lignes de {relation.name} respectent leur contrat : types, nuls, valeurs, bornes, clé — "
        f"The rows of {relation.name} keep their contract: types, nulls, allowed values, bounds, key.",
    )


def table_outcome(
    connection: duckdb.DuckDBPyConnection, relation: Relation, counts: RowCounts, rejected: int
) -> Metadata:
    """Return what the materialization of a table tells: its counts, its first rows and its columns."""
    return table_metadata(table_schema(relation.contract), counts, rejected, first_rows(connection, relation.name))


def _table(relation: Relation) -> dg.AssetsDefinition:
    check = contract_check(relation)

    @dg.multi_asset(name=_op_name(relation), specs=[relation_spec(relation)], check_specs=[check])
    def table(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.step() as run:
            with counting(run.connection, relation.name) as counts:
                run.make(relation)
            outcome = relation_outcome(run.connection, relation, run.work.delta)
            yield dg.MaterializeResult(
                metadata=table_outcome(run.connection, relation, counts, outcome.failures),
                check_results=[outcome_result(check.name, outcome)],
            )

    return table


def _macro(relation: Relation) -> dg.AssetsDefinition:
    @dg.multi_asset(name=_op_name(relation), specs=[relation_spec(relation)])
    def macro(warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult[None]:
        with warehouse.step() as run:
            run.make(relation)
        return dg.MaterializeResult(metadata={"dagster/column_schema": table_schema(relation.contract)})

    return macro


def _op_name(relation: Relation) -> str:
    return relation.name.replace(".", "__")
