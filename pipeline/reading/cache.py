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
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipeline.cells.read_workbook import collector_paused
from pipeline.intake.archive import is_content
from pipeline.layouts import Extraction
from pipeline.layouts.frames import frames_of, heights_of
from pipeline.layouts.publications import Publication
from pipeline.reading.files import OpenedFile, ReceivedFile, open_file
from pipeline.rejections import FileRefusedError, Rejection
from pipeline.settings import Limits
from pipeline.stores.disk import remove

_SHARED_LIMITS = {"LECTEUR_INTERROMPU", "LIMITE_DEPASSEE"}
"""Reasons of rejections that a file may owe to those that were read with it."""
_SUMMARY = "summary.json"
INCOMING = ".incoming-"
_SMALL_READINGS = 64
_SMALL_BYTES = 1024**2
_MOST_SMALL = 32
"""A folder with fewer readings and bytes is small; there are no more small ones than this after a load."""


class CacheDamagedError(RuntimeError):
    """A folder of the cache is not what was written; whoever reads it throws it away and reads the files again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is not what was written there")
        self.folder = folder


class ReadingTask(NamedTuple):
    """One file to be read, the key under which it is kept, and the SHA-256 that its bytes must have."""

    key: str
    file: ReceivedFile
    sha256: str


class CachedReading(NamedTuple):
    """Where the tables of one reading stand, and what is known of it without them."""

    folder: Path
    layout: str
    """The layout that was applied."""
    known_on: date | None
    """The date of issue that the file states."""
    known_on_at: tuple[str, str, str]
    """The sheet, the address and the text of the cell that states it."""
    publication: Publication
    """The publication that the file says it was taken from."""
    heights: dict[str, int]
    """The number of rows of each table that has some."""
    firsts: dict[str, int]
    """Where its rows begin in each of these tables of the folder."""
    tables: dict[str, str]
    """The SHA-256 of each table of the folder."""


NOWHERE = ("", "", "")
NOTHING_READ = CachedReading(Path(), "", None, NOWHERE, Publication(), {}, {}, {})
"""What is known of a file that was not read."""


def read_into(cache: Path, readings: Sequence[ReadingTask], limits: Limits, is_alone: bool = False) -> list[str]:  # noqa: FBT001, FBT002 - a task has no keywords
    """Read files with the layouts of their sources and keep what they gave, or why they gave nothing.

    Bytes are hashed as they are read: of a file that is not what was received, nothing is kept.

    Args:
        cache: where it is kept.
        readings: the files.
        limits: what each may cost.
        is_alone: whether the process has read nothing else.

    Returns:
        The keys of the files that are not what was received.

    Raises:
        FileRefusedError: a file came to a limit which it shares with those that were read before: only alone can it be
            judged.
        OSError: the machine failed.
    """
    whole = [reading for reading in readings if is_content(reading.file.content, reading.sha256)]
    with collector_paused():
        # one thing after the other, for all of them: what each needs is then at hand in the processor
        opened = [_open(reading, limits, is_alone=is_alone) for reading in whole]
        extractions = [each.interpret() if isinstance(each, OpenedFile) else each for each in opened]
        store(cache, {reading.key: each for reading, each in zip(whole, extractions, strict=True)})
    return [reading.key for reading in readings if reading not in whole]


def _open(reading: ReadingTask, limits: Limits, *, is_alone: bool) -> OpenedFile | Extraction:
    """Read the cells of a file; return what it gives at once where it is refused."""
    try:
        return open_file(reading.file, limits)
    except FileRefusedError as error:
        if error.rejection.reason in _SHARED_LIMITS and not is_alone:
            raise
        return Extraction("", [error.rejection])


def store(cache: Path, extractions: Mapping[str, Extraction]) -> None:
    """Write what readings gave, by their keys, into a folder of its own.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    if extractions:
        readings = {
            key: _summary(each.layout, each.known_on, tuple(each.known_on_at), each.publication, heights_of(each))
            for key, each in extractions.items()
        }
        _write(cache, readings, frames_of(list(extractions.values())))


def _summary(
    layout: str, known_on: date | None, known_on_at: Sequence[str], publication: Publication, heights: Mapping[str, int]
) -> dict[str, object]:
    """Return what is known of a reading without its tables, in a form to be written."""
    return {
        "layout": layout,
        "known_on": known_on.isoformat() if known_on else None,
        "known_on_at": known_on_at,
        "publication": publication,
        "heights": heights,
    }


def _write(cache: Path, readings: Mapping[str, object], frames: Mapping[str, pl.DataFrame]) -> None:
    """Write a folder: what is known of each reading, and their tables, the rows of each behind those before it."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / _folder_name(readings)
    incoming = Path(tempfile.mkdtemp(prefix=INCOMING, dir=cache))
    try:
        tables: dict[str, str] = {}
        for name, frame in frames.items():
            if frame.height:  # most tables of most files are empty
                written = BytesIO()
                frame.write_ipc_stream(written, compression="zstd")
                tables[name] = hashlib.sha256(written.getbuffer()).hexdigest()
                _table(incoming, name).write_bytes(written.getbuffer())
        body = json.dumps({"readings": readings, "tables": tables})
        (incoming / _SUMMARY).write_text(f"{_digest(body)}\n{body}", encoding="utf-8")
        remove(folder)
        incoming.rename(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _folder_name(keys: Iterable[str]) -> str:
    """Return the name of the folder of some readings: what it holds cannot be taken for that of others."""
    return _digest("\n".join(keys))[:32]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def store_rejection(cache: Path, key: str, rejection: Rejection) -> None:
    """Write why a reading gave nothing."""
    store(cache, {key: Extraction("", [rejection])})


class ReadingCache:
    """What readings gave, in the folders of one installation's cache; each folder is indexed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._readings: dict[str, CachedReading] = {}
        self._indexed: set[str] = set()
        self.damaged = 0
        """Folders that were thrown away since they were not what was written."""
        if folder.exists() and not folder.is_dir():
            remove(folder)
            self.damaged += 1
        self.refresh()

    def refresh(self) -> None:
        """Index the folders that have come since; what is no whole folder of readings is thrown away."""
        for path in sorted(self.folder.glob("*")):
            if path.name in self._indexed:
                continue
            readings = None if path.name.startswith(INCOMING) else _summaries(path)
            if readings is None:
                self.damaged += not path.name.startswith(INCOMING)
                remove(path)
            else:
                self._indexed.add(path.name)
                self._readings |= readings

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
            remove(folder)
        self._indexed -= {folder.name for folder in gone}
        self._readings = {key: each for key, each in self._readings.items() if each.folder not in gone}

    def pack(self) -> bool:
        """Put what many small folders hold into one; return whether there were so many.

        A year of files that came one by one is then recalled as fast as if they had come together, and each is written
        two or three times in all.

        Raises:
            CacheDamagedError: a table is not what was written.
            OSError: the new folder cannot be written; all is as it was.
        """
        of_folder: dict[Path, dict[str, CachedReading]] = {}
        for key, reading in self._readings.items():
            of_folder.setdefault(reading.folder, {})[key] = reading
        small = {path: found for path, found in sorted(of_folder.items()) if _is_small(path, found)}
        if len(small) <= _MOST_SMALL:
            return False
        together = {key: reading for found in small.values() for key, reading in found.items()}
        names = dict.fromkeys(name for reading in together.values() for name in reading.tables)
        frames = {name: fetch(list(together.values()), name) for name in names}
        summaries = {
            key: _summary(each.layout, each.known_on, each.known_on_at, each.publication, each.heights)
            for key, each in together.items()
        }
        _write(self.folder, summaries, {name: frame for name, frame in frames.items() if frame is not None})
        self.evict(small)
        self.refresh()
        return True

    def keep(self, folders: set[Path]) -> None:
        """Drop all that is cached but for these folders."""
        self.evict(set(self.folder.glob("*")) - folders)


def _is_small(folder: Path, readings: Mapping[str, CachedReading]) -> bool:
    """Whether a folder holds so little that it had better hold what others hold too."""
    if len(readings) >= _SMALL_READINGS:
        return False
    names = {name for reading in readings.values() for name in reading.tables}
    return sum(_table(folder, name).stat().st_size for name in names) < _SMALL_BYTES


def _summaries(folder: Path) -> dict[str, CachedReading] | None:
    """Return the readings that a folder holds; ``None`` where it is not what was written, as far as a glance tells."""
    try:
        digest, _, body = (folder / _SUMMARY).read_text(encoding="utf-8").partition("\n")
        if _digest(body) != digest:
            return None
        summary = json.loads(body)
    except (OSError, ValueError):
        return None
    readings: Mapping[str, Any] = summary["readings"]
    tables: dict[str, str] = summary["tables"]
    if folder.name != _folder_name(readings) or not all(_table(folder, name).is_file() for name in tables):
        return None
    found: dict[str, CachedReading] = {}
    ends: dict[str, int] = {}
    for key, reading in readings.items():
        heights = reading["heights"]
        firsts = {name: ends.get(name, 0) for name in heights}
        ends |= {name: firsts[name] + height for name, height in heights.items()}
        known_on = date.fromisoformat(reading["known_on"]) if reading["known_on"] else None
        sheet, cell, text = reading.get("known_on_at", NOWHERE)  # written before it was kept
        publication = Publication(*reading.get("publication", ()))
        found[key] = CachedReading(
            folder, reading["layout"], known_on, (sheet, cell, text), publication, heights, firsts, tables
        )
    return found


def is_whole(folder: Path) -> bool:
    """Whether a folder is what was written, to the last bit."""
    found = _summaries(folder)
    tables = next(iter(found.values())).tables if found else {}
    return bool(found) and all(is_content(_table(folder, name), digest) for name, digest in tables.items())


def fetch(readings: Sequence[CachedReading], name: str) -> pl.DataFrame | None:
    """Return one table of some readings, the rows of each behind those of the one before; ``None`` for no rows.

    Raises:
        CacheDamagedError: a table is not what was written.
    """
    slices: list[tuple[CachedReading, int, int]] = []
    for reading in readings:
        height = reading.heights.get(name, 0)
        first = reading.firsts.get(name, 0)
        if height and slices and slices[-1][0].folder == reading.folder and slices[-1][2] == first:
            slices[-1] = (reading, slices[-1][1], first + height)
        elif height:
            slices.append((reading, first, first + height))
    tables = _read_tables({reading.folder: reading.tables.get(name, "") for reading, _, _ in slices}, name)
    found = [tables[reading.folder].slice(first, end - first) for reading, first, end in slices]
    return pl.concat(found) if found else None


def _read_tables(digests: Mapping[Path, str], name: str) -> dict[Path, pl.DataFrame]:
    """Read one table of each folder, many of them on all cores: most of the time goes into inflating them."""

    def read(folder: Path) -> pl.DataFrame:
        return _read_table(folder, name, digests[folder])

    if len(digests) == 1:
        return {folder: read(folder) for folder in digests}
    with ThreadPoolExecutor() as pool:
        return dict(zip(digests, pool.map(read, digests), strict=True))


def _read_table(folder: Path, name: str, digest: str) -> pl.DataFrame:
    try:
        written = _table(folder, name).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise CacheDamagedError(folder) from error
    if hashlib.sha256(written).hexdigest() != digest:
        raise CacheDamagedError(folder)
    return pl.read_ipc_stream(written)


def _table(folder: Path, name: str) -> Path:
    return folder / f"{name}.arrows"
