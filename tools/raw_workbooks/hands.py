"""The hands: the four ways in which offices lay out the same content.

What belongs here: shapes of tables. What does not: what is written (``activity``), fonts and fills (``hands.toml``).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.vocabulary.indicators import Indicator
from pipeline.vocabulary.territories import two_levels
from tools.raw_workbooks.facts import Fact, plain
from tools.raw_workbooks.pages import CellContent, FactWorkbook, Stated, Value, new_page
from tools.raw_workbooks.shapes import Book, Figure, Hand, HandName
from tools.raw_workbooks.wordings import period_words


class Entry(NamedTuple):
    """A figure of a workbook, and the published fact that it stands for."""

    figure: Figure
    fact: Fact
    indicator: Indicator
    as_worded: str
    unit: str
    theme: str

    @property
    def stated(self) -> Stated:
        """What stands in its cell, and the fact that it states."""
        return Stated(self.as_worded, self.fact)

    @property
    def territory(self) -> str:
        """Its territory as it is written."""
        return self.figure.written_territory or plain(self.fact.territory_name)

    @property
    def period(self) -> str | int:
        """Its period as it is written."""
        return self.figure.written_period or period_words(self.figure.period)

    @property
    def remark(self) -> str | None:
        """The remark beside it, and what its status adds."""
        status = {"cumulative": "cumul", "estimate": "estimation"}.get(self.fact.status, "")
        return " ; ".join(filter(None, (self.figure.remark, status))) or None


@dataclass(frozen=True, slots=True)
class Content:
    """What a hand writes: a workbook's figures, and what stands above and below them."""

    book: Book
    hand: Hand
    titles: tuple[str, ...]
    identity: tuple[tuple[str, Value], ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    themes: tuple[str, ...]
    """Every theme, in its order."""


def write_list(workbook: FactWorkbook, content: Content) -> None:
    """Write a row to a figure."""
    book, entries = content.book, content.entries
    page = new_page(workbook, "Activité" if book.region else "Chiffres clés", content.hand, book.corner)
    years = all(isinstance(entry.period, int) for entry in entries)
    place = any(entry.figure.territory for entry in entries)
    population = any(entry.figure.population for entry in entries)
    header = ["Indicateur", *([_place_head(entries)] if place else []), "Année" if years else "Période"]
    header += ["Valeur", "Unité", *(["Champ"] if population else []), "Remarque"]
    page.title(content.titles, len(header))
    page.identify(content.identity)
    page.head(header)
    for entry in entries:
        where = [entry.territory] if place else []
        whose = [entry.figure.population or None] if population else []
        page.line([entry.figure.label, *where, entry.period, entry.stated, entry.unit, *whose, entry.remark])
    page.notes(content.notes)
    page.widths(58, *([24] if place else []), 22, 28, 13, *([24] if population else []), 46)


def _place_head(entries: tuple[Entry, ...]) -> str:
    """Return the header over the territories; it says that those are regions which are departments of that name too."""
    meant = {entry.fact.territory_level for entry in entries if two_levels(entry.territory)}
    return "Région" if meant == {"region"} else "Territoire"


def write_periods_across(workbook: FactWorkbook, content: Content) -> None:
    """Write a row to an indicator, a column to a period."""
    book, entries = content.book, content.entries
    page = new_page(workbook, "Bilan" if book.region else "Évolution", content.hand, book.corner)
    periods = sorted({entry.figure.period for entry in entries}, key=lambda period: (len(period) > 4, period))
    heads = [_period_head(period, year_word=book.year_word) for period in periods]
    labels = list(dict.fromkeys(entry.figure.label for entry in entries))
    remarks = {entry.figure.label: entry.remark for entry in entries if entry.remark}
    header: list[Value] = ["Indicateur", *heads, *(["Observations"] if remarks else [])]
    above = ["", *["Périodes"] * len(heads), *([""] if remarks else [])] if book.period_group else []
    page.title(content.titles, len(header))
    page.identify(content.identity)
    page.head(header, above)
    values = {(entry.figure.label, entry.figure.period): entry.stated for entry in entries}
    for label in labels:
        cells: list[CellContent] = [values.get((label, period)) for period in periods]
        page.line([label, *cells, *([remarks.get(label)] if remarks else [])])
    page.notes(content.notes)
    page.widths(58, 22)


def _period_head(period: str, *, year_word: bool) -> Value:
    words = period_words(period)
    if isinstance(words, int):
        return f"Année\n{words}" if year_word else words
    return re.sub(r"^au (.+) (\d{4})$", r"Au \1\n\2", words)


def write_themes(workbook: FactWorkbook, content: Content) -> None:
    """Write a sheet to a theme."""
    used = [theme for theme in content.themes if any(entry.theme == theme for entry in content.entries)]
    for number, theme in enumerate(used, start=1):
        page = new_page(workbook, theme, content.hand, content.book.corner)
        entries = [entry for entry in content.entries if entry.theme == theme]
        population = any(entry.figure.population for entry in entries)
        header = ["Nature de\nl'activité", "Résultat", "Période", *(["Champ"] if population else [])]
        page.title([*content.titles, f"Thème {number} – {theme}"], len(header))
        page.identify(content.identity)
        page.head(header)
        for entry in entries:
            period = f"en {entry.period}" if isinstance(entry.period, int) else entry.period
            whose = [entry.figure.population or None] if population else []
            page.line([entry.figure.label, entry.stated, period, *whose])
        page.notes(content.notes)
        page.widths(62, 30, 26)


def write_indicators_across(workbook: FactWorkbook, content: Content) -> None:
    """Write a row to a year, a column to an indicator, the columns of a theme side by side."""
    page = new_page(workbook, "Synthèse", content.hand, content.book.corner)
    entries = sorted(content.entries, key=lambda entry: content.themes.index(entry.theme))
    columns = {entry.figure.label: entry.theme for entry in entries}
    page.title(content.titles, len(columns) + 1)
    page.identify(content.identity)
    page.head(["Année", *(textwrap.fill(label, 18) for label in columns)], ["", *columns.values()])
    values = {(entry.figure.period, entry.figure.label): entry.stated for entry in entries}
    for period in sorted({entry.figure.period for entry in entries}):
        page.line([period_words(period), *(values.get((period, label)) for label in columns)])
    page.notes(content.notes)
    page.widths(22, 26)


HANDS: Mapping[HandName, Callable[[FactWorkbook, Content], None]] = {
    "A": write_list,
    "B": write_periods_across,
    "C": write_themes,
    "D": write_indicators_across,
}
