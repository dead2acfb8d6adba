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
from tests.support.workbooks import regional_return, table_workbook

Housing = Callable[..., "subprocess.CompletedProcess[str]"]

SOURCE = """
source = "gardens"
version = 1
title_fr = "Relevé des jardins"
authority = 15
scopes = ["context"]
marks = { "°" = "P" }
missing = { "x" = "secret", "n.a." = "not_applicable" }

[indicators.gardens_counted]
label_fr = "Jardins relevés"
label_en = "Gardens counted"
unit = "gardens"
measure = "flow"
additive = true
scope = "context"
scorecard = true
definition_fr = "Jardins relevés au cours de l'année."

[[territories]]
code = "LITTORAL"
level = "other"
name = "Littoral"
aliases = ["Bord de mer"]

[[contexts]]
field = "period"
labels = ["Année"]

[[tables]]
name = "territoires"

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["region", "other"]
required = true

[[tables.columns]]
field = "value"
headers = ["Jardins"]
fixed = { indicator = "gardens_counted" }
required = true
"""
KPI = """/*
row_en = "One region and year: its gardens, halved."
row_fr = "Une région et une année : ses jardins, divisés par deux."
key = ["region_code", "year"]
columns = ["region_code", "year", "half_gardens", "observation_ids"]
lineage = '''
SELECT
    'half_gardens' AS figure, 'region' AS territory_level, region_code AS territory_code,
    CAST(year AS VARCHAR) AS period, '' AS item, half_gardens AS figure_value, 'term' AS role,
    unnest(observation_ids) AS observation_id
FROM kpi.half
'''
shown = '''
SELECT
    'half_gardens' AS figure, 'region' AS territory_level, region_code AS territory_code,
    CAST(year AS VARCHAR) AS period, '' AS item, 'term' AS role, 1 AS cells
FROM kpi.half
WHERE half_gardens IS NOT NULL
'''

[describe.half_gardens]
type = "DOUBLE"
en = "Half of the gardens."
fr = "La moitié des jardins."
*/
SELECT territory_code AS region_code, year, value / 2 AS half_gardens, [observation_id] AS observation_ids
FROM fact.annual_as_of(DATE '9999-12-31')
WHERE indicator = 'gardens_counted' AND territory_level = 'region' AND value IS NOT NULL
"""
CHECK = """/*
relation = "kpi.half"
blocking = false
en = "No region has half a garden."
fr = "Aucune région n'a un demi-jardin."
*/
SELECT * FROM kpi.half WHERE half_gardens % 1 <> 0
"""


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
    for name, text in {"sources/gardens.toml": SOURCE, "sql/kpi/half.sql": KPI, "sql/checks/odd.sql": CHECK}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    counted = [("Bretagne", 7), ("Corse", "x"), ("Occitanie", "n.a."), ("Bord de mer", "40°")]
    rows = [("Année", 2023), (), ("Territoire", "Jardins"), *counted]
    table_workbook(home / "raw/gardens/releve.xlsx", rows)
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


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("sources/population.toml", SOURCE.replace('"gardens"', '"population"'), "source 'population'"),
        ("sources/gardens.toml", SOURCE.replace("gardens_counted", "starts"), "indicator 'starts'"),
        ("sources/gardens.toml", SOURCE.replace('"LITTORAL"', '"DROM"'), "territory 'other DROM'"),
        ("reference/reasons.toml", '[CORROMPU]\nlevel = "file"\nfr = "Non."\nen = "No."\n', "reason 'CORROMPU'"),
        ("sql/checks/conflicts.sql", CHECK, "file of sql/ 'checks/conflicts.sql'"),
    ],
)
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
    assert done.stderr.count("product") >= 1
    assert str(home / name) in done.stderr
    assert "rename or remove one of the two" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "warehouse" / "ledger.jsonl").exists()
