"""
May a buyer be told that an order is sent later than planned, and about which day? A person asks; this says what speaks
against it.

Amazon takes such a notice as one that is not essential: to a buyer who opted out it is never sent (Amazon's own opt-out
notice of 2026 says so, grade P).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.calendars import Calendar
from responder.core.late_orders import is_shipped, terms
from responder.core.orders import Channel, EventKind, Order, OrderEvent, OrderItem

LONGEST = timedelta(days=60)
"""A day further ahead is a slip of the pen: Amazon cancels what is not sent long before."""


_TICK = timedelta(milliseconds=1)


class DelayReason(StrEnum):
    """Stable codes of why a buyer is not told of a delay."""

    CANCELLED = "order_cancelled"
    FULFILLED_BY_AMAZON = "fulfilled_by_amazon"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    SHIPPED = "order_shipped"
    CANCELLATION_REQUESTED = "cancellation_requested"
    NO_DELAY = "no_delay"
    TOLD_BEFORE = "told_before"


OVERRULED = frozenset(
    {DelayReason.SHIPPED, DelayReason.CANCELLATION_REQUESTED, DelayReason.NO_DELAY, DelayReason.TOLD_BEFORE}
)
"""What a person may overrule: the others stand for ever."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the buyer is not told, as a code and as a sentence."""

    reason: DelayReason
    words: str

    @property
    def overruled(self) -> bool:
        """Whether a person may send it all the same."""
        return self.reason in OVERRULED


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFacts:
    """What is known of an order; `told` says in words which notice there is already, `zone` is its store's clock."""

    order: Order
    zone: ZoneInfo
    events: tuple[OrderEvent, ...] = ()
    items: tuple[OrderItem, ...] = ()
    address: str | None = None
    suppressed: str | None = None
    told: str | None = None


def refusals(facts: DelayFacts, until: date, *, force: bool) -> tuple[Refusal, ...]:
    """Return what keeps the buyer from being told that the order is sent by `until`; `force` overrules some of it."""
    return tuple(each for each in _all(facts, until) if not (force and each.overruled))


def _all(facts: DelayFacts, until: date) -> Iterator[Refusal]:
    order = facts.order
    if is_cancelled(order, facts.events, facts.items):
        yield Refusal(DelayReason.CANCELLED, "the order was cancelled")
    if order.channel is Channel.AMAZON:
        yield Refusal(DelayReason.FULFILLED_BY_AMAZON, "Amazon sends this order, and tells the buyer itself")
    if facts.suppressed is not None:
        yield Refusal(DelayReason.SUPPRESSED, f"never write there again: {facts.suppressed}")
    if facts.address is None:
        said = "no report and no message names the buyer's address at Amazon: responder orders import FILE"
        yield Refusal(DelayReason.NO_ADDRESS, said)
    if is_shipped(order):
        yield Refusal(DelayReason.SHIPPED, "the order was shipped already")
    if is_cancelling(facts.events):
        said = "the buyer asked for its cancellation: decide that first, in Seller Central"
        yield Refusal(DelayReason.CANCELLATION_REQUESTED, said)
    if (ship_by := _ship_by(facts)) is not None and until <= ship_by:
        said = f"the order has to be shipped by {ship_by.isoformat()} anyway: that is no delay"
        yield Refusal(DelayReason.NO_DELAY, said)
    if facts.told is not None:
        yield Refusal(DelayReason.TOLD_BEFORE, f"the buyer is told once: {facts.told}")


def is_cancelled(order: Order, events: tuple[OrderEvent, ...], items: tuple[OrderItem, ...] = ()) -> bool:
    """Return whether an event, the order's status, or that of each of its items says so."""
    each_item = bool(items) and all(_cancelled(each.status) for each in items)
    return _cancelled(order.status) or each_item or any(each.kind is EventKind.CANCELLED for each in events)


def is_cancelling(events: tuple[OrderEvent, ...]) -> bool:
    """Return whether the buyer asked for a cancellation."""
    return any(each.kind is EventKind.CANCELLATION_REQUESTED for each in events)


def _cancelled(status: str | None) -> bool:
    return "cancel" in (status or "").casefold()  # "Cancelled", "Canceled": reports of all stores


def _ship_by(facts: DelayFacts) -> date | None:
    at = facts.order.ship_by_at
    return None if at is None else (at - _TICK).astimezone(facts.zone).date()  # midnight ends the day before it


def ends_at(until: date, zone: ZoneInfo) -> datetime:
    """Return when the day is over on the seller's clock: a notice that names it is pointless from then on."""
    return datetime.combine(until + timedelta(days=1), time(), zone)


def closed_words(calendar: Calendar, until: date, zone: ZoneInfo, now: datetime) -> str | None:
    """Say that nobody is there to send an order on the day that is named, or any more; None where somebody is."""
    ends = ends_at(until, zone).astimezone(UTC)
    term = terms(calendar, [ends], timedelta(0))[ends]
    day = wording.short_day(until)
    if term.last_at is None or term.last_at <= now:
        return f"Nobody is there any more until {day}, by your calendar: somebody must come to send it."
    if term.last_at.astimezone(zone).date() >= until:
        return None
    where = f" lies in {term.stretch}" if term.stretch else " is closed"
    return f"{day}{where}: somebody is there to send it until {wording.moment(term.last_at, now, zone)}."


def overtaken(
    order: Order, events: tuple[OrderEvent, ...], items: tuple[OrderItem, ...], overruled: Collection[str]
) -> str | None:
    """Return what made a notice that waits pointless; `overruled`: what was known when a person asked for it."""
    if is_cancelled(order, events, items):
        return "its order was cancelled"
    if is_shipped(order) and DelayReason.SHIPPED not in overruled:
        return "its order was shipped meanwhile"
    if is_cancelling(events) and DelayReason.CANCELLATION_REQUESTED not in overruled:
        return "its buyer asked for a cancellation meanwhile"
    return None
