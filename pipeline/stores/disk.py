"""Making sure that what was written is on disk: the archive, the ledger and the releases outlive a cut of power.

What belongs here: files and folders as the system keeps them. What does not: what stands in them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk: a file that was renamed there is else there after a cut, or not."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and its names are journalled
        sync_file(folder)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that lack, each so that it outlives a cut of power."""
    if folder.is_dir():
        return
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def rename(path: Path, name: Path) -> None:
    """Give a file another name in place of whatever file has it, for good."""
    path.replace(name)
    sync_folder(name.parent)
    if path.parent != name.parent:
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that it holds; nothing is done where nothing stands."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
