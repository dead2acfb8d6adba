"""The report on a trial in words, a line each: by cause, between vintages, and how a load ends.

What belongs here: sentences for who writes a layout, in French and in English. What does not: what they tell of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from pipeline.layouts.authoring.causes import Cause, cells_shown
from pipeline.layouts.authoring.drift import Drift
from pipeline.rejections import Message
from pipeline.vocabulary.typography import as_shown

Language = Literal["fr", "en"]

_CELLS, _DRIFTS = 5, 12
_WORDS: dict[str, tuple[str, str]] = {
    "counts": (
        "{file}, {layout} : {rows} ; {refused} refus, {remarks} remarques, {totals} totaux comparés.",
        "{file}, {layout}: {rows}; {refused} refusals, {remarks} remarks, {totals} totals compared.",
    ),
    "nothing": ("aucune ligne", "no rows"),
    "refused": ("refusé", "refused"),
    "remarked": ("remarqué", "remarked"),
    "more": ("et {count} autres", "and {count} more"),
    "file": ("le fichier", "the file"),
    "cost": ("De ce fait, ne sont pas lues non plus : {cells}.", "Not read for this either: {cells}."),
    "line": ("La ligne qui en lève le plus : {line}", "The line that mends most: {line}"),
    "drift": ("Ce qui diffère d'un fichier à l'autre :", "What differs between the files:"),
    "same": ("Rien ne diffère d'un fichier à l'autre.", "Nothing differs between the files."),
    "present": ("présent dans {files}", "in {files}"),
    "absent": ("absent de {files}", "not in {files}"),
    "serves": (
        "La ligne qui convient à tous, où il en manque une :",
        "The line that serves all, where one is missing:",
    ),
    "check": ("Contrôle {check} : {count} lignes. Attendu : {asks}", "Check {check}: {count} rows. It asks: {asks}"),
    "hindered": ("{file} : non lu cette fois : {cause}", "{file}: not read this time: {cause}"),
    "ends": (
        "Un chargement finirait avec le code {code} ({meaning}). Essai : {seconds:.1f} s.",
        "A load would end with code {code} ({meaning}). Tried in {seconds:.1f} s.",
    ),
    "entry": ("{entry} de {layout}", "{entry} of {layout}"),
    "at": ("lignes {lines} de son fichier", "lines {lines} of its file"),
    "why": ("Pourquoi :", "Why:"),
    "became": ("Ce qu'elle est devenue :", "What it became:"),
    "otherwise": ("Pour qu'elle soit lue autrement :", "For it to be read otherwise:"),
    "sheets": ("feuille", "sheet"),
    "headers": ("intitulé", "header"),
    "labels": ("libellé", "label"),
    "units": ("unité", "unit"),
    "periods": ("période", "period"),
    "indicators": ("indicateur", "indicator"),
    "territories": ("territoire", "territory"),
}
_CODES = {
    0: ("rien n'est refusé", "nothing is refused"),
    1: ("quelque chose est refusé", "something is refused"),
    2: ("mauvais usage", "wrong use"),
    3: ("un contrôle bloquant échoue, rien n'est publié", "a blocking check fails, nothing is published"),
}


@dataclass(slots=True)
class Explanation:
    """What is told of one cell; each list holds sentences."""

    sheet: str
    cell: str
    text: str
    claim: str
    """What it was taken for; empty for a blank cell."""
    entry: str = ""
    """The entry of the layout that claims it, or, where none does, the nearest one."""
    lines: str = ""
    """The lines of that entry in the file of the layout: ``12-15``."""
    why: list[str] = field(default_factory=list)
    became: list[str] = field(default_factory=list)
    otherwise: list[str] = field(default_factory=list)


def say(name: str, lang: Language, **words: object) -> str:
    """Return a sentence of this module in a language."""
    return _WORDS[name][lang == "en"].format(**words)


def sentence_in(message: Message, lang: Language) -> str:
    """Return the sentence of a rejection or remark in a language."""
    return message.message_en if lang == "en" else message.message_fr


def lines_of_causes(causes: Iterable[Cause], lang: Language) -> Iterator[str]:
    """Yield what is told of each cause: how often and where, the sentence, the line that mends most."""
    for cause in causes:
        message = cause.first.message
        verb = say("refused" if cause.first.is_refused else "remarked", lang)
        cells, more = cells_shown(cause, _CELLS)
        where = ", ".join(cell or say("file", lang) for cell in cells)
        rest = f" {say('more', lang, count=more)}" if more else ""
        yield f"  {cause.count} × {verb} {message.reason} : {where}{rest}"
        cost = f" {say('cost', lang, cells=_some(cause.cost, lang))}" if cause.cost else ""
        yield f"      {sentence_in(message, lang)}{cost}"
        if cause.line:
            yield f"      {say('line', lang, line=cause.line)}"


def lines_of_drift(found: Sequence[Drift], lines: Sequence[str], lang: Language) -> Iterator[str]:
    """Yield what drifted between vintages, by kind and by the files that have it, and the lines that serve all."""
    yield say("drift" if found else "same", lang)
    for (kind, present, absent), group in groupby(found, lambda drift: (drift.kind, drift.present, drift.absent)):
        which = f"{say('present', lang, files=', '.join(present))}, {say('absent', lang, files=', '.join(absent))}"
        shown = [f"« {each.shown} »" if lang == "fr" else f"“{each.shown}”" for each in group]
        yield f"  {say(kind, lang)}, {which} : {_some(shown, lang, _DRIFTS)}"
    if lines:
        yield say("serves", lang)
        yield from (f"  {line}" for line in lines)


def lines_of_cell(told: Explanation, layout: str, lang: Language) -> Iterator[str]:
    """Yield what is told of one cell."""
    shown = " ".join(as_shown(told.text).split())
    yield f"{told.sheet} {told.cell}: {shown}"
    entry = told.entry and say("entry", lang, entry=told.entry, layout=layout)
    lines = told.lines and say("at", lang, lines=told.lines)
    yield "  " + ", ".join(filter(None, (told.claim, entry, lines)))
    for title, sentences in (("why", told.why), ("became", told.became), ("otherwise", told.otherwise)):
        if sentences:
            yield say(title, lang)
            yield from (f"  {line}" for sentence in sentences for line in sentence.split("\n"))


def ending(code: int, seconds: float, lang: Language) -> str:
    """Return how a load would end."""
    fallback = ("le chargement s'arrête", "the load stops")
    return say("ends", lang, code=code, meaning=_CODES.get(code, fallback)[lang == "en"], seconds=seconds)


def _some(items: Sequence[str], lang: Language, most: int = _CELLS) -> str:
    rest = f" {say('more', lang, count=len(items) - most)}" if len(items) > most else ""
    return ", ".join(items[:most]) + rest
