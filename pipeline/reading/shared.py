"""Readings that hosts share: what one of them has read, no other reads again.

A folder of the cache is one object, put once under its name, which says what it holds; the database tells which object
has the reading with a key. Whoever finds an object gone or damaged reads the files again.

What belongs here: bringing folders of the cache to this host, and giving them to the others. What does not: what stands
in a folder (``cache``).
"""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.reading.cache import INCOMING, ReadingCache, is_whole
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.stores.hosts import database_of, objects_of

if TYPE_CHECKING:
    from pipeline.stores.database import Database
    from pipeline.stores.objects import Objects

_FOLDER = "readings"
_MEMBER = re.compile(r"summary\.json|[a-z_]+\.arrows")
_AT_ONCE = 8


class SharedReadings:
    """The readings that the hosts of an installation share."""

    def __init__(self, database: Database, objects: Objects) -> None:
        self._database = database
        self._objects = objects

    @classmethod
    def of(cls, settings: Settings) -> SharedReadings | None:
        """Return those of an installation; ``None`` where its hosts share none."""
        database, objects = database_of(settings), objects_of(settings)
        return None if database is None or objects is None else cls(database, objects)

    def bring(self, keys: Iterable[str], cache: ReadingCache) -> None:
        """Bring the readings with these keys that other hosts have made into the cache of this one."""
        unknown = [key for key in keys if cache.find(key) is None]
        if not unknown:
            return
        folders = sorted(set(self._database.find_readings(unknown).values()))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            brought = list(pool.map(lambda folder: self._bring(folder, cache.folder), folders))
        gone = [folder for folder, is_whole in zip(folders, brought, strict=True) if not is_whole]
        if gone:  # what is damaged would else stand in the way of what is read anew
            self._database.index_readings({}, gone)
            self._objects.remove(map(_object, gone))
        cache.refresh()

    def bring_all(self, cache: ReadingCache) -> None:
        """Bring all readings into the cache of this host."""
        self.bring(self._database.all_readings(), cache)

    def give(self, keys: Iterable[str], cache: ReadingCache) -> None:
        """Give the other hosts the readings with these keys that this one has made."""
        made = {key: found.folder for key in keys if (found := cache.find(key)) is not None}
        self._put(made.values())
        self._database.index_readings({key: folder.name for key, folder in made.items()})

    def settle(self, cache: ReadingCache) -> None:
        """Let the hosts share what this one's cache holds and nothing else: it was tidied, and packed.

        The caller holds the warehouse, and has brought before whatever is in use.
        """
        indexed = self._database.all_readings()
        present = {key: each.folder for key, each in cache.readings.items()}
        if indexed == {key: folder.name for key, folder in present.items()}:
            return
        self._put(set(present.values()) - {cache.folder / name for name in indexed.values()})
        gone = set(indexed.values()) - {folder.name for folder in present.values()}
        self._database.index_readings({key: folder.name for key, folder in present.items()}, sorted(gone))
        self._objects.remove(map(_object, gone))

    def _put(self, folders: Iterable[Path]) -> None:
        with tempfile.TemporaryDirectory(prefix="housing-readings-") as aside:
            for folder in sorted(set(folders)):
                packed = Path(aside) / folder.name
                with tarfile.open(packed, "w") as archive:
                    for file in sorted(folder.iterdir()):
                        archive.add(file, file.name)
                self._objects.put(_object(folder.name), packed)
                packed.unlink()

    def _bring(self, name: str, cache: Path) -> bool:
        """Bring one folder; return whether it is there now, and what was put."""
        cache.mkdir(parents=True, exist_ok=True)
        incoming = Path(tempfile.mkdtemp(prefix=INCOMING, dir=cache))
        try:
            packed, folder = incoming / "packed", incoming / name
            if not self._objects.bring(_object(name), packed):
                return False
            with suppress(tarfile.TarError), tarfile.open(packed, "r:") as archive:
                members = [each for each in archive if each.isreg() and _MEMBER.fullmatch(each.name)]
                archive.extractall(folder, members, filter="data")
            if not is_whole(folder):
                return False
            remove(cache / name)
            folder.rename(cache / name)
            return True
        finally:
            shutil.rmtree(incoming, ignore_errors=True)


def _object(folder: str) -> str:
    return f"{_FOLDER}/{folder}.tar"
