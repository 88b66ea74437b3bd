"""
When the operator is told of a clock: before it ends, at the configured points, and once when it is over.

Each point is told once; a warning never comes after its deadline, and overdue is never said early.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from responder.core.deadlines import warning_points
from responder.core.waking import Waking, moved, next_waking

LATE = timedelta(seconds=1)
"""An answer at the very deadline is in time: overdue begins after it."""
TOGETHER = timedelta(minutes=5)
"""Warnings that lie so close together are one mail."""


class AlarmKind(StrEnum):
    """What a timer of a clock tells: Amazon's clock, or our own promise, near its end or past it."""

    WARN = "warn"
    OVERDUE = "overdue"
    PROMISE_WARN = "promise_warn"
    PROMISE_OVERDUE = "promise_overdue"


AMAZONS = (AlarmKind.WARN, AlarmKind.OVERDUE)
PROMISES = (AlarmKind.PROMISE_WARN, AlarmKind.PROMISE_OVERDUE)
OVER = (AlarmKind.OVERDUE, AlarmKind.PROMISE_OVERDUE)
WARNINGS = (AlarmKind.WARN, AlarmKind.PROMISE_WARN)
"""What may be told a little early, together with another one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An instant at which the operator is told, of a clock that has not ended or of one that has."""

    at: datetime
    overdue: bool


def alarms(
    start_at: datetime, due_at: datetime, before: Sequence[timedelta], waking: Waking | None, now: datetime
) -> tuple[Alarm, ...]:
    """
    Return what lies ahead of a clock that runs from `start_at`, seen at `now`, in order.

    Of the points that have passed one is left: a message fetched late is warned of at once. What is overdue already has
    none: that is the digest's matter.
    """
    if due_at + LATE <= now:
        return ()
    points = warning_points(due_at, start_at, before)
    ahead = {moved(waking, point, max(start_at, now), due_at) for point in points if point > now}
    if now < due_at and any(point <= now for point in points):
        ahead.add(moved(waking, now, now, due_at))
    overdue = Alarm(next_waking(waking, due_at + LATE), overdue=True)
    return (*(Alarm(at, overdue=False) for at in sorted(ahead)), overdue)


def overdue_again(waking: Waking | None, now: datetime) -> Alarm:
    """Return the alarm of a clock that came back when it was over: it had been thought settled, so this is news."""
    return Alarm(next_waking(waking, now), overdue=True)


def can_wait(waking: Waking | None, now: datetime, due_at: datetime | None, *, overdue: bool) -> bool:
    """Return whether an alarm that is due in the night may wait for the morning; `due_at` is the end of its clock."""
    morning = next_waking(waking, now)
    if overdue or due_at is None or due_at < now:  # a warning of before an outage, too: nothing is saved by it
        return morning != now
    return now < morning < due_at
