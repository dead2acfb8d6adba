"""Write the workbooks of ``raw/`` from published figures: ``python raw/write_workbooks.py FACTS_FOLDER``.

What belongs here: which published figure stands in which workbook, and the hand in which that workbook is written.
What does not: the figures. Each is looked up in ``facts.csv`` by its territory, period, indicator and source, and is
copied as worded; a look-up that does not find exactly one figure, or a label that no indicator has, stops the run. A
rate of change is copied from the note of the figure that it is about, and so stands in the workbook of its source.
Targets are left to the commitments. Two runs write the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import textwrap
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

RAW = Path(__file__).resolve().parent
sys.path.insert(0, str(RAW.parent))  # run as a script, the project need not be installed

from pipeline.indicators import Indicator, indicators, resolve  # noqa: E402
from pipeline.territories import region_by_slug  # noqa: E402

Row = dict[str, str]
Value = str | int | date | None
GROUP = "action_logement"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
STATUSES = {"published", "estimate", "cumulative"}
UNITS = {
    "dwellings": "logements",
    "households": "ménages",
    "persons": "personnes",
    "aids": "aides",
    "contracts": "contrats",
    "companies": "entreprises",
    "operations": "opérations",
    "residences": "résidences",
    "agreements": "conventions",
    "percent": "%",
    "m2": "m²",
}
# The text names that stand for an address in facts.csv, where the address is known.
ADDRESSES = {
    "003_1f00eb0f0e7f4389.txt": "https://unionhabitat-hautsdefrance.org/2021/12/emploi-attractivite-logement-action"
    "-logement-hauts-de-france-presente-son-bilan-regional/",
}
CONGRESS = "85e Congrès HLM : Action Logement"
RPLS = "Logements sociaux (RPLS)"


class Line(NamedTuple):
    """One figure of a workbook: its label there, and where to find it in facts.csv.

    Written ``period: label = indicator @ territory < source # remark``. Without a territory it is the workbook's
    region, or France; without a source it is the workbook's. A label that stands for a rate of change means the one
    that was published with the figure found.
    """

    period: str
    label: str
    indicator: str
    territory: str
    source: str
    remark: str

    @classmethod
    def read(cls, text: str) -> Line:
        """Read a line as it is written."""
        written = re.fullmatch(r"(.+?): (.+) = (\w+)(?: @ (.+?))?(?: < (.+?))?(?: # (.+))?", text.strip())
        if written is None:
            raise SystemExit(f"not a line: {text}")
        return cls(*written.groups(default=""))


@dataclass(frozen=True)
class Book:
    """One workbook of a region or of the Group: what was published at once, in one hand."""

    name: str
    hand: str
    title: str
    source: str
    figures: str
    """A :class:`Line` to a line."""
    note: str = ""
    parts: str = ""
    """A :class:`Line` whose parts facts.csv states: they stand on a sheet of their own, above it as their total."""
    part: str = ""
    """What one of these parts is."""
    aside: str = ""
    """A :class:`Line` that stands in a note alone, because its period is not known well enough for the table."""
    corner: str = "A1"
    dated: bool = False
    """Whether the date of publication is a date cell instead of words."""
    provisional: bool = False
    wordy: bool = False
    """Whether a year across is headed « Année » instead of a bare number."""
    grouped: bool = False
    """Whether the header has two rows, the upper one of groups."""
    unit: str = ""
    """The unit of every value, where the table states it once."""
    folder: str = "national_statement"

    @property
    def lines(self) -> list[Line]:
        """The figures, in their order."""
        return [Line.read(text) for text in self.figures.strip().splitlines()]

    @property
    def region(self) -> str:
        """The region's name; empty for the Group."""
        slug = self.folder.removeprefix("regional_return/")
        return region_by_slug()[slug].name if slug != self.folder else ""


# -- Facts -------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return a text with straight apostrophes."""
    return text.replace("’", "'")


class Facts:
    """The published figures, and the ways to find one."""

    def __init__(self, folder: Path) -> None:
        """Read the four files of a folder."""
        self.facts, self.agreements, self.commitments, self.fundings = (
            list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text(encoding="utf-8"))))
            for name in ("facts", "agreements", "commitments", "fundings")
        )

    def one(self, territory: str, line: Line, source: str) -> Row:
        """Return the only published figure that a line means."""
        found = [
            fact
            for fact in self.facts
            if plain(fact["territory_name"]) == plain(line.territory or territory)
            and (fact["indicator"], fact["period"]) == (line.indicator, line.period)
            and plain(fact["source_title"]).startswith(plain(line.source or source))
            and fact["status"] in STATUSES
        ]
        if len(found) != 1:
            raise SystemExit(f"{len(found)} figures for {territory}, {line}, {source}")
        return found[0]

    def source(self, address: str) -> Row:
        """Return a fact of the text at an address, for its title and its date."""
        return next(fact for fact in self.facts if fact["source_url"] == address)


def indicator_of(label: str, scope: str = GROUP) -> Indicator:
    """Return what a label measures; a label that nobody could resolve is never written."""
    if (found := resolve(label, {scope})) is None:
        raise SystemExit(f"no indicator, or several, for « {label} » in {scope}")
    return found


# -- Wordings ----------------------------------------------------------------------------------------------------------


def published(fact: Row, *, dated: bool = False) -> str | date:
    """Return a publication date as an office writes it, no more exact than it is known."""
    known = fact["published_date"].split(" (")[0]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", known):
        day = date.fromisoformat(known)
        return day if dated else f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", known):
        return f"{MONTHS[int(match[2]) - 1]} {match[1]}"
    return known or "non précisée"


def period_words(period: str) -> str | int:
    """Return a period in French: a year as a number, anything else in words."""
    if re.fullmatch(r"\d{4}", period):
        return int(period)
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", period):
        day = "1er" if match[3] == "01" else match[3]
        return f"{'' if day == '1er' else 'au '}{day} {MONTHS[int(match[2]) - 1]} {match[1]}"
    if match := re.fullmatch(r"(\d{4})-(\d{4})-(\d\d)", period):
        return f"janvier {match[1]} à {MONTHS[int(match[3]) - 1]} {match[2]}"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period):
        return f"{MONTHS[int(match[2]) - 1]} {match[1]}"
    return period


def unit_words(worded: str, indicator: Indicator) -> str:
    """Return what stands in a unit column: the scale where the value is bare or states it, else the thing counted."""
    if indicator.unit != "EUR":
        return UNITS[indicator.unit]
    bare = re.fullmatch(r"[\d ,.]+", worded)
    return "M€" if bare or re.search(r"[Mm] ?€|\bMe\b", worded) else "€"


def remark_words(line: Line, fact: Row) -> str | None:
    """Return a line's remark, and what its status adds."""
    status = {"cumulative": "cumul", "estimate": "estimation"}.get(fact["status"], "")
    return " ; ".join(filter(None, (line.remark, status))) or None


# -- Pages -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """A hand's taste: fonts, fills and rules."""

    font: str = "Calibri"
    size: int = 11
    ink: str = "000000"
    fill: str = "D9E1F2"
    rule: Literal["hair", "thin", "medium"] = "thin"


LOOKS = {
    "A": Look(ink="FFFFFF", fill="1F4E78"),
    "B": Look(font="Arial", size=10, fill="D9D9D9", rule="hair"),
    "C": Look(font="Trebuchet MS", size=10, ink="FFFFFF", fill="C55A11", rule="medium"),
    "D": Look(font="Verdana", size=9, fill="E2EFDA"),
}


@dataclass
class Page:
    """One sheet that is being written, from its corner down."""

    sheet: Worksheet
    look: Look
    corner: str = "A1"
    row: int = field(init=False)
    left: int = field(init=False)

    def __post_init__(self) -> None:
        """Find the corner."""
        start = self.sheet[self.corner]
        self.row, self.left = start.row, start.column

    def put(self, column: int, value: Value, *, head: bool = False, bold: bool = False, box: bool = False) -> None:
        """Write one cell of the current row, columns counted from the corner."""
        look, cell = self.look, self.sheet.cell(self.row, self.left + column)
        cell.value = value
        cell.font = Font(name=look.font, size=look.size, bold=head or bold, color=look.ink if head else "000000")
        number = isinstance(value, int)
        cell.alignment = Alignment(
            horizontal="center" if head else "right" if number else None, vertical="center", wrap_text=head or box
        )
        if isinstance(value, date):
            cell.number_format = "DD/MM/YYYY"
        if head:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if head or box:
            cell.border = Border(*(Side(style=look.rule, color="808080"),) * 4)

    def title(self, lines: Sequence[str], width: int) -> None:
        """Write the title block, each line merged over the width of the table, and a blank row."""
        for number, text in enumerate(lines):
            self.put(0, text, bold=True)
            cell = self.sheet.cell(self.row, self.left)
            cell.font = Font(name=self.look.font, size=self.look.size + 3 - 2 * number, bold=True)
            self.merge(self.row, 0, self.row, width - 1)
            self.row += 1
        self.row += 1

    def identify(self, pairs: Iterable[tuple[str, Value]]) -> None:
        """Write the identification block, a label and its value to a row, and a blank row."""
        for label, value in pairs:
            self.put(0, label, bold=True)
            self.put(1, value)
            self.sheet.cell(self.row, self.left + 1).alignment = Alignment(horizontal="left")
            self.row += 1
        self.row += 1

    def head(self, cells: Sequence[Value], above: Sequence[str] = ()) -> None:
        """Write the header; ``above`` groups its columns, and an empty group lets the cell rise over both rows."""
        if above:
            for start, count, group in runs(above):
                if group:
                    self.put(start, group, head=True)
                    self.merge(self.row, start, self.row, start + count - 1)
                    continue
                for column in range(start, start + count):
                    self.put(column, cells[column], head=True)
                    self.merge(self.row, column, self.row + 1, column)
            self.sheet.row_dimensions[self.row].height = 24
            self.row += 1
        for column, value in enumerate(cells):
            if not above or above[column]:
                self.put(column, value, head=True)
        tallest = max(str(cell).count("\n") for cell in cells) + 1
        self.sheet.row_dimensions[self.row].height = 15 * max(tallest, 2)
        self.row += 1

    def line(self, cells: Sequence[Value], *, bold: bool = False, number_format: str = "") -> None:
        """Write one row of the table."""
        for column, value in enumerate(cells):
            self.put(column, value, box=True, bold=bold)
            if number_format and isinstance(value, int):
                self.sheet.cell(self.row, self.left + column).number_format = number_format
        self.row += 1

    def notes(self, texts: Iterable[str]) -> None:
        """Write the notes under the table, after a blank row."""
        self.row += 1
        for text in texts:
            self.put(0, text)
            self.sheet.cell(self.row, self.left).font = Font(name=self.look.font, size=9, italic=True)
            self.row += 1

    def widths(self, *widths: float) -> None:
        """Set the widths of the columns from the corner on; the last one holds for those after it."""
        for column in range(self.sheet.max_column - self.left + 1):
            letter = get_column_letter(self.left + column)
            self.sheet.column_dimensions[letter].width = widths[min(column, len(widths) - 1)]
        self.sheet.page_setup.orientation = "landscape"

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range whose columns count from the corner; a single cell stays as it is."""
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(
                start_row=top, start_column=self.left + left, end_row=bottom, end_column=self.left + right
            )


def runs(values: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the runs of equal values as start, length and value."""
    found, start = [], 0
    for value, group in groupby(values):
        count = len(list(group))
        found.append((start, count, value))
        start += count
    return found


def new_page(workbook: Workbook, name: str, look: Look, corner: str = "A1") -> Page:
    """Add a sheet."""
    return Page(workbook.create_sheet(name), look, corner)


def new_workbook() -> Workbook:
    """Return a workbook without a sheet."""
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    return workbook


def extract_of(rows: Sequence[Row]) -> str:
    """Return what was taken from a publication, as worded there; of a long table, only how many figures."""
    several = len({row["territory_name"] for row in rows}) > 1
    parts = dict.fromkeys(
        f"{row['territory_name'] + ', ' if several else ''}{row['indicator_fr']} : {row['as_worded'] or 'sans chiffre'}"
        for row in rows
    )
    return " ; ".join(parts) if len(parts) <= 15 else f"{len(parts)} chiffres, tels que publiés"


def add_sources(workbook: Workbook, facts: Iterable[Row]) -> None:
    """Add the sheet that says what the figures were taken from, a line per publication."""
    page = new_page(workbook, "Source", Look(fill="F2F2F2"))
    page.head(["Titre", "Adresse", "Date de publication", "Extrait"])
    sources: dict[str, list[Row]] = {}
    for fact in facts:
        sources.setdefault(fact["source_title"], []).append(fact)
    for title, rows in sources.items():
        extract = extract_of(rows)
        address = rows[0]["source_url"]
        page.line([title, ADDRESSES.get(address, address) or "non précisée", str(published(rows[0])), extract])
    page.notes(
        ["Note : classeur composé d'après les publications ci-dessus ; il n'a pas été transmis par l'organisme cité."]
    )
    page.widths(50, 60, 20, 90)


def save(workbook: Workbook, path: Path) -> None:
    """Save a workbook so that a second run gives the same bytes."""
    loose, fixed = io.BytesIO(), io.BytesIO()
    workbook.properties.creator = None
    workbook.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fixed.getvalue())


# -- Hands -------------------------------------------------------------------------------------------------------------

SERVICES = {
    "households_housed",
    "aids_and_services",
    "aid_amount_eur",
    "employees_aided",
    "households_aided",
    "hardship_supported",
    "mobility_aids",
    "visale_contracts",
    "loans_amount_eur",
    "solidarity_fund_cumulative_eur",
    "solidarity_fund_households_cumulative",
}
COMPANIES = {"contributing_companies"}
THEMES = ("Services aux salariés", "Production de logements", "Entreprises")


class Entry(NamedTuple):
    """A line and the figure that it stands for."""

    line: Line
    fact: Row
    indicator: Indicator
    worded: str

    @property
    def theme(self) -> str:
        """The theme that a regional committee files it under."""
        code = self.indicator.code
        return THEMES[0] if code in SERVICES else THEMES[2] if code in COMPANIES else THEMES[1]


def rate_of(fact: Row) -> Row:
    """Return the published change of a figure on the year before as a fact; the figure's note begins with it."""
    stated = re.match(r"[+-] ?\d+(?:,\d+)? %", fact["note"])
    if stated is None:
        raise SystemExit(f"no rate of change in the note of {fact['indicator_fr']}: {fact['note']}")
    return {**fact, "indicator_fr": f"{fact['indicator_fr']}, évolution", "as_worded": stated[0]}


def entries_of(book: Book, facts: Facts) -> list[Entry]:
    """Look up every line of a workbook; one figure for an indicator, a territory and a period."""
    entries: list[Entry] = []
    mark = " (p)" if book.provisional else ""
    for line in book.lines:
        fact, indicator = facts.one(book.region or "France", line, book.source), indicator_of(line.label)
        fact = rate_of(fact) if indicator.growth_of else fact
        entries.append(Entry(line, fact, indicator, fact["as_worded"] + mark))
    keys = [(entry.indicator.code, entry.fact["territory_name"], entry.line.period) for entry in entries]
    if len(set(keys)) != len(keys):
        raise SystemExit(f"two figures for one key in {book.folder}/{book.name}")
    return entries


def notes_of(book: Book, entries: Sequence[Entry], facts: Facts) -> list[str]:
    """Return the notes under a table: the source, then what its reader must know."""
    notes = [f"Source : {plain(entries[0].fact['source_title'])}, {published(entries[0].fact)}."]
    if book.note:
        notes.append(f"Note : {book.note}")
    if book.aside:
        line = Line.read(book.aside)
        worded = facts.one(book.region or "France", line, book.source)["as_worded"]
        notes.append(f"Note : {line.label} : {worded} ({line.remark}).")
    if book.provisional:
        notes.append("(p) : chiffres provisoires")
    return notes


def titles_of(book: Book) -> list[str]:
    """Return the two lines of the title block."""
    return [f"Action Logement – {book.region}" if book.region else "Action Logement Groupe", book.title]


def publisher_of(fact: Row) -> str:
    """Return who published a figure: what stands between brackets at the end of the title of its source."""
    named = re.search(r"\((?:copie de )?([^()]+)\)$", plain(fact["source_title"]))
    return named[1] if named else ""


def identity_of(book: Book, entries: Sequence[Entry]) -> list[tuple[str, Value]]:
    """Return the identification block, in the words of the hand."""
    when = published(entries[0].fact, dated=book.dated)
    if not book.region:
        national = not any(entry.line.territory for entry in entries)
        pairs: list[tuple[str, Value]] = [("Organisme :", "Action Logement Groupe")]
        pairs += [("Territoire :", "France")] if national else []
        pairs += [("Publié par :", publisher)] if (publisher := publisher_of(entries[0].fact)) else []
        pairs += [("Date de publication :", when)]
        return pairs + ([("Unité :", book.unit)] if book.unit else [])
    who, day = {
        "A": ("Région :", "Date de publication :"),
        "B": ("Comité régional :", "Publié le :"),
        "C": ("Territoire :", "Date d'émission :"),
        "D": ("Région :", "Date de parution :"),
    }[book.hand]
    return [(who, book.region), (day, when)]


def hand_a(workbook: Workbook, book: Book, entries: Sequence[Entry], notes: Sequence[str]) -> None:
    """Write a list: a row to a figure."""
    page = new_page(workbook, "Activité" if book.region else "Chiffres clés", LOOKS["A"], book.corner)
    years = all(re.fullmatch(r"\d{4}", entry.line.period) for entry in entries)
    place = any(entry.line.territory for entry in entries)
    header = ["Indicateur", *(["Territoire"] if place else []), "Année" if years else "Période"]
    header += ["Valeur", "Unité", "Remarque"]
    page.title(titles_of(book), len(header))
    page.identify(identity_of(book, entries))
    page.head(header)
    for line, fact, indicator, worded in entries:
        where = [plain(fact["territory_name"])] if place else []
        unit = unit_words(fact["as_worded"], indicator)
        page.line([line.label, *where, period_words(line.period), worded, unit, remark_words(line, fact)])
    page.notes(notes)
    page.widths(58, *([24] if place else []), 22, 28, 13, 46)


def hand_b(workbook: Workbook, book: Book, entries: Sequence[Entry], notes: Sequence[str]) -> None:
    """Write the periods across."""
    page = new_page(workbook, "Bilan" if book.region else "Évolution", LOOKS["B"], book.corner)
    periods = sorted({entry.line.period for entry in entries}, key=lambda period: (len(period) > 4, period))
    heads = [period_words(period) for period in periods]
    if book.wordy:
        heads = [f"Année\n{head}" if isinstance(head, int) else head for head in heads]
    heads = [re.sub(r"^au (.+) (\d{4})$", r"Au \1\n\2", head) if isinstance(head, str) else head for head in heads]
    labels = list(dict.fromkeys(entry.line.label for entry in entries))
    remarks = {entry.line.label: remark for entry in entries if (remark := remark_words(entry.line, entry.fact))}
    header: list[Value] = ["Indicateur", *heads, *(["Observations"] if remarks else [])]
    page.title(titles_of(book), len(header))
    page.identify(identity_of(book, entries))
    page.head(header, ["", *["Périodes"] * len(heads), *([""] if remarks else [])] if book.grouped else [])
    values = {(entry.line.label, entry.line.period): entry.worded for entry in entries}
    for label in labels:
        cells: list[Value] = [values.get((label, period)) for period in periods]
        page.line([label, *cells, *([remarks.get(label)] if remarks else [])])
    page.notes(notes)
    page.widths(58, 22)


def hand_c(workbook: Workbook, book: Book, entries: Sequence[Entry], notes: Sequence[str]) -> None:
    """Write the two themes, a sheet each."""
    for number, theme in enumerate(THEMES[:2], start=1):
        page = new_page(workbook, theme, LOOKS["C"], book.corner)
        page.title([*titles_of(book), f"Thème {number} – {theme}"], 3)
        page.identify(identity_of(book, entries))
        page.head(["Nature de\nl'activité", "Résultat", "Période"])
        for entry in entries:
            if entry.theme == theme:
                period = period_words(entry.line.period)
                page.line([entry.line.label, entry.worded, f"en {period}" if isinstance(period, int) else period])
        page.notes(notes)
        page.widths(62, 30, 26)


def hand_d(workbook: Workbook, book: Book, entries: Sequence[Entry], notes: Sequence[str]) -> None:
    """Write the indicators across, a row to a year."""
    page = new_page(workbook, "Synthèse", LOOKS["D"], book.corner)
    columns = {entry.line.label: entry.theme for entry in sorted(entries, key=lambda entry: THEMES.index(entry.theme))}
    page.title(titles_of(book), len(columns) + 1)
    page.identify(identity_of(book, entries))
    page.head(["Année", *(textwrap.fill(label, 18) for label in columns)], ["", *columns.values()])
    values = {(entry.line.period, entry.line.label): entry.worded for entry in entries}
    for period in sorted({entry.line.period for entry in entries}):
        page.line([period_words(period), *(values.get((period, label)) for label in columns)])
    page.notes(notes)
    page.widths(22, 26)


HANDS = {"A": hand_a, "B": hand_b, "C": hand_c, "D": hand_d}


def parts_of(fact: Row, part: str) -> list[tuple[str, str]]:
    """Return the parts of a figure and what each counts, as its note lists them: ``28 appartements + 19 maisons``."""
    listed = re.search(r"\d+[^+=:\d]*(?:\+\s*\d+[^+=:\d]*)+", fact["note"])
    if listed is None:
        raise SystemExit(f"no parts in the note of {fact['indicator_fr']}: {fact['note']}")
    found = [re.split(r"(?<=\d)(?!\d)", text.strip(), maxsplit=1) for text in listed[0].split("+")]
    return [(words.strip() or f"{part} {at}", count) for at, (count, words) in enumerate(found, start=1)]


def write_parts(workbook: Workbook, book: Book, entry: Entry, facts: Facts) -> None:
    """Write the parts of a figure, and the figure under them as their total."""
    page = new_page(workbook, "Production – détail", LOOKS["A"])
    header = ["Indicateur", book.part, "Année", "Valeur", "Unité"]
    page.title([*titles_of(book), f"Détail par {book.part.lower()}"], len(header))
    page.identify(identity_of(book, [entry]))
    page.head(header)
    line, fact, indicator, worded = entry
    rows = [*parts_of(fact, book.part), ("Total", worded)]
    for name, count in rows:
        page.line([line.label, name, period_words(line.period), count, UNITS[indicator.unit]], bold=name == "Total")
    page.notes(notes_of(replace(book, note="", aside=""), [entry], facts))
    page.widths(58, 26, 12, 14, 13)


def write_book(book: Book, facts: Facts) -> None:
    """Write one workbook of a region or of the Group."""
    entries, workbook = entries_of(book, facts), new_workbook()
    if entries:
        HANDS[book.hand](workbook, book, entries, notes_of(book, entries, facts))
    if book.parts:
        (total,) = entries_of(replace(book, figures=book.parts), facts)
        write_parts(workbook, book, total, facts)
        entries.append(total)
    add_sources(workbook, (entry.fact for entry in entries))
    save(workbook, RAW / book.folder / f"{book.name}.xlsx")


# -- What is published: regions ----------------------------------------------------------------------------------------


def returns(region: str, *books: Book) -> list[Book]:
    """Return the workbooks of a region, in its folder."""
    return [replace(book, folder=f"regional_return/{region}") for book in books]


# fmt: off
REGIONAL = [
    *returns(
        "hauts-de-france",
        Book(
            "bilan-regional-2020-2021", "C", "Bilan régional d'activité présenté au comité régional",
            "Action Logement Hauts-de-France présente",
            """
            2021: Ménages logés = households_housed
            2021: Aides et services attribuées = aids_services
            2021: Aides accordées aux salariés des entreprises = aid_amount
            2020: Logements neufs livrés = deliveries
            2020: Mises en chantier = housing_starts
            2020: Agréments obtenus = approvals
            2020: Logements acquis par l'opérateur national de vente (ONV) = onv_acquired
            """,
            note="le texte rapporte les services à 2021 et la production à 2020 ; réunion du 19 novembre 2021.",
        ),
        Book(
            "action-coeur-de-ville-2018-2020", "B", "Action Cœur de Ville – point régional",
            "Action logement investit pour la revitalisation",
            """
            2018-2020: Montant ACV depuis le lancement = acv_amount
            2018-2020: Opérations immobilières validées = acv_operations
            2020: Montant ACV = acv_amount
            """,
            grouped=True,
        ),
        Book(
            "parc-2022", "B", "Parc des filiales", "Action Logement : forte mobilisation en Hauts-de-France",
            """
            2022: Logements gérés (3 filiales) = stock
            """,
        ),
        Book(
            "services-2024", "B", "Action Logement Services – activité 2024", "Le retour des jeunes actifs",
            """
            2024: Salariés du secteur privé non-agricole accompagnés = employees_aided
            2024: Familles ayant eu accès à un logement = households_housed
            """,
            aside="2024-S1|2025-S1: contrats Visale signés sur les six premiers mois = visale_contracts "
            "# année non précisée",
            wordy=True,
        ),
    ),
    *returns(
        "grand-est",
        Book(
            "activite-2023", "A", "Activité 2023 – chiffres provisoires", "Action Logement : 851 M€",
            """
            2023: Salariés accompagnés = employees_aided
            2023: Investi en faveur de la construction et de la réhabilitation = investment_group
            2023: Financements en faveur de l'ensemble des opérateurs = landlord_financing # Action Logement Services
            2023: Agréments (logements développés) = approvals_total
            2023: Agréments pour des logements sociaux = approvals # dont
            2023: Autorisations à construire des logements intermédiaires = approvals_intermediate # dont
            2023: Mis en chantier = housing_starts
            2023: Logements livrés = deliveries
            2023: Réhabilités = rehabilitations
            2023: Fléchés vers Action Cœur de Ville 2 = acv_amount
            2023: Offre nouvelle ACV2 = acv_dwellings
            """,
            corner="B3", provisional=True,
        ),
    ),
    *returns(
        "nouvelle-aquitaine",
        Book(
            "synthese-2021", "D", "Synthèse de l'activité régionale 2021", "Action Logement installe son siège",
            """
            2021: Salariés logés = households_housed
            2021: Salariés bénéficiaires d'aides et services = employees_aided
            2021: Aides et services versés aux salariés = aid_amount
            2021: Investis dans la production de logements sociaux = social_production_investment
            2021: Mis en chantier = housing_starts
            2021: Logements neufs livrés = deliveries
            2021: Réhabilités = rehabilitations
            """,
            note="chiffres arrondis ; le point sépare les milliers.", dated=True,
        ),
        Book(
            "agrements-2022", "D", "Agréments 2022", "Action Logement Nouvelle-Aquitaine",
            """
            2022: Agréments (logements sociaux et intermédiaires) = approvals
            """,
            note="ensemble des six filiales ; chiffre arrondi ; le point sépare les milliers.", dated=True,
        ),
        Book(
            "aides-2017", "D", "Salariés aidés en 2017", "Quelles solutions pour favoriser",
            """
            2017: Salariés aidés = employees_aided
            2017: Dont en mobilité = mobility_aids
            """,
            note="l'article de décembre 2017 ne précise pas la période ; le point sépare les milliers.", dated=True,
        ),
    ),
    *returns(
        "occitanie",
        Book(
            "bilan-2023", "C", "Bilan 2023 en Occitanie", "Crise de l'immobilier",
            """
            2023: Ménages occitans logés = households_housed
            2023: Aides et services délivrés aux salariés = aids_services
            2023: Investi dans la production de logements abordables = investment_group
            2023: Appartements neufs livrés = deliveries
            2023: Logements réhabilités = rehabilitations
            2023: Parc = stock
            """,
        ),
        Book(
            "coeur-de-ville-2021", "A", "Interventions Action Cœur de Ville – bilan 2021",
            "Occitanie : Action Logement présente le bilan 2021",
            """
            2018-2021: Montant ACV depuis le lancement = acv_amount
            2021: Engagé en 2021 (ACV) = acv_amount # dont
            2021-12-31: Logements (offre nouvelle ACV) = acv_dwellings
            2021-12-31: Opérations immobilières sélectionnées et financées = acv_operations
            """,
        ),
        Book(
            "coeur-de-ville-2020", "A", "Interventions Action Cœur de Ville – bilan au 31 décembre 2020",
            "Logement : quel bilan",
            """
            2018-2020: Montant ACV depuis le lancement = acv_amount < Action Cœur de ville Occitanie
            2020-12-31: Logements abordables remis sur le marché (ACV) = acv_dwellings
            2020-12-31: Opérations immobilières financées = acv_operations
            """,
            corner="B3",
        ),
        Book(
            "activite-2020-2021", "D", "Activité 2020 et premiers chiffres 2021", "Zapping de l'actualité",
            """
            2020: Agréments obtenus (4 filiales) = approvals
            2021: Entreprises cotisantes = contributing_companies
            2021: Logements mis en production = dwellings_put_in_production
            """,
            note="année 2021 non close (octobre) ; le point sépare les milliers.",
        ),
    ),
    *returns(
        "ile-de-france",
        Book(
            "filiales-2021", "D", "Activité des filiales franciliennes en 2021",
            "Action Logement, acteur engagé des projets du Grand Paris",
            """
            2021: Engagements à construire = approvals_total
            2021: Logements neufs livrés = deliveries
            2021: Accordés aux bailleurs sociaux = landlord_financing
            2021: Patrimoine des filiales = stock
            """,
        ),
        Book(
            "services-2022-2023", "D", "Action Logement Services en Île-de-France", "[Interview] Caroline Perriot",
            """
            2023: Ménages logés par an = households_housed
            2023: Ménages accompagnés = households_aided
            2023: Personnes en difficulté accompagnées = hardship_supported
            2023: Consacrés aux aides et prêts = aid_amount
            2023: Bénéficiaires de la garantie Visale = visale_contracts
            2022: Investit dans la construction de logements = social_production_investment
            """,
            note="ménages logés, aides et prêts : ordres de grandeur annuels, donnés « par an » et « chaque année ».",
            corner="B3", dated=True,
        ),
    ),
    *returns(
        "bretagne",
        Book(
            "aides-2018", "A", "Aides et services en 2018", "Trois nouvelles aides",
            """
            2018: Aides et services aux salariés bretons = aids_services
            2018: Montant global des aides et services = aid_amount
            """,
        ),
        Book(
            "activite-2024", "A", "Activité 2024, Bretagne et Finistère", "Logement social dans le Finistère",
            """
            2024: Aides délivrées = aids_services @ Bretagne
            2024: Ménages logés = households_housed @ Bretagne
            2024: Ménages logés = households_housed @ Finistère
            2024: Logements gérés = stock @ Finistère
            """,
            note="article du 17 décembre 2024 : année non close.", dated=True,
        ),
    ),
    *returns(
        "bourgogne-franche-comte",
        Book(
            "activite-2018", "A", "Activité 2018", "En action pour le logement (Dijon",
            """
            2018: Familles logées = households_housed
            2018: Prêtés aux salariés (accession, travaux) = loans_amount
            2018: Consacrés à la production et à la réhabilitation = landlord_financing # logements locatifs
            """,
            dated=True,
        ),
    ),
    *returns(
        "centre-val-de-loire",
        Book(
            "bilan-2015-2016", "B", "Bilan 2015 et parc 2016", "Centre-Val de Loire : Action Logement",
            """
            2015: Entreprises = companies_served
            2015: Ménages ayant bénéficié de ses services = households_aided
            2015: Investis dans la production de logements sociaux = social_production_investment
            2016: Logements sociaux et intermédiaires gérés = stock
            """,
            wordy=True,
        ),
    ),
    *returns(
        "auvergne-rhone-alpes",
        Book(
            "moyens-2016", "B", "Moyens et parc en 2016", "Action Logement au diapason",
            """
            2016: Collaborateurs régionaux = staff
            2016: Logements sociaux (6 SA d'HLM) = stock
            """,
            dated=True,
        ),
    ),
    *returns(
        "pays-de-la-loire",
        Book(
            "coeur-de-ville-2021", "B", "Action Cœur de Ville – situation à fin 2021", "Action Logement : 2.5 millions",
            """
            2018-2021: Montant ACV depuis le lancement = acv_amount
            2021: Montant ACV = acv_amount
            2021-12-31: Offre nouvelle ACV = acv_dwellings
            2021-12-31: Opérations en cours = acv_operations # dans 9 villes
            """,
            corner="B3", grouped=True,
        ),
    ),
    *returns(
        "guadeloupe",
        Book(
            "bilan-2023", "C", "Bilan 2023 en Guadeloupe", "Action Logement affiche un bilan 2023",
            """
            2023: Personnes accompagnées = employees_aided
            2023: Engagés pour des dispositifs d'aides = aid_amount
            2023: Investi dans la construction et la réhabilitation = investment_group
            2023: Agréments pour des logements sociaux (Sikoa) = approvals
            2023: Mis en chantier = housing_starts
            2023: Livrés = deliveries
            2023: Réhabilités = rehabilitations
            """,
            corner="B3",
        ),
        Book(
            "fiche-departementale-2024", "A", "Fiche départementale 2024", "Fiches départementales 2024",
            """
            2023: Logements financés ACV = acv_dwellings # Basse-Terre, Les Abymes, Pointe-à-Pitre
            """,
        ),
    ),
    *returns(
        "martinique",
        Book(
            "fiche-departementale-2024", "A", "Fiche départementale 2024", "Fiches départementales 2024",
            """
            2023: Logements financés ACV = acv_dwellings # Fort-de-France, Le Lamentin
            2023: Investi dans les quartiers prioritaires du NPNRU = npnru_amount
            """,
        ),
        Book(
            "ozanam-2025", "D", "Production 2025 (Ozanam)", "OZANAM mobilisé en 2025",
            """
            2025: Réhabilités (Ozanam) = rehabilitations
            2025: En cours de réhabilitation = rehabilitations_in_progress
            """,
            parts="2025: Livrés, répartis sur cinq résidences (Ozanam) = deliveries", part="Résidence",
        ),
    ),
    *returns(
        "guyane",
        Book(
            "services-2022", "A", "Services aux salariés en 2022", "Guyane : un nouvel horizon",
            """
            2022: Ménages logés = households_housed
            2022: Aides et services aux salariés = aids_services
            2022: Dont garanties Visale = visale_contracts # comprises dans les aides et services
            """,
        ),
        Book(
            "investissement-2020-2022-mai", "A", "Investissement depuis 2020",
            "Action Logement et l'EPFAG créent la SIFAG",
            """
            2020-2022: Investis par le Groupe depuis 2020 = outre_mer_amount
            """,
        ),
        Book(
            "investissement-2020-2022", "A", "Investissement depuis 2020", "Bruno Arcadipane en Guyane",
            """
            2020-2022: D'investissement depuis 2020 = outre_mer_amount
            """,
        ),
        Book(
            "premier-programme-2025", "A", "Premier programme de la Sifag", "La Guyane mise sur le logement", "",
            parts="2025: Logements intermédiaires (Macouria) = sifag_first_programme", part="Type de logement",
        ),
    ),
    *returns(
        "la-reunion",
        Book(
            "bilan-2022", "C", "Bilan 2022 à La Réunion", "Action Logement ouvre l'accès",
            """
            2022: Ménages logés = households_housed
            2022: Aides et services aux salariés = aids_services
            2022: Garanties Visale = visale_contracts
            2022: Investis pour la production de logements abordables = social_production_investment
            2022: Logements livrés via la SHLMR = deliveries
            """,
            note="le point sépare les milliers.",
        ),
        Book(
            "shlmr-2024", "D", "Production 2024 (SHLMR)", "Action Logement en 2024 : un soutien massif",
            """
            2024: Logements livrés (SHLMR) = deliveries
            2024: Réhabilitation engagée (SHLMR) = rehabilitations
            """,
        ),
    ),
    *returns(
        "mayotte",
        Book(
            "bilan-2022", "C", "Bilan 2022 à Mayotte", "Nouvelle gouvernance régionale",
            """
            2022: Ménages logés = households_housed
            2022: Aides et services attribués = aids_services
            2022: Aides auprès des salariés = aid_amount
            2022: Investis pour la production de logements abordables = social_production_investment
            """,
            dated=True,
        ),
        Book(
            "fonds-chido-2025", "B", "Fonds de solidarité Chido", "Action Logement et AL'MA",
            """
            2025-06: Fonds de solidarité Chido, montant total = chido_fund
            2025-06: Familles aidées (Fonds de solidarité Chido) = families_helped_chido
            """,
        ),
    ),
]

# -- What is published: the Group --------------------------------------------------------------------------------------

NATIONAL = [
    Book(
        "2022-01-19_bilan-2021", "A", "Bilan 2021", "Action Logement Groupe : des efforts sans relâche",
        """
        2021: Agréments (sociaux + intermédiaires) = approvals_total # total des deux lignes suivantes
        2021: Agréments pour des logements sociaux = approvals
        2021: Autorisations pour la construction de logements intermédiaires = approvals_intermediate
        2021: Logements en accession sociale à la propriété = social_accession
        2021: Logements mis en chantier = housing_starts
        2021: Réhabilitations lancées = rehabilitations
        2021: Ménages accompagnés = households_aided
        2021: PEEC = peec_collected
        2021: Surfaces acquises par la Foncière de transformation immobilière = fti_area_m2
        """,
        dated=True,
    ),
    Book(
        "2022-01-25_bilan-2021-services", "A", "Bilan 2021 – aides, services et production",
        "Garantie Visale, Mobili-Jeunes",
        """
        2021: Aides et services aux salariés des entreprises = aids_services
        2021: Logements attribués = households_housed
        2021: Garanties Visale = visale_contracts
        2021: Aides Mobili-Jeune = mobili_jeune
        2021: Aides à la mobilité (hors Mobili-Jeune) = mobility_aids
        2021: Aides de prévention aux impayés de loyer = rent_arrears_aids
        2021: Agréments pour des logements sociaux = approvals
        2021: Engagements pour la construction de logements intermédiaires = approvals_intermediate
        """,
    ),
    Book(
        "2022-01_annee-2021", "A", "L'année 2021", "Action Logement clôt une année 2021",
        """
        2021: Prêts accession = accession_loans
        2021: Montant des prêts accession = accession_loans_amount
        2021: Montants dégagés pour les opérateurs et les salariés = group_spending
        2021: Aides à la mobilité = mobility_aids
        2021: Garanties Visale accordées = visale_contracts
        """,
    ),
    Book(
        "2022-09-12_entretien-2021", "A", "Aides 2021 – entretien de rentrée", "Les prix élevés freinent",
        """
        2021: Aides à la mobilité = mobility_aids # « exclusivement dédiées à la mobilité »
        2021: Passeports Visale = visale_contracts
        """,
        dated=True,
    ),
    Book(
        "2023-02-02_bilan-2022", "B", "Bilan 2022 et rappel de 2021", "Action Logement : livraisons en hausse",
        """
        2021: Agréments = approvals_total
        2022: Agréments = approvals_total
        2022: Évolution des agréments = approvals_total
        2022: Mises en chantier = housing_starts
        2022: Évolution des mises en chantier = housing_starts
        2022: Livraisons = deliveries
        2022: Réhabilitations et résidentialisations = rehabilitations
        2022: Évolution des réhabilitations = rehabilitations # réhabilitations et résidentialisations
        2022: Rénovations thermiques = thermal_renovations # comprises dans les réhabilitations
        2022: Logements développés ou réhabilités = dwellings_developed_or_rehabilitated
        """,
    ),
    Book(
        "2023-02-03_bilan-2022", "A", "Bilan 2022", "Bilan Action Logement : un cap maintenu",
        """
        2022: Agréments pour des logements sociaux = approvals
        2022: Dont au titre de l'ANRU = approvals_anru
        2022: Dont dans les Outre-mer = approvals_outre_mer
        2022: Autorisations à construire de logements intermédiaires = approvals_intermediate
        2022: Logements mis en chantier = housing_starts
        2022: Logements neufs livrés = deliveries
        2022: Réhabilitation = rehabilitations
        2022: Mobilisé en prêts, subventions (ALS) = landlord_financing
        """,
        corner="B3", dated=True,
    ),
    Book(
        "2023_comptes-2022", "A", "Autour des comptes 2022", "Après deux années de pertes",
        """
        2022: Contribution sur les entreprises (PEEC) = peec_collected
        2022: Parc de logements sociaux et intermédiaires = stock
        2022: Ménages (Visale) = visale_contracts
        """,
    ),
    Book(
        "2024-01_bilan-2023", "B", "Bilan 2023 et rappel de 2022", "Le logement intermédiaire stimule",
        """
        2022: Agréments logement social = approvals
        2022: LLI = approvals_intermediate
        2022: Total agréments = approvals_total
        2023: Agréments logement social = approvals
        2023: LLI = approvals_intermediate
        2023: Total agréments = approvals_total
        2023: Mises en chantier = housing_starts
        2023: Réhabilitations = rehabilitations
        """,
        wordy=True, grouped=True,
    ),
    Book(
        "2024_investissement-2023", "A", "Investissement 2023",
        "Bruno Arcadipane : « Action Logement est un amortisseur",
        """
        2023: Milliards investis (production et réhabilitation) = investment_construction
        """,
    ),
    Book(
        "2025-01-16_bilan-2024", "A", "Bilan 2024", "Action Logement a atteint ses objectifs en 2024 et les maintient",
        """
        2024: Logements développés = approvals_total # dont 6 % en accession sociale
        2024: Évolution des agréments = approvals_total # logements développés
        2024: Logements sociaux à construire pour le marché locatif = approvals
        2024: Logements intermédiaires à construire = approvals_intermediate
        2024: Logements lancés = housing_starts
        2024: Évolution des mises en chantier = housing_starts
        2024: Réhabilité = rehabilitations
        2024: Évolution des réhabilitations = rehabilitations
        2023: Réservations aux promoteurs en difficulté = promoter_reservations
        """,
        dated=True,
    ),
    Book(
        "2025-01_bilan-2024-services", "A", "Bilan 2024 – services et investissement",
        "Logement abordable : Action Logement a atteint",
        """
        2024: Aides et services = aids_services
        2024: Investi = investment_group
        """,
    ),
    Book(
        "2025_85e-congres", "A", "85e Congrès HLM – Action Logement en chiffres", "85e Congrès HLM : Action Logement",
        """
        2024: Investi pour le logement abordable = investment_group
        2024: Jeunes ayant profité des aides et services = young_beneficiaries
        2024: Part des jeunes dans les bénéficiaires = young_beneficiaries_share
        2025: Parc de logements dédiés aux jeunes = youth_dwellings_stock # date du parc non précisée
        2025: Résidences collectives dédiées = youth_residences # date du parc non précisée
        """,
        note="congrès tenu du 23 au 25 septembre 2025.", corner="B3",
    ),
    Book(
        "2026-01_bilan-2025", "A", "Premier bilan 2025", "Action Logement tient ses engagements",
        """
        2025: Aides au logement versées aux salariés = aid_amount
        2025: Aides aux salariés = aids_services
        2025: Garanties Visale = visale_contracts
        2025: Investi dans la construction = investment_construction
        2025: Chantiers lancés = housing_starts
        2025: Logements neufs livrés = deliveries
        2025: Réhabilitations = rehabilitations
        2025: Logements gérés = stock
        2025: Salariés du Groupe = group_staff
        """,
    ),
    Book(
        "2026-02-06_bilan-2025", "A", "Bilan 2025", "Action Logement maintient son rythme",
        """
        2025: Aides et services aux salariés = aids_services
        2025: Bénéficiaires de la garantie Visale = visale_contracts
        2025: Investissement total = investment_group
        2025: Mis en chantier = housing_starts
        2025: Logements livrés = deliveries
        2025: Réhabilités = rehabilitations
        2025: Logements issus de transformations de bureaux = office_conversion_dwellings
        2025: Logements insalubres acquis = insalubrious_dwellings_acquired
        2025: Action Cœur de Ville = acv_amount
        2025: Améliorer l'habitat ultramarin = outre_mer_amount
        """,
        dated=True,
    ),
    Book(
        "2021_peec-2017-2019", "B", "Collecte de la participation des employeurs à l'effort de construction",
        "ANCOLS – collecte PEEC",
        """
        2017: Collecte totale nette PEEC = peec_collected
        2018: Collecte totale nette PEEC = peec_collected
        2019: Collecte totale nette PEEC = peec_collected
        """,
        unit="M€",
    ),
    Book(
        "2021_peaec-2019", "A", "Collecte des employeurs agricoles", "ANCOLS – collecte PEAEC",
        """
        2019: Collecte employeurs agricoles = peaec_collected
        """,
    ),
    Book(
        "2021_peec-2020", "A", "Collecte 2020", "Réponse d'Action Logement",
        """
        2020: Contribution annuelle (PEEC) = peec_collected
        """,
    ),
    Book(
        "2021_audition-senat", "A", "Audition au Sénat", "Audition au Sénat (archive",
        """
        2016-2020: Ménages ayant bénéficié de Visale depuis 2016 = visale_contracts
        2020: Alternants recevant une aide à la mobilité = mobili_jeune # 2019 ou 2020
        2019: Attributions locatives à des jeunes de moins de trente ans = youth_allocations
        """,
    ),
    Book(
        "2019_attributions-2017", "A", "Attributions 2017", "Le plan oublie les prioritaires",
        """
        2017: Attributions au bénéfice de ménages prioritaires = dalo_allocations
        """,
    ),
    Book(
        "2014_parc-et-services", "A", "Parc et services en 2014", "Question au gouvernement",
        """
        2014: Logements sociaux et intermédiaires = stock
        2014: Ménages bénéficiaires = households_aided
        """,
    ),
    Book(
        "2016-06_parc", "A", "Parc en 2016", "Action Logement installe ses comités régionaux",
        """
        2016: Patrimoine (pôle immobilier) = stock
        """,
    ),
    Book(
        "2017-12-01_parc", "A", "Parc en 2017", "Quelles solutions pour favoriser",
        """
        2017: Parc = stock
        """,
        dated=True,
    ),
    Book(
        "2018_parc-et-effectif-2017", "A", "Parc et effectif en 2017", "Logiest rapport 2017",
        """
        2017: Parc = stock
        2017: Salariés du Groupe = group_staff
        """,
    ),
    Book(
        "2021_coeur-de-ville", "B", "Action Cœur de Ville – engagements", "Action Cœur de ville Occitanie",
        """
        2017-2020: Mobilisé depuis le lancement fin 2017 (ACV) = acv_amount
        2020: Montant ACV = acv_amount
        """,
    ),
    Book(
        "2021_coeur-de-ville-villes-moyennes", "A", "Action Cœur de Ville – projets financés",
        "Action logement investit pour la revitalisation",
        """
        2018-2022: Montant ACV depuis le lancement = acv_amount
        """,
    ),
    Book(
        "2022-04_coeur-de-ville", "A", "Action Cœur de Ville – bilan au 31 mars 2022",
        "Action logement tire un bilan positif",
        """
        2018-2022-03: Financements accordés (ACV) = acv_amount
        2022-03-31: Logements financés ACV = acv_dwellings # logements en production
        """,
    ),
    Book(
        "2022_coeur-de-ville", "A", "Action Cœur de Ville – bilan d'intervention",
        "Action Logement présente son bilan d'intervention",
        """
        2018-2022-03: Montant ACV depuis le lancement = acv_amount
        2018-2022-03: Mobilisation tous financements confondus = acv_amount_all_funding
        2022-03-31: Offre nouvelle ACV = acv_dwellings
        2022-03-31: Opérations immobilières financées = acv_operations
        """,
    ),
    Book(
        "2023-04-24_coeur-de-ville", "A", "Action Cœur de Ville – cinq ans",
        "Action Logement a financé 25 000 logements",
        """
        2018-2022: Logements financés ACV = acv_dwellings # 1re phase
        """,
        dated=True,
    ),
    Book(
        "2021-03_onv", "A", "Opérateur national de vente – point de mars 2021", "Action Logement va accélérer",
        """
        2019-2021-03: Logements acquis ou sous promesse = onv_acquired
        2019-2021-03: Ventes = onv_sold
        2019-2021-03: ONV, montant cumulé = onv_amount
        """,
    ),
    Book(
        "2022-06-25_onv", "A", "Opérateur national de vente – trois appels à manifestation d'intérêt",
        "Action Logement lance son 4e appel",
        """
        2018-2022-06: Logements acquis (3 AMI) = onv_acquired
        2018-2022-06: ONV, montant cumulé = onv_amount
        """,
    ),
    Book(
        "2024_onv-cinq-ans", "A", "Opérateur national de vente – cinq ans", "Cinq ans après : quel bilan pour l'ONV",
        """
        2019-2023: Logements acquis depuis la création de l'ONV = onv_acquired
        """,
    ),
    Book(
        "2025-10-16_onv", "B", "Opérateur national de vente – 2019-2024", "Cour des comptes – ONV",
        """
        2019-2024: Logements acquis depuis la création de l'ONV = onv_acquired
        2019-2024: Vendus = onv_sold
        """,
        dated=True,
    ),
    Book(
        "2022-12_plans", "A", "Convention, plan d'investissement volontaire et plan de relance",
        "Action Logement : forte mobilisation en Hauts-de-France",
        """
        2018-2022: Investissements (convention + PIV + relance) = investment_total_plans
        """,
    ),
    Book(
        "2025_outre-mer-2024", "A", "Outre-mer – bilan 2024", "Action Logement en 2024 : un soutien massif",
        """
        2024: Aides et services délivrés = aids_services @ DROM (5 territoires)
        2024: Investis / mobilisé = investment_group @ DROM (5 territoires)
        2024: Agréments obtenus = approvals @ DROM (5 territoires)
        2024: Mis en chantier = housing_starts @ DROM (5 territoires)
        2024: Livrés = deliveries @ DROM (5 territoires)
        2024: Réhabilités = rehabilitations @ DROM (5 territoires)
        2024: Parc ultramarin géré = stock @ DROM (5 territoires)
        """,
        note="ensemble des cinq départements et régions d'outre-mer.",
    ),
    Book(
        "2024-02-26_outre-mer", "A", "Outre-mer – audition", "Audition d'Ibrahima Dia",
        """
        2019-2022: Engagé (PIV Outre-mer) = outre_mer_amount @ DROM (5 territoires)
        2024: Parc = stock @ DROM (5 territoires)
        """,
        dated=True,
    ),
    Book(
        "2020_outre-mer", "A", "Outre-mer – audition au Sénat", "Audition au Sénat – outre-mer",
        """
        2020: Parc = stock @ DROM (5 territoires) # sur 160 000 logements sociaux ultramarins
        """,
    ),
    Book(
        "2023-11_antilles-guyane", "A", "Antilles-Guyane – financement de la production",
        "Convention interterritoriale",
        """
        2023: Engagés en faveur de la production de logements = landlord_financing @ Antilles-Guyane
        """,
    ),
]
# fmt: on

# -- Commitments -------------------------------------------------------------------------------------------------------

COMMITMENT_REMARKS = {
    "the three envelopes sum to 14.45": "les trois enveloppes totalisent 14,45",
    "its lines sum to 5.295": "ses lignes totalisent 5,295",
    "lower bound": "borne basse",
    'listed under "dont" although its unit is families': "placé sous « dont », bien que compté en familles",
    "period 2023-2024": "sur 2023 et 2024 seulement",
    "a factor on an unstated base": "facteur sur une base non précisée",
    "no date stated": "échéance non précisée",
    "lower bound; by summer 2017": "borne basse ; d'ici l'été 2017 ; conventions de cinq à dix ans",
}
COMMITMENT_UNITS = {"EUR": "€", "percent_per_year": "% par an", "factor": "facteur", **UNITS}
PLANS = (
    (
        "Convention quinquennale 2023-2027",
        "convention-quinquennale-2023-2027",
        "Engagements de la convention quinquennale entre l'État et Action Logement",
        "B3",
    ),
    ("Engagements 2017", "engagements-2017", "Sept chantiers prioritaires : engagements chiffrés", "A1"),
)


def commitment_period(row: Row) -> str | int:
    """Return the period of a commitment; one without a stated end says when it starts."""
    start, end = row["period_start"], row["period_end"]
    if not end:
        return f"à partir de {start}"
    return int(start) if start == end else f"{start}-{end}"


def write_commitments(facts: Facts) -> None:
    """Write one workbook for each plan, every line under its parent."""
    signed = next(row for row in facts.agreements if row["kind"] == "convention quinquennale")["duration_note"]
    if signed != "signed 16 June 2023":
        raise SystemExit(f"the date of signature has changed: {signed}")
    for plan, name, title, corner in PLANS:
        rows = [row for row in facts.commitments if row["plan"] == plan]
        source, workbook = facts.source(rows[0]["source"]), new_workbook()
        page = new_page(workbook, "Engagements", LOOKS["A"], corner)
        stated = source["published_date"]
        header = ["Réf.", "Rattachement\n(parent)", "Nature", "Engagement", "Indicateur", "Période"]
        header += ["Montant\nou nombre", "Unité", "Remarque"]
        page.title(["Action Logement", title], len(header))
        day = ("Date de publication :", published(source)) if stated else ("Date de signature :", date(2023, 6, 16))
        page.identify([("Plan :", plan), day])
        page.head(header)
        for row in rows:
            code = "committed_amount_eur" if row["indicator"] == "amount" else row["indicator"]
            nature = {"part": "dont", "result": "résultat attendu"}.get(row["relation"])
            page.line(
                [
                    row["line_id"],
                    row["parent_id"] or None,
                    nature,
                    row["label_fr"],
                    indicators()[code].label_fr,
                    commitment_period(row),
                    row["as_worded"],
                    COMMITMENT_UNITS[row["unit"]],
                    COMMITMENT_REMARKS[row["note"]] if row["note"] else None,
                ],
                bold=not row["parent_id"] or row["parent_id"] == "total",
            )
        page.notes([f"Source : {plain(source['source_title'])}.", "Note : montants et nombres tels que publiés."])
        page.widths(24, 18, 20, 52, 40, 18, 28, 12, 48)
        add_sources(workbook, [{**source, "indicator_fr": r["label_fr"], "as_worded": r["as_worded"]} for r in rows])
        save(workbook, RAW / "commitments" / f"{name}.xlsx")


# -- Agreements --------------------------------------------------------------------------------------------------------

EVENT_DATES = (
    ("85e Congrès HLM", "23-25 septembre 2025"),
    ("Comité régional d'Action Logement Hauts-de-France", "19 novembre 2021"),
    ("Convention quinquennale", "16 juin 2023"),
)
STATES = {"signed": "signée", "announced": "annoncée"}
AGREEMENT_REMARKS = {
    "first regional forum on 14 October in Lyon": "premier forum régional le 14 octobre à Lyon",
    '"lancement imminent"': "« lancement imminent »",
    "first meeting in December": "première réunion en décembre",
    "follows an agreement made in May 2025": "fait suite à un accord de mai 2025",
    "42 missions locales, 24 MDE/MEF, 29 PLIE": "42 missions locales, 24 MDE/MEF, 29 PLIE",
    "a count and not one agreement": "dénombrement, et non une convention",
    'a count that includes the four above; "plus de 80 temps forts"': "comprend les quatre conventions de territoire",
    "Eure-et-Loir (28)": "Eure-et-Loir (28)",
    "Finistère (29)": "Finistère (29)",
    "amount not stated": "montant non précisé",
    "renouvelable": "",
    "signed 16 June 2023": "",
}


def remarks(*notes: str) -> str | None:
    """Return notes of the registers in French."""
    return " ; ".join(filter(None, (AGREEMENT_REMARKS[note] for note in notes if note))) or None


def event_date(event: str) -> str:
    """Return the date of an event."""
    return next(day for name, day in EVENT_DATES if event.startswith(name))


def duration_words(row: Row) -> str | None:
    """Return how long an agreement lasts, as an office writes it."""
    years = row["duration_years"]
    if row["duration_note"] == "renouvelable":
        return f"{ {'3': 'trois', '5': 'cinq'}[years] } ans renouvelables".strip()
    return f"{years} ans" if years else None


def write_agreements(facts: Facts) -> None:
    """Write the register: agreements one by one, agreements that are only counted, and financings."""
    workbook, look = new_workbook(), LOOKS["B"]

    def page_of(name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        page = new_page(workbook, name, look)
        page.title(["Registre des conventions et des financements", title], len(header))
        page.head(header)
        for row in rows:
            page.line(row)
        page.widths(44)

    single = [row for row in facts.agreements if not row["count_as_worded"]]
    counted = [row for row in facts.agreements if row["count_as_worded"] and row["signed_or_announced"] == "signed"]
    four = next(fact for fact in facts.facts if fact["indicator"] == "territorial_conventions_idf")
    header = ["Événement", "Signataire", "Autres parties", "Nature", "Objet"]
    header += ["Territoire", "État", "Date", "Durée", "Remarque"]
    page_of(
        "Conventions",
        "Conventions, une ligne par convention",
        header,
        [
            [
                row["event"],
                row["signatory_1"],
                row["other_parties"] or None,
                row["kind"],
                row["theme"],
                row["territory_name"],
                STATES[row["signed_or_announced"]],
                event_date(row["event"]),
                duration_words(row),
                remarks(row["duration_note"], row["note"]),
            ]
            for row in single
        ],
    )
    page_of(
        "Dénombrements",
        "Conventions publiées par leur nombre seul",
        ["Organisme", "Indicateur", "Territoire", "Période", "Nombre", "Remarque"],
        [
            *(
                [
                    row["signatory_1"],
                    "Conventions signées",
                    row["territory_name"],
                    event_date(row["event"]),
                    row["count_as_worded"],
                    remarks(row["note"]),
                ]
                for row in counted
            ),
            [
                "Action Logement",
                "Conventions signées",
                "Île-de-France",
                event_date("85e Congrès HLM"),
                four["as_worded"],
                "conventions de territoire, comprises dans les 50",
            ],
        ],
    )
    page_of(
        "Financements",
        "Financements accordés à des organismes",
        ["Prêteur", "Bénéficiaire", "Territoire", "Montant", "Objet", "Date / Événement", "Remarque"],
        [
            [
                row["lender"],
                row["beneficiary"],
                row["territory_name"] or None,
                row["as_worded"] or None,
                row["purpose"],
                row["event"],
                remarks(row["note"]),
            ]
            for row in facts.fundings
        ],
    )
    register = [(row["source"], row["theme"], row["count_as_worded"]) for row in (*single, *counted)]
    register += [(row["source"], row["beneficiary"], row["as_worded"]) for row in facts.fundings]
    add_sources(
        workbook,
        [{**facts.source(text), "indicator_fr": what, "as_worded": worded} for text, what, worded in register],
    )
    save(workbook, RAW / "agreements" / "registre-des-conventions.xlsx")


# -- Social stock and population ---------------------------------------------------------------------------------------


class Stock(NamedTuple):
    """A published table of departments: its columns are (label, indicator, period)."""

    name: str
    source: str
    region: str
    total: str
    columns: tuple[tuple[str, str, str], ...]
    look: str
    number_format: str = ""
    """The format of the numbers; without one, the figures are text as worded."""
    corner: str = "A1"
    bare_codes: bool = False
    """Whether the codes are numbers that have lost their leading zero, as a spreadsheet does to them."""


def stock_at(*days: str) -> tuple[tuple[str, str, str], ...]:
    """Return the columns of the stock at given days."""
    return tuple((RPLS, "social_stock_rpls", day) for day in days)


STOCKS = (
    Stock("grand-est-2022", "Le parc locatif social en Grand Est au 1er janvier 2022", "Grand Est", "Grand Est",
          stock_at("2022-01-01"), "B"),
    Stock("grand-est-2023", "Le parc locatif social en Grand Est au 1er janvier 2023", "Grand Est", "Grand Est",
          stock_at("2023-01-01"), "B", "#,##0"),
    Stock("bretagne-2020", "Le parc locatif social en Bretagne", "Bretagne", "Ensemble",
          stock_at("2020-01-01"), "D", corner="B3"),
    Stock("provence-alpes-cote-d-azur-2025", "Le parc locatif social en PACA au 1er janvier 2025",
          "Provence-Alpes-Côte d'Azur", "Provence-Alpes-Côte d'Azur", stock_at("2025-01-01"), "A", "#,##0",
          bare_codes=True),
    Stock("hauts-de-france-2019-2020", "Les mouvements du parc social Hauts-de-France 2019", "Hauts-de-France",
          "Ensemble", (
              *stock_at("2019-01-01", "2020-01-01"),
              ("Mises en service", "social_new_in_service", "2019"),
              ("Démolitions", "social_demolitions", "2019"),
              ("Ventes", "social_sales", "2019"),
          ), "C", "# ##0"),
)  # fmt: skip


def worded(fact: Row | None) -> str | None:
    """Return a figure as worded, or nothing where none was published."""
    return fact["as_worded"] if fact else None


def write_stock(stock: Stock, facts: Facts) -> None:
    """Write one table of departments, their total and the wider territories that stand beside it."""
    rows = [fact for fact in facts.facts if plain(fact["source_title"]).startswith(stock.source)]
    rows = [fact for fact in rows if fact["indicator"].startswith("social_")]
    cells = {(plain(fact["territory_name"]), fact["indicator"], fact["period"]): fact for fact in rows}
    departments = {
        plain(fact["territory_name"]): fact["insee_code"] for fact in rows if fact["territory_level"] == "department"
    }
    for _, what, period in stock.columns:
        parts = sum(int(cells[name, what, period]["value"]) for name in departments)
        if parts != int(cells[stock.region, what, period]["value"]):
            raise SystemExit(f"the departments of {stock.name} do not sum to their region: {what}, {period}")

    def values(territory: str) -> list[Value]:
        found = [cells.get((territory, what, period)) for _, what, period in stock.columns]
        return [int(fact["value"]) if fact and stock.number_format else worded(fact) for fact in found]

    simple, workbook = len(stock.columns) == 1, new_workbook()
    page = new_page(workbook, "Parc" if simple else "Mouvements", LOOKS[stock.look], stock.corner)
    page.title(["Répertoire du parc locatif social (RPLS)", rows[0]["source_title"]], 2 + len(stock.columns))
    for label, _, _ in stock.columns:
        indicator_of(label, "all_landlords")
    days = [("Situation au :", period_words(stock.columns[0][2]))] if simple else []
    page.identify([("Région :", stock.region), *days, ("Date de publication :", published(rows[0]))])
    if simple:
        page.head(["Code", "Département", RPLS.replace(" (", "\n(")])
    else:
        periods = [str(period_words(period)).replace("janvier ", "janvier\n") for _, _, period in stock.columns]
        heads = [int(period) if period.isdigit() else period for period in periods]
        page.head(["Code", "Département", *heads], ["", "", *(label for label, _, _ in stock.columns)])
    for name, code in sorted(departments.items(), key=lambda item: item[1]):
        page.line([int(code) if stock.bare_codes else code, name, *values(name)], number_format=stock.number_format)
    page.line([None, stock.total, *values(stock.region)], bold=True, number_format=stock.number_format)
    for wider in ("France de province", "France métropolitaine"):
        if any(values(wider)):
            page.line([None, wider, *values(wider)], number_format=stock.number_format)
    page.notes([f"Source : SDES, RPLS ; {plain(rows[0]['source_title'])}.", "Champ : ensemble des bailleurs sociaux."])
    page.widths(24, 30, 22)
    add_sources(workbook, rows)
    save(workbook, RAW / "social_stock" / f"{stock.name}.xlsx")


def write_stocks_of_regions(facts: Facts) -> None:
    """Write the stocks published for a region without its departments, the years across, and the movements."""
    tables = tuple(stock.source for stock in STOCKS)
    rows = [
        fact
        for fact in facts.facts
        if fact["indicator"] in {"social_stock_rpls", "social_new_in_service", "social_demolitions", "social_sales"}
        and fact["territory_level"] in {"region", "national", "other"}
        and not plain(fact["source_title"]).startswith(tables)
        and (fact["indicator"] != "social_stock_rpls" or fact["period"].endswith("-01-01"))
    ]
    # Where a figure is published twice, the wording with more digits is the more precise one.
    best: dict[tuple[str, str, str], Row] = {}
    for fact in sorted(rows, key=lambda fact: sum(map(str.isdigit, fact["as_worded"]))):
        best[plain(fact["territory_name"]), fact["indicator"], fact["period"]] = fact
    used = [fact for fact in rows if fact in best.values()]
    workbook = new_workbook()
    latest = max(fact["published_date"] for fact in used)
    for sheet, level in (("Régions", ("region",)), ("National", ("national", "other"))):
        stocks = [f for f in used if f["indicator"] == "social_stock_rpls" and f["territory_level"] in level]
        days = sorted({fact["period"] for fact in stocks})
        places = sorted(
            {(fact["insee_code"], plain(fact["territory_name"])) for fact in stocks}, reverse=sheet != "Régions"
        )
        page = new_page(workbook, sheet, LOOKS["D"])
        names = ["Code", "Région"] if sheet == "Régions" else ["Territoire"]
        page.title(["Parc locatif social (RPLS)", "Chiffres publiés sans détail départemental"], len(names) + len(days))
        page.identify([("Indicateur :", RPLS), ("Dernière publication :", latest)])
        page.head([*names, *(str(period_words(day)).replace("janvier ", "janvier\n") for day in days)])
        for code, name in places:
            found = [best.get((name, "social_stock_rpls", day)) for day in days]
            stub = [code, name] if sheet == "Régions" else [name]
            page.line([*stub, *map(worded, found)])
        page.notes(["Note : chiffres tels que publiés ; les champs peuvent différer d'une publication à l'autre."])
        page.widths(24, 28, 18)
    moves = ("social_new_in_service", "social_demolitions", "social_sales")
    page = new_page(workbook, "Mouvements", LOOKS["D"])
    page.title(["Mouvements du parc locatif social", "Chiffres publiés sans détail départemental"], 5)
    page.identify([("Dernière publication :", latest)])
    page.head(["Territoire", "Année", "Mises en\nservice", "Démolitions", "Ventes"])
    moved = {(fact["insee_code"], plain(fact["territory_name"]), fact["period"]) for fact in used}
    for _, name, year in sorted(moved, key=lambda key: (key[0] != "FR", key)):
        found = [best.get((name, move, year)) for move in moves]
        if any(found):
            page.line([name, int(year), *map(worded, found)])
    page.widths(28, 12, 18)
    add_sources(workbook, used)
    save(workbook, RAW / "social_stock" / "regions-et-france.xlsx")


def write_population(facts: Facts) -> None:
    """Write the populations of the regions."""
    rows = [fact for fact in facts.facts if fact["indicator"] == "population_municipale"]
    workbook = new_workbook()
    page = new_page(workbook, "Régions", LOOKS["B"])
    page.title(["Populations légales des régions", "Recensement de la population"], 3)
    page.identify(
        [
            ("Population au :", period_words(rows[0]["period"])),
            ("Date de publication :", published(rows[0], dated=True)),
        ]
    )
    page.head(["Code\nrégion", "Région", "Population\nmunicipale"])
    indicator_of("Population\nmunicipale", "context")
    for fact in sorted(rows, key=lambda fact: fact["insee_code"]):
        page.line([fact["insee_code"], plain(fact["territory_name"]), int(fact["value"])], number_format="#,##0")
    page.notes(
        ["Source : Insee, populations légales.", "Note : Mayotte n'est pas dans ce tableau (recensement de 2017)."]
    )
    page.widths(22, 30, 22)
    add_sources(workbook, rows)
    save(workbook, RAW / "population" / "populations-legales-2021.xlsx")


def main(folder: str) -> None:
    """Write every workbook."""
    facts = Facts(Path(folder))
    for book in (*REGIONAL, *NATIONAL):
        write_book(book, facts)
    write_commitments(facts)
    write_agreements(facts)
    for stock in STOCKS:
        write_stock(stock, facts)
    write_stocks_of_regions(facts)
    write_population(facts)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python raw/write_workbooks.py FACTS_FOLDER")
    main(sys.argv[1])
