"""What the rows of a table say before they say anything, and what each says together with it.

Of what stands around the table, in its sections, over its columns and in its rows:

* breakdowns make one together, the outer one first, and so do remarks;
* a nearer statement of anything else replaces the farther one, which must be true beside it (``contradictions``);
* a year that is stated farther away completes a month.

What belongs here: putting together what is stated. What does not: reading it (``keys``, ``context``), which rows are
read and what is refused (``rows``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures.periods import Period
from pipeline.figures.stated_units import Around
from pipeline.layouts.columns import CHECKED, RowContext
from pipeline.layouts.compiled import JOINED, CompiledSection
from pipeline.layouts.context import Readings
from pipeline.layouts.contradictions import NOT_COMPARED, contradiction
from pipeline.layouts.extraction import RowFacts
from pipeline.layouts.keys import Fields, Read, flatten, period_of_parts
from pipeline.layouts.mark_notes import DoubtfulMarks
from pipeline.layouts.meant_levels import NamedLevels
from pipeline.layouts.row_keys import unit_of
from pipeline.layouts.tables import FoundTable
from pipeline.rejections import Rejection
from pipeline.vocabulary.indicators import Indicator

_REMARK = "remark"
_BETWEEN_REMARKS = " ; "


class Surroundings(NamedTuple):
    """What is said around a table."""

    facts: Readings
    here: frozenset[str]
    """The facts that its own sheet states, so that nothing in it may contradict them."""
    units: tuple[Around, ...]
    """The units that are stated for its figures."""
    status: str
    """The status of the figures that state none: ``A``, or ``P`` where all are provisional."""
    dot: str
    """What a dot in a number means in the file."""
    split: frozenset[str]
    """The codes of the departments of which the file names a part."""
    levels: NamedLevels
    doubtful: DoubtfulMarks
    """The marks that the file explains otherwise than they are read."""
    """The levels of the names of the file."""


class Base(NamedTuple):
    """What holds for all rows of a section, and of a table without sections."""

    facts: Fields
    """The typed facts, by field."""
    row_facts: RowFacts
    """What they say of the values, but for what the keys of a row do."""


class RowMeanings:
    """What holds around the rows of one table, with the sections in which the present row stands."""

    def __init__(self, located: FoundTable, declared: Fields, around: Surroundings) -> None:
        """Begin a table.

        Args:
            located: the table.
            declared: what the layout says of all rows.
            around: what is said around it.
        """
        self._declared = located.compiled.sections
        self._contexts = contexts = around.facts
        self._here = {name: read for name, read in contexts.items() if name in around.here}
        self._status = around.status
        if any(map(is_breakdown, contexts)):
            declared = {name: fact for name, fact in declared.items() if not is_breakdown(name)}
        self.facts: Fields = declared | {name: read.meaning for name, read in contexts.items()}
        """What holds for the whole table."""
        self._sections: dict[int, Read] = {}
        self._base: Base | None = None

    # -- sections ------------------------------------------------------------------------------------------------

    def open_section(self, position: int, read: Read) -> None:
        """Note what a section says, which ends those within the one before."""
        self._sections = {at: kept for at, kept in self._sections.items() if at < position} | {position: read}
        self._base = None

    def close_sections(self) -> None:
        """End all sections."""
        self._sections = {}
        self._base = None

    def sections(self) -> Iterable[tuple[str, Read]]:
        """Return each statement of the sections that hold, by the name of what it says, the outer one first."""
        return [
            said
            for position, read in self._sections.items()
            for said in ((self._declared[position].key, read), *read.parts)
        ]

    def joined(self, label: Cell, field: str) -> Cell:
        """Return a label with the wording that a section begins for it: ``Logements vacants``."""
        begun = (read.cell for at, read in self._sections.items() if self._declared[at].begins == field)
        section = next(begun, None)
        if section is None or label.kind is not Kind.TEXT:
            return label
        text = f"{section.text.strip()} {label.text.strip()}"
        return label._replace(text=text, value=text)

    @property
    def stated_by_sections(self) -> frozenset[str]:
        """The names of what sections say."""
        return frozenset(name for name, _ in self.sections())

    def stated(self, inside: int | None = None) -> Readings:
        """Return what is said around the rows, the nearest statement of each field, that nothing may contradict.

        What another sheet says holds only where this one says nothing.

        Args:
            inside: the position of a section: then what is said outside it; ``None`` for what holds for the rows.
        """
        outer = {at: read for at, read in self._sections.items() if inside is None or at < inside}
        stated = (said for at, read in outer.items() for said in ((self._declared[at].key, read), *read.parts))
        return self._here | dict(stated)

    def refused_field(self) -> str:
        """Return the field of a statement around the rows that cannot be read, and that nobody may do without.

        A territory, a period or an indicator that is not known lacks by itself where no row states it.
        """
        for key, read in chain(self._contexts.items(), self.sections()):
            is_needed = is_breakdown(key) or key not in NOT_COMPARED | {"territory", "indicator"}
            if read.problem is not None and is_needed and not key.startswith("period"):
                return "breakdown" if is_breakdown(key) else key
        return ""

    # -- rows ----------------------------------------------------------------------------------------------------

    @property
    def base(self) -> Base:
        """What holds for all rows of the present section."""
        if self._base is None:
            facts = dict(self.facts)
            remarks = [facts.get(_REMARK)]
            for name, read in self.sections():
                remarks += [read.meaning] if name == _REMARK else []
                if name not in CHECKED and not is_breakdown(name) and not name.startswith(JOINED):
                    facts[name] = read.meaning
            if _REMARK in facts:
                facts[_REMARK] = joined_remarks(*remarks)
            around = [facts.pop(name) or "" for name in sorted(filter(is_breakdown, facts), key=_rank)]
            within = [
                self._breakdown_in(position)
                for position, section in enumerate(self._declared)
                if _has_breakdown(section)
            ]
            parts = (", ".join(filter(None, around)), *within)
            self._base = Base(facts, self._row_facts(flatten(facts), facts, {}, parts, ()))
        return self._base

    def _breakdown_in(self, position: int) -> str:
        """Return the breakdown that a section states, by itself or as a part of its form; empty where it is over."""
        read = self._sections.get(position)
        if read is None:
            return ""
        own = read if is_breakdown(self._declared[position].key) else dict(read.parts)["breakdown"]
        return own.meaning or ""

    def _row_facts(
        self, fields: Fields, facts: Fields, keys: Readings, breakdowns: tuple[str, ...], parts: Sequence[Read]
    ) -> RowFacts:
        sections = [read for _, read in self.sections()]
        nearest_first = (*keys.items(), *reversed([*self.sections()]))
        label = next((read for name, read in nearest_first if name == "indicator"), None)
        stated = (*keys.values(), *parts, *reversed(sections), *self._contexts.values())
        about = facts.get("indicator")
        return RowFacts(
            fields,
            about.unit if isinstance(about, Indicator) else "",
            breakdowns,
            label=(" ".join(label.cell.text.split()) or None) if label else None,
            status=next((read.status for read in stated if read.status != "A"), self._status),
            unit=unit_of((*sections, *keys.values(), *parts)),
            section=tuple(read.cell.text for read in sections),
        )

    def of_row(self, keys: Readings, breakdowns: list[Read]) -> tuple[Fields, dict[str, int], tuple[str, ...]]:
        """Return what holds for a whole row: its facts, the parts of its period, and its breakdowns."""
        facts = self.base.facts | {name: read.meaning for name, read in keys.items() if name not in CHECKED}
        if _REMARK in keys:
            facts[_REMARK] = joined_remarks(self.base.facts.get(_REMARK), keys[_REMARK].meaning)
        stated = (*self.base.row_facts.breakdowns, *(read.meaning or "" for read in breakdowns))
        parts = {name[7:]: facts.pop(name) for name in list(facts) if name.startswith("period:")}
        if None in parts.values():  # a year without the month that was meant is not the whole year
            parts, facts["period"] = {}, None
        elif "period" not in keys:
            _complete(parts, facts)
        period = facts.get("period")
        if isinstance(period, Period) and period.frequency == "A":  # of which a header may state a month
            parts = {**parts, "year": period.start.year} if "period" in keys else {"year": period.start.year, **parts}
        return facts, parts, stated

    def row_context(self, keys: Readings, breakdowns: list[Read], total_word: str) -> RowContext:
        """Return what holds for every value of a row."""
        facts, parts, stated = self.of_row(keys, breakdowns)
        row_facts = self._row_facts(flatten(facts), facts, keys, stated, breakdowns)
        return RowContext(row_facts._replace(total_word=total_word), facts, parts)

    def contradicted_columns(self, located: FoundTable) -> dict[int, Rejection]:
        """Return the columns of values whose header is contradicted by what is said around the rows, and why."""
        found: dict[int, Rejection] = {}
        stated = self.stated()
        for position, heading in located.headings.items():
            for name in heading.named.keys() & stated.keys() - NOT_COMPARED if heading.cells else ():
                problem = contradiction(Read(heading.cells[-1], heading.named[name]), stated[name])
                if problem is not None:
                    found[position] = problem
        return found


def _complete(parts: dict[str, int], facts: Fields) -> None:
    """Put the parts of a period together; a year that is stated as a period is that of a month beside it."""
    period = facts.get("period")
    if not parts:
        return
    if "year" not in parts and isinstance(period, Period):
        if period.frequency != "A":
            facts["period"] = None  # a month beside a quarter, or a month beside a month
            return
        parts["year"] = period.start.year
    if (whole := period_of_parts(parts)) is not None or "year" in parts:
        facts["period"] = whole


def _has_breakdown(section: CompiledSection) -> bool:
    return is_breakdown(section.key) or any(part.key == "breakdown" for part in section.parts)


def is_breakdown(key: str) -> bool:
    """Whether a name is that of a breakdown: each context that states one has a name of its own."""
    return key.partition(" ")[0] == "breakdown"


def _rank(key: str) -> int:
    """Return the place of a context that states a breakdown among those of its layout."""
    return int(key.partition(" ")[2] or 1)


def joined_remarks(*texts: str | None) -> str | None:
    """Return some remarks as one, each once."""
    return _BETWEEN_REMARKS.join(dict.fromkeys(filter(None, texts))) or None
