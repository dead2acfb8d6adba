"""Reading the rows of one table: which are read, what their keys and sections say, and the records that they make.

What belongs here: keys, sections, rules on rows, and putting together what is known about each row.
What does not: finding the table (``tables``), what a cell means (``keys``), its figures (``values``), which
figures total which (``totals``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import states_unit
from pipeline.figures.stated_units import Around
from pipeline.layouts.columns import CHECKED, RowContext, asks_for_more, columns_of, is_needed, is_part
from pipeline.layouts.compiled import CompiledField
from pipeline.layouts.context import Readings
from pipeline.layouts.extraction import Extraction, RowFacts
from pipeline.layouts.fast_path import FastPath
from pipeline.layouts.fields import CHECK
from pipeline.layouts.grid import Grid
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Fields, Read, agree_on_territory, flatten, period_of_parts, read_key, unit_of
from pipeline.layouts.language import Layout, RowRule
from pipeline.layouts.meant_levels import Levels, NamedLevels, level_of_file, settled, settled_key, sheet_level
from pipeline.layouts.misfits import unknown_columns
from pipeline.layouts.nature import says_other_figures
from pipeline.layouts.records import record_of
from pipeline.layouts.row_shapes import Row, Run
from pipeline.layouts.struck import struck_cell, struck_part
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.territory_keys import is_elsewhere
from pipeline.layouts.values import ValueReader
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.indicators import Indicator
from pipeline.vocabulary.territories import Territory, two_levels
from pipeline.vocabulary.words import fold


class _SectionFacts(NamedTuple):
    """What holds for all rows of a section, and of a table without sections."""

    facts: Fields
    fields: Fields
    """The same, spread over the fields of an observation."""
    row_facts: RowFacts
    """What they say of the values, but for what the keys of a row do."""


class Surroundings(NamedTuple):
    """What is said around a table."""

    facts: Readings
    units: tuple[Around, ...]
    """The units that are stated for its figures."""
    status: str
    """The status of the figures that state none: ``A``, or ``P`` where all are provisional."""
    dot: str
    """What a dot in a number means in the file."""
    split: frozenset[str]
    """The codes of the departments of which the file names a part."""
    levels: NamedLevels
    """The levels of the names of the file."""


class TableReader:
    """One table being read: what holds for all its rows, and the state that its sections leave."""

    def __init__(
        self,
        grid: Grid,
        located: FoundTable,
        layout: Layout,
        around: Surroundings,
        sheet: int,
        result: Extraction,
    ) -> None:
        """Begin a table.

        Args:
            grid: the sheet.
            located: the table.
            layout: what the source declares.
            around: what is said around it.
            sheet: the place of the sheet in the workbook.
            result: what is added to.
        """
        self.grid = grid
        self.located = located
        self.header = located.header
        self.table = located.table
        self.totals, self.grand_totals = located.compiled.totals, located.compiled.grand_totals
        self.layout = layout
        self.result = result
        self.columns = columns = columns_of(located.header, layout)
        self.status = around.status
        self.facts = self.columns.facts | {name: read.meaning for name, read in around.facts.items()}
        self.sections: Readings = {}
        named = around.facts["unit"].cell.text if "unit" in around.facts else str(self.facts.get("unit", ""))
        self.units = (Around(named, of_its_kind=False), *around.units) if named else around.units
        self.values = ValueReader(grid, located, columns, layout, self.units, around.dot, sheet, result)
        self.split, self.levels = around.split, around.levels
        self.fast_path = FastPath(grid, located, layout, self.values, around.split)
        self.may_be_fast = not any(map(asks_for_more, around.facts))
        self._base: _SectionFacts | None = None
        self._other: Rejection | None = None  # why rows below a lone label are no figures of the table

    def read(self) -> ValueReader:
        """Read every row into the result; return the reader of its values, which knows what totals may be."""
        located, grid = self.located, self.grid
        for row in range(located.top, located.first_row):
            self._claim_header(grid.row(row))
        headers = {cell.address: cell for h in located.headings.values() for cell in h.cells if cell.struck}
        for cell in headers.values():
            self.values.refuse(struck_part(cell), cell)
        for run in located.runs:
            self._read_run(run)
        for cells in map(grid.row, located.passed):
            grid.claim_row(cells, [column for column in cells if cells[column].kind is Kind.TEXT], "note")
        for run, between in located.apart:
            self._refuse_apart(grid.row(run.numbers[0]), between)
        return self.values

    def _refuse_apart(self, cells: Row, between: Cell) -> None:
        """Refuse the figures of a row that something else stands before: nobody can tell what it changes."""
        self.grid.claim_line(cells.start, self.columns.of_shape(cells.shape).roles)
        words = {"between": between.text, "other": between.address}
        for position in self.values.value_columns:
            if position in cells:
                self.values.refuse(reject("LIGNE_SEPAREE", raw_text=cells[position].text, **words), cells[position])
        if not self.values.value_columns:
            first = cells[next(iter(cells))]
            self.values.refuse(reject("LIGNE_SEPAREE", raw_text=first.text, **words), first)

    def _read_run(self, run: Run) -> None:
        """Read rows that fill the same columns."""
        columns = self.columns.of_shape(run.shape)
        may_be_fast = self.may_be_fast and columns.is_fast and not run.is_merged
        for number, start in zip(run.numbers, run.starts, strict=True):
            self.grid.claim_line(start, columns.roles)
            if self._other or not (may_be_fast and self.fast_path.take(number, start, columns, self.base.row_facts)):
                self._read_any(self.grid.row(number))

    def _read_any(self, cells: Row) -> None:
        """Read a row, whatever it is."""
        if self.header.is_repeated_in(cells):
            self.grid.claim_row(cells, cells, "header")
            self._other = None
        elif self._is_ignored(cells) or not any(text.strip() for text in cells.texts):
            self.grid.claim_row(cells, self.located.headings, "ignored")
        elif self._is_section(cells):
            self._ignore_blanks(cells)
        elif self._other is not None:
            self.values.refuse_each(cells, self._other)
        else:
            self._read_row(cells)

    def _claim_header(self, cells: Row) -> None:
        headings = self.located.headings
        self.grid.claim_row(cells, headings, "header")
        unknown: list[Cell] = []
        for cell in [cells[column] for column in cells if column not in headings]:
            reach = range(cell.column + 1, self.grid.span(cell.row, cell.column).right + 1)
            if any(column in headings for column in reach):
                self.grid.claim(cell, "header")
            elif cell.text.strip():
                self.grid.claim(cell, "unclaimed")
                unknown.append(cell)
        self.result.rejections += unknown_columns(self.header, unknown, self.layout)

    # -- rows that are not read ---------------------------------------------------------------------------------

    def _is_ignored(self, cells: Row) -> bool:
        """Whether a rule of the layout passes a row over."""
        table = self.table
        if not table.ignore_rows and not table.keep_rows:
            return False
        if any(self._fits(rule, cells) for rule in table.ignore_rows):
            return True
        kept = [rule for rule in table.keep_rows if self._text(rule, cells)]
        return any(not self._fits(rule, cells) for rule in kept)

    def _text(self, rule: RowRule, cells: Row) -> str:
        texts = (cells.text(p) for p, h in self.located.headings.items() if h.column.field == rule.field and p in cells)
        return next(texts, "")

    def _fits(self, rule: RowRule, cells: Row) -> bool:
        alone = not rule.alone or sum(bool(text.strip()) for text in cells.texts) == 1
        text = self._text(rule, cells)
        return bool(text) and alone and rule.fits(text)

    def _is_section(self, cells: Row) -> bool:
        """Whether a row is a label alone that holds for the rows below; then take note of what it says."""
        filled = (column for column in cells if cells.text(column).strip())
        column = next(filled, None)
        if column is None or next(filled, None) is not None:
            return False
        cell = cells[column]
        across = self.grid.span(cell.row, cell.column).right > cell.column
        if cell.column in self.values.value_columns and not across:
            return False
        for position, section in enumerate(self.located.compiled.sections if not cell.is_struck else ()):
            read = read_key(cell, section, self.layout)
            if read.has_two_levels:
                read = settled(read, (), self._around_section(read, section))
            if read.is_known:
                for inner in self.table.sections[position:]:
                    self.sections.pop(inner.key, None)
                self.sections[section.key] = read
                self._base, self._other = None, None
                self.grid.claim(cell, "key")
                if read.problem is not None:
                    self.values.refuse(read.problem, cell)
                return True
        if (other := says_other_figures(cell)) is not None and not cell.is_struck and not self._is_label(cell):
            self._close_sections()
            self._other = other
            self.grid.claim(cell, "unclaimed")
            self.values.refuse(other, cell)
            return True
        if self.table.sections and not self._is_label(cell):
            self._close_sections()  # whatever it says, the rows below are not about the section before
        elif not across:
            return False
        self.grid.claim(cell, "unclaimed")
        self.values.refuse(struck_cell(cell) if cell.is_struck else reject("CELLULE_NON_RECLAMEE"), cell)
        return True

    def _ignore_blanks(self, cells: Row) -> None:
        """Pass over what nobody sees beside a label that stands alone: a space in a column of values is no value."""
        self.grid.claim_row(cells, [column for column in cells if not cells.text(column).strip()], "ignored")

    def _close_sections(self) -> None:
        self.sections.clear()
        self._base = None

    def _is_label(self, cell: Cell) -> bool:
        """Whether a cell is the key of a row whose figures are blank."""
        heading = self.located.headings.get(cell.column)
        if heading is None or heading.column.role == "ignore":
            return heading is not None
        return fold(cell.text) in self.totals or self._knows(cell, heading)

    def _knows(self, cell: Cell, heading: Heading) -> bool:
        read = read_key(cell, heading.compiled, self.layout)
        return read.problem is None or read.has_two_levels

    def _around_section(self, read: Read, section: CompiledField) -> Iterator[Levels]:
        """Yield what is said around a section that has a name of two levels, the nearest first."""
        if (both := two_levels(read.cell.text)) is not None:
            yield level_of_file(both, self.layout, self.facts.get("territory"))
        yield self.levels.of_sections(self.located, section)
        yield sheet_level(self.grid)
        yield self.levels.of_file

    # -- rows that are read -------------------------------------------------------------------------------------

    def _struck_label(self, cells: Row) -> Cell | None:
        """Return what is struck through of what a row is about: its label, or the header of the labels."""
        if not self.grid.cells.struck:
            return None
        about = [position for position, heading in self.columns.keys if heading.column.field != "remark"]
        labels = (self.grid.shown(cells.number, position) for position in about)
        return self.columns.struck_key or next((label for label in labels if label and label.is_struck), None)

    def _read_row(self, cells: Row) -> None:
        grid, table, row = self.grid, self.table, cells.number
        if (struck := self._struck_label(cells)) is not None:
            self.values.refuse_struck(cells, struck)
            return
        total_word = self._total_word(cells) if self.totals else ""
        if total_word in self.grand_totals:
            self._close_sections()  # the total of them all is about none of them
        keys: Readings = {}
        breakdowns: list[Read] = []
        lacks_part = False
        for position, heading in self.columns.keys:
            shown = grid.shown(row, position)  # a merged key holds for each of its rows
            if shown is not None and shown.is_struck:
                continue  # a remark, which says nothing
            if shown is None or (total_word and fold(shown.text) in self.totals):
                if shown is None and not total_word and is_needed(heading):
                    lacks_part |= is_part(heading)
                    self._leave_blank(heading, row, position, keys)
                continue
            read = read_key(shown, heading.compiled, self.layout)
            if read.has_two_levels:
                about = self.facts.get("territory")
                read = settled_key(read, self.located, position, row, self.layout, about, self.levels)
            if is_part(heading):
                breakdowns.append(read)
            elif read.meaning is not None or heading.column.field != "population":
                keys[heading.column.key] = read
            is_first = shown.row == row or row == self.located.first_row
            if read.problem is not None and is_first:
                self.values.refuse(read.problem, shown)
            elif shown.struck and is_first:
                self.values.refuse(struck_part(shown), shown)
        if "territory" in keys:
            self._check_territory(keys)
        if "code" in keys or "parent" in keys:
            named = keys.get("territory")
            agree_on_territory(keys)
            if named is not None and keys["territory"] is not named and keys["territory"].problem is not None:
                self.values.refuse(keys["territory"].problem, named.cell)
        self._read_unit_beside(cells, keys)
        if table.produces == "observation":
            if "unit" in keys and keys["unit"].problem is not None:
                self.values.refuse_row(cells, "unit")
            elif lacks_part or any(read.problem is not None for read in breakdowns):
                self.values.refuse_row(cells, "breakdown")
            else:
                self.values.read_row(cells, self._row_context(keys, breakdowns, total_word))
        elif table.produces != CHECK:
            facts, _, stated = self._row_meanings(keys, breakdowns)
            record = record_of(self.values, table, cells, keys, facts, stated)
            if record is not None:
                self.result.records[table.produces].append(record)

    def _read_unit_beside(self, cells: Row, keys: Readings) -> None:
        """Take a unit that stands in a row under no header, so that its figures are not read without it."""
        for column in cells:
            cell = cells[column]
            if "unit" in keys or column in self.located.headings or cell.kind is not Kind.TEXT:
                continue
            if states_unit(cell.text):
                keys["unit"] = Read(cell, cell.text, unit=cell.text.strip())
                self.grid.claim(cell, "key")

    def _check_territory(self, keys: Readings) -> None:
        """Refuse a territory that another office reports, and one of which the file names a part as well."""
        named, region = keys["territory"], self.facts.get("territory")
        territory = named.meaning
        if not isinstance(territory, Territory):
            return
        problem: Rejection | None = None
        if territory.level == "department" and territory.code in self.split:
            problem = reject("TERRITOIRE_PARTAGE", raw_text=named.cell.text, expected=territory.name)
        elif self.layout.partition == "region" and isinstance(region, Territory) and is_elsewhere(territory, region):
            problem = reject("TERRITOIRE_HORS_REGION", raw_text=named.cell.text, expected=region.name)
        if problem is not None:
            keys["territory"] = named._replace(meaning=None, problem=problem)
            self.values.refuse(problem, named.cell)

    def _leave_blank(self, heading: Heading, row: int, position: int, keys: Readings) -> None:
        """Note that a row does not say what its table has a column for: what stands around the table does not either.

        A section does, which is a label for its rows.
        """
        key = heading.column.key
        if self.table.produces == "observation" and key not in self.sections and not is_part(heading):
            keys.setdefault(key, Read(Cell(row, position, Kind.TEXT, "", ""), None))

    def _total_word(self, cells: Row) -> str:
        for position, _ in self.columns.keys:
            if position in cells and (word := fold(cells.text(position))) in self.totals:
                return word
        return ""

    @property
    def base(self) -> _SectionFacts:
        """What holds for all rows of the present section."""
        if self._base is None:
            facts = self.facts | {name: read.meaning for name, read in self.sections.items() if name not in CHECKED}
            outer = facts.pop("breakdown", None) or ""
            fields = flatten(facts)
            self._base = _SectionFacts(facts, fields, self._row_facts(fields, facts, {}, (outer,)))
        return self._base

    def _row_facts(self, fields: Fields, facts: Fields, keys: Readings, breakdowns: tuple[str, ...]) -> RowFacts:
        indicator = keys.get("indicator") or self.sections.get("indicator")
        stated = (*keys.values(), *self.sections.values())
        about = facts.get("indicator")
        return RowFacts(
            fields,
            about.unit if isinstance(about, Indicator) else "",
            breakdowns,
            label=(" ".join(indicator.cell.text.split()) or None) if indicator else None,
            status=next((read.status for read in stated if read.status != "A"), self.status),
            unit=unit_of(keys.values()),
            section=tuple(read.cell.text for read in self.sections.values()),
        )

    def _row_meanings(self, keys: Readings, breakdowns: list[Read]) -> tuple[Fields, dict[str, int], tuple[str, ...]]:
        """Return what holds for a whole row: its facts, the parts of its period, and its breakdowns."""
        facts = self.base.facts | {name: read.meaning for name, read in keys.items() if name not in CHECKED}
        stated = (*self.base.row_facts.breakdowns, *(read.meaning or "" for read in breakdowns))
        parts = {name[7:]: facts.pop(name) for name in list(facts) if name.startswith("period:")}
        if None in parts.values():  # a year without the month that was meant is not the whole year
            parts, facts["period"] = {}, None
        elif parts and "period" not in keys and (period := period_of_parts(parts)) is not None:
            facts["period"] = period
        return facts, parts, stated

    def _row_context(self, keys: Readings, breakdowns: list[Read], total_word: str) -> RowContext:
        """Return what holds for every value of a row."""
        facts, parts, stated = self._row_meanings(keys, breakdowns)
        row_facts = self._row_facts(flatten(facts), facts, keys, stated)
        return RowContext(row_facts._replace(total_word=total_word), facts, parts)
