"""The ratios of the benchmarks: what is kept is found again, and what moved is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.ratios import KEPT, keep, main, moved, read


def test_what_is_kept_is_added_to_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_RATIOS", str(tmp_path / "ratios.json"))
    keep({"a ÷ b": 1.23456, "c ÷ d": 2})
    keep({"c ÷ d": 3})
    assert read(tmp_path / "ratios.json") == {"a ÷ b": 1.23, "c ÷ d": 3}


def test_nothing_is_kept_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENCH_RATIOS", raising=False)
    before = read(KEPT)
    keep({"a ÷ b": 1})
    assert read(KEPT) == before


def test_what_moved_by_more_than_a_tenth_is_told() -> None:
    before = {"faster": 2.0, "same": 10.0, "slower": 1.0, "gone": 1.0}
    now = {"faster": 1.0, "same": 11.0, "slower": 1.5, "new": 4.0}
    assert moved(before, now) == [
        "faster: 2 → 1 (-50%)",
        "gone: 1, not measured now",
        "new: 4, not measured before",
        "slower: 1 → 1.5 (+50%)",
    ]


def test_that_nothing_moved_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    main(KEPT)
    assert capsys.readouterr().out.strip() == "No ratio moved by more than a tenth."
