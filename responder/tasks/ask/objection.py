"""
A mail about an order at the moment of its sending: decided again, from what is known by then.

What passes puts it off: hours, a thread that is open, something that is missing. What does not pass takes it back, and
the order says why. A mail that left is noted with its order in the same transaction.
"""

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from responder.adapters.store import feedback_facts, orders
from responder.adapters.store.feedback_facts import WITHDRAWN
from responder.adapters.store.outbox import PROACTIVE_KINDS, OutboxRow
from responder.core import feedback_reasons
from responder.core.feedback_reasons import FeedbackReason
from responder.core.feedback_values import AGAIN, DELAY_NOTICE, FEEDBACK_REQUEST, Ask, Hold, Skip, Wait
from responder.core.objections import Objection
from responder.core.orders import FeedbackState
from responder.tasks.ask import deciding, delays, plan
from responder.tasks.ask.asker import Asker
from responder.tasks.ask.gathering import Flags, facts
from responder.tasks.ask.plan import HOLD_AGAIN, Standing


def objection(conn: Connection, asker: Asker, row: OutboxRow, now: datetime) -> Objection | None:
    """Return what speaks against sending the mail of this (claimed) row now; None when it may leave."""
    order = orders.order(conn, asker.account, str(row.payload.get("order_id", "")))
    if order is None:
        return Objection(f"{WITHDRAWN}its order is no longer kept")
    if row.kind == DELAY_NOTICE:
        return delays.objection(conn, order, row)
    (known,) = feedback_facts.known(conn, asker.account, [order])
    this = next((each for each in known.mails if each.id == row.id), None)
    if this is None:
        return Objection(f"{WITHDRAWN}it is not about this order")
    flagged = Flags(conn, asker.account).flagged(order.marketplace)
    gathered = facts(conn, asker, known, now, cap_until=None, flagged=flagged)
    decision = plan.decide_again(row.kind, gathered, asker.policy, now, row=this)
    match decision:
        case Ask():
            return None
        case Wait(reason, until, words):
            return Objection(feedback_reasons.words(reason, words), until)
        case Hold(reason, _, words):
            return Objection(feedback_reasons.words(reason, words), now + HOLD_AGAIN)
        case Skip(reason, words):
            if row.kind == FEEDBACK_REQUEST:
                deciding.keep(conn, asker, order, gathered, Standing(FeedbackState.SKIPPED, reason, words), now)
            orders.look_again(conn, asker.account, now + AGAIN, order_ids=[order.order_id])
            return Objection(f"{WITHDRAWN}{feedback_reasons.words(reason, words)}")
        case _:
            assert_never(decision)


def sent(conn: Connection, account: str, row: OutboxRow, at: datetime) -> None:
    """Note with its order that a mail left; twice for one mail does no harm."""
    if row.kind not in PROACTIVE_KINDS:
        return
    order = orders.order(conn, account, str(row.payload.get("order_id", "")))
    if order is None:
        return
    if row.kind != FEEDBACK_REQUEST:
        orders.look_again(conn, account, at, order_ids=[order.order_id])
    elif order.feedback is not FeedbackState.ASKED:
        orders.decided(
            conn,
            order.id,
            state=FeedbackState.ASKED,
            reason=FeedbackReason.ASKED,
            detail={"outbox": row.id},
            at=at,
            look_at=None,
            now=at,
        )
