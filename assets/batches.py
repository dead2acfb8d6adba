"""Batches: what workers read for the run that loads, each a run of its own, on whichever host has room for it.

The run that loads puts them into Dagster's queue with what Dagster knows of itself, so that they need no workspace of
theirs; the daemon starts them beside it, for they are in no pool (``WRITERS`` has one place).

What belongs here: the job of a batch, giving runs out and looking at them. What does not: how long they are waited for
(``pipeline.load.spreading``), how a batch is read (``pipeline.reading.spread``).
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import dagster as dg
from dagster._core.origin import JobPythonOrigin
from dagster._core.remote_origin import RemoteJobOrigin
from dagster._core.run_coordinator import QueuedRunCoordinator

from assets.failing import told_in_a_sentence
from pipeline.load.readings import Spread
from pipeline.load.spreading import Glance, State, spread
from pipeline.reading.batches import Batch, UnreadFile, as_json, from_json, split
from pipeline.reading.spread import read_batch as read_files_of
from pipeline.settings import Settings

if TYPE_CHECKING:
    from dagster._core.workspace.context import BaseWorkspaceRequestContext

ASKED_BY = "housing/batch_of"
"""The tag that names the run that a batch is read for."""
_TAGS = {
    "dagster/max_retries": "0",  # whoever has asked for it asks again
    "dagster/priority": "10",  # a run at work waits for it: no other run comes first
    "dagster-celery/queue": "batches",  # where runs are given out by celery: to workers, and not to the one that loads
}
_TOLD_EVERY_SECONDS = 10.0
_NO_WORKSPACE = cast("BaseWorkspaceRequestContext", None)
"""The queue takes a note of a run and looks at nothing else; the daemon, which starts it, has a workspace."""
_OP, _FILES = "read_files", "files"


def batch_job(settings: Settings) -> dg.JobDefinition:
    """Return ``read_batch``, the job that reads one batch on a host with these settings."""

    @dg.op(
        name=_OP,
        config_schema={_FILES: dg.Field([dict], description="What the run that loads asks for.")},
    )
    def read_files(context: dg.OpExecutionContext) -> None:
        with told_in_a_sentence():
            found = read_files_of(settings, from_json(context.op_config[_FILES]), _telling(context.log.info))
        context.log.info(f"Read and given to all hosts: {len(found.read)} files.")
        if found.left:
            context.log.warning(f"Left to the run that loads: {', '.join(found.left)}.")

    @dg.job(
        name="read_batch",
        description="Lit des fichiers pour un chargement, sur n'importe quelle machine ; demandé par lui, jamais à la "
        "main — Read files for a run that loads, on whichever host is free; that run asks for it, nobody by hand.",
        tags=_TAGS,
        executor_def=dg.in_process_executor,
    )
    def read_batch() -> None:
        read_files()

    return read_batch


def _telling(say: Callable[[str], object]) -> Callable[[int, int], None]:
    """Return what says now and then how far a batch is: that is its sign of life."""
    told_at = time.monotonic()

    def tell(done: int, files: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _TOLD_EVERY_SECONDS:
            told_at = time.monotonic()
            say(f"{done} of {files} files are read.")

    return tell


def spread_over(
    instance: dg.DagsterInstance,
    asking: dg.DagsterRun | None,
    job: dg.JobDefinition,
    settings: Settings,
    say: Callable[[str], None],
) -> Spread | None:
    """Return what has files read in runs of their own; ``None`` where a run cannot ask for others.

    That is a run outside of Dagster's servers, or of an instance whose runs go through no queue.

    Args:
        instance: where runs are put into the queue.
        asking: the run that asks.
        job: the job of a batch.
        settings: how many batches, and for how long nothing may be heard of them.
        say: told in a line what became of them.
    """
    if asking is None or asking.remote_job_origin is None or asking.job_code_origin is None:
        return None
    if not isinstance(instance.run_coordinator, QueuedRunCoordinator):
        return None
    workers = _Runs(instance, asking.run_id, asking.remote_job_origin, asking.job_code_origin, job)

    def ask(files: Sequence[UnreadFile]) -> None:
        batches = split(files, settings.spread_batches)
        say(f"{len(files)} files are unread: workers are asked to read them, in {len(batches)} batches.")
        done = spread(batches, workers, settings.spread_patience_seconds)
        rest = "" if done == len(batches) else "; what is left of the others is read here"
        say(f"Workers have read {done} of {len(batches)} batches{rest}.")

    return ask


class _Runs:
    """Batches as runs of Dagster; a batch is named by the run that reads it."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        asking: str,
        remote: RemoteJobOrigin,
        code: JobPythonOrigin,
        job: dg.JobDefinition,
    ) -> None:
        self._instance = instance
        self._asking = asking
        self._remote = RemoteJobOrigin(repository_origin=remote.repository_origin, job_name=job.name)
        self._code = JobPythonOrigin(job_name=job.name, repository_origin=code.repository_origin)
        self._job = job

    def give(self, batch: Batch) -> str:
        """Put the run of a batch into the queue."""
        run = self._instance.create_run_for_job(
            self._job,
            run_config={"ops": {_OP: {"config": {_FILES: as_json(batch)}}}},
            tags={**self._job.tags, ASKED_BY: self._asking},
            remote_job_origin=self._remote,
            job_code_origin=self._code,
        )
        self._instance.submit_run(run.run_id, _NO_WORKSPACE)
        return run.run_id

    def look(self, names: Collection[str]) -> Mapping[str, Glance]:
        """Return how far runs are; the newest line of a run's log is its sign of life."""
        runs = self._instance.get_runs(dg.RunsFilter(run_ids=list(names)))
        return {run.run_id: Glance(_state_of(run), self._newest_line(run.run_id)) for run in runs}

    def _newest_line(self, name: str) -> int:
        found = self._instance.get_records_for_run(name, limit=1, ascending=False).records
        return found[0].storage_id if found else 0

    def cancel(self, name: str) -> None:
        """Take a run out of the queue, or end it; where that cannot be told to its process, it is told canceled."""
        with suppress(Exception):  # its process, its host or the broker may be gone, which is why it is taken back
            self._instance.run_coordinator.cancel_run(name)
        run = self._instance.get_run_by_id(name)
        if run is not None and not run.is_finished:
            self._instance.report_run_canceled(run, "Nothing was heard of it; its files are read elsewhere.")


_WAITS = {dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING}


def _state_of(run: dg.DagsterRun) -> State:
    if run.status == dg.DagsterRunStatus.SUCCESS:
        return State.DONE
    if run.is_finished or run.status == dg.DagsterRunStatus.CANCELING:
        return State.FAILED
    return State.WAITING if run.status in _WAITS else State.RUNNING
