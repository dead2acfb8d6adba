"""What a file may be that is no readable spreadsheet, how it is called, and what to do with it.

What belongs here: signs by which other kinds are known. What does not: looking for them (``sniff``).
"""

from __future__ import annotations

import re

from pipeline.rejections import Wording

NOT_DOWNLOADED = "copie non téléchargée (OneDrive, iCloud…)"
_WINDOWS_LINK, _WEB_LINK, _GOOGLE = "raccourci Windows", "raccourci Internet", "raccourci Google Sheets"
_MESSAGE, _APPLE = "message électronique", "document Apple (Numbers, Pages ou Keynote)"

SIGNATURES = {
    b"%PDF": "PDF",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF87a": "image",
    b"GIF89a": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"BM": "image",
    b"RIFF": "image",
    b"{\\rtf": "document RTF",
    b"PK\x05\x06": "archive ZIP",
    b"Rar!": "archive RAR",
    b"7z\xbc\xaf": "archive 7z",
    b"\x1f\x8b": "archive gzip",
    b"SQLite format 3": "base SQLite",
    b"\x7fELF": "programme",
    b"L\x00\x00\x00\x01\x14\x02\x00": _WINDOWS_LINK,
    b"bplist00": "réglages d'Apple, ou copie non téléchargée d'iCloud",
    b"\x00\x05\x16\x07": "fichier annexe de macOS",
    b"\x00\x00\x00\x01Bud1": "fichier annexe de macOS",
    b"x\x9f>\x22": "pièce jointe winmail.dat",
    b"\x00\x01\x00\x00Standard": "base Access",
    b"\x00\x00\x02\x00\x06\x04": "classeur Lotus 1-2-3",
    b"\x00\x00\x1a\x00": "classeur Lotus 1-2-3",
    b"PAR1": "fichier Parquet",
    b"BZh": "archive bzip2",
    b"\xfd7zXZ": "archive xz",
    b"(\xb5/\xfd": "archive zstd",
    b"\xd7\xcd\xc6\x9a": "image",
    b"%!PS": "PostScript",
    b"ID3": "film ou son",
    b"OggS": "film ou son",
    b"MZ": "programme",
}
"""How other files begin."""

MARKUP = (
    (
        re.compile(rb'<\?mso-application\s+progid="Excel|<Workbook\b[^>]*urn:schemas-microsoft-com:office', re.I),
        "XML de tableur (Excel 2003)",
    ),
    (re.compile(rb"\A<\?xml[^>]*>\s*<!DOCTYPE plist[^>]*>.{0,200}<key>URL</key>", re.I | re.DOTALL), _WEB_LINK),
    (re.compile(rb"<svg\b", re.I), "image"),
    (re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|div|script)\b", re.I), "HTML"),
    (re.compile(rb"\A<\?xml|\A<!DOCTYPE", re.I), "XML"),
    (re.compile(rb"\AMIME-Version:|\AContent-Type:|\AFrom: ?<Saved by", re.I), "HTML"),
    (re.compile(rb"\A\[InternetShortcut\]|\A\[Desktop Entry\]", re.I), _WEB_LINK),
    (re.compile(rb'\A\{[^{}]{0,1000}(?:docs\.google\.com|"doc_id"|"resource_id")'), _GOOGLE),
    (re.compile(rb"\Aversion https://git-lfs\."), "renvoi Git LFS"),
    (
        re.compile(rb"\AID;P[A-Z0-9]*(?:;[A-Z0-9]+){0,9}\r?\n(?:P;[PFEL]|F;[A-Z]|B;[XY]\d|C;[XY]\d|O;[A-Z])"),
        "classeur SYLK",
    ),
    (re.compile(rb"\ATABLE\r?\n0, ?1\r?\n"), "classeur DIF"),
    (re.compile(rb"\ABEGIN:V(CARD|CALENDAR)"), "carte de visite ou agenda"),
    (re.compile(rb"\A-----BEGIN "), "document chiffré ou signé"),
    (re.compile(rb'\A(\{\s*"|\[\s*\{)'), "JSON"),
)
"""How other texts begin, the surest sign first."""

OLE2_STREAMS = {
    "WordDocument": "document Word",
    "PowerPoint Document": "présentation PowerPoint",
    "__properties_version1.0": "message Outlook",
    "VisioDocument": "document Visio",
    "Quill": "document Publisher",
    "\tDRMContent": "document aux droits restreints (IRM)",
}
PARTS = {
    "word/": "document Word",
    "ppt/": "présentation PowerPoint",
    "index/": _APPLE,
    "index.zip": _APPLE,
    "index.apxl": _APPLE,
}

CALLED = {
    "image": "an image",
    "document RTF": "an RTF document",
    "archive ZIP": "a ZIP archive",
    "archive RAR": "a RAR archive",
    "archive 7z": "a 7z archive",
    "archive gzip": "a gzip archive",
    "base SQLite": "an SQLite database",
    "programme": "a program",
    "XML de tableur (Excel 2003)": "spreadsheet XML (Excel 2003)",
    "document Word": "a Word document",
    "présentation PowerPoint": "a PowerPoint presentation",
    "message Outlook": "an Outlook message",
    "document aux droits restreints (IRM)": "a document with restricted rights (IRM)",
    _APPLE: "an Apple document (Numbers, Pages or Keynote)",
    "document OLE2 inconnu": "an unknown OLE2 document",
    "données binaires": "binary data",
    NOT_DOWNLOADED: "a copy that was not downloaded (OneDrive, iCloud…)",
    _WINDOWS_LINK: "a Windows shortcut",
    _WEB_LINK: "a link to a web page",
    _GOOGLE: "a link to Google Sheets",
    _MESSAGE: "an e-mail",
    "réglages d'Apple, ou copie non téléchargée d'iCloud": "Apple settings, or a copy that iCloud has not downloaded",
    "fichier annexe de macOS": "a file that macOS puts beside others",
    "pièce jointe winmail.dat": "a winmail.dat attachment",
    "base Access": "an Access database",
    "classeur Lotus 1-2-3": "a Lotus 1-2-3 workbook",
    "PostScript": "PostScript",
    "fichier Parquet": "a Parquet file",
    "archive bzip2": "a bzip2 archive",
    "archive xz": "an xz archive",
    "archive zstd": "a zstd archive",
    "archive TAR": "a TAR archive",
    "film ou son": "a film or a sound",
    "renvoi Git LFS": "a Git LFS pointer",
    "classeur SYLK": "a SYLK workbook",
    "classeur DIF": "a DIF workbook",
    "carte de visite ou agenda": "a visiting card or a calendar",
    "document chiffré ou signé": "an encrypted or signed document",
    "document Visio": "a Visio document",
    "document Publisher": "a Publisher document",
}
"""What the English sentence calls a type; the others are called alike."""

_OPEN_LINK = Wording(
    " Il ne contient que l'adresse du tableau : ouvrez le raccourci pour atteindre celui-ci.",
    " It holds nothing but the address of the table: open the link to get at it.",
)
_OPEN_MESSAGE = Wording(
    " Ouvrez le message et prenez le tableau qui y est joint.", " Open the message and take the table attached to it."
)
_UNPACK = Wording(" Sortez-en le tableau.", " Take the table out of it.")
_DOWNLOAD = Wording(
    " Attendez que votre ordinateur ait téléchargé le tableau, puis ouvrez-le.",
    " Wait until your computer has downloaded the table, then open it.",
)
_NEIGHBOUR = Wording(
    " Le tableau est le fichier du même nom, sans « ._ » au début.",
    " The table is the file of the same name, without “._” at its beginning.",
)
_EXPORT = Wording(
    " Ouvrez-le dans Numbers et choisissez Fichier > Exporter vers > Excel.",
    " Open it in Numbers and choose File > Export To > Excel.",
)
WHAT_TO_DO = {
    **dict.fromkeys((_WINDOWS_LINK, _WEB_LINK, _GOOGLE), _OPEN_LINK),
    **dict.fromkeys((_MESSAGE, "message Outlook", "pièce jointe winmail.dat"), _OPEN_MESSAGE),
    **dict.fromkeys((found for found in CALLED if found.startswith("archive")), _UNPACK),
    NOT_DOWNLOADED: _DOWNLOAD,
    "réglages d'Apple, ou copie non téléchargée d'iCloud": _DOWNLOAD,
    "fichier annexe de macOS": _NEIGHBOUR,
    _APPLE: _EXPORT,
}
"""What to do before the table can be saved as .xlsx, where there is something."""

_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]")
_SENT = frozenset({b"received", b"return-path", b"delivered-to", b"message-id", b"dkim-signature"})
_OF_MESSAGES = _SENT | {b"from", b"to", b"subject", b"date", b"mime-version", b"content-type", b"reply-to", b"cc"}
_MAILBOX = re.compile(rb"From [^\s@]{1,100}@\S{1,100} ")
_SAVED_PAGE = re.compile(rb"From: ?<Saved by", re.IGNORECASE)


def is_message(start: bytes) -> bool:
    """Whether a text begins as an e-mail does, with where it comes from; a page saved with its images does not."""
    if _MAILBOX.match(start):
        return True
    lines = start.split(b"\n\n")[0].split(b"\r\n\r\n")[0].splitlines()
    names = [match[1].lower() if (match := _HEADER.match(line)) else b"" for line in lines]
    known = _OF_MESSAGES.intersection(names)
    if not names or not (names[0] in known or names[0].startswith(b"x-")) or _SAVED_PAGE.match(start):
        return False
    return len(known) > 1 and bool(known & _SENT or (b"from" in known and known & {b"subject", b"to", b"mime-version"}))
