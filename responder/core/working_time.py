"""
Working time counted back from an instant: over closed stretches, breaks and changed clocks.

The promise: between `before(calendar, at, lead)` and `at` people are there for `lead`, unless that would be longer ago
than BOUND, where nobody looks further.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from responder.core.calendars import Calendar, Span, open_spans

BOUND = timedelta(days=60)
"""How far back working time is looked for: no closure before a day of shipping is longer."""

_STEPS = (timedelta(days=8), BOUND)  # nearly always the first: a week has working time


def before(calendar: Calendar, at: datetime, lead: timedelta) -> datetime:
    """Return the latest instant from which `lead` of working time remains until `at`; at most BOUND before it."""
    if lead <= timedelta(0):
        return at.astimezone(UTC)
    left = lead
    for start, end in _back(calendar, at, lead):
        if end - start >= left:
            return end - left
        left -= end - start
    return at.astimezone(UTC) - BOUND


def last_before(calendar: Calendar, at: datetime) -> datetime | None:
    """Return until when somebody is there before `at`: `at` itself in working time; None where BOUND has none."""
    return next((end for _, end in _back(calendar, at, timedelta(0))), None)


def _back(calendar: Calendar, at: datetime, enough: timedelta) -> Iterator[Span]:
    """Yield the open stretches before `at`, the latest first, cut off at `at` and where nobody looks further."""
    at = at.astimezone(UTC)
    spans: list[Span] = []
    for step in _STEPS:
        spans = [
            (max(start, at - step), min(end, at)) for start, end in open_spans(calendar, at - step, at) if start < at
        ]
        if spans and sum((end - start for start, end in spans), timedelta(0)) >= enough:
            break
    yield from reversed(spans)
