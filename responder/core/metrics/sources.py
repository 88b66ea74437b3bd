"""
What a rate rests on, and what is missing for it: sentences for a person, each with the way out.

A rate is only as good as the reports behind it, and Amazon computes its own from data that the program never sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from responder.core import wording
from responder.core.metrics.values import Metric, Rate
from responder.core.report_columns import ReportKind
from responder.core.wording import counted

OLD = timedelta(days=7)
"""How old the newest report of a kind may be before a rate says so."""
_ORDERS = (ReportKind.ALL_ORDERS, ReportKind.ORDER, ReportKind.UNSHIPPED)
_NAMES: Mapping[ReportKind, str] = {
    ReportKind.UNSHIPPED: "report of unshipped orders",
    ReportKind.ORDER: "order report",
    ReportKind.ALL_ORDERS: "report of all orders",
    ReportKind.SHIPMENT_CONFIRMATION: "shipment confirmation file",
    ReportKind.FEEDBACK: "feedback report",
    ReportKind.RETURNS: "returns report",
    ReportKind.PERFORMANCE: "seller performance report",
}
_ANY_ORDERS = "order report"


@dataclass(frozen=True, slots=True)
class _Need:
    """Reports of which a rate needs one, and what is not known without it."""

    kinds: tuple[ReportKind, ...]
    without: str


_ALL = _Need((ReportKind.ALL_ORDERS,), "an order that was cancelled is not known as one")
_SHIPPED = _Need((ReportKind.SHIPMENT_CONFIRMATION,), "when orders were shipped, and how, is not known")
_PROMISED = _Need((ReportKind.UNSHIPPED, ReportKind.ORDER), "by when orders had to ship is not known")
_FEEDBACK = _Need((ReportKind.FEEDBACK,), "negative feedback is known from Amazon's notices only")
_RETURNS = _Need((ReportKind.RETURNS,), "refunds are known from Amazon's notices only")
_NEEDS: Mapping[Metric, tuple[_Need, ...]] = {
    Metric.ORDER_DEFECT_RATE: (_FEEDBACK,),
    Metric.CANCELLATION_RATE: (_ALL,),
    Metric.LATE_SHIPMENT_RATE: (_PROMISED, _SHIPPED),
    Metric.REFUND_RATE: (_RETURNS,),
    Metric.VALID_TRACKING_RATE: (_SHIPPED,),
    Metric.ON_TIME_DELIVERY_RATE: (_SHIPPED,),
    Metric.RESPONSE_WITHIN_24H: (),
    Metric.INVOICE_DEFECT_RATE: (),
}
_FROM_NOTICES: Mapping[Metric, str] = {
    Metric.ORDER_DEFECT_RATE: "claims, chargebacks and feedback that Amazon's notices tell of",
    Metric.CANCELLATION_RATE: "cancellation requests that Amazon's notices tell of",
    Metric.REFUND_RATE: "refunds that Amazon's notices tell of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    What the rates of an account in one store rest on, at one instant.

    `reports` has when the newest file of each kind was imported, `orders_from` and `mail_from` since when there are
    any. `no_store` orders, of which `no_store_defects` have a defect, and `no_store_messages` name no store, so they
    count in none. Of `said_later` orders something was reported after that instant.
    """

    zone: ZoneInfo
    reports: Mapping[str, datetime] = field(default_factory=dict)
    orders_from: datetime | None = None
    mail_from: datetime | None = None
    copies: bool = False
    figures_at: datetime | None = None
    no_store: int = 0
    no_store_messages: int = 0
    no_store_defects: int = 0
    said_later: int = 0

    def newest(self, kinds: tuple[ReportKind, ...]) -> tuple[ReportKind, datetime] | None:
        """Return the newest report of one of these kinds."""
        found = [(self.reports[kind], kind) for kind in kinds if kind in self.reports]
        return (max(found)[1], max(found)[0]) if found else None


def computed_from(rate: Rate, sources: Sources) -> Iterator[str]:
    """Yield what the rate rests on."""
    if rate.metric is Metric.RESPONSE_WITHIN_24H:
        if sources.mail_from is not None:
            yield f"messages and answers in the mailbox since {_day(sources.mail_from, sources)}"
        return
    needs = (_Need(_ORDERS, ""), *_NEEDS[rate.metric])
    found = dict(filter(None, (sources.newest(need.kinds) for need in needs)))
    for kind, at in found.items():
        yield f"{_NAMES[kind]}, imported {_day(at, sources)}"
    if rate.metric in _FROM_NOTICES:
        yield _FROM_NOTICES[rate.metric]


def missing(rate: Rate, sources: Sources, now: datetime) -> Iterator[str]:
    """Yield what is not known, the most important first."""
    if rate.metric is Metric.RESPONSE_WITHIN_24H:
        yield from _of_mail(rate, sources)
    else:
        yield from _of_orders(rate, sources, now)
        yield from (words for need in _NEEDS[rate.metric] if (words := _lacking(need, sources, now)))
        yield from _nowhere(rate, sources)
    if rate.rule.amazon and sources.figures_at is None:
        yield f"Amazon's own figure is not known: {_drop(ReportKind.PERFORMANCE)}"
    if sources.said_later:
        yield (
            f"{counted(sources.said_later, 'order')} were reported again after {_day(now, sources)}: what the reports"
            " changed since, other than what happened later, cannot be taken back"
        )


def _of_mail(rate: Rate, sources: Sources) -> Iterator[str]:
    if sources.mail_from is None:
        yield "no mail was read yet: start the daemon"
    elif sources.mail_from > rate.window.from_at:
        yield (
            f"mail is known since {_day(sources.mail_from, sources)}, and the window begins on"
            f" {_day(rate.window.from_at, sources)}"
        )
    if not sources.copies:
        yield (
            "no copy of an answer written in Seller Central ever came, so such answers are not seen: turn on"
            ' "Confirmation Notifications" in its notification preferences'
        )
    if sources.no_store_messages:
        yield f"{counted(sources.no_store_messages, 'message')} of this account name no store and count in none"
    yield "messages that never came by mail are not seen; Seller Central is the authority"


def _of_orders(rate: Rate, sources: Sources, now: datetime) -> Iterator[str]:
    newest = sources.newest(_ORDERS)
    if newest is None and sources.orders_from is None:
        yield f"no orders are known: {_drop(ReportKind.ALL_ORDERS)}"
        return
    if sources.orders_from is not None and sources.orders_from > rate.window.from_at:
        yield (
            f"orders of this store are known since {_day(sources.orders_from, sources)}, and the window begins on"
            f" {_day(rate.window.from_at, sources)}: import reports of the days before"
        )
    if newest is not None and newest[1] < min(rate.window.until_at, now - OLD):
        yield f"the newest {_ANY_ORDERS} was imported {_day(newest[1], sources)}: {_drop(newest[0], newer=True)}"


def _nowhere(rate: Rate, sources: Sources) -> Iterator[str]:
    """Yield what counts in no store of the account."""
    way_out = "import the report of all orders, which names it"
    if sources.no_store_defects and rate.metric is Metric.ORDER_DEFECT_RATE:
        found = counted(sources.no_store_defects, "order")
        yield f"{found} with a claim, a chargeback or feedback: the store is not known, so it counts in none: {way_out}"
    elif sources.no_store:
        yield f"{counted(sources.no_store, 'order')} of this account: the store is not known: {way_out}"


def _lacking(need: _Need, sources: Sources, now: datetime) -> str | None:
    newest = sources.newest(need.kinds)
    if newest is None:
        return f"no {_NAMES[need.kinds[0]]} was imported, so {need.without}: {_drop(need.kinds[0])}"
    kind, at = newest
    if at >= now - OLD or kind in _ORDERS:
        return None
    return f"the newest {_NAMES[kind]} was imported {_day(at, sources)}: {_drop(kind, newer=True)}"


def _drop(kind: ReportKind, *, newer: bool = False) -> str:
    which = "a newer one" if newer else f"the {_NAMES[kind]}"
    return f"drop {which} into the folder of orders"


def _day(at: datetime, sources: Sources) -> str:
    day = at.astimezone(sources.zone).date()
    return f"{wording.short_day(day)} {day.year}"
