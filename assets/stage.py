"""Stage: the typed, judged rows of every file, in the tables that SQL starts from; all made together, or none.

What belongs here: the assets of the stage. What does not: which rows are accepted (``pipeline.checking.rules``), what a
table looks like (``pipeline.contracts``).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import dagster as dg

from assets.groups import group_of
from assets.metadata import MOST_CELLS, rejection_result, table_metadata, table_schema
from assets.read import NO_REFUSALS
from assets.received import STRAY
from assets.resources import Warehouse
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

    @dg.multi_asset(name="stage", specs=specs, check_specs=[check])
    def stage_tables(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.step() as run:
            yield from _staged(run, tables, check)
            run.tidy()

    return stage_tables


def _staged(run: Run, tables: Mapping[str, Contract], check: dg.AssetCheckSpec) -> Iterator[dg.MaterializeResult[None]]:
    staged = {name: f'stage.main."{name}"' for name in tables}
    with ExitStack() as counted:
        counts = {name: counted.enter_context(counting(run.connection, table)) for name, table in staged.items()}
        run.stage()
    refused = refused_by_table(run.connection, tables)
    # Dagster wants what others hang on first
    for name, contract in sorted(tables.items(), key=lambda table: table[0] != ENVELOPE):
        preview = first_rows(run.connection, staged[name])
        is_rejection = check.asset_key == dg.AssetKey(["stage", name])
        yield dg.MaterializeResult(
            asset_key=["stage", name],
            metadata=table_metadata(table_schema(contract), counts[name], refused[name], preview),
            check_results=[rejection_result(check, *staged_rejections(run.connection, MOST_CELLS))]
            if is_rejection
            else [],
        )


def _made_from(table: str) -> list[dg.AssetKey]:
    """Return what a table is made from; what concerns every source hangs on the list of what was sent, not on each."""
    sources = sources_of(table)
    if sources is None and table != ENVELOPE:
        return [dg.AssetKey(["stage", ENVELOPE])]
    return [dg.AssetKey(["read", source]) for source in (sources or (*known_layouts(), STRAY))]
