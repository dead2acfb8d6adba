"""Release: the last audit of the working database as it stands, then its publication.

Auditing and publishing are one step, so that nothing reaches the readers unaudited, whichever assets a run chose.

What belongs here: the assets that end every job. What does not: the checks themselves (``sql/checks``), the swap
(``pipeline.warehouse.releases``).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import dagster as dg

from assets.metadata import frame_schema, shown, table_metadata, table_schema
from assets.relations import relation_key, relation_spec, table_outcome
from assets.resources import Warehouse
from pipeline.contracts import stage_contracts
from pipeline.publishing.summaries import RowCounts, counting, rows_of_relations
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.relations import Relation

OUTCOMES = dg.AssetKey(["stage", "check"])
RELEASE = dg.AssetKey(["release"])
GROUP = "release"

EVEN_IF_UNCHANGED = {"housing/publish": "even_if_unchanged"}
"""A run with this tag publishes again what was made from the same inputs as the newest release."""


def release_assets(before_audit: Mapping[str, Relation], after_audit: Mapping[str, Relation]) -> dg.AssetsDefinition:
    """Return ``stage/check``, the relations that tell what the audit found, and ``release``."""
    outcomes_contract = stage_contracts()["check"]
    specs = [
        dg.AssetSpec(
            OUTCOMES,
            deps=[relation_key(name) for name, relation in before_audit.items() if not relation.is_macro],
            group_name=GROUP,
            kinds={"duckdb", "pandera"},
            description=outcomes_contract.comment,
            metadata={"dagster/column_schema": table_schema(outcomes_contract)},
        ),
        *(relation_spec(relation).replace_attributes(group_name=GROUP) for relation in after_audit.values()),
        dg.AssetSpec(
            RELEASE,
            deps=[relation_key(name) for name in (*before_audit, *after_audit)],
            group_name=GROUP,
            kinds={"duckdb"},
            description="The file that readers open, `warehouse/housing.duckdb`: audited once more, copied compactly "
            "and swapped in one step. A failed blocking check leaves the published release as it was; what was made "
            "from the same inputs as the newest release is not published again.",
        ),
    ]

    @dg.multi_asset(name="release", specs=specs)
    def release(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None]]:
        run, connection = warehouse.run, warehouse.run.connection
        failure: AuditFailedError | None = None
        with ExitStack() as audited:
            counts = audited.enter_context(counting(connection, "stage.main.check"))
            counts_of = {name: audited.enter_context(counting(connection, name)) for name in after_audit}
            try:
                run.audit()
            except AuditFailedError as error:
                failure = error
        outcomes = connection.execute("FROM stage.main.check ORDER BY passed, check_name").pl()
        failed = outcomes.filter(~outcomes["passed"])
        yield dg.MaterializeResult(
            asset_key=OUTCOMES,
            metadata=table_metadata(table_schema(outcomes_contract), counts, failed.height, outcomes),
        )
        for name, relation in after_audit.items():
            metadata = table_outcome(connection, relation, counts_of[name], rejected=0)
            yield dg.MaterializeResult(asset_key=relation_key(name), metadata=metadata)
        if failure is not None:
            tables = {outcome.name: shown(outcome.sample) for outcome in failure.failed}
            raise dg.Failure(str(failure), metadata=tables, allow_retries=False) from failure

        run.force = EVEN_IF_UNCHANGED.items() <= context.run.tags.items()
        run.publish()
        run.give_back()
        made = run.report.release
        contents = rows_of_relations(connection)
        whole = RowCounts(rows=int(contents["rows"].sum()), new=int(run.report.is_new_release))
        metadata = table_metadata(frame_schema(contents), whole, failed.height, contents)
        yield dg.MaterializeResult(
            asset_key=RELEASE,
            metadata={
                **metadata,
                "release_id": made.release_id if made else "",
                "path": dg.MetadataValue.path(run.settings.release_file),
            },
        )

    return release
