"""Runs that are told to the national team and to offices, by servers on this machine. Every figure is invented."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake import Ledger
from pipeline.intake.sendings import UNKNOWN
from pipeline.proof.verify import verify
from pipeline.publishing.sending import mail, send, webhooks
from pipeline.settings import Settings
from pipeline.warehouse.lock import hold_warehouse
from pipeline.warehouse.recovery import restore_ledger
from tests.integration.conftest import Housing
from tests.support.part_of_sql import part_of_sql
from tests.support.servers import HOST, Certificates, Hook, Mailbox, closed_port, hook_server, mail_server
from tests.support.workbooks import regional_return, table_workbook

BRETAGNE, CORSE = "regional_return/bretagne/bilan-breton.xlsx", "regional_return/corse/bilan-corse.xlsx"
TEAM, BRETON, CORSICAN = "equipe@exemple.fr", "habitat.bretagne@exemple.fr", "habitat.corse@exemple.fr"
SECRET = "jeton-tres-secret"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with what a load prints and a note tells, and nothing else."""
    wanted = ("audit.held_movement", "audit.late_on", "audit.release_note", "kpi.regional_latest")
    return settings.changed(sql=part_of_sql(tmp_path_factory, *wanted))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def box(certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A server of e-mail, and an installation that uses it for the team and for two offices."""
    addresses = tmp_path / "addresses.toml"
    addresses.write_text(f'53 = ["{BRETON}"]\n94 = ["{CORSICAN}"]\n')
    with mail_server(certificates) as mailbox:
        for name, value in {
            "SSL_CERT_FILE": certificates.file,
            "HOUSING_SMTP_HOST": HOST,
            "HOUSING_SMTP_PORT": mailbox.port,
            "HOUSING_SMTP_SENDER": "note@exemple.fr",
            "HOUSING_SMTP_TO": TEAM,
            "HOUSING_ADDRESSES": addresses,
        }.items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setattr(mail, "SECONDS", 1.0)
        yield mailbox


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    with hook_server() as server:
        monkeypatch.setenv("HOUSING_NOTE_WEBHOOKS", f"json://{SECRET}@{HOST}:{server.port}/{SECRET}")
        monkeypatch.setattr(webhooks, "SECONDS", 1.0)
        yield server


def come(settings: Settings, place: str, value: object, region: str) -> None:
    rows = [["Ménages logés", 2021, "1 234", "ménages"], ["Livraisons", 2021, value, None]]
    regional_return(settings.raw / place, rows, region=region)


def to(box: Mailbox, address: str) -> list[EmailMessage]:
    return [message for message, others in zip(box.messages, box.recipients, strict=True) if address in others]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def names_of(message: EmailMessage) -> list[str | None]:
    return [attached.get_filename() for attached in message.iter_attachments()]


def events(settings: Settings) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in settings.ledger.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["event"] in {"sending", "sent", "not_sent"}]


def test_each_is_told_what_is_its_own_and_once(settings: Settings, housing: Housing, box: Mailbox, hook: Hook) -> None:
    come(settings, BRETAGNE, "12 34", "Bretagne")
    come(settings, CORSE, 20, "Corse")
    assert housing("load").returncode == 1
    (team,), (breton,), (corsican,) = (to(box, address) for address in (TEAM, BRETON, CORSICAN))
    assert "Une publication a été mise à disposition" in team["Subject"]
    assert breton["Subject"] == "Bretagne : 1 fichier reçu, 1 chiffre accepté, 1 point à corriger"
    assert corsican["Subject"] == "Corse : 1 fichier reçu, 2 chiffres acceptés, 0 point à corriger"
    assert "Feuille « Activité », cellule C8 (« 12 34 ») : " in text_of(breton)
    assert "corse" not in text_of(breton).lower()
    assert "breton" not in text_of(corsican).lower()
    (name,) = names_of(breton)
    assert name is not None
    assert name.startswith("bilan-breton")
    assert (names_of(corsican), len(hook.posts)) == ([], 1)
    # the note names what goes back
    assert f"{BRETAGNE} : warehouse/returned/" in text_of(team)
    # nothing new: the team is told of the night, an office is not, and the release stays
    again = housing("load")
    assert "Nothing changed" in again.stdout
    assert [len(to(box, address)) for address in (TEAM, BRETON, CORSICAN)] == [2, 1, 1]
    assert verify(settings).is_equal
    assert housing("note", "--send").returncode == 0
    assert len(box.messages) == 4
    assert {event["event"] for event in events(settings)} == {"sending", "sent"}
    # a corrected file is told of, to its office alone
    come(settings, BRETAGNE, 12, "Bretagne")
    assert housing("load").returncode == 0
    assert [len(to(box, address)) for address in (TEAM, BRETON, CORSICAN)] == [3, 2, 1]
    assert "Rien n'est à corriger" in text_of(to(box, BRETON)[-1])


def test_what_failed_is_repeated_and_what_may_have_arrived_only_when_told(
    settings: Settings, housing: Housing, box: Mailbox, hook: Hook
) -> None:
    come(settings, CORSE, 20, "Corse")
    hook.status, box.waits = 500, 3.0
    loaded = housing("load")
    assert loaded.returncode == 0
    assert "Not sent: run " in loaded.stdout
    assert loaded.stdout.count("Perhaps sent: run ") == 2
    assert [event["event"] for event in events(settings)] == ["sending", "sending", "not_sent", "sending"]
    hook.status, box.waits = 200, 0.0
    sent = housing("note", "--send")
    assert (sent.returncode, len(hook.posts), sent.stdout.count("Perhaps sent")) == (1, 2, 2)
    before = len(box.messages)
    assert housing("note", "--send", "--again").returncode == 0
    assert (len(box.messages), len(hook.posts)) == (before + 2, 2)
    assert housing("note", "--send", "--again").returncode == 0
    assert len(box.messages) == before + 2
    shown = housing("note").stdout
    assert shown.count("Sent: run ") == 3


def test_a_kill_between_sending_and_telling_sends_nothing_twice(
    settings: Settings, housing: Housing, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(settings, CORSE, 20, "Corse")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(send, "within", killed)
        assert housing("load").returncode == 5
    assert [attempt.state for attempt in Ledger(settings.ledger).attempts] == [UNKNOWN]
    assert housing("note", "--send").returncode == 1
    assert [len(to(box, address)) for address in (TEAM, CORSICAN)] == [0, 1]
    assert housing("note", "--send", "--again").returncode == 0
    assert [len(to(box, address)) for address in (TEAM, CORSICAN)] == [1, 1]


def test_no_server_at_all_changes_neither_the_exit_code_nor_the_release(
    settings: Settings, housing: Housing, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(settings, CORSE, 20, "Corse")
    with closed_port() as port:
        monkeypatch.setenv("HOUSING_SMTP_PORT", str(port))
        loaded = housing("load")
    assert loaded.returncode == 0
    assert loaded.stdout.count("nothing answers at its port") == 2
    assert box.messages == []
    monkeypatch.setattr(send, "LONGEST", 0.0)
    assert "the time for sending, 0 s, was over" in housing("load").stdout


def test_an_office_is_told_of_what_was_held_when_it_is_accepted(
    settings: Settings, housing: Housing, box: Mailbox
) -> None:
    state(settings, "1 000")
    assert housing("load").returncode == 0
    state(settings, "1 400")
    come(settings, CORSE, 20, "Corse")
    assert housing("load").returncode == 3
    (held,) = to(box, TEAM)[1:]
    assert "retenue" in held["Subject"]
    assert "1 000 deviendrait" in text_of(held).replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert to(box, CORSICAN) == []
    assert housing("accept", "--reason", "recompté").returncode == 0
    assert [len(to(box, address)) for address in (TEAM, CORSICAN)] == [2, 1]


def test_a_run_that_fails_is_told_in_french(
    settings: Settings, housing: Housing, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "warehouse/work")

    come(settings, CORSE, 20, "Corse")
    monkeypatch.setattr("pipeline.warehouse.kept_stage.write_slices", full)
    assert housing("load").returncode == 5
    (team,) = box.messages
    assert "Le traitement a échoué" in team["Subject"]
    assert "il n'y a plus de place sur le disque" in text_of(team)


def test_a_ledger_that_was_written_anew_remembers_what_was_sent(
    settings: Settings, housing: Housing, box: Mailbox
) -> None:
    come(settings, CORSE, 20, "Corse")
    assert housing("load").returncode == 0
    before = Ledger(settings.ledger).attempts
    lines = settings.ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    settings.ledger.write_text("".join(["{}\n", *lines[1:]]), encoding="utf-8")
    with hold_warehouse(settings, "test"):
        restore_ledger(settings)
    assert Ledger(settings.ledger).attempts == before
    assert housing("note", "--send").returncode == 0
    assert len(box.messages) == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("HOUSING_SMTP_SENDER", "a@exemple.fr\nBcc: b@exemple.fr", "one address is needed"),
        ("HOUSING_SMTP_TO", "a@exemple.fr;b@exemple.fr", "with commas between"),
        ("HOUSING_SMTP_SECURITY", "none", "starttls"),
        ("HOUSING_SMTP_PASSWORD", SECRET, "belong together"),
        ("HOUSING_NOTE_WEBHOOKS", SECRET, "URLs of apprise"),
        ("HOUSING_NOTE_WEBHOOKS", f"nothing://{SECRET}", "webhook 1 (nothing)"),
        ("HOUSING_ADDRESSES", "/nonexistent", "cannot be read"),
    ],
)
def test_a_wrong_setting_stops_a_load_before_it_begins_in_one_sentence_without_a_secret(
    settings: Settings,
    housing: Housing,
    box: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    told: str,
) -> None:
    come(settings, CORSE, 20, "Corse")
    monkeypatch.setenv(name, text)
    done = housing("load")
    assert (done.returncode, done.stdout, box.messages) == (2, "", [])
    assert done.stderr.startswith(name)
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr
    assert not settings.ledger.exists()


@pytest.mark.parametrize(
    "line", ['99 = ["a@exemple.fr"]', '53 = "a@exemple.fr"', '53 = ["a@exemple.fr\\r\\nBcc: b@c.fr"]']
)
def test_a_wrong_address_is_named_and_no_header_is_made_of_it(
    settings: Settings, housing: Housing, box: Mailbox, tmp_path: Path, line: str
) -> None:
    (tmp_path / "addresses.toml").write_text(line)
    come(settings, CORSE, 20, "Corse")
    done = housing("load")
    assert (done.returncode, box.messages) == (2, [])
    assert done.stderr.startswith(f"HOUSING_ADDRESSES='{tmp_path / 'addresses.toml'}': '{line[:2]}' ")


def test_no_secret_is_told_anywhere(
    settings: Settings,
    housing: Housing,
    box: Mailbox,
    hook: Hook,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HOUSING_LOG_FORMAT", "json")
    come(settings, CORSE, 20, "Corse")
    hook.status = 500
    done = housing("load")
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert {tuple(record) for record in told} == {("time", "level", "run", "message", "logger")}
    assert told[0]["message"] == "the run began"
    assert len({record["run"] for record in told}) == 1
    (failed,) = [record["message"] for record in told if "Not sent" in record["message"]]
    assert f"to national by webhook 1 (json://{HOST}): it refused the message" in failed
    kept = "".join(path.read_text(encoding="utf-8") for path in settings.notes.rglob("note.*"))
    for text in (done.stdout, done.stderr, caplog.text, kept, settings.ledger.read_text(encoding="utf-8")):
        assert SECRET not in text
    assert box.messages


def test_nothing_is_sent_where_nobody_is_to_be_told(settings: Settings, housing: Housing) -> None:
    come(settings, CORSE, 20, "Corse")
    assert housing("load").returncode == 0
    assert events(settings) == []
    assert housing("note", "--send").returncode == 2
    assert housing("note", "--again").returncode == 2


def state(settings: Settings, deliveries: str) -> None:
    """Let a publisher state how many dwellings were delivered in France."""
    rows: list[list[Any]] = [
        ["Chiffres (exemple inventé)"],
        ["Date de publication", "15/07/2022"],
        ["Publié par", "Un éditeur inventé"],
        ["Territoire", "France"],
        [],
        ["Indicateur", "Année", "Valeur", "Unité"],
        ["Livraisons", 2021, deliveries, "logements"],
    ]
    table_workbook(settings.raw / "national_statement/chiffres.xlsx", rows, sheet="Chiffres")
