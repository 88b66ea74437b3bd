"""Orders as kept: facts and events from any source in any order, and when each is looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from neighbours.asking import upsert

from responder.adapters.store import Store, orders, retention
from responder.adapters.store.order_rows import Counts
from responder.core.orders import Channel, EventKind, FeedbackState, Order, OrderEvent, OrderFacts, OrderItem

ONE, TWO = "305-1234567-7654321", "305-1234567-7654322"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A line of a report."""

    facts: OrderFacts
    items: tuple[OrderItem, ...] = ()
    events: tuple[OrderEvent, ...] = ()


def facts(order_id: str = ONE, **said: Any) -> OrderFacts:
    """Return what a line says of an order."""
    return OrderFacts(**{"order_id": order_id, "marketplace": "amazon.fr", **said})


def happened(make: Any, order_id: str = ONE, **given: Any) -> OrderEvent:
    """Return an event."""
    values = {"kind": EventKind.REFUNDED, "at": make.now, "source": "notice:<1@amazon>", "detail": {}}
    return OrderEvent(**{"order_id": order_id, **values, **given})


def known(store: Store, account: str, order_id: str = ONE) -> Order:
    """Return an order that must be there."""
    found = store.run(orders.order, account, order_id)
    assert found is not None
    return found


def keep(store: Store, account: str, lines: Sequence[Line], at: Any, now: Any) -> Counts:
    """Keep a report."""
    return store.run(upsert, account, lines, reported_at=at, now=now)


def test_files_in_any_order_give_one_state(shared: Store, make: Any) -> None:
    """Four reports of one order that overlap and contradict each other: 24 orders of them, one state."""
    said: list[tuple[Line, Any]] = [
        (Line(facts(status="Unshipped", buyer_name="Jo"), (OrderItem(item="1", sku="A", quantity=1),)), make.now),
        (Line(facts(status="Shipped", carrier="Post"), (OrderItem(item="A", sku="A", asin="B0"),)), make.now + DAY),
        (Line(facts(status="Cancelled", shipped_at=make.now, business=False)), make.now + 2 * DAY),
        (
            Line(
                facts(marketplace=None, carrier="Other", channel=Channel.MERCHANT),
                (OrderItem(item="1", quantity=2, status="Shipped"),),
                (happened(make, at=make.now + DAY, detail={"amount": "5"}),),
            ),
            make.now - DAY,
        ),
    ]
    states = []
    for way in permutations(said):
        account = make.account()
        for line, at in (*way, way[0]):
            keep(shared, account, [line], at, make.now)
        found = replace(known(shared, account), id=0, account="")
        states.append((found, shared.run(orders.items, account, ONE), shared.run(orders.events, account, ONE)))
    assert all(state == states[0] for state in states)
    order, items, events = states[0]
    assert (order.status, order.carrier, order.marketplace, order.channel) == (
        "Cancelled",
        "Post",
        "amazon.fr",
        "merchant",
    )
    assert (order.business, order.shipped_at, order.reported_at) == (False, make.now, make.now + 2 * DAY)
    assert items == (OrderItem(item="1", sku="A", quantity=1, status="Shipped"),)
    assert [event.detail for event in events] == [{"amount": "5"}]


def test_the_same_report_again_changes_nothing(shared: Store, make: Any) -> None:
    """Nor does a newer one that says the same: the order is looked at again only for news."""
    account = make.account()
    line = Line(facts(status="Shipped"), (OrderItem(item="1", title="Cup"),), (happened(make),))
    assert keep(shared, account, [line], make.now, make.now) == Counts(new=1, events=1)
    for at in (make.now, make.now + DAY):
        assert keep(shared, account, [line], at, make.now + DAY) == Counts(unchanged=1)
    assert known(shared, account).look_at == make.now
    line = replace(line, items=(OrderItem(item="1", title="Cup", status="Cancelled"),))
    assert keep(shared, account, [line], make.now + DAY, make.now + DAY) == Counts(changed=1)
    assert known(shared, account).look_at == make.now + DAY


def test_what_was_asked_is_not_looked_at_again(shared: Store, make: Any) -> None:
    """News of an order whose buyer was asked are kept; there is nothing more to decide."""
    account = make.account()
    keep(shared, account, [Line(facts())], make.now, make.now)
    pk = known(shared, account).id
    asked = {"state": FeedbackState.ASKED, "reason": None, "detail": {}, "at": make.now, "look_at": None}
    shared.run(orders.decided, pk, **asked, now=make.now)
    assert keep(shared, account, [Line(facts(status="Shipped"))], make.now, make.now) == Counts(changed=1)
    assert shared.run(orders.add_events, account, [happened(make)], make.now) == 1
    assert shared.run(orders.look_again, account, make.now, order_ids=[ONE]) == 0
    found = known(shared, account)
    assert (found.status, found.look_at, found.feedback) == ("Shipped", None, FeedbackState.ASKED)
    assert shared.run(orders.came_back, account, ONE, "550", make.now)
    assert known(shared, account).feedback_detail == {"returned": "550", "returned_at": make.now.isoformat()}
    assert known(shared, account).look_at is None
    assert not shared.run(orders.came_back, account, TWO, "550", make.now)


def test_an_event_of_an_unknown_order_makes_it_known(shared: Store, make: Any) -> None:
    """A refund by mail before any report; the report that follows says the rest."""
    account = make.account()
    refunds = [happened(make), happened(make, TWO), happened(make)]
    assert shared.run(orders.add_events, account, refunds, make.now) == 2
    assert shared.run(orders.add_events, account, refunds, make.now + DAY) == 0
    found = known(shared, account)
    assert (found.marketplace, found.feedback, found.look_at) == (None, FeedbackState.WAITING, make.now)
    assert keep(shared, account, [Line(facts(status="Shipped"))], make.now - DAY, make.now) == Counts(changed=1)
    assert (known(shared, account).status, len(shared.run(orders.events, account, ONE))) == ("Shipped", 1)


def test_orders_are_looked_at_when_it_is_time(shared: Store, make: Any) -> None:
    """The longest due first; what was decided says when next."""
    account = make.account()
    keep(shared, account, [Line(facts())], make.now, make.now)
    keep(shared, account, [Line(facts(TWO, buyer_alias="one@marketplace.amazon.fr"))], make.now, make.now + DAY)
    assert shared.run(orders.next_look, account) == make.now
    assert [each.order_id for each in shared.run(orders.due_looks, account, make.now, 10)] == [ONE]
    both = shared.run(orders.due_looks, account, make.now + DAY, 10)
    assert [each.order_id for each in both] == [ONE, TWO]
    assert len(shared.run(orders.due_looks, account, make.now + DAY, 1)) == 1
    for each in both:
        waits = {"state": FeedbackState.WAITING, "reason": "not_shipped", "detail": {"n": 1}, "at": None}
        shared.run(orders.decided, each.id, **waits, look_at=None, now=make.now)
    assert shared.run(orders.next_look, account) is None
    assert shared.run(orders.look_again, account, make.now, alias="one@marketplace.amazon.fr") == 1
    assert shared.run(orders.look_again, account, make.now) == 0
    (again,) = shared.run(orders.due_looks, account, make.now, 10)
    assert (again.order_id, again.feedback_reason, again.feedback_detail) == (TWO, "not_shipped", {"n": 1})
    shared.run(orders.set_invoice, again.id, "missing", "two.pdf")
    assert (known(shared, account, TWO).invoice, known(shared, account, TWO).invoice_name) == ("missing", "two.pdf")


def test_an_order_belongs_to_the_one_account_that_knows_it(shared: Store, make: Any) -> None:
    """Two accounts that know the same number are no answer."""
    mine, theirs = make.account(), make.account()
    own, both = f"305-{make.account()[8:]:0>7}-0000001", f"305-{make.account()[8:]:0>7}-0000002"
    keep(shared, mine, [Line(facts(own)), Line(facts(both))], make.now, make.now)
    keep(shared, theirs, [Line(facts(both))], make.now, make.now)
    assert shared.run(orders.homes, [own, both, "305-9999999-9999999"]) == {own: mine}


@pytest.mark.parametrize("state", [FeedbackState.ASKED, FeedbackState.WAITING])
def test_who_bought_is_forgotten_once_nobody_can_be_asked(store: Store, make: Any, state: FeedbackState) -> None:
    """After the configured time for what is decided, later for what is not; the stars stay, the words go."""
    said = facts(buyer_address="a@marketplace.amazon.fr", buyer_alias="a@marketplace.amazon.fr", buyer_name="Jo")
    detail = {"rating": 2, "comment": "Planted comment", "response": "Planted response"}
    feedback = happened(make, kind=EventKind.FEEDBACK, source="report:feedback", detail=detail)
    keep(store, "main", [Line(replace(said, shipped_at=make.now), (), (feedback,))], make.now, make.now)
    decision = {"reason": None, "detail": {}, "at": make.now, "look_at": None, "now": make.now}
    store.run(orders.decided, known(store, "main").id, state=state, **decision)
    store.run(retention.purge, make.now)
    assert known(store, "main").buyer_name == "Jo"
    later = 2 * DAY if state is FeedbackState.ASKED else 2 * DAY + retention.STILL_ASKED
    if state is FeedbackState.WAITING:
        store.run(retention.purge, make.now + 2 * DAY)
        assert known(store, "main").buyer_name == "Jo"
    store.run(retention.purge, make.now + later)
    found = known(store, "main")
    assert (found.buyer_address, found.buyer_name) == (None, None)
    assert found.buyer_alias == "a@marketplace.amazon.fr"
    (event,) = store.run(orders.events, "main", ONE)
    assert event.detail == {"rating": 2}
