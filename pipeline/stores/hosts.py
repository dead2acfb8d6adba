"""Which stores an installation has: its own folders, or those that several hosts share.

What several hosts share is opened only where the settings name it: an installation on one machine imports neither
client.

What belongs here: from the settings to a store. What does not: any store.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.settings import SettingError, Settings
from pipeline.settings.connections import POSTGRES
from pipeline.stores.journal import Journal, JournalFile

if TYPE_CHECKING:
    from pipeline.stores.database import Database
    from pipeline.stores.objects import Objects


def journal_of(settings: Settings) -> Journal:
    """Return where the lines of the ledger stand."""
    database = database_of(settings)
    if database is None:
        return JournalFile(settings.ledger)
    from pipeline.stores.database import SharedJournal

    return SharedJournal(database)


def database_of(settings: Settings) -> Database | None:
    """Return the database that hosts share; ``None`` where they share none."""
    if not settings.shared_ledger:
        return None
    with _installed("HOUSING_SHARED_LEDGER"):
        from pipeline.stores.database import Database
    return Database(settings.shared_ledger.removeprefix(POSTGRES))


def objects_of(settings: Settings) -> Objects | None:
    """Return the object store that hosts share; ``None`` where they share none."""
    if not settings.shared_store:
        return None
    with _installed("HOUSING_SHARED_STORE"):
        from pipeline.stores.objects import Objects
    return Objects(settings.shared_store)


def host_of(settings: Settings) -> str:
    """Return the name of this host, by which its ``raw/`` is told from those of others; empty where it is alone."""
    return (settings.host or socket.gethostname()) if settings.shared_ledger else ""


@contextmanager
def _installed(setting: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise SettingError(
            f"{setting}: the package {error.name} is needed besides; install housing-activity-pipeline[hosts], "
            "or unset it"
        ) from error
