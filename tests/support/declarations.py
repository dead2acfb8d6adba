"""An installation that declares something of its own, for the length of a test."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.cells import isolation
from pipeline.cells.isolation import Task
from pipeline.reading import submissions
from pipeline.warehouse import reads

_OF_A_TEXT = (reads._read, reads._parser)


@contextmanager
def declaring(
    sources: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None, **entries: str
) -> Iterator[Path]:
    """Let an installation add to what the product declares; yield its home.

    Args:
        sources: whole files of ``sources/``, by the name of the source.
        files: other whole files, by their path in the home: ``sql/kpi/half.sql``.
        entries: TOML entries by kind: ``declaring(indicators="[x]…")``.
    """
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        written = {f"reference/{kind}.toml": text for kind, text in entries.items()}
        written |= {f"sources/{source}.toml": text for source, text in (sources or {}).items()}
        for name, text in {**written, **(files or {})}.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text, encoding="utf-8")
        patch.setenv("HOUSING_HOME", folder)
        try:
            forget()
            yield home
        finally:
            patch.undo()
            forget()


@contextmanager
def reading_here() -> Iterator[None]:
    """Read files in this process, which knows the source; a defect of ours is raised, and not told as a refusal."""

    def run(
        tasks: Sequence[Task], function: Callable[..., Any], *_: object, **__: object
    ) -> Iterator[tuple[Task, Any]]:
        yield from ((task, function(*task.args)) for task in tasks)

    with pytest.MonkeyPatch.context() as patch:
        # a process that is started here, to annotate, would know this home alone for all that comes later
        for module in (submissions, isolation):
            patch.setattr(module, "run_isolated", run)
        yield


def forget() -> None:
    """Let everything that is declared be read anew: every cached function of the product forgets.

    But for those that are given all they depend on, an SQL text, which takes long to parse.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith(("pipeline", "tests.support")):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and value not in _OF_A_TEXT:
                    value.cache_clear()
