"""Why a cell is what it is: the entry that claims it, by what, what became of it, and what would claim it otherwise.

What belongs here: telling that, in French or in English. What does not: finding the entry (``claimants``), its lines
(``toml_lines``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.cells.workbook import Cell, Workbook, position
from pipeline.layouts import Layout
from pipeline.layouts.authoring.causes import NO_TABLE, Told
from pipeline.layouts.authoring.claimants import Claimant, Place, claimant_of, entry_name
from pipeline.layouts.authoring.drift import period_shown
from pipeline.layouts.authoring.preview import Claims
from pipeline.layouts.authoring.toml_lines import entry_lines, lines_of, path_of
from pipeline.layouts.authoring.trial_words import Explanation, Language, sentence_in
from pipeline.layouts.grid import Grid
from pipeline.layouts.language import Column, Context
from pipeline.layouts.tables import FoundTable
from pipeline.vocabulary.typography import as_shown

_KEYS = ("label", "theme", "beneficiary", "indicator", "breakdown", "population")
_FIGURES = ("value", "missing_reason", "unit", "qualifier", "obs_status")


class NoSuchCellError(LookupError):
    """The file has no such sheet or cell; the message names what there is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was loaded aside, and the layout that it was loaded with."""

    workbook: Workbook
    layout: Layout
    text: str
    """The file of the layout."""
    claims: Claims
    told: Sequence[Told]
    rows: Sequence[Mapping[str, Any]]
    totals: Sequence[Mapping[str, Any]]


def explain_cell(evidence: Evidence, address: str, sheet: str, lang: Language) -> Explanation:
    """Return why a cell is what it is.

    Args:
        evidence: the file and the layout.
        address: its A1 address.
        sheet: the name of its sheet; empty for the only one that has such a cell.
        lang: the language of the sentences.

    Raises:
        NoSuchCellError: there is no such sheet, no such address, or several sheets have it.
    """
    return _Teller(evidence, address.upper().replace("$", ""), sheet, lang).told()


class _Teller:
    def __init__(self, evidence: Evidence, address: str, sheet: str, lang: Language) -> None:
        self.evidence = evidence
        self.lang = lang
        at = position(address)
        if at is None:
            raise NoSuchCellError(f"{address}: not the address of a cell; write it as B7")
        self.row, self.column = at
        self.address = address
        self.sheet = _sheet_of(evidence.workbook, sheet, at)
        self.grid = Grid(self.sheet)
        self.cell = self.grid.shown(self.row, self.column)

    def say(self, french: str, english: str, **words: object) -> str:
        return (english if self.lang == "en" else french).format(**words)

    def quoted(self, text: str) -> str:
        shown = " ".join(as_shown(text).split())
        return f"“{shown}”" if self.lang == "en" else f"« {shown} »"

    def told(self) -> Explanation:
        cell = self.cell
        if cell is None:
            blank = self.say("La cellule est vide : rien n'y est lu.", "The cell is blank: nothing is read in it.")
            return Explanation(self.sheet.name, self.address, "", "", why=[blank])
        claim = self.evidence.claims[self.sheet.name, cell.row, cell.column]
        place = Place(self.evidence.workbook, self.sheet, self.grid, cell, self.evidence.layout, claim)
        found = claimant_of(place)
        path = (found.entry,) if isinstance(found.entry, str) else path_of(found.entry, self.evidence.layout)
        lines = lines_of(path, entry_lines(self.evidence.text))
        told = Explanation(self.sheet.name, cell.address, cell.text, claim, entry_name(found.entry), lines)
        if cell.address != self.address:
            merged = ("La cellule est fusionnée avec {cell}.", "The cell is merged with {cell}.")
            told.why.append(self.say(*merged, cell=cell.address))
        told.why += self.why(found)
        told.became = list(self.became(found, claim))
        told.otherwise = list(self.otherwise(found, claim))
        return told

    # -- why -------------------------------------------------------------------------------------------------------

    def why(self, found: Claimant) -> Iterator[str]:
        by, table = self.quoted(found.by), found.table
        if table is not None:
            name, rows = self.quoted(table.table.name), f"{table.top}-{table.last_row}"
            yield self.say("Tableau {name}, lignes {rows}.", "Table {name}, rows {rows}.", name=name, rows=rows)
        match found.how:
            case "header" | "repeated" | "column":
                yield from self._of_column(found)
            case "total":
                yield self.say("{by} est un mot de total.", "{by} is a word for a total.", by=by)
            case "section":
                words = "Libellé seul dans sa ligne, qui vaut pour les lignes d'en dessous."
                yield self.say(words, "A label alone in its row, which holds for the rows below.")
            case "rule":
                yield self.say("Ligne passée : {by}.", "A row that is passed over: {by}.", by=by)
            case "kept":
                yield self.say("Ligne que keep_rows ne garde pas.", "A row that keep_rows does not keep.")
            case "context" if found.entry is None:
                words = "Dit la publication, qui est cherchée dans toute source."
                yield self.say(words, "States the publication, which is looked for in every source.")
            case "context":
                yield self.say("Fait hors des tableaux : {by}.", "A fact outside the tables: {by}.", by=by)
            case "note":
                yield self.say("La ligne commence comme une note : {by}.", "The row begins as a note: {by}.", by=by)
            case "sheet":
                yield self.say(
                    "Toute la feuille est prise ou passée ainsi : {key} = {by}.",
                    "The whole sheet is taken or passed over so: {key} = {by}.",
                    key=found.entry,
                    by=by,
                )
            case _:
                yield from self._nothing(found)

    def _of_column(self, found: Claimant) -> Iterator[str]:
        heading = found.heading
        if heading is None:
            return
        header = ", ".join(f"{cell.address} {self.quoted(cell.text)}" for cell in heading.cells)
        if header:
            yield self.say("En-tête de la colonne : {header}.", "Header of the column: {header}.", header=header)
        if found.by:
            yield self.say("C'est {by} de ses « headers ».", "It is {by} of its headers.", by=self.quoted(found.by))
        elif heading.is_total:
            yield self.say("L'en-tête est un mot de total.", "The header is a word for a total.")
        elif not heading.cells or heading.column.blank_header:
            yield self.say(
                "La colonne n'a pas d'en-tête connu ; ses cellules disent ce qu'elle est.",
                "The column has no known header; its cells say what it is.",
            )
        if heading.column.under:
            under = ", ".join(map(self.quoted, heading.column.under))
            yield self.say("Au-dessus se trouve l'un de : {under}.", "Over it stands one of: {under}.", under=under)
        named = {name: _shown(meaning) for name, meaning in heading.named.items()}
        if named:
            said = ", ".join(f"{name} = {meaning}" for name, meaning in named.items())
            yield self.say("L'en-tête ou « fixed » dit : {said}.", "Its header or fixed says: {said}.", said=said)

    def _nothing(self, found: Claimant) -> Iterator[str]:
        if found.entry is not None:
            lacks = ("L'entrée la plus proche ; il lui manque {by}.", "The nearest entry; it lacks {by}.")
            yield self.say(*lacks, by=self.quoted(found.by))
        elif found.table is None:
            yield self.say("Aucun tableau n'est reconnu ici.", "No table is recognised here.")
        elif not found.table.holds(self._cell):
            yield self.say(
                "La cellule est hors du tableau le plus proche ; aucune entrée ne la réclame.",
                "The cell stands outside the nearest table; no entry claims it.",
            )
        else:
            yield self.say("Aucune entrée ne lui ressemble.", "No entry is like it.")

    @property
    def _cell(self) -> Cell:
        assert self.cell is not None  # noqa: S101  # a blank one is told before
        return self.cell

    # -- what it became --------------------------------------------------------------------------------------------

    def became(self, found: Claimant, claim: str) -> Iterator[str]:
        here = [row for row in self.evidence.rows if self._is_here(row)]
        for row in here:
            yield self._row(row)
        for row in (row for row in self.evidence.totals if self._is_here(row)):
            words = {"stated": row["stated_value"], "sum": row["parts_sum"], "parts": row["parts"]}
            yield self.say(
                "Total {stated:g}, comparé à {sum:g}, somme de {parts} parties : {verdict}.",
                "A total of {stated:g}, compared with {sum:g}, the sum of {parts} parts: {verdict}.",
                verdict=row["verdict"],
                **words,
            )
        told = self._of_cell(found)
        for each in told:
            verb = ("Refusé", "Refused") if each.is_refused else ("Remarque", "Remark")
            yield f"{self.say(*verb)} ({each.message.reason}). {sentence_in(each.message, self.lang)}"
        if here and found.table is not None:
            yield from self._said_by(found.table)
        elif found.how in {"header", "column", "section", "total"} and claim not in {"value", "total"}:
            yield self._figures_of(found)
        if not here and not told and claim in {"title", "note", "ignored"}:
            yield self.say("Rien n'en est chargé.", "Nothing of it is loaded.")

    def _is_here(self, row: Mapping[str, Any]) -> bool:
        return (row["sheet"], row["cell"]) == (self.sheet.name, self._cell.address)

    def _of_cell(self, found: Claimant) -> list[Told]:
        """Return what is told of the cell, or of its whole sheet where no table is recognised on it."""
        told = [each for each in self.evidence.told if each.message.sheet == self.sheet.name]
        is_whole = found.how == "nothing" and found.table is None
        return [
            each
            for each in told
            if each.message.cell == self._cell.address or (is_whole and each.message.reason == NO_TABLE)
        ]

    def _row(self, row: Mapping[str, Any]) -> str:
        facts = [f"{name} = {row[name]}" for name in (*_KEYS, *_FIGURES) if row.get(name) not in {None, "", "="}]
        if row.get("territory_code"):
            facts.append(f"territory = {row['territory_level']} {row['territory_code']}")
        if row.get("period_start"):
            facts.append(f"period = {period_shown(row)}")
        return (
            f"{row['product']} : {', '.join(facts)}." if self.lang == "fr" else f"{row['product']}: {', '.join(facts)}."
        )

    def _said_by(self, table: FoundTable) -> Iterator[str]:
        """Yield which other cells say what the figure is about: keys of its row, sections over it, facts outside."""
        row = table.grid.row(self._cell.row)
        keys = [
            (heading.column.field, shown)
            for column, heading in sorted(table.headings.items())
            if heading.column.parser != "figure" and heading.column.role == "read"
            for shown in [table.grid.shown(self._cell.row, column)]
            if shown is not None and shown.text.strip()
        ]
        if keys:
            said = ", ".join(f"{name} {cell.address} {self.quoted(cell.text)}" for name, cell in keys)
            yield self.say("Sa ligne dit {said}.", "Its row says {said}.", said=said)
        contexts = [
            f"{cell.address} {self.quoted(cell.text)}"
            for cell in self.sheet.cells
            if self.evidence.claims[self.sheet.name, cell.row, cell.column] == "context"
        ]
        if contexts:
            said = ", ".join(contexts)
            yield self.say("Autour du tableau : {said}.", "Around the table: {said}.", said=said)
        fixed = {**self.evidence.layout.fixed, **table.table.fixed}
        if fixed and row:
            said = ", ".join(f"{name} = {text}" for name, text in fixed.items())
            yield self.say(
                "« fixed » dit, faute de mieux : {said}.", "fixed says, where nothing else does: {said}.", said=said
            )

    def _figures_of(self, found: Claimant) -> str:
        """Return of how many figures a header or a key says something."""
        rows = [position(row["cell"]) or (0, 0) for row in self.evidence.rows if row["sheet"] == self.sheet.name]
        table = found.table
        if found.how == "header" and found.heading is not None and found.heading.column.parser == "figure":
            count = sum(column == self._cell.column for _, column in rows)
            return self.say("{count} chiffre(s) en dessous.", "{count} figure(s) below it.", count=count)
        if found.how == "header" and table is not None:
            count = sum(table.first_row <= row <= table.last_row for row, _ in rows)
            return self.say("{count} chiffre(s) dans le tableau.", "{count} figure(s) in its table.", count=count)
        if found.how == "section":
            return self.say("Elle vaut pour les lignes d'en dessous.", "It holds for the rows below.")
        count = sum(row == self._cell.row for row, _ in rows)
        return self.say("{count} chiffre(s) dans sa ligne.", "{count} figure(s) in its row.", count=count)

    # -- otherwise -------------------------------------------------------------------------------------------------

    def otherwise(self, found: Claimant, claim: str) -> Iterator[str]:
        """Yield the entries by which the cell would be claimed otherwise, as they would stand in the file."""
        hints = [each.hint for each in self._of_cell(found) if each.hint]
        yield from dict.fromkeys((*hints, *([found.line] if found.line else [])))
        heading, text = found.heading, _quoted(self._cell.text)
        if heading is not None and heading.cells:
            yield from self._of_header(_quoted(heading.text), heading.column)
            if found.by:
                yield self._take_out(found.by, "headers", heading.column)
        elif found.how == "nothing" and found.table is not None and found.table.holds(self._cell):
            header = found.table.grid.row(found.table.header.bottom).get(self._cell.column)
            yield from self._of_header(_quoted((header or self._cell).text), None)
        elif found.how in {"nothing", "note"}:
            yield f'[[contexts]]\nfield = "…"\nlabels = [{text}]'
        if found.how == "column" and heading is not None and claim not in {"value", "total"}:
            yield f'[[tables.ignore_rows]]\nfield = "{heading.column.field}"\nwords = [{text}]'
        if found.how == "section" and found.table is not None:
            keys = [column for column in found.table.header.columns if column.parser != "figure" and column.field]
            if keys:
                yield f'[[tables.ignore_rows]]\nfield = "{keys[0].field}"\nwords = [{text}]\nalone = true'
        if found.how == "rule":
            yield self._take_out(found.by, "words", found.entry)
        if isinstance(found.entry, Context):
            yield f'[[contexts]]\nfield = "…"\nlabels = [{_quoted(found.by)}]'
            yield self._take_out(found.by, "labels", found.entry)
        if found.how == "sheet":
            yield from self._of_sheet(found)

    def _of_header(self, header: str, column: Column | None) -> Iterator[str]:
        if column is None or column.role != "ignore":
            yield f'[[tables.columns]]\nrole = "ignore"\nheaders = [{header}]'
        yield f'[[tables.columns]]\nfield = "…"\nheaders = [{header}]'

    def _of_sheet(self, found: Claimant) -> Iterator[str]:
        if found.entry == "hidden_sheets":
            yield 'hidden_sheets = "read"'
        elif found.entry == "sheets":
            yield f"[[tables]]\nsheets = [{_quoted(self.sheet.name)}]"
        else:
            yield self._take_out(found.by, str(found.entry), None)

    def _take_out(self, wording: str, key: str, entry: object) -> str:
        of = f" {self.say('de', 'of')} {entry_name(entry)}" if entry is not None else ""
        return self.say(
            "… sans {wording} dans {key}{of}.",
            "… without {wording} in {key}{of}.",
            wording=self.quoted(wording),
            key=key,
            of=of,
        )


def _quoted(text: str) -> str:
    """Return a wording as TOML writes it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _shown(meaning: object) -> str:
    """Return what a header says, as a person reads it."""
    for name in ("code", "name", "label"):
        if isinstance(found := getattr(meaning, name, None), str) and found:
            return found
    return str(getattr(meaning, "start", meaning))


def _sheet_of(workbook: Workbook, name: str, at: tuple[int, int]) -> Any:
    """Return the sheet of a cell: the one of that name, else the only one that has such a cell."""
    filled = [sheet for sheet in workbook.sheets if sheet.cells]
    if name:
        found = [sheet for sheet in filled if sheet.name.casefold() == name.casefold()]
    else:
        found = [sheet for sheet in filled if any((cell.row, cell.column) == at for cell in sheet.cells)] or filled[:1]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sheet.name for sheet in (found or filled))
    if found:
        raise NoSuchCellError(f"several sheets have such a cell; say which with --sheet: {names}")
    raise NoSuchCellError(f"no sheet {name!r}; there are: {names}")
