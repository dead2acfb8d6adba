"""Definitions: everything that Dagster shows and runs, for one installation.

What belongs here: putting the modules of this package together. What does not: any definition of its own.
"""

import dagster as dg

from assets.checks import audit_checks
from assets.jobs import accept_release, load_regions, nightly, rebuild_all
from assets.read import read_assets
from assets.readers import reader_assets
from assets.received import received_assets
from assets.relations import relation_assets
from assets.release import release_assets
from assets.resources import warehouse_resource
from assets.schedules import every_night
from assets.sensors import raw_sensor
from assets.stage import stage_assets
from pipeline.load import STEPS
from pipeline.settings import Settings
from pipeline.warehouse.relations import load_checks, load_relations, split_relations


def make_definitions(settings: Settings) -> dg.Definitions:
    """Return the definitions of an installation: its ``sql/``, its ``raw/`` and its warehouse."""
    before_audit, after_audit = split_relations(load_relations(*settings.sql_folders))
    # which assets run each step of a load; one that none names would not be run from here, and stops the definitions
    assets_of = {
        "recover": [],  # done as soon as a run holds the warehouse
        "receive": received_assets(),
        "correct": [],  # done by whatever reads first
        "read": read_assets(),
        "stage": [stage_assets(settings)],
        "build": relation_assets(before_audit.values()),
        "audit": [release_assets(before_audit, after_audit)],
        "publish": [],  # by the assets of the audit: nothing reaches the readers unaudited
        "tidy": [],  # by those of the stage
        "give back": [],  # by those of the audit
    }
    return dg.Definitions(
        assets=[*(asset for step in STEPS for asset in assets_of[step.name]), reader_assets(settings)],
        asset_checks=audit_checks(load_checks(*settings.sql_folders), before_audit | after_audit),
        jobs=[nightly, load_regions, rebuild_all, accept_release],
        schedules=[every_night],
        sensors=[raw_sensor(settings)],
        resources={"warehouse": warehouse_resource(settings)},
        # one process for a run: a nine-step job takes a tenth of the time, and reading has processes of its own
        executor=dg.in_process_executor,
    )


defs = make_definitions(Settings.from_environment())
