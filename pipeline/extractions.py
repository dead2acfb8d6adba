"""Extractions: each submission read once, in an isolated process, and remembered under what it depends on.

The cache key is the content, the corrections declared for it, the place in ``raw/`` that decides which layout and
region apply, and the code version; whatever is not in the key cannot change the result. A reading that was interrupted
is not remembered.

What belongs here: which submissions are read, and under which name each is remembered. What does not: how a file is
read (``cells``), what it means (``layouts``), what is remembered of it (``remembered``), whether its figures hold
together (``observations``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

import polars as pl

from pipeline.cells.corrections import Correction
from pipeline.cells.worker import Task, run_isolated
from pipeline.contracts import stage
from pipeline.corrections import SOURCE, by_submission, resolve
from pipeline.observations import check
from pipeline.remembered import Summary, is_remembered, read_into, recall, recall_summary, remember
from pipeline.settings import Settings
from pipeline.submissions import Submission, read_ledger
from pipeline.submissions.archive import archived_path

INTERRUPTED = "LECTEUR_INTERROMPU"


@dataclass(frozen=True)
class Extracted:
    """Where the extraction of one submission stands, and whether it was made just now."""

    submission: Submission
    folder: Path
    is_new: bool

    @cached_property
    def summary(self) -> Summary:
        """Return what is told of it without its tables."""
        return recall_summary(self.folder)

    def frame(self, name: str) -> pl.DataFrame | None:
        """Return one table of the extraction, ``None`` where it is empty."""
        return recall(self.folder, name)


@cache
def code_version() -> str:
    """Return the SHA-256 of everything that decides how a file is read: the package's code, layouts and references."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".toml", ".csv"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_key(submission: Submission, corrections: Sequence[Correction] = ()) -> str:
    """Return the name under which the extraction of a submission, corrected, is remembered."""
    place = f"{submission.source}/{'|'.join(submission.region_slugs)}/{PurePosixPath(submission.file).name}"
    corrected = json.dumps(corrections)
    return hashlib.sha256(f"{submission.sha256}\n{place}\n{code_version()}\n{corrected}".encode()).hexdigest()[:32]


def extract_all(
    submissions: Sequence[Submission],
    settings: Settings,
    on_done: Callable[[Submission], None] = lambda _: None,
) -> list[Extracted]:
    """Return the extraction of every submission, reading those that the cache does not hold.

    The correction files of the ledger are read first, whichever submissions are asked for: they say what to correct.

    Args:
        submissions: what to read, in order.
        settings: where the archive, the ledger and the cache stand, and the limits of a reading.
        on_done: called after each submission that had to be read.
    """
    everything = read_ledger(settings.ledger)
    declaring = [submission for submission in everything if submission.source == SOURCE]
    declared = {item.submission.sha256: item for item in _extract(declaring, settings, {}, on_done)}
    others = [submission for submission in submissions if submission.sha256 not in declared]
    corrections = by_submission(declared_corrections(declared.values(), everything))
    extracted = {item.submission.sha256: item for item in _extract(others, settings, corrections, on_done)}
    return [(declared | extracted)[submission.sha256] for submission in submissions]


def declared_corrections(declaring: Iterable[Extracted], submissions: Sequence[Submission]) -> pl.DataFrame:
    """Return the lines of correction files that the rules accept, each with its file and whether it is in force."""
    frames = [
        frame.with_columns(
            submission_id=pl.lit(item.submission.submission_id), known_on=pl.lit(item.submission.received_at.date())
        )
        for item in declaring
        if (frame := item.frame("correction")) is not None
    ]
    accepted, _ = check("correction", pl.concat([stage()["correction"].frame([]), *frames]))
    return resolve(accepted, submissions)[0]


def _extract(
    submissions: Sequence[Submission],
    settings: Settings,
    corrections: Mapping[str, tuple[Correction, ...]],
    on_done: Callable[[Submission], None],
) -> list[Extracted]:
    own = {submission.sha256: corrections.get(submission.submission_id, ()) for submission in submissions}
    folders = {s.sha256: settings.cache / cache_key(s, own[s.sha256]) for s in submissions}
    unread = [submission for submission in submissions if not is_remembered(folders[submission.sha256])]
    tasks = [
        Task(
            name=submission.file,
            args=(
                folders[submission.sha256],
                archived_path(settings.archive, submission.sha256),
                submission.source,
                submission.region_slugs,
                PurePosixPath(submission.file).name,
                settings.limits,
                own[submission.sha256],
            ),
        )
        for submission in unread
    ]
    for submission, (_, refusal) in zip(unread, run_isolated(tasks, read_into, settings), strict=True):
        if refusal is not None:
            remember(folders[submission.sha256], refusal)
        on_done(submission)
    read = {submission.sha256 for submission in unread}
    return [Extracted(s, folders[s.sha256], is_new=s.sha256 in read) for s in submissions]


def forget_interrupted(extracted: Iterable[Extracted]) -> None:
    """Drop what an interrupted reading left, so that the next run tries again; what was loaded keeps its rejection."""
    for item in extracted:
        rejections = item.frame("rejection")
        if rejections is not None and INTERRUPTED in rejections["reason"]:
            shutil.rmtree(item.folder, ignore_errors=True)


def forget_unused(settings: Settings, extracted: Iterable[Extracted]) -> None:
    """Drop the cache of readings that no present submission, layout or code needs any more."""
    used = {item.folder.name for item in extracted}
    for folder in settings.cache.glob("*"):
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)
