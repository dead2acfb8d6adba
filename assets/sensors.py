"""Sensors: what starts a job when something happens.

A state of ``raw/`` is loaded when the run that was asked for it has succeeded, or its release is held. What became of
the runs is read from Dagster's own records; the cursor holds no more than the state that was loaded last, and the last
run before which no run counts any more. Emptied in the UI, it makes the sensor load what is there, however often that
failed before.

What belongs here: comparing what is there with what was loaded, and when a failed load is asked for again. What does
not: which files count (``pipeline.intake``).
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from typing import NamedTuple, Self

import dagster as dg

from assets.glance import HELD
from assets.jobs import nightly
from assets.partitions import EVERY_REGION
from pipeline.intake.survey import Inventory, take_inventory
from pipeline.settings import Settings

RAW = "housing/raw"
"""The tag that names the folder whose files a run was asked to load."""
STATE = "housing/state"
"""The tag that names the state of that folder when the run was asked for."""
PAUSES = (timedelta(minutes=5), timedelta(minutes=30))
"""How long the sensor waits after the first failed run for one state, and after the second; a third is the last."""

Answer = dg.SensorResult | dg.SkipReason


class Cursor(NamedTuple):
    """What is settled: the state that was loaded last, empty for none, and the record up to which no run counts."""

    state: str
    record: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what the sensor wrote."""
        state, _, record = text.partition(" ")
        return cls(state, int(record or 0))

    def __str__(self) -> str:
        return f"{self.state} {self.record}"


def raw_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that loads new and changed files of ``raw/`` by day. Off until somebody turns it on."""

    @dg.sensor(
        name="new_files",
        job=nightly,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Charge dès qu'un fichier de raw/ est nouveau ou change, une fois entièrement copié. "
        "Un chargement qui échoue est redemandé après un moment, trois fois en tout — "
        "Load as soon as a file in raw/ is new or changed, once it is no longer being written. "
        "A load that fails is asked for again after a while, three times in all.",
    )
    def new_files(context: dg.SensorEvaluationContext) -> Answer:
        seen = take_inventory(settings)
        if not seen.files:
            return dg.SkipReason(f"There is no file in {settings.raw}, or all are still being written.")
        asked_for = dg.RunsFilter(tags={RAW: str(settings.raw)})
        runs = context.instance.get_run_records(asked_for, limit=len(PAUSES) + 1)  # the newest first
        return _answer(seen, context.cursor or "", runs, settings)

    return new_files


def _answer(seen: Inventory, cursor: str, runs: Sequence[dg.RunRecord], settings: Settings) -> Answer:
    newest = runs[0].storage_id if runs else 0
    if runs and not runs[0].dagster_run.is_finished:
        return dg.SkipReason(f"{_named(runs[0])} waits or is loading; what is there is looked at again when it ends.")
    if not cursor:
        nothing_loaded = Cursor("", newest)
        return dg.SensorResult([_request(seen, newest, settings)], cursor=str(nothing_loaded))
    loaded = Cursor.read(cursor)
    if loaded.state == seen.fingerprint and newest <= loaded.record:
        return dg.SkipReason(f"Nothing changed: the {seen.files} files of {settings.raw} are those of the last load.")
    attempts = list(takewhile(lambda run: run.storage_id > loaded.record and _state_of(run) == seen.fingerprint, runs))
    return _after(attempts) or dg.SensorResult([_request(seen, newest, settings)])


def _after(attempts: Sequence[dg.RunRecord]) -> Answer | None:
    """Return why no run is asked for after those that were asked for this very state; ``None`` when one is due."""
    if not attempts:
        return None
    last = attempts[0]
    is_held = HELD in last.dagster_run.tags
    if is_held or last.dagster_run.status == dg.DagsterRunStatus.SUCCESS:
        loaded = Cursor(_state_of(last), last.storage_id)
        waits = "; its release is held, and waits to be accepted" if is_held else ""
        return dg.SensorResult(skip_reason=f"{_named(last)} has loaded what is there{waits}.", cursor=str(loaded))
    if last.dagster_run.status == dg.DagsterRunStatus.CANCELED:
        return dg.SkipReason(f"{_named(last)} was canceled. {_UNTIL}")
    if len(attempts) > len(PAUSES):
        return dg.SkipReason(f"{len(attempts)} runs failed to load what is there, {_named(last)} the last. {_UNTIL}")
    pause = PAUSES[len(attempts) - 1]
    if time.time() < (last.end_time or 0) + pause.total_seconds():
        minutes = pause.total_seconds() / 60
        return dg.SkipReason(f"{_named(last)} failed; another is asked for {minutes:g} minutes after it ended.")
    return None


_UNTIL = "None is asked for until a file comes, goes or changes, or the cursor of this sensor is emptied."


def _request(seen: Inventory, newest: int, settings: Settings) -> dg.RunRequest:
    """Return the request of one run; its key is that of no other, for no other came after the same run."""
    tags = {
        **EVERY_REGION,
        RAW: str(settings.raw),
        STATE: seen.fingerprint,
        "dagster/max_retries": "0",  # this sensor asks again, and Dagster does not
    }
    return dg.RunRequest(run_key=f"{seen.fingerprint} after {newest}", tags=tags)


def _state_of(run: dg.RunRecord) -> str:
    return run.dagster_run.tags.get(STATE, "")


def _named(run: dg.RunRecord) -> str:
    return f"Run {run.dagster_run.run_id[:8]}"
