"""Charts: the trend of an indicator as inline SVG, made with altair and vl-convert.

The colours are variables of the page, so that a chart is dark in dark mode and black on paper. A figure that is not
final is a hollow point, one that is hedged a triangle, a year without one a cross on the axis: never by colour alone.

What belongs here: from points to a drawing. What does not: the table beside it (the templates).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from typing import Any

from pipeline.publishing.bulletins.shown import Row, figure, short
from pipeline.vocabulary.mark_words import NOT_KNOWN

WIDTH, HEIGHT = 300, 110
_FONT = "system-ui, sans-serif"
# colours that no drawing has by itself, each to become a variable of the page
_INK, _QUIET, _LINE, _PAPER = "#010203", "#010204", "#010205", "#010206"
_VARIABLES = {_INK: "var(--ink)", _QUIET: "var(--quiet)", _LINE: "var(--line)", _PAPER: "var(--paper)"}
_LOCALE = {"decimal": ",", "thousands": "\N{NARROW NO-BREAK SPACE}", "grouping": [3], "currency": ["", "\xa0€"]}
_TEXT_SIZE = 11
_MOST_YEARS = 16
_MOST_LABELS = 6
"""Years whose figures have room side by side."""
_LOW, _TOP = "its lowest", "its highest"
"""Stand for the ends of a scale until the data are known."""
_HEADROOM = 1.25
_REMEMBERED = 256
_BOX = re.compile(r'viewBox="(0 0 [0-9.]+ [0-9.]+)"')
_PARTS = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def points(series: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what a chart shows: each year from the first to the last known, those without a figure included.

    Args:
        series: rows of ``kpi.annual`` of one indicator and territory, by year, those without a value left out.
    """
    known = {row["year"]: row for row in series}
    years = range(min(known), max(known) + 1)[-_MOST_YEARS:]
    return [_point(year, known.get(year)) for year in years]


def _point(year: int, row: Row | None) -> dict[str, Any]:
    if row is None:
        return {"year": year, "value": None, "text": NOT_KNOWN, "kind": "missing", "said": NOT_KNOWN}
    shown = figure(row)
    hedged = row["qualifier"] != "="
    kind = "hedged" if hedged else "provisional" if {"P", "E"} & set(shown.marks) else "plain"
    signs = " ".join(sign for sign, _ in shown.signs)
    return {
        "year": year,
        "value": row["value"],
        "least": row["at_least"] if hedged and row["at_least"] is not None else row["value"],
        "most": row["at_most"] if hedged and row["at_most"] is not None else row["value"],
        "text": f"{short(shown)}{' ' if signs else ''}{signs}",
        "kind": kind,
        "said": shown.in_words,
    }


def trend(title: str, shown: Sequence[Mapping[str, Any]]) -> str:
    """Return a drawing as inline SVG, with a title and a description for who does not see it."""
    said = " ; ".join(f"{point['year']} : {point['said']}" for point in shown)
    described = f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"
    box, inside = _drawn(_specification(shown))
    return f'<svg class="trend" role="img" viewBox="{box}">{described}{inside}'


@lru_cache(maxsize=_REMEMBERED)
def _drawn(specification: str) -> tuple[str, str]:
    """Return the box of a drawing, and what stands in it; the page of a territory and of an indicator share some."""
    import vl_convert  # a load shall not pay for it

    drawn: str = vl_convert.vegalite_to_svg(json.loads(specification), format_locale=_LOCALE)
    for colour, variable in _VARIABLES.items():
        drawn = drawn.replace(colour, variable)
    box = _BOX.search(drawn)
    # it is one picture, whose parts say nothing by themselves
    return box[1] if box else f"0 0 {WIDTH} {HEIGHT}", _PARTS.sub("", drawn[drawn.index(">") + 1 :])


def _specification(shown: Sequence[Mapping[str, Any]]) -> str:
    """Return the drawing of points in the grammar of Vega-Lite, as JSON."""
    known = [point for point in shown if point["value"] is not None]
    steps = [
        {"year": point["year"], "value": point["value"], "segment": str(first["year"])}
        for first, second in pairwise(known)
        if second["year"] - first["year"] == 1
        for point in (first, second)
    ]
    top = max(max(point["most"], point["value"]) for point in known)
    low = min(0.0, *(min(point["least"], point["value"]) for point in known))
    below = _below(known) if len(shown) > _MOST_LABELS else set()
    data = {
        "steps": steps,
        "known": known,
        "above": [point for point in known if point["year"] not in below],
        "below": [point for point in known if point["year"] in below],
        "missing": [point for point in shown if point["value"] is None],
    }
    frame = _frame().replace(json.dumps(_LOW), str(low)).replace(json.dumps(_TOP), str(top * _HEADROOM or 1.0))
    return json.dumps({**json.loads(frame), "datasets": data})


def _below(known: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the years whose figure is written below its point, so that it does not touch that of the year before."""
    below: set[int] = set()
    for first, second in pairwise(known):
        if second["year"] - first["year"] == 1 and first["year"] not in below:
            below.add(second["year"])
    return below


@cache
def _frame() -> str:
    """Return the drawing without its data and the ends of its scale, as JSON: altair takes far longer than drawing."""
    import altair as alt  # a load shall not pay for it

    x = alt.X("year:O", axis=alt.Axis(labelAngle=0, title=None, domainColor=_QUIET, ticks=False, labelPadding=6))
    scale = alt.Scale(domain=[_LOW, _TOP], nice=False)
    y = alt.Y("value:Q", scale=scale, axis=None)
    kinds = {"plain": (_LINE, "circle"), "provisional": (_PAPER, "circle"), "hedged": (_PAPER, "triangle-up")}
    fills, shapes = ([kind[at] for kind in kinds.values()] for at in (0, 1))
    fill = alt.Fill("kind:N", scale=alt.Scale(domain=list(kinds), range=fills), legend=None)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=shapes), legend=None)
    least = alt.Y("least:Q", scale=scale, axis=None)
    steps, known, above, below, missing = (
        alt.Chart(alt.NamedData(name)) for name in ("steps", "known", "above", "below", "missing")
    )
    ground = alt.YDatum(_LOW, type="quantitative", scale=scale, axis=None)
    chart = alt.layer(
        steps.mark_line(stroke=_LINE, strokeWidth=2).encode(x=x, y=y, detail="segment:N"),
        known.mark_rule(stroke=_QUIET).encode(x=x, y=least, y2="most:Q"),
        known.mark_point(stroke=_LINE, strokeWidth=2, size=48, opacity=1).encode(x=x, y=y, fill=fill, shape=shape),
        above.mark_text(dy=-13, fill=_INK).encode(x=x, y=y, text="text:N"),
        below.mark_text(dy=14, fill=_INK).encode(x=x, y=y, text="text:N"),
        missing.mark_text(fill=_QUIET, baseline="bottom", dy=-2).encode(x=x, y=ground, text="text:N"),
    ).properties(width=WIDTH, height=HEIGHT)
    chart = chart.configure(font=_FONT, background="transparent", padding=4).configure_view(stroke=None)
    chart = chart.configure_text(fontSize=_TEXT_SIZE)
    chart = chart.configure_axis(labelColor=_QUIET, labelFontSize=_TEXT_SIZE, grid=False)
    return json.dumps(chart.to_dict(validate=False))
