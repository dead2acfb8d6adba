"""The compiled form of a layout: what follows from its declarations, worked out once a process.

What belongs here: folded wordings, patterns and codes of each declaration. What does not: what a layout may say
(``language``), what reading with it has understood (``layout_cache``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.figures.declared_marks import Marks, ordered
from pipeline.layouts.forms import Form, parse_form
from pipeline.layouts.language import Column, Context, Layout, Section, Table
from pipeline.layouts.layout_cache import BoundedCache, FieldCache, LayoutCache, TableCache
from pipeline.layouts.missing_codes import MissingCodes
from pipeline.layouts.publications import publication_contexts
from pipeline.layouts.read_fields import FormedField, ReadField
from pipeline.layouts.wordings import wording_pattern
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.words import fold

JOINED = "joined"
"""How the name begins of what a section says that states no fact, but begins other wordings."""


class CompiledField:
    """A field that is read, and how."""

    __slots__ = ("cache", "codes", "declared", "form", "key", "marks", "parts", "patterned")

    def __init__(self, declared: ReadField, marks: Marks = ()) -> None:
        self.declared = declared
        self.marks = marks
        """What its source means by marks."""
        self.key = declared.key
        """The name under which what it says is known: the field, or one part of it."""
        listed = [(wording, code) for code, known in declared.choices.items() for wording in known]
        listed += [(wording, "") for wording in declared.whole]
        self.codes = {fold(wording): code for wording, code in listed if "*" not in wording}
        """The code of each folded wording without a ``*``; the whole has the empty one."""
        self.patterned = [(wording, code) for wording, code in listed if "*" in wording]
        """The wordings with a ``*``, each with its code."""
        self.cache = FieldCache()
        formed = declared if isinstance(declared, FormedField) and declared.form else None
        self.form: Form | None = parse_form(formed.form) if formed else None
        """The form of its text, or of the header of its figures."""
        self.parts: tuple[CompiledField, ...] = tuple(
            CompiledField(part, marks) for part in (formed.every_part if formed else ())
        )
        """How each part of the form is read."""

    @property
    def has_codes(self) -> bool:
        """Whether wordings are listed, so that no others are known."""
        return bool(self.codes or self.patterned)

    def code_of(self, text: str) -> str | None:
        """Return the code of a wording, ``None`` for one that is not known, or that wordings of two codes fit.

        One that is listed as it stands wins over those with a ``*``.
        """
        found = self.codes.get(fold(text))
        codes = {self.patterned[at][1] for at in self._fitting(text)} if found is None else {found}
        return codes.pop() if len(codes) == 1 else None

    def two_that_fit(self, text: str) -> tuple[str, ...]:
        """Return the wordings with a ``*`` that fit a text which is listed nowhere, where they are of several codes."""
        fitting = [self.patterned[at] for at in self._fitting(text)] if fold(text) not in self.codes else []
        return tuple(wording for wording, _ in fitting) if len({code for _, code in fitting}) > 1 else ()

    def _fitting(self, text: str) -> list[int]:
        folded = fold(text)
        return [at for at, (wording, _) in enumerate(self.patterned) if wording_pattern(wording).fullmatch(folded)]


class CompiledColumn(CompiledField):
    """One column of a table."""

    __slots__ = ("missing", "patterns")
    declared: Column

    def __init__(self, declared: Column, missing: MissingCodes, marks: Marks = ()) -> None:
        super().__init__(declared, marks)
        self.missing = missing
        """The codes of missing values in its cells."""
        self.patterns = tuple(wording_pattern(header) for header in declared.headers if "*" in header)
        """The wordings of its header that hold a ``*``."""


class CompiledContext(CompiledField):
    """One fact that stands outside the tables."""

    __slots__ = ("labels",)
    declared: Context

    def __init__(self, declared: Context, marks: Marks = ()) -> None:
        super().__init__(declared, marks)
        self.labels = frozenset(map(fold, declared.labels))
        """The folded labels."""


class CompiledSection(CompiledField):
    """A fact stated by a row of its own, or the beginning of the wordings below."""

    __slots__ = ("begins",)
    declared: Section

    def __init__(self, declared: Section, marks: Marks = ()) -> None:
        super().__init__(declared, marks)
        self.begins = declared.field if declared.joined else ""
        """The field of the column whose wordings it begins; empty where it states a fact."""
        if declared.joined:
            self.key = f"{JOINED} {declared.field}"


class CompiledTable:
    """One kind of table."""

    __slots__ = (
        *("anchors", "beginnings", "by_header", "cache", "columns", "declared"),
        *("grand_totals", "marks", "may_lack_header", "rank", "required", "sections", "totals"),
    )

    def __init__(self, declared: Table, missing: Mapping[str, str], marks: Mapping[str, str]) -> None:
        """Compile a table; ``missing`` and ``marks`` are what the layout declares for all of them."""
        self.declared = declared
        self.marks = ordered(marks, declared.marks)
        """What its source means by marks."""
        self.columns = tuple(
            CompiledColumn(column, MissingCodes(missing, declared.missing, column.missing), self.marks)
            for column in declared.columns
        )
        self.sections = tuple(CompiledSection(section, self.marks) for section in declared.sections)
        self.by_header = _by_header(self.columns)
        """The columns by folded header, in their order."""
        self.rank = {id(column): position for position, column in enumerate(declared.columns)}
        """The position of each column's declaration, by identity."""
        self.may_lack_header = any(column.blank_header for column in declared.columns)
        """Whether a column may have none: then what stands below a header decides on it as well."""
        self.required = declared.required
        """The keys without whose header this is not the table."""
        self.anchors = _anchors(self.columns, self.required)
        """The folded wordings of which a header of one row must have some: one set for each required key."""
        self.beginnings = tuple(map(_beginnings, self.anchors))
        """What the first of several header cells must say that together say one of the ``anchors``, or a mark alone."""
        self.grand_totals = frozenset(map(fold, declared.grand_total_words))
        """The folded wordings of totals over all sections."""
        self.totals = frozenset(map(fold, declared.total_words)) | self.grand_totals
        """The folded wordings of totals."""
        self.cache = TableCache()

    def lists(self, text: str) -> bool:
        """Whether a header is listed with the mark that ends it."""
        headers = (header for column in self.declared.columns for header in column.headers)
        return any(plain(text).casefold() == plain(header).casefold() for header in headers)


def _by_header(columns: tuple[CompiledColumn, ...]) -> dict[str, tuple[CompiledColumn, ...]]:
    found: dict[str, tuple[CompiledColumn, ...]] = {}
    for column in columns:
        for header in column.declared.headers:
            if "*" not in header:
                found[fold(header)] = (*found.get(fold(header), ()), column)
    return found


def _anchors(columns: tuple[CompiledColumn, ...], required: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Return the folded headers of the columns of each required key; a key that is found otherwise too has none."""
    by_key = {key: [column for column in columns if column.key == key] for key in required}
    return tuple(
        frozenset(fold(header) for column in alike for header in column.declared.headers)
        for alike in by_key.values()
        if not any(c.declared.named_by or c.patterns or c.declared.blank_header for c in alike)
    )


def _beginnings(anchor: frozenset[str]) -> frozenset[str]:
    """Return the first words of some wordings: none of them, one, and so on to all."""
    every = [wording.split() for wording in anchor]
    return frozenset(" ".join(words[:count]) for words in every for count in range(len(words) + 1))


class CompiledLayout:
    """One source."""

    __slots__ = ("all_labels", "cache", "contexts", "declared", "labels", "note_start", "note_words", "tables")

    def __init__(self, declared: Layout) -> None:
        self.declared = declared
        self.tables = tuple(CompiledTable(table, declared.missing, declared.marks) for table in declared.tables)
        own = tuple(CompiledContext(context, ordered(declared.marks)) for context in declared.contexts)
        for place, context in enumerate([context for context in own if context.key == "breakdown"][1:], 2):
            context.key = f"breakdown {place}"  # each states a part of its own
        self.contexts = (*own, *map(CompiledContext, publication_contexts(declared)))
        """The facts outside the tables, those of the publication among them."""
        self.labels = frozenset[str]().union(*(context.labels for context in own))
        """The folded labels of all facts outside the tables that say something of figures."""
        self.all_labels = self.labels.union(*(context.labels for context in self.contexts))
        self.note_words = frozenset(map(fold, declared.note_words))
        """The folded words before a colon that make a note."""
        self.note_start = re.compile("|".join(declared.note_marks) or r"(?!)")
        """How a note begins that no word announces."""
        self.cache = LayoutCache()


class _CompiledLayouts(BoundedCache[int, CompiledLayout]):
    """The layouts that were compiled, by identity; each keeps its declaration alive, whose identity stays its own."""

    __slots__ = ()
    most = 64


_COMPILED = _CompiledLayouts()


def compiled(layout: Layout) -> CompiledLayout:
    """Return the compiled form of a layout, made once a process."""
    found = _COMPILED.get(id(layout))
    if found is None:
        found = _COMPILED[id(layout)] = CompiledLayout(layout)
    return found
