"""Every kind of file that an office, an attacker or a broken disk sends: one load takes all, and each ends well.

A file ends in cells or in one clear refusal, within the limits, and the others are loaded. Nothing is followed,
executed or written because a file asks for it.
"""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator
from typing import Any

import duckdb
import openpyxl
import pytest

from pipeline.load import Report, load
from pipeline.settings import Settings
from tests.support.files import (
    RELATED,
    package,
    rows,
)
from tests.support.hostile_files import FILES, FOLDER, GOOD, LIMITS, NO_SHEET_OF_OURS, READ, ROWS
from tests.support.workbooks import regional_return, worksheet


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A door that nobody may knock at."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.05)
        yield door


@pytest.fixture(scope="module")
def first_load(tmp_path_factory: pytest.TempPathFactory, listener: socket.socket) -> tuple[Settings, Report]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(raw=folder / "raw", warehouse=folder / "warehouse", workers=2, settle_seconds=0, limits=LIMITS)
    received = settings.raw / FOLDER
    received.mkdir(parents=True)
    for name, (_, make) in FILES.items():
        make(received / name)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    package(
        received / "liens.xlsx",
        {"Activité": rows(f'<row r="1"><c r="A1" t="str"><f>WEBSERVICE("{address}")</f><v>x</v></c></row>')},
        more_relations=f'<Relationship Id="x" Type="{RELATED}/externalLink" Target="{address}" TargetMode="External"/>'
        f'<Relationship Id="y" Type="{RELATED}/externalLink" Target="{address}b"/>',
    )
    good = regional_return(settings.raw / GOOD, ROWS, region="Corse")
    (received / "vide.xlsx").touch()
    (received / "lien.xlsx").symlink_to(good)
    return settings, load(settings)


@pytest.fixture(scope="module")
def loaded(first_load: tuple[Settings, Report]) -> Settings:
    return first_load[0]


def query(settings: Settings, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


_FRENCH = re.compile(r"«|[àçéè]|\b(la|le|est|une?|feuille|partie|nombre|taille|au plus)\b", re.IGNORECASE)
"""What no English sentence says, but for the name of a sheet or a part, which no file of these has in French."""


@pytest.mark.parametrize("name", FILES)
def test_each_file_ends_in_cells_or_in_one_clear_refusal(loaded: Settings, name: str) -> None:
    outcome = FILES[name][0]
    whole_file = "SELECT reason, message_fr, message_en FROM fact.rejection WHERE file = ? AND row_level = 'file'"
    refusals = query(loaded, whole_file, f"{FOLDER}/{name}")
    assert [reason for reason, _, _ in refusals] == ([outcome] if outcome else []), refusals
    for _, french, english in refusals:
        assert french.endswith(".")
        assert english.endswith(".")
        assert not _FRENCH.search(english), english
    ((cells,),) = query(loaded, "SELECT cells FROM fact.submission WHERE file = ?", f"{FOLDER}/{name}")
    assert (cells > 0) is (outcome == READ)


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in FILES if name.startswith("activité-")),
        *NO_SHEET_OF_OURS,
        *("macros.csv", "strict.xlsx", "xls.xlsx"),
    ],
)
def test_a_return_is_loaded_from_whatever_format_it_came_in(loaded: Settings, name: str) -> None:
    sql = "SELECT accepted, rejected FROM fact.submission WHERE file = ?"
    assert query(loaded, sql, f"{FOLDER}/{name}") == [(1, 0)]


def test_the_good_file_among_them_is_loaded(loaded: Settings) -> None:
    assert query(loaded, "SELECT households_housed FROM kpi.regional WHERE region = 'Corse'") == [(1234.0,)]
    assert query(loaded, "SELECT * FROM fact.rejection WHERE file = ?", GOOD) == []


def test_what_is_hidden_or_linked_or_a_macro_is_said(loaded: Settings) -> None:
    def told(name: str) -> list[tuple[str, str | None]]:
        sql = "SELECT reason, cell FROM audit.remark WHERE file = ? ORDER BY cell"
        return query(loaded, sql, f"{FOLDER}/{name}")

    assert [(reason, cell or "") for reason, cell in told("masqués.xlsx")] == [("CELLULE_MASQUEE", "C8")]
    assert [reason for reason, _ in told("macros.csv")] == ["MACROS_IGNOREES", "NOMBRE_TEXTE"]
    assert [reason for reason, _ in told("liens.xlsx")] == ["LIEN_EXTERNE"]


def test_nothing_is_followed_and_nothing_is_written_elsewhere(loaded: Settings, listener: socket.socket) -> None:
    with pytest.raises(TimeoutError):
        listener.accept()
    root = loaded.raw.parent
    assert {path.name for path in root.iterdir()} == {"raw", "warehouse"}
    assert not [path for path in root.rglob("*") if "evil" in path.name]


def test_links_stay_where_they_are_and_are_said(first_load: tuple[Settings, Report]) -> None:
    left = first_load[1].receipt.left
    assert left.keys() == {f"{FOLDER}/lien.xlsx"}
    assert "never followed" in left[f"{FOLDER}/lien.xlsx"]


def test_an_empty_file_is_received_and_refused(loaded: Settings) -> None:
    asked = "SELECT reason FROM fact.rejection WHERE file LIKE '%/vide.xlsx'"
    assert query(loaded, asked) == [("FICHIER_VIDE",)]


def test_the_next_load_reads_nothing_again_for_what_a_file_does_to_its_reader_is_remembered(loaded: Settings) -> None:
    assert load(loaded).read == []


def test_names_of_sheets_and_cells_never_reach_a_query_as_code(settings: Settings) -> None:
    hostile = "Activité'); DROP TABLE x; --"[:31]
    book = openpyxl.Workbook()
    worksheet(book).title = hostile.replace(":", "")
    for row in ["Région :", "Bretagne"], [], ["Indicateur", "Année", "Valeur"], ["'; DROP TABLE x; --", 2021, 5]:
        worksheet(book).append(row)
    stream = io.BytesIO()
    book.save(stream)
    path = settings.raw / FOLDER / "a'b.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(stream.getvalue())
    load(settings)
    assert query(settings, "SELECT reason, sheet FROM fact.rejection WHERE cell = 'A4'") == [
        ("INDICATEUR_INCONNU", hostile)
    ]
