"""What is said of a header that does not fit: the nearest wordings, and to the layout's author the line to add.

What belongs here: rejections made of findings, of unknown columns and of sheets without a known header. What does not:
finding them (``headers``), ranking what an unknown header may be (``suggestions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.cells.workbook import KIND_CODES, Cell, Kind, column_letters
from pipeline.figures.period_readings import ambiguous_period
from pipeline.layouts.compiled import CompiledTable
from pipeline.layouts.fields import CHECK
from pipeline.layouts.findings import (
    DoubtfulColumns,
    DoubtfulGroup,
    Finding,
    ForeignGroup,
    MissingColumn,
    NoResult,
    SummedMonths,
    TwoColumns,
    TwoSplits,
    UnreadColumn,
)
from pipeline.layouts.grid import Grid
from pipeline.layouts.headers import Header, read_header
from pipeline.layouts.keys import shown_cell
from pipeline.layouts.language import Column, Layout
from pipeline.layouts.suggestions import Suggestion, lacking_columns, nearest_wordings, suggest
from pipeline.rejections import LONGEST, Rejection, Wording, reject
from pipeline.vocabulary.typography import as_shown

_SHOWN_CELLS = 12
"""As many cells of a row as a person needs to recognise it."""
_SHOWN_LINES = 3
_ROOM = 100
"""Characters of a list of wordings in a sentence, which is read in a comment beside a cell."""
_WORDING = 50
"""Characters of one wording in it."""

# How a message calls a header that states a dimension itself, in French and in English.
_DIMENSIONS = {
    "indicator": ("un indicateur", "an indicator"),
    "territory": ("un territoire", "a territory"),
    "period": ("une année", "a year"),
    "breakdown": ("une catégorie", "a category"),
}

# What the cells of a column without a header are, by the part of a period or the field that they state.
_HELD = {
    **_DIMENSIONS,
    "year": ("une année", "a year"),
    "half_year": ("un semestre", "a half-year"),
    "quarter": ("un trimestre", "a quarter"),
    "month": ("un mois", "a month"),
    "day": ("un jour", "a day"),
    "period": ("une période", "a period"),
    "code": ("un code de territoire", "the code of a territory"),
    "parent": ("le territoire qui le contient", "the territory that contains it"),
    "value": ("un chiffre", "a figure"),
    "unit": ("une unité", "a unit"),
}


# -- findings ----------------------------------------------------------------------------------------------------


def finding_rejections(header: Header, layout: Layout) -> list[Rejection]:
    """Return the rejection of each finding of a header, in the order in which they were made."""
    suggested: dict[int, Suggestion] = {}
    if any(isinstance(finding, MissingColumn) for finding in header.findings):
        header = _recognised_rows(header)
        offers = suggest(header, _unknown_cells(header), layout).values()
        suggested = {id(offer.entry.column): offer for offer in offers}
    return [_finding_rejection(header, finding, suggested) for finding in header.findings]


def _recognised_rows(header: Header) -> Header:
    """Return a header from the first row to the last in which a column is recognised."""
    rows = [cell.row for heading in header.headings.values() for cell in heading.cells]
    return replace(header, top=min(rows), bottom=max(rows))


def _finding_rejection(header: Header, finding: Finding, suggested: dict[int, Suggestion]) -> Rejection:
    """Return the rejection of a finding.

    Args:
        header: in which it is.
        finding: what does not fit.
        suggested: the unknown header that each column may have, by the identity of the column.
    """
    sheet = header.grid.name
    match finding:
        case TwoColumns(cell, first):
            found = {"raw_text": cell.text, "other": first.address}
            return reject("ENTETE_EN_DOUBLE", sheet=sheet, cell=cell.address, **found)
        case ForeignGroup(cell, group):
            found = {"raw_text": cell.text, "group": group.text, "other": group.address}
            return reject("GROUPE_INATTENDU", sheet=sheet, cell=cell.address, **found)
        case DoubtfulGroup(cell, group):
            found = {"raw_text": cell.text, "group": group.text, "other": group.address}
            return reject("GROUPE_NON_FUSIONNE", sheet=sheet, cell=cell.address, **found)
        case NoResult(cell, text):
            return reject("PAS_UN_RESULTAT", sheet=sheet, cell=cell.address, raw_text=text)
        case DoubtfulColumns(cell, may_be):
            readings = Wording(*(_readings(may_be, language) for language in (0, 1)))
            return reject("COLONNES_SANS_ENTETE", sheet=sheet, cell=cell.address, raw_text=cell.text, readings=readings)
        case UnreadColumn(column, cell):
            expected = Wording(*_in_short(column))
            return reject("COLONNE_SANS_ENTETE", sheet=sheet, cell=cell.address, raw_text=cell.text, expected=expected)
        case TwoSplits(cell, refusal):
            return replace(refusal, sheet=sheet, cell=cell.address)
        case SummedMonths(cell, text, months):
            where = {"sheet": sheet, "cell": cell.address, "raw_text": text}
            return reject("CUMUL_SUR_MOIS", **where, months=months, author_hint=f"months = {months}")
        case MissingColumn(column):
            return _missing_column(header, column, suggested.get(id(column)))


def _missing_column(header: Header, column: Column, suggestion: Suggestion | None) -> Rejection:
    """Return the rejection of a column that is not there.

    It stands at the unknown header that may be the column's, else at the beginning of the header.
    """
    expected = (*column.headers, column.field)[0]
    if suggestion is None:
        first = min(header.grid.row(header.top).values())
        return reject("COLONNE_ABSENTE", sheet=header.grid.name, cell=first.address, expected=expected)
    cell, shown = suggestion.cell, _short(suggestion.cell.text)
    hint = Wording(
        f" L'en-tête inconnu le plus proche est « {shown} » : si c'est elle, reprenez « {expected} ».",
        f" The nearest unknown header is “{shown}”: if that is it, write “{expected}”.",
    )
    where = {"sheet": header.grid.name, "cell": cell.address, "raw_text": cell.text}
    return reject("COLONNE_ABSENTE", **where, expected=expected, hint=hint, author_hint=_lines([suggestion]))


def unknown_columns(header: Header, cells: list[Cell], layout: Layout) -> Iterator[Rejection]:
    """Yield the rejection of each header that no column of the layout has; the first ones say what it may be.

    A header with more than a few is that of another source, of which there is nothing to say a thousand times.
    """
    names_periods = any("period" in column.named_by for column in header.table.columns)
    for cell in cells[:_SHOWN_CELLS]:
        if names_periods and (ambiguous := ambiguous_period(cell.text, "")) is not None:
            yield replace(ambiguous, sheet=header.grid.name, cell=cell.address)
            continue
        lines = _lines(suggest(header, [cell], layout).values())
        yield _unknown_column(header, cell, nearest_wordings(header, cell, layout), lines)
    for cell in cells[_SHOWN_CELLS:]:
        yield _unknown_column(header, cell, (), "")


def _unknown_column(header: Header, cell: Cell, near: Iterable[str], lines: str) -> Rejection:
    """Return the rejection of an unknown header with the nearest known ones, and the line to add."""
    known = [_short(wording) for wording in near]
    expected = Wording("un intitulé attendu", "an expected heading")
    if known:
        french, english = (", ".join(quotes.format(each) for each in known) for quotes in ("« {} »", "“{}”"))
        expected = Wording(f"l'un des intitulés connus ({french})", f"one of the known headings ({english})")
    text = shown_cell(cell).text
    where = {"sheet": header.grid.name, "cell": cell.address, "raw_text": text}
    return reject("COLONNE_INCONNUE", **where, shown=_short(text), expected=expected, author_hint=lines)


# -- no header ---------------------------------------------------------------------------------------------------


def no_header(grid: Grid, tables: list[CompiledTable], layout: Layout) -> Rejection:
    """Return the rejection of a sheet on which no header is recognised.

    It gives the nearest row and the headers of the tables that are expected, the nearest one first; where all wordings
    of the row are known, what else there would have to be. The layout's author gets the line to change for each wording
    that is not known.
    """
    nearest_row = _nearest_row(grid, tables)
    best = grid.row(nearest_row)
    shown = [cell.text for _, cell in sorted(best.items())]
    shown[_SHOWN_CELLS:] = ["…"] if len(shown) > _SHOWN_CELLS else []
    near = min((_header_near(grid, nearest_row, table, layout) for table in tables), key=lambda h: _lack(h, layout))
    hint, lines, unknown = _what_to_add(near, layout)
    periods = filter(None, (ambiguous_period(cell.text, "") for cell in unknown))
    if (doubtful := next(periods, None)) is not None and any("period" in c.named_by for c in near.table.columns):
        hint, lines = Wording(f" {doubtful.message_fr}", f" {doubtful.message_en}"), doubtful.author_hint
    named = unknown or [cell for _, cell in sorted(best.items())][:1]
    return reject(
        "TABLEAU_ABSENT",
        sheet=grid.name,
        cell=named[0].address if named else "",
        raw_text=" | ".join(shown),
        nearest=_cut([_short(text) for text in shown], " | "),
        expected=_expected_headers(near, tables),
        hint=hint,
        author_hint=lines,
    )


def _expected_headers(near: Header, tables: list[CompiledTable]) -> Wording:
    """Return the headers that are expected on a sheet: of its nearest table, then of others as far as there is room.

    Those that a table cannot do without are enough to be read.
    """
    others = [t.declared for t in tables if t.declared is not near.table and t.declared.produces != CHECK]
    required = [[c for c in table.columns if c.required] or table.columns for table in (near.table, *others)]
    headers = [[_in_short(column) for column in columns] for columns in required]
    french, english = ([_cut([pair[at] for pair in pairs], " | ") for pairs in headers] for at in (0, 1))
    return Wording(_cut(french, " ; "), _cut(english, "; "))


def _nearest_row(grid: Grid, tables: list[CompiledTable]) -> int:
    """Return the row that says most of what headers say, else the first of those that hold most texts.

    Where cells above are merged into it, it is the first of theirs.
    """
    wordings = {header for table in tables for header in table.by_header}
    naming = [column for table in tables for column in table.columns if column.declared.named_by]
    wordings |= {wording for column in naming for wording in column.codes}

    def nearness(row: int) -> tuple[int, int, int]:
        line = grid.cells.line(row)
        texts = grid.cells.kinds.count(KIND_CODES[Kind.TEXT], line.start, line.stop)
        return len(wordings & grid.words(row)), min(texts, 8), min(len(line), 8)

    row = max(grid.rows, key=nearness, default=0)
    while any(grid.span(row - 1, column).bottom >= row for column in grid.row(row - 1)):
        row -= 1
    return row


def _header_near(grid: Grid, row: int, table: CompiledTable, layout: Layout) -> Header:
    """Return what a row has of a table's header.

    A row with merged cells has the row below it as well, or all those that they take.
    """
    reach = max((grid.span(row, column).bottom for column in grid.row(row)), default=row)
    bottom = max(reach, row + 1) if grid.spans_others(row) and grid.has_row(row + 1) else row
    return read_header(grid, row, min(bottom, row + table.declared.header_rows - 1), table, layout)


def _unknown_cells(header: Header) -> list[Cell]:
    """Return the first texts of a header that stand over none of its columns, and the groups that are not over all."""
    grid, stacks = header.grid, header.grid.stacks(header.top, header.bottom)
    cells = [cell for row in range(header.top, header.bottom + 1) for cell in grid.row(row).values()]
    found = []
    for cell in [cell for cell in cells if cell.kind is Kind.TEXT and cell.text.strip()]:
        reach = range(cell.column, grid.span(cell.row, cell.column).right + 1)
        are_known = [column in header.headings for column in reach if column in stacks]
        if not (any(are_known) if stacks[cell.column][-1] == cell else all(are_known)):
            found.append(cell)
    return found[:_SHOWN_CELLS]


def _lack(header: Header, layout: Layout) -> tuple[int, int]:
    """Return how much a row lacks of a table's header, to which the row is nearer that lacks less."""
    offers = suggest(header, _unknown_cells(header), layout).values()
    return len(lacking_columns(header, [offer.entry.column for offer in offers])), -len(header.columns)


def _what_to_add(header: Header, layout: Layout) -> tuple[str | Wording, str, list[Cell]]:
    """Return what would make a row the header of a table: what the sender is told of it, and what the layout's author.

    Last the cells that are not known, first those that something can be said of.
    """
    unknown = _unknown_cells(header)
    if unknown or not header.columns:
        suggested = suggest(header, unknown, layout)
        return "", _lines(suggested.values()), sorted(unknown, key=lambda cell: cell.address not in suggested)
    lacking = [_in_short(column) for column in lacking_columns(header)]
    french, english = (", ".join(pair[at] for pair in lacking) for at in (0, 1))
    return Wording(f" Il manque : {french}.", f" Missing: {english}."), "", unknown


def _readings(may_be: Iterable[tuple[int, Iterable[Column]]], language: int) -> str:
    """Return what each of some columns may be, in French (0) or in English (1)."""
    form, between = (("colonne {} : {}", " ou "), ("column {}: {}", " or "))[language]
    each = ((at, between.join(dict.fromkeys(_in_short(c)[language] for c in columns))) for at, columns in may_be)
    return ", ".join(form.format(column_letters(at), held) for at, held in each)


# -- words -------------------------------------------------------------------------------------------------------


def _lines(suggestions: Iterable[Suggestion]) -> str:
    """Return the first lines to add, as many as there is room for: one that is cut short is of no use."""
    lines = ""
    for suggestion in list(suggestions)[:_SHOWN_LINES]:
        more = f" {suggestion.line}"
        lines += more if len(lines + more) <= LONGEST else ""
    return lines.lstrip()


def _short(text: str) -> str:
    """Return a wording as a sentence quotes it, on one line."""
    flat = " ".join(as_shown(text).split())
    return flat if len(flat) <= _WORDING else f"{flat[:_WORDING]}…"


def _cut(items: list[str], between: str) -> str:
    """Return a list of wordings as far as a sentence has room for it, its first whatever it takes."""
    kept = items[:1]
    for item in items[1:]:
        if len(between.join([*kept, item])) > _ROOM:
            return between.join([*kept, "…"])
        kept.append(item)
    return between.join(kept)


def _in_short(column: Column) -> tuple[str, str]:
    """Return what a message says of a header, in French and in English."""
    if column.headers:
        return column.headers[0], column.headers[0]
    if not column.named_by:
        return _HELD.get(column.part or column.field, (column.field, column.field))
    stated = [_DIMENSIONS[dimension] for dimension in column.named_by]
    return " et ".join(french for french, _ in stated), " and ".join(english for _, english in stated)
