"""Glance: what somebody sees of a run without opening it, and first of the release that it leaves.

A run with failed checks that warn is green in Dagster, for it publishes: its tags say which fail, what is refused and
what became of the release, in the list of runs and on the page of the run.

What belongs here: the tags of a run, and the first lines of the page of ``release``. What does not: the note.
"""

from collections.abc import Iterable, Sequence

import dagster as dg
import duckdb
import polars as pl

from assets.metadata import Metadata
from pipeline.load import Run
from pipeline.publishing.note import Note
from pipeline.warehouse.audit import Outcome, kept_outcomes

HELD = "housing/held"
"""The tag of a run whose release is held, which names it: such a run is red though nothing of it need be done again."""
CHECKS_FAILED = "housing/checks_failed"
REFUSED = "housing/refused"
PUBLISHED = "housing/published"
UNCHANGED = "housing/unchanged"

_MOST = 200
"""A tag is read in a list: this many signs of it."""
_NONE = "– (rien — nothing)"
_CHANGES = {"held", "national", "restated", "withdrawn"}


def audited_tags(outcomes: Sequence[Outcome], connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return what the audit found: the failed checks and the first refused cells; nothing where all is well."""
    cells = [f"[{file}]{place}" for file, place in _refused(connection).select("file", "place").iter_rows()]
    tags = {CHECKS_FAILED: _listed(_failed(outcomes, connection)), REFUSED: _listed(cells)}
    return {name: text for name, text in tags.items() if text}


def published_tags(run: Run, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return whether the run published, which release stands, and what its audit found."""
    release = run.report.release
    name = PUBLISHED if run.report.is_new_release else UNCHANGED
    return audited_tags(run.report.outcomes, connection) | ({name: release.release_id} if release else {})


def at_a_glance(run: Run, connection: duckdb.DuckDBPyConnection, note: Note) -> Metadata:
    """Return the first lines of the page of the release: failed checks, refusals, what changed."""
    refused = [
        f"[{file}]{place} « {text} » : {reason}"
        for file, place, text, reason in _refused(connection).select("file", "place", "raw_text", "reason").iter_rows()
    ]
    changed = [line.message_fr for name in note.sections if name in _CHANGES for line in note.sections[name]]
    told = {"failed_checks": _failed(run.report.outcomes, connection), "refused": refused, "changed": changed}
    return {name: dg.MetadataValue.text(_lines(lines)) for name, lines in told.items()}


def _failed(outcomes: Sequence[Outcome], connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the failed checks with the number of rows that each found wrong, those that hold a release back first.

    A run that audited nothing tells those of the release that stands.
    """
    failed = [each for each in outcomes or kept_outcomes(connection) if not each.passed]
    return [f"{each.name} ({each.failures})" for each in sorted(failed, key=lambda each: not each.is_blocking)]


def _refused(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the refused cells, the files refused as a whole first."""
    query = """
        SELECT
            x.file,
            concat_ws('!', nullif(x.sheet, ''), nullif(x.cell, '')) AS place,
            coalesce(x.raw_text, '') AS raw_text,
            x.reason
        FROM fact.rejection AS x
        JOIN fact.submission AS s USING (submission_id)
        ORDER BY s.status <> 'rejected', s.received_at DESC, x.file, x.sheet, x.cell
    """
    return connection.execute(query).pl()


def _listed(items: Iterable[str]) -> str:
    """Return how many there are, and the first of them."""
    all_items = list(items)
    text = ", ".join(all_items)
    return f"{len(all_items)}: {text if len(text) <= _MOST else text[:_MOST] + '…'}" if all_items else ""


def _lines(lines: list[str], most: int = 20) -> str:
    more = [f"… et {len(lines) - most} autres"] if len(lines) > most else []
    # Dagster shows a text without its line breaks
    return f"{len(lines)} : " + " · ".join([*lines[:most], *more]) if lines else _NONE
