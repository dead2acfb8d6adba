"""A lost ledger, written anew from what is left: the same figures come from it. Every figure is invented."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.intake import Ledger, LedgerDamagedError, archive
from pipeline.intake.archive import archived_path
from pipeline.intake.submissions import find
from pipeline.intake.withdraw import erase, withdraw
from pipeline.load import load
from pipeline.proof.verify import compare
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import restore_ledger
from pipeline.warehouse.releases import published_release, roll_back
from tests.support.installations import begin_with
from tests.support.part_of_sql import part_of_sql
from tests.support.workbooks import regional_return

BRETAGNE, CORSE, NORMANDIE = (f"regional_return/{slug}/bilan.xlsx" for slug in ("bretagne", "corse", "normandie"))


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation without the relations that nothing here asks."""
    return settings.changed(sql=part_of_sql(tmp_path_factory))


def send(settings: Settings, place: str, value: int, region: str) -> bytes:
    path = regional_return(settings.raw / place, [["Livraisons", 2021, value, "logements"]], region=region)
    return path.read_bytes()


def with_a_past(settings: Settings) -> None:
    """Files that are replaced, put back, moved, withdrawn and erased, published in three releases."""
    first = send(settings, BRETAGNE, 10, "Bretagne")
    send(settings, CORSE, 20, "Corse")
    send(settings, NORMANDIE, 30, "Normandie")
    send(settings, "regional_return/corse/autre.xlsx", 21, "Corse")
    load(settings)
    send(settings, BRETAGNE, 11, "Bretagne")
    withdraw(settings, "regional_return/corse/autre.xlsx", "doublon")
    erase(settings, NORMANDIE, "noms de locataires", "A. Analyste")
    (settings.raw / NORMANDIE).unlink()
    load(settings)
    (settings.raw / BRETAGNE).write_bytes(first)
    os.utime(settings.raw / BRETAGNE, (1_650_000_000, 1_650_000_000))
    moved = settings.raw / "regional_return/corse/2021/bilan.xlsx"
    moved.parent.mkdir()
    (settings.raw / CORSE).rename(moved)
    load(settings)


@pytest.fixture
def kept(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with such a past."""
    return begin_with(with_a_past, settings, tmp_path_factory)


def _gone(path: Path) -> None:
    path.unlink()


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _a_middle_line_gone(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[len(lines) // 2]
    path.write_bytes(b"".join(lines))


def _the_receipt_of_the_first_gone(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    first = next(at for at, line in enumerate(lines) if b'"received"' in line)
    path.write_bytes(b"".join(lines[:first] + lines[first + 1 :]))


def _last_lines_gone(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))


def _no_json(path: Path) -> None:
    path.write_bytes(b"\x00" * path.stat().st_size)


def _odd_lines(path: Path) -> None:
    odd = [{"event": "received"}, {"event": "located", "sha256": 1}, [], {"event": "withdrawn", "sha256": "ab" * 32}]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[1:], *(json.dumps(each).encode() + b"\n" for each in odd)]))


LOSSES = [
    _gone,
    _emptied,
    _a_middle_line_gone,
    _the_receipt_of_the_first_gone,
    _last_lines_gone,
    _no_json,
    _odd_lines,
]


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__.strip("_"))
def test_a_ledger_that_was_restored_says_what_the_lost_one_said(kept: Settings, lose: Callable[[Path], None]) -> None:
    standing = told(Ledger(kept.ledger))
    lose(kept.ledger)
    left = kept.ledger.read_bytes() if kept.ledger.exists() else b""
    with pytest.raises(LedgerDamagedError, match="housing restore"):
        load(kept)
    assert restore_ledger(kept)
    assert told(Ledger(kept.ledger)) == standing
    aside = list(kept.warehouse.glob("ledger-until-*"))
    assert [path.read_bytes() for path in aside] == ([left] if left else [])
    assert restore_ledger(kept) == []


@pytest.mark.parametrize("lose", [_gone, _the_receipt_of_the_first_gone], ids=lambda lose: lose.__name__.strip("_"))
def test_from_a_ledger_that_was_restored_come_the_same_tables(kept: Settings, lose: Callable[[Path], None]) -> None:
    before = published_release(kept)
    assert before is not None
    lose(kept.ledger)
    restore_ledger(kept)
    report = load(kept, force=True)
    assert report.release is not None
    _, differences = compare(before, report.release.path, kept)
    assert differences == []
    assert not load(kept).is_new_release


def told(ledger: Ledger) -> dict[str, Any]:
    """What the figures depend on: what stands where, what was withdrawn, and which releases there were."""
    submissions = {
        item.sha256: (
            item.file,
            item.received_at,
            item.superseded_by,
            item.withdrawn_at and item.withdrawn_at.date(),
            item.withdrawal_reason,
            bool(item.erased_by),
        )
        for item in ledger.submissions
    }
    names = [publication.release_id for publication in ledger.publications]
    return submissions | {"releases": names[-2:], "published": ledger.published and ledger.published.release_id}


def test_a_rollback_stays_one(kept: Settings) -> None:
    with hold_warehouse(kept, "test"):
        back = roll_back(kept)
    kept.ledger.unlink()
    restore_ledger(kept)
    published = Ledger(kept.ledger).published
    assert published is not None
    assert published.release_id == back.release_id


def test_what_cannot_be_known_is_named(kept: Settings) -> None:
    later = send(kept, "regional_return/bretagne/later.xlsx", 12, "Bretagne")
    stray = kept.archive.parent / "stray"
    stray.write_bytes(later)
    sha256 = archive.put(kept.archive, stray)
    stray.unlink()
    kept.ledger.unlink()
    said = "\n".join(restore_ledger(kept))
    assert str(archived_path(kept.archive, sha256)) in said
    assert "withdraw again" in said
    assert sha256 not in {item.sha256 for item in Ledger(kept.ledger).submissions}
    assert load(kept).receipt.new == ["regional_return/bretagne/later.xlsx"]


def test_without_any_release_nothing_is_guessed(kept: Settings) -> None:
    for path in (*kept.releases.glob("*.duckdb"), kept.release_file):
        path.unlink()
    kept.ledger.unlink()
    said = "\n".join(restore_ledger(kept))
    assert "No release can be read" in said
    assert Ledger(kept.ledger).submissions == []


def test_a_file_saved_anew_in_another_format_goes_on_answering_the_first(settings: Settings) -> None:
    text = settings.raw / "regional_return/bretagne/bilan.csv"
    text.parent.mkdir(parents=True)
    text.write_text("Région;Bretagne\nIndicateur;Année;Valeur\nLivraisons;2021;10\n", encoding="utf-8")
    load(settings)
    send(settings, BRETAGNE, 11, "Bretagne")
    load(settings)
    standing = told(Ledger(settings.ledger))
    settings.ledger.unlink()
    restore_ledger(settings)
    assert told(Ledger(settings.ledger)) == standing
    first = find(Ledger(settings.ledger).submissions, "regional_return/bretagne/bilan.csv")
    assert first.superseded_by


def test_the_moment_of_a_receipt_is_kept_to_the_microsecond(kept: Settings) -> None:
    received = {item.sha256: item.received_at for item in Ledger(kept.ledger).submissions}
    assert all(at > datetime.now(UTC) - timedelta(days=1) for at in received.values())
    with duckdb.connect(kept.release_file, read_only=True) as release:
        rows = release.execute("SELECT sha256, received_at FROM fact.submission").fetchall()
    assert {sha256: at.replace(tzinfo=UTC) for sha256, at in rows} == received
