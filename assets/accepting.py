"""Accepting: the one thing that a person has to say in Dagster, namely that the movements of a held release are right.

What belongs here: asking who and why. What does not: what is published then (``pipeline.publishing.accepting``).
"""

import dagster as dg
from pydantic import Field

from assets.failing import held_failure
from assets.glance import HELD
from assets.resources import RELEASE, WRITERS, Warehouse
from pipeline.publishing.accepting import accept_held
from pipeline.publishing.renewal import renew_for_readers


class Acceptance(dg.Config):
    """What the ledger keeps of an acceptance."""

    release: str = Field(default="", description="The held release whose movements are accepted; empty: the newest.")
    reason: str = Field(description="Why they are right, for whoever asks later.")
    who: str = Field(description="Who says so.")


@dg.op(
    out=dg.Out(dg.Nothing),
    description="Accept movements, and publish the newest release that is held for no others.",
    pool=WRITERS,
)
def accept(context: dg.OpExecutionContext, config: Acceptance, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """Accept the movements of a held release, and publish it."""
    with warehouse.step() as run:
        release, said = accept_held(run.settings, run.ledger, config.release, config.reason, config.who)
        for line in said:
            context.log.warning(line)
        if release is not None:
            run.report.release, run.report.is_new_release = release, True
        held = run.ledger.newest_held
    if release is not None:
        metadata = {"release_id": release.release_id, "reason": config.reason, "who": config.who}
        context.log_event(dg.AssetMaterialization(RELEASE, description="Accepted.", metadata=metadata))
        renew_for_readers(run.settings, context.log.warning)
    elif held is not None:
        context.instance.add_run_tags(context.run_id, {HELD: held.release_id})
        raise held_failure(run.settings, held)
