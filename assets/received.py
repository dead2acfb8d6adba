"""Received: the files of ``raw/``, one asset a source, so that everyone sees who has sent what.

What belongs here: the assets of the stage *received*. What does not: which files are taken
(``pipeline.intake``).
"""

from collections.abc import Callable

import dagster as dg

from assets.freshness import by_due_month
from assets.groups import group_of
from assets.metadata import frame_schema, table_metadata
from assets.partitions import ONE_RUN, chosen_regions, partitions_of
from assets.regions import told_apart
from assets.resources import WRITERS, Warehouse
from pipeline.intake import Receipt
from pipeline.load import Run
from pipeline.publishing.summaries import RowCounts, receipt_table
from pipeline.reading.files import known_layouts

BEFORE_ANY_OTHER = {"dagster/priority": "1"}
"""All of ``raw/`` is received before anything is read: what to do is asked once it is known what is new."""
STRAY = "no_source"
"""Stands for the folders of ``raw/`` that are no source."""


def received_assets() -> list[dg.AssetsDefinition]:
    """Return the assets ``received/<source>``."""
    sources = [
        _received(
            source,
            f"{layout.title_fr}\n\nLes fichiers de `raw/{source}/`, archivés pour toujours — "
            "The files of that folder, kept for ever.",
        )
        for source, layout in known_layouts().items()
    ]
    return [
        *sources,
        _received(
            STRAY,
            "Les fichiers des dossiers de `raw/` qui ne sont pas une source, refusés avec un motif — "
            "Files in folders of `raw/` that are no source, each refused with a reason.",
        ),
    ]


def _taking(source: str) -> Callable[[Run, frozenset[str]], Receipt]:
    if source == STRAY:
        return lambda run, _: run.receive_strays()
    return lambda run, regions: run.receive_from(source, regions)


def _received(source: str, description: str) -> dg.AssetsDefinition:
    partitions = partitions_of(source)
    take = _taking(source)

    @dg.asset(
        key=["received", source],
        group_name=group_of("received"),
        kinds={"excel"},
        freshness_policy=by_due_month(layout.due_month) if (layout := known_layouts().get(source)) else None,
        description=description,
        partitions_def=partitions,
        backfill_policy=ONE_RUN if partitions else None,
        op_tags=BEFORE_ANY_OTHER,
        pool=WRITERS,
    )
    def received(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> dg.MaterializeResult[None]:
        receipt = warehouse.receive(lambda run: take(run, chosen_regions(context)))
        files = receipt_table(receipt)
        counts = RowCounts(rows=files.height, new=len(receipt.new))
        metadata = table_metadata(frame_schema(files), counts, rejected=len(receipt.left), preview=files)
        if partitions is None:
            return dg.MaterializeResult(metadata=metadata)
        # whose file could be read is not known yet: the next step tells it, of this asset too
        context.log_event(dg.AssetObservation(context.asset_key, metadata=metadata))
        return told_apart()

    return received
