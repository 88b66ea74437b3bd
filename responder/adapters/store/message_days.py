"""
How many messages buyers wrote on each of the last days, and how fast they were answered.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import metric_messages
from responder.core import digest, response_times
from responder.core.response_times import Response

DAYS = 14
_DAY = timedelta(days=1)


def messages(conn: Connection, shops: Mapping[str, Collection[str]], zone: ZoneInfo, now: datetime) -> digest.Messages:
    """
    Return them for the days before today, on the seller's clock; today's are not all there yet.

    The first start reads a few days of mail: of those before nobody knows how many came.
    """
    today = now.astimezone(zone).date()
    days = [today - back * _DAY for back in range(DAYS, 0, -1)]
    first, middle = (_midnight(day, zone) for day in (days[0] - DAYS * _DAY, days[0]))
    found = list(_responses(conn, shops, first, now))
    count = Counter(
        at.astimezone(zone).date() for account in shops for at in metric_messages.received(conn, account, middle, now)
    )
    started = (metric_messages.first_at(conn, account) for account in shops)
    known_from = min((at.astimezone(zone).date() for at in started if at is not None), default=today)
    return digest.Messages(
        days=tuple((day, count[day] if day >= known_from else None) for day in days),
        median=response_times.rate(found, middle, now).median,
        before=response_times.rate(found, first, middle - timedelta(microseconds=1)).median,
    )


def _responses(
    conn: Connection, shops: Mapping[str, Collection[str]], since: datetime, until: datetime
) -> list[Response]:
    return [
        each.response
        for account, places in shops.items()
        for place in places
        for each in metric_messages.answered(conn, account, place, since, until)
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
