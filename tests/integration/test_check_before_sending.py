"""What a file that is not sent yet would change in a release, as ``housing check`` prints it; figures are invented."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli.sending import check
from pipeline.feedback.check_before_sending import check_files
from pipeline.feedback.verdict import Verdict
from pipeline.load import load
from pipeline.settings import Settings
from tests.support.workbooks import regional_return

SENT = "regional_return/bretagne/bilan.xlsx"


def with_two_years(settings: Settings) -> Settings:
    """Load two years of Brittany."""
    regional_return(settings.raw / SENT, [["Livraisons", 2020, 12_500, None], ["Livraisons", 2021, 12_700, None]])
    load(settings)
    return settings


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation whose release knows two years of Brittany; it is only read."""
    folder = tmp_path_factory.mktemp("two-years")
    return with_two_years(
        Settings(raw=folder / "raw", warehouse=folder / "warehouse", workers=1, settle_seconds=0, lock_wait_seconds=0.2)
    )


def checked(path: Path, settings: Settings) -> Verdict:
    ((_, verdict),) = check_files([path], "regional_return", settings)
    return verdict


def revised(folder: Path) -> Path:
    """A return that corrects one year, and gives the next in thousands."""
    rows = [["Livraisons", 2021, 12_750, None], ["Livraisons", 2022, 13, None]]
    return regional_return(folder / "bilan-2022.xlsx", rows, issued="15/03/2023")


def test_a_figure_in_another_unit_and_a_revision_are_told_before_the_file_is_sent(
    two_years: Settings, tmp_path: Path
) -> None:
    verdict = checked(revised(tmp_path), two_years)
    assert verdict.rejections == ()
    assert [(remark.reason, remark.sheet, remark.cell) for remark in verdict.remarks] == [
        ("REVISION", "", ""),
        ("ECHELLE_SUSPECTE", "Activité", "C8"),
    ]
    assert f"({SENT}). Modifiés : 1 ; inchangés : 0" in verdict.remarks[0].message_fr
    assert "« 13 » a été lu 13, contre 12\u202f750 pour 2021" in verdict.remarks[1].message_fr


def test_what_is_remarked_before_is_what_the_release_says_once_the_file_is_received(
    settings: Settings, tmp_path: Path
) -> None:
    with_two_years(settings)
    path = revised(tmp_path)
    before = [remark.message_fr for remark in checked(path, settings).remarks]
    shutil.copy(path, settings.raw / "regional_return/bretagne" / path.name)
    load(settings)
    assert checked(path, settings).remarks == ()  # it is known now, and would change nothing
    with duckdb.connect(settings.release_file, read_only=True) as release:
        found = release.execute("SELECT message_fr FROM audit.remark WHERE file LIKE '%2022.xlsx'").fetchall()
    after = [text.replace(f"regional_return/bretagne/{path.name}", path.name) for (text,) in found]
    assert sorted(after) == sorted(before)


def test_another_region_and_a_missing_release_have_nothing_to_say(two_years: Settings, tmp_path: Path) -> None:
    path = regional_return(tmp_path / "corse.xlsx", [["Livraisons", 2020, 13, None]], region="Corse")
    assert checked(path, two_years).remarks == ()
    assert checked(revised(tmp_path), two_years.changed(warehouse=tmp_path / "nowhere")).remarks == ()


def test_a_release_that_cannot_be_read_is_as_good_as_none(two_years: Settings, tmp_path: Path) -> None:
    broken = two_years.changed(warehouse=tmp_path / "broken")
    broken.warehouse.mkdir()
    broken.release_file.write_bytes(b"no database")
    assert checked(revised(tmp_path), broken).remarks == ()


def test_the_command_prints_what_to_look_at_and_calls_it_no_rejection(
    two_years: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOUSING_WAREHOUSE", str(two_years.warehouse))
    result = CliRunner().invoke(check, [str(revised(tmp_path))])
    assert result.exit_code == 0, result.output
    assert "rien à corriger" in result.output
    assert "Activité C8 : à vérifier. « 13 » a été lu 13" in result.output
