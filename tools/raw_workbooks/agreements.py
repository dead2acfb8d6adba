"""The register: agreements one by one, agreements that are only counted, and financings.

What belongs here: the three sheets of the register. What does not: its words (``declarations/agreements.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tools.raw_workbooks.facts import Agreement, Facts, Funding
from tools.raw_workbooks.pages import CellContent, FactWorkbook, Stated, new_page
from tools.raw_workbooks.shapes import Agreements, Count, Declarations, Look
from tools.raw_workbooks.wordings import translated
from tools.raw_workbooks.workbooks import add_sources

Cells = Sequence[CellContent]


def agreements_workbook(facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write the register."""
    workbook, look, words = FactWorkbook(), declared.hands["B"], declared.agreements
    single = [row for row in facts.agreements if not row.count_as_worded]
    counted = [row for row in facts.agreements if row.count_as_worded and row.signed_or_announced == "signed"]
    counts = [
        *_counts_of_register(counted, facts, words),
        *(_count_of_facts(count, facts, words) for count in words.counts),
    ]
    _write_page(
        workbook,
        look,
        "Conventions",
        "Conventions, une ligne par convention",
        _AGREEMENTS,
        _single(single, facts, words),
    )
    _write_page(workbook, look, "Dénombrements", "Conventions publiées par leur nombre seul", _COUNTS, counts)
    _write_page(
        workbook, look, "Financements", "Financements accordés à des organismes", _FUNDINGS, _fundings(facts, words)
    )
    taken = [(row.source, row.theme, row.count_as_worded) for row in (*single, *counted)]
    taken += [(row.source, row.beneficiary, row.as_worded) for row in facts.fundings]
    sources = [replace(facts.source(text), indicator_fr=what, as_worded=worded) for text, what, worded in taken]
    add_sources(workbook, sources, declared.wordings.addresses)
    return workbook


_AGREEMENTS = (
    *("Événement", "Signataire", "Autres parties", "Nature", "Objet"),
    *("Territoire", "État", "Date", "Durée", "Remarque"),
)
_COUNTS = ("Organisme", "Indicateur", "Territoire", "Période", "Nombre", "Remarque")
_FUNDINGS = ("Prêteur", "Bénéficiaire", "Territoire", "Montant", "Objet", "Date / Événement", "Remarque")


def _write_page(
    workbook: FactWorkbook, look: Look, name: str, title: str, header: Sequence[str], rows: Iterable[Cells]
) -> None:
    page = new_page(workbook, name, look)
    page.title(["Registre des conventions et des financements", title], len(header))
    page.head(header)
    for row in rows:
        page.line(row)
    page.widths(44)


def _single(rows: Iterable[Agreement], facts: Facts, words: Agreements) -> list[Cells]:
    return [
        [
            row.event,
            row.signatory_1,
            row.other_parties or None,
            row.kind,
            row.theme,
            row.territory_name,
            translated(row.signed_or_announced, words.states, "agreements.toml, states"),
            _event_date(row.event, words),
            _duration(row, facts, words),
            _remarks(words, row.duration_note, row.note),
        ]
        for row in rows
    ]


def _counts_of_register(rows: Iterable[Agreement], facts: Facts, words: Agreements) -> list[Cells]:
    return [
        [
            row.signatory_1,
            "Conventions signées",
            row.territory_name,
            _event_date(row.event, words),
            _count(row, facts, words),
            _remarks(words, row.note),
        ]
        for row in rows
    ]


def _count_of_facts(count: Count, facts: Facts, words: Agreements) -> Cells:
    found = [fact for fact in facts.facts if fact.indicator == count.indicator]
    if len(found) != 1:
        raise SystemExit(f"agreements.toml, counts: facts.csv has {len(found)} {count.indicator}; one is meant")
    return [
        count.organisation,
        "Conventions signées",
        count.territory,
        _event_date(count.event, words),
        Stated(found[0].as_worded, found[0]),
        count.remark,
    ]


def _fundings(facts: Facts, words: Agreements) -> list[Cells]:
    return [
        [
            row.lender,
            landlord.name,
            landlord.territory or None,
            _amount(row, facts, words),
            row.purpose,
            row.event,
            _remarks(words, row.note),
        ]
        for row in facts.fundings
        for landlord in words.landlords[row.beneficiary]
    ]


def _remarks(words: Agreements, *notes: str) -> str | None:
    """Return notes of the register in French."""
    said = [translated(note, words.remarks, "agreements.toml, remarks") for note in notes if note]
    return " ; ".join(filter(None, said)) or None


def _event_date(event: str, words: Agreements) -> str:
    day = next((day for name, day in words.event_dates.items() if event.startswith(name)), None)
    if day is None:
        raise SystemExit(f"agreements.toml, event_dates: no date for « {event} »")
    return day


def _count(row: Agreement, facts: Facts, words: Agreements) -> CellContent:
    """Return a count of agreements, with the fact that states it."""
    stated = words.stated_counts.get(row.signatory_1)
    found = [fact for fact in facts.facts if (fact.source_url, fact.indicator) == (row.source, stated)]
    if len(found) != 1:
        raise SystemExit(
            f"agreements.toml, stated_counts: {len(found)} facts count the agreements of {row.signatory_1}"
        )
    return Stated(row.count_as_worded, found[0])


def _amount(row: Funding, facts: Facts, words: Agreements) -> CellContent:
    """Return the amount of a financing, with the fact that states it."""
    if not row.as_worded:
        return None
    millions = str(float(row.value_eur) / 1_000_000)
    return Stated(row.as_worded, facts.stated(row.source, words.stated_amounts, millions, row.beneficiary))


def _duration(row: Agreement, facts: Facts, words: Agreements) -> CellContent:
    """Return how long an agreement lasts, as an office writes it, with the fact that states it."""
    if not row.duration_years:
        return None
    worded = f"{row.duration_years} ans"
    if row.duration_note == "renouvelable":
        worded = f"{translated(row.duration_years, words.years, 'agreements.toml, years')} ans renouvelables"
    if row.source != words.durations_from:
        return worded
    return Stated(worded, facts.stated(row.source, words.stated_durations, row.duration_years, row.theme))
