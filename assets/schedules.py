"""Schedules: when a job runs by itself.

What belongs here: times. What does not: what is run (``jobs``).
"""

import dagster as dg

from assets.freshness import NIGHT_HOUR, PARIS
from assets.jobs import nightly
from assets.partitions import EVERY_REGION


@dg.schedule(
    name="nightly",
    job=nightly,
    cron_schedule=f"0 {NIGHT_HOUR} * * *",
    execution_timezone=PARIS,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Chaque nuit à deux heures, heure de Paris, pour toutes les sources et régions — "
    "Every night at two o'clock in Paris, for every source and region.",
)
def every_night() -> dg.RunRequest:
    """Ask for one run that covers everything."""
    return dg.RunRequest(tags=EVERY_REGION)
