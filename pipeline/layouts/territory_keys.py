"""Which territory a cell of a table names, by what its column allows and what its file is about.

What belongs here: the levels of a column, names that are a region's and a department's, why a name cannot stand. What
does not: the code list (``pipeline.vocabulary.territories``), other keys (``keys``).
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.layouts.language import Layout, ReadField
from pipeline.rejections import Rejection, Wording, reject
from pipeline.vocabulary import territories
from pipeline.vocabulary.territories import Territory
from pipeline.vocabulary.words import nearest

_ALIKE = 0.6
"""How much a name must look like a known one to be told as the nearest."""
_LEVELS = {
    "national": ("le pays", "the nation"),
    "region": ("une région", "a region"),
    "department": ("un département", "a department"),
    "other": ("un territoire d'une autre sorte", "a territory of another kind"),
}


def territory_named(raw: object, text: str, field: ReadField, layout: Layout) -> Territory | None:
    """Return the territory that a cell names at one of the levels of its column; ``None`` where it names none.

    Args:
        raw: the typed value.
        text: the text.
        field: the column: its levels, and which of them is written in capitals.
        layout: that of the source: in a return of a region, « Guadeloupe » is the region and not its department.
    """
    found = _named(raw, text, field.levels, field.capitals)
    return _region_of_its_name(found, text, field.levels) if found and layout.partition == "region" else found


@lru_cache(maxsize=16384, typed=True)
def _named(raw: object, text: str, levels: tuple[str, ...], capitals: str | None) -> Territory | None:
    if capitals is not None:
        others = tuple(level for level in levels if level != capitals)
        is_capital = text == text.upper() and text != text.lower()
        levels = (capitals, *others) if is_capital else others
    for level in levels or ("",):
        found = territories.resolve_territory(raw, level=level)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=16384)
def _region_of_its_name(found: Territory, text: str, levels: tuple[str, ...]) -> Territory:
    """Return the region that a department is the whole of, where it was named and not given by its code."""
    if found.level != "department" or "region" not in levels:
        return found
    region = territories.resolve_territory(text, level="region")
    return region if region is not None and region.code == found.parent_code else found


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
