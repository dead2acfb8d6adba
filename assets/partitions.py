"""Partitions: the regions of today, for the sources that each region sends by itself.

What belongs here: the partitions and which of them a run concerns. What does not: the list of regions
(``pipeline.vocabulary.territories``), what is told of a region (``regions``).
"""

import dagster as dg

from pipeline.reading.files import known_layouts
from pipeline.vocabulary.territories import current_regions

REGIONS = dg.StaticPartitionsDefinition([region.slug for region in current_regions()])

# Several neighbouring regions chosen at once are one run: the warehouse has one writer. Regions that are no neighbours
# are a run a stretch, for a run of Dagster names its partitions by the first and the last; the second finds what the
# first has published. Deleting those that wait would leave every check of theirs planned, and shown as not evaluated.
ONE_RUN = dg.BackfillPolicy.single_run()

# A run with these tags concerns every region, beside assets that have no partition. They stand on what starts a run
# and not on a job: a person may start the same job for one region.
EVERY_REGION = {
    "dagster/asset_partition_range_start": current_regions()[0].slug,
    "dagster/asset_partition_range_end": current_regions()[-1].slug,
}


def partitions_of(source: str) -> dg.PartitionsDefinition[str] | None:
    """Return the partitions of a source's assets, ``None`` where the source is sent as a whole."""
    layout = known_layouts().get(source)
    return REGIONS if layout and layout.partition == "region" else None


def chosen_regions(context: dg.AssetExecutionContext) -> frozenset[str]:
    """Return the folders of the regions that a step concerns; none named means all, misnamed folders included."""
    # a run for one region also makes assets that have no partition, and those concern every file
    if context.assets_def.partitions_def is None:
        return frozenset()
    chosen = frozenset(context.partition_keys)
    return frozenset() if chosen == frozenset(REGIONS.get_partition_keys()) else chosen
