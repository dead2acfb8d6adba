"""What a layout makes of one workbook, in a shape that crosses a process cheaply.

What belongs here: the shape. What does not: filling it (``extract``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipeline.layouts.meanings import Fields
from pipeline.rejections import Rejection


@dataclass(slots=True)
class Extraction:
    """What a layout makes of one workbook. Rows are plain dictionaries, so that they cross a process cheaply."""

    layout: str
    known_on: date | None = None
    """The date of issue that the workbook states; ``None`` where it states none."""
    cells: list[tuple[str, str, str, str, str, bool | None]] = field(default_factory=list)
    """Sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell."""
    rows: dict[str, list[Fields]] = field(default_factory=dict)
    """Rows by product (``observation``, ``target`` …), with the columns of its stage contract."""
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    """Sheet, address of a total, address of one of its parts."""
    rejections: list[Rejection] = field(default_factory=list)
