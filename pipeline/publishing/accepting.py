"""Accepting: what follows when somebody has accepted a held release, whichever way they said so.

What belongs here: that the senders get their workbooks back and are told, as after a load. What does not: what is
accepted and published (``warehouse.acceptance``), pages and exports, which need no hold on the warehouse (``renewal``).
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.feedback import return_workbooks
from pipeline.intake import Ledger
from pipeline.publishing.telling import tell_of_held
from pipeline.settings import Settings
from pipeline.warehouse.acceptance import accept
from pipeline.warehouse.releases import Release


class Accepted(NamedTuple):
    """What an acceptance came to."""

    release: Release | None
    """The release that is published now; ``None`` where it has to be built against another."""
    said: list[str]
    """What could not be done of what follows, a line each."""


def accept_held(settings: Settings, ledger: Ledger, release_id: str, reason: str, who: str) -> Accepted:
    """Accept the movements of a held release; give workbooks back, and tell the offices what was held from them.

    Arguments and errors are those of :func:`pipeline.warehouse.acceptance.accept`; the caller holds the warehouse.
    """
    said: list[str] = []
    release = accept(settings, ledger, release_id, reason, who)
    return_workbooks(settings, said.append)
    if release is not None:
        said += tell_of_held(settings, ledger)
    return Accepted(release, said)
