"""What a refusal says: what was found, and what its sender has to do about it."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from pipeline.rejections import REFUSED, reasons, reject
from pipeline.rejections.reasons import AUTHOR_HINT

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


# What who sends a file cannot do anything with: lines and words of our declarations, and places of ours.
NOT_FOR_SENDERS = re.compile(
    r"\[\[|=|toml|disposition|layout|sha-?256|\b(?:raw|sources|reference|warehouse)/|\b(?:audit|fact|stage|kpi|dim)\.",
    re.IGNORECASE,
)


@pytest.mark.parametrize("code", [code for code in reasons() if not code.startswith("CORRECTION_")])
def test_no_sentence_for_who_sends_has_a_word_of_our_declarations_or_a_place_of_ours(code: str) -> None:
    assert NOT_FOR_SENDERS.search(reasons()[code].fr) is None


def test_what_is_for_the_author_of_a_layout_is_kept_beside_the_sentences() -> None:
    line = '[made_up.toml, list, value : headers = ["Valeur", "Chiffre"]]'
    words = {"raw_text": "Chiffre", "shown": "Chiffre", "expected": "« Valeur »", AUTHOR_HINT: line}
    found = reject("COLONNE_INCONNUE", **words)
    assert found.author_hint == line
    assert not any(line in str(told) for told in asdict(found.message()).values())


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
