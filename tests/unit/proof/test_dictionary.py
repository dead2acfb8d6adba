"""The contracts and the page made from them say the same."""

from __future__ import annotations

from pipeline.proof.dictionary import data_dictionary
from pipeline.settings import Settings
from tests.conftest import PROJECT


def test_the_committed_page_is_what_the_contracts_say() -> None:
    page = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == data_dictionary(Settings().sql), "run 'housing dictionary' and commit docs/data-dictionary.md"
