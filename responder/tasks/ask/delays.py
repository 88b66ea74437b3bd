"""
The notice that an order is sent later than planned: a person asks for it, and it leaves as every other mail to a buyer.

It is the one mail about its order that nobody asked for: no request for feedback follows it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from responder.adapters.store import decisions, feedback_facts, orders, outbox, proactive
from responder.adapters.store.feedback_facts import WITHDRAWN, AboutOrder, Known
from responder.adapters.store.outbox import NewOutbox, OutboxRow
from responder.core import compose
from responder.core.delays import DelayFacts, Refusal, ends_at, overtaken, refusals
from responder.core.feedback_values import Fate
from responder.core.objections import Objection
from responder.core.orders import Order
from responder.core.threads import ThreadState
from responder.tasks.ask.gathering import relay_of
from responder.tasks.ask.writing import Writer, written

OVERRULED = "overruled"
"""The detail of a notice (`payload`) that says what spoke against it when a person asked for it all the same."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A finished notice that nothing speaks against; `threads` of this buyer wait for an answer of their own."""

    order: Order
    mail: NewOutbox
    threads: tuple[int, ...]


def notice(
    conn: Connection, writer: Writer, order: Order, until: date, *, zone: ZoneInfo, force: bool, now: datetime
) -> Notice | tuple[Refusal, ...]:
    """
    Return the notice that the order is sent by `until` on the seller's clock, or what speaks against it.

    Raise `ComposeError` or `TemplateFailed` with the reason where none can be written.
    """
    (known,) = feedback_facts.known(conn, writer.account, [order])
    before = [each for each in known.mails if each.kind == compose.DELAY_NOTICE]
    sent = proactive.delays_told(conn, writer.account, [order.order_id]).get(order.order_id)
    facts = _facts(writer, known, before, zone, returned=sent is not None and sent.returned)
    if against := refusals(facts, until, force=force):
        return against
    key = proactive.key(compose.DELAY_NOTICE, writer.account, order.order_id)
    mail = written(
        writer, order, compose.DELAY_NOTICE, facts.address or "", None,
        key=f"{key}:{len(before) + 1}" if before else key,
        due_at=now, expires_at=ends_at(until, zone).astimezone(UTC), now=now, new_date=until,
    )  # fmt: skip
    overruled = [str(each.reason) for each in refusals(facts, until, force=False)]
    payload = {**mail.payload, "until": until.isoformat(), OVERRULED: overruled}
    waiting = tuple(each.id for each in known.threads if each.messages and each.state is ThreadState.OPEN)
    return Notice(order, replace(mail, payload=payload), waiting)


def _facts(writer: Writer, known: Known, before: list[AboutOrder], zone: ZoneInfo, *, returned: bool) -> DelayFacts:
    store = writer.catalogue.by_name(known.order.marketplace or "")
    # What never left, since a person or a rule of Amazon's kept it, told the buyer nothing.
    told = next((each for each in reversed(before) if each.fate in (Fate.LEFT, Fate.PENDING)), None)
    return DelayFacts(
        order=known.order,
        zone=zone if store is None else ZoneInfo(store.timezone),
        events=known.events,
        items=known.items,
        address=relay_of(writer.catalogue, known.address),
        suppressed=known.suppressed,
        told=None if told is None else f"outbox entry {told.id} {'did not arrive' if returned else f'is {told.state}'}",
    )


def tell(conn: Connection, wanted: Notice, who: str, now: datetime) -> int | None:
    """Keep a notice to send, and return its entry; None where another one for the order was faster."""
    mail, order = wanted.mail, wanted.order
    outbox_id = outbox.enqueue(conn, mail)
    if outbox_id is None:
        return None
    words = f"{who}: the buyer is told that it is sent by {mail.payload['until']}"
    detail = {"order_id": order.order_id, "words": "; ".join(filter(None, (words, mail.reason)))}
    decisions.decide(
        conn,
        decisions.Decision(at=now, action="tell_of_delay", account=mail.account, outbox_id=outbox_id, detail=detail),
    )
    orders.look_again(conn, mail.account, now, order_ids=[order.order_id])  # no request for feedback follows
    return outbox_id


def objection(conn: Connection, order: Order, row: OutboxRow) -> Objection | None:
    """Return what makes a notice pointless that waited; None when it may leave."""
    (known,) = feedback_facts.known(conn, order.account, [order])
    words = overtaken(order, known.events, known.items, row.payload.get(OVERRULED, ()))
    return None if words is None else Objection(f"{WITHDRAWN}{words}")
