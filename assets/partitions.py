"""Partitions: the regions of today, for the sources that each region sends by itself.

What belongs here: the partitions and which of them a run concerns. What does not: the list of regions
(``pipeline.vocabulary.territories``), what is told of a region (``regions``).
"""

import dagster as dg

from pipeline.reading.files import known_layouts
from pipeline.vocabulary.territories import current_regions

REGIONS = dg.StaticPartitionsDefinition([region.slug for region in current_regions()])

# Several neighbouring regions chosen at once are one run: the warehouse has one writer. Regions that are no neighbours
# are a run a stretch, for a run of Dagster names its partitions by the first and the last.
ONE_RUN = dg.BackfillPolicy.single_run()

_START, _END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
_ONE, _TOGETHER = "dagster/partition", "dagster/backfill"

# A run with these tags concerns every region, beside assets that have no partition. They stand on what starts a run
# and not on a job: a person may start the same job for one region.
EVERY_REGION = {_START: current_regions()[0].slug, _END: current_regions()[-1].slug}


def partitions_of(source: str) -> dg.PartitionsDefinition[str] | None:
    """Return the partitions of a source's assets, ``None`` where the source is sent as a whole."""
    layout = known_layouts().get(source)
    return REGIONS if layout and layout.partition == "region" else None


def chosen_regions(context: dg.AssetExecutionContext) -> frozenset[str]:
    """Return the folders of the regions that a step concerns; none named means all, misnamed folders included."""
    # a run for one region also makes assets that have no partition, and those concern every file
    if context.assets_def.partitions_def is None:
        return frozenset()
    chosen = frozenset(context.partition_keys).union(*map(_asked_for, _chosen_together(context)))
    return frozenset() if chosen == frozenset(REGIONS.get_partition_keys()) else chosen


def _chosen_together(context: dg.AssetExecutionContext) -> list[dg.DagsterRun]:
    """Return the runs that were asked for at once with this one.

    The first of them takes what all were asked for, and publishes it once; the others find nothing new. They are left
    to run: Dagster shows the checks of a run that was taken off the queue as not evaluated.
    """
    together = context.run.tags.get(_TOGETHER)
    if together is None:
        return []
    return list(context.instance.get_runs(dg.RunsFilter(job_name=context.job_name, tags={_TOGETHER: together})))


def _asked_for(run: dg.DagsterRun) -> frozenset[str]:
    """Return the regions that a run was started for."""
    if _ONE in run.tags:
        return frozenset({run.tags[_ONE]})
    keys = dg.PartitionKeyRange(run.tags[_START], run.tags[_END])
    return frozenset(REGIONS.get_partition_keys_in_range(keys))
