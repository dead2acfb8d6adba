"""An object store for the data of a lake, and what opens it, which comes from the environment and goes nowhere else.

The variables are those that every tool of such a store reads: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``,
``AWS_SESSION_TOKEN``, ``AWS_REGION`` and ``AWS_ENDPOINT_URL``, the last for a store that is not Amazon's.

What belongs here: the secret of the connection. What does not: opening the lake (``connect``).
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from pipeline.settings import SettingError
from pipeline.settings.connections import UNSAFE_ENDPOINT, is_safe_endpoint
from pipeline.warehouse.build import quoted

_NEEDED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def secret_for(place: str) -> str:
    """Return the statement that lets a connection, and no other, open what stands at ``s3://bucket/prefix``.

    It is kept in memory alone and must not be shown: it holds the key.

    Raises:
        SettingError: a variable is missing, or the endpoint is neither TLS nor on this machine.
    """
    lacking = [name for name in _NEEDED if not os.environ.get(name)]
    if lacking:
        raise SettingError(f"HOUSING_LAKE_DATA={place!r}: {' and '.join(lacking)} must be set besides, the key to it")
    key, secret = (os.environ[name] for name in _NEEDED)
    parts = {"TYPE": "s3", "SCOPE": place, "KEY_ID": key, "SECRET": secret}
    parts |= {"SESSION_TOKEN": os.environ.get("AWS_SESSION_TOKEN", "")}
    parts |= {"REGION": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"}
    parts |= _endpoint(os.environ.get("AWS_ENDPOINT_URL", ""))
    told = ", ".join(f"{name} {quoted(value)}" for name, value in parts.items() if value)
    return f"CREATE TEMPORARY SECRET lake_data ({told})"


def _endpoint(url: str) -> dict[str, str]:
    """Return what leads to a store that is not Amazon's; nothing where no address is given."""
    if not url:
        return {}
    if not is_safe_endpoint(url):
        raise SettingError(UNSAFE_ENDPOINT)
    parts = urlsplit(url)
    return {"ENDPOINT": parts.netloc, "URL_STYLE": "path", "USE_SSL": str(parts.scheme == "https").lower()}
