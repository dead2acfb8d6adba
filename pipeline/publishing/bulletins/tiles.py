"""The tile map: the 18 regions as equal squares, placed like the country, those overseas as large as the others.

What belongs here: where each square lies and how it is filled. What does not: which figure is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.publishing.bulletins.shown import Shown

# column and row of each region, by its INSEE code
PLACES = {
    "32": (3, 0),
    "28": (2, 1), "11": (3, 1), "44": (4, 1),
    "53": (1, 2), "52": (2, 2), "24": (3, 2), "27": (4, 2),
    "75": (2, 3), "84": (4, 3),
    "76": (3, 4), "93": (4, 4), "94": (5, 4),
    "01": (0, 5), "02": (1, 5), "03": (2, 5), "04": (3, 5), "06": (4, 5),
}  # fmt: skip
# names too long for a square, on two lines
TWO_LINES = {
    "32": ("Hauts-de-", "France"), "11": ("Île-de-", "France"), "52": ("Pays de", "la Loire"),
    "24": ("Centre-", "Val de Loire"), "27": ("Bourgogne-", "Fr.-Comté"), "75": ("Nouvelle-", "Aquitaine"),
    "84": ("Auvergne-", "Rh.-Alpes"), "93": ("Provence-", "Alpes-C.-A."),
}  # fmt: skip
SIDE, GAP = 76, 4
CLASSES = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One square: where it lies, what it says, and its class of colour (``None``: hatched, no figure)."""

    x: int
    y: int
    name: str
    lines: tuple[str, ...]
    link: str
    shown: Shown
    note: str
    shade: int | None
    is_here: bool


def places(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return column and row of each region; one that is new lies below the others until it has its place."""
    below = max(row for _, row in PLACES.values()) + 1
    new = sorted(set(codes) - set(PLACES))
    return {code: PLACES.get(code) or (new.index(code), below) for code in codes}


def size(codes: Iterable[str]) -> tuple[int, int]:
    """Return width and height of the map."""
    columns, rows = (max(place[at] for place in places(codes).values()) + 1 for at in (0, 1))
    return columns * (SIDE + GAP) + GAP, rows * (SIDE + GAP) + GAP


def tiles(
    figures: Mapping[str, tuple[Shown, str]], names: Mapping[str, str], links: Mapping[str, str], here: str = ""
) -> list[Tile]:
    """Return the squares of a map, in the order in which they are read.

    Args:
        figures: by the code of a region, its figure and what is to be noted beside it, its year.
        names: every region of today by its code.
        links: the page of each.
        here: the code of the region that the page is about.
    """
    values = [shown.value for shown, _ in figures.values() if shown.value is not None]
    steps = bounds(values)
    found = []
    for code, (column, row) in sorted(places(names).items(), key=lambda each: (each[1][1], each[1][0])):
        shown, note = figures[code]
        shade = None if shown.value is None else sum(shown.value >= step for step in steps)
        x, y = (GAP + at * (SIDE + GAP) for at in (column, row))
        lines = TWO_LINES.get(code, (names[code],))
        found.append(Tile(x, y, names[code], lines, links[code], shown, note, shade, is_here=code == here))
    return found


def bounds(values: Sequence[float]) -> list[float]:
    """Return the least value of each class of colour but the first, so that the classes hold as many regions."""
    ordered = sorted(set(values))
    if len(ordered) < CLASSES:
        return ordered[1:]
    return [ordered[len(ordered) * step // CLASSES] for step in range(1, CLASSES)]
