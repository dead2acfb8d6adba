"""Logs of the commands: one JSON object a line, where they are asked for."""

from __future__ import annotations

import json
import logging

import pytest

from pipeline.cli.common import say_error
from pipeline.cli.logs import begin_logs

_OURS = logging.getLogger("pipeline.somewhere")


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no handler behind: what is set here is unset before the test ends."""
    monkeypatch.delenv("HOUSING_LOG_FORMAT", raising=False)


def test_a_record_is_one_line_that_a_machine_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOUSING_LOG_FORMAT", "json")
    begin_logs()
    _OURS.warning("two\nlines of %s", "été", extra={"run": "R1"})
    say_error("it failed")
    monkeypatch.delenv("HOUSING_LOG_FORMAT")
    begin_logs()
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {"level": "warning", "run": "R1", "message": "two\nlines of été", "logger": "pipeline.somewhere"}
    assert (second["level"], second["run"], second["message"]) == ("error", "", "it failed")


def test_nothing_is_logged_unless_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    begin_logs()
    _OURS.warning("nobody reads this")
    assert capsys.readouterr().err == ""
