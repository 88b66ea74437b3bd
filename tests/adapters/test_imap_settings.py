"""How a mailbox is reached, how long we stay away, and which folder holds sent mail."""

import ssl
import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.imap import ImapSettings, reconnect_delay
from responder.adapters.imap.sent import FolderUnknown, find_sent
from responder.imap.errors import AuthenticationFailed, ConnectionLost, NotOffered, ServerBusy, Silence
from responder.imap.values import Folder
from responder.transports import tls_context


def settings(**changes: Any) -> ImapSettings:
    """Return settings of an account at example.com."""
    values = {"host": "imap.example.com", "port": 993, "security": "tls", "username": "u", "password": lambda: "geheim"}
    return ImapSettings(**{**values, **changes})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_plain_text_stays_on_this_machine(host: str) -> None:
    """`security: none` is for a server on loopback."""
    assert settings(host=host, security="none").security == "none"


@pytest.mark.parametrize("host", ["imap.example.com", "10.0.0.1", "localhost.example.com", "", "0.0.0.0"])  # noqa: S104
def test_plain_text_never_leaves_this_machine(host: str) -> None:
    """A password is not sent through a network in the clear, whatever the configuration says."""
    with pytest.raises(ValueError, match="this machine only"):
        settings(host=host, security="none")


def test_an_idle_round_is_at_most_nine_minutes() -> None:
    """Providers drop a silent IDLE after ten."""
    with pytest.raises(ValueError, match="at most 9 minutes"):
        settings(idle_round=timedelta(minutes=10))


def test_the_secret_is_in_no_repr() -> None:
    """Settings may be shown; the secret is asked for at every connection."""
    assert "geheim" not in repr(settings())
    assert "lambda" not in repr(settings())


def test_tls_is_checked_and_new_enough() -> None:
    """Certificate and host name are checked, TLS 1.2 is the least."""
    context = tls_context(None)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("error", "failures", "least", "most"),
    [
        (ConnectionLost("x"), 1, 1, 2),
        (ConnectionLost("x"), 4, 1, 16),
        (Silence("x"), 50, 1, 300),
        (OSError(), 9, 1, 300),
        (ServerBusy("x"), 1, 300, 900),
        (ServerBusy("x"), 99, 300, 900),
        (AuthenticationFailed("x"), 1, 300, 360),
        (AuthenticationFailed("x"), 3, 1200, 1440),
        (AuthenticationFailed("x"), 99, 3600, 3600),
        (NotOffered("x"), 99, 3600, 3600),
        (FolderUnknown("x"), 1, 300, 360),
    ],
)
def test_the_delay_depends_on_who_must_act(error: Exception, failures: int, least: int, most: int) -> None:
    """Seconds to minutes for the network, minutes for a busy server, up to an hour where a person must act."""
    assert reconnect_delay(failures, error, 0.0) == timedelta(seconds=least)
    assert reconnect_delay(failures, error, 1.0) == timedelta(seconds=most)


def box(name: str, *attributes: str, separator: str | None = "/") -> Folder:
    """Return a listed folder."""
    return Folder(name, separator, frozenset(attributes))


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        ([box("INBOX"), box("[Gmail]/Gesendet", "\\sent"), box("Sent")], "[Gmail]/Gesendet"),
        ([box("INBOX"), box("INBOX.Sent", separator=".")], "INBOX.Sent"),
        ([box("Gesendete Objekte")], "Gesendete Objekte"),
        ([box("éléments ENVOYÉS")], "éléments ENVOYÉS"),
        ([box("送信済みアイテム")], "送信済みアイテム"),
        ([box("Sent"), box("Sent Items")], None),
        ([box("A", "\\sent"), box("B", "\\sent")], None),
        ([box("Sent", "\\noselect"), box("Archive")], None),
        ([box("Sent/2025"), box("Unsent")], None),
        ([], None),
    ],
)
def test_sent_mail_is_found_or_asked_for(folders: list[Folder], found: str | None) -> None:
    """By special use, else by a known name, and never one of two."""
    answer = find_sent(folders)
    assert answer.name == found
    assert answer.reason


@pytest.mark.parametrize(
    "name",
    [
        *("[Gmail]/Sent Mail", "[Gmail]/Gesendet", "[Google Mail]/Gesendet", "[Gmail]/Messages envoyés"),
        *("[Gmail]/Posta inviata", "[Gmail]/Enviados", "[Gmail]/Verzonden berichten", "[Gmail]/Skickat"),
        *("[Gmail]/Wysłane", "[Gmail]/E-mails enviados", "[Gmail]/Gönderilmiş Postalar", "[Gmail]/送信済みメール"),
        *("[Gmail]/بريد مرسل", "Sent Items", "Gesendete Elemente", "Éléments envoyés", "Posta inviata"),
        *("Elementos enviados", "Verzonden items", "Skickat", "Elementy wysłane", "Itens Enviados"),
        *("Gönderilmiş Öğeler", "送信済みアイテム", "العناصر المرسلة", "INBOX/Sent", "INBOX/sent-mail", "SENT"),
        unicodedata.normalize("NFD", "Éléments envoyés"),
    ],
)
def test_sent_mail_is_known_in_every_marketplaces_language(name: str) -> None:
    """The names Gmail, Outlook and mail programs give it, where a server marks nothing; accents in either form."""
    others = [Folder(each, "/", frozenset()) for each in ("INBOX", "[Gmail]/Drafts", "Trash", "Archive")]
    assert find_sent([*others, Folder(name, "/", frozenset())]).name == name
