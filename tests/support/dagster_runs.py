"""Installations whose jobs a test runs in its own process, and what Dagster tells of such a run."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from assets.definitions import make_definitions
from assets.partitions import EVERY_REGION
from pipeline.settings import Settings
from tests.support.stage_tables import SQL


class Installation:
    """An installation, its definitions and Dagster's memory of its runs."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance) -> None:
        self.settings = settings
        self.instance = instance
        self.definitions = make_definitions(settings)

    def run(
        self,
        job: str,
        *,
        keys: list[str] | None = None,
        partition: str | None = None,
        tags: Mapping[str, str] = EVERY_REGION,
    ) -> dg.ExecuteInProcessResult:
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=partition,
            tags=None if partition else dict(tags),
            asset_selection=[dg.AssetKey(key.split("/")) for key in keys] if keys else None,
            raise_on_error=False,
        )

    def with_settings(self, **changes: object) -> "Installation":
        return Installation(self.settings.changed(**changes), self.instance)


def make_installation(folder: Path, instance: dg.DagsterInstance, sql: Path = SQL) -> Installation:
    settings = Settings(
        raw=folder / "raw", warehouse=folder / "warehouse", workers=1, settle_seconds=0, lock_wait_seconds=0.2, sql=sql
    )
    settings.raw.mkdir(parents=True)
    return Installation(settings, instance)


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {f"{e.asset_key.to_user_string()}:{e.check_name}": e for e in result.get_asset_check_evaluations()}


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [event for event in result.all_events if event.is_step_failure]
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    assert data.error
    return data.error.to_string()
