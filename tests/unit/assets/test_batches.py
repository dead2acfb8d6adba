from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from assets.batches import ASKED_BY, batch_job, spread_over
from assets.definitions import make_definitions
from assets.resources import WRITERS
from pipeline.reading.batches import UnreadFile, as_json
from pipeline.settings import Settings

FILES = [UnreadFile(f"key{number}", f"{number:064x}", "population", (), "bilan.xlsx", 12) for number in range(2)]
_MODULE = "assets.definitions"
_LOCATION = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name=_MODULE), "housing")
REMOTE = RemoteJobOrigin(RemoteRepositoryOrigin(_LOCATION, "__repository__"), "nightly")
CODE = JobPythonOrigin("nightly", RepositoryPythonOrigin("python", ModuleCodePointer(_MODULE, "defs")))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


LAUNCHED = dg.DagsterRun(job_name="nightly", run_id="asking", remote_job_origin=REMOTE, job_code_origin=CODE)


def test_batches_wait_in_the_queue_and_are_taken_back_where_nobody_comes(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    said: list[str] = []
    patient = settings.changed(spread_batches=2, spread_patience_seconds=0.5)
    ask = spread_over(instance, LAUNCHED, batch_job(settings), patient, said.append)
    assert ask is not None
    ask(FILES)
    runs = instance.get_runs()
    assert [(run.job_name, run.status, run.tags[ASKED_BY]) for run in runs] == [
        ("read_batch", dg.DagsterRunStatus.CANCELED, "asking")
    ] * 2
    configs = [as_json([file]) for file in FILES]
    expected = [{"ops": {"read_files": {"config": {"files": config}}}} for config in configs]
    assert sorted((run.run_config for run in runs), key=str) == expected
    assert {run.remote_job_origin.job_name for run in runs if run.remote_job_origin} == {"read_batch"}
    assert said[-1] == "Workers have read 0 of 2 batches; what is left of the others is read here."


def test_a_run_that_no_daemon_has_launched_asks_nobody(instance: dg.DagsterInstance, settings: Settings) -> None:
    assert (
        spread_over(instance, dg.DagsterRun(job_name="nightly", run_id="asking"), batch_job(settings), settings, print)
        is None
    )
    assert spread_over(instance, None, batch_job(settings), settings, print) is None
    with dg.DagsterInstance.ephemeral() as without_queue:
        assert spread_over(without_queue, LAUNCHED, batch_job(settings), settings, print) is None


def test_a_batch_on_a_host_that_shares_nothing_fails_in_a_sentence(settings: Settings) -> None:
    files = {"files": [{"key": "a"}]}
    result = batch_job(settings).execute_in_process({"ops": {"read_files": {"config": files}}}, raise_on_error=False)
    (event,) = [event for event in result.all_events if event.is_step_failure]
    assert event.step_failure_data.user_failure_data is not None
    assert "This is no batch of files" in str(event.step_failure_data.user_failure_data.description)


def test_all_that_holds_the_warehouse_is_in_one_pool_and_batches_are_in_none() -> None:
    repository = make_definitions(Settings()).get_repository_def()
    pools = {
        job.name: {pool for node in job.nodes for pool in node.definition.pools} for job in repository.get_all_jobs()
    }
    assert pools.pop("read_batch") == set()
    assert set(pools) >= {"nightly", "load_regions", "rebuild_all", "accept_release"}
    assert all(found == {WRITERS} for found in pools.values())
