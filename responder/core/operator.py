"""
Mail to the person who runs the shop: the digest and the alerts, as finished bytes.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from responder.core import compose
from responder.core.amazon import CancelWords
from responder.core.digest import OpenThread
from responder.core.speech import ENGLISH, Speech
from responder.core.threads import Thread
from responder.core.waking import Waking

REFUSED_BY = "refused_by"
"""In the payload of a mail: the accounts whose servers refused it for good."""
_FROM = re.compile(rb"(?mi)^From:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whom the daemon tells, through which account, in whose name, and in which time zone."""

    email: str
    account: str
    from_address: str
    from_name: str
    instance: str
    secret: bytes
    zone: ZoneInfo
    hosts: Mapping[str, str]  # marketplace -> Seller Central host
    waking: Waking | None = None  # when alerts may come; None: at any time
    cancelling: tuple[CancelWords, ...] = ()  # how buyers ask to cancel
    speech: Speech = ENGLISH


@dataclass(frozen=True, slots=True)
class OperatorMail:
    """A finished mail; the same `key` has the same Message-ID for ever."""

    key: str
    kind: str
    subject: str
    message_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Outlet:
    """An account through which mail to the operator may leave, and the address it sends from."""

    account: str
    address: str
    name: str = "Buyer Responder"


def able(outlets: Collection[Outlet], mute: Collection[str], payload: Mapping[str, Any]) -> Outlet | None:
    """Return the first account that can send a mail: one that is not mute, and whose server did not refuse it."""
    return next((each for each in outlets if each.account not in {*mute, *payload.get(REFUSED_BY, ())}), None)


def in_the_name_of(outlet: Outlet, raw: bytes) -> bytes:
    """
    Return a finished mail of ours as another account sends it: its From is that account's own, or DMARC fails.

    Everything else stays byte for byte, the Message-ID with it, so that a mail program knows the two for one.
    """
    head, blank, body = raw.partition(b"\r\n\r\n")
    field = f"From: {compose.mailbox(outlet.name, outlet.address)}".encode("ascii")
    return _FROM.sub(lambda _: field, head, count=1) + blank + body


def write(
    operator: Operator, kind: str, key: str, now: datetime, *, subject: str, text: str, html: str | None = None
) -> OperatorMail:
    """Return the mail; only the digest has a List-Id, so that a filter rule tells it from an alert."""
    message_id = compose.message_id(operator.secret, key, operator.from_address.rpartition("@")[2])
    outgoing = compose.Outgoing(
        kind=kind,
        to=operator.email,
        from_=operator.from_address,
        from_name=operator.from_name,
        subject=subject,
        body=text,
        html=html,
        message_id=message_id,
        date_at=now.astimezone(operator.zone),
        instance=operator.instance,
        language=operator.speech.language,
        list_id=f"digest.{operator.instance}.responder" if kind == compose.DIGEST else None,
    )
    return OperatorMail(key, kind, subject, message_id, compose.finished(outgoing))


def waiting(thread: Thread, *, messages: int = 1, verified: bool = True, snippet: str = "") -> OpenThread | None:
    """Return an open thread as the operator is told of it; None for one that waits for nothing."""
    if thread.received_at is None or thread.due_at is None:
        return None
    return OpenThread(
        id=thread.id,
        marketplace=thread.marketplace,
        order_id=thread.order_id,
        subject=thread.subject,
        received_at=thread.received_at,
        due_at=thread.due_at,
        messages=messages,
        buyer_name=thread.buyer_name,
        language=thread.language,
        acknowledged_at=thread.acknowledged_at,
        promise_at=thread.promise_at,
        verified=verified,
        snippet=snippet,
    )
