"""Webhooks, through apprise: Teams, Slack, Mattermost and whatever else it knows.

The URL of a webhook is a secret as a whole: of most services the token stands where others have a host. What is said
of one is its number and its service, with the host of those kinds that have one.

What belongs here: calling apprise, and keeping it silent. What does not: what a note says. Apprise is imported where
it is used, for it takes a third of a second.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipeline.publishing.sending.outcome import ARRIVED, SECONDS, Ending, Turn, failed, unknown
from pipeline.settings import Sending, SettingError

_WITH_A_HOST = re.compile(r"(?:json|xml|form|mmost|workflow|gotify|ntfy|rocket)s?")
"""The services whose URLs begin with a host that is no secret."""
_NEVER_REACHED = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "Connection refused", "SSLError")
"""What tells, in what apprise logs of a connection, that nothing was sent."""
_LONGEST = 3_000
"""Characters of a text: what the strictest of the usual services takes."""


def names_of(sending: Sending) -> list[str]:
    """Return how each webhook is called wherever something is said of it: ``webhook 1 (slack)``."""
    return [f"webhook {number} ({_service(url)})" for number, url in enumerate(sending.note_webhooks, start=1)]


def _service(url: SecretStr) -> str:
    kind, _, _ = url.get_secret_value().partition("://")
    if not _WITH_A_HOST.fullmatch(kind):
        return kind if re.fullmatch("[a-z0-9]{1,20}", kind) else "?"
    try:
        return f"{kind}://{urlsplit(url.get_secret_value()).hostname or '?'}"
    except ValueError:
        return kind


def require_webhooks(sending: Sending) -> None:
    """Refuse webhooks that apprise does not know, or that verify no certificate.

    Raises:
        SettingError: there is one; its number and its service are named.
    """
    for name, url in zip(names_of(sending), sending.note_webhooks, strict=True):
        _service_of(name, url)


def call(name: str, url: SecretStr, title: str, text: str, turn: Turn) -> Ending:
    """Send a text in Markdown to a webhook; say how that ended."""
    service = _service_of(name, url)
    box = _apprise().Apprise(asset=_asset())
    box.add(service)
    if not turn.take():
        return failed("it did not answer in time")
    _LISTENER.broken.clear()
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(chr(10), 1)[0]}\n\n…"
    if box.notify(body=text, title=title, body_format=_apprise().NotifyFormat.MARKDOWN):
        return ARRIVED
    if any(_LISTENER.broken):
        return unknown("the connection broke, or it did not answer in time")
    return failed("it cannot be reached" if _LISTENER.broken else "it refused the message")


def _service_of(name: str, url: SecretStr) -> Any:
    """Return apprise's object for a webhook, which waits no longer than we do and follows nowhere else."""
    try:
        service = _apprise().Apprise.instantiate(url.get_secret_value(), asset=_asset())
    except Exception:  # noqa: BLE001  # what it says holds the URL
        service = None
    if service is None:
        raise SettingError(f"HOUSING_NOTE_WEBHOOKS=…: {name} is no URL that apprise knows; correct or unset it")
    if not service.verify_certificate:
        raise SettingError(f"HOUSING_NOTE_WEBHOOKS=…: {name} verifies no certificate (verify=no); leave that away")
    service.socket_connect_timeout = service.socket_read_timeout = float(SECONDS)
    service.redirects = False
    service.service_retry = service.retry = 0  # an attempt whose outcome is unknown is repeated by nobody but us
    return service


def _asset() -> Any:
    return _apprise().AppriseAsset(app_id="housing", app_desc="Activité du logement", app_url="", async_mode=False)


class _Listener(logging.Filter):
    """Lets nothing pass that apprise logs, whoever listens, and keeps how its connections ended."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: list[bool] = []
        """Of each connection that broke since it was emptied, whether it was ever made. Apprise works in threads of its
        own: one that hung and breaks late makes the outcome of a later call less certain, and never more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Look at one record, and drop it."""
        text = record.getMessage()
        if text.startswith("Socket Exception"):
            self.broken.append(not any(sign in text for sign in _NEVER_REACHED))
        return False


_LISTENER = _Listener()


@cache
def _apprise() -> ModuleType:
    """Return apprise, of which neither it nor its HTTP library writes into any log from now on: they tell URLs."""
    logger = logging.getLogger("apprise")
    logger.addFilter(_LISTENER)
    logger.setLevel(logging.DEBUG)
    for name in ("urllib3", "requests_oauthlib", "oauthlib"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import apprise

    return apprise
