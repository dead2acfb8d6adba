"""The page of the reasons is what is declared, has an example for each, and nothing in it is markup of a cell's."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import commands
from pipeline.proof.reasons_page import escaped, reasons_page
from pipeline.rejections import reasons
from tests.conftest import PROJECT


def test_the_committed_page_is_what_is_declared(tmp_path: Path) -> None:
    committed = (PROJECT / "docs" / "reasons.md").read_text(encoding="utf-8")
    assert committed == reasons_page(), "run 'make generated' and commit docs/reasons.md"
    page = tmp_path / "reasons.md"
    assert CliRunner().invoke(commands, ["dictionary", "--reasons", str(page)]).exit_code == 0
    assert page.read_text(encoding="utf-8") == committed


@pytest.mark.parametrize("code", reasons())
def test_every_reason_has_an_example_and_how_to_write_it_right(code: str) -> None:
    reason = reasons()[code]
    assert reason.example.strip()
    assert reason.instead.strip()
    assert reason.example != reason.instead


def test_every_reason_stands_on_the_page_once_with_both_sentences_and_no_open_brace() -> None:
    page = reasons_page()
    assert [page.count(f"### {escaped(code)}\n") for code in reasons()] == [1] * len(reasons())
    assert "{" not in page


def test_what_is_declared_cannot_break_out_of_its_place() -> None:
    assert escaped("a|b <script> [x](y) `z`\nligne") == r"a\|b \<script\> \[x\](y) \`z\` ligne"
