"""
How an order is said: its days, how far the request for feedback is and why, and itself as JSON.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from responder.adapters.store.order_list import Listed
from responder.cli.session import local
from responder.core import feedback_reasons, wording
from responder.core.orders import FeedbackState, Order

WIDEST = 130
RETURNED = "returned"
"""The detail of an order whose mail did not arrive, in words."""


def day(when: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return a day as `26 Nov`, with its year where that is not this one."""
    if when is None:
        return "-"
    there = when.astimezone(zone)
    year = "" if there.year == at.astimezone(zone).year else f" {there.year}"
    return f"{wording.day_of_month(there.date())}{year}"


def instant(when: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as a day and a time."""
    return day(when, at, zone) + (f" {wording.clock(when, zone)}" if when else "")


def moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return an instant with its year."""
    return None if at is None else local(at, zone)


def standing(order: Order, at: datetime, zone: ZoneInfo, *, short: bool) -> str | None:
    """Return how far the request for feedback is, and why: in two words, or as a sentence."""
    if order.feedback_reason is None:
        return None
    if short:
        waits = order.feedback is FeedbackState.WAITING and order.feedback_at is not None
        state = f"until {day(order.feedback_at, at, zone)}" if waits else str(order.feedback)
        asked = order.feedback is FeedbackState.ASKED
        if asked:
            return "asked: came back" if RETURNED in order.feedback_detail else state
        return f"{state}: {order.feedback_reason.replace('_', ' ')}"
    if order.feedback is FeedbackState.ASKED:
        on = f" on {instant(order.feedback_at, at, zone)}" if order.feedback_at else ""
        said = why(order) if {"words", RETURNED} & order.feedback_detail.keys() else None
        return f"asked{on}: {said}" if said else f"asked{on}"
    until = f" until {instant(order.feedback_at, at, zone)}" if order.feedback_at else ""
    return f"{order.feedback}{until}: {why(order)}"


def why(order: Order) -> str | None:
    """Return the reason of an order's state as a sentence."""
    if order.feedback_reason is None:
        return None
    said = order.feedback_detail.get(RETURNED) or order.feedback_detail.get("words", "")
    return feedback_reasons.words(order.feedback_reason, str(said))


KEYS = tuple(each.name for each in fields(Order) if each.name not in {"id", "feedback_detail"})


def as_object(each: Listed, at: datetime) -> dict[str, Any]:
    """Return an order as `orders --json` prints it."""
    return {
        **{name: getattr(each.order, name) for name in KEYS},  # asdict() copies deeply: five times as long
        "late": each.is_late(at),
        "cancelled": each.cancelled,
        "feedback_words": why(each.order),
        "threads": [{"id": thread.id, "state": thread.state} for thread in each.threads],
    }
