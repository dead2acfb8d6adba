"""Annotated copies, for tests: the verdicts they are made of, and what is in them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from pipeline.feedback.annotate import annotate
from pipeline.feedback.listing import SHEET
from pipeline.feedback.verdict import Accepted, Verdict
from pipeline.rejections import Message
from pipeline.settings import Limits
from tests.support import files as made

LIMITS = Limits()


def rejected(cell: str, text: str = "12 34", *, sheet: str = "Activité", reason: str = "NOMBRE_ILLISIBLE") -> Message:
    return Message(reason, f"« {text} » n'est pas lisible.", "unreadable", sheet, cell, text)


def verdict(*rejections: Message, file: str = "bilan.xlsx", accepted: tuple[Accepted, ...] = ()) -> Verdict:
    return Verdict.of(file, rejections, accepted)


def annotated(path: Path, *rejections: Message, accepted: tuple[Accepted, ...] = ()) -> Path:
    folder = path.parent / "returned"
    folder.mkdir(exist_ok=True)
    return folder / annotate(path, verdict(*rejections, file=path.name, accepted=accepted), folder, LIMITS)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, changes: dict[str, Any]) -> Path:
    """Change parts of a package by hand: a function of the bytes, or the bytes of a new part."""
    content = parts(path)
    for name, change in changes.items():
        content[name] = change(content[name]) if callable(change) else change
    return made.archive(path, content)


def added_before(mark: bytes, *inserted: bytes) -> Any:
    def change(data: bytes) -> bytes:
        assert data.count(mark) == 1, mark
        return data.replace(mark, b"".join(inserted) + mark)

    return change


# -- the list ------------------------------------------------------------------------------------------------------


def texts(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)[SHEET].iter_rows(values_only=True)]


def made_plain(folder: Path) -> Path:
    book = Workbook()
    book.worksheets[0].title = "Activité"
    book.worksheets[0]["B2"] = "12 34"
    path = folder / "plain.xlsx"
    book.save(path)
    return path
