"""Receiving, archiving and remembering."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake import LedgerDamagedError, archive, new_events, read_ledger, receive
from pipeline.intake.events import append_events
from pipeline.intake.submissions import UnknownSubmissionError, find
from pipeline.intake.survey import take_inventory
from pipeline.intake.withdraw import withdraw
from pipeline.rejections.copies import one_form
from pipeline.settings import Settings
from pipeline.stores.journal import JournalFile


def put(settings: Settings, name: str, content: bytes = b"contents") -> Path:
    path = settings.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files(settings: Settings) -> dict[str, str]:
    return {s.file: s.sha256 for s in read_ledger(settings.ledger)}


def test_a_new_file_is_archived_under_its_sha256_and_written_in_the_ledger(settings: Settings) -> None:
    path = put(settings, "regional_return/bretagne/bilan.xlsx")
    receipt = receive(settings)
    assert receipt.new == ["regional_return/bretagne/bilan.xlsx"]
    (submission,) = read_ledger(settings.ledger)
    assert submission.source == "regional_return"
    assert submission.region_slugs == ("bretagne",)
    assert submission.size_bytes == len(b"contents")
    assert archive.archived_path(settings.archive, submission.sha256).read_bytes() == path.read_bytes()


def test_the_second_look_finds_nothing_new(settings: Settings) -> None:
    put(settings, "population/a.xlsx")
    receive(settings)
    before = settings.ledger.read_bytes()
    receipt = receive(settings)
    assert (receipt.new, receipt.unchanged) == ([], ["population/a.xlsx"])
    assert settings.ledger.read_bytes() == before


def test_the_same_bytes_twice_are_one_submission_with_two_places(settings: Settings) -> None:
    put(settings, "population/a.xlsx")
    put(settings, "population/b.xlsx")
    receipt = receive(settings)
    assert (receipt.new, receipt.located) == (["population/a.xlsx"], ["population/b.xlsx"])
    (submission,) = read_ledger(settings.ledger)
    assert submission.places == ("population/a.xlsx", "population/b.xlsx")
    assert receive(settings).unchanged == ["population/a.xlsx", "population/b.xlsx"]


def test_the_same_name_with_new_bytes_is_a_new_submission_and_the_old_one_stays(settings: Settings) -> None:
    put(settings, "population/a.xlsx", b"first")
    receive(settings)
    put(settings, "population/a.xlsx", b"second")
    assert receive(settings).new == ["population/a.xlsx"]
    contents = {archive.archived_path(settings.archive, s.sha256).read_bytes() for s in read_ledger(settings.ledger)}
    assert contents == {b"first", b"second"}


def test_a_file_moved_to_its_right_folder_is_the_same_submission_at_its_new_place(settings: Settings) -> None:
    path = put(settings, "regional_return/corse/bilan.xlsx")
    receive(settings)
    (first,) = read_ledger(settings.ledger)
    right = settings.raw / "regional_return/bretagne/bilan.xlsx"
    right.parent.mkdir(parents=True)
    path.rename(right)
    assert receive(settings).located == ["regional_return/bretagne/bilan.xlsx"]
    (moved,) = read_ledger(settings.ledger)
    assert moved.file == "regional_return/bretagne/bilan.xlsx"
    assert moved.region_slugs == ("corse", "bretagne")
    assert moved.received_at == first.received_at


def test_a_deleted_file_stays_a_submission(settings: Settings) -> None:
    put(settings, "population/a.xlsx")
    receive(settings)
    (settings.raw / "population/a.xlsx").unlink()
    receive(settings)
    assert list(files(settings)) == ["population/a.xlsx"]


def answers(settings: Settings) -> dict[str, str]:
    """Return, for each file that another one answers, that one."""
    names = {s.sha256: s.file for s in read_ledger(settings.ledger)}
    return {s.file: names[s.superseded_by] for s in read_ledger(settings.ledger) if s.superseded_by}


@pytest.mark.parametrize(
    "name",
    [
        "bilan - à corriger.xlsx",
        "Bilan - À CORRIGER.xlsx",
        "bilan  -  à corriger.xlsx",
        "bilan - a\u0300 corriger.xlsx",  # as a Macintosh writes it
        "bilan - à corriger - à corriger.xlsx",
        "bilan - à corriger.ods",
        "bilan - à corriger (2).xlsx",
        "bilan - à corriger (1) - à corriger.xlsx",
    ],
)
def test_the_corrected_copy_of_a_file_answers_it_and_both_may_lie_there(settings: Settings, name: str) -> None:
    put(settings, "population/bilan.xlsx", b"first")
    put(settings, f"population/{name}", b"second")
    place = f"population/{one_form(name)}"
    assert receive(settings).new == ["population/bilan.xlsx", place]
    for _ in range(2):
        assert answers(settings) == {"population/bilan.xlsx": place}
        receipt = receive(settings)
        assert (len(receipt.unchanged), receipt.new, receipt.located) == (2, [], [])


@pytest.mark.parametrize(
    "names",
    [
        ("population/bilan.xlsx", "population/bilan corrigé.xlsx"),
        ("population/bilan.xls", "population/bilan - liste des corrections.xlsx"),
        ("population/bilan.xlsx", "population/bilan - à corriger demain.xlsx"),
        ("population/bilan.xlsx", "population/bilan 2 - à corriger.xlsx"),
        ("population/bilan.xlsx", "agreements/bilan - à corriger.xlsx"),
        ("population/ - à corriger.xlsx", "population/à corriger.xlsx"),
        ("population/bilan.csv", "population/bilan.xlsx", "population/bilan - à corriger.xlsx"),  # which of the two?
    ],
)
def test_no_other_name_answers_anything(settings: Settings, names: tuple[str, ...]) -> None:
    for number, name in enumerate(names):
        put(settings, name, b"%d" % number)
    receive(settings)
    assert answers(settings) == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("population/bilan.csv", "population/bilan.xlsx"),
        ("population/BILAN.XLS", "population/Bilan.xlsx"),
        ("population/BILAN.XLSX", "population/BILAN.xlsx"),
        ("population/bilan.xlsx", "population/bilan.XLSM"),
    ],
)
def test_a_file_that_comes_back_saved_as_a_workbook_answers_what_it_was_before(
    settings: Settings, first: str, second: str
) -> None:
    copy = "population/bilan - à corriger.xlsx"
    for number, name in enumerate((first, second, copy)):
        put(settings, name, b"%d" % number)
        assert receive(settings).new == [name]
        assert answers(settings) == dict.fromkeys((first, second, copy)[:number], name)
    assert len(receive(settings).unchanged) == 3


@pytest.mark.parametrize(
    "surveys",
    [
        [("population/bilan.csv", "population/bilan.xlsx")],  # together: two files
        [("population/bilan.csv", "population/bilan.pdf"), ("population/bilan.xlsx",)],  # which of the two?
        [("population/bilan.xlsx",), ("population/bilan.csv",)],  # nobody is asked for that
        [("population/bilan.xlsx",), ("population/Bilan.xlsx",)],
        [("population/bilan.csv",), ("agreements/bilan.xlsx",)],
        [("corrections/mars.csv",), ("corrections/mars.xlsx",)],  # any name will do there
    ],
)
def test_no_other_format_answers_anything(settings: Settings, surveys: list[tuple[str, ...]]) -> None:
    for names in surveys:
        for name in names:
            put(settings, name, name.encode())
        assert len(receive(settings).new) == len(names)
    assert answers(settings) == {}


def test_the_last_of_a_file_and_its_corrected_copies_stands(settings: Settings) -> None:
    first, copy = "population/bilan.xlsx", "population/bilan - à corriger.xlsx"
    for name, content in ((first, b"1"), (copy, b"2"), (copy, b"3"), (first, b"4")):
        put(settings, name, content)
        receive(settings)
    submissions = read_ledger(settings.ledger)
    assert [bool(s.superseded_by) for s in submissions] == [True, True, True, False]
    assert [s.is_displaced for s in submissions] == [True, True, False, False]
    assert {s.superseded_by for s in submissions[:3]} == {submissions[3].sha256}
    withdraw(settings, first, "not the right one")
    assert {s.superseded_by for s in read_ledger(settings.ledger)[:2]} == {submissions[2].sha256}
    assert len(receive(settings).unchanged) == 2


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("population/~$a.xlsx", b"x", "lock file"),
        ("population/.a.xlsx", b"x", "hidden"),
        ("population/.cache/a.xlsx", b"x", "hidden"),
    ],
)
def test_what_is_no_workbook_yet_is_left_with_a_word(settings: Settings, name: str, content: bytes, word: str) -> None:
    put(settings, name, content)
    receipt = receive(settings)
    assert receipt.new == []
    assert word in receipt.left[name]
    assert read_ledger(settings.ledger) == []


def test_a_file_still_being_written_is_left_for_later_and_taken_once_it_has_settled(settings: Settings) -> None:
    path = put(settings, "population/a.xlsx")
    patient = settings.changed(settle_seconds=60)
    assert "may still be written" in receive(patient).left["population/a.xlsx"]
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    assert receive(patient).new == ["population/a.xlsx"]


def test_a_link_is_never_followed(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    put(settings, "population/a.xlsx")
    (settings.raw / "population/link.xlsx").symlink_to(secret)
    receipt = receive(settings)
    assert receipt.new == ["population/a.xlsx"]
    assert "link" in receipt.left["population/link.xlsx"]


def test_what_cannot_be_taken_never_stops_what_lies_beside_it(settings: Settings) -> None:
    put(settings, "population/a.xlsx")
    wrongly_named = os.fsencode(settings.raw / "population") + b"/r\xe9gion.xlsx"
    Path(os.fsdecode(wrongly_named)).write_bytes(b"other")
    os.mkfifo(settings.raw / "population" / "queue.xlsx")
    receipt = receive(settings)
    assert receipt.new == ["population/a.xlsx"]
    assert "rename it" in receipt.left["population/r\\udce9gion.xlsx"]
    assert "no file that could be read" in receipt.left["population/queue.xlsx"]
    assert take_inventory(settings).files == 1


def test_one_region_only_takes_that_regions_folder(settings: Settings) -> None:
    put(settings, "regional_return/bretagne/a.xlsx", b"a")
    put(settings, "regional_return/corse/b.xlsx", b"b")
    put(settings, "population/c.xlsx", b"c")
    receipt = receive(settings, source="regional_return", regions=frozenset({"corse"}))
    assert receipt.new == ["regional_return/corse/b.xlsx"]


def test_a_line_that_a_cut_left_unfinished_is_written_again(settings: Settings) -> None:
    put(settings, "population/a.xlsx", b"a")
    put(settings, "population/b.xlsx", b"b")
    receive(settings)
    whole = settings.ledger.read_bytes()
    settings.ledger.write_bytes(whole[:-7])
    assert list(files(settings)) == ["population/a.xlsx"]
    assert receive(settings).new == ["population/b.xlsx"]
    assert list(files(settings)) == ["population/a.xlsx", "population/b.xlsx"]


def test_a_damaged_ledger_is_named_and_not_guessed(settings: Settings) -> None:
    put(settings, "population/a.xlsx")
    receive(settings)
    settings.ledger.write_bytes(b"{broken\n" + settings.ledger.read_bytes())
    with pytest.raises(LedgerDamagedError, match="line 1"):
        read_ledger(settings.ledger)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=6))
def test_nothing_received_is_ever_lost(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(raw=home / "raw", warehouse=home / "warehouse", settle_seconds=0)
    for content in contents:
        put(settings, "population/a.xlsx", content)
        receive(settings)
    kept = [archive.archived_path(settings.archive, s.sha256).read_bytes() for s in read_ledger(settings.ledger)]
    assert sorted(kept) == sorted(set(contents))


def test_a_withdrawn_content_is_marked_and_what_stood_at_its_place_before_stands_again(settings: Settings) -> None:
    for content in (b"first", b"second"):
        put(settings, "population/a.xlsx", content)
        receive(settings)
    first, second = read_ledger(settings.ledger)
    assert (first.superseded_by, second.superseded_by) == (second.sha256, "")
    taken = withdraw(settings, "population/a.xlsx", "  wrong year ")
    first, second = read_ledger(settings.ledger)
    assert second == taken
    assert second.withdrawal_reason == "wrong year"
    assert (first.superseded_by, second.superseded_by) == ("", "")
    assert (first.is_answered, second.is_answered) == (False, True)
    assert receive(settings).unchanged == ["population/a.xlsx"]


@pytest.mark.parametrize("digits", [8, 16, 64])
def test_a_submission_is_found_by_the_start_of_its_sha256(settings: Settings, digits: int) -> None:
    put(settings, "population/a.xlsx")
    receive(settings)
    (submission,) = read_ledger(settings.ledger)
    assert find([submission], submission.sha256[:digits].upper()) == submission


@pytest.mark.parametrize("wanted", ["0" * 64, "", "a", "population/b.xlsx"])
def test_a_submission_that_is_not_there_is_told_with_what_to_do(settings: Settings, wanted: str) -> None:
    put(settings, "population/a.xlsx")
    receive(settings)
    with pytest.raises(UnknownSubmissionError, match="submission_id"):
        find(read_ledger(settings.ledger), wanted)


def test_a_withdrawal_of_what_was_never_received_is_a_damage(settings: Settings) -> None:
    append_events(JournalFile(settings.ledger), [new_events.withdrawn_event("0" * 64, "why", datetime.now(UTC))])
    with pytest.raises(LedgerDamagedError, match="line 1"):
        read_ledger(settings.ledger)


def test_a_name_in_two_forms_is_one_place_and_two_files_of_it_are_refused_until_one_goes(settings: Settings) -> None:
    composed = put(settings, "population/\u00e9t\u00e9.xlsx", b"first")
    decomposed = put(settings, "population/e\u0301te\u0301.xlsx", b"second")
    receipt = receive(settings)
    assert (receipt.new, list(receipt.refused)) == ([], ["population/\u00e9t\u00e9.xlsx"])
    decomposed.unlink()
    assert receive(settings).new == ["population/\u00e9t\u00e9.xlsx"]
    composed.unlink()
    put(settings, "population/e\u0301te\u0301.xlsx", b"second")
    assert receive(settings).new == ["population/\u00e9t\u00e9.xlsx"]
    assert answers(settings) == {"population/\u00e9t\u00e9.xlsx": "population/\u00e9t\u00e9.xlsx"}


def test_a_file_dated_in_the_future_is_taken_once_it_has_settled(settings: Settings) -> None:
    path = put(settings, "population/a.xlsx")
    ahead = time.time() + 10 * 86_400
    os.utime(path, (ahead, ahead))
    assert "may still be written" in receive(settings.changed(settle_seconds=60)).left["population/a.xlsx"]
    assert receive(settings).new == ["population/a.xlsx"]


def test_a_link_to_a_folder_is_said_and_never_followed(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.xlsx").write_bytes(b"a")
    put(settings, "population/b.xlsx", b"b")
    (settings.raw / "linked").symlink_to(tmp_path / "elsewhere")
    receipt = receive(settings)
    assert receipt.new == ["population/b.xlsx"]
    assert "never followed" in receipt.left["linked"]


def test_a_folder_that_cannot_be_opened_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put(settings, "population/b.xlsx", b"b")
    closed = put(settings, "commitments/a.xlsx", b"a").parent
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    receipt = receive(settings)
    assert receipt.new == ["population/b.xlsx"]
    assert "Permission denied" in receipt.refused[str(closed)]


def test_a_file_that_goes_away_while_its_folder_is_looked_at_stops_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = put(settings, "population/a.xlsx")
    put(settings, "population/b.xlsx")
    look = os.scandir

    def look_and_lose(folder: Path) -> contextlib.AbstractContextManager[Iterable[os.DirEntry[str]]]:
        with look(folder) as found:
            entries = list(found)
        if Path(folder).name == "population":
            going.unlink(missing_ok=True)
        return contextlib.nullcontext(entries)

    monkeypatch.setattr(os, "scandir", look_and_lose)
    receipt = receive(settings)
    assert receipt.new == ["population/b.xlsx"]
    assert list(receipt.left) == ["population/a.xlsx"]
    assert take_inventory(settings).files == 1
