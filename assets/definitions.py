"""Definitions: everything that Dagster shows and runs, for one installation.

What belongs here: putting the modules of this package together. What does not: any definition of its own.
"""

import dagster as dg

from assets.batches import batch_job
from assets.jobs import accept_release, load_regions, nightly, rebuild_all
from assets.read import read_assets
from assets.readers import reader_assets
from assets.received import received_assets
from assets.relations import Relations, relation_assets
from assets.release import release_asset
from assets.resources import warehouse_resource
from assets.schedules import every_night
from assets.sensors import raw_sensor
from assets.stage import stage_assets
from pipeline.load import STEPS
from pipeline.settings import Settings
from pipeline.warehouse.relations import load_checks, load_relations, split_relations


def make_definitions(settings: Settings) -> dg.Definitions:
    """Return the definitions of an installation: its ``sql/``, its ``raw/`` and its warehouse."""
    batches = batch_job(settings)
    relations = load_relations(*settings.sql_folders)
    before_and_after = split_relations(relations)
    # which assets run each step of a load; one that none names would not be run from here, and stops the definitions
    assets_of = {
        "recover": [],  # done as soon as a run holds the warehouse
        "receive": received_assets(),
        "correct": [],  # done by whatever reads first
        "read": read_assets(),
        "stage": [stage_assets(settings)],
        "build": [relation_assets(Relations(*before_and_after, load_checks(*settings.sql_folders)))],
        "audit": [],  # with the relations; and before anything is published that was not audited
        "publish": [release_asset(relations)],
        "tidy": [],  # by those of the stage
        "give back": [],  # by the release
    }
    return dg.Definitions(
        assets=[*(asset for step in STEPS for asset in assets_of[step.name]), reader_assets(settings)],
        jobs=[nightly, load_regions, rebuild_all, accept_release, batches],
        schedules=[every_night],
        sensors=[raw_sensor(settings)],
        resources={"warehouse": warehouse_resource(settings, batches)},
        # one process for a run: a nine-step job takes a tenth of the time, and reading has processes of its own
        executor=dg.in_process_executor,
    )


defs = make_definitions(Settings.from_environment())
