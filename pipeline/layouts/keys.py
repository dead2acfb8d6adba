"""What a key, a header or a context cell means: the indicator, territory, period, date, code or text that it states.

What belongs here: reading one such cell by its declaration. What does not: figures (``pipeline.figures``), and which
cell is read (``tables``, ``context``, ``rows``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.cells.shown import words_around
from pipeline.cells.workbook import Cell, Kind
from pipeline.figures import Expected, periods, read_cell, states_unit
from pipeline.figures.declared_marks import NOTE, take_declared
from pipeline.figures.marks import names_no_result
from pipeline.figures.period_parts import read_part
from pipeline.figures.period_readings import ambiguous_period
from pipeline.figures.periods import Period
from pipeline.figures.spans import months_said
from pipeline.figures.stated_units import statement_in
from pipeline.layouts.compiled import CompiledField
from pipeline.layouts.fields import read_fact
from pipeline.layouts.forms import ANYTHING, digits_of, no_split, readings
from pipeline.layouts.labels import bare_text, is_repetition, split_brackets, unit_beside
from pipeline.layouts.language import Layout
from pipeline.layouts.read_fields import FormedField
from pipeline.layouts.territory_keys import TWO_LEVELS, territory_named, two_readings, why_not
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary import indicators
from pipeline.vocabulary.indicators import Indicator, nearest_labels
from pipeline.vocabulary.populations import (
    UNKNOWN,
    nearest_populations,
    population_in,
    resolve_population,
    without_population,
)
from pipeline.vocabulary.territories import Territory, TwoLevels, names_territory, resolve_territory, two_levels
from pipeline.vocabulary.typography import plain
from pipeline.vocabulary.words import fold

Fields = dict[str, Any]

_MARKED = frozenset({"indicator", "territory", "period", "population", "date", "choice"})
"""How that is read behind which a mark is none of its words."""
_PROSE = frozenset({"remark", "title"})
"""Fields that hold free text, in which a sign of repetition says nothing of a figure."""


class Read(NamedTuple):
    """What one cell gave: its meaning, or why it has none."""

    cell: Cell
    meaning: Any
    problem: Rejection | None = None
    status: str = "A"
    """The status that the wording of a period marks."""
    field: str = ""
    """What it fills, by the declaration of its column."""
    fields: Fields = {}  # noqa: RUF012 - never changed
    """What it means, spread over the columns that it fills."""
    unit: str = ""
    """The unit of the figures of its row, where its wording states one: ``Montant des aides (en k€)``."""
    parts: tuple[tuple[str, Read], ...] = ()
    """What it states beside its field, by the name of each part of its form."""

    @property
    def has_two_levels(self) -> bool:
        """Whether it names a region and its department, and what stands beside it has to tell which."""
        return self.problem is not None and self.problem.reason == TWO_LEVELS

    @property
    def is_known(self) -> bool:
        """Whether it says something that its declaration knows, be it a name of two levels."""
        return self.has_two_levels or (self.problem is None and self.meaning is not None)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an agreement holds."""

    years: float | None
    is_renewable: bool
    text: str


# -- dimensions --------------------------------------------------------------------------------------------------


def read_dimension(dimension: str, raw: object, text: str, field: CompiledField, layout: Layout) -> object | None:
    """Return the indicator, territory, period or breakdown that a wording names; ``None`` when it names none.

    Args:
        dimension: which of them.
        raw: the typed value.
        text: the text.
        field: its declaration: levels, choices, the part of a period.
        layout: that of the source: whose indicators may be named, and what it is about.
    """
    match dimension:
        case "indicator":
            return indicators.resolve_indicator(field.code_of(text) or text, layout.scopes)
        case "period":
            return _stated_period(raw, text, field)
        case "breakdown":
            return _code_beside_unit(text, field)[0] if field.has_codes else bare_text(text)
        case _:
            name = field.code_of(text)
            if name is not None:
                return read_fact("territory", name, layout.scopes)
            return territory_named(raw, text, field.declared)


def _stated_period(raw: object, text: str, field: CompiledField) -> Period | int | None:
    """Return the period, or the part of one, that a wording of the layout's own stands for, or any other says."""
    declared = field.declared
    wordings = (bare_text(text) or "", periods.bare_wording(text)) if field.codes else ()
    code = next((field.codes[fold(wording)] for wording in wordings if fold(wording) in field.codes), None)
    for said in (raw,) if code is None else (code, raw):
        meaning = read_part(said, declared.part) if declared.part else _period(said, declared.slash)
        if meaning is not None:
            return meaning
    return None


@lru_cache(maxsize=16384, typed=True)
def _period(raw: object, slash: str = "") -> Period | None:
    return periods.read_period(raw, slash)


def period_of_parts(parts: dict[str, int]) -> Period | None:
    """Return the period that a year makes with a month, a quarter or a half-year; a year alone is itself."""
    if "year" not in parts:
        return None
    match parts:
        case {"year": year, "month": month, "day": day}:
            return _period(f"{day:02d}/{month:02d}/{year}")
        case {"year": year, "month": month}:
            return _period(f"{month:02d}/{year}")
        case {"year": year, "quarter": quarter}:
            return _period(f"T{quarter} {year}")
        case {"year": year, "half_year": half}:
            return _period(f"S{half} {year}")
        case _:
            return _period(str(parts["year"]))


# -- cells -------------------------------------------------------------------------------------------------------


def shown_cell(cell: Cell) -> Cell:
    """Return a cell with the words that its format puts around its number: what it shows is what is meant."""
    if cell.kind is not Kind.NUMBER:
        return cell
    before, after = words_around(cell.number_format)
    if not (before or after):
        return cell
    text = f"{before}{cell.text}{after}".strip()
    return cell._replace(kind=Kind.TEXT, text=text, value=text)


def read_key(cell: Cell, field: CompiledField, layout: Layout) -> Read:
    """Return what a key or context cell means by its declaration; each wording is read once, for keys are alike."""
    cell = shown_cell(cell)
    wording = cell.kind, cell.text, cell.value, cell.formula
    readings = field.cache.readings
    if wording not in readings:
        read, declared = _read_marked(cell, field, layout), field.declared
        says_nothing = declared.field == "breakdown" or (declared.field == "population" and read.meaning is None)
        spread = {} if says_nothing else flatten({field.key: read.meaning})
        readings[wording] = read._replace(field=declared.field, fields=spread)
    return Read(cell, *readings[wording][1:])


def _read_marked(cell: Cell, field: CompiledField, layout: Layout) -> Read:
    """Return what a cell means without the marks that its source declares, and the status that they give."""
    is_marked = (
        field.marks
        and cell.kind is Kind.TEXT
        and (field.declared.parser in _MARKED or field.declared.field in {"breakdown", "code"})
    )
    if not is_marked or (field.has_codes and _is_listed(cell.text, field)):
        return _read_key(cell, field, layout)
    bare, status = take_declared(cell.text, field.marks)
    if not status:
        return _read_key(cell, field, layout)
    read = _read_key(cell._replace(text=bare, value=bare), field, layout)
    return read._replace(cell=cell, status=read.status if status == NOTE else status)


def _is_listed(text: str, field: CompiledField) -> bool:
    """Whether a wording is listed with the mark that ends it: « Autres (p) »."""
    listed = (*field.declared.whole, *(each for known in field.declared.choices.values() for each in known))
    return any(plain(text).casefold() == plain(wording).casefold() for wording in listed)


def _read_formed(cell: Cell, field: CompiledField, layout: Layout) -> Read:
    """Return what a cell means of which each part of its form states something."""
    ways = formed(cell, field, layout)
    if len(ways) != 1 and isinstance(field.declared, FormedField):
        texts = [[read.cell.text for read in way.values()] for way in ways]
        return Read(cell, None, no_split(cell.text, texts, form=field.declared.form))
    own = next(read for key, read in ways[0].items() if read.field == field.declared.field)
    others = tuple((key, read) for key, read in ways[0].items() if read is not own)
    return own._replace(cell=cell, parts=others)


def formed(cell: Cell, field: CompiledField, layout: Layout) -> list[dict[str, Read]]:
    """Return the ways to read a cell by its form, each part by the name of what it states: one, or two that differ.

    A unit behind the whole, between brackets, is none of its parts.
    """
    form = field.form
    if form is None or cell.kind is not Kind.TEXT:
        return []
    reads: dict[tuple[int, str], Read] = {}

    def read(at: int, text: str) -> object | None:
        part, digits = field.parts[at], form.parts[at].digits
        cell_of_part = cell._replace(text=text, value=text)
        found = _read_digits(cell_of_part, digits) if digits else read_key(cell_of_part, part, layout)
        reads[at, text] = found._replace(field=part.declared.field)
        return (two_levels(text) if found.has_two_levels else found.meaning) if found.is_known else None

    bare, unit_said = split_brackets(cell.text)
    without_unit = [(bare.strip(), unit_said)] if unit_said and states_unit(unit_said) else []
    for text, unit in ((cell.text, ""), *without_unit):
        if splits := readings(text, form, read):
            return [
                {
                    field.parts[at].key: reads[at, part]._replace(unit=reads[at, part].unit or unit)
                    for at, part in enumerate(split.texts)
                    if form.parts[at].name != ANYTHING
                }
                for split in splits
            ]
    return []


def _read_digits(cell: Cell, digits: str) -> Read:
    """Return the period that a part of a form writes in digits; marks behind them are marks of the period."""
    found = digits_of(periods.bare_wording(cell.text), digits)
    return Read(cell, period_of_parts(found) if found else None, status=periods.period_status(cell.text))


def _read_key(cell: Cell, field: CompiledField, layout: Layout) -> Read:
    if field.form is not None and field.declared.parser != "figure" and cell.kind is Kind.TEXT:
        return _read_formed(cell, field, layout)
    if cell.kind is Kind.ERROR:
        return Read(cell, None, reject("ERREUR_EXCEL", raw_text=cell.text))
    if cell.kind is Kind.UNCACHED:
        return Read(cell, None, reject("FORMULE_SANS_VALEUR", raw_text=cell.formula or cell.text))
    if cell.kind is Kind.TEXT and field.declared.field not in _PROSE and is_repetition(cell.text):
        return Read(cell, None, reject("REPETITION", raw_text=cell.text))
    raw = cell.value if cell.value is not None else cell.text
    match field.declared.parser:
        case "indicator":
            return _read_indicator(cell, field, layout)
        case "territory":
            territory = read_dimension("territory", raw, cell.text, field, layout)
            if isinstance(territory, TwoLevels):
                return Read(cell, None, two_readings(cell.text, territory))
            return Read(cell, territory, None if territory else why_not(cell.text, field.declared))
        case "period":
            return _read_period(cell, raw, field)
        case "date":
            return _read_date(cell, raw)
        case "duration":
            return _read_duration(cell, layout)
        case "choice":
            return _read_choice(cell, field)
        case "population":
            return _read_population(cell)
        case "text" if field.declared.field == "unit":
            return Read(cell, cell.text.strip() or None, unit=cell.text.strip())
        case _ if field.declared.field == "breakdown":
            text = bare_text(cell.text)
            if names_no_result(fold(cell.text)):
                return Read(cell, None, reject("OBJECTIF", raw_text=cell.text))
            if months := months_said(cell.text):
                return Read(cell, None, reject("PERIODE_CUMULEE", raw_text=cell.text, months=months))
            code, unit = _code_beside_unit(text or "", field) if field.has_codes else (None, unit_beside(text or ""))
            return Read(cell, "" if code == "" else text, unit=unit)
        case _:
            stated = statement_in(cell.text) if field.declared.field == "remark" else None
            return Read(cell, cell.text.strip() or None, unit=stated.wording if stated else "")


def _read_indicator(cell: Cell, field: CompiledField, layout: Layout) -> Read:
    label = bare_text(cell.text) or ""
    indicator = read_dimension("indicator", label, label, field, layout)
    bare, brackets = split_brackets(label)
    if indicator is None and states_unit(brackets):
        indicator = read_dimension("indicator", bare.strip(), bare.strip(), field, layout)
    if indicator is None:  # « Agréments, tous bailleurs »: what it counts, and of whom (``populations``)
        counted, _ = without_population(bare.strip() if states_unit(brackets) else label)
        indicator = read_dimension("indicator", counted, counted, field, layout) if counted else None
    if indicator is None:
        near = ", ".join(f"« {label} »" for label in nearest_labels(cell.text, layout.scopes))
        return Read(cell, None, reject("INDICATEUR_INCONNU", raw_text=cell.text, expected=near))
    return Read(cell, indicator, unit=brackets if states_unit(brackets) else "")


def _read_period(cell: Cell, raw: object, field: CompiledField) -> Read:
    if cell.kind is Kind.DATE and isinstance(raw, int):
        return Read(cell, None, reject("ANNEE_AFFICHEE", raw_text=cell.text, stored=raw))
    if isinstance(raw, str):
        raw = bare_text(raw) or raw
    meaning = _stated_period(raw, cell.text, field)
    if meaning is None:
        if names_no_result(fold(cell.text)):
            return Read(cell, None, reject("OBJECTIF", raw_text=cell.text))
        problem = ambiguous_period(cell.text, field.declared.part) or reject("PERIODE_ILLISIBLE", raw_text=cell.text)
        return Read(cell, None, problem)
    return Read(cell, meaning, None, periods.period_status(cell.text) if cell.kind is Kind.TEXT else "A")


def _read_date(cell: Cell, raw: object) -> Read:
    period = _period(raw)
    # what is dated by a window of several years is known by its end
    day = periods.read_date(raw) or (period.end if period and period.end != periods.OPEN_END else None)
    return Read(cell, day, None if day else reject("DATE_ILLISIBLE", raw_text=cell.text))


def _read_duration(cell: Cell, layout: Layout) -> Read:
    years = read_cell(cell, Expected("years", "", layout.dot, layout.comma, layout.dash))
    if isinstance(years, Rejection):
        return Read(cell, None, years)
    return Read(cell, Duration(years.value, "renouvelable" in fold(cell.text), cell.text))


def _read_population(cell: Cell) -> Read:
    """Return the population that a cell states; a territory states none, and figures of an unknown one are refused."""
    if not cell.text.strip():
        return Read(cell, None)
    code = resolve_population(cell.text) or population_in(cell.text)
    if code and code != UNKNOWN:
        return Read(cell, code)
    if names_territory(cell.text) or resolve_territory(cell.text, level="national"):
        return Read(cell, "")
    near = ", ".join(f"« {label} »" for label in nearest_populations(cell.text))
    return Read(cell, UNKNOWN, reject("POPULATION_INCONNUE", raw_text=cell.text, expected=near))


def _read_choice(cell: Cell, field: CompiledField) -> Read:
    code, unit = _code_beside_unit(cell.text, field)
    if two := field.two_that_fit(cell.text):
        quoted = " et ".join(f"« {each} »" for each in two), " and ".join(f"“{each}”" for each in two)
        return Read(cell, None, reject("CHOIX_AMBIGU", raw_text=cell.text, expected=Wording(*quoted)))
    if code is None:
        known = ", ".join(
            f"« {words[0]} »" for words in (*field.declared.choices.values(), field.declared.whole) if words
        )
        return Read(cell, None, reject("MARQUE_INCONNUE", raw_text=cell.text, mark=cell.text, expected=known))
    return Read(cell, code, unit=unit)


def _code_beside_unit(text: str, field: CompiledField) -> tuple[str | None, str]:
    """Return the code of a label, and the unit that it states: ``Montant (k€)`` is ``Montant``, in k€."""
    code, unit = field.code_of(text), unit_beside(text)
    if code is None and unit and not field.two_that_fit(text):
        code = field.code_of(split_brackets(text)[0].strip())
    return code, unit if code is not None else ""


def flatten(facts: Fields) -> Fields:
    """Spread typed facts, by field, over the columns of a product that they fill."""
    row: Fields = {}
    for name, meaning in facts.items():
        match meaning:
            case Period(start, end, frequency):
                row["period_start"] = start
                row["period_end"] = None if end == periods.OPEN_END else end
                row["frequency"] = frequency
            case TwoLevels():  # nobody can tell which
                row.update(territory_level=None, territory_code=None)
            case Territory():
                row["territory_level"] = meaning.level
                row["territory_code"] = meaning.code
            case Indicator():
                row["indicator"] = meaning.code
            case Duration(years, is_renewable, text):
                row.update(duration_years=years, is_renewable=is_renewable, duration_text=text)
            case datetime():
                row[name] = meaning.date()
            case _:
                row[name] = meaning
    return row
