"""What is kept from load to load: when a load goes on with it, and when it makes all anew. Every figure is invented."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.load import Run, load, run_steps
from pipeline.proof.verify import verify
from pipeline.settings import Settings
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.build import STAGE_FILE, WORK_FILE
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.releases import kept_path
from tests.support.installations import begin_with
from tests.support.loading import deltas, query
from tests.support.workbooks import regional_return


def send(settings: Settings, number: int, value: int) -> None:
    rows = [["Livraisons", 2021, value, None], ["Agréments", 2020 + number % 2, 50, None]]
    regional_return(settings.raw / f"regional_return/bretagne/bilan-{number}.xlsx", rows)


def six_returns(settings: Settings) -> None:
    for number in range(6):
        send(settings, number, 100 + number)
    load(settings)


@pytest.fixture
def loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Six returns that are loaded; what is kept is known by its dates, which a copy keeps."""
    return begin_with(six_returns, settings, tmp_path_factory)


def test_a_load_goes_on_with_what_the_one_before_has_left(loaded: Settings) -> None:
    assert deltas(loaded) == 0
    send(loaded, 6, 200)
    assert load(loaded).is_new_release
    assert deltas(loaded) == 1
    assert not load(loaded).is_new_release
    assert deltas(loaded) == 1
    assert query(loaded, "SELECT count(*) FROM fact.observation_history WHERE value = 200") == [(1,)]
    load(loaded, force=True)
    assert deltas(loaded) == 0


@pytest.mark.parametrize("name", [WORK_FILE, STAGE_FILE])
def test_what_somebody_else_has_written_to_is_not_gone_on_with(loaded: Settings, name: str) -> None:
    table = {WORK_FILE: "fact.statement", STAGE_FILE: "observation"}[name]
    with duckdb.connect(loaded.work / name) as connection:
        connection.execute(f"DELETE FROM {table}")
    send(loaded, 6, 200)
    load(loaded)
    assert deltas(loaded) == 0
    assert verify(loaded).is_equal


def test_a_release_that_is_damaged_passes_nothing_on(loaded: Settings) -> None:
    ((name,),) = query(loaded, "SELECT release_id FROM audit.release")
    path = kept_path(loaded, name)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    send(loaded, 6, 200)
    load(loaded)
    assert deltas(loaded) == 1
    assert verify(loaded).is_equal


def test_after_a_failed_audit_all_is_made_anew(loaded: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    send(loaded, 6, 200)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.warehouse.audit.run_audit", _fails)
        with pytest.raises(AuditFailedError):
            load(loaded)
    assert deltas(loaded) == -1
    load(loaded)
    assert deltas(loaded) == 0
    assert verify(loaded).is_equal


def _fails(*_: object) -> None:
    raise AuditFailedError([])


def test_a_run_that_stages_twice_makes_all_anew(loaded: Settings) -> None:
    send(loaded, 6, 200)
    with hold_warehouse(loaded, "test"):
        run = Run(loaded)
        run.recover()
        run.receive()
        run.stage()
        run_steps(run, first="stage")
    assert deltas(loaded) == 0
    assert verify(loaded).is_equal
