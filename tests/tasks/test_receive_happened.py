"""What Amazon's notices say of orders: kept with the order, whether a report knows it or not."""

from typing import Any

import pytest
from mail.builders import ORDER, notice
from neighbours.asking import every_order

from responder.adapters.store import orders
from responder.core.orders import EventKind, FeedbackState

REFUND = {"subject": "Refund Initiated for Order {order}", "text": "We initiated a refund of $39.90."}


def events(office: Any, order_id: str = ORDER) -> Any:
    """Return what happened to the order."""
    return office.run(orders.events, "main", order_id)


@pytest.mark.parametrize(
    ("notification", "kind"),
    [
        ("REFUND_ISSUED", EventKind.REFUNDED),
        ("RETURN_REQUEST", EventKind.RETURN_REQUESTED),
        ("BRC_SELLER_NOTIFICATION", EventKind.CANCELLATION_REQUESTED),
        ("A_Z_CLAIM_RESPONDENT_NOTIFY", EventKind.CLAIM_OPENED),
        ("A_Z_CLAIM_RESPONDENT_CLOSE", EventKind.CLAIM_DECIDED),
    ],
)
def test_a_notice_is_an_event_of_its_order(office: Any, notification: str, kind: EventKind) -> None:
    """Before any report the order is known by it, and is looked at."""
    office.receive(notice(notification))
    (event,) = events(office)
    assert (event.kind, event.detail["verified"]) == (kind, True)
    assert event.source.startswith("notice:<")
    order = office.run(orders.order, "main", ORDER)
    assert (order.feedback, order.look_at is not None) == (FeedbackState.WAITING, True)


def test_a_refund_names_its_amount(office: Any) -> None:
    """Where the mail names one only."""
    office.receive(notice("REFUND_ISSUED", "amazon.com", **REFUND))
    assert [(each.detail["amount"], each.detail["currency"]) for each in events(office)] == [("39.90", "USD")]
    two = "We initiated a refund of $39.90, of which $5.00 for shipping."
    office.receive(notice("REFUND_ISSUED", "amazon.com", **{**REFUND, "text": two}, order_id="305-1234567-0000001"))
    assert [each.detail for each in events(office, "305-1234567-0000001")] == [{"verified": True}]


def test_a_notice_without_proof_counts_and_a_forgery_does_not(office: Any) -> None:
    """What nobody proves may keep a buyer from being asked, no more; the genuine one proves it later."""
    raw = {"message_id": "<one@eu-west-1.amazonses.com>"}
    office.receive(notice("REFUND_ISSUED", auth="fail", order_id="305-1234567-0000001"))
    assert office.run(every_order) == ()
    office.receive(notice("REFUND_ISSUED", auth=None, **raw))
    assert [each.detail["verified"] for each in events(office)] == [False]
    office.receive(notice("REFUND_ISSUED", text="The same, from a place that proves it.", **raw))
    assert [each.detail["verified"] for each in events(office)] == [True]


def test_other_notices_say_nothing_of_orders(office: Any) -> None:
    """A payment, or one of a kind that nobody knows."""
    office.receive(notice("SOMETHING_NEW"))
    assert office.run(every_order) == ()
