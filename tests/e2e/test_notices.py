r"""
The life of Amazon's notices with the real daemon, Dovecot, and neomutt as the seller's mail program.

A claim, a dispute and a refund of Saturday; the digest of Sunday tells of them once the mail server takes it.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from mail import builders
from neighbours.neomutt import AVAILABLE, NEEDED, NeoMutt
from neighbours.seller import OPERATOR, Seller, text_of, until

pytestmark = [pytest.mark.dovecot, pytest.mark.skipif(not AVAILABLE, reason=NEEDED)]

EARLY = datetime(2024, 7, 13, 6, 0, tzinfo=UTC)  # a Saturday, after the hour of that day's digest
SATURDAY = datetime(2024, 7, 13, 9, 0, tzinfo=UTC)
SUNDAY_0730 = datetime(2024, 7, 14, 5, 30, tzinfo=UTC)
CLAIM, DISPUTE, REFUND = "<claim@amazonses.com>", "<dispute@amazonses.com>", "<refund@amazonses.com>"
KEYWORD, SEEN = "$ResponderTracked", "\\Seen"


def notices(seller: Seller) -> dict[int, dict[str, Any]]:
    """The notices by their number."""
    return {row["id"]: row for row in seller.rows("notices")}


def on_saturday(make_seller: Any, configured: str = "") -> Seller:
    """A running daemon, and an hour in which nothing has come."""
    seller = make_seller(EARLY)
    if configured:
        seller.configure("accounts:\n", f"{configured}\naccounts:\n")
    seller.start()
    seller.move_to(SATURDAY)
    return seller


def refund(order_id: str = builders.ORDER, message_id: str = REFUND) -> bytes:
    """A notice that only tells."""
    return builders.notice("REFUND_ISSUED", order_id=order_id, message_id=message_id, sent_at=SATURDAY)


def test_a_notice_lives_from_its_arrival_to_a_persons_word(tmp_path: Path, make_seller, dovecot, mailhost) -> None:
    r"""Keyword and alert at once; a mail program's \Seen and a reply told apart; \Seen of ours once the digest left."""
    mutt = NeoMutt(tmp_path / "mutt", dovecot, mailhost)
    seller = on_saturday(make_seller)
    seller.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", message_id=CLAIM, sent_at=SATURDAY))
    sender = "<cb-seller-query@amazon.com>"
    dispute = builders.notice("", from_header=sender, subject="Charge Dispute Inquiry {order}", message_id=DISPUTE)
    seller.receive(dispute.replace(b"X-Space-Notification-Type: \r\n", b""))
    seller.receive(refund())
    until(lambda: len(notices(seller)) == 3, "the notices are known")
    until(lambda: all(KEYWORD in seller.flags(uid) for uid in (1, 2, 3)), "they carry the keyword")
    seller.outbox(kind="alert", state="sent")
    assert all(SEEN not in seller.flags(uid) for uid in (1, 2, 3))
    alert = text_of(seller.sent_to(OPERATOR)[0])
    assert "A-to-z claim opened" in alert
    assert "Refund" not in alert

    mutt.read(CLAIM)
    until(lambda: notices(seller)[1]["seen_by"] == "mail_program", "a mail program showed it")
    assert notices(seller)[1]["needs_answer"]
    mutt.reply(DISPUTE, "Our documents are enclosed.")
    until(lambda: notices(seller)[2]["seen_by"] == "reply", "the reply is known")
    assert not notices(seller)[2]["needs_answer"]
    assert seller.rows("threads") == []

    mailhost.refuse["RCPT"] = "451 4.3.0 try again later"
    seller.move_to(SUNDAY_0730)
    until(lambda: [row for row in seller.rows("outbox") if row["kind"] == "digest" and row["attempts"]], "a first try")
    assert SEEN not in seller.flags(3)
    assert notices(seller)[3]["reported"] == []
    mailhost.refuse.clear()
    seller.move_by(hours=1)
    seller.outbox(kind="digest", state="sent")
    until(lambda: SEEN in seller.flags(3), "the refund is marked as read")
    assert [told["kind"] for told in notices(seller)[3]["reported"]] == ["digest"]
    assert notices(seller)[3]["seen_by"] is None
    assert notices(seller)[1]["needs_answer"]

    assert "a mail program shows it as read" in seller.command("notice", "1")
    assert seller.command("notice", "1", "seen") == "Notice 1 is seen.\n"
    assert seller.rows("notices", "--needs-answer") == []


def test_the_history_of_a_first_start_is_one_alert(make_seller) -> None:
    """Of six claims nobody read, two were decided since: the other four are told in one mail."""
    seller = make_seller(SATURDAY)
    orders = [f"171-000000{number}-0000000" for number in range(6)]
    for order_id in orders:
        opened = builders.notice(
            "A_Z_CLAIM_RESPONDENT_NOTIFY", order_id=order_id, message_id=f"<{order_id}@example.net>"
        )
        seller.receive(opened, SATURDAY - timedelta(days=2))
    for order_id in orders[:2]:
        over = builders.notice(
            "A_Z_CLAIM_RESPONDENT_CLOSE", order_id=order_id, message_id=f"<over-{order_id}@example.net>"
        )
        seller.receive(over, SATURDAY - timedelta(days=1))
    seller.start()
    seller.outbox(kind="alert", state="sent")
    seller.settled()
    (alert,) = seller.sent_to(OPERATOR)
    assert [order_id in text_of(alert) for order_id in orders] == [False, False, True, True, True, True]


@pytest.mark.parametrize(("mark_seen", "confirmed"), [("never", False), ("on_acknowledgement", True)])
def test_what_the_seller_wants_unread_stays_unread(make_seller, mark_seen: str, confirmed: bool) -> None:
    """The digest told of it; only `on_acknowledgement` marks it, and only after a person's word."""
    seller = on_saturday(make_seller, f"notices: {{mark_seen: {mark_seen}}}")
    seller.receive(refund())
    until(lambda: KEYWORD in seller.flags(1), "it carries the keyword")
    seller.move_to(SUNDAY_0730)
    until(lambda: notices(seller)[1]["digest_at"], "the digest told of it")
    seller.command("notice", "1", "seen")
    second = refund("171-7777777-7777777", "<second@amazonses.com>")
    seller.receive(second)  # news on the server: the daemon looks at once
    until(lambda: KEYWORD in seller.flags(2), "the next look is done")
    if confirmed:
        until(lambda: SEEN in seller.flags(1), "it is marked as read")
    assert (SEEN in seller.flags(1), SEEN in seller.flags(2)) == (confirmed, False)
