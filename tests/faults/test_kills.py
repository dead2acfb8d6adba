"""A load that is killed, at every call that changes the disk and at random moments: nothing is half done after it.

``FAULT_CALLS`` and ``FAULT_KILLS`` say at how many.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.bounds import CALLS, KILLS, PARTS
from tests.support.interposing import Ended, Installation
from tests.support.rounds import Undisturbed, assert_next_load_completes, chosen, state_of

PART = pytest.mark.parametrize("part", range(PARTS))
_SHARES = {"group": 1, "parent": 3, "worker": 4}
"""A bounded number of calls is divided by this: most is learnt where everything dies at once."""


def outcome(victim: str, ended: Ended, installation: Installation, undisturbed: Undisturbed, *, hit: bool) -> str:
    """Check what a kill left and what the next load does, and return both in words."""
    assert installation.none_is_left()
    assert ended.code in (-signal.SIGKILL, 0, 1), ended
    left = state_of(installation, undisturbed)
    assert_next_load_completes(installation, undisturbed)
    what = f"{victim} killed" if hit else f"{victim} not hit, the load ended by itself"
    return f"{what}: the {left} release stood, the next load completed it"


@PART
@pytest.mark.parametrize("victim", list(_SHARES))
def test_killed_at_a_call_that_changes_the_disk(
    victim: str, part: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    most = -(-CALLS // _SHARES[victim])
    for place in chosen(undisturbed.killable(victim), most)[part::PARTS]:
        with undisturbed.copied(tmp_path / str(place)) as installation:
            ended = installation.run("load", FAULT_KILL=victim, FAULT_KILL_AT=place + 1)
            tally[outcome(victim, ended, installation, undisturbed, hit=ended.fired)] += 1


@PART
def test_killed_at_a_random_moment(part: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    for number in range(part, KILLS, PARTS):
        victim, moment = list(_SHARES)[number % 3], random.Random(number).uniform(0, undisturbed.seconds)
        with undisturbed.copied(tmp_path / str(number)) as installation:
            process = installation.start("load")
            time.sleep(moment)
            hit = _kill(victim, process.pid, installation)
            ended = installation.finish(process)
            tally[outcome(victim, ended, installation, undisturbed, hit=hit)] += 1


def _kill(victim: str, parent: int, installation: Installation) -> bool:
    """Kill the victim and return whether there was one."""
    there = installation.processes()
    if parent not in there:
        return False
    workers = [pid for pid in there if pid != parent]
    with contextlib.suppress(ProcessLookupError):
        if victim == "group":
            os.killpg(parent, signal.SIGKILL)
        elif victim == "parent":
            os.kill(parent, signal.SIGKILL)
        else:
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
    return victim != "worker" or bool(workers)
