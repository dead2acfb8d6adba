"""The layout language: what a layout file may say, read and checked.

What belongs here: the shape of a layout and the messages about a wrong one. What does not: applying it (``extract``).
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipeline.words import fold

Parser = Literal["text", "indicator", "territory", "period", "date", "figure", "duration", "choice"]
Dimension = Literal["indicator", "territory", "period"]
Level = Literal["national", "region", "department", "other"]

# How a field is read unless the layout says otherwise.
DEFAULT_PARSERS: dict[str, Parser] = {
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


class _Entry(BaseModel):
    """An entry of a layout file: nothing unknown, nothing changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Field(_Entry):
    """A field that is read somewhere, and how."""

    field: str
    """What it fills: a dimension, ``value``, ``unit``, ``remark``, or a column of the product's stage contract."""
    parse: Parser | None = None
    """How its text is read, where the field's name does not already say so."""
    required: bool = False
    levels: tuple[Level, ...] = ()
    """For a territory: the levels allowed, the preferred first."""

    @property
    def parser(self) -> Parser:
        """How the text is read."""
        return self.parse or DEFAULT_PARSERS.get(self.field, "text")


class Column(_Field):
    """One column of a table, found by the words of its header or named by what its header says."""

    headers: tuple[str, ...] = ()
    """The wordings of its header; accents, case, line breaks and footnote marks do not count."""
    named_by: tuple[Dimension, ...] = ()
    """Dimensions that the header itself states: ``["period"]`` for years across; each must be read in it."""
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For a choice: each code with the wordings that stand for it."""
    unit: str = ""
    """For a figure without an indicator: its unit."""

    @model_validator(mode="after")
    def _can_be_found(self) -> Column:
        if not self.headers and not self.named_by:
            raise ValueError(f"column {self.field}: give 'headers' or 'named_by'")
        return self


class Context(_Field):
    """One fact that stands outside the tables: beside a label, in the name of the sheet or in the name of the file."""

    labels: tuple[str, ...] = ()
    """The wordings that stand before it, in the cell to its left or before a colon in its own."""
    sheet_name: str = ""
    """A regular expression whose first group is the text, looked for in the sheet's name."""
    file_name: str = ""
    """The same, in the file's name."""


class Table(_Entry):
    """One kind of table: on which sheets it may stand, its columns, its totals."""

    name: str
    columns: tuple[Column, ...] = Field(min_length=1)
    sheets: tuple[str, ...] = ("*",)
    """Names of the sheets on which it may stand; ``*`` stands for anything."""
    produces: Literal["observation", "target", "agreement", "funding"] = "observation"
    anchor: tuple[str, ...] = ("value",)
    """The field whose cell is the address of the record; the next one where that cell is blank."""
    header_rows: int = 2
    """How many rows a header may take at most."""
    blank_rows: int = 0
    """How many blank rows may stand inside the table."""
    total_words: tuple[str, ...] = ()
    """Wordings of a row that totals the rows above it; its territory is the one that the context states."""
    total_of: Literal["", "parent"] = ""
    """``"parent"``: a row about a territory totals the rows about all the territories that it is made of."""

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Table:
        if not self.required:
            raise ValueError(f"table {self.name}: no column is required, so that any row could be its header")
        return self

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


class Layout(_Entry):
    """One source: what it is, which rank it has, and where its figures stand."""

    source: str
    """The name of the file, and of the folder of ``raw/``."""
    version: int
    title_fr: str
    authority: int = Field(ge=0)
    """Its rank when two sources disagree: the highest wins."""
    tables: tuple[Table, ...] = Field(min_length=1)
    contexts: tuple[Context, ...] = ()
    due_month: int | None = Field(default=None, ge=1, le=12)
    """The month of the following year by whose end every region is expected to have reported."""
    scopes: tuple[Literal["action_logement", "all_landlords", "context"], ...] = ("action_logement",)
    """The scopes whose indicators it may name."""
    partition: Literal["", "region"] = ""
    """``"region"``: files lie in a folder for each region, and the region that a file states must be that one."""
    note_sheets: tuple[str, ...] = ("source*", "notes*", "lisez*")
    note_words: tuple[str, ...] = ("source", "sources", "champ", "note", "notes", "lecture", "nb", "avertissement")
    dot: Literal["", "decimal", "thousands"] = ""
    """What a dot in a number means; without it, a number that has two readings is refused."""
    comma: Literal["decimal", "thousands"] = "decimal"
    dash: str = "not_available"
    """What ``-`` means: ``nil``, or the reason for which a value is missing."""

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
        return Layout.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{name}: not TOML: {error}") from error
    except ValidationError as error:
        raise LayoutError(f"{name}: {'; '.join(map(_sentence, error.errors()))}") from error


def _sentence(detail: ErrorDetails) -> str:
    """Return one complaint with the place that it is about: ``tables.0.columns.2.parse: …``."""
    place = ".".join(str(step) for step in detail["loc"])
    return f"{place}: {detail['msg']}, found {detail['input']!r:.60}" if place else detail["msg"]
