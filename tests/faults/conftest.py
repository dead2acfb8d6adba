"""What the tests of faults share: the installation that rounds begin with, and the table of outcomes at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.vocabulary.days import today
from tests.support.interposing import CompileError, compile_interposer
from tests.support.rounds import Undisturbed, prepare

_OUTCOMES: defaultdict[str, Counter[str]] = defaultdict(Counter)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the library that stands between a load and the system."""
    try:
        return compile_interposer(tmp_path_factory.mktemp("interposer"))
    except CompileError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def prepared() -> dict[date, Undisturbed]:
    """The installations that rounds begin with, by the day on which their files were received."""
    return {}


@pytest.fixture
def undisturbed(
    library: Path, tmp_path_factory: pytest.TempPathFactory, prepared: dict[date, Undisturbed]
) -> Undisturbed:
    """Return the installation that every round begins with, and what a load without a fault makes of it today.

    A file that answers an earlier one holds from the day of its receipt: a round of tomorrow ends in other tables.
    """
    day = today()
    if day not in prepared:
        prepared[day] = prepare(tmp_path_factory.mktemp("undisturbed"), library)
    return prepared[day]


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Iterator[Counter[str]]:
    """Count how rounds ended; the sums are printed when all tests are done, in whichever process they ran."""
    counted: Counter[str] = Counter()
    yield counted
    record_property("outcomes", dict(counted))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "teardown":
        return
    for name, counted in report.user_properties:
        if name == "outcomes" and isinstance(counted, dict):
            _OUTCOMES[report.nodeid.split("::")[-1].split("[")[0]].update(counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _OUTCOMES:
        return
    terminalreporter.section("rounds and outcomes")
    for test, counted in sorted(_OUTCOMES.items()):
        terminalreporter.write_line(f"{test}: {sum(counted.values())} rounds")
        for outcome, count in sorted(counted.items()):
            terminalreporter.write_line(f"  {count:5} {outcome}")
