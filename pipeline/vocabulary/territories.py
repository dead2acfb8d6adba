"""Territories: one code list, and how people's names and codes for a territory are resolved.

What belongs here: reading ``reference/territories.csv`` and resolving a wording to one territory.
What does not: adding territories up (``sql/``).

Source: Code officiel géographique, INSEE; regions before 2016 are dated predecessors (law no. 2015-29 of 16 January
2015). Pseudo-territories (France métropolitaine, DROM …) have the level ``other`` and never add up with regions.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.settings import declaration_folders
from pipeline.vocabulary.declarations import Declaration, DeclarationError, source_files, unique
from pipeline.vocabulary.words import fold

LEVELS = ("national", "region", "department", "other")


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory. ``code`` is INSEE's and unique within ``level``: department 01 is not region 01."""

    code: str
    level: str
    name: str
    parent_code: str
    valid_from: date | None
    valid_to: date | None
    aliases: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name as a folder: ``hauts-de-france``."""
        return fold(self.name).replace(" ", "-")

    def existed(self, on: date) -> bool:
        """Whether the territory existed on a day."""
        return (self.valid_from or date.min) <= on <= (self.valid_to or date.max)


class TwoLevels(NamedTuple):
    """A region and the only department that it has, which has its name."""

    region: Territory
    department: Territory

    def at(self, level: str) -> Territory:
        """Return the one of a level."""
        return self.region if level == "region" else self.department


@cache
def territories() -> tuple[Territory, ...]:
    """Return every territory of the code list, nation first, then regions, departments; then those that sources bring.

    A source's file brings one under ``[[territories]]``, with the columns of ``reference/territories.csv``.

    Raises:
        DeclarationError: one is not described as it should be or is declared twice, or a name of one is that of another
            one in another file.
    """
    declared = unique(_declared(), "territory").values()
    found = tuple(map(_territory, declared))
    _check_names(found, [each.file for each in declared])
    return found


def _check_names(found: tuple[Territory, ...], files: list[Path]) -> None:
    """Refuse a name that territories of two files have: nobody could tell which is meant.

    A region and its department may have one name (La Réunion), and so may those of one file, which knows of it.
    """
    owners: dict[str, list[tuple[Territory, Path]]] = {}
    for territory, file in zip(found, files, strict=True):
        for name in (territory.name, *territory.aliases):
            for owner, first in owners.setdefault(_squeeze(name), []):
                if first != file and (owner.level == territory.level or "other" in {owner.level, territory.level}):
                    raise DeclarationError(
                        f"« {name} » stands for the territory {owner.level} {owner.code} ({owner.name}, {first}) and "
                        f"for {territory.level} {territory.code} ({territory.name}, {file}); take it out of one of "
                        "the two"
                    )
            owners[_squeeze(name)].append((territory, file))


def _declared() -> Iterator[Declaration]:
    for path in (folder / "territories.csv" for folder in declaration_folders("reference")):
        if path.is_file():
            for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
                yield Declaration(f"{row.get('level')} {row.get('code')}", row, path)
    for path, content in source_files():
        for table in content.get("territories", ()):
            yield Declaration(f"{table.get('level')} {table.get('code')}", table, path)


def _territory(declaration: Declaration) -> Territory:
    row = {"parent_code": "", "valid_from": "", "valid_to": "", "aliases": "", **declaration.table}
    try:
        return Territory(
            code=row.pop("code"),
            level=LEVELS[LEVELS.index(row.pop("level"))],
            name=row.pop("name"),
            parent_code=row.pop("parent_code"),
            valid_from=_day(row.pop("valid_from")),
            valid_to=_day(row.pop("valid_to")),
            aliases=_aliases(row.pop("aliases")),
            **row,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DeclarationError(
            f"{declaration.file}, territory {declaration.name}: {error}; expected code, level (one of "
            f"{', '.join(LEVELS)}), name and, where they apply, parent_code, valid_from, valid_to, aliases"
        ) from error


def _day(value: str | date) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(value) if value else None


def _aliases(value: str | list[str]) -> tuple[str, ...]:
    return tuple(filter(None, value.split("|") if isinstance(value, str) else value))


@cache
def current_regions() -> tuple[Territory, ...]:
    """Return the 18 regions of today, in the order of their codes."""
    return tuple(sorted((t for t in territories() if t.level == "region" and not t.valid_to), key=lambda t: t.code))


@cache
def region_by_slug() -> dict[str, Territory]:
    """Return today's regions by folder name."""
    return {region.slug: region for region in current_regions()}


@cache
def _by_name() -> dict[str, list[Territory]]:
    found: dict[str, list[Territory]] = {}
    for territory in territories():
        for name in dict.fromkeys(_squeeze(n) for n in (territory.name, *territory.aliases)):
            found.setdefault(name, []).append(territory)
    return found


_ABBREVIATED = {"st": "saint", "ste": "sainte", "ht": "haut", "hts": "hauts", "hte": "haute", "htes": "hautes"}
"""How words of names of territories are written in short."""


def _squeeze(text: str) -> str:
    """Fold a name beyond words: hyphenation, glued words and a leading article do not tell two territories apart."""
    words = [_ABBREVIATED.get(word, word) for word in fold(_unhyphenate(text)).split()]
    return "".join(word for word in words if word not in {"le", "la", "les", "l", "d", "de", "du", "des", "et"})


def _unhyphenate(text: str) -> str:
    r"""Join a name that a line break cuts: ``AUVERGNE-\nRHONE-ALPES``."""
    return re.sub(r"-\s*\n\s*", "-", unicodedata.normalize("NFC", text))


def _code(raw: object, level: str) -> str:
    """Return the INSEE code a cell stands for: 1, 1.0 and "1" are "01"; "2a" is "2A"."""
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip().upper()
    return text.zfill(2) if re.fullmatch(r"\d|\d[AB]?|\d{2,3}", text) and level != "national" else text


def resolve_territory(raw: object, *, level: str = "", on: date | None = None) -> Territory | None:
    r"""Return the territory that a cell names, by code or by name; ``None`` when unknown or ambiguous.

    « Guadeloupe » alone is a region and a department, and therefore ambiguous; « Région Guadeloupe », « Guadeloupe
    (département) » and « 971 - Guadeloupe » are not.

    Args:
        raw: a name (``"PROVENCE ALPES COTE D'AZUR"``), a code (``"2A"``, ``1``, ``"01"``) or ``"59 - Nord"``.
        level: the only level allowed; without it, names are looked for at every level but codes are not resolved,
            because 01 is a region and a department.
        on: the day at which the territory must have existed; without it, today's territories win over predecessors.
    """
    found = _readings(raw, level, on)
    return found[0] if len(found) == 1 else None


def names_territory(text: str) -> bool:
    """Whether a text names a territory, be it one that is a region and a department."""
    return bool(_readings(text, "", None))


def two_levels(raw: object) -> TwoLevels | None:
    """Return the region and the department that a name stands for alike; ``None`` for any other wording."""
    found = {territory.level: territory for territory in _readings(raw, "", None)}
    if found.keys() != {"region", "department"} or found["department"].parent_code != found["region"].code:
        return None
    return TwoLevels(found["region"], found["department"])


def level_said(text: str) -> str:
    """Return the level of which a text speaks: ``region`` or ``department``; empty where of none, or of both."""
    words = set(fold(text).split())
    said = [level for level, known in _LEVEL_WORDS.items() if not words.isdisjoint(known)]
    return said[0] if len(said) == 1 else ""


_LEVEL_WORDS = {
    "region": frozenset({"region", "regions"}),
    "department": frozenset({"departement", "departements"}),
}
_WITH_CODE = re.compile(r"\(?(\w{2,3})\)?\s*[-–:]\s*(\S.*)|(.+)\((\w{2,3})\)")
_WITH_LEVEL = re.compile(r"(r[ée]gion|d[ée]partement)\s+(\S.*)|(\S.*)\((r[ée]gion|d[ée]partement)\)", re.IGNORECASE)


def _readings(raw: object, level: str, on: date | None) -> list[Territory]:
    """Return the territories of a level, or of any, that a wording stands for; more than one where it is ambiguous."""
    text = str(raw).strip()
    if level:
        wanted = _code(raw, level)
        by_code = [t for t in territories() if t.level == level and t.code == wanted]
        if len(by_code) == 1:
            return by_code
    found = _existing(_named(text, level), on)
    if len(found) != 1 and (match := _WITH_CODE.fullmatch(text)):
        code, name = match[1] or match[4], match[2] or match[3]
        found = _existing([t for t in _named(name, level) if t.code == code], on) or found
    if len(found) != 1 and (match := _WITH_LEVEL.fullmatch(text)):
        said, name = level_said(match[1] or match[4]), match[2] or match[3]
        found = (_existing(_named(name, said), on) if level in {"", said} else []) or found
    return found


def _named(name: str, level: str) -> list[Territory]:
    return [t for t in _by_name().get(_squeeze(name), []) if not level or t.level == level]


def _existing(found: list[Territory], on: date | None) -> list[Territory]:
    """Return those that existed on a day; without one, those of today, or their predecessors where there are none."""
    if on is not None:
        return [t for t in found if t.existed(on)]
    return [t for t in found if t.valid_to is None] or found


@cache
def is_within(level: str, code: str, region: str) -> bool:
    """Whether a territory is a region of today or one of its departments."""
    return (level, code) == ("region", region) or (level, code) in parts_of("region", region)


@cache
def parts_of(level: str, code: str) -> frozenset[tuple[str, str]]:
    """Return the territories of today that add up to another, as (level, code).

    Those are the departments of a region and the regions of France; other territories have none.
    """
    below = {"region": "department", "national": "region"}.get(level)
    return frozenset(
        (t.level, t.code) for t in territories() if t.level == below and t.parent_code == code and t.valid_to is None
    )
