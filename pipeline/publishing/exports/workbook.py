"""The publication workbook, by the rules of good statistical tables.

A cover, contents, one table a sheet, a column of notes, marks explained, no merged cells, a chart that Excel draws from
its table. Whatever a cell of a received file said is written as text: nothing of it can become a formula or a link.

What belongs here: sheets. What does not: the words of marks (``vocabulary.mark_words``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.proof.explain import rows
from pipeline.vocabulary.mark_words import NOTES, SIGNS, STATUSES, VERDICTS, WHY_NO_VERDICT, hedged
from pipeline.vocabulary.units import unit

FILE = "housing.xlsx"
_NEVER_A_FORMULA = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_TABLE_ROW = 3
"""Rows above a table: its title, what it holds, and a blank one."""
_COVER, _CONTENTS, _MARKS, _SERIES = "Couverture", "Sommaire", "Marques", "Séries nationales"
_OF_LEVEL = """
    SELECT
        label_fr, territory, year, value, unit, at_least, at_most, change_percent, rank, basis, qualifier, obs_status,
        is_disputed, known_before_period_end, population, known_on
    FROM kpi.annual
    WHERE value IS NOT NULL AND territory_level = $level
    ORDER BY label_fr, territory, year
"""
_SERIES_ROWS = """
    SELECT k.label_fr, k.unit, k.year, k.value
    FROM kpi.annual AS k
    WHERE k.territory_level = 'national' AND k.value IS NOT NULL AND k.indicator IN (SELECT unnest($scorecard))
    ORDER BY list_position($scorecard, k.indicator), k.year
"""
_PROGRESS = """
    SELECT plan, line_id, label, target, unit, achieved_to_date, share_of_period_elapsed, status, why_unknown,
        last_known_on
    FROM kpi.target_progress
    ORDER BY period_start DESC, plan, line_id
"""
_REPORTED = """
    SELECT source, year, region, status, due_on, indicators_reported, indicators_expected
    FROM audit.coverage
    WHERE is_expected
    ORDER BY source, year DESC, region
"""
_BASES = {
    "published": "publié",
    "sum_of_regions": "somme des régions",
    "sum_of_departments": "somme des départements",
}
_COVERAGE = {
    "accepted": "chiffres chargés",
    "pending": "fichier en attente",
    "rejected": "fichiers refusés",
    "late": "manque",
    "awaited": "pas encore dû",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table: its heading, how wide it is, and how its values are written."""

    heading: str
    width: int
    style: str = "text"


@dataclass(frozen=True, slots=True)
class _Table:
    """One table: the name of its sheet, its title, what it holds, its columns and its rows."""

    sheet: str
    title: str
    about: str
    columns: tuple[_Column, ...]
    rows: Sequence[Sequence[object]]


def write_workbook(release: duckdb.DuckDBPyConnection, file: Path, scorecard: Sequence[str]) -> None:
    """Write the workbook of a release that is open."""
    (about,) = rows(release, "FROM audit.release", {})
    tables = list(_tables(release, scorecard))
    with xlsxwriter.Workbook(file, _NEVER_A_FORMULA) as book:
        # the same release makes the same workbook, whenever it is written
        book.set_properties({"title": "Activité du logement", "created": about["published_at"]})
        writer = _Writer(book)
        writer.cover(about)
        writer.contents(tables)
        writer.marks()
        for table in tables:
            sheet = writer.table(table)
            if table.sheet == _SERIES:
                writer.chart(sheet, table)


def _tables(release: duckdb.DuckDBPyConnection, scorecard: Sequence[str]) -> Iterator[_Table]:
    yield _series(rows(release, _SERIES_ROWS, {"scorecard": list(scorecard)}))
    for level, sheet, title in (
        ("national", "France", "Chiffres annuels du pays"),
        ("region", "Régions", "Chiffres annuels des régions"),
        ("department", "Départements", "Chiffres annuels des départements"),
    ):
        found = rows(release, _OF_LEVEL, {"level": level})
        about = "Une ligne par chiffre ; les nuances et réserves sont dans la colonne Notes."
        yield _Table(sheet, title, about, _ANNUAL_COLUMNS, [_annual(row) for row in found])
    progress = [_progress(row) for row in rows(release, _PROGRESS, {})]
    yield _Table(
        "Engagements", "Avancement des engagements", "À la date de la publication.", _PROGRESS_COLUMNS, progress
    )
    reported = [_reported(row) for row in rows(release, _REPORTED, {})]
    yield _Table(
        "Réponses",
        "Qui a répondu",
        "Par source, année et région, à la date de la publication.",
        _REPORT_COLUMNS,
        reported,
    )


_ANNUAL_COLUMNS = (
    _Column("Indicateur", 44),
    _Column("Territoire", 28),
    _Column("Année", 8, "year"),
    _Column("Valeur", 18, "number"),
    _Column("Unité", 16),
    _Column("Au moins", 18, "number"),
    _Column("Au plus", 18, "number"),
    _Column("Évolution sur un an (%)", 14, "percent"),
    _Column("Rang", 7, "year"),
    _Column("Base", 20),
    _Column("Connu le", 12, "date"),
    _Column("Notes", 60),
)
_PROGRESS_COLUMNS = (
    _Column("Plan", 36),
    _Column("Ligne", 10),
    _Column("Engagement", 60),
    _Column("Cible", 18, "number"),
    _Column("Unité", 16),
    _Column("Réalisé", 18, "number"),
    _Column("Part de la période écoulée", 14, "share"),
    _Column("Connu le", 12, "date"),
    _Column("Notes", 60),
)
_REPORT_COLUMNS = (
    _Column("Source", 28),
    _Column("Année", 8, "year"),
    _Column("Région", 28),
    _Column("Dû le", 12, "date"),
    _Column("Indicateurs renseignés", 14, "year"),
    _Column("Indicateurs attendus", 14, "year"),
    _Column("Notes", 40),
)


def _annual(row: Row) -> list[object]:
    names = ("label_fr", "territory", "year", "value")
    bounds = ("at_least", "at_most", "change_percent", "rank")
    of_unit, base = unit(row["unit"]).label_fr, _BASES.get(row["basis"], "")
    return [
        *(row[name] for name in names),
        of_unit,
        *(row[name] for name in bounds),
        base,
        row["known_on"],
        _notes(row),
    ]


def _notes(row: Row) -> str:
    """Return what is to be known of a figure, in words: how it is hedged, that it is not final, of whom it is."""
    said = {
        "early": row["known_before_period_end"],
        "disputed": row["is_disputed"],
        "population": row["population"],
    }
    hedge = {"interval": "milieu de l'intervalle"}.get(row["qualifier"], hedged("", row["qualifier"]).strip())
    notes = (NOTES[name] for name, holds in said.items() if holds)
    return " ; ".join(filter(None, (hedge, STATUSES.get(row["obs_status"] or ""), *notes)))


def _series(found: Sequence[Row]) -> _Table:
    years = sorted({row["year"] for row in found})
    of_series: dict[tuple[str, str], dict[int, float]] = {}
    for row in found:
        of_series.setdefault((row["label_fr"], unit(row["unit"]).label_fr), {})[row["year"]] = row["value"]
    columns = (_Column("Indicateur", 44), _Column("Unité", 16), *(_Column(str(year), 14, "number") for year in years))
    lines = [[label, of_unit, *(values.get(year) for year in years)] for (label, of_unit), values in of_series.items()]
    notes = [*columns, _Column("Notes", 40)]
    about = "Une ligne par indicateur ; une case vide est un chiffre inconnu. Marques et bornes : feuille France."
    return _Table(
        _SERIES, "Les grands indicateurs, année par année", about, tuple(notes), [[*line, ""] for line in lines]
    )


def _progress(row: Row) -> list[object]:
    why = WHY_NO_VERDICT.get(row["why_unknown"] or "", "")
    notes = " : ".join(filter(None, (VERDICTS.get(row["status"], ""), why)))
    names = ("plan", "line_id", "label", "target")
    done = ("achieved_to_date", "share_of_period_elapsed", "last_known_on")
    return [*(row[name] for name in names), unit(row["unit"]).label_fr, *(row[name] for name in done), notes]


def _reported(row: Row) -> list[object]:
    names = ("source", "year", "region", "due_on", "indicators_reported", "indicators_expected")
    return [*(row[name] for name in names), _COVERAGE.get(row["status"], "")]


class _Writer:
    """Writes sheets, each value as what it is."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._quiet = book.add_format({"font_color": "#595959"})
        self._heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {"number": "#,##0.##", "percent": "0.0", "share": "0 %", "year": "0", "date": "dd/mm/yyyy"}
        self._formats = {style: book.add_format({"num_format": code}) for style, code in formats.items()}

    def cover(self, about: Row) -> None:
        """Write what the workbook is, of which release and day."""
        sheet = self._sheet(_COVER, "Activité du logement", "Chiffres des bilans régionaux et nationaux.")
        facts = {
            "Publication": about["release_id"],
            "Arrêtée au": f"{about['as_of']:%d/%m/%Y}",
            "Mise à disposition le": f"{about['published_at']:%d/%m/%Y}",
            "Chiffres courants": f"{about['observations']}",
            "Lecture": "Une case vide est un chiffre inconnu, jamais un zéro ; les réserves sont dans les Notes.",
            "Cellules d'origine": "Chaque chiffre mène à sa cellule : bulletins, ou « housing explain ».",
        }
        for number, (name, text) in enumerate(facts.items(), start=_TABLE_ROW):
            sheet.write_string(number, 0, name, self._quiet)
            sheet.write_string(number, 1, text, self._wrapped)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 80)

    def contents(self, tables: Sequence[_Table]) -> None:
        """Write the list of the sheets, each with a link to it."""
        sheet = self._sheet(_CONTENTS, "Sommaire", "")
        listed = [(_MARKS, "Ce que veulent dire les marques"), *((each.sheet, each.title) for each in tables)]
        for number, (name, title) in enumerate(listed, start=_TABLE_ROW):
            sheet.write_url(number, 0, f"internal:'{name}'!A1", string=name)
            sheet.write_string(number, 1, title)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 60)

    def marks(self) -> None:
        """Write what each mark means."""
        sheet = self._sheet(
            _MARKS, "Ce que veulent dire les marques", "Signes des bulletins et mots des colonnes Notes."
        )
        for number, (mark, sign) in enumerate(SIGNS.items(), start=_TABLE_ROW):
            sheet.write_string(number, 0, sign)
            sheet.write_string(number, 1, STATUSES.get(mark) or NOTES[mark])
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 60)

    def table(self, table: _Table) -> Worksheet:
        """Write one table on a sheet of its own."""
        sheet = self._sheet(table.sheet, table.title, table.about)
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(_TABLE_ROW, at, column.heading, self._heading)
        for number, row in enumerate(table.rows, start=_TABLE_ROW + 1):
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._write(sheet, number, at, column, value)
        sheet.freeze_panes(_TABLE_ROW + 1, 1)
        if table.rows:
            sheet.autofilter(_TABLE_ROW, 0, _TABLE_ROW + len(table.rows), len(table.columns) - 1)
        return sheet

    def chart(self, sheet: Worksheet, table: _Table) -> None:
        """Draw the first counted series below the table, from its cells."""
        counted = [at for at, row in enumerate(table.rows) if row[1] == "logements"]
        if not counted:
            return
        chart = self._book.add_chart({"type": "line"})
        last = len(table.columns) - 1
        for at in counted[:4]:
            line = _TABLE_ROW + 1 + at
            chart.add_series(
                {
                    "name": [_SERIES, line, 0],
                    "categories": [_SERIES, _TABLE_ROW, 2, _TABLE_ROW, last],
                    "values": [_SERIES, line, 2, line, last],
                    "marker": {"type": "circle"},
                }
            )
        chart.set_title({"name": "Logements, France", "name_font": {"size": 12}})
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 900, "height": 380})
        options = {
            "description": "Courbes des principaux indicateurs de logements du pays, tirées du tableau ci-dessus."
        }
        sheet.insert_chart(_TABLE_ROW + len(table.rows) + 3, 0, chart, options)

    def _sheet(self, name: str, title: str, about: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, title, self._title)
        sheet.write_string(1, 0, about, self._quiet)
        return sheet

    def _write(self, sheet: Worksheet, number: int, at: int, column: _Column, value: object) -> None:
        style: Format | None = self._formats.get(column.style)
        if value is None:
            return
        if isinstance(value, (datetime, date)):
            sheet.write_datetime(number, at, value, style)
        elif isinstance(value, (int, float)):
            sheet.write_number(number, at, value, style)
        else:
            sheet.write_string(number, at, str(value))
