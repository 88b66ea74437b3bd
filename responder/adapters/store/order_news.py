"""
What a digest tells of orders: each business order once, a missing invoice, or what else is, as long as it is missing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from responder.adapters.store import order_list, report_files, schema
from responder.adapters.store.columns import is_set
from responder.core.digest import HeldBack, LacksInvoice, OrderNews, ToUpload, UnreadReport, upload_by
from responder.core.feedback_reasons import INVOICE_REASONS, FeedbackReason, words
from responder.core.orders import FeedbackState, Order

LATELY = timedelta(days=10)
"""How long after its shipping a business order is news: its file may come days later."""
READ = 5_000
_ORDER = schema.amazon_order.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where orders are: the clock of each marketplace, the seller's own, and the folder with the invoices."""

    zones: Mapping[str, ZoneInfo]
    zone: ZoneInfo
    folder: str


def news(conn: Connection, place: Place, now: datetime, *, told: Collection[int], shown: int) -> OrderNews:
    """Return what is to be told; `told` are the business orders of which a digest has told."""
    lacking, in_all = _lacking(conn, now, shown)
    files = report_files.untold(conn)
    return OrderNews(
        lacking=tuple(map(_lacks, lacking)),
        lacking_in_all=in_all,
        to_upload=tuple(_to_upload(order, place) for order in _shipped_to_business(conn, now) if order.id not in told),
        reports=tuple(UnreadReport(each.id, each.name, each.reason or "", each.state == "done") for each in files),
        held=tuple(_held_back(conn, now)),
        folder=place.folder,
    )


def told_of(conn: Connection, news: OrderNews, shown: Collection[int], now: datetime) -> list[int]:
    """Return the business orders of which digests have told once the one with these news was sent."""
    untold = {each.id for each in news.to_upload} - set(shown)
    return [order.id for order in _shipped_to_business(conn, now) if order.id not in untold]


def _lacks(order: Order) -> LacksInvoice:
    said = str(order.feedback_detail.get("words", ""))
    missing = order.feedback_reason == FeedbackReason.INVOICE_MISSING
    return LacksInvoice(
        order_id=order.order_id,
        marketplace=order.marketplace,
        until_at=order.feedback_at or order.first_at,
        expected=said if missing else "",
        refused="" if missing else words(order.feedback_reason or "", said),
    )


def _to_upload(order: Order, place: Place) -> ToUpload:
    shipped_at = order.shipped_at or order.first_at
    zone = place.zones.get(order.marketplace or "", place.zone)
    by_at = upload_by(shipped_at, order.marketplace, zone)
    return ToUpload(order.id, order.order_id, order.marketplace, shipped_at, by_at)


def _lacking(conn: Connection, now: datetime, limit: int) -> tuple[tuple[Order, ...], int]:
    """Return the requests that wait for an invoice and still may leave, the first to end first; and how many in all."""
    held = (
        _ORDER.feedback == FeedbackState.HELD,
        _ORDER.feedback_reason.in_(sorted(INVOICE_REASONS)),
        _ORDER.feedback_at > now,
    )
    found = order_list.matching(conn, *held, order_by=(_ORDER.feedback_at, _ORDER.id), limit=limit)
    if len(found) < limit:
        return found, len(found)
    return found, conn.scalar(select(func.count()).select_from(schema.amazon_order).where(*held)) or 0


def _held_back(conn: Connection, now: datetime) -> Iterator[HeldBack]:
    """Yield what else holds requests that still may leave; a mail in the outbox has its own line in the digest."""
    told_elsewhere = sorted(INVOICE_REASONS | {FeedbackReason.IN_OUTBOX_HELD})
    first_at, orders = func.min(_ORDER.feedback_at).label("first_at"), func.count().label("orders")
    held = select(_ORDER.feedback_reason, orders, first_at).where(
        _ORDER.feedback == FeedbackState.HELD,
        _ORDER.feedback_reason.not_in(told_elsewhere),
        _ORDER.feedback_at > now,
    )
    for row in conn.execute(held.group_by(_ORDER.feedback_reason).order_by(first_at, _ORDER.feedback_reason)):
        yield HeldBack(words(row.feedback_reason), row.orders, row.first_at)


def _shipped_to_business(conn: Connection, now: datetime) -> tuple[Order, ...]:
    shipped = (is_set(_ORDER.business), _ORDER.shipped_at > now - LATELY, _ORDER.shipped_at <= now)
    return order_list.matching(conn, *shipped, order_by=(_ORDER.shipped_at, _ORDER.id), limit=READ)
