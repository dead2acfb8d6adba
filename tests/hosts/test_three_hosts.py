"""Hosts with addresses of their own share one installation, whatever happens between them; nothing is lost or doubled.

Each fault meets a load in the middle of its reading. It ends in the tables of one machine, or in one line and the next
run ends there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.intake import receive
from pipeline.load import load
from pipeline.settings import Settings
from pipeline.stores.database import Database
from tests.benchmarks.bench_nights import write_return
from tests.support.bounds import HOST_CUT_SECONDS, HOST_FAULTS, HOST_WORKBOOKS
from tests.support.cluster import PASSWORD, Cluster, Member, cluster
from tests.support.hosts import differing
from tests.support.objects import CREDENTIALS

STORE_SECONDS = 10
_WELL = {0, 1}


def nothing(_cluster: Cluster, _victim: Member) -> None:
    """No fault."""


def network_cut(_cluster: Cluster, victim: Member) -> None:
    with victim.host.cut_off():
        time.sleep(HOST_CUT_SECONDS)


def database_restarted(made: Cluster, _victim: Member) -> None:
    made.restart_database()


def store_answers_503(made: Cluster, _victim: Member) -> None:
    with made.store_failing():
        time.sleep(STORE_SECONDS)


def loader_killed(_cluster: Cluster, victim: Member) -> None:
    """What the test itself does to it."""


FAULTS = (network_cut, database_restarted, store_answers_503, loader_killed, nothing)


@pytest.mark.xdist_group("network")  # one network at a time has these addresses
@pytest.mark.parametrize("fault", FAULTS[:HOST_FAULTS])
def test_whatever_happens_the_tables_are_those_of_one_machine(
    tmp_path: Path, fault: Callable[[Cluster, Member], None]
) -> None:
    with cluster(tmp_path) as made:
        one, other = made.members
        for number in range(HOST_WORKBOOKS):
            write_return((one, other)[number % 2].home / "raw", number)
        receiving = threading.Thread(target=until_it_is_its_turn, args=(other, "receive"))
        receiving.start()
        loading = one.start("load")
        until_it_reads(one, loading)
        if fault is loader_killed:
            loading.kill()
        fault(made, one)
        loading.wait(600)
        receiving.join()
        for member in (one, other, one):  # each ended well or in one line; the next run of each mends that
            assert until_it_is_its_turn(member, "load") in _WELL, member.printed
        assert differing(one.settings, one_machine(made, tmp_path / "single")) == []
        assert one.settings.release_file.read_bytes() == other.settings.release_file.read_bytes()
        for member in (one, other):
            assert "Traceback" not in member.printed
            assert PASSWORD not in member.printed
            assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in member.printed


def one_machine(made: Cluster, home: Path) -> Settings:
    """Load what the hosts have received on one machine, in the order of their ledger, and nothing else."""
    single = Settings(raw=home / "raw", warehouse=home / "warehouse", settle_seconds=0)
    of_host = {member.host.name: member for member in made.members}
    told = map(json.loads, Database(made.database.conninfo).lines())
    received = [(event["host"], event["file"]) for event in told if event["event"] == "received"]
    assert len(received) == len(set(received)) == HOST_WORKBOOKS
    for name, together in groupby(received, key=lambda each: each[0]):
        for _, file in together:
            (single.raw / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(of_host[name].home / "raw" / file, single.raw / file)
        receive(single)
    load(single)
    return single


def until_it_is_its_turn(member: Member, command: str) -> int:
    """Run a command until no other host holds the warehouse."""
    while True:
        code = member.run(command)
        if code != 4:
            return code


def until_it_reads(member: Member, loading: subprocess.Popen[bytes]) -> None:
    """Wait until a load has received, and has begun to keep what it reads."""
    while not any((member.home / "warehouse" / "cache").glob("*")) and loading.poll() is None:
        time.sleep(0.05)
