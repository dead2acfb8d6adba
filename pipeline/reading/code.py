"""The code that reads, by its hash: what was read by other code is read again.

It imports little: a load in which nothing changed asks for these hashes and reads nothing.

What belongs here: hashes over code, and what follows from them alone. What does not: what else a reading depends on
(``key``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pipeline.intake import Submission
from pipeline.intake.ledger import ATTEMPTS
from pipeline.settings import Limits

PACKAGE = Path(__file__).resolve().parent.parent
READS = ("vocabulary", "rejections", "contracts", "cells", "figures", "layouts", "corrections", "reading")
"""The rooms whose code a reading runs."""
_NEVER_RUN = {PACKAGE / "layouts" / "authoring"}
_DECLARES = {PACKAGE / "contracts" / name for name in ("columns.toml", "stage.toml")}
"""What of these a reading depends on counts (``_declared_sha256``), and no definition."""


@cache
def code_sha256(rooms: tuple[str, ...]) -> str:
    """Return the SHA-256 over the code of some rooms of ``pipeline`` (``"cells"``, ``"load"``)."""
    return sha256_over(path for room in rooms for path in _files_of(PACKAGE / room))


def read_under(limits: Limits) -> str:
    """Return the SHA-256 over the code that reads and the limits: a file that both fail at may be read by others."""
    return hashlib.sha256(f"{code_sha256(READS)}\n{limits.model_dump_json()}".encode()).hexdigest()


def is_given_up(submission: Submission, limits: Limits) -> bool:
    """Whether too many loads in a row could not read a submission: it is tried again where code or limits change."""
    pending = submission.pending
    return pending is not None and pending.attempts >= ATTEMPTS and pending.under == read_under(limits)


def _files_of(place: Path) -> Iterator[Path]:
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    for path in files:
        if path.suffix in {".py", ".toml"} and path not in _DECLARES and _NEVER_RUN.isdisjoint(path.parents):
            yield path


def sha256_over(paths: Iterable[Path]) -> str:
    """Return the SHA-256 over the names and contents of files, in their order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.parent.name}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
