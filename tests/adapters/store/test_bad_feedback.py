"""Negative feedback in the state: found, removed and taken back, and of which of it an alert told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from responder.adapters.store import Store, bad_feedback, order_alerts, orders
from responder.core.bad_feedback import FeedbackStanding
from responder.core.orders import EventKind, OrderEvent

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER, OTHER = "305-0000000-0000001", "305-0000000-0000002"


def said(order_id: str, at: datetime, rating: int) -> OrderEvent:
    """A line of the feedback report."""
    source = f"report:feedback:{at.date().isoformat()}:{rating}"
    return OrderEvent(order_id=order_id, kind=EventKind.FEEDBACK, at=at, source=source, detail={"rating": rating})


def standing(store: Store, accounts: tuple[str, ...]) -> list[tuple[str, str, FeedbackStanding]]:
    """Return account, order and state of all negative feedback."""
    found = store.run(bad_feedback.found, accounts)
    return [(each.account, each.order_id, each.feedback.standing) for each in found]


def test_one_order_in_two_accounts_is_two_feedbacks(shared: Store, make: Any) -> None:
    """Each account has its own, the newest first, and only since then; good feedback is none."""
    accounts = main, second = make.account(), make.account()
    for account, at in ((main, NOW - DAY), (second, NOW - 2 * DAY)):
        shared.run(orders.add_events, account, [said(ORDER, at, 1)], NOW)
    shared.run(orders.add_events, main, [said(OTHER, NOW - DAY, 3)], NOW)
    found = [(main, ORDER, FeedbackStanding.OPEN), (second, ORDER, FeedbackStanding.OPEN)]
    assert standing(shared, accounts) == found
    assert [each.account for each in shared.run(bad_feedback.found, accounts, NOW - DAY)] == [main]
    assert [each.account for each in shared.run(bad_feedback.of_order, accounts, ORDER)] == [main, second]


def test_removed_feedback_is_taken_back_and_removed_again(shared: Store, make: Any) -> None:
    """A person's word on one order; another order's stays, and what is said twice changes nothing."""
    accounts = main, _ = make.account(), make.account()
    shared.run(orders.add_events, main, [said(ORDER, NOW - DAY, 1), said(OTHER, NOW - DAY, 2)], NOW)
    (each,) = shared.run(bad_feedback.of_order, accounts, ORDER)
    (other,) = shared.run(bad_feedback.of_order, accounts, OTHER)
    assert shared.run(bad_feedback.remove, other, NOW)
    for _ in range(2):
        assert [shared.run(bad_feedback.remove, each, NOW) for _ in range(2)] == [True, False]
        assert {state for _, _, state in standing(shared, accounts)} == {FeedbackStanding.REMOVED}
        assert [shared.run(bad_feedback.undo, each) for _ in range(2)] == [True, False]
        assert standing(shared, accounts) == [
            (main, OTHER, FeedbackStanding.REMOVED),
            (main, ORDER, FeedbackStanding.OPEN),
        ]


def test_an_alert_is_known_by_what_it_told(shared: Store, make: Any) -> None:
    """An alert about the feedback before the buyer changed it, or in the other account, is no alert about this one."""
    accounts = main, _ = make.account(), make.account()
    for account in accounts:
        shared.run(orders.add_events, account, [said(ORDER, NOW - 5 * DAY, 1)], NOW)
    (before, _) = shared.run(bad_feedback.of_order, accounts, ORDER)
    shared.run(order_alerts.tell, main, ORDER, bad_feedback.ALERT, before.feedback.keys[0], NOW - 4 * DAY, None)
    found = shared.run(bad_feedback.found, accounts)
    assert shared.run(bad_feedback.told_at, found) == {(main, ORDER): NOW - 4 * DAY}
    shared.run(orders.add_events, main, [said(ORDER, NOW - DAY, 2)], NOW)
    assert shared.run(bad_feedback.told_at, shared.run(bad_feedback.found, accounts)) == {}
