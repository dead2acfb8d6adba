"""The paths of CONTRIBUTING.md as tests follow them: each block goes into the file that its sentence names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.settings import PRODUCT
from tests.support.workbooks import regional_return, table_workbook

TEXT = (PRODUCT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = ("Add an indicator", "Add a KPI", "Add a check", "Add a source", "Add a territory")
_NUMBERS = {"One": 1, "Two": 2, "Three": 3}
_BLOCK = re.compile(r"(?P<before>(?:(?!```).)*?)```(?:toml|sql|python)\n(?P<text>.*?)```\n", re.DOTALL)


class Edit(NamedTuple):
    """One file to touch, and what goes into it."""

    file: str
    text: str
    is_appended: bool


def edits(path: str) -> list[Edit]:
    """Return what a path asks for: each block, with the file named last before it."""
    found = []
    for block in _BLOCK.finditer(section_of(path)):
        file = re.findall(r"`([\w/]+\.(?:toml|sql|py))`", block["before"])[-1]
        found.append(Edit(file, block["text"], f"the end of `{file}`" in block["before"]))
    return found


def declared() -> dict[str, str]:
    """Return the files that all paths together write, but for tests, with their texts."""
    found: dict[str, str] = {}
    for edit in (edit for path in PATHS for edit in edits(path)):
        if not edit.file.startswith("tests/"):
            found[edit.file] = found.get(edit.file, "") + edit.text
    return found


def section_of(path: str) -> str:
    """Return what stands below the title of a path."""
    return TEXT.split(f"## {path}\n", 1)[1].split("\n## ", 1)[0]


def promised_edits(path: str) -> int:
    """Return how many edits a path says that it takes."""
    promised = re.match(r"\s*(One|Two|Three) (?:edit|files?)\b", section_of(path))
    assert promised is not None
    return _NUMBERS[promised[1]]


def write_workbooks(raw: Path) -> None:
    """Write made-up workbooks that have what the paths ask about."""
    lines = [
        ("Mises en chantier", 2020, 200, "logements"),
        ("Livraisons", 2021, 150, "logements"),
        ("Mises en chantier", 2021, 12, "logements"),
        ("places de vélo", 2021, 40, ""),
    ]
    regional_return(raw / "regional_return/bretagne/bilan.xlsx", lines)
    rows = [("Situation au", "31/12/2023"), (), ("Région", "Emplacements"), ("Bretagne", 1200), ("Corse", 80)]
    rows.append(("Bord de mer", 40))
    table_workbook(raw / "bicycle_counts/comptage.xlsx", rows)


ANSWERS: list[tuple[str, list[tuple[Any, ...]]]] = [
    # an indicator is a column with its cells
    ("SELECT bicycle_spaces FROM kpi.regional WHERE year = 2021", [(40,)]),
    ("SELECT bicycle_spaces, bicycle_spaces_year FROM kpi.regional_latest WHERE region_code = '53'", [(40, 2021)]),
    ("SELECT cell, raw_text FROM audit.explain('bicycle_spaces', 'Bretagne', '2021')", [("C10", "40")]),
    # a KPI leads to its cells
    ("SELECT region_code, year, deliveries_on_starts_percent FROM kpi.completion", [("53", 2021, 75)]),
    (
        "SELECT cell FROM audit.explain('deliveries_on_starts_percent', '53', '2021') ORDER BY cell",
        [("C7",), ("C8",)],
    ),
    # a check is in the release
    (
        "SELECT passed, failures FROM audit.check WHERE check_name = 'deliveries_follow_starts'",
        [(False, 1)],
    ),
    # a source brings its own indicator
    (
        "SELECT territory, value FROM fact.observation WHERE indicator = 'bicycle_spaces_counted' ORDER BY ALL",
        [("Bretagne", 1200), ("Corse", 80), ("Littoral", 40)],
    ),
    # and a territory
    ("SELECT name, level FROM dim.territory WHERE code = 'LITTORAL'", [("Littoral", "other")]),
    (
        "SELECT label_fr FROM dim.indicator WHERE code = 'bicycle_spaces_counted'",
        [("Emplacements pour vélos comptés",)],
    ),
]
"""What is asked of a release in which the paths were followed, and what it answers."""
