"""The paths of CONTRIBUTING.md, walked literally: each block goes into the file that its sentence names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

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


class Clone:
    """A copy of the repository, in which commands run as in a clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _COPIED:
            source = PRODUCT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "images"))
            else:
                shutil.copy(source, folder / name)
        (folder / "raw").mkdir()

    def follow(self, path: str) -> list[Edit]:
        """Make the edits of a path, then what the path says to run."""
        asked = edits(path)
        for edit in asked:
            target = self.folder / edit.file
            assert target.exists() == edit.is_appended, edit.file
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("a", encoding="utf-8") as file:
                file.write(f"\n{edit.text}" if edit.is_appended else edit.text)
        assert "Then `make generated`." in section_of(path)
        for command in self._recipe("generated"):
            self.run(*command)
        return asked

    def _recipe(self, target: str) -> list[list[str]]:
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

    def test(self, *nodes: str) -> None:
        """Run tests of the copy."""
        self.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *nodes)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Ask the release of the copy."""
        rows: list[dict[str, Any]] = json.loads(self.run("housing", "query", "--json", sql))
        return rows

    def receive(self) -> None:
        """Load a made-up return, which has what the paths ask about."""
        lines = [
            ("Mises en chantier", 2020, 200, "logements"),
            ("Livraisons", 2021, 150, "logements"),
            ("Mises en chantier", 2021, 12, "logements"),
            ("places de vélo", 2021, 40, ""),
        ]
        known = "bicycle_spaces" in (self.folder / "reference/indicators.toml").read_text(encoding="utf-8")
        regional_return(self.folder / "raw/regional_return/bretagne/bilan.xlsx", lines if known else lines[:3])
        self.run("housing", "load")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


@pytest.mark.parametrize("path", ["Add an indicator", "Add a KPI", "Add a check", "Add a source"])
def test_a_path_asks_for_as_many_edits_as_it_promises(path: str) -> None:
    promised = re.match(r"\s*(One|Two|Three) (?:edit|files?)\b", section_of(path))
    assert promised is not None
    assert len(edits(path)) == NUMBERS[promised[1]]


def test_an_indicator_is_one_edit_and_a_column_with_its_cells(clone: Clone) -> None:
    clone.follow("Add an indicator")
    clone.test("tests/unit/proof", "tests/unit/assets")
    clone.receive()
    (row,) = clone.query("SELECT bicycle_spaces FROM kpi.regional WHERE year = 2021")
    assert row == {"bicycle_spaces": 40}
    (latest,) = clone.query(
        "SELECT bicycle_spaces, bicycle_spaces_year FROM kpi.regional_latest WHERE region = 'Bretagne'"
    )
    assert latest == {"bicycle_spaces": 40, "bicycle_spaces_year": 2021}
    (cell,) = clone.query("SELECT cell, raw_text FROM audit.explain('bicycle_spaces', 'Bretagne', '2021')")
    assert cell == {"cell": "C10", "raw_text": "40"}


def test_a_kpi_is_three_files_and_leads_to_its_cells(clone: Clone) -> None:
    asked = clone.follow("Add a KPI")
    clone.test("tests/unit/proof", "tests/unit/assets", "tests/unit/sql/test_every_relation.py", asked[-1].file)
    clone.receive()
    (row,) = clone.query("SELECT region_code, year, deliveries_on_starts_percent FROM kpi.completion")
    assert row == {"region_code": "53", "year": 2021, "deliveries_on_starts_percent": 75}
    cells = clone.query(
        "SELECT cell FROM audit.explain('deliveries_on_starts_percent', 'Bretagne', '2021') ORDER BY cell"
    )
    assert [cell["cell"] for cell in cells] == ["C7", "C8"]


def test_a_check_is_two_files_and_is_in_the_release(clone: Clone) -> None:
    asked = clone.follow("Add a check")
    clone.test("tests/unit/assets", asked[-1].file)
    clone.receive()
    (row,) = clone.query("SELECT passed, failures FROM audit.check WHERE check_name = 'deliveries_follow_starts'")
    assert row == {"passed": False, "failures": 1}


def test_a_source_is_two_files_and_brings_its_own_indicator(clone: Clone) -> None:
    asked = clone.follow("Add a source")
    clone.test("tests/unit/proof", "tests/unit/assets", asked[-1].file)
    rows = [("Situation au", "31/12/2023"), (), ("Région", "Emplacements"), ("Bretagne", 1200), ("Corse", 80)]
    table_workbook(clone.folder / "raw/bicycle_counts/comptage.xlsx", rows)
    clone.receive()
    found = clone.query(
        "SELECT territory, value, unit FROM fact.observation WHERE indicator = 'bicycle_spaces_counted'"
    )
    assert {row["territory"]: row["value"] for row in found} == {"Bretagne": 1200, "Corse": 80}
    (label,) = clone.query("SELECT label_fr FROM dim.indicator WHERE code = 'bicycle_spaces_counted'")
    assert label == {"label_fr": "Emplacements pour vélos comptés"}
