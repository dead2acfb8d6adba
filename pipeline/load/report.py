"""What a run did, for whoever ran it.

What belongs here: that. What does not: how it is told (``pipeline.publishing.note``, ``pipeline.cli``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.intake import Receipt
from pipeline.intake.publications import HeldRelease
from pipeline.rejections import Wording
from pipeline.warehouse.releases import Release

if TYPE_CHECKING:  # it brings what validates tables
    from pipeline.warehouse.audit import Outcome


@dataclass(slots=True)
class Report:
    """What a run did."""

    receipt: Receipt = field(default_factory=Receipt)
    read: list[str] = field(default_factory=list)
    """Files read in this run; all others came from the cache."""
    cached: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    release: Release | None = None
    is_new_release: bool = False
    held: HeldRelease | None = None
    """The newest release that waits for somebody to accept it, made in this run or before; ``None`` for none."""
    pending: dict[str, Wording] = field(default_factory=dict)
    """Files that could not be read this time, each with the cause."""
    refused: int = 0
    """What was refused in the files that were read in this run."""
    note: list[dict[str, object]] = field(default_factory=list)
    """The rows of ``audit.release_note``, of a run that built something."""
    said: list[str] = field(default_factory=list)
    """What was put right that an earlier run, or somebody else, had left wrong; a line each."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing that this run read or tried was refused or is pending."""
        return not (self.refused or self.pending or self.receipt.refused)
