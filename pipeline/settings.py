"""Where things stand on disk, and the limits that protect a load.

What belongs here: paths, limits, retention; each can be overridden by an environment variable.
What does not: what a source looks like (``layouts/``), what a table looks like (``contracts``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Limits:
    """What one received file may cost. A file that goes beyond is refused, and the refusal names the limit.

    Sizes are in bytes, times in seconds. Every file is treated as hostile: these hold before and while it is read.
    """

    file_bytes: int = 100 * 1024**2
    uncompressed_bytes: int = 600 * 1024**2
    compression_ratio: int = 200
    archive_entries: int = 5_000
    sheets: int = 250
    cells: int = 6_000_000
    characters: int = 60_000_000
    """Of all cells: a text that a file holds once may stand in any number of them."""
    seconds: int = 120
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Settings:
    """The folders of one installation and how it behaves.

    ``raw`` is read and never written; ``warehouse`` is written and, its archive and ledger apart, can be deleted.
    """

    raw: Path = PROJECT_ROOT / "raw"
    warehouse: Path = PROJECT_ROOT / "warehouse"
    sql: Path = PROJECT_ROOT / "sql"
    limits: Limits = field(default_factory=Limits)
    workers: int = field(default_factory=lambda: max(1, min(8, os.cpu_count() or 1)))
    database_memory_bytes: int = 2 * 1024**3
    """What the database may hold in memory while a release is made; what goes beyond waits on disk, below ``work``."""
    keep_releases: int = 10
    settle_seconds: float = 2.0
    """A file whose last change is younger than this may still be being written; it is left for the next load."""
    lock_wait_seconds: float = 30.0
    """How long a run waits for another one that holds the warehouse before it says who holds it and gives up."""

    @property
    def archive(self) -> Path:
        """Every received file, once, under the name of its SHA-256."""
        return self.warehouse / "archive"

    @property
    def ledger(self) -> Path:
        """The append-only record of what was received, one JSON object a line."""
        return self.warehouse / "ledger.jsonl"

    @property
    def cache(self) -> Path:
        """What was read from each submission, keyed by content, layout and code version."""
        return self.warehouse / "cache"

    @property
    def returned(self) -> Path:
        """What goes back to the senders: a folder for each current submission of which something was refused."""
        return self.warehouse / "returned"

    @property
    def work(self) -> Path:
        """The working databases, which belong to the runs alone."""
        return self.warehouse / "work"

    @property
    def releases(self) -> Path:
        """The last published DuckDB files."""
        return self.warehouse / "releases"

    @property
    def published(self) -> Path:
        """The release that SQL users open."""
        return self.warehouse / "housing.duckdb"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the defaults, overridden by ``HOUSING_<NAME>`` variables.

        ``HOUSING_RAW=/data/raw`` moves a folder, ``HOUSING_KEEP_RELEASES=30`` changes a number,
        ``HOUSING_LIMIT_SECONDS=300`` changes a limit.

        Raises:
            ValueError: a number cannot be read; the message names the variable and its text.
        """

        def overrides(owner: type, prefix: str) -> dict[str, object]:
            found: dict[str, object] = {}
            for item in fields(owner):
                variable = f"{prefix}{item.name.upper()}"
                text = environment.get(variable)
                if text is None or item.name == "limits":
                    continue
                convert = {"Path": Path, "int": int, "float": float}[str(item.type)]
                try:
                    found[item.name] = convert(text)
                except ValueError as error:
                    raise ValueError(f"{variable}={text!r}: expected {item.type}; correct or unset it") from error
            return found

        limits = Limits(**overrides(Limits, "HOUSING_LIMIT_"))  # type: ignore[arg-type]
        return cls(limits=limits, **overrides(cls, "HOUSING_"))  # type: ignore[arg-type]
