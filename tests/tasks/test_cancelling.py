"""A buyer who asks to cancel in a message: the digest and the alert say what to answer."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from mail import builders
from mail.builders import ORDER

from responder.adapters.store import orders
from responder.adapters.store.order_lines import line
from responder.core.orders import OrderFacts
from responder.tasks import report, schedule

AT = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
DIGEST_AT = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
ASKS = "Bonjour, pouvez-vous annuler ma commande ?"
OFFICIAL = "asks to cancel: answer with the official path, Your Account > Your Orders > Request cancellation"
COUNTS = "cancelling on a chat request counts against you (rule L30)"


def told(office: Any) -> list[str]:
    """Write digest and alert, and return their texts on one line each."""
    office.run(report.turn, office.parts.reporter, office.parts.started_at, DIGEST_AT)
    office.run(schedule.turn, office.parts.operator, AT + timedelta(hours=23))
    rows = [row for row in office.outbox() if row.kind in {"digest", "alert"}]
    texts = (message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",)).get_content() for row in rows)
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize(
    ("text", "order_id", "says"),
    [
        (ASKS, ORDER, f"{OFFICIAL}; {COUNTS}; a draft: responder preview cancellation_answer --order {ORDER}"),
        (ASKS, None, f"{OFFICIAL}; {COUNTS}"),
    ],
)
def test_the_official_path_is_named(office: Any, text: str, order_id: str | None, says: str) -> None:
    """With a draft where the order is known."""
    office.receive(builders.buyer_message(text=text, order_id=order_id), AT)
    digest, alert = told(office)
    assert says in digest
    assert f"The buyer {says}." in alert


def test_a_message_that_asks_for_something_else_has_no_such_line(office: Any) -> None:
    """A refusal to cancel is none."""
    office.receive(builders.buyer_message(text="N'annulez pas ma commande, je patiente."), AT)
    assert not any("asks to cancel" in text for text in told(office))


def test_amazons_own_request_takes_the_place_of_the_path(office: Any) -> None:
    """The buyer did it the official way: it is there to be granted."""
    office.receive(builders.buyer_message(text=ASKS), AT)
    office.receive(builders.notice("BRC_SELLER_NOTIFICATION", "amazon.fr"), AT + timedelta(minutes=5))
    says = "is there, cancel in Seller Central with the reason “buyer cancelled”"
    digest, alert = told(office)
    assert "asks to cancel: Amazon's cancellation request of Tue 11:05" in digest
    assert says in digest
    assert says in alert
    assert "official path" not in digest + alert


def test_a_shipped_order_is_offered_its_return(office: Any) -> None:
    """It can no more be cancelled."""
    office.receive(builders.buyer_message(text=ASKS), AT)
    office.run(orders.keep, "main", [line(ORDER, AT, OrderFacts(order_id=ORDER, status="Shipped"))], AT)
    for text in told(office):
        assert "asks to cancel, and the order is already shipped: offer the return instead" in text
