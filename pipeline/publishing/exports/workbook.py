"""The publication workbook, by the rules of good statistical tables.

A cover, contents, one table a sheet, a column of notes, marks explained, no merged cells, a chart that Excel draws from
its table. Whatever a cell of a received file said is written as text: nothing of it can become a formula or a link.

What belongs here: what the sheets hold. What does not: how they are written (``sheets``), the words of marks
(``vocabulary.mark_words``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from pipeline.proof.explain import rows
from pipeline.publishing.bulletins.commitments import verdict
from pipeline.publishing.exports.sheets import Column, Table, Writer
from pipeline.vocabulary.mark_words import NOTES, SIGNS, STATUSES, hedged, words
from pipeline.vocabulary.units import unit

FILE = "housing.xlsx"
_NEVER_A_FORMULA = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ABOUT_MARKS = "Ce que veulent dire les marques"
_ABOUT_CHART = "Courbes des principaux indicateurs de logements du pays, tirées du tableau ci-dessus."
_MOST_LINES = 4
_LAST_YEARS = 8
"""In the series: as many as a printed line has room for."""
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
    SELECT
        k.label_fr, k.unit, k.year, k.value, k.qualifier, k.obs_status, k.is_disputed, k.known_before_period_end,
        k.population
    FROM kpi.annual AS k
    WHERE k.territory_level = 'national' AND k.value IS NOT NULL AND k.indicator IN (SELECT unnest($scorecard))
    ORDER BY list_position($scorecard, k.indicator), k.year
"""
_PROGRESS = """
    SELECT plan, line_id, label, target, unit, achieved_to_date, share_of_period_elapsed, status, why_unknown,
        last_known_on, qualifier, coverage, years_in_period, years_elapsed
    FROM kpi.target_progress
    ORDER BY period_start DESC, plan, line_id
"""
_REPORTED = """
    SELECT s.title_fr, c.year, c.region, c.status, c.is_late, c.due_on, c.indicators_reported, c.indicators_expected
    FROM audit.coverage AS c
    JOIN dim.source AS s USING (source)
    WHERE c.is_expected
    ORDER BY s.title_fr, c.year DESC, c.region
"""
_MIDDLE = "milieu de l'intervalle"
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
_WORDS = {
    hedged("", "~").strip(): "chiffre arrondi ou approché par qui le publie ; la valeur est celle qui est écrite",
    hedged("", ">").strip(): "la valeur écrite est un minimum ; le chiffre est plus grand",
    hedged("", "<").strip(): "la valeur écrite est un maximum ; le chiffre est plus petit",
    _MIDDLE: "deux bornes sont publiées (colonnes Au moins, Au plus) ; la valeur est leur milieu",
    _BASES["published"]: "le chiffre est énoncé par une source",
    _BASES["sum_of_regions"]: "aucune source ne l'énonce ; toutes les régions sont connues et s'additionnent",
    _BASES["sum_of_departments"]: "aucune source ne l'énonce ; tous les départements sont connus et s'additionnent",
    "Évolution, Rang": "sur l'année précédente ; parmi les territoires connus la même année, le plus grand d'abord",
    "case vide": "chiffre inconnu, jamais un zéro",
}
"""The words of the columns Notes and Base, each with what it means."""
Row = Mapping[str, Any]


def write_workbook(release: duckdb.DuckDBPyConnection, file: Path, scorecard: Sequence[str]) -> None:
    """Write the workbook of a release that is open."""
    (about,) = rows(release, "FROM audit.release", {})
    tables = list(_tables(release, scorecard))
    with xlsxwriter.Workbook(file, _NEVER_A_FORMULA) as book:
        # the same release makes the same workbook, whenever it is written
        book.set_properties({"title": "Activité du logement", "created": about["published_at"]})
        writer = Writer(book)
        writer.pairs(_COVER, "Activité du logement", "Chiffres des bilans régionaux et nationaux.", _facts(about))
        listed = [(_MARKS, _ABOUT_MARKS), *((table.sheet, table.title) for table in tables)]
        writer.contents(_CONTENTS, "Sommaire", listed)
        signs = [(sign, words(mark)) for mark, sign in SIGNS.items()]
        about_marks = "Signes des bulletins, mots des colonnes Notes et Base."
        writer.pairs(_MARKS, _ABOUT_MARKS, about_marks, (*signs, *_WORDS.items()))
        for table in tables:
            sheet = writer.table(table)
            dwellings = [at for at, row in enumerate(table.rows) if row[1] == "logements"]
            if table.sheet == _SERIES and dwellings:
                writer.chart(sheet, table, dwellings[:_MOST_LINES], "Logements, France", _ABOUT_CHART)


def _facts(about: Row) -> list[tuple[str, str]]:
    """Return what the workbook is, of which release and day."""
    return [
        ("Publication", about["release_id"]),
        ("Arrêtée au", f"{about['as_of']:%d/%m/%Y}"),
        ("Mise à disposition le", f"{about['published_at']:%d/%m/%Y}"),
        ("Chiffres courants", f"{about['observations']}"),
        ("Lecture", "Une case vide est un chiffre inconnu, jamais un zéro ; les réserves sont dans les Notes."),
        ("Cellules d'origine", "Chaque chiffre mène à sa cellule : bulletins, ou « housing explain »."),
        ("Licence", "Celle de chaque publication d'où viennent les chiffres : table dim.publication des exports."),
    ]


def _tables(release: duckdb.DuckDBPyConnection, scorecard: Sequence[str]) -> Iterator[Table]:
    yield _series(rows(release, _SERIES_ROWS, {"scorecard": list(scorecard)}))
    for level, sheet, title in (
        ("national", "France", "Chiffres annuels du pays"),
        ("region", "Régions", "Chiffres annuels des régions"),
        ("department", "Départements", "Chiffres annuels des départements"),
    ):
        found = rows(release, _OF_LEVEL, {"level": level})
        about = "Une ligne par chiffre ; les nuances et réserves sont dans la colonne Notes."
        yield Table(sheet, title, about, _ANNUAL_COLUMNS, [_annual(row) for row in found])
    progress = [_progress(row) for row in rows(release, _PROGRESS, {})]
    yield Table(
        "Engagements", "Avancement des engagements", "À la date de la publication.", _PROGRESS_COLUMNS, progress
    )
    reported = [_reported(row) for row in rows(release, _REPORTED, {})]
    yield Table(
        "Réponses",
        "Qui a répondu",
        "Par source, année et région, à la date de la publication.",
        _REPORT_COLUMNS,
        reported,
    )


_ANNUAL_COLUMNS = (
    Column("Indicateur", 38),
    Column("Territoire", 27),
    Column("Année", 8, "count"),
    Column("Valeur", 16, "number"),
    Column("Unité", 14),
    Column("Au moins", 16, "number"),
    Column("Au plus", 16, "number"),
    Column("Évolution sur un an (%)", 13, "percent"),
    Column("Rang", 7, "count"),
    Column("Base", 15),
    Column("Connu le", 12, "date"),
    Column("Notes", 34),
)
_PROGRESS_COLUMNS = (
    Column("Plan", 30),
    Column("Ligne", 8),
    Column("Engagement", 46),
    Column("Cible", 17, "number"),
    Column("Unité", 14),
    Column("Réalisé", 16, "number"),
    Column("Part de la période écoulée", 14, "share"),
    Column("Connu le", 12, "date"),
    Column("Notes", 38),
)
_REPORT_COLUMNS = (
    Column("Source", 44),
    Column("Année", 8, "count"),
    Column("Région", 28),
    Column("Dû le", 12, "date"),
    Column("Indicateurs renseignés", 14, "count"),
    Column("Indicateurs attendus", 14, "count"),
    Column("Notes", 30),
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
    hedge = {"interval": _MIDDLE}.get(row["qualifier"], hedged("", row["qualifier"]).strip())
    notes = (NOTES[name] for name, holds in said.items() if holds)
    return " ; ".join(filter(None, (hedge, STATUSES.get(row["obs_status"] or ""), *notes)))


def _series(found: Sequence[Row]) -> Table:
    """Return one line an indicator, with a column for each of the last years, known or not."""
    last = max((row["year"] for row in found), default=0)
    years = range(last - _LAST_YEARS + 1, last + 1) if found else range(0)
    found = [row for row in found if row["year"] in years]
    years = range(min(row["year"] for row in found), last + 1) if found else years
    of_series: dict[tuple[str, str], dict[int, Row]] = {}
    for row in found:
        of_series.setdefault((row["label_fr"], unit(row["unit"]).label_fr), {})[row["year"]] = row
    columns = (
        Column("Indicateur", 38),
        Column("Unité", 14),
        *(Column(str(year), 15, "number") for year in years),
        Column("Notes", 34),
    )
    lines = [
        [label, of_unit, *(of[year]["value"] if year in of else None for year in years), _notes_of_years(of)]
        for (label, of_unit), of in of_series.items()
    ]
    about = "Une ligne par indicateur ; une case vide est un chiffre inconnu. Le reste : feuille France."
    return Table(_SERIES, "Les grands indicateurs, année par année", about, columns, lines)


def _notes_of_years(of_years: Mapping[int, Row]) -> str:
    return " ; ".join(f"{year} : {notes}" for year, row in sorted(of_years.items()) if (notes := _notes(row)))


def _progress(row: Row) -> list[object]:
    hedge = hedged("", row["qualifier"]).strip()
    is_partial = row["coverage"] is not None and row["coverage"] < 1
    said = (hedge and f"cible : {hedge}", "réalisé : au moins" if is_partial else "", verdict(row))
    notes = " ; ".join(filter(None, said))
    names = ("plan", "line_id", "label", "target")
    done = ("achieved_to_date", "share_of_period_elapsed", "last_known_on")
    return [*(row[name] for name in names), unit(row["unit"]).label_fr, *(row[name] for name in done), notes]


def _reported(row: Row) -> list[object]:
    names = ("title_fr", "year", "region", "due_on", "indicators_reported", "indicators_expected")
    late = ", après l'échéance" if row["status"] == "accepted" and row["is_late"] else ""
    return [*(row[name] for name in names), _COVERAGE[row["status"]] + late]
