"""
What the daily mail says, from plain facts.

Answers come first, by deadline; the text is ready to print, and every link is built from our own table, never from a mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread that waits for an answer."""

    id: int
    marketplace: str | None
    order_id: str | None
    subject: str
    received_at: datetime
    due_at: datetime
    messages: int = 1  # the buyer's messages since the last answer
    buyer_name: str | None = None
    language: str | None = None
    acknowledged_at: datetime | None = None
    promise_at: datetime | None = None
    verified: bool = True
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """An outbox row that waits for a person; state is held, ambiguous or refused."""

    id: int
    kind: str
    state: str
    reason: str
    subject: str
    marketplace: str | None = None
    order_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was sent since the last digest."""

    at: datetime
    kind: str
    marketplace: str | None
    order_id: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail of Amazon's that the seller has not been told about."""

    id: int
    notice_type: str
    marketplace: str | None
    order_id: str | None
    subject: str
    received_at: datetime
    due_at: datetime | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which nobody works; kind is weekend, holiday or closure."""

    on: date
    kind: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Unattended:
    """Messages received between these two instants are overdue before anyone is back."""

    messages_from_at: datetime
    messages_until_at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which the daemon did not run."""

    from_at: datetime
    until_at: datetime
    messages: int


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything the digest is written from."""

    now: datetime
    since_at: datetime | None
    zone: ZoneInfo
    number: int
    version: str
    threads: tuple[OpenThread, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sent: tuple[SentMail, ...] = ()
    notices: tuple[Notice, ...] = ()
    marks_notices_seen: bool = True
    closed_days: tuple[ClosedDay, ...] = ()
    unattended: tuple[Unattended, ...] = ()
    problems: tuple[str, ...] = ()
    outage: Outage | None = None
    accounts: tuple[str, ...] = ()
    next_digest_at: datetime | None = None
    hosts: Mapping[str, str] | None = None  # marketplace -> Seller Central host
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link into Seller Central; `about` names its target for a screen reader."""

    label: str
    href: str
    about: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list with a deadline; urgency is late, soon, later or none."""

    when: str
    left: str
    urgency: str
    title: str
    details: tuple[str, ...] = ()
    note: str = ""
    snippet: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A section of deadlines."""

    title: str
    count: str
    intro: str
    groups: tuple[Group, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A section of rows and columns."""

    title: str
    count: str
    intro: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A section of sentences."""

    title: str
    lines: tuple[str, ...]


Section = Items | Table | Lines


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest, ready to print."""

    subject: str
    preheader: str
    heading: str
    subheading: str
    alarm: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    language: str = "en"


def content(facts: DigestFacts) -> Digest:
    """Return what the digest says."""
    raise NotImplementedError
