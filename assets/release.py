"""Release: the last audit of the working database as it stands, then its publication.

Auditing and publishing are one step, so that nothing reaches the readers unaudited, whichever assets a run chose.

What belongs here: the assets that end every job. What does not: the checks themselves (``sql/checks``), the swap
(``pipeline.warehouse.releases``).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import dagster as dg
import polars as pl

from assets.failing import held_failure
from assets.freshness import BY_THE_NIGHTLY
from assets.glance import HELD, at_a_glance, audited_tags, published_tags
from assets.groups import group_of
from assets.metadata import late_result, pending_result, table_metadata, table_schema
from assets.relations import relation_key, relation_spec, table_outcome
from assets.resources import Warehouse
from pipeline.contracts import stage_contracts
from pipeline.load import Run
from pipeline.publishing.note import Note, as_markdown
from pipeline.publishing.summaries import RowCounts, counting, late_table, pending_table, rows_of_relations
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.relations import Relation

OUTCOMES = dg.AssetKey(["stage", "check"])
RELEASE = dg.AssetKey(["release"])
GROUP = group_of("release")
NOTHING_IS_PENDING = "nothing_is_pending"
NOTHING_IS_LATE = "nothing_is_late"

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
            freshness_policy=BY_THE_NIGHTLY,
            description="Le fichier que les lecteurs ouvrent, `warehouse/housing.duckdb`, contrôlé puis mis en place — "
            "The file that readers open: audited once more, copied compactly and swapped in one step. A failed "
            "blocking check leaves the published release as it was; what was made from the same inputs as the newest "
            "release is not published again. A release that moves a published national figure further than its "
            "indicator says, or lacks a region that had reported, is held: the run fails, is tagged `housing/held` and "
            "says which figures; the job `accept_release` publishes it.",
        ),
    ]

    check = dg.AssetCheckSpec(
        NOTHING_IS_PENDING,
        asset=RELEASE,
        description="Tous les fichiers reçus ont pu être lus — "
        "Every file that was received could be read. One that could not, for a cause outside it (a full "
        "disk, a worker that was killed), is tried again by the next load; what it replaces goes on holding.",
    )

    late = dg.AssetCheckSpec(
        NOTHING_IS_LATE,
        asset=RELEASE,
        description="Rien ne manque aujourd'hui de ce qui est dû, pour la dernière année échue — "
        "Nothing that is due now is missing today, for the last year that was due; also in a night without news.",
    )

    @dg.multi_asset(name="release", specs=specs, check_specs=[check, late])
    def release(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.step() as run:
            yield from _audited(run, after_audit, context)
            run.force = EVEN_IF_UNCHANGED.items() <= context.run.tags.items()
            run.publish()
            run.give_back()
            held = run.report.held
            if held is None:
                context.instance.add_run_tags(context.run_id, published_tags(run))
                yield _published(run, check, late, warehouse.note())
        if held is not None:  # after the step, which did its work: its note tells what is held, and of no failure
            context.instance.add_run_tags(context.run_id, {HELD: held.release_id})
            raise held_failure(run.settings, held)

    return release


def _audited(
    run: Run, after_audit: Mapping[str, Relation], context: dg.AssetExecutionContext
) -> Iterator[dg.MaterializeResult[None]]:
    """Audit and tell what was found, also where a failed check then ends the step."""
    connection = run.connection
    failure: AuditFailedError | None = None
    with ExitStack() as audited:
        counts = audited.enter_context(counting(connection, "stage.main.check"))
        counts_of = {name: audited.enter_context(counting(connection, name)) for name in after_audit}
        try:
            run.audit()
        except AuditFailedError as error:
            failure = error
    outcomes, schema = _outcomes(run), table_schema(stage_contracts()["check"])
    yield dg.MaterializeResult(asset_key=OUTCOMES, metadata=table_metadata(schema, counts, _failed(outcomes), outcomes))
    for name, relation in after_audit.items():
        metadata = table_outcome(connection, relation, counts_of[name], rejected=0)
        yield dg.MaterializeResult(asset_key=relation_key(name), metadata=metadata)
    context.instance.add_run_tags(context.run_id, audited_tags(run))
    if failure is not None:
        raise failure


def _outcomes(run: Run) -> pl.DataFrame:
    return run.connection.execute("FROM stage.main.check ORDER BY passed, check_name").pl()


def _failed(outcomes: pl.DataFrame) -> int:
    return outcomes.filter(~outcomes["passed"]).height


def _published(run: Run, pending: dg.AssetCheckSpec, late: dg.AssetCheckSpec, note: Note) -> dg.MaterializeResult[None]:
    """Tell what was published, or what stays so: what fails, is refused and moved first, then the note and the rest."""
    contents = rows_of_relations(run.connection)
    whole = RowCounts(rows=int(contents["rows"].sum()), new=int(run.report.is_new_release))
    release = run.report.release
    return dg.MaterializeResult(
        asset_key=RELEASE,
        metadata={
            **at_a_glance(run, note),
            "note": dg.MetadataValue.md(as_markdown(note)),
            **table_metadata(None, whole, _failed(_outcomes(run)), contents),
            "release_id": release.release_id if release else "",
            "path": dg.MetadataValue.path(run.settings.release_file),
        },
        check_results=[
            pending_result(pending, pending_table(run.ledger, run.settings.limits)),
            late_result(late, late_table(run.connection)),
        ],
    )
