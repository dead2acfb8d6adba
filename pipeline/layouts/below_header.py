"""Rows beside a header that say it again: by codes (``(1) (2) (3)``, ``VAR01``), or in another language.

A layout says that such rows may stand there. Without its word, only codes that follow each other are known, which can
be nothing else. A row of which a cell reads as what stands in the table is one of the table.

What belongs here: telling such rows. What does not: the header itself (``header_search``), its rows once more on
another page (``headers``).
"""

from __future__ import annotations

import re

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, Figure, read_cell, states_unit
from pipeline.figures.stated_units import statement_in
from pipeline.layouts.code_rows import follow, in_series, is_bracketed, whole_number
from pipeline.layouts.headers import Header
from pipeline.layouts.headings import Heading
from pipeline.layouts.keys import read_key
from pipeline.layouts.language import Layout
from pipeline.layouts.row_shapes import Row
from pipeline.layouts.sayings import says_something
from pipeline.vocabulary.words import fold

_MOST = 3
"""As many rows may say a header again."""
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,15}|[a-z]|[a-z]{1,3}_?\d{1,4}|[a-z][a-z0-9]*_[a-z0-9_]{1,12}")


def rows_of_header(header: Header, layout: Layout) -> frozenset[int]:
    """Return the rows just below a header, and the one above it, that say it again."""
    found: set[int] = set()
    for row in range(header.bottom + 1, header.bottom + 1 + _MOST):
        if not (header.grid.has_row(row) and _says_again(header.grid.row(row), header, layout)):
            break
        found.add(row)
    above = header.top - 1
    is_translated = "translation" in header.table.below_header and header.grid.has_row(above)
    if is_translated and is_translation(header.grid.row(above), header, layout):
        found.add(above)
    return frozenset(found)


def _says_again(cells: Row, header: Header, layout: Layout) -> bool:
    declared = header.table.below_header
    are_codes = _are_codes(cells, header, layout, is_declared="codes" in declared)
    return are_codes or ("translation" in declared and is_translation(cells, header, layout))


def _filled(cells: Row, header: Header) -> list[tuple[Cell, Heading]] | None:
    """Return the cells of a row that show something, with what heads each; ``None`` where nothing heads one."""
    filled = [cells[column] for column in cells if cells.text(column).strip()]
    if len(filled) < 2 or any(cell.column not in header.headings or cell.is_struck for cell in filled):
        return None
    return [(cell, header.headings[cell.column]) for cell in filled]


# -- codes -------------------------------------------------------------------------------------------------------


def _are_codes(cells: Row, header: Header, layout: Layout, *, is_declared: bool) -> bool:
    """Whether a row holds the codes of the columns over it.

    One by which others could be meant, as ``1 | 2 | 3`` or ``A | B7``, is known by the layout's word alone.
    """
    are_in_series = in_series(cells)
    if not (are_in_series or is_declared):
        return False
    filled = _filled(cells, header)
    over_figures = [cell for cell, heading in filled or () if heading.column.parser == "figure"]
    if filled is None or not over_figures:
        return False
    labels = [(cell, heading) for cell, heading in filled if heading.column.parser != "figure"]
    if are_in_series and follow(over_figures):
        return len(filled) > 2 or is_declared or (not labels and over_figures[0].text.strip() == "(1)")
    if not is_declared or any(_reads(cell, heading, layout) for cell, heading in labels):
        return False
    if all(is_bracketed(cell.text.strip()) or _CODE.fullmatch(cell.text.strip()) for cell, _ in filled):
        return not any(_reads(cell, heading, layout) for cell, heading in filled if _CODE.fullmatch(cell.text.strip()))
    numbers = [whole_number(cell) for cell, _ in filled]
    return numbers == list(range(1, len(numbers) + 1))


# -- another language --------------------------------------------------------------------------------------------


def is_translation(cells: Row, header: Header, layout: Layout) -> bool:
    """Whether a row says in other words what the header does: texts, and what the header says over them as it is.

    Of what stands in columns that hold no mere texts, one at least is a wording that is no such thing.
    """
    filled = _filled(cells, header)
    if filled is None:
        return False
    others = [(cell, heading) for cell, heading in filled if not _is_said_over(cell, header)]
    if any(cell.kind is not Kind.TEXT or not any(map(str.isalpha, cell.text)) for cell, _ in others):
        return False
    if any(_reads(cell, heading, layout) or _says_of_figures(cell, header) for cell, heading in others):
        return False
    return any(heading.column.parser != "text" for _, heading in others)


def _says_of_figures(cell: Cell, header: Header) -> bool:
    """Whether a text is the label of a total, states a unit, or says that figures are others than results."""
    is_total = fold(cell.text) in header.compiled.totals
    return is_total or states_unit(cell.text) or statement_in(cell.text) is not None or says_something(cell.text)


def _is_said_over(cell: Cell, header: Header) -> bool:
    return fold(cell.text) in header.words.get(cell.column, ())


def _reads(cell: Cell, heading: Heading, layout: Layout) -> bool:
    """Whether a cell reads as what stands in its column."""
    column = heading.column
    if column.role == "ignore" or column.parser == "text":
        return False
    if column.parser != "figure":
        return read_key(cell, heading.compiled, layout).is_known
    expected = Expected(column.unit, "", layout.dot, layout.comma, layout.dash)
    return heading.compiled.missing.reason(cell) is not None or isinstance(read_cell(cell, expected), Figure)
