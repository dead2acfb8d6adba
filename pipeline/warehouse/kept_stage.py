"""The stage is kept from load to load: only the submissions that came, went or changed are staged anew.

What a submission's rows are made of has a stamp; where the stamp is that of the load before, so are the rows, for they
are judged beside rows of their own submission alone. The relations stand on the stage that they were made from and
audited with: where that is not the kept one (a load was cut, a check failed), all is made anew. So it is where the code,
a declaration or a library is another, where much has changed, and from time to time, which restores the order of rows.

What belongs here: what the stage was made of, and which submissions changed. What does not: what a stage holds
(``stage``), what changes in the relations (``delta``).
"""

from __future__ import annotations

import hashlib
import platform
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

import duckdb
import polars as pl

from pipeline.corrections.resolve import SOURCE as CORRECTIONS
from pipeline.intake import Ledger
from pipeline.reading.submissions import ReadSubmission
from pipeline.settings import Settings
from pipeline.warehouse.build import what_was_before, write_slices
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.relations import load_touched_keys
from pipeline.warehouse.stage import BY_SUBMISSION, made_by, stage_slices, stamps

_MOST_DELTAS = 50
"""After so many loads all is made anew: rows that were put behind the others are slower to find."""
_LARGEST_SHARE = 0.2
"""Where more of the submissions changed, making all anew costs less."""


class KeptStage(NamedTuple):
    """What the stage that is there was made of."""

    stamps: dict[str, str]
    """What each submission was made of, by ``submission_id``."""
    deltas: int
    """How many loads have changed it since all was made anew."""

    def changed(self, stamps: Mapping[str, str]) -> set[str] | None:
        """Return the submissions that came, went or changed; ``None`` where all is to be made anew."""
        differing = {name for name, _ in self.stamps.items() ^ stamps.items()}
        is_much = len(differing) > max(1, _LARGEST_SHARE * len(stamps))
        return None if is_much or self.deltas >= _MOST_DELTAS else differing


def _basis(settings: Settings) -> str:
    """Return the SHA-256 over what makes the rows of a stage and of the relations of it, whatever was received."""
    made = (made_by(settings), duckdb.__version__, pl.__version__, platform.python_version())
    return hashlib.sha256("\n".join(made).encode()).hexdigest()


def stage(
    connection: duckdb.DuckDBPyConnection,
    readings: Sequence[ReadSubmission],
    settings: Settings,
    ledger: Ledger,
    *,
    whole: bool = False,
) -> Delta | None:
    """Write the stage: of what changed alone where the one that is there can be gone on with.

    Args:
        connection: the working database, the stage attached.
        readings: every submission.
        settings: where everything stands.
        ledger: what was received.
        whole: write all of it anew in any case.

    Returns:
        What is to be made anew in the relations; ``None`` for all.
    """
    basis, made_of = _basis(settings), stamps(readings)
    kept = None if whole else _kept(connection, basis)
    changed = kept.changed(made_of) if kept else None
    before = {"before": what_was_before(connection)}
    _forget(connection)
    if kept is None or changed is None:
        write_slices(connection, chain([before], stage_slices(readings, settings, ledger)))
        _keep(connection, basis, made_of, deltas=0)
        return None
    # correction files bear on one another, and are judged together each time
    changed |= {each.submission.submission_id for each in readings if each.submission.source == CORRECTIONS}
    delta = Delta(connection, load_touched_keys(*settings.sql_folders), changed)
    slices = chain([before], stage_slices(readings, settings, ledger, only=changed))
    write_slices(connection, slices, kept=sorted(BY_SUBMISSION), but=changed)
    delta.add_present()
    _keep(connection, basis, made_of, deltas=kept.deltas + 1)
    return delta


def _kept(connection: duckdb.DuckDBPyConnection, basis: str) -> KeptStage | None:
    """Return what the stage was made of; ``None`` where it, or the relations, cannot be gone on with."""
    with suppress(duckdb.Error):
        row = connection.execute(
            "SELECT deltas FROM stage.main.kept_state JOIN main.audited_state USING (state) WHERE basis = ?", [basis]
        ).fetchone()
        if row is not None:
            stamps = connection.execute("SELECT submission_id, stamp FROM stage.main.kept_submission").fetchall()
            return KeptStage(dict(stamps), int(row[0]))
    return None


def _keep(connection: duckdb.DuckDBPyConnection, basis: str, stamps: Mapping[str, str], deltas: int) -> None:
    """Remember what the stage is made of now; the relations that are there are of another, yet."""
    state = pl.DataFrame({"state": [uuid.uuid4().hex], "basis": [basis], "deltas": [deltas]})  # noqa: F841  # DuckDB reads it
    submissions = pl.DataFrame(  # noqa: F841  # DuckDB reads it
        {"submission_id": list(stamps), "stamp": list(stamps.values())},
        schema={"submission_id": pl.String, "stamp": pl.String},
    )
    connection.execute("CREATE OR REPLACE TABLE stage.main.kept_state AS FROM state")
    connection.execute("CREATE OR REPLACE TABLE stage.main.kept_submission AS FROM submissions")


def _forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what the relations are made of: from here on, until they are audited again, nobody goes on with them."""
    connection.execute("DROP TABLE IF EXISTS main.audited_state")


def keep_relations(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember that all relations are made of the stage as it is now, and passed the audit."""
    connection.execute("CREATE OR REPLACE TABLE main.audited_state AS SELECT state FROM stage.main.kept_state")
