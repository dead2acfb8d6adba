"""Charts: the trend of an indicator as inline SVG, made with altair and vl-convert.

The colours are variables of the page, so that a chart is dark in dark mode and black on paper. A figure that is not
final is a hollow point, one that is hedged a triangle, a year without one a cross on the axis: never by colour alone.

What belongs here: from points to a drawing. What does not: the table beside it (the templates).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from pipeline.publishing.bulletins.shown import Row, figure, number
from pipeline.vocabulary.mark_words import NOT_KNOWN

WIDTH, HEIGHT = 330, 110
_FONT = "system-ui, sans-serif"
# colours that no drawing has by itself, each to become a variable of the page
_INK, _QUIET, _LINE, _PAPER = "#010203", "#010204", "#010205", "#010206"
_VARIABLES = {_INK: "var(--ink)", _QUIET: "var(--quiet)", _LINE: "var(--line)", _PAPER: "var(--paper)"}
_LOCALE = {"decimal": ",", "thousands": "\N{NARROW NO-BREAK SPACE}", "grouping": [3], "currency": ["", "\xa0€"]}
_TEXT_SIZE = 11
_MOST_YEARS = 16


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
        "text": f"{_short(row)}{' ' if signs else ''}{signs}",
        "kind": kind,
        "said": shown.in_words,
    }


def _short(row: Row) -> str:
    sign = {">": "> ", "<": "< ", "~": "≈ ", "interval": "≈ "}.get(row["qualifier"], "")
    return sign + number(row["value"], row["unit"])


def trend(title: str, shown: Sequence[Mapping[str, Any]]) -> str:
    """Return a drawing as inline SVG, with a title and a description for who does not see it."""
    import vl_convert  # noqa: PLC0415  # a load shall not pay for it

    drawn: str = vl_convert.vegalite_to_svg(_specification(shown), format_locale=_LOCALE)
    for colour, variable in _VARIABLES.items():
        drawn = drawn.replace(colour, variable)
    head = f'<svg class="trend" role="img" viewBox="0 0 {_size(drawn)}">'
    said = " ; ".join(f"{point['year']} : {point['said']}" for point in shown)
    described = f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"
    return head + described + drawn[drawn.index(">") + 1 :]


def _size(drawn: str) -> str:
    found = re.search(r'viewBox="0 0 ([0-9.]+ [0-9.]+)"', drawn)
    return found[1] if found else f"{WIDTH} {HEIGHT}"


def _specification(shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the drawing in the grammar of Vega-Lite."""
    import altair as alt  # noqa: PLC0415  # a load shall not pay for it

    known = [point for point in shown if point["value"] is not None]
    steps = [
        {**point, "segment": str(first["year"])}
        for first, second in pairwise(known)
        if second["year"] - first["year"] == 1
        for point in (first, second)
    ]
    top = max(max(point["most"], point["value"]) for point in known)
    low = min(0.0, *(point["value"] for point in known))
    x = alt.X("year:O", axis=alt.Axis(labelAngle=0, title=None, domainColor=_QUIET, ticks=False, labelPadding=6))
    scale = alt.Scale(domain=[low, top * 1.25 if top > 0 else 1.0], nice=False)
    y = alt.Y("value:Q", scale=scale, axis=None)
    hollow = {"plain": _LINE, "hedged": _PAPER, "provisional": _PAPER}
    shapes = {"plain": "circle", "provisional": "circle", "hedged": "triangle-up"}
    kinds = list(hollow)
    layers = [
        alt.Chart(alt.Data(values=steps)).mark_line(stroke=_LINE, strokeWidth=2).encode(x=x, y=y, detail="segment:N"),
        alt.Chart(alt.Data(values=known)).mark_rule(stroke=_QUIET).encode(
            x=x, y=alt.Y("least:Q", scale=scale, axis=None), y2="most:Q"
        ),
        alt.Chart(alt.Data(values=known)).mark_point(stroke=_LINE, strokeWidth=2, size=48, opacity=1).encode(
            x=x,
            y=y,
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=kinds, range=list(hollow.values())), legend=None),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=list(shapes.values())), legend=None),
        ),
        alt.Chart(alt.Data(values=known)).mark_text(dy=-13, fill=_INK).encode(x=x, y=y, text="text:N"),
        alt.Chart(alt.Data(values=[p for p in shown if p["value"] is None])).mark_text(
            fill=_QUIET, baseline="bottom", dy=-2
        ).encode(x=x, y=alt.datum(low, type="quantitative", scale=scale), text="text:N"),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(width=WIDTH - 30, height=HEIGHT)
    chart = chart.configure(font=_FONT, background="transparent", padding=4).configure_view(stroke=None)
    chart = chart.configure_text(fontSize=_TEXT_SIZE).configure_axis(labelColor=_QUIET, labelFontSize=_TEXT_SIZE, grid=False)
    return dict(chart.to_dict(validate=False))
