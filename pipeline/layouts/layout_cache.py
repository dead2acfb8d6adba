"""What reading with a layout has understood so far: each wording, header and key is worked out once a process.

What belongs here: the caches, typed and bounded, one object for each declaration. What does not: what follows from a
declaration alone (``compiled``), filling them (the modules that read).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pipeline.cells.workbook import Kind
    from pipeline.layouts.columns import Columns
    from pipeline.layouts.compiled import CompiledContext
    from pipeline.layouts.fast_path import RowKeys
    from pipeline.layouts.header_search import CachedHeader, Candidates
    from pipeline.layouts.headings import Heading
    from pipeline.layouts.keys import Read

Key = TypeVar("Key")
Value = TypeVar("Value")


class BoundedCache(dict[Key, Value]):
    """What was understood, by what was read; emptied when it grows too much, as unlike wordings make it."""

    __slots__ = ()
    most = 16_384

    def __setitem__(self, key: Key, value: Value) -> None:
        if len(self) >= self.most:
            self.clear()
        super().__setitem__(key, value)


@dataclass(slots=True)
class FieldCache:
    """What the cells meant that were read by one declaration of a field."""

    readings: BoundedCache[tuple[Kind, str, Any, str | None], Read] = field(default_factory=BoundedCache)
    """By kind, text, value and formula."""


@dataclass(slots=True)
class TableCache:
    """What was understood of the tables of one kind."""

    headings: BoundedCache[tuple[tuple[str, Any, Kind], ...], Heading | None] = field(default_factory=BoundedCache)
    """The column that a stack of header cells stands for, by text, value and kind of each; ``None`` for no column."""
    headers: BoundedCache[tuple[object, ...], CachedHeader | None] = field(default_factory=BoundedCache)
    """The header that rows are, by all that they say; ``None`` where they are none."""
    keys: BoundedCache[tuple[object, ...], RowKeys | None] = field(default_factory=BoundedCache)
    """What the keys of a row say together, by their columns and wordings; ``None`` where one says nothing."""


@dataclass(slots=True)
class HeaderCache:
    """What was worked out from a header; all headers of a table that say the same share it."""

    columns: Columns | None = None
    """What its columns are for."""


@dataclass(slots=True)
class LayoutCache:
    """What was understood with one layout beside its tables and fields."""

    candidates: BoundedCache[tuple[str, bool], Candidates] = field(default_factory=BoundedCache)
    """The tables that may stand on a sheet, by its name and whether it is named."""
    statements: BoundedCache[tuple[str, bool], list[tuple[CompiledContext, str | None]]] = field(
        default_factory=BoundedCache
    )
    """The contexts that a text states, by the text and whether it stands below the last table."""
