"""What Dagster shows of a step that was stopped: the sentence of the command line, or an error's traceback."""

import errno

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets.failing import told_in_a_sentence
from pipeline.cli.failing import ending_of
from pipeline.intake import LedgerDamagedError
from pipeline.intake.archive import ArchiveDamagedError
from pipeline.reading.pending import HeldError
from pipeline.rejections import Wording
from pipeline.warehouse.audit import AuditFailedError, Outcome
from pipeline.warehouse.lock import WarehouseBusyError

STOPPED_BY = [
    LedgerDamagedError("ledger.jsonl, line 3 is damaged"),
    ArchiveDamagedError("archive/ab is damaged"),
    HeldError({"population/a.xlsx": Wording("disque plein", "a full disk")}),
    WarehouseBusyError("the warehouse is held by “housing load”"),
    OSError(errno.ENOSPC, "No space left on device", "ledger.jsonl"),
    PermissionError(errno.EACCES, "Permission denied", "ledger.jsonl"),
    MemoryError(),
    duckdb.IOException("IO Error: could not write all bytes"),
    duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"),
    duckdb.TransactionException("TransactionContext Error: Failed to commit: No space left on device"),
    ValueError("sources/a.toml and sources/b.toml declare the same"),
]


@pytest.mark.parametrize("error", STOPPED_BY, ids=lambda error: type(error).__name__)
def test_what_stops_a_step_is_told_in_the_sentence_of_the_command_line(error: Exception) -> None:
    with pytest.raises(dg.Failure) as caught, told_in_a_sentence():
        raise error
    assert caught.value.description == ending_of(error)[1]
    assert caught.value.__cause__ is error
    assert not caught.value.allow_retries


def test_a_failed_audit_shows_the_rows_of_each_check() -> None:
    sample = pl.DataFrame({"cell": ["C7"]})
    outcome = Outcome(
        name="nobody_is_housed",
        relation="fact.observation",
        description="Nobody is housed.",
        description_fr="Personne n'est logé.",
        is_blocking=True,
        failures=1,
        sample=sample,
    )
    with pytest.raises(dg.Failure) as caught, told_in_a_sentence():
        raise AuditFailedError([outcome])
    assert "nobody_is_housed: 1 wrong row" in str(caught.value.description)
    table = caught.value.metadata["nobody_is_housed"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [record.data for record in table.records] == [{"cell": "C7"}]


def test_an_error_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(KeyError), told_in_a_sentence():
        raise KeyError("no such thing")
