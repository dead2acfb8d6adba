"""Two hosts that share one installation, in a database of PostgreSQL and a folder, and what they are held against."""

from __future__ import annotations

from pathlib import Path

from pipeline.proof.verify import compare
from pipeline.settings import Settings
from pipeline.warehouse.releases import published_release

OF_MOMENTS = {"fact.submission", "audit.coverage", "audit.release"}
"""Relations that say when a file came."""


def two_hosts(database: str, folder: Path) -> tuple[Settings, Settings]:
    """Return the settings of two hosts, ``one`` and ``other``, with folders of their own below a folder."""
    one, other = (
        Settings(
            raw=folder / name / "raw",
            warehouse=folder / name / "warehouse",
            shared_ledger=f"postgres:{database}",
            shared_store=f"file://{folder}/store",
            host=name,
            workers=1,
            settle_seconds=0,
            lock_wait_seconds=0.2,
        )
        for name in ("one", "other")
    )
    return one, other


def alone(settings: Settings, home: Path) -> Settings:
    return settings.changed(raw=home / "raw", warehouse=home / "warehouse", shared_ledger="", shared_store="", host="")


def differing(one: Settings, other: Settings) -> list[str]:
    mine, theirs = published_release(one), published_release(other)
    assert mine is not None
    assert theirs is not None
    return [each.relation for each in compare(mine, theirs.path, one)[1] if each.relation not in OF_MOMENTS]


def store_of(settings: Settings) -> Path:
    return Path(settings.shared_store.removeprefix("file://"))
