"""What docs/sql.md tells readers of the lake to run does run, in the words that stand there."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.publishing.lake.connect import extension_file
from pipeline.settings import Settings
from tests.conftest import PROJECT
from tests.support.lakes import deliver, with_lake
from tests.support.part_of_sql import part_of_sql

pytest.importorskip("duckdb_extension_ducklake", reason="the extension of DuckDB for a lake is not installed")


@pytest.fixture
def section(settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The section, as it reads for a lake that is there, its extensions loaded as they are installed here."""
    settings = with_lake(settings.changed(sql=part_of_sql(tmp_path_factory)), tmp_path)
    deliver(settings, 10)
    text = (PROJECT / "docs/sql.md").read_text(encoding="utf-8").partition("## The lake")[2].partition("\n## ")[0]
    text = text.replace("'CATALOGUE'", f"'ducklake:{settings.lake}'").replace("kpi.annual", "fact.observation")
    text = text.replace("kpi.regional_latest", "fact.observation")
    loading = f"LOAD '{extension_file('ducklake')}';"
    return re.sub(r"INSTALL ducklake; INSTALL postgres;", loading, text)


def test_the_lines_of_the_shell_run(section: str) -> None:
    (lines,) = re.findall(r"```sql\n(LOAD.*?)```", section, re.DOTALL)
    with duckdb.connect() as connection:
        assert connection.execute(lines).fetchall()


def test_the_lines_of_python_run(section: str) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    found: dict[str, object] = {}
    exec(lines, found)  # the lines of our own page
    assert len(found["annual"]) == 1  # type: ignore[arg-type]
