"""``housing layout test`` is a whole load aside: it ends with the code of a load of the same file, and says the same.

Every figure here is invented.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import Settings
from tests.support.workbooks import table_workbook

COUNTS = """
source = "counts"
version = 1
title_fr = "Comptage inventé"
authority = 5
fixed = { period = "2023", territory = "France" }

[[tables]]
name = "territoires"
total_words = ["Total"]

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["region", "other", "national"]
required = true

[[tables.columns]]
field = "value"
headers = ["Jardins"]
fixed = { indicator = "gardens_counted" }
required = true

[indicators.gardens_counted]
label_fr = "Jardins relevés"
label_en = "Gardens counted"
unit = "gardens"
measure = "flow"
additive = true
scope = "context"
definition_fr = "Jardins relevés au cours de l'année."
"""
COUNTS = COUNTS.replace("authority = 5", 'authority = 5\nscopes = ["context"]')
RELATION = """/*
row_en = "One count."
row_fr = "Un comptage."
key = ["territory_code"]
columns = ["territory_code", "count"]
without_lineage = "a test"

[describe.count]
type = "DOUBLE"
maximum = 10
en = "Gardens, at most ten."
fr = "Jardins, dix au plus."
*/
SELECT territory_code, value AS count FROM fact.observation WHERE indicator = 'gardens_counted'
"""
CHECK = """/*
relation = "fact.observation"
blocking = {}
en = "No territory has thirteen gardens."
fr = "Aucun territoire n'a treize jardins."
*/
SELECT indicator, value FROM fact.observation WHERE indicator = 'gardens_counted' AND value = 13
"""
HEAD = ("Territoire", "Jardins")
RIGHT = [HEAD, ("Bretagne", 7), ("Corse", 3)]


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A home of its own, in which the layout stands as a source too, so that a load may be held against the trial."""
    home = tmp_path / "home"
    (home / "sql/kpi").mkdir(parents=True)
    (home / "sql/checks").mkdir()
    (home / "sources").mkdir()
    (home / "sources/counts.toml").write_text(COUNTS, "utf-8")
    return home


def loaded(home: Path, path: Path, housing_process: Any, settings: Settings) -> Any:
    """Load a file in the same installation, and return how that ends."""
    target = settings.raw / "counts" / path.name
    target.parent.mkdir(parents=True)
    target.write_bytes(path.read_bytes())
    return housing_process("load", "--json", home=home)


@pytest.mark.parametrize(
    ("rows", "declared", "code", "reason"),
    [
        (RIGHT, {}, 0, ""),
        ([*RIGHT, ("Total", 10)], {}, 0, ""),
        ([*RIGHT, ("Corse", 4)], {}, 1, "LIGNE_EN_DOUBLE"),
        ([*RIGHT, ("Total", 11)], {}, 1, "TOTAL_INCOHERENT"),
        ([HEAD, ("Bretagne", 77)], {"kpi/few": RELATION}, 3, "contract_kpi_few"),
        ([HEAD, ("Bretagne", 13)], {"checks/thirteen": CHECK.format("true")}, 3, "thirteen"),
        ([HEAD, ("Bretagne", 13)], {"checks/thirteen": CHECK.format("false")}, 0, "thirteen"),
    ],
    ids=["right", "right total", "duplicate", "wrong total", "broken contract", "failing check", "check that tells"],
)
def test_a_trial_ends_as_a_load_of_the_same_file_does(
    installation: Path,
    settings: Settings,
    housing_process: Any,
    tmp_path: Path,
    rows: list[tuple[Any, ...]],
    declared: dict[str, str],
    code: int,
    reason: str,
) -> None:
    for name, sql in declared.items():
        (installation / f"sql/{name}.sql").write_text(sql, "utf-8")
    file = table_workbook(tmp_path / "comptage.xlsx", rows)
    tried = housing_process("layout", "test", "counts", file, "--json", home=installation)
    assert tried.returncode == code, tried.stdout + tried.stderr
    told = json.loads(tried.stdout)
    assert told["code"] == code
    assert reason in {"", *(each["reason"] for each in told["rejections"]), *told["checks_failed"]}
    assert (installation / "sources/counts.toml").read_text("utf-8") == COUNTS
    assert not settings.warehouse.exists()
    assert loaded(installation, file, housing_process, settings).returncode == code
