"""Exporting: all files of the published release, aside, then in place; what was exported is not exported again.

What belongs here: the folder of a release and its checksums. What does not: any file's content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.intake.archive import sha256_of
from pipeline.load import Progress
from pipeline.publishing.exports.data_package import write_data_package
from pipeline.publishing.exports.sdmx import write_sdmx
from pipeline.publishing.exports.tables import exported_tables, write_tables
from pipeline.publishing.exports.workbook import FILE as WORKBOOK
from pipeline.publishing.exports.workbook import write_workbook
from pipeline.publishing.sentences import after_publishing
from pipeline.settings import Settings
from pipeline.stores.disk import make_folder, remove, rename
from pipeline.vocabulary.indicators import scorecard
from pipeline.warehouse.releases import Release, kept_path, published_release

VERSION, CHECKSUMS = "VERSION", "SHA256SUMS"
_ASIDE = ".aside"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: where, how many files, and whether they were written now."""

    folder: Path
    files: int
    is_new: bool


def export_release(settings: Settings, on_progress: Progress = lambda *_: None) -> Exported:
    """Write the exports of the published release into ``warehouse/exports/<release>``, unless they are there.

    Exports of releases that are kept no more are dropped.

    Raises:
        FileNotFoundError: nothing is published.
        OSError: the disk is full or cannot be written; what was exported before stays.
    """
    release = published_release(settings)
    if release is None:
        place = str(settings.release_file)
        raise FileNotFoundError(2, "nothing is published yet; run 'housing load' first", place)
    folder = settings.exports / release.release_id
    is_new = not (folder / VERSION).is_file()
    if is_new:
        _write(release, folder, settings, on_progress)
    _prune(settings, folder)
    return Exported(folder, sum(path.is_file() for path in folder.rglob("*")), is_new)


def renew_exports(settings: Settings, say: Callable[[str], None], on_progress: Progress = lambda *_: None) -> None:
    """Export after a release was published: what hinders it is one line, and hinders nothing else."""
    try:
        export_release(settings, on_progress)
    except Exception as error:  # noqa: BLE001  # the release is published, whatever becomes of its exports
        say(after_publishing("The exports were not made", error))


def _write(release: Release, folder: Path, settings: Settings, on_progress: Progress) -> None:
    aside = folder.with_name(_ASIDE)
    remove(aside)
    make_folder(aside)
    tables = exported_tables(*settings.sql_folders)
    try:
        with duckdb.connect(settings.release_file, read_only=True) as connection:
            for done, _ in enumerate(write_tables(connection, tables, aside), start=1):
                on_progress("export", done, len(tables) + 2)
            write_sdmx(connection, aside)
            on_progress("export", len(tables) + 1, len(tables) + 2)
            write_workbook(connection, aside / WORKBOOK, scorecard())
        write_data_package(aside, tables, release.release_id, f"{release.published_at:%Y-%m-%dT%H:%M:%SZ}")
        _write_checksums(aside)
        # the last file: a folder that has it is whole
        (aside / VERSION).write_text(f"{release.release_id}\n", encoding="utf-8")
        remove(folder)
        rename(aside, folder)
        on_progress("export", len(tables) + 2, len(tables) + 2)
    finally:
        remove(aside)


def _write_checksums(folder: Path) -> None:
    """Write the SHA-256 of each file, as ``sha256sum --check`` reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}" for path in files)
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prune(settings: Settings, current: Path) -> None:
    for folder in settings.exports.iterdir():
        if folder != current and not kept_path(settings, folder.name).exists():
            remove(folder)
