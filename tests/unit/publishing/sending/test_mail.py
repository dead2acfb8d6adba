"""E-mail against a server on this machine: encrypted or not at all, and told apart what arrived from what may have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipeline.intake.sendings import Parcel
from pipeline.publishing.sending import mail
from pipeline.publishing.sending.messages import Attachment, Letter, as_mail, file_name
from pipeline.publishing.sending.outcome import Ending, within
from pipeline.settings import Sending, SettingError
from tests.support.servers import HOST, PASSWORD, USER, Certificates, Mailbox, closed_port, mail_server, silent_server

TO = ("a@exemple.fr", "b@exemple.fr")
PARCEL = Parcel("20260303T020000000000", "national", "mail")
LETTER = Letter("Activité du logement", "Tout va bien.\n.\nFin", "<p>Tout va bien.</p>")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the authority of the tests, and wait no time."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.file))
    monkeypatch.setattr(mail, "SECONDS", 1.0)


@pytest.fixture
def box(certificates: Certificates) -> Iterator[Mailbox]:
    with mail_server(certificates) as mailbox:
        yield mailbox


def at(port: int, **others: object) -> Sending:
    given = {"smtp_host": HOST, "smtp_port": port, "smtp_sender": "note@exemple.fr", "smtp_to": TO} | others
    return Sending(**given)  # type: ignore[arg-type]  # as the environment gives them


def sent(sending: Sending, letter: Letter = LETTER) -> Ending:
    message = as_mail(letter, PARCEL, sending.smtp_sender, sending.smtp_to)
    return within(20, lambda turn: mail.deliver(message, sending.smtp_to, sending, turn))


def test_a_letter_arrives_over_an_encrypted_connection(box: Mailbox) -> None:
    assert sent(at(box.port)) == Ending("sent")
    (message,) = box.messages
    assert box.recipients == [list(TO)]
    assert (message["Subject"], message["Auto-Submitted"]) == (LETTER.subject, "auto-generated")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Tout va bien.", ".", "Fin"]


def test_a_server_that_encrypts_from_the_first_byte(certificates: Certificates) -> None:
    with mail_server(certificates, security="tls") as box:
        assert sent(at(box.port, smtp_security="tls")).state == "sent"
        assert len(box.messages) == 1


def test_nothing_is_sent_where_the_server_does_not_encrypt(certificates: Certificates) -> None:
    with mail_server(certificates, security="none") as box:
        ending = sent(at(box.port))
        assert (ending.state, box.messages) == ("not_sent", [])
        assert "STARTTLS" in ending.why


def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    ending = sent(at(box.port))
    assert (ending.state, box.messages) == ("not_sent", [])
    assert "certificate" in ending.why


def test_who_logs_in_is_known_by_the_password_in_a_file(certificates: Certificates, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    with mail_server(certificates, asks_who=True) as box:
        assert sent(at(box.port, smtp_user=USER, smtp_password_file=file)).state == "sent"
        wrong = sent(at(box.port, smtp_user=USER, smtp_password=SecretStr("autre-secret")))
        assert (wrong.state, len(box.messages)) == ("not_sent", 1)
        assert "autre-secret" not in wrong.why


def test_one_address_that_is_refused_is_told_and_all_of_them_are_a_failure(box: Mailbox) -> None:
    box.refuses = TO[:1]
    assert sent(at(box.port)) == Ending("sent", "it refused 1 of 2 addresses")
    box.refuses = TO
    assert sent(at(box.port)) == Ending("not_sent", "it refused every address (550)")


def test_a_refused_message_did_not_arrive_and_one_without_an_answer_may_have(box: Mailbox) -> None:
    box.answer = "554 secret words of the server"
    assert sent(at(box.port)) == Ending("not_sent", "it answered 554")
    box.answer, box.waits = "250 OK", 3.0
    assert sent(at(box.port)).state == "sending"


def test_a_server_that_is_not_there_or_says_nothing_got_nothing() -> None:
    with closed_port() as port:
        assert sent(at(port)) == Ending("not_sent", "nothing answers at its port")
    with silent_server() as port:
        assert sent(at(port)) == Ending("not_sent", "the server did not answer in time")


def test_what_is_over_before_it_began_is_never_sent(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.publishing.sending.outcome._LONGEST_MESSAGE", 0.0)
    assert sent(at(box.port)) == Ending("not_sent", "the server did not answer in time")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bilan\r\nBcc: x@exemple.fr.xlsx", "bilan__Bcc_ x@exemple.fr.xlsx"),
        ("..\\..\\<script>alert(1)</script>.xlsx", "script_.xlsx"),
        ("été 2022 - à corriger.xlsx", "été 2022 - à corriger.xlsx"),
        ("a\u202excod.xlsx", r"a_u202excod.xlsx"),
        ("b" * 300 + ".xlsx", "b" * 100 + ".xlsx"),
    ],
)
def test_a_hostile_name_is_the_name_of_a_file_and_nothing_else(name: str, shown: str, box: Mailbox) -> None:
    letter = Letter("Bretagne", "Bonjour", attachments=(Attachment(file_name(Path(name)), b"PK"),))
    assert sent(at(box.port), letter).state == "sent"
    (message,) = box.messages
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == shown
    assert message["Bcc"] is None
    assert box.recipients == [list(TO)]


def test_a_wrong_password_setting_is_one_sentence_without_it(tmp_path: Path) -> None:
    both = at(1, smtp_user=USER, smtp_password=SecretStr(PASSWORD), smtp_password_file=tmp_path / "p")
    gone = at(1, smtp_user=USER, smtp_password_file=tmp_path / "p")
    nobody = at(1, smtp_password=SecretStr(PASSWORD))
    for wrong in (both, gone, nobody):
        with pytest.raises(SettingError, match="HOUSING_SMTP_PASSWORD") as refused:
            mail.password_of(wrong)
        assert PASSWORD not in str(refused.value)
        assert PASSWORD not in repr(wrong)
