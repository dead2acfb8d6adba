"""``housing layout test`` is a whole load aside: it ends with the code of a load of the same file, and says the same.

Every figure here is invented.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.settings import PRODUCT, Settings
from tests.support.workbooks import HEADER, regional_return, table_workbook, worksheet

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
        ([*RIGHT, ("Corse", 4)], {}, 1, "LIGNE_EN_DOUBLE"),
        ([*RIGHT, ("Total", 11)], {}, 1, "TOTAL_INCOHERENT"),
        ([HEAD, ("Bretagne", 77)], {"kpi/few": RELATION}, 3, "contract_kpi_few"),
        ([HEAD, ("Bretagne", 13)], {"checks/thirteen": CHECK.format("true")}, 3, "thirteen"),
        ([HEAD, ("Bretagne", 13)], {"checks/thirteen": CHECK.format("false")}, 0, "thirteen"),
    ],
    ids=["right", "duplicate", "wrong total", "broken contract", "failing check", "check that tells"],
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


ROWS = [["Livraisons", 2021, "12 34", None], ["Ménages logés", 2021, 1300, "ménages"]]


def changed_layout(folder: Path, before: str, after: str) -> Path:
    """Write the product's layout of regional returns with a change, under another name, and return where it stands."""
    text = (PRODUCT / "sources/regional_return.toml").read_text("utf-8")
    assert before in text
    path = folder / "essai.toml"
    path.write_text(text.replace(before, after, 1), "utf-8")
    return path


def test_a_layout_that_is_tried_stands_for_the_one_of_its_source(housing: Any, tmp_path: Path) -> None:
    file = regional_return(tmp_path / "bilan.xlsx", ROWS[1:], header=("Indicateur", "Exercice clos", "Valeur", "Unité"))
    before = housing("layout", "test", "regional_return", file, "--json")
    assert (before.returncode, [r["reason"] for r in json.loads(before.stdout)["rejections"]]) == (
        1,
        ["TABLEAU_ABSENT"],
    )
    layout = changed_layout(tmp_path, '["Année", "Période", "Exercice"]', '["Année", "Exercice clos"]')
    after = housing("layout", "test", layout, file)
    assert after.returncode == 0, after.stdout
    assert "1 × observation ; 0 refus" in after.stdout
    assert "Un chargement finirait avec le code 0" in after.stdout


def test_a_file_that_cannot_be_read_and_a_layout_that_is_wrong_end_as_they_do_in_a_load(
    housing: Any, tmp_path: Path
) -> None:
    file = tmp_path / "bilan.xlsx"
    file.write_bytes(b"PK\3\4 no more")
    told = housing("layout", "test", "regional_return", file, "--json")
    (refused,) = json.loads(told.stdout)["rejections"]
    assert (told.returncode, refused["level"]) == (1, "file")
    lock = regional_return(tmp_path / "~$bilan.xlsx", ROWS[1:])
    told = housing("layout", "test", "regional_return", lock)
    assert (told.returncode, "lock file of an office suite" in told.stdout) == (1, True)
    wrong = changed_layout(tmp_path, "version = ", 'nothing = "known"\nversion = ')
    told = housing("layout", "test", wrong, file)
    assert (told.returncode, "essai.toml: nothing" in told.stderr) == (2, True)
    wrong.write_text('source = "../elsewhere"\n', "utf-8")
    assert housing("layout", "test", wrong, file).returncode == 2
    assert housing("layout", "test", "regional_return", file, "--region", "Atlantide").returncode == 2


def test_several_vintages_are_told_with_what_differs_and_a_page_shows_what_is_refused(
    housing: Any, tmp_path: Path
) -> None:
    old = regional_return(tmp_path / "2021/bilan.xlsx", ROWS)
    new = regional_return(
        tmp_path / "2022/bilan.xlsx", [["Livraisons", 2022, 12, None, "?"]], header=(*HEADER, "Divers")
    )
    page = tmp_path / "page.html"
    told = housing("layout", "test", "regional_return", old, new, "--lang", "en", "--html", page)
    assert told.returncode == 1
    assert f"header, in {new}, not in {old} : “Divers”" in told.stdout
    assert "1 × refused NOMBRE_ILLISIBLE : Activité C7" in told.stdout
    assert 'headers = ["Remarque", "Remarques", "Observations", "Divers"]' in told.stdout
    html = page.read_text("utf-8")
    assert '<td id="s1-C7" class="value refused" tabindex="0" title="C7, value: “12 34” is not' in html
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert {"s1", "s2", "s1-C7", "s2-E6", "s2-E7"} <= links
    assert links <= set(re.findall(r'id="([^"]+)"', html))
    assert "<script" not in html


def test_a_trial_of_one_sheet_counts_nothing_of_the_others(housing: Any, tmp_path: Path) -> None:
    file = regional_return(tmp_path / "bilan.xlsx", ROWS)
    book = openpyxl.load_workbook(file)
    right = book.copy_worksheet(worksheet(book))
    right.title = "Activité bis"
    for row, value in ((7, 2019), (8, 2019)):
        right.cell(row, 2, value)
    right["C7"] = 15
    book.save(file)
    assert housing("layout", "test", "regional_return", file).returncode == 1
    told = housing("layout", "test", "regional_return", file, "--sheet", "* bis", "--json")
    report = json.loads(told.stdout)
    assert (told.returncode, list(report["cells"]), report["rows"]) == (0, ["Activité bis"], {"observation": 2})
    assert housing("layout", "test", "regional_return", file, "--sheet", "Autre").returncode == 2


def test_explain_loads_aside_and_tells_of_a_duplicate_that_reading_alone_does_not_see(
    housing: Any, tmp_path: Path
) -> None:
    file = regional_return(tmp_path / "regional_return/bretagne/b.xlsx", [ROWS[1], ["Ménages logés", 2021, 7, None]])
    told = housing("layout", "explain", file, "c8", "--lang", "en", "--json")
    explained = json.loads(told.stdout)
    assert told.returncode == 1
    assert explained["entry"] == '[[tables.columns]] field = "value"'
    assert explained["became"][0].startswith("Refused (LIGNE_EN_DOUBLE).")
    claimed = housing("layout", "explain", file, "A7")
    assert claimed.returncode == 0
    assert "Pour qu'elle soit lue autrement :" in claimed.stdout
    assert housing("layout", "explain", file, "A7", "--sheet", "Autre").returncode == 2
    assert housing("layout", "explain", file, "nowhere").returncode == 2


def test_figures_are_compared_with_what_is_published(settings: Settings, housing: Any, tmp_path: Path) -> None:
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS[1:])
    housing("load")
    before = sorted(path.stat().st_mtime_ns for path in settings.warehouse.rglob("*") if path.is_file())
    file = regional_return(tmp_path / "bilan.xlsx", [["Ménages logés", 2021, 1600, "ménages"]], issued="15/04/2022")
    told = housing("layout", "test", "regional_return", file, "--json")
    assert "REVISION" in {each["reason"] for each in json.loads(told.stdout)["rejections"]}
    assert sorted(path.stat().st_mtime_ns for path in settings.warehouse.rglob("*") if path.is_file()) == before
