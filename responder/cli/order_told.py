"""
`responder orders --order ORDER`: the whole story of one order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import Store, order_story
from responder.adapters.store.decisions import Decided
from responder.adapters.store.order_list import Listed
from responder.adapters.store.outbox import OutboxRow
from responder.cli import order_words, suppress
from responder.cli.session import echo_json, local
from responder.cli.tables import cell
from responder.core import feedback_reasons
from responder.core.orders import EventKind, OrderEvent, OrderItem


def tell(
    store: Store,
    found: Sequence[Listed],
    at: datetime,
    zone: ZoneInfo,
    stores: Mapping[str, ZoneInfo],
    *,
    as_json: bool,
) -> None:
    """Print the story of an order, in each account that knows it; its own dates are on its store's clock."""
    for each in found:
        told = store.run(order_story.story, each.order)
        if as_json:
            items = [asdict(item) for item in told.items]
            story = [_chapter(one) for one in told.chapters]
            barred = [suppress.as_object(one) for one in told.barred]
            echo_json({**order_words.as_object(each, at), "suppressed": barred, "items": items, "story": story})
        else:
            there = stores.get(each.order.marketplace or "", zone)
            click.echo("\n".join(_lines(each, told, at, zone, there)))


def _lines(each: Listed, told: order_story.OrderStory, at: datetime, zone: ZoneInfo, there: ZoneInfo) -> Iterator[str]:
    """Yield an order's story: what is known, then what happened, the oldest first."""
    order = each.order
    yield f"Order {order.order_id} on {order.marketplace or 'an unknown marketplace'}, account {order.account}"
    for name, value in _facts(each, at, zone, there):
        if value:
            yield f"  {name:<12} {cell(value, order_words.WIDEST)}"
    for barred in told.barred:
        what = "about the order" if barred.subject == order.order_id else "to the buyer"
        said = cell(suppress.in_words(barred), order_words.WIDEST)
        yield f"  no mail      {what} since {local(barred.at, zone)}: {said}"
    for item in told.items:
        yield f"  item         {_item(item)}"
    for chapter in told.chapters:
        yield f"\n{local(chapter.at, zone)}  {cell(_sentence(chapter.what), order_words.WIDEST)}"
        for line in _details(chapter.what):
            yield f"                  {cell(line, order_words.WIDEST)}"


def _facts(each: Listed, at: datetime, zone: ZoneInfo, there: ZoneInfo) -> Iterator[tuple[str, str | None]]:
    order = each.order
    yield "buyer", " ".join(filter(None, (order.buyer_name, f"<{order.buyer_address}>" if order.buyer_address else "")))
    yield "kind", "Amazon Business: the invoice must be uploaded at Amazon" if order.business else None
    yield "status", " · ".join(filter(None, (order.status, order.channel and f"shipped by {order.channel}")))
    yield "clock", f"{there.key}, the store's, for the dates below" if there.key != zone.key else None
    yield "bought", order_words.moment(order.purchased_at, there)
    late = ", late" if each.is_late(at) else ""
    yield "ship by", f"{local(order.ship_by_at, there)}{late}" if order.ship_by_at else None
    yield (
        "shipped",
        " ".join(filter(None, (order_words.moment(order.shipped_at, there), order.carrier, order.tracking))),
    )
    yield "deliver by", order_words.moment(order.deliver_by_at, there)
    yield "delivered", order_words.moment(order.delivered_at, there)
    yield "feedback", order_words.standing(order, at, zone, short=False)
    yield "invoice", ": ".join(filter(None, (order.invoice, order.invoice_name)))
    yield "threads", ", ".join(f"{thread.id} ({thread.state})" for thread in each.threads)
    yield "look again", order_words.moment(order.look_at, zone)


def _item(item: OrderItem) -> str:
    number = f"{item.quantity} x" if item.quantity is not None else ""
    codes = ", ".join(filter(None, (item.sku, item.asin, item.status)))
    return cell(
        " ".join(filter(None, (number, item.title, f"({codes})" if codes else ""))) or item.item, order_words.WIDEST
    )


EVENTS = {
    EventKind.CANCELLED: "it was cancelled",
    EventKind.CANCELLATION_REQUESTED: "the buyer asked to cancel it",
    EventKind.REFUNDED: "it was refunded",
    EventKind.RETURN_REQUESTED: "the buyer asked to return it",
    EventKind.CLAIM_OPENED: "the buyer opened an A-to-z claim",
    EventKind.CLAIM_DECIDED: "Amazon decided the A-to-z claim",
    EventKind.CHARGEBACK: "the payment was disputed",
    EventKind.FEEDBACK: "the buyer gave feedback",
    EventKind.FEEDBACK_REMOVED: "Amazon removed the feedback",
}


def _sentence(what: OrderEvent | Decided | OutboxRow) -> str:
    match what:
        case OrderEvent() as event:
            return EVENTS[event.kind]
        case Decided() as decided:
            return f"decision: {decided.action}"
        case OutboxRow() as row:
            return f"our {row.kind} {row.id}: {row.state}" + (f" ({row.reason})" if row.reason else "")


def _details(what: OrderEvent | Decided | OutboxRow) -> list[str]:
    match what:
        case OrderEvent() as event:
            said = [f"{key}: {value}" for key, value in event.detail.items() if value not in (None, "")]
            return [*said, f"from {event.source}"]
        case Decided() as decided:
            words = decided.detail.get("words")
            return [str(words)] if words else [_reason(each) for each in decided.reasons]
        case OutboxRow() as row:
            return [f"to {row.recipient}", *([f"the server said: {row.smtp_reply}"] if row.smtp_reply else [])]


def _reason(kept: Any) -> str:
    """Return a kept reason as a sentence; one of another version as it is."""
    return feedback_reasons.words(kept["code"], kept.get("detail", "")) if isinstance(kept, dict) else str(kept)


def _chapter(chapter: order_story.Chapter) -> dict[str, Any]:
    match chapter.what:
        case OrderEvent() as event:
            what: dict[str, Any] = {"event": event.kind, "source": event.source, "detail": dict(event.detail)}
        case Decided() as decided:
            what = {"action": decided.action, "detail": decided.detail, "reasons": list(decided.reasons)}
        case OutboxRow() as row:
            what = {"outbox": row.id, "kind": row.kind, "state": row.state, "reason": row.reason}
    return {"at": chapter.at, **what}
