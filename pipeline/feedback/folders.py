"""``warehouse/returned/``: one folder for each current submission of which something was refused.

It is made from the published release and the archive alone, so that it can be deleted and made again. A folder goes
away when nothing of its submission is refused any more, and when a later file has replaced it.

What belongs here: which folders there are, and writing each whole or not at all. What does not: what stands in a file.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.intake import Ledger
from pipeline.intake.account import heal
from pipeline.intake.archive import archived_path, bring, is_content
from pipeline.reading.code import READS, code_sha256
from pipeline.rejections import Rejection
from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.warehouse.releases import Release, published_release

if TYPE_CHECKING:
    from pipeline.feedback.released import Refused

MARK = ".release"
"""Says which release the folders were made from, what each was made of, and which files stand in it."""
_INCOMING = ".incoming-"


class _Folder(NamedTuple):
    """One folder, as it was made."""

    made_of: str
    """The SHA-256 over all that its files were made of; empty where making them was interrupted."""
    files: list[list[str | int]]
    """The name, size and date of each file, by which it is known again."""


class _Mark(NamedTuple):
    """What the mark says."""

    release_id: str
    folders: dict[str, _Folder]


def return_workbooks(
    settings: Settings, say: Callable[[str], None] = lambda _: None, release: Release | None = None
) -> list[Path]:
    """Make ``warehouse/returned/`` say what the published release says; return the folders there are.

    The caller holds the warehouse. Nothing is done when it already says so, and a workbook is made only where what is
    told of it changed, what tells it, or the folder.

    Args:
        settings: where the release, the archive and the folders stand.
        say: told in a line what was put right.
        release: the published release, where the caller knows it: opening it takes longer than all else of a night
            without news.

    Raises:
        ArchiveDamagedError: received bytes are lost.
    """
    root = settings.returned
    release = release or published_release(settings)
    if release is None:
        return _folders(root)
    mark, files = _mark(root), _files(root)
    if mark.release_id == release.release_id:
        if {name: folder.files for name, folder in mark.folders.items()} == files:
            return _folders(root)
        say(f"{root} was not what was written there, and is made again.")
        remove(root)
        mark, files = _NO_MARK, {}
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    from pipeline.feedback.released import refused_in

    wanted = {each.submission_id: (_made_of(each, settings), each) for each in refused_in(release.path)}
    stands = {name for name, (made_of, _) in wanted.items() if mark.folders.get(name) == (made_of, files.get(name))}
    interrupted = _make([each for name, (_, each) in wanted.items() if name not in stands], settings, say)
    for answered in set(_folders(root)) - {root / name for name in wanted}:
        shutil.rmtree(answered)
    made_of = {name: "" if name in interrupted else digest for name, (digest, _) in wanted.items()}
    _write_mark(root, release.release_id, made_of)
    return _folders(root)


def _make(refused: Sequence[Refused], settings: Settings, say: Callable[[str], None]) -> set[str]:
    """Make the folders of some submissions; return those of which making it was interrupted."""
    if not refused:
        return set()
    from pipeline.cells.isolation import Task, run_isolated
    from pipeline.cells.worker import Interrupted
    from pipeline.feedback.annotate import annotate, list_alone

    root, interrupted = settings.returned, set()
    bring(settings, (each.sha256 for each in refused))
    _heal({each.sha256 for each in refused}, settings, say)
    incoming = [Path(tempfile.mkdtemp(prefix=_INCOMING, dir=root)) for _ in refused]
    tasks = [
        Task(each.verdict.file, (archived_path(settings.archive, each.sha256), each.verdict, folder, settings.limits))
        for each, folder in zip(refused, incoming, strict=True)
    ]
    results = run_isolated(tasks, annotate, settings)
    for each, folder, (_, result) in zip(refused, incoming, results, strict=True):
        if isinstance(result, Rejection | Interrupted):
            list_alone(each.verdict, folder, "sa lecture a été interrompue")
            interrupted.add(each.submission_id)
        _settle(folder, root / each.submission_id)
    return interrupted


def _made_of(refused: Refused, settings: Settings) -> str:
    """Return the SHA-256 over all that a folder is made of: bytes, verdict, limits, and the code that makes it."""
    told = json.dumps(asdict(refused.verdict), ensure_ascii=False)
    parts = (refused.sha256, told, settings.limits.model_dump_json(), code_sha256((*READS, "feedback")))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_returned_current(settings: Settings) -> bool:
    """Whether the folders say what the published release says."""
    release = published_release(settings)
    return release is not None and _mark(settings.returned).release_id == release.release_id


def returned_of(settings: Settings, submission_id: str) -> list[Path]:
    """Return the files that go back to the sender of a submission; none where nothing of it is refused."""
    return sorted(path for path in (settings.returned / submission_id).glob("*") if path.is_file())


_NO_MARK = _Mark("", {})


def _mark(root: Path) -> _Mark:
    """Return what the mark says; nothing where it is missing or damaged."""
    if root.exists() and not root.is_dir():
        remove(root)
    mark = root / MARK
    if mark.is_dir():
        remove(mark)
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        found = json.loads(mark.read_text(encoding="utf-8"))
        folders = {name: _Folder(*folder) for name, folder in found["folders"].items()}
        return _Mark(str(found["release_id"]), folders)
    return _NO_MARK


def _write_mark(root: Path, release_id: str, made_of: Mapping[str, str]) -> None:
    files = _files(root)
    mark = {"release_id": release_id, "folders": {name: (digest, files[name]) for name, digest in made_of.items()}}
    (root / MARK).write_text(json.dumps(mark), encoding="utf-8")


def _files(root: Path) -> dict[str, list[list[str | int]]]:
    """Return, for each folder, what stands in it."""
    return {folder.name: [_file(path, folder) for path in sorted(folder.rglob("*"))] for folder in _folders(root)}


def _file(path: Path, folder: Path) -> list[str | int]:
    status = path.stat()
    return [path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns]


def _heal(contents: set[str], settings: Settings, say: Callable[[str], None]) -> None:
    """Take again from ``raw/`` what is to be given back and is not in the archive as it was received."""
    damaged = {each for each in contents if not is_content(archived_path(settings.archive, each), each)}
    if damaged:
        for line in heal(settings, [s for s in Ledger.of(settings).submissions if s.sha256 in damaged]):
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
