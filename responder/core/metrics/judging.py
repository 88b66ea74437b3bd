"""
How each rate judges an order or a message, one function a rate.

Days are compared as days of the store's clock: a report that names a day only must not make an order late that was not.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core.digest.order_facts import upload_by
from responder.core.metrics.defects import is_verified, known, order_defects, shown
from responder.core.metrics.facts import MetricOrder, MetricResponse
from responder.core.metrics.judged import LEFT_OUT, WELL, Found, Judged, Note
from responder.core.metrics.values import CaseKind, Metric
from responder.core.metrics.windows import day_of, last_day_of
from responder.core.orders import EventKind
from responder.core.response_times import DAY

Judge = Callable[[MetricOrder, datetime, ZoneInfo], Judged]
_SHIPPED = ("shipped", "delivered")  # how the status of an order begins


def _cancelled_at(order: MetricOrder, now: datetime) -> datetime | None:
    """Return when it was cancelled before its shipment."""
    at = min((event.at for event in known(order, now) if event.kind is EventKind.CANCELLED), default=None)
    return None if at is None or (order.shipped_at is not None and order.shipped_at <= at) else at


def cancellation(order: MetricOrder, now: datetime, _: ZoneInfo) -> Judged:
    """An order cancelled before its shipment, which the buyer did not ask for on Amazon's own way."""
    at = _cancelled_at(order, now)
    if at is None:
        return WELL
    asked = [event for event in known(order, now) if event.kind is EventKind.CANCELLATION_REQUESTED]
    if any(is_verified(event) for event in asked):
        return WELL
    unsure = (Note.REQUEST_UNVERIFIED,) if asked else ()
    return Judged(against=(Found(CaseKind.CANCELLED, at),), notes=(Note.CANCELLER_UNKNOWN, *unsure))


def late_shipment(order: MetricOrder, now: datetime, zone: ZoneInfo) -> Judged:
    """A shipment after the day until which it had to leave; one that is overdue counts once it leaves."""
    if order.shipped_at is None and _is_shipped(order):
        return Judged(counts=False, notes=(Note.SHIPPED_UNDATED,))
    if order.shipped_at is None and _cancelled_at(order, now) is not None:
        return LEFT_OUT
    if order.ship_by_at is None:
        return Judged(counts=False, notes=(Note.NO_SHIP_BY,))
    until = last_day_of(order.ship_by_at, zone)
    detail: dict[str, object] = {"ship_by": until.isoformat()}
    if order.shipped_at is None:
        overdue = day_of(now, zone) > until
        risk = (Found(CaseKind.UNSHIPPED_LATE, order.ship_by_at, detail),) if overdue else ()
        return Judged(counts=False, at_risk=risk)
    if day_of(order.shipped_at, zone) <= until:
        return WELL
    return Judged(against=(Found(CaseKind.SHIPPED_LATE, order.shipped_at, detail),))


def refund(order: MetricOrder, now: datetime, _: ZoneInfo) -> Judged:
    """An order of which anything was refunded."""
    refunds = [event for event in known(order, now) if event.kind is EventKind.REFUNDED]
    sure = [event for event in refunds if is_verified(event)]
    if not refunds:
        return WELL
    first = min(sure or refunds, key=lambda event: event.at)
    found = (Found(CaseKind.REFUNDED, first.at, shown(first)),)
    return Judged(against=found) if sure else Judged(at_risk=found, notes=(Note.UNVERIFIED,))


def valid_tracking(order: MetricOrder, _: datetime, __: ZoneInfo) -> Judged:
    """
    A shipment without a tracking number; whether a carrier scanned the parcel nobody here can see.

    A source that says when it was shipped says how: without it, that no number is known says nothing of the parcel.
    """
    if not _is_shipped(order):
        return LEFT_OUT
    if order.tracked:
        return WELL
    if order.shipped_at is None:
        return Judged(counts=False, notes=(Note.TRACKING_UNKNOWN,))
    return Judged(against=(Found(CaseKind.NO_TRACKING, order.shipped_at),))


def on_time_delivery(order: MetricOrder, _: datetime, zone: ZoneInfo) -> Judged:
    """A tracked shipment that was delivered after the day that was promised."""
    if not order.tracked or order.deliver_by_at is None:
        return LEFT_OUT
    if order.delivered_at is None:
        return Judged(counts=False, notes=(Note.NOT_DELIVERED,))
    until = last_day_of(order.deliver_by_at, zone)
    if last_day_of(order.delivered_at, zone) <= until:
        return WELL
    return Judged(against=(Found(CaseKind.DELIVERED_LATE, order.delivered_at, {"deliver_by": until.isoformat()}),))


def invoice(order: MetricOrder, _: datetime, zone: ZoneInfo) -> Judged:
    """A business order that was shipped: whether its invoice was uploaded in time nobody here can see."""
    by_at = None if order.shipped_at is None else upload_by(order.shipped_at, order.marketplace, zone)
    if by_at is None:
        return LEFT_OUT
    detail = {"upload_by": day_of(by_at, zone).isoformat()}
    return Judged(counts=False, at_risk=(Found(CaseKind.INVOICE_NOT_KNOWN, by_at, detail),))


def response(answer: MetricResponse, now: datetime) -> Judged:
    """A message that was not answered within 24 hours; one whose hours still run does not count yet."""
    given = answer.response
    if given.unknown:
        return Judged(counts=False, notes=(Note.ANSWERED_UNKNOWN,))
    if given.answered_at is not None and given.answered_at <= now:
        late = given.answered_at - given.asked.at > DAY
        return Judged(against=(Found(CaseKind.ANSWERED_LATE, given.answered_at),)) if late else WELL
    if now - given.asked.at <= DAY:
        return LEFT_OUT
    return Judged(against=(Found(CaseKind.NOT_ANSWERED, given.asked.at + DAY),))


def _is_shipped(order: MetricOrder) -> bool:
    """An order's status may say that it is shipped long before a report says when."""
    dated = order.shipped_at is not None or order.delivered_at is not None
    return dated or (order.status or "").casefold().startswith(_SHIPPED)


JUDGES: Mapping[Metric, Judge] = {
    Metric.ORDER_DEFECT_RATE: order_defects,
    Metric.CANCELLATION_RATE: cancellation,
    Metric.LATE_SHIPMENT_RATE: late_shipment,
    Metric.REFUND_RATE: refund,
    Metric.VALID_TRACKING_RATE: valid_tracking,
    Metric.ON_TIME_DELIVERY_RATE: on_time_delivery,
    Metric.INVOICE_DEFECT_RATE: invoice,
}
"""The judge of each rate that is counted by orders."""
