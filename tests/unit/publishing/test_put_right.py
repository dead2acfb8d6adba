"""What a run put right or did not receive has a French line, whichever part of the engine says it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.load import Report
from pipeline.publishing.note import as_html, as_markdown, compose
from pipeline.publishing.put_right import FRENCH, french_of
from pipeline.settings import Settings

SAYING = (
    *("intake.account", "intake.receive", "intake.survey", "warehouse.recovery", "load.readings", "feedback.folders"),
)
BEGAN = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def _template(text: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)


def _said(module: str) -> Iterator[str]:
    """Yield the sentences that a module hands on to its caller: those that it yields, says, keeps or returns."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module(f"pipeline.{module}")))):
        match node:
            case ast.Expr(ast.Yield(value=ast.JoinedStr() as text)):
                yield _template(text)
            case ast.Call(ast.Attribute(attr="append") | ast.Name("say"), [ast.JoinedStr() as text]):
                yield _template(text)
            case ast.AugAssign(ast.Name("said"), value=ast.ListComp(ast.JoinedStr() as text)):
                yield _template(text)
            case ast.Assign([ast.Subscript(ast.Attribute(attr="refused"))], ast.JoinedStr() as text):
                yield _template(text)
            case ast.FunctionDef("_erased", body=[*_, ast.Return(ast.JoinedStr() as text)]):
                yield _template(text)


def test_every_sentence_that_is_said_has_a_french_one_and_no_other_has() -> None:
    said = {sentence for module in SAYING for sentence in _said(module)}
    assert said == set(FRENCH)


@pytest.mark.parametrize("english", FRENCH)
def test_the_french_tells_of_all_that_the_english_does(english: str) -> None:
    told = [f"<{place}>" for place in range(english.count("{}"))]
    french = french_of(english.format(*told))
    assert not french.startswith("«")
    assert all(word in french for word in told)


@pytest.mark.parametrize(
    ("line", "french"),
    [
        ("The ledger was told of x.", "« The ledger was told of x. »"),
        ("Removed what was written and never published", "« Removed what was written and never published »"),
        (
            "its bytes were erased on 2026-03-02 (erreur) and are not taken again; remove the file",
            "ses octets ont été effacés (02/03/2026 : erreur) et ne sont pas repris ; retirez le fichier",
        ),
        (
            "its bytes were erased on an unknown day (erreur) and are not taken again; remove the file",
            "ses octets ont été effacés (une date inconnue : erreur) et ne sont pas repris ; retirez le fichier",
        ),
    ],
)
def test_a_line_is_told_with_its_words_and_an_unknown_one_is_quoted(line: str, french: str) -> None:
    assert french_of(line) == french


def test_the_note_says_in_french_what_was_put_right_and_what_was_not_received(tmp_path: Path) -> None:
    settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")
    report = Report(said=["Removed what was written and never published: a.tmp."])
    report.receipt.refused["x.xlsx"] = (
        "it cannot be read (Permission denied); check that it still exists and its permissions"
    )
    note = compose(report, settings, BEGAN)
    for shown in (as_html(note), as_markdown(note)):
        assert "Retiré, car écrit et jamais publié : a.tmp." in shown
        assert "pas reçu, il est illisible (« Permission denied »)" in shown
        assert "never published" not in shown
    assert note.sections["refused"][0].message_en.startswith("x.xlsx: not received, it cannot be read")
