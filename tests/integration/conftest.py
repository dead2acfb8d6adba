"""What integration tests share: the command line on a temporary installation."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import duckdb
import pytest

from pipeline.cli import main
from pipeline.load import load
from pipeline.settings import Settings

Housing = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session", autouse=True)
def _nothing_for_readers() -> Iterator[None]:
    """Make no bulletins and no exports after each publication: ``test_readers`` does."""
    with pytest.MonkeyPatch.context() as patch:
        for place in ("assets.readers", "assets.accepting", "pipeline.cli.keeping"):
            patch.setattr(f"{place}.renew_for_readers", lambda *_: None)
        yield


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the release of the workbooks of ``raw/`` themselves, loaded once for all tests of a process."""
    settings = Settings(warehouse=tmp_path_factory.mktemp("warehouse"), workers=2, settle_seconds=0)
    load(settings)
    with duckdb.connect(settings.release_file, read_only=True) as connection:
        yield connection


@pytest.fixture
def housing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Housing:
    """Return a function that runs ``housing`` on a temporary installation, and returns what a process would.

    It runs in this process, which has imported everything: each of the many calls would otherwise take a second more.
    """
    for name, value in _environment(settings).items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["housing", *map(str, arguments)])
        out, err = io.StringIO(), io.StringIO()
        code = 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def housing_process(settings: Settings) -> Housing:
    """Return a function that runs the installed command in a process of its own, on a temporary installation."""

    def run(*arguments: object, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("housing")), *map(str, arguments)]
        environment = {**_environment(settings), "PATH": "", **({"HOUSING_HOME": str(home)} if home else {})}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "HOUSING_RAW": str(settings.raw),
        "HOUSING_WAREHOUSE": str(settings.warehouse),
        "HOUSING_SQL": str(settings.sql),
        "HOUSING_SETTLE_SECONDS": "0",
        "HOUSING_LOCK_WAIT_SECONDS": "0.2",
        "COLUMNS": "200",
    }
