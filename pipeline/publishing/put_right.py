"""What a run put right or did not receive, in French: the lines in which it says so are English, the note is not.

What belongs here: a French line for each English one. What does not: putting anything right (``intake``,
``warehouse.recovery``), what stopped a run (``sentences``).
"""

from __future__ import annotations

from datetime import date

FRENCH = {
    # the archive and the ledger
    "{} half copied files of a receipt that was cut were removed from the archive.": (
        "Copies inachevées d'une réception interrompue, retirées de l'archive : {}."
    ),
    "{} archived files are kept, though no event tells of them; the first is {}.": (
        "Fichiers conservés dans l'archive, bien qu'aucun événement du registre n'en parle : {} ; le premier est {}."
    ),
    "{}: the archive was not what was received; taken again from {}.": (
        "{} : l'archive n'était plus ce qui avait été reçu ; le fichier a été repris de {}."
    ),
    # releases
    "{} was no folder, and is made again.": "{} n'était pas un dossier ; il a été refait.",
    "{} was damaged or gone; it is the published file again.": (
        "{} était endommagé ou absent ; c'est de nouveau le fichier publié."
    ),
    "Release {} is published, as the run was about to do that was cut.": (
        "La publication {} est mise à disposition, ce qu'un traitement interrompu allait faire."
    ),
    "Release {} is published here, as another host has made it.": (
        "La publication {}, faite par un autre poste, est mise à disposition ici."
    ),
    "Release {} is damaged or gone; it is built again from the present inputs.": (
        "La publication {} est endommagée ou absente ; elle est refaite à partir des données présentes."
    ),
    "The ledger was told of {} releases that an earlier version published.": (
        "Publications d'une version antérieure, portées au registre : {}."
    ),
    "Removed what was written and never published: {}.": "Retiré, car écrit et jamais publié : {}.",
    "{}: its bytes were removed, with all that was made of them but the published release.": (
        "{} : ses octets ont été effacés, avec tout ce qui en avait été tiré sauf la publication en place."
    ),
    # readings and returned workbooks
    "{} of {} were not what was written; they are read again.": (
        "Lectures de {1} qui n'étaient plus ce qui avait été écrit : {0} ; elles sont refaites."
    ),
    "{}; its files are read again.": "Une partie du cache était endommagée ({}) ; ses fichiers sont relus.",
    "{} was not what was written there, and is made again.": (
        "{} n'était plus ce qui y avait été écrit ; il est refait."
    ),
    # what was not received
    "its bytes were erased on {} ({}) and are not taken again; remove the file": (
        "ses octets ont été effacés ({} : {}) et ne sont pas repris ; retirez le fichier"
    ),
    "it cannot be read ({}); check that it still exists and its permissions": (
        "il est illisible (« {} ») ; vérifiez qu'il existe encore, et ses droits d'accès"
    ),
    "two files have this name, {}; remove one of them": "deux fichiers portent ce nom, {} ; retirez l'un des deux",
    "the folder cannot be opened ({}); check that it exists and its permissions": (
        "le dossier ne s'ouvre pas (« {} ») ; vérifiez qu'il existe, et ses droits d'accès"
    ),
}
"""The French of each line that a run says, each ``{}`` being what the line tells of."""
_WORDS = {"an unknown day": "une date inconnue"}


def french_of(line: str) -> str:
    """Return a line in French; one that nobody wrote the French of is quoted as it is.

    >>> french_of("a.xlsx: the archive was not what was received; taken again from raw/a.xlsx.")
    "a.xlsx : l'archive n'était plus ce qui avait été reçu ; le fichier a été repris de raw/a.xlsx."
    >>> french_of("Something else.")
    '« Something else. »'
    """
    for english, french in FRENCH.items():
        if (told := _told(line, english)) is not None:
            return french.format(*map(_in_french, told))
    return f"« {line} »"


def _told(line: str, english: str) -> list[str] | None:
    """Return what stands in a line at each ``{}`` of a sentence; ``None`` where the line is another sentence."""
    begin, *others = english.split("{}")
    *between, end = others
    if not line.startswith(begin) or not line.endswith(end):
        return None
    rest, told = line[len(begin) : len(line) - len(end)], []
    for piece in between:
        found, joint, rest = rest.partition(piece)
        if not joint:
            return None
        told.append(found)
    return [*told, rest]


def _in_french(word: str) -> str:
    try:
        return f"{date.fromisoformat(word):%d/%m/%Y}"
    except ValueError:
        return _WORDS.get(word, word)
