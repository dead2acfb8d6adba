"""Acceptance: somebody says that movements are right, and the release that was held for them is published.

It is an event of the ledger and no input: figures, ``inputs_sha256`` and ``as_of`` stay as they are, and nothing is
built. What is accepted is movements, so that a later release with the same ones is not held.

What belongs here: accepting, and telling what waits for it. What does not: holding (``releases``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipeline.intake import Ledger
from pipeline.intake.archive import is_content
from pipeline.intake.new_events import accepted_event, published_event
from pipeline.intake.publications import HeldRelease
from pipeline.settings import Settings
from pipeline.warehouse.movements import movement_rows
from pipeline.warehouse.releases import (
    Release,
    UnknownReleaseError,
    at_hand,
    prune,
    published_release,
    put_in_place,
)


def accept(settings: Settings, ledger: Ledger, release_id: str, reason: str, who: str) -> Release | None:
    """Accept the movements of a held release, and publish the newest that is held for no others.

    Args:
        settings: where the releases stand. The caller holds the warehouse.
        ledger: which ones are held.
        release_id: whose movements are accepted; empty for those of the newest that is held.
        reason: why they are right, for whoever asks later.
        who: who says so.

    Returns:
        The release that is published now. ``None`` where another was published since it was held: it would have to be
        built against that one; the acceptance counts all the same.

    Raises:
        UnknownReleaseError: no such release is held, or it is damaged.
        ValueError: the reason, or who, is blank.
    """
    if not reason.strip() or not who.strip():
        raise ValueError("an acceptance needs a reason and who gives it; say them with --reason and --who")
    chosen = _chosen(ledger, release_id)
    acceptance = accepted_event(chosen.movements, reason.strip(), who.strip(), datetime.now(UTC))
    ready = _ready(ledger, chosen)
    if ready is None:
        ledger.append(acceptance)
        return None
    path = at_hand(settings, ready.publication)
    if not is_content(path, ready.publication.sha256):
        raise UnknownReleaseError(f"{path} is damaged or gone; 'housing load' builds it again, then accept it")
    publication = replace(ready.publication, published_at=datetime.now(UTC))
    ledger.append(acceptance, published_event(publication))
    put_in_place(path, settings.release_file)
    prune(settings, ledger)
    return published_release(settings)


def _chosen(ledger: Ledger, release_id: str) -> HeldRelease:
    held = ledger.held
    found = [each for each in held if release_id in {"", each.release_id}]
    if not found:
        there_are = ", ".join(each.release_id for each in reversed(held)) or "none"
        wanted = f"release {release_id}" if release_id else "release"
        raise UnknownReleaseError(f"no {wanted} is held; held are: {there_are}")
    return found[-1]


def _ready(ledger: Ledger, chosen: HeldRelease) -> HeldRelease | None:
    """Return the newest held release all of whose movements are accepted with those of ``chosen``."""
    accepted = ledger.accepted.union(chosen.movements)
    published = ledger.published.release_id if ledger.published else ""
    ready = (each for each in reversed(ledger.held) if accepted.issuperset(each.movements))
    return next((each for each in ready if each.against == published), None)


def waiting_rows(settings: Settings, held: HeldRelease) -> list[dict[str, Any]]:
    """Return the movements that a held release waits for, with cells and sentences."""
    return movement_rows(at_hand(settings, held.publication), held.movements)


def waiting_lines(settings: Settings, held: HeldRelease) -> Iterator[str]:
    """Yield what is held, each movement with both cells, and what to do, a line each."""
    count = len(held.movements)
    movements = "1 movement" if count == 1 else f"{count} movements"
    yield f"Release {held.release_id} is held for {movements}; {held.against} stays published."
    for row in waiting_rows(settings, held):
        yield f"  {row['message_en']} {row['old_cells'] or '–'} → {row['new_cells'] or '–'}"
    yield (
        f"Where that is right, publish it with 'housing accept {held.release_id} --reason …'; where not, correct or "
        "withdraw what moves it, and load again."
    )
