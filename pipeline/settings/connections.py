"""How databases and stores of other machines are named in a setting, and what such a name must not hold or leave out.

What belongs here: reading such a name. What does not: which settings there are (``variables``), connecting
(``stores``, ``publishing.lake``).
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

POSTGRES = "postgres:"
"""How a database of PostgreSQL begins: ``postgres:dbname=… host=… user=…``."""
OBJECT_STORE = "s3://"
"""How an object store begins: ``s3://bucket/prefix``."""
_PASSWORD = re.compile(r"(\bpassword\s*=\s*|//[^/@:]*:)('[^']*'|[^\s@]*)(?=@|\s|$)", re.IGNORECASE)


def require_safe(place: str) -> None:
    """Refuse a name that holds a password, or leads to another machine without saying how that is known.

    Raises:
        ValueError: so it is; the message says what to do.
    """
    if _PASSWORD.search(place):
        raise ValueError("a password stands in no setting; PGPASSWORD or a file that PGPASSFILE names holds it")
    if place.startswith(POSTGRES) and not re.search(r"\bsslmode\s*=", place) and not os.environ.get("PGSSLMODE"):
        away = [host for host in _hosts(place.removeprefix(POSTGRES)) if not is_of_this_machine(host)]
        if away:
            raise ValueError(
                f"{away[0]} is another machine, and nothing says how it is known: add sslmode=verify-full and "
                "sslrootcert=/path/to/ca.pem (or sslrootcert=system), or write out another sslmode"
            )


UNSAFE_ENDPOINT = "AWS_ENDPOINT_URL: an address that begins with https:// is needed; correct or unset it"


def is_safe_endpoint(url: str) -> bool:
    """Whether what is sent to the address of an object store is encrypted, or does not leave this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_of_this_machine(host)))


def without_password(text: str) -> str:
    """Return a text without the passwords of such names.

    >>> without_password("postgres:dbname=a password=b user=c")
    'postgres:dbname=a password=… user=c'
    """
    return _PASSWORD.sub(r"\1…", text)


def is_of_this_machine(host: str) -> bool:
    """Whether a host is this machine: a socket's folder, or an address that leads nowhere else."""
    return host.startswith(("/", "@")) or bool(re.fullmatch(r"localhost|::1|127(\.\d+){3}", host))


def _hosts(connection: str) -> list[str]:
    """Return the hosts that a connection of PostgreSQL names, ``host=a,b`` or an address; else what ``PGHOST`` says."""
    if "://" in connection:
        named = urlsplit(connection).hostname or ""
    else:
        found = re.findall(r"\bhost(?:addr)?\s*=\s*('[^']*'|\S*)", connection)
        named = ",".join(each.strip("'") for each in found)
    named = named or os.environ.get("PGHOSTADDR") or os.environ.get("PGHOST") or ""
    return [host for host in named.split(",") if host]
