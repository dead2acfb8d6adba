"""Which of several cells that do not fit is the wrong one, and what is kept beside it. Every figure is invented."""

from __future__ import annotations

import pytest

from pipeline.layouts.layout_files import LayoutError
from pipeline.vocabulary.territories import parts_of, region_by_slug
from tests.support.shapes import apply, judged, observations
from tests.support.sheets import Rows, layout

PARENTS = """
[[tables]]
name = "territories"
total_of = "parent"
fixed = {{ period = "2021" }}
{more}

[[tables.columns]]
field = "territory"
headers = ["Territoire"]
levels = ["department", "region", "national"]
required = true

[[tables.columns]]
field = "value"
named_by = ["indicator"]
required = true
"""
REGIONS = sorted(code for _, code in parts_of("national", "FR"))


def refused(text: str, rows: Rows) -> dict[str, str]:
    result = judged(apply(layout(text), rows))
    return {each.rejection.cell: each.rejection.reason for each in result.refused}


def verdicts(text: str, rows: Rows) -> dict[str, str]:
    return dict(judged(apply(layout(text), rows)).totals.select("cell", "verdict").iter_rows())


def nation(bretagne: int, total: int, header: str = "Livraisons", departments: tuple[int, ...] = (1, 2, 3, 4)) -> Rows:
    """Return Bretagne with its departments, every other region with 10, and France."""
    rows: Rows = [["Territoire", header]]
    rows += [[name, number] for name, number in zip(("22", "29", "35", "56"), departments, strict=True)]
    rows += [["Bretagne", bretagne], *([f"R{code}", 10] for code in REGIONS if code != "53"), ["France", total]]
    return rows


@pytest.fixture
def named() -> dict[str, str]:
    return {f"R{region.code}": f"Région {region.name}" for region in region_by_slug().values()}


def spelled(rows: Rows, named: dict[str, str]) -> Rows:
    return [[named.get(row[0], row[0]), *row[1:]] for row in rows]


def test_a_region_that_is_not_the_sum_of_its_departments_does_not_refuse_the_nation(named: dict[str, str]) -> None:
    text, others = PARENTS.format(more=""), 10 * (len(REGIONS) - 1)
    rows = spelled(nation(15, others + 10), named)
    assert refused(text, rows) == {"B6": "TOTAL_INCOHERENT"}
    assert verdicts(text, rows) == {"B6": "inconsistent", f"B{len(rows)}": "cannot_tell"}
    rows = spelled(nation(15, others + 99), named)  # which is wrong by itself
    assert refused(text, rows) == {"B6": "TOTAL_INCOHERENT", f"B{len(rows)}": "TOTAL_INCOHERENT"}


@pytest.mark.parametrize("code", ["young_beneficiaries_share", "household_size", "approvals_growth"])
def test_what_does_not_add_up_is_no_sum_and_the_figure_of_the_whole_is_loaded(code: str, named: dict[str, str]) -> None:
    text = 'scopes = ["action_logement", "context"]\n' + PARENTS.format(more='total_words = ["Ensemble"]')
    rows = spelled(nation(3, 4, code, (3, 4, 5, 6)), named)
    extraction = apply(layout(text), rows)
    assert extraction.parts == []
    assert len(observations(extraction, "cell")) == len(rows) - 1
    assert refused(text, rows) == {}


CROSS = """
fixed = { territory = "France", period = "2021" }

[[tables]]
name = "cross"
total_words = ["Total"]
grand_total_words = ["Total général"]

[[tables.sections]]
field = "breakdown"

[[tables.columns]]
field = "breakdown"
headers = ["Type"]
required = true

[[tables.columns]]
field = "value"
headers = ["Nombre"]
named_by = ["breakdown"]
fixed = { indicator = "deliveries" }
choices = { a = ["Maisons"], b = ["Appartements"] }
required = true
"""
GRID: Rows = [
    ["Type", "Maisons", "Appartements", "Total"],
    ["Neuf", 1, 2, 3], ["Ancien", 3, 4, 7], ["Total", 4, 6, 10],
]  # fmt: skip


def with_cell(rows: Rows, row: int, column: int, value: object) -> Rows:
    return [[value if (r, c) == (row, column) else cell for c, cell in enumerate(line)] for r, line in enumerate(rows)]


def test_a_cell_in_which_two_totals_cross_that_miss_by_as_much_is_the_wrong_one() -> None:
    text = CROSS.replace('headers = ["Nombre"]\n', "")
    assert refused(text, GRID) == {}
    assert refused(text, with_cell(GRID, 2, 1, 30)) == {"B3": "PARTIE_INCOHERENTE"}
    assert refused(text, with_cell(GRID, 2, 3, 70)) == {"D3": "TOTAL_INCOHERENT"}  # a row: the corner is kept
    assert refused(text, with_cell(GRID, 3, 3, 70)) == {"D4": "TOTAL_INCOHERENT"}
    two = with_cell(with_cell(GRID, 2, 1, 30), 1, 2, 29)  # whichever of them: each total misses as much
    assert set(refused(text, two)) == {"D2", "D3", "B4", "C4"}


def test_one_wrong_cell_in_a_section_keeps_its_totals_and_the_grand_total() -> None:
    text = CROSS.replace('headers = ["Nombre"]\n', "")
    rows: Rows = [GRID[0], ["Ville"], *GRID[1:], ["Campagne"], *GRID[1:], ["Total général", 8, 12, 20]]
    assert refused(text, rows) == {}
    assert refused(text, with_cell(rows, 3, 2, 9)) == {"C4": "PARTIE_INCOHERENTE"}


@pytest.mark.parametrize("place", ["layout", "table", "both"])
def test_what_a_source_rounds_away_is_allowed_in_every_comparison(place: str, named: dict[str, str]) -> None:
    above, inside = {"layout": (1, None), "table": (None, 1), "both": (0, 1)}[place]
    head = f"rounding = {above}\n" if above is not None else ""
    more = f"rounding = {inside}" if inside is not None else ""
    cross = head + CROSS.replace('headers = ["Nombre"]\n', "").replace('name = "cross"', f'name = "cross"\n{more}')
    for row, column in ((1, 3), (2, 3), (3, 1), (3, 3)):
        assert refused(cross, with_cell(GRID, row, column, GRID[row][column] + 1)) == {}
    assert refused(cross, with_cell(GRID, 3, 3, 12)) == {"D4": "TOTAL_INCOHERENT"}
    text, others = head + PARENTS.format(more=more), 10 * (len(REGIONS) - 1)
    assert refused(text, spelled(nation(11, others + 10), named)) == {}
    assert refused(text, spelled(nation(12, others + 12), named)) == {"B6": "TOTAL_INCOHERENT"}
    adding = cross.replace('headers = ["Type"]', 'headers = ["Type"]\nwhole = ["Ensemble"]\nadds_up = true')
    assert refused(adding, [GRID[0], *GRID[1:3], ["Ensemble", 5, 6, 10]]) == {}


def test_a_rounding_below_zero_is_refused_with_the_layout() -> None:
    with pytest.raises(LayoutError):
        layout("rounding = -1\n" + CROSS)


@pytest.mark.parametrize(
    ("code", "is_compared"),
    [("contributing_companies", True), ("young_region_rank", False), ("benefit_mean_eur", False)],
)
def test_what_is_counted_adds_up_over_its_kinds_and_not_over_territories(
    code: str, is_compared: bool, named: dict[str, str]
) -> None:
    head = 'scopes = ["action_logement", "context"]\n'
    text = head + CROSS.replace('headers = ["Nombre"]\n', "").replace("deliveries", code)
    assert refused(text, with_cell(GRID, 3, 3, 70)) == ({"D4": "TOTAL_INCOHERENT"} if is_compared else {})
    assert refused(head + PARENTS.format(more=""), spelled(nation(15, 99, code), named)) == {}
