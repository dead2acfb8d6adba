"""A Dagster UI of its own for the browser tests, started as ``make ui`` starts it, on made-up workbooks.

``python -m pytest tests/ui --screenshots docs/images`` starts it on the workbooks of ``raw/`` instead and keeps the
pictures that the documentation shows.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pipeline.settings import PRODUCT
from tests.support.workbooks import regional_return

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 180
STOP_SECONDS = 20
LOG = "dagster.log"
SPOILT = "corse"
"""A region whose only file is refused as a whole."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", type=Path, default=None, help="keep pictures of the UI, made from raw/, here")


@dataclass(frozen=True)
class Site:
    """A running UI, the region that the tests load and the cell of its workbook that is refused."""

    url: str
    warehouse: Path
    log: Path
    region: str
    refused_text: str
    reporting: int
    """How many regions sent a file that can be read."""
    keep: Callable[[Page, str], None]

    def query(self, text: str, **variables: Any) -> Any:
        body = json.dumps({"query": text, "variables": variables}).encode()
        headers = {"content-type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/graphql", body, headers)) as answer:
            return json.load(answer)["data"]


@pytest.fixture(scope="session")
def browser_path() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"there is no Chromium on this machine ({', '.join(BROWSERS)})")
    return found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    request.getfixturevalue("browser_path")  # without a browser nothing is started
    folder = tmp_path_factory.mktemp("ui")
    pictures: Path | None = request.config.getoption("--screenshots")

    def keep(page: Page, name: str) -> None:
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            page.wait_for_timeout(3_000)  # what fades in or is coloured late
            page.screenshot(path=pictures / f"{name}.png")

    if pictures is not None:
        shutil.copytree(PRODUCT / "raw", folder / "raw")
        region, refused_text = "occitanie", "plus de 10 0000"
    else:
        region, refused_text = "bretagne", "12 34"
        rows = [("Ménages logés", 2021, refused_text, "ménages"), ("Agréments", 2021, "77", "logements")]
        regional_return(folder / "raw" / "regional_return" / region / "bilan.xlsx", rows)
    spoilt = folder / "raw" / "regional_return" / SPOILT / "bilan.xlsx"
    spoilt.parent.mkdir(parents=True)
    spoilt.write_bytes(b"no workbook")
    port = _free_port()
    sent = (folder / "raw" / "regional_return").glob("*/*.*")
    reporting = len({path.parent for path in sent} - {spoilt.parent})
    with _dagster(folder, port):
        url = f"http://127.0.0.1:{port}"
        yield Site(url, folder / "warehouse", folder / LOG, region, refused_text, reporting, keep)


@pytest.fixture
def page(browser_path: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, headless=True, args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1600, "height": 1000})
            page.set_default_timeout(30_000)
            expect.set_options(timeout=30_000)  # a machine at work shows things late
            yield page
        finally:
            browser.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def _dagster(folder: Path, port: int) -> Iterator[None]:
    """Run ``dagster dev`` with the project's dagster.yaml and pyproject.toml, its state in a temporary folder."""
    shutil.copy(PRODUCT / "dagster.yaml", folder)
    shutil.copy(PRODUCT / "pyproject.toml", folder)
    environment = os.environ | {
        "DAGSTER_HOME": str(folder),
        "HOUSING_RAW": str(folder / "raw"),
        "HOUSING_WAREHOUSE": str(folder / "warehouse"),
        "HOUSING_SETTLE_SECONDS": "0",
        "PYTHONPATH": str(PRODUCT),
    }
    command = [sys.executable, "-m", "assets.starting", "-h", "127.0.0.1", "-p", str(port)]
    log = folder / LOG
    with log.open("w", encoding="utf-8") as told:
        # a session of its own, so that whatever it starts can be ended with it
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=told, stderr=told, start_new_session=True
        )
        try:
            _wait_until_it_answers(port, process, log)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info"):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("dagster dev did not start:\n" + log.read_text(encoding="utf-8"))
