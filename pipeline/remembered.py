"""What the reading of one submission gave, as typed frames, and the folder in which it is remembered.

The process that has read a file writes its frames itself: columns are typed once, and nothing but the news that it is
done crosses to the process that waits. A folder is written whole or not at all.

What belongs here: the typed frames of an extraction, writing them and finding them again.
What does not: which submissions are read, and what the name of a folder depends on (``extractions``).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.cells.corrections import Correction
from pipeline.cells.read import collector_paused
from pipeline.contracts import stage
from pipeline.layouts import Extraction
from pipeline.reading import read_submission
from pipeline.rejections import Rejection
from pipeline.settings import Limits

ADDRESS = {"sheet": pl.String(), "cell": pl.String()}
CELLS = {**ADDRESS, "kind": pl.String(), "role": pl.String(), "raw_text": pl.String(), "hidden": pl.Boolean()}
PARTS = {**ADDRESS, "part": pl.String()}
REJECTIONS = {
    **ADDRESS,
    "raw_text": pl.String(),
    "reason": pl.String(),
    "message_fr": pl.String(),
    "message_en": pl.String(),
}
_SUMMARY = "summary.json"


class Summary(NamedTuple):
    """What is told of one reading without its tables."""

    layout: str
    """The layout that was applied."""
    known_on: date | None
    """The date of issue that the file states."""
    heights: dict[str, int]
    """The number of rows of each table that has some."""


def frames_of(extraction: Extraction) -> dict[str, pl.DataFrame]:
    """Return every table of an extraction as a typed frame; what only a submission has is null."""
    return {name: _frame(columns, schema) for name, columns, schema in _tables(extraction)}


def _tables(extraction: Extraction) -> Iterator[tuple[str, Mapping[str, Sequence[object]], Mapping[str, pl.DataType]]]:
    """Yield the name of each table of an extraction, its columns and its types."""
    yield "cell", extraction.cells.columns, CELLS
    parts = zip(*extraction.parts, strict=True) if extraction.parts else ((), (), ())
    yield "part", dict(zip(PARTS, parts, strict=True)), PARTS
    said = {name: [getattr(item, name) for item in extraction.rejections] for name in REJECTIONS}
    yield "rejection", said, REJECTIONS
    for product, records in extraction.rows.items():
        yield product, records.columns, stage()[product].polars_schema()


def _frame(columns: Mapping[str, Sequence[object]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return columns as a typed frame; those that nothing is said of are null."""
    unknown = [None] * _height(columns)
    return pl.DataFrame([pl.Series(name, columns.get(name, unknown), dtype) for name, dtype in schema.items()])


def _height(columns: Mapping[str, Sequence[object]]) -> int:
    return len(next(iter(columns.values())))


def read_into(
    folder: Path,
    content: Path,
    source: str,
    region_slugs: tuple[str, ...] | None,
    file_name: str,
    limits: Limits,
    corrections: tuple[Correction, ...],
) -> None:
    """Read a file with the layout of its source, as ``read_submission`` does, and remember what it gave.

    Raises:
        FileRefusedError: the file cannot be read, or its folder is no source or region that is known.
    """
    with collector_paused():
        remember(folder, read_submission(content, source, region_slugs, file_name, limits, corrections))


def remember(folder: Path, result: Extraction | Rejection) -> None:
    """Write what a reading gave, or why it gave nothing."""
    extraction = result if isinstance(result, Extraction) else Extraction(layout="", rejections=[result])
    folder.parent.mkdir(parents=True, exist_ok=True)
    incoming = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder.parent))
    try:
        heights = {}
        for name, columns, schema in _tables(extraction):
            if height := _height(columns):  # most tables of most files are empty
                heights[name] = height
                _frame(columns, schema).write_ipc_stream(_table(incoming, name), compression="zstd")
        known_on = extraction.known_on.isoformat() if extraction.known_on else None
        summary = {"layout": extraction.layout, "known_on": known_on, "heights": heights}
        (incoming / _SUMMARY).write_text(json.dumps(summary), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        incoming.rename(folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def is_remembered(folder: Path) -> bool:
    """Whether what a reading gave stands in a folder."""
    return (folder / _SUMMARY).exists()


def recall(folder: Path, name: str) -> pl.DataFrame | None:
    """Return one table of what a reading gave, ``None`` where it is empty."""
    path = _table(folder, name)
    return pl.read_ipc_stream(path) if path.exists() else None


def recall_summary(folder: Path) -> Summary:
    """Return what is told of a reading without its tables."""
    told = json.loads((folder / _SUMMARY).read_text(encoding="utf-8"))
    known_on = date.fromisoformat(told["known_on"]) if told["known_on"] else None
    return Summary(told["layout"], known_on, told["heights"])


def _table(folder: Path, name: str) -> Path:
    return folder / f"{name}.arrows"
