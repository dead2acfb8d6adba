"""Extractions: each submission read once, in an isolated process, and remembered under what it depends on.

The cache key is the content, the corrections declared for it, the place in ``raw/`` that decides which layout and
region apply, and the code version; whatever is not in the key cannot change the result. A reading that was interrupted
is not remembered.

What belongs here: from the archive to typed frames, one submission at a time. What does not: how a file is read
(``cells``), what it means (``layouts``), whether its figures hold together (``observations``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath

import polars as pl

from pipeline.cells.corrections import Correction
from pipeline.cells.worker import Task, run_isolated
from pipeline.contracts import stage
from pipeline.corrections import SOURCE, by_submission, resolve
from pipeline.layouts import Extraction
from pipeline.layouts.products import PRODUCTS
from pipeline.observations import check
from pipeline.reading import read_submission
from pipeline.rejections import Rejection
from pipeline.settings import Settings
from pipeline.submissions import Submission, read_ledger
from pipeline.submissions.archive import archived_path

ADDRESS = {"sheet": pl.String(), "cell": pl.String()}
PARTS = {**ADDRESS, "part": pl.String()}
REJECTIONS = {
    **ADDRESS,
    "raw_text": pl.String(),
    "reason": pl.String(),
    "message_fr": pl.String(),
    "message_en": pl.String(),
}
SUMMARY = "summary.json"
INTERRUPTED = "LECTEUR_INTERROMPU"


@dataclass(frozen=True, slots=True)
class Extracted:
    """Where the extraction of one submission stands, and whether it was made just now."""

    submission: Submission
    folder: Path
    is_new: bool

    def summary(self) -> tuple[str, date | None]:
        """Return the layout that was applied and the date of issue that the file states."""
        told = json.loads((self.folder / SUMMARY).read_text(encoding="utf-8"))
        return told["layout"], date.fromisoformat(told["known_on"]) if told["known_on"] else None

    def frame(self, name: str) -> pl.DataFrame | None:
        """Return one table of the extraction, ``None`` where it is empty."""
        path = self.folder / f"{name}.parquet"
        return pl.read_parquet(path) if path.exists() else None


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
    unread = [submission for submission in submissions if not (folders[submission.sha256] / SUMMARY).exists()]
    tasks = [
        Task(
            name=submission.file,
            args=(
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
    for submission, (_, result) in zip(unread, run_isolated(tasks, read_submission, settings), strict=True):
        _remember(folders[submission.sha256], result)
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


def _remember(folder: Path, result: Extraction | Rejection) -> None:
    """Write an extraction, whole or not at all."""
    extraction = result if isinstance(result, Extraction) else Extraction(layout="", rejections=[result])
    folder.parent.mkdir(parents=True, exist_ok=True)
    incoming = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder.parent))
    try:
        for name, frame in frames_of(extraction).items():
            if not frame.is_empty():
                frame.write_parquet(incoming / f"{name}.parquet")
        known_on = extraction.known_on.isoformat() if extraction.known_on else None
        summary = {"layout": extraction.layout, "known_on": known_on}
        (incoming / SUMMARY).write_text(json.dumps(summary), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        incoming.rename(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def no_parts() -> pl.DataFrame:
    """Return the empty frame that says which cells totals are the sum of: ``submission_id, sheet, cell, part``."""
    return pl.DataFrame(schema={**PARTS, "submission_id": pl.String()})


def frames_of(extraction: Extraction) -> dict[str, pl.DataFrame]:
    """Return every table of an extraction as a typed frame; what only a submission has is null."""
    cells = {**ADDRESS, "kind": pl.String(), "role": pl.String(), "raw_text": pl.String(), "hidden": pl.Boolean()}
    frames = {
        "cell": pl.DataFrame(extraction.cells, schema=cells, orient="row"),
        "part": pl.DataFrame(extraction.parts, schema=PARTS, orient="row"),
        "rejection": pl.DataFrame([asdict(item) for item in extraction.rejections], schema=REJECTIONS, orient="row"),
    }
    for product in PRODUCTS:
        contract = stage()[product]
        rows = extraction.rows.get(product, [])
        columns = {name: [row.get(name) for row in rows] for name in contract.column_names}
        frames[product] = pl.DataFrame(columns, schema=contract.polars_schema())
    return frames
