"""Surveying ``raw/``: which files stand there, and which of them can be taken now.

What belongs here: names, dates and kinds of files. What does not: opening or keeping them (``receive``).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.intake.versions import version_rank
from pipeline.rejections.copies import copied_stem, one_form
from pipeline.settings import Settings
from pipeline.vocabulary.typography import writable


class Found(NamedTuple):
    """A file that can be taken."""

    name: str
    """Where it stands, as the system writes it."""
    place: str
    """Its place, POSIX, relative to ``raw/``, in one form."""
    status: os.stat_result
    """What the system said of it."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        return Path(self.name)


@dataclass(slots=True)
class Survey:
    """What stands in the folders of ``raw/``, in the order in which it is taken."""

    files: list[Found] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """Files left for later, each with the reason in English."""
    refused: dict[str, str] = field(default_factory=dict)
    """Files and folders that somebody must see to first, each with what to do."""

    def of(self, source: str, regions: frozenset[str]) -> Survey:
        """Return what stands in the folder of a source and of some regions; of all where they are not given.

        What cannot be opened may hold anything, and is told to whoever asks.
        """
        return Survey(
            [file for file in self.files if is_asked_for(file.place, source, regions)],
            {place: reason for place, reason in self.left.items() if is_asked_for(place, source, regions)},
            {
                place: what
                for place, what in self.refused.items()
                if Path(place).is_absolute() or is_asked_for(place, source, regions)
            },
        )


def survey_raw(settings: Settings) -> Survey:
    """Look at every file of each source's folder; what lies beside the folders is not a submission.

    They come as their versions are numbered; the corrected copies of others come last: what is answered is received
    before the answer.

    Args:
        settings: where ``raw/`` stands.
    """
    survey = Survey()
    places: dict[str, list[Found]] = {}
    for name, entry in sorted(_entries(settings.raw, survey), key=_order):
        if reason := _not_yet(entry, name, settings.settle_seconds):
            survey.left[writable(name)] = reason
        else:
            place = one_form(name)
            places.setdefault(place, []).append(Found(entry.path, place, entry.stat()))
    for place, files in places.items():
        if len(files) == 1:
            survey.files += files
        else:
            # macOS writes é as two letters: both would be one place, and nobody can say which of them is meant
            names = " and ".join(ascii(file.path.name) for file in files)
            survey.refused[place] = f"two files have this name, {names}; remove one of them"
    return survey


def is_asked_for(place: str, source: str, regions: frozenset[str]) -> bool:
    """Whether a place lies in the folder of a source and of one of some regions; each where it is given."""
    folder, _, below = place.partition("/")
    return (not source or folder == source) and (not regions or below.partition("/")[0] in regions)


def _order(found: tuple[str, os.DirEntry[str]]) -> tuple[bool, object]:
    name, entry = found
    return copied_stem(entry.name) != "", version_rank(name)


def _entries(folder: Path | str, survey: Survey, name: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what stands in a folder and below it but for folders, each with its name relative to the first folder.

    A folder that cannot be opened is refused.
    """
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError as error:
        survey.refused[writable(str(folder))] = (
            f"the folder cannot be opened ({error.strerror}); check that it exists and its permissions"
        )
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, survey, f"{name}{entry.name}/")
        elif name or (entry.is_symlink() and entry.is_dir()):
            yield f"{name}{entry.name}", entry


def _not_yet(entry: os.DirEntry[str], name: str, settle_seconds: float) -> str:
    """Return why a file is left for later, empty if it is taken."""
    if entry.is_symlink():
        return "it is a link, which is never followed; put the file itself here"
    if not entry.is_file():
        return "it is no file that could be read; put the workbook itself here"
    if writable(name) != name:
        return "its name is not written in UTF-8; rename it"
    if entry.name.startswith("~$"):
        return "it is the lock file of an office suite; close the workbook"
    if "/." in f"/{name}":
        return "it is hidden"
    try:
        age = _age(entry.stat())
    except OSError:
        return "it went away while its folder was being looked at"
    return "it changed a moment ago and may still be written" if 0 <= age < settle_seconds else ""


def _age(status: os.stat_result) -> float:
    """Return the seconds since a file was last changed; where its date lies ahead, since the system last saw it change.

    Negative where that lies ahead as well: the clock was set back, and the file is as settled as can be known.
    """
    now = time.time()
    return now - (status.st_mtime if status.st_mtime <= now else status.st_ctime)


class Inventory(NamedTuple):
    """What stands in ``raw/`` and could be received now."""

    files: int
    fingerprint: str
    """Another one as soon as a file comes, goes or changes."""


def take_inventory(settings: Settings) -> Inventory:
    """Survey ``raw/`` without opening or keeping anything."""
    digest = hashlib.sha256()
    survey = survey_raw(settings)
    for file in survey.files:
        digest.update(f"{file.place}\0{file.status.st_size}\0{file.status.st_mtime_ns}\n".encode())
    return Inventory(len(survey.files), digest.hexdigest())
