"""Release: the publication of the working database as it stands, which is audited first where that was not done.

So nothing reaches the readers unaudited, whichever assets a run chose.

What belongs here: the asset that ends every job. What does not: the checks themselves (``sql/checks``), the swap
(``pipeline.warehouse.releases``).
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import dagster as dg
import duckdb

from assets.failing import held_failure
from assets.freshness import BY_THE_NIGHTLY
from assets.glance import HELD, at_a_glance, published_tags
from assets.groups import group_of
from assets.metadata import late_result, pending_result, table_metadata
from assets.relations import last_of
from assets.resources import RELEASE, WRITERS, Warehouse
from pipeline.load import Run
from pipeline.publishing.note import Note, as_markdown
from pipeline.publishing.summaries import RowCounts, late_table, pending_table, rows_of_relations
from pipeline.warehouse.relations import Relation

GROUP = group_of("release")
NOTHING_IS_PENDING = "nothing_is_pending"
NOTHING_IS_LATE = "nothing_is_late"


def release_asset(relations: Mapping[str, Relation]) -> dg.AssetsDefinition:
    """Return ``release``, which is made of all relations."""
    spec = dg.AssetSpec(
        RELEASE,
        deps=last_of(relations),
        group_name=GROUP,
        kinds={"duckdb"},
        freshness_policy=BY_THE_NIGHTLY,
        description="Le fichier que les lecteurs ouvrent, `warehouse/housing.duckdb`, contrôlé puis mis en place — "
        "The file that readers open: audited once more, copied compactly and swapped in one step. A failed "
        "blocking check leaves the published release as it was; what was made from the same inputs as the newest "
        "release is not published again. A release that moves a published national figure further than its "
        "indicator says, or lacks a region that had reported, is held: the run fails, is tagged `housing/held` and "
        "says which figures; the job `accept_release` publishes it.",
    )

    check = dg.AssetCheckSpec(
        NOTHING_IS_PENDING,
        asset=RELEASE,
        description="Tous les fichiers reçus ont pu être lus — "
        "Every file that was received could be read. One that could not, for a cause outside it (a full "
        "disk, a worker that was killed), is tried again by the next load; what it replaces goes on holding.",
    )

    late = dg.AssetCheckSpec(
        NOTHING_IS_LATE,
        asset=RELEASE,
        description="Rien ne manque aujourd'hui de ce qui est dû, pour la dernière année échue — "
        "Nothing that is due now is missing today, for the last year that was due; also in a night without news.",
    )

    @dg.multi_asset(name="release", specs=[spec], check_specs=[check, late], pool=WRITERS)
    def release(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.step() as run:
            rests = warehouse.rests(context.instance)
            if not (rests or run.work.is_audited):
                run.audit()
            run.publish()
            run.give_back()
            held = run.report.held
            if held is None:
                with _made_or_standing(run, rests=rests) as connection:
                    context.instance.add_run_tags(context.run_id, published_tags(run, connection))
                    yield _published(run, connection, check, late, warehouse.note())
        if held is not None:  # after the step, which did its work: its note tells what is held, and of no failure
            context.instance.add_run_tags(context.run_id, {HELD: held.release_id})
            raise held_failure(run.settings, held)

    return release


def _made_or_standing(run: Run, *, rests: bool) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Return what the run has made, or the release that stands where it made nothing."""
    return duckdb.connect(run.settings.release_file, read_only=True) if rests else nullcontext(run.connection)


def _published(
    run: Run, connection: duckdb.DuckDBPyConnection, pending: dg.AssetCheckSpec, late: dg.AssetCheckSpec, note: Note
) -> dg.MaterializeResult[None]:
    """Tell what was published, or what stays so: what fails, is refused and moved first, then the note and the rest."""
    contents = rows_of_relations(connection)
    whole = RowCounts(rows=int(contents["rows"].sum()), new=int(run.report.is_new_release))
    release = run.report.release
    return dg.MaterializeResult(
        asset_key=RELEASE,
        metadata={
            **at_a_glance(run, connection, note),
            "note": dg.MetadataValue.md(as_markdown(note)),
            **table_metadata(None, whole, _failed(connection), contents),
            "release_id": release.release_id if release else "",
            "path": dg.MetadataValue.path(run.settings.release_file),
        },
        check_results=[
            pending_result(pending, pending_table(run.ledger, run.settings.limits)),
            late_result(late, late_table(connection)),
        ],
    )


def _failed(connection: duckdb.DuckDBPyConnection) -> int:
    (failed,) = connection.execute("SELECT count(*) FROM audit.check WHERE NOT passed").fetchone() or (0,)
    return int(failed)
