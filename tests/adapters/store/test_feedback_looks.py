"""How far requests are, and when orders are looked at again, on both databases."""

from datetime import timedelta
from typing import Any

from neighbours import asking
from sqlalchemy import Connection

from responder.adapters.store import Store, feedback_looks, orders
from responder.adapters.store.feedback_looks import DecidedOrder
from responder.core.orders import FeedbackState, Order

ORDER, OTHER = "171-1234567-1234567", "171-7654321-7654321"
DAY = timedelta(days=1)


def reported(conn: Connection, make: Any, account: str, order_id: str = ORDER, **more: Any) -> Order:
    """A report names an order."""
    asking.known(conn, make.now, order_id, make.buyer, account, **{"purchased_at": make.now, **more})
    found = orders.order(conn, account, order_id)
    assert found is not None
    return found


def test_old_orders_are_settled_together(shared: Store, make: Any) -> None:
    """Those that were never decided about and whose time is surely over; the others stay due."""
    account = make.account()
    far = make.now - 200 * DAY
    shared.run(reported, make, account, "171-0000000-0000001", purchased_at=far, delivered_at=far)
    shared.run(reported, make, account, "171-0000000-0000002", purchased_at=far, shipped_at=far)
    shared.run(reported, make, account, "171-0000000-0000003", purchased_at=far)
    shared.run(reported, make, account, "171-0000000-0000004", shipped_at=make.now)
    decided = shared.run(reported, make, account, "171-0000000-0000005", purchased_at=far, delivered_at=far)
    state = {"state": FeedbackState.HELD, "reason": "x", "detail": {}, "at": None, "look_at": make.now}
    shared.run(orders.decided, decided.id, **state, now=make.now)
    days = {"transit": 40 * DAY, "unknown_for": 90 * DAY}
    assert shared.run(feedback_looks.settle_old, account, make.now, **days) == 3
    due = shared.run(orders.due_looks, account, make.now, 10)
    assert [each.order_id[-1] for each in due] == ["4", "5"]
    assert shared.run(feedback_looks.look_at_all, account, make.now - DAY, make.now + DAY) == 1
    assert shared.run(feedback_looks.look_at_held, account, [decided.order_id, ORDER], make.now) == 1


def test_what_was_decided_of_many_orders_is_kept_as_of_one(shared: Store, make: Any) -> None:
    """The state, the reason, the words and both instants."""
    account = make.account()
    first, second = (shared.run(reported, make, account, each) for each in (ORDER, OTHER))
    made = [
        DecidedOrder(first.id, FeedbackState.WAITING, "too_soon", {"words": "x"}, make.now + DAY, make.now + DAY),
        DecidedOrder(second.id, FeedbackState.SKIPPED, "refunded", {}, None, None),
    ]
    shared.run(feedback_looks.decided, made, make.now)
    shared.run(feedback_looks.decided, [], make.now)
    kept = [shared.run(orders.order, account, each) for each in (ORDER, OTHER)]
    assert [(each.feedback, each.feedback_reason, each.feedback_detail) for each in kept] == [
        ("waiting", "too_soon", {"words": "x"}),
        ("skipped", "refunded", {}),
    ]
    assert [(each.feedback_at, each.look_at, each.decided_at) for each in kept] == [
        (make.now + DAY, make.now + DAY, make.now),
        (None, None, make.now),
    ]


def test_a_decision_of_later_than_now_is_looked_at_again(shared: Store, make: Any) -> None:
    """A clock that was ahead made it; whoever was asked stays asked."""
    account = make.account()
    first, second, third = (shared.run(reported, make, account, f"171-0000000-000000{n}") for n in (1, 2, 3))
    said = {"reason": "x", "detail": {}, "at": None, "look_at": None}
    shared.run(orders.decided, first.id, state=FeedbackState.SKIPPED, **said, now=make.now + DAY)
    shared.run(orders.decided, second.id, state=FeedbackState.SKIPPED, **said, now=make.now)
    shared.run(orders.decided, third.id, state=FeedbackState.ASKED, **said, now=make.now + DAY)
    assert shared.run(feedback_looks.look_at_stray, account, make.now) == 1
    assert [each.id for each in shared.run(orders.due_looks, account, make.now, 10)] == [first.id]
