"""Wrongly decoded texts: repaired where only one reading is left, and let alone everywhere else."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vocabulary.typography import plain, repair_mojibake, visible
from pipeline.vocabulary.words import fold

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


def decoded_wrongly() -> Iterator[tuple[str, str]]:
    """Yield each text as it is shown once its bytes were taken for Latin-1 or Windows-1252, and as it was meant."""
    for meant, encoding, wrong in product(FRENCH, ("utf-8", "mac_roman"), ("latin-1", "cp1252")):
        with contextlib.suppress(UnicodeDecodeError):  # Windows-1252 has no character for five bytes
            yield meant.encode(encoding).decode(wrong), meant


@pytest.mark.parametrize(("shown", "meant"), decoded_wrongly())
def test_a_text_decoded_with_the_wrong_encoding_is_read_as_it_was_meant(shown: str, meant: str) -> None:
    assert repair_mojibake(shown) == meant


@pytest.mark.parametrize("shown", ["8â€¯311", "8\u00e2\u0080\u00af311"])
def test_the_narrow_space_between_thousands_is_repaired(shown: str) -> None:
    assert repair_mojibake(shown) == "8\N{NARROW NO-BREAK SPACE}311"


@pytest.mark.parametrize(("shown", "meant"), [("lÕONV", "l’ONV"), ("quÕil", "qu’il"), ("dÕaides", "d’aides")])
def test_the_apostrophe_of_an_old_macintosh_is_repaired(shown: str, meant: str) -> None:
    assert repair_mojibake(shown) == meant


@pytest.mark.parametrize(
    "text",
    [
        *FRENCH,
        # these bytes would be UTF-8, for letters that no French text holds: "ɲ", "鹲", "ɻ"
        *("ACTIVITÉ²", "marché¹²", "CAFÉ»"),
        # names of other languages, signs in their right place, quotes for apostrophes
        *("Žilina", "Božena", "ŽIŽKA", "São Paulo", "Ångström", "JÕGEVA", "Õhtu", "sõda"),
        *("Logis ™", "12 ‰", "d‘Azur", "Âge", "Êtes-vous 8"),
        # right in one place and wrong in another: nobody can tell what the rest is
        *("ménages logÃ©s", "prêt Ã taux", "Ménages ˆ aider", "DÉpartement ˆ", "8Ê31", "12 MÛR"),
        "",
    ],
)
def test_what_is_right_or_not_certain_is_left_as_it_is(text: str) -> None:
    assert repair_mojibake(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mrouge", "␛[31mrouge"),
        ("a\x00b\x07c\x7fd\x9be", r"a␀b␇c␡d\x9be"),
        ("12\u202e34\u202c", r"12\u202e34\u202c"),
        ("a\u2066b\u2069c\u200ed\u061ce", r"a\u2066b\u2069c\u200ed\u061ce"),
        ("zé\u200bro\ufeff\xad", r"zé\u200bro\ufeff\xad"),
        ("é\u2028è\u3164\ufe0f\U000e0041", r"é\u2028è\u3164\ufe0f\U000e0041"),
        ("deux\r\nlignes\tet une", "deux\nlignes\tet une"),
        ("é… €", "é… €"),
    ],
)
def test_a_control_character_is_shown_and_does_nothing(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_that_is_shown_commands_a_terminal_or_turns_a_text_round(text: str) -> None:
    shown = visible(text)
    assert {unicodedata.category(character) for character in shown if character not in "\t\n"}.isdisjoint(
        {"Cc", "Cf", "Zl", "Zp", "Cs"}
    )
    assert visible(shown) == shown


@pytest.mark.parametrize(
    "hidden", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u200e", "\u034f", "\ufe0f", "\u3164"]
)
def test_what_shows_as_nothing_is_no_part_of_a_wording(hidden: str) -> None:
    assert fold(f"Agré{hidden}ments") == fold(f"{hidden}Agréments{hidden}") == fold("Agréments")
    assert fold(f"Agréments (1){hidden}") == fold("Agréments")
    assert plain(f"8{hidden}311") == "8311"
