"""The trend of an indicator: every year has its point or its gap, marks show by shape, and it has its words."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from pipeline.publishing.bulletins import charts
from tests.unit.publishing.bulletins.rows import annual

SERIES = [
    annual(year=2018, value=1000.0),
    annual(year=2019, value=1200.0, obs_status="P"),
    annual(year=2021, value=1400.0, qualifier=">", at_least=1400.0, at_most=1500.0),
]


def test_a_year_without_a_figure_is_shown_as_such() -> None:
    points = charts.points(SERIES)
    assert [(point["year"], point["kind"]) for point in points] == [
        (2018, "plain"),
        (2019, "provisional"),
        (2020, "missing"),
        (2021, "hedged"),
    ]
    assert [point["text"] for point in points] == ["1\u202f000", "1\u202f200 (p)", "n.d.", ">\u202f1\u202f400"]


def test_a_drawing_is_one_picture_with_a_title_and_a_description_in_the_colours_of_its_page() -> None:
    drawn = charts.trend("Agréments <b>", charts.points(SERIES))
    svg = ElementTree.fromstring(drawn)
    assert svg.get("role") == "img"
    assert [child.text for child in svg[:2]] == [
        "Agréments <b>",
        "2018 : 1\u202f000 ; 2019 : 1\u202f200, provisoire ; 2020 : n.d. ; 2021 : plus de 1\u202f400",
    ]
    texts = [each.text for each in svg.iter("text")]
    assert {"1\u202f000", "1\u202f200 (p)", "n.d.", ">\u202f1\u202f400", "2018", "2021"} <= set(texts)
    assert "#0102" not in drawn
    assert "var(--ink)" in drawn
    assert drawn.count("role=") == 1


def test_a_line_joins_years_that_follow_each_other_only() -> None:
    with_gap = charts.trend("a", charts.points([SERIES[0], SERIES[2]]))
    joined = charts.trend("a", charts.points(SERIES[:2]))
    assert 'class="mark-line' not in with_gap or "L" not in with_gap.split('class="mark-line')[1].split("/>")[0]
    assert "L" in joined.split('class="mark-line')[1].split("/>")[0]


def test_many_figures_side_by_side_do_not_touch() -> None:
    many = charts.points([annual(year=year, value=4_839_600.0) for year in range(2016, 2026)])
    drawn = charts.trend("a", many)
    heights = set(
        re.findall(r'translate\([0-9.]+,([0-9.]+)\)" font-family="[^"]*" font-size="11px" fill="var\(--ink\)"', drawn)
    )
    assert len(heights) == 2  # above and below the line, which is level
