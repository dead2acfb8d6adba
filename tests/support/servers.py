"""Servers on this machine that take e-mail and webhooks: as they should, with a refusal, or without an answer."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

HOST = "127.0.0.1"
USER, PASSWORD = "housing", "un-secret-tres-secret"


@dataclass
class Mailbox:
    """What a server was handed, and how it behaves."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answer: str = "250 OK"
    """What it says of a message."""
    refuses: tuple[str, ...] = ()
    """The addresses that it does not take."""
    waits: float = 0.0
    """Seconds before it answers; it has the message."""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802  # names of aiosmtpd
        if address in self.refuses:
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.waits)
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer


class Certificates:
    """An authority of our own, and a server's certificate of it."""

    def __init__(self, folder: Path) -> None:
        """Make both; the authority's stands in a file."""
        authority = trustme.CA()
        self.file = folder / "authority.pem"
        authority.cert_pem.write_to_path(self.file)
        self._server = authority.issue_cert(HOST)

    def context(self) -> SSLContext:
        """Return what a server needs."""
        context = SSLContext(PROTOCOL_TLS_SERVER)
        self._server.configure_cert(context)
        return context


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing answers."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield int(held.getsockname()[1])


@contextmanager
def mail_server(certificates: Certificates, *, security: str = "starttls", asks_who: bool = False) -> Iterator[Mailbox]:
    """Run a server that takes e-mail, encrypted by ``starttls``, by ``tls`` or, ``none``, not at all."""
    box = Mailbox()
    options: dict[str, Any] = {"ssl_context": certificates.context()} if security == "tls" else {}
    if security == "starttls":
        options |= {"tls_context": certificates.context(), "require_starttls": True}
    if asks_who:
        options |= {"authenticator": _is_known, "auth_required": True}
    controller = _started(box, options)
    try:
        yield box
    finally:
        controller.stop()
        _collect_connections()


def _collect_connections() -> None:
    """Let go of the connections that a stopped server leaves open, here and not in whichever test comes next."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _started(box: Mailbox, options: dict[str, Any]) -> Controller:
    """Start a server at a port that nobody takes in the meantime."""
    while True:
        with closed_port() as port:
            box.port = port
        controller = Controller(box, hostname=HOST, port=box.port, **options)
        try:
            controller.start()
        except OSError:
            continue
        return controller


def _is_known(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def silent_server() -> Iterator[int]:
    """Run a server that takes connections and says nothing; return its port."""
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        yield int(server.getsockname()[1])


@dataclass
class Hook:
    """What a server of webhooks was sent, and how it answers."""

    port: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    is_silent: bool = False
    """It takes the message and never answers."""
    ends: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hook_server() -> Iterator[Hook]:
    """Run a server that takes webhooks."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # name of http.server
            hook.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if hook.is_silent:
                hook.ends.wait()
                return
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        hook.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hook
        finally:
            hook.ends.set()
            server.shutdown()
            thread.join()
