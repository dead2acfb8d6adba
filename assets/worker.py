"""Worker: the celery app of a host that runs what Dagster gives out by celery, as its dagster.yaml says.

``celery -A assets.worker worker -Q batches --concurrency 4`` reads batches; ``-Q dagster --concurrency 1`` runs what
holds the warehouse, on the host that loads. Broker and password stand in the environment alone, and in no file.

Each run has a process of its own, as Dagster gives it where no celery is: celery's own processes may have no children
that are not celery's, and files are read in such.

What belongs here: the app. What does not: what is run (``jobs``, ``batches``).
"""

import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any, cast

import dagster as dg
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import serialize_value, unpack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.make_app import make_app


def _app_args() -> dict[str, object]:
    with dg.DagsterInstance.get() as instance:
        launcher = instance.run_launcher
        if not isinstance(launcher, CeleryRunLauncher):
            raise SystemExit(
                f"{instance.root_directory}/dagster.yaml gives runs out by {type(launcher).__name__}, not by celery: "
                "put deploy/cluster/dagster.yaml there, or do without workers."
            )
        return launcher.app_args()


def execute_run(execute_job_args_packed: Any) -> None:
    """Execute a run in a process of its own, which is told to end where this task is.

    Args:
        execute_job_args_packed: which run, as Dagster's launcher has packed it.

    Raises:
        RuntimeError: the run failed, or its process was killed.
    """
    given = unpack_value(execute_job_args_packed, as_type=ExecuteRunArgs)
    # with the state of Dagster as this host's own dagster.yaml names it, and not the one of the host that launched it
    own = ExecuteRunArgs(given.job_origin, given.run_id, instance_ref=None, set_exit_code_on_failure=True)
    command = [sys.executable, "-m", "dagster", "api", "execute_run", serialize_value(own)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:  # noqa: S603 - our own program
        signal.signal(signal.SIGTERM, lambda *_: run.terminate())
        code = run.wait()
    if code:
        raise RuntimeError(f"run {given.run_id} ended with {code}")


app = make_app(_app_args())  # type: ignore[no-untyped-call]
task = cast("Callable[..., object]", app.task(name=TASK_EXECUTE_JOB_NAME, track_started=True)(execute_run))
