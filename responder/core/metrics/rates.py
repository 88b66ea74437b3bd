"""
Every rate of an account in one store, by the rules that count there.

Each order is judged once a rule, whatever the number of days in the trend: 200,000 orders a year stay workable.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from responder.core.metrics import missing
from responder.core.metrics.amazon_figures import AMAZON, MERCHANT, amazon_figure
from responder.core.metrics.facts import MetricFacts, MetricOrder
from responder.core.metrics.headroom import headroom
from responder.core.metrics.judged import WELL, Found, Judged, Note
from responder.core.metrics.judging import JUDGES, response
from responder.core.metrics.rolling import Rolling
from responder.core.metrics.values import AmazonFigure, Basis, Case, Level, Metric, Rate, RateRule
from responder.core.metrics.windows import day_of, enters_on
from responder.core.orders import Channel

_HAPPENED = frozenset({Basis.PURCHASED, Basis.SHIPPED, Basis.RECEIVED})  # nothing of these can lie ahead
_MERCHANTS = frozenset(
    {
        Metric.CANCELLATION_RATE,
        Metric.LATE_SHIPMENT_RATE,
        Metric.VALID_TRACKING_RATE,
        Metric.ON_TIME_DELIVERY_RATE,
    }
)
_FUTURE = Judged(counts=False, notes=(Note.FUTURE,))
_BUSINESS_UNKNOWN = Judged(counts=False, notes=(Note.BUSINESS_UNKNOWN,))


@dataclass(frozen=True, slots=True)
class _Placed:
    """An order or message, when it is counted (`dated`: by the rule's own instant), and what becomes of it."""

    at: datetime
    judged: Judged
    order_id: str | None
    thread_id: int | None = None
    dated: bool = True

    def cases(self, found: Iterable[Found], **more: object) -> Iterator[Case]:
        """Yield what was found as cases; `more` is told beside their own details."""
        for each in found:
            yield Case(
                order_id=self.order_id,
                kind=each.kind,
                counted_at=self.at,
                happened_at=each.at,
                thread_id=self.thread_id,
                detail={**each.detail, **more},
            )


@dataclass(slots=True)
class _Sum:
    """What was found on the way through the orders or messages of one rule."""

    rolling: Rolling
    cases: list[Case] = field(default_factory=list)
    at_risk: list[Case] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    notes: Counter[Note] = field(default_factory=Counter)


def rates(facts: MetricFacts, rules: Sequence[RateRule], now: datetime) -> tuple[Rate, ...]:
    """Return the rates as they stand at `now`, in the order of the rules; events after `now` are not looked at."""
    by_amazon = any(order.channel is Channel.AMAZON for order in facts.orders)
    return tuple(
        _rate(facts, rule, fulfilment, now)
        for rule in _here(rules, facts.marketplace)
        for fulfilment in _fulfilments(facts, rule, now, by_amazon=by_amazon)
    )


def _fulfilments(facts: MetricFacts, rule: RateRule, now: datetime, *, by_amazon: bool) -> Iterator[str | None]:
    """Yield who ships what is counted apart; Amazon where an order says so, or its own figure has any."""
    if rule.metric is not Metric.ORDER_DEFECT_RATE:
        yield None
        return
    yield MERCHANT
    figure = amazon_figure(facts.performance, rule, AMAZON, now)
    if by_amazon or (figure is not None and (figure.denominator or figure.value)):
        yield AMAZON


def _here(rules: Sequence[RateRule], marketplace: str) -> Iterator[RateRule]:
    """Yield the rules that count in the store: where a row names it, the rows of that metric that name none do not."""
    named = {rule.metric for rule in rules if marketplace in rule.marketplaces}
    for rule in rules:
        if marketplace in rule.marketplaces or (not rule.marketplaces and rule.metric not in named):
            yield rule


def _rate(facts: MetricFacts, rule: RateRule, fulfilment: str | None, now: datetime) -> Rate:
    found = _summed(facts, rule, fulfilment, now)
    figure = amazon_figure(facts.performance, rule, fulfilment, now)
    numerator, denominator = found.rolling.now()
    return Rate(
        metric=rule.metric,
        account=facts.account,
        marketplace=facts.marketplace,
        fulfilment=fulfilment,
        rule=rule,
        window=found.rolling.window,
        numerator=numerator,
        denominator=denominator,
        headroom=_room(rule, numerator, denominator, figure),
        cases=_sorted(found.cases),
        at_risk=_sorted(found.at_risk),
        counts=dict(sorted(found.counts.items())),
        roll_off=found.rolling.roll_off(),
        trend=found.rolling.trend(),
        computed_from=missing.computed_from(facts, rule, found.rolling.window, denominator, figure),
        missing=missing.missing(facts, rule, found.rolling.window, found.notes, figure),
        amazon=figure,
    )


def _room(rule: RateRule, numerator: int, denominator: int, figure: AmazonFigure | None) -> int | None:
    """Return the room by the figure that leads: Amazon's own where it is fresh and has its counts, else ours."""
    if figure is not None and figure.fresh and figure.value is not None:
        if figure.numerator is not None and figure.denominator:
            return headroom(rule, figure.numerator, figure.denominator)
        if rule.level(figure.value) is Level.OVER:
            return 0
        if denominator and rule.level(numerator / denominator) is Level.OVER:
            return None  # it contradicts ours
    return headroom(rule, numerator, denominator)


def _sorted(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=lambda case: (case.counted_at, case.order_id or "", case.thread_id or 0, case.kind)))


def _summed(facts: MetricFacts, rule: RateRule, fulfilment: str | None, now: datetime) -> _Sum:
    found = _Sum(Rolling(rule, now, facts.zone))
    ours = _messages if rule.metric is Metric.RESPONSE_WITHIN_24H else _orders
    for placed in ours(facts, rule, fulfilment, found.rolling, now):
        judged = placed.judged
        if judged.counts and placed.dated:
            found.rolling.add(placed.at, against=bool(judged.against))
        if judged is WELL and placed.dated:
            continue  # most orders: there is nothing to tell of them
        if placed.at >= found.rolling.window.until_at:
            found.at_risk += _coming(placed, rule, facts)
        elif placed.at >= found.rolling.window.from_at:
            _take(placed, found)
    return found


def _take(placed: _Placed, found: _Sum) -> None:
    """Take in what lies in the window; without the rule's own instant nobody knows that it does: it is at risk."""
    judged = placed.judged
    against, at_risk = list(placed.cases(judged.against)), list(placed.cases(judged.at_risk))
    found.cases += against if placed.dated else ()
    found.at_risk += at_risk if placed.dated else against + at_risk
    found.counts.update(each.kind for each in (*judged.against, *judged.at_risk, *judged.told))
    found.notes.update(judged.notes)
    if judged.counts and not placed.dated:
        found.notes[Note.UNDATED] += 1


def _coming(placed: _Placed, rule: RateRule, facts: MetricFacts) -> Iterator[Case]:
    """Yield what is not in the window yet, and from which day on it will be."""
    found = (*placed.judged.against, *placed.judged.at_risk)
    if not placed.dated:
        yield from placed.cases(found)
    else:
        from_on = enters_on(rule, day_of(placed.at, facts.zone))
        yield from placed.cases(found, counts_from=from_on.isoformat())


def _messages(facts: MetricFacts, _: RateRule, __: str | None, rolling: Rolling, now: datetime) -> Iterator[_Placed]:
    for answer in facts.responses:
        at = answer.response.asked.at
        if rolling.earliest_at <= at < rolling.latest_at:
            judged = _FUTURE if at > now else response(answer, now)
            yield _Placed(at, judged, answer.order_id, answer.thread_id)


def _orders(
    facts: MetricFacts, rule: RateRule, fulfilment: str | None, rolling: Rolling, now: datetime
) -> Iterator[_Placed]:
    judge, basis = JUDGES[rule.metric], rule.basis.value
    for order in facts.orders:
        own_at: datetime | None = getattr(order, basis)
        at = own_at or _somewhere(order)
        if at is None or not rolling.earliest_at <= at < rolling.latest_at or not _concerns(order, rule, fulfilment):
            continue
        if at > now and (own_at is None or rule.basis in _HAPPENED):
            judged = _FUTURE if own_at is not None else Judged(counts=False)
        elif rule.metric is Metric.INVOICE_DEFECT_RATE and order.business is None:
            judged = _BUSINESS_UNKNOWN
        else:
            judged = judge(order, now, facts.zone)
            if judged.counts and order.channel is None and (fulfilment or rule.metric in _MERCHANTS):
                judged = replace(judged, notes=(*judged.notes, Note.CHANNEL_UNKNOWN))
        yield _Placed(at, judged, order.order_id, dated=own_at is not None)


def _concerns(order: MetricOrder, rule: RateRule, fulfilment: str | None) -> bool:
    """Return whether the rate is about such an order; one of which nobody knows who ships it is the seller's."""
    if rule.metric is Metric.INVOICE_DEFECT_RATE:
        return order.business is not False
    by_amazon = order.channel is Channel.AMAZON
    if fulfilment is not None:
        return by_amazon is (fulfilment == AMAZON)
    return not (by_amazon and rule.metric in _MERCHANTS)


def _somewhere(order: MetricOrder) -> datetime | None:
    """Return about when an order was, that does not have the instant it is counted by."""
    instants = (order.ship_by_at, order.purchased_at, order.shipped_at, order.deliver_by_at, order.delivered_at)
    known_at = next((at for at in instants if at is not None), None)
    return known_at or min((event.at for event in order.events), default=None)
