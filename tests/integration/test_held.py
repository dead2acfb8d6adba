"""Whole loads whose release is held, accepted, replaced, cut, pruned or rolled back. Every figure is invented."""

from __future__ import annotations

import json
import shutil
from typing import Any

import duckdb
import pytest

from pipeline.intake import Ledger
from pipeline.intake.withdraw import erase, withdraw
from pipeline.load import load
from pipeline.proof.verify import verify
from pipeline.settings import Settings
from pipeline.warehouse import acceptance, publish
from pipeline.warehouse.acceptance import accept
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import restore_ledger
from pipeline.warehouse.releases import UnknownReleaseError, kept_path, list_held, list_releases, roll_back
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return, table_workbook

NATION = "national_statement/chiffres.xlsx"
CORSE = "regional_return/corse/bilan.xlsx"
WHY = ("recompté par l'éditeur", "A. Analyste")


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that tells what moves, without the relations that nothing here asks."""
    return settings.changed(
        sql=part_of_sql(
            tmp_path_factory, "audit.held_movement", "audit.late_on", "audit.release_change", "kpi.regional_latest"
        )
    )


def state(settings: Settings, deliveries: str, place: str = NATION) -> None:
    rows: list[list[Any]] = [
        ["Chiffres (exemple inventé)"],
        ["Date de publication", "15/07/2022"],
        ["Publié par", "Un éditeur inventé"],
        ["Territoire", "France"],
        [],
        ["Indicateur", "Année", "Valeur", "Unité"],
        ["Livraisons", 2021, deliveries, "logements"],
    ]
    table_workbook(settings.raw / place, rows, sheet="Chiffres")


def send(settings: Settings, value: int) -> None:
    regional_return(settings.raw / CORSE, [["Livraisons", 2021, value, "logements"]], region="Corse")


def with_one_published(settings: Settings) -> None:
    state(settings, "1 000")
    send(settings, 20)
    report = load(settings)
    assert report.is_new_release
    assert report.held is None


@pytest.fixture
def published(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that has published that there were 1,000 deliveries."""
    return begin_with(with_one_published, settings, tmp_path_factory)


def with_one_held(settings: Settings) -> None:
    with_one_published(settings)
    state(settings, "1 400")
    load(settings)


@pytest.fixture
def held(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, in which the publisher has since counted 1,400."""
    return begin_with(with_one_held, settings, tmp_path_factory)


def nation(settings: Settings) -> float:
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        (value,) = connection.execute("SELECT value FROM kpi.national WHERE indicator = 'deliveries'").fetchone() or (
            0,
        )
    return float(value)


def waiting(settings: Settings) -> list[list[tuple[float | None, float | None]]]:
    """The old and the new values of each release that is held."""
    return [[(m.old_value, m.new_value) for m in each.movements] for each in Ledger(settings.ledger).held]


def accepting(settings: Settings, release_id: str = "") -> str:
    with hold_warehouse(settings, "test"):
        release = accept(settings, Ledger(settings.ledger), release_id, *WHY)
    return release.release_id if release else ""


def events(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in settings.ledger.read_text(encoding="utf-8").splitlines()]


# -- holding -----------------------------------------------------------------------------------------------------------


def test_a_move_is_held_once_and_the_release_of_before_stays(held: Settings) -> None:
    assert (nation(held), waiting(held)) == (1000, [[(1000, 1400)]])
    before = held.ledger.read_bytes()
    report = load(held)
    assert (report.is_new_release, report.outcomes, held.ledger.read_bytes()) == (False, [], before)
    assert report.held is not None
    assert report.release is not None
    assert report.held.against == report.release.release_id
    (line,) = [line for line in acceptance.waiting_lines(held, report.held) if line.startswith("  ")]
    assert "1,000 would become 1,400 (+40.0 %)" in line
    assert f"[{NATION}]Chiffres!C7 → [{NATION}]Chiffres!C7" in line
    assert load(held, force=True).held != report.held
    assert (nation(held), waiting(held)) == (1000, [[(1000, 1400)]] * 2)


def test_a_small_move_is_published(published: Settings) -> None:
    state(published, "1 100")
    report = load(published)
    assert (report.is_new_release, report.held, nation(published)) == (True, None, 1100)


def test_what_is_corrected_while_a_release_is_held_is_published_and_nothing_waits(held: Settings) -> None:
    (waits,) = list_held(held)
    state(held, "1 040")
    report = load(held)
    assert (report.held, nation(held), waiting(held)) == (None, 1040, [])
    assert not waits.path.exists()
    with pytest.raises(UnknownReleaseError, match="held are: none"):
        accepting(held, waits.release_id)


def test_a_shrink_that_a_withdrawal_explains_is_published(published: Settings) -> None:
    withdraw(published, CORSE, "mauvaise année")
    assert load(published).held is None


def test_a_shrink_that_nothing_explains_is_held(published: Settings) -> None:
    report = load(published.changed(limits=published.limits.changed(cells=3)))
    assert report.held is not None
    assert {movement.kind for movement in report.held.movements} == {"vanished", "no_longer_reported"}
    assert nation(published) == 1000
    # with the limits of before, what is published is what there is
    assert (load(published).held, nation(published)) == (None, 1000)


# -- accepting ---------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_published_as_it_was_built_and_the_ledger_says_who_and_why(held: Settings) -> None:
    (waits,) = list_held(held)
    inputs, as_of, made = Ledger(held.ledger).inputs, Ledger(held.ledger).as_of, waits.path.read_bytes()
    assert accepting(held) == waits.release_id
    assert (nation(held), waiting(held), held.release_file.read_bytes()) == (1400, [], made)
    assert (Ledger(held.ledger).inputs, Ledger(held.ledger).as_of) == (inputs, as_of)
    accepted, told = events(held)[-2:]
    assert (accepted["event"], accepted["reason"], accepted["who"]) == ("accepted", *WHY)
    assert [(each["old_value"], each["new_value"]) for each in accepted["movements"]] == [(1000, 1400)]
    assert (told["event"], told["release_id"]) == ("published", waits.release_id)
    assert load(held).is_new_release is False
    assert verify(held).is_equal
    assert list_releases(held)[0].release_id == waits.release_id


def test_the_same_movement_is_not_held_again_and_another_one_is(held: Settings) -> None:
    accepting(held)
    with hold_warehouse(held, "test"):
        roll_back(held)
    send(held, 21)
    assert (load(held).held, nation(held)) == (None, 1400)
    state(held, "2 000")
    assert load(held).held is not None
    assert (nation(held), waiting(held)) == (1400, [[(1400, 2000)]])


def test_the_newest_of_those_that_move_the_same_is_published(held: Settings) -> None:
    first = list_held(held)[0].release_id
    send(held, 21)
    load(held)
    newest = list_held(held)[0].release_id
    assert newest != first
    assert accepting(held, first) == newest
    assert waiting(held) == []


def test_an_older_one_is_published_alone_and_the_newer_is_built_against_it(held: Settings) -> None:
    first = list_held(held)[0].release_id
    state(held, "1 700")
    load(held)
    assert accepting(held, first) == first
    assert nation(held) == 1400
    # what was held against the release of before is accepted, but has to be built against the present one
    assert accepting(held) == ""
    assert (load(held).held is None, nation(held), waiting(held)) == (False, 1400, [[(1400, 1700)]])


@pytest.mark.parametrize(("reason", "who"), [(" ", "A."), ("vu", "")])
def test_an_acceptance_needs_a_reason_and_who_gives_it(held: Settings, reason: str, who: str) -> None:
    with pytest.raises(ValueError, match="--reason and --who"):
        accept(held, Ledger(held.ledger), "", reason, who)


def test_a_held_release_that_is_damaged_is_not_published_and_built_again(held: Settings) -> None:
    (waits,) = list_held(held)
    waits.path.chmod(0o644)
    waits.path.write_bytes(b"no database")
    with pytest.raises(UnknownReleaseError, match="damaged or gone"):
        accepting(held)
    assert load(held).held is not None
    accepting(held)
    assert nation(held) == 1400


# -- going back, dropping, losing --------------------------------------------------------------------------------------


def test_nobody_rolls_back_to_a_held_release(held: Settings) -> None:
    with pytest.raises(UnknownReleaseError, match="is held and was never published"):
        roll_back(held, list_held(held)[0].release_id)


def test_a_rollback_stays_while_a_release_is_held(held: Settings) -> None:
    accepting(held)
    state(held, "2 000")
    load(held)
    with hold_warehouse(held, "test"):
        roll_back(held)
    assert nation(held) == 1000
    report = load(held)
    assert (report.is_new_release, report.held is not None, nation(held)) == (False, True, 1000)
    assert accepting(held) == ""
    load(held, force=True)
    assert (nation(held), waiting(held)[-1]) == (1000, [(1000, 2000)])


def test_the_published_one_the_one_before_it_and_the_newest_held_are_always_kept(published: Settings) -> None:
    keeping_one = published.changed(keep_releases=1)
    for corse in (21, 22, 23):
        send(keeping_one, corse)
        load(keeping_one)
    for france in ("1 400", "1 500", "1 600"):
        state(keeping_one, france)
        load(keeping_one)
    kept = {path.stem for path in keeping_one.releases.glob("*.duckdb")}
    ledger = Ledger(keeping_one.ledger)
    assert kept == {*(each.release_id for each in ledger.publications[-2:]), ledger.held[-1].release_id}
    assert len(list_held(keeping_one)) == 1


def test_what_is_erased_leaves_the_held_release_too_and_is_never_held(held: Settings) -> None:
    (waits,) = list_held(held)
    erase(held, NATION, "noms de locataires", "A. Analyste")
    report = load(held)
    assert (report.held, report.is_new_release) == (None, True)
    assert not waits.path.exists()


def test_an_erasure_that_moves_a_figure_is_published_at_once(published: Settings) -> None:
    state(published, "1 041", "national_statement/autre.xlsx")
    load(published)
    state(published, "1 987", "national_statement/autre.xlsx")
    load(published)
    accepting(published)
    erase(published, "national_statement/autre.xlsx", "noms de locataires", "A. Analyste")
    assert load(published).held is None
    # what stood at its place before
    assert nation(published) == 1041


def test_a_ledger_that_is_restored_knows_what_is_held_and_what_was_accepted(held: Settings) -> None:
    accepting(held)
    state(held, "2 000")
    load(held)
    before = Ledger(held.ledger)
    held.ledger.unlink()
    restore_ledger(held)
    after = Ledger(held.ledger)
    assert (after.accepted, after.published and after.published.release_id) == (
        before.accepted,
        before.published and before.published.release_id,
    )
    assert [(each.release_id, each.against, each.movements) for each in after.held] == [
        (each.release_id, each.against, each.movements) for each in before.held
    ]
    accepting(held)
    assert nation(held) == 2000


# -- cuts --------------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands in for a kill: nothing catches it on its way."""


def _kill(*_: object) -> None:
    raise Killed


def _load_and_be_killed(settings: Settings, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publish, at, _kill)
        with pytest.raises(Killed):
            load(settings)


@pytest.mark.parametrize("at", ["copy_release_file", "rename", "held_event", "prune"])
def test_a_holding_that_is_cut_is_undone_or_finished(
    published: Settings, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    state(published, "1 400")
    _load_and_be_killed(published, monkeypatch, at)
    report = load(published)
    assert (report.is_new_release, nation(published), waiting(published)) == (False, 1000, [[(1000, 1400)]])
    assert [path.stem for path in sorted(published.releases.iterdir())] == sorted(
        release.release_id for release in (*list_releases(published), *list_held(published))
    )
    accepting(published)
    assert nation(published) == 1400


@pytest.mark.parametrize("at", ["put_in_place", "prune"])
def test_an_acceptance_that_is_cut_is_finished(held: Settings, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(acceptance, at, _kill)
        with pytest.raises(Killed):
            accepting(held)
    report = load(held)
    assert (report.held, nation(held)) == (None, 1400)
    assert len(report.said) == (1 if at == "put_in_place" else 0)


def test_a_release_that_was_named_and_told_to_nobody_is_not_taken_for_held(published: Settings) -> None:
    stray = kept_path(published, "29990101T000000000000-abcdef01")
    shutil.copy(published.release_file, stray)
    assert stray.name in load(published).said[0]
    assert list_held(published) == []


# -- the command line --------------------------------------------------------------------------------------------------


def test_the_command_line_tells_what_is_held_and_accepts_it(held: Settings, housing: Any) -> None:
    told = housing("load")
    assert (told.returncode, "Still published:" in told.stdout) == (3, True)
    assert "1,000 would become 1,400 (+40.0 %)" in told.stdout
    (waits,) = list_held(held)
    assert f"housing accept {waits.release_id}" in told.stdout
    status = housing("status")
    assert (status.returncode, waits.release_id in status.stdout) == (3, True)
    shown = json.loads(housing("status", "--json").stdout)["held"]
    assert [(row["old_value"], row["new_value"]) for row in shown["movements"]] == [(1000, 1400)]
    kept = json.loads(housing("releases", "--json").stdout)
    assert [(row["is_held"], row["is_published"]) for row in kept] == [(True, False), (False, True)]
    assert json.loads(housing("diff", waits.release_id, "--json").stdout)
    assert housing("rollback", waits.release_id).returncode == 1
    unknown = housing("accept", "nowhere", "--reason", "vu")
    assert (unknown.returncode, waits.release_id in unknown.stderr) == (1, True)
    assert housing("accept", "--reason", " ").returncode == 2
    accepted = housing("accept", "--reason", "vu avec l'éditeur", "--who", "A. Analyste")
    assert (accepted.returncode, waits.release_id in accepted.stdout) == (0, True)
    assert housing("accept", "--reason", "encore").returncode == 1
    assert housing("load").returncode == 0
    assert housing("status", "--json").returncode == 0


def test_a_load_that_holds_says_so_as_json(published: Settings, housing: Any) -> None:
    state(published, "1 400")
    told = housing("load", "--json")
    record = json.loads(told.stdout)
    assert (told.returncode, record["is_new_release"], len(record["held"]["movements"])) == (3, False, 1)
    assert record["release_id"] != record["held"]["release_id"]
