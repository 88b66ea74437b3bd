"""The rates by worked examples: what counts, what does not, how much room is left, and how it is said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.core.metrics import Basis, Bound, CaseKind, Level, Metric, Rate, RateRule
from responder.core.metrics import wording as words
from responder.core.metrics.facts import AmazonReport, MetricFacts, MetricOrder, MetricResponse
from responder.core.metrics.headroom import headroom
from responder.core.metrics.rates import rates
from responder.core.metrics.windows import window
from responder.core.orders import Channel, EventKind, OrderEvent
from responder.core.response_times import DAY, Asked, Response
from responder.core.response_times import rate as response_rate

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=BERLIN).astimezone(UTC)
SHARES = (Metric.VALID_TRACKING_RATE, Metric.ON_TIME_DELIVERY_RATE, Metric.RESPONSE_WITHIN_24H)


def at(text: str) -> datetime:
    """Return an instant of the wall clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def rule(metric: Metric, **changed: Any) -> RateRule:
    """Return a rule of ten days with today, and a cap of 1 % (of 90 % for a share)."""
    share = metric in SHARES
    values: dict[str, Any] = {
        "metric": metric,
        "days": 10,
        "lag_days": 0,
        "basis": Basis.RECEIVED if metric is Metric.RESPONSE_WITHIN_24H else Basis.PURCHASED,
        "cap": 0.9 if share else 0.01,
        "bound": Bound.AT_LEAST if share else Bound.BELOW,
        "warn_at": 0.8,
        "amazon": ("its_name",),
        "amazon_numerator": ("bad_count",),
        "amazon_denominator": ("order_count",),
        "marketplaces": (),
        "source": "made up",
        "grade": "W",
    }
    return RateRule(**{**values, **changed})


def order(number: int = 0, *events: OrderEvent, **given: Any) -> MetricOrder:
    """Return an order of the seller's that was bought on 20 November, shipped and delivered in time."""
    values: dict[str, Any] = {
        "order_id": f"171-0000000-{number:07}",
        "marketplace": "amazon.de",
        "channel": Channel.MERCHANT,
        "business": False,
        "purchased_at": at("2026-11-20T10:00"),
        "ship_by_at": at("2026-11-22T23:59:59"),
        "shipped_at": at("2026-11-21T15:00"),
        "deliver_by_at": at("2026-11-25T23:59:59"),
        "delivered_at": at("2026-11-25T23:59:59"),
        "tracked": True,
        "events": events,
    }
    return MetricOrder(**{**values, **given})


def event(kind: EventKind, on: str = "2026-11-24T12:00", **detail: Any) -> OrderEvent:
    """Return what happened to an order."""
    return OrderEvent(order_id="", kind=kind, at=at(on), source=f"test:{on}", detail=detail)


def facts(*orders: MetricOrder, **more: Any) -> MetricFacts:
    """Return what is known of one store, since a year."""
    values: dict[str, Any] = {"account": "main", "marketplace": "amazon.de", "zone": BERLIN}
    return MetricFacts(**{**values, "orders": orders, "first_at": NOW - 365 * DAY, **more})


def one(metric: Metric, *orders: MetricOrder, now: datetime = NOW, **changed: Any) -> Rate:
    """Return the rate of these orders; of the defects that of the seller's own shipments."""
    return rates(facts(*orders), [rule(metric, **changed)], now)[0]


def kinds(cases: Any) -> list[CaseKind]:
    """Return why the cases count."""
    return [case.kind for case in cases]


NEGATIVE = event(EventKind.FEEDBACK, rating=1)
OPENED = event(EventKind.CLAIM_OPENED)
CHARGED = event(EventKind.CHARGEBACK)
REMOVED = event(EventKind.FEEDBACK_REMOVED, "2026-11-25T08:00")
LATE_NOTICE = replace(event(EventKind.FEEDBACK, "2026-11-25T20:00"), source="notice:<one@amazonses.com>")


def decided(outcome: str | None, on: str = "2026-11-25T12:00", **more: Any) -> OrderEvent:
    """Return Amazon's decision of a claim."""
    return event(EventKind.CLAIM_DECIDED, on, **({"outcome": outcome} if outcome else {}), **more)


def test_an_order_with_three_defects_counts_once() -> None:
    """Each defect is a case, and all of them leave the window together."""
    rate = one(Metric.ORDER_DEFECT_RATE, order(1, NEGATIVE, decided("granted"), CHARGED), order(2), order(3), order(4))
    assert (rate.numerator, rate.denominator, rate.value) == (1, 4, 0.25)
    assert set(kinds(rate.cases)) == {CaseKind.NEGATIVE_FEEDBACK, CaseKind.CLAIM_GRANTED, CaseKind.CHARGEBACK}
    assert [(each.on, each.cases) for each in rate.roll_off] == [(date(2026, 11, 30), 1)]


@pytest.mark.parametrize(
    ("events", "counted", "at_risk", "counts"),
    [
        ([NEGATIVE], [CaseKind.NEGATIVE_FEEDBACK], [], {"negative_feedback": 1}),
        ([event(EventKind.FEEDBACK, rating=2)], [CaseKind.NEGATIVE_FEEDBACK], [], {"negative_feedback": 1}),
        ([event(EventKind.FEEDBACK, rating=3)], [], [], {}),
        ([event(EventKind.FEEDBACK)], [CaseKind.NEGATIVE_FEEDBACK], [], {"negative_feedback": 1}),
        ([NEGATIVE, REMOVED], [], [], {}),
        (
            [NEGATIVE, REMOVED, event(EventKind.FEEDBACK, "2026-11-25T20:00", rating=1)],
            [CaseKind.NEGATIVE_FEEDBACK],
            [],
            {"negative_feedback": 1},
        ),
        ([NEGATIVE, REMOVED, LATE_NOTICE], [], [], {}),
        ([LATE_NOTICE], [CaseKind.NEGATIVE_FEEDBACK], [], {"negative_feedback": 1}),
        ([NEGATIVE, event(EventKind.FEEDBACK, "2026-11-25T00:00", rating=4)], [], [], {}),
        (
            [NEGATIVE, event(EventKind.FEEDBACK, "2026-11-24T00:00", rating=4)],
            [CaseKind.NEGATIVE_FEEDBACK],
            [],
            {"negative_feedback": 1},
        ),
        ([OPENED], [], [CaseKind.CLAIM_OPENED], {"claim_opened": 1}),
        ([OPENED, decided("denied")], [], [], {"claim_denied": 1}),
        ([OPENED, decided("granted")], [CaseKind.CLAIM_GRANTED], [], {"claim_granted": 1}),
        ([OPENED, decided(None)], [CaseKind.CLAIM_DECIDED], [], {"claim_decided": 1}),
        ([decided("granted"), decided("denied", "2026-11-25T18:00")], [], [], {"claim_denied": 1}),
        (
            [decided("denied"), event(EventKind.CLAIM_OPENED, "2026-11-25T18:00")],
            [],
            [CaseKind.CLAIM_OPENED],
            {"claim_denied": 1, "claim_opened": 1},
        ),
        ([replace(NEGATIVE, detail={"verified": False})], [], [CaseKind.NEGATIVE_FEEDBACK], {"negative_feedback": 1}),
        (
            [NEGATIVE, replace(REMOVED, detail={"verified": False})],
            [CaseKind.NEGATIVE_FEEDBACK],
            [],
            {"negative_feedback": 1},
        ),
        (
            [decided("granted"), decided("denied", "2026-11-25T18:00", verified=False)],
            [CaseKind.CLAIM_GRANTED],
            [],
            {"claim_granted": 1},
        ),
        ([event(EventKind.CHARGEBACK, "2026-11-26T09:01")], [], [], {}),
    ],
)
def test_what_is_a_defect(
    events: list[OrderEvent], counted: list[CaseKind], at_risk: list[CaseKind], counts: Mapping[str, int]
) -> None:
    """The newest feedback and the newest decision count; a mail nobody could verify moves nothing and is not lost."""
    rate = one(Metric.ORDER_DEFECT_RATE, order(1, *events))
    assert (kinds(rate.cases), kinds(rate.at_risk), dict(rate.counts)) == (counted, at_risk, counts)
    assert (rate.numerator, rate.denominator) == (int(bool(counted)), 1)


def test_defects_are_counted_apart_by_who_ships() -> None:
    """An order of which nobody knows it counts as the seller's, and that is said."""
    orders = order(1, NEGATIVE), order(2, CHARGED, channel=Channel.AMAZON), order(3, channel=None)
    ours, theirs = rates(facts(*orders), [rule(Metric.ORDER_DEFECT_RATE)], NOW)
    assert (ours.fulfilment, ours.numerator, ours.denominator) == ("mfn", 1, 2)
    assert (theirs.fulfilment, theirs.numerator, theirs.denominator) == ("afn", 1, 1)
    assert "Nobody knows who ships 1 order: it counts as shipped by the seller." in ours.missing
    assert [each.fulfilment for each in rates(facts(order(1)), [rule(Metric.ORDER_DEFECT_RATE)], NOW)] == ["mfn"]


def test_an_order_is_cancelled_by_the_seller_unless_the_buyer_asked_on_amazons_way() -> None:
    """A request that nobody could verify excuses nothing; one cancelled after it was shipped is none of these."""
    cancelled = event(EventKind.CANCELLED, "2026-11-21T09:00")
    asked = event(EventKind.CANCELLATION_REQUESTED, "2026-11-21T08:00")
    rate = one(
        Metric.CANCELLATION_RATE,
        order(1, cancelled, shipped_at=None),
        order(2, cancelled, asked, shipped_at=None),
        order(3, cancelled, replace(asked, detail={"verified": False}), shipped_at=None),
        order(4, cancelled, shipped_at=at("2026-11-21T08:00")),
        order(5, cancelled, shipped_at=None, channel=Channel.AMAZON),
    )
    assert [case.order_id for case in rate.cases] == ["171-0000000-0000001", "171-0000000-0000003"]
    assert (rate.numerator, rate.denominator) == (2, 4)
    assert "No report says who cancelled 2 orders: the rate is an upper bound." in rate.missing


@pytest.mark.parametrize(
    ("ship_by", "shipped", "late"),
    [
        ("2026-11-22T23:59:59", "2026-11-22T00:00", False),  # the report names days: the first and the last instant
        ("2026-11-22T23:59:59", "2026-11-23T00:00", True),
        ("2026-11-23T00:00", "2026-11-22T23:00", False),  # a notice names the end of the day
        ("2026-11-23T00:00", "2026-11-23T00:00", True),
        ("2026-11-22T08:00", "2026-11-22T20:00", False),
    ],
)
def test_a_shipment_is_late_after_the_day_it_had_to_leave(ship_by: str, shipped: str, late: bool) -> None:
    """A day is a day of the store's clock: what left on it is in time."""
    rate = one(Metric.LATE_SHIPMENT_RATE, order(ship_by_at=at(ship_by), shipped_at=at(shipped)), basis=Basis.SHIPPED)
    assert (rate.numerator, rate.denominator) == (int(late), 1)


def test_an_overdue_order_is_at_risk_until_it_leaves() -> None:
    """One that was cancelled, or is shipped by its status, is not overdue."""
    open_ = {"shipped_at": None, "delivered_at": None}
    rate = one(
        Metric.LATE_SHIPMENT_RATE,
        order(1, **open_),
        order(2, event(EventKind.CANCELLED), **open_),
        order(3, status="Shipped", **open_),
        order(4, **open_, ship_by_at=at("2026-11-26T23:59:59")),
        order(5),
        basis=Basis.SHIPPED,
    )
    assert [case.order_id for case in rate.at_risk] == ["171-0000000-0000001"]
    assert (rate.numerator, rate.denominator) == (0, 1)
    assert "1 order is shipped, and no report says when: it is left out." in rate.missing


def test_refunds_are_counted_once_an_order() -> None:
    """In part or in whole; a mail nobody could verify is at risk."""
    refunded = event(EventKind.REFUNDED, amount="5.00")
    rate = one(
        Metric.REFUND_RATE,
        order(1, refunded, refunded),
        order(2, replace(refunded, detail={"verified": False})),
        order(3, channel=Channel.AMAZON),
        cap=None,
    )
    assert (rate.numerator, rate.denominator, rate.headroom, rate.level) == (1, 3, None, Level.UNKNOWN)
    assert [case.order_id for case in rate.at_risk] == ["171-0000000-0000002"]


def test_tracking_and_delivery_are_shares_of_what_went_well() -> None:
    """The cases are those that went wrong; of one that no source says how it was shipped nobody knows."""
    bare = dict.fromkeys(("purchased_at", "shipped_at", "deliver_by_at", "delivered_at"))
    orders = (
        order(1),
        order(2, tracked=False),
        order(3, delivered_at=at("2026-11-26T00:00")),
        order(4, delivered_at=at("2026-11-26T00:00:01")),
        order(5, delivered_at=None),
        order(6, tracked=False, status="Shipped", **bare),
    )
    tracked = one(Metric.VALID_TRACKING_RATE, *orders, basis=Basis.SHIP_BY)
    on_time = one(Metric.ON_TIME_DELIVERY_RATE, *orders, basis=Basis.DELIVER_BY)
    assert (tracked.numerator, tracked.denominator, kinds(tracked.cases)) == (4, 5, [CaseKind.NO_TRACKING])
    assert "1 order is shipped, and no report says how: it is left out." in tracked.missing
    assert (on_time.numerator, on_time.denominator) == (2, 3)
    assert [case.order_id for case in on_time.cases] == ["171-0000000-0000004"]
    assert "No report says when 1 order was delivered: it is left out." in on_time.missing


def test_invoices_are_not_seen_so_no_value_is_made_up() -> None:
    """Every business order that was shipped is at risk, with the end of its time: Monday for a Saturday's shipment."""
    rate = one(Metric.INVOICE_DEFECT_RATE, order(1, business=True), order(2), order(3, business=None))
    assert (rate.value, rate.headroom, rate.cases, rate.level) == (None, None, (), Level.UNKNOWN)
    (case,) = rate.at_risk
    assert (case.kind, case.happened_at) == (CaseKind.INVOICE_NOT_KNOWN, at("2026-11-23T23:59"))
    assert case.detail == {"upload_by": "2026-11-23"}
    assert "No report says whether a business bought 1 order: it is left out." in rate.missing


def test_the_share_of_answers_is_that_of_the_response_times() -> None:
    """24 hours by the clock; what still runs and what nobody knows count nowhere."""
    asked = [(200, 24), (180, 24.01), (100, None), (23, None), (50, 3)]
    given = [
        Response(Asked(start, start + DAY), None if took is None else start + timedelta(hours=took))
        for hours, took in asked
        for start in [NOW - timedelta(hours=hours)]
    ]
    given.append(Response(Asked(NOW - 2 * DAY, NOW - DAY, marked=True), None, unknown=True))
    known = tuple(MetricResponse(response=each, thread_id=number) for number, each in enumerate(given, 1))
    (rate,) = rates(facts(responses=known), [rule(Metric.RESPONSE_WITHIN_24H)], NOW)
    assert rate.value == response_rate(given, rate.window.from_at, NOW).share == 0.5
    assert [(case.thread_id, case.kind) for case in rate.cases] == [
        (2, CaseKind.ANSWERED_LATE),
        (3, CaseKind.NOT_ANSWERED),
    ]
    assert "1 message was answered, nobody knows when: it is left out." in rate.missing


def test_the_window_ends_its_lag_before_today() -> None:
    """60 days that end 15 days before: what is younger is at risk, with the day from which it counts."""
    inside = [order(1, CHARGED, purchased_at=at(day)) for day in ("2026-09-13T00:00", "2026-11-11T23:59:59")]
    outside = [
        order(2, CHARGED, purchased_at=at("2026-09-12T23:59:59")),
        order(3, CHARGED, purchased_at=at("2026-11-12")),
    ]
    rate = one(Metric.ORDER_DEFECT_RATE, *inside, *outside, days=60, lag_days=15)
    assert (rate.numerator, rate.denominator) == (2, 2)
    (coming,) = rate.at_risk
    assert (coming.order_id, coming.detail["counts_from"]) == ("171-0000000-0000003", "2026-11-27")
    assert [(each.on, each.cases) for each in rate.roll_off] == [(date(2026, 11, 27), 1), (date(2027, 1, 25), 1)]


@pytest.mark.parametrize(("today", "hours"), [((2026, 10, 26), 73), ((2026, 3, 30), 71), ((2026, 7, 1), 72)])
def test_three_days_over_a_change_of_the_clocks(today: tuple[int, int, int], hours: int) -> None:
    """Days are the store's, whatever their length."""
    found = window(rule(Metric.REFUND_RATE, days=3), date(*today), BERLIN)
    assert found.until_at - found.from_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("cap", "bad", "total", "room"),
    [
        (0.01, 2, 480, 2),
        (0.01, 4, 500, 0),  # the fifth is exactly the cap, which is not below it
        (0.01, 4, 501, 1),
        (0.01, 9, 500, 0),
        (0.01, 0, 50, 0),
        (0.07, 6, 100, 0),  # 0.07 * 100 is 7.000000000000001 in binary
        (0.01, 0, 0, None),
        (None, 1, 10, None),
        (1.0, 0, 3, 2),
    ],
)
def test_how_many_more_may_go_wrong(cap: float | None, bad: int, total: int, room: int | None) -> None:
    """A rate stays strictly below its cap; there is never less room than none."""
    assert headroom(rule(Metric.ORDER_DEFECT_RATE, cap=cap), bad, total) == room


@pytest.mark.parametrize(
    ("good", "total", "room"), [(95, 100, 5), (90, 100, 0), (89, 100, 0), (10, 10, 1), (0, 0, None)]
)
def test_how_many_more_may_fail_of_a_share(good: int, total: int, room: int | None) -> None:
    """At its cap a share is still within it."""
    assert headroom(rule(Metric.VALID_TRACKING_RATE), good, total) == room


@pytest.mark.parametrize(
    ("metric", "value", "level"),
    [
        (Metric.ORDER_DEFECT_RATE, 3 / 500, Level.OK),
        (Metric.ORDER_DEFECT_RATE, 4 / 500, Level.WARNING),
        (Metric.ORDER_DEFECT_RATE, 5 / 500, Level.OVER),
        (Metric.VALID_TRACKING_RATE, 92 / 100, Level.OK),
        (Metric.VALID_TRACKING_RATE, 91 / 100, Level.WARNING),
        (Metric.VALID_TRACKING_RATE, 90 / 100, Level.WARNING),
        (Metric.VALID_TRACKING_RATE, 89 / 100, Level.OVER),
        (Metric.ORDER_DEFECT_RATE, None, Level.UNKNOWN),
    ],
)
def test_levels_at_their_very_edges(metric: Metric, value: float | None, level: Level) -> None:
    """0.8 of 1 % is 4 of 500, and not a hair above it."""
    assert rule(metric).level(value) is level


def test_nothing_to_count_is_no_value() -> None:
    """Nothing is divided by nothing, and what is not known is said."""
    (rate,) = rates(facts(first_at=None), [rule(Metric.CANCELLATION_RATE)], NOW)
    assert (rate.value, rate.headroom, rate.level, rate.roll_off) == (None, None, Level.UNKNOWN, ())
    assert len(rate.trend) == 14
    assert {value for _, value in rate.trend} == {None}
    assert rate.missing == ("Nothing is known of this store yet.",)
    assert words.value(rate) == "nothing to count"


def test_orders_without_the_instant_or_in_the_future_are_left_out_and_told() -> None:
    """A defect of one is at risk: nobody knows in which window it is."""
    future = order(3, purchased_at=NOW + timedelta(hours=1))
    rate = one(Metric.ORDER_DEFECT_RATE, order(1), order(2, CHARGED, purchased_at=None), future)
    assert (rate.numerator, rate.denominator, kinds(rate.at_risk)) == (0, 1, [CaseKind.CHARGEBACK])
    assert "1 order is left out: no report says when it was bought." in rate.missing
    assert "1 order is left out: by its date it lies in the future." in rate.missing


def test_data_that_begins_inside_the_window_is_told() -> None:
    """A rate of three days of data is no rate of ten."""
    (rate,) = rates(facts(order(1), first_at=at("2026-11-20T08:00")), [rule(Metric.CANCELLATION_RATE)], NOW)
    assert rate.missing == ("Data is known since Fri 20 Nov only, and the days counted begin on Tue 17 Nov.",)
    assert rate.computed_from == ("1 order bought in 10 days, Tue 17 Nov to Thu 26 Nov.",)


def test_orders_of_which_no_report_says_when_they_were_bought_are_not_nothing() -> None:
    """Their shipments count."""
    limit = rule(Metric.LATE_SHIPMENT_RATE, basis=Basis.SHIPPED)
    (known,) = rates(replace(facts(order(purchased_at=None)), first_at=None), [limit], NOW)
    (empty,) = rates(replace(facts(), first_at=None), [limit], NOW)
    assert known.denominator == 1
    assert "Nothing is known of this store yet." not in known.missing
    assert "Nothing is known of this store yet." in empty.missing


def test_a_row_that_names_the_store_counts_before_one_that_names_none() -> None:
    """And a row for other stores only does not count here."""
    here = rule(Metric.CANCELLATION_RATE, marketplaces=("amazon.de",), cap=0.02)
    everywhere, elsewhere = rule(Metric.CANCELLATION_RATE), rule(Metric.REFUND_RATE, marketplaces=("amazon.fr",))
    assert [each.rule for each in rates(facts(), [everywhere, here, elsewhere], NOW)] == [here]


def test_the_trend_is_the_value_at_the_end_of_each_day() -> None:
    """The day before a defect's order was bought has none; the newest value is today's."""
    orders = order(1, purchased_at=at("2026-11-18T10:00")), order(2, CHARGED)
    rate = one(Metric.ORDER_DEFECT_RATE, *orders)
    assert dict(rate.trend)[date(2026, 11, 17)] is None
    assert dict(rate.trend)[date(2026, 11, 19)] == 0.0
    assert dict(rate.trend)[date(2026, 11, 20)] == rate.trend[-1][1] == rate.value == 0.5
    assert words.trend(rate) == "up from 0 % a week ago"


def amazons(days_old: int, **more: Any) -> MetricFacts:
    """Return two orders, one of them cancelled, and Amazon's report of some days before."""
    said = {"name": "its_name", "rate": 0.02, "counts": {"bad_count": 2, "order_count": 400}, **more}
    cancelled = order(1, event(EventKind.CANCELLED, "2026-11-21T09:00"), shipped_at=None)
    return facts(cancelled, order(2), performance=AmazonReport({"rates": [said]}, NOW - days_old * DAY))


def test_amazons_own_figure_leads_while_it_is_fresh() -> None:
    """Seven days; then it stands beside ours with its date. The room is that of the figure that leads."""
    limit = rule(Metric.CANCELLATION_RATE, cap=0.025)
    (fresh,) = rates(amazons(7, rate=0.005), [limit], NOW)
    (old,) = rates(amazons(8, rate=0.005), [limit], NOW)
    assert (fresh.value, fresh.leads, fresh.level, fresh.headroom) == (0.5, 0.005, Level.OK, 7)
    assert (old.leads, old.level, old.headroom) == (0.5, Level.OVER, 0)
    assert words.amazon(fresh, BERLIN) == "0.5 % (2 of 400) by Amazon's report of Thu 19 Nov"
    assert "Amazon's own figure is of Wed 18 Nov: too old to lead. Import a newer report." in old.missing


def test_a_figure_without_counts_that_ours_contradicts_leaves_no_room_to_speak_of() -> None:
    """Amazon says that all is well, and not of how many orders: that ours is past its cap says nothing of the room."""
    (rate,) = rates(amazons(1, rate=0.005, counts={}), [rule(Metric.CANCELLATION_RATE)], NOW)
    assert (rate.value, rate.level, rate.headroom, words.headroom(rate)) == (0.5, Level.OK, None, None)


def test_a_report_of_the_future_or_without_the_rate_says_nothing() -> None:
    """And its own part of a rate that has two is taken for the seller's shipments."""
    limit = rule(Metric.CANCELLATION_RATE)
    assert rates(amazons(-1), [limit], NOW)[0].amazon is None
    assert rates(amazons(1, name="another"), [limit], NOW)[0].amazon is None
    assert rates(amazons(1, fulfilment="afn"), [limit], NOW)[0].amazon is None
    figure = rates(amazons(1, fulfilment="mfn"), [limit], NOW)[0].amazon
    assert figure is not None
    assert (figure.numerator, figure.denominator, figure.fresh) == (2, 400, True)


def test_amazons_figure_of_its_own_shipments_is_told_where_no_report_names_such_an_order() -> None:
    """3 % of 500 orders shipped by Amazon is past the cap, though we know of none; of none there is no rate."""
    said = [
        {"name": "its_name", "fulfilment": part, "rate": share, "counts": {"order_count": orders, "bad_count": 0}}
        for part, share, orders in (("mfn", 0.002, 500), ("afn", 0.03, 500))
    ]
    limit = rule(Metric.ORDER_DEFECT_RATE)
    ours, theirs = rates(facts(performance=AmazonReport({"rates": said}, NOW)), [limit], NOW)
    assert (ours.fulfilment, ours.level) == ("mfn", Level.OK)
    assert (theirs.fulfilment, theirs.level, theirs.value) == ("afn", Level.OVER, None)
    said[1] |= {"rate": 0.0, "counts": {"order_count": 0}}
    assert len(rates(facts(performance=AmazonReport({"rates": said}, NOW)), [limit], NOW)) == 1


def test_what_counts_is_told_apart_by_kind() -> None:
    """A claim that was denied counts nowhere, and is told beside those that were granted or are open."""
    orders = [order(1, CHARGED, decided("granted")), order(2, decided("denied")), order(3, OPENED), order(4, OPENED)]
    assert words.counts(one(Metric.ORDER_DEFECT_RATE, *orders)) == (
        "A-to-z claim, not decided: 2; A-to-z claim, granted: 1; A-to-z claim, denied: 1; chargeback: 1"
    )
    assert words.counts(one(Metric.ORDER_DEFECT_RATE, order(1))) is None


def test_a_rate_without_a_cap_says_so_instead_of_a_level() -> None:
    """Its value is known all the same."""
    assert words.level(one(Metric.REFUND_RATE, order(1), cap=None)) == "no cap"
    assert words.level(one(Metric.REFUND_RATE)) == "not known"


def test_a_rate_in_words() -> None:
    """2 of 480 with a cap of 1 %: what a person wants to know, in short sentences."""
    bad = [order(number, CHARGED) for number in range(2)]
    rate = one(Metric.ORDER_DEFECT_RATE, *bad, *map(order, range(2, 480)))
    assert words.title(rate) == "Order defect rate, shipped by you, 10 days"
    assert tuple(words.sentences(rate, BERLIN)) == (
        "2 of 480 orders (0.42 %), cap 1 %",
        "2 more orders are still within the cap, the 3rd reaches it",
        "2 leave the window on Mon 30 Nov",
    )


@pytest.mark.parametrize(
    ("bad", "total", "said"),
    [
        (3, 480, "1 more order is still within the cap, the 2nd reaches it"),
        (4, 480, "no more order is within the cap: the next one reaches it"),
        (5, 480, "past the cap of 1 %"),
        (0, 1101, "11 more orders are still within the cap, the 12th reaches it"),
        (0, 2201, "22 more orders are still within the cap, the 23rd reaches it"),
    ],
)
def test_the_room_in_words(bad: int, total: int, said: str) -> None:
    """One, none, past it, and ordinals that are English."""
    rate = one(Metric.ORDER_DEFECT_RATE)
    limit = headroom(rate.rule, bad, total)
    assert words.headroom(replace(rate, numerator=bad, denominator=total, headroom=limit)) == said


def test_a_percentage_never_looks_like_the_cap_it_is_not() -> None:
    """0.99996 % is not 1 %."""
    assert words.percent(0.0099996, 0.01) == "0.99996 %"
    assert (words.percent(0.01, 0.01), words.percent(0.025), words.percent(2 / 480)) == ("1 %", "2.5 %", "0.42 %")


def test_a_percentage_looks_like_none_and_all_only_where_it_is() -> None:
    """One of 30,000 is not 0 %, and all but one are not 100 %."""
    assert (words.percent(1 / 30_000, 0.01), words.percent(29_999 / 30_000, 0.95)) == ("0.003 %", "99.997 %")
    assert (words.percent(0, 0.01), words.percent(1, 0.95), words.percent(1e-12)) == ("0 %", "100 %", "0 %")
