"""Wrongly decoded texts: repaired where only one reading is left, and let alone everywhere else."""

from __future__ import annotations

import pytest

from pipeline.typography import repair_mojibake

FRENCH = (
    "ménages logés",
    "Côte-d'Or",
    "activité : prêt à taux zéro",
    "L’État, où naît l’œuvre",
    "ÉTÉ — automne",
    "« été »",
    "104,4 M€",
    "104,4\N{NO-BREAK SPACE}k€",
    "8\N{NO-BREAK SPACE}311",
)


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
@pytest.mark.parametrize("encoding", ["utf-8", "mac_roman"])
@pytest.mark.parametrize("meant", FRENCH)
def test_a_text_decoded_with_the_wrong_encoding_is_read_as_it_was_meant(meant: str, encoding: str, wrong: str) -> None:
    try:
        shown = meant.encode(encoding).decode(wrong)
    except UnicodeDecodeError:
        pytest.skip("such a file cannot be opened so")
    assert repair_mojibake(shown) == meant


@pytest.mark.parametrize("shown", ["8â€¯311", "8\u00e2\u0080\u00af311"])
def test_the_narrow_space_between_thousands_is_repaired(shown: str) -> None:
    assert repair_mojibake(shown) == "8\N{NARROW NO-BREAK SPACE}311"


@pytest.mark.parametrize(
    "text",
    [
        *FRENCH,
        # these bytes would be UTF-8, for letters that no French text holds: "ɲ", "鹲", "ɻ"
        *("ACTIVITÉ²", "marché¹²", "CAFÉ»"),
        # names of other languages, signs in their right place, quotes for apostrophes
        *("Žilina", "Božena", "ŽIŽKA", "São Paulo", "Ångström", "Logis ™", "12 ‰", "d‘Azur", "Âge", "Êtes-vous 8"),
        # right in one place and wrong in another: nobody can tell what the rest is
        *("ménages logÃ©s", "prêt Ã taux", "Ménages ˆ aider", "DÉpartement ˆ", "8Ê31", "12 MÛR"),
        "",
    ],
)
def test_what_is_right_or_not_certain_is_left_as_it_is(text: str) -> None:
    assert repair_mojibake(text) is None
