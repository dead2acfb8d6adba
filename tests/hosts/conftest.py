"""What tests of hosts share: a database that two of them share an installation in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.support.hosts import two_hosts
from tests.support.postgres import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Return what leads to the database of a server of PostgreSQL."""
    with postgres() as conninfo:
        yield conninfo


@pytest.fixture
def database(server: str) -> str:
    """Return what leads to a database in which nothing of ours stands."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: no hosts can share a ledger")
    pytest.importorskip("obstore", reason="obstore is not installed: no hosts can share a store")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS housing CASCADE")
    return server


@pytest.fixture
def hosts(database: str, tmp_path: Path) -> tuple[Settings, Settings]:
    """Return two hosts that share one installation."""
    return two_hosts(database, tmp_path)
