"""Reading one cell: the parts of a writing put together into one figure, or one rejection.

What belongs here: the order in which the parts are taken, precision and bounds.
What does not: the parts themselves (``marks``, ``numbers``, ``units``, ``display``) and how a unit in the text and one
in the header combine (``statements``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import marks
from pipeline.figures.display import Display, display_of
from pipeline.figures.figure import Expected, Figure, UnreadableError, ambiguous, illegible
from pipeline.figures.numbers import Convention, Number, exact, take_number
from pipeline.figures.statements import Statement, combine
from pipeline.figures.suffixes import Suffix, check_noun, read_suffix
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary.typography import french_number, plain
from pipeline.vocabulary.units import UNITS, unit

_LONGEST = 300  # characters; a longer text is a remark, and not worth a regular expression
LARGEST = 10**15  # beyond, a float no longer holds every cent, and no figure of housing is so large

_MILLI = Fraction(1, 1000)
_SHARES = {"proportion", "proportion per year"}

_SIGN = re.compile(r"^([+-]) ?(?=[0-9])")
_BOUNDS = re.compile(r"(?P<low>.+?)\s(?:a|et|ou)\s+(?P<high>.+)", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"^(?:entre|de) ", re.IGNORECASE)
_REPEATED = re.compile(r"^[0-9]{1,2} ?x (?=[0-9])")
_ALTERNATIVE = re.compile(r"\s/\s(?!an\b)")
_TIMES = re.compile(r"^(?:multipli(?:ee?s?|er|cation) par |x ?)(?=[0-9a-z])", re.IGNORECASE)
_MULTIPLE = re.compile(r"(?:le |la |un |du )?(doubl|tripl|quadrupl|decupl)(?:e[rz]?s?|ees?|ements?)\b", re.IGNORECASE)
_MULTIPLES = {"doubl": 2, "tripl": 3, "quadrupl": 4, "decupl": 10}
_SHARED_ZEROS = re.compile(r" ?000$| cents?$", re.IGNORECASE)
_BARE_E = re.compile(r"[ \n]e$", re.IGNORECASE)


@lru_cache(maxsize=16384)
def read_text(text: str, expected: Expected) -> Figure | Rejection:
    """Return the figure that a text says, or why it cannot be read. Nothing makes it raise.

    What a text states wins over its header: under ``M€``, ``104,4`` is 104 400 000 and ``30 000 euros`` is 30 000.
    Euros need no unit: without one anywhere, an amount is in euros. An interval has its lower bound as value.
    """
    try:
        return _read(text, expected)
    except UnreadableError as error:
        return error.rejection(text)


def read_cell(cell: Cell, expected: Expected) -> Figure | Rejection:
    """Return the figure that a cell says, or why it cannot be read, with the cell's address.

    A number is read as it is shown: its format's percent sign, unit (``0.0" M€"``) and display in thousands count,
    and it has the decimals that are stored (up to 15 digits, where binary noise begins) or shown, whichever are more.
    """
    try:
        found = read_text(cell.text, expected) if cell.kind is Kind.TEXT else _read_typed(cell, expected)
    except UnreadableError as error:
        found = error.rejection(cell.text)
    return replace(found, cell=cell.address) if isinstance(found, Rejection) else found


# -- texts -------------------------------------------------------------------------------------------------------


def _read(text: str, expected: Expected) -> Figure:
    if len(text.strip()) > _LONGEST:
        raise illegible()
    bare = plain(text.strip())
    rest, status = marks.take_status(bare)
    reason = marks.missing_reason(rest or bare, expected.dash)
    if reason == "nil":
        return Figure(text, 0.0, expected.unit, 0.0, "=", None, None, status, None)
    if reason and rest != bare:
        raise UnreadableError("MARQUE_SANS_VALEUR", mark=rest)
    if reason:
        return missing_figure(text, expected.unit, reason)
    if status == "E" and expected.unit == "EUR" and _BARE_E.search(bare):
        raise ambiguous(f"{rest} €", f"{rest} (e)")
    marks.refuse_no_result(rest)
    marks.refuse_unknown_mark(rest)
    writings = _ALTERNATIVE.split(rest)
    figures = [_read_writing(writing, expected) for writing in writings]
    if any(other != figures[0] for other in figures):
        raise ambiguous(*writings)
    return replace(figures[0], text=text, obs_status=status)


def missing_figure(text: str, unit: str, reason: str) -> Figure:
    """Return the figure of a cell that says, by a code, that there is none, and why."""
    return Figure(text, None, unit, None, "=", None, None, marks.missing_status(reason), reason)


def _read_writing(text: str, expected: Expected) -> Figure:
    """Return the figure of a plain text that holds nothing but a number, its hedges and its unit."""
    family = unit(expected.unit).family
    rest, direction = marks.take_direction(text, family)
    rest, qualifier = marks.take_hedges(rest)
    if family == "factor":
        if match := _MULTIPLE.match(rest):
            multiple = _Quantity(Fraction(_MULTIPLES[match[1].lower()]), Fraction(0), Fraction(1), approximate=False)
            return _figure(multiple, qualifier, direction, expected)
        rest = _TIMES.sub("", rest)
    if family == "count":
        # « 3 x 40 000 »: one number, several times over. The figure is that number; the plan says how many times.
        rest = _REPEATED.sub("", rest)
    try:
        return _figure(_read_quantity(rest, expected), qualifier, direction, expected)
    except UnreadableError as error:
        match = _BOUNDS.fullmatch(_BETWEEN.sub("", rest))
        if error.reason != "NOMBRE_ILLISIBLE" or match is None or direction or qualifier in {"<", ">"}:
            raise
    return _interval(match["low"], match["high"], expected, rounded=qualifier == "~")


def _read_quantity(text: str, expected: Expected, shared: Suffix | None = None) -> _Quantity:
    """Return a number in the expected unit; ``shared`` is the unit of a later number, for one that has none."""
    sign = _SIGN.match(text)
    taken = take_number(text[sign.end() :] if sign else text)
    if taken is None:
        marks.refuse_unknown_code(text)
        raise illegible()
    numeral, after = taken
    suffix = read_suffix(after)
    if shared and suffix == Suffix():
        suffix = shared
    statement = combine(suffix, numeral.words, expected)
    target = unit(expected.unit)
    number = numeral.number(
        Convention(
            expected.dot,
            expected.comma,
            whole=target.is_count and not statement.scaled,
            amount=target.family == "money" and not statement.scaled,
        )
    )
    check_noun(suffix.noun, singular=statement.has_unit or number.value < 2)
    if statement.contradicts and suffix.noun and not suffix.unit:
        raise ambiguous(text, f"{text} ({expected.stated})")
    _refuse_bare_share(number, statement, expected)
    return _quantity(number, statement, expected, negative=bool(sign and sign[1] == "-"))


def _refuse_bare_share(number: Number, statement: Statement, expected: Expected) -> None:
    """Refuse 0,12 where a percentage is expected and nothing says whether it is 12 % or 0,12 %."""
    is_share = unit(expected.unit).family in _SHARES
    if is_share and not statement.has_unit and 0 < number.value <= 1:
        raise UnreadableError("POURCENTAGE_AMBIGU")


def _refuse_lost_thousands(number: Number, statement: Statement, expected: Expected) -> None:
    """Refuse 1.234 euros, which a spreadsheet stores where 1.234 was typed for one thousand two hundred."""
    is_amount = unit(expected.unit).family == "money" and not statement.scaled
    if is_amount and number.step == _MILLI and 1 <= number.value < 1000:
        whole, decimals = divmod(int(number.value / number.step), 1000)
        raise ambiguous(f"{whole} {decimals:03d}", f"{whole},{decimals:03d}")


# -- typed numbers -----------------------------------------------------------------------------------------------


def _read_typed(cell: Cell, expected: Expected) -> Figure | Rejection:
    match cell.kind:
        case Kind.NUMBER:
            return _read_number(cell, expected)
        case Kind.DATE | Kind.DURATION:
            return reject("DATE_INATTENDUE", raw_text=cell.text)
        case Kind.ERROR:
            return reject("ERREUR_EXCEL", raw_text=cell.text)
        case Kind.UNCACHED:
            return reject("FORMULE_SANS_VALEUR", raw_text=cell.formula or cell.text)
        case _:
            raise illegible()


def _read_number(cell: Cell, expected: Expected) -> Figure:
    value = cell.value
    if not isinstance(value, int | float) or isinstance(value, bool) or not -LARGEST < value < LARGEST:
        raise illegible()
    if isinstance(value, int) and (precision := full_precision(cell.number_format, expected)) is not None:
        return Figure(cell.text, float(value), expected.unit, precision, "=", None, None, "A", None)
    display, statement, suffix, status, qualifier = _column_display(cell.number_format, expected)
    if display.divisor not in {1, statement.multiplier}:  # shown in thousands, and nothing beside it says so
        raise ambiguous(cell.text, french_number(value / display.divisor))
    if statement.contradicts:  # a currency format is often put on without a thought for the header's scale
        raise ambiguous(f"{cell.text} {suffix.wording}", f"{cell.text} {expected.stated}")
    number = _stored(value, display)
    _refuse_bare_share(number, statement, expected)
    _refuse_lost_thousands(number, statement, expected)
    quantity = _quantity(number, statement, expected, negative=value < 0)
    return replace(_figure(quantity, qualifier, 0, expected), text=cell.text, obs_status=status)


@lru_cache(maxsize=1024)
def full_precision(number_format: str | None, expected: Expected) -> float | None:
    """Return the precision of the whole numbers of a column that are written in full, as most are.

    Such a number, below ``LARGEST``, is its own value and has nothing more to say. ``None`` where a number has: a
    percent sign, a scale, a unit or a status in its format, or a header in thousands. Nothing makes it raise.
    """
    try:
        display, statement, _, status, qualifier = _column_display(number_format, expected)
    except UnreadableError:
        return None
    has_more = display != Display(words=display.words) or statement.multiplier != 1 or statement.contradicts
    if (
        has_more or (status, qualifier) != ("A", "=") or unit(expected.unit).family in _SHARES
    ):  # 1 may be a whole, or one per cent
        return None
    return 0.0 if unit(expected.unit).is_count else 0.5


@lru_cache(maxsize=1024)
def _column_display(number_format: str | None, expected: Expected) -> tuple[Display, Statement, Suffix, str, str]:
    """Return what a number format and the header say, which is the same for a whole column.

    That is: how a number appears, its unit, its status and its qualifier.
    """
    display = display_of(number_format)
    marks.refuse_no_result(display.words)
    words, status = marks.take_status(f"0 {display.words}".rstrip())
    words, qualifier = _without_hedge(words)
    marks.refuse_unknown_mark(words)
    suffix = Suffix(unit=UNITS["percent"], wording="%") if display.percent else read_suffix(words[1:])
    statement = combine(suffix, None, expected)
    check_noun(suffix.noun, singular=True)
    if number_format is None:  # it might have been shown as a percentage, whatever the header says
        statement = replace(statement, has_unit=False)
    return display, statement, suffix, status, qualifier


def _without_hedge(words: str) -> tuple[str, str]:
    """Return ``0 M€`` and ``>`` of ``0 plus de M€``: a format may write its hedge before the number, or behind it."""
    rest, qualifier = marks.take_hedges(words)
    if qualifier == "=":
        before, qualifier = marks.take_hedges(f"{words[1:].strip()} 0")
        rest = words if qualifier == "=" else f"0 {before.removesuffix('0')}".rstrip()
    return rest, qualifier


def _stored(value: float, display: Display) -> Number:
    """Return a stored number with its digits as a spreadsheet shows them, without the noise of binary fractions."""
    if isinstance(value, int) and not display.percent and display.divisor == 1:
        return exact(str(abs(value)), "0" * display.decimals)
    digits = Decimal(f"{abs(value):.15g}") * (100 if display.percent else 1) / display.divisor
    whole, _, decimals = f"{digits:f}".partition(".")
    return exact(whole, decimals.rstrip("0").ljust(display.decimals, "0"))


# -- figures -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number in the expected unit."""

    value: Fraction
    step: Fraction
    rounded_step: Fraction
    approximate: bool


def _quantity(number: Number, statement: Statement, expected: Expected, *, negative: bool) -> _Quantity:
    if unit(expected.unit).is_count and not statement.scaled and number.value.denominator != 1:
        counted = unit(expected.unit)
        raise UnreadableError("NOMBRE_NON_ENTIER", expected=Wording(counted.label_fr, counted.label_en))
    value, multiplier = number.value * statement.multiplier, statement.multiplier
    if value >= LARGEST:
        raise illegible()
    signed = -value if negative else value
    step = number.step * multiplier
    if statement.is_numeral and number.value.denominator == 1:
        step /= 1000
    return _Quantity(signed, step, number.rounded_step * multiplier, number.approximate)


def _figure(quantity: _Quantity, qualifier: str, direction: int, expected: Expected) -> Figure:
    """Return the figure of one number, its hedge turned round when a fall makes it negative."""
    value = float(-abs(quantity.value) if direction < 0 else quantity.value)
    if qualifier == "=" and quantity.approximate:
        qualifier = "~"
    precision = _precision(quantity, expected, rounded=qualifier == "~")
    if direction < 0:
        qualifier = {">": "<", "<": ">"}.get(qualifier, qualifier)
    low, high = value if qualifier == ">" else None, value if qualifier == "<" else None
    return Figure("", value, expected.unit, precision, qualifier, low, high, "A", None)


def _interval(first: str, second: str, expected: Expected, *, rounded: bool) -> Figure:
    """Return the figure of two bounds; ``3 à 4 millions`` shares its unit, ``900 000 à 1,2 million`` does not."""
    taken = take_number(_SIGN.sub("", second, count=1))
    if taken is None:
        raise illegible()
    high = _read_quantity(second, expected)
    _refuse_shared_zeros(first, second[: len(second) - len(taken[1])], expected)
    for suffix in (read_suffix(taken[1]), None):
        low = _read_quantity(first, expected, suffix)
        if low.value < high.value:
            precision = _precision(low, expected, rounded=rounded or low.approximate)
            bounds = float(low.value), float(high.value)
            return Figure("", bounds[0], expected.unit, precision, "interval", *bounds, "A", None)
    raise illegible()


def _refuse_shared_zeros(first: str, second: str, expected: Expected) -> None:
    """Refuse ``3 à 4 000``, which begins at three or at three thousand, and ``trois à quatre cents``.

    Args:
        first: the writing of the lower bound.
        second: the number that follows it, without its unit.
        expected: what is known of both.

    Raises:
        UnreadableError: with both readings.
    """
    zeros = _SHARED_ZEROS.search(second)
    taken = take_number(first)
    if zeros is None or taken is None or taken[1].strip():
        return  # what has a unit of its own shares nothing
    low, high = (_read_quantity(text, expected).value for text in (first, second))
    if low * (1000 if zeros[0].endswith("0") else 100) < high:
        raise ambiguous(f"{first} à {second}", f"{first}{zeros[0]} à {second}")


def _precision(quantity: _Quantity, expected: Expected, *, rounded: bool) -> float:
    step = quantity.rounded_step if rounded else quantity.step
    exact_count = unit(expected.unit).is_count and step <= 1 and not rounded
    return 0.0 if exact_count else float(step / 2)
