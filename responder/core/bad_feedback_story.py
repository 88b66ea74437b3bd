"""
An order's story around negative feedback: what its reports and notices say, and who wrote when.

Times are the seller's; an order's own days are on its store's clock, as the rates compare them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.bad_feedback import BadFeedback
from responder.core.metrics.windows import day_of, last_day_of
from responder.core.orders import Channel, EventKind, Order, OrderEvent
from responder.core.removal import Hint, RemovalRules
from responder.core.response_times import DAY
from responder.core.speech import noted, say

MAILS = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person may write to the buyer."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One negative feedback and its order; `wrote` are the mails between buyer and seller, (when, by the buyer)."""

    account: str
    order_id: str
    marketplace: str | None
    feedback: BadFeedback
    order: Order | None
    events: tuple[OrderEvent, ...]
    wrote: tuple[tuple[datetime, bool], ...]
    hints: tuple[Hint, ...]
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """For whom an alert is worded: the seller's zone, each store's clock and Seller Central host, and the criteria."""

    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    hosts: Mapping[str, str]
    rules: RemovalRules


def lines(story: Story, told: Told, now: datetime) -> Iterator[str]:
    """Yield what is known of the order, and of the mails between buyer and seller."""
    order = story.order
    if order is None:
        yield say("no report names it yet: import one, and {command} shows it", command="responder orders --order")
    else:
        yield from _dates(order, told.zones.get(order.marketplace or "", told.zone), now)
    yield from _happened(story.events, told, now)
    yield from _mails(story, told, now)


def _dates(order: Order, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    if order.channel:
        yield say("shipped by Amazon (FBA)") if order.channel is Channel.AMAZON else say("shipped by you")
    # Days of the store, as the rates compare them: what leaves on its last day is in time, whatever the hour.
    left_at, came_at = order.shipped_at, order.delivered_at
    shipped_late = left_at and order.ship_by_at and day_of(left_at, zone) > last_day_of(order.ship_by_at, zone)
    arrived_late = (
        came_at and order.deliver_by_at and last_day_of(came_at, zone) > last_day_of(order.deliver_by_at, zone)
    )
    if order.purchased_at is not None:
        yield say("bought {time}", time=wording.moment(order.purchased_at, now, zone))
    # Of the others a report may know the day only, which is kept as its beginning or its end.
    for sentence, day in (
        (noted("to be shipped by {day}"), order.ship_by_at and last_day_of(order.ship_by_at, zone)),
        (noted("shipped {day}, late") if shipped_late else noted("shipped {day}"), left_at and day_of(left_at, zone)),
        (noted("promised for {day}"), order.deliver_by_at and last_day_of(order.deliver_by_at, zone)),
        (
            noted("delivered {day}, late") if arrived_late else noted("delivered {day}"),
            came_at and last_day_of(came_at, zone),
        ),
    ):
        if day is not None:
            yield say(sentence, day=wording.short_day(day))
    if order.delivered_at is None:
        yield say("when it was delivered is not known here")


_HAPPENED = {
    EventKind.CANCELLED: noted("cancelled {time}"),
    EventKind.CANCELLATION_REQUESTED: noted("the buyer asked to cancel it {time}"),
    EventKind.REFUNDED: noted("refunded {time}"),
    EventKind.RETURN_REQUESTED: noted("the buyer asked to return it {time}"),
    EventKind.CLAIM_OPENED: noted("A-to-z claim {time}"),
    EventKind.CLAIM_DECIDED: noted("A-to-z claim decided {time}"),
    EventKind.CHARGEBACK: noted("the payment was disputed {time}"),
}


def _happened(events: Sequence[OrderEvent], told: Told, now: datetime) -> Iterator[str]:
    seen: set[EventKind] = set()
    for event in events:
        if event.kind in _HAPPENED and event.kind not in seen:
            seen.add(event.kind)
            yield say(_HAPPENED[event.kind], time=wording.moment(event.at, now, told.zone))


def _mails(story: Story, told: Told, now: datetime) -> Iterator[str]:
    if not story.wrote:
        yield say("the buyer never wrote to you, as far as is known here")
    for at, by_buyer in story.wrote[-MAILS:]:
        if by_buyer:
            answer = next((when for when, buyers in story.wrote if not buyers and when >= at), None)
            yield _wrote(at, answer, told, now)
        else:
            yield say("you wrote {time}", time=wording.moment(at, now, told.zone))


def _wrote(at: datetime, answer: datetime | None, told: Told, now: datetime) -> str:
    """Say when the buyer wrote, and how long an answer took where that was longer than a day."""
    time = wording.moment(at, now, told.zone)
    if answer is None:
        waits = wording.span(now - at)
        return say("the buyer wrote {time}: not answered, as far as is known here, for {span}", time=time, span=waits)
    if answer - at > DAY:
        waited = wording.span(answer - at)
        return say("the buyer wrote {time}: answered after {span}, which is late", time=time, span=waited)
    return say("the buyer wrote {time}", time=time)
