"""A file that is not received yet, compared with the release: what would be remarked on it, were it received now.

What belongs here: putting a file into its own part of the history, aside and in memory. What does not: the remarks,
which are those of ``audit.remark``; rejections, which need no history (``check_before_sending``).
"""

from __future__ import annotations

import contextlib
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contracts import stage_contracts
from pipeline.rejections import Message
from pipeline.settings import Settings
from pipeline.warehouse.build import create_relation, open_databases, quoted, write_stage
from pipeline.warehouse.relations import Relation, load_relations
from pipeline.warehouse.stage import reference_frames

_RELATION = "audit.remark"
_NOT_COMPARABLE = (duckdb.IOException, duckdb.SerializationException, duckdb.CatalogException, duckdb.BinderException)
"""What a release says that is damaged, or has other columns: it is as good as none. Anything else is our defect."""
_SERIES = "indicator, population, breakdown, territory_level, territory_code"
_HISTORY = f"""
CREATE TEMP TABLE history AS FROM release.fact.observation_history
SEMI JOIN (SELECT {_SERIES} FROM stage.observation) USING ({_SERIES})
"""  # noqa: S608  # our own names
_STRETCHES = """
INSERT INTO stage.stretch BY NAME
WITH stretches AS (
    SELECT DISTINCT
        submission_id, h.holds_from, coalesce(s.superseded_by, submission_id) AS place, s.received_at
    FROM history AS h JOIN release.fact.submission AS s USING (submission_id)
)
SELECT
    * EXCLUDE (received_at), row_number() OVER (ORDER BY received_at, submission_id, holds_from) AS ledger_event
FROM stretches
UNION ALL BY NAME
SELECT $1 AS submission_id, $2 AS holds_from, $3 AS place, (SELECT count(*) + 1 FROM stretches) AS ledger_event
"""
_REMARKS = f"""
SELECT reason, message_fr, message_en, sheet, cell, raw_text FROM {_RELATION}
WHERE submission_id = ? AND row_level = 'remark' ORDER BY sheet, cell, reason
"""  # noqa: S608  # our own name


def compare_with_release(observations: pl.DataFrame, path: Path, source: str, settings: Settings) -> list[Message]:
    """Return what would be remarked on figures that a release knows something of: revisions, units that seem wrong.

    Args:
        observations: the accepted figures of one file, as of ``stage.observation``; its ``submission_id`` is free.
        path: the file.
        source: whose layout applied.
        settings: where the release stands. Without one, or with one of another version, there is nothing to compare.
    """
    if observations.is_empty() or not settings.release_file.exists():
        return []
    with contextlib.suppress(*_NOT_COMPARABLE), open_databases(":memory:", ":memory:") as connection:
        connection.execute(f"ATTACH {quoted(str(settings.release_file))} AS release (READ_ONLY)")
        submission = _submission(observations, path, source)
        if connection.execute("FROM release.fact.submission WHERE sha256 = ?", [submission["sha256"]]).fetchone():
            return []
        _write_history(connection, observations, submission, settings)
        for relation in _needed(load_relations(*settings.sql_folders)):
            create_relation(connection, relation)
        found = connection.execute(_REMARKS, [submission["submission_id"]]).fetchall()
        return [Message(*row) for row in found]
    return []


def _submission(observations: pl.DataFrame, path: Path, source: str) -> dict[str, object]:
    """Return the row of ``stage.submission`` that the file would have, were it received now."""
    content = path.read_bytes()
    return {
        "submission_id": observations["submission_id"][0],
        "sha256": hashlib.sha256(content).hexdigest(),
        "source": source,
        "file": path.name,
        "size_bytes": len(content),
        "received_at": datetime.now(UTC).replace(tzinfo=None),
        "known_on": observations["known_on"][0],
        "known_from": observations["known_on"][0],
        "layout": source,
        "status": "accepted",
        "cells": observations.height,
        "accepted": observations.height,
        "rejected": 0,
    }


def _write_history(
    connection: duckdb.DuckDBPyConnection, observations: pl.DataFrame, submission: dict[str, object], settings: Settings
) -> None:
    """Write a stage: the code lists, the figures of the release about the same things, and the file after them."""
    frames = {name: contract.frame([]) for name, contract in stage_contracts().items()} | reference_frames(
        *settings.sql_folders
    )
    frames["observation"] = observations.select(stage_contracts()["observation"].column_names)
    frames["submission"] = stage_contracts()["submission"].frame([submission])
    write_stage(connection, frames)
    connection.execute(_HISTORY)
    of_observation = ", ".join(stage_contracts()["observation"].column_names)
    connection.execute(
        f"INSERT INTO stage.observation SELECT DISTINCT {of_observation} FROM ("  # noqa: S608
        "SELECT h.* REPLACE (s.known_on AS known_on) FROM history AS h "
        "JOIN release.fact.submission AS s USING (submission_id))"
    )
    # what a submission says of its publication stands in dim.publication, and is asked for by no remark
    described = connection.execute("DESCRIBE release.fact.submission").fetchall()
    published = {str(name) for name, *_ in described}
    of_submission = ", ".join(name for name in stage_contracts()["submission"].column_names if name in published)
    connection.execute(
        f"INSERT INTO stage.submission BY NAME SELECT {of_submission} FROM release.fact.submission"  # noqa: S608
    )
    connection.execute(_STRETCHES, [submission["submission_id"], submission["known_on"], submission["file"]])


def _needed(relations: dict[str, Relation]) -> list[Relation]:
    """Return the relation of the remarks and those that it reads, directly or not, in the order of building."""
    needed = {_RELATION}
    for name in reversed(relations):
        if name in needed:
            needed |= relations[name].inputs
    return [relation for name, relation in relations.items() if name in needed]
