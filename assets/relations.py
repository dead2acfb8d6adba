"""Relations: one asset for each file of ``sql/``, macros included, with the dependencies that its text has.

One step makes them all, or those that were chosen, and audits them: a step for each costs more than making it.

What belongs here: the assets of the schemas dim, fact, kpi and audit. What does not: any formula (``sql/``), creating a
table (``pipeline.warehouse.build``), how a check is shown (``checks``).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import dagster as dg
import duckdb
import polars as pl

from assets.checks import Judged, judged, relation_key, results
from assets.glance import audited_tags
from assets.groups import group_of
from assets.metadata import Metadata, table_metadata, table_schema
from assets.regions import told_apart
from assets.resources import WRITERS, Warehouse
from pipeline.contracts import stage_contracts
from pipeline.load import Run
from pipeline.publishing.summaries import RowCounts, counting, first_rows
from pipeline.warehouse.audit import AuditFailedError, Outcome, contract_claim, kept_outcomes, run_audit
from pipeline.warehouse.relations import Check, Relation

OUTCOMES = dg.AssetKey(["stage", "check"])
_OUTCOMES_TABLE = "stage.main.check"


class Relations(NamedTuple):
    """What one step makes: the relations that the audit judges, those that tell of it, and all that is judged."""

    before_audit: Mapping[str, Relation]
    after_audit: Mapping[str, Relation]
    checks: Sequence[Check]

    @property
    def all(self) -> Mapping[str, Relation]:
        """All relations, in the order of making."""
        return {**self.before_audit, **self.after_audit}

    @property
    def specs(self) -> list[dg.AssetSpec]:
        """The assets, in the order of making."""
        return [
            *map(relation_spec, self.before_audit.values()),
            _outcomes_spec(self.before_audit),
            *(
                relation_spec(each).replace_attributes(group_name=group_of("release"))
                for each in self.after_audit.values()
            ),
        ]


def relation_assets(relations: Relations) -> dg.AssetsDefinition:
    """Return the assets ``<schema>/<relation>`` and ``stage/check``, with all that is judged of them."""
    specs = relations.specs
    found = judged(relations.before_audit, relations.checks)

    @dg.multi_asset(name="build", specs=specs, check_specs=[item.spec for item in found], can_subset=True, pool=WRITERS)
    def build(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        chosen = [spec.key for spec in specs if spec.key in context.selected_asset_keys]
        asked = [item for item in found if item.spec.key in context.selected_asset_check_keys]
        with warehouse.step() as run:
            if warehouse.rests(context.instance):
                yield from map(told_apart, chosen)
                yield from results(asked, _standing(run))
                return
            made = _make(run, relations, chosen, asked)
            yield from (_told(run, relations, key, made) for key in chosen)
            yield from results(asked, made.outcomes)
            if run.report.outcomes:
                context.instance.add_run_tags(context.run_id, audited_tags(run.report.outcomes, run.connection))
            if made.failure is not None:
                raise made.failure

    return build


def relation_spec(relation: Relation) -> dg.AssetSpec:
    """Return what the asset of a relation is."""
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


def last_of(relations: Mapping[str, Relation]) -> list[dg.AssetKey]:
    """Return the relations that no other reads: what waits for them waits for all, and the graph stays readable."""
    read = frozenset[str]().union(*(relation.inputs for relation in relations.values()))
    return [relation_key(name) for name in relations if name not in read]


def _outcomes_spec(judged_relations: Mapping[str, Relation]) -> dg.AssetSpec:
    contract = stage_contracts()["check"]
    return dg.AssetSpec(
        OUTCOMES,
        deps=last_of(judged_relations),
        group_name=group_of("release"),
        kinds={"duckdb", "pandera"},
        description=contract.comment,
        metadata={"dagster/column_schema": table_schema(contract)},
    )


def _standing(run: Run) -> Sequence[Outcome]:
    """Return what the audit of the release that stands has found."""
    with duckdb.connect(run.settings.release_file, read_only=True) as connection:
        return kept_outcomes(connection)


class _Made(NamedTuple):
    """What a step made: how each table came out, what was found wrong, and what then ends the run."""

    counts: Mapping[str, RowCounts]
    outcomes: Sequence[Outcome]
    failure: AuditFailedError | None


def _make(run: Run, relations: Relations, chosen: Sequence[dg.AssetKey], asked: Sequence[Judged]) -> _Made:
    """Make the chosen relations, and audit them: all of them, or what is asked of a part."""
    tables = [name for name, each in relations.all.items() if relation_key(name) in chosen and not each.is_macro]
    tells_of_audit = {OUTCOMES, *map(relation_key, relations.after_audit)}
    with ExitStack() as counted:
        counts = {table: counted.enter_context(counting(run.connection, table)) for table in (*tables, _OUTCOMES_TABLE)}
        for name, relation in relations.before_audit.items():
            if relation_key(name) in chosen:
                run.make(relation)
        whole = not tells_of_audit.isdisjoint(chosen)
        return _Made(counts, *(_audit(run) if whole else _judge(run, relations, asked)))


def _audit(run: Run) -> tuple[Sequence[Outcome], AuditFailedError | None]:
    try:
        return run.audit(), None
    except AuditFailedError as error:
        return run.report.outcomes, error


def _judge(
    run: Run, relations: Relations, asked: Sequence[Judged]
) -> tuple[Sequence[Outcome], AuditFailedError | None]:
    """Judge what is asked of some relations, and no more."""
    names = {item.outcome for item in asked}
    judged_here = {
        name: each for name, each in relations.before_audit.items() if contract_claim(each.contract).name in names
    }
    checks = [each for each in relations.checks if each.name in names]
    outcomes = run_audit(run.connection, judged_here, checks, run.work.delta)
    failed = [each for each in outcomes if each.is_blocking and not each.passed]
    return outcomes, AuditFailedError(failed) if failed else None


def _told(run: Run, relations: Relations, key: dg.AssetKey, made: _Made) -> dg.MaterializeResult[None]:
    if key == OUTCOMES:
        outcomes = run.connection.execute(f"FROM {_OUTCOMES_TABLE} ORDER BY passed, check_name").pl()
        failed = outcomes.filter(~pl.col("passed")).height
        schema = table_schema(stage_contracts()["check"])
        return dg.MaterializeResult(key, table_metadata(schema, made.counts[_OUTCOMES_TABLE], failed, outcomes))
    relation = relations.all[".".join(key.path)]
    if relation.is_macro:
        return dg.MaterializeResult(key, {"dagster/column_schema": table_schema(relation.contract)})
    return dg.MaterializeResult(key, _of_table(run.connection, relation, made))


def _of_table(connection: duckdb.DuckDBPyConnection, relation: Relation, made: _Made) -> Metadata:
    """Return what a table tells: its counts, its first rows, its columns; rejected are rows against its contract."""
    rejected = sum(each.failures for each in made.outcomes if each.name == contract_claim(relation.contract).name)
    preview = first_rows(connection, relation.name)
    return table_metadata(table_schema(relation.contract), made.counts[relation.name], rejected, preview)
