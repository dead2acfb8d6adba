"""Verifying: the archive is what the ledger says, and the release is what the archive, the ledger and the code make.

Every archived file is hashed anew, and every file of ``raw/`` that loads do not open, for the index of what was seen
knows it; then everything is read and built again aside, without the cache, and compared with the published release,
table by table.

What belongs here: comparing. What does not: building (``load``), what is right or wrong in a table (``sql/checks``).
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipeline.intake import Ledger, Submission
from pipeline.intake.account import require
from pipeline.intake.archive import bring, kept_sha256, sha256_of
from pipeline.intake.seen import Seen
from pipeline.intake.survey import survey_raw
from pipeline.load import Progress, Run, run_steps
from pipeline.settings import Settings
from pipeline.stores.hosts import host_of, journal_of
from pipeline.stores.journal import JournalFile
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.build import WORK_FILE, bounded, quoted
from pipeline.warehouse.made_from import inputs_sha256
from pipeline.warehouse.memory import remembered_heads
from pipeline.warehouse.publish import STAMPED
from pipeline.warehouse.relations import load_relations
from pipeline.warehouse.release_file import write_release_file
from pipeline.warehouse.releases import Release, published_release

OF_PUBLISHING = {"audit.held_movement", "audit.release_change", "audit.release_note"}
"""Relations that tell of publishing: what they hold depends on the release before."""


class NothingPublishedError(LookupError):
    """There is no release to verify."""


@dataclass(frozen=True, slots=True)
class ArchiveDamage:
    """Damage to the archive: one file whose bytes are not those received."""

    file: str
    submission_id: str
    expected_sha256: str
    found_sha256: str
    """Empty where the file is missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One relation that differs: how many rows stand in one of both only; for a macro or other columns, 1 and 1."""

    relation: str
    only_in_release: int
    only_in_rebuild: int


@dataclass(slots=True)
class Verification:
    """What was compared, and all that differs."""

    release_id: str
    files: int
    """Archived files that were hashed."""
    archive_damage: list[ArchiveDamage] = field(default_factory=list)
    """Archived files that are missing or changed."""
    changed_unseen: list[str] = field(default_factory=list)
    """Places of ``raw/`` whose bytes are not those that loads take them for without opening them."""
    same_inputs: bool = True
    """Whether the release was made from the present ledger, code and SQL; where not, differences are to be expected."""
    relations: int = 0
    """Relations that were compared; 0 where the archive is damaged, for then nothing can be built from it."""
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return self.same_inputs and not (self.archive_damage or self.changed_unseen or self.differences)


def verify(settings: Settings, on_progress: Progress = lambda *_: None) -> Verification:
    """Hash archive and ``raw/``, build aside what the ledger says, and compare it with the published release.

    Nothing of the installation is written.

    Raises:
        NothingPublishedError: there is no release.
    """
    release = published_release(settings)
    if release is None:
        raise NothingPublishedError("nothing is published yet, so there is nothing to verify; run 'housing load' first")
    ledger = Ledger.of(settings)
    require(ledger, remembered_heads(settings))
    submissions = [submission for submission in ledger.submissions if not submission.erased_by]
    found = Verification(release.release_id, len(submissions))
    found.archive_damage = list(_archive_damage(submissions, settings, on_progress))
    found.changed_unseen = list(_changed_unseen(settings, ledger))
    found.same_inputs = release.inputs_sha256 == inputs_sha256(settings, ledger)
    if not found.archive_damage:
        bring(settings, (submission.sha256 for submission in submissions))
        with tempfile.TemporaryDirectory(prefix="housing-verify-") as folder:
            rebuilt = rebuild_aside(settings, Path(folder), journal_of(settings).read(), on_progress)
            found.relations, found.differences = compare(release, as_released(rebuilt, release, settings), settings)
    return found


def _changed_unseen(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Yield the places of ``raw/`` whose bytes are not those that the index of what was seen tells."""
    seen, last_seen = Seen(settings.seen), ledger.last_seen(host_of(settings))
    for file in survey_raw(settings).files:
        with contextlib.suppress(OSError):  # a load says so
            last = last_seen.get(file.place, "")
            if seen.says(file.place, file.status, last) and sha256_of(file.path) != last:
                yield file.place


def rebuild_aside(
    settings: Settings, folder: Path, ledger: Sequence[bytes], on_progress: Progress = lambda *_: None
) -> Path:
    """Read and build everything that a ledger tells, without the cache, and return the database that comes out.

    Args:
        settings: the installation, of which the archive, the layouts and ``sql/`` are used.
        folder: where the warehouse is built.
        ledger: the lines of the ledger.
        on_progress: called with the step, how much is done and how much there is.
    """
    aside = settings.changed(raw=folder / "raw", warehouse=folder, shared_ledger="", shared_store="")
    aside.archive.symlink_to(settings.archive.resolve(), target_is_directory=True)
    JournalFile(aside.ledger).append(ledger, after=0)
    # a failed check is one of the rows that are compared, in audit.check
    with contextlib.suppress(AuditFailedError):
        run_steps(Run(aside, force=True, tries_pending=False, on_progress=on_progress), first="correct", last="audit")
    return aside.work / WORK_FILE


def as_released(rebuilt: Path, release: Release, settings: Settings) -> Path:
    """Write the file that a database would be published as under the name of a release, and return where it stands."""
    file = rebuilt.with_name("released.duckdb")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH {quoted(str(rebuilt))} AS rebuilt (READ_ONLY)")
        connection.execute("USE rebuilt")
        write_release_file(connection, file, load_relations(*settings.sql_folders), release.release_id)
    return file


def compare(release: Release, rebuilt: Path, settings: Settings) -> tuple[int, list[Difference]]:
    """Return how many relations two databases have between them, and those that differ.

    Args:
        release: the one.
        rebuilt: the other; what does not fit the memory is spilt beside it.
        settings: what the comparison may hold in memory.
    """
    with (
        bounded(settings, rebuilt.with_suffix(".spill")) as bounds,
        duckdb.connect(":memory:", config=bounds) as connection,
    ):
        connection.execute(f"ATTACH {quoted(str(release.path))} AS release (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(str(rebuilt))} AS rebuilt (READ_ONLY)")
        tables = _pairs(connection, _COLUMNS)
        macros = _pairs(connection, _MACROS)
        differences = [
            difference
            for name, (mine, other) in sorted(tables.items())
            if name not in OF_PUBLISHING and (difference := _table_difference(connection, name, mine, other))
        ]
        differences += [
            Difference(name, 1, 1)
            for name, (mine, other) in sorted(macros.items())
            if _in_order(mine) != _in_order(other)
        ]
    return len(tables) + len(macros), differences


_COLUMNS = """
    SELECT schema_name || '.' || table_name, string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index)
    FROM duckdb_columns() WHERE database_name = ? AND NOT internal GROUP BY ALL
"""
_RELEASE_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
_EXCLUDED = re.compile(r"EXCLUDE \(([^()]*)\)")
_MACROS = """
    SELECT schema_name || '.' || function_name, macro_definition
    FROM duckdb_functions() WHERE database_name = ? AND NOT internal AND function_type = 'table_macro'
"""


def _pairs(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, tuple[str, str]]:
    """Return what a query tells of each name in the release and in the rebuild; empty where one has it not."""
    release, rebuilt = (dict(connection.execute(query, [name]).fetchall()) for name in ("release", "rebuilt"))
    return {name: (release.get(name, ""), rebuilt.get(name, "")) for name in release | rebuilt}


def _table_difference(connection: duckdb.DuckDBPyConnection, name: str, mine: str, other: str) -> Difference | None:
    if mine != other:
        return Difference(name, 1, 1)
    # publishing stamps a release with these
    columns = f"* EXCLUDE ({STAMPED})" if name == "audit.release" else "*"

    def only_in(first: str, second: str) -> int:
        rows = f"SELECT {columns} FROM {first}.{name} EXCEPT ALL SELECT {columns} FROM {second}.{name}"  # noqa: S608
        (count,) = connection.execute(f"SELECT count(*) FROM ({rows})").fetchone() or (0,)  # noqa: S608  # our names
        return int(count)

    counts = only_in("release", "rebuilt"), only_in("rebuilt", "release")
    return Difference(name, *counts) if any(counts) else None


def _in_order(definition: str) -> str:
    """Return a macro's text with the columns that it excludes in order: DuckDB keeps them in none.

    The release in which alone it answers is left out: two releases of the same inputs have other names.
    """
    definition = _RELEASE_ID.sub("", definition)
    return _EXCLUDED.sub(lambda match: f"EXCLUDE ({', '.join(sorted(match[1].split(', ')))})", definition)


def _archive_damage(
    submissions: list[Submission], settings: Settings, on_progress: Progress
) -> Iterable[ArchiveDamage]:
    for done, submission in enumerate(submissions, start=1):
        found = kept_sha256(settings, submission.sha256)
        if found != submission.sha256:
            yield ArchiveDamage(submission.file, submission.submission_id, submission.sha256, found)
        on_progress("hash", done, len(submissions))
