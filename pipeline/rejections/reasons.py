"""Why a cell or a file is refused: the reason codes and the one sentence that each says, in French and in English.

What belongs here: every reason code, its level and its two sentences.
What does not: deciding that something is wrong. A reader, a layout or a check decides, and calls :func:`reject`.

The codes are French because regional offices read them in their returned workbook and on the telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pipeline.vocabulary.typography import as_shown


class Level(StrEnum):
    """How much is refused."""

    FILE = "file"
    """Nothing of the file is loaded."""
    TABLE = "table"
    """Nothing of one table is loaded."""
    CELL = "cell"
    """One cell is set aside; the rest is loaded."""
    REMARK = "remark"
    """Loaded, and said so."""
    SUPERSEDED = "superseded"
    """Refused in a file that a later one has replaced at its place: nothing is left to correct. No reason has this
    level of its own; a refusal gets it when the submissions come together."""


LONGEST = 1_000
"""Characters of one quoted text: a cell may hold 32,767, which no comment has room for twice."""

REFUSED = (Level.FILE, Level.TABLE, Level.CELL)
"""The levels of what has to go back to its sender."""


class Wording(NamedTuple):
    """What fills the same place of both sentences, where it has to be said in the language of each."""

    fr: str
    en: str


class Reason(NamedTuple):
    """One reason: its level and its sentences, whose braces are filled by :func:`reject`."""

    level: Level
    fr: str
    en: str


REASONS: dict[str, Reason] = {
    # -- files ---------------------------------------------------------------------------------------------------
    "FICHIER_VIDE": Reason(
        Level.FILE,
        "Le fichier ne contient aucune donnée. Envoyez le classeur rempli.",
        "The file holds no data. Send the completed workbook.",
    ),
    "TYPE_FICHIER": Reason(
        Level.FILE,
        "Le contenu du fichier est de type {found}, et non un tableur lisible. Enregistrez-le au format .xlsx "
        "et renvoyez-le.",
        "The file's content is {found}, not a readable spreadsheet. Save it as .xlsx and send it again.",
    ),
    "PASSWORD": Reason(
        Level.FILE,
        "Le classeur est protégé par un mot de passe. Renvoyez-le sans mot de passe.",
        "The workbook is password-protected. Send it again without a password.",
    ),
    "CORROMPU": Reason(
        Level.FILE,
        "Le fichier est abîmé ou incomplet ({found}). Ouvrez-le, enregistrez-le à nouveau et renvoyez-le.",
        "The file is damaged or incomplete ({found}). Open it, save it again and resend it.",
    ),
    "DANGEREUX": Reason(
        Level.FILE,
        "Le fichier a été écarté par sécurité : {found}. Recopiez les données dans un classeur neuf.",
        "The file was set aside for safety: {found}. Copy the data into a new workbook.",
    ),
    "LIMITE_DEPASSEE": Reason(
        Level.FILE,
        "Le fichier dépasse la limite « {limit} » : {found}, pour {expected} au plus. Allégez le classeur, "
        "ou faites relever cette limite.",
        "The file exceeds the limit “{limit}”: {found}, at most {expected}. Make the workbook lighter, "
        "or have this limit raised.",
    ),
    "LECTEUR_INTERROMPU": Reason(
        Level.FILE,
        "La lecture du fichier a été interrompue ({found}). Enregistrez-le à nouveau au format .xlsx et renvoyez-le ; "
        "si cela recommence, signalez-le.",
        "Reading the file was interrupted ({found}). Save it again as .xlsx and resend it; if it happens again, "
        "report it.",
    ),
    "SOURCE_INCONNUE": Reason(
        Level.FILE,
        "Le dossier « {found} » ne correspond à aucune source connue ({expected}). Déplacez le fichier.",
        "The folder “{found}” is no known source ({expected}). Move the file.",
    ),
    "REGION_INATTENDUE": Reason(
        Level.FILE,
        "Le classeur porte sur « {found} » mais il est rangé dans le dossier de « {expected} ». "
        "Déplacez-le dans le dossier de sa région, ou corrigez la région indiquée.",
        "The workbook is about “{found}” but lies in the folder of “{expected}”. Move it to its region's folder, "
        "or correct the region it states.",
    ),
    "LISTE_SEULE": Reason(
        Level.FILE,
        "Ce fichier n'est que notre liste de ce qui est à corriger. Corrigez le fichier dont elle parle et "
        "renvoyez-le.",
        "This file is nothing but our list of what to correct. Correct the file that it is about and send it again.",
    ),
    # -- sheets and tables ---------------------------------------------------------------------------------------
    "FEUILLE_ABSENTE": Reason(
        Level.TABLE,
        "Aucune feuille nommée {expected} ; le classeur contient {found}. Renommez la feuille ou ajoutez-la.",
        "No sheet named {expected}; the workbook holds {found}. Rename the sheet or add it.",
    ),
    "TABLEAU_ABSENT": Reason(
        Level.TABLE,
        "Aucun en-tête reconnu dans cette feuille. En-têtes attendus : {expected}. Ligne la plus proche : {found}. "
        "Rétablissez l'en-tête, ou ajoutez ce libellé à la disposition.{hint}",
        "No known header on this sheet. Expected: {expected}. Nearest row: {found}. Restore the header, or add this "
        "wording to the layout.{hint}",
    ),
    "COLONNE_INCONNUE": Reason(
        Level.CELL,
        "Colonne inconnue « {found} ». Colonnes connues les plus proches : {expected}. Corrigez l'intitulé, ou "
        "ajoutez-le à la disposition.{hint}",
        "Unknown column “{found}”. Nearest known columns: {expected}. Correct the heading, or add it to the "
        "layout.{hint}",
    ),
    "COLONNE_ABSENTE": Reason(
        Level.TABLE,
        "La colonne « {expected} » manque dans ce tableau. Rétablissez-la.{hint}",
        "The column “{expected}” is missing from this table. Restore it.{hint}",
    ),
    "FEUILLE_A_AFFICHER": Reason(
        Level.TABLE,
        "La feuille est masquée et contient {found} cellules ; elle n'a pas été lue. Affichez-la, ou supprimez-la.",
        "The sheet is hidden and holds {found} cells; it was not read. Show it, or remove it.",
    ),
    "ENTETE_EN_DOUBLE": Reason(
        Level.TABLE,
        "Deux colonnes désignent la même donnée : « {found} » ici et en {other}. Gardez-en une seule.",
        "Two columns stand for the same data: “{found}” here and in {other}. Keep only one.",
    ),
    "GROUPE_NON_FUSIONNE": Reason(
        Level.TABLE,
        "On ne sait pas si « {group} » ({other}) porte aussi sur la colonne « {found} » : au-dessus d'elle, l'en-tête "
        "est vide et n'est pas fusionné. Fusionnez « {group} » sur toutes ses colonnes, ou répétez-le.",
        "Nobody can tell whether “{group}” ({other}) is also about the column “{found}”: the header above it is blank "
        "and not merged. Merge “{group}” over all its columns, or repeat it.",
    ),
    "GROUPE_INATTENDU": Reason(
        Level.TABLE,
        "La colonne « {found} » se trouve sous « {group} » ({other}), et rien ne dit ce que ce groupe change à ses "
        "chiffres. Retirez « {group} », ou déplacez ces colonnes dans un tableau à part.",
        "The column “{found}” stands under “{group}” ({other}), and nothing tells what this group makes of its "
        "figures. Remove “{group}”, or move these columns to a table of their own.",
    ),
    "CONTEXTE_ABSENT": Reason(
        Level.TABLE,
        "Il manque « {expected} » dans le classeur. Ajoutez cette ligne dans le bloc d'identification.",
        "“{expected}” is missing from the workbook. Add this line to the identification block.",
    ),
    # -- cells ---------------------------------------------------------------------------------------------------
    "CELLULE_NON_RECLAMEE": Reason(
        Level.CELL,
        "« {found} » n'a pas de place connue dans ce tableau. Supprimez cette cellule, ou donnez un intitulé connu "
        "à sa ligne et à sa colonne.",
        "“{found}” has no known place in this table. Remove this cell, or give its row and column a known heading.",
    ),
    "INDICATEUR_INCONNU": Reason(
        Level.CELL,
        "Indicateur inconnu : « {found} ». Indicateurs les plus proches : {expected}. Reprenez l'un de ces libellés.",
        "Unknown indicator: “{found}”. Nearest indicators: {expected}. Use one of these labels.",
    ),
    "TERRITOIRE_INCONNU": Reason(
        Level.CELL,
        "Territoire inconnu : « {found} ». Écrivez un code ou un nom de région ou de département{hint}.",
        "Unknown territory: “{found}”. Write a code or a name of a region or a department{hint}.",
    ),
    "TERRITOIRE_HORS_REGION": Reason(
        Level.CELL,
        "« {found} » n'est ni {expected}, sur quoi porte le classeur, ni l'un de ses départements. Corrigez le "
        "territoire, ou envoyez ce chiffre avec le bilan de sa région.",
        "“{found}” is neither {expected}, which the workbook is about, nor one of its departments. Correct the "
        "territory, or send this figure with the return of its region.",
    ),
    "PERIODE_ILLISIBLE": Reason(
        Level.CELL,
        "Période illisible : « {found} ». Écrivez par exemple 2024, 2018-2021, T1 2024 ou au 31/12/2024.",
        "Unreadable period: “{found}”. Write for example 2024, 2018-2021, T1 2024 or au 31/12/2024.",
    ),
    "DATE_ILLISIBLE": Reason(
        Level.CELL,
        "Date illisible : « {found} ». Écrivez le jour, le mois et l'année, par exemple 31/12/2024.",
        "Unreadable date: “{found}”. Write the day, the month and the year, for example 31/12/2024.",
    ),
    "ANNEE_FUTURE": Reason(
        Level.CELL,
        "« {found} » porte sur une période qui commence le {period}, après la date du document ({expected}) : un "
        "résultat ne peut pas encore porter dessus. Corrigez l'année.",
        "“{found}” is about a period that begins on {period}, after the date of the document ({expected}): no result "
        "can be about it yet. Correct the year.",
    ),
    "CLE_ABSENTE": Reason(
        Level.CELL,
        "La ligne de « {found} » ne dit pas {expected}. Complétez la ligne.",
        "The row of “{found}” does not state {expected}. Complete the row.",
    ),
    "NOMBRE_ILLISIBLE": Reason(
        Level.CELL,
        "« {found} » n'est pas un nombre lisible. Écrivez par exemple 8 311, 104,4 M€ ou nd.",
        "“{found}” is not a readable number. Write for example 8 311, 104,4 M€ or nd.",
    ),
    "NOMBRE_AMBIGU": Reason(
        Level.CELL,
        "« {found} » peut se lire {readings}. Écrivez le nombre sans équivoque.",
        "“{found}” can be read as {readings}. Write the number without ambiguity.",
    ),
    "NOMBRE_NON_ENTIER": Reason(
        Level.CELL,
        "« {found} » n'est pas entier, alors que l'on compte ici en unités ({expected}). Écrivez le nombre entier, ou "
        "son échelle, par exemple 1,5 million.",
        "“{found}” is not whole, where units are counted ({expected}). Write the whole number, or its scale, for "
        "example 1,5 million.",
    ),
    "POURCENTAGE_AMBIGU": Reason(
        Level.CELL,
        "« {found} » peut être une proportion ou un pourcentage. Écrivez-le avec le signe %.",
        "“{found}” may be a proportion or a percentage. Write it with the % sign.",
    ),
    "UNITE_INATTENDUE": Reason(
        Level.CELL,
        "L'unité de « {found} » est « {unit} », alors que « {expected} » est attendu. Corrigez l'unité ou la ligne.",
        "The unit of “{found}” is “{unit}” where “{expected}” is expected. Correct the unit or the row.",
    ),
    "MARQUE_INCONNUE": Reason(
        Level.CELL,
        "La marque « {mark} » de « {found} » n'est pas connue. Marques connues : {expected}. Retirez-la, ou écrivez "
        "l'une de celles-ci.",
        "The mark “{mark}” in “{found}” is not known. Known marks: {expected}. Remove it, or write one of these.",
    ),
    "MARQUE_SANS_VALEUR": Reason(
        Level.CELL,
        "« {found} » ajoute une marque de statut à « {mark} », qui dit qu'il n'y a pas de valeur. Écrivez « {mark} » "
        "seul, ou la valeur suivie de sa marque.",
        "“{found}” adds a status mark to “{mark}”, which says that there is no value. Write “{mark}” alone, or the "
        "value followed by its mark.",
    ),
    "ERREUR_EXCEL": Reason(
        Level.CELL,
        "La cellule contient l'erreur {found}. Corrigez la formule, ou saisissez la valeur.",
        "The cell holds the error {found}. Correct the formula, or type the value.",
    ),
    "FORMULE_SANS_VALEUR": Reason(
        Level.CELL,
        "La formule « {found} » n'a pas de résultat enregistré. Ouvrez le classeur dans Excel et enregistrez-le.",
        "The formula “{found}” has no stored result. Open the workbook in Excel and save it.",
    ),
    "DATE_INATTENDUE": Reason(
        Level.CELL,
        "La cellule contient une date ({found}) là où un nombre est attendu. Remettez la cellule au format nombre.",
        "The cell holds a date ({found}) where a number is expected. Set the cell back to a number.",
    ),
    "VALEUR_NEGATIVE": Reason(
        Level.CELL,
        "« {found} » est négatif, ce que « {expected} » ne peut pas être. Corrigez la valeur.",
        "“{found}” is negative, which “{expected}” cannot be. Correct the value.",
    ),
    "VALEUR_HORS_BORNES": Reason(
        Level.CELL,
        "« {found} » dépasse {expected}, la plus grande valeur plausible ici. Vérifiez la valeur et sa colonne.",
        "“{found}” exceeds {expected}, the largest plausible value here. Check the value and its column.",
    ),
    "VALEUR_FUSIONNEE": Reason(
        Level.CELL,
        "« {found} » occupe des cellules fusionnées sur plusieurs lignes ou colonnes : on ne sait pas à laquelle va la "
        "valeur. Défusionnez-les et écrivez chaque valeur.",
        "“{found}” stands in cells merged over several rows or columns: nobody can tell whose value it is. Unmerge "
        "them and write each value.",
    ),
    "LIGNE_EN_DOUBLE": Reason(
        Level.CELL,
        "« {found} » est déjà indiqué en {other}, sur une ligne qui dit porter sur la même chose. "
        "Ne gardez qu'une ligne.",
        "“{found}” is already stated in {other}, in a row that says it is about the same thing. Keep one row only.",
    ),
    "REGLE_NON_RESPECTEE": Reason(
        Level.CELL,
        "« {found} » donne une valeur impossible pour « {column} » ({rule}). Corrigez la ligne.",
        "“{found}” gives an impossible value for “{column}” ({rule}). Correct the row.",
    ),
    "TOTAL_INCOHERENT": Reason(
        Level.CELL,
        "Le total « {found} » n'est pas la somme de ses lignes, {expected} (écart {gap}). Corrigez le total ou les "
        "lignes.",
        "The total “{found}” is not the sum of its rows, {expected} (gap {gap}). Correct the total or the rows.",
    ),
    # -- corrections of ours -------------------------------------------------------------------------------------
    "CORRECTION_PERIMEE": Reason(
        Level.CELL,
        "Une correction attend ici « {expected} » (à lire « {new} »), mais la cellule dit « {found} ». Retirez cette "
        "ligne de raw/corrections, ou corrigez-y la feuille, la cellule ou le texte.",
        "A correction expects “{expected}” here (to be read as “{new}”), but the cell says “{found}”. Take this line "
        "out of raw/corrections, or correct its sheet, cell or text.",
    ),
    "CORRECTION_SANS_ENVOI": Reason(
        Level.CELL,
        "Aucun fichier reçu n'a un SHA-256 qui commence par « {found} ». Reprenez le submission_id (16 chiffres au "
        "moins) dans fact.submission.",
        "No received file has a SHA-256 that starts with “{found}”. Take the submission_id (16 digits at least) from "
        "fact.submission.",
    ),
    # -- remarks -------------------------------------------------------------------------------------------------
    "NOMBRE_TEXTE": Reason(
        Level.REMARK,
        "Nombres enregistrés comme texte : {count}, dont le premier est « {found} ». Ils ont été lus ; "
        "convertissez-les en nombres pour que le classeur puisse les additionner.",
        "Numbers stored as text: {count}, the first of which is “{found}”. They were read; convert them to numbers so "
        "that the workbook can add them up.",
    ),
    "CELLULE_MASQUEE": Reason(
        Level.REMARK,
        "« {found} » se trouve dans une ligne ou une colonne masquée ; la valeur a été lue.",
        "“{found}” stands in a hidden row or column; the value was read.",
    ),
    "FEUILLE_MASQUEE": Reason(
        Level.REMARK,
        "La feuille est masquée ; elle n'a pas été lue.",
        "The sheet is hidden; it was not read.",
    ),
    "FEUILLE_MASQUEE_LUE": Reason(
        Level.REMARK,
        "La feuille est masquée ; elle a été lue.",
        "The sheet is hidden; it was read.",
    ),
    "FEUILLE_IGNOREE": Reason(
        Level.REMARK,
        "La feuille n'est décrite par aucune disposition ; ses {found} cellules n'ont pas été lues.",
        "The sheet is described by no layout; its {found} cells were not read.",
    ),
    "REVISION": Reason(
        Level.REMARK,
        "Ce fichier revient sur des chiffres que sa source avait déjà donnés ({other}). Modifiés : {changed} ; "
        "inchangés : {same} ; donnés par le fichier qu'il remplace, absents de celui-ci et maintenus : {dropped}. "
        "Les modifications sont dans audit.revision.",
        "This file comes back to figures that its source had given before ({other}). Changed: {changed}; unchanged: "
        "{same}; stated by the file that it replaces, absent from this one and kept: {dropped}. The changes are in "
        "audit.revision.",
    ),
    "ECHELLE_SUSPECTE": Reason(
        Level.REMARK,
        "« {found} » a été lu {value}, contre {expected} pour {period} ({other}) : {factor} environ. L'unité ou "
        "l'échelle a-t-elle changé (milliers, k€, M€) ? Vérifiez les deux cellules et leurs en-têtes.",
        "“{found}” was read as {value}, against {expected} for {period} ({other}): about {factor}. Has the unit or the "
        "scale changed (thousands, k€, M€)? Check both cells and their headings.",
    ),
    "TEXTE_REPARE": Reason(
        Level.REMARK,
        "« {found} » est un texte mal décodé : il a été lu « {meant} ». Corrigez-le dans le fichier.",
        "“{found}” is a wrongly decoded text: it was read as “{meant}”. Correct it in the file.",
    ),
    "TEXTE_MAC_ROMAN": Reason(
        Level.REMARK,
        "Le fichier est un texte d'un ancien Macintosh (codage Mac Roman) ; il a été lu ainsi. Enregistrez-le plutôt "
        "en UTF-8.",
        "The file is a text of an old Macintosh (encoded in Mac Roman); it was read so. Save it as UTF-8 instead.",
    ),
    "COMMENTAIRE": Reason(
        Level.REMARK,
        "« {found} » porte un commentaire{author} : « {comment} ». Un commentaire n'est jamais appliqué de "
        "lui-même ; s'il corrige la valeur, écrivez-la dans la cellule.",
        "“{found}” has a comment{author}: “{comment}”. A comment is never applied by itself; if it corrects the "
        "value, write that in the cell.",
    ),
    "MODELE_DIFFERENT": Reason(
        Level.REMARK,
        "Le classeur a été préparé avec le modèle « {found} » ; celui d'aujourd'hui est « {expected} ». Il a été lu ; "
        "demandez le modèle à jour pour le prochain envoi.",
        "The workbook was made from the template “{found}”; today's is “{expected}”. It was read; ask for the current "
        "template before the next return.",
    ),
    "DIMENSION_FAUSSE": Reason(
        Level.REMARK,
        "Une feuille du classeur annonce des dimensions plus petites que son contenu ; toutes ses cellules ont été "
        "lues.",
        "A sheet of the workbook declares smaller dimensions than its content has; all of its cells were read.",
    ),
    "LIEN_EXTERNE": Reason(
        Level.REMARK,
        "Le classeur contient des liens vers d'autres fichiers ; ils n'ont pas été suivis.",
        "The workbook holds links to other files; they were not followed.",
    ),
    "MACROS_IGNOREES": Reason(
        Level.REMARK,
        "Le classeur contient des macros ; elles n'ont pas été exécutées.",
        "The workbook holds macros; they were not executed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refusal or remark, ready to be read by a human. ``sheet`` and ``cell`` are empty where the file is meant."""

    reason: str
    message_fr: str
    message_en: str
    sheet: str = ""
    cell: str = ""
    raw_text: str = ""

    @property
    def level(self) -> Level:
        """How much is refused."""
        return REASONS[self.reason].level


def reject(reason: str, *, sheet: str = "", cell: str = "", raw_text: str = "", **words: object) -> Rejection:
    """Return the rejection for a reason code, its sentences filled with ``raw_text`` (as ``found``) and ``words``.

    A word that is not the same in both languages is a :class:`Wording`. A sentence quotes no more of a cell than a
    human reads; ``raw_text`` keeps all of it.
    """
    filled = {"found": as_shown(raw_text), "hint": "", **words}
    sentences = REASONS[reason]
    return Rejection(
        reason,
        sentences.fr.format(**_in_language(filled, "fr")),
        sentences.en.format(**_in_language(filled, "en")),
        sheet,
        cell,
        raw_text,
    )


def _in_language(words: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        name: _quoted(getattr(word, language) if isinstance(word, Wording) else word) for name, word in words.items()
    }


def _quoted(word: object) -> object:
    return f"{word[:LONGEST]}…" if isinstance(word, str) and len(word) > LONGEST else word


class FileRefusedError(Exception):
    """A whole file cannot be read; carries the rejection that says why."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.message_en)
        self.rejection = rejection

    def __reduce__(self) -> tuple[type[FileRefusedError], tuple[Rejection]]:
        """Exceptions pickle their message; this one is rebuilt from its rejection."""
        return type(self), (self.rejection,)


def refuse_file(reason: str, **words: object) -> FileRefusedError:
    """Return the exception that refuses a whole file for a reason code."""
    return FileRefusedError(reject(reason, **words))  # type: ignore[arg-type]
