"""A disk that is full, has no inodes left or cannot be written: told in a sentence, and made good by the next load.

``FAULT_CALLS`` and ``FAULT_DISKS`` say how often. Real small disks are mounted, which takes root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.bounds import CALLS, DISKS, PARTS
from tests.support.interposing import Ended, Installation
from tests.support.rounds import (
    Undisturbed,
    assert_next_load_completes,
    assert_told_well,
    chosen,
    evenly,
    state_of,
)

PART = pytest.mark.parametrize("part", range(PARTS))
_STEPS = 20
_KIB = 1024


def outcome(ended: Ended, installation: Installation, undisturbed: Undisturbed) -> str:
    """Check how a load ended on a full disk and what it left, and return it in words."""
    assert_told_well(ended)
    assert installation.none_is_left()
    left = state_of(installation, undisturbed)
    if ended.code == 5:
        return f"exit 5, the {left} release stands"
    assert ended.code in (0, 1), ended
    if left == "old":
        assert ended.err, ended
        return "exit 1, held back in a sentence, the old release stands"
    return f"exit {ended.code}, the {left} release is published"


@PART
@pytest.mark.parametrize("once", [0, 1], ids=["from then on", "once"])
def test_no_room_at_a_writing_call(
    once: int, part: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    most = -(-CALLS // (3 if once else 1))
    for place in chosen(undisturbed.writing, most)[part::PARTS]:
        with undisturbed.copied(tmp_path / str(place)) as installation:
            ended = installation.run("load", FAULT_ENOSPC_AT=place + 1, FAULT_ENOSPC_ONCE=once)
            tally[outcome(ended, installation, undisturbed)] += 1
            assert_next_load_completes(installation, undisturbed)


# -- real disks --------------------------------------------------------------------------------------------------------


def mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="session")
def _mounts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where no disk can be mounted."""
    try:
        with mounted(tmp_path_factory.mktemp("disk")):
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk can be mounted here: {error}")


@contextmanager
def mounted(folder: Path, *what: str | Path) -> Iterator[Path]:
    """Mount something on a folder, a roomy disk in memory without further word, for as long as the block runs."""
    mount(*(what or ("-t", "tmpfs", "-o", "size=200m,nr_inodes=10000", "none")), folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def on_small_disk(undisturbed: Undisturbed, home: Path) -> Iterator[Installation]:
    """Return a copy of the installation whose warehouse is a disk of its own."""
    installation = Installation(home, undisturbed.start.library)
    shutil.copytree(undisturbed.start.raw, installation.raw)
    installation.warehouse.mkdir()
    with mounted(installation.warehouse):
        shutil.copytree(undisturbed.start.warehouse, installation.warehouse, dirs_exist_ok=True)
        yield installation


def load_with(options: str, installation: Installation, undisturbed: Undisturbed) -> str:
    """Load on a disk that was changed, then on a roomy one, and return how the first ended."""
    mount("-o", f"remount,{options}", installation.warehouse)
    ended = installation.run("load")
    mount("-o", "remount,rw,size=200m,nr_inodes=10000", installation.warehouse)
    told = outcome(ended, installation, undisturbed)
    assert_next_load_completes(installation, undisturbed)
    return told


@pytest.mark.usefixtures("_mounts")
@pytest.mark.parametrize("step", evenly(range(_STEPS), DISKS))
def test_a_small_disk(step: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    needed = _size(undisturbed.done.warehouse) - _size(undisturbed.start.warehouse)
    with on_small_disk(undisturbed, tmp_path / "home") as installation:
        used = shutil.disk_usage(installation.warehouse).used
        size = (used + needed * step // _STEPS) // _KIB + 8
        tally[load_with(f"size={size}k", installation, undisturbed)] += 1


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*"))


@pytest.mark.usefixtures("_mounts")
@pytest.mark.parametrize("step", evenly(range(_STEPS), DISKS))
def test_a_disk_without_inodes(step: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    with on_small_disk(undisturbed, tmp_path / "home") as installation:
        disk = os.statvfs(installation.warehouse)
        inodes = disk.f_files - disk.f_ffree + 1 + 2 * step
        tally[load_with(f"nr_inodes={inodes}", installation, undisturbed)] += 1


@pytest.mark.usefixtures("_mounts")
def test_a_warehouse_that_cannot_be_written(undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    with on_small_disk(undisturbed, tmp_path / "home") as installation:
        told = load_with("ro", installation, undisturbed)
        assert told == "exit 5, the old release stands"
        tally[told] += 1


@pytest.mark.usefixtures("_mounts")
def test_an_archive_that_cannot_be_written(undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]) -> None:
    with undisturbed.copied(tmp_path / "home") as installation:
        archive = installation.warehouse / "archive"
        with mounted(archive, "--bind", archive):
            mount("-o", "remount,bind,ro", archive)
            told = outcome(installation.run("load"), installation, undisturbed)
        assert told == "exit 5, the old release stands"
        assert_next_load_completes(installation, undisturbed)
        tally[told] += 1
