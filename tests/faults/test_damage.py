"""Damage to a file of the warehouse: the next command names it, or heals it, and never publishes fewer figures.

``FAULT_DAMAGES`` says how many damages are done, of all files in all ways.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.bounds import DAMAGES, PARTS
from tests.support.interposing import Installation
from tests.support.rounds import (
    Call,
    Undisturbed,
    assert_next_load_completes,
    assert_told_well,
    chosen,
    differing,
    tables_of,
)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


WAYS: dict[str, Callable[[Path], object]] = {
    "truncated": _truncated,
    "flipped": _flipped,
    "emptied": _emptied,
    "deleted": Path.unlink,
    "a folder": _folder,
}
_MADE_AGAIN = ("cache", "work", "returned")
"""What is below these is read when something is built; a load that has nothing to do would not look at it."""


def damages(undisturbed: Undisturbed) -> list[tuple[Path, str]]:
    """Return the damages to do: a file, from the warehouse on, and a way."""
    warehouse = undisturbed.done.warehouse
    files = sorted(path.relative_to(warehouse) for path in warehouse.rglob("*") if path.is_file())
    each = [(file, way) for file in files for way in WAYS]
    kinds = [Call("", takes_room=False, name=f"{way} {_inner(file)}", path=str(file)).kind for file, way in each]
    return [each[place] for place in chosen(kinds, DAMAGES)]


def _inner(file: Path) -> str:
    return file.stem if file.parts[0] in ("cache", "work") else ""


@pytest.mark.parametrize("part", range(PARTS))
def test_a_damaged_file_is_named_or_healed(
    part: int, undisturbed: Undisturbed, tmp_path: Path, tally: Counter[str]
) -> None:
    for number, (file, way) in enumerate(damages(undisturbed)[part::PARTS]):
        with undisturbed.copied(tmp_path / str(number), after=True) as installation:
            path = installation.warehouse / file
            path.chmod(0o644)
            WAYS[way](path)
            tally[f"{file.parts[0]} {way}: {_after(installation, file, undisturbed)}"] += 1


def _after(installation: Installation, file: Path, undisturbed: Undisturbed) -> str:
    """Check what a load does after damage, and with the file as it was; return what it did."""
    ended = installation.run("rebuild" if file.parts[0] in _MADE_AGAIN else "load")
    assert_told_well(ended)
    assert ended.code in (0, 1, 5), (file, ended)
    if ended.code != 5:
        assert differing(tables_of(installation.release), undisturbed.new) == [], (file, ended)
        return "the same tables are published"
    assert file.name in ended.err, (file, ended)
    path = installation.warehouse / file
    if path.is_dir():
        path.rmdir()
    shutil.copy2(undisturbed.done.warehouse / file, path)
    assert_next_load_completes(installation, undisturbed)
    return "exit 5 names it, and with the file as it was the load is as ever"
