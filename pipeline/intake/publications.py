"""Releases as the ledger tells of them: published, or held.

What belongs here: what an event says of a release. What does not: which one is published now (``ledger``), its file
(``pipeline.warehouse.releases``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.intake.events import Head
from pipeline.intake.movements import Movement, read_movements


@dataclass(frozen=True, slots=True)
class Publication:
    """That a release was published: what its file is, and what it was made from."""

    release_id: str
    published_at: datetime
    inputs_sha256: str
    sha256: str
    size_bytes: int
    modified_ns: int
    """When the file was last changed, in nanoseconds since 1970."""
    head: Head
    """The last event that it was made from."""


@dataclass(frozen=True, slots=True)
class HeldRelease:
    """That a release was held, and for what."""

    publication: Publication
    """What its file is; ``published_at`` is when it was held."""
    against: str
    """The release that was published then, which its movements are told against."""
    movements: tuple[Movement, ...]
    """Those that nobody had accepted then."""

    @property
    def release_id(self) -> str:
        """The release that is held."""
        return self.publication.release_id


def made_from(head: Head, event: Any) -> int:
    """Return the number of the last event that a published release was made from; earlier versions did not say it."""
    return int(event["made_from"][0]) or head.number


def read_held(event: Any) -> HeldRelease:
    """Return what an event says of a release that was held."""
    return HeldRelease(read_publication(event), event["against"], read_movements(event["movements"]))


def read_publication(event: Any) -> Publication:
    """Return what an event says of the file of a release."""
    return Publication(
        release_id=event["release_id"],
        published_at=datetime.fromisoformat(event["at"]),
        inputs_sha256=event["inputs_sha256"],
        sha256=event["sha256"],
        size_bytes=event["size_bytes"],
        modified_ns=event["modified_ns"],
        head=Head(*event["made_from"]),
    )
