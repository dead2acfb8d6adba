"""A part of ``sql/``, for whole loads that try what happens to files, ledger, archive or releases.

Planning what a load builds takes most of its time, and most of that goes to the relations that analysts ask. A test
that asks none of them builds those that the product itself reads and those that it names, with all that they read,
from the files of ``sql/`` as they are. The checks that read nothing else are run.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline.warehouse.reads import tables_read
from tests.support.stage_tables import SQL, checks, closure, relations

READ_BY_THE_PRODUCT = (
    "audit.cell_coverage",
    "audit.check",
    "audit.release",
    "audit.remark",
    "fact.observation",
    "fact.observation_history",
    "fact.rejection",
    "fact.submission",
)
"""What ``pipeline`` asks of a release after a load, and at the beginning of the next."""

_LIKE = re.compile(r'^like = "([^"]+)"', re.MULTILINE)
_MADE: dict[tuple[str, ...], Path] = {}


def part_of_sql(tmp_path_factory: pytest.TempPathFactory, *wanted: str) -> Path:
    """Return a folder like ``sql/`` with the relations that are wanted, those of the product and what they read."""
    if wanted not in _MADE:
        folder = tmp_path_factory.mktemp("part") / "sql"
        (folder / "kpi").mkdir(parents=True)
        shutil.copytree(SQL / "macros", folder / "macros")
        needed = _needed(*READ_BY_THE_PRODUCT, *wanted)
        names = [name.replace(".", "/") for name in relations() if name in needed]
        names += [f"checks/{name}" for name, check in checks().items() if _reads(check.relation, check.sql) <= needed]
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(SQL / f"{name}.sql", folder / f"{name}.sql")
        _MADE[wanted] = folder
    return _MADE[wanted]


def _needed(*wanted: str) -> set[str]:
    """Return relations with all that they read, that they are like, and that their contracts refer to."""
    needed = closure(*wanted)
    referred = {table for name in needed for table, _ in relations()[name].contract.references.values()}
    referred |= {like for name in needed for like in _LIKE.findall(_file(name).read_text(encoding="utf-8"))}
    return needed if referred <= needed else _needed(*needed, *referred)


def _file(relation: str) -> Path:
    return SQL / f"{relation.replace('.', '/')}.sql"


def _reads(relation: str, sql: str) -> set[str]:
    return {relation, *(name for name in tables_read(sql) if not name.startswith("stage."))}
