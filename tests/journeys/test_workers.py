"""Workers of other hosts read for the night that loads: Dagster on PostgreSQL, runs given out by celery over Redis.

Everything runs as on servers, with ``deploy/cluster/dagster.yaml``: a daemon, a worker that loads, workers that read.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from assets.batches import ASKED_BY
from assets.partitions import EVERY_REGION
from pipeline.load import load
from pipeline.settings import MARK, PRODUCT, Settings
from pipeline.vocabulary.territories import region_by_slug
from tests.support.brokers import redis
from tests.support.hosts import alone, differing, two_hosts
from tests.support.loading import ROWS
from tests.support.postgres import postgres
from tests.support.workbooks import regional_return

pytest.importorskip("dagster_celery", reason="dagster-celery is not installed: runs cannot be given to workers")
pytest.importorskip("dagster_postgres", reason="dagster-postgres is not installed: hosts cannot share its state")

_MODULE = ("--module-name", "assets.definitions")
_SECONDS = 150  # ends a wait for something that never comes
SLUGS = ("bretagne", "corse", "mayotte", "normandie", "occitanie", "guyane")


class Cluster:
    """Two hosts, the state of Dagster that they share, and the programs that were started."""

    def __init__(self, folder: Path, database: str, broker: str, programs: ExitStack) -> None:
        self.loader, self.reader = two_hosts(database, folder)
        self._folder = folder
        self._programs = programs
        parts = dict(part.split("=", 1) for part in database.split())
        self.environment = {
            "DAGSTER_POSTGRES_URL": f"postgresql://{parts['user']}@/{parts['dbname']}?host={quote(parts['host'])}",
            "DAGSTER_CELERY_BROKER_URL": broker,
        }
        for settings in (self.loader, self.reader):
            home = self.home(settings)
            home.mkdir(parents=True, exist_ok=True)
            (home / MARK).touch()
            shutil.copy(PRODUCT / "deploy/cluster/dagster.yaml", home)

    def home(self, settings: Settings) -> Path:
        return settings.raw.parent

    def start(self, settings: Settings, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program on a host, in a group of its own; it ends with the test."""
        home = self.home(settings)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOUSING_")}
        environment = {
            **kept,
            **self.environment,
            "PYTHONPATH": str(PRODUCT),
            "DAGSTER_HOME": str(home),
            "HOUSING_HOME": str(home),
            "HOUSING_SHARED_LEDGER": settings.shared_ledger,
            "HOUSING_SHARED_STORE": settings.shared_store,
            "HOUSING_HOST": settings.host,
            "HOUSING_WORKERS": "1",
            "HOUSING_SETTLE_SECONDS": "0",
            "HOUSING_SPREAD_FILES": "2",
            "HOUSING_SPREAD_BATCHES": "2",
            "HOUSING_SPREAD_PATIENCE_SECONDS": "25",
        }
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        with self.log.open("ab") as log:
            started = subprocess.Popen(
                command, cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._programs.callback(kill, started)
        return started

    def worker(self, settings: Settings, queue: str) -> subprocess.Popen[bytes]:
        options = ("-Q", queue, "--concurrency", "1", "-n", f"{queue}-{time.monotonic_ns()}@%h")
        return self.start(settings, "celery", "-A", "assets.worker", "worker", *options)

    def ask_for_a_night(self) -> None:
        arguments = ("job", "launch", *_MODULE, "--job", "nightly", "--tags", json.dumps(EVERY_REGION))
        assert self.start(self.loader, "dagster", *arguments).wait() == 0, self.told

    @property
    def log(self) -> Path:
        return self._folder / "programs.log"

    @property
    def told(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-6_000:]

    def wait_for(self, what: Callable[[], bool]) -> None:
        end = time.monotonic() + _SECONDS
        while not what():
            assert time.monotonic() < end, self.told
            time.sleep(0.2)


def kill(program: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with ExitStack() as programs:
        database = programs.enter_context(postgres())
        made = Cluster(tmp_path, database, programs.enter_context(redis()), programs)
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        for number, slug in enumerate(SLUGS):
            path = made.loader.raw / f"regional_return/{slug}/bilan.xlsx"
            regional_return(path, [*ROWS, ["Livraisons", 2021, str(number), None]], region=region_by_slug()[slug].name)
        yield made


@contextmanager
def state_of(cluster: Cluster) -> Iterator[Callable[[str], Mapping[str, int]]]:
    """Give what counts the runs of a job by how they stand."""
    with dg.DagsterInstance.from_config(str(cluster.home(cluster.loader))) as instance:

        def counted(job: str) -> Mapping[str, int]:
            runs = instance.get_runs(dg.RunsFilter(job_name=job))
            assert job == "nightly" or all(ASKED_BY in run.tags for run in runs)
            statuses = [run.status.value for run in runs]
            return {status: statuses.count(status) for status in statuses}

        yield counted


def assert_equal_to_one_host(cluster: Cluster, folder: Path) -> None:
    single = alone(cluster.loader, folder)
    shutil.copytree(cluster.loader.raw, single.raw)
    load(single)
    assert differing(cluster.loader, single) == []


def test_workers_of_another_host_read_and_one_that_is_killed_is_replaced(cluster: Cluster, tmp_path: Path) -> None:
    with state_of(cluster) as runs:
        cluster.ask_for_a_night()
        cluster.start(cluster.loader, "dagster-daemon", "run", *_MODULE)
        cluster.worker(cluster.loader, "dagster")
        doomed = cluster.worker(cluster.reader, "batches")
        cluster.wait_for(lambda: "STARTED" in runs("read_batch"))
        kill(doomed)
        cluster.worker(cluster.reader, "batches")
        cluster.wait_for(lambda: runs("nightly") in ({"SUCCESS": 1}, {"FAILURE": 1}))
        assert runs("nightly") == {"SUCCESS": 1}, cluster.told
        # workers have read all three batches: nothing that the killed one was given, or had put by, is left to the load
        assert runs("read_batch")["SUCCESS"] == 3, cluster.told
        assert sum(runs("read_batch").values()) > runs("read_batch")["SUCCESS"]
    assert_equal_to_one_host(cluster, tmp_path / "single")
