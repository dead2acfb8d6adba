"""An installation that declares something of its own, for the length of a test."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def declaring(sources: Mapping[str, str] | None = None, **entries: str) -> Iterator[Path]:
    """Let an installation add to what the product declares; yield its home.

    Args:
        sources: whole files of ``sources/``, by the name of the source.
        entries: TOML entries by kind: ``declaring(indicators="[x]…")``.
    """
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = {f"reference/{kind}.toml": text for kind, text in entries.items()}
        files |= {f"sources/{source}.toml": text for source, text in (sources or {}).items()}
        for name, text in files.items():
            (home / name).parent.mkdir(exist_ok=True)
            (home / name).write_text(text, encoding="utf-8")
        patch.setenv("HOUSING_HOME", folder)
        try:
            forget()
            yield home
        finally:
            patch.undo()
            forget()


def forget() -> None:
    """Let everything that is declared be read anew: every cached function of the product forgets."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("pipeline", "tests.support")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
