"""
What a digest rests on besides the stored state, and for whom it is written.
"""

from dataclasses import dataclass
from datetime import time

from responder.adapters.store.order_news import Place
from responder.adapters.store.rates import NOTHING, Measured
from responder.core.calendars import Calendar
from responder.core.deadlines import AnswerPolicy
from responder.core.operator import Operator

SHOWN = 400
"""Rows read for a digest; what is shown is capped further by the digest itself, which says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """What a digest is made from besides the state, and for whom."""

    operator: Operator
    accounts: tuple[str, ...]
    at: time
    days: frozenset[int]
    calendar: Calendar
    answer: AnswerPolicy
    version: str
    marks_seen: bool
    dry_run: bool
    orders: Place
    rates: Measured = NOTHING
