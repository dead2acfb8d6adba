"""Isolation: a task that crashes, loops or fills the memory is rejected alone, and the results keep their order."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.read_workbook import read_workbook
from pipeline.rejections import FileRefusedError, Rejection, refuse_file
from pipeline.settings import PRODUCT, Limits, Settings

SETTINGS = Settings(limits=Limits(seconds=30, memory_bytes=512 * 1024**2), workers=2)


class PanicError(BaseException):
    """What a panic of a compiled reader looks like."""


def behave(what: str) -> object:
    if what == "dies":
        os._exit(3)
    if what == "aborts":
        os.abort()
    if what == "loops":
        while True:
            pass
    if what == "swells":
        return len(bytearray(4 * 1024**3))
    if what == "panics":
        raise PanicError("unreachable")
    if what == "refuses":
        raise refuse_file("TYPE_FICHIER", found="PDF")
    if what == "breaks":
        raise KeyError("colonne")
    return what.upper()


def wait_for(path: Path | None) -> bool:
    while path is not None and not path.exists():
        time.sleep(0.01)
    return True


def process_id(_name: str) -> int:
    return os.getpid()


def meets(_name: str, error: OSError) -> None:
    raise error


def sleep(_name: str) -> None:
    time.sleep(60)


def tasks(*names: str) -> list[Task]:
    return [Task(name, (name,)) for name in names]


def run(*names: str, settings: Settings = SETTINGS) -> list[object]:
    return [result for _, result in run_isolated(tasks(*names), behave, settings)]


def rejection(result: object) -> Rejection:
    assert isinstance(result, Rejection)
    return result


def test_results_come_in_the_order_of_tasks_and_completion_is_told_as_it_happens(tmp_path: Path) -> None:
    others_done = tmp_path / "done"
    finished: list[str] = []

    def note(task: Task, _result: object) -> None:
        finished.append(task.name)
        if len(finished) == 2:
            others_done.touch()

    given = [Task("first", (others_done,)), Task("a", (None,)), Task("b", (None,))]
    results = list(run_isolated(given, wait_for, SETTINGS, note))
    assert results == [(task, True) for task in given]
    assert sorted(finished[:2]) == ["a", "b"]  # which of the two, their workers decide
    assert finished[2:] == ["first"]


@pytest.mark.parametrize(
    ("what", "reason", "words"),
    [
        ("dies", "LECTEUR_INTERROMPU", "code 3"),
        ("aborts", "LECTEUR_INTERROMPU", "SIGABRT"),
        ("panics", "LECTEUR_INTERROMPU", "PanicError"),
        ("breaks", "LECTEUR_INTERROMPU", "KeyError"),
        ("refuses", "TYPE_FICHIER", "PDF"),
    ],
)
def test_a_task_that_fails_is_rejected_alone(what: str, reason: str, words: str) -> None:
    before, failed, after = run("a", what, "b")
    assert (before, after) == ("A", "B")
    assert rejection(failed).reason == reason
    assert words in rejection(failed).message_fr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells and caps the memory of a process")
def test_a_task_that_fills_the_memory_names_that_limit() -> None:
    failed, after = run("swells", "b")
    assert rejection(failed).reason == "LIMITE_DEPASSEE"
    assert "mémoire" in rejection(failed).message_fr
    assert "512 Mo" in rejection(failed).message_fr
    assert after == "B"


def test_a_task_that_never_ends_is_stopped_and_names_that_limit() -> None:
    settings = Settings(limits=Limits(seconds=1), workers=1)
    failed, after = run("loops", "b", settings=settings)
    assert rejection(failed).reason == "LIMITE_DEPASSEE"
    assert "durée de lecture" in rejection(failed).message_fr
    assert after == "B"


def test_one_worker_is_still_another_process() -> None:
    settings = Settings(limits=SETTINGS.limits, workers=1)
    ((_, found),) = run_isolated(tasks("a"), process_id, settings)
    assert found != os.getpid()


def test_every_task_may_fail_and_each_keeps_its_reason() -> None:
    results = run(*["dies", "refuses"] * 4)
    assert [rejection(result).reason for result in results] == ["LECTEUR_INTERROMPU", "TYPE_FICHIER"] * 4


def test_no_task_is_no_result() -> None:
    assert run() == []


def test_stopping_early_leaves_no_worker_behind() -> None:
    results = run_isolated(tasks("a", "b", "c"), process_id, SETTINGS)
    _, worker = next(results)
    assert isinstance(worker, int)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_workbook_crosses_from_the_worker_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("région;total\nBretagne;12\n", encoding="utf-8")
    ((_, workbook),) = run_isolated([Task("a.csv", (path, SETTINGS.limits))], read_workbook, SETTINGS)
    assert workbook == read_workbook(path, SETTINGS.limits)


def test_a_function_that_workers_cannot_import_is_an_error_of_ours_not_of_the_files() -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        list(run_isolated(tasks("a"), lambda name: name, SETTINGS))


def test_a_refusal_survives_pickling_with_all_its_words() -> None:
    refused = refuse_file("LIMITE_DEPASSEE", limit="mémoire", found="3 Go", expected="2 Go")
    copy = pickle.loads(pickle.dumps(refused))
    assert isinstance(copy, FileRefusedError)
    assert copy.rejection == refused.rejection
    assert str(copy) == str(refused)


def test_a_script_without_a_main_guard_does_not_run_itself_in_its_workers(tmp_path: Path) -> None:
    data = tmp_path / "a.csv"
    data.write_text("a;b\n1;2\n", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from pipeline.cells.read_workbook import read_workbook\n"
        "from pipeline.cells.isolation import Task, run_isolated\n"
        "from pipeline.settings import Limits, Settings\n"
        "print('started')\n"
        f"tasks = [Task('a', (Path({str(data)!r}), Limits()))]\n"
        "for _, book in run_isolated(tasks, read_workbook, Settings(workers=1)):\n"
        "    print(len(book.sheets[0].cells))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(PRODUCT)},
    )
    assert done.stdout.split() == ["started", "4"]


def test_what_a_worker_imports_is_light() -> None:
    heavy = {"polars", "dagster", "openpyxl", "pandera", "duckdb", "pandas", "numpy"}
    imports = "import sys, pipeline.cells.read_workbook, pipeline.cells.isolation"
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}; print(sorted({heavy!r} & sys.modules.keys()))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PRODUCT,
    )
    assert done.stdout.strip() == "[]"
