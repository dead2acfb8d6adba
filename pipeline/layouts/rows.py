"""Reading the rows of one table: what each cell is, and the observation or the record that it gives.

What belongs here: keys, sections, rules on rows, values, and putting together what is known about each.
What does not: finding the table (``tables``), what a cell means (``meanings``, ``pipeline.figures``), which figures
total which (``totals``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.cells.model import Cell, Kind
from pipeline.figures import Expected, Figure, read_cell, read_text
from pipeline.indicators import Indicator
from pipeline.layouts.context import Known
from pipeline.layouts.extraction import Extraction
from pipeline.layouts.grid import Grid, Row
from pipeline.layouts.meanings import Fields, Read, agree_on_territory, flatten, moved, period_of_parts, read_key
from pipeline.layouts.model import CHECK, Layout, RowRule, read_fact
from pipeline.layouts.products import in_french, needed_fields
from pipeline.layouts.tables import Heading, Located, repeats_header, unknown_column
from pipeline.periods import Period
from pipeline.rejections import Rejection, reject
from pipeline.typography import french_number
from pipeline.words import fold

_CHECKED = {"code", "parent"}  # compared with the territory, and no part of what the row says
_STATUSES = {"P", "R", "E", "B"}


@dataclass(slots=True)
class Entry:
    """One observation of a table, with what the comparison of totals needs to know of it."""

    fields: Fields
    cell: Cell
    heading: Heading
    line_total: str
    """The folded word for a total with which its row is labelled; empty in any other row."""
    breakdowns: tuple[str, ...]
    """The part of each breakdown that it is about, before they make one."""
    section: tuple[str, ...]
    """The wordings of the sections that its row stands in."""
    is_sum: bool = False
    """Whether the figures of which it is the sum were found."""


class TableReader:
    """One table being read: what holds for all its rows, and the state that its sections leave."""

    def __init__(self, grid: Grid, located: Located, layout: Layout, context: Known, result: Extraction) -> None:
        self.grid = grid
        self.located = located
        self.table = located.table
        self.layout = layout
        self.context = context
        self.result = result
        self.entries: list[Entry] = []
        by_rank = sorted(located.headings.items(), key=lambda item: self.table.rank[id(item[1].column)])
        read = [(position, heading) for position, heading in by_rank if heading.column.role == "read"]
        self.keys = [item for item in read if item[1].column.parser != "figure"]
        self.values = sorted((item for item in read if item[1].column.parser == "figure"), key=lambda item: item[0])
        self.ignored = [position for position, heading in by_rank if heading.column.role == "ignore"]
        fixed = {**layout.fixed, **self.table.fixed}
        self.facts: Fields = {name: read_fact(name, text, layout.scopes) for name, text in fixed.items()}
        self.facts |= {name: read.meaning for name, read in context.items()}
        self.own = {position: _Own(heading) for position, heading in self.values}
        self.sections: Known = {}
        self.unit = context["unit"].cell.text if "unit" in context else self.facts.get("unit", "")

    def read(self) -> list[Entry]:
        """Read every row; return the observations, which are among the rows of the result as well."""
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
        return self.entries

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
        filled = [cell for cell in cells.values() if cell.text.strip()]
        if len(filled) != 1:
            return False
        (cell,) = filled
        across = self.grid.span(cell.row, cell.column).right > cell.column
        if cell.column in self.own and not across:
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
                self._refuse(read.problem, shown)
        if self.ignored:
            grid.claim_row(row, self.ignored, "ignored")
        if "code" in keys or "parent" in keys:
            named = keys.get("territory")
            agree_on_territory(keys)
            if named is not None and keys["territory"] is not named and keys["territory"].problem is not None:
                self._refuse(keys["territory"].problem, named.cell)
        if table.produces == "observation":
            self._observations(cells, keys, breakdowns, line_total, lacks_part=lacks_part)
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

    def _observations(
        self, cells: Row, keys: Known, breakdowns: list[Read], line_total: str, *, lacks_part: bool
    ) -> None:
        """Add the observation of each value of a row."""
        filled = [(position, heading) for position, heading in self.values if position in cells]
        if not filled:
            return
        facts, parts, broken_down = self._known(keys, breakdowns)
        flat = flatten(facts)
        indicator = keys.get("indicator") or self.sections.get("indicator")
        label = " ".join(indicator.cell.text.split()) if indicator else None
        section = tuple(read.cell.text for read in self.sections.values())
        status = next((r.status for r in (*keys.values(), *self.sections.values()) if r.status != "A"), "A")
        unit = keys["unit"].cell.text if "unit" in keys else ""
        known = _KnownRow(facts, flat, parts, broken_down, label, status, unit, line_total, section)
        unreadable = lacks_part or any(read.problem is not None for read in breakdowns)
        for position, heading in filled:
            cell = cells[position]
            self.grid.claim(cell, "total" if line_total or heading.is_total else "value")
            if unreadable:
                self._refuse_keyless(cell, "breakdown")
            elif (problem := self._merged_over_others(cell)) is not None:
                self._refuse(problem, cell)
            else:
                self._observation(cell, heading, self.own[position], known)

    def _observation(self, cell: Cell, heading: Heading, own: _Own, known: _KnownRow) -> None:
        row = {**known.flat, **own.flat} if own.flat else dict(known.flat)
        if own.parts or own.moves:
            self._settle_period(row, heading, own, known)
        broken_down = known.broken_down + own.breakdown if own.breakdown else known.broken_down
        row["breakdown"] = ", ".join(filter(None, broken_down)) if any(broken_down) else ""
        row["label"] = own.label if known.label is None else known.label
        row["is_total"] = bool(known.line_total) or heading.is_total
        row["sheet"] = self.grid.name
        row["cell"] = cell.address
        row["raw_text"] = cell.text
        indicator = own.indicator or known.facts.get("indicator")
        unit = indicator.unit if isinstance(indicator, Indicator) else heading.column.unit
        stated = known.unit or heading.stated_unit or self.unit
        if not self._add_figure(row, cell, unit, stated) or not self._is_complete("observation", row, cell):
            return
        limit = heading.column.at_most
        if limit is not None and (row["value"] or 0) > limit:
            self._refuse(reject("VALEUR_HORS_BORNES", raw_text=cell.text, expected=french_number(limit)), cell)
            return
        if row["obs_status"] == "A":
            row["obs_status"] = heading.obs_status if heading.obs_status != "A" else known.status
        self.result.rows.setdefault("observation", []).append(row)
        self.entries.append(Entry(row, cell, heading, known.line_total, broken_down, known.section))

    def _settle_period(self, row: Fields, heading: Heading, own: _Own, known: _KnownRow) -> None:
        """Put the period together of which the header states a part, or that the column moves."""
        period = own.period or known.facts.get("period")
        if own.parts:
            period = period_of_parts({**known.parts, **own.parts})
        if own.moves and isinstance(period, Period):
            period = moved(period, heading.column.years_before, heading.column.day)
        row.update(flatten({"period": period}) if period else {"period_start": None})

    def _merged_over_others(self, cell: Cell) -> Rejection | None:
        """Return a refusal for a value that is merged over the place of others: nobody can tell whose it is."""
        span = self.grid.merged(cell)
        if span is None:
            return None
        columns = range(span.left + 1, span.right + 1)
        rows = range(span.top + 1, min(span.bottom, self.located.last_row) + 1)
        taken = any(c in self.own for c in columns) or any(
            position in self.grid.row(row) for row in rows for position, _ in self.keys
        )
        return reject("VALEUR_FUSIONNEE", raw_text=cell.text) if taken else None

    def _record(self, cells: Row, keys: Known, breakdowns: list[Read]) -> None:
        """Add the record that one row states; the address is that of its anchor."""
        values = [(position, heading) for position, heading in self.values if position in cells]
        by_field = {name: read.cell for name, read in keys.items()} | {
            heading.column.field: cells[position] for position, heading in values
        }
        anchor = next((by_field[name] for name in self.table.anchor if name in by_field), None)
        if anchor is None:
            if by_field:
                self._refuse_keyless(next(iter(by_field.values())), self.table.anchor[0])
            return
        self.grid.claim(anchor, "value")
        facts, _, broken_down = self._known(keys, breakdowns)
        row = flatten(facts)
        row.setdefault("is_renewable", False)
        row["breakdown"] = ", ".join(filter(None, broken_down))
        row.update(sheet=self.grid.name, cell=anchor.address, raw_text=anchor.text)
        if self.values:
            of_anchor = next((heading for position, heading in values if cells[position] is anchor), None)
            heading = of_anchor or self.values[0][1]
            indicator = facts.get("indicator")
            unit = indicator.unit if isinstance(indicator, Indicator) else heading.column.unit
            stated = facts.get("unit") or heading.stated_unit or self.unit
            if not self._add_figure(row, anchor if of_anchor else None, unit, stated, anchor):
                return
        if self._is_complete(self.table.produces, row, anchor):
            self.result.rows.setdefault(self.table.produces, []).append(row)

    # -- figures and refusals -----------------------------------------------------------------------------------

    def _add_figure(self, row: Fields, cell: Cell | None, unit: str, stated: str, anchor: Cell | None = None) -> bool:
        """Add what a value cell says to a row; without a unit, which the indicator gives, nothing is read."""
        if not unit:
            return True
        expected = _expected(unit, stated, self.layout.dot, self.layout.comma, self.layout.dash)
        status = "A"
        if cell is not None and self.layout.marks and cell.kind is Kind.TEXT:
            cell, status = _without_mark(cell, self.layout.marks)
        figure = read_text("", expected) if cell is None else read_cell(cell, expected)
        if isinstance(figure, Rejection):
            where = cell or anchor
            assert where is not None  # noqa: S101 - for the type checker
            self._refuse(figure, where)
            return False
        _put(row, figure)
        if status in _STATUSES and row["obs_status"] == "A":
            row["obs_status"] = status
        return True

    def _is_complete(self, product: str, row: Fields, cell: Cell) -> bool:
        get = row.get
        for name in needed_fields(product):
            if get(name) is None:
                self._refuse_keyless(cell, name)
                return False
        if cell.hidden:
            self.result.rejections.append(
                reject("CELLULE_MASQUEE", sheet=self.grid.name, cell=cell.address, raw_text=cell.text)
            )
        return True

    def _refuse(self, problem: Rejection, cell: Cell) -> None:
        self.result.rejections.append(
            replace(problem, sheet=self.grid.name, cell=cell.address, raw_text=problem.raw_text or cell.text)
        )

    def _refuse_keyless(self, cell: Cell, lacking: str) -> None:
        self.grid.claim(cell, "value")
        self._refuse(reject("CLE_ABSENTE", raw_text=cell.text, expected=in_french(lacking)), cell)


class _Own:
    """What the header of a value column states of its figures, worked out once for all its rows."""

    __slots__ = ("breakdown", "flat", "indicator", "label", "moves", "parts", "period")

    def __init__(self, heading: Heading) -> None:
        named = dict(heading.named)
        broken_down = named.pop("breakdown", None)
        self.breakdown = () if broken_down is None else (str(broken_down),)
        self.parts = {name[7:]: int(str(named.pop(name))) for name in list(named) if name.startswith("period:")}
        period, indicator = named.get("period"), named.get("indicator")
        self.period = period if isinstance(period, Period) else None
        self.indicator = indicator if isinstance(indicator, Indicator) else None
        self.flat = flatten(named)
        self.label = " ".join(heading.text.split())
        self.moves = bool(heading.column.years_before or heading.column.day)


@dataclass(slots=True)
class _KnownRow:
    """What holds for every value of a row."""

    facts: Fields
    flat: Fields
    parts: dict[str, int]
    broken_down: tuple[str, ...]
    label: str | None
    status: str
    unit: str
    line_total: str
    section: tuple[str, ...]


def _is_part(heading: Heading) -> bool:
    """Whether a column of keys states a part of a breakdown."""
    return heading.column.field == "breakdown"


@lru_cache(maxsize=1024)
def _expected(unit: str, stated: str, dot: str, comma: str, dash: str) -> Expected:
    return Expected(unit, stated, dot, comma, dash)


def _without_mark(cell: Cell, marks: Mapping[str, str]) -> tuple[Cell, str]:
    """Return a value cell without the declared mark behind its figure, and what the mark means."""
    text = cell.text.rstrip()
    for mark in sorted(marks, key=len, reverse=True):
        if text.endswith(mark) and text != mark:
            bare = text.removesuffix(mark).rstrip()
            return cell._replace(text=bare, value=bare), marks[mark]
    return cell, "A"


def _put(row: Fields, figure: Figure) -> None:
    row["value"] = figure.value
    row["unit"] = figure.unit
    row["precision"] = figure.precision
    row["qualifier"] = figure.qualifier
    row["value_low"] = figure.low
    row["value_high"] = figure.high
    row["obs_status"] = figure.obs_status
    row["missing_reason"] = figure.missing_reason
