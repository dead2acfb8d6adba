"""Reading the rows of one table: which are read, what their keys and sections say, and the records that they make.

What belongs here: keys, sections, rules on rows, and putting together what is known about each row.
What does not: finding the table (``tables``), what a cell means (``meanings``), its figures (``values``), which
figures total which (``totals``).
"""

from __future__ import annotations

from pipeline.cells.model import Cell, Kind
from pipeline.indicators import Indicator
from pipeline.layouts.context import Known
from pipeline.layouts.extraction import Extraction
from pipeline.layouts.grid import Grid, Row
from pipeline.layouts.meanings import Fields, Read, agree_on_territory, flatten, period_of_parts, read_key
from pipeline.layouts.model import CHECK, Layout, RowRule, read_fact
from pipeline.layouts.products import needed_fields
from pipeline.layouts.tables import Heading, Located, repeats_header, unknown_column
from pipeline.layouts.values import KnownRow, ValueReader
from pipeline.rejections import reject
from pipeline.words import fold

_CHECKED = {"code", "parent"}  # compared with the territory, and no part of what the row says


class TableReader:
    """One table being read: what holds for all its rows, and the state that its sections leave."""

    def __init__(self, grid: Grid, located: Located, layout: Layout, context: Known, result: Extraction) -> None:
        self.grid = grid
        self.located = located
        self.table = located.table
        self.layout = layout
        self.result = result
        by_rank = sorted(located.headings.items(), key=lambda item: self.table.rank[id(item[1].column)])
        read = [(position, heading) for position, heading in by_rank if heading.column.role == "read"]
        self.keys = [item for item in read if item[1].column.parser != "figure"]
        self.ignored = [position for position, heading in by_rank if heading.column.role == "ignore"]
        fixed = {**layout.fixed, **self.table.fixed}
        self.facts: Fields = {name: read_fact(name, text, layout.scopes) for name, text in fixed.items()}
        self.facts |= {name: read.meaning for name, read in context.items()}
        self.sections: Known = {}
        self.unit = context["unit"].cell.text if "unit" in context else str(self.facts.get("unit", ""))
        self.values = ValueReader(grid, located, layout, self.unit, result)

    def read(self) -> ValueReader:
        """Read every row into the result; return the reader of its values, which knows what totals may be."""
        located, grid = self.located, self.grid
        for row in range(located.top, located.first_row):
            for cell in grid.row(row).values():
                self._claim_header(cell)
        for row in range(located.first_row, located.last_row + 1):
            cells = grid.row(row)
            if repeats_header(located, cells):
                grid.claim_row(row, cells, "header")
            elif self._is_ignored(cells):
                grid.claim_row(row, located.headings, "ignored")
            elif not self._is_section(cells):
                self._read_row(row, cells)
        return self.values

    def _claim_header(self, cell: Cell) -> None:
        reach = range(cell.column, self.grid.span(cell.row, cell.column).right + 1)
        known = any(column in self.located.headings for column in reach)
        if known or any(cell.address == problem.cell for problem in self.located.rejections):
            self.grid.claim(cell, "header")
        elif cell.text.strip():
            self.grid.claim(cell, "unclaimed")
            self.result.rejections.append(unknown_column(self.grid, self.located, cell, self.layout))

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
        own = (cells[p].text for p, h in self.located.headings.items() if h.column.field == rule.field and p in cells)
        return next(own, "")

    def _fits(self, rule: RowRule, cells: Row) -> bool:
        alone = not rule.alone or sum(bool(cell.text.strip()) for cell in cells.values()) == 1
        text = self._text(rule, cells)
        return bool(text) and alone and rule.fits(text)

    def _is_section(self, cells: Row) -> bool:
        """Whether a row is a label alone that holds for the rows below; then take note of what it says."""
        filled = (cell for cell in cells.values() if cell.text.strip())
        cell = next(filled, None)
        if cell is None or next(filled, None) is not None:
            return False
        across = self.grid.span(cell.row, cell.column).right > cell.column
        if cell.column in self.values.owns and not across:
            return False
        for position, section in enumerate(self.table.sections):
            read = read_key(cell, section, self.layout)
            if read.problem is None and read.meaning is not None:
                for inner in self.table.sections[position:]:
                    self.sections.pop(inner.key, None)
                self.sections[section.key] = read
                self.grid.claim(cell, "key")
                return True
        if self.table.sections and not self._is_label(cell):
            self.sections.clear()  # whatever it says, the rows below are not about the section before
        elif not across:
            return False
        self.grid.claim(cell, "unclaimed")
        self.result.rejections.append(
            reject("CELLULE_NON_RECLAMEE", sheet=self.grid.name, cell=cell.address, raw_text=cell.text)
        )
        return True

    def _is_label(self, cell: Cell) -> bool:
        """Whether a cell is the key of a row whose figures are blank."""
        heading = self.located.headings.get(cell.column)
        if heading is None or heading.column.role == "ignore":
            return heading is not None
        return fold(cell.text) in self.table.totals or read_key(cell, heading.column, self.layout).problem is None

    # -- rows that are read -------------------------------------------------------------------------------------

    def _read_row(self, row: int, cells: Row) -> None:
        grid, table = self.grid, self.table
        line_total = self._total_word(cells) if table.totals else ""
        keys: Known = {}
        breakdowns: list[Read] = []
        lacks_part = False
        for position, heading in self.keys:
            own = cells.get(position)
            shown = own if own is not None else grid.shown(row, position)  # a merged key holds for each of its rows
            if own is not None:
                grid.claim(own, "key")
            if shown is None or (line_total and fold(shown.text) in table.totals):
                lacks_part |= shown is None and not line_total and heading.column.required and _is_part(heading)
                continue
            read = read_key(shown, heading.column, self.layout)
            if _is_part(heading):
                breakdowns.append(read)
            else:
                keys[heading.column.key] = read
            if read.problem is not None and (shown.row == row or row == self.located.first_row):
                self.values.refuse(read.problem, shown)
        if self.ignored:
            grid.claim_row(row, self.ignored, "ignored")
        if "code" in keys or "parent" in keys:
            named = keys.get("territory")
            agree_on_territory(keys)
            if named is not None and keys["territory"] is not named and keys["territory"].problem is not None:
                self.values.refuse(keys["territory"].problem, named.cell)
        if table.produces == "observation":
            if lacks_part or any(read.problem is not None for read in breakdowns):
                self.values.refuse_row(cells, "breakdown")
            else:
                self.values.read_row(row, cells, self._known_row(keys, breakdowns, line_total))
        elif table.produces != CHECK:
            self._record(cells, keys, breakdowns)

    def _total_word(self, cells: Row) -> str:
        for position, _ in self.keys:
            if position in cells and (word := fold(cells[position].text)) in self.table.totals:
                return word
        return ""

    def _known(self, keys: Known, breakdowns: list[Read]) -> tuple[Fields, dict[str, int], tuple[str, ...]]:
        """Return what holds for a whole row: its facts, the parts of its period, and its breakdowns."""
        facts = dict(self.facts)
        for known in (self.sections, keys):
            facts.update((name, read.meaning) for name, read in known.items() if name not in _CHECKED)
        parts = {name[7:]: facts.pop(name) for name in list(facts) if name.startswith("period:")}
        if None in parts.values():  # a year without the month that was meant is not the whole year
            parts, facts["period"] = {}, None
        elif parts and "period" not in keys and (period := period_of_parts(parts)) is not None:
            facts["period"] = period
        outer = facts.pop("breakdown", None) or ""
        return facts, parts, (outer, *(read.meaning or "" for read in breakdowns))

    def _known_row(self, keys: Known, breakdowns: list[Read], line_total: str) -> KnownRow:
        """Return what holds for every value of a row."""
        facts, parts, broken_down = self._known(keys, breakdowns)
        indicator = keys.get("indicator") or self.sections.get("indicator")
        stated = (*keys.values(), *self.sections.values())
        return KnownRow(
            facts,
            parts,
            broken_down,
            label=" ".join(indicator.cell.text.split()) if indicator else None,
            status=next((read.status for read in stated if read.status != "A"), "A"),
            unit=keys["unit"].cell.text if "unit" in keys else "",
            line_total=line_total,
            section=tuple(read.cell.text for read in self.sections.values()),
        )

    def _record(self, cells: Row, keys: Known, breakdowns: list[Read]) -> None:
        """Add the record that one row states; the address is that of its anchor."""
        values = {position: own.heading for position, own in self.values.owns.items() if position in cells}
        by_field = {name: read.cell for name, read in keys.items()} | {
            heading.column.field: cells[position] for position, heading in values.items()
        }
        anchor = next((by_field[name] for name in self.table.anchor if name in by_field), None)
        if anchor is None:
            if by_field:
                self.values.refuse_keyless(next(iter(by_field.values())), self.table.anchor[0])
            return
        self.grid.claim(anchor, "value")
        facts, _, broken_down = self._known(keys, breakdowns)
        row = flatten(facts)
        row.setdefault("is_renewable", False)
        row["breakdown"] = ", ".join(filter(None, broken_down))
        row.update(sheet=self.grid.name, cell=anchor.address, raw_text=anchor.text)
        if not self._add_figure(row, facts, anchor, values):
            return
        lacking = next((name for name in needed_fields(self.table.produces) if row.get(name) is None), None)
        if lacking:
            self.values.refuse_keyless(anchor, lacking)
            return
        self.values.remark_if_hidden(anchor)
        self.result.rows[self.table.produces].extend(1, {}, row)

    def _add_figure(self, row: Fields, facts: Fields, anchor: Cell, values: dict[int, Heading]) -> bool:
        """Add what the figure of a record says, which a blank cell says as well; return whether it can be read."""
        own = next(iter(self.values.owns.values()), None)
        if own is None:
            return True
        is_figure = anchor.column in values
        heading = values[anchor.column] if is_figure else own.heading
        indicator = facts.get("indicator")
        unit = indicator.unit if isinstance(indicator, Indicator) else heading.column.unit
        if not unit:  # the indicator gives it, and the record is refused for want of one
            return True
        cell = anchor if is_figure else anchor._replace(kind=Kind.TEXT, text="", value="")
        figure = self.values.figure(cell, unit, str(facts.get("unit") or heading.stated_unit or self.unit))
        if figure is None:
            return False
        row |= {
            "value": figure.value,
            "unit": figure.unit,
            "precision": figure.precision,
            "qualifier": figure.qualifier,
            "value_low": figure.low,
            "value_high": figure.high,
            "obs_status": figure.obs_status,
            "missing_reason": figure.missing_reason,
        }
        return True


def _is_part(heading: Heading) -> bool:
    """Whether a column of keys states a part of a breakdown."""
    return heading.column.field == "breakdown"
