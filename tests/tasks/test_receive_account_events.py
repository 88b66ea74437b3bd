"""What happens to the account is never swallowed, and what a notice says of an order is kept with it."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from mail import builders
from mail.builders import ORDER, notice

from responder.adapters.catalogue import load
from responder.adapters.store import new_kinds, orders
from responder.core.orders import EventKind
from responder.tasks import report

WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
CLAIMS = "<atoz-guarantee-no-reply@amazon.com>"
SENDERS = [row.local for row in load().senders]


def digest_text(office: Any) -> str:
    """Write the digest and return its text."""
    office.run(report.turn, office.parts.reporter, office.parts.started_at, WEDNESDAY_0730)
    (row,) = (row for row in office.outbox() if row.kind == "digest")
    return str(message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",)).get_content())


def details(office: Any) -> dict[str, Any]:
    """Return the detail of the one event of the order."""
    (event,) = office.run(orders.events, "main", ORDER)
    return {"kind": event.kind, **event.detail}


def test_a_type_that_nobody_knows_is_kept_listed_and_counted_whoever_sends_it(office: Any) -> None:
    """From every sender that is known, under a made-up type: a notice, a line of the digest, a new kind."""
    for number, local in enumerate(SENDERS):
        office.receive(
            notice(f"MADE_UP_{number}", "amazon.fr", from_header=f"<{local}@amazon.fr>", subject=f"Synthetic {local}")
        )
    assert len(office.notices()) == len(SENDERS)
    told = digest_text(office)
    asked, only_told = (re.search(rf"{title} \((\d+)\)", told) for title in ("AMAZON ASKS YOU", "AMAZON NOTICES"))
    assert asked is not None
    assert only_told is not None
    assert int(asked[1]) + int(only_told[1]) == len(SENDERS)
    assert [local for local in SENDERS if f"Synthetic {local}" not in told] == []
    kinds = {kind.key for kind in office.run(new_kinds.new_kinds)}
    assert kinds >= {f"type:MADE_UP_{number}" for number in range(len(SENDERS))}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The claim for $119.00 was granted.", {"outcome": "granted", "amount": "119.00", "currency": "USD"}),
        ("We have denied the claim of $119.00.", {"outcome": "denied", "amount": "119.00", "currency": "USD"}),
        ("We have decided on $119.00 of $150.00.", {}),
    ],
)
def test_a_decision_is_kept_with_its_order(office: Any, text: str, wanted: dict[str, str]) -> None:
    """Outcome and amount where the notice names one; else nothing is said of them."""
    office.receive(notice("A_Z_CLAIM_RESPONDENT_CLOSE", "amazon.com", from_header=CLAIMS, text=text))
    assert details(office) == {"kind": EventKind.CLAIM_DECIDED, "verified": True, **wanted}


def test_a_chargeback_names_its_amount(office: Any) -> None:
    """And a claim does, as a refund always did."""
    sender = "<cb-seller-notification@amazon.com>"
    office.receive(notice("CHARGE", "amazon.com", from_header=sender, text="Amount: $1,234.50.", header=False))
    assert details(office) == {
        "kind": EventKind.CHARGEBACK, "verified": True, "amount": "1234.50", "currency": "USD"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stars", "rating"), [("2 out of 5", 2), ("1", 1), ("★", None), ("6", None), ("2.5", None), ("15", None)]
)
def test_a_feedback_is_kept_with_its_stars_and_the_comment(office: Any, stars: str, rating: int | None) -> None:
    """Stars that are none of 1 to 5 are not guessed; the comment is one line without anything that steers."""
    text = f"Rating: {stars}<br>Comments: came\u202e late &lt;b&gt;and broken<br>Thank you."
    office.receive(
        notice(
            "FEEDBACK", "amazon.com", from_header="<seller-notification@amazon.com>", text=text, header=False,
            subject="You received negative feedback on order {order}",
        )
    )  # fmt: skip
    stated = {} if rating is None else {"rating": rating}
    assert details(office) == {
        "kind": EventKind.FEEDBACK, "verified": True, "comment": "came late <b>and broken", **stated
    }  # fmt: skip


@pytest.mark.parametrize("comment", ["Bad<br>Rating: 5 for the product<br>Rating: 1", "Bad<br>Stars: 4"])
def test_a_line_of_the_comment_makes_no_good_feedback(office: Any, comment: str) -> None:
    """A buyer who writes "Rating: 5" in the comment of a negative feedback does not hide it from alerts and rates."""
    office.receive(
        notice(
            "FEEDBACK", "amazon.com", from_header="<seller-notification@amazon.com>", text=f"Comments: {comment}",
            header=False, subject="You received negative feedback on order {order}",
        )
    )  # fmt: skip
    assert "rating" not in details(office)


def test_a_buyers_words_about_a_claim_are_no_outcome(office: Any) -> None:
    """A message that says "granted" is a message, and a decision that quotes it keeps its own words."""
    office.receive(builders.buyer_message(text="My claim was granted."))
    assert office.run(orders.events, "main", ORDER) == ()
    quoted = "Buyer comments: my claim was granted<br><br>We have denied the claim."
    office.receive(notice("A_Z_CLAIM_RESPONDENT_CLOSE", "amazon.com", from_header=CLAIMS, text=quoted))
    assert details(office)["outcome"] == "denied"
