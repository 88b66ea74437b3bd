"""
An order as plain values: what a line of a report says, what is known in all, and what happened to it.

Every instant is aware UTC. A report names some things as a day: a day of shipping is its first instant in the store's
time zone, a day of delivery its last, so that nothing is ever asked too early.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

ORDER_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}\Z")
"""Amazon's order number: 17 digits in three groups, ASCII only."""

NOTICE = "notice:"
"""How the source of an event begins that a notice told."""


class EventKind(StrEnum):
    """What can happen to an order; a report or a notice says so."""

    CANCELLED = "cancelled"
    CANCELLATION_REQUESTED = "cancellation_requested"
    REFUNDED = "refunded"
    RETURN_REQUESTED = "return_requested"
    CLAIM_OPENED = "claim_opened"
    CLAIM_DECIDED = "claim_decided"
    CHARGEBACK = "chargeback"
    FEEDBACK = "feedback"
    FEEDBACK_REMOVED = "feedback_removed"


class FeedbackState(StrEnum):
    """How far the request for feedback on an order is; `asked` and most of `skipped` are for ever."""

    WAITING = "waiting"
    HELD = "held"
    ASKED = "asked"
    SKIPPED = "skipped"


class Channel(StrEnum):
    """Who ships: the seller (merchant), or Amazon (FBA)."""

    MERCHANT = "merchant"
    AMAZON = "amazon"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """One line of an order; `item` is Amazon's order item number, else its SKU."""

    item: str
    sku: str | None = None
    asin: str | None = None
    title: str | None = None
    quantity: int | None = None
    shipped: int | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """
    One thing that happened to an order; `source` tells it from others of its kind, so that it is kept once.

    `detail` holds plain values: `rating` (1 to 5) and `comment` of a feedback, `amount`, `verified` (of a notice) ...
    """

    order_id: str
    kind: EventKind
    at: datetime
    source: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What one source says of an order; None is "not said" and never takes the place of what is known."""

    order_id: str
    marketplace: str | None = None
    buyer_address: str | None = None
    buyer_alias: str | None = None
    buyer_name: str | None = None
    status: str | None = None
    channel: Channel | None = None
    sales_channel: str | None = None
    business: bool | None = None
    ship_country: str | None = None
    carrier: str | None = None
    tracking: str | None = None
    purchased_at: datetime | None = None
    ship_by_at: datetime | None = None
    shipped_at: datetime | None = None
    deliver_by_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderFacts):
    """An order as it is kept, and how far its request for feedback is."""

    id: int
    account: str
    reported_at: datetime
    first_at: datetime
    feedback: FeedbackState = FeedbackState.WAITING
    feedback_reason: str | None = None
    feedback_detail: Mapping[str, Any] = field(default_factory=dict)
    feedback_at: datetime | None = None
    decided_at: datetime | None = None
    look_at: datetime | None = None
    invoice: str | None = None
    invoice_name: str | None = None
