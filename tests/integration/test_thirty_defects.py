"""The thirty defects that spreadsheets of regional offices have, and how each one ends.

One load reads a return for each way to have a defect, and a good return beside them. A case says what the file is, in
which refusals and remarks it must end, to the cell, and how many figures are still accepted: no more and no less.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

import duckdb
import pytest

from pipeline.load import load
from pipeline.rejections import reasons
from pipeline.settings import Settings
from tests.support.defect_files import AIDS, HOUSED, csv_return
from tests.support.defects import CASES, Case
from tests.support.workbooks import regional_return

GOOD = "regional_return/corse/bilan.xlsx"


NOTICES = "SELECT file, row_level, message_fr FROM audit.notice"


def query(settings: Settings, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Every file of the list and the good one, loaded together."""
    folder = tmp_path_factory.mktemp("thirty")
    settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse", workers=2, settle_seconds=0)
    for case in CASES:
        path = settings.raw / case.file
        path.parent.mkdir(parents=True, exist_ok=True)
        case.make(path)
    csv_return(settings.raw / "regional_return/bretagne/activité-csv.xlsx")
    regional_return(settings.raw / GOOD, [HOUSED, AIDS], region="Corse")
    load(settings)
    return settings


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.number:02}, {case.what}") for case in CASES])
def test_each_defect_ends_as_it_has_to(warehouse: Settings, case: Case) -> None:
    told = "SELECT reason, cell, message_fr FROM {} WHERE file = $1"
    both = " UNION ALL ".join(map(told.format, ("fact.rejection", "audit.notice")))
    refused = query(warehouse, both, case.file)
    found = sorted((str(reasons()[reason].level), reason, cell or "") for reason, cell, _ in refused)
    assert found == sorted((str(level), reason, cell) for level, reason, cell in case.found)
    sentences = " ".join(message for _, _, message in refused)
    for words in case.says:
        assert words in sentences
    accepted = query(warehouse, "SELECT accepted FROM fact.submission WHERE file = ?", case.file)
    assert accepted == [(case.accepted,)]


def test_the_list_leaves_out_only_what_has_a_test_of_its_own() -> None:
    assert {case.number for case in CASES} == set(range(1, 31)) - {8}
    assert len({case.file for case in CASES}) == len(CASES)


def test_the_good_file_beside_them_is_loaded_whole(warehouse: Settings) -> None:
    figures = "SELECT households_housed, aid_amount_eur FROM kpi.regional WHERE region = 'Corse'"
    assert query(warehouse, figures) == [(1234.0, 2_500_000.0)]
    assert query(warehouse, "SELECT * FROM fact.rejection WHERE file = ?", GOOD) == []


# -- what one line of the list cannot tell -------------------------------------------------------------------------


def test_02_a_text_file_named_xlsx_is_read_as_what_it_is(warehouse: Settings) -> None:
    accepted = "SELECT accepted, rejected FROM fact.submission WHERE file LIKE '%-csv.xlsx'"
    assert query(warehouse, accepted) == [(1, 0)]


def test_08_the_same_file_twice_is_one_and_a_later_one_is_a_vintage_whose_change_is_listed(settings: Settings) -> None:
    path = regional_return(settings.raw / GOOD, [HOUSED], region="Corse")
    shutil.copy(path, path.with_name("copie.xlsx"))
    load(settings)
    assert query(settings, "SELECT count(*) FROM fact.submission") == [(1,)]
    regional_return(path, [["Ménages logés", 2021, 1240, None]], region="Corse", issued="15/06/2022")
    load(settings.changed())
    history = "SELECT value FROM fact.observation_history WHERE indicator = 'households_housed' ORDER BY known_on"
    assert query(settings, history) == [(1234.0,), (1240.0,)]
    (revision,) = query(settings, "SELECT * FROM audit.revision WHERE indicator = 'households_housed'")
    assert {1234.0, 1240.0} <= set(revision)
    ((file, level, message),) = query(settings, f"{NOTICES} WHERE reason = 'REVISION'")
    assert (file, level) == (GOOD, "remark")
    assert "Modifiés : 1 ; inchangés : 0" in message
    outcome = "SELECT is_blocking, passed FROM audit.check WHERE check_name = 'revisions'"
    assert query(settings, outcome) == [(False, False)]


def _values(settings: Settings, what: str, columns: str = "value") -> list[tuple[Any, ...]]:
    (case,) = [case for case in CASES if case.what == what]
    sql = f"""SELECT {columns} FROM fact.observation_history JOIN fact.submission USING (submission_id)
    WHERE file = ? ORDER BY cell"""
    return query(settings, sql, case.file)


@pytest.mark.parametrize(
    ("what", "columns", "expected"),
    [
        ("a unit in the header", "value, precision", [(104_400_000.0, 50_000.0)]),
        ("a scale in a column", "value", [(12_500.0,)]),
        ("12,5 %, 12.5 and 0.125 shown as a percentage", "value", [(12.5,)] * 3),
        (
            "six ways to have no value, and zero",
            "value, missing_reason",
            [
                (0.0, None),
                *(
                    (None, reason)
                    for reason in (
                        "not_available",
                        "secret",
                        "not_available",
                        "not_available",
                        "not_significant",
                        "not_applicable",
                    )
                ),
            ],
        ),
        ("marks glued to values", "value, obs_status", [(5.0, "P"), (6.0, "E"), (7.0, "R")]),
        ("a code that lost its zero", "territory_code", [("01",), ("03",)]),
        ("Corsica's letters", "territory_code", [("2A",), ("2B",)]),
        ("numbers stored as texts, with every kind of space", "value", [(8311.0,)] * 5),
    ],
)
def test_what_is_accepted_is_what_its_author_sees(
    warehouse: Settings, what: str, columns: str, expected: list[Mapping[str, Any]]
) -> None:
    assert sorted(map(str, _values(warehouse, what, columns))) == sorted(map(str, expected))


@pytest.mark.parametrize(
    ("what", "cell", "role"),
    [
        ("a total that is the sum", "C11", "total"),
        ("notes under the table", "A9", "context"),  # « Source : … » says what it was taken from
        ("notes under the table", "A11", "note"),
        ("a header merged over two rows", "B6", "header"),
        ("a hidden sheet", "A1", "ignored"),
    ],
)
def test_cells_that_are_no_figures_have_their_role(warehouse: Settings, what: str, cell: str, role: str) -> None:
    (case,) = [case for case in CASES if case.what == what]
    sql = """SELECT role FROM audit.cell_coverage JOIN fact.submission USING (submission_id)
    WHERE fact.submission.file = ? AND cell = ?"""
    assert (role,) in query(warehouse, sql, case.file, cell)
