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
NOWHERE = "the store is not known"
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


@dataclass(frozen=True, slots=True)
class _Need:
    """Reports of which a rate needs one, and what is not known without it."""

    kinds: tuple[ReportKind, ...]
    without: str


_ALL = _Need((ReportKind.ALL_ORDERS,), "a cancelled order is not known as one")
_SHIPPED = _Need((ReportKind.SHIPMENT_CONFIRMATION,), "when and how orders were shipped is not known")
_PROMISED = _Need((ReportKind.UNSHIPPED, ReportKind.ORDER), "until when orders had to be shipped is not known")
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
    Metric.ORDER_DEFECT_RATE: "Amazon's notices of claims, chargebacks and feedback.",
    Metric.CANCELLATION_RATE: "Amazon's notices of cancellation requests.",
    Metric.REFUND_RATE: "Amazon's notices of refunds.",
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
            yield f"Messages and answers in the mailbox since {_day(sources.mail_from, sources)}."
        return
    needs = (_Need(_ORDERS, ""), *_NEEDS[rate.metric])
    for kind, at in dict(filter(None, (sources.newest(need.kinds) for need in needs))).items():
        yield f"{_upper(_NAMES[kind])}, imported {_day(at, sources)}."
    if rate.metric in _FROM_NOTICES:
        yield _FROM_NOTICES[rate.metric]


def missing(rate: Rate, sources: Sources, now: datetime) -> Iterator[str]:
    """Yield what is not known, the most important first."""
    if rate.metric is Metric.RESPONSE_WITHIN_24H:
        yield from _of_mail(sources)
    else:
        yield from _of_orders(rate, sources, now)
        yield from _nowhere(rate, sources)
    if rate.rule.amazon and sources.figures_at is None:
        yield f"Amazon's own figure is not known: {_drop(ReportKind.PERFORMANCE)}."
    elif rate.rule.amazon and (rate.amazon is None or rate.amazon.value is None):
        yield "Amazon's newest report does not have this rate: see Account Health in Seller Central."
    if sources.said_later:
        orders, day = counted(sources.said_later, "order"), _day(now, sources)
        of_them = "it" if sources.said_later == 1 else "them"
        yield f"Reports of after {day} name {orders}: what they changed of {of_them}, undated, cannot be taken back."


def _of_mail(sources: Sources) -> Iterator[str]:
    if sources.mail_from is None:
        yield "No mail was read yet: start the daemon."
    if not sources.copies:
        yield (
            "No copy of an answer written in Seller Central ever came, so such answers are not seen: turn on"
            " Confirmation Notifications in its notification preferences."
        )
    if sources.no_store_messages:
        yield f"Of {counted(sources.no_store_messages, 'message')} {NOWHERE}: left out."
    yield "What never came by mail is not seen: Seller Central is the authority."


def _of_orders(rate: Rate, sources: Sources, now: datetime) -> Iterator[str]:
    newest = sources.newest(_ORDERS)
    if newest is None and sources.orders_from is None:
        yield f"No orders are known: {_drop(ReportKind.ALL_ORDERS)}."
    if newest is not None and newest[1] < min(rate.window.until_at, now - OLD):
        yield _is_old(*newest, sources)
    for need in _NEEDS[rate.metric]:
        known = sources.newest(need.kinds)
        if known is None:
            yield f"No {_NAMES[need.kinds[0]]} was imported, so {need.without}: {_drop(need.kinds[0])}."
        elif known[0] not in _ORDERS and known[1] < now - OLD:
            yield _is_old(*known, sources)


def _nowhere(rate: Rate, sources: Sources) -> Iterator[str]:
    """Yield what counts in no store of the account."""
    way_out = "import the report of all orders, which names it"
    if sources.no_store_defects and rate.metric is Metric.ORDER_DEFECT_RATE:
        orders = counted(sources.no_store_defects, "order")
        yield f"Of {orders} with a claim, a chargeback or feedback {NOWHERE}, left out: {way_out}."
    elif sources.no_store:
        yield f"Of {counted(sources.no_store, 'order')} of this account {NOWHERE}, left out: {way_out}."


def _is_old(kind: ReportKind, at: datetime, sources: Sources) -> str:
    return f"The newest {_NAMES[kind]} was imported {_day(at, sources)}: {_drop(kind, newer=True)}."


def _drop(kind: ReportKind, *, newer: bool = False) -> str:
    return f"drop {'a newer one' if newer else f'the {_NAMES[kind]}'} into the folder of orders"


def _day(at: datetime, sources: Sources) -> str:
    day = at.astimezone(sources.zone).date()
    return f"{wording.short_day(day)} {day.year}"


def _upper(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
