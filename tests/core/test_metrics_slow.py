"""The rates against a second, slow computation by other means."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.metrics_slow import slow_rate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder.core.metrics import Basis, Bound, Metric, RateRule
from responder.core.metrics.facts import MetricFacts, MetricOrder, MetricResponse
from responder.core.metrics.rates import rates
from responder.core.orders import Channel, EventKind, OrderEvent
from responder.core.response_times import DAY, Asked, Response

BASES = (Basis.PURCHASED, Basis.SHIP_BY, Basis.SHIPPED, Basis.DELIVER_BY)
SHARES = (Metric.VALID_TRACKING_RATE, Metric.ON_TIME_DELIVERY_RATE, Metric.RESPONSE_WITHIN_24H)
# Clocks change at night, at midnight, by half an hour, and a day was left out of the calendar.
ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Asia/Tokyo")
TODAYS = (date(2026, 10, 26), date(2026, 3, 30), date(2018, 11, 6), date(2012, 1, 3), date(2026, 7, 1))
# Around midnights and in between, so that instants meet one another and the ends of windows.
HOURS = (-24, -1, 0, 0, 1, 12, 23, 24)
CAPS = (None, 0.01, 0.025, 0.2, 0.25, 1 / 3, 0.5, 0.6, 0.75, 0.9, 1.0)


def instants(today: date, zone: ZoneInfo, days: int) -> st.SearchStrategy[datetime]:
    """Return instants of the last days, and of the next two."""

    def instant(back: int, hour: int, tick: int) -> datetime:
        wall = datetime.combine(today, time(0), tzinfo=zone) - back * DAY + timedelta(hours=hour)
        return wall.astimezone(UTC) + timedelta(seconds=tick)

    return st.builds(instant, st.integers(-2, days), st.sampled_from(HOURS), st.sampled_from((-1, 0, 1)))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[MetricFacts, tuple[RateRule, ...], datetime]:
    """Return some orders and messages around a small window, one rule of each rate, and the time it is."""
    zone, today = ZoneInfo(draw(st.sampled_from(ZONES))), draw(st.sampled_from(TODAYS))
    now = datetime.combine(today, time(draw(st.integers(0, 23)), 30), tzinfo=zone).astimezone(UTC)
    days, lag_days = draw(st.integers(1, 6)), draw(st.integers(0, 3))
    cap, basis = draw(st.sampled_from(CAPS)), draw(st.sampled_from(BASES))
    instant = instants(today, zone, lag_days + days + 4)
    orders, answers = (
        draw(st.lists(made_orders(instant), max_size=3)),
        draw(st.lists(made_answers(instant), max_size=2)),
    )
    facts = MetricFacts(
        account="main",
        marketplace="amazon.de",
        zone=zone,
        orders=tuple(
            MetricOrder(**each, order_id=f"{number:03}-0000000-0000000") for number, each in enumerate(orders)
        ),
        responses=tuple(MetricResponse(response=each, thread_id=number) for number, each in enumerate(answers)),
        first_at=now - 400 * DAY,
    )
    return facts, tuple(rule(metric, days, lag_days, basis, cap) for metric in Metric), now


def rule(metric: Metric, days: int, lag_days: int, basis: Basis, cap: float | None) -> RateRule:
    """Return the rule of a rate."""
    return RateRule(
        metric=metric,
        days=days,
        lag_days=lag_days,
        basis=Basis.RECEIVED if metric is Metric.RESPONSE_WITHIN_24H else basis,
        cap=cap,
        bound=Bound.AT_LEAST if metric in SHARES else Bound.BELOW,
        warn_at=0.8,
        amazon=(),
        marketplaces=(),
        source="made up",
        grade="W",
    )


def made_orders(instant: st.SearchStrategy[datetime]) -> st.SearchStrategy[dict[str, Any]]:
    """Return orders of which more or less is known."""
    detail = st.fixed_dictionaries(
        {},
        optional={
            "verified": st.booleans(),
            "rating": st.integers(1, 5),
            "outcome": st.sampled_from(("granted", "denied")),
        },
    )
    event = st.builds(
        OrderEvent,
        order_id=st.just(""),
        kind=st.sampled_from(EventKind),
        at=instant,
        source=st.just("made up"),
        detail=detail,
    )
    maybe = st.one_of(instant, instant, instant, st.none())
    return st.fixed_dictionaries(
        {
            "marketplace": st.just("amazon.de"),
            "channel": st.sampled_from((Channel.MERCHANT, Channel.MERCHANT, Channel.AMAZON, None)),
            "business": st.sampled_from((True, True, False, None)),
            "status": st.sampled_from((None, "Unshipped", "Shipped", "Shipped - Delivered to Buyer")),
            **dict.fromkeys(("purchased_at", "ship_by_at", "shipped_at", "deliver_by_at", "delivered_at"), maybe),
            "tracked": st.booleans(),
            "events": st.lists(event, max_size=3).map(tuple),
        }
    )


def made_answers(instant: st.SearchStrategy[datetime]) -> st.SearchStrategy[Response]:
    """Return messages that were answered, or not, or nobody knows when."""
    hours = st.sampled_from((None, 0, 5, 23, 24, 25, 60))
    return st.builds(
        lambda at, took, unknown: Response(
            Asked(at, at + DAY), None if took is None or unknown else at + timedelta(hours=took), unknown
        ),
        instant,
        hours,
        st.sampled_from((False, False, False, True)),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_every_rate_is_what_the_slow_computation_finds(
    world: tuple[MetricFacts, tuple[RateRule, ...], datetime],
) -> None:
    """Numerator, denominator, headroom, cases, what is at risk, what leaves when, and the trend."""
    facts, all_rules, now = world
    found = rates(facts, all_rules, now)
    assert {rate.metric for rate in found} == set(Metric)
    for rate in found:
        slow = slow_rate(facts, rate.rule, rate.fulfilment, now)
        assert (rate.numerator, rate.denominator) == (slow.numerator, slow.denominator)
        assert rate.headroom == slow.headroom
        assert {(case.order_id or str(case.thread_id), str(case.kind)) for case in rate.cases} == slow.cases
        assert {(case.order_id or str(case.thread_id), str(case.kind)) for case in rate.at_risk} == slow.at_risk
        assert dict(rate.counts) == slow.counts
        assert [(each.on, each.cases) for each in rate.roll_off] == slow.roll_off
        assert list(rate.trend) == slow.trend
        assert rate.trend[-1][1] == rate.value
        assert 0 <= rate.numerator <= rate.denominator
        assert all(rate.window.from_at <= case.counted_at < rate.window.until_at for case in rate.cases)
