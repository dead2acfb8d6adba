"""Numbers: digits with their separators, and French number words.

What belongs here: from ``8 311``, ``104,4``, ``treize mille`` or ``une trentaine`` to an exact number and the unit of
its last written digit. What does not: units and scales after the number (``units``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from pipeline.figures.figure import ambiguous, illegible


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, before any scale."""

    value: Fraction
    step: Fraction = Fraction(1)
    """The unit of the last written digit: 1/10 for ``104,4``, 1 for ``8 311`` and for ``treize mille``."""
    rounded_step: Fraction = Fraction(1)
    """The same without the zeros that end a whole number: 100 for ``272 700``."""
    approximate: bool = False
    """Whether the word itself is a hedge: ``une trentaine``, ``deux tiers``."""
    share: bool = False
    """Whether it is a fraction in words, a percentage of a whole."""
    scaled: bool = False
    """Whether the words hold their own scale: ``treize mille cinq cents``."""


@dataclass(frozen=True, slots=True)
class Convention:
    """How separators are read here."""

    dot: str
    comma: str
    whole: bool
    """A count without a scale: it has no decimals."""
    amount: bool
    """An amount in euros without a scale: it has at most two decimals."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number taken off a text: words are read at once, digits when it is known whether a scale follows them."""

    digits: str = ""
    words: Number | None = None

    def number(self, convention: Convention) -> Number:
        """Return the number, the separators of its digits read by a convention."""
        return self.words or from_digits(self.digits, convention)


def take_number(text: str) -> tuple[Numeral, str] | None:
    """Return the number that a plain text begins with, and what follows; ``None`` where it begins otherwise."""
    if match := _LEXEME.match(text):
        return Numeral(digits=match[0]), text[match.end() :]
    spelled = from_words(text)
    return (Numeral(words=spelled[0]), spelled[1]) if spelled else None


# -- digits ------------------------------------------------------------------------------------------------------

# Digits and everything between them; a separator at the end belongs to the number, which it makes unreadable.
_LEXEME = re.compile(r"[0-9](?:[ .,']?[0-9])*(?:[.,](?![a-z]))?", re.IGNORECASE)
_PLAIN = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?: [0-9]{3}){1,4})(?:([.,])([0-9]{1,15}))?")
_GROUPED = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3}){1,3}")
_GROUPED_WITH_DECIMALS = re.compile(r"([0-9]{1,3}([.,])[0-9]{3}(?:\2[0-9]{3}){0,3})([.,])([0-9]{1,15})")


def from_digits(lexeme: str, convention: Convention) -> Number:
    """Return the number that digits and separators write.

    A single dot or comma before exactly three digits is the one real difficulty. The declared convention decides,
    then the unit: a count has no decimals, so ``6.921`` dwellings are thousands. The comma is never taken for a
    thousands separator unless the source declares it, and a dot declared decimal in a whole count is a contradiction.

    Raises:
        UnreadableError: the groups are broken (``12 34``, ``10 0000``), or there are two readings.
    """
    if match := _PLAIN.fullmatch(lexeme):
        whole, separator, decimals = match[1].replace(" ", ""), match[2], match[3] or ""
        if separator and _is_thousands(match[1], separator, decimals, convention):
            whole, decimals = whole + decimals, ""
    elif match := _GROUPED.fullmatch(lexeme):
        if match[1] == "," and convention.comma != "thousands":
            raise illegible()
        whole, decimals = lexeme.replace(match[1], ""), ""
    elif match := _GROUPED_WITH_DECIMALS.fullmatch(lexeme):
        declared = convention.dot if match[2] == "." else convention.comma
        if declared != "thousands" or match[2] == match[3]:
            raise illegible()
        whole, decimals = match[1].replace(match[2], ""), match[4]
    else:
        raise illegible()
    return exact(whole, decimals)


def exact(whole: str, decimals: str = "") -> Number:
    """Return the number of a string of digits and its decimals."""
    if len(whole) > 1 and whole.startswith("0"):  # a code, a telephone number
        raise illegible()
    step = Fraction(1, 10 ** len(decimals))
    zeros = 0 if decimals else len(whole) - len(whole.rstrip("0") or whole)
    return Number(int(whole + decimals) * step, step, step * 10**zeros)


def _is_thousands(whole: str, separator: str, decimals: str, convention: Convention) -> bool:
    """Return whether a single separator groups thousands; it is a decimal separator otherwise."""
    shaped = len(decimals) == 3 and len(whole) <= 3 and whole != "0"
    meaning = convention.dot if separator == "." else convention.comma
    if meaning == "thousands":
        if shaped:
            return True
        if separator == "," or convention.whole or convention.amount:
            raise illegible()
        return False
    if not shaped:
        return False
    if separator == "." and meaning == "" and convention.whole:
        return True
    if convention.whole or convention.amount or meaning == "":
        raise ambiguous(f"{whole} {decimals}", f"{whole},{decimals}")
    return False


# -- words -------------------------------------------------------------------------------------------------------

_UNITS = (
    *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante", 8: "quatre-vingt"}
_GREAT = {"milliard": 10**9, "million": 10**6, "mille": 10**3}
_TOKEN = re.compile(r"[a-z]+", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+(?:[ -][a-z]+)*", re.IGNORECASE)

# Nouns of approximate quantity, with half the distance to the next one as their precision.
_ABOUT = {
    "dizaine": (10, 5),
    "douzaine": (12, 1),
    "quinzaine": (15, 2),
    "vingtaine": (20, 5),
    "trentaine": (30, 5),
    "quarantaine": (40, 5),
    "cinquantaine": (50, 5),
    "soixantaine": (60, 5),
    "centaine": (100, 50),
    "millier": (1000, 500),
}
_GOOD = {"bon", "bonne", "petit", "petite", "gro", "grosse"}
"""What may stand before such a noun: ``une bonne centaine`` is about a hundred as well. Without their plural marks."""
_OTHER_QUANTITIES = {"demi", "demie", "paire", "couple", "poignee", "bis", "ter"}
"""Words that make another number of the one before them, by how much nobody can tell from the word alone."""
_SHARES = {"moitie": 2, "tiers": 3, "quart": 4, "cinquieme": 5, "dixieme": 10}
_SHARE_STEP = Fraction(1)  # a share in words is held to be meant within half a point
_ARTICLE = re.compile(r"^(?:la |le |les |l')", re.IGNORECASE)


@cache
def _spellings() -> dict[tuple[str, ...], int]:
    """Return every spelling of 1 to 999 as its words, without hyphens and plural marks."""
    below_hundred: dict[str, int] = {word: value for value, word in enumerate(_UNITS)}
    for tens, word in _TENS.items():
        below_hundred[word] = tens * 10
        for more in range(1, 20 if tens in (6, 8) else 10):
            for link in ("-et-", "-") if more in (1, 11) and tens != 8 else ("-",):
                below_hundred[f"{word}{link}{_UNITS[more]}"] = tens * 10 + more
    spelled = dict(below_hundred)
    for hundreds in range(1, 10):
        hundred = "cent" if hundreds == 1 else f"{_UNITS[hundreds]}-cent"
        spelled[hundred] = hundreds * 100
        spelled.update({f"{hundred}-{word}": hundreds * 100 + value for word, value in below_hundred.items() if value})
    return {tuple(words.split("-")): value for words, value in spelled.items()}


_LONGEST = 7  # neuf cent quatre vingt dix neuf, and one for safety


def is_number_word(word: str) -> bool:
    """Return whether a word on its own is a number or a part of one: ``deux``, ``centaines``, ``demi``.

    ``un`` and ``une`` are articles too, and are not meant.
    """
    singular = _singular(word)
    is_quantity = singular in _ABOUT or singular in _SHARES or not _OTHER_QUANTITIES.isdisjoint({word, singular})
    return singular != "un" and ((singular,) in _spellings() or singular in _GREAT or is_quantity)


def _singular(word: str) -> str:
    lower = word.lower()
    if lower in {"trois", "tiers"}:
        return lower
    return "un" if lower == "une" else lower.removesuffix("s")


def from_words(text: str) -> tuple[Number, str] | None:
    """Return the number that the text begins with in words, and what follows; ``None`` where it begins otherwise.

    A great unit that is alone (``treize mille``, ``un million``) is left to follow, as a scale.
    """
    text = _ARTICLE.sub("", text, count=1)
    match = _WORDS.match(text)
    if match is None:
        return None
    tokens = list(_TOKEN.finditer(match[0]))[: 3 * _LONGEST]
    words = [_singular(token[0]) for token in tokens]
    count, used = _below_thousand(words)
    following = words[used] if used < len(words) else ""
    if used and following in _GOOD and used + 1 < len(words) and words[used + 1] in _ABOUT:
        used, following = used + 1, words[used + 1]
    if following in _SHARES:
        share = Fraction(100 * (count if used else 1), _SHARES[following])
        return Number(share, _SHARE_STEP, _SHARE_STEP, approximate=True, share=True), text[tokens[used].end() :]
    if used and following in _ABOUT:
        value, half = _ABOUT[following]
        step = Fraction(2 * half)
        return Number(Fraction(count * value), step, step, approximate=True), text[tokens[used].end() :]
    return _great(words, tokens, text)


def _below_thousand(words: list[str]) -> tuple[int, int]:
    """Return the number below a thousand that the words begin with, and how many words it takes."""
    for used in range(min(_LONGEST, len(words)), 0, -1):
        if (value := _spellings().get(tuple(words[:used]))) is not None:
            return value, used
    return 0, 0


def _great(words: list[str], tokens: list[re.Match[str]], text: str) -> tuple[Number, str] | None:
    """Return a number of any size: below a thousand, then thousands, millions, milliards, in falling order."""
    total, used, last, parts = 0, 0, 1, 0
    ceiling = 10**12
    while used < len(words):
        count, taken = _below_thousand(words[used:])
        after = used + taken
        scale = _GREAT.get(words[after], 1) if after < len(words) else 1
        if not taken and scale != 1000:
            break
        if scale >= ceiling or ceiling == 1:
            break
        if not taken:
            count = 1
        total += count * scale
        used = after + (scale > 1)
        last, ceiling, parts = scale, scale, parts + 1
    if not parts:
        return None
    if parts == 1 and last > 1 and words[0] != "mille":
        return Number(Fraction(total, last)), text[tokens[used - 2].end() :]
    step = 1 if last == 1000 else last  # « deux mille » is written in full
    number = Number(Fraction(total), Fraction(step), Fraction(last), scaled=parts > 1 or last > 1)
    return number, text[tokens[used - 1].end() :]
