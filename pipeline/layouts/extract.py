"""Applying a layout: every cell of a workbook gets one role, every row becomes an observation or a record.

What belongs here: roles, context, rows. What does not: finding headers (``tables``), reading numbers
(``pipeline.figures``), judging figures against each other (``pipeline.observations``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pipeline import periods, territories
from pipeline.cells.model import Cell, Kind, Sheet, Workbook
from pipeline.figures import Expected, Figure, read_cell, read_text
from pipeline.indicators import Indicator, nearest_labels
from pipeline.layouts.model import Column, Context, Layout
from pipeline.layouts.products import in_french, needed_fields
from pipeline.layouts.tables import (
    Grid,
    Heading,
    Located,
    is_note,
    locate,
    read_dimension,
    table_missing,
    unknown_column,
)
from pipeline.periods import Period
from pipeline.rejections import Rejection, reject
from pipeline.territories import Territory, parts_of
from pipeline.words import fold

Fields = dict[str, Any]


@dataclass(slots=True)
class Extraction:
    """What a layout makes of one workbook. Rows are plain dictionaries, so that they cross a process cheaply."""

    layout: str
    known_on: date | None = None
    """The date of issue that the workbook states; ``None`` where it states none."""
    cells: list[tuple[str, str, str, str, str, bool | None]] = field(default_factory=list)
    """Sheet, A1 address, kind, role, text and whether hidden, of every non-empty cell."""
    rows: dict[str, list[Fields]] = field(default_factory=dict)
    """Rows by product (``observation``, ``target`` …), with the columns of its stage contract."""
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    """Sheet, address of a total, address of one of its parts."""
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(slots=True)
class Read:
    """What one cell gave: its meaning, or why it has none."""

    cell: Cell
    meaning: Any
    problem: Rejection | None = None


def extract(
    workbook: Workbook, layout: Layout, *, file_name: str = "", regions: Collection[Territory] = ()
) -> Extraction:
    """Apply a layout to a workbook.

    Args:
        workbook: the cells.
        layout: where its figures stand.
        file_name: the name of the file, in which a layout may look for facts.
        regions: the regions whose folders the file lies in; a workbook that states another one is refused.
    """
    return _Extractor(workbook, layout, file_name, regions).run()


class _Extractor:
    """One application of one layout to one workbook; holds the roles while they are given."""

    def __init__(self, workbook: Workbook, layout: Layout, file_name: str, regions: Collection[Territory]) -> None:
        self.workbook = workbook
        self.layout = layout
        self.file_name = file_name
        self.regions = regions
        self.result = Extraction(layout.label)
        self.roles: dict[tuple[str, int, int], str] = {}

    def run(self) -> Extraction:
        self.result.rejections += [reject(code) for code in self.workbook.remarks]
        grids = [Grid(sheet) for sheet in self.workbook.sheets if self._is_read(sheet)]
        located = [(grid, self._locate(grid)) for grid in grids]
        contexts = self._contexts(located)
        self.result.known_on = contexts[""]["known_on"].meaning if "known_on" in contexts[""] else None
        if not self._lies_in_wrong_folder(contexts):
            for grid, tables in located:
                for table in tables:
                    self._read_table(grid, table, {**contexts[""], **contexts[grid.name]})
        self._give_remaining_roles(located)
        self._list_cells()
        return self.result

    # -- sheets ------------------------------------------------------------------------------------------------

    def _is_read(self, sheet: Sheet) -> bool:
        """Whether tables are looked for on a sheet; where not, its cells are notes or are passed over with a word."""
        if not sheet.cells:
            return False
        if self.layout.is_note_sheet(sheet.name):
            self._claim_sheet(sheet, "note")
        elif sheet.visibility != "visible":
            self._claim_sheet(sheet, "ignored")
            self.result.rejections.append(reject("FEUILLE_MASQUEE", sheet=sheet.name))
        elif not any(table.may_stand_on(sheet.name) for table in self.layout.tables):
            self._claim_sheet(sheet, "ignored")
            self.result.rejections.append(reject("FEUILLE_IGNOREE", sheet=sheet.name, raw_text=str(len(sheet.cells))))
        else:
            return True
        return False

    def _locate(self, grid: Grid) -> list[Located]:
        tables = locate(grid, self.layout)
        if not tables:
            wanted = [table for table in self.layout.tables if table.may_stand_on(grid.name)]
            self.result.rejections.append(table_missing(grid, wanted))
            for cell in grid.cells:
                self.roles[grid.name, cell.row, cell.column] = "unclaimed"
        for table in tables:
            self.result.rejections += table.rejections
        return tables

    def _claim_sheet(self, sheet: Sheet, role: str) -> None:
        for cell in sheet.cells:
            self.roles[sheet.name, cell.row, cell.column] = role

    def _claim(self, grid: Grid, cell: Cell, role: str) -> None:
        self.roles[grid.name, cell.row, cell.column] = role

    # -- context -----------------------------------------------------------------------------------------------

    def _contexts(self, located: list[tuple[Grid, list[Located]]]) -> dict[str, dict[str, Read]]:
        """Return the facts stated beside labels outside the tables, by sheet; under ``""`` the first of each."""
        labels = {fold(label): context for context in self.layout.contexts for label in context.labels}
        found: dict[str, dict[str, Read]] = {"": {}}
        for grid, tables in located:
            own = found.setdefault(grid.name, self._context_of_names(grid))
            for cell in grid.cells:
                if any(table.top <= cell.row <= table.last_row for table in tables) or cell.kind is not Kind.TEXT:
                    continue
                context, told = self._labelled(grid, cell, labels)
                if context is None or told is None or context.field in own:
                    continue
                own[context.field] = self._read_context(grid, told, context)
                self._claim(grid, cell, "context")
                self._claim(grid, grid.rows[told.row][told.column], "context")
            for name, read in own.items():
                found[""].setdefault(name, read)
        for context in self.layout.contexts:
            if context.file_name and (match := re.search(context.file_name, self.file_name)):
                found[""].setdefault(context.field, self._read_text(match[1], context))
            if context.required and context.field not in found[""]:
                expected = context.labels[0] if context.labels else context.field
                self.result.rejections.append(reject("CONTEXTE_ABSENT", expected=expected))
        return found

    @staticmethod
    def _labelled(grid: Grid, cell: Cell, labels: dict[str, Context]) -> tuple[Context | None, Cell | None]:
        """Return the context that a cell labels and the cell that states it: the next one, or itself after a colon."""
        context = labels.get(fold(cell.text))
        if context is not None:
            following = [c for c in sorted(grid.rows[cell.row]) if c > cell.column]
            return context, grid.rows[cell.row][following[0]] if following else None
        label, colon, told = cell.text.partition(":")
        context = labels.get(fold(label)) if colon else None
        return context, cell._replace(text=told.strip(), value=told.strip()) if context else None

    def _context_of_names(self, grid: Grid) -> dict[str, Read]:
        found = {}
        for context in self.layout.contexts:
            if context.sheet_name and (match := re.search(context.sheet_name, grid.name)):
                found[context.field] = self._read_text(match[1], context)
        return found

    def _read_context(self, grid: Grid, cell: Cell, context: Context) -> Read:
        read = self._read(cell, context)
        if read.problem is not None:
            self.result.rejections.append(replace(read.problem, sheet=grid.name, cell=cell.address))
        return read

    def _read_text(self, text: str, context: Context) -> Read:
        return self._read(Cell(0, 0, Kind.TEXT, text, text), context)

    def _lies_in_wrong_folder(self, contexts: dict[str, dict[str, Read]]) -> bool:
        """Whether a sheet states another region than that of the folder; then nothing of the file is loaded."""
        for context in contexts.values():
            stated = context.get("territory")
            if self.regions and stated and not stated.problem and stated.meaning not in self.regions:
                expected = ", ".join(region.name for region in self.regions)
                self.result.rejections.append(reject("REGION_INATTENDUE", raw_text=stated.cell.text, expected=expected))
                return True
        return False

    # -- tables ------------------------------------------------------------------------------------------------

    def _read_table(self, grid: Grid, located: Located, context: dict[str, Read]) -> None:
        for row in range(located.top, located.first_row):
            for cell in grid.rows.get(row, {}).values():
                self._claim_header(grid, located, cell)
        body: list[tuple[Fields, dict[int, Cell], bool]] = []
        for row in range(located.first_row, located.last_row + 1):
            cells = grid.rows.get(row, {})
            if self._repeats_header(located, cells):
                for cell in cells.values():
                    self._claim(grid, cell, "header")
            else:
                body += self._read_row(grid, located, row, context)
        self._link_totals(grid, located, body)

    def _claim_header(self, grid: Grid, located: Located, cell: Cell) -> None:
        reach = range(cell.column, grid.span(cell.row, cell.column).right + 1)
        over = [located.headings[column] for column in reach if column in located.headings]
        if over or any(cell.address == problem.cell for problem in located.rejections):
            self._claim(grid, cell, "header")
        else:
            self._claim(grid, cell, "unclaimed")
            self.result.rejections.append(unknown_column(grid, located, cell))

    @staticmethod
    def _repeats_header(located: Located, cells: dict[int, Cell]) -> bool:
        return bool(cells) and all(
            column in located.headings and fold(cell.text) == fold(located.headings[column].cells[-1].text)
            for column, cell in cells.items()
        )

    def _read_row(
        self, grid: Grid, located: Located, row: int, context: dict[str, Read]
    ) -> Iterator[tuple[Fields, dict[int, Cell], bool]]:
        """Yield what a row gives: one record, or one observation for each of its values."""
        keys: dict[str, Read] = {}
        values: list[tuple[int, Cell]] = []
        is_total = self._is_total_row(grid, located, row)
        for column, heading in located.headings.items():
            own = grid.rows.get(row, {}).get(column)
            if heading.column.parser == "figure":
                if own is not None:
                    values.append((column, own))
                continue
            shown = own or grid.shown(row, column)  # a key merged over several rows holds for each of them
            if own is not None:
                self._claim(grid, own, "key")
            if shown is not None and not (is_total and fold(shown.text) in located.table.totals):
                keys[heading.column.field] = self._read(shown, heading.column)
        _agree_on_territory(keys)
        for read in keys.values():
            if read.problem is not None and (read.cell.row == row or row == located.first_row):
                self.result.rejections.append(
                    replace(read.problem, sheet=grid.name, cell=read.cell.address, raw_text=read.cell.text)
                )
        if located.table.produces != "observation":
            yield from self._record(grid, located, keys, values, context)
            return
        for column, cell in values:
            made = self._observation(grid, located.headings[column], keys, cell, context, is_total=is_total)
            if made is not None:
                yield made, {column: cell}, is_total

    @staticmethod
    def _is_total_row(grid: Grid, located: Located, row: int) -> bool:
        return any(
            fold(cell.text) in located.table.totals
            for column, cell in grid.rows.get(row, {}).items()
            if column in located.headings and located.headings[column].column.parser != "figure"
        )

    def _observation(
        self,
        grid: Grid,
        heading: Heading,
        keys: dict[str, Read],
        cell: Cell,
        context: dict[str, Read],
        *,
        is_total: bool,
    ) -> Fields | None:
        """Return the observation that one value cell states, or ``None`` with its rejection listed."""
        self._claim(grid, cell, "total" if is_total else "value")
        label = keys["indicator"].cell.text if "indicator" in keys else heading.cells[-1].text
        known = {"breakdown": "", **_meanings({**context, **keys}), **heading.named}
        known.update(label=" ".join(label.split()), is_total=is_total)
        row = self._assemble(grid, "observation", cell, known, heading, context)
        if row is None:
            return None
        if row["obs_status"] == "A":
            row["obs_status"] = heading.obs_status
        self.result.rows.setdefault("observation", []).append(row)
        return row

    def _record(
        self,
        grid: Grid,
        located: Located,
        keys: dict[str, Read],
        values: list[tuple[int, Cell]],
        context: dict[str, Read],
    ) -> Iterator[tuple[Fields, dict[int, Cell], bool]]:
        """Add the record that one row states; the address is that of its anchor."""
        value_column = next((c for c, h in located.headings.items() if h.column.parser == "figure"), None)
        heading = located.headings[value_column] if value_column is not None else None
        by_field = {name: read.cell for name, read in keys.items()} | {
            located.headings[column].column.field: cell for column, cell in values
        }
        anchor = next((by_field[name] for name in located.table.anchor if name in by_field), None)
        if anchor is None:
            if by_field:
                self._refuse_keyless(grid, next(iter(by_field.values())), located.table.anchor[0])
            return
        self._claim(grid, anchor, "value")
        known = _meanings({**context, **keys})
        has_value = any(cell == anchor for _, cell in values)
        row = self._assemble(grid, located.table.produces, anchor, known, heading, context, has_value=has_value)
        if row is not None:
            self.result.rows.setdefault(located.table.produces, []).append(row)
        yield from ()

    def _assemble(
        self,
        grid: Grid,
        product: str,
        cell: Cell,
        known: Fields,
        heading: Heading | None,
        context: dict[str, Read],
        *,
        has_value: bool = True,
    ) -> Fields | None:
        """Return a row of a product from what is known about a cell, or ``None`` with its rejection listed."""
        row = _flatten(known)
        row.update(sheet=grid.name, cell=cell.address, raw_text=cell.text)
        if heading is not None:
            figure = self._figure(cell if has_value else None, known, heading, context)
            if isinstance(figure, Rejection):
                self.result.rejections.append(replace(figure, sheet=grid.name, cell=cell.address, raw_text=cell.text))
                return None
            if figure is not None:
                row.update(_figure_fields(figure))
        lacking = [name for name in needed_fields(product) if row.get(name) is None]
        if lacking:
            self._refuse_keyless(grid, cell, lacking[0])
            return None
        if cell.hidden:
            self.result.rejections.append(
                reject("CELLULE_MASQUEE", sheet=grid.name, cell=cell.address, raw_text=cell.text)
            )
        return row

    def _refuse_keyless(self, grid: Grid, cell: Cell, lacking: str) -> None:
        self._claim(grid, cell, "value")
        self.result.rejections.append(
            reject("CLE_ABSENTE", sheet=grid.name, cell=cell.address, raw_text=cell.text, expected=in_french(lacking))
        )

    def _figure(
        self, cell: Cell | None, known: Fields, heading: Heading, context: dict[str, Read]
    ) -> Figure | Rejection | None:
        """Return what a value cell says; ``None`` when the indicator, and so the unit, is not known."""
        indicator = known.get("indicator")
        unit = indicator.unit if isinstance(indicator, Indicator) else heading.column.unit
        if not unit:
            return None
        stated = known.get("unit") or heading.stated_unit or (context["unit"].cell.text if "unit" in context else "")
        expected = Expected(unit, stated, self.layout.dot, self.layout.comma, self.layout.dash)
        return read_text("", expected) if cell is None else read_cell(cell, expected)

    def _link_totals(self, grid: Grid, located: Located, body: list[tuple[Fields, dict[int, Cell], bool]]) -> None:
        """Say which cells each total is the sum of; it is compared with them once they are accepted."""
        for position, (total, cells, is_total) in enumerate(body):
            (column,) = cells
            if is_total:
                above = [row for row, other, also_total in body[:position] if column in other and not also_total]
                parts = [row for row in above if row["territory_level"] != "other"]
            elif located.table.total_of == "parent":
                parts = _all_parts(total, [row for row, other, _ in body if column in other])
                if parts:
                    total["is_total"] = True
                    self._claim(grid, cells[column], "total")
            else:
                continue
            self.result.parts += [(grid.name, total["cell"], part["cell"]) for part in parts]

    # -- cells -------------------------------------------------------------------------------------------------

    def _read(self, cell: Cell, column: Column | Context) -> Read:
        """Return what a key or context cell means."""
        if cell.kind is Kind.ERROR:
            return Read(cell, None, reject("ERREUR_EXCEL", raw_text=cell.text))
        if cell.kind is Kind.UNCACHED:
            return Read(cell, None, reject("FORMULE_SANS_VALEUR", raw_text=cell.formula or cell.text))
        read: Read = getattr(self, f"_read_{column.parser}_cell")(cell, column)
        return read

    @staticmethod
    def _read_text_cell(cell: Cell, _column: Column | Context) -> Read:
        return Read(cell, cell.text.strip() or None)

    def _read_indicator_cell(self, cell: Cell, column: Column | Context) -> Read:
        indicator = read_dimension("indicator", cell, self.layout, column.levels)
        if indicator is None:
            near = ", ".join(f"« {label} »" for label in nearest_labels(cell.text, self.layout.scopes))
            return Read(cell, None, reject("INDICATEUR_INCONNU", raw_text=cell.text, expected=near))
        return Read(cell, indicator)

    def _read_territory_cell(self, cell: Cell, column: Column | Context) -> Read:
        territory = read_dimension("territory", cell, self.layout, column.levels)
        problem = None if territory else reject("TERRITOIRE_INCONNU", raw_text=cell.text)
        return Read(cell, territory, problem)

    def _read_period_cell(self, cell: Cell, column: Column | Context) -> Read:
        period = read_dimension("period", cell, self.layout, column.levels)
        return Read(cell, period, None if period else reject("PERIODE_ILLISIBLE", raw_text=cell.text))

    @staticmethod
    def _read_date_cell(cell: Cell, _column: Column | Context) -> Read:
        raw = cell.value if cell.value is not None else cell.text
        period = periods.read_period(raw)
        # what is dated by a window of several years is known by its end
        day = periods.read_date(raw) or (period.end if period and period.end != periods.OPEN_END else None)
        return Read(cell, day, None if day else reject("PERIODE_ILLISIBLE", raw_text=cell.text))

    def _read_duration_cell(self, cell: Cell, _column: Column | Context) -> Read:
        years = read_cell(cell, Expected("years", "", self.layout.dot, self.layout.comma, self.layout.dash))
        if isinstance(years, Rejection):
            return Read(cell, None, years)
        return Read(cell, Duration(years.value, "renouvelable" in fold(cell.text), cell.text))

    @staticmethod
    def _read_choice_cell(cell: Cell, column: Column) -> Read:
        code = next((c for c, words in column.choices.items() if fold(cell.text) in map(fold, words)), None)
        if code is None:
            known = ", ".join(f"« {words[0]} »" for words in column.choices.values())
            return Read(cell, None, reject("MARQUE_INCONNUE", raw_text=cell.text, mark=cell.text, expected=known))
        return Read(cell, code)

    # -- what remains ------------------------------------------------------------------------------------------

    def _give_remaining_roles(self, located: list[tuple[Grid, list[Located]]]) -> None:
        """Give a role to what no table claimed: a title above, a note below; anything else is refused."""
        for grid, tables in located:
            for cell in grid.cells:
                if (grid.name, cell.row, cell.column) in self.roles:
                    continue
                role = self._remaining_role(grid, cell, tables)
                self._claim(grid, cell, role)
                if role == "unclaimed" and not any(r.reason == "REGION_INATTENDUE" for r in self.result.rejections):
                    self.result.rejections.append(
                        reject("CELLULE_NON_RECLAMEE", sheet=grid.name, cell=cell.address, raw_text=cell.text)
                    )

    def _remaining_role(self, grid: Grid, cell: Cell, tables: list[Located]) -> str:
        inside = any(table.top <= cell.row <= table.last_row for table in tables)
        if inside or cell.kind is not Kind.TEXT:
            return "unclaimed"
        if is_note(grid.rows[cell.row], self.layout) or all(cell.row > table.last_row for table in tables):
            return "note"
        return "title"

    def _list_cells(self) -> None:
        self.result.cells = [
            (
                sheet.name,
                cell.address,
                str(cell.kind),
                self.roles[sheet.name, cell.row, cell.column],
                cell.text,
                cell.hidden,
            )
            for sheet in self.workbook.sheets
            for cell in sheet.cells
        ]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an agreement holds."""

    years: float | None
    is_renewable: bool
    text: str


def _meanings(reads: dict[str, Read]) -> Fields:
    return {name: read.meaning for name, read in reads.items()}


def _agree_on_territory(keys: dict[str, Read]) -> None:
    """Where a row gives a code beside a name, both must be the same territory; a wrong code is never passed over."""
    code, name = keys.get("code"), keys.get("territory")
    if code is None or name is None or not isinstance(name.meaning, Territory):
        return
    raw = code.cell.value if code.cell.value is not None else code.cell.text
    if territories.resolve(raw, level=name.meaning.level) != name.meaning:
        hint = f" ; le code « {code.cell.text} » n'est pas celui de « {name.cell.text} »"
        keys["territory"] = Read(name.cell, None, reject("TERRITOIRE_INCONNU", raw_text=name.cell.text, hint=hint))


def _flatten(known: Fields) -> Fields:
    """Spread typed meanings over the columns that they fill."""
    row: Fields = {}
    for name, meaning in known.items():
        match meaning:
            case Period(start, end, frequency):
                row.update(period_start=start, period_end=None if end == periods.OPEN_END else end, frequency=frequency)
            case Territory():
                row.update(territory_level=meaning.level, territory_code=meaning.code)
            case Indicator():
                row["indicator"] = meaning.code
            case Duration(years, is_renewable, text):
                row.update(duration_years=years, is_renewable=is_renewable, duration_text=text)
            case datetime():
                row[name] = meaning.date()
            case _:
                row[name] = meaning
    row.setdefault("is_renewable", False)
    return row


def _figure_fields(figure: Figure) -> Fields:
    return {
        "value": figure.value,
        "unit": figure.unit,
        "precision": figure.precision,
        "qualifier": figure.qualifier,
        "value_low": figure.low,
        "value_high": figure.high,
        "obs_status": figure.obs_status,
        "missing_reason": figure.missing_reason,
    }


def _all_parts(total: Fields, rows: list[Fields]) -> list[Fields]:
    """Return the rows about every part of a row's territory; none where one is not there, for then it is no total."""
    wanted = parts_of(total["territory_level"], total["territory_code"])
    same = [row for row in rows if all(row[name] == total[name] for name in _SAME)]
    parts = [row for row in same if (row["territory_level"], row["territory_code"]) in wanted]
    return parts if len(parts) == len(wanted) else []


# What a total and its parts share.
_SAME = ("indicator", "breakdown", "period_start", "period_end")
