"""Reading the rows of one table: which are read, what their keys and sections say, and the records that they make.

What belongs here: keys, sections, rules on rows, and putting together what is known about each row.
What does not: finding the table (``tables``), what a cell means (``keys``), its figures (``values``), which
figures total which (``totals``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import states_unit
from pipeline.figures.declared_marks import take_declared
from pipeline.figures.stated_units import Around
from pipeline.layouts.columns import CHECKED, asks_for_more, columns_of, is_needed, is_part
from pipeline.layouts.compiled import CompiledField, CompiledSection
from pipeline.layouts.context import Readings
from pipeline.layouts.contradictions import NOT_COMPARED, first_contradiction
from pipeline.layouts.extraction import Extraction
from pipeline.layouts.fast_path import FastPath
from pipeline.layouts.fields import CHECK
from pipeline.layouts.grid import Grid
from pipeline.layouts.header_rows import claim_header
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import Read, read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.mark_notes import doubtful_columns, marks_beside
from pipeline.layouts.meant_levels import Levels, level_of_file, settled, settled_key, sheet_level
from pipeline.layouts.records import record_of
from pipeline.layouts.row_keys import agree_on_territory
from pipeline.layouts.row_meanings import RowMeanings, Surroundings
from pipeline.layouts.row_rules import is_passed_over
from pipeline.layouts.row_shapes import Row, Run
from pipeline.layouts.sayings import says_other_figures
from pipeline.layouts.struck import struck_cell, struck_part
from pipeline.layouts.tables import FoundTable
from pipeline.layouts.territory_keys import misplaced
from pipeline.layouts.values import ValueReader
from pipeline.rejections import Rejection, reject
from pipeline.vocabulary.territories import two_levels
from pipeline.vocabulary.words import fold


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
        self.meanings = RowMeanings(located, columns.facts, around._replace(facts=self._agreed(around.facts)))
        self.facts = self.meanings.facts
        self.periods = [
            around.facts[name] for name in ("period", "period:year") if name in around.here & around.facts.keys()
        ]
        named = around.facts["unit"].cell.text if "unit" in around.facts else str(self.facts.get("unit", ""))
        self.units = (Around(named, of_its_kind=False), *around.units) if named else around.units
        self.values = ValueReader(grid, located, columns, layout, self.units, around.dot, sheet, result)
        self.split, self.levels = around.split, around.levels
        self.fast_path = FastPath(grid, located, layout, self.values, around.split)
        self.may_be_fast = not any(map(asks_for_more, around.facts))
        self.doubtful = self.values.doubtful = around.doubtful
        self._refused_field = ""
        self._other: Rejection | None = None  # why rows below a lone label are no figures of the table
        self._enter()

    def read(self) -> ValueReader:
        """Read every row into the result; return the reader of its values, which knows what totals may be."""
        located, grid = self.located, self.grid
        self.result.rejections += claim_header(located, self.layout)
        headers = {cell.address: cell for h in located.headings.values() for cell in h.cells if cell.struck}
        for cell in headers.values():
            self.values.refuse(struck_part(cell), cell)
        for run in located.runs:
            self._read_run(run)
        for cells in map(grid.row, located.passed):
            grid.claim_row(cells, [column for column in cells if cells[column].kind is Kind.TEXT], "note")
        for run, between in located.apart:
            self._refuse_apart(grid.row(run.numbers[0]), between)
        for period in self.periods:
            self.values.hold_against(period)
        return self.values

    def _agreed(self, facts: Readings) -> Readings:
        """Return the facts around the table, whose territory must be that of a code beside it."""
        agree_on_territory(agreed := dict(facts))
        if (named := facts.get("territory")) is not None and agreed["territory"] is not named:
            problem = agreed["territory"].problem
            place = named.cell.address if named.cell.row else ""
            self.result.rejections += [replace(problem, sheet=self.grid.name, cell=place)] if problem else []
        return agreed

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
            is_fast = (
                may_be_fast
                and number not in self.header.said_again
                and not (self._refused_field or self._other or self.values.contradicted or self.doubtful)
            )
            if not (is_fast and self.fast_path.take(number, start, columns, self.meanings.base.row_facts)):
                self._read_any(self.grid.row(number))

    def _read_any(self, cells: Row) -> None:
        """Read a row, whatever it is."""
        if cells.number in self.header.said_again or self.header.is_repeated_in(cells):
            self.grid.claim_row(cells, cells, "header")
            self._other = None
        elif is_passed_over(cells, self.located) or not any(text.strip() for text in cells.texts):
            self.grid.claim_row(cells, self.located.headings, "ignored")
        elif self._is_section(cells):
            self._ignore_blanks(cells)
        elif self._other is not None:
            self.values.refuse_each(cells, self._other)
        else:
            self._read_row(cells)

    # -- rows that are not read ---------------------------------------------------------------------------------

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
            if section.begins:
                if self._begins_wordings(cell, section):
                    self._open_section(position, Read(cell, cell.text, field=section.key))
                    return True
                continue
            read = read_key(cell, section, self.layout)
            if read.has_two_levels:
                read = settled(read, (), self._around_section(read, section))
            if read.is_known:
                self._open_section(position, read)
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

    def _begins_wordings(self, cell: Cell, section: CompiledSection) -> bool:
        """Whether a lone label begins the wordings of those below: not one that its section makes a wording with."""
        if cell.kind is not Kind.TEXT or fold(cell.text) in self.totals or says_other_figures(cell) is not None:
            return False
        heading, whole = self.located.headings.get(cell.column), self.meanings.joined(cell, section.begins)
        return whole is cell or heading is None or not self._knows(whole, heading)

    def _ignore_blanks(self, cells: Row) -> None:
        """Pass over what nobody sees beside a label that stands alone: a space in a column of values is no value."""
        self.grid.claim_row(cells, [column for column in cells if not cells.text(column).strip()], "ignored")

    def _open_section(self, position: int, read: Read) -> None:
        """Note what a section says, or why it cannot stand beside what is said outside it."""
        found = first_contradiction({read.field: read, **dict(read.parts)}, self.meanings.stated(inside=position))
        if found is not None:
            read = read._replace(meaning=None, problem=found[1])
        self.meanings.open_section(position, read)
        self._other = None
        if read.problem is None and {"code", "parent"} & self.meanings.stated_by_sections:
            agree_on_territory(together := dict(self.meanings.sections()))
            if (problem := together["territory"].problem if "territory" in together else None) is not None:
                read = read._replace(meaning=None, problem=problem)
                self.meanings.open_section(position, read)
        self._enter()
        self.grid.claim(read.cell, "key")
        if read.problem is not None:
            self.values.refuse(read.problem, read.cell)

    def _close_sections(self) -> None:
        self.meanings.close_sections()
        self._enter()

    def _enter(self) -> None:
        """Work out what of the statements around the rows that follow cannot stand."""
        stated = self.meanings.stated()
        self._refused_field = self.meanings.refused_field()
        self.values.contradicted = self.meanings.contradicted_columns(self.located)
        if self.doubtful:
            cells = {name: read.cell for name, read in stated.items()}
            self.values.contradicted |= doubtful_columns(self.located, self.doubtful, cells)
        self.fast_path.farther = {
            name: read for name, read in stated.items() if name not in NOT_COMPARED and read.cell.row
        }

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
            if shown is None or (total_word and self._folded(shown.text) in self.totals):
                if shown is None and not total_word and is_needed(heading):
                    lacks_part |= is_part(heading)
                    self._leave_blank(heading, row, position, keys)
                continue
            label = self.meanings.joined(shown, heading.column.field)
            read = self._settled(read_key(label, heading.compiled, self.layout), position, row)
            if is_part(heading):
                breakdowns.append(read)
            elif read.meaning is not None or heading.column.field != "population":
                keys[heading.column.key] = read
            for key, part in read.parts:
                if part.field == "breakdown":
                    breakdowns.append(part)
                else:
                    keys[key] = self._settled(part, position, row)
            is_first = shown.row == row or row == self.located.first_row
            if read.problem is not None and is_first:
                self.values.refuse(read.problem, shown)
            elif shown.struck and is_first:
                self.values.refuse(struck_part(shown), shown)
        if "territory" in keys:
            self._check_territory(keys)
        self._agree_on_territory(keys)
        contradicted = first_contradiction(keys, self.meanings.stated())
        if contradicted is not None:
            self.values.refuse(contradicted[1], keys[contradicted[0]].cell)
        self._read_unit_beside(cells, keys)
        self.values.beside = marks_beside(self.located, cells, self.doubtful)
        labels = [read.cell for read in (*keys.values(), *breakdowns) if read.field != "remark"]
        if self.doubtful and (refusal := self.doubtful.refusal(*labels)) is not None:
            self.values.refuse_values(cells, refusal)
            return
        if table.produces == "observation":
            if "unit" in keys and keys["unit"].problem is not None:
                self.values.refuse_row(cells, "unit")
            elif lacks_part or any(read.problem is not None for read in breakdowns):
                self.values.refuse_row(cells, "breakdown")
            elif contradicted is not None or self._is_refused_around(keys):
                self.values.refuse_row(cells, contradicted[0] if contradicted else self._refused_field)
            else:
                self.values.read_row(cells, self.meanings.row_context(keys, breakdowns, total_word))
        elif table.produces != CHECK and contradicted is None:
            facts, _, stated = self.meanings.of_row(keys, breakdowns)
            record = record_of(self.values, table, cells, keys, facts, stated)
            if record is not None:
                self.result.records[table.produces].append(record)

    def _settled(self, read: Read, position: int, row: int) -> Read:
        """Return what a key means; of a name of two levels, what is said beside it tells which."""
        if not read.has_two_levels:
            return read
        return settled_key(read, self.located, position, row, self.layout, self.facts.get("territory"), self.levels)

    def _is_refused_around(self, keys: Readings) -> bool:
        """Whether what is said around a row cannot be read, and the row does not say it itself."""
        return bool(self._refused_field) and self._refused_field not in keys

    def _agree_on_territory(self, keys: Readings) -> None:
        """Refuse a territory that a code, or a territory that contains it, beside it or around it contradicts."""
        named, around = keys.get("territory"), self.meanings.stated()
        if named is None:
            return
        stated = {name: around[name] for name in CHECKED if name in around}
        if "territory" in around:
            stated.pop("code", None)  # it is that of the territory that is stated around the row
        agree_on_territory(together := {**stated, **keys})
        if together["territory"] is not named and (problem := together["territory"].problem) is not None:
            keys["territory"] = together["territory"]
            self.values.refuse(problem, named.cell)

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
        of_regions = self.layout.partition == "region"
        problem = misplaced(named.cell.text, named.meaning, region, self.split, of_regions=of_regions)
        if problem is not None:
            keys["territory"] = named._replace(meaning=None, problem=problem)
            self.values.refuse(problem, named.cell)

    def _leave_blank(self, heading: Heading, row: int, position: int, keys: Readings) -> None:
        """Note that a row does not say what its table has a column for: what stands around the table does not either.

        A section does, which is a label for its rows.
        """
        key = heading.column.key
        if (
            self.table.produces == "observation"
            and key not in self.meanings.stated_by_sections
            and not is_part(heading)
        ):
            keys.setdefault(key, Read(Cell(row, position, Kind.TEXT, "", ""), None))

    def _folded(self, text: str) -> str:
        """Return a label folded, without the marks that its source declares."""
        marks = self.located.compiled.marks
        return fold(take_declared(text, marks).bare if marks else text)

    def _total_word(self, cells: Row) -> str:
        for position, _ in self.columns.keys:
            if position in cells and (word := self._folded(cells.text(position))) in self.totals:
                return word
        return ""
