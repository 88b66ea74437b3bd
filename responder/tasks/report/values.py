"""
What a digest rests on besides the stored state, and for whom it is written.
"""

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from responder.adapters.store.order_news import Place
from responder.adapters.store.rates import NOTHING, Measured
from responder.core.calendars import Calendar
from responder.core.deadlines import AnswerPolicy
from responder.core.digest import SNIPPET
from responder.core.metrics import Rate
from responder.core.operator import Operator

SHOWN = 400
"""Rows read for a digest; what is shown is capped further by the digest itself, which says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """
    What a digest is made from besides the state, and for whom.

    `words`: so many characters of what a buyer wrote are shown. `links_for`: how long the links that answer a digest
    may be used, None where it has none. `folder` is where the state is, if that is a file. `rates_known` are what
    `rates` come to, where they were computed before.
    """

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
    rates_known: tuple[Rate, ...] | None = None
    words: int = SNIPPET
    links_for: timedelta | None = None
    folder: Path | None = None
