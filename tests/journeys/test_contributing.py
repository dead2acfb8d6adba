"""The paths of CONTRIBUTING.md, walked literally in a copy of the repository, with the commands that they name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.settings import PRODUCT
from tests.support.contributing import ANSWERS, PATHS, Edit, edits, write_workbooks

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
    for command in clone.recipe("generated"):
        clone.run(*command)
    write_workbooks(clone.folder / "raw")
    clone.run("housing", "load")
    return clone


def test_the_gates_and_the_tests_that_the_paths_add_pass(clone: Clone) -> None:
    added = [edit.file for path in PATHS for edit in edits(path) if edit.file.startswith("tests/")]
    gates = ["tests/unit/proof", "tests/unit/assets/test_definitions.py", "tests/unit/sql/test_every_relation.py"]
    told = clone.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *gates, *added)
    assert len(added) == 3
    assert " passed" in told


@pytest.mark.parametrize(("sql", "expected"), ANSWERS)
def test_what_the_paths_add_is_in_the_release(clone: Clone, sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert clone.query(sql) == expected
