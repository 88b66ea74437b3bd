"""
What is kept of a thread or an order, as plain values: mails with their bytes, notices, decisions, what reports say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from responder.core.orders import Order, OrderEvent, OrderItem
from responder.core.threads import Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A mail as it was received, or lay in the Sent folder; `raw` None: erased, shorter than `size`: its beginning."""

    id: int
    account: str
    folder: str
    uidvalidity: int
    uid: int
    role: str
    own: bool
    kind: str
    notice_type: str | None
    thread_id: int | None
    order_id: str | None
    received_at: datetime
    size: int
    raw: bytes | None
    text: str | None
    subject: str
    message_id: str | None
    authentic: str
    authentic_reason: str
    error: str | None
    returned_at: datetime | None
    returned_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail of ours to a buyer and what the mail server said to it; `raw` None: erased."""

    id: int
    account: str
    thread_id: int | None
    kind: str
    recipient: str
    subject: str
    message_id: str
    state: str
    created_at: datetime
    data_started_at: datetime | None
    sent_at: datetime | None
    smtp_reply: str | None
    reason: str | None
    attempts: int
    raw: bytes | None

    @property
    def left(self) -> bool:
        """Whether it went to the mail server, or may have."""
        return self.sent_at is not None or self.data_started_at is not None

    @property
    def at(self) -> datetime:
        """When it left, else when it was written."""
        return self.sent_at or self.data_started_at or self.created_at


@dataclass(frozen=True, slots=True)
class Told:
    """A digest or an alert that named a notice, once the mail server took it."""

    at: datetime
    kind: str
    outbox_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """A notice of Amazon's and its life."""

    id: int
    account: str
    mail_id: int
    notice_type: str
    order_id: str | None
    received_at: datetime
    due_at: datetime | None
    urgent: bool
    outcome: str | None
    amounts: tuple[Any, ...]
    seen_at: datetime | None
    seen_by: str | None
    settled_at: datetime | None
    settled_how: str | None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A decision with its reasons, plain JSON values as they are kept."""

    id: int
    at: datetime
    account: str | None
    action: str
    detail: Mapping[str, Any]
    reasons: tuple[Any, ...]
    thread_id: int | None
    mail_id: int | None
    outbox_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceUse:
    """An invoice file that was put into a mail to a buyer: its name in the seller's folder, and its hash."""

    at: datetime
    account: str
    order_id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that belongs to one thread, or to one order in every account; `items` and `events` by account."""

    about: str  # "thread 12", "order 305-1234567-7654321"
    threads: tuple[Thread, ...] = ()
    orders: tuple[Order, ...] = ()
    items: Mapping[str, tuple[OrderItem, ...]] = field(default_factory=dict)
    events: Mapping[str, tuple[OrderEvent, ...]] = field(default_factory=dict)
    mails: tuple[KeptMail, ...] = ()
    outgoing: tuple[OutgoingMail, ...] = ()
    notices: tuple[KeptNotice, ...] = ()
    decisions: tuple[Made, ...] = ()
    invoices: tuple[InvoiceUse, ...] = ()
