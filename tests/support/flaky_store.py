"""An S3 server that answers 503 as long as a file stands: ``python -m …flaky_store HOST PORT CERTIFICATE KEY FILE``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main(host: str, port: str, certificate: str, key: str, sign: str) -> None:
    """Serve until the process is stopped."""
    store = DomainDispatcherApplication(create_backend_app)

    def answer(environ: dict[str, Any], begin: Callable[..., Any]) -> Iterable[bytes]:
        if Path(sign).exists():
            begin("503 Slow Down", [("Content-Type", "text/plain")])
            return [b""]
        return store(environ, begin)  # type: ignore[no-any-return]

    run_simple(host, int(port), answer, threaded=True, ssl_context=(certificate, key))


if __name__ == "__main__":
    main(*sys.argv[1:])
