"""The pages behind the bulletins: each indicator, commitments, who has reported, contradictions, changes, the method.

What belongs here: what stands on them. What does not: the pages of territories, those of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any

from pipeline.proof.contradictions_page import VERDICTS
from pipeline.publishing.bulletins import charts
from pipeline.publishing.bulletins.commitments import commitments, lines
from pipeline.publishing.bulletins.compared_pages import ComparedPages
from pipeline.publishing.bulletins.content import NATION, Content, Rows
from pipeline.publishing.bulletins.layout import MENU, render_page
from pipeline.publishing.bulletins.shown import (
    Row,
    Shown,
    day,
    figure,
    made_of_cells,
    number,
    percent,
    stated,
    unit_words,
)
from pipeline.publishing.bulletins.site import Page
from pipeline.publishing.bulletins.territory_pages import (
    indicator_page,
    scorecard_line,
    state_of,
    territory_page,
    tile_map,
    trend,
)
from pipeline.vocabulary.days import moment_of, paris_time
from pipeline.vocabulary.words import fold

_MEASURES = {
    "flow": "flux : ce qui s'est passé pendant l'année",
    "stock": "stock : ce qu'il y a à une date",
    "cumulative": "cumul depuis une date",
}
_SCOPES = {
    "action_logement": "groupe Action Logement",
    "all_landlords": "tous les bailleurs sociaux",
    "context": "contexte",
}
_LEVELS = {"national": 0, "region": 1, "department": 2}
_CHANGES = {
    "national": ("Chiffres nationaux qui ont changé", "Le chiffre du pays, publié ou somme des régions"),
    "restated": ("Chiffres révisés", "Le même chiffre dans les deux publications ; chacun mène à sa cellule"),
    "added": ("Chiffres nouveaux", "Ce que la publication précédente n'énonçait pas"),
    "withdrawn": ("Chiffres retirés", "Ce que seule la publication précédente énonçait"),
    "reported": ("Régions qui ont répondu", "Par source et année d'activité"),
    "no_longer_reported": ("Régions dont la réponse a été retirée", "Par source et année d'activité"),
    "refused": ("Refus nouveaux", "Chaque cellule ou fichier refusé, et ce qu'il faut corriger"),
    "no_longer_refused": ("Refus levés", "Ce qui était refusé et ne l'est plus"),
}
"""The heading of each kind of change, and what its table holds."""
_LACKING = {
    "late": "rien reçu, l'échéance est passée",
    "rejected": "reçu et refusé en entier",
    "pending": "reçu, pas encore lu",
    "awaited": "pas encore reçu, l'échéance n'est pas passée",
}
"""Whoever has not reported, by what became of it."""
_OF_FIGURES = {"national", "restated", "added", "withdrawn"}
_OF_REGIONS = {"reported", "no_longer_reported"}


def other_pages(content: Content, compared: ComparedPages) -> Iterator[Page]:
    """Yield the pages of indicators, then those of the menu."""
    codes = [code for code in content.indicators if code in content.by_indicator]
    for code in codes:
        made_of = _indicator(content, compared, code)
        yield Page(indicator_page(code), made_of, partial(_indicator_page, made_of))
    for title, template, found in (
        ("Indicateurs", "indicators.html", {"scopes": _indicators(content, codes)}),
        ("Engagements", "commitments.html", {"plans": _plans(content)}),
        ("Qui a répondu", "coverage.html", {"sources": _coverage(content), "today": day(content.today)}),
        ("Contradictions", "contradictions.html", {"kinds": _contradictions(content, compared)}),
        ("Changements", "changes.html", _changes(content, compared)),
        ("Méthode", "method.html", _method(content)),
    ):
        made = {"title": title, "here": MENU[title], **found}
        yield Page(MENU[title], made, partial(render_page, template, **made))


# -- indicators --------------------------------------------------------------------------------------------------------


def _indicator_page(made_of: dict[str, Any]) -> str:
    drawn = made_of["trend"] and {**made_of["trend"], "svg": charts.trend(made_of["title"], made_of["trend"]["points"])}
    return render_page("indicator.html", **{**made_of, "trend": drawn})


def _indicator(content: Content, compared: ComparedPages, code: str) -> dict[str, Any]:
    indicator, rows = content.indicators[code], content.by_indicator[code]
    years = sorted({row["year"] for row in rows})
    national = content.known(code, NATION)
    regions = {row["territory_id"] for row in rows if row["territory_level"] == "region" and row["value"] is not None}
    return {
        "title": indicator["label_fr"],
        "here": indicator_page(code),
        "definition": indicator["definition_fr"],
        "facts": _facts(content, indicator),
        "years": years,
        "lines": list(_lines(rows, years)),
        "trend": trend(indicator, national) if len(national) > 1 else None,
        "map": tile_map(content, code) if len(regions) > 1 else None,
        "vintages": _vintages(compared, content.revised.get(code, [])),
    }


def _facts(content: Content, indicator: Row) -> list[tuple[str, str]]:
    population = content.populations.get(indicator["own_population"], "")
    adds = "s'additionne d'un territoire à l'autre" if indicator["is_additive"] else "ne s'additionne pas"
    found = {
        "Unité": unit_words(indicator["unit"]),
        "Mesure": f"{_MEASURES[indicator['measure']]} ; {adds}",
        "Population": population,
        "Code": indicator["code"],
    }
    return [(name, text) for name, text in found.items() if text]


def _lines(rows: Iterable[Row], years: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the figures of each territory, year by year: the nation, the regions, the departments."""
    ordered = sorted(
        rows, key=lambda row: (_LEVELS[row["territory_level"]], fold(row["territory"]), row["territory_id"])
    )
    for (level, name, _), each in groupby(
        ordered, key=lambda row: (row["territory_level"], row["territory"], row["territory_id"])
    ):
        of = list(each)
        found = {row["year"]: figure(row) for row in of}
        link = "" if level == "department" else territory_page(level, of[0]["territory_code"])
        yield {"level": level, "name": name, "link": link, "cells": [found.get(year) for year in years]}


def _vintages(compared: ComparedPages, rows: Rows) -> list[dict[str, Any]]:
    links = [compared.link(compared.vintage(row), "stated") for row in rows]
    return [
        {
            "territory": row["territory"],
            "period": row["period_label"],
            "vintage": row["vintage"],
            "value": stated(row, link),
            "change": percent(row["difference_percent"], link, signed=True) if row["vintage"] > 1 else None,
            "known_on": day(row["known_on"]),
        }
        for row, link in zip(rows, links, strict=True)
    ]


def _indicators(content: Content, codes: list[str]) -> list[dict[str, Any]]:
    found = [
        {
            "title": title,
            "lines": [scorecard_line(content, code, NATION) for code in codes if _scope(content, code) == scope],
        }
        for scope, title in _SCOPES.items()
    ]
    return [each for each in found if each["lines"]]


def _scope(content: Content, code: str) -> str:
    return str(content.indicators[code]["scope"])


# -- commitments, coverage, contradictions, changes --------------------------------------------------------------------


def _plans(content: Content) -> list[dict[str, Any]]:
    found = lines(commitments(content))
    return [{"title": plan, "lines": list(each)} for plan, each in groupby(found, key=lambda line: line["plan"])]


def _coverage(content: Content) -> list[dict[str, Any]]:
    """Return, for each source that is due every year: by year who is missing, then what came from whom."""
    labels = _source_labels(content)
    return [
        {"title": labels.get(source, source), **_of_source(content, list(each))}
        for source, each in groupby(content.coverage, key=lambda row: row["source"])
    ]


def _of_source(content: Content, rows: Rows) -> dict[str, Any]:
    years = sorted({row["year"] for row in rows}, reverse=True)
    states = {(row["region_code"], row["year"]): row for row in rows}
    table = [
        {
            "name": name,
            "link": territory_page("region", code),
            "cells": [_state(states.get((code, year))) for year in years],
        }
        for code, name in content.regions.items()
    ]
    summaries = [_of_year(content, year, [row for row in rows if row["year"] == year]) for year in years]
    return {"years": years, "lines": table, "summaries": summaries}


def _of_year(content: Content, year: int, rows: Rows) -> dict[str, Any]:
    """Return how many regions reported on a year, and which did not, by what became of their files."""
    came = sum(row["status"] == "accepted" for row in rows)
    due = rows[0]["due_on"]
    lacking = []
    for status, words in _LACKING.items():
        codes = {row["region_code"] for row in rows if row["status"] == status}
        names = [(name, territory_page("region", code)) for code, name in content.regions.items() if code in codes]
        if names:
            lacking.append({"status": status, "words": words, "regions": names})
    after = sum(row["status"] == "accepted" and row["is_late"] for row in rows)
    return {
        "year": year,
        "due_on": day(due),
        "came": f"{came} région{'s' if came > 1 else ''} sur {len(rows)}",
        "after": f", dont {after} après l'échéance" if after else "",
        "lacking": lacking,
    }


def _source_labels(content: Content) -> dict[str, str]:
    return {row["source"]: row["title_fr"] for row in content.rows("FROM dim.source")}


def _state(row: Row | None) -> dict[str, str]:
    if row is None:
        return {"status": "none", "text": "–"}
    figures = f", {row['figures']} chiffre{'s' if row['figures'] > 1 else ''}" if row["figures"] else ""
    return {"status": row["status"], "text": state_of(row) + figures}


def _contradictions(content: Content, compared: ComparedPages) -> list[dict[str, Any]]:
    return [
        {"title": kind, "lines": [_contradiction(compared, row) for row in each]}
        for kind, each in groupby(content.contradictions, key=lambda row: row["kind_fr"])
    ]


def _contradiction(compared: ComparedPages, row: Row) -> dict[str, Any]:
    what = compared.contradiction(row)
    through = next(iter(compared.cells(what, "through")), None)
    sides = [_side(row, side, compared.link(what, side)) for side in ("left", "right")]
    if through is not None:
        place = f"{through['file']}, « {through['sheet']} », {through['cell']}"
        link = compared.link(what, "through")
        sides.append({"text": through["raw_text"], "place": place, "publisher": "", "link": link})
    return {
        "message": row["message_fr"],
        "link": what.page,
        "verdict": VERDICTS[row["verdict"]],
        "status": row["verdict"],
        "sides": sides,
    }


def _side(row: Row, side: str, link: str) -> dict[str, str]:
    place = f"{row[f'{side}_file']}, « {row[f'{side}_sheet']} », {row[f'{side}_cell']}"
    return {
        "text": row[f"{side}_text"] or number(row[f"{side}_value"], row["unit"]),
        "place": place if row[f"{side}_file"] else row[f"{side}_cell"],
        "publisher": row[f"{side}_publisher"] or "",
        "link": link,
    }


def _changes(content: Content, compared: ComparedPages) -> dict[str, Any]:
    found: dict[str, list[Row]] = {kind: [] for kind in _CHANGES}
    for row in content.changes:
        found[row["change"]].append(row)
    labels = _source_labels(content)
    kinds = [
        {
            "title": _CHANGES[kind][0],
            "about": _CHANGES[kind][1],
            "count": rows[0]["of_kind"],
            "has_figures": kind in _OF_FIGURES,
            "has_territories": kind in _OF_FIGURES | _OF_REGIONS,
            "has_places": kind not in _OF_REGIONS,
            "lines": [_changed(content, compared, labels, row) for row in rows],
        }
        for kind, rows in found.items()
        if rows
    ]
    before = content.release["compared_with"]
    return {"kinds": kinds, "compared_with": before, "of_day": paris_time(moment_of(before)) if before else ""}


def _changed(content: Content, compared: ComparedPages, labels: dict[str, str], row: Row) -> dict[str, Any]:
    indicator = content.indicators.get(row["indicator"] or "", {})
    what = compared.change(row)
    links = {side: compared.link(what, side) for side in ("new", "old", "refused")}

    def shown(side: str) -> Shown | None:
        value = row[f"{side}_value"]
        return None if value is None else made_of_cells(value, row["unit"], compared.cells(what, side), links[side])

    old, new = shown("old"), shown("new")
    marks = dict.fromkeys(mark for each in (new, old) if each is not None for mark in each.marks)

    return {
        "label": indicator.get("label_fr") or labels.get(row["source"] or "", row["source"]) or "",
        "territory": row["territory"] or "",
        "period": row["period_label"] or row["period"] or "",
        "old": old,
        "new": new,
        "change": percent(row["difference_percent"], links["new"], signed=True, marks=tuple(marks)),
        "place": row["new_cell"] or row["old_cell"] or "",
        "message": row["message_fr"] or "",
        "message_link": links["refused"],
    }


def _method(content: Content) -> dict[str, Any]:
    release = content.release
    return {
        "release_id": release["release_id"],
        "as_of": day(release["as_of"]),
        "submissions": release["submissions"],
        "observations": release["observations"],
        "relations": _relations(content),
        "publications": [
            {**row, "published_on": day(row["published_on"])}
            for row in content.rows("FROM dim.publication WHERE is_stated ORDER BY published_on DESC, title")
        ],
    }


def _relations(content: Content) -> Rows:
    """Return the relations between the cells and the figures of the site, each with its formula."""
    wanted = ("kpi.annual", "kpi.target_progress", "kpi.agreements")
    found = {row["relation_name"]: row for row in content.rows("FROM audit.relation")}
    names = [name for top in wanted if top in found for name in (top, *found[top]["upstream"])]
    return [found[name] for name in dict.fromkeys(names) if name in found]
