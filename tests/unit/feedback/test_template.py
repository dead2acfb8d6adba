"""The blank return: what it asks for, what its cells accept, and that the layout reads it empty and filled."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.cells.read_workbook import read_workbook
from pipeline.contracts import stage_contracts
from pipeline.feedback.template import GUIDE, HEADER, LISTS, SHEET, asked_indicators, departments_of, make_template
from pipeline.layouts import Extraction, extract
from pipeline.layouts.frames import cells_of
from pipeline.reading.files import known_layouts
from pipeline.rejections import REFUSED
from pipeline.settings import Settings
from pipeline.vocabulary.indicators import indicators, resolve_indicator
from pipeline.vocabulary.territories import Territory, current_regions, region_by_slug
from tests.support.sheets import observations_of
from tests.support.workbooks import worksheet

BRETAGNE = region_by_slug()["bretagne"]
YEAR = 2024


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    make_template(BRETAGNE, YEAR, tmp_path / "modele.xlsx", settings)
    return tmp_path / "modele.xlsx"


def read(path: Path, settings: Settings, region: Territory = BRETAGNE) -> Extraction:
    layout = known_layouts()["regional_return"]
    workbook = read_workbook(path, settings.limits, extra=layout.extra)
    return extract(workbook, layout, file_name=path.name, regions=[region])


def refusals(extraction: Extraction) -> list[Any]:
    return [item for item in extraction.rejections if item.level in REFUSED]


def filled(path: Path, region: Territory) -> int:
    """Fill every cell that an office may fill, so that departments add up to their region; return the figures."""
    book = load_workbook(path)
    sheet = book[SHEET]
    sheet["B3"] = date(YEAR + 1, 3, 15)
    departments = departments_of(region)
    row = 6
    labels = []
    while sheet.cell(row, 1).value:
        labels.append(sheet.cell(row, 1).value)
        sheet.cell(row, 4, 3 * len(departments))
        row += 1
    for label in labels:
        for department in departments:
            sheet.cell(row, 1, label)
            sheet.cell(row, 2, f"{department.code} - {department.name}")
            sheet.cell(row, 4, 3)
            row += 1
    assert sheet.cell(row, 3).value is None, "a row is left without a figure"
    book.save(path)
    return row - 6


def test_a_blank_template_is_refused_nowhere_and_says_nothing(path: Path, settings: Settings) -> None:
    extraction = read(path, settings)
    assert extraction.rejections == []
    assert not any(extraction.rows.values())


@pytest.mark.parametrize("region", current_regions(), ids=lambda region: region.slug)
def test_a_filled_template_loads_whole_for_every_region(tmp_path: Path, settings: Settings, region: Territory) -> None:
    path = tmp_path / "modele.xlsx"
    make_template(region, YEAR, path, settings)
    written = filled(path, region)
    extraction = read(path, settings, region)
    rows = observations_of(extraction)
    assert refusals(extraction) == []
    assert (
        len(rows)
        == written
        == len({tuple(row[name] for name in stage_contracts()["observation"].natural_key) for row in rows})
    )
    of_region = [row for row in rows if row["territory_level"] == "region"]
    assert {row["indicator"] for row in of_region} == {indicator.code for indicator in asked_indicators(settings)}
    assert {row["territory_code"] for row in of_region} == {region.code}
    assert all(row["period_end"].year == YEAR for row in rows)
    assert all(row["is_total"] for row in of_region)
    assert extraction.known_on is not None
    assert extraction.known_on.isoformat() == f"{YEAR + 1}-03-15"


def test_every_label_is_that_of_one_indicator_of_the_regional_kpis_with_its_unit(
    path: Path, settings: Settings
) -> None:
    sheet = load_workbook(path)[SHEET]
    asked = asked_indicators(settings)
    assert {"households_housed", "aids_and_services", "approvals", "starts", "deliveries"} <= {i.code for i in asked}
    for row, indicator in enumerate(asked, start=6):
        label = sheet.cell(row, 1).value
        assert resolve_indicator(str(label), {"action_logement"}) is indicators()[indicator.code]
        assert sheet.cell(row, 5).value
    assert [cell.value for cell in sheet[5]] == list(HEADER)


def test_labels_are_locked_without_a_password_and_inputs_are_open(path: Path) -> None:
    sheet = load_workbook(path)[SHEET]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert all(sheet[cell].protection.locked for cell in ("A6", "B6", "C6", "E6", "F6", "B2"))
    assert not any(sheet[cell].protection.locked for cell in ("B3", "D6", "G6"))


def rules(sheet: Worksheet, cell: str) -> Any:
    (found,) = [rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref]
    return found


def test_cells_accept_what_they_should_and_say_so_in_french(path: Path, settings: Settings) -> None:
    sheet = load_workbook(path)[SHEET]
    rows = {indicator.code: row for row, indicator in enumerate(asked_indicators(settings), start=6)}
    whole, amount = rules(sheet, f"D{rows['deliveries']}"), rules(sheet, f"D{rows['aid_amount_eur']}")
    assert (whole.type, whole.operator, whole.formula1) == ("whole", "between", "0")
    assert (amount.type, amount.formula1) == ("decimal", "0")
    assert rules(sheet, "B3").type == "date"
    first_free = 6 + len(rows)
    assert rules(sheet, f"A{first_free}").formula1 == "liste_indicateurs"
    assert rules(sheet, f"B{first_free}").formula1 == "liste_territoires"
    for rule in sheet.data_validations.dataValidation:
        assert (rule.errorStyle or "stop", rule.showErrorMessage) == ("stop", True)
        assert rule.allow_blank is (rule.type != "custom")
        assert 0 < len(rule.error) <= 255  # what Excel can show
        assert len(rule.errorTitle) <= 32
        assert any(word in rule.error for word in ("Écrivez", "Choisissez"))


def test_a_figure_below_needs_its_indicator_and_its_department_and_is_whole_where_things_are_counted(
    path: Path, settings: Settings
) -> None:
    book = load_workbook(path)
    asked = asked_indicators(settings)
    row = 6 + len(asked)
    rule = rules(book[SHEET], f"D{row}")
    assert (rule.type, str(rule.sqref).split(":")[0]) == ("custom", f"D{row}")
    assert rule.formula1 == (
        f'AND($A{row}<>"",$B{row}<>"",ISNUMBER($D{row}),$D{row}>=0,$D{row}<=999999999999,'
        f"OR($D{row}=INT($D{row}),COUNTIF(liste_montants,$A{row})>0))"
    )
    assert choices(book, "liste_montants") == [i.label_fr for i in asked if i.unit == "EUR"]


def choices(book: Workbook, name: str) -> list[str]:
    ((sheet, reach),) = book.defined_names[name].destinations
    return [row[0].value for row in book[sheet][reach]]


def test_lists_stand_on_a_sheet_that_nobody_sees_and_name_the_departments_of_the_region(path: Path) -> None:
    book = load_workbook(path)
    assert book[LISTS].sheet_state == "veryHidden"
    assert choices(book, "liste_territoires") == [
        "22 - Côtes-d'Armor",
        "29 - Finistère",
        "35 - Ille-et-Vilaine",
        "56 - Morbihan",
    ]
    assert "Livraisons" in choices(book, "liste_indicateurs")
    assert "logements" in choices(book, "liste_unites")


def test_a_named_cell_says_for_which_layout_and_version_the_template_was_made(path: Path) -> None:
    book = load_workbook(path)
    ((sheet, cell),) = book.defined_names["modele"].destinations
    assert book[sheet][cell].value == known_layouts()["regional_return"].label


def test_a_template_of_another_version_is_read_with_a_remark(path: Path, settings: Settings) -> None:
    book = load_workbook(path)
    book[LISTS]["A1"] = "regional_return v1"
    book.save(path)
    extraction = read(path, settings)
    assert [(item.reason, item.cell) for item in extraction.rejections] == [("MODELE_DIFFERENT", "A1")]
    roles = {(sheet, cell): role for sheet, cell, _, role, _, _ in cells_of(extraction)}
    assert (roles[LISTS, "A1"], roles[LISTS, "B1"]) == ("context", "ignored")


def test_it_prints_on_a4_and_its_rows_are_as_high_as_their_text(path: Path) -> None:
    book = load_workbook(path)
    for name in (GUIDE, SHEET):
        setup = book[name].page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToHeight) == (9, "landscape", 0)
        properties = book[name].sheet_properties.pageSetUpPr
        assert properties is not None
        assert properties.fitToPage
    guide, sheet = book[GUIDE], book[SHEET]
    heights = [guide.row_dimensions[row].height for row in range(2, guide.max_row + 1)]
    lines = [
        len(str(guide.cell(row, 1).value)) / guide.column_dimensions["A"].width for row in range(2, guide.max_row + 1)
    ]
    assert all(height >= 15 * line for height, line in zip(heights, lines, strict=True))
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B6", "$5:$5")
    assert {cell.font.name for row in sheet["A1:G8"] for cell in row} == {"Calibri"}


def test_the_guide_comes_first_and_the_sheet_to_fill_is_open(path: Path) -> None:
    book = load_workbook(path)
    assert book.sheetnames == [GUIDE, SHEET, LISTS]
    assert worksheet(book).title == SHEET
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [SHEET]
    assert "2024" in str(book[GUIDE]["A1"].value)


def test_two_runs_write_the_same_bytes(path: Path, tmp_path: Path, settings: Settings) -> None:
    make_template(BRETAGNE, YEAR, tmp_path / "again.xlsx", settings)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
