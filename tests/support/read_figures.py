"""Reading one text or cell as a figure, for tests: what it says, or why it is refused."""

from __future__ import annotations

from hypothesis import settings

from pipeline.cells.workbook import Cell, Kind, Typed
from pipeline.figures import Expected, Figure, read_text
from pipeline.rejections import Rejection

# No time is asserted, and nothing is left behind.
untimed = settings(deadline=None, database=None)


def read(text: str, unit: str = "dwellings", **declared: str) -> Figure:
    found = read_text(text, Expected(unit, **declared))
    assert isinstance(found, Figure), found
    return found


def refused(text: str, unit: str = "dwellings", **declared: str) -> Rejection:
    found = read_text(text, Expected(unit, **declared))
    assert isinstance(found, Rejection), found
    assert found.raw_text == text
    return found


# -- the corpus --------------------------------------------------------------------------------------------------


def declared(wording: str, unit: str, value: float) -> tuple[Expected, float]:
    """Return what the source's table declares about a wording of the corpus, and the value in its canonical unit."""
    if unit == "MEUR":
        bare = not any(character.isalpha() or character == "€" for character in wording)
        return Expected("EUR", stated="M€" if bare else ""), value * 1e6
    if unit == "per_100k":  # a press article that writes 15.200 for thousands throughout
        return Expected(unit, dot="thousands"), value
    if (wording, unit) == ("2,16", "count"):  # "en millions", says its table
        return Expected(unit, stated="millions"), value
    if (wording, unit) == ("2,16", "persons"):  # an average household size
        return Expected("persons_per_dwelling"), value
    return Expected(unit), value


# -- typed cells -------------------------------------------------------------------------------------------------


def cell(
    value: Typed,
    number_format: str | None = "General",
    kind: Kind = Kind.NUMBER,
    *,
    text: str | None = None,
    formula: str | None = None,
) -> Cell:
    return Cell(7, 3, kind, str(value) if text is None else text, value, number_format, formula)
