"""The house: no file of code is longer than somebody reads in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import PRODUCT

_LINES = 400
_ROOMS = ("pipeline", "assets", "sql", "tools", "tests")


def _too_long(*folders: Path) -> dict[str, int]:
    files = [path for folder in folders for suffix in ("py", "sql", "j2") for path in folder.rglob(f"*.{suffix}")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    return {path.name: lines for path, lines in lengths.items() if lines > _LINES}


@pytest.mark.parametrize("room", _ROOMS)
def test_no_file_is_over_400_lines(room: str) -> None:
    assert _too_long(PRODUCT / room) == {}


def test_a_file_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * (_LINES + 1), encoding="utf-8")
    (tmp_path / "short.sql").write_text("SELECT 1\n" * _LINES, encoding="utf-8")
    assert _too_long(tmp_path) == {"long.py": 401}
