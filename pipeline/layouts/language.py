"""The layout language: what a layout file may say. A declaration never changes, and holds nothing but what is declared.

What belongs here: the shape of a layout, and what makes no sense in one. What does not: files (``layout_files``), what
follows from a declaration (``compiled``), applying it (``extractor``).
``docs/layouts.md`` shows each word of the language with an example; ``layout.schema.json`` is made from this module.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from pipeline.cells.workbook import Extra
from pipeline.layouts.fields import DEFAULT_PARSERS, FIELD_PARSERS, fields_of, read_fact
from pipeline.layouts.forms import ANYTHING
from pipeline.layouts.missing_codes import why_no_code
from pipeline.layouts.products import column_type
from pipeline.layouts.read_fields import Dimension, Entry, FormedField, ReadField
from pipeline.layouts.wordings import clash_in, matches
from pipeline.rejections.copies import HEADING

Scope = Literal["action_logement", "all_landlords", "context"]
MissingReason = Literal["secret", "not_available", "not_significant", "not_applicable"]

RETURNED_LIST = f"{HEADING}*"
"""The sheet of what to correct, which a returned workbook still carries when it is sent again."""

NOTE_SHEETS = ("source*", "notes*", "lisez*", RETURNED_LIST)
"""What sheets of notes are called, unless a layout says otherwise."""


def _is_pattern(text: str) -> str:
    """Refuse a regular expression that cannot be read, or that has no group to take the text from."""
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if text and not groups:
        raise ValueError("give the expression a group, in brackets: it is the text that is read")
    return text


Marks = dict[Annotated[str, Field(pattern=r"\S")], Literal["note", "P", "E", "R", "B", "A"]]
Pattern = Annotated[str, AfterValidator(_is_pattern)]


class Column(FormedField):
    """One column of a table, found by the words of its header or named by what its header says."""

    role: Literal["read", "ignore"] = "read"
    """`"ignore"`: its cells are claimed and not read. Without this, an unknown column is refused."""
    headers: tuple[str, ...] = ()
    """The wordings of its header, `*` for anything; accents, case, line breaks and footnote marks do not count."""
    under: tuple[str, ...] = ()
    """Wordings of which one must stand in a header cell over it."""
    blank_header: bool = False
    """Its header may be blank, and is without `headers`: then it is the column of which every cell reads as this."""
    named_by: tuple[Dimension, ...] = ()
    """Dimensions that the header itself states: `["period"]` for years across; each must be read in it."""
    fixed: dict[str, str] = Field(default_factory=dict)
    """Facts that hold for its values: `{ indicator = "starts" }`."""
    unit: str = ""
    """For a figure without an indicator: its unit."""
    required: bool = False
    """Without it, this is not the table; of several columns for one field, one is enough."""
    missing: dict[str, MissingReason] = Field(default_factory=dict)
    """For figures: codes of this column where a value is missing, which may read as numbers; they win over others."""
    at_most: float | None = None
    """The largest value that is plausible here; a larger one is refused."""
    years_before: int = 0
    """How many years before the year that the table states its values are about."""
    months: int = Field(default=0, ge=0, le=60)
    """How many months that end with the stated period its values are about: 12 for a rolling year; 1, the month alone.
    Without it, what its header says: `Cumul 12 mois`."""
    day: Annotated[str, Field(pattern=r"^(\d\d-\d\d)?$")] = ""
    """For a stock of which only the year is stated: the month and the day at which it is counted, as `01-01`."""

    @model_validator(mode="after")
    def _can_be_found(self) -> Column:
        if not self.headers and not self.named_by and not self.blank_header:
            raise ValueError(f"column {self.field}: give 'headers', 'named_by' or 'blank_header'")
        if not self.headers and self.blank_header and not self.is_told_by_cells:
            raise ValueError(f"column {self.field}: any text could stand in it; give 'headers', or 'choices'")
        if not self.field and self.role == "read":
            raise ValueError(f"column {self.headers[:1]}: give 'field', or role = \"ignore\"")
        if self.missing and self.parser != "figure":
            raise ValueError(f"column {self.field}: 'missing' is for figures; a code means nothing in other columns")
        return self

    @property
    def is_told_by_cells(self) -> bool:
        """Whether its cells tell it from others, as any text does not."""
        return self.role == "read" and (self.parser != "text" or self.field in {"code", "unit"})

    @property
    def slot(self) -> tuple[object, ...]:
        """What it fills in a row; two columns of a sheet for the same are one too many."""
        return (self.key, *sorted(self.fixed.items()))


class Section(FormedField):
    """A fact stated by a row of its own, a label alone, that holds for the rows below it."""

    joined: bool = False
    """It states no fact of its own, but begins the wordings of a column: `Logements`, over `vacants`."""

    @model_validator(mode="after")
    def _joins_text(self) -> Section:
        if self.joined and self.model_fields_set - {"field", "joined"}:
            raise ValueError(f"section {self.field}: the column of the labels says how what it joins is read")
        return self


class RowRule(Entry):
    """Which rows a rule is about: those whose cell in one column has one of some wordings."""

    field: str
    """The field of the column that is looked at."""
    words: tuple[str, ...] = Field(min_length=1)
    """The wordings, `*` for anything."""
    alone: bool = False
    """Only where nothing else stands in the row."""

    def fits(self, text: str) -> bool:
        """Whether a text is one of the wordings."""
        return matches(text, self.words)


class Context(ReadField):
    """One fact that stands outside the tables: beside a label, in a text, in the name of the sheet or of the file."""

    labels: tuple[str, ...] = ()
    """The wordings that stand before it, in the cell to its left or before a colon in its own."""
    pattern: Pattern = ""
    """A regular expression whose first group is the text, looked for in the texts outside the tables."""
    where: Literal["", "above", "below"] = ""
    """For a pattern: only above the table that it is about, or only below the last one."""
    below: bool = False
    """Where other labels stand beside its own, as in a header, it is the cell under it; of several, it is none."""
    sheets: tuple[str, ...] = ()
    """Names of the sheets on which it is looked for, those of notes included; what is found holds for all sheets."""
    sheet_name: Pattern = ""
    """A regular expression whose first group is the text, looked for in the sheet's name."""
    file_name: Pattern = ""
    """The same, in the file's name."""
    defined_name: str = ""
    """The name that the workbook gives to the cell that states it, on whatever sheet, hidden or not."""
    required: bool = False
    """A workbook that does not state it is refused."""

    @model_validator(mode="after")
    def _can_be_found(self) -> Context:
        if not (self.labels or self.pattern or self.sheet_name or self.file_name or self.defined_name):
            ways = "'labels', 'pattern', 'sheet_name', 'file_name' or 'defined_name'"
            raise ValueError(f"context {self.field}: give {ways}")
        return self


class Table(Entry):
    """One kind of table: on which sheets it may stand, its columns, its totals."""

    name: str
    """What messages call it."""
    columns: tuple[Column, ...] = Field(min_length=1)
    """Its columns, in any order."""
    sections: tuple[Section, ...] = ()
    """What a label alone in its row may say for the rows below, the outer one first."""
    ignore_rows: tuple[RowRule, ...] = ()
    """Rows that are claimed and not read."""
    keep_rows: tuple[RowRule, ...] = ()
    """Of the rows that fill these columns, only those that fit are read."""
    fixed: dict[str, str] = Field(default_factory=dict)
    """Facts that hold for the whole table, unless something in the workbook says otherwise."""
    sheets: tuple[str, ...] = ("*",)
    """Names of the sheets on which it may stand; `*` stands for anything."""
    expected: bool = False
    """A workbook in which it is not found is refused."""
    produces: Literal["observation", "target", "agreement", "funding", "correction", "check"] = "observation"
    """What its rows become; `"check"`: they are read, compared with what is known, and not loaded."""
    anchor: tuple[str, ...] = ("value",)
    """The field whose cell is the address of the record; the next one where that cell is blank."""
    header_rows: int = Field(default=2, ge=1)
    """How many rows a header may take at most."""
    blank_rows: int = Field(default=0, ge=0)
    """How many blank rows may stand inside the table."""
    group_blanks: Literal["refuse", "fill", "leave"] = "refuse"
    """What a blank header cell, not merged, to the right of a group means: `"fill"`, that it belongs to the group;
    `"leave"`, that it belongs to none; otherwise nobody can tell, and the table is refused."""
    side_by_side: bool = False
    """Whether other tables may stand beside it, each behind a blank column and with a header in the same row."""
    notes_beside: bool = False
    """Whether texts may stand beside it, in columns without a header left or right of its own: they are notes. Figures
    are none, nor what says something of figures; they stay refused."""
    below_header: tuple[Literal["codes", "translation"], ...] = ()
    """Rows that may stand just below its header, or above it, and say it again: by codes, or in another language."""
    missing: dict[str, MissingReason] = Field(default_factory=dict)
    """Codes of this table where a value is missing, beside those of the layout, over which they win."""
    total_words: tuple[str, ...] = ()
    """Wordings of a row or a column that totals the others; what it is about is what the context states."""
    grand_total_words: tuple[str, ...] = ()
    """In a table with sections: wordings of a row that totals all of them, and not its own alone."""
    marks: Marks = Field(default_factory=dict)
    """What marks mean in it, where that is not what the layout says."""
    rounding: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """By how much a total may differ from the sum of its parts, where that is not what the layout says."""
    total_of: Literal["", "parent"] = ""
    """`"parent"`: a figure about a territory totals those about all the territories that it is made of."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Table:
        if not self.required:
            raise ValueError(f"table {self.name}: no column is required, so that any row could be its header")
        if not any(column.required and (column.headers or column.named_by) for column in self.columns):
            raise ValueError(f"table {self.name}: no required column has a header by which the table could be found")
        known = fields_of([self.produces])
        for entry in (*self.columns, *self.sections):
            for read in (entry, *entry.every_part) if entry.field else ():
                if read.field != ANYTHING:
                    _check_field(f"table {self.name}", read, known)
        columns = {column.field for column in self.columns}
        labels = {column.field for column in self.columns if column.parser != "figure"}
        joined = [section.field for section in self.sections if section.joined]
        if len(set(joined)) < len(joined):
            raise ValueError(f"table {self.name}: two sections are joined with one label; what does the inner one end?")
        for section in self.sections:
            if section.joined and section.field not in labels:
                raise ValueError(f"table {self.name}: no column of labels for the joined section {section.field!r}")
        for rule in (*self.ignore_rows, *self.keep_rows):
            if rule.field not in columns:
                raise ValueError(f"table {self.name}: a rule on rows looks at {rule.field!r}, which no column fills")
        return self

    @property
    def required(self) -> frozenset[str]:
        """The keys without whose header this is not the table."""
        return frozenset(column.key for column in self.columns if column.required)

    def may_stand_on(self, sheet: str, *, is_named: bool) -> bool:
        """Whether the table may stand on a sheet of this name, as any may on the sheet of a text file."""
        return not is_named or matches(sheet, self.sheets)


class Layout(Entry):
    """One source: what it is, which rank it has, and where its figures stand."""

    source: str
    """The name of the file, and of the folder of `raw/`."""
    version: int
    """Raised by one at each change of meaning; stored with every submission."""
    title_fr: str
    """What the source is, in French."""
    prose: bool = False
    """Whether its figures are taken from running text, in which numbers are rounded: 34 000 may stand for 33 965."""
    authority: int = Field(ge=0)
    """Its rank when two sources disagree: the highest wins."""
    tables: tuple[Table, ...] = Field(min_length=1)
    """The tables that it may hold; the first that fits a header is taken."""
    contexts: tuple[Context, ...] = ()
    """The facts that stand outside the tables."""
    fixed: dict[str, str] = Field(default_factory=dict)
    """Facts that hold for everything, unless something in the workbook says otherwise."""
    due_month: int | None = Field(default=None, ge=1, le=12)
    """The month of the following year by whose end every region is expected to have reported."""
    scopes: tuple[Scope, ...] = ("action_logement",)
    """The scopes whose indicators it may name."""
    partition: Literal["", "region"] = ""
    """`"region"`: files lie in a folder for each region, and the region that a file states must be that one."""
    note_sheets: tuple[str, ...] = ("source*", "notes*", "lisez*")
    """Sheets without figures; the list that a returned workbook carries is always one."""
    ignore_sheets: tuple[str, ...] = ()
    """Sheets that are not read, visible or hidden, without a remark."""
    hidden_sheets: Literal["ignore", "read", "refuse"] = "ignore"
    """What becomes of a hidden sheet: passed over with a remark, read with a remark, or refused."""
    comments: Literal["ignore", "remark"] = "ignore"
    """What becomes of a comment on the cell of a figure: not looked at, or a remark that says it. None is applied."""
    note_words: tuple[str, ...] = (
        *("source", "sources", "champ", "note", "notes", "lecture", "nb", "avertissement"),
        *("s", "nd", "nc", "ns", "so", "p", "r", "e"),
    )
    """Words before a colon that make their row a note; the codes of missing values and of marks are explained so."""
    note_marks: tuple[str, ...] = (r"\(", r"\*", r"[¹²³⁴⁵⁶⁷⁸⁹]", r"\d{1,2}[.)]\s*[^\W\d]")
    """Regular expressions of how else a note may begin."""
    marks: Marks = Field(default_factory=dict)
    """What a mark means wherever it stands: a footnote, or a status (provisional, estimated, revised, break, final)."""
    dot: Literal["", "decimal", "thousands"] = ""
    """What a dot in a number means; without it, what the other figures of the file prove: else two readings refuse."""
    comma: Literal["decimal", "thousands"] = "decimal"
    """What a comma in a number means."""
    rounding: float = Field(default=0, ge=0, allow_inf_nan=False)
    """By how much a total may differ from the sum of its parts, since each is rounded by itself: in the unit in which
    the figures are loaded, as euros or dwellings."""
    dash: str = "not_available"
    """What `-` means: `nil`, or the reason for which a value is missing."""
    missing: dict[str, MissingReason] = Field(default_factory=dict)
    """Codes that this source writes where a value is missing, as written, each with its reason; they win over the
    known ones. Footnote marks beside one do not count; its case does where both are listed."""
    indicators: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Indicators that only this source uses, by code; `reference/indicators.toml` explains their fields."""
    territories: tuple[dict[str, Any], ...] = ()
    """Territories that only this source uses, each with the columns of `reference/territories.csv`."""

    units: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Units that this source brings, by code: `label_fr`, `label_en`, `wordings`; `factor` times `of`, a known one."""

    @model_validator(mode="after")
    def _is_known(self) -> Layout:
        known = fields_of(table.produces for table in self.tables)
        for context in self.contexts:
            _check_field("context", context, known)
        for facts in (self.fixed, *(t.fixed for t in self.tables), *(c.fixed for t in self.tables for c in t.columns)):
            for field, text in facts.items():
                if field not in known or read_fact(field, text, self.scopes) is None:
                    raise ValueError(f"fixed: {field} = {text!r} is not known; write it as a workbook would")
        self._check_missing()
        return self

    def _check_missing(self) -> None:
        """Refuse codes of missing values that could be figures or marks."""
        dash = self.dash if "dash" in self.model_fields_set else None
        columns = [column for table in self.tables for column in table.columns]
        found = [why_no_code(self.missing, self.marks, of_column=False, dash=dash)]
        found += [why_no_code(table.missing, self.marks, of_column=False, dash=None) for table in self.tables]
        found += [why_no_code(column.missing, self.marks, of_column=True, dash=None) for column in columns]
        if problem := next(filter(None, found), ""):
            raise ValueError(problem)

    @property
    def label(self) -> str:
        """The layout and its version, as stored with each submission."""
        return f"{self.source} v{self.version}"

    @property
    def extra(self) -> Extra:
        """What has to be read of a workbook beside its cells."""
        comments = Extra.COMMENTS if self.comments == "remark" else Extra.NONE
        return comments | (Extra.NAMES if any(context.defined_name for context in self.contexts) else Extra.NONE)

    def is_note_sheet(self, sheet: str) -> bool:
        """Whether a sheet holds sources and explanations only."""
        return matches(sheet, (*self.note_sheets, RETURNED_LIST))


def _check_field(place: str, entry: ReadField, known: frozenset[str]) -> None:
    """Refuse a field that there is not, and one that what is read could not fill: a text is no day and no figure."""
    if entry.field not in known:
        raise ValueError(f"{place}: no field {entry.field!r}; known: {', '.join(sorted(known))}")
    own = DEFAULT_PARSERS.get(entry.field)
    allowed = (own,) if own else FIELD_PARSERS.get(column_type(entry.field), ())
    if entry.parser not in allowed:
        raise ValueError(f"{place}: {entry.field} is not read as {entry.parser!r}; known: {', '.join(allowed)}")
    if clash := clash_in({**entry.choices, "": entry.whole}):
        both = " and ".join(map(repr, clash))
        raise ValueError(f"{place}: choices of {entry.field}: {both} fit the same wordings; keep one of them")
