"""The stage is kept from load to load: only the submissions that came, went or changed are staged anew.

What a submission's rows are made of has a stamp; where the stamp is that of the load before, so are the rows, for they
are judged beside rows of their own submission alone. The relations are gone on with in the same way (``delta``), so
that what is kept is both, as one load has left them: staged, made and audited. Where either was touched since, by
whomever, all is made anew. So it is where the code, a declaration or a library is another, where much has changed, and
from time to time, which restores the order of rows.

What belongs here: what the working databases were made of, and which submissions changed. What does not: what a stage
holds (``stage``), what changes in the relations (``delta``).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import NamedTuple, Self

import duckdb
import polars as pl

from pipeline.corrections.resolve import SOURCE as CORRECTIONS
from pipeline.intake import Ledger
from pipeline.reading.submissions import ReadSubmission
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.warehouse.build import (
    STAGE_FILE,
    WORK_FILE,
    create_relation,
    release_before,
    what_was_before,
    write_slices,
)
from pipeline.warehouse.delta import Delta
from pipeline.warehouse.made_from import made_by
from pipeline.warehouse.portions import Portions
from pipeline.warehouse.publish import Base
from pipeline.warehouse.relations import Relation, load_touched_keys
from pipeline.warehouse.stage import BY_SUBMISSION, stage_slices, stamps, stretches_of

_MOST_DELTAS = 50
"""After so many loads all is made anew: rows that were put behind the others are slower to find."""
_LARGEST_SHARE = 0.2
"""Where more of the submissions changed, making all anew costs less."""
_KEPT = "kept.json"


class Kept(NamedTuple):
    """What the working databases were made of."""

    basis: str
    """The SHA-256 over what makes rows, whatever was received."""
    deltas: int
    """How many loads have changed them since all was made anew."""
    release_id: str = ""
    """The release that was made of them; empty for none."""

    @classmethod
    def read(cls, settings: Settings) -> Self | None:
        """Return what they were made of; ``None`` where a load was cut, a check failed, or anybody touched them since.

        They must not be open.
        """
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads((settings.work / _KEPT).read_text(encoding="utf-8"))
            if found["files"] == _files(settings):
                return cls(str(found["basis"]), int(found["deltas"]), str(found["release_id"]))
        return None

    def goes_on(self, basis: str) -> bool:
        """Whether another load may add to them."""
        return self.basis == basis and self.deltas < _MOST_DELTAS

    def write(self, settings: Settings) -> None:
        """Remember what they were made of, now that they are closed; where that fails, the next load makes all anew."""
        with suppress(OSError):
            told = {**self._asdict(), "files": _files(settings)}
            (settings.work / _KEPT).write_text(json.dumps(told), encoding="utf-8")


def _files(settings: Settings) -> list[list[int]]:
    """Return the size and date of the working databases, by which they are known."""
    statuses = [(settings.work / name).stat() for name in (WORK_FILE, STAGE_FILE)]
    return [[status.st_size, status.st_mtime_ns] for status in statuses]


class Work:
    """How one run goes on with the working databases: what it touches, what it has made, what it leaves to the next.

    Told of each step in its order: ``opening``, ``stage``, ``make`` for each relation, ``audited``, ``published`` and,
    once the working databases are closed, ``closed``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: Kept | None = None
        self._next: Kept | None = None
        self.delta: Delta | None = None
        """What the run touches, once it has staged; ``None`` for everything."""
        self._portions: Portions | None = None
        self.made: set[str] = set()
        """The relations that were made of the stage that this run wrote."""
        self.is_audited = False
        """Whether what stands in the working databases was audited, and nothing was made since."""
        self._is_whole = False
        self._replaces = False
        """Whether the working database stood before this run."""

    def opening(self) -> None:
        """Look at what is kept, before the working databases are opened."""
        self._replaces = (self._settings.work / WORK_FILE).exists()
        self._kept = Kept.read(self._settings)

    def stage(
        self, connection: duckdb.DuckDBPyConnection, readings: Sequence[ReadSubmission], ledger: Ledger, *, whole: bool
    ) -> None:
        """Write the stage: of what changed alone where what is kept can be gone on with.

        Args:
            connection: the working database, the stage attached.
            readings: every submission.
            ledger: what was received.
            whole: make all anew in any case.
        """
        stretches = stretches_of(readings)
        basis, made_of = _basis(self._settings), stamps(readings, stretches)
        is_first = self._next is None  # of a stage that this run wrote, no relation may have been made
        kept = self._kept if is_first and self._kept and self._kept.goes_on(basis) else None
        changed = None if whole or kept is None else _changed(connection, made_of)
        keys = load_touched_keys(*self._settings.sql_folders)
        before = {"before": what_was_before(connection)}
        remove(self._settings.work / _KEPT)
        self.made.clear()
        self.is_audited = self._is_whole = False
        if kept is None or changed is None:
            self._kept, self._next, self.delta = None, Kept(basis, 0), None
            write_slices(connection, chain([before], stage_slices(readings, stretches, self._settings, ledger)))
            self._portions = Portions(connection, keys)
        else:
            # correction files bear on one another, and are judged together each time
            changed |= {each.submission.submission_id for each in readings if each.submission.source == CORRECTIONS}
            self._next, self._portions = Kept(basis, kept.deltas + 1), None
            follows = bool(kept.release_id) and release_before(connection) == kept.release_id
            self.delta = Delta(connection, keys, changed, follows_previous=follows)
            slices = chain([before], stage_slices(readings, stretches, self._settings, ledger, only=changed))
            write_slices(connection, slices, kept=sorted(BY_SUBMISSION), but=changed)
            self.delta.add_present()
        _write_stamps(connection, made_of)

    def make(self, connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
        """Make one relation: what this run touches of it, where that can be told, else the whole."""
        self.is_audited = False
        by_keys = self.delta or self._portions
        if by_keys is None or not by_keys.make(relation):
            create_relation(connection, relation)
        if self._replaces and self.delta is None and not relation.is_macro:
            # only then may the next one take the place of what was replaced: the file would be twice as large
            connection.execute("CHECKPOINT")
        self.made.add(relation.name)

    def audited(self, relations: Collection[str]) -> None:
        """Take note that the audit has passed, of these relations."""
        self.is_audited = True
        self._is_whole = self.made >= set(relations)

    @property
    def base(self) -> Base | None:
        """The release of the working database as it was, and what is touched since; ``None`` where all is made anew."""
        if self._kept is None or self.delta is None or not (self.is_audited and self._is_whole):
            return None
        return Base(self._kept.release_id, self.delta)

    def published(self, release_id: str) -> None:
        """Take note which release was made of the working database."""
        if self._next is not None:
            self._next = self._next._replace(release_id=release_id)

    def closed(self) -> None:
        """Leave to the next run what can be gone on with."""
        if self._next is not None and self.is_audited and self._is_whole:
            self._next.write(self._settings)


def _basis(settings: Settings) -> str:
    """Return the SHA-256 over what makes the rows of a stage and of the relations of it, whatever was received."""
    made = (made_by(settings), duckdb.__version__, pl.__version__, platform.python_version())
    return hashlib.sha256("\n".join(made).encode()).hexdigest()


def _changed(connection: duckdb.DuckDBPyConnection, made_of: Mapping[str, str]) -> set[str] | None:
    """Return the submissions that came, went or changed; ``None`` where they are many, or nobody can tell."""
    with suppress(duckdb.Error):
        stamped = connection.execute("SELECT submission_id, stamp FROM stage.main.stamp").fetchall()
        differing = {name for name, _ in dict(stamped).items() ^ made_of.items()}
        if len(differing) <= max(1, _LARGEST_SHARE * len(made_of)):
            return differing
    return None


def _write_stamps(connection: duckdb.DuckDBPyConnection, made_of: Mapping[str, str]) -> None:
    columns = {"submission_id": list(made_of), "stamp": list(made_of.values())}
    found = pl.DataFrame(columns, schema={"submission_id": pl.String, "stamp": pl.String})  # noqa: F841
    connection.execute("CREATE OR REPLACE TABLE stage.main.stamp AS FROM found")
