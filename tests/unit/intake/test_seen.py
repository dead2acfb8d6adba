"""The index of what was seen: it spares opening a file, and never lets one pass by its word alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.intake import LedgerDamagedError, archive, read_ledger, receive
from pipeline.intake.ledger import Ledger
from pipeline.intake.new_events import erased_event
from pipeline.intake.seen import Seen
from pipeline.settings import Settings
from pipeline.stores.journal import JournalFile

PLACE = "population/a.xlsx"
LONG_AGO = 3600 * 10**9
"""In nanoseconds: what changed then has settled."""


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an hour have passed since whatever a test writes."""
    monkeypatch.setattr("time.time_ns", lambda: 2 * 10**18 + LONG_AGO)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the name of every file that is hashed is added."""
    names: list[str] = []
    before = archive.sha256_of

    def telling(path: Path) -> str:
        names.append(path.name)
        return before(path)

    monkeypatch.setattr(archive, "sha256_of", telling)
    return names


def put(settings: Settings, content: bytes = b"contents", place: str = PLACE) -> Path:
    path = settings.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def with_the_dates_of(path: Path, before: os.stat_result) -> None:
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_unchanged_file_is_not_opened(settings: Settings, hashed: list[str]) -> None:
    put(settings)
    receive(settings)
    assert hashed == ["a.xlsx"]
    assert receive(settings).unchanged == [PLACE]
    assert hashed == ["a.xlsx"]


def test_a_file_of_the_same_size_and_date_is_opened_since_the_system_says_that_it_changed(settings: Settings) -> None:
    path = put(settings, b"1 234")
    before = path.stat()
    receive(settings)
    path.write_bytes(b"1 235")
    with_the_dates_of(path, before)
    assert receive(settings).new == [PLACE]


def test_another_file_of_the_same_size_and_date_in_its_place_is_opened(settings: Settings) -> None:
    path = put(settings, b"1 234")
    receive(settings)
    other = put(settings, b"1 235", "population/.other")
    with_the_dates_of(other, path.stat())
    other.replace(path)
    assert receive(settings).new == [PLACE]


def test_a_file_that_changed_shortly_before_it_was_hashed_is_hashed_again(
    settings: Settings, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(settings)
    changed_ns = path.stat().st_ctime_ns
    for after, times in ((10**9, 1), (10**9, 2), (3 * 10**9, 3), (3 * 10**9, 3)):
        monkeypatch.setattr("time.time_ns", lambda after=after: changed_ns + after)
        receive(settings)
        assert len(hashed) == times


def _gone(path: Path) -> object:
    return path.rename(path.with_name("elsewhere"))


def _truncated(path: Path) -> object:
    return path.write_bytes(path.read_bytes()[:40])


def _of_another_version(path: Path) -> object:
    return path.write_text(json.dumps({**json.loads(path.read_text()), "version": 0}))


def _of_another_shape(path: Path) -> object:
    return path.write_text(json.dumps({"version": 1, "places": {PLACE: {"size": 8}}}))


def _no_text(path: Path) -> object:
    return path.write_bytes(b"\xff\xfe")


def _folder(path: Path) -> object:
    path.unlink()
    path.mkdir()
    return (path / "something").write_bytes(b"")


def _nested_too_deeply(path: Path) -> object:
    return path.write_text("[" * 100_000)


@pytest.mark.parametrize(
    "damage", [_gone, _truncated, _of_another_version, _of_another_shape, _no_text, _folder, _nested_too_deeply]
)
def test_an_index_that_is_damaged_or_gone_is_made_again(
    settings: Settings, hashed: list[str], damage: Callable[[Path], object]
) -> None:
    put(settings)
    receive(settings)
    whole = settings.seen.read_bytes()
    damage(settings.seen)
    assert receive(settings).unchanged == [PLACE]
    assert settings.seen.read_bytes() == whole
    assert len(hashed) == 2


def test_an_index_that_cannot_be_written_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    put(settings)
    monkeypatch.setattr(Path, "write_text", refuse)
    assert receive(settings).new == [PLACE]
    assert not settings.seen.exists()


def test_the_index_alone_lets_nothing_pass_that_the_ledger_does_not_know_there(settings: Settings) -> None:
    put(settings)
    receive(settings)
    settings.ledger.unlink()
    assert receive(settings).new == [PLACE]
    (submission,) = read_ledger(settings.ledger)
    put(settings, b"other")
    other = receive(settings)
    assert other.new == [PLACE]
    told = settings.seen.read_text()
    newest = read_ledger(settings.ledger)[-1].sha256
    settings.seen.write_text(told.replace(newest, submission.sha256))
    assert receive(settings).unchanged == [PLACE]
    assert settings.seen.read_text() == told


def test_a_content_that_the_archive_lost_is_taken_again_where_nothing_changed(settings: Settings) -> None:
    put(settings)
    receive(settings)
    (submission,) = read_ledger(settings.ledger)
    kept = archive.archived_path(settings.archive, submission.sha256)
    kept.unlink()
    assert receive(settings).unchanged == [PLACE]
    assert kept.read_bytes() == b"contents"


def test_an_erased_content_is_refused_each_time(settings: Settings) -> None:
    put(settings)
    receive(settings)
    (submission,) = read_ledger(settings.ledger)
    archive.archived_path(settings.archive, submission.sha256).unlink()
    ledger = Ledger(settings.ledger)
    ledger.append(erased_event(submission.sha256, "names", "the office", submission.received_at))
    for _ in range(2):
        receipt = receive(settings)
        assert (list(receipt.refused), receipt.unchanged) == ([PLACE], [])


def test_nothing_is_written_where_nothing_changed_and_what_is_gone_is_forgotten(settings: Settings) -> None:
    other = put(settings, b"other", "agreements/b.xlsx")
    put(settings)
    receive(settings)
    written = settings.seen.stat().st_mtime_ns, settings.seen.stat().st_ino
    receive(settings, source="population")
    assert (settings.seen.stat().st_mtime_ns, settings.seen.stat().st_ino) == written
    other.unlink()
    receive(settings, source="population")
    assert "agreements/b.xlsx" in settings.seen.read_text()
    receive(settings)
    assert "agreements/b.xlsx" not in settings.seen.read_text()


def test_a_half_written_index_is_swept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    put(settings)
    monkeypatch.setattr(Path, "replace", refuse)
    seen = Seen(settings.seen)
    settings.warehouse.mkdir()
    seen.note(PLACE, (settings.raw / PLACE).stat(), "ab" * 32, 2 * 10**18)
    seen.write()
    assert list(settings.warehouse.iterdir()) == []


def test_all_that_a_scan_took_is_told_to_the_ledger_in_one_step(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Sequence[bytes]] = []
    before = JournalFile.append

    def append(journal: JournalFile, lines: Sequence[bytes], after: int) -> None:
        steps.append(lines)
        before(journal, lines, after)

    monkeypatch.setattr(JournalFile, "append", append)
    for number in range(5):
        put(settings, b"content %d" % (number % 4), f"population/{number}.xlsx")
    receipt = receive(settings)
    assert (len(receipt.new), len(receipt.located), len(steps)) == (4, 1, 1)
    assert len(steps[0]) == 5
    assert receive(settings).new == []
    assert len(steps) == 1


def test_what_was_taken_before_the_archive_could_not_be_written_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.put

    def full(folder: Path, path: Path) -> str:
        if path.name == "b.xlsx":
            raise OSError(28, "No space left on device", str(folder))
        return before(folder, path)

    monkeypatch.setattr(archive, "put", full)
    put(settings)
    put(settings, b"other", "population/b.xlsx")
    with pytest.raises(OSError, match="No space left"):
        receive(settings)
    assert [each.file for each in read_ledger(settings.ledger)] == [PLACE]


def test_a_ledger_that_is_damaged_is_said_before_anything_is_hashed(settings: Settings, hashed: list[str]) -> None:
    put(settings)
    settings.ledger.parent.mkdir()
    settings.ledger.write_bytes(b"{}\n")
    with pytest.raises(LedgerDamagedError):
        receive(settings)
    assert hashed == []
