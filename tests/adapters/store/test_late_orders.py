"""Orders that are not shipped, what alerts have told of them, and the newest report of a store; on both databases."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from neighbours.asking import request, upsert

from responder.adapters.store import (
    Store,
    late_orders,
    order_alerts,
    order_list,
    orders,
    outbox,
    proactive,
    unshipped_reports,
)
from responder.adapters.store.order_list import Wanted
from responder.adapters.store.order_news import Place
from responder.core.calendars import Calendar, WorkingHours
from responder.core.digest import LateNews
from responder.core.late_orders import BuyerTold, Outlook
from responder.core.orders import Channel, EventKind, OrderEvent, OrderFacts, OrderItem

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday, 10:00 in Paris
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")
WEEK = Calendar(WorkingHours(PARIS, dict.fromkeys(range(5), ((time(9), time(18)),))), {})
PLACE = Place(zones={"amazon.fr": PARIS}, zone=PARIS, folder="invoices/")
SUNDAY = datetime(2026, 11, 29, 22, 59, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """What a report says of an order."""

    facts: OrderFacts
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()


def number(n: int) -> str:
    """Return an order number."""
    return f"305-0000000-{n:07}"


def facts(n: int, ship_by_at: datetime | None = NOW + DAY, **more: object) -> OrderFacts:
    """Return an order that has to ship."""
    values: dict[str, object] = {"marketplace": "amazon.fr", "purchased_at": NOW - 3 * DAY, "ship_by_at": ship_by_at}
    return OrderFacts(order_id=number(n), **{**values, **more})  # type: ignore[arg-type]


def keep(store: Store, account: str, lines: Iterable[OrderFacts | Line], at: datetime = NOW) -> None:
    """Keep what a report says."""
    said = [each if isinstance(each, Line) else Line(each) for each in lines]
    store.run(upsert, account, said, reported_at=at, now=at)


def event(n: int, kind: EventKind) -> OrderEvent:
    """Return something that happened."""
    return OrderEvent(order_id=number(n), kind=kind, at=NOW, source="notice:1")


def news(store: Store, account: str, now: datetime = NOW, *, weekly: bool = False) -> LateNews:
    """Return what a digest tells."""
    return store.run(late_orders.news, [account], WEEK, PLACE, now, weekly=weekly)


def test_what_may_be_late_is_the_seller_s_to_ship_and_has_not_left(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Not what shipped, was cancelled, is Amazon's to ship, long over, far ahead, or another account's."""
    account, other = make.account(), make.account()
    keep(
        shared,
        account,
        [
            facts(1),
            facts(2, NOW - DAY, channel=Channel.MERCHANT, status="Unshipped"),
            facts(3, shipped_at=NOW - HOUR),
            facts(4, status="Shipped - Delivered to Buyer"),
            facts(5, delivered_at=NOW),
            facts(6, channel=Channel.AMAZON),
            Line(facts(7), events=(event(7, EventKind.CANCELLED),)),
            Line(facts(8), events=(event(8, EventKind.CANCELLATION_REQUESTED),)),
            facts(9, NOW - 31 * DAY),
            facts(10, NOW + 61 * DAY),
            facts(11, None),
        ],
    )
    keep(shared, other, [facts(1)])
    found = shared.run(late_orders.unshipped, [account], NOW)
    assert [(each.order_id, each.cancelling) for each in found] == [
        (number(2), False),
        (number(1), False),
        (number(8), True),
    ]
    assert {each.account for each in found} == {account}


def test_an_order_says_what_its_buyer_was_told(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """The newest notice counts; one that waits or came back is said to, one that was cancelled tells nothing."""
    account = make.account()
    keep(shared, account, [facts(1, NOW - DAY), facts(2, NOW - DAY), facts(3, NOW - DAY), facts(4, NOW - DAY)])

    def notice(n: int, until: str, again: str = "") -> int:
        key = proactive.key("delay_notice", account, number(n)) + again
        values = {
            "account": account,
            "idem_key": key,
            "message_id": f"<{key}@example.com>",
            "payload": {"until": until},
        }
        outbox_id = shared.run(outbox.enqueue, request(NOW, order_id=number(n), kind="delay_notice", **values))
        assert outbox_id is not None
        return outbox_id

    for n, until, again in ((1, "2026-11-27", ""), (2, "2026-11-27", ""), (2, "2026-11-30", ":2")):
        outbox_id = notice(n, until, again)
        assert shared.run(outbox.claim_due, account, NOW, ("delay_notice",)) is not None
        shared.run(outbox.mark_sent, outbox_id, NOW, "250 ok")
    words = proactive.about("delay_notice", number(1)) + " did not arrive (returned, 4.2.2)"
    shared.run(orders.came_back, account, number(1), words, NOW + HOUR)
    shared.run(orders.came_back, account, number(2), "our invoice mail about it did not arrive", NOW + HOUR)
    notice(3, "2026-11-28")
    assert shared.run(outbox.cancel, notice(4, "2026-11-28"), "another day")
    found = {each.order_id: each.told for each in shared.run(late_orders.unshipped, [account], NOW)}
    assert found == {
        number(1): BuyerTold(date(2026, 11, 27), returned=True),
        number(2): BuyerTold(date(2026, 11, 30)),
        number(3): BuyerTold(date(2026, 11, 28), waits=True),
        number(4): None,
    }


def test_the_list_and_the_alert_agree_on_what_is_late(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """What has shipped by its status, and what Amazon ships, is in neither; what shipped late stays in the list."""
    account = make.account()
    late = {"status": None, "channel": None}
    keep(
        shared,
        account,
        [
            facts(1, NOW - DAY, **late),
            facts(2, NOW - DAY, status="Shipped"),
            facts(3, NOW - DAY, channel=Channel.AMAZON),
            facts(4, NOW - DAY, shipped_at=NOW - HOUR),
        ],
    )
    listed = shared.run(order_list.page, Wanted(account=account, late_at=NOW), None, 10)
    assert sorted(each.order.order_id for each in listed) == [number(1), number(4)]
    assert all(each.is_late(NOW) for each in listed)
    everything = shared.run(order_list.page, Wanted(account=account), None, 10)
    assert sorted(each.order.order_id for each in everything if each.is_late(NOW)) == [number(1), number(4)]
    assert [each.order_id for each in shared.run(late_orders.unshipped, [account], NOW)] == [number(1)]


def test_an_order_that_a_newer_report_of_its_store_does_not_name_has_left(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Of another store nothing is known; a report that came later but is older changes nothing."""
    account = make.account()
    earlier, later = NOW - 2 * DAY, NOW - DAY + timedelta(microseconds=123_456)
    keep(shared, account, [facts(1), facts(2), facts(3, marketplace="amazon.de")], earlier)
    shared.run(unshipped_reports.note, account, ["amazon.fr", "amazon.de"], earlier)
    keep(shared, account, [facts(2)], later)
    shared.run(unshipped_reports.note, account, ["amazon.fr"], later)
    shared.run(unshipped_reports.note, account, ["amazon.fr"], earlier)
    found = {each.order_id: each for each in shared.run(late_orders.unshipped, [account], NOW)}
    assert [found[number(n)].left_report for n in (1, 2, 3)] == [True, False, False]
    assert found[number(2)].known_at == NOW - DAY + timedelta(milliseconds=123)
    assert found[number(3)].known_at == earlier
    assert all(each.listed for each in found.values())


def test_without_such_a_report_the_newest_source_dates_what_is_known(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """And it is said that nothing names what is not shipped."""
    account = make.account()
    keep(shared, account, [facts(1)], NOW - 3 * DAY)
    keep(shared, account, [facts(2)], NOW - DAY)
    found = shared.run(late_orders.unshipped, [account], NOW)
    assert {(each.known_at, each.listed, each.left_report) for each in found} == {(NOW - DAY, False, False)}


def test_each_thing_is_told_of_an_order_once(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """By account, kind and key: another ship-by, and another kind, are other things."""
    account = make.account()
    first, moved = (number(1), "2026-11-27"), (number(1), "2026-11-30")
    assert shared.run(order_alerts.tell, account, *_split(first, "ship_by"), NOW, None)
    assert not shared.run(order_alerts.tell, account, *_split(first, "ship_by"), NOW, None)
    asked = [first, moved, (number(2), "2026-11-27")]
    assert shared.run(order_alerts.told, account, "ship_by", asked) == {first}
    assert shared.run(order_alerts.told, account, "late", asked) == frozenset()
    assert shared.run(order_alerts.told, make.account(), "ship_by", asked) == frozenset()
    assert shared.run(order_alerts.told, account, "ship_by", []) == frozenset()


def _split(told: tuple[str, str], kind: str) -> tuple[str, str, str]:
    return told[0], kind, told[1]


def test_thousands_of_orders_are_asked_for_in_parts(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """More than one statement holds; none is lost between two."""
    account = make.account()
    keys = [(number(n), "k") for n in range(1_100)]
    for n in (0, 499, 500, 1_099):
        shared.run(order_alerts.tell, account, number(n), "late", "k", NOW, None)
    assert shared.run(order_alerts.told, account, "late", keys) == {(number(n), "k") for n in (0, 499, 500, 1_099)}


def test_the_digest_tells_what_becomes_of_each(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """An ordinary day that is not today is left out; what left the report is counted once a week."""
    account = make.account()
    keep(shared, account, [facts(9, NOW - DAY)], NOW - 2 * DAY)
    keep(
        shared,
        account,
        [facts(1, NOW - DAY), facts(2, NOW + 5 * HOUR), facts(3, SUNDAY), facts(4, NOW + 5 * DAY)],
    )
    shared.run(unshipped_reports.note, account, ["amazon.fr"], NOW)
    found = news(shared, account)
    assert [(each.order.order_id, each.outlook) for each in found.standings] == [
        (number(1), Outlook.LATE),
        (number(2), Outlook.TODAY),
        (number(3), Outlook.CLOSING),
    ]
    assert found.left == 0
    assert news(shared, account, weekly=True).left == 1
    (saturday,) = news(shared, account, SUNDAY - DAY).of(Outlook.NOBODY)
    assert saturday.order.order_id == number(3)
    assert news(shared, make.account()).is_empty


def test_the_advice_comes_from_what_shipped_late_or_in_closed_time(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Three orders within a month whose ship-by was a Sunday; cancelled ones and those of Amazon do not count."""
    account = make.account()
    bought, sunday = NOW - 6 * DAY, SUNDAY - 7 * DAY  # Friday, and the Sunday after it
    late = {"purchased_at": bought, "shipped_at": sunday + HOUR}
    keep(
        shared,
        account,
        [
            *(facts(n, sunday, **late) for n in (1, 2)),
            facts(3, sunday, **late, channel=Channel.AMAZON),
            Line(facts(4, sunday, **late), events=(event(4, EventKind.CANCELLED),)),
            facts(5, sunday, purchased_at=bought),
        ],
    )
    assert news(shared, account, weekly=True).advice is None
    keep(shared, account, [facts(6, sunday, **late)])
    found = news(shared, account, weekly=True).advice
    assert found is not None
    assert (found.weekdays, found.orders, found.late) == ((4,), 3, 3)
    assert news(shared, account).advice is None


@pytest.mark.parametrize("ship_by", [[], [SUNDAY]])
def test_the_list_of_what_will_be_late_goes_by_the_ship_by(shared: Store, make, ship_by: list[datetime]) -> None:  # type: ignore[no-untyped-def]
    """No instant, no order; and nothing that shipped."""
    account = make.account()
    keep(shared, account, [facts(1, SUNDAY), facts(2, SUNDAY + DAY), facts(3, SUNDAY, shipped_at=NOW)])
    found = shared.run(order_list.page, Wanted(account=account, ship_by=ship_by), None, 10)
    assert [each.order.order_id for each in found] == [number(1)][: len(ship_by)]
    assert SUNDAY in shared.run(late_orders.ship_by_ahead, NOW)


def test_a_repeated_report_makes_an_order_known_as_of_its_time(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """It says nothing new but that the order has still not left."""
    account = make.account()
    keep(shared, account, [facts(1)], NOW - DAY)
    keep(shared, account, [facts(1)], NOW)
    order = shared.run(orders.order, account, number(1))
    assert order is not None
    assert order.reported_at == NOW
    assert replace(order, reported_at=NOW) == order
