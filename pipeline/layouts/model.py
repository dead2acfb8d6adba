"""The layout language: what a layout file may say, read and checked.

What belongs here: the shape of a layout and the messages about a wrong one. What does not: applying it (``extract``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from pipeline.layouts.products import PRODUCTS
from pipeline.words import fold

PARSERS = ("text", "indicator", "territory", "period", "date", "figure", "duration", "choice")
NAMED_BY_HEADER = ("indicator", "territory", "period")

# How a field is read unless the layout says otherwise.
DEFAULT_PARSERS = {
    "indicator": "indicator",
    "territory": "territory",
    "period": "period",
    "value": "figure",
    "signed_on": "date",
    "known_on": "date",
    "duration": "duration",
}


class LayoutError(ValueError):
    """A layout file is wrong; the message names the file, the entry and what is expected."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, found by the words of its header or named by what its header says."""

    field: str
    headers: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ()
    """Dimensions that the header itself states: ``["period"]`` for years across; each must be read in it."""
    parse: str = ""
    required: bool = False
    levels: tuple[str, ...] = ()
    """For a territory: the levels allowed, the preferred first."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a choice: each code with the wordings that stand for it."""
    unit: str = ""
    """For a figure without an indicator: its unit."""

    @property
    def parser(self) -> str:
        """How the cells of the column are read."""
        return self.parse or DEFAULT_PARSERS.get(self.field, "text")


@dataclass(frozen=True, slots=True)
class Context:
    """One fact that stands outside the tables: beside a label, in the name of the sheet or in the name of the file."""

    field: str
    labels: tuple[str, ...] = ()
    parse: str = ""
    required: bool = False
    levels: tuple[str, ...] = ()
    sheet_name: str = ""
    """A regular expression whose first group is the text, looked for in the sheet's name."""
    file_name: str = ""
    """The same, in the file's name."""

    @property
    def parser(self) -> str:
        """How the text is read."""
        return self.parse or DEFAULT_PARSERS.get(self.field, "text")


@dataclass(frozen=True)
class Table:
    """One kind of table: on which sheets it may stand, its columns, its totals."""

    name: str
    columns: tuple[Column, ...]
    sheets: tuple[str, ...] = ("*",)
    produces: str = "observation"
    anchor: tuple[str, ...] = ("value",)
    """The field whose cell is the address of the record; the next one where that cell is blank."""
    header_rows: int = 2
    """How many rows a header may take at most."""
    blank_rows: int = 0
    """How many blank rows may stand inside the table."""
    total_words: tuple[str, ...] = ()
    """Wordings of a row that totals the rows above it; its territory is the one that the context states."""
    total_of: str = ""
    """``"parent"``: a row about a territory totals the rows about the territories that it contains."""

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """The columns by folded header."""
        return {fold(header): column for column in self.columns for header in column.headers}

    @cached_property
    def required(self) -> frozenset[str]:
        """The fields without whose header this is not the table."""
        return frozenset(column.field for column in self.columns if column.required)

    @cached_property
    def totals(self) -> frozenset[str]:
        """The folded wordings of totals."""
        return frozenset(map(fold, self.total_words))

    def may_stand_on(self, sheet: str) -> bool:
        """Whether the table may stand on a sheet of this name."""
        return matches(sheet, self.sheets)


@dataclass(frozen=True, slots=True)
class Layout:
    """One source: what it is, which rank it has, and where its figures stand."""

    source: str
    version: int
    title_fr: str
    authority: int
    tables: tuple[Table, ...]
    contexts: tuple[Context, ...] = ()
    due_month: int | None = None
    scopes: tuple[str, ...] = ("action_logement",)
    partition: str = ""
    """``"region"``: files lie in a folder for each region, and the region that a file states must be that one."""
    note_sheets: tuple[str, ...] = ("source*", "notes*", "lisez*")
    note_words: tuple[str, ...] = ("source", "sources", "champ", "note", "notes", "lecture", "nb", "avertissement")
    dot: str = ""
    comma: str = "decimal"
    dash: str = "not_available"

    @property
    def label(self) -> str:
        """The layout and its version, as stored with each submission."""
        return f"{self.source} v{self.version}"

    def is_note_sheet(self, sheet: str) -> bool:
        """Whether a sheet holds sources and explanations only."""
        return matches(sheet, self.note_sheets)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of the wordings, in which ``*`` stands for anything."""
    return any(
        re.fullmatch(".*".join(re.escape(fold(part)) for part in pattern.split("*")), fold(name))
        for pattern in patterns
    )


def load_layouts(folder: Path | None = None) -> dict[str, Layout]:
    """Return every layout by source, from a folder of TOML files, the product's own unless another is given.

    Raises:
        LayoutError: a file is wrong.
    """
    root = folder if folder is not None else Path(str(resources.files("pipeline.layouts")))
    layouts = {}
    for path in sorted(root.glob("*.toml")):
        layout = read_layout(path.read_text(encoding="utf-8"), path.name)
        if layout.source != path.stem:
            raise LayoutError(f"{path.name}: source = {layout.source!r}, expected {path.stem!r}, the name of the file")
        layouts[layout.source] = layout
    return layouts


def read_layout(text: str, name: str) -> Layout:
    """Return the layout that a TOML text describes; ``name`` stands for it in messages.

    Raises:
        LayoutError: the text is not TOML, or says something that the language does not have.
    """
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{name}: not TOML: {error}") from error
    tables = tuple(_table(entry, f"{name}, tables") for entry in entries.pop("tables", ()))
    if not tables:
        raise LayoutError(f"{name}: no [[tables]]; a layout describes one table at least")
    contexts = tuple(_made(Context, entry, f"{name}, contexts") for entry in entries.pop("contexts", ()))
    layout = _made(Layout, {**entries, "tables": tables, "contexts": contexts}, name)
    for item in (*contexts, *(column for table in tables for column in table.columns)):
        if item.parser not in PARSERS:
            raise LayoutError(f"{name}: {item.field}: parse = {item.parser!r}, expected one of {', '.join(PARSERS)}")
    return layout


def _table(entry: dict[str, Any], where: str) -> Table:
    where = f"{where}.{entry.get('name', '?')}"
    columns = tuple(_column(column, where) for column in entry.pop("columns", ()))
    table = _made(Table, {**entry, "columns": columns}, where)
    if table.produces not in PRODUCTS:
        raise LayoutError(f"{where}: produces = {table.produces!r}, expected one of {', '.join(PRODUCTS)}")
    if not table.required:
        raise LayoutError(f"{where}: no column is required, so that any row could be its header")
    return table


def _column(entry: dict[str, Any], where: str) -> Column:
    choices = {code: tuple(words) for code, words in entry.pop("choices", {}).items()}
    column = _made(Column, {**entry, "choices": choices}, f"{where}, columns")
    if not column.headers and not column.named_by:
        raise LayoutError(f"{where}, {column.field}: give 'headers' or 'named_by'")
    wrong = set(column.named_by) - set(NAMED_BY_HEADER)
    if wrong:
        raise LayoutError(f"{where}, {column.field}: named_by = {sorted(wrong)}, expected {', '.join(NAMED_BY_HEADER)}")
    return column


def _made(kind: type[Any], entry: dict[str, Any], where: str) -> Any:
    """Return an instance of a dataclass from TOML values, lists made tuples; unknown and missing names are refused."""
    known = {item.name for item in fields(kind)}
    unknown = entry.keys() - known
    if unknown:
        raise LayoutError(f"{where}: unknown {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    try:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()})
    except TypeError as error:
        raise LayoutError(f"{where}: {error}") from error
