"""What a buyer wrote decides whether they are asked: open threads, late answers, addresses nobody else named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from mail import builders
from neighbours.shop import ALIAS, BOUGHT, DAY, ORDER, OTHER, PLANNED, SHIPPED, Shop

from responder.adapters.store.outbox import Claimed
from responder.tasks.deliver.values import Result
from responder.tasks.receive import Arrival, keep

HOUR = timedelta(hours=1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that asks without invoices."""
    made = Shop.open(tmp_path, "feedback: {enabled: true, invoice: none}\nacknowledgements: {enabled: false}\n")
    yield made
    made.close()


def question(order_id: str | None = ORDER, **more: str) -> bytes:
    """A buyer's message."""
    return builders.buyer_message(**{"order_id": order_id, "alias": ALIAS.partition("@")[0], **more})  # type: ignore[arg-type]


def test_nobody_is_asked_while_their_message_waits(shop: Shop) -> None:
    """The request waits until it is answered, and goes then, where the answer was in time."""
    shop.report()
    shop.receive(question(), PLANNED - HOUR)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("waiting", "thread_open")
    shop.receive(builders.sent_answer(ALIAS), PLANNED + HOUR, sent=True)
    assert shop.turn(PLANNED + HOUR) == 1


@pytest.mark.parametrize("order_id", [None, OTHER])
def test_a_message_about_something_else_counts_as_well(shop: Shop, order_id: str | None) -> None:
    """Whoever waits for an answer is not asked for a favour."""
    shop.report()
    shop.receive(question(order_id), PLANNED - HOUR)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("waiting", "thread_open")


def test_a_message_that_became_overdue_ends_it(shop: Shop) -> None:
    """After 24 hours without an answer the order is skipped, and an answer that comes too late mends nothing."""
    shop.report()
    shop.receive(question(), PLANNED - HOUR)
    shop.turn(PLANNED)
    shop.turn(PLANNED + DAY)
    assert shop.state() == ("skipped", "thread_overdue")
    shop.receive(builders.sent_answer(ALIAS), PLANNED + DAY + HOUR, sent=True)
    shop.report(now=PLANNED + 2 * DAY, carrier="Other")
    assert shop.turn(PLANNED + 2 * DAY) == 0
    assert shop.state() == ("skipped", "thread_overdue")


def test_an_answer_in_time_that_is_read_late_lets_the_buyer_be_asked(shop: Shop) -> None:
    """After a standstill orders may be looked at before the mailbox is: the copy of the answer lies there."""
    shop.report()
    shop.receive(question(), PLANNED - 30 * HOUR)
    shop.turn(PLANNED)
    assert shop.state() == ("skipped", "thread_overdue")
    read_at = PLANNED + timedelta(minutes=1)
    copy = builders.sent_answer(ALIAS)
    sent = Arrival(
        folder="Sent", role="sent", uidvalidity=1, uid=1, received_at=PLANNED - 20 * HOUR, size=len(copy),
        flags=frozenset(), raw=copy,
    )  # fmt: skip
    shop.run(keep, shop.parts.accounts[0].judge, sent, read_at)
    assert shop.turn(read_at) == 1


def test_a_late_answer_of_long_ago_is_remembered(shop: Shop) -> None:
    """It was late a week before the request was due."""
    shop.report()
    shop.receive(question(), SHIPPED + HOUR)
    shop.receive(builders.sent_answer(ALIAS), SHIPPED + 2 * DAY, sent=True)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("skipped", "thread_overdue")


def test_an_answer_in_time_is_no_reason(shop: Shop) -> None:
    """Most buyers who wrote were answered well."""
    shop.report()
    shop.receive(question(), SHIPPED + HOUR)
    shop.receive(builders.sent_answer(ALIAS), SHIPPED + 2 * HOUR, sent=True)
    assert shop.turn(PLANNED) == 1


def test_what_a_buyer_wrote_before_the_order_does_not_count(shop: Shop) -> None:
    """A late answer about an earlier order says nothing about this one."""
    shop.report()
    shop.receive(question(OTHER), BOUGHT - 20 * DAY)
    shop.receive(builders.sent_answer(ALIAS), BOUGHT - 10 * DAY, sent=True)
    assert shop.turn(PLANNED) == 1


def test_a_thread_that_opens_before_the_sending_puts_the_mail_off(shop: Shop) -> None:
    """The mail is written already: it waits for the answer, and leaves after it, once."""
    shop.report()
    assert shop.turn(PLANNED) == 1
    shop.receive(question(), PLANNED)
    waits = shop.claim(PLANNED + timedelta(minutes=1))
    assert not isinstance(waits, Claimed)
    assert waits.result is Result.PUT_OFF
    assert shop.deliver(PLANNED + timedelta(minutes=30)) == []
    shop.receive(builders.sent_answer(ALIAS), PLANNED + HOUR, sent=True)
    assert len(shop.deliver(PLANNED + 2 * HOUR)) == 1
    assert shop.turn(PLANNED + 3 * HOUR) == 0
    assert shop.state() == ("asked", "asked")


def test_a_buyers_message_names_the_address_that_no_report_does(shop: Shop) -> None:
    """The newest message about the order, proven to come from Amazon, and without the case it was about."""
    shop.report(buyer_address=None, buyer_alias=None)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "no_address")
    shop.receive(question(case_id=builders.CASE), PLANNED + HOUR)
    shop.receive(builders.sent_answer(ALIAS), PLANNED + 2 * HOUR, sent=True)
    assert shop.turn(PLANNED + DAY) == 1
    assert [row.recipient for row in shop.mails()] == [ALIAS]


@pytest.mark.parametrize("order_id", [None, OTHER])
def test_an_order_in_a_buyers_own_words_names_no_address(shop: Shop, order_id: str | None) -> None:
    """Another customer who knows the number, in the words or in the subject of a mail, does not get its invoice."""
    shop.report(buyer_address=None, buyer_alias=None)
    stranger = "e1e2e3e4e5e6e7e"
    raw = question(
        text=f"Bonjour, et ma commande {ORDER} ?", alias=stranger, order_id=order_id, subject=f"Commande {ORDER}"
    )
    shop.receive(raw, SHIPPED + HOUR)
    shop.receive(builders.sent_answer(f"{stranger}@marketplace.amazon.fr"), SHIPPED + 2 * HOUR, sent=True)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "no_address")


def test_a_message_is_seen_within_minutes(shop: Shop) -> None:
    """An order that is held for the address is looked at again when a message names it, not six hours later."""
    shop.report(buyer_address=None, buyer_alias=None)
    shop.turn(PLANNED)
    shop.receive(question(), PLANNED + HOUR)
    assert shop.turn(PLANNED + HOUR) == 0
    assert shop.state() == ("waiting", "thread_open")


def test_what_else_a_buyer_wrote_counts_where_no_report_names_them(shop: Shop) -> None:
    """Their message about the order names the buyer, and another one of theirs waits for an answer."""
    shop.report(buyer_address=None, buyer_alias=None)
    shop.receive(question(), SHIPPED + HOUR)
    shop.receive(builders.sent_answer(ALIAS), SHIPPED + 2 * HOUR, sent=True)
    shop.receive(question(OTHER), PLANNED - HOUR)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("waiting", "thread_open")


def test_an_unproven_message_names_no_address(shop: Shop) -> None:
    """Whoever names an order must not get its invoice."""
    shop.report(buyer_address=None, buyer_alias=None)
    shop.receive(question(auth=None), SHIPPED + HOUR)  # type: ignore[arg-type]
    shop.receive(builders.sent_answer(ALIAS), SHIPPED + 2 * HOUR, sent=True)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "no_address")


def test_an_address_outside_amazon_is_nobody_to_write_to(shop: Shop) -> None:
    """A report that somebody else made may name any address."""
    shop.report(buyer_address="somebody@example.com", buyer_alias=None)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "no_address")


def test_a_forged_message_keeps_nobody_from_being_asked(shop: Shop) -> None:
    """It waits for no answer, and is never late."""
    shop.report()
    shop.receive(question(auth="fail"), SHIPPED + HOUR)
    assert shop.turn(PLANNED) == 1
