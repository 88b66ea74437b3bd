"""The main job, end to end: a buyer writes on a holiday, is acknowledged once, and the deadline is on the digest."""

from datetime import UTC, datetime, timedelta

import pytest
from mail import builders
from neighbours.seller import OPERATOR, text_of, until

pytestmark = pytest.mark.dovecot

EARLY = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
WEDNESDAY_0730 = datetime(2026, 7, 15, 5, 30, tzinfo=UTC)
ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"


def test_a_message_on_14_july_is_acknowledged_once_and_its_deadline_is_on_the_digest(make_seller) -> None:
    """One mail in French naming 15 July to the relay address; the next digest says until when to answer."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(message_id="<question@eu-west-1.amazonses.com>", sent_at=BASTILLE_DAY))
    (thread,) = seller.threads(state="open")
    assert thread["due_at"] == (BASTILLE_DAY + timedelta(hours=24)).isoformat()
    assert seller.acknowledgements() == []  # the delay: a person may be faster
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    (mail,) = seller.acknowledgements()
    assert mail["To"] == ALIAS
    assert mail["In-Reply-To"] == "<question@eu-west-1.amazonses.com>"
    assert "mercredi 15 juillet 2026" in text_of(mail)
    (thread,) = seller.threads(state="open")
    assert thread["promise_at"] is not None
    assert thread["answered_at"] is None

    seller.move_to(WEDNESDAY_0730)
    seller.outbox(kind="digest", state="sent")
    digest = next(mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"])
    assert "11:00" in digest["Subject"]
    assert "acknowledged" in text_of(digest)
    assert len(seller.acknowledgements()) == 1
    assert seller.stop() == 0


def test_a_message_on_a_tuesday_is_not_acknowledged(make_seller) -> None:
    """Somebody is there: the clock runs, nothing is sent to the buyer."""
    tuesday = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)
    seller = make_seller(tuesday - timedelta(hours=1))
    seller.start()
    seller.move_to(tuesday)
    seller.receive(builders.buyer_message(sent_at=tuesday))
    seller.threads(state="open")
    seller.move_by(minutes=30)
    seller.settled()
    assert seller.acknowledgements() == []
    story = seller.command("thread", "1")
    assert "came while somebody was there" in story


def test_two_messages_of_one_buyer_get_one_acknowledgement(make_seller) -> None:
    """The second message of the closed time is told so in the thread's story."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(text="Où est mon colis ?", sent_at=BASTILLE_DAY))
    seller.threads(messages=1)
    seller.move_by(minutes=10)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.receive(builders.buyer_message(text="Toujours rien ?", sent_at=seller.now))
    seller.threads(messages=2)
    seller.move_by(hours=2)
    seller.settled()
    assert len(seller.acknowledgements()) == 1
    assert "told already in this closed time" in seller.command("thread", "1")


def test_a_notice_is_marked_as_read_only_after_the_digest_was_accepted(make_seller, mailhost) -> None:
    r"""No \Seen while the mail server refuses the digest, and nobody counts as told; both after it took it."""
    seller = make_seller(EARLY)
    mailhost.refuse["RCPT"] = "451 4.3.0 try again later"
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.notice("A_Z_CLAIM_RESPONDENT_NOTIFY", sent_at=BASTILLE_DAY))
    until(lambda: seller.rows("notices"), "the notice is known")
    (notice,) = seller.rows("notices")
    assert notice["due_at"] == (BASTILLE_DAY + timedelta(hours=48)).isoformat()
    seller.move_to(WEDNESDAY_0730)
    until(lambda: [row for row in seller.rows("outbox") if row["kind"] == "digest" and row["attempts"]], "a first try")
    assert seller.rows("notices")[0]["reported"] == []
    assert seller.flags(1) <= {"\\Recent", "$ResponderTracked"}
    mailhost.refuse.clear()
    seller.move_by(hours=1)
    seller.outbox(kind="digest", state="sent")
    until(lambda: "\\Seen" in seller.flags(1), "the notice is marked as read")
    assert "$ResponderTracked" in seller.flags(1)
    (notice,) = seller.rows("notices", "--needs-answer")
    assert {told["kind"] for told in notice["reported"]} == {"digest", "alert"}


def test_a_spoofed_sender_gets_nothing_and_is_shown(make_seller) -> None:
    """A look-alike domain and a failed DMARC: no answer to either, both in the digest."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.spoof(subject="Look-alike", sent_at=BASTILLE_DAY))
    seller.receive(builders.buyer_message(text="forged", auth="fail", sent_at=BASTILLE_DAY))
    seller.threads(state="open")
    seller.move_by(hours=1)
    seller.settled()
    assert seller.acknowledgements() == []
    seller.move_to(WEDNESDAY_0730)
    seller.outbox(kind="digest", state="sent")
    digest = next(mail for mail in seller.sent_to(OPERATOR) if mail["List-Id"])
    assert "Look-alike" in text_of(digest)
    assert "verified" in text_of(digest)


def test_an_auto_reply_loop_ends_before_it_begins(make_seller) -> None:
    """The buyer's vacation answer to our acknowledgement, and our own mail coming back: one mail in all."""
    seller = make_seller(EARLY)
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(sent_at=BASTILLE_DAY))
    seller.threads(state="open")
    seller.move_by(minutes=10)
    seller.outbox(kind="acknowledgement", state="sent")
    (ours,) = seller.acknowledgements()
    vacation = builders.buyer_message(
        text="I am away.",
        references=[ours["Message-ID"]],
        extra_headers={"Auto-Submitted": "auto-replied"},
        sent_at=seller.now,
    )
    for _ in range(3):
        seller.receive(vacation)
        seller.receive(seller.mailhost.accepted[0].data)
    until(lambda: seller.status()["accounts"][0]["imap"]["cursor"]["INBOX"]["last_uid"] == 7, "all mail is read")
    seller.move_by(hours=3)
    seller.settled()
    assert len(seller.acknowledgements()) == 1


def test_two_accounts_are_watched_side_by_side(make_seller) -> None:
    """Each account's buyer is answered from its own mailbox, and a failing account does not stop the other."""
    seller = make_seller(EARLY, users=("seller", "second"))
    seller.start()
    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(alias="a1a1a1a1a1a1a1a", sent_at=BASTILLE_DAY), user="seller")
    seller.receive(builders.buyer_message(alias="b2b2b2b2b2b2b2b", sent_at=BASTILLE_DAY), user="second")
    seller.threads(2, state="open")
    seller.move_by(minutes=5)
    seller.outbox(2, kind="acknowledgement", state="sent")
    recipients = {mail["To"].partition("@")[0] for mail in seller.acknowledgements()}
    assert recipients == {"a1a1a1a1a1a1a1a", "b2b2b2b2b2b2b2b"}
    assert {row["account"] for row in seller.rows("threads")} == {"account-seller", "account-second"}
