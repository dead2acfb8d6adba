"""Jobs: what is run as a whole. Every job ends with the release; only who accepts one is asked for YAML.

What belongs here: which assets a job makes. What does not: when (``schedules``, ``sensors``).
"""

import dagster as dg

from assets.accepting import accept
from assets.groups import group_of
from assets.resources import EVEN_IF_UNCHANGED

_REGIONAL = dg.AssetSelection.keys(["received", "regional_return"], ["read", "regional_return"])
_OTHER_SOURCES = dg.AssetSelection.groups(group_of("received"), group_of("read")) - _REGIONAL

_WHOLE_AGAIN = {"dagster/retry_strategy": "ALL_STEPS"}
"""What Dagster does after a run whose process died (``run_retries`` in dagster.yaml): every step, on what is there."""

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="Prend ce qui est nouveau de toutes les sources et régions, construit, contrôle et publie — "
    "Take what is new of every source and region, build, audit and publish.",
    tags=_WHOLE_AGAIN,
)

load_regions = dg.define_asset_job(
    "load_regions",
    selection=dg.AssetSelection.all() - _OTHER_SOURCES,
    description="Prend ce qui est nouveau des régions choisies, puis construit, contrôle et publie avec ce qui est "
    "connu — "
    "Take what is new of the regions chosen, then build, audit and publish with everything that is known.",
    tags=_WHOLE_AGAIN,
)

rebuild_all = dg.define_asset_job(
    "rebuild_all",
    selection=dg.AssetSelection.all(),
    description="Fait ce que fait le chargement de la nuit, et publie même si rien n'a changé — "
    "Do what the nightly load does and publish even when nothing changed.",
    tags=_WHOLE_AGAIN | EVEN_IF_UNCHANGED,
)


@dg.job(
    description="Accepte les mouvements pour lesquels une publication est retenue, et la met en place telle quelle — "
    "Accept the movements for which a release is held, and publish it as it was built. Who and why go into "
    "the ledger; a later release with the same movements is not held."
)
def accept_release() -> None:
    """Accept a held release."""
    accept()
