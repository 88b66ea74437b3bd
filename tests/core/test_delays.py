"""May a buyer be told of a delay: what speaks against it, what a person may overrule, and what overtakes a notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.calendars import Calendar, WorkingHours
from responder.core.delays import OVERRULED, DelayFacts, DelayReason, closed_words, ends_at, overtaken, refusals
from responder.core.orders import Channel, EventKind, Order, OrderEvent, OrderItem

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
UNTIL = date(2026, 11, 30)
DAY = timedelta(days=1)
ORDER = Order(
    id=1,
    account="main",
    order_id="305-1234567-7654321",
    marketplace="amazon.fr",
    status="Unshipped",
    channel=Channel.MERCHANT,
    purchased_at=NOW - 3 * DAY,
    ship_by_at=NOW,
    reported_at=NOW,
    first_at=NOW,
)
LAMP = OrderItem(item="1", status="Cancelled")


def event(kind: EventKind) -> OrderEvent:
    """Something that happened to the order."""
    return OrderEvent(order_id=ORDER.order_id, kind=kind, at=NOW, source="report")


def facts(order: Order = ORDER, **changes: Any) -> DelayFacts:
    """An order that is late, whose buyer can be written to."""
    return replace(DelayFacts(order=order, zone=PARIS, address="a@marketplace.amazon.fr"), **changes)


def codes(known: DelayFacts, until: date = UNTIL, *, force: bool = False) -> list[DelayReason]:
    """What speaks against it."""
    return [each.reason for each in refusals(known, until, force=force)]


REFUSED: tuple[tuple[DelayReason, DelayFacts], ...] = (
    (DelayReason.CANCELLED, facts(replace(ORDER, status="Cancelled"))),
    (DelayReason.CANCELLED, facts(replace(ORDER, status="Canceled"))),
    (DelayReason.CANCELLED, facts(events=(event(EventKind.CANCELLED),))),
    (DelayReason.CANCELLED, facts(items=(LAMP, LAMP))),
    (DelayReason.FULFILLED_BY_AMAZON, facts(replace(ORDER, channel=Channel.AMAZON))),
    (DelayReason.NO_ADDRESS, facts(address=None)),
    (DelayReason.SUPPRESSED, facts(suppressed="the buyer opted out")),
    (DelayReason.SHIPPED, facts(replace(ORDER, status="Shipped"))),
    (DelayReason.SHIPPED, facts(replace(ORDER, shipped_at=NOW))),
    (DelayReason.CANCELLATION_REQUESTED, facts(events=(event(EventKind.CANCELLATION_REQUESTED),))),
    (DelayReason.NO_DELAY, facts(replace(ORDER, ship_by_at=datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)))),
    (DelayReason.TOLD_BEFORE, facts(told="outbox entry 3 is sent")),
)


def test_a_late_order_whose_buyer_can_be_written_to_is_told_of() -> None:
    """Nothing speaks against it, also where no report says who ships it or when."""
    assert codes(facts()) == []
    assert codes(facts(replace(ORDER, channel=None, status=None, ship_by_at=None))) == []
    assert codes(facts(items=(LAMP, OrderItem(item="2", status="Unshipped")))) == []
    assert codes(facts(events=(event(EventKind.REFUNDED),))) == []


@pytest.mark.parametrize(("reason", "known"), REFUSED)
def test_each_reason_is_given_alone(reason: DelayReason, known: DelayFacts) -> None:
    """One thing is wrong, and one reason says so; a person overrules what is theirs to decide."""
    (refusal,) = refusals(known, UNTIL, force=False)
    assert refusal.reason is reason
    assert refusal.words
    assert codes(known, force=True) == ([] if reason in OVERRULED else [reason])


def test_every_reason_has_a_case() -> None:
    """A reason without one would be a promise that nobody keeps."""
    assert {reason for reason, _ in REFUSED} == set(DelayReason)


@pytest.mark.parametrize("reason", [DelayReason.SUPPRESSED, DelayReason.CANCELLED, DelayReason.NO_ADDRESS])
def test_what_a_buyer_or_amazon_decided_is_nobodys_to_overrule(reason: DelayReason) -> None:
    """To a buyer who opted out a notice of a delay is not essential: no force sends it."""
    assert reason not in OVERRULED


def test_all_that_speaks_against_it_is_said_at_once() -> None:
    """The person does not come back for the second reason; force leaves only what it cannot overrule."""
    known = facts(replace(ORDER, status="Shipped"), suppressed="you said so", told="outbox entry 3 is sent")
    assert codes(known) == [DelayReason.SUPPRESSED, DelayReason.SHIPPED, DelayReason.TOLD_BEFORE]
    assert codes(known, force=True) == [DelayReason.SUPPRESSED]


def test_a_day_that_the_order_had_anyway_is_no_delay() -> None:
    """The last day is the store's: 23:30 UTC on the 29th is the 30th in Paris."""
    order = replace(ORDER, ship_by_at=datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    assert codes(facts(order)) == [DelayReason.NO_DELAY]
    assert codes(facts(order), UNTIL + DAY) == []
    assert codes(facts(order, zone=ZoneInfo("UTC"))) == []
    midnight = replace(ORDER, ship_by_at=datetime(2026, 11, 29, 23, 0, tzinfo=UTC))
    assert codes(facts(midnight)) == []  # the end of the 29th in Paris


@pytest.mark.parametrize(
    ("until", "now", "said"),
    [
        (date(2026, 11, 27), NOW, None),
        (date(2026, 11, 28), NOW, "Sat 28 Nov lies in your weekend: somebody is there to send it until Fri 18:00."),
        (
            date(2026, 11, 26),
            NOW + timedelta(hours=9),
            "Nobody is there any more until Thu 26 Nov, by your calendar: somebody must come to send it.",
        ),
        (
            date(2026, 11, 29),
            NOW + 2 * DAY,
            "Nobody is there any more until Sun 29 Nov, by your calendar: somebody must come to send it.",
        ),
    ],
)
def test_a_day_on_which_nobody_is_there_is_pointed_out(until: date, now: datetime, said: str | None) -> None:
    """It is a promise that the seller's own calendar says nobody keeps on that day."""
    week = Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))), {})
    assert closed_words(week, until, PARIS, now) == said


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 11, 30), datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # the clock goes back: 25 hours
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_on_the_sellers_clock(day: date, end: datetime) -> None:
    """From then on a notice that names it says something that is over."""
    assert ends_at(day, PARIS) == end


def test_what_happens_while_a_notice_waits_overtakes_it() -> None:
    """A cancellation always, by whatever says so; the others only where nobody knew them when it was asked for."""
    shipped, cancelled = replace(ORDER, status="Shipped"), (event(EventKind.CANCELLED),)
    asked = (event(EventKind.CANCELLATION_REQUESTED),)
    everything = [str(each) for each in OVERRULED]
    assert overtaken(ORDER, (), (), ()) is None
    assert overtaken(shipped, (), (), ()) == "its order was shipped meanwhile"
    assert overtaken(ORDER, asked, (), ()) == "its buyer asked for a cancellation meanwhile"
    assert overtaken(shipped, asked, (), everything) is None
    assert overtaken(ORDER, cancelled, (), everything) == "its order was cancelled"
    assert overtaken(ORDER, (), (LAMP, LAMP), everything) == "its order was cancelled"


@given(
    status=st.sampled_from([None, "Unshipped", "Shipped", "Cancelled", "Pending"]),
    channel=st.sampled_from([None, *Channel]),
    kinds=st.lists(st.sampled_from(list(EventKind)), max_size=3),
    address=st.sampled_from([None, "a@marketplace.amazon.fr"]),
    suppressed=st.sampled_from([None, "x"]),
    told=st.sampled_from([None, "x"]),
    ahead=st.integers(-5, 5),
)
def test_force_overrules_exactly_what_may_be_overruled(
    status: str | None, channel: Channel | None, kinds: list[EventKind], address: str | None, suppressed: str | None,
    told: str | None, ahead: int,
) -> None:  # fmt: skip
    """Property: with force the same reasons are left, but for those that are a person's to decide."""
    known = facts(
        replace(ORDER, status=status, channel=channel, ship_by_at=NOW + ahead * DAY),
        events=tuple(map(event, kinds)), address=address, suppressed=suppressed, told=told,
    )  # fmt: skip
    plain = codes(known, NOW.date())
    assert codes(known, NOW.date(), force=True) == [each for each in plain if each not in OVERRULED]
    assert len(plain) == len(set(plain))
