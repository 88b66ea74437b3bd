"""
Days of an order as instants: a day of shipping begins when it does in the order's store, a day of delivery ends so.

A report that names no store says days of a store that another report names. So such a day is kept as it is written, and
is placed again whenever the store becomes known: any order of files gives the same instant.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from responder.core.report_dates import Moment, first_instant, last_instant

ENDS = frozenset({"ship_by_at", "deliver_by_at", "delivered_at"})
"""The facts whose day is meant to its end."""

_UTC = ZoneInfo("UTC")
ZoneOf = Callable[[str | None], ZoneInfo]
"""The time zone of a store; of None, the one that counts until the store is known."""


def utc(_: str | None) -> ZoneInfo:
    """Return the zone where nobody knows better: for sources that say instants only."""
    return _UTC


def placed(name: str, said: Moment, zone: ZoneInfo) -> datetime:
    """Return when it was, in UTC, what is said of the fact of this name."""
    return last_instant(said, zone) if name in ENDS else first_instant(said, zone)


def as_written(said: Moment) -> str | None:
    """Return a day, or a time on the store's clock, as it is kept; None for an instant, which is one everywhere."""
    return None if isinstance(said, datetime) and said.tzinfo is not None else said.isoformat()


def read(written: str) -> Moment:
    """Return what was kept."""
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
