"""Regions: whose returns were read, so that a region's partition is materialized only where a file of it was.

A run that concerns every region makes assets for all of them at once, and Dagster would show all as materialized. So
the steps keep Dagster from saying so, and say themselves which are. What is refused as a whole, or was not sent, leaves
a partition missing; Dagster has no failed partition in a run that succeeds.

What belongs here: what is told of one region. What does not: what is told of a source as a whole (``received``,
``read``).
"""

from collections.abc import Sequence

import dagster as dg

# Dagster's own way to yield an output whose events the step logs by itself; it has no public name.
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as TOLD_BY_ITSELF

from assets.metadata import MOST_CELLS, Metadata, frame_schema, shown, table_metadata
from assets.partitions import REGIONS
from pipeline.publishing.summaries import RowCounts, figures_of, files_table, rejections_of, remarks_of
from pipeline.reading.submissions import ReadSubmission


def told_apart(
    asset: dg.AssetKey | None = None, check_results: Sequence[dg.AssetCheckResult] = ()
) -> dg.MaterializeResult[None]:
    """Return the result of a step that names what is materialized, if anything, by itself: downstream goes on."""
    return dg.MaterializeResult(asset_key=asset, metadata={TOLD_BY_ITSELF: True}, check_results=check_results)


def tell_regions(
    context: dg.AssetExecutionContext,
    assets: Sequence[dg.AssetKey],
    readings: Sequence[ReadSubmission],
    chosen: frozenset[str],
) -> None:
    """Materialize the partitions of the regions that a file was read of.

    A night tells of a region when something of it was read anew, and not again each night, so that the date of a
    partition is that of its file.

    Args:
        context: the step that tells.
        assets: the assets whose partitions they are.
        readings: what was received of the source.
        chosen: the regions that the run was asked for; empty for all.
    """
    of_region = {region: _sent_by(region, readings) for region in REGIONS.get_partition_keys()}
    was_read = {region for region, sent in of_region.items() if any(map(_is_read, sent))}
    known = {asset: _still_true(context.instance, asset, was_read) for asset in assets}
    for region, sent in of_region.items():
        if region not in was_read:
            continue
        due = [asset for asset in assets if _is_due(region, sent, known[asset], chosen)]
        metadata = _told_of(sent) if due else {}
        for asset in due:
            context.log_event(dg.AssetMaterialization(asset, partition=region, metadata=metadata))


def _is_due(region: str, sent: Sequence[ReadSubmission], known: set[str], chosen: frozenset[str]) -> bool:
    """Whether a region that was read is to be told of, where some are known to be materialized."""
    if region in chosen:
        return True
    # of a region that was not chosen nothing is told, unless all was forgotten
    return (not chosen or not known) and (region not in known or any(item.is_new for item in sent))


def _sent_by(region: str, readings: Sequence[ReadSubmission]) -> list[ReadSubmission]:
    return [
        item for item in readings if region in item.submission.region_slugs and item.submission.withdrawn_at is None
    ]


def _is_read(item: ReadSubmission) -> bool:
    return not item.is_refused and item.interrupted is None


def _still_true(instance: dg.DagsterInstance, asset: dg.AssetKey, was_read: set[str]) -> set[str]:
    """Return the partitions shown as materialized; none where one should not be, for Dagster forgets all or nothing."""
    known = instance.get_materialized_partitions(asset)
    if known <= was_read:
        return known
    instance.wipe_assets([asset])
    return set()


def _told_of(sent: Sequence[ReadSubmission]) -> Metadata:
    """Return what the page of a region shows: its own figures, files, refusals and remarks."""
    files, refused = files_table(sent), rejections_of(sent)
    counts = RowCounts(rows=int(files["rows"].sum()), new=int(files["is_new"].sum()))
    return {
        "refused_whole": "\n".join(item.submission.file for item in sent if item.is_refused) or "–",
        "refusals": shown(refused, MOST_CELLS),
        "figures": shown(figures_of(sent), MOST_CELLS),
        "remarks": shown(remarks_of(sent), MOST_CELLS),
        **table_metadata(frame_schema(files), counts, rejected=refused.height, preview=files),
    }
