"""
What the rates of one account in one store are computed from, as plain values.

Only what reports and notices say: None is "not said". Every instant is aware UTC; a report's day of shipping is its
first instant in the store's time zone, a day until which something has to be done its last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from responder.core.orders import Channel, OrderEvent
from responder.core.response_times import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricOrder:
    """An order as far as a rate needs it; `tracked`: a tracking number is known."""

    order_id: str
    marketplace: str | None = None
    channel: Channel | None = None
    business: bool | None = None
    status: str | None = None
    purchased_at: datetime | None = None
    ship_by_at: datetime | None = None
    shipped_at: datetime | None = None
    deliver_by_at: datetime | None = None
    delivered_at: datetime | None = None
    tracked: bool = False
    events: tuple[OrderEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResponse:
    """What became of a buyer's message, and in which thread; the order is named where it is known."""

    response: Response
    thread_id: int
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class AmazonReport:
    """Amazon's own figures of the store, as `performance_reports` keeps them, and when the report was made."""

    figures: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """
    All that is known of one account in one store.

    `first_at`: since when data is known; None where there is none. `performance`: Amazon's newest report of the store.
    """

    account: str
    marketplace: str
    zone: ZoneInfo
    orders: tuple[MetricOrder, ...] = ()
    responses: tuple[MetricResponse, ...] = ()
    performance: AmazonReport | None = None
    first_at: datetime | None = None
