"""Reading a batch for another host: it takes contents from the shared store, reads them, and gives back the readings.

Whoever reads a batch holds no lock and writes nothing else that is shared. Contents and readings lie in a folder of
this batch alone and go with it, so that a host that only reads keeps nothing of what was received: an erasure need not
look for it. Reading a batch twice, or twice at once, gives the same readings under the same keys.

What belongs here: what a worker does with a batch. What does not: what a batch is (``batches``), who asks for it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from pipeline.intake.archive import bring
from pipeline.reading.batches import Batch
from pipeline.reading.cache import ReadingCache
from pipeline.reading.key import cache_key
from pipeline.reading.shared import SharedReadings
from pipeline.reading.submissions import read_all
from pipeline.settings import SettingError, Settings

_LOCK = ".lock"


class OtherReaderError(ValueError):
    """The host would read otherwise than the one that asks; nothing was read."""


class BatchRead(NamedTuple):
    """What became of a batch."""

    read: list[str]
    """The names of the files whose readings were given, those that another host had given meanwhile included."""
    left: list[str]
    """The names of those that could not be read here: the run that loads reads them itself, and tells why."""


def read_batch(settings: Settings, batch: Batch, tell: Callable[[int, int], None] = lambda *_: None) -> BatchRead:
    """Read the files of a batch that nobody has read yet, and give their readings to all hosts.

    Args:
        settings: which stores are shared, the limits, and how many files are read at once.
        batch: the files.
        tell: told how many files are read, and of how many.

    Raises:
        SettingError: this host shares no store.
        OtherReaderError: this host has other code, declarations or limits than the one that asks.
        OSError: the machine or a shared store failed; what was given before stays.
    """
    shared = SharedReadings.of(settings)
    if shared is None:
        raise SettingError("A batch is read from what hosts share: set HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE")
    _require_same_reader(settings, batch)
    with _aside(settings) as own:
        return _read(own, shared, batch, tell)


def _require_same_reader(settings: Settings, batch: Batch) -> None:
    other = [file.name for file in batch if cache_key(file, settings.limits, file.corrections) != file.key]
    if other:
        raise OtherReaderError(
            f"This host would read {len(other)} of {len(batch)} files otherwise than the one that asks ({other[0]}): "
            "install the same version, and give both hosts the same sources/, reference/ and HOUSING_LIMIT_…."
        )


def _read(settings: Settings, shared: SharedReadings, batch: Batch, tell: Callable[[int, int], None]) -> BatchRead:
    cache = ReadingCache(settings.cache)
    shared.bring((file.key for file in batch), cache)
    unread = [file for file in batch if cache.find(file.key) is None]
    bring(settings, (file.sha256 for file in unread))
    tasks = [file.task(settings.archive) for file in unread]
    for done, _ in enumerate(read_all(tasks, [file.size_bytes for file in unread], settings), start=1):
        tell(done, len(unread))
    cache.refresh()
    shared.give([file.key for file in unread], cache)
    left = [file.name for file in batch if cache.find(file.key) is None]
    return BatchRead([file.name for file in batch if cache.find(file.key) is not None], left)


@contextmanager
def _aside(settings: Settings) -> Iterator[Settings]:
    """Give the settings of a warehouse for one batch, which is gone afterwards; remove what killed batches left."""
    settings.batches.mkdir(parents=True, exist_ok=True)
    for lock in settings.batches.glob(f"*/{_LOCK}"):
        _remove_unless_held(lock)
    folder = Path(tempfile.mkdtemp(dir=settings.batches))
    try:
        with FileLock(folder / _LOCK):
            yield settings.changed(warehouse=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_unless_held(lock: Path) -> None:
    try:
        with FileLock(lock, timeout=0):
            shutil.rmtree(lock.parent, ignore_errors=True)
    except (Timeout, OSError):  # another batch is read there, or has just ended
        return
