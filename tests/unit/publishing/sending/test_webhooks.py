"""Webhooks against a server on this machine, and what is said of one: never its URL."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from pipeline.publishing.sending import webhooks
from pipeline.publishing.sending.outcome import Ending, within
from pipeline.settings import Sending, SettingError
from tests.support.servers import HOST, Hook, closed_port, hook_server

TOKEN = "jeton-tres-secret"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.5)


def url(port: int) -> str:
    return f"json://user:{TOKEN}@{HOST}:{port}/{TOKEN}"


def called(text: str, body: str = "**Tout** va bien.") -> Ending:
    return within(20, lambda turn: webhooks.call("webhook 1", SecretStr(text), "Note", body, turn))


def test_a_note_arrives_and_nothing_is_logged_of_it(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert called(url(hook.port)) == Ending("sent")
    (post,) = hook.posts
    assert post["title"] == "Note"
    assert "Tout" in post["message"]
    assert TOKEN not in caplog.text
    assert "apprise" not in caplog.text


def test_a_long_note_ends_at_a_line(hook: Hook) -> None:
    assert called(url(hook.port), "une ligne\n" * 1_000).state == "sent"
    assert len(hook.posts[0]["message"]) <= webhooks._LONGEST + 10


def test_what_a_server_refuses_did_not_arrive_and_what_it_never_answers_may_have(hook: Hook) -> None:
    hook.status = 500
    assert called(url(hook.port)) == Ending("not_sent", "it refused the message")
    with closed_port() as port:
        assert called(url(port)) == Ending("not_sent", "it cannot be reached")
    hook.is_silent = True
    assert called(url(hook.port)).state == "sending"


def test_a_webhook_is_called_by_its_number_and_its_service() -> None:
    urls = f"slack://{TOKEN}/B/C json://user:{TOKEN}@notes.exemple.fr/{TOKEN} mmosts://exemple.fr/{TOKEN} {TOKEN}X://a"
    sending = Sending(note_webhooks=urls)  # type: ignore[arg-type]  # as the environment gives it
    assert webhooks.names_of(sending) == [
        "webhook 1 (slack)",
        "webhook 2 (json://notes.exemple.fr)",
        "webhook 3 (mmosts://exemple.fr)",
        "webhook 4 (?)",
    ]
    assert TOKEN not in repr(sending)


@pytest.mark.parametrize("wrong", [f"nothing://{TOKEN}", f"slack://{TOKEN}", f"jsons://exemple.fr/{TOKEN}?verify=no"])
def test_a_webhook_that_cannot_be_used_is_named_without_its_url(wrong: str) -> None:
    with pytest.raises(SettingError, match="HOUSING_NOTE_WEBHOOKS") as refused:
        webhooks.require_webhooks(Sending(note_webhooks=wrong))  # type: ignore[arg-type]
    assert TOKEN not in str(refused.value)
