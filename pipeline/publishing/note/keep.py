"""Keeping: every run leaves its note in ``warehouse/notes``, beside its release too where it published one.

A note that cannot be written stops nothing: it is told in a line.

What belongs here: writing, listing and dropping notes. What does not: what they say (``compose``, ``show``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.intake.disk import make_folder, remove
from pipeline.load import Report, Run
from pipeline.publishing.note.compose import Note, Outcome, compose
from pipeline.publishing.note.show import as_html, as_json, as_markdown
from pipeline.publishing.sentences import sentence_of
from pipeline.settings import Settings

MOST_NOTES = 400
"""More than a year of nights."""
_SHOWN_AS = {"note.html": as_html, "note.md": as_markdown, "note.json": as_json}


@contextmanager
def noting(run: Run) -> Iterator[None]:
    """Write the note of a run when it ends, however it ends."""
    started_at = datetime.now(UTC)
    try:
        yield
    except BaseException as error:
        leave_note(run.report, run.settings, started_at, error)
        raise
    run.report.said += leave_note(run.report, run.settings, started_at)


def leave_note(
    report: Report, settings: Settings, started_at: datetime, error: BaseException | None = None
) -> list[str]:
    """Compose and write the note of a run; return a line where that could not be done, whatever hindered it."""
    try:
        return write_note(compose(report, settings, started_at, error), settings)
    except Exception as trouble:  # noqa: BLE001  # what is told of a run hides neither its end nor its release
        return [f"The note of this run could not be made: {sentence_of(trouble)}"]


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
