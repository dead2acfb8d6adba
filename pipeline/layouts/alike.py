"""Which wordings are one but for how they are written: case, accents, plural, order of words, an abbreviation.

What belongs here: comparing words, for what is proposed to a layout's author. What does not: recognising a wording when
a file is read, which takes what is listed alone (``wordings``).
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.vocabulary.words import fold

_SHORT = {
    "nb": "nombre",
    "nbre": "nombre",
    "log": "logement",
    "lgt": "logement",
    "logt": "logement",
    "dep": "departement",
    "dept": "departement",
    "reg": "region",
    "pop": "population",
    "tx": "taux",
}
"""Usual abbreviations, written without a dot as well."""
_LEAST_LETTERS = 3
"""As many letters before a dot tell which word is meant."""
WORDS_FOR_ALL = frozenset(
    {"ensemble", "total", "tout", "tous", "toutes", "total general", "ensemble total", "tous confondus"}
    | {"toutes confondues", "all", "both", "insgesamt", "totale"}
)
"""Folded words for a whole of which nobody asks what it is the whole of."""


def is_same_wording(text: str, known: str) -> bool:
    """Whether two wordings have the same words, in whatever order, number and length.

    >>> is_same_wording("Log. collectifs", "Collectif logement"), is_same_wording("En bande", "Individuel")
    (True, False)
    """
    mine, theirs = _words(text), list(_words(known))
    if len(mine) != len(theirs):
        return False
    for word in mine:
        twin = next((other for other in theirs if _is_one_word(word, other)), None)
        if twin is None:
            return False
        theirs.remove(twin)
    return True


def shared_words(text: str, known: str) -> float:
    """Return the share of the words of two wordings that both have: 1 for the same ones, 0 for none in common."""
    mine, theirs = _words(text), _words(known)
    shared = sum(any(_is_one_word(word, other) for other in theirs) for word in mine)
    return 2 * shared / (len(mine) + len(theirs)) if mine and theirs else 0.0


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[tuple[str, bool], ...]:
    """Return each folded word of a text in the singular, and whether a dot cuts it short."""
    found = []
    for typed in text.replace(".", ". ").replace("_", " ").split():
        folded = fold(typed).split()
        found += [(_singular(word), False) for word in folded[:-1]]
        found += [(_singular(word), typed.endswith(".") and len(folded) == 1) for word in folded[-1:]]
    return tuple(found)


def _singular(word: str) -> str:
    bare = word[:-1] if len(word) > _LEAST_LETTERS and word[-1] in "sx" else word
    return _SHORT.get(bare, bare)


def _is_one_word(one: tuple[str, bool], other: tuple[str, bool]) -> bool:
    if one[0] == other[0]:
        return True
    return any(
        is_cut and len(short) >= _LEAST_LETTERS and whole.startswith(short)
        for (short, is_cut), (whole, _) in ((one, other), (other, one))
    )
