"""The committed workbooks of ``raw/``: they open, say where they come from, and keep the figures as worded.

And the tool that writes them writes the same bytes again.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.vocabulary.indicators import resolve_indicator
from pipeline.vocabulary.populations import without_population
from pipeline.vocabulary.territories import region_by_slug
from tools.raw_workbooks.__main__ import main
from tools.raw_workbooks.accounting import ACCOUNT
from tools.raw_workbooks.activity import rate_of
from tools.raw_workbooks.facts import FACTS, read_facts
from tools.raw_workbooks.writing import RAW

PATHS = sorted(RAW.rglob("*.xlsx"))
NAMES = [str(path.relative_to(RAW)) for path in PATHS]
SCOPES = {
    "regional_return": {"action_logement"},
    "national_statement": {"action_logement"},
    "commitments": {"action_logement", "all_landlords"},
    "agreements": {"action_logement"},
    "social_stock": {"all_landlords"},
    "population": {"context"},
    "housing_context": {"all_landlords", "context"},
}
STUBS = ("Indicateur", "Nature de\nl'activité")
KEYS = {"Code", "Code\nrégion", "Département", "Région", "Territoire", "Année"}
AS_WORDED = {"Valeur", "Résultat", "Montant\nou nombre", "Nombre", "Montant"}


def texts(workbook: Workbook) -> set[str]:
    return {cell for sheet in workbook for row in sheet.values for cell in row if isinstance(cell, str)}


def column_under(sheet: Worksheet, header: str) -> list[object]:
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == header]
    below: list[object] = []
    for cell in found:
        bottom = next((r.max_row for r in sheet.merged_cells.ranges if cell.coordinate in r), cell.row)
        row = bottom + 1
        while any(c.value is not None for c in sheet[row]):
            below.append(sheet.cell(row, cell.column).value)
            row += 1
    return below


def header_across(sheet: Worksheet, key: str) -> list[str]:
    """Return the words of the header's row, and of the one under it where the key rises over both, without keys."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == key:
                tall = any(cell.coordinate in r and r.max_row > cell.row for r in sheet.merged_cells.ranges)
                below = cell.row + 1 if tall and sheet.title == "Synthèse" else cell.row
                return [c.value for c in sheet[below] if isinstance(c.value, str) and c.value not in KEYS]
    return []


def labels(path: Path) -> list[str]:
    """Return every wording that stands for an indicator in a workbook."""
    found: list[object] = []
    for sheet in load_workbook(path):
        if sheet.title == "Source":
            continue
        for stub in STUBS:
            found += column_under(sheet, stub)
        if sheet.title in {"Synthèse", "Mouvements"}:
            found += header_across(sheet, "Code") or header_across(sheet, "Année")
        elif sheet.title == "Parc":
            found += header_across(sheet, "Département")
        elif sheet.title in {"Régions", "National"} and path.parent.name == "social_stock":
            found += [row[1].value for row in sheet.iter_rows() if row[0].value == "Indicateur :"]
        elif path.parent.name == "population":
            found += header_across(sheet, "Région")
    assert all(isinstance(label, str) for label in found)
    return [str(label) for label in found]


def test_there_is_a_workbook_for_every_source() -> None:
    assert {name.split("/")[0] for name in NAMES} == set(SCOPES)


def test_every_regional_folder_is_a_region_of_today() -> None:
    folders = {path.name for path in (RAW / "regional_return").iterdir()}
    assert len(folders) == 16
    assert folders <= set(region_by_slug())


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_every_workbook_says_where_its_figures_come_from(path: Path) -> None:
    sheet = load_workbook(path)["Source"]
    header, *lines = list(sheet.values)
    assert header == ("Titre", "Publié par", "Adresse", "Date de publication", "Extrait")
    title, _, address, day, extract = lines[0]
    assert title
    assert day
    assert extract
    assert address is None or str(address).startswith("http")
    assert load_workbook(path).sheetnames[0] != "Source"


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_every_label_of_an_indicator_stands_for_exactly_one(path: Path) -> None:
    wordings = labels(path)
    assert wordings
    scopes = SCOPES[path.relative_to(RAW).parts[0]]
    counted = {wording: without_population(wording)[0] for wording in wordings}
    assert [w for w in wordings if not (resolve_indicator(w, scopes) or resolve_indicator(counted[w], scopes))] == []


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_figures_as_worded_are_text_and_nothing_is_hidden(path: Path) -> None:
    for sheet in load_workbook(path):
        assert sheet.sheet_state == "visible"
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(column.hidden for column in sheet.column_dimensions.values())
        for header in AS_WORDED:
            assert all(value is None or isinstance(value, str) for value in column_under(sheet, header))


def test_the_return_of_hauts_de_france_keeps_its_seven_figures_as_worded() -> None:
    workbook = load_workbook(RAW / "regional_return/hauts-de-france/bilan-regional-2020-2021.xlsx")
    rows = [row[:3] for name in workbook.sheetnames[:2] for row in workbook[name].values if row[2]]
    assert [row for row in rows if row[1] != "Résultat"] == [
        ("Ménages logés", "8 311", "en 2021"),
        ("Aides et services attribuées", "63 174", "en 2021"),
        ("Aides accordées aux salariés des entreprises", "104,4 M€", "en 2021"),
        ("Logements neufs livrés", "1330", "en 2020"),
        ("Mises en chantier", "2904", "en 2020"),
        ("Agréments obtenus", "3416", "en 2020"),
        ("Logements acquis par l'opérateur national de vente (ONV)", "356", "en 2020"),
    ]
    assert "3 décembre 2021" in texts(workbook)


def test_the_approvals_of_2021_stand_in_two_vintages() -> None:
    first = load_workbook(RAW / "national_statement/2022-01-19_bilan-2021.xlsx")
    second = load_workbook(RAW / "national_statement/2023-02-02_bilan-2022.xlsx")
    assert "48 538" in texts(first)
    assert "48 575" in texts(second)


@pytest.mark.parametrize(
    ("name", "misprint"),
    [
        ("regional_return/occitanie/bilan-2023.xlsx", "plus de 10 0000"),
        ("national_statement/2022-01-25_bilan-2021-services.xlsx", "97 00"),
    ],
)
def test_misprints_are_kept(name: str, misprint: str) -> None:
    assert misprint in texts(load_workbook(RAW / name))


def test_the_rates_of_change_stand_where_they_were_published_as_worded() -> None:
    stated = [
        (path.stem, row[0], row[1:4])
        for path in PATHS
        for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)
        if isinstance(row[0], str) and row[0].startswith("Évolution des ")
    ]
    assert stated == [
        ("2023-02-02_bilan-2022", "Évolution des agréments", (None, "-11,4 %", None)),
        ("2023-02-02_bilan-2022", "Évolution des mises en chantier", (None, "-11,2 %", None)),
        (
            "2023-02-02_bilan-2022",
            "Évolution des réhabilitations",
            (None, "+24,8 %", "réhabilitations et résidentialisations"),
        ),
        ("2025-01-16_bilan-2024", "Évolution des agréments", (2024, "-5 %", "%")),
        ("2025-01-16_bilan-2024", "Évolution des mises en chantier", (2024, "+18,5 %", "%")),
        ("2025-01-16_bilan-2024", "Évolution des réhabilitations", (2024, "+6,3 %", "%")),
    ]


@pytest.mark.parametrize(
    ("name", "parts", "total"),
    [
        ("martinique/ozanam-2025", ["130", "70", "67", "28", "17"], "284"),
        ("guyane/premier-programme-2025", ["28", "19", "6"], "44"),
    ],
)
def test_a_total_that_is_not_the_sum_of_its_published_parts_stands_under_them_as_published(
    name: str, parts: list[str], total: str
) -> None:
    sheet = load_workbook(RAW / f"regional_return/{name}.xlsx")["Production – détail"]
    assert column_under(sheet, "Valeur") == [*parts, total]
    assert sum(map(int, parts)) != int(total)


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("grand-est-2022", "Grand Est"),
        ("grand-est-2023", "Grand Est"),
        ("bretagne-2020", "Ensemble"),
        ("provence-alpes-cote-d-azur-2025", "Provence-Alpes-Côte d'Azur"),
        ("hauts-de-france-2019-2020", "Ensemble"),
    ],
)
def test_the_departments_of_a_table_sum_to_its_total(name: str, total: str) -> None:
    sheet = load_workbook(RAW / f"social_stock/{name}.xlsx").worksheets[0]
    rows: list[list[object]] = [[cell for cell in row if cell is not None] for row in sheet.values]

    def figures(row: list[object]) -> list[int]:
        return [int(str(cell).replace(" ", "")) for cell in row]

    departments = [figures(row[2:]) for row in rows if len(row) > 2 and str(row[0]).zfill(2)[:2].isdigit()]
    stated = next(figures(row[1:]) for row in rows if len(row) > 1 and row[0] == total)
    assert len(departments) >= 4
    assert [sum(column) for column in zip(*departments, strict=True)] == stated


def test_a_rate_is_taken_from_the_head_of_the_note_of_its_figure_or_not_at_all() -> None:
    made_up = replace(
        read_facts(FACTS).facts[0],
        indicator_fr="agréments",
        as_worded="1 234",
        note="-1,5 %; dont 6 % en accession",
    )
    assert rate_of(made_up) == replace(made_up, indicator_fr="agréments, évolution", as_worded="-1,5 %", row="")
    with pytest.raises(SystemExit, match="no rate of change in the note of agréments: dont -6 %"):
        rate_of(replace(made_up, note="dont -6 %"))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the command writes into a folder that it is given, the account of the facts beside the workbooks."""
    raw = tmp_path_factory.mktemp("raw")
    result = CliRunner().invoke(main, ["--raw", str(raw), "--accounted", str(raw / ACCOUNT.name)])
    assert (result.exit_code, result.output) == (0, f"{len(NAMES)} workbooks written to {raw}\n")
    return raw


def test_the_committed_workbooks_are_those_that_the_tool_writes(rewritten: Path) -> None:
    written = sorted(str(path.relative_to(rewritten)) for path in rewritten.rglob("*.xlsx"))
    assert written == NAMES
    assert [name for name in NAMES if parts(RAW / name) != parts(rewritten / name)] == []


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="zlib-ng packs the same content into other bytes")
def test_every_workbook_is_written_again_byte_by_byte(rewritten: Path) -> None:
    assert [name for name in NAMES if (RAW / name).read_bytes() != (rewritten / name).read_bytes()] == []


def test_the_committed_account_is_the_one_that_the_tool_writes(rewritten: Path) -> None:
    assert (rewritten / ACCOUNT.name).read_text(encoding="utf-8") == ACCOUNT.read_text(encoding="utf-8")
