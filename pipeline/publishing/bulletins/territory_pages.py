"""The page of the nation and of each region: what a manager reads, and prints on two pages.

What belongs here: what stands on it. What does not: how it is laid out (``templates/territory.html``), its sentences
(``comment``), its drawings (``charts``, ``tiles``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from pipeline.publishing.bulletins import charts, comment
from pipeline.publishing.bulletins.cell_pages import agreement_page
from pipeline.publishing.bulletins.commitments import followed, lines
from pipeline.publishing.bulletins.content import Content, Rows, latest
from pipeline.publishing.bulletins.layout import render_page
from pipeline.publishing.bulletins.shown import (
    Row,
    Sentence,
    Shown,
    day,
    figure,
    marks_of,
    missing,
    ordinal,
    page_name,
    percent,
    short,
    unit_words,
    why_missing,
)
from pipeline.publishing.bulletins.site import Page
from pipeline.publishing.bulletins.tiles import size, tiles
from pipeline.vocabulary.indicators import scorecard

HOME = "index.html"
_FEWEST_POINTS = 2
_FEWEST_RANKED = 3
_MOST_TRENDS = 6
_LAST_YEARS = 8
_OWN_SCOPE = "action_logement"
_STATES = {
    "accepted": "reçu",
    "late": "en retard",
    "rejected": "refusé",
    "pending": "à relire",
    "awaited": "attendu",
}
"""What became of what is due, by its status in ``audit.coverage``."""

_LATE = {"late", "rejected"}
_COUNTS = {
    "signed": "signée(s)",
    "announced": "annoncée(s)",
    "in_force": "en vigueur",
    "in_force_unknown": "dont la durée n'est pas connue",
    "ending_within_12_months": "à échéance dans l'année",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the scorecard."""

    label: str
    link: str
    unit: str
    year: int | None
    shown: Shown
    change: Shown | None = None
    since: str = ""
    place: Shown | None = None
    ranked: int | None = None
    share: Shown | None = None


def territory_page(level: str, code: str) -> str:
    """Return the name of the page of the nation or a region."""
    return HOME if level == "national" else page_name("region", code)


def indicator_page(code: str) -> str:
    """Return the name of the page of an indicator."""
    return page_name("indicateur", code)


def territory_pages(content: Content) -> Iterator[Page]:
    """Yield the page of the nation, then that of each region."""
    for territory in content.territories:
        made_of = _content(content, territory)
        name = territory_page(territory["level"], territory["code"])
        yield Page(name, made_of, partial(_page, made_of))


def _page(made_of: dict[str, Any]) -> str:
    drawings = [{**each, "svg": charts.trend(each["title"], each["points"])} for each in made_of["trends"]]
    return render_page("territory.html", **{**made_of, "trends": drawings})


def _content(content: Content, territory: Row) -> dict[str, Any]:
    identifier, is_nation = territory["territory_id"], territory["level"] == "national"
    lines_of = [scorecard_line(content, code, identifier) for code in _of_scorecard(content)]
    others = [code for code, of in content.series if of == identifier and code not in scorecard()]
    coverage = [row for row in content.coverage if is_nation or row["region_code"] == territory["code"]]
    progress = followed(content)
    return {
        "title": territory["name"],
        "is_nation": is_nation,
        "here": territory_page(territory["level"], territory["code"]),
        "known_until": _known_until(content, identifier),
        "comment": _comment(content, territory, coverage),
        "lines": [line for line in lines_of if line.shown.link],
        "lacking": [line for line in lines_of if not line.shown.link],
        "others": [scorecard_line(content, code, identifier) for code in others],
        "trends": _trends(content, identifier),
        "map": _map(content, territory),
        "commitments": lines(progress),
        "agreements": _agreements(content, identifier),
        "reported": _reported(coverage, is_nation=is_nation),
    }


def _of_scorecard(content: Content) -> list[str]:
    return [code for code in scorecard() if code in content.indicators]


def scorecard_line(content: Content, code: str, territory_id: str) -> Line:
    """Return the line of an indicator: its latest figure, or why there is none."""
    indicator = content.indicators[code]
    known = content.known(code, territory_id)
    row = latest(known) or latest(content.series.get((code, territory_id), ()))
    words = (indicator["label_fr"], indicator_page(code), unit_words(indicator["unit"]))
    if row is None:
        said = content.said_missing.get((code, territory_id))
        return Line(
            *words, said["year"] if said else None, missing(why_missing(said["missing_reason"] if said else ""))
        )
    shown = figure(row)
    share = percent(row["share_percent"], shown.link, marks=shown.marks)
    return Line(*words, row["year"], shown, *_change(row, known, shown), *_rank(row, shown), share)


def _change(row: Row, known: Sequence[Row], shown: Shown) -> tuple[Shown | None, str]:
    """Return how the figure moved on the year before, or else on the last one known, with the marks of both."""
    if row["value"] is None:
        return None, ""
    on_last_year = row["change_percent"] is not None
    moved = row["change_percent"] if on_last_year else row["change_on_last_percent"]
    before = [each for each in known if each["year"] == (row["year"] - 1 if on_last_year else row["last_year"])]
    marks = dict.fromkeys((*shown.marks, *(mark for each in before for mark in marks_of(each))))
    change = percent(moved, shown.link, signed=True, marks=tuple(marks))
    return change, "" if change is None else "sur un an" if on_last_year else f"depuis {row['last_year']}"


def _rank(row: Row, shown: Shown) -> tuple[Shown | None, int | None]:
    if not row["rank"] or (row["ranked"] or 0) < _FEWEST_RANKED:
        return None, None
    return Shown(ordinal(row["rank"]), row["rank"], shown.link), row["ranked"]


def _known_until(content: Content, territory_id: str) -> str:
    days = [row["known_on"] for row in content.annual if row["territory_id"] == territory_id]
    return day(max(days)) if days else ""


def _comment(content: Content, territory: Row, coverage: Rows) -> list[Sentence]:
    identifier = territory["territory_id"]
    codes = [*_of_scorecard(content), *(code for code, of in content.series if of == identifier)]
    series = [known for code in dict.fromkeys(codes) if (known := content.known(code, identifier))]
    if territory["level"] == "national":
        others = [comment.commitment(each.row, each.target, each.achieved) for each in followed(content)]
    else:
        others = [comment.late(coverage, territory["name"])]
    return comment.comment(series, others)


def _trends(content: Content, territory_id: str) -> list[dict[str, Any]]:
    """Return the trends that can be drawn: those of the scorecard first, as many as have room."""
    found = []
    for code, indicator in content.indicators.items():
        known = content.known(code, territory_id)
        if len(known) >= _FEWEST_POINTS:
            found.append(trend(indicator, known))
    return found[:_MOST_TRENDS]


def trend(indicator: Row, known: Sequence[Row]) -> dict[str, Any]:
    """Return what a drawing and the table beside it are made of."""
    rows = {row["year"]: row for row in known}
    shown = charts.points(known)
    cells = [(p["year"], figure(rows[p["year"]]) if p["year"] in rows else missing(why_missing(""))) for p in shown]
    return {
        "title": indicator["label_fr"],
        "link": indicator_page(indicator["code"]),
        "unit": unit_words(indicator["unit"]),
        "points": shown,
        "cells": cells,
    }


def _map(content: Content, territory: Row) -> dict[str, Any]:
    """Return the map of the indicator of the scorecard that is known of most regions, and of this one if any."""
    identifier, is_nation = territory["territory_id"], territory["level"] == "national"
    regions = {code: f"REG-{code}" for code in content.regions}

    def known(code: str) -> tuple[bool, int]:
        here = is_nation or bool(content.known(code, identifier))
        return here, sum(bool(content.known(code, each)) for each in regions.values())

    codes = [code for code in _of_scorecard(content) if content.indicators[code]["scope"] == _OWN_SCOPE]
    if not codes:
        return {}
    return tile_map(content, max(codes, key=known), "" if is_nation else territory["code"])


def tile_map(content: Content, code: str, here: str = "") -> dict[str, Any]:
    """Return the map of the latest known figure of each region, with its year."""
    found: dict[str, tuple[Shown, str]] = {}
    for region in content.regions:
        row = latest(content.known(code, f"REG-{region}"))
        found[region] = (figure(row), str(row["year"])) if row else (missing(why_missing("")), "")
    links = {region: page_name("region", region) for region in content.regions}
    width, height = size(content.regions)
    return {
        "title": content.indicators[code]["label_fr"],
        "unit": unit_words(content.indicators[code]["unit"]),
        "tiles": [
            {**asdict(tile), "shown": tile.shown, "tile_text": short(tile.shown)}
            for tile in tiles(found, content.regions, links, here)
        ],
        "known": sum(shown.value is not None for shown, _ in found.values()),
        "width": width,
        "height": height,
    }


def _agreements(content: Content, territory_id: str) -> list[dict[str, Any]]:
    names = {row["territory_id"]: row for row in content.territories}
    of = names[territory_id]
    found = []
    for row in content.agreements:
        if (row["territory_level"], row["territory_code"]) == (of["level"], of["code"]):
            link = agreement_page(row, territory_id)
            counts = [(Shown(str(row[name]), row[name], link), word) for name, word in _COUNTS.items() if row[name]]
            found.append(
                {"year": row["year"], "kind": row["agreement_kind"], "counts": counts, "stated": row["stated_counts"]}
            )
    return found


def _reported(coverage: Rows, *, is_nation: bool) -> list[dict[str, Any]]:
    """Return, by year, what became of what was due: of a region its state, of the nation how many regions reported."""
    years = sorted({row["year"] for row in coverage}, reverse=True)[:_LAST_YEARS]
    found = []
    for year in years:
        rows = [row for row in coverage if row["year"] == year]
        if is_nation:
            came = sum(row["status"] == "accepted" for row in rows)
            found.append({"year": year, "state": f"{came} régions sur {len(rows)}", "is_late": came < len(rows)})
        else:
            state = " ; ".join(map(_state_with_counts, rows))
            found.append({"year": year, "state": state, "is_late": any(row["status"] in _LATE for row in rows)})
    return found


def _state_with_counts(row: Row) -> str:
    asked = f", {row['indicators_reported']} indicateurs sur {row['indicators_expected']}"
    return state_of(row) + (asked if row["status"] == "accepted" else "")


def state_of(row: Row) -> str:
    """Return what became of what was due: ``reçu``, ``reçu après l'échéance``, ``en retard``."""
    word = _STATES[row["status"]]
    return f"{word} après l'échéance" if row["status"] == "accepted" and row["is_late"] else word
