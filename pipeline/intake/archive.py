"""The archive: every received file once, named by the SHA-256 of its bytes, never changed, removed by erasure alone.

It is a folder. Where several hosts share an object store, that is the archive: what a host puts into its folder goes
there before anybody is told, and what it needs of the others is brought from there.

What belongs here: putting bytes in, finding them, and holding them against their name. What does not: names, sources
and dates (``ledger``), what to do about a loss (``account``).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.settings import Settings
from pipeline.stores.disk import make_folder, remove, sync_folder
from pipeline.stores.hosts import objects_of

BLOCK = 1024 * 1024
_INCOMING = ".incoming-"
_FOLDER = "archive"
_AT_ONCE = 8
"""How many objects are brought at once: most of the time goes into waiting."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveDamagedError(RuntimeError):
    """Archived files are missing or are not what was received; the message names them."""


class UnreadableError(Exception):
    """A file that is to be archived cannot be read; the message says why. Anything else that fails is the archive."""


def archived_path(archive: Path, sha256: str) -> Path:
    """Return where the content of a SHA-256 stands."""
    return archive / sha256[:2] / sha256


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(archive: Path, path: Path) -> str:
    """Copy a file into the archive and return its SHA-256. Safe to repeat; a cut leaves no half file behind.

    Its bytes are on disk before they have their name; that the name is too, :func:`settle` sees to, once for many.
    What stands there in its place and has another size is replaced: it was damaged.

    Raises:
        UnreadableError: the file cannot be read.
        OSError: the archive cannot be written.
    """
    make_folder(archive)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=_INCOMING, dir=archive)
    incoming, size = Path(name), 0
    try:
        # what is hashed is what is kept, even while somebody writes to the original
        with os.fdopen(descriptor, "wb") as copy:
            for block in _blocks(path):
                digest.update(block)
                size += copy.write(block)
            sha256 = digest.hexdigest()
            is_new = not is_kept(archive, sha256, size)
            if is_new:
                copy.flush()
                incoming.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
                os.fsync(descriptor)
        if is_new:
            _name(incoming, archived_path(archive, sha256))
        else:
            incoming.unlink()
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise
    return sha256


def _name(incoming: Path, kept: Path) -> None:
    """Give what was copied its name in the archive, in place of whatever has it."""
    if not kept.parent.is_dir():
        remove(kept.parent)
        kept.parent.mkdir(exist_ok=True)  # that it is there is settled with what it holds
    if kept.is_dir():
        remove(kept)
    incoming.replace(kept)


def settle(archive: Path, wanted: Iterable[str]) -> None:
    """Wait until the names of contents are on disk, also of those that a run put there which was killed before this.

    Whoever tells of contents settles them first: many at once cost a wait for each folder, and not two for each.

    Raises:
        OSError: the archive cannot be written.
    """
    folders = sorted({archived_path(archive, sha256).parent for sha256 in wanted})
    for folder in (*folders, *([archive] if folders else [])):
        if folder.is_dir():  # what another host received need not be here
            sync_folder(folder)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as original:
            while block := original.read(BLOCK):
                yield block
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def is_kept(archive: Path, sha256: str, size_bytes: int) -> bool:
    """Whether a content stands in the archive in its size; its bytes are hashed when they are read."""
    try:
        status = archived_path(archive, sha256).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == size_bytes


def kept_sha256(settings: Settings, sha256: str) -> str:
    """Return the SHA-256 of the bytes that the archive has under a name; empty where it has none."""
    objects = objects_of(settings)
    if objects is None:
        path = archived_path(settings.archive, sha256)
        return sha256_of(path) if path.is_file() else ""
    with tempfile.TemporaryDirectory(prefix="housing-archive-") as folder:
        brought = Path(folder) / sha256
        return sha256_of(brought) if objects.bring(_object(sha256), brought) else ""


def is_content(path: Path, sha256: str) -> bool:
    """Whether a file is a content, to the last bit."""
    return path.is_file() and sha256_of(path) == sha256


def contents(archive: Path) -> Iterator[tuple[str, int]]:
    """Yield the name of every archived content, which is its SHA-256, and its size.

    Raises:
        OSError: the archive is there and cannot be listed.
    """
    if not archive.exists():
        return
    for folder in os.scandir(archive):
        if folder.is_dir() and len(folder.name) == 2:
            for entry in os.scandir(folder):
                if _SHA256.fullmatch(entry.name) and entry.is_file():
                    yield entry.name, entry.stat().st_size


def keep(settings: Settings, path: Path) -> str:
    """Put a file into the archive of an installation for good, and return its SHA-256, as :func:`put` does."""
    sha256 = put(settings.archive, path)
    settle(settings.archive, [sha256])
    give(settings, [sha256])
    return sha256


def give(settings: Settings, wanted: Iterable[str], on_done: Callable[[int], None] = lambda _: None) -> None:
    """Let the other hosts have contents that this one has; where there are no others, nothing is done."""
    objects = objects_of(settings)
    if objects is None:
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        given = pool.map(lambda each: objects.put(_object(each), archived_path(settings.archive, each)), wanted)
        for done, _ in enumerate(given, start=1):
            on_done(done)


def kept(settings: Settings) -> dict[str, int]:
    """Return the size of every archived content by its SHA-256, wherever the archive of an installation stands."""
    objects = objects_of(settings)
    if objects is None:
        return dict(contents(settings.archive))
    found = {name.rpartition("/")[2]: size for name, size in objects.sizes(_FOLDER).items()}
    return {sha256: size for sha256, size in found.items() if _SHA256.fullmatch(sha256)}


def holds(settings: Settings, sha256: str) -> bool:
    """Whether the object store that hosts share holds a content."""
    objects = objects_of(settings)
    return objects is not None and sha256 in objects.sizes(f"{_FOLDER}/{sha256[:2]}")


def bring(settings: Settings, wanted: Iterable[str]) -> None:
    """Bring contents that other hosts have received into the folder of this one; those that are there are not."""
    objects = objects_of(settings)
    if objects is None:
        return
    missing = [each for each in wanted if not archived_path(settings.archive, each).exists()]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda each: objects.bring(_object(each), archived_path(settings.archive, each)), missing))


def renew(settings: Settings, sha256: str, path: Path) -> None:
    """Put a file in the place of what the archive has under its name, and is not what was received."""
    objects = objects_of(settings)
    if path != archived_path(settings.archive, sha256):
        remove(archived_path(settings.archive, sha256))  # of the same size, it would be taken for whole
    if objects is not None:
        objects.remove([_object(sha256)])
    keep(settings, path)


def drop(settings: Settings, sha256: str) -> None:
    """Remove a content for ever."""
    if (objects := objects_of(settings)) is not None:
        objects.remove([_object(sha256)])
    remove(archived_path(settings.archive, sha256))


def _object(sha256: str) -> str:
    return f"{_FOLDER}/{sha256[:2]}/{sha256}"


def sweep(archive: Path) -> int:
    """Remove what receipts that were cut left half copied; return how many there were."""
    left = list(archive.glob(f"{_INCOMING}*"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
