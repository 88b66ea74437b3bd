"""
What a notice says happened to an order: kept with the order, known from a report or not.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import orders
from responder.core.classify import Authentic, Classified, NoticeType
from responder.core.message import Message
from responder.core.order_reports import MAX_COMMENT
from responder.core.orders import NOTICE, ORDER_ID, EventKind, OrderEvent
from responder.core.words import clean
from responder.tasks.receive.judge import Judge

KINDS = {
    NoticeType.REFUND: EventKind.REFUNDED,
    NoticeType.RETURN_REQUEST: EventKind.RETURN_REQUESTED,
    NoticeType.CANCELLATION_REQUEST: EventKind.CANCELLATION_REQUESTED,
    NoticeType.A_TO_Z_OPENED: EventKind.CLAIM_OPENED,
    NoticeType.A_TO_Z_INFORMATION: EventKind.CLAIM_OPENED,  # who is asked about a claim has one
    NoticeType.A_TO_Z_DECIDED: EventKind.CLAIM_DECIDED,
    NoticeType.CHARGEBACK: EventKind.CHARGEBACK,
    NoticeType.NEGATIVE_FEEDBACK: EventKind.FEEDBACK,
}
PAID = (EventKind.REFUNDED, EventKind.CLAIM_OPENED, EventKind.CLAIM_DECIDED, EventKind.CHARGEBACK)
_RATING = re.compile(r"([12])(?![0-9]|[.,][0-9])", re.ASCII)


def keep(
    conn: Connection,
    judge: Judge,
    mail_id: int,
    message: Message,
    classified: Classified,
    received_at: datetime,
    now: datetime,
) -> int:
    """Keep what happened and return how much of it is news; what is proven false says nothing."""
    if classified.verdict.authentic is Authentic.FAIL:
        return 0
    source = f"{NOTICE}{message.message_id or mail_id}"
    return orders.add_events(conn, judge.account, _events(classified, source, received_at), now)


def _events(classified: Classified, source: str, at: datetime) -> Iterator[OrderEvent]:
    """
    Yield one event an order.

    Without proof it is kept as well, and says so: what it may do is keep a buyer from being asked.
    """
    kind = KINDS.get(classified.notice_type or NoticeType.OTHER)
    if kind is None:
        return
    detail = {
        "verified": classified.verdict.authentic is Authentic.PASS,
        **_amount(classified, kind),
        **({"outcome": classified.outcome} if classified.outcome else {}),
        **_feedback(classified, kind),
    }
    for order_id in classified.order_ids:
        if ORDER_ID.fullmatch(order_id):
            yield OrderEvent(order_id=order_id, kind=kind, at=at, source=source, detail=detail)


def _amount(classified: Classified, kind: EventKind) -> Mapping[str, Any]:
    """Return the amount of a refund, claim or chargeback, where the notice of one order names one only."""
    named = classified.details.get("amounts")
    if kind not in PAID or len(classified.order_ids) != 1:
        return {}
    if not isinstance(named, list) or len({(each["value"], each["currency"]) for each in named}) != 1:
        return {}
    return {"amount": named[0]["value"], "currency": named[0]["currency"]}


def _feedback(classified: Classified, kind: EventKind) -> Mapping[str, Any]:
    """
    Return the stars and the buyer's comment, where the notice of one order names them.

    It is sent for few stars only: three or more are the buyer's words, whose comment may have a line "Rating: 5".
    """
    if kind is not EventKind.FEEDBACK or len(classified.order_ids) != 1:
        return {}
    rated = _RATING.match(str(classified.details.get("rating", "")))
    comment = classified.details.get("comment")
    return {
        **({"rating": int(rated[1])} if rated else {}),
        **({"comment": clean(str(comment), MAX_COMMENT)} if comment else {}),
    }
