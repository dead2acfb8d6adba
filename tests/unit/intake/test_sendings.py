"""What events of sending add up to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.intake import Ledger, LedgerDamagedError
from pipeline.intake.sendings import NOT_SENT, SENT, UNKNOWN, Attempt, Parcel, attempt_event, is_of_sending

BEGUN = Attempt(Parcel("R1", "53", "mail"), "c0ffee", ("s1",), UNKNOWN)


def test_an_attempt_is_unknown_until_it_has_ended_and_each_is_kept(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    other = replace(BEGUN, parcel=Parcel("R1", "national", "mail"))
    failed, sent = replace(BEGUN, state=NOT_SENT, why="it answered 554"), replace(BEGUN, state=SENT)
    ledger.append(*map(attempt_event, (BEGUN, other, failed, BEGUN, sent)))
    assert Ledger(tmp_path / "ledger.jsonl").attempts == [failed, other, sent]


def test_what_was_sent_is_no_input_of_a_release(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    before = ledger.inputs, ledger.as_of
    ledger.append(attempt_event(BEGUN), attempt_event(replace(BEGUN, state=SENT)))
    assert (ledger.inputs, ledger.as_of) == before


def test_an_attempt_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append({"event": "sent", "run": "R1"})
    with pytest.raises(LedgerDamagedError, match="housing restore"):
        _ = ledger.attempts


def test_a_line_tells_of_an_attempt_where_all_of_it_can_be_read() -> None:
    assert is_of_sending(attempt_event(BEGUN))
    assert not is_of_sending({"event": "sent", "run": "R1", "at": "2026-03-03"})
    assert not is_of_sending({"event": "received"})
