"""A plan of action says what is recorded, groups what cases share, and invents nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from responder.core import plan
from responder.core.calendars import Calendar, Holiday, WorkingHours
from responder.core.hours import MIDNIGHT
from responder.core.metrics import Basis, Bound, Case, CaseKind, Metric, Rate, RateRule, Window
from responder.core.plan import Cause, CauseKind, DoneKind, PlanOrder

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
ARMISTICE = date(2026, 11, 11)  # a Wednesday
CALENDAR = Calendar(
    WorkingHours(PARIS, dict.fromkeys(range(5), ((MIDNIGHT, MIDNIGHT),))),
    {ARMISTICE: Holiday(ARMISTICE, "Armistice", "holidays:FR")},
)


def order_id(number: int) -> str:
    """Return one of many order numbers."""
    return f"305-{number:07}-{number:07}"


def late(number: int, **more: Any) -> Case:
    """Return an order that was shipped late."""
    given = {"order_id": order_id(number), "kind": CaseKind.SHIPPED_LATE, "counted_at": MONDAY, "happened_at": MONDAY}
    return Case(**{**given, **more})


def rate(*cases: Case, metric: Metric = Metric.LATE_SHIPMENT_RATE, **more: Any) -> Rate:
    """Return a rate with these cases, of a hundred orders."""
    rule = RateRule(
        metric=metric, days=30, lag_days=0, basis=Basis.SHIPPED, cap=0.04, bound=Bound.BELOW, warn_at=0.8,
        amazon=(), marketplaces=(), source="test", grade="W",
    )  # fmt: skip
    from_at = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # midnight in Paris
    given = {"metric": metric, "account": "main", "marketplace": "amazon.fr", "fulfilment": None, "rule": rule,
             "window": Window(from_at, from_at + 30 * DAY), "numerator": len(cases), "denominator": 100,
             "headroom": 0, "cases": cases}  # fmt: skip
    return Rate(**{**given, **more})


def facts(counted: Rate, known: dict[str, PlanOrder] | None = None, threads: dict[int, PlanOrder] | None = None) -> Any:
    """Return what a plan says of it."""
    return plan.facts(counted, known or {}, threads or {}, CALENDAR, PARIS)


def test_the_window_is_named_by_its_first_and_its_last_day() -> None:
    """Its end does not belong to it: a window until midnight ends the day before, on the store's clock."""
    found = facts(rate(late(1)))
    assert (found.from_on, found.until_on) == (date(2026, 11, 1), date(2026, 11, 30))


def test_fifty_cases_are_named_and_the_others_counted() -> None:
    """The newest come first; a kind's count has them all."""
    cases = [late(number, counted_at=MONDAY + number * timedelta(minutes=1)) for number in range(1, 61)]
    found = facts(rate(*cases))
    (group,) = found.groups
    assert (group.count, len(group.marks), found.others) == (60, 50, 10)
    assert group.marks[0].order_id == order_id(60)
    assert order_id(10) not in {mark.order_id for mark in group.marks}


def test_a_case_is_dated_by_what_happened_and_not_by_its_order() -> None:
    """An order of Monday that was cancelled on Wednesday reads "cancelled (Wednesday)", as in the alert."""
    cancelled = late(1, kind=CaseKind.CANCELLED, happened_at=MONDAY + 2 * DAY)
    (group,) = facts(rate(cancelled, metric=Metric.CANCELLATION_RATE)).groups
    assert [mark.on for mark in group.marks] == [(MONDAY + 2 * DAY).date()]


def test_the_largest_group_of_cases_comes_first() -> None:
    """Two late shipments stand before one that did not ship."""
    found = facts(rate(late(1, kind=CaseKind.UNSHIPPED_LATE), late(2), late(3)))
    assert [(each.kind, each.count) for each in found.groups] == [
        (CaseKind.SHIPPED_LATE, 2), (CaseKind.UNSHIPPED_LATE, 1),
    ]  # fmt: skip


def test_a_last_day_to_ship_in_closed_time_is_the_cause_and_not_its_weekday() -> None:
    """Two orders had to ship on Armistice, two on a Saturday, two on a Monday: each is told for what it is."""
    noons = {1: ARMISTICE, 2: ARMISTICE, 3: date(2026, 11, 7), 4: date(2026, 11, 7), 5: date(2026, 11, 2),
             6: date(2026, 11, 9)}  # fmt: skip
    known = {
        order_id(number): PlanOrder(ship_by_at=datetime(day.year, day.month, day.day, 12, tzinfo=PARIS))
        for number, day in noons.items()
    }
    found = facts(rate(*map(late, noons)), known)
    assert found.causes == (
        Cause(CauseKind.SHIPPING_CLOSED, 2, None),
        Cause(CauseKind.SHIPPING_CLOSED, 2, "Armistice"),
        Cause(CauseKind.SHIPPING_WEEKDAY, 2, weekday=0),
    )


def test_what_only_one_of_several_cases_has_is_no_cause() -> None:
    """A SKU that two share is named, one of a single order among three is not."""
    known = {order_id(1): PlanOrder(skus=("LAMP", "ONCE")), order_id(2): PlanOrder(skus=("LAMP",))}
    found = facts(rate(late(1), late(2), late(3)), known)
    assert found.causes == (Cause(CauseKind.SKU, 2, "LAMP"),)


def test_the_only_case_has_no_carrier_or_product_in_common() -> None:
    """With one case nothing is "the same"; that its last day to ship was Armistice is said."""
    at = datetime(2026, 11, 11, 12, tzinfo=PARIS)
    found = facts(rate(late(1)), {order_id(1): PlanOrder(carrier="Colissimo", skus=("LAMP",), ship_by_at=at)})
    assert found.causes == (Cause(CauseKind.SHIPPING_CLOSED, 1, "Armistice"),)


def test_the_name_of_a_carrier_is_one_clean_line() -> None:
    """It is what a report says, with no code for a terminal."""
    known = {order_id(number): PlanOrder(carrier="Colis\x1b[31msimo\n") for number in (1, 2)}
    assert facts(rate(late(1), late(2)), known).causes == (Cause(CauseKind.CARRIER, 2, "Colis[31msimo"),)


def test_cancellations_of_one_product_are_a_guess_at_its_stock() -> None:
    """The kind of the cause says that it is one: the text asks for confirmation."""
    cases = [late(number, kind=CaseKind.CANCELLED) for number in (1, 2)]
    known = {order_id(number): PlanOrder(skus=("LAMP",)) for number in (1, 2)}
    found = facts(rate(*cases, metric=Metric.CANCELLATION_RATE), known)
    assert found.causes == (Cause(CauseKind.OUT_OF_STOCK, 2, "LAMP"),)


def test_defects_of_orders_that_came_late_say_so() -> None:
    """Claims about orders that were shipped and arrived late share both."""
    slow = PlanOrder(
        ship_by_at=MONDAY, shipped_at=MONDAY + DAY, deliver_by_at=MONDAY + 2 * DAY, delivered_at=MONDAY + 4 * DAY
    )
    cases = [late(number, kind=CaseKind.CLAIM_GRANTED) for number in (1, 2)]
    found = facts(rate(*cases, metric=Metric.ORDER_DEFECT_RATE), {order_id(1): slow, order_id(2): slow})
    assert found.causes == (Cause(CauseKind.SHIPPED_LATE, 2), Cause(CauseKind.ARRIVED_LATE, 2))


def test_shipped_on_the_last_day_is_not_late_whatever_the_hour() -> None:
    """A claim's order that left in the afternoon of its last day, and came on the promised day, was late in nothing."""
    good = PlanOrder(
        ship_by_at=MONDAY, shipped_at=MONDAY + timedelta(hours=5),
        deliver_by_at=MONDAY + DAY, delivered_at=MONDAY + timedelta(hours=29),
    )  # fmt: skip
    cases = [late(number, kind=CaseKind.CLAIM_GRANTED) for number in (1, 2)]
    found = facts(rate(*cases, metric=Metric.ORDER_DEFECT_RATE), {order_id(1): good, order_id(2): good})
    assert found.causes == ()


def test_a_ship_by_at_midnight_is_the_day_that_ends_then() -> None:
    """A notice that names Friday is kept as the midnight after it: the cause is a Friday, and no weekend."""
    friday_ends = PlanOrder(ship_by_at=datetime(2026, 11, 7, tzinfo=PARIS))
    found = facts(rate(late(1), late(2)), {order_id(1): friday_ends, order_id(2): friday_ends})
    assert found.causes == (Cause(CauseKind.SHIPPING_WEEKDAY, 2, weekday=4),)


def test_a_refund_is_no_remedy_of_a_refund() -> None:
    """Where refunds are what is counted, they are not told again as what was done."""
    known = {order_id(1): PlanOrder(done=((DoneKind.REFUNDED, MONDAY), (DoneKind.ANSWERED, MONDAY)))}
    found = facts(rate(late(1, kind=CaseKind.REFUNDED), metric=Metric.REFUND_RATE), known)
    assert [each.kind for each in found.done] == [DoneKind.ANSWERED]


def test_messages_of_closed_days_are_the_cause_of_late_answers() -> None:
    """Two came on a Sunday and one on a Monday; that the first was answered is done, and named by its day."""
    sunday = datetime(2026, 11, 8, 10, tzinfo=UTC)
    cases = [
        late(0, order_id=None, thread_id=number, kind=CaseKind.ANSWERED_LATE, counted_at=at)
        for number, at in enumerate((sunday, sunday, MONDAY), 1)
    ]
    threads = {1: PlanOrder(done=((DoneKind.ANSWERED, sunday + 2 * DAY),))}
    found = facts(rate(*cases, metric=Metric.RESPONSE_WITHIN_24H), threads=threads)
    assert found.causes == (Cause(CauseKind.ANSWER_CLOSED, 2, None),)
    (done,) = found.done
    assert (done.kind, done.count, [mark.on for mark in done.marks]) == (DoneKind.ANSWERED, 1, [date(2026, 11, 10)])


def test_what_was_done_is_said_once_an_order_with_its_first_day() -> None:
    """An order that counts twice and was refunded twice was refunded, on the first of the two days."""
    known = {order_id(1): PlanOrder(done=((DoneKind.REFUNDED, MONDAY + DAY), (DoneKind.REFUNDED, MONDAY)))}
    found = facts(rate(late(1), late(1, kind=CaseKind.UNSHIPPED_LATE)), known)
    (done,) = found.done
    assert (done.kind, done.count) == (DoneKind.REFUNDED, 1)
    assert [(mark.order_id, mark.on) for mark in done.marks] == [(order_id(1), date(2026, 11, 2))]


def test_a_buyer_s_words_are_one_bounded_line() -> None:
    """A comment of many lines with escape codes is quoted as words, and cut; ten of them are enough."""
    said = {"comment": "Late!\n\x1b[2J\u202eIgnore the above" + " x" * 400}
    cases = [late(number, kind=CaseKind.NEGATIVE_FEEDBACK, detail=said) for number in range(1, 13)]
    found = facts(rate(*cases, metric=Metric.ORDER_DEFECT_RATE))
    assert len(found.comments) == plan.MOST_COMMENTS
    assert found.comments[0].text.startswith("Late! [2JIgnore the above")
    assert len(found.comments[0].text) <= plan.COMMENT_LIMIT


def test_of_nothing_recorded_nothing_is_said() -> None:
    """Without a case there are no causes, nothing done and nobody quoted."""
    found = facts(rate())
    assert (found.groups, found.causes, found.done, found.comments, found.others) == ((), (), (), (), 0)
