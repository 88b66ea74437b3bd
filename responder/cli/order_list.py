"""
`responder orders`: one line an order, or the whole story of one.

Read page by page: with 200,000 orders neither the memory nor the daemon's turn to write waits for the last of them.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from responder.adapters.store import Store, order_list, order_story
from responder.adapters.store.decisions import Decided
from responder.adapters.store.order_list import Listed, Wanted
from responder.adapters.store.outbox import OutboxRow
from responder.cli.session import echo_json, local, table
from responder.cli.state import instant, now, opened
from responder.cli.tables import cell
from responder.core import feedback_reasons, wording
from responder.core.orders import ORDER_ID, EventKind, FeedbackState, Order, OrderEvent, OrderItem
from responder.errors import UsageError

SHOWN = 500
PAGE = 1_000
NARROW = 140
"""Below this width of a terminal, reasons are said in two words, and marketplaces without "amazon."."""

Command = TypeVar("Command", bound=Callable[..., Any])


def options(command: Command) -> Command:
    """Give a command the options of the listing; they arrive under the names that `show` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--feedback",
        type=click.Choice([str(each) for each in FeedbackState]),
        help="Only those whose request for feedback is so.",
    ),
    click.option("--marketplace", metavar="NAME", help="Only of this marketplace, such as amazon.fr."),
    click.option("--account", metavar="NAME", help="Only of this account."),
    click.option("--late", is_flag=True, help="Only those shipped late, or not shipped in time."),
    click.option("--unshipped", is_flag=True, help="Only those of which no shipping date is known."),
    click.option("--business", is_flag=True, help="Only those of Amazon Business customers."),
    click.option("--since", metavar="DATE", help="Only those bought since then, such as 2026-11-01."),
    click.option("--order", "order_id", metavar="ORDER", help="The whole story of this order."),
    click.option("--limit", metavar="N", type=click.IntRange(min=1), help=f"At most so many (default: {SHOWN})."),
)


def show(
    ctx: click.Context,
    *,
    feedback: str | None,
    marketplace: str | None,
    account: str | None,
    late: bool,
    unshipped: bool,
    business: bool,
    since: str | None,
    order_id: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Print the orders that were asked for."""
    if order_id is not None and not ORDER_ID.match(order_id):
        raise click.UsageError(f"{order_id!r} is no order number; write it like 305-1234567-7654321")
    with opened(ctx) as (loaded, store):
        at = now()
        wanted = Wanted(
            account=account,
            order_id=order_id,
            marketplace=marketplace,
            feedback=feedback,
            since=None if since is None else instant(since, loaded),
            late_at=at if late else None,
            unshipped=unshipped,
            business=business,
        )
        if order_id is not None:
            _tell(store, wanted, at, loaded.config.timezone, as_json=as_json)
        elif as_json:
            for each in _pages(store, wanted, limit):
                echo_json(as_object(each, at))
        else:
            _table(store, wanted, limit or SHOWN, at, loaded.config.timezone)


def _pages(store: Store, wanted: Wanted, limit: int | None) -> Iterator[Listed]:
    """Yield the orders, the newest first, a transaction for each page."""
    last: Listed | None = None
    left = limit
    while left is None or left > 0:
        found = store.run(order_list.page, wanted, last, PAGE if left is None else min(PAGE, left))
        yield from found
        if not found:
            return
        last = found[-1]
        left = None if left is None else left - len(found)


def _table(store: Store, wanted: Wanted, limit: int, at: datetime, zone: ZoneInfo) -> None:
    found = list(_pages(store, wanted, limit))
    if not found:
        click.echo("No orders.")
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(lines(found, at, zone, width))
    number = store.run(order_list.count, wanted) if len(found) == limit else limit
    if number > limit:
        click.echo(f"and {number - limit} older: --limit {number} shows all, --json prints all")


HEADERS = ("ORDER", "MARKETPLACE", "SHIP BY", "SHIPPED", "DELIVERED", "INVOICE", "THREADS", "FEEDBACK")
SHORT = {"MARKETPLACE": "STORE", "DELIVERED": "ARRIVED"}
WIDEST = 130


def lines(found: list[Listed], at: datetime, zone: ZoneInfo, width: int | None) -> str:
    """Return one line an order under the headers; `width` is the terminal's, where there is one."""
    narrow = width is not None and width < NARROW
    accounts = len({each.order.account for each in found}) > 1
    headers = [SHORT.get(header, header) if narrow else header for header in HEADERS]
    rows = [_row(each, at, zone, short=narrow) for each in found]
    if accounts:
        headers.insert(2, "ACCOUNT")
        for row, each in zip(rows, found, strict=True):
            row.insert(2, each.order.account)
    text = table(rows, headers, WIDEST)
    return text if width is None else "\n".join(cell(line, width) for line in text.splitlines())


def _row(each: Listed, at: datetime, zone: ZoneInfo, *, short: bool) -> list[object]:
    order = each.order
    late = ("!" if short else " late") if each.is_late(at) else ""
    return [
        order.order_id,
        (order.marketplace or "").removeprefix("amazon.") if short else order.marketplace,
        f"{_day(order.ship_by_at, at, zone)}{late}",
        _day(order.shipped_at, at, zone),
        _day(order.delivered_at, at, zone),
        "upload" if order.business else order.invoice,
        _threads(each),
        _standing(order, at, zone, short=short),
    ]


def _threads(each: Listed) -> str | None:
    """The threads that wait, else those there were."""
    waiting = [str(thread.id) for thread in each.threads if thread.state == "open"]
    if waiting:
        return f"{waiting[0]} open" if len(waiting) == 1 else f"{len(waiting)} open"
    return ",".join(str(thread.id) for thread in each.threads[:3]) or None


def _day(day: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Return a day as `26 Nov`, with its year where that is not this one."""
    if day is None:
        return "-"
    there = day.astimezone(zone)
    year = "" if there.year == at.astimezone(zone).year else f" {there.year}"
    return f"{there.day} {wording.MONTHS[there.month - 1]}{year}"


def _instant(moment: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    return _day(moment, at, zone) + (f" {wording.clock(moment, zone)}" if moment else "")


def _standing(order: Order, at: datetime, zone: ZoneInfo, *, short: bool) -> str | None:
    """Return how far the request for feedback is, and why: in two words, or as a sentence."""
    if order.feedback_reason is None:
        return None
    if short:
        waits = order.feedback is FeedbackState.WAITING and order.feedback_at is not None
        state = f"until {_day(order.feedback_at, at, zone)}" if waits else str(order.feedback)
        asked = order.feedback is FeedbackState.ASKED
        return state if asked else f"{state}: {order.feedback_reason.replace('_', ' ')}"
    if order.feedback is FeedbackState.ASKED:
        return f"asked on {_instant(order.feedback_at, at, zone)}"
    until = f" until {_instant(order.feedback_at, at, zone)}" if order.feedback_at else ""
    return f"{order.feedback}{until}: {why(order)}"


def why(order: Order) -> str | None:
    """Return the reason of an order's state as a sentence."""
    if order.feedback_reason is None:
        return None
    return feedback_reasons.words(order.feedback_reason, str(order.feedback_detail.get("words", "")))


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


def _tell(store: Store, wanted: Wanted, at: datetime, zone: ZoneInfo, *, as_json: bool) -> None:
    """Print the story of an order, in each account that knows it."""
    found = list(_pages(store, wanted, None))
    if not found:
        raise UsageError(f"no order {wanted.order_id} is known; responder orders lists them")
    for each in found:
        told = store.run(order_story.story, each.order)
        if as_json:
            items = [asdict(item) for item in told.items]
            echo_json({**as_object(each, at), "items": items, "story": [_chapter(one) for one in told.chapters]})
        else:
            click.echo("\n".join(story_lines(each, told, at, zone)))


def story_lines(each: Listed, told: order_story.OrderStory, at: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield an order's story: what is known, then what happened, the oldest first."""
    order = each.order
    yield f"Order {order.order_id} on {order.marketplace or 'an unknown marketplace'}, account {order.account}"
    for name, value in _facts(each, at, zone):
        if value:
            yield f"  {name:<12} {cell(value, WIDEST)}"
    for item in told.items:
        yield f"  item         {_item(item)}"
    for chapter in told.chapters:
        yield f"\n{local(chapter.at, zone)}  {cell(_sentence(chapter.what), WIDEST)}"
        for line in _details(chapter.what):
            yield f"                  {cell(line, WIDEST)}"


def _facts(each: Listed, at: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str | None]]:
    order = each.order
    yield "buyer", " ".join(filter(None, (order.buyer_name, f"<{order.buyer_address}>" if order.buyer_address else "")))
    yield "kind", "Amazon Business: the invoice must be uploaded at Amazon" if order.business else None
    yield "status", " · ".join(filter(None, (order.status, order.channel and f"shipped by {order.channel}")))
    yield "bought", _moment(order.purchased_at, zone)
    late = ", late" if each.is_late(at) else ""
    yield "ship by", f"{local(order.ship_by_at, zone)}{late}" if order.ship_by_at else None
    yield "shipped", " ".join(filter(None, (_moment(order.shipped_at, zone), order.carrier, order.tracking)))
    yield "deliver by", _moment(order.deliver_by_at, zone)
    yield "delivered", _moment(order.delivered_at, zone)
    yield "feedback", _standing(order, at, zone, short=False)
    yield "invoice", ": ".join(filter(None, (order.invoice, order.invoice_name)))
    yield "threads", ", ".join(f"{thread.id} ({thread.state})" for thread in each.threads)
    yield "look again", _moment(order.look_at, zone)


def _moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else local(at, zone)


def _item(item: OrderItem) -> str:
    number = f"{item.quantity} x" if item.quantity is not None else ""
    codes = ", ".join(filter(None, (item.sku, item.asin, item.status)))
    return cell(" ".join(filter(None, (number, item.title, f"({codes})" if codes else ""))) or item.item, WIDEST)


EVENTS = {
    EventKind.CANCELLED: "it was cancelled",
    EventKind.CANCELLATION_REQUESTED: "the buyer asked to cancel it",
    EventKind.REFUNDED: "it was refunded",
    EventKind.RETURN_REQUESTED: "the buyer asked to return it",
    EventKind.CLAIM_OPENED: "the buyer opened an A-to-z claim",
    EventKind.CLAIM_DECIDED: "Amazon decided the A-to-z claim",
    EventKind.CHARGEBACK: "the payment was disputed",
    EventKind.FEEDBACK: "the buyer gave feedback",
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
