"""The commitments: one workbook for each plan, every line under its parent.

What belongs here: the page of a plan. What does not: which plans there are (``declarations/commitments.toml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.vocabulary.indicators import indicators
from tools.raw_workbooks.facts import TARGETS, Commitment, Fact, Facts, plain
from tools.raw_workbooks.pages import CellContent, FactWorkbook, Stated, Value, new_page
from tools.raw_workbooks.shapes import Aim, Declarations, Plan
from tools.raw_workbooks.wordings import indicator_of, period_words, published, translated, unit_words
from tools.raw_workbooks.workbooks import add_sources

HEADER = (
    *("Réf.", "Rattachement\n(parent)", "Nature", "Engagement", "Indicateur", "Période"),
    *("Montant\nou nombre", "Unité", "Remarque"),
)
SCOPES = ("action_logement", "all_landlords")
RELATIONS = {"": None, "part": "dont", "result": "résultat attendu"}


def commitments_workbook(plan: Plan, facts: Facts, declared: Declarations) -> FactWorkbook:
    """Write the commitments of a plan."""
    lines = [] if plan.source else [line for line in facts.commitments if line.plan == plan.plan]
    if not lines and not plan.source:
        raise SystemExit(f"commitments.csv has no line of « {plan.plan} »")
    aims = [_fact_of(aim, plan, facts, lines) for aim in plan.aims]
    source, workbook = facts.source(lines[0].source) if lines else aims[0], FactWorkbook()
    page = new_page(workbook, "Engagements", declared.hands["A"], plan.corner)
    page.title(["Action Logement", plan.title], len(HEADER))
    page.identify([("Plan :", plan.plan), _day(plan, source, facts)])
    page.head(HEADER)
    for line in lines:
        page.line(_cells(line, plan, facts, declared), bold=line.parent_id in {"", "total"})
    for aim, fact in zip(plan.aims, aims, strict=True):
        page.line(_cells_of_aim(aim, fact, declared))
    page.notes([f"Source : {plain(source.source_title)}.", "Note : montants et nombres tels que publiés."])
    page.widths(24, 18, 20, 52, 40, 18, 28, 12, 48)
    taken = [replace(source, indicator_fr=line.label_fr, as_worded=line.as_worded) for line in lines]
    add_sources(workbook, [*taken, *aims], declared.wordings.addresses)
    return workbook


def _day(plan: Plan, source: Fact, facts: Facts) -> tuple[str, Value]:
    """Return the date of publication, or that of signature where the plan declares one."""
    if plan.signature is None:
        return "Date de publication :", published(source)
    stated = {agreement.duration_note for agreement in facts.agreements if agreement.source == source.source_url}
    if plan.signature.stated not in stated:
        raise SystemExit(f"agreements.csv no longer says « {plan.signature.stated} » ({plan.plan})")
    return "Date de signature :", plan.signature.day


def _fact_of(aim: Aim, plan: Plan, facts: Facts, lines: Sequence[Commitment]) -> Fact:
    """Return the only published commitment that a declaration means."""
    title = plan.source or facts.source(lines[0].source).source_title
    if aim.quoted:
        quoted = facts.quoted(title, aim.quoted, f"commitments.toml, « {plan.plan} », {aim.line}")
        return replace(quoted, territory_name=aim.territory, period=aim.period, indicator_fr=aim.label)
    found = facts.matching(aim.territory, aim.period, aim.indicator, title, TARGETS)
    if len(found) != 1:
        raise SystemExit(
            f"commitments.toml, « {plan.plan} », {aim.line}: facts.csv has {len(found)} targets for {aim.indicator}, "
            f"{aim.territory}, {aim.period} in a source that begins with « {title} »; one is meant"
        )
    return found[0]


def _cells_of_aim(aim: Aim, fact: Fact, declared: Declarations) -> list[CellContent]:
    indicator = indicator_of(aim.measures, *SCOPES)
    where = "" if fact.territory_name == "France" else f" ({plain(fact.territory_name)})"
    return [
        aim.line,
        None,
        None,
        aim.label or plain(fact.indicator_fr) + where,
        indicator.label_fr,
        period_words(fact.period),
        Stated(fact.as_worded, fact),
        unit_words(fact.as_worded, indicator, {**declared.wordings.units, **declared.commitments.units}),
        aim.remark or None,
    ]


def _stated(line: Commitment, plan: Plan, facts: Facts) -> CellContent:
    """Return the figure of a line, with the fact that states it too, where one is declared."""
    if line.line_id not in plan.stated:
        return line.as_worded
    value = str(float(line.value) / 1_000_000) if line.unit == "EUR" else line.value
    fact = facts.stated(line.source, plan.stated[line.line_id], value, f"commitments.toml, {line.line_id}")
    return Stated(line.as_worded, fact)


def _cells(line: Commitment, plan: Plan, facts: Facts, declared: Declarations) -> list[CellContent]:
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
        _stated(line, plan, facts),
        translated(line.unit, units, "commitments.toml, units"),
        translated(line.note, words.remarks, "commitments.toml, remarks") if line.note else None,
    ]


def commitment_period(line: Commitment) -> str | int:
    """Return the period of a commitment; one without a stated end says when it starts."""
    start, end = line.period_start, line.period_end
    if not end:
        return f"à partir de {start}"
    return int(start) if start == end else f"{start}-{end}"
