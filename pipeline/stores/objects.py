"""The object store that several hosts share: immutable objects, each put once under its name.

The first to put a name wins, whoever else puts it meanwhile; nothing is renamed or changed. Objects are brought to a
host as files, whole or not at all. A store that fails for a while is asked again for a while.

What belongs here: objects as bytes. What does not: which objects there are (``pipeline.intake.archive``,
``pipeline.reading.shared``, ``pipeline.warehouse.shared_releases``).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore, from_url

from pipeline.settings import SettingError
from pipeline.settings.connections import UNSAFE_ENDPOINT, is_safe_endpoint
from pipeline.stores.disk import make_folder, rename, sync_file
from pipeline.stores.errors import SharedStoreError, first_line

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_ONE_REQUEST_BYTES = 64 * 1024**2
"""What is larger goes in parts."""
_BLOCK_BYTES = 8 * 1024**2
_INCOMING = ".incoming-"
_RETRIES: RetryConfig = {"max_retries": 10, "retry_timeout": timedelta(minutes=2)}
"""How long a store that answers 503, or not at all, is asked again."""


class Objects:
    """The objects below one address: ``s3://bucket/prefix``, or ``file:///folder`` for a folder that hosts share."""

    def __init__(self, url: str) -> None:
        """Name the store; nothing is opened.

        Credentials and the endpoint come from the environment, as all clients of S3 read them (AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, AWS_REGION), from a web identity or from the machine's own role.
        """
        self.name = url
        self._store = _open(url)

    def put(self, name: str, file: Path) -> bool:
        """Put the bytes of a file under a name; return ``False``, and leave what is there, where the name is taken."""
        with self._telling(name):
            if file.stat().st_size > _ONE_REQUEST_BYTES:
                if self._size(name) is not None:
                    return False
                # in parts there is no «if absent»; who puts the same name puts the same bytes
                obstore.put(self._store, name, file)
                return True
            try:
                obstore.put(self._store, name, file, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def bring(self, name: str, file: Path, mode: int = 0o444) -> bool:
        """Write an object to a file, in one step and for good; return ``False`` where there is none."""
        make_folder(file.parent)
        descriptor, path = tempfile.mkstemp(prefix=_INCOMING, dir=file.parent)
        incoming = Path(path)
        try:
            with os.fdopen(descriptor, "wb") as out, self._telling(name):
                for block in obstore.get(self._store, name).stream(min_chunk_size=_BLOCK_BYTES):
                    out.write(block)
            incoming.chmod(mode)
            sync_file(incoming)
            rename(incoming, file)
        except FileNotFoundError:
            return False
        finally:
            incoming.unlink(missing_ok=True)
        return True

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the objects below a folder, each by the rest of its name, with its size in bytes."""
        prefix = f"{folder}/"
        found: dict[str, int] = {}
        with self._telling(prefix):
            for page in obstore.list(self._store, prefix=prefix, chunk_size=1000):
                found |= {each["path"].removeprefix(prefix): each["size"] for each in page}
        return found

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; one that is not there is no error."""
        for name in names:
            with self._telling(name):
                try:
                    obstore.delete(self._store, name)
                except FileNotFoundError:
                    continue

    def _size(self, name: str) -> int | None:
        try:
            return obstore.head(self._store, name)["size"]
        except FileNotFoundError:
            return None

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except AlreadyExistsError:
            raise
        except BaseError as error:
            raise SharedStoreError(f"{first_line(error)} (see HOUSING_SHARED_STORE)", f"{self.name}/{name}") from error


def _open(url: str) -> ObjectStore:
    if url.startswith("file:"):
        Path(urlsplit(url).path).mkdir(parents=True, exist_ok=True)
        return from_url(url)
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if endpoint and not is_safe_endpoint(endpoint):
        raise SettingError(UNSAFE_ENDPOINT)
    return from_url(
        url,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": timedelta(seconds=60)},
        retry_config=_RETRIES,
    )
