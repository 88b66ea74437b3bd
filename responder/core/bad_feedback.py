"""
Feedback of one or two stars: what several sources of one order say, as one feedback with its state.

A notice of Amazon's comes at once, mostly without stars; the report comes later, with stars and comment. Both are one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce

from responder.core import removal
from responder.core.amazon import Catalogue
from responder.core.orders import NOTICE, EventKind, Order, OrderEvent
from responder.core.removal import BUY_SHIPPING, SHIPPED_ON_TIME, WHO_SHIPPED, WHOSE_DATA, Hint, RemovalRules, Shipping
from responder.core.speech import noted, say, several

BAD = 2
"""The most stars that count as negative (order defect rate)."""
SAME = timedelta(days=3)
"""A notice and a line of a report this near are about one feedback: the report knows the day only, in its own zone."""


class FeedbackStanding(StrEnum):
    """What became of negative feedback; stable words."""

    OPEN = "open"
    REMOVED = "removed"
    RAISED = "raised"  # the buyer changed it to three stars or more


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFeedback:
    """
    What is known of an order's negative feedback; `rating` is None where a notice alone tells of it and names no stars.

    `keys` name its sources, the report's line first; `earlier` are the stars of the feedback it took the place of.
    """

    at: datetime
    rating: int | None
    comment: str
    response: str
    keys: tuple[str, ...]
    verified: bool
    standing: FeedbackStanding
    changed: bool = False
    earlier: int | None = None
    removed_at: datetime | None = None

    @property
    def by_day(self) -> bool:
        """Whether a report tells of it, so that `at` is the beginning of the day on which it was given."""
        return self.rating is not None and not self.keys[0].startswith(NOTICE)

    def request_until(self, rules: RemovalRules) -> datetime:
        """Return until when Amazon can be asked to remove it."""
        return self.at + timedelta(days=rules.days)


@dataclass(frozen=True, slots=True)
class _Said:
    """One feedback: the line of a report, the notices near it, or notices alone."""

    report: OrderEvent | None
    notices: tuple[OrderEvent, ...]

    @property
    def at(self) -> datetime:
        return self.report.at if self.report else self.notices[0].at

    @property
    def rating(self) -> int | None:
        """The stars as the report says them, else as the first notice that names any."""
        return next((rating for event in self.events if (rating := _rating(event)) is not None), None)

    @property
    def is_bad(self) -> bool:
        return self.rating is None or self.rating <= BAD

    def words(self, name: str) -> str:
        """Return the comment or the public reply: the report's, else what the first notice with one quotes."""
        return next((str(said) for event in self.events if (said := event.detail.get(name))), "")

    @property
    def events(self) -> tuple[OrderEvent, ...]:
        return (*((self.report,) if self.report else ()), *self.notices)


def is_bad(event: OrderEvent) -> bool:
    """Return whether an event tells of negative feedback: a notice that names no stars is only sent for few."""
    rating = _rating(event)
    return event.kind is EventKind.FEEDBACK and (rating is None or rating <= BAD)


def of_order(events: Iterable[OrderEvent]) -> BadFeedback | None:
    """Return an order's negative feedback as it stands; None where there never was any."""
    known = sorted(events, key=lambda event: event.at)
    given = [event for event in known if event.kind is EventKind.FEEDBACK]
    if not any(map(is_bad, given)):
        return None
    said = _said(given)
    last, before = said[-1], said[:-1]
    removed = [event.at for event in known if event.kind is EventKind.FEEDBACK_REMOVED and event.at >= last.at]
    standing = FeedbackStanding.OPEN if last.is_bad else FeedbackStanding.RAISED
    return BadFeedback(
        at=last.at,
        rating=last.rating,
        comment=last.words("comment"),
        response=last.words("response"),
        keys=tuple(event.source for event in last.events),
        verified=last.report is not None or any(event.detail.get("verified") is True for event in last.notices),
        standing=FeedbackStanding.REMOVED if removed else standing,
        changed=bool(before),
        earlier=before[-1].rating if before else None,
        removed_at=removed[-1] if removed else None,
    )


def _rating(event: OrderEvent) -> int | None:
    rating = event.detail.get("rating")
    return rating if isinstance(rating, int) else None


def _is_line(event: OrderEvent) -> bool:
    """Return whether a report says it."""
    return not event.source.startswith(NOTICE) and _rating(event) is not None


def _said(events: Sequence[OrderEvent]) -> list[_Said]:
    """Return each feedback with its sources, in the order of time; a notice belongs to the nearest line of a report."""
    reports = [event for event in events if _is_line(event)]
    near: dict[int, list[OrderEvent]] = {place: [] for place in range(len(reports))}
    alone: list[list[OrderEvent]] = []
    for notice in (event for event in events if not _is_line(event)):
        distances = [(abs(report.at - notice.at), place) for place, report in enumerate(reports)]
        distance, place = min(distances, default=(None, 0))
        if distance is not None and distance <= SAME:
            near[place].append(notice)
        elif alone and notice.at - alone[-1][-1].at <= SAME:
            alone[-1].append(notice)
        else:
            alone.append([notice])
    found = [_Said(report, tuple(near[place])) for place, report in enumerate(reports)]
    return sorted([*found, *(_Said(None, tuple(several)) for several in alone)], key=lambda each: each.at)


def languages(catalogue: Catalogue, marketplace: str | None, sold_on: Iterable[str]) -> tuple[str, ...]:
    """Return in which a comment is read: the store's; those of all its seller sells on where no report names it."""
    stores = map(catalogue.by_name, [marketplace] if marketplace else sold_on)
    return tuple(dict.fromkeys(language for store in stores if store for language in store.languages))


def hints(feedback: BadFeedback, order: Order | None, rules: RemovalRules, spoken: Collection[str]) -> tuple[Hint, ...]:
    """Return which of Amazon's criteria may fit the comment, by what is known of the order."""
    if feedback.standing is not FeedbackStanding.OPEN:
        return ()
    return removal.hints(feedback.comment, rules, languages=spoken, shipping=shipping(order))


def shipping(order: Order | None) -> Shipping:
    """Return who shipped an order, and whether in time."""
    if order is None:
        return Shipping()
    known = order.shipped_at is not None and order.ship_by_at is not None
    return Shipping(order.channel, order.shipped_at <= order.ship_by_at if known else None)  # type: ignore[operator]


def stars(feedback: BadFeedback) -> str:
    """Return `1 star`, `2 stars`, or what a notice alone says."""
    if feedback.rating is None:
        return say("negative feedback")
    return several(feedback.rating, "{n} star", "{n} stars")


CHECKS = {
    WHO_SHIPPED: noted("it is not known here who shipped the order: check that in Seller Central"),
    SHIPPED_ON_TIME: noted("it is not known here whether it was shipped in time: check that"),
    BUY_SHIPPING: noted(
        "no report says whether the label was Amazon's (Buy Shipping): check the order's shipping details"
    ),
    WHOSE_DATA: noted("check that they are yours: Amazon removes the seller's personal data"),
}
"""What a person has to check before asking, by its code."""

SHORT = {
    removal.Criterion.PRODUCT_REVIEW: noted("may be a product review only"),
    removal.Criterion.OBSCENE: noted("may be obscene"),
    removal.Criterion.PERSONAL_DATA: noted("may hold personal data of yours"),
    removal.Criterion.FBA_DELIVERY: noted("may be about delivery by Amazon only"),
    removal.Criterion.BUY_SHIPPING_DELAY: noted("may be about a delay only: Buy Shipping?"),
}
"""Each criterion in a few words, for a list."""


def short(found: Sequence[Hint]) -> str:
    """Return the criteria that may fit in a few words; nothing where none does."""
    words = [say(SHORT[hint.criterion]) for hint in found]
    return reduce(lambda before, after: say("{before}; {after}", before=before, after=after), words) if words else ""
