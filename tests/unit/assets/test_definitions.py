"""The definitions as a whole: no asset, check, job, schedule or sensor is renamed, moved or dropped unseen.

After a change that is meant, write the snapshot again: ``python -m tests.unit.assets.test_definitions``.
"""

import ast
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.definitions import make_definitions
from pipeline.contracts import stage_contracts
from pipeline.reading.files import known_layouts
from pipeline.settings import PRODUCT, Settings
from pipeline.vocabulary.territories import region_by_slug
from pipeline.warehouse.relations import load_checks, load_relations, split_relations

CRON = type(dg.FreshnessPolicy.cron("0 0 * * *", timedelta(hours=1)))
SNAPSHOT = Path(__file__).with_name("definitions.json")
# kpi and audit stand side by side: a scorecard asks what this release is, a lineage asks for the scorecard
FLOW = {
    "1_received": 1,
    "2_read": 2,
    "3_stage": 3,
    "4_dim": 4,
    "5_fact": 5,
    "6_kpi": 6,
    "7_audit": 6,
    "8_release": 7,
    "9_readers": 8,
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return make_definitions(Settings())


def described(definitions: dg.Definitions) -> dict[str, Any]:
    """Everything that a person or a script may name, as plain data."""
    graph = definitions.resolve_asset_graph()
    repository = definitions.get_repository_def()
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    return {
        "assets": {
            key: {
                "group": spec.group_name,
                "kinds": sorted(spec.kinds),
                "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
                "partitions": type(spec.partitions_def).__name__ if spec.partitions_def else None,
                "owners": list(spec.owners),
            }
            for key, spec in sorted(specs.items())
        },
        "checks": {
            f"{key.asset_key.to_user_string()}:{key.name}": "blocking" if graph.get(key).blocking else "warns"
            for key in sorted(graph.asset_check_keys, key=lambda key: (key.asset_key, key.name))
        },
        "jobs": {
            job.name: {"assets": len(job.asset_layer.selected_asset_keys), "tags": dict(job.tags)}
            for job in sorted(repository.get_all_jobs(), key=lambda job: job.name)
            if not job.name.startswith("__")
        },
        "schedules": {
            schedule.name: {
                "job": schedule.job_name,
                "cron": schedule.cron_schedule,
                "timezone": schedule.execution_timezone,
                "default": schedule.default_status.value,
            }
            for schedule in repository.schedule_defs
        },
        "sensors": {
            sensor.name: {"job": sensor.job_name, "default": sensor.default_status.value}
            for sensor in repository.sensor_defs
        },
    }


def test_the_definitions_are_those_of_the_snapshot(definitions: dg.Definitions) -> None:
    told = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert described(definitions) == told, "if this is meant: python -m tests.unit.assets.test_definitions"


def test_every_source_has_a_node_in_both_stages(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    for source in known_layouts():
        assert {dg.AssetKey(["received", source]), dg.AssetKey(["read", source])} <= keys


def test_every_relation_is_an_asset_that_depends_on_exactly_what_its_sql_reads(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name, relation in load_relations(Settings().sql).items():
        parents = {".".join(key.path) for key in graph.get(dg.AssetKey(name.split("."))).parent_keys}
        assert parents == relation.inputs, name


def test_every_audit_is_a_check_of_its_relation_and_every_table_is_held_against_its_contract(
    definitions: dg.Definitions,
) -> None:
    keys = definitions.resolve_asset_graph().asset_check_keys
    for check in load_checks(Settings().sql):
        assert dg.AssetCheckKey(dg.AssetKey(check.relation.split(".")), check.name) in keys
    relations = load_relations(Settings().sql)
    judged, _ = split_relations(relations)
    for name, relation in relations.items():
        has_contract = dg.AssetCheckKey(dg.AssetKey(name.split(".")), "contract") in keys
        assert has_contract == (not relation.is_macro and name in judged), name


def test_the_flow_of_the_groups_never_goes_back(definitions: dg.Definitions) -> None:
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
    assert {spec.group_name for spec in specs.values()} == set(FLOW)
    for spec in specs.values():
        for dep in spec.deps:
            above = specs[dep.asset_key].group_name
            assert FLOW[str(above)] <= FLOW[str(spec.group_name)], (dep.asset_key, spec.key)


def test_columns_and_descriptions_come_from_the_contracts(definitions: dg.Definitions) -> None:
    contracts = {name: relation.contract for name, relation in load_relations(Settings().sql).items()}
    contracts |= {contract.name: contract for contract in stage_contracts().values()}
    specs = {".".join(spec.key.path): spec for spec in definitions.resolve_all_asset_specs()}
    for name, contract in contracts.items():
        schema = specs[name].metadata["dagster/column_schema"]
        assert [(column.name, column.type, column.description) for column in schema.columns] == [
            (column.name, column.type, column.comment) for column in contract.columns
        ]
        assert [column.constraints.nullable for column in schema.columns] == [not c.required for c in contract.columns]
        assert str(specs[name].description).startswith(contract.comment)


def test_the_regional_returns_alone_are_partitioned_by_the_regions_of_today(definitions: dg.Definitions) -> None:
    specs = definitions.resolve_all_asset_specs()
    partitioned = {spec.key.to_user_string(): spec.partitions_def for spec in specs if spec.partitions_def}
    assert set(partitioned) == {"received/regional_return", "read/regional_return"}
    for partitions in partitioned.values():
        assert set(partitions.get_partition_keys()) == set(region_by_slug())
        assert len(region_by_slug()) == 18
    for assets in definitions.resolve_asset_graph().assets_defs:
        if assets.partitions_def:
            assert assets.backfill_policy == dg.BackfillPolicy.single_run()


def test_what_is_due_has_a_deadline(definitions: dg.Definitions) -> None:
    policies = {spec.key.to_user_string(): spec.freshness_policy for spec in definitions.resolve_all_asset_specs()}
    deadlines = {key: policy.deadline_cron for key, policy in policies.items() if isinstance(policy, CRON)}
    due = {f"received/{name}": layout.due_month for name, layout in known_layouts().items() if layout.due_month}
    assert due["received/regional_return"] == 6
    assert deadlines == {key: f"0 0 1 {month % 12 + 1} *" for key, month in due.items()} | {"release": "0 4 * * *"}


def test_every_job_ends_with_the_release_and_runs_in_one_process(definitions: dg.Definitions) -> None:
    for name in ("nightly", "load_regions", "rebuild_all"):
        job = definitions.resolve_job_def(name)
        assert dg.AssetKey("release") in job.asset_layer.selected_asset_keys
        assert job.executor_def.name == "in_process"


def test_the_domain_never_imports_dagster() -> None:
    for path in (PRODUCT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in {"dagster", "assets"}], path


if __name__ == "__main__":
    text = json.dumps(described(make_definitions(Settings())), indent=2, ensure_ascii=False)
    SNAPSHOT.write_text(text + "\n", encoding="utf-8")
