"""What a rate says it rests on, and what it says is missing: each with the way to get it, and nothing that is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.adapters import metric_rules
from responder.core.metrics import AmazonFigure, Metric, Rate, Window
from responder.core.metrics.sources import Sources, computed_from, missing
from responder.core.report_columns import ReportKind

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Europe/Paris")
RULES = {rule.metric: rule for rule in metric_rules.load()}
EVERYTHING = Sources(
    zone=ZONE,
    reports={str(kind): NOW - DAY for kind in ReportKind},
    orders_from=NOW - 400 * DAY,
    mail_from=NOW - 400 * DAY,
    copies=True,
    figures_at=NOW - DAY,
)
FIGURE = AmazonFigure(
    value=0.004, numerator=2, denominator=500, target=None, status=None, window=None, at=NOW - DAY, fresh=True
)
OF_ORDERS = [metric for metric in Metric if metric is not Metric.RESPONSE_WITHIN_24H]


def rate(metric: Metric) -> Rate:
    """Return a rate of which only the kind and the window matter."""
    return Rate(
        metric=metric, account="main", marketplace="amazon.fr", fulfilment=None, rule=RULES[metric],
        window=Window(NOW - 70 * DAY, NOW - 10 * DAY), numerator=0, denominator=1, headroom=None, cases=(),
        amazon=FIGURE,
    )  # fmt: skip


def lacks(metric: Metric, **changed: Any) -> list[str]:
    """Return what is missing with these sources, beyond what always is."""
    known = {each: getattr(EVERYTHING, each) for each in Sources.__dataclass_fields__}
    always = set(missing(rate(metric), EVERYTHING, NOW))
    return [said for said in missing(rate(metric), Sources(**{**known, **changed}), NOW) if said not in always]


def without(*kinds: ReportKind) -> dict[str, datetime]:
    """Return all the reports but these."""
    return {kind: at for kind, at in EVERYTHING.reports.items() if kind not in kinds}


@pytest.mark.parametrize("metric", OF_ORDERS)
def test_where_every_report_is_there_and_fresh_nothing_is_missing(metric: Metric) -> None:
    """No sentence that is always there: it would be read past."""
    assert list(missing(rate(metric), EVERYTHING, NOW)) == []


@pytest.mark.parametrize(
    ("metric", "kinds", "words"),
    [
        (Metric.ORDER_DEFECT_RATE, [ReportKind.FEEDBACK], "negative feedback is known from Amazon's notices only"),
        (Metric.CANCELLATION_RATE, [ReportKind.ALL_ORDERS], "a cancelled order is not known as one"),
        (Metric.LATE_SHIPMENT_RATE, [ReportKind.SHIPMENT_CONFIRMATION], "when and how orders were shipped"),
        (Metric.LATE_SHIPMENT_RATE, [ReportKind.UNSHIPPED, ReportKind.ORDER], "until when orders had to be shipped"),
        (Metric.REFUND_RATE, [ReportKind.RETURNS], "refunds are known from Amazon's notices only"),
        (Metric.VALID_TRACKING_RATE, [ReportKind.SHIPMENT_CONFIRMATION], "when and how orders were shipped"),
    ],
)
def test_a_report_that_is_not_there_is_asked_for(metric: Metric, kinds: list[ReportKind], words: str) -> None:
    """What is not known without it, and where to put it."""
    (said,) = lacks(metric, reports=without(*kinds))
    assert words in said
    assert said.endswith("into the folder of orders.")


def test_one_of_two_reports_that_say_the_same_is_enough() -> None:
    """The order report says until when to ship as well as that of unshipped orders."""
    assert lacks(Metric.LATE_SHIPMENT_RATE, reports=without(ReportKind.UNSHIPPED)) == []


def test_an_old_report_is_told_with_its_day() -> None:
    """Feedback of the last week would be missing; a report of six days ago is none too old."""
    old = {**EVERYTHING.reports, ReportKind.FEEDBACK: NOW - 8 * DAY}
    assert lacks(Metric.ORDER_DEFECT_RATE, reports=old) == [
        "The newest feedback report was imported Wed 18 Nov 2026: drop a newer one into the folder of orders."
    ]
    assert lacks(Metric.ORDER_DEFECT_RATE, reports=old | {ReportKind.FEEDBACK: NOW - 6 * DAY}) == []


def test_orders_that_end_before_the_window_does_are_told() -> None:
    """Whatever was bought since is in no rate."""
    kinds = (ReportKind.ALL_ORDERS, ReportKind.ORDER, ReportKind.UNSHIPPED)
    old = EVERYTHING.reports | dict.fromkeys(kinds, NOW - 20 * DAY)
    assert lacks(Metric.REFUND_RATE, reports=old) == [
        "The newest report of unshipped orders was imported Fri 6 Nov 2026: drop a newer one into the folder of orders."
    ]
    assert lacks(Metric.REFUND_RATE, reports=without(*kinds), orders_from=None)[0].startswith("No orders are known")


def test_what_counts_in_no_store_is_told_once() -> None:
    """A defect that counts nowhere matters more than that an order does."""
    (defects,) = lacks(Metric.ORDER_DEFECT_RATE, no_store=5, no_store_defects=1)
    assert defects.startswith("Of 1 order with a claim, a chargeback or feedback the store is not known")
    (orders,) = lacks(Metric.REFUND_RATE, no_store=5, no_store_defects=1)
    assert orders.startswith("Of 5 orders of this account the store is not known")


def test_amazons_own_report_is_asked_for_where_it_has_the_rate() -> None:
    """It says nothing of refunds and of answers."""
    assert lacks(Metric.ORDER_DEFECT_RATE, figures_at=None) == [
        "Amazon's own figure is not known: drop the seller performance report into the folder of orders."
    ]
    told = list(missing(replace(rate(Metric.ORDER_DEFECT_RATE), amazon=None), EVERYTHING, NOW))
    assert told == ["Amazon's newest report does not have this rate: see Account Health in Seller Central."]
    assert lacks(Metric.REFUND_RATE, figures_at=None) == lacks(Metric.RESPONSE_WITHIN_24H, figures_at=None) == []


def test_answers_that_cannot_be_seen_are_told() -> None:
    """Without Amazon's copies an answer in Seller Central looks like none: never claim that it is none."""
    assert "such answers are not seen" in lacks(Metric.RESPONSE_WITHIN_24H, copies=False)[0]
    assert lacks(Metric.RESPONSE_WITHIN_24H, mail_from=None) == ["No mail was read yet: start the daemon."]
    assert lacks(Metric.RESPONSE_WITHIN_24H, no_store_messages=2) == ["Of 2 messages the store is not known: left out."]
    assert lacks(Metric.RESPONSE_WITHIN_24H, reports={}, orders_from=None) == []


def test_what_cannot_be_taken_back_is_told() -> None:
    """As of an earlier day, reports of later may have changed what has no instant of its own."""
    (said,) = lacks(Metric.REFUND_RATE, said_later=3)
    assert said.startswith("Reports of after Thu 26 Nov 2026 name 3 orders: what they changed of them,")
    (said,) = lacks(Metric.REFUND_RATE, said_later=1)
    assert said.startswith("Reports of after Thu 26 Nov 2026 name 1 order: what they changed of it,")


def test_a_rate_rests_on_the_newest_reports_that_tell_of_it() -> None:
    """Each with its day, and on Amazon's notices where they tell of it too."""
    assert list(computed_from(rate(Metric.ORDER_DEFECT_RATE), EVERYTHING)) == [
        "Report of unshipped orders, imported Wed 25 Nov 2026.",
        "Feedback report, imported Wed 25 Nov 2026.",
        "Amazon's notices of claims, chargebacks and feedback.",
    ]
    assert list(computed_from(rate(Metric.RESPONSE_WITHIN_24H), EVERYTHING)) == [
        "Messages and answers in the mailbox since Wed 22 Oct 2025."
    ]
    nothing = Sources(zone=ZONE)
    assert list(computed_from(rate(Metric.LATE_SHIPMENT_RATE), nothing)) == []
    assert list(computed_from(rate(Metric.RESPONSE_WITHIN_24H), nothing)) == []
