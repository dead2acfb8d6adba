"""Read: each received file turned into cells and rows, one asset a source; what could not be read shows in a check.

What belongs here: the assets of the stage *read*. What does not: reading (``pipeline.reading.submissions``).
"""

from collections.abc import Iterator

import dagster as dg

from assets.groups import group_of
from assets.metadata import frame_schema, rejection_result, table_metadata
from assets.partitions import ONE_RUN, chosen_regions, partitions_of
from assets.received import STRAY
from assets.regions import tell_regions, told_apart
from assets.resources import WRITERS, Warehouse
from pipeline.intake import Submission
from pipeline.publishing.summaries import RowCounts, files_table, rejections_of
from pipeline.reading.files import known_layouts

NO_REFUSALS = "no_refusals"


def read_assets() -> list[dg.AssetsDefinition]:
    """Return the assets ``read/<source>``."""
    sources = [
        _read(
            source,
            f"{layout.title_fr}\n\nChaque fichier, lu selon `{source}.toml` — "
            f"Every file, read with the layout `{source}.toml`.",
        )
        for source, layout in known_layouts().items()
    ]
    return [
        *sources,
        _read(
            STRAY,
            "Les fichiers qu'aucune source ne décrit, refusés un à un — "
            "Files that no layout reads, refused one by one.",
        ),
    ]


def _is_of(submission: Submission, source: str) -> bool:
    return submission.source == source or (source == STRAY and submission.source not in known_layouts())


def _read(source: str, description: str) -> dg.AssetsDefinition:
    partitions = partitions_of(source)
    received, key = dg.AssetKey(["received", source]), dg.AssetKey(["read", source])
    check = dg.AssetCheckSpec(
        NO_REFUSALS,
        asset=key,
        description="Rien de cette source n'est refusé — "
        "No cell, table or file of this source is refused. What is refused is listed with file, sheet, "
        "cell and reason; the rest is loaded.",
    )

    spec = dg.AssetSpec(
        key,
        deps=[received],
        group_name=group_of("read"),
        kinds={"polars"},
        description=description,
        partitions_def=partitions,
    )

    # with can_subset, a night without news need not say again what the check has found
    @dg.multi_asset(
        name=f"read__{source}",
        specs=[spec],
        check_specs=[check],
        can_subset=True,
        pool=WRITERS,
        backfill_policy=ONE_RUN if partitions else None,
    )
    def read(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        if warehouse.rests(context.instance):
            yield told_apart(key)
            return
        regions = chosen_regions(context)
        # the whole source, so that the check never forgets the other regions; what was read before is cached
        with warehouse.step() as run:
            readings = run.read(lambda submission: _is_of(submission, source))
        refused = rejections_of(readings)
        whole = [item.submission.file for item in readings if item.is_refused and not item.submission.is_answered]
        result = rejection_result(check, refused.height, refused, whole)
        if partitions is not None:
            tell_regions(context, [received, key], readings, regions)
            yield told_apart(key)
            yield result
            return
        files = files_table(readings)
        counts = RowCounts(rows=int(files["rows"].sum()), new=int(files["is_new"].sum()))
        metadata = table_metadata(frame_schema(files), counts, rejected=int(files["rejected"].sum()), preview=files)
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        yield result

    return read
