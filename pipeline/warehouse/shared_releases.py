"""Releases that hosts share: the file of each is an object, put before the ledger tells of it.

Each host has the published one as a file besides, and those that it has made or was asked for.

What belongs here: giving a release to the other hosts, bringing theirs. What does not: which are kept (``releases``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.intake.archive import is_content
from pipeline.intake.publications import Publication
from pipeline.settings import Settings
from pipeline.stores.hosts import objects_of

_FOLDER = "releases"
_ENDING = ".duckdb"


def give(settings: Settings, path: Path) -> None:
    """Let the other hosts have a release that this one has written.

    Raises:
        OSError: the store cannot be written.
    """
    if (objects := objects_of(settings)) is not None:
        objects.put(f"{_FOLDER}/{path.name}", path)


def bring(settings: Settings, publication: Publication, path: Path) -> bool:
    """Write a release of another host to a file, with the date that it is known by; return whether it is there now."""
    objects = objects_of(settings)
    if objects is None or not objects.bring(_object(publication.release_id), path):
        return False
    if not is_content(path, publication.sha256):
        path.unlink()
        return False
    os.utime(path, ns=(publication.modified_ns, publication.modified_ns))
    return True


def bring_all(settings: Settings) -> None:
    """Bring every release of the store that this host has not, whatever the ledger says: it is lost."""
    if (objects := objects_of(settings)) is not None:
        for release_id in sorted(shared(settings)):
            path = settings.releases / f"{release_id}{_ENDING}"
            if not path.exists():
                objects.bring(_object(release_id), path)


def shared(settings: Settings) -> set[str]:
    """Return the releases that are in the store; none where hosts share none."""
    objects = objects_of(settings)
    return set() if objects is None else {name.removesuffix(_ENDING) for name in objects.sizes(_FOLDER)}


def drop(settings: Settings, release_ids: Iterable[str]) -> None:
    """Remove releases from the store."""
    if (objects := objects_of(settings)) is not None:
        objects.remove(map(_object, release_ids))


def _object(release_id: str) -> str:
    return f"{_FOLDER}/{release_id}{_ENDING}"
