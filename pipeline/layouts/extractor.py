"""Applying a layout: every cell of a workbook gets one role, every row becomes an observation or a record.

What belongs here: which sheets are read, the order of the stages, and the roles of what no stage claimed.
What does not: the stages: finding tables (``tables``), facts outside tables (``context``), rows (``rows``), sums
(``totals``); reading numbers (``pipeline.figures``), judging figures against each other (``pipeline.checking.rules``).
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.cells.workbook import Cell, Kind, Sheet, Workbook
from pipeline.figures.spans import months_said
from pipeline.layouts.around import units_around
from pipeline.layouts.beside import is_note_beside
from pipeline.layouts.comment_remarks import remark_comments
from pipeline.layouts.compiled import compiled
from pipeline.layouts.context import KNOWN_ON, Contexts, Readings, find_contexts, named_cells
from pipeline.layouts.conventions import meaning_of_dot, split_departments
from pipeline.layouts.extraction import OBSERVATION, Claimed, Extraction
from pipeline.layouts.findings import NoResult, SummedMonths
from pipeline.layouts.grid import ROLE_CODES, Grid
from pipeline.layouts.headers import says_months
from pipeline.layouts.keys import Read
from pipeline.layouts.language import RETURNED_LIST, Layout
from pipeline.layouts.mark_notes import DoubtfulMarks, explained_on
from pipeline.layouts.meant_levels import NamedLevels, settle_headers
from pipeline.layouts.misfits import finding_rejections, no_header
from pipeline.layouts.nature import Nature, natures_of
from pipeline.layouts.notes import is_note
from pipeline.layouts.populations import around
from pipeline.layouts.publications import publication_in
from pipeline.layouts.row_meanings import Surroundings
from pipeline.layouts.rows import TableReader
from pipeline.layouts.stale_results import remark_stale_results
from pipeline.layouts.tables import FoundTable, locate
from pipeline.layouts.totals import link_totals
from pipeline.layouts.wordings import matches
from pipeline.rejections import Wording, reject
from pipeline.vocabulary.populations import population_in
from pipeline.vocabulary.territories import Territory


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
    """One application of one layout to one workbook."""

    def __init__(self, workbook: Workbook, layout: Layout, file_name: str, regions: Collection[Territory]) -> None:
        self.workbook = workbook
        self.layout = layout
        self.compiled = compiled(layout)
        self.file_name = file_name
        self.regions = regions
        self.result = Extraction(layout.label)
        self.places = {sheet.name: place for place, sheet in enumerate(workbook.sheets)}
        self.grids: dict[str, Grid] = {}
        self.dot: str = layout.dot
        self.split: frozenset[str] = frozenset()
        self.levels = NamedLevels([], layout)
        self.natures: dict[str, list[Nature]] = {}
        """What each sheet says of the figures of each of its tables."""
        self.whole: dict[str, str] = {}
        """The role of the cells of a sheet that is not read."""

    def run(self) -> Extraction:
        self.result.rejections += [reject(code) for code in self.workbook.remarks]
        read = [sheet for sheet in self.workbook.sheets if self._is_read(sheet)]
        located = [(grid, self._locate(grid)) for grid in map(self._grid, read)]
        self._miss_tables(located)
        every = [table for _, tables in located for table in tables]
        self.levels = NamedLevels(every, self.layout)
        notes, named = self._note_grids(), self._named_cells()
        contexts = find_contexts(located, notes, named, self.compiled, self.file_name, self.levels)
        self.result.rejections += contexts.rejections
        known_on = contexts.first(KNOWN_ON)
        if known_on is not None:
            self.result.known_on = known_on.meaning
            address = known_on.cell.address if known_on.cell.row else ""
            self.result.known_on_at = (contexts.sheets[KNOWN_ON], address, known_on.cell.text)
        self.result.publication = publication_in(contexts.of_publication)
        is_undated = any(key == KNOWN_ON and read.problem for key, read in contexts.stated)
        is_refused = self._lies_in_wrong_folder(contexts) or is_undated
        if not is_refused:
            self.dot, self.split = meaning_of_dot(self.layout, every), split_departments(every)
            for grid, tables in located:
                self._read_tables(grid, tables, contexts)
        for grid, tables in located:
            self._give_remaining_roles(grid, tables, is_refused=is_refused)
        self.result.rejections += remark_comments(self.workbook, self.grids, self.layout)
        self.result.rejections += remark_stale_results(self.workbook, self.grids)
        self._list_cells()
        return self.result

    def _read_tables(self, grid: Grid, tables: list[FoundTable], contexts: Contexts) -> None:
        """Read the tables of a sheet, each with what is said around it."""
        place = self.places[grid.name]
        units = units_around(grid, tables, self.workbook.sheets[place], self.compiled, self.file_name)
        notes = [sheet for sheet in self.workbook.sheets if self.whole.get(sheet.name) == "note"]
        explained = explained_on(grid, tables, notes)
        for position, table in enumerate(tables):
            if table.is_refused:
                continue
            status, facts = self._status_of(grid, position), self._facts(grid, position, contexts)
            about = facts["territory"].meaning if "territory" in facts else None
            self.result.rejections += settle_headers(table, self.layout, about, self.levels)
            here = contexts.of_sheet(grid, position)
            doubtful = DoubtfulMarks(explained, table.compiled, self.layout)
            around = Surroundings(facts, here, units[position], status, self.dot, self.split, self.levels, doubtful)
            reader = TableReader(table.grid, table, self.layout, around, place, self.result)
            values = reader.read()
            link_totals(table.grid, table, values, self.result, rounding=self.layout.rounding)
            if self.workbook.format != "text" and table.grid.is_named:  # in a text, a number is no oddity
                values.remark_texts()

    def _facts(self, grid: Grid, position: int, contexts: Contexts) -> Readings:
        """Return the facts that hold for a table, the population that its surroundings name among them."""
        facts = contexts.of(grid, position)
        said = self.natures[grid.name][position].population
        if "population" in facts:
            facts["population"] = facts["population"]._replace(meaning=around(facts["population"].meaning))
        elif said is not None:
            cell = said.cell or min(grid.row(grid.cells.rows[0]).values())
            facts["population"] = Read(cell, around(population_in(said.text)))
        return facts

    def _status_of(self, grid: Grid, position: int) -> str:
        """Return the status that a table's figures have where they state none, and say so where it is not ``A``."""
        said = self.natures[grid.name][position].provisional
        if said is None:
            return "A"
        address = said.cell.address if said.cell else ""
        self.result.rejections.append(reject("PROVISOIRE", sheet=grid.name, cell=address, raw_text=said.text))
        return "P"

    # -- sheets ------------------------------------------------------------------------------------------------

    def _is_read(self, sheet: Sheet) -> bool:
        """Whether tables are looked for on a sheet; where not, its cells are notes or are passed over with a word."""
        layout = self.layout
        role, remark = "ignored", ""
        if not sheet.cells:
            return False
        if sheet.is_named and matches(sheet.name, layout.ignore_sheets):
            pass
        elif sheet.is_named and layout.is_note_sheet(sheet.name):
            role = "note"
        elif sheet.visibility != "visible" and layout.hidden_sheets != "read":
            remark = "FEUILLE_MASQUEE" if layout.hidden_sheets == "ignore" else "FEUILLE_A_AFFICHER"
        elif not any(table.may_stand_on(sheet.name, is_named=sheet.is_named) for table in layout.tables):
            remark = "FEUILLE_IGNOREE"
        else:
            if sheet.visibility != "visible":
                self.result.rejections.append(reject("FEUILLE_MASQUEE_LUE", sheet=sheet.name))
            return True
        self.whole[sheet.name] = role
        if remark:
            self.result.rejections.append(reject(remark, sheet=sheet.name, raw_text=str(len(sheet.cells))))
        return False

    def _grid(self, sheet: Sheet) -> Grid:
        self.grids[sheet.name] = grid = Grid(sheet)
        return grid

    def _note_grids(self) -> list[Grid]:
        """Return the sheets of notes on which the layout looks for facts."""
        wanted = tuple(name for context in self.compiled.contexts for name in context.declared.sheets)
        notes = [s for s in self.workbook.sheets if self.whole.get(s.name) == "note" and matches(s.name, wanted)]
        return [self._grid(sheet) for sheet in notes]

    def _named_cells(self) -> dict[str, tuple[Grid, Cell]]:
        """Return the named cells that the layout asks for, whatever their sheet, with its grid."""
        found = named_cells(self.workbook, self.layout).items()
        return {name: (self.grids.get(sheet.name) or self._grid(sheet), cell) for name, (sheet, cell) in found}

    def _locate(self, grid: Grid) -> list[FoundTable]:
        tables = locate(grid, self.layout)
        if not tables:
            expected = [t for t in self.compiled.tables if t.declared.may_stand_on(grid.name, is_named=grid.is_named)]
            self.result.rejections.append(no_header(grid, expected, self.layout))
            self.whole[grid.name] = "unclaimed"
        sheet = self.workbook.sheets[self.places[grid.name]]
        self.natures[grid.name] = natures_of(grid, tables, sheet, self.compiled, self.file_name)
        for table, nature in zip(tables, self.natures[grid.name], strict=True):
            if nature.no_result and table.table.produces == OBSERVATION:
                first = nature.no_result.cell or min(grid.row(table.top).values())
                table.header.findings.append(NoResult(first, nature.no_result.text))
            if nature.span and table.table.produces == OBSERVATION and not says_months(table.header):
                first = nature.span.cell or min(grid.row(table.top).values())
                table.header.findings.append(SummedMonths(first, nature.span.text, months_said(nature.span.text)))
            self.result.rejections += finding_rejections(table.header, self.layout)
        return tables

    def _miss_tables(self, located: list[tuple[Grid, list[FoundTable]]]) -> None:
        """Refuse a workbook that has no sheet for any table, or none with a table that is expected."""
        filled = [sheet.name for sheet in self.workbook.sheets if sheet.cells]
        if all(matches(name, (RETURNED_LIST,)) for name in filled):
            self.result.rejections.append(reject("LISTE_SEULE"))
            return
        names = ", ".join(f"« {name} »" for name in filled)
        found = {id(table.table) for _, tables in located for table in tables}
        lacking = [table for table in self.layout.tables if table.expected and id(table) not in found]
        wanted = [table.sheets for table in lacking] if located else [table.sheets for table in self.layout.tables]
        if located and any(not tables for _, tables in located):
            return  # the sheet without a known header says so already
        for sheets in dict.fromkeys(wanted):
            quoted = [f"« {name} »" for name in sheets]
            expected = Wording(" ou ".join(quoted), " or ".join(quoted))
            self.result.rejections.append(reject("FEUILLE_ABSENTE", raw_text=names, expected=expected))

    def _lies_in_wrong_folder(self, contexts: Contexts) -> bool:
        """Whether a sheet states another region than that of the folder; then nothing of the file is loaded."""
        for key, stated in contexts.stated:
            if self.regions and key == "territory" and not stated.problem and stated.meaning not in self.regions:
                expected = ", ".join(region.name for region in self.regions)
                self.result.rejections.append(reject("REGION_INATTENDUE", raw_text=stated.cell.text, expected=expected))
                return True
        return False

    # -- what remains ------------------------------------------------------------------------------------------

    def _give_remaining_roles(self, grid: Grid, tables: list[FoundTable], *, is_refused: bool) -> None:
        """Give a role to what no table claimed: a title above, a note below; anything else is refused."""
        if not tables:
            return  # the whole sheet is refused, and said so
        for cell in grid.remaining():
            role = self._remaining_role(grid, cell, tables)
            grid.claim(cell, role)
            if role == "unclaimed" and not is_refused and not _is_refused_already(cell, tables):
                reason = "VALEUR_NON_AFFICHEE" if cell.is_unshown else "CELLULE_NON_RECLAMEE"
                self.result.rejections.append(reject(reason, sheet=grid.name, cell=cell.address, raw_text=cell.text))

    def _remaining_role(self, grid: Grid, cell: Cell, tables: list[FoundTable]) -> str:
        if not cell.text.strip() and not cell.is_unshown:
            return "ignored"  # nothing that a reader sees
        if any(table.is_beside(cell) for table in tables):
            return "note" if is_note_beside(cell, self.compiled) else "unclaimed"
        tables = [table for table in tables if table.may_hold(cell)]
        if any(table.holds(cell) for table in tables) or cell.kind is not Kind.TEXT:
            return "unclaimed"
        if is_note(grid.row(cell.row), self.compiled) or all(cell.row > table.last_row for table in tables):
            return "note"
        return "title"

    def _list_cells(self) -> None:
        """List every cell with its role."""
        for sheet in self.workbook.sheets:
            grid, default = self.grids.get(sheet.name), bytes((ROLE_CODES[self.whole.get(sheet.name, "")],))
            roles = default * len(sheet.cells) if grid is None else bytes(grid.roles).replace(b"\0", default)
            self.result.sheets.append(Claimed(sheet.name, sheet.cells, roles))


def _is_refused_already(cell: Cell, tables: list[FoundTable]) -> bool:
    """Whether a cell is refused with the table that holds it: there is one rejection for all of its cells."""
    return any(table.is_refused and table.holds(cell) for table in tables)
