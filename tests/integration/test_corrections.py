"""Corrections that we declare ourselves: applied before anything is read, seen everywhere, and loud when wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.intake import read_ledger
from pipeline.intake.withdraw import withdraw
from pipeline.load import load
from pipeline.reading.pending import HeldError
from pipeline.settings import Settings
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.releases import published_release
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import correction_file, regional_return

RETURN = "regional_return/bretagne/bilan.xlsx"
CORRECTIONS = "corrections/corrections.xlsx"
ROWS = [["Ménages logés", 2021, "12 34", None], ["Livraisons", 2021, "5", None]]
STATUS = "SELECT status, later_text FROM fact.correction"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation without the relations that nothing here asks."""
    return settings.changed(sql=part_of_sql(tmp_path_factory, "kpi.regional", "fact.correction"))


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def submission_id(settings: Settings, file: str = RETURN) -> str:
    return next(item.submission_id for item in read_ledger(settings.ledger) if item.file == file)


def with_a_refused_cell(settings: Settings) -> None:
    regional_return(settings.raw / RETURN, ROWS)
    load(settings)
    assert query(settings, "SELECT cell, reason FROM fact.rejection") == [("C7", "NOMBRE_ILLISIBLE")]


def with_a_corrected_cell(settings: Settings) -> None:
    with_a_refused_cell(settings)
    line = (submission_id(settings), "Activité", "$C$7", "12\N{NO-BREAK SPACE}34", "1 234")
    correction_file(settings.raw / CORRECTIONS, line)
    load(settings)


@pytest.fixture
def refused(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation in which C7 of one return says ``12 34``, which is refused."""
    return begin_with(with_a_refused_cell, settings, tmp_path_factory)


@pytest.fixture
def corrected(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, with a correction that reads 1 234 there."""
    return begin_with(with_a_corrected_cell, settings, tmp_path_factory)


def test_a_corrected_cell_is_read_as_declared_and_is_refused_no_more(corrected: Settings) -> None:
    assert query(corrected, "SELECT households_housed, deliveries FROM kpi.regional") == [(1234.0, 5.0)]
    assert query(corrected, "SELECT count(*) FROM fact.rejection") == [(0,)]


def test_a_correction_shows_what_it_replaces_where_why_and_by_whom(corrected: Settings) -> None:
    shown = """
        SELECT o.raw_text, c.old_text, c.new_text, c.correction_reason, c.decided_by, c.decided_on::VARCHAR, c.status,
            c.declared_cell
        FROM fact.observation AS o JOIN fact.correction AS c USING (submission_id, sheet, cell)
    """
    assert query(corrected, shown) == [
        (
            "1 234",
            "12\N{NO-BREAK SPACE}34",
            "1 234",
            "coquille confirmée par téléphone",
            "A. Analyste",
            "2022-05-02",
            "applied",
            f"[{CORRECTIONS}]Corrections!E2",
        )
    ]


def test_a_correction_file_is_a_submission_whose_every_cell_has_a_role_and_an_end(corrected: Settings) -> None:
    assert query(corrected, f"SELECT status, accepted FROM fact.submission WHERE file = '{CORRECTIONS}'") == [
        ("accepted", 1)
    ]
    roles = f"""
        SELECT cell, role, went_to FROM audit.cell_coverage
        WHERE file = '{CORRECTIONS}' AND cell IN ('E1', 'E2') ORDER BY cell
    """
    assert query(corrected, roles) == [("E1", "header", None), ("E2", "value", "fact.correction")]
    assert query(corrected, "SELECT count(*) FROM audit.cell_coverage WHERE role = 'unclaimed'") == [(0,)]


def test_only_the_corrected_file_is_read_again(corrected: Settings) -> None:
    regional_return(corrected.raw / "regional_return/corse/bilan.xlsx", ROWS[1:], region="Corse")
    load(corrected)
    report = load(corrected, force=True)
    assert (report.read, report.cached) == ([], 3)
    line = (submission_id(corrected), "Activité", "C7", "12 34", "1 235")
    correction_file(corrected.raw / CORRECTIONS, line)
    assert load(corrected).read == [RETURN, CORRECTIONS]
    assert query(corrected, "SELECT households_housed FROM kpi.regional WHERE region = 'Bretagne'") == [(1235.0,)]


def test_a_line_that_is_taken_out_is_lifted(corrected: Settings) -> None:
    correction_file(corrected.raw / CORRECTIONS)
    load(corrected)
    assert query(corrected, "SELECT count(*) FROM fact.correction") == [(0,)]
    assert query(corrected, "SELECT cell, reason FROM fact.rejection WHERE source = 'regional_return'") == [
        ("C7", "NOMBRE_ILLISIBLE")
    ]


def test_a_withdrawn_correction_file_corrects_nothing(corrected: Settings) -> None:
    withdraw(corrected, submission_id(corrected, CORRECTIONS), "trop vite")
    load(corrected)
    assert query(corrected, "SELECT count(*) FROM fact.correction") == [(0,)]
    assert query(corrected, "SELECT count(*) FROM fact.rejection") == [(1,)]


def test_a_header_or_a_region_can_be_corrected_too(settings: Settings) -> None:
    regional_return(settings.raw / RETURN, ROWS[1:], region="Bertagne")
    load(settings)
    correction_file(settings.raw / CORRECTIONS, (submission_id(settings), "Activité", "B2", "Bertagne", "Bretagne"))
    load(settings)
    assert query(settings, "SELECT region, deliveries FROM kpi.regional") == [("Bretagne", 5.0)]


WRONG = [
    ("another text", ("Activité", "C7", "99", "1 234"), RETURN, "CORRECTION_PERIMEE", "C7", "12 34"),
    ("a blank cell", ("Activité", "Z99", "12 34", "1 234"), RETURN, "CORRECTION_PERIMEE", "Z99", ""),
    ("no such sheet", ("Bilan", "C7", "12 34", "1 234"), RETURN, "CORRECTION_PERIMEE", "C7", ""),
    ("no reading", ("Activité", "C7", "12 34", None), CORRECTIONS, "CLE_ABSENTE", "D2", "12 34"),
]


@pytest.mark.parametrize(
    ("line", "file", "reason", "cell", "found"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_correction_that_does_not_fit_holds_the_release_back_and_says_why(
    refused: Settings, line: tuple[Any, ...], file: str, reason: str, cell: str, found: str
) -> None:
    before = published_release(refused)
    correction_file(refused.raw / CORRECTIONS, (submission_id(refused), *line))
    with pytest.raises(AuditFailedError) as failure:
        load(refused)
    assert published_release(refused) == before
    assert f"cell: {cell}, raw_text: " in str(failure.value)
    failed = {outcome.name: outcome.sample.to_dicts() for outcome in failure.value.failed}
    assert list(failed) == ["corrections_apply"]
    if reason == "CORRECTION_PERIMEE":
        assert [(row["file"], row["cell"], row["raw_text"]) for row in failed["corrections_apply"]] == [
            (file, cell, line[2])
        ]
    with duckdb.connect(refused.work / "housing.duckdb", read_only=True) as work:
        told = work.execute("SELECT file, cell, raw_text, message_fr FROM fact.rejection WHERE reason = ?", [reason])
        ((*where, message),) = told.fetchall()
    assert tuple(where) == (file, cell, found)
    if reason == "CORRECTION_PERIMEE":
        assert f"« {line[2]} »" in message
        assert f"« {found} »" in message


@pytest.mark.parametrize("file", ["0123456789abcdef", "abc", "bilan.xlsx"])
def test_a_correction_of_a_file_that_was_never_received_holds_the_release_back(refused: Settings, file: str) -> None:
    correction_file(refused.raw / CORRECTIONS, (file, "Activité", "C7", "12 34", "1 234"))
    with pytest.raises(AuditFailedError, match="corrections_apply"):
        load(refused)
    with duckdb.connect(refused.work / "housing.duckdb", read_only=True) as work:
        told = work.execute("SELECT raw_text FROM fact.rejection WHERE reason = 'CORRECTION_SANS_ENVOI'").fetchall()
    assert told == [(file,)]


def test_a_correction_can_be_removed_once_the_sender_states_the_same(corrected: Settings) -> None:
    regional_return(corrected.raw / RETURN, [["Ménages logés", 2021, "1234", None]])
    load(corrected)
    assert query(corrected, STATUS) == [("removable", "1234")]
    review = "SELECT is_blocking, passed FROM audit.check WHERE check_name = 'corrections_to_review'"
    assert query(corrected, review) == [(False, False)]


def test_a_correction_can_be_removed_once_its_file_is_withdrawn(corrected: Settings) -> None:
    withdraw(corrected, submission_id(corrected), "envoi annulé")
    load(corrected)
    assert query(corrected, STATUS) == [("removable", None)]


def test_the_wrong_text_that_the_sender_writes_again_is_said_so(corrected: Settings) -> None:
    regional_return(corrected.raw / RETURN, ROWS, below=["Note : deuxième envoi inventé"])
    load(corrected)
    assert query(corrected, STATUS) == [("returned", "12 34")]


def test_corrections_can_be_declared_in_a_text_file(refused: Settings) -> None:
    path: Path = refused.raw / "corrections/corrections.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        "Envoi;Feuille;Cellule;Texte de la cellule;Texte corrigé;Motif;Auteur;Date\n"
        f"{submission_id(refused)};Activité;C7;12 34;1 234;coquille;A. Analyste;02/05/2022\n",
        encoding="utf-8",
    )
    load(refused)
    assert query(refused, "SELECT households_housed FROM kpi.regional") == [(1234.0,)]


@pytest.mark.parametrize("content", [b"not a workbook", b""])
def test_a_refused_file_of_corrections_stops_the_load_until_a_good_one_lies_in_its_place(
    corrected: Settings, content: bytes
) -> None:
    before = published_release(corrected)
    good = (corrected.raw / CORRECTIONS).read_bytes()
    (corrected.raw / CORRECTIONS).write_bytes(content or b"PK\x03\x04 cut")
    regional_return(corrected.raw / "regional_return/corse/bilan.xlsx", ROWS[1:], region="Corse")
    for _ in range(2):
        with pytest.raises(HeldError, match=CORRECTIONS) as held:
            load(corrected)
        assert "withdrawn" in str(held.value)
        assert published_release(corrected) == before
    (corrected.raw / CORRECTIONS).write_bytes(good)
    load(corrected)
    assert query(corrected, "SELECT region, deliveries FROM kpi.regional ORDER BY region") == [
        ("Bretagne", 5.0),
        ("Corse", 5.0),
    ]
    assert query(corrected, STATUS) == [("applied", None)]
