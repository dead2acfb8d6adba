"""The key of a reading: what changes it, and what does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.corrections.apply import Correction
from pipeline.intake import Submission
from pipeline.reading import code
from pipeline.reading.code import PACKAGE, READS, code_sha256
from pipeline.reading.key import cache_key
from pipeline.settings import Limits

LIMITS = Limits()
SUBMISSION = Submission("ab" * 32, ("regional_return/bretagne/bilan.xlsx",), 12, datetime(2022, 1, 1, tzinfo=UTC))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the package whose files may be changed."""
    copy = tmp_path / "pipeline"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code, "PACKAGE", copy)
    monkeypatch.setattr(code, "_NEVER_RUN", {copy / "layouts" / "authoring"})
    monkeypatch.setattr(code, "_DECLARES", {copy / "contracts" / name for name in ("columns.toml", "stage.toml")})
    code_sha256.cache_clear()
    yield copy
    code_sha256.cache_clear()


def changed(path: Path) -> bool:
    """Whether a comment more in a file changes the key."""
    before = cache_key(SUBMISSION, LIMITS)
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment more\n", encoding="utf-8")
    code_sha256.cache_clear()
    return cache_key(SUBMISSION, LIMITS) != before


@pytest.mark.parametrize("room", READS)
def test_every_room_that_reads_changes_it(package: Path, room: str) -> None:
    assert changed(sorted((package / room).rglob("*.py"))[-1])


@pytest.mark.parametrize(
    "file",
    [
        "cli/__init__.py",
        "load/run.py",
        "checking/rules.py",
        "warehouse/build.py",
        "feedback/annotate.py",
        "proof/explain.py",
        "publishing/summaries.py",
        "layouts/authoring/propose.py",
        "contracts/columns.toml",
    ],
)
def test_what_does_not_read_changes_nothing(package: Path, file: str) -> None:
    assert not changed(package / file)


def test_content_place_and_corrections_change_it() -> None:
    before = cache_key(SUBMISSION, LIMITS)
    others = [
        Submission("cd" * 32, SUBMISSION.places, 12, SUBMISSION.received_at),
        Submission(SUBMISSION.sha256, ("regional_return/corse/bilan.xlsx",), 12, SUBMISSION.received_at),
        Submission(SUBMISSION.sha256, ("population/bilan.xlsx",), 12, SUBMISSION.received_at),
    ]
    keys = {before, *(cache_key(other, LIMITS) for other in others)}
    keys.add(cache_key(SUBMISSION, LIMITS, [Correction("Activité", "C7", "12 34", "1234")]))
    assert len(keys) == 5


@pytest.mark.parametrize("limit", list(Limits.model_fields))
def test_every_limit_changes_it_for_what_it_refuses_is_refused_under_it_alone(limit: str) -> None:
    assert cache_key(SUBMISSION, LIMITS.changed(**{limit: 7})) != cache_key(SUBMISSION, LIMITS)
