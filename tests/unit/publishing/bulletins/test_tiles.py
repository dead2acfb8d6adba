"""The tile map: every region of today has a square of its own, as large as the others, and none is hidden."""

from __future__ import annotations

from itertools import combinations

from pipeline.publishing.bulletins.shown import Shown, missing
from pipeline.publishing.bulletins.tiles import PLACES, SIDE, TWO_LINES, bounds, size, tiles
from pipeline.vocabulary.territories import current_regions

NAMES = {region.code: region.name for region in current_regions()}
LINKS = {code: f"region-{code}.html" for code in NAMES}
NOTHING = {code: (missing("aucun chiffre reçu"), "") for code in NAMES}


def test_each_region_of_today_has_its_place() -> None:
    assert set(PLACES) == set(NAMES)
    assert len(NAMES) == 18
    assert set(TWO_LINES) < set(NAMES)


def test_no_square_lies_on_another_or_outside() -> None:
    found = tiles(NOTHING, NAMES, LINKS)
    width, height = size(NAMES)
    assert len(found) == 18
    for one, other in combinations(found, 2):
        assert abs(one.x - other.x) >= SIDE or abs(one.y - other.y) >= SIDE
    assert all(0 <= tile.x <= width - SIDE and 0 <= tile.y <= height - SIDE for tile in found)


def test_a_region_that_is_new_lies_below_the_others() -> None:
    names = NAMES | {"99": "Nouvelle", "98": "Autre"}
    found = tiles(NOTHING | {code: (missing(""), "") for code in ("98", "99")}, names, LINKS | {"98": "", "99": ""})
    assert len({(tile.x, tile.y) for tile in found}) == 20
    assert max(tile.y for tile in found) + SIDE <= size(names)[1]


def test_the_country_is_recognised() -> None:
    x, y = ({code: place[at] for code, place in PLACES.items()} for at in (0, 1))
    assert x["53"] < x["28"] < x["11"] < x["44"]  # from Brittany to the east
    assert y["32"] < y["11"] < y["24"] < y["84"] < y["93"]  # from north to south
    assert {y[code] for code in ("01", "02", "03", "04", "06")} == {5}


def test_a_higher_figure_is_never_lighter_and_one_that_lacks_has_no_colour() -> None:
    known = {code: (Shown(str(value), value), "2021") for value, code in enumerate(sorted(NAMES)[:9])}
    found = {tile.name: tile for tile in tiles(NOTHING | known, NAMES, LINKS, here="53")}
    ordered = [found[NAMES[code]] for code in sorted(NAMES)[:9]]
    shades = [tile.shade for tile in ordered if tile.shade is not None]
    assert shades == sorted(shades)
    assert set(shades) == {0, 1, 2, 3}
    assert [tile.shade for tile in found.values()].count(None) == 9
    assert [tile.name for tile in found.values() if tile.is_here] == ["Bretagne"]


def test_few_figures_have_a_class_each() -> None:
    assert bounds([]) == []
    assert bounds([5, 5]) == []
    assert bounds([7, 5]) == [7]
