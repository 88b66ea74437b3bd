"""
On which day, and when, a digest is due.
"""

from datetime import date, datetime, timedelta

from responder.core import calendars
from responder.tasks.report.values import Reporter

DAY = timedelta(days=1)


def due_day(reporter: Reporter, last: date | None, started_at: datetime, now: datetime) -> date | None:
    """Return the local day whose digest is due at `now` and not made; None when there is none."""
    today = now.astimezone(reporter.operator.zone).date()
    for day in (today - back * DAY for back in range(8)):
        at = calendars.instant(day, reporter.at, reporter.operator.zone)
        if at <= now and day.weekday() in reporter.days:
            # A last digest of a day to come was written while the clock was wrong: it must not silence today's.
            made = last is not None and day <= last <= today
            return day if not made and at > started_at else None
    return None


def next_at(reporter: Reporter, now: datetime) -> datetime:
    """Return when the next digest is due, strictly after `now`."""
    day, at = calendars.next_daily(now, reporter.at, reporter.operator.zone)
    while day.weekday() not in reporter.days:
        day, at = calendars.next_daily(at, reporter.at, reporter.operator.zone)
    return at


def first_of_week(reporter: Reporter, last_at: datetime | None, now: datetime) -> bool:
    """Return whether the digest at `now` is the first of its week, the last one having been written at `last_at`."""
    zone = reporter.operator.zone
    return last_at is None or last_at.astimezone(zone).isocalendar()[:2] != now.astimezone(zone).isocalendar()[:2]
