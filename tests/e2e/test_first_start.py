"""The first start on an old mailbox: a person may install this on any day, and no buyer hears of it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from mail import builders
from neighbours.dovecot import Dovecot
from neighbours.seller import until

pytestmark = pytest.mark.dovecot

EARLY = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)  # after the hour of that day's digest
BASTILLE_DAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)  # a Tuesday, 11:00 in Paris
HISTORY = timedelta(days=8)
OLD_MAILS = 2000
RECENT = 160
LIMIT = 60.0


def ages() -> list[timedelta]:
    """From 400 days to an hour, most of them long ago, in no order (mail gets moved between folders)."""
    chance = random.Random(14)  # noqa: S311 - repeatable, no secret
    recent = [timedelta(hours=chance.uniform(1, 191)) for _ in range(RECENT - 1)] + [timedelta(hours=1)]
    old = [timedelta(hours=chance.uniform(193, 9600)) for _ in range(OLD_MAILS - RECENT)]
    return chance.sample(recent + old, OLD_MAILS)


def is_notice(number: int) -> bool:
    """Every fourth mail is Amazon's own."""
    return number % 4 == 3


def old_mails() -> Iterator[tuple[bytes, datetime]]:
    """Buyers, each with an order of their own, and notices between them."""
    for number, age in enumerate(ages()):
        order, at = f"171-{number:07d}-1234567", EARLY - age
        alias = f"buyer{number:011d}"
        yield (
            (
                builders.notice("RETURN_REQUEST", order_id=order, sent_at=at)
                if is_notice(number)
                else builders.buyer_message(alias=alias, order_id=order, text=f"question {number}", sent_at=at)
            ),
            at,
        )


def test_a_first_start_on_2000_old_mails_answers_nobody(make_seller, dovecot: Dovecot) -> None:
    """Nothing is answered or marked as read; what is of `history` has its clock; a message of now is acknowledged."""
    dovecot.fill("seller", old_mails())
    seller = make_seller(EARLY)
    seller.launch()

    def caught_up() -> bool:
        account = next(iter(seller.status()["accounts"]), None) if (seller.folder / "state.db").exists() else None
        return account is not None and account["imap"]["idle"] and not account["backlog"]

    until(caught_up, "the mailbox is read", LIMIT)

    recent = [number for number, age in enumerate(ages()) if age <= HISTORY]
    buyers = [number for number in recent if not is_notice(number)]
    threads = seller.rows("threads")
    assert sorted(thread["order_id"] for thread in threads) == [f"171-{number:07d}-1234567" for number in buyers]
    assert all(thread["due_at"] for thread in threads)
    assert len(seller.rows("notices")) == len(recent) - len(buyers)
    assert seller.status()["accounts"][0]["imap"]["cursor"]["INBOX"]["last_uid"] == OLD_MAILS
    assert [row for row in seller.rows("outbox") if row["kind"] == "acknowledgement"] == []
    with dovecot.login("seller") as imap:
        imap.select("INBOX", readonly=True)
        assert imap.search(None, "SEEN")[1] == [b""]
        tagged = imap.search(None, "KEYWORD $ResponderTracked")[1][0].split()
    assert [int(each) - 1 for each in tagged] == [number for number in recent if is_notice(number)]

    seller.move_to(BASTILLE_DAY)
    seller.receive(builders.buyer_message(order_id=None, sent_at=BASTILLE_DAY))
    seller.threads(len(buyers) + 1)
    seller.move_by(minutes=5)
    seller.outbox(kind="acknowledgement", state="sent")
    seller.settled()
    assert [mail["To"] for mail in seller.acknowledgements()] == ["a1b2c3d4e5f6g7h@marketplace.amazon.fr"]
