"""What an installation declares of its own adds to the product, as CONTRIBUTING.md tells too.

In this process, which is quick. ``tests/journeys`` does the same from the wheel, and in a copy of the repository.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from pipeline.layouts import LayoutError
from pipeline.load import load
from pipeline.settings import PRODUCT, Settings
from pipeline.vocabulary.declarations import DeclarationError
from tests.support import contributing
from tests.support.contributing import PATHS, edits, promised_edits, section_of
from tests.support.declarations import declaring, reading_here
from tests.support.gardens import COUNTED, DECLARED, TWICE
from tests.support.workbooks import regional_return, table_workbook


def asked(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as release:
        return release.execute(sql).fetchall()


def test_what_an_installation_declares_is_read_built_and_checked(settings: Settings) -> None:
    table_workbook(settings.raw / "gardens/releve.xlsx", COUNTED)
    with declaring(files=DECLARED), reading_here():
        load(settings)
    columns = "territory, value, obs_status, missing_reason"
    assert asked(settings, f"SELECT {columns} FROM fact.observation ORDER BY territory") == [
        ("Bretagne", 7, "A", None),
        ("Corse", None, "Q", "secret"),
        ("Littoral", 40, "P", None),
        ("Occitanie", None, "M", "not_applicable"),
    ]
    assert asked(settings, "SELECT gardens_counted FROM kpi.regional_latest WHERE region = 'Bretagne'") == [(7,)]
    assert asked(settings, "SELECT half_gardens FROM kpi.half") == [(3.5,)]
    assert asked(settings, "SELECT cell FROM audit.explain('half_gardens', 'Bretagne', '2023')") == [("B4",)]
    assert asked(settings, "SELECT passed, failures FROM audit.check WHERE check_name = 'odd'") == [(False, 1)]


@pytest.mark.parametrize(("name", "text", "kind"), TWICE)
def test_what_is_declared_twice_stops_before_anything_is_read_and_names_both_files(
    settings: Settings, name: str, text: str, kind: str
) -> None:
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", [("Livraisons", 2021, 12, "logements")])
    with declaring(files={name: text}) as home, pytest.raises((DeclarationError, LayoutError)) as told:
        load(settings)
    message = str(told.value)
    assert f"the {kind} is declared in " in message
    assert str(PRODUCT) in message  # the file of the product
    assert str(home / name) in message
    assert "rename or remove one of the two" in message
    assert not settings.ledger.exists()


# -- CONTRIBUTING.md -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_path_asks_for_as_many_edits_as_it_promises(path: str) -> None:
    assert len(edits(path)) == promised_edits(path)
    assert "Then `make generated`." in section_of(path)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_adds_to_a_file_that_is_there_or_writes_a_new_one(path: str) -> None:
    written = {edit.file for each in PATHS[: PATHS.index(path)] for edit in edits(each)}
    there = {edit.file: edit.file in written or (PRODUCT / edit.file).exists() for edit in edits(path)}
    assert [edit.file for edit in edits(path) if there[edit.file] != edit.is_appended] == []


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that declares what all paths declare, and has loaded what they ask about."""
    home = tmp_path_factory.mktemp("followed")
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse", workers=1, settle_seconds=0)
    contributing.write_workbooks(settings.raw)
    with declaring(files=contributing.declared()), reading_here():
        load(settings)
    return settings


@pytest.mark.parametrize(("sql", "expected"), contributing.ANSWERS)
def test_what_the_paths_add_is_in_the_release(followed: Settings, sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert asked(followed, sql) == expected
