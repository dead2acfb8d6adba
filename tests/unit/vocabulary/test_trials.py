"""A folder of layouts that are tried out says something in a trial alone."""

from __future__ import annotations

import pytest

from pipeline.reading.files import known_layouts
from pipeline.settings import TRIAL
from pipeline.vocabulary.declarations import TRIED
from tests.support.declarations import declaring, forget

LAYOUT = """
source = "made_up"
version = 1
title_fr = "Source inventée"
authority = 1

[[tables]]
name = "years"

[[tables.columns]]
field = "value"
named_by = ["period"]
required = true
"""


@pytest.mark.parametrize("is_trial", [True, False])
def test_in_any_other_home_it_overrides_nothing_unseen(is_trial: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with declaring(files={f"{TRIED}/made_up.toml": LAYOUT}):
        if is_trial:
            monkeypatch.setenv(TRIAL, "1")
            forget()
        assert ("made_up" in known_layouts()) is is_trial
        monkeypatch.delenv(TRIAL, raising=False)
