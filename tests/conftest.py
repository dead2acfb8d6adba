"""What all tests share: an empty installation in a temporary folder."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import hypothesis
import pytest

from pipeline.settings import Settings

# hundreds of processes are started, the workers of these tests among them: none shall compile everything again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# how long an example takes is never asserted
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: it need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with nothing received yet, that waits for nobody."""
    return Settings(
        raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", workers=1, settle_seconds=0, lock_wait_seconds=0.2
    )


def sample(name: str) -> Path:
    """Return a real official file, or skip the test where the folder of samples is absent."""
    path = SHARED / "samples" / name
    if not path.exists():
        pytest.skip(f"the folder of real official files is absent: {name}")
    return path
