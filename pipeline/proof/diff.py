"""Diff: what one kept release changes against another, as ``audit.release_change`` tells it of two that follow.

What belongs here: opening two releases and asking. What does not: what a change is (``sql/audit/release_change.sql``).
"""

from __future__ import annotations

import duckdb

from pipeline.intake import Ledger
from pipeline.settings import Settings
from pipeline.warehouse.build import can_compare, quoted
from pipeline.warehouse.reads import PREVIOUS
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.releases import Release, UnknownReleaseError, at_hand, list_held, list_releases

_CHANGES = "audit.release_change"


class OtherColumnsError(ValueError):
    """Two releases have not the same columns, and cannot be compared; the message names both."""


def two_releases(settings: Settings, before: str, after: str) -> tuple[Release, Release]:
    """Return two kept releases by their names: by default the one last published, and the one before the other.

    Raises:
        UnknownReleaseError: there is no such release; the message lists those there are.
    """
    ledger = Ledger.of(settings)
    published = list_releases(settings, ledger)
    kept = {release.release_id: release for release in (*published, *list_held(settings, ledger))}
    names = [release.release_id for release in published]  # the one last published first
    later = after or next(iter(names), "")
    older = names[names.index(later) + 1 :] if later in names else names
    earlier = before or next(iter(older), "")
    for wanted in (later, earlier):
        if wanted not in kept:
            there_are = ", ".join(kept) or "none"
            raise UnknownReleaseError(f"there is no {wanted or 'release before'}; the releases kept are: {there_are}")
    for made in ledger.made:
        if made.release_id in (earlier, later):
            at_hand(settings, made)
    return kept[earlier], kept[later]


def changes_between(before: Release, after: Release, settings: Settings) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return what one release changes against another: the columns of ``audit.release_change``, and its rows.

    Raises:
        OtherColumnsError: an earlier version made one of them, with other columns.
    """
    changes = load_relations(*settings.sql_folders)[_CHANGES]
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        connection.execute(f"ATTACH {quoted(str(after.path))} AS after (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(before.path))} AS {PREVIOUS} (READ_ONLY)")
        connection.execute("USE after")
        if not can_compare(connection, changes):
            raise OtherColumnsError(
                f"{before.release_id} and {after.release_id} were made by two versions and have other columns; compare "
                f"releases of one version"
            )
        return list(changes.contract.column_names), connection.execute(changes.sql).fetchall()
