"""Partitions: the regions of today, for the sources that each region sends by itself.

Several regions chosen at once are one run: the warehouse has one writer. Dagster asks for one run a stretch of
neighbouring regions; the first of them takes what its fellows were asked for, and takes them off the queue.

What belongs here: the partitions and which of them a run concerns. What does not: the list of regions
(``pipeline.vocabulary.territories``), what is told of a region (``regions``).
"""

import dagster as dg

from pipeline.reading.files import known_layouts
from pipeline.vocabulary.territories import current_regions

REGIONS = dg.StaticPartitionsDefinition([region.slug for region in current_regions()])

ONE_RUN = dg.BackfillPolicy.single_run()

_START, _END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
_ONE, _TOGETHER = "dagster/partition", "dagster/backfill"

# A run with these tags concerns every region, beside assets that have no partition. They stand on what starts a run
# and not on a job: a person may start the same job for one region.
EVERY_REGION = {_START: current_regions()[0].slug, _END: current_regions()[-1].slug}

CHOSEN = "housing/regions"
"""The tag that names the regions of a run that took over what its fellows were asked for."""


def partitions_of(source: str) -> dg.PartitionsDefinition[str] | None:
    """Return the partitions of a source's assets, ``None`` where the source is sent as a whole."""
    layout = known_layouts().get(source)
    return REGIONS if layout and layout.partition == "region" else None


def chosen_regions(context: dg.AssetExecutionContext) -> frozenset[str]:
    """Return the folders of the regions that a step concerns; none named means all, misnamed folders included."""
    # a run for one region also makes assets that have no partition, and those concern every file
    if context.assets_def.partitions_def is None:
        return frozenset()
    chosen = _taken_over(context) | _asked_for(context.run)
    return frozenset() if chosen == frozenset(REGIONS.get_partition_keys()) else chosen


def _taken_over(context: dg.AssetExecutionContext) -> frozenset[str]:
    """Return the regions that the fellows of a run were asked for, which are then no runs of their own any more."""
    together = context.run.tags.get(_TOGETHER)
    now = context.instance.get_run_by_id(context.run_id) or context.run
    taken = frozenset(now.tags.get(CHOSEN, "").split())
    if together is None:
        return taken
    waiting = dg.RunsFilter(
        job_name=context.job_name, tags={_TOGETHER: together}, statuses=[dg.DagsterRunStatus.QUEUED]
    )
    fellows = context.instance.get_runs(waiting)
    if fellows:
        taken = taken.union(_asked_for(context.run), *map(_asked_for, fellows))
        # first told, then taken off: a run that dies between the two is started again and loads a region twice at worst
        context.instance.add_run_tags(context.run_id, {CHOSEN: " ".join(sorted(taken))})
        for fellow in fellows:
            context.instance.delete_run(fellow.run_id)
    return taken


def _asked_for(run: dg.DagsterRun) -> frozenset[str]:
    """Return the regions that a run was started for."""
    if _ONE in run.tags:
        return frozenset({run.tags[_ONE]})
    return frozenset(REGIONS.get_partition_keys_in_range(dg.PartitionKeyRange(run.tags[_START], run.tags[_END])))
