"""
A seller's synthetic summer of 2026, in which every figure is known by construction, and the ways to lay it into files.

Paris; Monday to Friday 09:00-12:30 and 13:30-18:00; 14 July is a holiday. Nothing here is a real mail.
"""

import mailbox
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from mail import builders

SINCE, NOW = "2026-07-01", datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

CONFIG = """\
timezone: Europe/Paris
operator: {{email: owner@example.com, warn_before: [6h, 2h]}}
working_hours:
  days: [{days}]
  hours: ["09:00-12:30", "13:30-18:00"]
  holidays: {{country: FR}}
accounts:
  - name: main
    seller: {{name: Maison Exemple, marketplaces: [amazon.fr, amazon.de, amazon.it]}}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {{host: {host}, port: {imap}, security: {security}, username: seller, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, security: none, username: seller, password: {{env: SELLER_PASSWORD}}}}
"""


def write_config(
    folder: Path, name: str = "config.yaml", days: str = "mon, tue, wed, thu, fri", **ports: object
) -> str:
    """Write a configuration and return its path."""
    known = {"host": "127.0.0.1", "imap": 1, "smtp": 1, "security": "none", **ports}
    (folder / name).write_text(CONFIG.format(days=days, **known))
    return str(folder / name)


@dataclass(frozen=True)
class Mail:
    """A mail of the summer: when it came, whether a person sent it, and whether it is marked as answered."""

    at: datetime
    raw: bytes
    sent: bool = False
    answered: bool = False


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the summer by the clock of Paris, which is two hours ahead of UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - 2 * HOUR


def asked(number: int, when: datetime, *, store: str = "amazon.fr", auth: str | None = "pass", answered: bool = False,
          text: str | None = None) -> Mail:  # fmt: skip
    """Return the message of buyer `number`."""
    raw = builders.buyer_message(
        store, text or f"Bonjour, question numéro {number} au sujet de mon colis, merci.",
        name=f"Camille {number}", alias=alias(number), order_id=f"171-1234567-{number:07d}",
        message_id=message_id(number, when), sent_at=when, auth=auth,
    )  # fmt: skip
    return Mail(when, raw, answered=answered)


def alias(number: int) -> str:
    """Return the relay alias of buyer `number`."""
    return f"buyer{number:010d}"


def message_id(number: int, when: datetime) -> str:
    """Return the Message-ID of a buyer's message."""
    return f"<asked-{number}-{when:%m%d%H%M}@amazonses.com>"


def answer(to: Mail, number: int, after: timedelta, store: str = "amazon.fr") -> Mail:
    """Return a person's answer to buyer `number`, as the Sent folder has it."""
    when = to.at + after
    raw = builders.sent_answer(
        f"{alias(number)}@marketplace.{store}", (message_id(number, to.at),), sent_at=when,
        message_id=f"<answer-{number}-{when:%m%d%H%M}@example.com>",
    )  # fmt: skip
    return Mail(when, raw, sent=True)


def summer() -> tuple[Mail, ...]:
    """
    Return the mails in the order of arrival.

    Acknowledged: 1 (a Saturday), 2 (14 July), 5 (a Sunday, twice, once acknowledged). 3 came in open time, 4 at night.
    6 came on a Friday morning. 7 came on a Saturday and nobody verified it. 8 is marked as answered, on a weekend.
    Late: 2 by 20 h, 4 never. In time: 1, 3, 5, 6, 7 (5 by a copy). Unknown: 8. A return with 24 h, a refund without.
    """
    first, second, third = asked(1, at(7, 4, 11)), asked(2, at(7, 14, 10)), asked(3, at(7, 15, 10))
    fourth, fifth, again = asked(4, at(8, 4, 22)), asked(5, at(8, 9, 11)), asked(5, at(8, 9, 15), text="Et alors ?")
    sixth, seventh = asked(6, at(9, 11, 10), store="amazon.de"), asked(7, at(9, 12, 10), auth=None)
    eighth = asked(8, at(9, 19, 10), answered=True)
    copy = Mail(
        at(8, 10, 9, 30),
        builders.answer_copy("amazon.fr", name="Camille 5", order_id="171-1234567-0000005", sent_at=at(8, 10, 9, 30)),
    )
    returned = Mail(at(8, 20, 10), builders.notice("RETURN_REQUEST", order_id="171-1234567-0000001"))
    refund = Mail(at(8, 21, 10), builders.notice("REFUND_ISSUED", order_id="171-1234567-0000001"))
    lost = Mail(at(8, 22, 10), builders.bounce("<somebody-else@example.com>", recipient="friend@example.net"))
    mails = (
        first, answer(first, 1, 23 * HOUR), second, answer(second, 2, 44 * HOUR), third, answer(third, 3, HOUR),
        fourth, fifth, again, copy, returned, refund, lost,
        sixth, answer(sixth, 6, 2 * HOUR, "amazon.de"), seventh, answer(seventh, 7, 3 * HOUR), eighth,
    )  # fmt: skip
    return tuple(sorted(mails, key=lambda mail: mail.at))


def received(mail: Mail) -> bytes:
    """Return the mail as our own server keeps it: with its Received field on top."""
    if mail.sent:
        return mail.raw
    line = f"Received: from a.example.net by mx.example.com; {format_datetime(mail.at)}\r\n"
    return line.encode() + mail.raw


def as_mbox(path: Path, mails: Sequence[Mail]) -> Path:
    """Write the mails into one mbox, the last first: an archive has its own order."""
    with path.open("wb") as file:
        for mail in reversed(mails):
            answered = b"X-Status: A\n" if mail.answered else b""
            text = received(mail).replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            saved_at = mail.at if mail.sent else NOW
            file.write(
                f"From somebody@example.net {saved_at:%a %b %d %H:%M:%S %Y}\n".encode()
                + answered
                + text.rstrip(b"\n")
                + b"\n\n"
            )
    return path


def as_maildir(path: Path, mails: Sequence[Mail]) -> Path:
    """Write the mails into a Maildir as Dovecot does: the file's time is the arrival's."""
    mailbox.Maildir(path, create=True)
    for number, mail in enumerate(mails):
        flags = "RS" if mail.answered else "S"
        file = path / "cur" / f"{1_790_000_000 + number}.M{number}P1.example:2,{flags}"
        file.write_bytes(received(mail))
        os.utime(file, (mail.at.timestamp(), mail.at.timestamp()))
    return path


def weeks(first: datetime, count: int) -> Iterator[datetime]:
    """Yield an instant every week."""
    for week in range(count):
        yield first + timedelta(days=7 * week)
