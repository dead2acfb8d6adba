"""The way back through the whole flow: what is refused goes back marked, and a corrected workbook answers it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from pipeline.cells.isolation import Task, run_isolated
from pipeline.feedback import return_workbooks
from pipeline.feedback.folders import MARK
from pipeline.feedback.listing import SHEET
from pipeline.feedback.template import make_template
from pipeline.load import load
from pipeline.rejections import Rejection, reject
from pipeline.settings import Settings
from pipeline.vocabulary.territories import region_by_slug
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

PLACE = "regional_return/bretagne/bilan.xlsx"
GOOD = [["Ménages logés", 2021, "1 234", "ménages"], ["Livraisons", 2021, "12", None]]
BAD = [GOOD[0], ["Livraisons", 2021, "12 34", None]]


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation without the relations that nothing here asks."""
    return settings.changed(
        sql=part_of_sql(tmp_path_factory, "kpi.regional", "kpi.regional_latest", "audit.conflict", "audit.revision")
    )


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def folders(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.returned.iterdir() if path.is_dir())


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def with_a_refused_cell(settings: Settings) -> None:
    regional_return(settings.raw / PLACE, BAD)
    load(settings)


@pytest.fixture
def refused(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return begin_with(with_a_refused_cell, settings, tmp_path_factory)


def test_a_workbook_with_a_refused_cell_goes_back_marked_under_its_own_name(refused: Settings) -> None:
    ((submission_id,),) = query(refused, "SELECT submission_id FROM fact.submission")
    (folder,) = folders(refused)
    assert (folder.name, [path.name for path in folder.iterdir()]) == (submission_id, ["bilan.xlsx"])
    book = load_workbook(folder / "bilan.xlsx")
    assert book.sheetnames == [SHEET, "Activité"]
    ((message,),) = query(refused, "SELECT message_fr FROM fact.rejection")
    assert message in book["Activité"]["C8"].comment.text
    told = [str(cell) for row in book[SHEET].iter_rows(values_only=True) for cell in row if cell]
    assert message in told
    assert "Ménages logés, Bretagne, 2021 : 1\N{NARROW NO-BREAK SPACE}234 ménages" in told


def test_a_workbook_without_refusals_does_not_go_back(settings: Settings) -> None:
    regional_return(settings.raw / PLACE, GOOD)
    load(settings)
    assert folders(settings) == []


def test_a_corrected_workbook_under_the_same_name_answers_the_refusals_and_its_figure_is_current(
    refused: Settings,
) -> None:
    regional_return(refused.raw / PLACE, GOOD, issued="20/03/2022")
    load(refused)
    assert query(refused, "SELECT count(*) FROM fact.rejection") == [(0,)]
    assert query(refused, "SELECT deliveries FROM kpi.regional") == [(12.0,)]
    assert folders(refused) == []
    kept = "SELECT reason, cell, row_level FROM audit.remark WHERE row_level = 'superseded'"
    assert query(refused, kept) == [("NOMBRE_ILLISIBLE", "C8", "superseded")]
    history = "SELECT count(*) FROM fact.observation_history WHERE indicator = 'households_housed'"
    assert query(refused, history) == [(2,)]
    assert query(refused, "SELECT rejected FROM fact.submission ORDER BY received_at") == [(1,), (0,)]


def test_whatever_a_later_workbook_still_has_wrong_is_refused_in_it_alone(refused: Settings) -> None:
    regional_return(refused.raw / PLACE, [*BAD, ["Agréments", 2021, -3, None]])
    load(refused)
    assert sorted(query(refused, "SELECT reason FROM fact.rejection")) == [("NOMBRE_ILLISIBLE",), ("VALEUR_NEGATIVE",)]
    (folder,) = folders(refused)
    newest = "SELECT submission_id FROM fact.submission ORDER BY received_at DESC LIMIT 1"
    assert query(refused, newest) == [(folder.name,)]


def test_the_copy_that_went_back_can_be_corrected_and_sent_as_it_is(refused: Settings) -> None:
    (folder,) = folders(refused)
    book = load_workbook(folder / "bilan.xlsx")
    book["Activité"]["C8"] = 12
    book.save(refused.raw / PLACE)
    load(refused)
    assert query(refused, "SELECT count(*) FROM fact.rejection") == [(0,)]
    assert query(refused, "SELECT deliveries FROM kpi.regional") == [(12.0,)]
    roles = "SELECT DISTINCT role FROM audit.cell_coverage WHERE sheet = 'À corriger'"
    assert query(refused, roles) == [("note",)]
    assert query(refused, "SELECT * FROM audit.remark WHERE reason = 'COMMENTAIRE'") == [], (
        "our own comment says nothing"
    )
    assert folders(refused) == []


def test_the_annotated_copy_put_right_beside_the_file_answers_it(refused: Settings) -> None:
    copy = refused.raw / "regional_return/bretagne/bilan - à corriger.xlsx"
    regional_return(copy, [["Ménages logés", 2021, "1 235", "ménages"], GOOD[1]])
    load(refused)
    assert query(refused, "SELECT * FROM fact.rejection") == []
    assert query(refused, "SELECT households_housed, deliveries FROM kpi.regional") == [(1235.0, 12.0)]
    assert query(refused, "SELECT file, row_level FROM audit.remark WHERE reason = 'NOMBRE_ILLISIBLE'") == [
        (PLACE, "superseded")
    ]
    assert query(refused, "FROM audit.conflict") == []
    assert query(refused, "SELECT old_value, new_value FROM audit.revision") == [(1234.0, 1235.0)]
    assert folders(refused) == []
    receipt = load(refused).receipt  # both lie there, and neither has come back
    assert (len(receipt.unchanged), receipt.located) == (2, [])


def test_a_comment_that_corrects_a_figure_is_said_and_the_figure_stays(settings: Settings) -> None:
    book = load_workbook(regional_return(settings.raw / PLACE, GOOD))
    book["Activité"]["C8"].comment = Comment("remplacer par 812", "Ève")
    book.save(settings.raw / PLACE)
    load(settings)
    said = "SELECT sheet, cell, raw_text, row_level FROM audit.remark WHERE reason = 'COMMENTAIRE'"
    assert query(settings, said) == [("Activité", "C8", "12", "remark")]
    assert query(settings, "SELECT deliveries FROM kpi.regional") == [(12.0,)]
    assert folders(settings) == []


def test_a_file_that_was_replaced_and_comes_back_stands_again(refused: Settings, tmp_path: Path) -> None:
    first = tmp_path / "first.xlsx"
    shutil.copy(refused.raw / PLACE, first)
    regional_return(refused.raw / PLACE, GOOD, issued="20/03/2022")
    load(refused)
    shutil.copy(first, refused.raw / PLACE)
    assert load(refused).receipt.located == [PLACE]
    assert query(refused, "SELECT reason FROM fact.rejection") == [("NOMBRE_ILLISIBLE",)]
    assert load(refused).receipt.unchanged == [PLACE]


def test_files_that_cannot_be_annotated_go_back_as_a_list_and_never_stop_the_others(settings: Settings) -> None:
    regional_return(settings.raw / PLACE, BAD)
    for region, content in {"corse": b"%PDF-1.7 no workbook", "normandie": b"PK\x03\x04 cut short"}.items():
        path = settings.raw / f"regional_return/{region}/bilan.xlsx"
        path.parent.mkdir()
        path.write_bytes(content)
    text = settings.raw / "regional_return/mayotte/bilan.csv"
    text.parent.mkdir()
    text.write_text("Région;Mayotte\n\nIndicateur;Année;Valeur\nLivraisons;2021;12 34\n", encoding="utf-8")
    load(settings)
    names = sorted(path.name for folder in folders(settings) for path in folder.iterdir())
    assert names == [
        "bilan - liste des corrections.xlsx",
        "bilan - liste des corrections.xlsx",
        "bilan.xlsx",
        "bilan.xlsx",
    ]


def test_a_reading_that_is_interrupted_sends_the_list_alone(refused: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(tasks: list[Task], *_: object) -> Iterator[tuple[Task, Rejection]]:
        for task in tasks:
            Path(str(task.args[2]), "half written.xlsx").write_bytes(b"half")
            yield task, reject("LECTEUR_INTERROMPU", found="essai")

    shutil.rmtree(refused.returned)
    monkeypatch.setattr("pipeline.cells.isolation.run_isolated", interrupt)
    return_workbooks(refused)
    (folder,) = folders(refused)
    assert [path.name for path in folder.iterdir()] == ["bilan - liste des corrections.xlsx"]
    monkeypatch.undo()
    load(refused, force=True)
    (folder,) = folders(refused)
    assert [path.name for path in folder.iterdir()] == ["bilan.xlsx"], "what was interrupted is tried again"


def test_only_what_is_told_otherwise_is_made_again(refused: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def telling(tasks: list[Task], *others: Any) -> Iterator[tuple[Task, object]]:
        made.extend(task.name for task in tasks)
        return run_isolated(tasks, *others)

    def load_making(*names: str) -> None:
        made.clear()
        load(refused, force=True)
        assert sorted(made) == sorted(names)

    monkeypatch.setattr("pipeline.cells.isolation.run_isolated", telling)
    load_making()
    regional_return(refused.raw / "regional_return/corse/autre.xlsx", BAD, region="Corse")
    load_making("autre.xlsx")
    regional_return(refused.raw / PLACE, [*BAD, ["Agréments", 2021, -3, None]])
    load_making("bilan.xlsx")
    next(path for path in refused.returned.rglob("autre.xlsx")).write_bytes(b"worked on")
    load_making("autre.xlsx")
    (refused.returned / MARK).write_text("an earlier version's")
    load_making("autre.xlsx", "bilan.xlsx")
    load_making()


def test_made_again_from_nothing_the_folders_are_the_same_to_the_byte(refused: Settings) -> None:
    before = bytes_of(folders(refused)[0])
    kept = folders(refused)[0].stat()
    load(refused, force=True)
    assert folders(refused)[0].stat().st_ino == kept.st_ino, "what did not change is not written again"
    shutil.rmtree(refused.returned)
    load(refused)
    assert bytes_of(folders(refused)[0]) == before


def test_what_a_cut_run_left_behind_is_swept(refused: Settings) -> None:
    (refused.returned / ".incoming-cut").mkdir()
    load(refused, force=True)
    assert not list(refused.returned.glob(".incoming-*"))


# -- before sending ------------------------------------------------------------------------------------------------


def test_check_annotates_a_copy_beside_the_file_or_in_a_folder_and_leaves_the_file(
    housing: Any, tmp_path: Path
) -> None:
    path = regional_return(tmp_path / "bilan.xlsx", BAD)
    before = path.read_bytes()
    done = housing("check", path, "--annotate")
    assert done.returncode == 1, done.stderr
    assert "Activité C8 : « 12 34 » n'est pas un nombre lisible." in done.stdout
    assert "Activité : 1 accepté(s)." in done.stdout
    beside = tmp_path / "bilan - à corriger.xlsx"
    assert load_workbook(beside)["Activité"]["C8"].comment is not None
    assert path.read_bytes() == before
    assert housing("check", path, "--annotate", tmp_path / "new" / "folder").returncode == 1
    assert (tmp_path / "new" / "folder" / beside.name).read_bytes() == beside.read_bytes()


def test_check_writes_over_nothing_that_somebody_may_have_worked_on(housing: Any, tmp_path: Path) -> None:
    corse, mayotte = tmp_path / "corse/bilan.xlsx", tmp_path / "mayotte/bilan.xlsx"
    regional_return(corse, BAD)
    regional_return(mayotte, [*BAD, BAD[1]])
    corrected = tmp_path / "bilan - à corriger.xlsx"
    corrected.write_bytes(b"the work of somebody")
    for _ in range(2):
        said = housing("check", corse, corse, mayotte, "--annotate", tmp_path).stdout
        assert said.splitlines()[-2:] == [
            f"Copie annotée : {tmp_path / name}"
            for name in ("bilan - à corriger (2).xlsx", "bilan - à corriger (3).xlsx")
        ]
    assert corrected.read_bytes() == b"the work of somebody"
    assert len(list(tmp_path.glob("*.xlsx"))) == 3


def test_check_ends_with_what_it_found(housing: Any, tmp_path: Path) -> None:
    good = regional_return(tmp_path / "bon.xlsx", GOOD)
    bad = regional_return(tmp_path / "mauvais.xlsx", BAD)
    broken = tmp_path / "image.xlsx"
    broken.write_bytes(b"\x89PNG not a workbook")
    assert housing("check", good).returncode == 0
    assert "rien à corriger" in housing("check", good).stdout
    assert housing("check", good, bad).returncode == 1
    unreadable = housing("check", good, bad, broken, "--json", "--annotate", tmp_path / "copies")
    assert unreadable.returncode == 2
    told = json.loads(unreadable.stdout)
    assert [[(each["reason"], each["level"]) for each in of_file["rejections"]] for of_file in told] == [
        [],
        [("NOMBRE_ILLISIBLE", "cell")],
        [("TYPE_FICHIER", "file")],
    ]
    assert [(of_file["file"], len(of_file["accepted"])) for of_file in told] == [
        (str(good), 2),
        (str(bad), 1),
        (str(broken), 0),
    ]
    assert told[1]["accepted"][0]["reading"].startswith("Ménages logés, ")
    assert [of_file["copy"] and Path(of_file["copy"]).name for of_file in told] == [
        None,
        "mauvais - à corriger.xlsx",
        "image - liste des corrections.xlsx",
    ]
    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == [
        "image - liste des corrections.xlsx",
        "mauvais - à corriger.xlsx",
    ]
    nowhere = housing("check", bad, "--annotate", good / "sub")
    assert (nowhere.returncode, "« 12 34 » n'est pas un nombre lisible." in nowhere.stdout) == (2, True)
    assert "cannot be written (Not a directory); give a DIR to --annotate" in nowhere.stderr
    misplaced = housing("check", "--annotate", good, bad)
    assert misplaced.returncode == 2
    assert "after the files" in misplaced.stderr


def test_check_says_its_word_on_a_file_whose_name_is_no_text(housing: Any, tmp_path: Path) -> None:
    bad = regional_return(tmp_path / "mauvais.xlsx", BAD)
    wrongly_named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xe9gion.xlsx"))
    bad.rename(wrongly_named)
    good = regional_return(tmp_path / "bon.xlsx", GOOD)
    done = housing("check", wrongly_named, good, "--annotate", tmp_path / "copies")
    assert done.returncode == 1, done.stderr
    assert "r\\udce9gion.xlsx Activité C8 : « 12 34 » n'est pas un nombre lisible." in done.stdout
    assert f"{good} : rien à corriger." in done.stdout
    (copy,) = (tmp_path / "copies").iterdir()
    assert "r\\udce9gion.xlsx" in str(load_workbook(copy).worksheets[0]["A1"].value)


# -- the blank return ----------------------------------------------------------------------------------------------


def test_a_template_recalls_last_year_and_what_is_filled_in_it_loads(settings: Settings, housing: Any) -> None:
    regional_return(settings.raw / PLACE, GOOD)
    load(settings)
    path = settings.raw / "regional_return/bretagne/bilan-2022.xlsx"
    done = housing("template", "53", "2022", "--output", path)
    assert done.returncode == 0, done.stderr
    book = load_workbook(path)
    sheet = book["Activité"]
    recalled = {row[0].value: row[5] for row in sheet["A6:G30"] if row[5].value is not None}
    assert {label: cell.value for label, cell in recalled.items()} == {"Ménages logés": 1234, "Livraisons": 12}
    assert all(cell.font.color.rgb == "FF808080" and cell.protection.locked for cell in recalled.values())
    for (label, *_), (value,) in zip(sheet["A6:A30"], sheet["D6:D30"], strict=True):
        if label.value == "Livraisons":
            value.value = 15
    book.save(path)
    load(settings)
    assert query(settings, "SELECT count(*) FROM fact.rejection") == [(0,)]
    assert query(settings, "SELECT year, deliveries FROM kpi.regional ORDER BY year") == [(2021, 12.0), (2022, 15.0)]


def test_a_template_that_was_filled_is_not_written_over(housing: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "bilan.xlsx"
    assert [housing("template", "Corse", "2024", "--output", path).returncode for _ in range(2)] == [0, 0]
    path.write_bytes(b"filled")
    again = housing("template", "Corse", "2024", "--output", path)
    assert again.returncode == 2
    assert "give another --output" in again.stderr
    assert path.read_bytes() == b"filled"
    nowhere = housing("template", "Corse", "2024", "--output", path / "sub" / "bilan.xlsx")
    assert nowhere.returncode == 2
    assert "cannot be written (Not a directory); give another --output" in nowhere.stderr


def test_a_template_for_an_unknown_region_names_those_there_are(housing: Any) -> None:
    unknown = housing("template", "Atlantide", "2024")
    assert unknown.returncode == 2
    assert "Hauts-de-France" in unknown.stderr


def test_a_template_without_a_warehouse_recalls_nothing(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    make_template(region_by_slug()["bretagne"], 2022, path, settings)
    sheet = load_workbook(path)["Activité"]
    assert sheet["F5"].value == "Rappel N-1"
    assert {cell.value for (cell,) in sheet["F6:F40"]} == {None}
