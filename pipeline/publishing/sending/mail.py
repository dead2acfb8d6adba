"""E-mail: one message to one server, encrypted, whose certificate is verified.

What belongs here: the conversation with the server. What does not: what a message says (``messages``).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from pipeline.publishing.sending.outcome import ARRIVED, SECONDS, Ending, Turn, failed, reason_of, unknown
from pipeline.settings import Sending, SettingError

_DONE = 250
_ACCEPTED = {_DONE, 251}


def password_of(sending: Sending) -> str:
    """Return the password, from the variable or the first line of its file.

    Raises:
        SettingError: both are set, the file cannot be read, or one who logs in has none.
    """
    password, file = sending.smtp_password.get_secret_value(), sending.smtp_password_file
    if password and file is not None:
        raise SettingError("HOUSING_SMTP_PASSWORD and HOUSING_SMTP_PASSWORD_FILE are both set; unset one of them")
    if file is not None:
        try:
            password = (file.read_text(encoding="utf-8").splitlines() or [""])[0]
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "no text"
            raise SettingError(
                f"HOUSING_SMTP_PASSWORD_FILE={str(file)!r}: it cannot be read ({why}); correct or unset it"
            ) from None
    if bool(password) != bool(sending.smtp_user):
        raise SettingError(
            "HOUSING_SMTP_PASSWORD or HOUSING_SMTP_PASSWORD_FILE, and HOUSING_SMTP_USER, belong together; set both or "
            "neither"
        )
    return password


def deliver(message: EmailMessage, to: Sequence[str], sending: Sending, turn: Turn) -> Ending:
    """Hand a message to the server, for all of its addresses; say how that ended."""
    content = message.as_bytes(policy=SMTP)
    try:
        with _connected(sending) as server:
            if sending.smtp_user:
                server.login(sending.smtp_user, password_of(sending))
            return _hand_over(server, content, to, sending, turn)
    except smtplib.SMTPNotSupportedError:
        return failed("it offers no encryption (STARTTLS), or no way to log in")
    except smtplib.SMTPAuthenticationError as error:
        return failed(f"it refused user and password ({error.smtp_code})")
    except smtplib.SMTPServerDisconnected as error:
        return failed(_why_it_broke(error))
    except smtplib.SMTPResponseException as error:
        return failed(f"it answered {error.smtp_code}")


def _connected(sending: Sending) -> smtplib.SMTP:
    """Return a connection that is encrypted, or none."""
    context = ssl.create_default_context()
    if sending.smtp_security == "tls":
        return smtplib.SMTP_SSL(sending.smtp_host, sending.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(sending.smtp_host, sending.port, timeout=SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, content: bytes, to: Sequence[str], sending: Sending, turn: Turn) -> Ending:
    server.ehlo_or_helo_if_needed()
    code, _ = server.mail(sending.smtp_sender)
    if code != _DONE:
        return failed(f"it refused the sender ({code})")
    codes = [server.rcpt(address)[0] for address in to]
    refused = [code for code in codes if code not in _ACCEPTED]
    if len(refused) == len(to):
        return failed(f"it refused every address ({refused[0]})")
    if not turn.take():
        return failed("the server did not answer in time")
    try:
        code, _ = server.data(content)
    except smtplib.SMTPDataError as error:  # it did not want to have it
        return failed(f"it answered {error.smtp_code}")
    except (OSError, smtplib.SMTPException) as error:  # it has it, and did not say that it took it
        return unknown(_why_it_broke(error))
    if code != _DONE:
        return failed(f"it answered {code}")
    return Ending(ARRIVED.state, f"it refused {len(refused)} of {len(to)} addresses" if refused else "")


def _why_it_broke(error: Exception) -> str:
    """Return why a connection ended; the library tells of a server that says nothing as of one that went away."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return reason_of(error.__context__ if isinstance(error.__context__, OSError) else ConnectionError())
    return reason_of(error)
