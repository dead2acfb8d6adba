"""A load that is interrupted from the keyboard, or by a machine that shuts down: one sentence, and nothing is left.

``FAULT_KILLS`` says at how many moments: four kills for an interruption.
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

from tests.support.bounds import KILLS, PARTS
from tests.support.interposing import HOUSING
from tests.support.rounds import Undisturbed, assert_next_load_completes, assert_told_well, state_of

_IGNORING = ("/bin/sh", "-c", 'trap "" INT; exec "$0" "$@"', str(HOUSING))
"""The command as a parent starts it that ignores the keyboard: ``nohup``, a scheduler, a shell in the background."""


@pytest.mark.parametrize("part", range(PARTS))
def test_interrupted_at_a_random_moment(
    part: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    for number in range(part, -(-KILLS // 4), PARTS):
        asked = (signal.SIGINT, signal.SIGTERM)[number % 2]
        with undisturbed.copied(tmp_path / str(number)) as installation:
            process = installation.start("load")
            time.sleep(random.Random(number).uniform(0.3, 1) * undisturbed.seconds)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, asked)  # as a terminal does, whose every process hears of Ctrl-C
            ended = installation.finish(process)
            assert_told_well(ended)
            assert ended.code in (0, 1, 5, -asked), ended  # that of the signal: before the command had begun
            left = state_of(installation, undisturbed)
            assert_next_load_completes(installation, undisturbed)
            tally[f"{asked.name}: exit {ended.code}, the {left} release stood, the next load completed it"] += 1


def test_a_load_whose_parent_ignores_the_keyboard_ends_by_itself(
    undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    with undisturbed.copied(tmp_path / "home") as installation:
        process = installation.start_program([*_IGNORING, "load"])
        time.sleep(0.3)  # until the shell has said so
        while process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.1)
        ended = installation.finish(process)
        assert ended.code == 1, ended  # one cell is refused
        assert_told_well(ended)
        assert state_of(installation, undisturbed) == "new"
        assert installation.none_is_left()
        tally["SIGINT all the time, ignored by the parent: the load ended as ever"] += 1
