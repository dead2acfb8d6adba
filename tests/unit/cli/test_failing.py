"""Exit codes: what somebody stopped is told as that, whoever noticed it."""

from __future__ import annotations

import click
import duckdb
import pytest

from pipeline.cli.failing import MACHINE_FAILED, ending_of

STOPPED = [
    KeyboardInterrupt(),
    click.Abort(),
    duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
    RuntimeError("Query interrupted"),  # what DuckDB raises for Ctrl-C while it works
]


@pytest.mark.parametrize("error", STOPPED, ids=repr)
def test_an_interruption_is_told_as_one(error: BaseException) -> None:
    code, sentence = ending_of(error)
    assert code == MACHINE_FAILED
    assert sentence.startswith("Interrupted.")


def test_an_error_of_ours_is_not() -> None:
    assert "error of the program" in ending_of(RuntimeError("Query interrupted by nobody"))[1]
