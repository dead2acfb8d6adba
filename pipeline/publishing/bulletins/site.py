"""The folder of the site: only what changed is made, aside, and takes the place of the old one as a whole.

A page is known by the digest of all that it is made of. One that has not changed is the same file in the new folder (a
hard link), so that nothing is written twice. Until the swap, readers have the old site; what a killed run left is
thrown away by the next.

What belongs here: files, digests, the manifest, the swap. What does not: what a page says.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipeline.stores.disk import remove
from pipeline.vocabulary.typography import writable

MANIFEST = "manifest.json"
_PACKAGE = Path(__file__).resolve().parents[2]
# what a page is made by, beside its data
_MAKERS = ("publishing/bulletins", "proof/explain.py", "proof/templates", "vocabulary")
_DRAWN_BY = ("altair", "vl-convert-python", "jinja2")
_AT_FDCWD, _EXCHANGE = -100, 2


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be made: its name, what it is made of, and how."""

    name: str
    made_of: object
    make: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A site to be made in ``folder``: the pages that changed, and those that stay."""

    folder: Path
    aside: Path
    digests: dict[str, str]
    changed: tuple[Page, ...]

    @property
    def is_due(self) -> bool:
        """Whether the folder is not what it should be."""
        return bool(self.changed) or set(_listing(self.folder)) != {*self.digests, MANIFEST}


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make the site; another waits for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        yield


def plan(folder: Path, aside: Path, pages: Iterator[Page]) -> Plan:
    """Return what has to be made so that ``folder`` is the site of these pages; the caller holds it alone."""
    made_by = _digest(_makers())
    before = _manifest(folder)
    found = list(pages)
    digests = {page.name: _digest([made_by, page.made_of]) for page in found}
    changed = [
        page for page in found if before.get(page.name) != digests[page.name] or not (folder / page.name).is_file()
    ]
    return Plan(folder, aside, digests, tuple(changed))


def carry_out(planned: Plan, tell: Callable[[int, int], None]) -> None:
    """Make what changed, aside, and swap the folders."""
    remove(planned.aside)
    try:
        _fill(planned, tell)
        _swap(planned.aside, planned.folder)
    finally:
        remove(planned.aside)


def _fill(planned: Plan, tell: Callable[[int, int], None]) -> None:
    """Put the whole site aside: links to what stays, and what changed."""
    planned.aside.mkdir(parents=True)
    changed = {page.name for page in planned.changed}
    for name in planned.digests:
        if name not in changed:
            _link(planned.folder / name, planned.aside / name)
    for done, page in enumerate(planned.changed, start=1):
        (planned.aside / page.name).write_text(writable(page.make()), encoding="utf-8")
        tell(done, len(changed))
    text = json.dumps(planned.digests, indent=0, sort_keys=True)
    (planned.aside / MANIFEST).write_text(text, encoding="utf-8")


def _link(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a file system without hard links
        shutil.copy2(path, name)


def _swap(new: Path, folder: Path) -> None:
    """Let two folders exchange their names at once where the system can; else one after the other."""
    if not folder.is_dir():
        remove(folder)
        new.rename(folder)
        return
    if not _exchanged(new, folder):
        old = new.with_name(f"{new.name}.old")
        remove(old)
        folder.rename(old)
        new.rename(folder)
        remove(old)


def _exchanged(one: Path, other: Path) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    exchange = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    names = (os.fsencode(one), os.fsencode(other))
    return exchange is not None and exchange(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE) == 0


def _manifest(folder: Path) -> Mapping[str, str]:
    """Return the digests of the pages of a site; none where it is not whole."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _listing(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def _makers() -> list[str]:
    """Return the bytes of the code and the templates that make pages, and the versions of what draws."""
    paths = sorted(path for place in _MAKERS for path in _files(_PACKAGE / place))
    return [*(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths), *map(version, _DRAWN_BY)]


def _files(place: Path) -> Iterator[Path]:
    yield from [place] if place.is_file() else (p for p in place.rglob("*") if p.suffix in {".py", ".html", ".css"})


def _digest(content: object) -> str:
    text = json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _plain(value: Any) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
