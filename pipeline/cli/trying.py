"""Trying a layout out: a whole load of some files aside, by a process that knows the layout in place of its source's.

What is declared is read once a process, and a layout may declare indicators of its own; so a process of its own loads,
in a home that lasts as long. That home has what the present one declares, and the layout in the folder ``.tried``.

What belongs here: that home, that process, and what it hands back. What does not: the load (``pipeline.load.aside``),
what is told of it (``pipeline.layouts.authoring``), options (``describing``).
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.workbook import Sheet, Workbook
from pipeline.cells.worker import Interrupted
from pipeline.cli.failing import DONE, REFUSED, WRONG_USE, ending_of
from pipeline.cli.loading import code_of
from pipeline.feedback.consequences import told_once
from pipeline.feedback.verdict import in_reading_order
from pipeline.layouts import Extraction
from pipeline.layouts.authoring.causes import Told
from pipeline.layouts.authoring.preview import Claims, claims, counted
from pipeline.layouts.authoring.trial_words import Explanation, Language, say
from pipeline.layouts.authoring.why import Evidence, NoSuchCellError, explain_cell
from pipeline.load.aside import LoadedAside, OfFile, load_aside
from pipeline.reading.files import ReceivedFile, known_layouts, open_file
from pipeline.rejections import Level, Message, Rejection
from pipeline.settings import PREFIX, TRIAL, Limits, Settings, home
from pipeline.vocabulary.declarations import TRIED, source_files
from pipeline.vocabulary.territories import region_by_slug, resolve_territory
from pipeline.warehouse.audit import Outcome

_DECLARE = ("sources", "reference", "sql")
_NOT_HERE = ("HOME", "RAW", "WAREHOUSE", "SETTLE_SECONDS", "SHARED_LEDGER", "SHARED_STORE", "LAKE", "LAKE_DATA")
"""Settings of the installation that a trial has its own for, or none."""
_START = "from pipeline.cli.trying import answer; answer()"
_REGIONAL = "region"
_TOLD_OTHERWISE = {"audit.coverage", "fact.rejection", "audit.remark"}
"""Relations whose checks say nothing new of a file: who else has reported, and what is told of each cell anyway."""


class Asked(NamedTuple):
    """What is asked of the process: files to load with the layout of a source."""

    source: str
    files: tuple[Path, ...]
    region: str
    """The slug of the region in whose folder they would lie; empty: the one that each states."""
    installed: Settings
    """The installation, with whose release the figures are compared."""
    explained: tuple[str, str] | None = None
    """The address and the sheet of a cell of the only file, where it is to be explained."""
    lang: Language = "fr"
    """The language of that explanation."""


class CellsRead(NamedTuple):
    """The cells of a file, and what the layout made of them."""

    workbook: Workbook
    extraction: Extraction
    claims: Claims


@dataclass(slots=True)
class Tried:
    """What came of one file."""

    path: Path
    read: CellsRead | None
    """``None`` where its cells cannot be read at all."""
    told: list[Told] = field(default_factory=list)
    """What a load refuses, then what it remarks, each as a person reads it."""
    every: list[Told] = field(default_factory=list)
    """The same cell by cell, also where one of them follows from another of its row."""
    rows: list[dict[str, object]] = field(default_factory=list)
    """What a load accepts: rows of ``stage``."""
    totals: list[dict[str, object]] = field(default_factory=list)
    names: tuple[str, ...] | None = None
    """The sheets of which something is told; ``None`` for all."""

    @property
    def sheets(self) -> list[Sheet]:
        """The sheets that hold something and of which something is told."""
        sheets = self.read.workbook.sheets if self.read else []
        return [sheet for sheet in sheets if sheet.cells and (self.names is None or sheet.name in self.names)]

    @property
    def claims(self) -> Claims:
        """What each cell was taken for."""
        return self.read.claims if self.read else {}

    @property
    def counted(self) -> dict[str, dict[str, int]]:
        """How many cells of each sheet have each role."""
        shown = {sheet.name for sheet in self.sheets}
        counts = counted(self.read.extraction) if self.read else {}
        return {sheet: roles for sheet, roles in counts.items() if sheet in shown}

    @property
    def accepted(self) -> dict[str, int]:
        """How many rows of each product a load accepts."""
        return dict(Counter(str(row["product"]) for row in self.rows))


@dataclass(slots=True)
class Answer:
    """What came of all files, and how a load of them ends."""

    code: int
    sentence: str = ""
    """Why the load stopped, where it did."""
    files: list[Tried] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    """The checks that failed, those that hold nothing back among them."""
    hindered: dict[str, str] = field(default_factory=dict)
    """Files that were not received or could not be read this time, each with the cause."""
    explanation: Explanation | None = None
    is_wrong_use: bool = False
    """Whether nothing was tried, for a reason that the sentence gives."""

    def checks(self, lang: Language) -> list[str]:
        """Return a line for each check that failed, and its first rows that are wrong."""
        lines = []
        for outcome in self.failed:
            asks = outcome.description if lang == "en" else outcome.description_fr
            lines += [say("check", lang, check=outcome.name, count=outcome.failures, asks=asks), *outcome.first_rows()]
        return lines


def try_out(text: str | None, asked: Asked) -> Answer:
    """Load files aside with a layout, and return what came of them.

    Args:
        text: what the layout says, in place of that of its source; ``None`` for the one that the source has.
        asked: the files, and where they would lie.

    Raises:
        RuntimeError: the process came to no end.
    """
    with tempfile.TemporaryDirectory(prefix="housing-try-") as folder:
        here = Path(folder)
        _furnish(here, text, asked.source)
        question, reply = here / "asked.pickle", here / "answer.pickle"
        question.write_bytes(pickle.dumps(asked))
        outside = {f"{PREFIX}{name}" for name in _NOT_HERE}
        environment = {name: value for name, value in os.environ.items() if name not in outside}
        environment |= {f"{PREFIX}HOME": folder, f"{PREFIX}SETTLE_SECONDS": "0", TRIAL: "1"}
        command = [sys.executable, "-P", "-c", _START, str(question), str(reply)]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if not reply.exists():
            lines = ended.stderr.strip().splitlines() or [f"code {ended.returncode}"]
            raise RuntimeError(f"the trial came to no end: {lines[-1]}")
        answer: Answer = pickle.loads(reply.read_bytes())  # noqa: S301  # written by our own process
        answer.sentence = answer.sentence.replace(f"{folder}/", "")
        return answer


def _furnish(here: Path, text: str | None, source: str) -> None:
    """Give a home what the present one declares, and the layout that is tried out."""
    for name in _DECLARE:
        declared = home() / name
        if declared.is_dir():
            (here / name).symlink_to(declared.resolve(), target_is_directory=True)
    if text is not None:
        (here / TRIED).mkdir()
        (here / TRIED / f"{source}.toml").write_text(text, encoding="utf-8")
    (here / "raw").mkdir()
    (here / "warehouse").mkdir()


# -- in that process -----------------------------------------------------------------------------------------------


def answer() -> None:
    """Do what the first argument asks, and write the answer to the second."""
    question, reply = map(Path, sys.argv[1:3])
    asked: Asked = pickle.loads(question.read_bytes())  # noqa: S301  # written by our own process
    try:
        answer = _answer(asked)
    except Exception as error:  # noqa: BLE001  # whoever asked says it
        code, sentence = (WRONG_USE, str(error)) if isinstance(error, NoSuchCellError) else ending_of(error)
        answer = Answer(code, sentence, is_wrong_use=isinstance(error, ValueError | NoSuchCellError))
    incoming = reply.with_suffix(".tmp")
    incoming.write_bytes(pickle.dumps(answer))
    incoming.replace(reply)


def _answer(asked: Asked) -> Answer:
    settings = Settings.from_environment()
    read = _read(asked, settings)
    places = [_put(path, number, asked, found, settings) for number, (path, found) in enumerate(read, start=1)]
    loaded = load_aside(settings, asked.installed)
    code, sentence = ending_of(loaded.error) if loaded.error else (code_of(loaded.report), "")
    hindered = _hindered(loaded)
    if hindered and code == DONE:
        code = REFUSED  # a load passes over what it leaves for later; here nothing was tried
    tried = [
        _tried(path, found, loaded.files.get(place, OfFile()))
        for (path, found), place in zip(read, places, strict=True)
    ]
    failed = [each for each in loaded.report.outcomes if not each.passed and each.relation not in _TOLD_OTHERWISE]
    explanation = _explanation(tried[0], asked) if asked.explained else None
    return Answer(code, sentence, tried, failed, hindered, explanation)


def _explanation(tried: Tried, asked: Asked) -> Explanation | None:
    """Return why a cell is what it is; ``None`` where the file cannot be read."""
    if tried.read is None or asked.explained is None:
        return None
    text = next(path for path, _ in source_files() if path.stem == asked.source).read_text(encoding="utf-8")
    evidence = Evidence(
        tried.read.workbook,
        known_layouts()[asked.source],
        text,
        tried.read.claims,
        tried.every,
        tried.rows,
        tried.totals,
    )
    return explain_cell(evidence, *asked.explained, asked.lang)


def _hindered(loaded: LoadedAside) -> dict[str, str]:
    report = loaded.report
    pending = {file: cause.en for file, cause in report.pending.items()}
    return {**report.receipt.refused, **report.receipt.left, **pending}


def _read(asked: Asked, settings: Settings) -> list[tuple[Path, CellsRead | None]]:
    tasks = [Task(path.name, (path, asked.source, asked.region, settings.limits)) for path in asked.files]
    found: list[tuple[Path, CellsRead | None]] = []
    for path, (_, result) in zip(asked.files, run_isolated(tasks, read_claims, settings), strict=True):
        found.append((path, None if isinstance(result, Rejection | Interrupted) else result))
    return found


def read_claims(path: Path, source: str, region: str, limits: Limits) -> CellsRead:
    """Read a file with the layout of a source, within the limits of a worker.

    Raises:
        FileRefusedError: its cells cannot be read.
    """
    opened = open_file(ReceivedFile(path, source, (region,) if region else None, path.name), limits)
    extraction = opened.interpret()
    return CellsRead(opened.workbook, extraction, claims(opened.workbook, opened.layout, extraction))


def _put(path: Path, number: int, asked: Asked, read: CellsRead | None, settings: Settings) -> str:
    """Put a file where it would lie in ``raw/``, several each in a folder of its own; return its place."""
    parts = [asked.source]
    if known_layouts()[asked.source].partition == _REGIONAL:
        parts.append(asked.region or _lies_in(path, asked.source) or _stated(read) or next(iter(region_by_slug())))
    if len(asked.files) > 1:
        parts.append(str(number))
    folder = settings.raw.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / path.name)
    return "/".join((*parts, path.name))


def _lies_in(path: Path, source: str) -> str:
    """Return the region in whose folder a file lies already."""
    *_, above, folder, _ = ("", "", *path.resolve().parts)
    return folder if above == source and folder in region_by_slug() else ""


def _stated(read: CellsRead | None) -> str:
    """Return the region that a file states outside its tables; empty where none."""
    cells = read.workbook.sheets if read else ()
    for sheet in cells:
        for cell in sheet.cells:
            if read and read.claims.get((sheet.name, cell.row, cell.column)) == "context":
                text = cell.text.rpartition(":")[2]
                region = resolve_territory(text, level="region")
                if region is not None and region.slug in region_by_slug():
                    return region.slug
    return ""


def _tried(path: Path, read: CellsRead | None, of_file: OfFile) -> Tried:
    refused = in_reading_order(told_once(of_file.rejections))
    told = list(_told((*refused, *of_file.remarks), of_file.hints))
    every = list(_told((*of_file.rejections, *of_file.remarks), of_file.hints))
    return Tried(path, read, told, every, of_file.rows, of_file.totals)


def _told(messages: Iterable[Message], hints: dict[tuple[str, str, str], str]) -> Iterable[Told]:
    for each in messages:
        yield Told(each, hints.get((each.reason, each.sheet, each.cell), ""), is_refused=each.level is not Level.REMARK)


def of_sheets(answer: Answer, names: Sequence[str]) -> Answer:
    """Return an answer in which nothing is told but of some sheets, and of whole files."""
    for tried in answer.files:
        tried.names = tuple(names)
        tried.told = [each for each in tried.told if not each.message.sheet or each.message.sheet in names]
        tried.rows = [row for row in tried.rows if row["sheet"] in names]
        tried.totals = [row for row in tried.totals if row["sheet"] in names]
    return answer
