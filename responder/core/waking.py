"""
The hours in which the operator wants to be told, on the operator's wall clock (RFC 8536 for its changes).

Both ends belong to them: 22:00 is still a time to send a mail at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import Span, instant
from responder.core.hours import Hours

_DAY = timedelta(days=1)
_NEAR = range(-3, 4)  # a stretch that a change of the clocks swallows has a neighbour on either side


@dataclass(frozen=True, slots=True)
class Waking:
    """One daily stretch; an end not after its start lies on the next day ("22:00-06:00")."""

    hours: Hours
    zone: ZoneInfo


def is_waking(waking: Waking | None, at: datetime) -> bool:
    """Return whether the operator may be told at `at`; without waking hours always."""
    return waking is None or next_waking(waking, at) == at


def last_waking(waking: Waking, at: datetime) -> datetime:
    """Return the last waking instant that is not after `at`."""
    return max(min(at, end) for start, end in _stretches(waking, at) if start <= at)


def next_waking(waking: Waking | None, at: datetime) -> datetime:
    """Return the first waking instant that is not before `at`."""
    if waking is None:
        return at
    return min(max(at, start) for start, end in _stretches(waking, at) if end >= at)


def moved(waking: Waking | None, point: datetime, known_at: datetime, due_at: datetime) -> datetime:
    """
    Return when to give a warning that is meant for `point`, about what is known since `known_at`.

    In the night it comes before the night, else after it, else where it was: a deadline beats sleep.
    """
    if waking is None or is_waking(waking, point):
        return point
    before, after = last_waking(waking, point), next_waking(waking, point)
    if before > known_at:
        return before
    return after if after < due_at else point


def _stretches(waking: Waking, at: datetime) -> Iterator[Span]:
    start, end = waking.hours
    today = at.astimezone(waking.zone).date()
    for day in (today + offset * _DAY for offset in _NEAR):
        last = day + _DAY if end <= start else day
        begins, ends = instant(day, start, waking.zone), instant(last, end, waking.zone)
        if begins < ends:
            yield begins, ends
