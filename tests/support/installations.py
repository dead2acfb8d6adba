"""Installations that many tests begin with: each is prepared once, and every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from pipeline.settings import Settings

_PREPARED: dict[Callable[[Settings], object], Settings] = {}


def begin_with(
    prepare: Callable[[Settings], object], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Return an installation as ``prepare`` leaves it, copied to where the settings of a test stand.

    Loading takes seconds, copying what a load made a few milliseconds.
    """
    if prepare not in _PREPARED:
        home = tmp_path_factory.mktemp("prepared")
        _PREPARED[prepare] = settings.changed(raw=home / "raw", warehouse=home / "warehouse")
        prepare(_PREPARED[prepare])
    made = _PREPARED[prepare]
    for source, target in ((made.raw, settings.raw), (made.warehouse, settings.warehouse)):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".lock*"))
    return settings
