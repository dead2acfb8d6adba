"""What a layout makes of one workbook, in a shape that becomes typed frames without being turned round.

What belongs here: the shape. What does not: filling it (``extract``), typing it (``pipeline.remembering``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.layouts.meanings import Fields
from pipeline.layouts.products import PRODUCTS, product_fields
from pipeline.rejections import Rejection


class Columns:
    """Rows held as columns of one length, by name; iterating gives the rows as tuples."""

    __slots__ = ("columns",)

    def __init__(self, names: Iterable[str]) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in names}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, position: int) -> Any:
        return tuple(column[position] for column in self.columns.values())

    def __iter__(self) -> Iterator[Any]:
        return map(self.__getitem__, range(len(self)))

    def extend(self, count: int, own: Mapping[str, Sequence[object]], shared: Fields) -> None:
        """Add ``count`` rows: what each says of its own, what all of them share, and nothing in the other columns."""
        for name, column in self.columns.items():
            column += own[name] if name in own else [shared.get(name)] * count


class Records(Columns):
    """The rows of one product; iterating gives them as dictionaries."""

    __slots__ = ()

    def __getitem__(self, position: int) -> Fields:
        return {name: column[position] for name, column in self.columns.items()}


def _no_cells() -> Columns:
    return Columns(("sheet", "cell", "kind", "role", "raw_text", "hidden"))


def _no_rows() -> dict[str, Records]:
    return {product: Records(sorted(product_fields(product))) for product in PRODUCTS}


@dataclass(slots=True)
class Extraction:
    """What a layout makes of one workbook."""

    layout: str
    known_on: date | None = None
    """The date of issue that the workbook states; ``None`` where it states none."""
    cells: Columns = field(default_factory=_no_cells)
    """Sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell."""
    rows: dict[str, Records] = field(default_factory=_no_rows)
    """Rows by product (``observation``, ``target`` …), with the columns of its stage contract."""
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    """Sheet, address of a total, address of one of its parts."""
    rejections: list[Rejection] = field(default_factory=list)
