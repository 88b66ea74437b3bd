"""
Working time counted back from an instant: over closed stretches, breaks and changed clocks.

The promise: between `before(at, lead)` and `at` people are there for `lead`, unless that would be longer ago than
BOUND, where nobody looks further.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from responder.core.calendars import Calendar, Span, open_spans

BOUND = timedelta(days=60)
"""How far back working time is looked for: no closure before a day of shipping is longer."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The open stretches around some instants, in order: worked out once for thousands of questions."""

    spans: tuple[Span, ...]

    def before(self, at: datetime, lead: timedelta) -> datetime:
        """Return the latest instant from which `lead` of working time remains until `at`; at most BOUND before it."""
        at, left = at.astimezone(UTC), lead
        bound = at - BOUND
        if left <= timedelta(0):
            return at
        for number in range(self._begun(at) - 1, -1, -1):
            start, end = self.spans[number]
            start, end = max(start, bound), min(end, at)
            if end - start >= left:
                return end - left
            if start == bound or end <= bound:
                break
            left -= end - start
        return bound

    def last_before(self, at: datetime) -> datetime | None:
        """Return until when somebody is there before `at`: `at` itself in working time; None where BOUND has none."""
        at = at.astimezone(UTC)
        begun = self._begun(at)
        end = min(self.spans[begun - 1][1], at) if begun else None
        return end if end is not None and end > at - BOUND else None

    def _begun(self, at: datetime) -> int:
        """Return how many stretches begin before `at`."""
        return bisect_left(self.spans, at, key=lambda span: span[0])


def around(calendar: Calendar, first_at: datetime, last_at: datetime) -> WorkingTime:
    """Return what can be asked of the instants from `first_at` to `last_at`."""
    return WorkingTime(tuple(open_spans(calendar, first_at - BOUND, last_at)))
