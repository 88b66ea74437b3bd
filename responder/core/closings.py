"""
Closing time: when the last one leaves, for how long, and what that closed time is called.

A lunch break is no closing. The promise: one closed stretch has at most one closing, its first instant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.core.calendars import HORIZON, Calendar, Closed, ClosedKind, instant, open_spans, state_at
from responder.core.hours import MIDNIGHT

BREAK = timedelta(hours=4)
"""Closed for no longer than this and open again on the same local day: a break, after which the same people return."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Everybody leaves at `at` and somebody is back at `opens_at`."""

    at: datetime
    opens_at: datetime


def closing_behind(calendar: Calendar, now: datetime) -> Closing | None:
    """Return the closing that the closed time at `now` began with; None while open, in a break, or for ever closed."""
    if not isinstance(state_at(calendar, now), Closed):
        return None
    opens_at = next((start for start, _ in open_spans(calendar, now, now + HORIZON) if start > now), None)
    for back in (timedelta(days=8), HORIZON):
        before = [end for _, end in open_spans(calendar, now - back, now) if end <= now]
        if before:
            return _closing(calendar, before[-1], opens_at)
    return None


def closing_ahead(calendar: Calendar, now: datetime) -> Closing | None:
    """Return the first closing after `now`; None when there is none within HORIZON."""
    ended: datetime | None = None
    for start, end in open_spans(calendar, now, now + HORIZON):
        if ended is not None and (found := _closing(calendar, ended, start)):
            return found
        ended = end if end > now else None
    return None


def described_at(calendar: Calendar, closing: Closing) -> datetime:
    """
    Return an instant of the closed time by whose kind people would call it.

    Who closes on Friday evening closes for the weekend, not for the night: the first whole closed day counts.
    """
    state = state_at(calendar, closing.at)
    day = closing.at.astimezone(calendar.timezone).date() + timedelta(days=1)
    whole = day < closing.opens_at.astimezone(calendar.timezone).date()
    if not whole or (isinstance(state, Closed) and state.kind is not ClosedKind.OUTSIDE_HOURS):
        return closing.at
    return instant(day, MIDNIGHT, calendar.timezone)


def after_working(calendar: Calendar, opens_at: datetime, margin: timedelta) -> datetime:
    """
    Return when `margin` of working time has passed since the opening: an instant of open time, or the end of it.

    Four hours from nine o'clock are two in the afternoon where people have lunch from twelve to one.
    """
    left, reached = margin, opens_at
    for start, end in open_spans(calendar, opens_at, opens_at + HORIZON):
        begins = max(start, opens_at)
        if end - begins >= left:
            return begins + left
        left, reached = left - (end - begins), end
    return reached


def _closing(calendar: Calendar, at: datetime, opens_at: datetime | None) -> Closing | None:
    if opens_at is None:
        return None
    zone = calendar.timezone
    same_day = at.astimezone(zone).date() == opens_at.astimezone(zone).date()
    return None if same_day and opens_at - at <= BREAK else Closing(at, opens_at)
