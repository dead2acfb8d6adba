"""The commitments: one workbook for each plan, every line under its parent.

What belongs here: the page of a plan. What does not: which plans there are (``declarations/commitments.toml``).
"""

from __future__ import annotations

from dataclasses import replace

from openpyxl import Workbook

from pipeline.vocabulary.indicators import indicators
from tools.raw_workbooks.facts import Commitment, Fact, Facts, plain
from tools.raw_workbooks.pages import Value, new_page
from tools.raw_workbooks.shapes import Declarations, Plan
from tools.raw_workbooks.wordings import published, translated
from tools.raw_workbooks.workbooks import add_sources, new_workbook

HEADER = (
    *("Réf.", "Rattachement\n(parent)", "Nature", "Engagement", "Indicateur", "Période"),
    *("Montant\nou nombre", "Unité", "Remarque"),
)
RELATIONS = {"": None, "part": "dont", "result": "résultat attendu"}


def commitments_workbook(plan: Plan, facts: Facts, declared: Declarations) -> Workbook:
    """Write the commitments of a plan."""
    lines = [line for line in facts.commitments if line.plan == plan.plan]
    if not lines:
        raise SystemExit(f"commitments.csv has no line of « {plan.plan} »")
    source, workbook = facts.source(lines[0].source), new_workbook()
    page = new_page(workbook, "Engagements", declared.hands["A"], plan.corner)
    page.title(["Action Logement", plan.title], len(HEADER))
    page.identify([("Plan :", plan.plan), _day(plan, source, facts)])
    page.head(HEADER)
    for line in lines:
        page.line(_cells(line, declared), bold=line.parent_id in {"", "total"})
    page.notes([f"Source : {plain(source.source_title)}.", "Note : montants et nombres tels que publiés."])
    page.widths(24, 18, 20, 52, 40, 18, 28, 12, 48)
    taken = [replace(source, indicator_fr=line.label_fr, as_worded=line.as_worded) for line in lines]
    add_sources(workbook, taken, declared.wordings.addresses)
    return workbook


def _day(plan: Plan, source: Fact, facts: Facts) -> tuple[str, Value]:
    """Return the date of publication, or that of signature where the plan declares one."""
    if plan.signature is None:
        return "Date de publication :", published(source)
    stated = {agreement.duration_note for agreement in facts.agreements if agreement.source == source.source_url}
    if plan.signature.stated not in stated:
        raise SystemExit(f"agreements.csv no longer says « {plan.signature.stated} » ({plan.plan})")
    return "Date de signature :", plan.signature.day


def _cells(line: Commitment, declared: Declarations) -> list[Value]:
    code = "committed_amount_eur" if line.indicator == "amount" else line.indicator
    words = declared.commitments
    units = {**declared.wordings.units, **words.units}
    return [
        line.line_id,
        line.parent_id or None,
        RELATIONS[line.relation],
        line.label_fr,
        indicators()[code].label_fr,
        commitment_period(line),
        line.as_worded,
        translated(line.unit, units, "commitments.toml, units"),
        translated(line.note, words.remarks, "commitments.toml, remarks") if line.note else None,
    ]


def commitment_period(line: Commitment) -> str | int:
    """Return the period of a commitment; one without a stated end says when it starts."""
    start, end = line.period_start, line.period_end
    if not end:
        return f"à partir de {start}"
    return int(start) if start == end else f"{start}-{end}"
