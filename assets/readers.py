"""Readers: what is made for people from the release, after it; whatever hinders it leaves the release as it is.

What belongs here: the assets downstream of ``release``. What does not: any page or file (``pipeline.publishing``).
"""

import dagster as dg

from assets.groups import group_of
from assets.resources import RELEASE, WRITERS
from pipeline.publishing.renewal import renew_for_readers
from pipeline.settings import Settings

FOR_READERS = dg.AssetKey(["bulletins"])


def reader_assets(settings: Settings) -> dg.AssetsDefinition:
    """Return ``bulletins``: the site of the release, and its exports."""

    @dg.asset(
        key=FOR_READERS,
        deps=[RELEASE],
        group_name=group_of("readers"),
        kinds={"html", "parquet", "csv"},
        pool=WRITERS,
        description="Le site de la publication et ses exports — "
        "The site of the release, `warehouse/bulletins/index.html`, and its exports, `warehouse/exports/`: "
        "only what changed. What hinders them is told in a line here, and hinders nothing else.",
    )
    def bulletins(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        said: list[str] = []
        renew_for_readers(settings, said.append)
        for line in said:
            context.log.warning(line)
        return dg.MaterializeResult(
            metadata={
                "hindered": dg.MetadataValue.md("\n".join(f"* {line}" for line in said) or "Nothing."),
                "index": dg.MetadataValue.path(settings.bulletins / "index.html"),
                "exports": dg.MetadataValue.path(settings.exports),
            }
        )

    return bulletins
