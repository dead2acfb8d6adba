"""Indicators that no file of the product declares, which a workbook seems to count: each a table of the proposal.

Only what the workbook says is taken: a header or a title that is a name, and the unit that is stated with it. Where one
of them is in doubt, nothing is supposed: a figure under a wrong name is worse than one that is not read.

What belongs here: names and units of new indicators. What does not: those that are known (``recognise``, ``titles``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.cells.workbook import Kind
from pipeline.figures import periods
from pipeline.figures.marks import names_no_result
from pipeline.layouts.authoring.cell_meanings import (
    COUNT_WORDS,
    SCOPES,
    is_total,
    is_worded,
    names_indicator,
    stated_unit,
)
from pipeline.layouts.authoring.supposed import SupposedColumn, SupposedContext, SupposedIndicator, SupposedTable
from pipeline.layouts.labels import split_brackets
from pipeline.vocabulary import territories
from pipeline.vocabulary.indicators import nearest_labels
from pipeline.vocabulary.units import UNITS, names_what_is_counted, unit
from pipeline.vocabulary.words import fold

_COUNT_OF = re.compile(r"^(?:nombre|nb|effectifs?)(?: total)? d(?:e |es |u |['’])", re.IGNORECASE)
_SHORTEST, _LONGEST = 4, 80
"""Characters of a name; a longer one is a sentence."""
_OF_ANOTHER_KIND = (
    "evolution",
    "variation",
    "ecart",
    "rang",
    "rappel",
    "cumul",
    "objectif",
    "prevision",
    "valeur",
    "total",
)
"""First words of a header that says what is done with a figure, and not what is counted."""
_NEEDS_UNIT = (
    "part",
    "taux",
    "proportion",
    "pourcentage",
    "montant",
    "cout",
    "prix",
    "loyer",
    "revenu",
    "depense",
    "duree",
)
"""First words of what is no count, so that its unit must be stated."""
_MAY_BE_MONEY = frozenset(
    {"aides", "allocations", "prestations", "primes", "subventions", "depenses", "recettes", "investissements"}
    | {"credits", "prets", "dons", "versements", "cotisations", "couts", "montants", "loyers", "revenus", "salaires"}
    | {"budgets", "charges", "produits", "ventes", "achats"}
)
"""Of these one states the number or the amount."""
_MEASURES = re.compile(r"\b(?:nombre|montant|part|taux|repartition|evolution|effectif|proportion|indice|structure)s?\b")
_STOCKS = ("parc", "stock", "population", "habitants")
_END_OF_NAME = re.compile(r" (?:par|selon|en|au|du|de|a|à) |[,;:(]|\b(?:19|20)\d\d\b")
_ALIKE = 0.6
"""How much a name may look like a known label, and be another one."""
_HEADINGS = ("tableau", "bilan", "annexe", "figure", "feuille", "donnees", "source", "annee", "resultats", "synthese")
"""First words of a title that names the sheet, and nothing that is counted."""


def suppose_indicators(
    tables: list[SupposedTable], contexts: list[SupposedContext], titles: list[str]
) -> list[SupposedIndicator]:
    """Return the indicators that the columns of tables seem to count, and let the columns say so.

    Args:
        tables: those whose columns nothing names.
        contexts: what holds for them; one that states an indicator leaves nothing to suppose.
        titles: the first text of each sheet.
    """
    if any(context.field == "indicator" for context in contexts):
        return []
    measured = [title for title in map(fold, titles) if _MEASURES.search(title)]
    is_day = any(context.field == "period" and _is_day(context) for context in contexts)
    found: dict[str, SupposedIndicator] = {}
    for table in tables:
        if table.names_rows or table.parts:
            continue
        for column in table.declared:
            name = fold(split_brackets(column.header)[0])
            if any(name not in title for title in measured):
                continue  # a title says what is counted, and the header of which part
            if column.field == "value" and not column.indicator and not column.is_repeated:
                _add(found, column, is_stock=is_day)
    without = [table for table in tables if not table.states("indicator") and table.named and not table.declared_values]
    names = {name for title in titles if (name := _name_in(title))}
    if len(without) == 1 and len(names) == 1 and len(titles) == 1:
        (table,), (name,) = without, names
        if (counted := _unit_of(name, "", [c for group in table.named.values() for c in group])) is not None:
            table.indicator = name
            found.setdefault(fold(name), _indicator(name, counted, is_stock=is_day))
    return list(found.values())


def _add(found: dict[str, SupposedIndicator], column: SupposedColumn, *, is_stock: bool) -> None:
    name, stated = split_brackets(column.header)
    name = " ".join(name.split())
    if not _is_name(name) or column.above:
        return
    counted = _unit_of(name, stated, [column])
    if counted is not None:
        column.indicator = name
        found.setdefault(fold(name), _indicator(name, counted, is_stock=is_stock))


def _is_name(name: str) -> bool:
    """Whether a header names what is counted: neither a generic word, a place, a period, a target nor a sum."""
    word = fold(name)
    first = word.partition(" ")[0]
    if (
        not _SHORTEST <= len(name) <= _LONGEST
        or not is_worded(name[:1])
        or word in COUNT_WORDS
        or names_indicator(name)
    ):
        return False
    if "_" in name or (first in _NEEDS_UNIT and word == first):
        return False  # the name of a column of a database, and a kind of figure, say nothing to a reader
    if first in _OF_ANOTHER_KIND or is_total(name) or names_no_result(word):
        return False
    if nearest_labels(name, SCOPES, least=_ALIKE):
        return False  # a human says whether it is the known one
    return periods.read_period(name) is None and not re.search(r"\d", name) and not territories.names_territory(name)


def _name_in(title: str) -> str:
    """Return what a title names before it says where, when or by what; empty where that is no name."""
    text = " ".join(title.split())
    end = next(
        (match.start() for match in _END_OF_NAME.finditer(text) if match.group() not in {" de ", " du "}), len(text)
    )
    name = text[:end].strip()
    is_heading = fold(name).partition(" ")[0] in _HEADINGS
    return name if _is_name(name) and not is_heading else ""


def _unit_of(name: str, stated: str, columns: list[SupposedColumn]) -> str | None:
    """Return the unit of what is named: the one stated, else what is counted; ``None`` where neither is certain."""
    if stated:
        return _code(stated)
    shown = {_percent_of(column) for column in columns}
    if shown == {True}:
        return "percent"
    first = fold(_COUNT_OF.sub("", name)).partition(" ")[0].partition("_")[0]
    if len(shown) != 1 or fold(name).partition(" ")[0] in _NEEDS_UNIT:
        return None
    known = [code for code in _counted() if fold(unit(code).label_fr) == first]
    if known:
        return known[0]
    is_counted = first.endswith("s") and first.isalpha() and first not in _MAY_BE_MONEY and all(map(_is_whole, columns))
    return first if is_counted else None


def _counted() -> Iterator[str]:
    return (
        code
        for code in ("dwellings", "households", "persons", "companies", "residences")
        if names_what_is_counted(code)
    )


def _code(stated: str) -> str | None:
    """Return the code of a unit that is stated without a scale; ``None`` for any other wording."""
    suffix = stated_unit(stated)
    if suffix.scale is not None or suffix.unit is None:
        return None
    return next((code for code, each in UNITS.items() if each == suffix.unit), None)


def _percent_of(column: SupposedColumn) -> bool:
    """Whether the figures of a column are shown in percent."""
    cells = [cell for cell in column.samples if cell.text.strip()]
    shown = [
        ("%" in (cell.number_format or "")) if cell.kind is Kind.NUMBER else cell.text.rstrip().endswith("%")
        for cell in cells
    ]
    return bool(shown) and all(shown)


def _is_whole(column: SupposedColumn) -> bool:
    return all(not isinstance(cell.value, float) or cell.value.is_integer() for cell in column.samples)


def _is_day(context: SupposedContext) -> bool:
    read = [periods.read_period(words) for words in (context.words, *context.texts[1:])]
    return any(period is not None and period.start == period.end for period in read)


def _indicator(name: str, counted: str, *, is_stock: bool) -> SupposedIndicator:
    code = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")
    is_stock = is_stock or any(word in fold(name).split() for word in _STOCKS)
    return SupposedIndicator(code, name, counted, "stock" if is_stock else "flow")
