"""The command line as an operator and a script use it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from tests.support.workbooks import regional_return, worksheet

ROWS = [["Ménages logés", 2021, "1 234", "ménages"], ["Livraisons", 2021, "12 34", None]]


def test_the_installed_command_loads_and_ends_with_its_exit_code(settings: Settings, housing_process: Any) -> None:
    asked = housing_process("explain", "approvals", "France", "2021")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "housing load" in asked.stderr
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS)
    loaded = housing_process("load", "--json")
    assert (loaded.returncode, json.loads(loaded.stdout)["read"]) == (1, ["regional_return/bretagne/bilan.xlsx"])
    assert "Traceback" not in asked.stderr + loaded.stderr


def test_check_says_what_is_hidden_repaired_or_not_read_and_refuses_nothing_for_it(
    housing: Any, tmp_path: Path
) -> None:
    path = regional_return(tmp_path / "bilan.xlsx", [["MÃ©nages logÃ©s", 2021, 1234, None]])
    book = openpyxl.load_workbook(path)
    worksheet(book).row_dimensions[7].hidden = True
    book.create_sheet("Brouillon").append(["Livraisons", 2021])
    book.save(path)
    said = housing("check", str(path))
    assert said.returncode == 0
    assert "rien à corriger" in said.stdout
    assert "Activité C7 : à vérifier. « 1234 » se trouve dans une ligne ou une colonne masquée" in said.stdout
    assert "Activité A7 : à vérifier. « MÃ©nages logÃ©s » est un texte mal décodé" in said.stdout
    assert "Brouillon : à vérifier. Aucun tableau n'est attendu sur cette feuille ; ses 2 cellules" in said.stdout


def test_what_a_cell_says_commands_no_terminal(housing: Any, tmp_path: Path) -> None:
    path = regional_return(tmp_path / "bilan.xlsx", [["_x001B_[2Jvide", 2021, "x" * 30_000, None]])
    said = housing("check", str(path))
    assert said.returncode == 1
    assert "\x1b" not in said.stdout
    assert "« ␛[2Jvide »" in said.stdout
    assert len(said.stdout) < 5_000
    layout = housing("layout", "test", "regional_return", str(path))
    assert "␛[2Jvide" in layout.stdout
    assert "\x1b" not in layout.stdout


def test_load_prints_what_was_done_what_was_refused_and_the_scorecard(settings: Settings, housing: Any) -> None:
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS)
    done = housing("load")
    assert done.returncode == 1, done.stderr  # something that it read was refused
    assert "1 new" in done.stdout
    assert "bilan.xlsx Activité C8" in done.stdout
    assert "1\N{NARROW NO-BREAK SPACE}234 (2021)" in done.stdout
    again = json.loads(housing("load", "--json").stdout)
    assert (again["read"], again["remembered"], again["is_new_release"]) == ([], 1, False)


def test_query_explain_and_releases_answer_from_the_release(settings: Settings, housing: Any) -> None:
    assert housing("query", "SELECT 1").returncode == 1
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS)
    housing("load")
    (row,) = json.loads(housing("query", "SELECT households_housed FROM kpi.regional", "--json").stdout)
    assert row == {"households_housed": 1234.0}
    table = housing("query", "SELECT region, households_housed FROM kpi.regional").stdout
    assert "┃ region   ┃ households_housed ┃" in table
    too_wide = housing("query", "FROM fact.observation").stdout
    assert re.search(r"│ raw_text +│ 1 234", too_wide)
    assert "…" not in too_wide
    (cell,) = json.loads(housing("explain", "households_housed", "Bretagne", "2021", "--json").stdout)
    assert (cell["sheet"], cell["cell"], cell["raw_text"]) == ("Activité", "C7", "1 234")
    assert housing("explain", "households_housed", "Corse", "2021").returncode == 1
    assert json.loads(housing("query", "--json", "-- how many?\nSELECT 1 AS one").stdout) == [{"one": 1}]
    (release,) = json.loads(housing("releases", "--json").stdout)
    assert release["is_published"] is True
    assert housing("rollback", "nowhere").returncode == 1
    assert "Traceback" not in housing("rollback").stderr


def test_every_run_leaves_a_note_also_one_that_changes_nothing_or_fails(
    settings: Settings, housing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert housing("note").returncode == 1
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS)
    housing("load")
    told = json.loads(housing("note", "--json").stdout)
    assert (told["outcome"], [line["message_fr"] for line in told["sections"]["received"]]) == (
        "published",
        ["Bretagne, Bilan annuel d'activité d'un comité régional : 1 fichier"],
    )
    assert told["sections"]["refused"][0]["cells"] == "[regional_return/bretagne/bilan.xlsx]Activité!C8"
    assert "« 12 34 »" in housing("note", told["release_id"]).stdout
    housing("load")
    assert json.loads(housing("note", "--json").stdout)["outcome"] == "unchanged"
    monkeypatch.setattr("pipeline.warehouse.audit.run_audit", _full_disk)
    regional_return(settings.raw / "regional_return/corse/bilan.xlsx", ROWS[:1])
    assert housing("load").returncode == 5
    failed = json.loads(housing("note", "--json").stdout)
    assert (failed["outcome"], "free some space" in failed["failure"]) == ("failed", True)
    assert len(housing("note", "--list").stdout.split()) == 3
    assert housing("note", "1999").returncode == 1


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device", "/disk")


def test_a_query_reaches_nothing_but_the_release(settings: Settings, housing: Any, tmp_path: Path) -> None:
    settings.raw.mkdir()
    housing("load")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for statement in (f"FROM '{tmp_path}/secret.csv'", "INSTALL httpfs", "DROP TABLE dim.territory"):
        refused = housing("query", statement)
        assert refused.returncode == 2, statement
        assert "Traceback" not in refused.stderr


def test_check_says_what_would_be_refused_and_receives_nothing(
    settings: Settings, housing: Any, tmp_path: Path
) -> None:
    good = regional_return(tmp_path / "bon.xlsx", ROWS[:1])
    bad = regional_return(tmp_path / "mauvais.xlsx", [*ROWS, ["Agréments", 2021, -3, None]])
    assert housing("check", str(good)).returncode == 0
    refused = housing("check", str(good), str(bad), "--json")
    assert refused.returncode == 1
    of_good, of_bad = json.loads(refused.stdout)
    assert of_good["rejections"] == []
    assert (of_bad["faults"], of_bad["doubts"]) == (of_bad["rejections"], of_bad["remarks"])
    assert [(each["reason"], each["cell"]) for each in of_bad["rejections"]] == [
        ("NOMBRE_ILLISIBLE", "C8"),
        ("VALEUR_NEGATIVE", "C9"),
    ]
    assert housing("check", str(good), "--source", "nothing").returncode == 2
    assert not settings.ledger.exists()


def test_check_prints_the_first_rejections_and_counts_the_rest(housing: Any, tmp_path: Path) -> None:
    rows = [["Livraisons", 1900, f"{year} 0", None] for year in range(1000, 1203)]
    path = regional_return(tmp_path / "bilan.xlsx", rows)
    said = housing("check", str(path)).stdout.splitlines()
    assert sum("n'est pas un nombre lisible" in line for line in said) == 200
    assert [line.split(" : ", 1)[1] for line in said if "autre(s)" in line] == [
        "et 3 autre(s) à corriger ; pour les voir tous, demandez --json ou --annotate."
    ]
    (of_file,) = json.loads(housing("check", str(path), "--json").stdout)
    assert len(of_file["rejections"]) == 203


def test_one_region_is_loaded_by_name_slug_or_code_and_an_unknown_one_is_told(settings: Settings, housing: Any) -> None:
    regional_return(settings.raw / "regional_return/bretagne/a.xlsx", ROWS)
    regional_return(settings.raw / "regional_return/corse/b.xlsx", ROWS[:1], region="Corse")
    assert json.loads(housing("load", "--region", "Corse", "--json").stdout)["read"] == ["regional_return/corse/b.xlsx"]
    assert json.loads(housing("load", "--region", "53", "--json").stdout)["read"] == ["regional_return/bretagne/a.xlsx"]
    unknown = housing("load", "--region", "Atlantide")
    assert unknown.returncode == 2
    assert "Hauts-de-France" in unknown.stderr


def test_a_held_warehouse_is_told_in_one_sentence(settings: Settings, housing_process: Any) -> None:
    with hold_warehouse(settings, "a made-up run"):
        told = housing_process("load")
    assert told.returncode == 4
    assert "a made-up run" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_wrong_setting_and_a_damaged_ledger_are_told_in_one_sentence(settings: Settings, housing: Any) -> None:
    settings.warehouse.mkdir()
    settings.ledger.write_text("{broken\n")
    told = housing("load")
    assert told.returncode == 5
    assert "line 1" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_file_is_withdrawn_and_the_release_verified(settings: Settings, housing: Any) -> None:
    assert housing("verify").returncode == 1
    regional_return(settings.raw / "regional_return/bretagne/bilan.xlsx", ROWS)
    housing("load")
    told = json.loads(housing("verify", "--json").stdout)
    assert (told["is_equal"], told["files"], told["archive_faults"], told["differences"]) == (True, 1, [], [])
    taken = housing("withdraw", "regional_return/bretagne/bilan.xlsx", "--reason", "à refaire")
    assert (taken.returncode, "housing load" in taken.stdout) == (0, True)
    assert housing("withdraw", "regional_return/bretagne/bilan.xlsx", "--reason", "encore").returncode == 1
    assert housing("withdraw", "abcdef01").returncode == 2
    older = housing("verify")
    assert (older.returncode, "another ledger" in older.stdout) == (1, True)
    assert housing("diff").returncode == 1  # there is no release before
    housing("load")
    _tells_of_the_withdrawal(housing)
    assert housing("verify").returncode == 0
    (archived,) = [path for path in (settings.warehouse / "archive").glob("*/*") if path.is_file()]
    archived.unlink()
    damaged = housing("verify")
    assert damaged.returncode == 1
    assert "regional_return/bretagne/bilan.xlsx" in damaged.stdout
    assert archived.name in damaged.stdout


def _tells_of_the_withdrawal(housing: Any) -> None:
    """What the release says of itself, and what any two releases say of each other."""
    shown = json.loads(housing("diff", "--json").stdout)
    assert [
        (row["change"], row["indicator"], row["old_value"], row["new_value"]) for row in shown if row["indicator"]
    ] == [("withdrawn", "households_housed", 1234, None)]
    assert {row["change"] for row in shown} == {"withdrawn", "no_longer_reported", "no_longer_refused"}
    assert json.loads(housing("query", "--json", "FROM audit.release_change").stdout) == shown
    now, before = (release["release_id"] for release in json.loads(housing("releases", "--json").stdout))
    back = json.loads(housing("diff", now, before, "--json").stdout)
    assert {row["change"] for row in back} == {"added", "reported", "refused"}
    assert "changes nothing" in housing("diff", now, now).stdout
