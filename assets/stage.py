"""Stage: the typed, judged rows of every file, in the tables that SQL starts from; all made together, or none.

What belongs here: the assets of the stage. What does not: which rows are accepted (``pipeline.checking.rules``), what a
table looks like (``pipeline.contracts``).
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import ExitStack

import dagster as dg

from assets.groups import group_of
from assets.metadata import MOST_CELLS, rejection_result, table_metadata, table_schema
from assets.read import NO_REFUSALS
from assets.received import STRAY
from assets.regions import told_apart
from assets.resources import WRITERS, Warehouse
from pipeline.contracts import Contract, stage_contracts
from pipeline.load import Run
from pipeline.publishing.summaries import counting, first_rows, refused_by_table, sources_of, staged_rejections
from pipeline.reading.files import known_layouts
from pipeline.settings import Settings
from pipeline.warehouse.stage import reference_frames

WRITTEN_BY_THE_AUDIT = "check"
ENVELOPE = "submission"


def stage_assets(settings: Settings) -> dg.AssetsDefinition:
    """Return the assets ``stage/<table>``, but for the one that the audit writes."""
    tables = {name: contract for name, contract in stage_contracts().items() if name != WRITTEN_BY_THE_AUDIT}
    references = reference_frames(*settings.sql_folders)
    specs = [
        dg.AssetSpec(
            ["stage", name],
            deps=[] if name in references else _made_from(name),
            group_name=group_of("stage"),
            kinds={"polars", "pandera"},
            description=contract.comment,
            metadata={"dagster/column_schema": table_schema(contract)},
        )
        for name, contract in tables.items()
    ]
    check = dg.AssetCheckSpec(
        NO_REFUSALS,
        asset=["stage", "rejection"],
        description="Rien n'est refusé, ni à la lecture ni par les règles — "
        "Nothing is refused, neither by the reading nor by the rules that judge rows. What is refused is "
        "listed with file, sheet, cell and reason; the rest is loaded.",
    )

    @dg.multi_asset(name="stage", specs=specs, check_specs=[check], can_subset=True, pool=WRITERS)
    def stage_tables(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        if warehouse.rests(context.instance):
            yield from map(told_apart, _in_order(context.selected_asset_keys))
            return
        with warehouse.step() as run:
            yield from _staged(run, tables, context.selected_asset_keys)
            if check.key in context.selected_asset_check_keys:
                yield rejection_result(check, *staged_rejections(run.connection, MOST_CELLS))
            run.tidy()

    return stage_tables


def _staged(run: Run, tables: Mapping[str, Contract], chosen: Set[dg.AssetKey]) -> Iterator[dg.MaterializeResult[None]]:
    """Write all tables, for they are judged together, and tell of those that were chosen."""
    staged = {name: f'stage.main."{name}"' for name in tables}
    with ExitStack() as counted:
        counts = {name: counted.enter_context(counting(run.connection, table)) for name, table in staged.items()}
        run.stage()
    refused = refused_by_table(run.connection, tables)
    for key in _in_order(chosen):
        name = key.path[-1]
        preview = first_rows(run.connection, staged[name])
        metadata = table_metadata(table_schema(tables[name]), counts[name], refused[name], preview)
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _in_order(chosen: Iterable[dg.AssetKey]) -> list[dg.AssetKey]:
    """Return assets of the stage as Dagster wants them: first what others hang on."""
    return sorted(chosen, key=lambda key: (key.path[-1] != ENVELOPE, key))


def _made_from(table: str) -> list[dg.AssetKey]:
    """Return what a table is made from; what several sources bring hangs on the list of what was sent, not on each."""
    if table == ENVELOPE:
        return [dg.AssetKey(["read", source]) for source in (*known_layouts(), STRAY)]
    sources = sources_of(table) or []
    return [dg.AssetKey(["read", *sources] if len(sources) == 1 else ["stage", ENVELOPE])]
