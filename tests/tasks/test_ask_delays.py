"""The notice of a delay from the wish to the mail server: what keeps it back, what overtakes it, what follows it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neighbours.shop import ALIAS, BOUGHT, DAY, DELIVERED, ORDER, PLANNED, Shop

from responder.adapters import templates
from responder.adapters.store import decisions, outbox, suppressions
from responder.adapters.store.outbox import Claimed, OutboxRow
from responder.core.breaker import REHEARSAL
from responder.core.compose import ComposeError
from responder.core.delays import DelayReason
from responder.core.orders import EventKind
from responder.tasks.ask import Notice, notice, tell
from responder.tasks.deliver.values import Result, Turn

PARIS = ZoneInfo("Europe/Paris")
LATE = BOUGHT + 3 * DAY  # Friday 4 September: the ship-by day of these orders was the 3rd
UNTIL = date(2026, 9, 7)
HOUR = timedelta(hours=1)
BUYER = "b1b1b1b1b1b1b1b@marketplace.amazon.fr"
ASKS = "feedback: {enabled: true, invoice: none}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that asks for feedback, and whose order is late."""
    opened = Shop.open(tmp_path, ASKS)
    report(opened)
    yield opened
    opened.close()


def report(shop: Shop, **more: Any) -> None:
    """A report names the order, which nobody sent yet."""
    unsent = {"status": "Unshipped", "shipped_at": None, "delivered_at": None, "now": LATE - HOUR}
    shop.report(**{**unsent, **more})


def shipped(shop: Shop, at: datetime) -> None:
    """A later report says that it left, and when it arrived."""
    report(shop, status="Shipped", shipped_at=at, ship_by_at=at + DAY, now=at)


def wanted(shop: Shop, until: date = UNTIL, at: datetime = LATE, *, force: bool = False) -> Any:
    """Ask for the notice."""
    return shop.run(notice, shop.asker.writer, shop.order(), until, zone=PARIS, force=force, now=at)


def told(shop: Shop, until: date = UNTIL, at: datetime = LATE, *, force: bool = False) -> OutboxRow:
    """Ask for the notice, and let it go into the outbox."""
    found = wanted(shop, until, at, force=force)
    assert isinstance(found, Notice)
    outbox_id = shop.run(tell, found, "camille", at)
    row: OutboxRow = shop.run(outbox.outbox_row, outbox_id)
    return row


def refused(shop: Shop, *, force: bool = False) -> list[DelayReason]:
    """What speaks against it."""
    found = wanted(shop, force=force)
    assert not isinstance(found, Notice)
    return [each.reason for each in found]


def test_the_notice_is_a_finished_mail_about_its_order(shop: Shop) -> None:
    """To the buyer's relay address, in the store's language, due at once, and pointless once its day is over."""
    row = told(shop)
    assert (row.kind, row.recipient, row.thread_id, row.state) == ("delay_notice", ALIAS, None, "queued")
    assert row.idem_key == f"delay:main:{ORDER}"
    assert row.due_at == LATE
    assert row.expires_at == datetime(2026, 9, 8, tzinfo=PARIS)
    assert (row.payload["order_id"], row.payload["alias"], row.payload["until"]) == (ORDER, ALIAS, "2026-09-07")
    mail = message_from_bytes(row.rfc822 or b"", policy=policy.default)
    assert mail["Content-Language"] == "fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "lundi 7 septembre 2026" in mail.get_content()
    assert ORDER in mail["Subject"]
    assert [each.id for each in shop.deliver(LATE)] == [row.id]


def test_who_asked_for_it_stays_with_the_order(shop: Shop) -> None:
    """A decision with the day, beside the entry of the outbox."""
    row = told(shop)
    (noted,) = shop.run(decisions.decisions, action="tell_of_delay")
    assert noted.outbox_id == row.id
    assert noted.detail == {"order_id": ORDER, "words": "camille: the buyer is told that it is sent by 2026-09-07"}


def test_no_request_for_feedback_follows(shop: Shop) -> None:
    """It was the one mail about the order that nobody asked for; without it the buyer would be asked."""
    told(shop)
    shop.deliver(LATE)
    report(shop, status="Shipped", shipped_at=BOUGHT + DAY, delivered_at=DELIVERED, now=LATE + DAY)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("skipped", "one_proactive_mail")
    other = "171-7654321-7654321"
    shop.report(other, buyer_address=BUYER, buyer_alias=BUYER)
    assert shop.turn(PLANNED) == 1


def test_a_request_that_waits_is_taken_back(shop: Shop) -> None:
    """Written but not yet sent: the notice takes its place."""
    shop.report(now=LATE + HOUR)
    assert shop.turn(PLANNED) == 1
    told(shop, PLANNED.date() + DAY, PLANNED, force=True)
    shop.turn(PLANNED)
    request, delay = shop.mails()
    assert (request.state, delay.state) == ("cancelled", "queued")


def test_it_does_not_count_for_the_requests_of_a_day(shop: Shop) -> None:
    """A person asked for it: the requests that are decided on are as many as before."""
    shop.restart("feedback: {enabled: true, invoice: none, per_day: 1}\n")
    told(shop, PLANNED.date() + DAY, PLANNED)
    other = "171-7654321-7654321"
    shop.report(other, buyer_address=BUYER, buyer_alias=BUYER)
    assert shop.turn(PLANNED) == 1


@pytest.mark.parametrize("subject", [ALIAS, ORDER])
def test_who_opted_out_is_never_told(shop: Shop, subject: str) -> None:
    """Neither with force, nor where the notice was queued before it became known."""
    row = told(shop)
    shop.run(suppressions.suppress, "main", subject, suppressions.OPTED_OUT, LATE)
    assert DelayReason.SUPPRESSED in refused(shop)
    assert refused(shop, force=True) == [DelayReason.SUPPRESSED]
    assert shop.deliver(LATE) == []
    found = shop.run(outbox.outbox_row, row.id)
    assert (found.state, found.reason) == (
        "cancelled",
        f"taken back: never write there again: {suppressions.OPTED_OUT}",
    )


def test_an_order_is_told_of_once_unless_a_person_insists(shop: Shop) -> None:
    """Whether the first one waits or left; the second has a key of its own, and both are the order's."""
    told(shop)
    assert refused(shop) == [DelayReason.TOLD_BEFORE]
    shop.deliver(LATE)
    assert refused(shop) == [DelayReason.TOLD_BEFORE]
    again = told(shop, UNTIL + DAY, LATE + DAY, force=True)
    assert again.idem_key == f"delay:main:{ORDER}:2"
    assert [each.id for each in shop.deliver(LATE + DAY)] == [again.id]


def test_what_a_person_dropped_told_the_buyer_nothing(shop: Shop) -> None:
    """After a cancelled notice the next one needs no force."""
    first = told(shop)
    shop.run(outbox.cancel, first.id, "cancelled by a person")
    assert told(shop).idem_key == f"delay:main:{ORDER}:2"


def test_two_people_at_once_tell_the_buyer_once(shop: Shop) -> None:
    """Both saw that nothing speaks against it; the slower one hears of it."""
    both = wanted(shop), wanted(shop)
    assert [shop.run(tell, each, "camille", LATE) is None for each in both] == [False, True]
    assert len(shop.deliver(LATE)) == 1


def test_a_cancelled_order_takes_its_notice_back(shop: Shop) -> None:
    """The mail waited through a rehearsal, and was let go afterwards."""
    row = told(shop)
    assert shop.claim(LATE, dry_run=True) == Turn(Result.HELD, (row.id,), REHEARSAL)
    shop.happened(EventKind.CANCELLED, LATE + HOUR)
    shop.run(outbox.release, row.id, LATE + HOUR)
    assert shop.deliver(LATE + HOUR) == []
    assert shop.run(outbox.outbox_row, row.id).reason == "taken back: its order was cancelled"


def test_an_order_that_left_meanwhile_takes_its_notice_back(shop: Shop) -> None:
    """Unless a person knew that it was shipped, and wanted it all the same."""
    row = told(shop)
    shipped(shop, LATE + HOUR)
    assert shop.deliver(LATE + HOUR) == []
    assert shop.run(outbox.outbox_row, row.id).reason == "taken back: its order was shipped meanwhile"
    known = told(shop, UNTIL, LATE + 2 * HOUR, force=True)
    assert [each.id for each in shop.deliver(LATE + 2 * HOUR)] == [known.id]


def test_a_notice_whose_day_is_over_leaves_no_more(shop: Shop) -> None:
    """It leaves until the day ends on the seller's clock, and not from then on."""
    row = told(shop)
    end = row.expires_at
    assert end is not None
    assert isinstance(shop.claim(end - timedelta(milliseconds=1)), Claimed)
    shop.run(outbox.put_back, row.id, "x")
    assert shop.claim(end) == Turn(Result.CANCELLED, (row.id,), "expired")


def test_a_buyer_gets_no_more_than_the_daily_limit(shop: Shop) -> None:
    """Two mails in 24 hours: the third notice waits until the first is a day old."""
    for at in (LATE, LATE + HOUR):
        told(shop, UNTIL, at, force=True)
        assert len(shop.deliver(at)) == 1
    told(shop, UNTIL, LATE + 2 * HOUR, force=True)
    waits = shop.claim(LATE + 2 * HOUR)
    assert isinstance(waits, Turn)
    assert (waits.result, waits.until) == (Result.PUT_OFF, LATE + DAY)


def test_a_text_that_breaks_a_rule_is_held(shop: Shop) -> None:
    """The seller's own words ask the buyer to cancel: no person can let that go."""
    own = "subject: 'Commande {{ order.id }}'\nlanguages:\n  fr: |\n    Commande {{ order.id }}. Veuillez annuler.\n"
    broken = replace(
        shop.asker.writer,
        templates={**shop.asker.writer.templates, "delay_notice": templates.parse("delay_notice", own, "own.yaml")},
    )
    found = shop.run(notice, broken, shop.order(), UNTIL, zone=PARIS, force=False, now=LATE)
    assert found.mail.state == "held"
    assert found.mail.reason.startswith("L28 line 1: ")
    assert found.mail.payload["findings"]


def test_an_order_of_a_store_nobody_knows_is_not_written_about(shop: Shop) -> None:
    """The reason says so; nothing is guessed."""
    other = replace(shop.order(), marketplace="amazon.example")
    with pytest.raises(ComposeError, match=r"the marketplace amazon\.example is not known"):
        shop.run(notice, shop.asker.writer, other, UNTIL, zone=PARIS, force=False, now=LATE)


@pytest.mark.parametrize("address", [None, "camille@example.org", "Camille <camille@example.org>"])
def test_who_is_not_at_amazons_relay_is_not_written_to(tmp_path: Path, address: str | None) -> None:
    """A report may name any address; mail goes to Amazon's alone."""
    shop = Shop.open(tmp_path, ASKS)
    report(shop, buyer_address=address, buyer_alias=None)
    assert refused(shop, force=True) == [DelayReason.NO_ADDRESS]
    shop.close()
