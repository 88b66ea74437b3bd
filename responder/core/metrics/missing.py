"""
What a rate was computed from and what is missing, in sentences for the seller.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from responder.core.metrics.facts import MetricFacts
from responder.core.metrics.judged import Note
from responder.core.metrics.values import AmazonFigure, Basis, Metric, RateRule, Window
from responder.core.metrics.windows import day_of, last_day_of
from responder.core.wording import counted, short_day

_COUNTED: Mapping[Basis, str] = {
    Basis.PURCHASED: "bought",
    Basis.SHIP_BY: "to be shipped",
    Basis.SHIPPED: "shipped",
    Basis.DELIVER_BY: "promised for delivery",
    Basis.RECEIVED: "received",
}
# What nobody can know from a mailbox and reports, whatever the orders are.
_ALWAYS: Mapping[Metric, tuple[str, ...]] = {
    Metric.ORDER_DEFECT_RATE: ("Feedback, claims and chargebacks are known from notices and imported reports only.",),
    Metric.LATE_SHIPMENT_RATE: ("Reports name when an order was shipped; Amazon counts when that was confirmed.",),
    Metric.VALID_TRACKING_RATE: ("Whether a carrier scanned a parcel is not known; Amazon counts only those.",),
    Metric.ON_TIME_DELIVERY_RATE: ("Only orders whose delivery a report dates are counted.",),
    Metric.INVOICE_DEFECT_RATE: ("Whether an invoice was uploaded cannot be seen from here: see Amazon's own figure.",),
}
NOTHING_KNOWN = "Nothing is known of this store yet."
_UNDATED: Mapping[Basis, str] = {
    Basis.PURCHASED: "bought",
    Basis.SHIP_BY: "to be shipped",
    Basis.SHIPPED: "shipped",
    Basis.DELIVER_BY: "to be delivered",
    Basis.RECEIVED: "received",
}
# Of one order or message, and of many.
_NOTES: Mapping[Note, tuple[str, str]] = {
    Note.UNDATED: (
        "1 order is left out: no report says when it was {when}.",
        "{n} orders are left out: no report says when they were {when}.",
    ),
    Note.FUTURE: (
        "1 {what} is left out: by its date it lies in the future.",
        "{n} {what}s are left out: by their dates they lie in the future.",
    ),
    Note.CHANNEL_UNKNOWN: (
        "Nobody knows who ships 1 order: it counts as shipped by the seller.",
        "Nobody knows who ships {n} orders: they count as shipped by the seller.",
    ),
    Note.BUSINESS_UNKNOWN: (
        "No report says whether a business bought 1 order: it is left out.",
        "No report says whether a business bought {n} orders: they are left out.",
    ),
    Note.UNVERIFIED: (
        "1 order has a notice that could not be verified: it moves nothing.",
        "{n} orders have notices that could not be verified: they move nothing.",
    ),
    Note.OUTCOME_UNKNOWN: (
        "How 1 claim was decided is not known: it counts, to be on the safe side.",
        "How {n} claims were decided is not known: they count, to be on the safe side.",
    ),
    Note.CANCELLER_UNKNOWN: (
        "No report says who cancelled 1 order: the rate is an upper bound.",
        "No report says who cancelled {n} orders: the rate is an upper bound.",
    ),
    Note.REQUEST_UNVERIFIED: (
        "1 order counts although the buyer may have asked to cancel it: that mail could not be verified.",
        "{n} orders count although their buyers may have asked to cancel them: those mails could not be verified.",
    ),
    Note.SHIPPED_UNDATED: (
        "1 order is shipped, and no report says when: it is left out.",
        "{n} orders are shipped, and no report says when: they are left out.",
    ),
    Note.NO_SHIP_BY: (
        "No report says until when 1 order had to be shipped: it is left out.",
        "No report says until when {n} orders had to be shipped: they are left out.",
    ),
    Note.TRACKING_UNKNOWN: (
        "1 order is shipped, and no report says how: it is left out.",
        "{n} orders are shipped, and no report says how: they are left out.",
    ),
    Note.NOT_DELIVERED: (
        "No report says when 1 order was delivered: it is left out.",
        "No report says when {n} orders were delivered: they are left out.",
    ),
    Note.ANSWERED_UNKNOWN: (
        "1 message was answered, nobody knows when: it is left out.",
        "{n} messages were answered, nobody knows when: they are left out.",
    ),
}


def computed_from(
    facts: MetricFacts, rule: RateRule, window: Window, denominator: int, figure: AmazonFigure | None
) -> tuple[str, ...]:
    """Return what the rate rests on."""
    what = _thing(rule)
    days = (
        f"{counted(rule.days, 'day')}, {_day(window.from_at, facts.zone)} to {_last_day(window.until_at, facts.zone)}"
    )
    ours = f"{counted(denominator, what)} {_COUNTED[rule.basis]} in {days}."
    if figure is None or figure.value is None or not figure.fresh:
        return (ours,)
    return ours, f"Amazon's own figure in its report of {_day(figure.at, facts.zone)}: it leads."


def missing(
    facts: MetricFacts, rule: RateRule, window: Window, notes: Mapping[Note, int], figure: AmazonFigure | None
) -> tuple[str, ...]:
    """Return what could not be known."""
    return (*_data(facts, rule, window), *_noted(rule, notes), *_ALWAYS.get(rule.metric, ()), *_figure(facts, figure))


def _data(facts: MetricFacts, rule: RateRule, window: Window) -> Iterator[str]:
    counted_by = facts.responses if rule.basis is Basis.RECEIVED else facts.orders
    if facts.first_at is None and not counted_by:
        yield NOTHING_KNOWN
    elif facts.first_at is not None and facts.first_at > window.from_at:
        since, begins = _day(facts.first_at, facts.zone), _day(window.from_at, facts.zone)
        yield f"Data is known since {since} only, and the days counted begin on {begins}."


def _noted(rule: RateRule, notes: Mapping[Note, int]) -> Iterator[str]:
    for note, (one, many) in _NOTES.items():
        if number := notes.get(note, 0):
            words = one if number == 1 else many
            yield words.format(n=number, what=_thing(rule), when=_UNDATED[rule.basis])


def _figure(facts: MetricFacts, figure: AmazonFigure | None) -> Iterator[str]:
    if figure is not None and not figure.fresh:
        yield f"Amazon's own figure is of {_day(figure.at, facts.zone)}: too old to lead. Import a newer report."


def _thing(rule: RateRule) -> str:
    return "message" if rule.basis is Basis.RECEIVED else "order"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return short_day(day_of(at, zone))


def _last_day(at: datetime, zone: ZoneInfo) -> str:
    return short_day(last_day_of(at, zone))
