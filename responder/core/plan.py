"""
A plan of action for Amazon's seller support: what happened, by which causes, and what was done, from recorded cases.

Only what is recorded is said. A cause is named where cases share it; whether it is the cause, a person confirms.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from responder.core.calendars import Calendar, DayKind, days
from responder.core.message import clean
from responder.core.metrics import Case, CaseKind, Level, Metric, Rate
from responder.core.metrics.windows import day_of, last_day_of

TEMPLATE = "plan_of_action"
MOST_ORDERS = 50
"""So many cases are named one by one; the others are counted."""
MOST_COMMENTS = 10
COMMENT_LIMIT = 300
NAME_LIMIT = 60
_SHARED = 2
_GROUPS = 3


class CauseKind(StrEnum):
    """What several cases have in common."""

    SHIPPING_CLOSED = "shipping_closed"  # the last day to ship lay in a closed time
    SHIPPING_WEEKDAY = "shipping_weekday"  # it was the same day of the week
    CARRIER = "carrier"
    SKU = "sku"
    OUT_OF_STOCK = "out_of_stock"  # cancelled, the same SKU: a guess
    SHIPPED_LATE = "shipped_late"
    ARRIVED_LATE = "arrived_late"
    ANSWER_CLOSED = "answer_closed"  # the message came in a closed time
    ANSWER_WEEKDAY = "answer_weekday"


class DoneKind(StrEnum):
    """What is recorded as done about a case."""

    REFUNDED = "refunded"
    ANSWERED = "answered"
    DELAY_NOTICE = "delay_notice"
    FEEDBACK_REMOVED = "feedback_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrder:
    """What is recorded of an order, or a thread, behind a case."""

    carrier: str | None = None
    skus: tuple[str, ...] = ()
    ship_by_at: datetime | None = None
    shipped_at: datetime | None = None
    deliver_by_at: datetime | None = None
    delivered_at: datetime | None = None
    done: tuple[tuple[DoneKind, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A case as it is named: its order, or None where a message names none, and the day it happened."""

    order_id: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one kind: how many, and those that are named, the newest first."""

    kind: CaseKind
    count: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """What `count` cases share; `name` is a SKU, a carrier or a closed time, `weekday` counts from Monday, 0."""

    kind: CauseKind
    count: int
    name: str | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about cases, with the day of each that is named."""

    kind: DoneKind
    count: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A buyer's own words, on one line."""

    order_id: str
    on: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """All that a plan may say; `others` are cases that are counted and not named. `until_on` belongs to the window."""

    metric: Metric
    account: str
    marketplace: str
    fulfilment: str | None
    level: Level
    days: int
    from_on: date
    until_on: date
    value: float | None
    cap: float | None
    numerator: int
    denominator: int
    amazon_value: float | None
    amazon_on: date | None
    at_risk: int
    groups: tuple[Group, ...]
    others: int
    causes: tuple[Cause, ...]
    done: tuple[Done, ...]
    comments: tuple[Comment, ...]


def facts(
    rate: Rate, known: Mapping[str, PlanOrder], threads: Mapping[int, PlanOrder], calendar: Calendar, zone: ZoneInfo
) -> PlanFacts:
    """Return what a plan about this rate may say; `known` by order, `threads` by their number, days are of `zone`."""
    cases = sorted(rate.cases, key=lambda case: (case.counted_at, case.order_id or ""), reverse=True)
    named = cases[:MOST_ORDERS]
    pairs = [(case, _known(case, known, threads)) for case in cases]
    figure = rate.amazon if rate.amazon and rate.amazon.value is not None else None
    return PlanFacts(
        metric=rate.metric,
        account=rate.account,
        marketplace=rate.marketplace,
        fulfilment=rate.fulfilment,
        level=rate.level,
        days=rate.rule.days,
        from_on=day_of(rate.window.from_at, zone),
        until_on=last_day_of(rate.window.until_at, zone),
        value=rate.value,
        cap=rate.rule.cap,
        numerator=rate.numerator,
        denominator=rate.denominator,
        amazon_value=figure.value if figure else None,
        amazon_on=day_of(figure.at, zone) if figure else None,
        at_risk=len(rate.at_risk),
        groups=tuple(_groups(cases, named, zone)),
        others=len(cases) - len(named),
        causes=tuple(_causes(rate.metric, pairs, calendar, zone)),
        done=tuple(_done(rate.metric, pairs, named, zone)),
        comments=tuple(_comments(named, zone)),
    )


def _known(case: Case, known: Mapping[str, PlanOrder], threads: Mapping[int, PlanOrder]) -> PlanOrder:
    """Return what is recorded behind a case; a late answer is about its thread, even where that names an order."""
    order = known.get(case.order_id or "", PlanOrder())
    return threads.get(case.thread_id or 0, order) if case.kind in _ANSWERS else order


_ANSWERS = (CaseKind.ANSWERED_LATE, CaseKind.NOT_ANSWERED)


def _mark(case: Case, zone: ZoneInfo) -> Mark:
    return Mark(case.order_id, day_of(case.happened_at, zone))


def _groups(cases: Sequence[Case], named: Sequence[Case], zone: ZoneInfo) -> Iterator[Group]:
    """Yield the cases by kind, the largest group first."""
    by_kind: dict[CaseKind, list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    for kind, of_kind in sorted(by_kind.items(), key=lambda each: (-len(each[1]), each[0])):
        yield Group(kind, len(of_kind), tuple(_mark(case, zone) for case in named if case.kind == kind))


_ALONE = (CauseKind.SHIPPING_CLOSED, CauseKind.SHIPPED_LATE, CauseKind.ARRIVED_LATE, CauseKind.ANSWER_CLOSED)
"""What one case can have; a product, a carrier or a day of the week is the same only beside another one's."""
Pair = tuple[Case, PlanOrder]
Sharing = Callable[[Pair], Iterable[Cause]]


def _causes(metric: Metric, pairs: Sequence[Pair], calendar: Calendar, zone: ZoneInfo) -> Iterator[Cause]:
    """Yield what cases share, one dimension after the other, in each the largest first."""

    def shipping(pair: Pair) -> Iterator[Cause]:
        at = pair[1].ship_by_at
        if at is not None:
            yield from _closed(CauseKind.SHIPPING_CLOSED, calendar, last_day_of(at, zone))

    def shipping_weekday(pair: Pair) -> Iterator[Cause]:
        at = pair[1].ship_by_at
        if at is not None and not list(shipping(pair)):
            yield Cause(CauseKind.SHIPPING_WEEKDAY, 1, weekday=last_day_of(at, zone).weekday())

    def asked(pair: Pair) -> Iterator[Cause]:
        yield from _closed(CauseKind.ANSWER_CLOSED, calendar, day_of(pair[0].counted_at, calendar.timezone))

    def asked_weekday(pair: Pair) -> Iterator[Cause]:
        if not list(asked(pair)):
            yield Cause(CauseKind.ANSWER_WEEKDAY, 1, weekday=day_of(pair[0].counted_at, calendar.timezone).weekday())

    late = partial(_late, zone=zone)
    dimensions: Mapping[Metric, tuple[Sharing, ...]] = {
        Metric.ORDER_DEFECT_RATE: (late, _sku),
        Metric.CANCELLATION_RATE: (_out_of_stock,),
        Metric.LATE_SHIPMENT_RATE: (shipping, shipping_weekday, _sku, _carrier),
        Metric.REFUND_RATE: (_sku, late),
        Metric.VALID_TRACKING_RATE: (_carrier,),
        Metric.ON_TIME_DELIVERY_RATE: (_carrier, late),
        Metric.RESPONSE_WITHIN_24H: (asked, asked_weekday),
        Metric.INVOICE_DEFECT_RATE: (),
    }
    for sharing in dimensions[metric]:
        yield from _shared(pairs, sharing)


def _shared(pairs: Sequence[Pair], sharing: Sharing) -> Iterator[Cause]:
    """Yield what at least two cases share; of the only one there is, what is true of it alone."""
    counts: dict[Cause, int] = defaultdict(int)
    for pair in pairs:
        for cause in dict.fromkeys(sharing(pair)):
            counts[cause] += 1
    wanted = sorted(counts.items(), key=lambda each: (-each[1], each[0].name or "", each[0].weekday or 0))
    for cause, count in wanted[:_GROUPS]:
        if count >= _SHARED or (len(pairs) == 1 and cause.kind in _ALONE):
            yield Cause(cause.kind, count, cause.name, cause.weekday)


def _closed(kind: CauseKind, calendar: Calendar, day: date) -> Iterator[Cause]:
    """Yield the closed time a day lies in; a weekend has no name."""
    (found,) = days(calendar, day, 1)
    if found.kind in (DayKind.WEEKEND, DayKind.HOLIDAY, DayKind.CLOSURE):
        yield Cause(kind, 1, name=clean(found.name, NAME_LIMIT) if found.name else None)


def _sku(pair: Pair) -> Iterator[Cause]:
    return (Cause(CauseKind.SKU, 1, name=clean(sku, NAME_LIMIT)) for sku in pair[1].skus)


def _out_of_stock(pair: Pair) -> Iterator[Cause]:
    return (Cause(CauseKind.OUT_OF_STOCK, 1, name=clean(sku, NAME_LIMIT)) for sku in pair[1].skus)


def _carrier(pair: Pair) -> Iterator[Cause]:
    if pair[1].carrier:
        yield Cause(CauseKind.CARRIER, 1, name=clean(pair[1].carrier, NAME_LIMIT))


def _late(pair: Pair, zone: ZoneInfo) -> Iterator[Cause]:
    """Days are compared, as the rates do: what leaves on the last day is in time, whatever the hour."""
    order = pair[1]
    if (at := order.shipped_at) and (until_at := order.ship_by_at) and day_of(at, zone) > last_day_of(until_at, zone):
        yield Cause(CauseKind.SHIPPED_LATE, 1)
    came_at, by_at = order.delivered_at, order.deliver_by_at
    if came_at and by_at and last_day_of(came_at, zone) > last_day_of(by_at, zone):
        yield Cause(CauseKind.ARRIVED_LATE, 1)


def _done(metric: Metric, pairs: Sequence[Pair], named: Sequence[Case], zone: ZoneInfo) -> Iterator[Done]:
    """Yield what was done, each order once, with its first day; where refunds are the cases they mend none."""
    shown = {case.order_id for case in named}
    for kind in DoneKind:
        if metric is Metric.REFUND_RATE and kind is DoneKind.REFUNDED:
            continue
        first: dict[tuple[str | None, int | None], datetime] = {}
        for case, order in pairs:
            if at := min((at for done, at in order.done if done == kind), default=None):
                key = (case.order_id, None if case.order_id else case.thread_id)
                first[key] = min(at, first.get(key, at))
        marks = (Mark(order_id, day_of(at, zone)) for (order_id, _), at in first.items() if order_id in shown)
        if first:
            yield Done(kind, len(first), tuple(marks))


def _comments(named: Sequence[Case], zone: ZoneInfo) -> Iterator[Comment]:
    said = (
        Comment(case.order_id, day_of(case.happened_at, zone), text)
        for case in named
        if case.order_id and (text := clean(str(case.detail.get("comment") or ""), COMMENT_LIMIT))
    )
    return (each for _, each in zip(range(MOST_COMMENTS), said, strict=False))
