"""The paths of CONTRIBUTING.md, walked literally: each block goes into the file that its sentence names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from pipeline.settings import PRODUCT
from tests.support.workbooks import regional_return, table_workbook

TEXT = (PRODUCT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NUMBERS = {"One": 1, "Two": 2, "Three": 3}
_COPIED = (
    "assets",
    "docs",
    "pipeline",
    "reference",
    "sources",
    "sql",
    "tests",
    "Makefile",
    "pyproject.toml",
    "README.md",
)
_BLOCK = re.compile(r"(?P<before>(?:(?!```).)*?)```(?:toml|sql|python)\n(?P<text>.*?)```\n", re.DOTALL)


class Edit(NamedTuple):
    """One file to touch, and what goes into it."""

    file: str
    text: str
    is_appended: bool


def edits(path: str) -> list[Edit]:
    """Return what a path asks for: each block, with the file named last before it."""
    section = section_of(path)
    found = []
    for block in _BLOCK.finditer(section):
        file = re.findall(r"`([\w/]+\.(?:toml|sql|py))`", block["before"])[-1]
        found.append(Edit(file, block["text"], f"the end of `{file}`" in block["before"]))
    return found


def section_of(path: str) -> str:
    return TEXT.split(f"## {path}\n", 1)[1].split("\n## ", 1)[0]


PATHS = ("Add an indicator", "Add a KPI", "Add a check", "Add a source")


class Clone:
    """A copy of the repository, in which commands run as in a clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _COPIED:
            source = PRODUCT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("images"))
            else:
                shutil.copy(source, folder / name)
        (folder / "raw").mkdir()

    def make(self, asked: list[Edit]) -> None:
        """Make the edits of a path: one adds to a file that is there, the others write a new one."""
        for edit in asked:
            target = self.folder / edit.file
            assert target.exists() == edit.is_appended, edit.file
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("a", encoding="utf-8") as file:
                file.write(f"\n{edit.text}" if edit.is_appended else edit.text)

    def recipe(self, target: str) -> list[list[str]]:
        """Return the commands of a target of the Makefile, as this environment runs them."""
        lines = (self.folder / "Makefile").read_text(encoding="utf-8").split(f"\n{target}:", 1)[1].splitlines()[1:]
        recipe = [line.strip() for line in lines[: next(at for at, line in enumerate(lines) if not line.strip())]]
        return [[word.replace("$(BIN)", str(Path(sys.executable).parent)) for word in line.split()] for line in recipe]

    def run(self, *command: str) -> str:
        """Run a command in the copy; it must succeed."""
        if Path(command[0]).name == "housing":
            command = (sys.executable, "-c", "from pipeline.cli import main; main()", *command[1:])
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "HOUSING_SETTLE_SECONDS": "0", "COLUMNS": "200"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the release of the copy."""
        with duckdb.connect(self.folder / "warehouse" / "housing.duckdb", read_only=True) as release:
            return release.execute(sql).fetchall()


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A copy in which all paths were followed, and made-up files loaded that have what they ask about."""
    clone = Clone(tmp_path_factory.mktemp("contributing") / "clone")
    for path in PATHS:
        clone.make(edits(path))
        assert "Then `make generated`." in section_of(path)
    for command in clone.recipe("generated"):
        clone.run(*command)
    lines = [
        ("Mises en chantier", 2020, 200, "logements"),
        ("Livraisons", 2021, 150, "logements"),
        ("Mises en chantier", 2021, 12, "logements"),
        ("places de vélo", 2021, 40, ""),
    ]
    regional_return(clone.folder / "raw/regional_return/bretagne/bilan.xlsx", lines)
    rows = [("Situation au", "31/12/2023"), (), ("Région", "Emplacements"), ("Bretagne", 1200), ("Corse", 80)]
    table_workbook(clone.folder / "raw/bicycle_counts/comptage.xlsx", rows)
    clone.run("housing", "load")
    return clone


@pytest.mark.parametrize("path", PATHS)
def test_a_path_asks_for_as_many_edits_as_it_promises(path: str) -> None:
    promised = re.match(r"\s*(One|Two|Three) (?:edit|files?)\b", section_of(path))
    assert promised is not None
    assert len(edits(path)) == NUMBERS[promised[1]]


def test_the_gates_and_the_tests_that_the_paths_add_pass(clone: Clone) -> None:
    added = [edit.file for path in PATHS for edit in edits(path) if edit.file.startswith("tests/")]
    gates = ["tests/unit/proof", "tests/unit/assets/test_definitions.py", "tests/unit/sql/test_every_relation.py"]
    told = clone.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *gates, *added)
    assert len(added) == 3
    assert " passed" in told


def test_an_indicator_is_a_column_with_its_cells(clone: Clone) -> None:
    assert clone.query("SELECT bicycle_spaces FROM kpi.regional WHERE year = 2021") == [(40,)]
    latest = "SELECT bicycle_spaces, bicycle_spaces_year FROM kpi.regional_latest WHERE region_code = '53'"
    assert clone.query(latest) == [(40, 2021)]
    explained = "SELECT cell, raw_text FROM audit.explain('bicycle_spaces', 'Bretagne', '2021')"
    assert clone.query(explained) == [("C10", "40")]


def test_a_kpi_leads_to_its_cells(clone: Clone) -> None:
    assert clone.query("SELECT region_code, year, deliveries_on_starts_percent FROM kpi.completion") == [
        ("53", 2021, 75)
    ]
    explained = "SELECT cell FROM audit.explain('deliveries_on_starts_percent', '53', '2021') ORDER BY cell"
    assert clone.query(explained) == [("C7",), ("C8",)]


def test_a_check_is_in_the_release(clone: Clone) -> None:
    outcome = "SELECT passed, failures FROM audit.check WHERE check_name = 'deliveries_follow_starts'"
    assert clone.query(outcome) == [(False, 1)]


def test_a_source_brings_its_own_indicator(clone: Clone) -> None:
    found = "SELECT territory, value FROM fact.observation WHERE indicator = 'bicycle_spaces_counted' ORDER BY ALL"
    assert clone.query(found) == [("Bretagne", 1200), ("Corse", 80)]
    label = "SELECT label_fr FROM dim.indicator WHERE code = 'bicycle_spaces_counted'"
    assert clone.query(label) == [("Emplacements pour vélos comptés",)]
