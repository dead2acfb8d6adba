"""One writer at a time: whoever loads holds the warehouse, and says who it is.

On one machine that is a lock on a file; hosts that share a ledger hold one in its database besides.

What belongs here: taking and naming the lock. What does not: what is done under it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.settings import Settings
from pipeline.stores.disk import remove
from pipeline.stores.hosts import database_of, host_of


class WarehouseBusyError(RuntimeError):
    """Another run holds the warehouse; the message says which and since when."""


@contextlib.contextmanager
def hold_warehouse(settings: Settings, who: str) -> Iterator[None]:
    """Hold the warehouse while the block runs, waiting up to ``settings.lock_wait_seconds`` for another holder.

    The operating system frees the lock when its holder dies, however it dies.

    Raises:
        WarehouseBusyError: another run still holds it after the wait.
    """
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    path = settings.warehouse / ".lock"
    lock = FileLock(path, timeout=settings.lock_wait_seconds, is_singleton=True)
    holder = settings.warehouse / ".lock-holder"
    if path.exists() and not path.is_file():  # nobody can hold what is no file
        remove(path)
    try:
        lock.acquire()
    except Timeout as error:
        raise WarehouseBusyError(_busy(_describe(holder), settings)) from error
    try:
        with ExitStack() as until_the_end:
            if lock.lock_counter == 1:
                until_the_end.enter_context(_hold_for_all_hosts(settings, who))
                _tell(holder, who)
            yield
    finally:
        if lock.lock_counter == 1:
            holder.unlink(missing_ok=True)
        lock.release()


def _tell(holder: Path, who: str) -> None:
    """Write who holds the warehouse, for another process of this host."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    if holder.is_dir():
        remove(holder)
    holder.write_text(json.dumps({"who": who, "pid": os.getpid(), "since": since}), encoding="utf-8")


@contextlib.contextmanager
def _hold_for_all_hosts(settings: Settings, who: str) -> Iterator[None]:
    """Hold what the hosts share, where there are several: one of them writes at a time."""
    database = database_of(settings)
    if database is None:
        yield
        return
    from pipeline.stores.database import HeldElsewhereError

    try:
        held = ExitStack()
        held.enter_context(database.held(f"{host_of(settings)}: {who}", settings.lock_wait_seconds))
    except HeldElsewhereError as error:
        raise WarehouseBusyError(_busy(str(error), settings)) from error
    with held:
        yield


def _busy(holder: str, settings: Settings) -> str:
    return (
        f"the warehouse is held by {holder}; waited {settings.lock_wait_seconds:g} s. "
        "Wait until that run has ended and start again."
    )


def _describe(holder: os.PathLike[str]) -> str:
    try:
        with open(holder, encoding="utf-8") as file:  # noqa: PTH123  # os.PathLike has no open
            holding = json.load(file)
        return f"“{holding['who']}” (process {holding['pid']}) since {holding['since']}"
    except (OSError, ValueError, KeyError):
        return "another run"
