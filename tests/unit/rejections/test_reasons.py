"""What a refusal says: what was found, and what its sender has to do about it."""

from __future__ import annotations

import re

import pytest

from pipeline.rejections import REFUSED, reasons, reject

# What a sender, or an analyst who corrects a cell, is asked to do.
DO = re.compile(
    r"\b(Envoyez|Enregistrez|Renvoyez|Ouvrez|Recopiez|Allégez|Déplacez|Renommez|Rétablissez|Corrigez|Affichez|Gardez"
    r"|Fusionnez|Ajoutez|Supprimez|Reprenez|Écrivez|Complétez|Retirez|Remettez|Vérifiez|Défusionnez|Ne gardez)"
)
TO_DO = re.compile(
    r"\b(Send|Save|send|Open|Copy|Make|Move|Rename|Restore|Correct|Show|Keep|Merge|Add|Remove|Use|Write|Complete|Take"
    r"|Set|Check|Unmerge)\b"
)


@pytest.mark.parametrize("code", [code for code, reason in reasons().items() if reason.level in REFUSED])
def test_every_refusal_says_what_to_do_in_both_languages(code: str) -> None:
    assert DO.search(reasons()[code].fr)
    assert TO_DO.search(reasons()[code].en)


def test_a_sentence_quotes_no_more_of_a_cell_than_a_comment_has_room_for() -> None:
    text = "x" * 32_767  # as much as a cell may hold, and as a comment may
    found = reject("MARQUE_INCONNUE", raw_text=text, mark=text, expected="(p)")
    assert found.raw_text == text
    assert len(found.message_fr) < 3_000
    assert "xx… »" in found.message_fr


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("4.4000000000000004", "4.4"),
        ("0.30000000000000004", "0.3"),
        ("104.4", "104.4"),
        ("1.2345678901234567E-5", "1.23456789012346e-05"),
        ("plus de 10 0000,00000000", "plus de 10 0000,00000000"),
    ],
)
def test_a_number_is_quoted_as_a_spreadsheet_shows_it(stored: str, shown: str) -> None:
    rejection = reject("CELLULE_NON_RECLAMEE", raw_text=stored)
    assert f"« {shown} »" in rejection.message_fr
    assert f"“{shown}”" in rejection.message_en
    assert rejection.raw_text == stored
