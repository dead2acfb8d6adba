"""Lakes for tests: their catalogue and their data in one folder, and whether they are what was published."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipeline.load import load
from pipeline.publishing.lake.connect import LAKE, RELEASE, open_lake
from pipeline.publishing.lake.publish import publish_to_lake
from pipeline.settings import Settings
from pipeline.warehouse.relations import load_relations
from tests.support.workbooks import regional_return

TABLES = [name for name, each in load_relations(Settings().sql).items() if not each.is_macro]


def with_lake(settings: Settings, home: Path) -> Settings:
    return settings.changed(lake=str(home / "catalogue.ducklake"), lake_data=str(home / "data"))


def differing_in(settings: Settings) -> dict[str, int]:
    """The relations of which the lake or the release has rows that the other has not, and how many."""
    found = {}
    with open_lake(settings) as connection:
        for name in load_relations(settings.sql).keys() & set(TABLES):
            one, other = (
                Counter(map(repr, connection.execute(f"FROM {database}.{name}").fetchall()))
                for database in (LAKE, RELEASE)
            )
            found[name] = ((one - other) + (other - one)).total()
    return {name: count for name, count in found.items() if count}


def deliver(settings: Settings, *figures: int, place: str = "regional_return/bretagne/b.xlsx") -> None:
    """Load one return after the other at a place, each of one figure, and publish each into the lake."""
    for figure in figures:
        regional_return(settings.raw / place, [("Livraisons", 2021, figure, "logements")])
        load(settings)
        publish_to_lake(settings)
