"""What a release is made from, as hashes: whoever finds the same has nothing to build.

It imports little: a load in which nothing changed asks for this alone.

What belongs here: the hashes. What does not: deciding what follows from them (``recovery``, ``kept_stage``).
"""

from __future__ import annotations

import hashlib

from pipeline.intake import Ledger
from pipeline.reading.code import PACKAGE, READS, code_sha256, sha256_over
from pipeline.settings import Settings, declaration_folders

_DECLARATIONS = {".toml", ".csv", ".sql"}
_BUILDS = (*READS, "stores", "intake", "checking", "warehouse", "load")
"""The rooms whose code makes a release; what shows or explains one changes none."""


def inputs_sha256(settings: Settings, ledger: Ledger) -> str:
    """Return the SHA-256 over everything that a release is made from: ledger, limits, code, sources, reference, SQL."""
    return hashlib.sha256(f"{ledger.inputs}\n{made_by(settings)}".encode()).hexdigest()


def made_by(settings: Settings) -> str:
    """Return what a release is made by, whatever was received: limits, code, sources, reference and SQL, as hashes."""
    folders = (*declaration_folders("sources"), *declaration_folders("reference"), *settings.sql_folders)
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in _DECLARATIONS]
    parts = (
        settings.limits.model_dump_json(),
        code_sha256(_BUILDS),
        sha256_over([*sorted((PACKAGE / "contracts").glob("*.toml")), *paths]),
    )
    return "\n".join(parts)
