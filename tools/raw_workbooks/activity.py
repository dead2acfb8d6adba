"""The activity of a region or of the Group: one workbook for each publication.

What belongs here: looking up the figures that a workbook declares, its title, its identification and its notes.
What does not: how its table is laid out (``hands``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tools.raw_workbooks.facts import Fact, Facts, plain
from tools.raw_workbooks.hands import HANDS, Content, Entry
from tools.raw_workbooks.pages import FactWorkbook, Value, new_page
from tools.raw_workbooks.shapes import Book, Breakdown, Declarations, Figure
from tools.raw_workbooks.wordings import indicator_of, period_words, published, published_day, publisher_of, unit_words
from tools.raw_workbooks.workbooks import add_sources


def activity_workbook(book: Book, facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write one workbook of a region or of the Group."""
    entries = [entry_of(figure, book, facts, declared) for figure in book.figures]
    _one_figure_to_a_key(entries, book)
    workbook = FactWorkbook()
    if entries:
        HANDS[book.hand](workbook, _content(book, entries, facts, declared))
    if book.breakdown:
        total = entry_of(book.breakdown.total, book, facts, declared)
        _write_breakdown(workbook, book, book.breakdown, total, declared)
        entries.append(total)
    add_sources(workbook, (entry.fact for entry in entries), declared.wordings.addresses)
    return workbook


def fact_of(figure: Figure, book: Book, facts: Facts) -> Fact:
    """Return the only published figure that a declaration means; none, or several, stops the run."""
    territory, source = figure.territory or book.region or "France", figure.source or book.source
    if figure.quoted:
        quoted = facts.quoted(source, figure.quoted, book.path)
        return replace(quoted, territory_name=territory, period=figure.period, indicator_fr=figure.label)
    found = facts.matching(territory, figure.period, figure.indicator, source)
    if len(found) != 1:
        raise SystemExit(
            f"{book.path}, « {figure.label} »: facts.csv has {len(found) or 'no'} figure{'s' * (len(found) > 1)} for "
            f"{figure.indicator}, {territory}, {figure.period} in a source that begins with « {source} »; one is meant"
        )
    return found[0]


def entry_of(figure: Figure, book: Book, facts: Facts, declared: Declarations) -> Entry:
    """Look up one figure of a workbook; a label that stands for a rate of change means the one beside the figure."""
    fact = fact_of(figure, book, facts)
    label = figure.label or _capitalised(plain(fact.indicator_fr))
    indicator = indicator_of(label, *book.scopes)
    states_it = figure.quoted or fact.indicator.endswith("_change")
    fact = rate_of(fact) if indicator.growth_of and not states_it else fact
    return Entry(
        figure=figure.model_copy(update={"label": label}),
        fact=fact,
        indicator=indicator,
        as_worded=fact.as_worded + (" (p)" if book.provisional else ""),
        unit=figure.unit or unit_words(fact.as_worded, indicator, declared.wordings.units),
        theme=declared.wordings.theme_of(indicator.code),
    )


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def rate_of(fact: Fact) -> Fact:
    """Return the published change of a figure on the year before as a fact; the figure's note begins with it."""
    stated = re.match(r"[+-] ?\d+(?:,\d+)? %", fact.note)
    if stated is None:
        raise SystemExit(f"no rate of change in the note of {fact.indicator_fr}: {fact.note}")
    return replace(fact, indicator_fr=f"{fact.indicator_fr}, évolution", as_worded=stated[0], row="")


def _one_figure_to_a_key(entries: Sequence[Entry], book: Book) -> None:
    keys = [
        (entry.indicator.code, entry.fact.territory_name, entry.figure.period, entry.figure.population)
        for entry in entries
    ]
    if len(set(keys)) != len(keys):
        raise SystemExit(f"{book.path}: two figures for one indicator, territory and period")


def _content(book: Book, entries: Sequence[Entry], facts: Facts, declared: Declarations) -> Content:
    return Content(
        book=book,
        hand=declared.hands[book.hand],
        titles=_titles(book),
        identity=_identity(book, entries, declared),
        entries=tuple(entries),
        notes=_notes(book, entries[0].fact, _aside(book, facts)),
        themes=tuple(theme.name for theme in declared.wordings.themes),
    )


def _titles(book: Book) -> tuple[str, str]:
    if book.folder == "housing_context":
        return "Contexte du logement", book.title
    return f"Action Logement – {book.region}" if book.region else "Action Logement Groupe", book.title


def _identity(book: Book, entries: Sequence[Entry], declared: Declarations) -> tuple[tuple[str, Value], ...]:
    """Return the identification block: of a region in the words of the hand, of the Group with its publisher."""
    fact, hand = entries[0].fact, declared.hands[book.hand]
    when = published_day(fact) if book.date_cell else published(fact)
    if book.region:
        return (hand.region_label, book.region), (hand.date_label, when)
    national = not any(entry.figure.territory for entry in entries)
    publisher = publisher_of(fact)
    context = book.folder == "housing_context"
    pairs: list[tuple[str, Value]] = [] if context else [("Organisme :", "Action Logement Groupe")]
    pairs += [("Territoire :", "France")] if national else []
    pairs += [("Publié par :", publisher)] if publisher else []
    pairs += [("Date de publication :", when)] if fact.published_date else []
    pairs += [("Unité :", book.unit)] if book.unit else []
    return tuple(pairs)


def _aside(book: Book, facts: Facts) -> tuple[str, ...]:
    if book.aside is None:
        return ()
    worded = fact_of(book.aside, book, facts).as_worded
    return (f"Note : {book.aside.label} : {worded} ({book.aside.remark}).",)


def _notes(book: Book, fact: Fact, remarks: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the notes under a table: the source, then what its reader must know."""
    return (
        f"Source : {plain(fact.source_title)}, {published(fact)}.",
        *([f"Note : {book.note}"] if book.note else []),
        *remarks,
        *(["(p) : chiffres provisoires"] if book.provisional else []),
    )


def parts_of(fact: Fact, part: str) -> list[tuple[str, str]]:
    """Return the parts of a figure and what each counts, as its note lists them: ``28 appartements + 19 maisons``.

    A part that has no name there is numbered: « Résidence 1 », where ``part`` is what one part is.
    """
    listed = re.search(r"\d+[^+=:\d]*(?:\+\s*\d+[^+=:\d]*)+", fact.note)
    if listed is None:
        raise SystemExit(f"no parts in the note of {fact.indicator_fr}: {fact.note}")
    found = [re.split(r"(?<=\d)(?!\d)", text.strip(), maxsplit=1) for text in listed[0].split("+")]
    return [(words.strip() or f"{part} {at}", count) for at, (count, words) in enumerate(found, start=1)]


def _write_breakdown(
    workbook: FactWorkbook, book: Book, breakdown: Breakdown, total: Entry, declared: Declarations
) -> None:
    """Write the parts of a figure, and the figure under them as their total."""
    page = new_page(workbook, "Production – détail", declared.hands["A"])
    whose = [total.figure.population] if total.figure.population else []
    header = ["Indicateur", breakdown.by, "Année", "Valeur", "Unité", *(["Champ"] if whose else [])]
    page.title([*_titles(book), f"Détail par {breakdown.by.lower()}"], len(header))
    page.identify(_identity(book, [total], declared))
    page.head(header)
    label, period = total.figure.label, period_words(total.figure.period)
    for name, count in parts_of(total.fact, breakdown.by):
        page.line([label, name, period, count, total.unit, *whose])
    page.line([label, "Total", period, total.stated, total.unit, *whose], bold=True)
    page.notes(_notes(book.model_copy(update={"note": ""}), total.fact))
    page.widths(58, 26, 12, 14, 13, *([24] if whose else []))
