"""What a cell shows, where its format shows something else than what is stored: what it shows is what is meant.

A format may put a word in the place of a number (``[<5]"s";0``, ``0;-0;"n.d."``), show nothing (``;;;``), put words
around a text, or show the year alone of a day. From here on such a cell holds what it shows: the number that a format
masks stands in nothing that is made of the file.

What belongs here: replacing the content of such cells. What does not: the grammar of codes (``format_codes``), telling
dates from numbers (``formats``), and the words around digits, which say something of a figure
(``pipeline.figures.display``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from pipeline.cells.format_codes import Section, section_for, sections, text_section
from pipeline.cells.formats import GENERAL, Temporal, temporal
from pipeline.cells.workbook import KIND_CODES, Cells, Kind, Workbook

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_TEXT, _NUMBER, _DATE = (KIND_CODES[kind] for kind in (Kind.TEXT, Kind.NUMBER, Kind.DATE))
_DASHES = frozenset("-‐‑‒–—−")
_DATE_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[[^\[\]]*\]|(?P<unit>y+|m+|d+|h+|s+|e+|g+|AM/PM|A/P)|(?P<other>.)',
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]")
_YEARS_AS_DAYS = range(1900, 2101)
"""Numbers that are years: a cell that shows one of them as a day was given the format of a date by mistake."""
_FIRST_DAY = date(1899, 12, 30).toordinal()


def is_dash(text: str) -> bool:
    """Whether a text is one dash or several, as accountants write a zero.

    >>> is_dash(" - "), is_dash("n.d."), is_dash("")
    (True, False, False)
    """
    shown = "".join(text.split())
    return bool(shown) and _DASHES.issuperset(shown)


def show(workbook: Workbook) -> None:
    """Replace what is stored by what is shown, in every cell where the two say different things."""
    for sheet in workbook.sheets:
        _show(sheet.cells)


def _show(cells: Cells) -> None:
    codes = cells.number_formats.codes
    speaking = {place for place, code in enumerate(codes) if code is not None and may_differ(code)}
    if not speaking:
        return
    replace: dict[int, Callable[[Cells, int, str], None]] = {_TEXT: _show_text, _NUMBER: _show_number, _DATE: _show_day}
    for position, place in enumerate(cells.formats):
        if place in speaking and (shown := replace.get(cells.kinds[position])) is not None:
            shown(cells, position, str(codes[place]))


@lru_cache(maxsize=4096)
def may_differ(code: str) -> bool:
    """Whether a format may show something else than the digits, the text or the whole day that is stored."""
    if code == GENERAL:
        return False
    if temporal(code) is Temporal.DATE:
        return True
    found = sections(code)
    first = found[0]
    return any(
        section.condition is not None
        or (section.says != first.says if section.has_number else not _is_nil(place, section))
        for place, section in enumerate(found[:3])
    ) or _adds_to_text(code)


def _is_nil(place: int, section: Section) -> bool:
    """Whether a section is the third, that of zeros, and shows a dash, as accountants write a zero."""
    return place == 2 and is_dash(section.literal)


def _adds_to_text(code: str) -> bool:
    section = text_section(code)
    return section is not None and (not section.has_number or bool(section.literal.strip()))


# -- one cell ----------------------------------------------------------------------------------------------------


def words_around(code: str | None) -> tuple[str, str]:
    """Return what a format puts before and behind a number, empty where it puts nothing but signs there.

    >>> words_around('"Objectif "0'), words_around("#,##0_)")
    (('Objectif ', ''), ('', ''))
    """
    section = sections(code or GENERAL)[0]
    return (section.before, section.after) if section.has_number and section.says.strip(",") else ("", "")


def _show_number(cells: Cells, position: int, code: str) -> None:
    """Put the text that masks a number in its place; else keep the section that shows it as its format."""
    value = cells.values.get(position)
    number = float(cells.texts[position]) if value is None else value
    if temporal(code) is not None or not isinstance(number, int | float):
        return  # no calendar has the day of such a number
    section = section_for(code, number)
    if section is None:
        return
    if section.has_number:
        if section.says != sections(code)[0].says or section.condition is not None or section.code not in code:
            cells.formats[position] = cells.number_formats.place(section.code)
    elif number or not is_dash(section.literal):  # accountants write a zero as a dash
        _mask(cells, position, section.literal.strip(), is_zero=not number)


def _show_text(cells: Cells, position: int, code: str) -> None:
    section = text_section(code)
    if section is None or not _adds_to_text(code):
        return
    if not section.has_number:
        _mask(cells, position, section.literal.strip())
        return
    cells.texts[position] = f"{section.before}{cells.texts[position]}{section.after}".strip()
    cells.values.pop(position, None)


def _mask(cells: Cells, position: int, text: str, *, is_zero: bool = False) -> None:
    """Put a text in the place of what is stored, the formula included.

    One that shows nothing has no value, which no text of a file has; a zero that shows nothing has the empty text.
    """
    cells.kinds[position] = _TEXT
    cells.texts[position] = text
    cells.values.pop(position, None)
    cells.formulas.pop(position, None)
    if not text and not is_zero:
        cells.values[position] = None


def _show_day(cells: Cells, position: int, code: str) -> None:
    """Put what a date shows of its day in its place, where that is less than the day, or more.

    A number that is a year, shown as a day of 1905, keeps the number as its value: it is no date.
    """
    day = cells.values.get(position)
    if not isinstance(day, date):
        return
    text = shown_day(code, day)
    whole = day.date() if isinstance(day, datetime) else day
    if whole.toordinal() - _FIRST_DAY in _YEARS_AS_DAYS:
        cells.texts[position] = text or f"{whole:%d/%m/%Y}"
        cells.values[position] = whole.toordinal() - _FIRST_DAY
    elif text is not None:
        cells.texts[position] = text
        cells.values[position] = text


@lru_cache(maxsize=4096)
def shown_day(code: str, day: date) -> str | None:
    """Return what a format shows of a day, in French; ``None`` where it shows the whole day and nothing else.

    >>> shown_day("mmmm yyyy", date(2021, 3, 1)), shown_day('"Objectif "yyyy', date(2021, 3, 1))
    ('mars 2021', 'Objectif 2021')
    """
    text, units, words = "", "", ""
    for token in _DATE_TOKEN.finditer(sections(code)[0].code):
        literal = token["quoted"] or token["escaped"] or token["other"] or ""
        words += literal
        unit = (token["unit"] or "").lower()
        units += unit[:1]
        text += literal + (_part_of(day, unit) if unit else "")
    if set(units) & set("hsaeg") or not set(units) & set("ym"):
        return None
    if "d" in units and not _WORD.search(words):
        return None
    return " ".join(text.split()).strip(" -/.,") or None


def _part_of(day: date, unit: str) -> str:
    match unit[0], len(unit):
        case "y", _:
            return f"{day.year:04d}"
        case "m", 1 | 2:
            return f"{day.month:02d}"
        case "m", _:
            return MONTHS[day.month - 1]
        case "d", 1 | 2:
            return f"{day.day:02d}"
        case _:
            return ""
