"""
The rates computed a second time, slowly and by other means.

Dates instead of instants, quantifiers instead of order, and counting on instead of arithmetic: nothing of the program's
own computation is used, only its values.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from responder.core.metrics.facts import MetricFacts, MetricOrder, MetricResponse
from responder.core.metrics.values import RateRule
from responder.core.orders import OrderEvent

DAY = timedelta(days=1)
SHARES = ("valid_tracking_rate", "on_time_delivery_rate", "response_within_24h")
SELLERS = ("cancellation_rate", "late_shipment_rate", "valid_tracking_rate", "on_time_delivery_rate")
MEASURED = ("amazon.co.uk", "amazon.de", "amazon.fr", "amazon.it", "amazon.es")


@dataclass(slots=True)
class Slow:
    """What a rate has to be."""

    numerator: int = 0
    denominator: int = 0
    headroom: int | None = None
    cases: set[tuple[str, str]] = field(default_factory=set)
    at_risk: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    roll_off: list[tuple[date, int]] = field(default_factory=list)
    trend: list[tuple[date, float | None]] = field(default_factory=list)


@dataclass(slots=True)
class Seen:
    """One order or message as a rate sees it: its day, whether that is sure, and what is said against it."""

    name: str
    day: date
    sure: bool
    counts: bool = True
    bad: list[str] = field(default_factory=list)
    risky: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def slow_rate(facts: MetricFacts, rule: RateRule, fulfilment: str | None, now: datetime) -> Slow:
    """Return one rate, looked up order by order and day by day."""
    today = now.astimezone(facts.zone).date()
    seen = list(_seen(facts, rule, fulfilment, now))
    result = Slow()
    held = [each for each in seen if holds(rule, today, each.day)]
    for each in held:
        for kind in (*each.bad, *each.risky, *each.told):
            result.counts[kind] = result.counts.get(kind, 0) + 1
        result.cases |= {(each.name, kind) for kind in each.bad if each.sure}
        result.at_risk |= {(each.name, kind) for kind in each.risky}
        result.at_risk |= {(each.name, kind) for kind in each.bad if not each.sure}
    for each in seen:
        if not holds(rule, today, each.day) and each.day > today - rule.lag_days * DAY:
            result.at_risk |= {(each.name, kind) for kind in (*each.bad, *each.risky)}
    good, bad = _figures(held)
    result.denominator = good + bad
    result.numerator = good if rule.metric in SHARES else bad
    result.headroom = _headroom(rule, good, bad)
    against = [each for each in held if each.sure and each.counts and each.bad]
    for ahead in range(1, 1000):
        day = today + ahead * DAY
        leaving = [e for e in against if holds(rule, day - DAY, e.day) and not holds(rule, day, e.day)]
        if leaving:
            result.roll_off.append((day, len(leaving)))
        if sum(cases for _, cases in result.roll_off) == len(against):
            break
    for back in range(13, -1, -1):
        good, bad = _figures([each for each in seen if holds(rule, today - back * DAY, each.day)])
        value = None if good + bad == 0 else (good if rule.metric in SHARES else bad) / (good + bad)
        result.trend.append((today - back * DAY, value))
    return result


def holds(rule: RateRule, today: date, day: date) -> bool:
    """Return whether the window of `today` has the day."""
    age = (today - day).days
    return rule.lag_days <= age < rule.lag_days + rule.days


def _figures(seen: Sequence[Seen]) -> tuple[int, int]:
    counted = [each for each in seen if each.sure and each.counts]
    bad = sum(1 for each in counted if each.bad)
    return len(counted) - bad, bad


def _headroom(rule: RateRule, good: int, bad: int) -> int | None:
    """Return how often one more may go wrong, tried one after the other."""
    total = good + bad
    if rule.cap is None or total == 0:
        return None
    limit = Decimal(repr(rule.cap)) * total
    more = 0
    while more < good:
        good_then, bad_then = good - more - 1, bad + more + 1
        if good_then < limit if rule.metric in SHARES else bad_then >= limit:
            break
        more += 1
    return more


def _seen(facts: MetricFacts, rule: RateRule, fulfilment: str | None, now: datetime) -> Iterator[Seen]:
    if rule.metric == "response_within_24h":
        for answer in facts.responses:
            day = answer.response.asked.at.astimezone(facts.zone).date()
            seen = Seen(str(answer.thread_id), day, True)
            if answer.response.asked.at <= now:
                _answered(seen, answer, now)
                yield seen
        return
    for order in facts.orders:
        own = getattr(order, str(rule.basis))
        places = [order.ship_by_at, order.purchased_at, order.shipped_at, order.deliver_by_at, order.delivered_at]
        places = [place for place in places if place] + [min([event.at for event in order.events] or [None])]
        at = own or places[0]
        if at is None or not _is_meant(order, rule, fulfilment):
            continue
        if at > now and (own is None or rule.basis in ("purchased_at", "shipped_at")):
            continue
        if at > now and not holds(rule, now.astimezone(facts.zone).date(), at.astimezone(facts.zone).date()):
            continue
        seen = Seen(order.order_id, at.astimezone(facts.zone).date(), own is not None)
        if rule.metric == "invoice_defect_rate" and order.business is None:
            continue
        _JUDGES[str(rule.metric)](seen, order, facts, now)
        yield seen


def _is_meant(order: MetricOrder, rule: RateRule, fulfilment: str | None) -> bool:
    if rule.metric == "invoice_defect_rate" and order.business is False:
        return False
    if fulfilment == "afn":
        return order.channel == "amazon"
    if fulfilment == "mfn" or rule.metric in SELLERS:
        return order.channel != "amazon"
    return True


def _answered(seen: Seen, answer: MetricResponse, now: datetime) -> None:
    given = answer.response
    over = given.asked.at + DAY
    answered = given.answered_at if given.answered_at is not None and given.answered_at <= now else None
    if given.unknown or (answered is None and now <= over):
        seen.counts = False
    elif answered is None:
        seen.bad.append("not_answered")
    elif answered > over:
        seen.bad.append("answered_late")


def _events(order: MetricOrder, kind: str, now: datetime) -> list[OrderEvent]:
    return [event for event in order.events if event.kind == kind and event.at <= now]


def _proven(event: OrderEvent) -> bool:
    return event.detail.get("verified") is not False


def _defects(seen: Seen, order: MetricOrder, facts: MetricFacts, now: datetime) -> None:
    proven = _kinds(order, facts, now, _proven)
    told = _kinds(order, facts, now, lambda event: _proven(event) or not _is_good_news(event))
    seen.bad = sorted(proven - {"claim_opened", "claim_denied"})
    seen.told = sorted(proven & {"claim_denied"})
    seen.risky = sorted((proven & {"claim_opened"}) | (told - proven))


def _is_good_news(event: OrderEvent) -> bool:
    if event.kind == "feedback":
        return (event.detail.get("rating") or 0) > 2
    if event.kind == "claim_decided":
        return event.detail.get("outcome") == "denied"
    return event.kind == "feedback_removed"


def _kinds(order: MetricOrder, facts: MetricFacts, now: datetime, takes: Callable[[OrderEvent], bool]) -> set[str]:
    """Return which defects there are, each said as "there is one, and none that undoes it"."""
    found = set()

    def of(kind: str) -> list[OrderEvent]:
        return [event for event in _events(order, kind, now) if takes(event)]

    def day(event: OrderEvent) -> date:
        return event.at.astimezone(facts.zone).date()

    left = [given for given in of("feedback") if all(gone.at < given.at for gone in of("feedback_removed"))]
    for given in left:
        if (given.detail.get("rating") or 0) <= 2 and not any(day(other) > day(given) for other in left):
            found.add("negative_feedback")
    rank = {"denied": 0, None: 1, "granted": 2}
    decisions = [(event.at, rank[event.detail.get("outcome")]) for event in of("claim_decided")]
    if decisions:
        found.add(("claim_denied", "claim_decided", "claim_granted")[max(decisions)[1]])
    for event in of("claim_opened"):
        if not decisions or (max(decisions)[1] == 0 and event.at > max(decisions)[0]):
            found.add("claim_opened")
    if of("chargeback"):
        found.add("chargeback")
    return found


def _cancelled(order: MetricOrder, now: datetime) -> datetime | None:
    times = sorted(event.at for event in _events(order, "cancelled", now))
    if not times or (order.shipped_at is not None and not order.shipped_at > times[0]):
        return None
    return times[0]


def _cancellation(seen: Seen, order: MetricOrder, _: MetricFacts, now: datetime) -> None:
    asked = any(_proven(event) for event in _events(order, "cancellation_requested", now))
    if _cancelled(order, now) is not None and not asked:
        seen.bad.append("cancelled")


def _late(seen: Seen, order: MetricOrder, facts: MetricFacts, now: datetime) -> None:
    gone = order.shipped_at or order.delivered_at or (order.status or "").lower().startswith(("shipped", "delivered"))
    seen.counts = order.shipped_at is not None and order.ship_by_at is not None
    if order.ship_by_at is None:
        return
    limit = (order.ship_by_at - timedelta(microseconds=1)).astimezone(facts.zone).date()
    if order.shipped_at is not None:
        if order.shipped_at.astimezone(facts.zone).date() > limit:
            seen.bad.append("shipped_late")
    elif not gone and _cancelled(order, now) is None and now.astimezone(facts.zone).date() > limit:
        seen.risky.append("unshipped_late")


def _refund(seen: Seen, order: MetricOrder, _: MetricFacts, now: datetime) -> None:
    refunds = _events(order, "refunded", now)
    if any(_proven(event) for event in refunds):
        seen.bad.append("refunded")
    elif refunds:
        seen.risky.append("refunded")


def _tracking(seen: Seen, order: MetricOrder, _: MetricFacts, __: datetime) -> None:
    gone = order.shipped_at or order.delivered_at or (order.status or "").lower().startswith(("shipped", "delivered"))
    seen.counts = bool(gone and (order.tracked or order.shipped_at))
    if order.shipped_at and not order.tracked:
        seen.bad.append("no_tracking")


def _on_time(seen: Seen, order: MetricOrder, facts: MetricFacts, _: datetime) -> None:
    seen.counts = bool(order.tracked and order.deliver_by_at and order.delivered_at)
    if seen.counts and order.deliver_by_at is not None and order.delivered_at is not None:
        tick = timedelta(microseconds=1)
        came, due = ((at - tick).astimezone(facts.zone).date() for at in (order.delivered_at, order.deliver_by_at))
        if came > due:
            seen.bad.append("delivered_late")


def _invoice(seen: Seen, order: MetricOrder, _: MetricFacts, __: datetime) -> None:
    seen.counts = False
    if order.business and order.shipped_at is not None and order.marketplace in MEASURED:
        seen.risky.append("invoice_not_known")


_JUDGES: dict[str, Callable[[Seen, MetricOrder, MetricFacts, datetime], None]] = {
    "order_defect_rate": _defects,
    "cancellation_rate": _cancellation,
    "late_shipment_rate": _late,
    "refund_rate": _refund,
    "valid_tracking_rate": _tracking,
    "on_time_delivery_rate": _on_time,
    "invoice_defect_rate": _invoice,
}
