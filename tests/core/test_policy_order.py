"""What an order's own facts say about a mail of the seller's own accord: asked before, too early, too late."""

from datetime import UTC, datetime, timedelta

import pytest

from responder.adapters import rules as rules_file
from responder.core import policy
from responder.core.policy import OrderKnown

RULES = rules_file.load()
ORDER = "305-1234567-7654321"
BODY = f"Hello,\n\nThis is about your order {ORDER}, and the invoice is attached to this message.\n"
DELIVERED = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def broken(known: OrderKnown, kind: str = "feedback_request") -> set[tuple[str, str]]:
    """What is found because of the order, as (rule, severity)."""
    found = policy.check("Order", BODY, rules=RULES, kind=kind, language="en", order_id=ORDER, known=known)
    assert all(each.place == "order" for each in found)
    return {(each.rule, each.severity) for each in found}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (timedelta(days=5) - timedelta(seconds=1), {("L26", "error")}),
        (timedelta(days=5), set()),
        (timedelta(days=30), set()),
        (timedelta(days=30, seconds=1), {("L25", "error"), ("L26", "error")}),
    ],
)
def test_feedback_is_asked_for_from_five_to_thirty_days_after_delivery(
    days: timedelta, expected: set[tuple[str, str]]
) -> None:
    """L26 and L25, to the second."""
    assert broken(OrderKnown(at=DELIVERED + days, delivered_at=DELIVERED)) == expected


def test_an_invoice_may_come_earlier_and_not_later() -> None:
    """The window of L26 is for requests; 30 days after completion nothing is written."""
    assert broken(OrderKnown(at=DELIVERED, delivered_at=DELIVERED), "invoice") == set()
    late = OrderKnown(at=DELIVERED + 31 * DAY, delivered_at=DELIVERED)
    assert broken(late, "invoice") == {("L25", "error")}


def test_thirty_days_after_the_order_is_a_warning() -> None:
    """One source counts from the order; it is said, and the mail is sent."""
    known = OrderKnown(at=DELIVERED + 28 * DAY, delivered_at=DELIVERED, purchased_at=DELIVERED - 5 * DAY)
    assert broken(known) == {("L25", "warning")}
    assert broken(OrderKnown(at=DELIVERED, purchased_at=DELIVERED - 31 * DAY)) == {("L25", "warning")}


def test_an_order_is_asked_once() -> None:
    """L06: a second request is an error, a second mail of our own accord a warning."""
    assert broken(OrderKnown(at=DELIVERED, asked=True)) == {("L06", "error")}
    assert broken(OrderKnown(at=DELIVERED, written_before=True)) == {("L06", "warning")}
    assert broken(OrderKnown(at=DELIVERED, asked=True), "invoice") == set()


def test_an_answer_to_a_buyer_knows_no_window() -> None:
    """Whoever asks is answered, whenever."""
    assert broken(OrderKnown(at=DELIVERED + 90 * DAY, delivered_at=DELIVERED, asked=True), "answer") == set()


def test_a_mail_names_its_own_order_and_no_other() -> None:
    """L23: the number is there, is the right one, and is the only one; without one to compare any will do."""

    def rules_of(body: str, order_id: str | None) -> set[str]:
        found = policy.check("x", body, rules=RULES, kind="feedback_request", language="en", order_id=order_id)
        return {each.rule for each in found}

    other = BODY.replace(ORDER, "305-7654321-1234567")
    assert rules_of(BODY, ORDER) == rules_of(BODY, None) == set()
    assert rules_of(other, ORDER) == rules_of(f"{BODY}\n{other}", ORDER) == {"L23"}
    assert rules_of("Hello,\n\nThis is about your order.\n", None) == {"L23"}
