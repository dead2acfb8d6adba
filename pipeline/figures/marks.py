"""What stands around a number: hedges, directions, status marks, and the codes that stand where there is none.

What belongs here: lists of French wordings and taking them off a plain text.
What does not: the number (``numbers``), its unit (``units``).
"""

from __future__ import annotations

import re

from pipeline.figures.figure import UnreadableError, illegible

# -- missing values ----------------------------------------------------------------------------------------------

_MISSING = {
    "secret": ("s", "c", "secret", "secretstatistique", "confidentiel"),
    "not_available": ("nd", "nc", "n/d", "n/c", "...", "..", ":", "nondisponible", "noncommunique", "nonrenseigne"),
    "not_significant": ("ns", "nonsignificatif"),
    "not_applicable": ("so", "///", "//", "sansobjet", "nonconcerne"),
}
_REASONS = {code: reason for reason, codes in _MISSING.items() for code in codes}
_STATUSES = {"secret": "Q", "not_significant": "N", "not_applicable": "M"}
_DASH = re.compile(r"-{1,3}")
_DOTS_AND_SPACES = re.compile(r"[. \n]+")
KNOWN_MARKS = "(p), (e), (r), (b), s, nd, ns, so, -"


def missing_reason(text: str, dash: str) -> str | None:
    """Return why a plain text holds no value: a reason, ``nil`` for a dash that is zero, ``None`` where it has one."""
    if not text:
        return "blank"
    if _DASH.fullmatch(text):
        return dash
    return _REASONS.get(bare_code(text))


def bare_code(text: str) -> str:
    """Return a plain text as the known codes of missing values are compared: ``nd`` for ``N. D.`` and ``(nd)``."""
    code = text.lower()
    if code.startswith("(") and code.endswith(")"):
        code = code[1:-1]
    return _DOTS_AND_SPACES.sub("", code) or code.replace(" ", "")


def missing_status(reason: str) -> str:
    """Return the observation status of a missing value."""
    return _STATUSES.get(reason, "O")


# -- status marks ------------------------------------------------------------------------------------------------

_STATUS_WORDS = {
    "P": r"provisoires?|prov\.?",
    "E": r"estimee?s?|estimations?|est\.?",
    "R": r"revisee?s?|rev\.?",
    "B": r"rupture de serie",
    "A": r"definiti(?:fs?|ves?)",
}
_STATUS = re.compile(
    r"(?:[(\[](?P<letter>[perb])[)\]]|(?<=[0-9a-z%€²)*])[ \n]+(?P<bare>[perb])|(?:^|(?<![ \n,(\[])[ \n,(\[]+)(?:"
    + "|".join(f"(?P<{status}>{words})" for status, words in _STATUS_WORDS.items())
    + r")[)\]]?)$",
    re.IGNORECASE,
)
_UNKNOWN_MARK = re.compile(r"(?:(?<![*†‡#§])[*†‡#§]+|[(\[][^()\[\]]{1,3}[)\]])$")


def take_status(text: str) -> tuple[str, str]:
    """Return the plain text without the status mark that ends it, and the status: ``A`` without a mark.

    Raises:
        UnreadableError: two marks contradict each other.
    """
    found: list[str] = []
    while match := _STATUS.search(text):
        letter = match["letter"] or match["bare"]
        found.append(letter.upper() if letter else str(match.lastgroup))
        text = text[: match.start()].rstrip()
    if len(set(found)) > 1:
        raise _unknown(" ".join(f"({status.lower()})" for status in reversed(found)))
    return text, found[0] if found else "A"


def refuse_unknown_mark(text: str) -> None:
    """Refuse a plain text that ends with a mark that nobody has declared: ``123*``, ``8 311 (1)``.

    Raises:
        UnreadableError: with the mark.
    """
    if match := _UNKNOWN_MARK.search(text):
        raise _unknown(match[0])


def refuse_unknown_code(text: str) -> None:
    """Refuse a short text without any digit, which must be a code that nobody has declared.

    Raises:
        UnreadableError: with the code.
    """
    if 0 < len(text) <= 4 and not any(c.isdigit() for c in text):
        raise _unknown(text)


def _unknown(mark: str) -> UnreadableError:
    return UnreadableError("MARQUE_INCONNUE", mark=mark, expected=KNOWN_MARKS)


# -- what is no result -------------------------------------------------------------------------------------------

_NO_RESULT = re.compile(
    r"\b(?:objectifs?|(?<!public )(?<!publics )(?<!population )(?<!menages )cibles?|previsions?|prev|prevue?s?"
    r"|previsionnel(?:le)?s?|budgets?|budgetee?s?|projections?|projetee?s?|attendue?s?|a venir)\b"
)


def names_no_result(text: str) -> bool:
    """Whether a text on plain letters says that what it is about is a target, a forecast or a budget."""
    return _NO_RESULT.search(text.lower()) is not None


def refuse_no_result(text: str) -> None:
    """Refuse the plain text of a figure, or of its unit, that says so: ``9 000 (objectif)``.

    Raises:
        UnreadableError: it does.
    """
    if names_no_result(text):
        raise UnreadableError("OBJECTIF")


# -- hedges ------------------------------------------------------------------------------------------------------

# Tried in this order: a negated or longer wording before the one that it holds.
_BEFORE = (
    ("<", r"(?:ne |n')?(?:devrai(?:en)?t|doi(?:ven)?t|peu(?:ven)?t) pas (?:depasser|exceder)|pas plus d[e'] ?"),
    ("<", r"(?:ne |n')?(?:depass|exced)(?:e|ent|era|eront|ait|aient) pas|sans (?:depasser|exceder)"),
    (">", r"pas moins d[e'] ?|(?:un peu |bien |beaucoup |nettement |legerement )?plus d[e'] ?|plus que|>=?|≥"),
    ("<", r"(?:un peu |bien |beaucoup |nettement |legerement )?moins d[e'] ?|<=?|≤"),
    (">", r"(?:a |au |un )?(?:minimum|minima)(?: d[e'] ?| :)?|au moins|a partir de|au-dela d[e'] ?|au-dessus d[e'] ?"),
    (
        ">",
        r"(?:nettement |bien )?superieure?s? (?:a|aux?)|(?:a |ont )?depass(?:ent|e|ant|ait|aient|er)|excedant|excede",
    ),
    ("<", r"jusqu'(?:a|aux?)|au (?:plus|maximum)|(?:un )?maximum(?: d[e'] ?| :)?|inferieure?s? (?:a|aux?)"),
    ("<", r"dans la limite d[e'] ?|au-dessous d[e'] ?|en dessous d[e'] ?|a peine"),
    (
        "~",
        r"(?:tout )?pres d[e'] ?|environ|env\.?|quelques?|presque|a peu pres(?: a)?|(?:autour|aux alentours) d[e'] ?",
    ),
    ("~", r"de l'ordre d[e'] ?|approximativement|quasi(?:ment)?|plus ou moins|≈|~"),
)
_AFTER = (
    ("~", r"environ|approximativement|a peu pres"),
    (">", r"au moins|(?:au |a )?minim(?:um|a)|(?:ou|et) (?:plus|davantage)"),
    ("<", r"au plus|(?:au )?maxi(?:mum)?|ou moins"),
)
_ARTICLE = re.compile(r"^(?:les|aux|au|le) (?=[0-9])", re.IGNORECASE)


def _compiled(wordings: tuple[tuple[str, str], ...], form: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(sign, re.compile(form.format(wording), re.IGNORECASE)) for sign, wording in wordings]


_HEDGES_BEFORE = _compiled(_BEFORE, r"(?:{})(?:(?<=[^a-z])|(?![a-z]))\s*")
_HEDGES_AFTER = _compiled(_AFTER, r"(?<![\s,])[\s,]+\(?(?:{})\)?\.?$")


def take_hedges(text: str) -> tuple[str, str]:
    """Return the plain text without its hedges, and their qualifier: ``=`` without any.

    A bound prevails over an approximation (``au moins une trentaine``).

    Raises:
        UnreadableError: the hedges bound on both sides.
    """
    found: set[str] = set()
    for sign, pattern in _HEDGES_AFTER:
        if match := pattern.search(text):
            found.add(sign)
            text = text[: match.start()]
    while hedge := _hedge_before(text):
        sign, end = hedge
        found.add(sign)
        text = text[end:]
    text = _ARTICLE.sub("", text, count=1)
    if {"<", ">"} <= found:
        raise illegible()
    for sign in ("<", ">", "~"):
        if sign in found:
            return text, sign
    return text, "="


def _hedge_before(text: str) -> tuple[str, int] | None:
    for sign, pattern in _HEDGES_BEFORE:
        if match := pattern.match(text):
            return sign, match.end()
    return None


# -- directions --------------------------------------------------------------------------------------------------

# Only where a direction is the figure's sign: the change of a share, a financial result. In any other unit
# "en baisse de 200" is the change of the figure, not the figure.
_DIRECTIONS = {
    "proportion": (
        r"baisse|baissee?s?|recul|reculee?s?|chute|chutee?s?|diminution|diminuee?s?|repli|repliee?s?",
        r"hausse|progression|progressee?s?|augmentation|augmentee?s?|croissance|progres",
    ),
    "money": (r"pertes?|deficit", r"excedent|benefice"),
}
_DIRECTIONS["proportion per year"] = _DIRECTIONS["proportion"]
_DIRECTION = {
    (family, sign): (
        re.compile(
            rf"(?:(?:a|ont|est|sont) )?(?:en )?(?:(?:forte|nette|legere) )?(?:{words})(?: d[e'] ?| ?:)\s*", re.I
        ),
        re.compile(rf"(?<!\s)\s*\((?:{words})\)$", re.I),
    )
    for family, both in _DIRECTIONS.items()
    for sign, words in zip((-1, 1), both, strict=True)
}


def take_direction(text: str, family: str) -> tuple[str, int]:
    """Return the plain text without the words of a rise, a fall or a loss, and 1 or -1; 0 where there are none."""
    for sign in (-1, 1):
        before, after = _DIRECTION.get((family, sign), (None, None))
        if before and (match := before.match(text)):
            return text[match.end() :], sign
        if after and (match := after.search(text)):
            return text[: match.start()], sign
    return text, 0
