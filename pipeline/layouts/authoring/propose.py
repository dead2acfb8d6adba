"""A first layout for an unknown workbook: the tables that seem to stand in it, for a human to correct.

What belongs here: guessing, for a human's eyes. What does not: reading; nothing proposed here is ever applied by
itself, and what could not be recognised says so in a comment.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, islice, pairwise
from typing import NamedTuple, get_args

from pipeline.cells.workbook import Cell, Kind, Workbook, a1
from pipeline.figures import Expected, periods, read_text, states_unit
from pipeline.figures.units import Suffix, read_stated, unit
from pipeline.layouts.grid import Grid
from pipeline.layouts.keys import bare_text
from pipeline.layouts.language import NOTE_SHEETS, Scope
from pipeline.layouts.tables import after_blanks
from pipeline.layouts.wordings import matches
from pipeline.rejections import Rejection
from pipeline.vocabulary import indicators, territories
from pipeline.vocabulary.indicators import nearest_labels
from pipeline.vocabulary.words import fold

SCOPES: tuple[str, ...] = get_args(Scope)
_SAMPLES = 200  # cells of a column, and rows among which a header is looked for
_MOST = 0.6  # of what stands in a column, for the column to be called after it
_HEADER_ROWS = 3
_TITLE = 200  # characters of a title that are looked at
_ALIKE = 0.6  # how much a label must look like a wording for a human to be pointed at it
_BLANK_ROWS = 2  # within a table; beyond, another one begins
_FEW = 8  # wordings that come again and again are the parts of a breakdown

_TOTAL = "total"
"""What a column of totals is taken for; it is found by the word over it and is not declared."""

_BY_HEADER = {
    "unit": ("un", "unite", "unites", "unite de mesure"),
    "remark": ("remarque", "remarques", "observation", "observations", "commentaire", "commentaires"),
}
_PLACES = {"region", "territoire", "departement", "comite regional"}
_COUNTS = {"nombre", "nb", "effectif", "effectifs"}
_PARTS = {"year": ("annee", "an", "year"), "month": ("mois", "month"), "quarter": ("trimestre",)}


@dataclass(slots=True)
class Seen:
    """One column of a supposed table, and what it was taken for."""

    header: str
    above: tuple[str, ...]
    samples: list[Cell]
    field: str = ""
    named_by: tuple[str, ...] = ()
    part: str = ""
    levels: tuple[str, ...] = ()
    is_repeated: bool = False
    """Whether another column has the same header, so that only what stands over it tells them apart."""
    indicator: str = ""
    """The wording over it that names the indicator which it counts."""
    note: str = ""

    @property
    def slot(self) -> tuple[object, ...]:
        """What it is declared for; of several columns for the same, one is declared."""
        return (self.field, fold(self.header), *(self.above if self.is_repeated else ()))


@dataclass(slots=True)
class Guess:
    """One supposed table, on each of the sheets that have it."""

    where: str
    header_rows: int
    columns: list[Seen]
    sheets: list[str] = field(default_factory=list)
    side_by_side: bool = False
    blank_rows: int = 0
    sections: tuple[Seen, ...] = ()
    """What labels alone in their rows seem to say, for the rows below them."""
    total_words: tuple[str, ...] = ()

    @property
    def values(self) -> list[Seen]:
        """Its columns of figures."""
        return [column for column in self.columns if column.field == "value"]

    def states(self, dimension: str) -> bool:
        """Whether one of its columns or sections says a dimension, or is named by it."""
        return any(c.field == dimension or dimension in c.named_by for c in (*self.columns, *self.sections))

    @property
    def states_period(self) -> bool:
        """Whether it says itself which year its figures are about."""
        read = (*self.columns, *self.sections)
        return any(c.part in {"", "year"} for c in read if c.field == "period") or any(
            "period" in c.named_by for c in self.columns
        )

    def join(self, other: Guess) -> None:
        """Add what another table of this kind has."""
        self.blank_rows = max(self.blank_rows, other.blank_rows)
        self.sections = self.sections or other.sections
        self.total_words += other.total_words

    @property
    def shape(self) -> tuple[object, ...]:
        """What two tables share that are one kind."""
        return tuple((c.field, c.part, c.named_by, "" if c.named_by else fold(c.header)) for c in self.columns)


def draft(workbook: Workbook, source: str) -> str:
    """Return a layout file for a workbook: what was recognised as declarations, what was not as comments."""
    visible = [sheet for sheet in workbook.sheets if sheet.cells and sheet.visibility == "visible"]
    grids = [Grid(sheet) for sheet in visible if not matches(sheet.name, NOTE_SHEETS)]
    guesses: list[Guess] = []
    outside: list[tuple[Grid, Cell]] = []
    notes: list[str] = []
    for grid in grids:
        covered: set[int] = set()
        for guess, rows in _tables(grid):
            covered |= rows
            same = next((known for known in guesses if known.shape == guess.shape), None)
            if same is None:
                guesses.append(guess)
                same = guess
            same.sheets.append(grid.name)
            same.join(guess)
        if not covered:
            notes.append(grid.name)
        outside += [(grid, cell) for cell in grid.cells if cell.row not in covered]
    in_titles = list(_in_titles(outside, guesses))
    wordings = [*_wordings(guesses), *(titled.said for titled in in_titles if titled.field == "indicator")]
    scopes = _scopes(set(wordings))
    lines = [
        "#:schema ./layout.schema.json",
        f"# Proposed from a workbook of {len(workbook.sheets)} sheets. Every line is a guess: keep what is right.",
        f"source = {_text(source)}",
        "version = 1",
        'title_fr = "À compléter"',
        "authority = 10  # the highest wins where two sources disagree",
        f"scopes = {_texts(scopes)}",
        *_left_by(scopes, wordings),
        '# fixed = { territory = "France" }  # what holds for the whole workbook and stands nowhere in it',
        *(
            [f"note_sheets = {_texts((*NOTE_SHEETS, *notes))}  # on the last ones, no table was seen"]
            if notes and guesses
            else []
        ),
        *_hidden(workbook),
        *_contexts(outside, guesses, in_titles),
    ]
    if not guesses:
        lines += [
            "",
            "# No table was found: no row of several cells has rows of several cells under it.",
            *_EMPTY_TABLE,
        ]
    for number, guess in enumerate(guesses, start=1):
        lines += _table(guess, number, scopes)
    return "\n".join(lines) + "\n"


# -- titles ------------------------------------------------------------------------------------------------------

# Whole wordings alone: what goes on otherwise ("Logements sociaux") is not what its first words name.
_ENDS = re.compile(r"\s*(?:$|[,;:(])|\s+(?:par|en)\s|\s+(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")
_STARTS = {
    "indicator": re.compile(r"^(?:nombre d(?:e |['’]))?", re.IGNORECASE),
    "territory": re.compile(r"[,;:–—-]\s+|\b(?:en|région|pour la|pour l['’])\s*", re.IGNORECASE),
}


class Titled(NamedTuple):
    """What a title names."""

    field: str
    said: str
    title: str
    sheet: str

    @property
    def pattern(self) -> str:
        """The expression that finds it again; next year's title says another year."""
        words = r"\s+".join(map(re.escape, self.said.split()))
        return f"'{_YEAR.pattern}'" if self.field == "period" else _text(f"({words})")


def _in_titles(outside: list[tuple[Grid, Cell]], guesses: list[Guess]) -> Iterator[Titled]:
    """Yield the indicator, the territory and the year that a title names, where the tables do not say them."""
    tops: dict[str, tuple[Grid, Cell]] = {}
    for grid, cell in outside:
        tops.setdefault(grid.name, (grid, cell))
    titles = [(sheet, cell.text[:_TITLE]) for sheet, (grid, cell) in tops.items() if cell == grid.cells[0]]
    wanted = {"territory": any(not guess.states("territory") for guess in guesses)}
    wanted["period"] = any(not guess.states_period for guess in guesses)
    # an indicator for columns that are unlike each other would make one figure of all of them
    wanted["indicator"] = any(not g.states("indicator") and all(c.named_by for c in g.values) for g in guesses)
    for name in sorted(name for name in wanted if wanted[name]):
        found = (Titled(name, said, title, sheet) for sheet, title in titles if (said := _said(name, title)))
        yield from islice(found, 1)


def _said(name: str, title: str) -> str:
    """Return the longest words of a title that name an indicator, or a region or the nation; or its only year."""
    if name == "period":
        years = set(_YEAR.findall(title))
        return years.pop() if len(years) == 1 else ""
    ends = sorted({match.start() for match in _ENDS.finditer(title)}, reverse=True)
    for start in _STARTS[name].finditer(title):
        for end in ends:
            words = title[start.end() : end]
            place = territories.resolve_territory(words) if name == "territory" else None
            if _indicator(words) if name == "indicator" else place and place.level in {"national", "region"}:
                return words
    return ""


# -- finding tables ----------------------------------------------------------------------------------------------


def _tables(grid: Grid) -> Iterator[tuple[Guess, set[int]]]:
    """Yield each supposed table of a sheet with its rows: a row of several cells, and the rows that follow it."""
    for block in _joined(grid, list(_blocks(grid))):
        yield from _beside(grid, block)


def _blocks(grid: Grid) -> Iterator[list[int]]:
    """Yield the rows between blank ones."""
    block: list[int] = []
    for row in grid.rows:
        if block and row > block[-1] + 1:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _joined(grid: Grid, blocks: list[list[int]]) -> list[list[int]]:
    """Put what begins with figures under what stands above it: their header is there, and blank rows part them."""
    joined: list[list[int]] = []
    for block in blocks:
        begins = next((row for row in block if len(grid.row(row)) > 1), None)
        above = joined[-1] if joined else []
        is_near = bool(above) and block[0] - above[-1] - 1 <= _BLANK_ROWS and len(grid.row(above[-1])) > 1
        if is_near and begins is not None and _holds_figures(grid, begins):
            above.extend(block)
        else:
            joined.append(block)
    return joined


def _holds_figures(grid: Grid, row: int) -> bool:
    """Whether a row is one of figures, and no header: of what follows its first cell, years aside, half are numbers."""
    _, *others = grid.row(row).values()
    others = [cell for cell in others if not _is_period(cell)]
    numbers = [cell for cell in others if not _is_worded(cell.text) and _is_figure(cell)]
    return bool(others) and len(numbers) >= len(others) / 2


def _is_worded(text: str) -> bool:
    return any(map(str.isalpha, text))


def _beside(grid: Grid, block: list[int]) -> Iterator[tuple[Guess, set[int]]]:
    """Yield the table of a block of rows, or each of those that stand in it side by side, with one first header."""
    whole = _in_block(grid, block)
    if whole is None:
        return
    top = min(whole[1])
    starts = [column for column in after_blanks(grid, top) if column in grid.row(top)]
    first = [column for column in starts if fold(grid.row(top)[column].text) == fold(grid.row(top)[starts[0]].text)]
    parts = [_in_block(grid.part(range(*ends)), block) for ends in pairwise([*first, grid.columns.stop])]
    beside = [part for part in parts if part is not None]
    for guess, rows in beside if len(beside) > 1 else [whole]:
        guess.side_by_side = len(beside) > 1
        yield guess, rows


def _in_block(grid: Grid, block: list[int]) -> tuple[Guess, set[int]] | None:
    """Return the table of a block of rows: a header, which holds no figures, and what stands below it."""
    rows = [row for row in block if len(grid.row(row)) > 1 and not _is_labelled(grid.row(row).values())]
    top = next((row for row in rows[:_SAMPLES] if not _holds_figures(grid, row)), None)
    if top is None:
        return None
    bottom = top
    while bottom - top + 1 < _HEADER_ROWS and _goes_on(grid, bottom):
        bottom += 1
    body = [row for row in rows if row > bottom]
    if not body:
        return None
    columns = sorted({column for row in (*range(top, bottom + 1), *body) for column in grid.row(row)})
    seen = [_seen(grid, top, bottom, body, column) for column in columns]
    for column in seen:
        _recognise(column)
    _settle(seen)
    _tell_apart(seen)
    where = f"{a1(top, columns[0])}:{a1(body[-1], columns[-1])}"
    blank_rows = max(below - row - 1 for row, below in pairwise(block) if top <= row < body[-1])
    lone = [next(iter(grid.row(row).values())) for row in block if bottom < row < body[-1] and len(grid.row(row)) == 1]
    sections = tuple(_sections(lone, seen))
    guess = Guess(
        where, bottom - top + 1, seen, blank_rows=blank_rows, sections=sections, total_words=tuple(_totals(seen))
    )
    return guess, set(range(top, body[-1] + 1))


def _sections(lone: list[Cell], columns: list[Seen]) -> Iterator[Seen]:
    """Yield what labels alone in their rows state that the columns of their table do not: a year, what contains it."""
    in_columns = [column for column in columns if column.field == "territory"]
    years = [cell for cell in lone if _is_period(cell)]
    if years and all(column.part not in {"", "year"} for column in columns if column.field == "period"):
        part = "year" if any(column.part for column in columns) else ""
        yield Seen("", (), years, "period", part=part)
    known = {level for column in in_columns for level in column.levels}
    places = [cell for cell in lone if cell not in years and _is_territory(cell)]
    if levels := tuple(level for level in _levels(places) if level not in known):
        yield Seen("", (), places, "territory", levels=levels)


def _levels(cells: list[Cell]) -> tuple[str, ...]:
    """Return the levels of the territories that cells name, the most frequent first."""
    found = (territories.resolve_territory(cell.text) for cell in cells)
    return tuple(level for level, _ in Counter(t.level for t in found if t).most_common())


def _totals(columns: list[Seen]) -> Iterator[str]:
    """Yield the words for totals among the keys of a table, and over columns beside others that name themselves."""
    for column in columns:
        if column.field in {"territory", "indicator", "period"}:
            yield from (cell.text for cell in column.samples if _is_total(cell.text))
    if any(column.named_by for column in columns):
        for column in columns:
            if column.field == "value" and not column.named_by and _is_total(column.header):
                column.field = _TOTAL
                yield column.header


def _is_total(text: str) -> bool:
    is_word = fold(text).partition(" ")[0] in {"total", "ensemble"}
    return is_word and not _indicator(text) and territories.resolve_territory(text) is None


def _is_labelled(cells: Iterable[Cell]) -> bool:
    found = list(cells)
    return len(found) == 2 and (found[0].text.rstrip().endswith(":") or _identifies(*found))


def _identifies(label: Cell, told: Cell) -> bool:
    """Whether a cell says what the whole sheet is about: ``Région`` before ``Bretagne``, and no header is so."""
    word = fold(label.text)
    return (word in _PLACES and _is_territory(told)) or (word in _PARTS["year"] and _is_period(told))


def _goes_on(grid: Grid, row: int) -> bool:
    """Whether the header takes the next row too: a cell spans several columns, or spans down."""
    spans = [grid.span(row, column) for column in grid.row(row)]
    return grid.has_row(row + 1) and any(s.right > s.left or s.bottom > row for s in spans)


def _seen(grid: Grid, top: int, bottom: int, body: list[int], column: int) -> Seen:
    stack: list[Cell] = []
    for row in range(top, bottom + 1):
        cell = grid.shown(row, column)
        if cell is not None and cell not in stack:
            stack.append(cell)
    samples = list(islice((grid.row(row)[column] for row in body if column in grid.row(row)), _SAMPLES))
    texts = [" ".join(cell.text.split()) for cell in stack]
    return Seen(texts[-1] if texts else "", tuple(texts[:-1]), samples)


# -- recognising columns -----------------------------------------------------------------------------------------


def _recognise(column: Seen) -> None:
    """Say what a column seems to be, by what its header names, else by its header's words, else by what it holds."""
    are_figures = _share(column.samples, _is_figure) >= _MOST
    if are_figures and (named := _named(column)):
        column.field, column.named_by = "value", named
        return
    word = fold(column.header)
    column.field = next((name for name, words in _BY_HEADER.items() if word in words), "")
    if column.field:
        return
    if _are_units(column) and _share(column.samples, _is_indicator) < 1:
        column.field = "unit"
    elif _share(column.samples, _is_period) >= _MOST and (word in _PARTS["year"] or not are_figures or _years(column)):
        column.field = "period"
    elif part := next((part for part, words in _PARTS.items() if word in words and part != "year"), ""):
        column.field, column.part = "period", part
    elif word.startswith(("code", "dep", "reg")) and _share(column.samples, lambda cell: len(cell.text) <= 3) >= _MOST:
        column.field = "code"
    elif _share(column.samples, _is_territory) >= _MOST and not are_figures:
        column.field = "territory"
        column.levels = _levels(column.samples)
    elif _share(column.samples, _is_indicator) >= _MOST:
        column.field = "indicator"
    elif are_figures:
        column.field = "value"


def _named(column: Seen) -> tuple[str, ...]:
    """Return the dimensions that the header states, one for each of its cells."""
    found = []
    for text in (column.header, *reversed(column.above)):
        if periods.read_period(text) is not None:
            found.append("period")
        elif _indicator(_label(text)):
            found.append("indicator")
        elif territories.resolve_territory(text) is not None:
            found.append("territory")
    return tuple(dict.fromkeys(found))


def _settle(columns: list[Seen]) -> None:
    """Make the columns of a table fit together: one territory and what contains it, a year and a month."""
    named = [column for column in columns if column.field == "indicator"]
    for column in named if len(named) > 1 else ():
        if _are_units(column):  # "logements" is the unit of one indicator and the name of another
            column.field = "unit"
    named = [column for column in columns if column.field == "territory"]
    detail = min(named, key=lambda c: 0 if "department" in c.levels else 1, default=None)
    for column in named:
        if column is not detail:
            is_above = detail is not None and "department" in detail.levels and "department" not in column.levels
            column.field = "parent" if is_above else ""
            column.note = "it must contain the territory of its row" if is_above else "a second name"
    codes = [column for column in columns if column.field == "code"]
    for column in codes if detail is None else codes[1:]:
        column.field, column.note = "", "a code of its own"
    periods_seen = [column for column in columns if column.field == "period"]
    if any(column.part for column in periods_seen):
        for column in periods_seen:
            column.part = column.part or "year"
    for column in periods_seen[1:]:
        if not column.part:
            column.field, column.note = "", "a second period"
    first = next((column for column in columns if column.header), None)
    if first is not None and not first.field and any(column.field == "value" for column in columns):
        first.field = "breakdown"
    for column in columns:
        if not column.field and 1 < len({cell.text for cell in column.samples}) <= min(_FEW, len(column.samples) - 1):
            column.field = "breakdown"


def _tell_apart(columns: list[Seen]) -> None:
    """Where headers are repeated, tell columns of figures apart by the groups that they stand under."""
    values = [column for column in columns if column.field == "value" and "period" not in column.named_by]
    times = Counter(fold(column.header) for column in values if column.above)
    for column in values:
        if times[fold(column.header)] > 1 and len(column.named_by) < 2:
            column.is_repeated, column.named_by = True, ()
            counts = fold(column.header) in _COUNTS
            column.indicator = next(
                (text for text in reversed(column.above) if counts and _indicator(_label(text))), ""
            )


def _share(samples: list[Cell], holds: object) -> float:
    filled = [cell for cell in samples if cell.text.strip() and not _is_total(cell.text)]
    return sum(bool(holds(cell)) for cell in filled) / len(filled) if filled else 0.0  # type: ignore[operator]


def _is_figure(cell: Cell) -> bool:
    if cell.kind is Kind.NUMBER or cell.kind is Kind.UNCACHED:
        return True
    conventions = (Expected("EUR", dot="decimal"), Expected("percent", stated="%", dot="decimal", comma="thousands"))
    return cell.kind is Kind.TEXT and any(not isinstance(read_text(cell.text, c), Rejection) for c in conventions)


def _years(column: Seen) -> bool:
    texts = [cell.text.strip() for cell in column.samples if cell.text.strip()]
    return bool(texts) and all(text.isdecimal() and 1950 <= int(text) <= 2050 for text in texts)


def _is_period(cell: Cell) -> bool:
    return periods.read_period(cell.value if cell.value is not None else cell.text) is not None


def _is_territory(cell: Cell) -> bool:
    return territories.resolve_territory(cell.text) is not None


def _is_indicator(cell: Cell) -> bool:
    return _indicator(bare_text(cell.text) or "")


def _indicator(text: str) -> bool:
    return any(indicators.resolve_indicator(text, (scope,)) for scope in SCOPES)


def _are_units(column: Seen) -> bool:
    return _share(column.samples, _is_unit) == 1


def _is_unit(cell: Cell) -> bool:
    if cell.kind is not Kind.TEXT:
        return False
    stated = _stated(cell.text)
    return not stated.noun if stated.scale or stated.unit else fold(cell.text) in _counted()


def _stated(text: str) -> Suffix:
    """Return the scale and the unit that a text states; one that can be read in two ways states none."""
    return read_stated(text) if states_unit(text) else Suffix()


@cache
def _counted() -> frozenset[str]:
    """Return the folded names of what indicators count: they are units as well."""
    return frozenset(fold(unit(indicator.unit).label_fr) for indicator in indicators.indicators().values())


def _scopes(wordings: Collection[str]) -> list[str]:
    """Return the fewest scopes that together resolve most wordings: a wording may be ambiguous in one scope more."""
    if not wordings:
        return ["context"]
    alone = {scope: _resolved(wordings, (scope,)) for scope in SCOPES}

    def merit(scopes: tuple[str, ...]) -> tuple[int, ...]:
        return _resolved(wordings, scopes), -len(scopes), sum(alone[scope] for scope in scopes)

    sets: list[tuple[str, ...]] = [s for count in range(1, len(SCOPES) + 1) for s in combinations(SCOPES, count)]
    best = max(sets, key=merit)
    return list(best)


def _left_by(scopes: list[str], wordings: list[str]) -> Iterator[str]:
    """Yield a comment on the wordings that the chosen scopes do not resolve, where others would."""
    left = [text for text in dict.fromkeys(wordings) if indicators.resolve_indicator(text, scopes) is None]
    if left:
        yield f"# Known in another scope only, where it would make others ambiguous: {', '.join(map(_text, left))}."


def _wordings(guesses: list[Guess]) -> Iterator[str]:
    """Yield the wordings that name an indicator in some scope, in headers and in columns."""
    for column in (column for guess in guesses for column in guess.columns):
        texts = [cell.text for cell in column.samples] if column.field == "indicator" else []
        texts += [column.header, *column.above] if "indicator" in column.named_by else [column.indicator]
        yield from (text for text in map(_label, texts) if _indicator(text))


def _label(text: str) -> str:
    """Return a label as a table of this language reads it: a unit in brackets is no part of it."""
    bare = bare_text(text) or ""
    return bare if _indicator(bare) else bare.partition("(")[0]


def _resolved(wordings: Iterable[str], scopes: tuple[str, ...]) -> int:
    return sum(indicators.resolve_indicator(wording, scopes) is not None for wording in wordings)


# -- writing -----------------------------------------------------------------------------------------------------

_EMPTY_COLUMN = ("", "[[tables.columns]]", 'field = "value"', 'headers = ["À compléter"]', "required = true")
_EMPTY_TABLE = ("", "[[tables]]", 'name = "à compléter"', *_EMPTY_COLUMN)
_PERIODS_IN_NAMES = (r"^(\d{4})$", "^(.+)$", _YEAR.pattern)
_MANY_SHEETS = 6  # beyond, a table is taken to stand on any sheet
_WHOLE = ("ensemble", "total", "tous", "toutes")


def _text(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, dict.fromkeys(texts)))}]"


def _hidden(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        if sheet.visibility != "visible" and sheet.cells:
            yield f"# The sheet {_text(sheet.name)} is hidden and was not looked at ({len(sheet.cells)} cells)."


def _contexts(outside: list[tuple[Grid, Cell]], guesses: list[Guess], in_titles: Iterable[Titled]) -> Iterator[str]:
    """Yield a context for each label beside the tables, each unit line, each year in a title or in names of sheets."""
    written: set[str] = set()
    has_counts = any(column.indicator for guess in guesses for column in guess.columns)
    for grid, cell in outside:
        text = cell.text.strip()
        label, colon, after = text.partition(":")
        row = sorted(column for column in grid.row(cell.row) if column > cell.column)
        told = after.strip() or (grid.row(cell.row).text(row[0]) if row else "")
        name, how = "", f"labels = {_texts([label])}"
        colon = colon or (":" if row and _identifies(cell, grid.row(cell.row)[row[0]]) else "")
        stated = _stated(text)
        if (stated.scale or stated.unit) and fold(text).startswith("en "):
            name, how = "unit", "pattern = '^(en .+)$'\nwhere = \"above\""
        elif colon and told and len(told) < 60 and territories.resolve_territory(told):
            name = "territory"
        elif colon and told and periods.read_period(told):
            dated = any(word in fold(label) for word in ("publication", "publie", "envoi", "emission", "etabli"))
            name = "known_on" if dated else "period"
        elif fold(text).startswith("annee ") and periods.read_period(text):
            name, how = "period", "pattern = '^Année (.+)$'\nwhere = \"above\""
        if name and name not in written:
            written.add(name)
            yield from ("", f"# {grid.name}!{cell.address} says {_text(text)} {_text(told) if told else ''}".rstrip())
            lines = ("[[contexts]]", f'field = "{name}"', *how.split("\n"))
            # a unit line that holds for amounts would refuse the counts beside them
            yield from (f"# {line}" if name == "unit" and has_counts else line for line in lines)
    names = list(_sheet_names(guesses)) if "period" not in written else []
    yield from names
    written |= {"period"} if names else set()
    for titled in in_titles:
        if titled.field not in written:
            yield from ("", f"# The title of {titled.sheet}: {_text(titled.title)}", "[[contexts]]")
            yield from (f'field = "{titled.field}"', f"pattern = {titled.pattern}", 'where = "above"')


def _sheet_names(guesses: list[Guess]) -> Iterator[str]:
    """Yield the context that reads the period in the names of the sheets whose tables do not state it."""
    names = [name for guess in guesses if not guess.states_period for name in guess.sheets]
    for pattern in _PERIODS_IN_NAMES if names else ():
        found = [re.search(pattern, name) for name in names]
        if all(match is not None and periods.read_period(match[1]) for match in found):
            yield from ("", f"# The names of the sheets: {', '.join(map(_text, names[:_MANY_SHEETS]))}")
            yield from ("[[contexts]]", 'field = "period"', f"sheet_name = '{pattern}'")
            return


def _table(guess: Guess, number: int, scopes: list[str]) -> Iterator[str]:
    """Yield the lines of one table: keys first, then what names its own dimensions, then the rest."""
    sheets = list(dict.fromkeys(guess.sheets))
    more = f" and {len(sheets) - _MANY_SHEETS} more sheets" if len(sheets) > _MANY_SHEETS else ""
    seen_on = ", ".join(map(_text, sheets[:_MANY_SHEETS]))
    yield from ("", f"# Seen at {guess.where} of {seen_on}{more}.", "[[tables]]")
    yield f'name = "table {number}"'
    if len(set(guess.sheets)) <= _MANY_SHEETS:
        yield f"sheets = {_texts(guess.sheets)}"
    if guess.header_rows != 2:
        yield f"header_rows = {guess.header_rows}"
    if guess.blank_rows:
        yield f"blank_rows = {guess.blank_rows}"
    grand = [word for word in guess.total_words if guess.sections and "general" in fold(word)]
    if words := [word for word in guess.total_words if word not in grand]:
        yield f"total_words = {_texts(words)}"
    if grand:
        yield f"grand_total_words = {_texts(grand)}"
    if guess.side_by_side:
        yield "side_by_side = true"
    needs_one = True  # without a required column, any row could be the header
    written: set[tuple[object, ...]] = set()
    for column in guess.columns:
        declared = column.slot
        if column.field not in {"", _TOTAL} and not column.named_by and column.header and declared not in written:
            is_first = all(slot[0] != column.field for slot in written)
            yield from _column(column, scopes, is_required=is_first and column.field not in {"unit", "remark"})
            written.add(declared)
            needs_one = False
    for names in dict.fromkeys(column.named_by for column in guess.columns if column.named_by):
        headers = [column.header for column in guess.columns if column.named_by == names]
        yield from (
            "",
            f"# {len(headers)} columns: {', '.join(headers[:4])} …",
            "[[tables.columns]]",
            'field = "value"',
        )
        yield f"named_by = {_texts(names)}"
        yield "required = true"
        needs_one = False
    unknown = {fold(column.header): column for column in guess.columns if not column.field and column.header}
    for column in unknown.values():
        yield from ("", f"# Not recognised: {_examples(column)}. {column.note}".rstrip(" ."), "[[tables.columns]]")
        yield from ('role = "ignore"', f"headers = {_texts([column.header])}")
    for column in guess.columns:
        if not column.header:
            yield f"# A column without a header holds {_examples(column)}: see blank_header."
    if needs_one:
        yield from _EMPTY_COLUMN
    for section in guess.sections:
        yield from ("", f"# {_examples(section)}", "[[tables.sections]]", f'field = "{section.field}"')
        if section.part:
            yield f'part = "{section.part}"'
        if section.levels:
            yield f"levels = {_texts(section.levels)}"


def _column(column: Seen, scopes: list[str], *, is_required: bool) -> Iterator[str]:
    yield from ("", f"# {_examples(column)}{'; ' + column.note if column.note else ''}", "[[tables.columns]]")
    yield f'field = "{column.field}"'
    if column.part:
        yield f'part = "{column.part}"'
    yield f"headers = {_texts([column.header])}"
    if column.above:
        yield f"{'' if column.is_repeated else '# '}under = {_texts(column.above)}"
    if column.field in {"territory", "parent"}:
        yield f"levels = {_texts(column.levels)}"
    if column.field == "breakdown":
        whole = [cell.text for cell in column.samples if fold(cell.text).startswith(_WHOLE)][:1]
        yield f"{'' if whole else '# '}whole = {_texts(whole or ['Ensemble'])}  # what the others are parts of"
    if column.indicator:
        yield f"fixed = {{ indicator = {_text(_label(column.indicator))} }}"
    elif column.field == "value":
        near = nearest_labels(column.header, scopes, least=_ALIKE)[:1] if _is_worded(column.header) else []
        why = "or another: this label is the nearest" if near else "which one: no label is near"
        yield f"# fixed = {{ indicator = {_text(near[0] if near else '')} }}  # {why}"
    if is_required:
        yield "required = true"


def _examples(column: Seen) -> str:
    texts = list(dict.fromkeys(" ".join(cell.text.split())[:30] for cell in column.samples))
    return ", ".join(texts[:4]) + (" …" if len(texts) > 4 else "") or "nothing"
