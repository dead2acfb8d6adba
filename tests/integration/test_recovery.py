"""What was cut, lost or changed under a load: finished, healed or told, and never published as fewer figures.

Every figure is invented.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.intake import Ledger, LedgerDamagedError
from pipeline.intake.archive import ArchiveDamagedError, archived_path
from pipeline.intake.withdraw import erase, withdraw
from pipeline.load import Report, load
from pipeline.reading import submissions
from pipeline.reading.cache import ReadingTask, read_into
from pipeline.reading.pending import HeldError
from pipeline.settings import Limits, Settings
from pipeline.warehouse.releases import kept_path, roll_back
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

BRETAGNE = "regional_return/bretagne/bilan.xlsx"
CORSE = "regional_return/corse/bilan.xlsx"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation without the relations that nothing here asks."""
    return settings.changed(sql=part_of_sql(tmp_path_factory))


def figures(settings: Settings) -> list[float]:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        rows = connection.execute("SELECT value FROM fact.observation ORDER BY value").fetchall()
    return [value for (value,) in rows]


def send(settings: Settings, place: str, value: int, region: str = "Bretagne") -> None:
    regional_return(settings.raw / place, [["Livraisons", 2021, value, "logements"]], region=region)


def with_two_returns(settings: Settings) -> None:
    send(settings, BRETAGNE, 10)
    send(settings, CORSE, 20, "Corse")
    load(settings)
    assert figures(settings) == [10, 20]


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return an installation with two returns published, copied as a backup that is put back."""
    return begin_with(with_two_returns, settings, tmp_path_factory)


def with_a_newer_release(settings: Settings) -> None:
    with_two_returns(settings)
    send(settings, CORSE, 30, "Corse")
    load(settings)


@pytest.fixture
def replaced(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the same, in which one return was replaced and published since."""
    return begin_with(with_a_newer_release, settings, tmp_path_factory)


# -- the ledger --------------------------------------------------------------------------------------------------------


def _line_gone(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))


def _last_lines_gone(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))


def _digit_changed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"size_bytes": ', b'"size_bytes": 1', 1))


@pytest.mark.parametrize(
    "damage",
    [Path.unlink, lambda path: path.write_bytes(b""), _line_gone, _last_lines_gone, _digit_changed],
    ids=["deleted", "emptied", "a line gone", "last lines gone", "a digit changed"],
)
def test_a_ledger_that_lost_something_stops_the_load_and_the_release_stays(
    loaded: Settings, damage: Callable[[Path], object]
) -> None:
    damage(loaded.ledger)
    with pytest.raises(LedgerDamagedError, match=r"ledger\.jsonl"):
        load(loaded)
    assert figures(loaded) == [10, 20]


def test_a_withdrawal_that_the_ledger_lost_brings_no_figure_back(loaded: Settings) -> None:
    withdraw(loaded, CORSE, "à refaire")
    load(loaded)
    lines = loaded.ledger.read_bytes().splitlines(keepends=True)
    withdrawn = next(number for number, line in enumerate(lines) if b'"withdrawn"' in line)
    loaded.ledger.write_bytes(b"".join(lines[:withdrawn]))
    with pytest.raises(LedgerDamagedError, match="does not contain"):
        load(loaded)
    assert figures(loaded) == [10]


def test_a_ledger_without_a_chain_is_chained_from_the_next_event_on(loaded: Settings) -> None:
    events = [json.loads(line) for line in loaded.ledger.read_text(encoding="utf-8").splitlines()]
    old = [{k: v for k, v in event.items() if k != "previous"} for event in events if event["event"] == "received"]
    loaded.ledger.write_text("".join(json.dumps(event) + "\n" for event in old), encoding="utf-8")
    shutil.rmtree(loaded.releases)
    loaded.release_file.unlink()
    load(loaded)
    assert figures(loaded) == [10, 20]
    changed = loaded.ledger.read_bytes().replace(b'"size_bytes": ', b'"size_bytes": 1', 1)
    loaded.ledger.write_bytes(changed)
    with pytest.raises(LedgerDamagedError):
        Ledger(loaded.ledger)


# -- the archive -------------------------------------------------------------------------------------------------------


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def _truncated(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = pytest.mark.parametrize("damage", [_flipped, _truncated, Path.unlink, _folder])


def _archived(settings: Settings, place: str) -> Path:
    (sha256,) = (s.sha256 for s in Ledger(settings.ledger).submissions if s.file == place)
    return archived_path(settings.archive, sha256)


@DAMAGES
def test_a_damaged_archive_is_healed_from_raw(loaded: Settings, damage: Callable[[Path], object]) -> None:
    damage(_archived(loaded, CORSE))
    shutil.rmtree(loaded.cache)
    report = load(loaded, force=True)
    assert figures(loaded) == [10, 20]
    assert [line for line in report.said if CORSE in line]


@DAMAGES
def test_a_damaged_archive_that_nothing_heals_stops_the_load(
    loaded: Settings, damage: Callable[[Path], object]
) -> None:
    damage(_archived(loaded, CORSE))
    (loaded.raw / CORSE).unlink()
    shutil.rmtree(loaded.cache)
    with pytest.raises(ArchiveDamagedError, match=CORSE):
        load(loaded, force=True)
    assert figures(loaded) == [10, 20]


def test_what_a_cut_receipt_left_is_kept_and_told_once(loaded: Settings) -> None:
    strays = [archived_path(loaded.archive, digits * 32) for digits in ("ab", "cd", "ef")]
    for stray in strays:
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"left")
    (line,) = load(loaded).said
    assert line.startswith("3 archived files are kept")
    assert str(strays[0]) in line
    assert load(loaded).said == []
    assert all(stray.exists() for stray in strays)


# -- releases ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def cut(replaced: Settings) -> Settings:
    """Return an installation whose last release was told to the ledger, and not yet put in its place."""
    older = replaced.warehouse / "older.duckdb"
    os.link(kept_path(replaced, Ledger(replaced.ledger).publications[0].release_id), older)
    older.replace(replaced.release_file)
    assert figures(replaced) == [10, 20]
    return replaced


def test_a_publication_that_was_cut_is_finished_by_the_next_load(cut: Settings) -> None:
    report = load(cut)
    assert (report.is_new_release, len(report.said)) == (False, 1)
    assert figures(cut) == [10, 30]


def test_a_release_that_was_never_told_to_the_ledger_is_undone(loaded: Settings) -> None:
    stray = loaded.releases / "29990101T000000000000-abcdef01.duckdb"
    shutil.copy(loaded.release_file, stray)
    assert stray.name in load(loaded).said[0]
    assert not stray.exists()
    assert load(loaded).said == []


@DAMAGES
def test_a_damaged_release_is_made_again(loaded: Settings, damage: Callable[[Path], object]) -> None:
    damage(loaded.release_file)
    report = load(loaded)
    assert report.said
    assert figures(loaded) == [10, 20]


def test_a_rollback_stays_until_something_is_received(replaced: Settings) -> None:
    roll_back(replaced)
    assert load(replaced).is_new_release is False
    assert figures(replaced) == [10, 20]
    send(replaced, BRETAGNE, 11)
    load(replaced)
    assert figures(replaced) == [11, 30]


# -- what can be made again --------------------------------------------------------------------------------------------


def with_something_to_return(settings: Settings) -> None:
    send(settings, BRETAGNE, 10)
    rows = [["Livraisons", 2021, 20, None], ["Agréments", 2021, "12 34", None]]
    regional_return(settings.raw / CORSE, rows, region="Corse")
    load(settings)


@pytest.mark.parametrize("folder", ["cache", "work", "returned"])
@pytest.mark.parametrize("damage", [_flipped, _folder])
def test_what_can_be_made_again_is_made_again(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, folder: str, damage: Callable[[Path], object]
) -> None:
    loaded = begin_with(with_something_to_return, settings, tmp_path_factory)
    files = [path for path in (loaded.warehouse / folder).rglob("*") if path.is_file()]
    assert files
    for path in files:
        damage(path)
    load(loaded, force=True)
    assert figures(loaded) == [10, 20]


# -- pending -----------------------------------------------------------------------------------------------------------


def test_what_a_limit_refuses_is_refused_under_that_limit_alone(loaded: Settings) -> None:
    load(loaded.changed(limits=loaded.limits.changed(cells=3)))
    assert figures(loaded) == []
    load(loaded)
    assert figures(loaded) == [10, 20]


def _meets_a_full_disk(cache: Path, readings: list[ReadingTask], limits: Limits, is_alone: bool = False) -> list[str]:
    """Stand in for a reader whose disk is full when it comes to the returns of Corse. A worker imports it by name."""
    if any(item.file.region_slugs == ("corse",) for item in readings):
        raise OSError(28, "No space left on device", "cache")
    return read_into(cache, readings, limits, is_alone)


def _without_room(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Report:
    with monkeypatch.context() as patch:
        patch.setattr(submissions, "read_into", _meets_a_full_disk)
        return load(settings)


def test_what_cannot_be_read_this_time_is_pending_and_what_it_replaces_holds(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(loaded, CORSE, 30, "Corse")
    report = _without_room(loaded, monkeypatch)
    assert (list(report.pending), report.is_clean) == ([CORSE], False)
    assert figures(loaded) == [10, 20]
    with duckdb.connect(loaded.release_file, read_only=True) as connection:
        told = connection.execute("SELECT count(*) FROM fact.rejection").fetchone()
        waiting = connection.execute("SELECT count(*) FROM fact.submission WHERE status = 'pending'").fetchone()
    assert (told, waiting) == ((0,), (1,))
    assert load(loaded).is_clean
    assert figures(loaded) == [10, 30]


def test_what_is_pending_three_times_is_refused_until_what_reads_it_changes(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(loaded, CORSE, 30, "Corse")
    for _ in range(3):
        assert _without_room(loaded, monkeypatch).pending
    load(loaded)
    assert figures(loaded) == [10, 20]
    load(loaded.changed(limits=loaded.limits.changed(seconds=60)))
    assert figures(loaded) == [10, 30]


def test_figures_that_are_published_are_not_lost_to_a_disk_that_is_full(
    loaded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(loaded.cache)
    send(loaded, BRETAGNE, 11)
    with pytest.raises(HeldError, match=CORSE):
        _without_room(loaded, monkeypatch)
    assert figures(loaded) == [10, 20]
    load(loaded)
    assert figures(loaded) == [11, 20]


# -- erasing -----------------------------------------------------------------------------------------------------------


def test_what_is_erased_is_nowhere_any_more_and_is_not_taken_again(loaded: Settings) -> None:
    secret = _archived(loaded, CORSE)
    first = kept_path(loaded, Ledger(loaded.ledger).publications[0].release_id)
    erase(loaded, CORSE, "noms de locataires", "une analyste")
    report = load(loaded)
    assert figures(loaded) == [10]
    assert list(report.receipt.refused) == [CORSE]
    assert not secret.exists()
    assert not first.exists()
    assert [s.erased_by for s in Ledger(loaded.ledger).submissions if s.file == CORSE] == ["une analyste"]
    assert load(loaded).is_new_release is False
