"""Closing time, end to end: whose message nobody can answer in time is told so when everybody leaves, once."""

from datetime import UTC, datetime, timedelta

import pytest
from mail import builders
from neighbours.seller import Seller, text_of

pytestmark = pytest.mark.dovecot

ALIAS = "a1b2c3d4e5f6g7h@marketplace.amazon.fr"
FRIDAY = datetime(2026, 7, 17, 12, 0, tzinfo=UTC)  # 14:00 in Paris
CLOSING = datetime(2026, 7, 17, 16, 0, tzinfo=UTC)  # 18:00
MONDAY = datetime(2026, 7, 20, 7, 0, tzinfo=UTC)  # 09:00
MINUTE = timedelta(minutes=1)
WHEN = "acknowledgements:\n  when: [weekend, outside_hours, before_unattended]\n"


@pytest.fixture
def seller(make_seller) -> Seller:
    """A seller who says good night, on a Friday at two; the daemon is not started yet."""
    made: Seller = make_seller(FRIDAY - timedelta(hours=6))
    made.configure("accounts:\n", f"{WHEN}accounts:\n")
    return made


def write(seller: Seller, at: datetime, text: str = "Bonjour, où est mon colis ?", **more: str) -> None:
    """Let the buyer write."""
    seller.move_to(at)
    seller.receive(builders.buyer_message(text=text, sent_at=at, **more))


def test_a_friday_message_is_told_of_monday_when_everybody_leaves(seller: Seller) -> None:
    """Nothing while somebody may answer; at closing time one mail; not a second one on Saturday."""
    seller.start()
    write(seller, FRIDAY, message_id="<question@eu-west-1.amazonses.com>")
    seller.threads(state="open", messages=1)
    seller.move_to(CLOSING - MINUTE)
    seller.settled()
    assert seller.acknowledgements() == []

    seller.move_to(CLOSING + MINUTE)
    seller.outbox(kind="acknowledgement", state="queued")
    assert seller.acknowledgements() == []  # whoever stays five minutes longer may still answer
    seller.move_to(CLOSING + 5 * MINUTE)
    seller.outbox(kind="acknowledgement", state="sent")
    (mail,) = seller.acknowledgements()
    assert mail["To"] == ALIAS
    assert mail["In-Reply-To"] == "<question@eu-west-1.amazonses.com>"
    assert "fermée pour le week-end" in text_of(mail)
    assert "au plus tard le lundi 20 juillet 2026" in text_of(mail)
    (thread,) = seller.threads(state="open")
    assert thread["answered_at"] is None
    assert thread["due_at"] == (FRIDAY + timedelta(hours=24)).isoformat()

    write(seller, CLOSING + timedelta(hours=20), "Toujours rien ?")
    seller.threads(messages=2)
    seller.move_by(hours=2)
    seller.settled()
    assert len(seller.acknowledgements()) == 1
    story = seller.command("thread", "1")
    assert "It would be overdue before anyone is back, and everybody has left: Friday 18:00." in story
    assert "told already in this closed time" in story
    assert seller.stop() == 0


def test_who_answers_just_after_closing_time_is_faster(seller: Seller) -> None:
    """An answer in the Sent folder within the delay: the mail that waited never leaves."""
    seller.start()
    write(seller, FRIDAY)
    seller.threads(state="open")
    seller.move_to(CLOSING + MINUTE)
    seller.outbox(kind="acknowledgement", state="queued")
    seller.move_by(minutes=2)
    seller.answer(builders.sent_answer(ALIAS))
    seller.threads(state="answered")
    seller.move_to(CLOSING + timedelta(hours=1))
    seller.outbox(kind="acknowledgement", state="cancelled")
    seller.settled()
    assert seller.acknowledgements() == []


def test_a_daemon_that_was_down_at_closing_time_still_tells_and_looks_for_an_answer_first(seller: Seller) -> None:
    """Killed at three, started at eight: one buyer was answered meanwhile, the other is told, and only once."""
    seller.start()
    write(seller, FRIDAY, order_id="171-1111111-1111111", alias="b2c3d4e5f6g7h8i")
    write(seller, FRIDAY + MINUTE, "Et ma facture ?", order_id="171-2222222-2222222", alias="c3d4e5f6g7h8i9j")
    seller.threads(2, state="open")
    seller.kill()
    seller.move_to(CLOSING - MINUTE)
    seller.answer(builders.sent_answer("b2c3d4e5f6g7h8i@marketplace.amazon.fr"))
    seller.move_to(CLOSING + timedelta(hours=2))
    seller.start()
    seller.move_by(minutes=6)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.settled()
    assert seller.stop() == 0
    seller.command("run", "--once")
    assert [mail["To"] for mail in seller.acknowledgements()] == ["c3d4e5f6g7h8i9j@marketplace.amazon.fr"]


def test_on_monday_nobody_says_good_night(seller: Seller) -> None:
    """Down from Friday to Monday: somebody is there again, so no automatic mail goes out."""
    seller.start()
    write(seller, FRIDAY)
    seller.threads(state="open")
    seller.kill()
    seller.move_to(MONDAY)
    seller.start()
    seller.move_by(minutes=10)
    seller.settled()
    assert seller.acknowledgements() == []
