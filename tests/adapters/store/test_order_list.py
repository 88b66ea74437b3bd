"""Orders for a person to look through: every one once, the newest first, with what belongs to it; on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from neighbours.asking import upsert

from responder.adapters.store import Store, decisions, order_list, order_story, orders, outbox, proactive, threads
from responder.adapters.store.order_list import AboutThread, Listed, Wanted
from responder.core.orders import EventKind, FeedbackState, OrderEvent, OrderFacts, OrderItem

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALIAS = "k3xw9q2m7v5t@marketplace.amazon.fr"


@dataclass(frozen=True)
class Line:
    """What a report says of an order."""

    facts: OrderFacts
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()


def number(n: int) -> str:
    """Return an order number."""
    return f"305-0000000-{n:07}"


def keep(store: Store, account: str, *lines: Line) -> None:
    """Keep what a report says."""
    store.run(upsert, account, lines, reported_at=NOW, now=NOW)


def every(store: Store, wanted: Wanted, size: int) -> list[str]:
    """Read all pages."""

    def pages() -> Iterator[Listed]:
        last = None
        while found := store.run(order_list.page, wanted, last, size):
            yield from found
            last = found[-1]

    return [each.order.order_id for each in pages()]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_hold_every_order_once_the_newest_first(shared: Store, make, size: int) -> None:  # type: ignore[no-untyped-def]
    """Orders bought at the same instant, and those of unknown date, which come last, are neither lost nor repeated."""
    account = make.account()
    bought = {1: NOW, 2: NOW, 3: NOW - DAY, 4: None, 5: NOW + DAY, 6: None, 7: NOW}
    keep(shared, account, *(Line(OrderFacts(order_id=number(n), purchased_at=at)) for n, at in bought.items()))
    found = every(shared, Wanted(account=account), size)
    assert found[0] == number(5)
    assert sorted(found[1:4]) == [number(n) for n in (1, 2, 7)]
    assert found[4] == number(3)
    assert sorted(found[5:]) == [number(4), number(6)]
    assert shared.run(order_list.count, Wanted(account=account)) == 7


def test_each_filter_keeps_what_it_names(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """A cancelled order is neither unshipped nor late: nobody waits for it."""
    account = make.account()
    facts = OrderFacts(order_id=number(1), marketplace="amazon.fr", purchased_at=NOW - 5 * DAY, ship_by_at=NOW - DAY)
    gone = OrderEvent(order_id=number(6), kind=EventKind.CANCELLED, at=NOW, source="report:cancelled")
    keep(
        shared,
        account,
        Line(facts),  # late: not shipped
        Line(replace(facts, order_id=number(2), shipped_at=NOW - 2 * DAY)),  # in time
        Line(replace(facts, order_id=number(3), shipped_at=NOW)),  # shipped late
        Line(replace(facts, order_id=number(4), marketplace="amazon.de", ship_by_at=NOW + DAY, business=True)),
        Line(replace(facts, order_id=number(5), ship_by_at=None, purchased_at=NOW - 9 * DAY, business=False)),
        Line(replace(facts, order_id=number(6)), events=(gone,)),
    )
    held = shared.run(orders.order, account, number(2))
    assert held is not None
    shared.run(
        orders.decided,
        held.id,
        state=FeedbackState.HELD,
        reason="invoice_missing",
        detail={},
        at=NOW,
        look_at=None,
        now=NOW,
    )

    def found(**wanted: object) -> list[int]:
        listed = every(shared, Wanted(account=account, **wanted), 2)  # type: ignore[arg-type]
        return sorted(int(order_id[-1]) for order_id in listed)

    assert found(late_at=NOW) == [1, 3]
    assert found(unshipped=True) == [1, 4, 5]
    assert found(business=True) == [4]
    assert found(marketplace="amazon.de") == [4]
    assert found(feedback="held") == [2]
    assert found(since=NOW - 5 * DAY) == [1, 2, 3, 4, 6]
    assert found(order_id=number(3)) == [3]
    listed = shared.run(order_list.page, Wanted(account=account), None, 10)
    assert {each.order.order_id: each.is_late(NOW) for each in listed} == {number(n): n in {1, 3} for n in range(1, 7)}


def test_an_order_is_listed_with_the_threads_about_it(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Those that name it, and its buyer's that name no order; not another order's, and not another account's."""
    account, other = make.account(), make.account()
    keep(shared, account, Line(OrderFacts(order_id=number(1), buyer_alias=ALIAS, purchased_at=NOW)))

    def thread(**given: object) -> int:
        return shared.run(threads.insert_thread, make.thread(**{"account": account, **given})).id

    named = thread(order_id=number(1), buyer_alias="somebody@marketplace.amazon.fr")
    unnamed = thread(order_id=None, buyer_alias=ALIAS)
    thread(order_id=number(2), buyer_alias=ALIAS)
    thread(account=other, order_id=number(1), buyer_alias=ALIAS)
    (listed,) = shared.run(order_list.page, Wanted(account=account), None, 10)
    assert listed.threads == (AboutThread(named, "open"), AboutThread(unnamed, "open"))


def test_the_story_of_an_order_is_its_own(shared: Store, make) -> None:  # type: ignore[no-untyped-def]
    """Events, decisions and mails, in the order of time; nothing of another order's or another account's."""
    account, other = make.account(), make.account()
    refunded = OrderEvent(order_id=number(1), kind=EventKind.REFUNDED, at=NOW - DAY, source="notice:1")
    lamp = OrderItem(item="1", sku="LAMP", quantity=2)
    keep(
        shared,
        account,
        Line(OrderFacts(order_id=number(1)), (lamp,), (refunded,)),
        Line(OrderFacts(order_id=number(2))),
    )
    key = proactive.key("feedback_request", account, number(1))
    mail = make.outgoing(account=account, idem_key=key, kind="feedback_request", created_at=NOW)
    outbox_id = shared.run(outbox.enqueue, mail)

    def decide(at: datetime, **given: object) -> None:
        shared.run(decisions.decide, decisions.Decision(at=at, **{"account": account, "action": "x", **given}))  # type: ignore[arg-type]

    decide(NOW - 2 * DAY, action="by_order", detail={"order_id": number(1)})
    decide(NOW + DAY, action="by_mail", outbox_id=outbox_id)
    decide(NOW, action="of_another_order", detail={"order_id": number(2)})
    decide(NOW, action="of_another_account", detail={"order_id": number(1)}, account=other)
    order = shared.run(orders.order, account, number(1))
    assert order is not None
    story = shared.run(order_story.story, order)
    assert story.items == (lamp,)
    told = [getattr(each.what, "action", None) or getattr(each.what, "kind", None) for each in story.chapters]
    assert told == ["by_order", EventKind.REFUNDED, "feedback_request", "by_mail"]
