"""Which territory a cell names, by what its column allows, and why a name cannot stand.

What belongs here: the levels of a column. What does not: the code list (``pipeline.vocabulary.territories``), which
level is meant by a name of two (``two_levels``), other keys (``keys``).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from pipeline.layouts.read_fields import ReadField
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary import territories
from pipeline.vocabulary.territories import Territory, TwoLevels
from pipeline.vocabulary.words import nearest

_ALIKE = 0.6
"""How much a name must look like a known one to be told as the nearest."""
TWO_LEVELS = "TERRITOIRE_DEUX_NIVEAUX"
"""Why a name is refused that is a region's and its department's."""
_LEVELS = {
    "national": ("le pays", "the nation"),
    "region": ("une région", "a region"),
    "department": ("un département", "a department"),
    "other": ("un territoire d'une autre sorte", "a territory of another kind"),
}


def territory_named(raw: object, text: str, field: ReadField) -> Territory | TwoLevels | None:
    """Return the territory that a cell names at one of the levels of its column; ``None`` where it names none.

    A name that is a region's and its department's is both where the column allows both and neither the cell nor its
    capitals say which: then what stands beside the cell decides (``two_levels``).

    Args:
        raw: the typed value.
        text: the text.
        field: the column: its levels, and which of them is written in capitals.
    """
    return _named(raw, text, field.levels, field.capitals, is_parent=field.field == "parent")


@lru_cache(maxsize=16384, typed=True)
def _named(
    raw: object, text: str, levels: tuple[str, ...], capitals: str | None, *, is_parent: bool
) -> Territory | TwoLevels | None:
    if capitals is not None:
        others = tuple(level for level in levels if level != capitals)
        is_capital = text == text.upper() and text != text.lower()
        levels = (capitals, *others) if is_capital else others
    elif (not levels or {"region", "department"}.issubset(levels)) and (both := territories.two_levels(text)):
        return both.region if is_parent else both  # what contains a department is its region
    for level in levels or ("",):
        found = territories.resolve_territory(raw, level=level)
        if found is not None:
            return found
    return None


def is_elsewhere(territory: Territory, region: Territory) -> bool:
    """Whether another office reports a territory; a region of before 2016 is a part of one of today's."""
    return not territory.valid_to and not territories.is_within(territory.level, territory.code, region.code)


def misplaced(
    text: str, named: object, region: object, split: Collection[str], *, of_regions: bool
) -> Rejection | None:
    """Return why a territory cannot stand in a file: another office reports it, or the file names a part of it as well.

    Args:
        text: its name as written.
        named: what it means.
        region: the territory that the file is about, if it says so.
        split: the codes of the departments of which the file names a part.
        of_regions: whether each file is that of a region.
    """
    if not isinstance(named, Territory):
        return None
    if named.level == "department" and named.code in split:
        return reject("TERRITOIRE_PARTAGE", raw_text=text, expected=named.name)
    if of_regions and isinstance(region, Territory) and is_elsewhere(named, region):
        return reject("TERRITOIRE_HORS_REGION", raw_text=text, expected=region.name)
    return None


def two_readings(text: str, both: TwoLevels) -> Rejection:
    """Return why a name of two levels is not read: nothing says which of them is meant."""
    codes = {"region": both.region.code, "department": both.department.code}
    return reject(TWO_LEVELS, raw_text=text, name=both.region.name, **codes)


def why_not(text: str, field: ReadField) -> Rejection:
    """Return why a cell names no territory of its column: one of another level, or a name like a known one's."""
    at_levels = (territories.resolve_territory(text, level=level) for level in territories.LEVELS)
    known = next((territory for territory in at_levels if territory is not None), None)
    if known is not None and field.levels:
        found = _LEVELS[known.level]
        expected = [_LEVELS[level] for level in field.levels]
        return reject(
            "TERRITOIRE_AUTRE_NIVEAU",
            raw_text=text,
            name=known.name,
            level=Wording(*found),
            expected=Wording(" ou ".join(fr for fr, _ in expected), " or ".join(en for _, en in expected)),
        )
    names = [t.name for t in territories.territories() if not field.levels or t.level in field.levels]
    near = nearest(text, dict.fromkeys(names), count=2, least=_ALIKE)
    quoted = " ou ".join(f"« {name} »" for name in near), " or ".join(f"“{name}”" for name in near)
    hint = Wording(f", par exemple {quoted[0]}", f", for instance {quoted[1]}") if near else Wording("", "")
    return reject("TERRITOIRE_INCONNU", raw_text=text, hint=hint)
