"""
The world around the daemon: carries out the script on the mail servers, as buyers, Amazon and the shop's people would.

What people do goes through an IMAP client of its own (the standard library's), so that nothing rests on ours.
"""

import asyncio
import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from typing import assert_never

from responder.demo import ending, mail
from responder.demo.mail import Buyer
from responder.demo.servers import HOST, SENT, Mailbox, Mailhost
from responder.demo.story import (
    AnswersByMail,
    AnswersInSellerCentral,
    Bounces,
    Claims,
    ComesBack,
    Forges,
    HasNoTime,
    MarksAnswered,
    RepliesAutomatically,
    SendsLink,
    Step,
    Writes,
)


class MailProgram:
    """A mail program of the shop's people: each call is a connection of its own."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._port, self._user, self._password = port, user, password

    def put_into_sent(self, raw: bytes, at: datetime) -> None:
        """Keep a copy of a mail that was sent."""
        with self._connected() as imap:
            imap.append(SENT, r"(\Seen)", imaplib.Time2Internaldate(at), raw)

    def mark_answered(self, message_id: str) -> None:
        r"""Set \Answered on a mail of the inbox."""
        with self._connected() as imap:
            imap.select("INBOX")
            imap.uid("STORE", _uid(imap, message_id), "+FLAGS", r"(\Answered)")

    def is_seen(self, message_id: str) -> bool:
        r"""Return whether a mail of the inbox carries \Seen."""
        with self._connected() as imap:
            imap.select("INBOX", readonly=True)
            _, found = imap.uid("FETCH", _uid(imap, message_id), "(FLAGS)")
            return rb"\Seen" in found[0]

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self._port, timeout=30) as imap:
            imap.login(self._user, self._password)
            yield imap


def _uid(imap: imaplib.IMAP4, message_id: str) -> str:
    _, found = imap.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')
    return bytes(found[0]).decode("ascii").split()[-1]


class World:
    """Everybody but the daemon; remembers what was written, so that an answer refers to it."""

    def __init__(self, mailbox: Mailbox, mailhost: Mailhost, program: MailProgram) -> None:
        self._mailbox, self._mailhost, self._program = mailbox, mailhost, program
        self._written: dict[Buyer, str] = {}
        self._claim: str | None = None
        self.put = {"inbox": 0, "sent": 0}
        """How many mails lie in each folder by now."""
        self.marked: set[str] = set()
        """The Message-IDs of what a mail program has marked as answered."""

    async def perform(self, step: Step, at: datetime) -> None:  # noqa: C901 - one case per step
        """Do what the script says."""
        match step:
            case Writes(buyer, text):
                raw = mail.buyer_message(buyer, text, at)
                self._written[buyer] = mail.message_id(raw)
                await self._arrive(raw, at)
            case Forges(buyer, text):
                await self._arrive(mail.buyer_message(buyer, text, at, dmarc="fail"), at)
            case AnswersByMail(buyer, text):
                raw = mail.answer(buyer, text, self._written[buyer], at)
                await asyncio.to_thread(self._program.put_into_sent, raw, at)
                self.put["sent"] += 1
            case AnswersInSellerCentral(buyer, text):
                await self._arrive(mail.answer_copy(buyer, text, at), at)
            case MarksAnswered(buyer):
                await asyncio.to_thread(self._program.mark_answered, self._written[buyer])
                self.marked.add(self._written[buyer])
            case SendsLink(buyer):
                await self._arrive(mail.asking(self._link("Answered", buyer), at), at)
            case RepliesAutomatically(buyer):
                await self._arrive(mail.automatic_reply(buyer, self._sent_to(buyer), at), at)
            case ComesBack(buyer):
                await self._arrive(self._sent_to(buyer).as_bytes(), at)
            case Bounces(buyer):
                await self._arrive(mail.bounce(self._sent_to(buyer), at), at)
            case Claims(buyer):
                raw = mail.claim(buyer, at)
                self._claim = mail.message_id(raw)
                await self._arrive(raw, at)
            case HasNoTime():
                self._mailhost.busy = 1
            case _:
                assert_never(step)

    async def claim_is_seen(self) -> bool | None:
        """Return whether the A-to-z notice is marked as read on the server; None before it came."""
        return None if self._claim is None else await asyncio.to_thread(self._program.is_seen, self._claim)

    async def _arrive(self, raw: bytes, at: datetime) -> None:
        await self._mailbox.deliver(raw, at)
        self.put["inbox"] += 1

    def _link(self, label: str, buyer: Buyer) -> str:
        """Return where a link leads that stands beside a buyer's order in the newest digest."""
        text = ending.text_of(ending.digests(self._mailhost.accepted)[-1])
        found = re.search(rf"{re.escape(buyer.order_id)}.*?^ *{label}: *(mailto:\S+)", text, re.DOTALL | re.MULTILINE)
        assert found, f"the script uses a link that the digest does not have: {label} for {buyer.name}"  # noqa: S101
        return found[1]

    def _sent_to(self, buyer: Buyer) -> EmailMessage:
        found = self._mailhost.to(buyer.address)
        assert found is not None, f"the script lets something happen to a mail that {buyer.name} was never sent"  # noqa: S101
        return found
