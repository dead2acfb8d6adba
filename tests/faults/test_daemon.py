"""The daemon of Dagster is killed while a run of it is at work: the run goes on, and the next daemon with others.

It is started as on a server, apart from the web server, with the product's own dagster.yaml.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest

from assets.partitions import EVERY_REGION
from pipeline.settings import PRODUCT
from tests.support.interposing import Installation
from tests.support.rounds import Undisturbed, assert_next_load_completes

_MODULE = ("--module-name", "assets.definitions")
_SECONDS = 300  # ends a wait for something that never comes


def dagster(installation: Installation, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a program of Dagster in the folder of an installation, in a group of its own."""
    environment = installation.environment(DAGSTER_HOME=installation.home, PYTHONPATH=PRODUCT)
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    with (installation.home / "dagster.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=installation.home, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def ask_for_a_night(installation: Installation) -> None:
    """Put a run of ``nightly`` into the queue."""
    tags = json.dumps(EVERY_REGION)
    assert dagster(installation, "dagster", "job", "launch", *_MODULE, "--job", "nightly", "--tags", tags).wait() == 0


@contextmanager
def daemon_of(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """Run the daemon, and end it with all that it started."""
    daemon = dagster(installation, "dagster-daemon", "run", *_MODULE)
    try:
        yield daemon
    finally:
        with suppress(ProcessLookupError):
            os.killpg(daemon.pid, signal.SIGKILL)
        daemon.wait()


def wait_for(what: Callable[[], bool], installation: Installation) -> None:
    end = time.monotonic() + _SECONDS
    while not what():
        assert time.monotonic() < end, (installation.home / "dagster.log").read_text(encoding="utf-8")[-4_000:]
        time.sleep(0.2)


def test_the_daemon_is_killed_while_a_run_is_at_work(
    undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with undisturbed.copied(tmp_path / "home") as installation, monkeypatch.context() as patch:
        shutil.copy(PRODUCT / "dagster.yaml", installation.home)
        patch.chdir(installation.home)  # where Dagster's state stands is told from there
        ask_for_a_night(installation)
        with dg.DagsterInstance.from_config(str(installation.home)) as instance:

            def statuses() -> list[dg.DagsterRunStatus]:
                return [run.status for run in instance.get_runs()]

            with daemon_of(installation) as daemon:
                wait_for(lambda: dg.DagsterRunStatus.STARTED in statuses(), installation)
                daemon.kill()
                daemon.wait()
                wait_for(lambda: statuses() == [dg.DagsterRunStatus.SUCCESS], installation)
            assert_next_load_completes(installation, undisturbed)
            ask_for_a_night(installation)
            with daemon_of(installation):
                wait_for(lambda: statuses() == [dg.DagsterRunStatus.SUCCESS] * 2, installation)
        tally["the daemon is killed: its run came to its end, the next daemon ran the next"] += 1
