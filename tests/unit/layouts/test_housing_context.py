"""Figures of context and of all landlords: one workbook for each publication."""

from __future__ import annotations

from pathlib import Path

from pipeline.reading.files import ReceivedFile, read_file
from pipeline.settings import Limits
from tests.support.sheets import observations_of
from tests.support.workbooks import table_workbook


def test_each_figure_has_its_territory_its_period_and_its_scope(tmp_path: Path) -> None:
    rows = [
        ("Publié par :", "Localtis"),
        ("Date de publication :", "12 mars 2025"),
        (),
        ("Indicateur", "Territoire", "Période", "Valeur", "Unité", "Remarque"),
        ("Demandeurs de logements sociaux", "Corse", "1er janvier 2024", "plus de 1 200", "ménages", None),
        ("Mis en chantier", "France", "octobre 2023 à septembre 2024", "1.300", "logements", None),
        ("Nombre de ménages", "Aisne", 2020, "1 400", "ménages", None),
    ]
    path = table_workbook(tmp_path / "chiffres.xlsx", rows, sheet="Chiffres clés")
    extraction = read_file(ReceivedFile(path, "housing_context", None, path.name), Limits())
    assert {each.reason for each in extraction.rejections} == {"NOMBRE_TEXTE"}  # remarked: numbers written as text
    figures = observations_of(extraction)
    assert [(row["indicator"], row["territory_code"], row["value"], row["population"]) for row in figures] == [
        ("social_applicants", "94", 1200, ""),
        ("started_dwellings", "FR", 1300, ""),
        ("households", "02", 1400, ""),
    ]
    assert {row["publisher"] for row in figures} == {"Localtis"}
