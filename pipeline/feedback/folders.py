"""``warehouse/returned/``: one folder for each current submission of which something was refused.

It is made from the published release and the archive alone, so that it can be deleted and made again. A folder goes
away when nothing of its submission is refused any more, and when a later file has replaced it.

What belongs here: which folders there are, and writing each whole or not at all. What does not: what stands in a file.
"""

from __future__ import annotations

import contextlib
import filecmp
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from pipeline.cells.isolation import Task, run_isolated
from pipeline.cells.worker import Interrupted
from pipeline.feedback.verdict import Accepted, Verdict, accepted_row
from pipeline.intake import read_ledger
from pipeline.intake.account import heal
from pipeline.intake.archive import archived_path, is_content
from pipeline.intake.disk import remove
from pipeline.rejections import Message, Rejection
from pipeline.settings import Settings
from pipeline.warehouse.releases import published_release

MARK = ".release"
"""Says which release the folders were made from, and which files there are, of which size and date."""
_INCOMING = ".incoming-"

_REJECTIONS = """
SELECT s.sha256, r.submission_id, s.file, r.reason, r.message_fr, r.message_en, r.sheet, r.cell, r.raw_text
FROM fact.rejection AS r JOIN fact.submission AS s USING (submission_id)
ORDER BY s.file, r.submission_id
"""
_REMARKS = """
SELECT submission_id, reason, message_fr, message_en, sheet, cell, raw_text
FROM audit.remark SEMI JOIN fact.rejection USING (submission_id)
WHERE row_level = 'remark'
ORDER BY submission_id, sheet, cell, reason, message_fr
"""
_ACCEPTED = """
SELECT * FROM (
    SELECT DISTINCT -- a file that was put back has several vintages of each of its cells
        c.submission_id, c.sheet, c.cell, c.raw_text, o.label, o.territory_level, o.territory_code, o.period_start,
        o.period_end, o.value, o.unit, o.missing_reason, o.qualifier, o.value_low, o.value_high, o.obs_status
    FROM audit.cell_coverage AS c
    LEFT JOIN fact.observation_history AS o USING (submission_id, sheet, cell)
    WHERE c.went_to NOT IN ('fact.rejection', 'audit.remark')
)
SEMI JOIN fact.rejection USING (submission_id)
"""


def return_workbooks(settings: Settings, say: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Make ``warehouse/returned/`` say what the published release says; return the folders there are.

    The caller holds the warehouse. Nothing is done when it already says so.

    Args:
        settings: where the release, the archive and the folders stand.
        say: told in a line what was put right.

    Raises:
        ArchiveDamagedError: received bytes are lost.
    """
    root = settings.returned
    release = published_release(settings)
    if release is None:
        return _folders(root)
    told = _mark(root)
    if told[:1] == [release.release_id]:
        if told == [release.release_id, *_listing(root)]:
            return _folders(root)
        say(f"{root} was not what was written there, and is made again.")
        remove(root)
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    verdicts = list(_verdicts(release.path))
    _heal({sha256 for sha256, _, _ in verdicts}, settings, say)
    incoming = [Path(tempfile.mkdtemp(prefix=_INCOMING, dir=root)) for _ in verdicts]
    from pipeline.feedback.annotate import annotate, list_alone

    tasks = [
        Task(verdict.file, (archived_path(settings.archive, sha256), verdict, folder, settings.limits))
        for (sha256, _, verdict), folder in zip(verdicts, incoming, strict=True)
    ]
    results = run_isolated(tasks, annotate, settings)
    for (_, submission_id, verdict), folder, (_, result) in zip(verdicts, incoming, results, strict=True):
        if isinstance(result, Rejection | Interrupted):
            list_alone(verdict, folder, "sa lecture a été interrompue")
        _settle(folder, root / submission_id)
    for answered in set(_folders(root)) - {root / submission_id for _, submission_id, _ in verdicts}:
        shutil.rmtree(answered)
    (root / MARK).write_text("\n".join([release.release_id, *_listing(root)]), encoding="utf-8")
    return _folders(root)


def is_returned_current(settings: Settings) -> bool:
    """Whether the folders say what the published release says."""
    release = published_release(settings)
    return release is not None and _mark(settings.returned)[:1] == [release.release_id]


def returned_of(settings: Settings, submission_id: str) -> list[Path]:
    """Return the files that go back to the sender of a submission; none where nothing of it is refused."""
    return sorted(path for path in (settings.returned / submission_id).glob("*") if path.is_file())


def _mark(root: Path) -> list[str]:
    """Return the lines of the mark; none where it is missing or no text."""
    if root.exists() and not root.is_dir():
        remove(root)
    mark = root / MARK
    if mark.is_dir():
        remove(mark)
    with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
        return mark.read_text(encoding="utf-8").splitlines()
    return []


def _listing(root: Path) -> list[str]:
    """Return a line for each file that stands in the folders, by which it is known again."""
    files = sorted(path for folder in _folders(root) for path in folder.rglob("*"))
    return [f"{path.relative_to(root).as_posix()} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]


def _heal(contents: set[str], settings: Settings, say: Callable[[str], None]) -> None:
    """Take again from ``raw/`` what is to be given back and is not in the archive as it was received."""
    damaged = {each for each in contents if not is_content(archived_path(settings.archive, each), each)}
    if damaged:
        for line in heal(settings, [s for s in read_ledger(settings.ledger) if s.sha256 in damaged]):
            say(line)


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
        if not rejected:
            return  # what is accepted takes long to put together
        remarks: dict[str, list[Message]] = {}
        for submission_id, *message in connection.execute(_REMARKS).fetchall():
            remarks.setdefault(submission_id, []).append(Message(*message))
        accepted: dict[str, list[Accepted]] = {}
        for row in _rows(connection, _ACCEPTED):
            accepted.setdefault(row["submission_id"], []).append(accepted_row(row))
    for (sha256, submission_id, file), found in rejected.items():
        name = PurePosixPath(file).name
        told = accepted.get(submission_id, ()), remarks.get(submission_id, ())
        yield sha256, submission_id, Verdict.of(name, found, *told)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
