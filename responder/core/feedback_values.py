"""
What the decision about a request for feedback rests on, and what it can be, as plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from responder.core.feedback_reasons import FeedbackReason
from responder.core.hours import Hours
from responder.core.orders import Channel, Order, OrderEvent, OrderItem
from responder.core.transit import MONDAY_TO_FRIDAY, CountryDays

FEEDBACK_REQUEST = "feedback_request"
INVOICE = "invoice"
DELAY_NOTICE = "delay_notice"
REQUIRED, OPTIONAL, NONE = "required", "optional", "none"
EARLIEST, LATEST = timedelta(days=5), timedelta(days=30)
"""Amazon's own window for requests, from the delivery on (Solicitations API, grade P)."""
AGAIN = timedelta(hours=1)
"""How soon an order is looked at again that waits for something of which nobody tells when it ends."""


class Fate(StrEnum):
    """What became of a mail about an order, as far as it matters for another one."""

    LEFT = "left"
    """It left, may have left, or is leaving; what came back was sent too."""
    PENDING = "pending"
    WITHDRAWN = "withdrawn"
    """It surely never left, and we took it back ourselves: it may be written anew."""
    DROPPED = "dropped"
    """It surely never left: a person did not want it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that was written about an order without being asked for."""

    kind: str
    fate: Fate


class InvoiceState(StrEnum):
    """What is known of an order's invoice."""

    NOT_LOOKED = "not_looked"
    THERE = "there"
    MISSING = "missing"
    REFUSED = "refused"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An order's invoice; `words`: the name that is expected, why it cannot be used, or the order it went to."""

    state: InvoiceState = InvoiceState.NOT_LOOKED
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    All that is known of an order when it is decided about.

    `zone` is None where no report names the marketplace; `country` is where the order goes to; `cap_until` says when
    the next mail may be written, where as many as allowed were; threads are named by their number.
    """

    order: Order
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()
    written: tuple[Written, ...] = ()
    suppressed: str | None = None
    open_thread: int | None = None
    late_thread: int | None = None
    address: str | None = None
    flagged: bool = False
    cap_until: datetime | None = None
    invoice: Invoice = Invoice()
    zone: ZoneInfo | None = None
    country: str | None = None
    days: CountryDays = MONDAY_TO_FRIDAY

    def has(self, kind: str, *fates: Fate) -> bool:
        """Return whether a mail of this kind has one of these fates."""
        return any(each.kind == kind and each.fate in fates for each in self.written)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackPolicy:
    """What the seller wants of requests for feedback and of mails with an invoice; `marketplaces` are the account's."""

    enabled: bool = True
    days_after_delivery: int = 7
    transit_days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"default": 4}))
    invoice: str = REQUIRED
    send_between: Hours = (time(9), time(19))
    per_day: int = 100
    invoice_at_shipping: bool = False
    after_invoice_mail: bool = False
    marketplaces: frozenset[str] = frozenset()
    excluded_channels: frozenset[Channel] = frozenset()
    excluded_marketplaces: frozenset[str] = frozenset()
    excluded_skus: tuple[str, ...] = ()
    orders_before: date | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Write now; not after `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: look again at `until`."""

    reason: FeedbackReason
    until: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something is missing that a person can bring, until then at the latest."""

    reason: FeedbackReason
    until: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """The buyer is not asked, as things stand."""

    reason: FeedbackReason
    detail: str = ""


Decision = Ask | Wait | Hold | Skip
