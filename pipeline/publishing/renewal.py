"""Renewal: what readers get beside the release is made again after a publication, a rollback or an acceptance.

What belongs here: that both follow the release. What does not: making either (``bulletins``, ``exports``).
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.load import Progress
from pipeline.publishing.bulletins import renew_bulletins
from pipeline.publishing.exports import renew_exports
from pipeline.publishing.lake.publish import renew_lake
from pipeline.settings import Settings


def renew_for_readers(settings: Settings, say: Callable[[str], None], on_progress: Progress = lambda *_: None) -> None:
    """Make the bulletins and the exports of the published release, and its copy in a lake, only what changed.

    What hinders one of them is told in a line, and hinders nothing else: the release is published.
    """
    renew_bulletins(settings, say, on_progress)
    renew_exports(settings, say, on_progress)
    renew_lake(settings, say, on_progress)
