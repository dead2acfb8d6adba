"""Versions that arrive together are taken as people number them."""

from __future__ import annotations

from itertools import permutations

import pytest

from pipeline.intake.versions import version_rank


@pytest.mark.parametrize(
    "names",
    [
        ["bilan.xlsx", "bilan v2.xlsx", "bilan v10.xlsx", "bilan final.xlsx"],
        ["bilan brouillon.xlsx", "bilan v1.xlsx", "bilan-v1-corrigé.xlsx"],
        ["Bilan (1).xlsx", "bilan (2).xlsx", "bilan (10).xlsx"],
        ["activité_v9_VF.xlsx", "activité_v10.xlsx", "activité_vf.xlsx"],
        ["a/bilan v10.xlsx", "b/bilan v2.xlsx"],
    ],
)
def test_a_later_version_comes_later(names: list[str]) -> None:
    for shuffled in permutations(names):
        assert sorted(shuffled, key=version_rank) == names
