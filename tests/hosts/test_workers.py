"""Three hosts with Dagster: one has its servers, database, broker and store, and loads; on the others, workers read.

Each fault meets workers that read; it ends in the tables of one machine, or the next night does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest

from assets.partitions import EVERY_REGION
from pipeline.load import load
from pipeline.settings import PRODUCT, Settings
from tests.benchmarks.bench_nights import write_return
from tests.hosts.test_three_hosts import STORE_SECONDS
from tests.support.bounds import HOST_CUT_SECONDS, HOST_FAULTS, HOST_WORKBOOKS
from tests.support.cluster import PASSWORD, Cluster, Member, cluster
from tests.support.hosts import differing
from tests.support.postgres import free_port

_MODULE = ("--module-name", "assets.definitions")
_SECONDS = 900  # ends a wait for something that never comes
_ASK_WEB_SERVER = """
import urllib.request
print(urllib.request.urlopen("http://127.0.0.1:3000/server_info").read().decode())
"""
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass
class Night:
    """What runs on three hosts, and what Dagster knows of it."""

    made: Cluster
    environment: dict[str, str]
    programs: ExitStack

    def start(self, member: Member, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program of the environment on a host; it ends with the test."""
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        given = {**member.environment, **self.environment, "DAGSTER_HOME": str(member.home)}
        started = member.host.start(command, given, member.home / "log")
        self.programs.callback(kill, started)
        return started

    def worker(self, member: Member, queue: str) -> subprocess.Popen[bytes]:
        """Start a worker on a host, which takes two runs at once, or one where it writes."""
        at_once = "1" if queue == "dagster" else "2"
        name = f"{queue}-{time.monotonic_ns()}@{member.host.name}"
        return self.start(
            member, "celery", "-A", "assets.worker", "worker", "-Q", queue, "--concurrency", at_once, "-n", name
        )

    def begin(self) -> None:
        """Ask for a load of everything."""
        arguments = ("job", "launch", *_MODULE, "--job", "nightly", "--tags", json.dumps(EVERY_REGION))
        assert self.start(self.made.server, "dagster", *arguments).wait() == 0, self.told

    @property
    def told(self) -> str:
        """What all programs have printed last."""
        return "\n".join(member.printed[-3_000:] for member in (self.made.server, *self.made.members))


@contextmanager
def night(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Night, dg.DagsterInstance]]:
    """Start the servers of three hosts, and give what asks Dagster for its runs."""
    broker = shutil.which("redis-server")
    if broker is None:
        pytest.skip("no Redis is installed here")
    with cluster(folder) as made, ExitStack() as programs:
        port = free_port()
        address = made.server.host.address
        command = [broker, "--port", str(port), "--bind", address, "--save", "", "--requirepass", PASSWORD]
        programs.callback(kill, made.server.host.start(command, {}, folder / "broker.log"))
        parts = dict(part.split("=", 1) for part in made.database.conninfo.split())
        authority = quote(str(folder / "authority.pem"))
        at = f"postgresql://{parts['user']}@{address}:{parts['port']}/{parts['dbname']}"
        environment = {
            "DAGSTER_POSTGRES_URL": f"{at}?sslmode=verify-full&sslrootcert={authority}",
            "DAGSTER_CELERY_BROKER_URL": f"redis://:{PASSWORD}@{address}:{port}/0",
            "HOUSING_WORKERS": "1",
            "HOUSING_SPREAD_FILES": "2",
            "HOUSING_SPREAD_BATCHES": "4",
            "HOUSING_SPREAD_PATIENCE_SECONDS": "25",
        }
        for member in (made.server, *made.members):
            shutil.copy(PRODUCT / "deploy/cluster/dagster.yaml", member.home)
        on_socket = f"postgresql://{parts['user']}@/{parts['dbname']}?host={quote(parts['host'])}&port={parts['port']}"
        monkeypatch.setenv("DAGSTER_POSTGRES_URL", on_socket)
        monkeypatch.setenv("DAGSTER_CELERY_BROKER_URL", environment["DAGSTER_CELERY_BROKER_URL"])
        with dg.DagsterInstance.from_config(str(made.server.home)) as instance:
            yield Night(made, environment, programs), instance


def kill(program: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def nothing(_night: Night, _worker: subprocess.Popen[bytes]) -> None:
    """No fault."""


def worker_killed(_night: Night, worker: subprocess.Popen[bytes]) -> None:
    kill(worker)


def network_of_a_worker_cut(running: Night, _worker: subprocess.Popen[bytes]) -> None:
    with running.made.members[0].host.cut_off():
        time.sleep(HOST_CUT_SECONDS)


def database_restarted(running: Night, _worker: subprocess.Popen[bytes]) -> None:
    running.made.restart_database()


def store_answers_503(running: Night, _worker: subprocess.Popen[bytes]) -> None:
    with running.made.store_failing():
        time.sleep(STORE_SECONDS)


FAULTS = (worker_killed, network_of_a_worker_cut, database_restarted, store_answers_503, nothing)


@pytest.mark.xdist_group("network")  # one network at a time has these addresses
@pytest.mark.parametrize("fault", FAULTS[:HOST_FAULTS])
def test_workers_read_and_whatever_happens_the_tables_are_those_of_one_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Night, subprocess.Popen[bytes]], None],
) -> None:
    with night(tmp_path, monkeypatch) as (running, instance):
        server, one, other = running.made.server, *running.made.members
        for number in range(HOST_WORKBOOKS):
            write_return(server.home / "raw", number)
        running.begin()
        servers = {
            name: running.start(server, *command)
            for name, command in {
                "daemon": ("dagster-daemon", "run", *_MODULE),
                "web server": ("dagster-webserver", "--host", "127.0.0.1", "--port", "3000", *_MODULE),
            }.items()
        }
        running.worker(server, "dagster")
        victim = running.worker(one, "batches")
        running.worker(other, "batches")
        wait_for(lambda: "STARTED" in statuses(instance, "read_batch"), running)
        fault(running, victim)
        if fault is database_restarted and servers["daemon"].poll() is not None:  # as its unit does
            running.start(server, "dagster-daemon", "run", *_MODULE)
        wait_for(lambda: _ENDED.issuperset(statuses(instance, "nightly")), running)
        if statuses(instance, "nightly") != ["SUCCESS"]:
            running.begin()
            wait_for(lambda: "SUCCESS" in statuses(instance, "nightly"), running)
        single = Settings(raw=server.home / "raw", warehouse=tmp_path / "single", settle_seconds=0)
        load(single)
        assert differing(server.settings, single) == []
        assert "SUCCESS" in statuses(instance, "read_batch"), running.told
        asked = server.host.inside([sys.executable, "-c", _ASK_WEB_SERVER])
        assert json.loads(subprocess.check_output(asked))["dagster_webserver_version"]


def statuses(instance: dg.DagsterInstance, job: str) -> list[str]:
    """Return how the runs of a job stand; nothing while the database is away."""
    with suppress(Exception):
        return [run.status.value for run in instance.get_runs(dg.RunsFilter(job_name=job))]
    return ["UNKNOWN"]


def wait_for(what: Callable[[], bool], running: Night) -> None:
    end = time.monotonic() + _SECONDS
    while not what():
        assert time.monotonic() < end, running.told
        time.sleep(0.3)
