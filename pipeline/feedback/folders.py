"""``warehouse/returned/``: one folder for each current submission of which something was refused.

It is made from the published release and the archive alone, so that it can be deleted and made again. A folder goes
away when nothing of its submission is refused any more, and when a later file has replaced it.

What belongs here: which folders there are, and writing each whole or not at all. What does not: what stands in a file.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from pipeline.cells.isolation import Task, run_isolated
from pipeline.feedback.annotate import annotate, list_alone
from pipeline.feedback.verdict import Accepted, Verdict, accepted_row
from pipeline.intake.archive import archived_path
from pipeline.rejections import Message, Rejection
from pipeline.settings import Settings
from pipeline.warehouse.releases import published_release

MARK = ".release"
"""Names the release that the folders were made from."""
_INCOMING = ".incoming-"

_REJECTIONS = """
SELECT s.sha256, r.submission_id, s.file, r.reason, r.message_fr, r.message_en, r.sheet, r.cell, r.raw_text
FROM fact.rejection AS r JOIN fact.submission AS s USING (submission_id)
ORDER BY s.file, r.submission_id
"""
_ACCEPTED = """
SELECT * FROM (
    SELECT
        c.submission_id, c.sheet, c.cell, c.raw_text, o.label, o.territory_level, o.territory_code, o.period_start,
        o.period_end, o.value, o.unit, o.missing_reason
    FROM audit.cell_coverage AS c
    LEFT JOIN fact.observation_history AS o USING (submission_id, sheet, cell)
    WHERE c.went_to NOT IN ('fact.rejection', 'audit.remark')
)
SEMI JOIN fact.rejection USING (submission_id)
"""


def return_workbooks(settings: Settings) -> list[Path]:
    """Make ``warehouse/returned/`` say what the published release says; return the folders there are.

    The caller holds the warehouse. Nothing is done when it already says so.
    """
    root = settings.returned
    release = published_release(settings)
    mark = root / MARK
    if release is None or (mark.exists() and mark.read_text(encoding="utf-8") == release.release_id):
        return _folders(root)
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    verdicts = list(_verdicts(release.path))
    incoming = [Path(tempfile.mkdtemp(prefix=_INCOMING, dir=root)) for _ in verdicts]
    tasks = [
        Task(verdict.file, (archived_path(settings.archive, sha256), verdict, folder, settings.limits))
        for (sha256, _, verdict), folder in zip(verdicts, incoming, strict=True)
    ]
    results = run_isolated(tasks, annotate, settings)
    for (_, submission_id, verdict), folder, (_, result) in zip(verdicts, incoming, results, strict=True):
        if isinstance(result, Rejection):
            list_alone(verdict, folder, "sa lecture a été interrompue")
        _settle(folder, root / submission_id)
    for answered in set(_folders(root)) - {root / submission_id for _, submission_id, _ in verdicts}:
        shutil.rmtree(answered)
    mark.write_text(release.release_id, encoding="utf-8")
    return _folders(root)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("*") if path.is_dir() and not path.name.startswith("."))


def _sweep(root: Path) -> None:
    """Remove what a run that was cut left behind."""
    for path in root.glob(f"{_INCOMING}*"):
        shutil.rmtree(path, ignore_errors=True)


def _settle(incoming: Path, folder: Path) -> None:
    """Put a folder in its place, unless the same stands there."""
    incoming.chmod(0o755)
    if folder.exists():
        names = {path.name for path in (*incoming.iterdir(), *folder.iterdir())}
        _, different, absent = filecmp.cmpfiles(incoming, folder, names, shallow=False)
        if not different and not absent:
            shutil.rmtree(incoming)
            return
        shutil.rmtree(folder)
    incoming.rename(folder)


def _verdicts(release: Path) -> Iterator[tuple[str, str, Verdict]]:
    """Yield the SHA-256, the identifier and the verdict of each submission of which something is refused now."""
    with duckdb.connect(release, read_only=True) as connection:
        rejected: dict[tuple[str, str, str], list[Message]] = {}
        for sha256, submission_id, file, *message in connection.execute(_REJECTIONS).fetchall():
            rejected.setdefault((sha256, submission_id, file), []).append(Message(*message))
        accepted: dict[str, list[Accepted]] = {}
        for row in _rows(connection, _ACCEPTED):
            accepted.setdefault(row["submission_id"], []).append(accepted_row(row))
    for (sha256, submission_id, file), found in rejected.items():
        name = PurePosixPath(file).name
        yield sha256, submission_id, Verdict.of(name, found, accepted.get(submission_id, ()))


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
