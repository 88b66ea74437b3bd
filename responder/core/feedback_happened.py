"""
What keeps an order's buyer from being asked whatever the time is: what happened, what is excluded, what was late.

When in doubt, silence: a notice that nobody could verify counts as much as a report.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from responder.core.feedback_reasons import FeedbackReason
from responder.core.feedback_values import Facts, FeedbackPolicy, Skip
from responder.core.feedback_window import zone_of
from responder.core.late_orders import is_shipped
from responder.core.orders import EventKind, OrderEvent

_TICK = timedelta(milliseconds=1)
NEGATIVE = 2
"""Stars: Amazon counts one and two as negative feedback."""
_KINDS = (
    (FeedbackReason.CANCELLED, {EventKind.CANCELLED}),
    (FeedbackReason.CHARGED_BACK, {EventKind.CHARGEBACK}),
    (FeedbackReason.CLAIMED, {EventKind.CLAIM_OPENED, EventKind.CLAIM_DECIDED}),
    (FeedbackReason.REFUNDED, {EventKind.REFUNDED}),
    (FeedbackReason.RETURNED, {EventKind.RETURN_REQUESTED}),
    (FeedbackReason.CANCELLATION_REQUESTED, {EventKind.CANCELLATION_REQUESTED}),
)
# Words of `order-status` in the reports of all stores: "Cancelled", "Canceled", "Shipped - Returned to Seller" ...
_STATUS = (
    (FeedbackReason.CANCELLED, ("cancel",)),
    (FeedbackReason.RETURNED, ("return", "rejected", "lost", "damaged", "undeliverable")),
    (FeedbackReason.REFUNDED, ("refund",)),
)


def happened(facts: Facts) -> Iterator[Skip]:
    """Yield what happened to the order."""
    status = (facts.order.status or "").casefold()
    for reason, kinds in _KINDS:
        of_kind = any(event.kind in kinds for event in facts.events)
        marks = next((marks for named, marks in _STATUS if named is reason), ())
        if of_kind or any(mark in status for mark in marks):
            yield Skip(reason)
    if facts.items and all("cancel" in (item.status or "").casefold() for item in facts.items):
        yield Skip(FeedbackReason.CANCELLED)
    yield from _feedback(facts.events)


def _feedback(events: Sequence[OrderEvent]) -> Iterator[Skip]:
    """
    Amazon sends a notice of negative feedback only: one that names no stars is bad.

    What was removed had been given, also where only its removal is known.
    """
    given = [event for event in events if event.kind is EventKind.FEEDBACK]
    if any(_stars(event) <= NEGATIVE for event in given):
        yield Skip(FeedbackReason.NEGATIVE_FEEDBACK)
    if given or any(event.kind is EventKind.FEEDBACK_REMOVED for event in events):
        yield Skip(FeedbackReason.FEEDBACK_GIVEN)


def _stars(event: OrderEvent) -> int:
    rating = event.detail.get("rating")
    return rating if isinstance(rating, int) else 0


def excluded(facts: Facts, policy: FeedbackPolicy) -> Iterator[Skip]:
    """Yield what the seller does not want to be asked about."""
    order = facts.order
    if order.sales_channel is not None and not order.sales_channel.casefold().strip().startswith("amazon"):
        yield Skip(FeedbackReason.NOT_AMAZON, order.sales_channel[:40])
    if order.marketplace is not None and order.marketplace not in policy.marketplaces:
        yield Skip(FeedbackReason.MARKETPLACE_NOT_OURS, order.marketplace)
    if order.marketplace in policy.excluded_marketplaces:
        yield Skip(FeedbackReason.EXCLUDED_MARKETPLACE, order.marketplace or "")
    if order.channel in policy.excluded_channels:
        yield Skip(FeedbackReason.EXCLUDED_CHANNEL, str(order.channel))
    for item in facts.items:
        if item.sku is not None and any(fits(item.sku, pattern) for pattern in policy.excluded_skus):
            yield Skip(FeedbackReason.EXCLUDED_SKU, item.sku[:60])
    bought_on = _day(facts, order.purchased_at or order.first_at)
    if policy.orders_before is not None and bought_on < policy.orders_before:
        yield Skip(FeedbackReason.EXCLUDED_DATE, f"before {policy.orders_before.isoformat()}")


def late(facts: Facts, now: datetime) -> Iterator[Skip]:
    """Yield what was late, day by day on the marketplace's clock."""
    order = facts.order
    if order.ship_by_at is not None:
        ship_by = _last_day(facts, order.ship_by_at)
        if order.shipped_at is not None and _day(facts, order.shipped_at) > ship_by:
            yield Skip(FeedbackReason.SHIPPED_LATE, f"ship by {ship_by.isoformat()}")
        if not is_shipped(order) and _day(facts, now) > ship_by:
            yield Skip(FeedbackReason.NOT_SHIPPED_IN_TIME, f"ship by {ship_by.isoformat()}")
    if order.deliver_by_at is not None and order.delivered_at is not None:
        deliver_by = _last_day(facts, order.deliver_by_at)
        if _last_day(facts, order.delivered_at) > deliver_by:
            yield Skip(FeedbackReason.DELIVERED_LATE, f"deliver by {deliver_by.isoformat()}")


def _day(facts: Facts, at: datetime) -> date:
    return at.astimezone(zone_of(facts)).date()


def _last_day(facts: Facts, at: datetime) -> date:
    """Return the day an end lies in: midnight ends the day before it."""
    return _day(facts, at - _TICK)


def fits(text: str, pattern: str) -> bool:
    """Return whether the whole text is as the pattern says, in which `*` stands for anything; case does not count."""
    first, *others = pattern.casefold().split("*")
    text = text.casefold()
    if not others:
        return text == first
    *middle, last = others
    if not text.startswith(first):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(text) - place >= len(last) and text.endswith(last)
