"""Simple formulas calculated anew: a stored result may be that of cells that have changed since.

A program that writes cells does not calculate, and a workbook may be set to calculate by hand: what stands in a formula
then, and is read, is not what its cells say. What belongs here: references, sums, and plus, minus and times of these
and of numbers, where every cell stands on the same sheet and what it holds is certain. Any other formula is left alone.
What does not: formulas that have no result, or that of nobody (``uncalculated``), what is told (``layouts``).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.cells.shown import may_differ
from pipeline.cells.workbook import KINDS, Cells, Kind, Span, span

LONGEST_FORMULA = 1_000
MOST_CELLS = 10_000
"""How many rows or cells one formula may have looked at."""
MOST_IN_ALL = 500_000
"""How many all formulas of a sheet may: a small file could add up the same cells endlessly."""
_READING = 100
"""How many cells could be looked at while one formula is understood."""
_NOISE = 1e-9
"""What the order of additions changes, as a share of what is added up."""

_OPEN_REFERENCE = re.compile(r"\[\.([A-Z0-9$]{1,12})(?::\.([A-Z0-9$]{1,12}))?\]")
"""A reference as an OpenDocument writes it, to a place on the same sheet."""
_PLACE = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"(?P<sum>(?:SUM|SOMME)\()|(?P<range>{_PLACE}(?::{_PLACE})?)(?![A-Z0-9(.!:])"
    r"|(?P<number>[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![A-Z0-9(.!:])|(?P<sign>[-+*/])|(?P<next>[,;])|(?P<end>\))"
)


class _UncertainError(Exception):
    """Nobody can tell here what a formula gives."""


class Amount(NamedTuple):
    """What was added up, and how much it is without the signs."""

    value: float
    size: float


class Recalculation:
    """The simple formulas of one sheet."""

    def __init__(self, cells: Cells, *, texts_are_certain: bool) -> None:
        """Begin a sheet.

        Args:
            cells: those of the sheet.
            texts_are_certain: whether a text is stored as one; else it may be what a number is shown as.
        """
        self._cells = cells
        self._texts_are_certain = texts_are_certain
        self._left = MOST_IN_ALL
        self._own = (0, 0)

    def contradicted(self, position: int) -> tuple[str, float] | None:
        """Return the formula of a cell and what it gives, where that is not the result that is stored."""
        cell = self._cells[position]
        formula = (cell.formula or "").replace(" ", "")
        if cell.kind is not Kind.NUMBER or not 1 < len(formula) <= LONGEST_FORMULA or self._left <= 0:
            return None
        formula = _OPEN_REFERENCE.sub(lambda found: ":".join(filter(None, found.groups())), formula.upper())
        self._own = cell.row, cell.column
        self._left -= _READING
        try:
            given = self._calculate(formula.removeprefix("="))
        except (_UncertainError, OverflowError, ZeroDivisionError):
            return None
        stored = cell.value
        if not isinstance(stored, int | float) or not math.isfinite(given.value):
            return None
        is_same = abs(stored - given.value) <= _NOISE * max(abs(stored), given.size)
        return None if is_same else (formula, given.value)

    # -- formulas ----------------------------------------------------------------------------------------------

    def _calculate(self, formula: str) -> Amount:
        """Return what a formula gives: terms with their signs, each a product of references, sums and numbers."""
        tokens = list(_tokens(formula))
        if not any(kind in ("range", "sum") for kind, _ in tokens):
            raise _UncertainError  # it names no cell
        total, size, at = 0.0, 0.0, 0
        while at < len(tokens):
            sign, at = _signs(tokens, at, is_first=at == 0)
            term, at = self._factor(tokens, at)
            while at < len(tokens) and tokens[at][1] in ("*", "/"):
                is_product = tokens[at][1] == "*"
                factor, at = self._factor(tokens, at + 1)
                by = factor.value if is_product else 1 / factor.value
                term = Amount(term.value * by, term.size * abs(by))
            total, size = total + sign * term.value, size + abs(term.size)
        return Amount(total, size)

    def _factor(self, tokens: list[tuple[str, str]], at: int) -> tuple[Amount, int]:
        """Return what stands at a token, a number, a cell or a sum, and where the next one stands."""
        if at >= len(tokens):
            raise _UncertainError
        kind, text = tokens[at]
        if kind == "number":
            return Amount(float(text), float(text)), at + 1
        if kind == "range" and ":" not in text:
            return self._added([self._one(_span(text))]), at + 1
        if kind != "sum":
            raise _UncertainError
        added: list[float] = []
        while True:
            kind, text = tokens[at + 1] if at + 2 < len(tokens) else ("", "")
            if kind == "range":
                added += self._within(_span(text))
            elif kind == "number":
                added.append(float(text))
            else:
                raise _UncertainError
            at += 2
            if tokens[at][0] == "end":
                return self._added(added), at + 1
            if tokens[at][0] != "next":
                raise _UncertainError

    @staticmethod
    def _added(values: list[float]) -> Amount:
        return Amount(math.fsum(values), math.fsum(map(abs, values)))

    # -- cells -------------------------------------------------------------------------------------------------

    def _one(self, place: Span) -> float:
        """Return the number in a cell, 0 where it is blank; a text in its place is an error to a spreadsheet."""
        found = list(self._positions(place))
        if found and KINDS[self._cells.kinds[found[0]]] is not Kind.NUMBER:
            raise _UncertainError
        return self._value(found[0]) if found else 0.0

    def _within(self, place: Span) -> Iterator[float]:
        return map(self._value, self._positions(place))

    def _positions(self, place: Span) -> Iterator[int]:
        """Yield the positions of the cells of a rectangle, which must not hold the formula itself."""
        if place.top <= self._own[0] <= place.bottom and place.left <= self._own[1] <= place.right:
            raise _UncertainError
        cells, at = self._cells, bisect_left(self._cells.rows, place.top)
        looked_at = 0
        while at < len(cells.rows) and cells.rows[at] <= place.bottom:
            line = cells.line_at(at)
            position = bisect_left(cells.columns, place.left, line.start, line.stop)
            while position < line.stop and cells.columns[position] <= place.right:
                yield position
                position, looked_at = position + 1, looked_at + 1
            at, looked_at, self._left = at + 1, looked_at + 1, self._left - 1
            if looked_at > MOST_CELLS or self._left <= 0:
                raise _UncertainError

    def _value(self, position: int) -> float:
        """Return what a cell adds to a sum: a text adds nothing."""
        self._left -= 1
        cells = self._cells
        kind, value = KINDS[cells.kinds[position]], cells.values.get(position)
        if kind is Kind.TEXT:
            code = cells.number_formats.codes[cells.formats[position]]
            if value is not None or not self._texts_are_certain or code is None or may_differ(code):
                raise _UncertainError  # a number may stand behind it
            return 0.0
        if kind is not Kind.NUMBER or (value is not None and not isinstance(value, int | float)):
            raise _UncertainError
        return float(cells.texts[position]) if value is None else float(value)


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise _UncertainError
        yield match.lastgroup, match[0]
        at = match.end()


def _signs(tokens: list[tuple[str, str]], at: int, *, is_first: bool) -> tuple[int, int]:
    """Return the sign before a term and where the term stands; only the first one may lack it."""
    sign, start = 1, at
    while at < len(tokens) and tokens[at][1] in ("+", "-"):
        sign, at = -sign if tokens[at][1] == "-" else sign, at + 1
    if at == start and not is_first:
        raise _UncertainError
    return sign, at


def _span(text: str) -> Span:
    found = span(text)
    if found is None:
        raise _UncertainError
    return found
