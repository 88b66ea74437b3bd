"""
The lines of report files as plain values: what one says, why one was not read, or whose sale one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from responder.core.orders import OrderEvent, OrderFacts, OrderItem


@dataclass(frozen=True, slots=True)
class ReportLine:
    """
    What the line of this number says.

    `updated_at` is when Amazon last changed the order, where the report has it: a line with a later one knows better.
    `days` are the facts that are days of a store the line does not name, as they are written.
    """

    number: int
    facts: OrderFacts
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()
    updated_at: datetime | None = None
    days: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not read, and why."""

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class OtherSale:
    """A line of a sale outside Amazon, which has a number of its own kind; all orders reports have them."""

    number: int
    channel: str
