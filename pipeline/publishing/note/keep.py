"""Keeping: every run leaves its note in ``warehouse/notes``, beside its release too where it published one.

A note that cannot be written stops nothing: it is told in a line.

What belongs here: writing, listing, reading and dropping notes. What does not: what they say (``compose``, ``show``),
when one is made (``publishing.telling``).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pipeline.publishing.note.compose import Note, Outcome
from pipeline.publishing.note.show import as_html, as_json, as_markdown, of_json
from pipeline.settings import Settings
from pipeline.stores.disk import make_folder, remove

MOST_NOTES = 400
"""More than a year of nights."""
_SHOWN_AS = {"note.html": as_html, "note.md": as_markdown, "note.json": as_json}


def write_note(note: Note, settings: Settings) -> list[str]:
    """Write a note, and drop those that are too many; return a line where that could not be done."""
    folder = settings.notes / note.run_id
    try:
        make_folder(folder)
        for name, show in _SHOWN_AS.items():
            (folder / name).write_text(show(note), encoding="utf-8")
        if note.outcome is Outcome.PUBLISHED:
            _link(folder, settings.releases / note.release_id)
        _prune(settings)
    except OSError as error:
        return [f"The note of this run could not be written ({error.strerror or error}): {folder}."]
    return []


def read_note(folder: Path) -> Note:
    """Return the note that is kept in a folder."""
    return of_json((folder / "note.json").read_text(encoding="utf-8"))


def kept_notes(settings: Settings) -> list[Path]:
    """Return the folders of the notes that are kept, the newest first."""
    return sorted((path for path in settings.notes.glob("*T*") if path.is_dir()), reverse=True)


def _link(folder: Path, beside: Path) -> None:
    """Give the pages of a note a second name beside its release; where the disk has no links, they have one name."""
    make_folder(beside)
    for name in _SHOWN_AS:
        with contextlib.suppress(OSError):
            os.link(folder / name, beside / name)


def _prune(settings: Settings) -> None:
    """Drop the notes that are too many, and those beside releases that are gone."""
    for folder in kept_notes(settings)[MOST_NOTES:]:
        remove(folder)
    for folder in settings.releases.iterdir():
        if folder.is_dir() and not folder.with_suffix(".duckdb").exists():
            remove(folder)
