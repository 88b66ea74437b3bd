"""
When an order's buyer may be written to: days after the delivery, and hours of the marketplace's clock.

Hours are wall times of each local day (RFC 8536), so they hold over every change of the clocks; the days of the window
are 24 hours of real time each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import Span, instant
from responder.core.feedback_values import EARLIEST, LATEST, Facts, FeedbackPolicy
from responder.core.hours import Hours
from responder.core.transit import days_to, delivered_by

_DAY, _AMPLE = timedelta(days=1), timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when one mail may go: on the seller's wish from `from_at` on; `closes_at` is excluded."""

    opens_at: datetime
    from_at: datetime
    closes_at: datetime
    hours: Hours
    zone: ZoneInfo

    def next_at(self, at: datetime) -> datetime | None:
        """Return the earliest instant from `at` on at which the mail may go; None when there is none any more."""
        return next((max(start, at) for start, end in self._spans(max(at, self.opens_at)) if at < end), None)

    @property
    def planned_at(self) -> datetime | None:
        """When the mail is meant to go: in the first hours from `from_at` on, else in the last ones before the end."""
        if (wanted := self.next_at(max(self.opens_at, self.from_at))) is not None:
            return wanted
        spans = list(self._spans(self.opens_at))
        # The end may leave seconds of a day's hours, in which no mail server is sure to take a mail.
        ample = [start for start, end in spans if end - start >= _AMPLE]
        return max(ample or [start for start, _ in spans], default=None)

    def _spans(self, from_at: datetime) -> Iterator[Span]:
        """Yield the stretches for sending that end after `from_at`, in order, cut at both ends of the window."""
        start, end = self.hours
        day = from_at.astimezone(self.zone).date() - _DAY
        last = self.closes_at.astimezone(self.zone).date()
        while day <= last:
            ends_on = day + _DAY if end <= start else day
            begins = max(instant(day, start, self.zone), self.opens_at)
            ends = min(instant(ends_on, end, self.zone), self.closes_at)
            if max(begins, from_at) < ends:
                yield begins, ends
            day += _DAY


def zone_of(facts: Facts) -> ZoneInfo:
    """Return the clock of the order's marketplace."""
    return facts.zone or UTC_ZONE


def delivered_at(facts: Facts, policy: FeedbackPolicy) -> datetime | None:
    """Return when the order was delivered, or is thought to have been; None where not even its shipping is known."""
    order = facts.order
    if order.delivered_at is not None:
        return order.delivered_at if order.shipped_at is None else max(order.delivered_at, order.shipped_at)
    if order.shipped_at is None:
        return None
    transit = days_to(facts.country, policy.transit_days)
    return delivered_by(order.shipped_at, transit, facts.days, zone_of(facts))


def feedback_window(facts: Facts, policy: FeedbackPolicy) -> Window | None:
    """Return when the buyer may be asked; None where no delivery is known."""
    delivered = delivered_at(facts, policy)
    if delivered is None:
        return None
    base = delivered.astimezone(UTC)
    wanted = base + timedelta(days=policy.days_after_delivery)
    return Window(base + EARLIEST, wanted, base + LATEST, policy.send_between, zone_of(facts))


def invoice_window(facts: Facts, policy: FeedbackPolicy) -> Window | None:
    """Return when the invoice may be sent by itself: from the shipping on; None where that is not known."""
    shipped_at = facts.order.shipped_at
    if shipped_at is None:
        return None
    base = shipped_at.astimezone(UTC)
    return Window(base, base, base + LATEST, policy.send_between, zone_of(facts))
