"""Several hosts share one installation: one history, nothing read twice, one release; and back to one machine."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import commands
from pipeline.intake import Ledger, receive
from pipeline.intake.archive import archived_path
from pipeline.intake.ledger import LedgerMovedError
from pipeline.intake.withdraw import erase
from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.settings import Settings
from pipeline.stores.journal import JournalMovedError
from pipeline.warehouse.lock import WarehouseBusyError, hold_warehouse
from pipeline.warehouse.migration import CannotMoveError, move_home, move_to_hosts
from pipeline.warehouse.releases import published_release, roll_back
from tests.support.hosts import alone, differing, store_of
from tests.support.loading import BRETAGNE, CORSE, ROWS
from tests.support.workbooks import regional_return

pytest.importorskip("psycopg", reason="psycopg is not installed: no hosts can share a ledger")
pytest.importorskip("obstore", reason="obstore is not installed: no hosts can share a store")

RESTATED = [["Ménages logés", 2021, "1 250", "ménages"]]


def test_two_hosts_make_one_history_and_one_release(hosts: tuple[Settings, Settings], tmp_path: Path) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    regional_return(other.raw / CORSE, ROWS, region="Corse")
    receive(one)
    report = load(other)
    assert sorted(report.read) == [BRETAGNE, CORSE]
    single = alone(one, tmp_path / "single")
    shutil.copytree(one.raw, single.raw)
    shutil.copytree(other.raw, single.raw, dirs_exist_ok=True)
    load(single)
    assert differing(other, single) == []
    # the first host has read nothing, and has the release all the same
    seen_by_one = load(one)
    assert (seen_by_one.read, seen_by_one.is_new_release) == ([], False)
    assert one.release_file.read_bytes() == other.release_file.read_bytes()


def test_hosts_that_have_different_files_at_one_place_do_not_undo_each_other(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    regional_return(other.raw / BRETAGNE, RESTATED)
    receive(one)
    receive(other)
    events = Ledger.of(one).size
    for settings in (one, other, one):
        assert receive(settings).unchanged == [BRETAGNE]
    assert Ledger.of(one).size == events
    load(one)
    with duckdb.connect(one.release_file, read_only=True) as connection:
        query = "SELECT value FROM fact.observation WHERE indicator = 'households_housed'"
        values = connection.execute(query).fetchall()
    assert values == [(1250.0,)]


def test_a_folder_that_two_hosts_mount_is_told_once(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    receive(one)
    assert receive(other.changed(raw=one.raw)).unchanged == [BRETAGNE]
    assert [event.fields["event"] for event in Ledger.of(one)._events] == ["received"]


def test_a_host_whose_clock_is_behind_changes_no_order(
    hosts: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    regional_return(other.raw / BRETAGNE, RESTATED)
    receive(one)

    class Behind(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(hours=3)

    monkeypatch.setattr(sys.modules["pipeline.intake.receive"], "datetime", Behind)
    receive(other)
    first, second = Ledger.of(one).submissions
    assert (first.superseded_by, first.received_at <= second.received_at) == (second.sha256, True)


def test_one_host_writes_at_a_time_and_the_other_is_told_which(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    with (
        hold_warehouse(one, "housing load"),
        pytest.raises(WarehouseBusyError, match="“one: housing load” since 20"),
        hold_warehouse(other, "housing load"),
    ):
        pass
    with hold_warehouse(other, "housing load"):
        pass


def test_who_has_lost_the_lock_writes_nothing(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    regional_return(other.raw / CORSE, ROWS, region="Corse")
    late = Ledger.of(one)
    receive(other)
    with pytest.raises(JournalMovedError, match="another host has written to the ledger meanwhile"):
        receive(one, late)
    assert [each.file for each in Ledger.of(one).submissions] == [CORSE]
    receive(one)
    assert [each.file for each in Ledger.of(one).submissions] == [CORSE, BRETAGNE]


def test_what_one_host_has_read_is_read_again_only_where_it_is_damaged(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    load(one)
    assert load(other, force=True).read == []
    (reading,) = (store_of(one) / "readings").iterdir()
    for damage in (b"", b"no archive", reading.read_bytes()[:2000]):
        reading.write_bytes(damage)
        shutil.rmtree(other.cache)
        assert load(other, force=True).read == [BRETAGNE]
    reading.unlink(missing_ok=True)
    shutil.rmtree(other.cache)
    assert load(other, force=True).read == [BRETAGNE]


def test_what_no_host_needs_any_more_leaves_the_store(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    load(one)
    folder = next((store_of(one) / "readings").iterdir())
    shutil.move(one.raw / BRETAGNE, (one.raw / BRETAGNE).with_name("autre.xlsx"))  # another key
    load(other.changed(raw=one.raw))
    assert folder not in list((store_of(one) / "readings").iterdir())
    few = one.changed(keep_releases=1)
    for _ in range(3):
        load(few, force=True)
    assert len(list((store_of(one) / "releases").iterdir())) == 2  # the published one, and the one before


def test_a_host_goes_back_to_a_release_that_another_has_made(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    first = load(one).release
    regional_return(one.raw / CORSE, ROWS, region="Corse")
    load(one)
    load(other)
    back = roll_back(other)
    assert first is not None
    assert back.release_id == first.release_id
    assert load(one).release == replace(first, path=one.release_file)
    assert verify(one).same_inputs is False


def test_what_is_erased_leaves_the_store_and_every_host(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    regional_return(one.raw / CORSE, ROWS, region="Corse")
    load(one)
    load(other, force=True)
    erase(other, CORSE, "données personnelles", "moi")
    (sha256,) = (each.sha256 for each in Ledger.of(one).submissions if each.file == CORSE)
    load(other)
    assert not [path for path in store_of(one).rglob("*") if path.name == sha256]
    (one.raw / CORSE).unlink()
    load(one)
    assert not archived_path(one.archive, sha256).exists()


def test_what_a_store_lost_is_given_to_it_again(hosts: tuple[Settings, Settings]) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    load(one)
    load(other)
    (content,) = (path for path in (store_of(one) / "archive").rglob("*") if path.is_file())
    whole = content.read_bytes()
    content.unlink()
    assert "taken again" in " ".join(load(one).said)
    assert content.read_bytes() == whole
    content.write_bytes(whole[:-1] + b"x")
    assert [each.file for each in verify(one).archive_damage] == [BRETAGNE]


def test_an_installation_moves_to_hosts_and_back_and_nothing_is_lost(
    hosts: tuple[Settings, Settings], tmp_path: Path
) -> None:
    shared, other = hosts
    single = alone(shared, tmp_path / "one")
    regional_return(single.raw / BRETAGNE, ROWS)
    regional_return(single.raw / CORSE, ROWS, region="Corse")
    load(single)
    release = published_release(single)
    assert release is not None
    with pytest.raises(LedgerMovedError, match="move it with 'housing migrate'"):
        load(shared)
    moved = move_to_hosts(shared)
    assert (moved.files, moved.releases, moved.readings) == (2, 1, 2)
    with pytest.raises(LedgerMovedError, match="goes on in postgres:"):
        load(single)
    assert verify(shared).is_equal
    report = load(other)
    assert (report.read, report.is_new_release) == ([], False)
    assert verify(other).is_equal
    regional_return(other.raw / BRETAGNE, RESTATED)
    load(other)
    # home again, on the other host
    home = alone(other, tmp_path / "other")
    move_home(other)
    with pytest.raises(LedgerMovedError, match=r"goes on in .*ledger\.jsonl"):
        load(shared)
    assert verify(home).is_equal
    told = [each.fields["event"] for each in Ledger.of(home)._events]
    assert told == ["begun", "received", "received", "published", "received", "published"]
    assert load(home).read == []


def test_a_move_that_was_cut_before_the_end_is_begun_again(
    hosts: tuple[Settings, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, _ = hosts
    single = alone(shared, tmp_path / "one")
    regional_return(single.raw / BRETAGNE, ROWS)
    load(single)
    for owner, name in (("database.SharedJournal", "replace"), ("journal.JournalFile", "append")):
        with monkeypatch.context() as patch:
            patch.setattr(f"pipeline.stores.{owner}.{name}", cut)
            with pytest.raises(KeyboardInterrupt):
                move_to_hosts(shared)
    load(single)
    move_to_hosts(shared)
    assert verify(shared).is_equal


def cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_another_installation_is_not_written_over(hosts: tuple[Settings, Settings], tmp_path: Path) -> None:
    one, shared = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    load(one)
    single = alone(shared, tmp_path / "other")
    regional_return(single.raw / CORSE, ROWS, region="Corse")
    load(single)
    with pytest.raises(CannotMoveError, match="has the ledger of another installation"):
        move_to_hosts(shared)
    with pytest.raises(CannotMoveError, match="has the ledger of another installation"):
        move_home(shared)
    load(single)


def test_commands_tell_what_they_moved_and_took(
    hosts: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shared, _ = hosts
    single = alone(shared, tmp_path / "one")
    regional_return(single.raw / BRETAGNE, ROWS)
    (tmp_path / "one" / "housing.toml").touch()
    monkeypatch.setenv("HOUSING_HOME", str(tmp_path / "one"))
    monkeypatch.setenv("HOUSING_SETTLE_SECONDS", "0")
    assert run("receive") == (0, "Received: 1 new, 0 known ones in a new place, 0 unchanged.\n")
    monkeypatch.setenv("HOUSING_SHARED_LEDGER", shared.shared_ledger)
    monkeypatch.setenv("HOUSING_SHARED_STORE", shared.shared_store)
    code, told = run("migrate")
    assert (code, "Prove it with: housing verify" in told) == (0, True)
    assert run("receive") == (0, "Received: 0 new, 0 known ones in a new place, 1 unchanged.\n")


def test_the_status_of_a_host_knows_a_release_that_another_has_made(
    hosts: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, other = hosts
    regional_return(one.raw / BRETAGNE, ROWS)
    load(one)
    (tmp_path / "other").mkdir(exist_ok=True)
    (tmp_path / "other" / "housing.toml").touch()
    monkeypatch.setenv("HOUSING_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("HOUSING_SHARED_LEDGER", other.shared_ledger)
    monkeypatch.setenv("HOUSING_SHARED_STORE", other.shared_store)
    code, told = run("status")
    assert (code, "was published by another host; 'housing load' brings it." in told) == (1, True)
    load(other)
    assert run("status")[0] == 0
    for release in (other.release_file, *other.releases.glob("*"), *(store_of(one) / "releases").iterdir()):
        release.unlink()
    code, told = run("status")
    assert (code, "damaged or gone" in told) == (5, True)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, list(arguments))
    return result.exit_code, result.output
