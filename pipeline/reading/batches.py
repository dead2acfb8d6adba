"""Batches: files to be read, told so that another host can read them.

A batch goes through the configuration of a run and comes back the same: it names contents by their SHA-256 and has no
path of the host that made it.

What belongs here: what is told of a file, how files are cut into batches, and a batch as JSON. What does not: who reads
it (``spread``), in what processes (``submissions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.corrections.apply import Correction
from pipeline.intake.archive import archived_path
from pipeline.reading.cache import ReadingTask
from pipeline.reading.files import ReceivedFile

_MOST_FILES = 500
"""Of a batch: what is lost with a worker is read again, and the configuration of a run stays readable."""
_MOST_BYTES = 64 * 1024**2
"""Of a batch; a larger file is a batch of its own."""


class UnreadFile(NamedTuple):
    """One received file that no host has read as it is to be read now."""

    key: str
    """What its reading will be kept under."""
    sha256: str
    source: str
    region_slugs: tuple[str, ...]
    """The folders of regions that it lies in."""
    name: str
    """The name that it was sent under."""
    size_bytes: int
    corrections: tuple[Correction, ...] = ()
    """What is put into its cells before anything reads them."""

    def task(self, archive: Path) -> ReadingTask:
        """Return how it is read where its content stands in an archive."""
        content = archived_path(archive, self.sha256)
        file = ReceivedFile(content, self.source, self.region_slugs, self.name, self.corrections)
        return ReadingTask(self.key, file, self.sha256)


Batch = tuple[UnreadFile, ...]


def split(files: Sequence[UnreadFile], workers: int) -> list[Batch]:
    """Cut files into batches, every file into exactly one: as many as there are workers, or more where they get long.

    The largest files come first, so that what takes longest is begun first.

    Args:
        files: what is to be read.
        workers: how many batches are read at once; 1 or more.
    """
    most_files = max(1, min(_MOST_FILES, -(-len(files) // workers)))
    most_bytes = max(1, min(_MOST_BYTES, -(-sum(file.size_bytes for file in files) // workers)))
    batches: list[Batch] = []
    current: list[UnreadFile] = []
    room = most_bytes
    for file in sorted(files, key=lambda each: (-each.size_bytes, each.key)):
        if current and (len(current) == most_files or file.size_bytes > room):
            batches.append(tuple(current))
            current, room = [], most_bytes
        current.append(file)
        room -= file.size_bytes
    return [*batches, tuple(current)] if current else batches


def as_json(batch: Iterable[UnreadFile]) -> list[dict[str, Any]]:
    """Return a batch as JSON has it: a list of objects, one a file."""
    return [
        {
            **file._asdict(),
            "region_slugs": list(file.region_slugs),
            "corrections": [list(correction) for correction in file.corrections],
        }
        for file in batch
    ]


def from_json(told: Iterable[Mapping[str, Any]]) -> Batch:
    """Return the batch that :func:`as_json` gave.

    Raises:
        ValueError: this is no batch; a later version may have made it.
    """
    try:
        return tuple(
            UnreadFile(
                key=str(file["key"]),
                sha256=str(file["sha256"]),
                source=str(file["source"]),
                region_slugs=tuple(map(str, file["region_slugs"])),
                name=str(file["name"]),
                size_bytes=int(file["size_bytes"]),
                corrections=tuple(Correction(*map(str, each)) for each in file["corrections"]),
            )
            for file in told
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"This is no batch of files ({type(error).__name__}: {error}): the run that loads writes them. "
            "Install the same version on every host."
        ) from error
