"""
Unattended windows: closed stretches so long that a message is overdue before anyone is back.

Everything is real time in UTC, as Amazon counts it; a wall clock only shows it. The promise: whoever looks at each
instant of a window's plan, and answers what is there, is late with nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from responder.core import calendars, wording
from responder.core.calendars import HORIZON, Calendar
from responder.core.speech import say

AHEAD = timedelta(days=60)
"""How far ahead the seller is told of windows: time enough to find somebody for Christmas."""

SHOWN = 5
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Unattended:
    """
    A stretch from a closing to the next opening, longer than an answer may take.

    `until_at` is None when nothing opens within HORIZON; the plan then goes as far as was asked for.
    """

    from_at: datetime
    until_at: datetime | None
    answer_within: timedelta
    plan_at: tuple[datetime, ...]

    @property
    def messages_from(self) -> datetime:
        """From when on a message is overdue before anyone is back."""
        return self.from_at

    @property
    def messages_until(self) -> datetime | None:
        """Until when; a message that comes at this instant or later can still be answered at the opening."""
        return None if self.until_at is None else self.until_at - self.answer_within

    def ahead(self, now: datetime) -> tuple[datetime, ...]:
        """Return the instants of the plan that are still to come."""
        return tuple(at for at in self.plan_at if at >= now)


def unattended(
    calendar: Calendar, first_at: datetime, span: timedelta, answer_within: timedelta
) -> tuple[Unattended, ...]:
    """Return the windows that touch the span, whole, in order."""
    first_at = first_at.astimezone(UTC)
    last_at = first_at + span
    closed_from = _closing_before(calendar, first_at)
    found: list[Unattended] = []
    for opens_at, closes_at in calendars.open_spans(calendar, first_at, last_at + HORIZON):
        if closed_from >= last_at:
            break
        if opens_at - closed_from > answer_within:
            plan = tuple(_plan(closed_from, opens_at, answer_within))
            found.append(Unattended(closed_from, opens_at, answer_within, plan))
        closed_from = closes_at
    else:
        if closed_from < last_at:
            plan = tuple(_plan(closed_from, last_at, answer_within))
            found.append(Unattended(closed_from, None, answer_within, plan))
    return tuple(found)


def windows_ahead(calendar: Calendar, now: datetime, answer_within: timedelta) -> tuple[Unattended, ...]:
    """Return the windows of the next 60 days for which somebody can still be planned."""
    return tuple(each for each in unattended(calendar, now, AHEAD, answer_within) if each.ahead(now))


def sentence(window: Unattended, now: datetime, zone: ZoneInfo) -> str:
    """Return a window and what to do about it, as one sentence."""
    start, plan = _at(window.from_at, zone), plan_words(window, now, zone)
    if window.messages_until is None:
        return say(
            "from {start} a message will be overdue, and nothing opens within {days} days: {plan}",
            start=start,
            days=HORIZON.days,
            plan=plan,
        )
    return say(
        "from {start} a message arriving until {end} will be overdue: {plan}",
        start=start,
        end=_at(window.messages_until, zone),
        plan=plan,
    )


def plan_words(window: Unattended, now: datetime, zone: ZoneInfo) -> str:
    """Return for when somebody has to be planned, leaving out what has passed."""
    ahead = window.ahead(now)
    if not ahead:
        return say("no time is left to plan for")
    times = wording.listed([_at(at, zone) for at in islice(ahead, _NAMED)])
    words = say("plan somebody for {times} at the latest", times=times)
    every = _every(window.answer_within)
    if window.until_at is None:
        return say("{plan}, then every {time}", plan=words, time=every)
    if len(ahead) <= _NAMED:
        return words
    return say("{plan}, then every {time} until {end}", plan=words, time=every, end=_at(ahead[-1], zone))


def _plan(closing: datetime, until_at: datetime, answer_within: timedelta) -> Iterator[datetime]:
    at = closing + answer_within
    while at < until_at:
        yield at
        at += answer_within


def _closing_before(calendar: Calendar, at: datetime) -> datetime:
    """Return when the closed stretch at `at` began; `at` itself when it is open or was never open within HORIZON."""
    for back in (timedelta(days=8), HORIZON):
        spans = list(calendars.open_spans(calendar, at - back, at))
        if spans:
            return min(spans[-1][1], at)
    return at


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{wording.short_day(at.astimezone(zone).date())} {wording.clock(at, zone)}"


def _every(length: timedelta) -> str:
    """Return a duration in hours where it is whole hours: "24 h" is read as real time, "1 day" is not."""
    hours, rest = divmod(length, timedelta(hours=1))
    return wording.span(length) if rest else say("{hours} h", hours=hours)
