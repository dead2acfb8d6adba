"""An installation of its own, from the wheel: what it declares adds to the product, which stays as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.settings import MARK, PRODUCT
from tests.support.gardens import COUNTED, DECLARED, TWICE
from tests.support.workbooks import regional_return, table_workbook

Housing = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contents of the wheel, as an environment would have them."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-build-isolation"]
    subprocess.run([*command, "--no-deps", "--wheel-dir", str(folder), str(PRODUCT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    # as an installer does: else each of the many commands would compile all of it
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "site")], check=True)
    return folder / "site"


@pytest.fixture
def housing(site: Path, tmp_path: Path) -> Housing:
    """Return a function that runs the packed command line in an empty folder."""
    home = tmp_path / "home"
    home.mkdir()

    def run(*arguments: object, cwd: Path = home, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOUSING_")}
        packed = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "HOUSING_SETTLE_SECONDS": "0"}
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, env={**kept, **packed, **environment}, capture_output=True, text=True, check=False
        )

    return run


def contents(folder: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(home / "warehouse" / "housing.duckdb", read_only=True) as release:
        return release.execute(sql).fetchall()


def test_outside_an_installation_it_says_what_to_do(housing: Housing) -> None:
    done = housing("load")
    assert done.returncode == 2
    assert "housing init ." in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_folder_becomes_an_installation_and_the_package_stays_as_it_was(
    housing: Housing, site: Path, tmp_path: Path
) -> None:
    before, home = contents(site), tmp_path / "home"
    assert housing("init", ".").returncode == 0
    again = housing("init", ".")
    assert again.returncode == 0
    regional_return(home / "raw/regional_return/bretagne/bilan.xlsx", [("Livraisons", 2021, 12, "logements")])
    done = housing("load")
    assert done.returncode == 0, done.stderr
    assert asked(home, "SELECT deliveries FROM kpi.regional") == [(12,)]
    assert housing("template", "Bretagne", "2025").returncode == 0
    assert (home / "bilan-bretagne-2025.xlsx").exists()
    inner = home / "raw" / "regional_return"
    assert json.loads(housing("releases", "--json", cwd=inner).stdout)[0]["is_published"]
    assert contents(site) == before


def test_what_an_installation_declares_adds_to_the_product(housing: Housing, tmp_path: Path) -> None:
    home = tmp_path / "home"
    housing("init", ".")
    for name, text in DECLARED.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    table_workbook(home / "raw/gardens/releve.xlsx", COUNTED)
    done = housing("load")
    assert done.returncode == 0, done.stderr
    assert "Check odd found 1 rows" in done.stdout
    columns = "territory, value, obs_status, missing_reason"
    found = asked(home, f"SELECT {columns} FROM fact.observation ORDER BY territory")
    assert found == [
        ("Bretagne", 7, "A", None),
        ("Corse", None, "Q", "secret"),
        ("Littoral", 40, "P", None),
        ("Occitanie", None, "M", "not_applicable"),
    ]
    assert asked(home, "SELECT gardens_counted FROM kpi.regional_latest WHERE region = 'Bretagne'") == [(7,)]
    assert asked(home, "SELECT half_gardens FROM kpi.half") == [(3.5,)]
    assert asked(home, "SELECT cell FROM audit.explain('half_gardens', 'Bretagne', '2023')") == [("B4",)]


@pytest.mark.parametrize(("name", "text", "kind"), TWICE)
def test_what_is_declared_twice_stops_before_anything_is_read_and_names_both_files(
    housing: Housing, tmp_path: Path, name: str, text: str, kind: str
) -> None:
    home = tmp_path / "home"
    (home / MARK).touch()
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(text, encoding="utf-8")
    regional_return(home / "raw/regional_return/bretagne/bilan.xlsx", [("Livraisons", 2021, 12, "logements")])
    done = housing("load")
    assert done.returncode == 2
    assert f"the {kind} is declared in " in done.stderr
    assert "/site/pipeline/" in done.stderr  # the file of the product
    assert str(home / name) in done.stderr
    assert "rename or remove one of the two" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "warehouse" / "ledger.jsonl").exists()
