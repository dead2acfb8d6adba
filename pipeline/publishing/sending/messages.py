"""Messages: what the national team and the office of a region read.

No header holds a word of a received file: a subject tells counts and regions. The name of an attachment is one, and is
written as the name of a file and nothing else.

What belongs here: words and attachments. What does not: who gets what (``send``), the note itself (``note``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.intake.sendings import Parcel
from pipeline.publishing.note.compose import Note
from pipeline.publishing.note.show import as_html, as_markdown, as_text, headline, moment
from pipeline.publishing.sending.offices import Refusal, SentFile
from pipeline.vocabulary.territories import Territory
from pipeline.vocabulary.typography import as_shown, visible, writable

_LISTED = 30
"""Refused cells of one file that stand in the text; the workbook has them all."""
_ATTACHED_BYTES = 15 * 1024**2
"""What most servers take, encoded."""
_LONGEST_NAME, _LONGEST_TEXT = 100, 60
_WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


class Attachment(NamedTuple):
    """One attached file."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to somebody, whatever it travels by."""

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of all that it says."""
        texts = [self.subject, self.text, self.html, *(each.name for each in self.attachments)]
        parts = [*(text.encode("utf-8") for text in texts), *(each.content for each in self.attachments)]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def national_letter(note: Note) -> Letter:
    """Return the note as it is mailed to the national team."""
    return Letter(_national_subject(note), writable(as_text(note)), writable(as_html(note)))


def national_post(note: Note) -> Letter:
    """Return the note as a channel shows it that reads Markdown."""
    return Letter(_national_subject(note), writable(as_markdown(note)))


def _national_subject(note: Note) -> str:
    return f"Activité du logement, {moment(note):%d/%m/%Y à %Hh%M} : {headline(note)}"


def office_letter(region: Territory, files: Sequence[SentFile], note: Note) -> Letter:
    """Return what the office of a region is told of its files."""
    refused = sum(len(file.refusals) for file in files)
    accepted = sum(file.accepted for file in files)
    attachments, left_out = _attached(files)
    counts = f"{_several(accepted, 'chiffre accepté')}, {_several(refused, 'point')} à corriger"
    lines = [
        "Bonjour,",
        "",
        f"Voici ce que le chargement du {moment(note):%d/%m/%Y à %Hh%M} a fait des fichiers de votre région :",
        *(line for file in files for line in _of_file(file)),
        "",
        *_to_do(refused, len(attachments), left_out),
        "",
        "Ce message a été envoyé automatiquement.",
    ]
    subject = f"{region.name} : {_several(len(files), 'fichier reçu')}, {counts}"
    return Letter(subject, writable("\n".join(lines)), attachments=attachments)


def _of_file(file: SentFile) -> Iterator[str]:
    counts = f"{_several(file.accepted, 'chiffre accepté')}, {_several(len(file.refusals), 'point')} à corriger"
    yield ""
    yield f"« {_one_line(file.name)} » : {counts}."
    yield from (f"  – {_where(refusal)}{_one_line(refusal.message_fr)}" for refusal in file.refusals[:_LISTED])
    if len(file.refusals) > _LISTED:
        rest = len(file.refusals) - _LISTED
        yield f"  – et {_several(rest, 'autre')}, {'indiqués' if rest > 1 else 'indiqué'} dans le classeur joint"


def _where(refusal: Refusal) -> str:
    sheet = f"feuille « {_one_line(refusal.sheet)} »" if refusal.sheet else ""
    cell = f"cellule {_one_line(refusal.cell)}" if refusal.cell else ""
    place = ", ".join(filter(None, (sheet, cell)))
    shown = _one_line(as_shown(refusal.raw_text))
    cut = shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}…"
    found = f" (« {cut} »)" if cut else ""
    return f"{place[:1].upper()}{place[1:]}{found} : " if place else ""


def _to_do(refused: int, attached: int, left_out: int) -> Iterator[str]:
    if not refused:
        yield "Rien n'est à corriger. Merci de votre envoi."
        return
    if attached:
        which = "Le classeur joint porte" if attached == 1 else "Les classeurs joints portent"
        yield f"{which} une marque dans chaque cellule à corriger, avec le motif et ce qui est attendu."
    if left_out:
        what = _several(left_out, "classeur")
        yield f"Trop volumineux pour être joints : {what} ; demandez-les à l'équipe nationale."
    yield "Corrigez les cellules indiquées, enregistrez le fichier sous le même nom et renvoyez-le. Merci."


def _attached(files: Sequence[SentFile]) -> tuple[tuple[Attachment, ...], int]:
    """Return the workbooks that go back, as many as a message holds, and how many are left out."""
    attached: list[Attachment] = []
    left_out = room = 0
    for path in (path for file in files for path in file.returned):
        room += path.stat().st_size
        if room > _ATTACHED_BYTES:
            room -= path.stat().st_size
            left_out += 1
        else:
            attached.append(Attachment(file_name(path), path.read_bytes()))
    return tuple(attached), left_out


def file_name(path: Path) -> str:
    r"""Return the name of a file as a header can hold it, and no system takes it for a place or an order.

    >>> file_name(Path("bilan\r\nBcc: x.xlsx"))
    'bilan__Bcc_ x.xlsx'
    """
    stem, suffix = (_NO_NAME.sub("_", visible(_NO_NAME.sub("_", writable(part)))) for part in (path.stem, path.suffix))
    return f"{stem[:_LONGEST_NAME].strip(' .') or 'classeur'}{suffix}"


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _several(number: int, noun: str) -> str:
    """Return a number of things, every word of which takes the plural: ``2 chiffres acceptés``."""
    return f"{number} {noun.replace(' ', 's ')}s" if number > 1 else f"{number} {noun}"


def as_mail(letter: Letter, parcel: Parcel, sender: str, to: Sequence[str]) -> EmailMessage:
    """Return a letter as a message to some addresses; the same letter of the same run has the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, ", ".join(to), letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{parcel.run}.{parcel.to}.{letter.sha256[:16]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        kind, subtype = _WORKBOOK if attachment.name.endswith(".xlsx") else ("application", "octet-stream")
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.name)
    return message
