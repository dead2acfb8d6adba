"""Sensors: what starts a job when something happens.

What belongs here: comparing what is there with the cursor. What does not: which files count
(``pipeline.intake``).
"""

import dagster as dg

from assets.jobs import nightly
from assets.partitions import EVERY_REGION
from pipeline.intake.survey import take_inventory
from pipeline.settings import Settings


def raw_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that loads new and changed files of ``raw/`` by day. Off until somebody turns it on."""

    @dg.sensor(
        name="new_files",
        job=nightly,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Load as soon as a file in raw/ is new or changed, once it is no longer being written.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = take_inventory(settings)
        if context.cursor == seen.fingerprint:
            return dg.SkipReason(
                f"Nothing changed: the {seen.files} files of {settings.raw} are those of the last run."
            )
        if not seen.files:
            return dg.SkipReason(f"There is no file in {settings.raw}, or all are still being written.")
        return dg.SensorResult([dg.RunRequest(run_key=seen.fingerprint, tags=EVERY_REGION)], cursor=seen.fingerprint)

    return new_files
