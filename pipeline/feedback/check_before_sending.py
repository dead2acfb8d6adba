"""What would be refused in a file, and remarked on it, told before it is sent. Nothing is received, nothing is kept.

What belongs here: the same reading and the same rules as a load, on files that stand anywhere.
What does not: rules (``checking``), what only a release can tell (``history``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.worker import Interrupted
from pipeline.checking.rules import Judged, judge
from pipeline.feedback.annotate import annotate, list_alone
from pipeline.feedback.history import compare_with_release
from pipeline.feedback.placing import put_if_free
from pipeline.feedback.verdict import Verdict, accepted_row
from pipeline.layouts.frames import frames_of
from pipeline.layouts.products import PRODUCTS
from pipeline.reading.files import ReceivedFile, read_file
from pipeline.reading.submissions import issued_too_late
from pipeline.rejections import REFUSED, Rejection
from pipeline.rejections.copies import copy_name, list_name, numbered_names
from pipeline.settings import Limits, Settings
from pipeline.vocabulary.days import today
from pipeline.vocabulary.typography import writable


def check_files(files: Sequence[Path], source: str, settings: Settings) -> Iterator[tuple[Path, Verdict]]:
    """Yield each file with what would be refused and accepted of it; in the order of files.

    Its remarks: first those that compare it with a release, where there is one, then what was read in another way than
    it stands there (hidden, as a text, wrongly decoded) and what was not read at all.

    Args:
        files: what is to be sent.
        source: whose layout applies.
        settings: the limits of a reading, and where the release stands.
    """
    names = [writable(path.name) for path in files]
    tasks = [
        Task(name, (ReceivedFile(path, source, None, name), settings.limits))
        for path, name in zip(files, names, strict=True)
    ]
    for path, name, (_, result) in zip(files, names, run_isolated(tasks, _read, settings), strict=True):
        if isinstance(result, Interrupted):
            result = result.rejection
        if isinstance(result, Rejection):
            yield path, Verdict.of(name, [result.message()], [])
            continue
        judged = _judged(result)
        too_late = issued_too_late(result.known_on, result.known_on_at, today())
        found = [too_late] if too_late else [*result.rejections, *(located.rejection for located in judged.refused)]
        rejections = [each.message() for each in found if each.level in REFUSED]
        accepted = [accepted_row(row) for frame in judged.accepted.values() for row in frame.iter_rows(named=True)]
        compared = compare_with_release(judged.accepted["observation"], path, source, settings)
        remarks = [*compared, *(each.message() for each in found if each.level not in REFUSED)]
        yield path, Verdict.of(name, rejections, accepted, remarks)


def annotate_beside(
    checked: Sequence[tuple[Path, Verdict]], folder: Path | None, settings: Settings
) -> Iterator[tuple[Path, Path]]:
    """Write the annotated copy of each file that has something to correct; yield the file and where its copy stands.

    Args:
        checked: what :func:`check_files` found.
        folder: where the copies go; beside each file without it. What stands there already may be somebody's work: a
            copy gets a number rather than its place.
        settings: the limits of a reading.
    """
    rejected = [(path, verdict) for path, verdict in checked if verdict.rejections]
    copies: set[Path] = set()
    with tempfile.TemporaryDirectory(prefix="housing-") as aside:
        folders = [Path(tempfile.mkdtemp(dir=aside)) for _ in rejected]
        tasks = [
            Task(str(path), (path, verdict, made, settings.limits))
            for (path, verdict), made in zip(rejected, folders, strict=True)
        ]
        results = list(run_isolated(tasks, annotate, settings))  # no worker is left writing when a place is refused
        for (path, verdict), made, (_, result) in zip(rejected, folders, results, strict=True):
            if isinstance(result, Rejection | Interrupted):
                name = list_alone(verdict, made, "sa lecture a été interrompue")
            else:
                name = result
            is_list = name == list_name(verdict.file)
            wanted = list_name(path.name) if is_list else copy_name(path.name, Path(name).suffix)
            copy = _put(made / name, folder or path.parent, wanted, copies)
            copies.add(copy)
            yield path, copy


def _put(made: Path, folder: Path, name: str, copies: Collection[Path]) -> Path:
    """Put a copy in a folder under the first name that is free, or where that very copy stands already."""
    places = (folder / numbered for numbered in numbered_names(name))
    return next(place for place in places if place not in copies and put_if_free(made, place))


class _TypedFile(NamedTuple):
    """What a worker has read of a file."""

    rejections: list[Rejection]
    known_on: date | None
    known_on_at: tuple[str, str, str]
    frames: dict[str, pl.DataFrame]


def _read(file: ReceivedFile, limits: Limits) -> _TypedFile:
    """Read a file, within the limits of a worker until its rows are typed."""
    extraction = read_file(file, limits)
    return _TypedFile(extraction.rejections, extraction.known_on, extraction.known_on_at, frames_of([extraction]))


def _judged(typed: _TypedFile) -> Judged:
    """Return what the rules make of what was read, as if the file were received today."""
    known_on = typed.known_on or today()
    frames = {name: frame.with_columns(submission_id=pl.lit("not sent")) for name, frame in typed.frames.items()}
    rows = {product: frames[product].with_columns(known_on=pl.lit(known_on)) for product in PRODUCTS}
    return judge(rows, frames["part"])
