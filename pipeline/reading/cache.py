"""What the reading of submissions gave, as typed frames, and the folders in which it is kept.

Small files are read many at a time, and what they gave is kept together: columns are typed once for all of them,
by the process that has read them, and nothing but the news that it is done crosses to the process that waits. A folder
is written whole or not at all.

What belongs here: writing what readings gave, and finding it again. What does not: which submissions are read, and what
the key of each depends on (``key``); the frames themselves (``layouts.frames``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipeline.cells.read_workbook import collector_paused
from pipeline.layouts import Extraction
from pipeline.layouts.frames import frames_of, heights_of
from pipeline.reading.files import OpenedFile, ReceivedFile, open_file
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits

INTERRUPTED = "LECTEUR_INTERROMPU"
_SHARED_LIMITS = {INTERRUPTED, "LIMITE_DEPASSEE"}
"""Reasons of rejections that a file may owe to those that were read with it."""
_SUMMARY = "summary.json"
_INCOMING = ".incoming-"


class ReadingTask(NamedTuple):
    """One file to be read, and the key under which it is kept."""

    key: str
    file: ReceivedFile


class CachedReading(NamedTuple):
    """Where the tables of one reading stand, and what is known of it without them."""

    folder: Path
    layout: str
    """The layout that was applied."""
    known_on: date | None
    """The date of issue that the file states."""
    heights: dict[str, int]
    """The number of rows of each table that has some."""
    firsts: dict[str, int]
    """Where its rows begin in each of these tables of the folder."""


def read_into(cache: Path, readings: Sequence[ReadingTask], limits: Limits, is_alone: bool = False) -> None:  # noqa: FBT001, FBT002 - a task has no keywords
    """Read files with the layouts of their sources and keep what they gave, or why they gave nothing.

    Args:
        cache: where it is kept.
        readings: the files.
        limits: what each may cost.
        is_alone: whether the process has read nothing else.

    Raises:
        FileRefusedError: a file came to a limit which it shares with those that were read before: only alone can it be
            judged.
    """
    with collector_paused():
        # one thing after the other, for all of them: what each needs is then at hand in the processor
        opened = [_open(reading, limits, is_alone=is_alone) for reading in readings]
        extractions = [each.interpret() if isinstance(each, OpenedFile) else each for each in opened]
        store(cache, {reading.key: each for reading, each in zip(readings, extractions, strict=True)})


def _open(reading: ReadingTask, limits: Limits, *, is_alone: bool) -> OpenedFile | Extraction:
    """Read the cells of a file; return what it gives at once where it is refused."""
    try:
        return open_file(reading.file, limits)
    except FileRefusedError as error:
        if error.rejection.reason in _SHARED_LIMITS and not is_alone:
            raise
        return Extraction("", [error.rejection])


def store(cache: Path, extractions: Mapping[str, Extraction]) -> None:
    """Write what readings gave, by their keys, into a folder of its own."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / hashlib.sha256("\n".join(extractions).encode()).hexdigest()[:32]
    incoming = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=cache))
    try:
        summary = {
            key: {
                "layout": extraction.layout,
                "known_on": extraction.known_on.isoformat() if extraction.known_on else None,
                "heights": heights_of(extraction),
            }
            for key, extraction in extractions.items()
        }
        for name, frame in frames_of(list(extractions.values())).items():
            if frame.height:  # most tables of most files are empty
                frame.write_ipc_stream(_table(incoming, name), compression="zstd")
        (incoming / _SUMMARY).write_text(json.dumps(summary), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        incoming.rename(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def store_rejection(cache: Path, key: str, rejection: Rejection) -> None:
    """Write why a reading gave nothing."""
    store(cache, {key: Extraction("", [rejection])})


class ReadingCache:
    """What readings gave, in the folders of one installation's cache; each folder is indexed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._readings: dict[str, CachedReading] = {}
        self._indexed: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Index the folders that have come since."""
        for path in sorted(self.folder.glob(f"*/{_SUMMARY}")):
            name = path.parent.name
            if name not in self._indexed and not name.startswith(_INCOMING):
                self._indexed.add(name)
                self._readings |= _summaries(path.parent, json.loads(path.read_text(encoding="utf-8")))

    def find(self, key: str) -> CachedReading | None:
        """Return what the reading with a key gave; ``None`` where there was none."""
        return self._readings.get(key)

    @property
    def readings(self) -> Mapping[str, CachedReading]:
        """All readings, by key."""
        return self._readings

    def evict(self, folders: Iterable[Path]) -> None:
        """Drop some folders with all that they hold."""
        gone = set(folders)
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)
        self._indexed -= {folder.name for folder in gone}
        self._readings = {key: each for key, each in self._readings.items() if each.folder not in gone}

    def keep(self, folders: set[Path]) -> None:
        """Drop all that is cached but for these folders."""
        self.evict(set(self.folder.glob("*")) - folders)


def _summaries(folder: Path, summaries: Mapping[str, Mapping[str, Any]]) -> dict[str, CachedReading]:
    found: dict[str, CachedReading] = {}
    ends: dict[str, int] = {}
    for key, summary in summaries.items():
        firsts = {name: ends.get(name, 0) for name in summary["heights"]}
        ends |= {name: firsts[name] + height for name, height in summary["heights"].items()}
        known_on = date.fromisoformat(summary["known_on"]) if summary["known_on"] else None
        found[key] = CachedReading(folder, summary["layout"], known_on, summary["heights"], firsts)
    return found


def fetch(readings: Sequence[CachedReading], name: str) -> pl.DataFrame | None:
    """Return one table of some readings, the rows of each behind those of the one before; ``None`` for no rows."""
    slices: list[tuple[Path, int, int]] = []
    for reading in readings:
        height = reading.heights.get(name, 0)
        first = reading.firsts.get(name, 0)
        if height and slices and slices[-1][0] == reading.folder and slices[-1][2] == first:
            slices[-1] = (reading.folder, slices[-1][1], first + height)
        elif height:
            slices.append((reading.folder, first, first + height))
    tables = _read_tables({folder: _table(folder, name) for folder, _, _ in slices})
    found = [tables[folder].slice(first, end - first) for folder, first, end in slices]
    return pl.concat(found) if found else None


def _read_tables(paths: Mapping[Path, Path]) -> dict[Path, pl.DataFrame]:
    """Read one table of each folder, many of them on all cores: most of the time goes into inflating them."""
    if len(paths) == 1:
        return {folder: pl.read_ipc_stream(path) for folder, path in paths.items()}
    with ThreadPoolExecutor() as pool:
        return dict(zip(paths, pool.map(pl.read_ipc_stream, paths.values()), strict=True))


def _table(folder: Path, name: str) -> Path:
    return folder / f"{name}.arrows"
