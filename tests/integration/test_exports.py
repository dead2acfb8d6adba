"""The exports of the release of ``raw/``: read back by those who know nothing of us."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import polars as pl
import pytest

from pipeline.load import load
from pipeline.publishing.exports import export_release, renew_exports
from pipeline.publishing.exports.workbook import write_workbook
from pipeline.settings import Settings
from pipeline.vocabulary.indicators import scorecard
from pipeline.warehouse.releases import kept_path
from tests.support.workbooks import regional_return


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """A warehouse with the release of a few workbooks of ``raw/``, and its exports."""
    home = tmp_path_factory.mktemp("exports")
    for source in ("regional_return", "commitments", "agreements", "national_statement"):
        shutil.copytree(Settings().raw / source, home / "raw" / source)
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse", workers=2, settle_seconds=0)
    load(settings)
    exported = export_release(settings)
    assert exported.is_new
    return settings, exported.folder


@pytest.fixture
def release(made: tuple[Settings, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(made[0].release_file, read_only=True) as connection:
        yield connection


def test_the_data_package_is_valid_with_its_types_keys_and_references(made: tuple[Settings, Path]) -> None:
    report = frictionless.Package(str(made[1] / "datapackage.json")).validate()
    assert report.flatten(["type", "note"]) == []
    assert report.stats["tasks"] > 20
    package = json.loads((made[1] / "datapackage.json").read_text(encoding="utf-8"))
    annual = next(each for each in package["resources"] if each["name"] == "kpi.annual")
    assert annual["schema"]["primaryKey"] == ["indicator", "territory_id", "year"]
    assert {"fields": ["indicator"], "reference": {"resource": "dim.indicator", "fields": ["code"]}} in annual[
        "schema"
    ]["foreignKeys"]
    value = next(field for field in annual["schema"]["fields"] if field["name"] == "value")
    assert (value["type"], " — " in value["description"]) == ("number", True)


def test_a_value_that_is_not_of_its_type_would_not_be_valid(made: tuple[Settings, Path], tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled"
    shutil.copytree(made[1], spoiled)
    file = spoiled / "csv" / "fact.agreement.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("2025-09-25", "septembre"), encoding="utf-8")
    kinds = {kind for kind, *_ in frictionless.Package(str(spoiled / "datapackage.json")).validate().flatten(["type"])}
    assert {"type-error", "hash-count"} <= kinds


def test_every_table_is_exported_with_its_rows(made: tuple[Settings, Path], release: duckdb.DuckDBPyConnection) -> None:
    names = [
        f"{schema}.{table}"
        for schema, table in release.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name IN ('dim', 'fact', 'kpi')"
        ).fetchall()
    ]
    for name in names:
        (count,) = release.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
        assert pl.read_parquet(made[1] / "parquet" / f"{name}.parquet").height == count
        with (made[1] / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.DictReader(file)) == count
    assert len(names) == len(list((made[1] / "parquet").iterdir()))


def test_sdmx_has_the_annual_figures_under_the_codes_of_its_lists(made: tuple[Settings, Path]) -> None:
    with (made[1] / "annual.sdmx.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    housed = next(
        row
        for row in rows
        if (row["INDICATOR"], row["REF_AREA"], row["TIME_PERIOD"]) == ("households_housed", "REG-32", "2021")
    )
    assert (float(housed["OBS_VALUE"]), housed["FREQ"], housed["OBS_STATUS"], housed["UNIT_MEASURE"]) == (
        8311,
        "A",
        "A",
        "households",
    )
    assert {row["OBS_STATUS"] for row in rows} <= set("ABDEFGHIJKLMNOPQSUVW")


def test_checksums_are_those_of_the_files(made: tuple[Settings, Path]) -> None:
    lines = (made[1] / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(made[1]).as_posix(): path for path in made[1].rglob("*") if path.is_file()}
    assert told.keys() == files.keys() - {"SHA256SUMS", "VERSION"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in told.items())


def test_the_workbook_has_a_cover_contents_and_one_table_a_sheet(
    made: tuple[Settings, Path], release: duckdb.DuckDBPyConnection
) -> None:
    book = openpyxl.load_workbook(made[1] / "housing.xlsx")
    assert book.sheetnames[:4] == ["Couverture", "Sommaire", "Marques", "Séries nationales"]
    assert [sheet.merged_cells.ranges for sheet in book if sheet.merged_cells.ranges] == []
    links = [cell.hyperlink.location for (cell, *_) in book["Sommaire"].iter_rows(min_row=4) if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    regions = book["Régions"]
    headings = [cell.value for cell in regions[4]]
    assert headings[-1] == "Notes"
    rows = [dict(zip(headings, values, strict=True)) for values in regions.iter_rows(min_row=5, values_only=True)]
    (count,) = release.execute(
        "SELECT count(*) FROM kpi.annual WHERE territory_level = 'region' AND value IS NOT NULL"
    ).fetchone() or (0,)
    assert len(rows) == count
    told = {(row["Indicateur"], row["Territoire"], row["Année"]): row for row in rows}
    assert told["Ménages logés", "Hauts-de-France", 2021]["Valeur"] == 8311
    assert any("plus de" in str(row["Notes"]) for row in rows)
    assert any("provisoire" in str(row["Notes"]) for row in rows)


def test_the_sheets_print_readably_and_numbers_are_french(made: tuple[Settings, Path]) -> None:
    book = openpyxl.load_workbook(made[1] / "housing.xlsx")
    for sheet in list(book)[3:]:
        assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$4:$4", "landscape"), sheet.title
        assert sheet.page_setup.fitToHeight == 0
        # wider sheets are printed too small to be read
        assert sum(each.width for each in sheet.column_dimensions.values()) < 225, sheet.title
        for row in sheet.iter_rows(min_row=5):
            for cell in row:
                if isinstance(cell.value, float):
                    # «#,##0.##» would show 12 as «12,»
                    assert cell.value.is_integer() or re.search(r"\.0|%", cell.number_format), cell.coordinate
                    assert not cell.number_format.endswith(".##"), cell.coordinate
                if isinstance(cell.value, str):
                    width = sheet.column_dimensions[cell.column_letter].width
                    lines = sheet.row_dimensions[cell.row].height / 16
                    assert len(cell.value) <= lines * width, cell.coordinate
    assert {cell.value for cell in book["Réponses"]["A"][4:]} == {"Bilan annuel d'activité d'un comité régional"}


def test_the_chart_is_drawn_from_the_years_of_its_table_without_a_hole(made: tuple[Settings, Path]) -> None:
    file = made[1] / "housing.xlsx"
    headings = [str(cell.value) for cell in openpyxl.load_workbook(file)["Séries nationales"][4]]
    years = list(map(int, headings[2:-1]))
    assert years == list(range(years[0], years[-1] + 1))
    with zipfile.ZipFile(file) as package:
        chart = package.read("xl/charts/chart1.xml").decode()
    last = chr(ord("A") + len(headings) - 2)
    ranges = re.findall(r"<c:cat>.*?<c:f>([^<]*)</c:f>", chart)
    assert ranges
    assert set(ranges) == {f"'Séries nationales'!$C$4:${last}$4"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_workbook_and_says_the_same(made: tuple[Settings, Path], tmp_path: Path) -> None:
    given = made[1] / "housing.xlsx"
    where = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", where, "--headless", "--convert-to", "{}", "--outdir", str(tmp_path), str(given)]
    for kind in ("xlsx", "pdf"):
        done = subprocess.run([each.format(kind) for each in command], capture_output=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr
    read = openpyxl.load_workbook(tmp_path / "housing.xlsx", data_only=True)
    ours = openpyxl.load_workbook(given)
    assert read.sheetnames == ours.sheetnames
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                again = read[sheet.title][cell.coordinate]
                same = pytest.approx(cell.value) if isinstance(cell.value, float) else cell.value
                assert again.value == same, (sheet.title, cell.coordinate)
                assert again.data_type != "f"
    links = [cell.hyperlink.location for (cell, *_) in read["Sommaire"].iter_rows(min_row=4) if cell.hyperlink]
    assert len(links) == len(ours.sheetnames) - 2
    with zipfile.ZipFile(tmp_path / "housing.xlsx") as package:
        assert [name for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert (tmp_path / "housing.pdf").read_bytes().startswith(b"%PDF")


def test_the_marks_of_a_commitment_stand_in_its_notes(
    made: tuple[Settings, Path], release: duckdb.DuckDBPyConnection
) -> None:
    sheet = openpyxl.load_workbook(made[1] / "housing.xlsx")["Engagements"]
    notes = [str(row[-1]) for row in sheet.iter_rows(min_row=5, values_only=True)]
    for words, sql in (
        ("cible : plus de", "qualifier = '>'"),
        ("réalisé : au moins", "coverage < 1"),
        ("non tenu", "status = 'behind' AND years_elapsed = years_in_period"),
    ):
        (count,) = release.execute(f"SELECT count(*) FROM kpi.target_progress WHERE {sql}").fetchone() or (0,)
        assert sum(words in each for each in notes) == count, words
    assert any("cible : plus de" in each for each in notes)


def test_nothing_that_a_cell_says_becomes_a_formula_or_a_link(settings: Settings, tmp_path: Path) -> None:
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", [["Ménages logés", 2021, 1234, "ménages"]])
    load(settings)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{settings.release_file}' AS release (READ_ONLY)")
        connection.execute("COPY FROM DATABASE release TO memory")
        connection.execute("UPDATE kpi.annual SET territory = '=1+1', label_fr = 'http://exemple.invalid'")
        write_workbook(connection, tmp_path / "x.xlsx", scorecard())
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {cell.hyperlink.target for cell in cells if cell.hyperlink} == {None}
    assert any(cell.value == "=1+1" for cell in cells)


def test_what_is_there_is_not_written_again_and_goes_with_its_release(settings: Settings) -> None:
    said: list[str] = []
    renew_exports(settings, said.append)
    assert said[0].startswith("The exports were not made: ")
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", [["Livraisons", 2021, 12, None]])
    load(settings)
    first = export_release(settings)
    (first.folder / "VERSION").write_text("mine")
    assert not export_release(settings).is_new
    assert (first.folder / "VERSION").read_text() == "mine"
    for value in (13, 14):  # the release before the published one is always kept
        regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", [["Livraisons", 2021, value, None]])
        load(settings.changed(keep_releases=1))
    second = export_release(settings)
    assert second.is_new
    assert not kept_path(settings, first.folder.name).exists()
    assert not first.folder.exists()
    assert [path.name for path in settings.exports.iterdir()] == [second.folder.name]
