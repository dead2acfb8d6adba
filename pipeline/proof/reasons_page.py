"""The page for regional offices: what is refused, what is remarked and what is read, made from the declared reasons.

What belongs here: laying out a page. What does not: any sentence or example of a reason (``reference/reasons.toml``).
"""

from __future__ import annotations

import re

from pipeline.rejections import Level, reasons
from pipeline.rejections.reasons import Reason

_HEAD = """# Ce qui est refusé, ce qui est signalé, ce qui est lu

*What is refused, what is remarked, what is read.* Made by `housing dictionary --reasons` from
`reference/reasons.toml`; ‹…› is filled in with what the file says.

Un classeur est lu cellule par cellule. Ce qui ne peut pas être lu sans deviner est **refusé**, avec un motif et la
marche à suivre ; le reste est lu. Ce qui a été lu et mérite un second regard est **signalé**, et n'empêche rien. Dans
le classeur qui vous revient, ce qui est à corriger est surligné en rose, ce qui est à vérifier en bleu ; la feuille
« À corriger » en donne la liste. `housing check FICHIER` dit la même chose avant l'envoi.

## Ce qui est lu

*What is read.* Ces écritures sont comprises telles quelles :

| écriture | lu comme |
|---|---|
| 8 311 | 8 311 |
| 104,4 M€ | 104 400 000 €, à 50 000 € près |
| env. 33 500 | environ 33 500 |
| plus de 42 000 | plus de 42 000 |
| entre 3 000 et 4 000 | un intervalle, de 3 000 à 4 000 |
| 12 (p) | 12, provisoire |
| nd | valeur non disponible |
| une cellule vide | rien : ni zéro, ni valeur |
| 2024 ; 2018-2021 ; T1 2024 ; au 31/12/2024 | l'année, les quatre années, le trimestre, la date |
"""

# The parts of the page, in the order in which a sender meets them.
_PARTS = {
    Level.FILE: ("Fichiers refusés", "Files that are refused", "Rien du fichier n'est lu."),
    Level.TABLE: ("Tableaux refusés", "Tables that are refused", "Rien du tableau n'est lu ; les autres le sont."),
    Level.CELL: ("Cellules refusées", "Cells that are refused", "La cellule est mise de côté ; le reste est lu."),
    Level.REMARK: ("Ce qui est signalé", "What is remarked", "Rien n'est refusé : vérifiez, et corrigez s'il le faut."),
}
_OURS = "CORRECTION_"
"""How the codes begin that are about our own corrections, which are not for who sends."""
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
_WORD = re.compile(r"\{(\w+)\}")
# What stands for each word of a sentence that a file fills; those that only follow others stand for nothing.
_STAND_INS = {"hint": "", "author": "", "found": "‹…›", "shown": "‹…›", "expected": "‹ce qui est attendu›"}


def reasons_page() -> str:
    """Return the page as Markdown: by level, each reason with both sentences, an example and how to write it right."""
    pages = [_HEAD]
    for level, (french, english, what) in _PARTS.items():
        pages.append(f"## {french}\n\n*{english}.* {what}\n")
        pages += [_reason(code, each) for code, each in reasons().items() if _is_of(code, each, level)]
    pages.append("## Nos propres corrections\n\n*Corrections of ours.* Pour qui les déclare, non pour qui envoie.\n")
    pages += [_reason(code, each) for code, each in reasons().items() if code.startswith(_OURS)]
    return "\n".join(pages)


def _is_of(code: str, reason: Reason, level: Level) -> bool:
    return reason.level == level and not code.startswith(_OURS)


def _reason(code: str, reason: Reason) -> str:
    lines = [f"### {escaped(code)}\n", f"{_sentence(reason.fr)}\n", f"*{_sentence(reason.en)}*\n"]
    if reason.example:
        lines += ["| écrit | à écrire |", "|---|---|", f"| {escaped(reason.example)} | {escaped(reason.instead)} |\n"]
    return "\n".join(lines)


def _sentence(sentence: str) -> str:
    """Return a sentence as nothing fills it."""
    return escaped(_WORD.sub(lambda word: _STAND_INS.get(word[1], "‹…›"), sentence))


def escaped(text: str) -> str:
    """Return a text of which Markdown makes nothing else, on one line: an installation may declare reasons as well."""
    return _ACTIVE.sub(lambda sign: f"\\{sign[0]}", " ".join(text.split()))
