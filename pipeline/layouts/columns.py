"""What the columns of a table are for, worked out once for all tables whose headers say the same.

What belongs here: which columns hold keys and which values, what a header states of the figures under it, and what of
that the rows of one shape have. What does not: finding headers (``header_search``), what a row says (``rows``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from pipeline.figures.periods import Period
from pipeline.figures.stated_units import Around, together
from pipeline.layouts.extraction import HeaderFacts, RowFacts
from pipeline.layouts.fields import read_fact
from pipeline.layouts.grid import ROLE_CODES
from pipeline.layouts.headers import Header
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Fields, flatten, period_of_parts
from pipeline.layouts.language import Layout
from pipeline.layouts.products import needed_fields
from pipeline.layouts.row_keys import moved
from pipeline.layouts.row_shapes import Shape
from pipeline.vocabulary.indicators import Indicator
from pipeline.vocabulary.units import unit
from pipeline.vocabulary.words import fold

_COUNTING = frozenset({"nombre", "nb", "nbre", "effectif", "effectifs"})
CHECKED = {"code", "parent"}  # compared with the territory, and no part of what the row says
_STATED_BY_ROWS = {
    "indicator",
    "territory",
    "period",
}  # where the table has a column for it, no context says it instead

# What the cell of an observation and its header give in any case.
_GIVEN = {
    *("breakdown", "population", "label", "sheet", "cell", "raw_text"),
    *("unit", "qualifier", "obs_status", "is_total"),
}
NEEDED = tuple(name for name in needed_fields("observation") if name not in _GIVEN)
"""The fields of an observation that header and row must state."""


@dataclass(slots=True)
class RowContext:
    """What holds for every value of a row."""

    row_facts: RowFacts
    facts: Fields
    """The typed facts, by field."""
    parts: dict[str, int]
    """The parts of a period that is not whole yet."""


class Units(NamedTuple):
    """The units that a header and the layout state for a column."""

    named: str
    """That of the indicator that the header names."""
    declared: str
    """The layout's."""
    worded: str
    """The wording between brackets in the header."""
    counts: bool
    """Whether the header says that things are counted: « Nombre »."""

    def of_row(self, named: str, worded: str, around: tuple[Around, ...]) -> tuple[str, str]:
        """Return the unit of the column's figures in a row, and the wording that all statements of it make together.

        Args:
            named: the unit of the indicator that the row names.
            worded: the wording of the unit in the row.
            around: what is said elsewhere of the figures of the table.
        """
        code = self.named or named or self.declared
        is_counted = self.counts and unit(code).is_count
        return code, together(code, (worded, self.worded), around, is_counted=is_counted)


class ValueColumn:
    """What the header of a value column states of its figures."""

    __slots__ = (
        "breakdown",
        "facts",
        "gives",
        "heading",
        "is_special",
        "months",
        "moves",
        "parts",
        "period",
        "struck",
        "units",
    )

    def __init__(self, heading: Heading) -> None:
        named = dict(heading.named)
        breakdowns = named.pop("breakdown", None)
        self.heading = heading
        self.breakdown = () if breakdowns is None else (str(breakdowns),)
        self.parts = {name[7:]: int(str(named.pop(name))) for name in list(named) if name.startswith("period:")}
        period, indicator = named.get("period"), named.get("indicator")
        self.period = period if isinstance(period, Period) else None
        about = indicator.unit if isinstance(indicator, Indicator) else ""
        counts = any(not _COUNTING.isdisjoint(fold(cell.text).split()) for cell in heading.cells)
        self.units = Units(about, heading.column.unit, heading.stated_unit, counts)
        fields = flatten(named)
        label = " ".join(heading.text.split())
        self.facts = HeaderFacts(
            fields, label, heading.obs_status, heading.is_total, ", ".join(filter(None, self.breakdown))
        )
        self.gives = frozenset(name for name, stated in fields.items() if stated is not None)
        column = heading.column
        self.months = heading.months
        self.moves = bool(column.years_before or column.day) or self.months not in {0, 1}
        silenced = any(stated is None for name, stated in fields.items() if name in NEEDED)
        self.struck = heading.struck
        """What of its header is struck through."""
        numbers = heading.compiled.missing.numbers
        """The numbers that stand for no value."""
        self.is_special = bool(self.parts or self.moves or silenced or self.struck or column.at_most is not None)
        self.is_special = self.is_special or bool(numbers)

    def lacking_in(self, context: RowContext, period: Fields) -> str:
        """Return the first field that neither the header nor the row states; empty where all is known."""
        sources = (period, self.facts.fields, context.row_facts.fields)
        return next((name for name in NEEDED if _first_stated(name, *sources) is None), "")

    def period_in(self, context: RowContext) -> Fields:
        """Return the columns of the period that header and row state together, or that the column moves."""
        period = self.period or context.facts.get("period")
        if self.parts:
            period = period_of_parts({**context.parts, **self.parts})
        if self.moves and isinstance(period, Period):
            period = moved(period, self.heading.column, self.months)
        if not self.parts and not self.moves:
            return {}
        return flatten({"period": period}) if period else {"period_start": None}


class Columns:
    """The columns of a table."""

    __slots__ = (
        *("_by_shape", "claimed", "facts", "header_facts", "keys", "may_be_fast"),
        *("roles", "struck_key", "value_columns", "wanted", "words"),
    )

    def __init__(self, header: Header, layout: Layout) -> None:
        table = header.table
        by_rank = sorted(header.headings.items(), key=lambda item: header.compiled.rank[id(item[1].column)])
        read = [(position, heading) for position, heading in by_rank if heading.column.role == "read"]
        self.words = header.words
        """The folded texts of each column's header."""
        self.keys = [item for item in read if item[1].column.parser != "figure"]
        """The columns that are read and hold no values, as they are ranked."""
        self.struck_key = next((heading.struck for _, heading in self.keys if heading.struck), None)
        """What is struck through of the headers of the keys, so that no row says what it is about."""
        self.value_columns = {
            p: ValueColumn(heading) for p, heading in sorted(read) if heading.column.parser == "figure"
        }
        """The columns of values, from left to right."""
        self.header_facts = [column.facts for column in self.value_columns.values()]
        self.roles = {position: "ignored" if h.column.role == "ignore" else "key" for position, h in by_rank}
        """The roles of the cells of a row that is read, by column; a record claims the cell of its figure itself."""
        for position, column in self.value_columns.items():
            del self.roles[position]
            if table.produces == "observation":
                self.roles[position] = "total" if column.facts.is_total else "value"
        self.claimed = self.roles.keys() | self.value_columns.keys()
        """The columns that are some column of the table."""
        self.wanted = [position for position, heading in self.keys if is_needed(heading)]
        """The columns without which nobody can tell what a value is about."""
        fixed = {**layout.fixed, **table.fixed}
        self.facts: Fields = {name: read_fact(name, text, layout.scopes) for name, text in fixed.items()}
        """What the layout says of all rows."""
        named = {*self.facts, *(h.column.key for _, h in self.keys), *(section.key for section in table.sections)}
        has_rules = bool(table.ignore_rows or table.keep_rows)
        self.may_be_fast = table.produces == "observation" and not has_rules and not any(map(asks_for_more, named))
        has_forms = any(heading.compiled.form for _, heading in self.keys)
        has_forms = has_forms or any(section.begins for section in header.compiled.sections)
        self.may_be_fast = self.may_be_fast and self.struck_key is None and not has_forms
        """Whether keys and values tell all of a row: no rules, no codes to compare, no parts of a period or
        of a form."""
        self._by_shape: WeakKeyDictionary[Shape, ShapeColumns] = WeakKeyDictionary()

    def of_shape(self, shape: Shape) -> ShapeColumns:
        """Return those that rows of a shape fill."""
        found = self._by_shape.get(shape)
        if found is None:
            found = self._by_shape[shape] = ShapeColumns(self, shape)
        return found


class ShapeColumns:
    """The columns that the rows of one shape fill."""

    __slots__ = (
        *("first", "first_words", "header_places", "is_fast", "key_columns", "key_places", "keys"),
        *("needs", "places", "positions", "roles", "run", "units", "value_columns"),
    )

    def __init__(self, columns: Columns, shape: Shape) -> None:
        places = shape.places
        self.positions = [position for position in columns.value_columns if position in places]
        """The columns of the values."""
        self.value_columns = [columns.value_columns[position] for position in self.positions]
        self.header_places = [at for at, position in enumerate(columns.value_columns) if position in places]
        """The place of each among all columns of values."""
        self.places = [places[position] for position in self.positions]
        """The place of each among the cells of a row."""
        first = self.places[0] if self.places else 0
        self.run = range(first, first + len(self.places))
        """The same, where they stand side by side."""
        if list(self.run) != self.places:
            self.run = range(0)
        self.units = tuple(column.units for column in self.value_columns)
        given = frozenset(NEEDED).intersection(*(column.gives for column in self.value_columns))
        self.needs = [name for name in NEEDED if name not in given]
        """The fields that a row has to state, since not every header does."""
        keys = [(position, heading) for position, heading in columns.keys if position in places]
        self.keys = [heading for _, heading in keys]
        self.key_columns = tuple(id(heading.column) for heading in self.keys)
        """What each key is, whichever column of the sheet it stands in."""
        self.key_places = [places[position] for position, _ in keys]
        leftmost = next(iter(places), 0)
        self.first = places.get(leftmost, 0)
        """The place of the first cell."""
        self.first_words = columns.words.get(leftmost, frozenset())
        """What the header says over it: where the cell says that as well, the row may repeat the header."""
        self.is_fast = (
            columns.may_be_fast
            and all(position in columns.claimed for position in places)
            and len(places) > 1
            and all(position in places for position in columns.wanted)
            and bool(self.value_columns)
            and not any(column.is_special for column in self.value_columns)
        )
        """Whether keys and values are there and nothing else, and no value asks for more than its number."""
        codes = bytearray(1 + max(places.values(), default=-1))
        for position, role in columns.roles.items():
            if position in places:
                codes[places[position]] = ROLE_CODES[role]
        self.roles = bytes(codes)
        """The places of the roles of the cells of a row among ``ROLES``, 0 for those that no column claims."""


def columns_of(header: Header, layout: Layout) -> Columns:
    """Return what the columns of a table are for."""
    if header.cache.columns is None:
        header.cache.columns = Columns(header, layout)
    return header.cache.columns


def asks_for_more(key: str) -> bool:
    """Whether what a key says must be compared with others, or put together with them."""
    return ":" in key or key in CHECKED


def is_needed(heading: Heading) -> bool:
    """Whether a row that leaves a column of keys blank is one of which nobody can tell what it is about."""
    return heading.column.required if is_part(heading) else heading.column.field in _STATED_BY_ROWS


def is_part(heading: Heading) -> bool:
    """Whether a column of keys states a part of a breakdown."""
    return heading.column.field == "breakdown"


def _first_stated(name: str, *sources: Fields) -> object:
    """Return what the first source that states a field states."""
    return next((source[name] for source in sources if name in source), None)
