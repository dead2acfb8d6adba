"""Connecting to the lake: the extensions, the catalogue, where the data stand.

What belongs here: opening it. What does not: what is written into it (``publish``).
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.publishing.lake.store import secret_for
from pipeline.settings import SettingError, Settings
from pipeline.settings.connections import OBJECT_STORE, POSTGRES
from pipeline.stores.errors import first_line
from pipeline.warehouse.build import bounded, quoted

LAKE, RELEASE = "lake", "release"
"""The names of the lake and of the release on the connection."""


class LakeError(RuntimeError):
    """The lake cannot be read or written; the message says why, and what to do."""


@contextlib.contextmanager
def open_lake(settings: Settings, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the lake, and the published release beside it for reading.

    Args:
        settings: where it is.
        read_only: as readers open it, with a role that cannot write.

    Raises:
        SettingError: the extensions are not installed.
        LakeError: the catalogue or its data cannot be reached.
    """
    with (
        bounded(settings, settings.work / "lake.spill") as bounds,
        duckdb.connect(config=bounds | {"autoinstall_known_extensions": False}) as connection,
    ):
        for name in _extensions(settings):
            connection.execute(f"LOAD {quoted(str(extension_file(name)))}")
        if settings.lake_data.startswith(OBJECT_STORE):
            _unlock(connection, settings.lake_data)
        try:
            data = f"DATA_PATH {quoted(settings.lake_data)}"
            access = ", READ_ONLY" if read_only else ""
            connection.execute(f"ATTACH {quoted(f'ducklake:{settings.lake}')} AS {LAKE} ({data}{access})")
        except (duckdb.Error, OSError) as error:
            raise LakeError(
                f"The lake cannot be opened: {first_line(error)}. Check HOUSING_LAKE and HOUSING_LAKE_DATA."
            ) from error
        connection.execute(f"ATTACH {quoted(str(settings.release_file))} AS {RELEASE} (READ_ONLY)")
        connection.execute(f"USE {LAKE}")
        yield connection


def _extensions(settings: Settings) -> list[str]:
    of_catalogue = ["postgres_scanner"] if settings.lake.startswith(POSTGRES) else []
    of_data = ["httpfs"] if settings.lake_data.startswith(OBJECT_STORE) else []
    return ["ducklake", *of_catalogue, *of_data]


def _unlock(connection: duckdb.DuckDBPyConnection, place: str) -> None:
    """Let a connection open an object store; what goes wrong is told without the statement, which holds the key."""
    statement = secret_for(place)
    try:
        connection.execute(statement)
    except duckdb.Error:
        raise LakeError(f"{place} cannot be opened with the key of the environment: DuckDB refuses it.") from None


def extension_file(name: str) -> Path:
    """Return the file of an extension of DuckDB, which is installed as a package and never over the network."""
    package = f"duckdb_extension_{name}"
    found = importlib.util.find_spec(package)
    for place in found.submodule_search_locations or () if found else ():
        for file in Path(place).glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"):
            return file
    raise SettingError(
        f"HOUSING_LAKE: the package {package.replace('_', '-')} of version {duckdb.__version__} is needed besides; "
        "install housing-activity-pipeline[lake], or unset HOUSING_LAKE"
    )
