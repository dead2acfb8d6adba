"""Settings: what the environment changes, and how a wrong setting is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import MARK, PRODUCT, Sending, SettingError, Settings, declaration_folders, home


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUSING_RAW", "elsewhere")
    monkeypatch.setenv("HOUSING_KEEP_RELEASES", "3")
    monkeypatch.setenv("HOUSING_LIMIT_SECONDS", "7")
    settings = Settings.from_environment()
    assert (settings.raw, settings.keep_releases, settings.limits.seconds) == (Path("elsewhere"), 3, 7)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HOUSING_KEEP_RELEASES", "many"),
        ("HOUSING_KEEP_RELEASES", "0"),
        ("HOUSING_WORKERS", "-1"),
        ("HOUSING_WORKERS", "0"),
        ("HOUSING_WORKERS", "100000"),
        ("HOUSING_WORKERS", ""),
        ("HOUSING_SETTLE_SECONDS", "-1"),
        ("HOUSING_SETTLE_SECONDS", "nan"),
        ("HOUSING_LOCK_WAIT_SECONDS", "inf"),
        ("HOUSING_LIMIT_SECONDS", "0"),
        ("HOUSING_LIMIT_CELLS", "1.5"),
        ("HOUSING_LIMIT_MEMORY_BYTES", "2 GiB"),
        ("HOUSING_DATABASE_MEMORY_BYTES", "1"),
        ("HOUSING_SQL", "/nonexistent"),
        ("HOUSING_HOME", "/nonexistent"),
        ("HOUSING_SPREAD_FILES", "10"),
        ("HOUSING_SPREAD_BATCHES", "0"),
        ("HOUSING_SPREAD_PATIENCE_SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_name_and_its_text(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingError) as refused:
        Settings.from_environment()
    sentence = str(refused.value)
    assert sentence.startswith(f"{name}={text!r}: ")
    assert sentence.endswith(("correct or unset it", "or unset it"))
    assert "\n" not in sentence


def test_a_setting_that_does_not_exist_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUSING_WORKER", "2")
    with pytest.raises(SettingError, match=r"HOUSING_WORKER: there is no such setting; did you mean HOUSING_WORKERS\?"):
        Settings.from_environment()


def test_the_command_line_says_a_wrong_setting_in_one_sentence_and_ends_with_2() -> None:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "releases"]
    environment = {"HOUSING_WORKERS": "0", "PYTHONPATH": str(PRODUCT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("HOUSING_WORKERS='0': ")
    assert done.stderr.count("\n") == 1


def test_a_change_of_settings_is_checked_like_a_variable(tmp_path: Path) -> None:
    settings = Settings(raw=tmp_path, warehouse=tmp_path)
    assert settings.changed(keep_releases=4).keep_releases == 4
    assert settings.changed(keep_releases=4).raw == tmp_path
    with pytest.raises(ValueError, match="keep_releases"):
        settings.changed(keep_releases=0)


def test_the_home_is_what_is_named_else_the_nearest_marked_folder_else_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert home() == PRODUCT
    (tmp_path / MARK).write_text("")
    inner = tmp_path / "raw" / "deep"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert home() == tmp_path
    named = tmp_path / "named"
    named.mkdir()
    monkeypatch.setenv("HOUSING_HOME", str(named))
    assert home() == named
    assert Settings.from_environment().warehouse == named / "warehouse"


def test_outside_a_clone_and_an_installation_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipeline.settings.installation.IS_CLONE", False)
    with pytest.raises(SettingError, match="housing init"):
        home()


def test_what_the_home_declares_comes_after_what_the_product_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOUSING_HOME", str(tmp_path))
    assert declaration_folders("sources") == (PRODUCT / "sources",)
    (tmp_path / "sources").mkdir()
    assert declaration_folders("sources") == (PRODUCT / "sources", tmp_path / "sources")


def test_each_setting_of_what_is_sent_is_shown_to_who_runs_it() -> None:
    page = (PRODUCT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in (*Sending.model_fields, "log_format"):
        assert f"HOUSING_{name.upper()}" in page, name
