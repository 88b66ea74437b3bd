"""
Windows of whole local days: which stretch counts today, and on which day something leaves it.

Days are those of the store's clock, so a window of seven days over a change of the clocks is an hour longer or shorter.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from responder.core.calendars import instant
from responder.core.metrics.values import RateRule, Window

_TICK = timedelta(microseconds=1)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the local day of an instant."""
    return at.astimezone(zone).date()


def last_day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that an end lies in: midnight ends the day before it."""
    return day_of(at - _TICK, zone)


def window(rule: RateRule, today: date, zone: ZoneInfo) -> Window:
    """Return the window that counts on that day."""
    until = today + timedelta(days=1 - rule.lag_days)
    return Window(_midnight(until - timedelta(days=rule.days), zone), _midnight(until, zone))


def enters_on(rule: RateRule, day: date) -> date:
    """Return the first day whose window has what is counted on `day`."""
    return day + timedelta(days=rule.lag_days)


def leaves_on(rule: RateRule, day: date) -> date:
    """Return the first day after that whose window no longer has it."""
    return day + timedelta(days=rule.lag_days + rule.days)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant(day, time(0), zone)
