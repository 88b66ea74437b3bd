"""
What the digest and the alerts are written from, as plain facts.

Every instant is aware UTC; texts from mails may still be hostile and are cleaned where they are worded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.actions import Asked, Links
from responder.core.cancelling import Wish
from responder.core.deadlines import answer_by, is_promised_first
from responder.core.digest import bad_feedback_facts, health_facts, late_facts, order_facts
from responder.core.digest.bad_feedback_facts import BadNews
from responder.core.digest.health_facts import DaemonHealth
from responder.core.digest.late_facts import LateNews
from responder.core.digest.order_facts import OrderNews
from responder.core.metrics.values import Rate
from responder.core.notice_life import SeenBy
from responder.core.unattended import Unattended


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
    attachments: tuple[str, ...] = ()  # their names, as the sender wrote them
    returned: "Returned | None" = None
    cancelling: Wish | None = None

    @property
    def answer_by_at(self) -> datetime:
        """The earlier of Amazon's clock and our promise."""
        return answer_by(self.due_at, self.promise_at) or self.due_at

    @property
    def promised_first(self) -> bool:
        """Whether `answer_by_at` is the promise, and Amazon's clock ends later."""
        return is_promised_first(self.due_at, self.promise_at)


@dataclass(frozen=True, slots=True)
class Returned:
    """The answer, written `at`, that did not reach the buyer."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class NewKind:
    """A kind of mail from Amazon that nobody knows; `key` names what of it is unknown, `sampled`: its mail is kept."""

    id: int
    key: str
    subject: str
    sender: str
    verified: bool
    sampled: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """
    An outbox row that waits for a person; state is held, ambiguous or refused.

    `broken`: it breaks a rule of Amazon's, so that no person can let it go. `tries`: how often it was tried.
    """

    id: int
    kind: str
    state: str
    reason: str
    subject: str
    marketplace: str | None = None
    order_id: str | None = None
    expires_at: datetime | None = None
    thread_id: int | None = None
    broken: bool = False
    tries: int = 0


@dataclass(frozen=True, slots=True)
class MayBeAnswered:
    """A thread that an answer may belong to."""

    id: int
    marketplace: str | None
    order_id: str | None
    subject: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """An answer, written `at`, that closed no thread: it fits several, or may be our own text; `threads` still wait."""

    at: datetime
    why: str
    threads: tuple[MayBeAnswered, ...]


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
    """
    A mail of Amazon's of which the seller has not been told, or which still needs an answer.

    `digests` and `alerts`: how many have told of it. `amounts` are those its text names, ready to print.
    """

    id: int
    notice_type: str
    marketplace: str | None
    order_id: str | None
    subject: str
    received_at: datetime
    due_at: datetime | None = None
    verified: bool = True
    urgent: bool = False
    outcome: str | None = None
    amounts: tuple[str, ...] = ()
    seen_by: SeenBy | None = None
    seen_at: datetime | None = None
    settled_at: datetime | None = None
    settled_how: str | None = None
    digests: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which nobody works; kind is weekend, holiday or closure."""

    on: date
    kind: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """
    A stretch in which the daemon did not run.

    `messages` arrived in it, as far as the mailboxes were looked at since: None where they were not. `answered`: so
    many of these have an automatic answer, or will get one.
    """

    from_at: datetime
    until_at: datetime
    messages: int | None
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Messages:
    """
    How many messages buyers wrote on each of the last days, the oldest first, and how fast they were answered.

    None is a day of which nothing is known. `median` is of these days, `before` of as many days before them.
    """

    days: tuple[tuple[date, int | None], ...] = ()
    median: timedelta | None = None
    before: timedelta | None = None


ROWS, SNIPPET = 40, 140


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """
    Everything the digest is written from.

    `room` is how many threads are shown, `acting` how many of these have links that answer the digest, `rows` how many
    rows any other section has at the most, `words` how many characters of what a buyer wrote.
    """

    now: datetime
    since_at: datetime | None
    zone: ZoneInfo
    number: int
    version: str
    threads: tuple[OpenThread, ...] = ()
    decisions: tuple[Decision, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    sent: tuple[SentMail, ...] = ()
    notices: tuple[Notice, ...] = ()
    new_kinds: tuple[NewKind, ...] = ()
    bad_feedback: BadNews = bad_feedback_facts.NONE
    late: LateNews = late_facts.NONE
    orders: OrderNews = order_facts.NONE
    rates: tuple[Rate, ...] = ()
    marks_notices_seen: bool = True
    closed_days: tuple[ClosedDay, ...] = ()
    unattended: tuple[Unattended, ...] = ()
    calendar_changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()
    accounts: tuple[str, ...] = ()
    next_digest_at: datetime | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)  # marketplace -> Seller Central host
    dry_run: bool = False
    live_since: datetime | None = None
    actions: Links | None = None
    asked: tuple[Asked, ...] = ()
    messages: Messages = Messages()
    health: DaemonHealth = health_facts.NOTHING
    room: int = ROWS
    acting: int = ROWS
    rows: int = ROWS
    words: int = SNIPPET
