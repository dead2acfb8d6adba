"""What a scan took is on disk, bytes and names, before the ledger tells of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.intake import archive, read_ledger, receive
from pipeline.intake.ledger import Ledger
from pipeline.settings import Settings
from pipeline.stores import disk
from pipeline.stores.journal import JournalFile

NUMBER = 40


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each folder that is settled is added, and ``told`` when the ledger is appended to."""
    done: list[str] = []
    sync, append = disk.sync_folder, JournalFile.append

    def syncing(folder: Path) -> None:
        done.append(folder.name)
        sync(folder)

    def telling(journal: JournalFile, lines: Sequence[bytes], after: int) -> None:
        done.append("told")
        append(journal, lines, after)

    monkeypatch.setattr("pipeline.intake.archive.sync_folder", syncing)
    monkeypatch.setattr(JournalFile, "append", telling)
    return done


def put(settings: Settings) -> None:
    for number in range(NUMBER):
        path = settings.raw / f"population/{number}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content %d" % number)


def folders(settings: Settings) -> set[str]:
    return {path.name for path in settings.archive.iterdir()}


def test_each_folder_is_settled_once_before_the_ledger_is_told(settings: Settings, steps: list[str]) -> None:
    put(settings)
    receive(settings)
    settled, last = steps[:-1], steps[-1]
    assert last == "told"
    assert sorted(settled) == sorted({*folders(settings), "archive"})


def test_what_a_killed_run_put_there_is_settled_by_the_one_that_tells_of_it(
    settings: Settings, steps: list[str]
) -> None:
    put(settings)
    for path in settings.raw.rglob("*.xlsx"):
        archive.put(settings.archive, path)
    assert steps == []
    assert len(receive(settings).new) == NUMBER
    assert steps[-1] == "told"
    assert {*steps[:-1]} == {*folders(settings), "archive"}


def test_nothing_is_told_where_it_cannot_be_settled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    put(settings)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.intake.archive.sync_folder", full)
        with pytest.raises(OSError, match="No space left"):
            receive(settings)
    assert read_ledger(settings.ledger) == []
    assert len(receive(settings).new) == NUMBER


def test_the_bytes_are_on_disk_before_they_have_their_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[bool] = []
    sync = os.fsync

    def syncing(descriptor: int) -> None:
        named.append(any(len(path.name) == 64 for path in settings.archive.rglob("*")))
        sync(descriptor)

    path = settings.raw / "population/a.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"contents")
    settings.archive.mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", syncing)
    archive.put(settings.archive, path)
    assert named == [False]


def test_what_is_kept_by_itself_is_settled(settings: Settings, steps: list[str]) -> None:
    put(settings)
    sha256 = archive.keep(settings, settings.raw / "population/1.xlsx")
    assert steps == [sha256[:2], "archive"]
    assert Ledger.of(settings).submissions == []
