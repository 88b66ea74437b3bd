"""
The alert about negative feedback: the comment, the order's story, what Amazon may remove and why, and a draft.

All of it is for a person to judge and to send. Times are the seller's; an order's own dates are on its store's clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.alerts import Alert
from responder.core.bad_feedback import CHECKS, BadFeedback, stars
from responder.core.message import clean
from responder.core.metrics.windows import day_of, last_day_of
from responder.core.orders import Channel, EventKind, Order, OrderEvent
from responder.core.removal import Hint, RemovalRules
from responder.core.response_times import DAY
from responder.core.wording import counted
from responder.core.words import clean_body

COMMENT = 1_000
FULL = 10
"""So many are told at length; of the others each has one line."""
LISTED = 40
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


def alert(stories: Sequence[Story], told: Told, now: datetime) -> Alert:
    """Return the alert about these; there must be at least one."""
    return Alert(_subject(stories), "\n".join(_text(stories, told, now)))


def _subject(stories: Sequence[Story]) -> str:
    first = stories[0]
    number = wording.order_number(first.order_id) or "(no number)"
    said = stars(first.feedback)
    others = f" and {counted(len(stories) - 1, 'other')}" if len(stories) > 1 else ""
    where = f" on {clean(first.marketplace, 40)}" if first.marketplace else ""
    return f"{said[0].upper()}{said[1:]}: order {number}{where}{others}"


def _text(stories: Sequence[Story], told: Told, now: datetime) -> Iterator[str]:
    yield f"{counted(len(stories), 'negative feedback', 'negative feedbacks')} (times in {told.zone.key}):"
    for story in stories[:FULL]:
        yield ""
        yield from _one(story, told, now)
    for story in stories[FULL:LISTED]:
        yield f"- {_head(story, told, now)}"
    if len(stories) > LISTED:
        yield f"and {len(stories) - LISTED} more: responder feedback"
    yield ""
    yield "Nothing was sent, neither to the buyer nor to Amazon. Offer a solution first: a buyer who is helped may"
    yield "think of the feedback unasked. Pressing for a change, or giving something for it, breaks Amazon's rules."
    yield "A public reply: one only, short and factual; it cannot be edited afterwards."
    yield "Amazon allows a request to remove feedback only for a reason of its own, one for each feedback, and forbids"
    yield "asking for many at random. Removed? Type: responder feedback ORDER removed"


def _head(story: Story, told: Told, now: datetime) -> str:
    number = wording.order_number(story.order_id) or "(no number)"
    place = clean(story.marketplace, 40) if story.marketplace else "marketplace unknown"
    return f"{stars(story.feedback)} · order {number} · {place} · {_day(story.feedback, told, now)}"


def _day(feedback: BadFeedback, told: Told, now: datetime) -> str:
    """Return when it was given: a report knows the day only."""
    if not feedback.by_day:
        return wording.moment(feedback.at, now, told.zone)
    return wording.short_day((feedback.at + timedelta(hours=12)).astimezone(told.zone).date())


def _one(story: Story, told: Told, now: datetime) -> Iterator[str]:
    feedback = story.feedback
    head = _head(story, told, now)
    yield f"{head[0].upper()}{head[1:]}"
    if feedback.changed:
        before = f"{counted(feedback.earlier, 'star')}" if feedback.earlier else "negative"
        yield f"  The buyer changed it; before it was {before}."
    if not feedback.verified:
        yield "  Amazon's notice could not be verified: compare with Seller Central before you do anything."
    yield from _comment(feedback)
    yield "  The order:"
    yield from (f"    {line}" for line in _order(story, told, now))
    yield from _removal(story, told, now)
    yield from _draft(story)
    for link in wording.seller_central(story.marketplace, story.order_id, told.hosts, story.order_id):
        yield f"  {link.label}: {link.href}"


def _comment(feedback: BadFeedback) -> Iterator[str]:
    """Yield the comment as a quotation, so that none of its lines looks like one of ours."""
    said = clean_body(feedback.comment, COMMENT).strip()
    if not said:
        missing = "not in Amazon's notice; it comes with the feedback report" if not feedback.by_day else "none"
        yield f"  Comment: {missing}."
        return
    yield "  Comment:"
    yield from (f"    > {line}".rstrip() for line in said.split("\n"))
    if len(feedback.comment) > COMMENT:
        yield "    > [...]"
    if feedback.response:
        yield "  It has a public reply already; there can be no second one."


def _order(story: Story, told: Told, now: datetime) -> Iterator[str]:
    order = story.order
    if order is None:
        yield "no report names it yet: import one, and responder orders --order shows it"
    else:
        yield from _dates(order, told.zones.get(order.marketplace or "", told.zone), now)
    yield from _happened(story.events, told, now)
    yield from _mails(story, told, now)


def _dates(order: Order, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    if order.channel:
        yield "shipped by Amazon (FBA)" if order.channel is Channel.AMAZON else "shipped by you"
    # Days of the store, as the rates compare them: what leaves on its last day is in time, whatever the hour.
    left_at, came_at = order.shipped_at, order.delivered_at
    shipped_late = left_at and order.ship_by_at and day_of(left_at, zone) > last_day_of(order.ship_by_at, zone)
    arrived_late = (
        came_at and order.deliver_by_at and last_day_of(came_at, zone) > last_day_of(order.deliver_by_at, zone)
    )
    if order.purchased_at is not None:
        yield f"bought {wording.moment(order.purchased_at, now, zone)}"
    # Of the others a report may know the day only, which is kept as its beginning or its end.
    for name, day, remark in (
        ("to be shipped by", order.ship_by_at and last_day_of(order.ship_by_at, zone), ""),
        ("shipped", left_at and day_of(left_at, zone), ", late" if shipped_late else ""),
        ("promised for", order.deliver_by_at and last_day_of(order.deliver_by_at, zone), ""),
        ("delivered", came_at and last_day_of(came_at, zone), ", late" if arrived_late else ""),
    ):
        if day is not None:
            yield f"{name} {wording.short_day(day)}{remark}"
    if order.delivered_at is None:
        yield "when it was delivered is not known here"


_HAPPENED = {
    EventKind.CANCELLED: "cancelled",
    EventKind.CANCELLATION_REQUESTED: "the buyer asked to cancel it",
    EventKind.REFUNDED: "refunded",
    EventKind.RETURN_REQUESTED: "the buyer asked to return it",
    EventKind.CLAIM_OPENED: "A-to-z claim",
    EventKind.CLAIM_DECIDED: "A-to-z claim decided",
    EventKind.CHARGEBACK: "the payment was disputed",
}


def _happened(events: Sequence[OrderEvent], told: Told, now: datetime) -> Iterator[str]:
    seen: set[EventKind] = set()
    for event in events:
        if event.kind in _HAPPENED and event.kind not in seen:
            seen.add(event.kind)
            yield f"{_HAPPENED[event.kind]} {wording.moment(event.at, now, told.zone)}"


def _mails(story: Story, told: Told, now: datetime) -> Iterator[str]:
    if not story.wrote:
        yield "the buyer never wrote to you, as far as is known here"
    for at, by_buyer in story.wrote[-MAILS:]:
        if by_buyer:
            answer = next((when for when, buyers in story.wrote if not buyers and when >= at), None)
            yield f"the buyer wrote {wording.moment(at, now, told.zone)}{_answered(at, answer, now)}"
        else:
            yield f"you wrote {wording.moment(at, now, told.zone)}"


def _answered(at: datetime, answer: datetime | None, now: datetime) -> str:
    """Say how long the buyer waited, where that was longer than a day."""
    if answer is None:
        return f": not answered, as far as is known here, for {wording.span(now - at)}"
    return f": answered after {wording.span(answer - at)}, which is late" if answer - at > DAY else ""


def _removal(story: Story, told: Told, now: datetime) -> Iterator[str]:
    until = story.feedback.request_until(told.rules)
    yield "  Amazon's removal criteria (a hint from single words, no promise):"
    for hint in story.hints:
        row = told.rules.criteria[hint.criterion]
        words = ", ".join(f"“{clean(word, 60)}”" for word in hint.words)
        yield f"    May apply: {row.means}. Found: {words}."
        yield f"      {row.result} ({row.source}; grade {row.grade})."
        yield from (f"      {CHECKS[check][0].upper()}{CHECKS[check][1:]}." for check in hint.checks)
    if not story.feedback.comment.strip():
        yield "    Without the comment nothing can be said of them."
    elif not story.hints:
        yield "    None seems to apply. Unfair or settled is no reason: such feedback stays."
    if until > now:
        day = wording.short_day(until.astimezone(told.zone).date())
        source = f"{told.rules.days} days; {told.rules.days_source}; grade {told.rules.days_grade}"
        yield f"    A request is possible until {day} ({source})."
    else:
        yield f"    More than {told.rules.days} days old: a request is not possible any more."


def _draft(story: Story) -> Iterator[str]:
    number = wording.order_number(story.order_id)
    if story.draft is None:
        if number:
            yield f"  A draft to the buyer: responder preview feedback_answer --order {number}"
        return
    yield "  A draft to the buyer, for you to change and send:"
    yield f"    Subject: {clean(story.draft.subject, 200)}"
    yield ""
    yield from (f"    {line}".rstrip() for line in clean_body(story.draft.body, 4_000).strip().split("\n"))
    yield ""
