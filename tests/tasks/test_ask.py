"""Orders to requests: one for each, at the right moment, and a reason for everything else."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from neighbours.asking import Line, upsert
from neighbours.shop import ALIAS, BOUGHT, DAY, DELIVERED, GONE, ORDER, OTHER, PLANNED, SHIPPED, Shop
from papers import pdf
from sqlalchemy import Connection

from responder.adapters.clock import ManualClock
from responder.adapters.smtp import Refused, Stage
from responder.adapters.store import decisions, invoice_uses, orders, outbox, performance, suppressions
from responder.adapters.store.outbox import Claimed
from responder.core.orders import EventKind, OrderFacts, OrderItem
from responder.tasks import ask
from responder.tasks.ask import deciding
from responder.tasks.deliver import outcome
from responder.tasks.deliver.values import Result


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop that asks, without invoices unless the test's own configuration wants them."""
    made = Shop.open(tmp_path, getattr(request, "param", NO_INVOICE))
    yield made
    made.close()


NO_INVOICE = "feedback: {enabled: true, invoice: none}\n"
WITH_INVOICE = "feedback: {enabled: true}\n"
wants_invoice = pytest.mark.parametrize("shop", [WITH_INVOICE], indirect=True)


@wants_invoice
def test_a_buyer_is_asked_once_with_the_invoice(shop: Shop) -> None:
    """At nine on the seventh day one mail is written; it leaves, and no later day brings another one."""
    shop.report()
    shop.invoice()
    assert shop.turn(PLANNED - timedelta(minutes=1)) == 0
    assert shop.state() == ("waiting", "too_soon")
    assert shop.order().look_at == PLANNED
    assert shop.turn(PLANNED) == 1
    assert shop.state() == ("waiting", "in_outbox")
    (mail,) = shop.deliver(PLANNED)
    assert (mail.kind, mail.recipient, mail.expires_at) == ("feedback_request", ALIAS, DELIVERED + 30 * DAY)
    parsed = message_from_bytes(mail.rfc822 or b"", policy=policy.default)
    assert [part.get_filename() for part in parsed.iter_attachments()] == [f"invoice-{ORDER}.pdf"]
    assert ORDER in parsed["Subject"]
    assert shop.state() == ("asked", "asked")
    assert shop.order().feedback_at == PLANNED
    assert shop.run(invoice_uses.used_for, mail.payload["invoice"]) == ("main", ORDER)
    shop.happened(EventKind.REFUNDED, PLANNED + DAY)
    for days in (1, 10, 40, 400):
        assert shop.turn(PLANNED + days * DAY) == 0
    assert shop.state() == ("asked", "asked")
    assert len(shop.mails()) == 1


@wants_invoice
def test_a_request_waits_for_its_invoice(shop: Shop) -> None:
    """It is held with the name that is expected, by night too; a file that comes is seen, and the mail is written."""
    shop.report()
    shop.turn(PLANNED)
    assert shop.state() == ("held", "invoice_missing")
    assert shop.order().feedback_detail["words"] == shop.asker.invoices.expected(ORDER)  # type: ignore[union-attr]
    shop.turn(PLANNED + timedelta(hours=16))
    assert shop.state() == ("held", "invoice_missing")
    shop.invoice()
    shop.watch(PLANNED + timedelta(hours=25))
    assert shop.turn(PLANNED + timedelta(hours=25)) == 1
    assert shop.order().invoice == "there"


@wants_invoice
def test_an_invoice_that_comes_by_night_is_seen_before_the_morning(shop: Shop) -> None:
    """The digest of the morning asks nobody for a file that is there; the mail goes when the hours begin."""
    shop.report()
    shop.turn(PLANNED)
    assert shop.state() == ("held", "invoice_missing")
    night = PLANNED + 2 * DAY - timedelta(hours=4)
    shop.invoice()
    shop.watch(night)
    assert (shop.turn(night), shop.state()) == (0, ("waiting", "outside_hours"))
    assert (shop.turn(PLANNED + 2 * DAY), shop.state()) == (1, ("waiting", "in_outbox"))


@wants_invoice
def test_an_invoice_that_never_comes_is_the_reason_in_the_end(shop: Shop) -> None:
    """After the window the order says that it lacked its invoice."""
    shop.report()
    shop.turn(PLANNED)
    shop.turn(GONE)
    assert shop.state() == ("skipped", "invoice_never_came")
    assert shop.order().look_at is None
    assert [each.action for each in shop.run(decisions.decisions)] == ["feedback_held", "feedback_skipped"]


@pytest.mark.parametrize("shop", ["feedback: {enabled: true}\ninvoices: {image_only: accept}\n"], indirect=True)
def test_one_file_never_goes_to_two_orders(shop: Shop) -> None:
    """A scan that lies there under two names: the second order is held, and says which order had it."""
    for order_id in (ORDER, OTHER):
        shop.report(order_id)
        shop.invoice(order_id, pdf.scan())
    assert shop.turn(PLANNED) == 1
    assert shop.state(OTHER) == ("held", "invoice_used_for_another_order")
    assert shop.order(OTHER).feedback_detail["words"] == ORDER
    assert shop.turn(PLANNED + DAY) == 0


async def test_the_loop_asks_when_the_time_comes(shop: Shop) -> None:
    """It sleeps until the next order is due, and tells whoever delivers."""
    clock, told, ticks = ManualClock(PLANNED - DAY), asyncio.Event(), asyncio.Event()
    await asyncio.to_thread(shop.report)
    wake = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        asks = ask.run(
            shop.store, [shop.asker], clock, wake=wake, enqueued=lambda _: told.set(), ticked=ticks.set
        )  # fmt: skip
        task = group.create_task(asks)
        await ticks.wait()
        assert not told.is_set()
        clock.move_to(PLANNED)
        await told.wait()
        task.cancel()
    assert (await shop.store.tx(orders.order, "main", ORDER)).feedback_reason == "in_outbox"  # type: ignore[union-attr]


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_turn_writes_it(shop: Shop) -> None:
    """The mail, the order's state and the decision are one transaction: all of it or nothing."""
    shop.report()

    def killed(conn: Connection) -> None:
        assert deciding.settle(conn, shop.asker, {ORDER: None}, PLANNED) == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.store.run(killed)
    assert shop.mails() == []
    assert shop.state() == ("waiting", None)
    assert shop.turn(PLANNED) == 1
    first = shop.mails()
    # A crash after the commit: the same step again, from the same found invoices.
    assert shop.run(deciding.settle, shop.asker, {ORDER: None}, PLANNED) == 0
    assert shop.mails() == first


def test_a_crash_between_looking_and_writing_costs_nothing(shop: Shop) -> None:
    """What the first step found is found again: the order is still due."""
    shop.report()
    candidates = shop.run(deciding.sift, shop.asker, [shop.order()], PLANNED)
    assert [each.order_id for each in candidates] == [ORDER]
    assert shop.turn(PLANNED) == 1


def test_a_refund_between_writing_and_sending_takes_the_mail_back(shop: Shop) -> None:
    """The mail is cancelled where it would leave, and the order says why; nobody writes it again."""
    shop.report()
    shop.turn(PLANNED)
    shop.happened(EventKind.REFUNDED, PLANNED)
    assert shop.deliver(PLANNED + timedelta(minutes=1)) == []
    assert shop.state() == ("skipped", "refunded")
    (row,) = shop.mails()
    assert (row.state, row.reason) == ("cancelled", "taken back: It was refunded.")
    assert shop.turn(PLANNED + DAY) == 0
    assert shop.state() == ("skipped", "refunded")


def test_a_look_takes_a_mail_back_as_well(shop: Shop) -> None:
    """While the mail server is down, an order that was refunded does not keep its mail."""
    shop.report()
    shop.turn(PLANNED)
    shop.happened(EventKind.REFUNDED, PLANNED + timedelta(minutes=1))
    assert shop.turn(PLANNED + timedelta(minutes=1)) == 0
    assert [row.state for row in shop.mails()] == ["cancelled"]
    assert shop.state() == ("skipped", "refunded")


def test_a_mail_that_missed_its_hours_waits_for_the_next_morning(shop: Shop) -> None:
    """A mail server that comes back at three in the night brings no mail to a buyer then."""
    shop.report()
    shop.turn(PLANNED)
    night = datetime(2026, 9, 12, 1, 0, tzinfo=UTC)
    assert shop.deliver(night) == []
    (row,) = shop.mails()
    assert (row.state, row.due_at) == ("queued", datetime(2026, 9, 12, 7, 0, tzinfo=UTC))
    assert len(shop.deliver(datetime(2026, 9, 12, 7, 0, tzinfo=UTC))) == 1
    assert shop.state() == ("asked", "asked")


def test_a_mail_that_never_found_a_way_out_expires_and_the_order_says_so(shop: Shop) -> None:
    """Its time ends with the window."""
    shop.report()
    shop.turn(PLANNED)
    assert shop.deliver(GONE) == []
    assert shop.turn(GONE) == 0
    assert shop.state() == ("skipped", "too_late")
    assert [(row.state, row.reason) for row in shop.mails()] == [("cancelled", "expired")]


def test_a_mail_to_an_address_that_is_barred_meanwhile_is_written_to_the_new_one(shop: Shop) -> None:
    """A report named another address after it was written: nobody cancelled it, and the buyer is asked once."""
    shop.report()
    assert shop.turn(PLANNED) == 1
    moved = "z9y8x7w6v5u4t3s@marketplace.amazon.fr"
    shop.report(buyer_address=moved, buyer_alias=moved, now=PLANNED)
    shop.run(suppressions.suppress, "main", ALIAS, f"{suppressions.CAME_BACK} (5.1.1)", PLANNED)
    assert shop.deliver(PLANNED) == []
    assert shop.turn(PLANNED + timedelta(hours=1)) == 1
    assert [row.recipient for row in shop.deliver(PLANNED + timedelta(hours=1))] == [moved]


def test_a_lifted_suppression_lets_one_mail_be_written_anew(shop: Shop) -> None:
    """What we took back surely never left: the new mail has a key of its own, and only one ever leaves."""
    shop.report()
    shop.turn(PLANNED)
    shop.run(suppressions.suppress, "main", ALIAS, "you: no more", PLANNED)
    assert shop.deliver(PLANNED) == []
    assert shop.state() == ("skipped", "suppressed")
    shop.run(suppressions.unsuppress, "main", ALIAS)
    shop.run(orders.look_again, "main", PLANNED + DAY, alias=ALIAS)
    assert shop.turn(PLANNED + DAY) == 1
    assert len(shop.deliver(PLANNED + DAY)) == 1
    shop.run(orders.look_again, "main", PLANNED + 2 * DAY, alias=ALIAS)
    assert shop.turn(PLANNED + 2 * DAY) == 0
    assert [(row.idem_key, row.state) for row in shop.mails()] == [
        (f"feedback:main:{ORDER}", "cancelled"),
        (f"feedback:main:{ORDER}:2", "sent"),
    ]


def test_a_mail_that_a_person_cancels_is_not_written_again(shop: Shop) -> None:
    """No is no, for this order."""
    shop.report()
    shop.turn(PLANNED)
    (row,) = shop.mails()
    shop.run(outbox.cancel, row.id, "cancelled by a person")
    for days in (1, 2, 3):
        assert shop.turn(PLANNED + days * DAY) == 0
    assert shop.state() == ("skipped", "cancelled_by_you")


def test_a_mail_of_unknown_fate_counts_as_asked(shop: Shop) -> None:
    """It may have arrived: nobody is asked twice, also when a person cancels it."""
    shop.report()
    shop.turn(PLANNED)
    row = shop.claim(PLANNED)
    assert isinstance(row, Claimed)
    shop.run(outbox.data_started, row.id, PLANNED)
    shop.run(outbox.make_ambiguous, row.id, "the connection was lost", PLANNED)
    assert shop.turn(PLANNED + DAY) == 0
    assert shop.state() == ("asked", "asked")
    shop.run(outbox.cancel, row.id, "cancelled by a person")
    assert shop.turn(PLANNED + 2 * DAY) == 0
    assert shop.state() == ("asked", "asked")


def test_the_order_says_for_good_that_its_mail_was_refused(shop: Shop) -> None:
    """From the next look on it was asked, with the server's words; no later look forgets them."""
    shop.report()
    shop.turn(PLANNED)
    row = shop.claim(PLANNED)
    assert isinstance(row, Claimed)
    shop.run(outcome.kept, shop.account(), row, Refused("550 no such user", Stage.RCPT, 550), PLANNED)
    for at in (PLANNED, PLANNED + DAY):
        shop.turn(at)
        assert shop.state() == ("asked", "asked")
        assert shop.order().feedback_detail["returned"].endswith("was refused: 550 no such user")


def test_what_became_of_a_mail_of_unknown_fate_is_seen(shop: Shop) -> None:
    """Its order says that nobody knows, as long as nobody does: once the mail turned up, there is nothing to say."""
    shop.report()
    shop.turn(PLANNED)
    row = shop.claim(PLANNED)
    assert isinstance(row, Claimed)
    shop.run(outbox.make_ambiguous, row.id, "the connection was lost", PLANNED)
    shop.turn(PLANNED + DAY)
    assert shop.order().feedback_detail["words"] == "nobody knows whether the mail left: responder outbox"
    shop.run(outbox.settle_by_message_id, row.message_id, PLANNED + DAY, "its copy lies in the Sent folder")
    shop.turn(PLANNED + 2 * DAY)
    assert "words" not in shop.order().feedback_detail
    assert shop.order().look_at is None


def test_a_rehearsal_does_not_use_up_the_one_request(shop: Shop) -> None:
    """What it held says so; released after it, it is decided again, and leaves in the hours for sending."""
    shop.report()
    shop.report(OTHER)
    shop.turn(PLANNED)
    while shop.claim(PLANNED, dry_run=True).result is not Result.IDLE:  # type: ignore[union-attr]
        pass
    shop.turn(PLANNED + DAY)
    assert shop.state() == ("held", "in_outbox_held")
    assert "go-live" in shop.order().feedback_detail["words"]
    night = datetime(2026, 9, 13, 1, 0, tzinfo=UTC)
    shop.run(outbox.release, shop.mails()[0].id, night)
    assert shop.deliver(night) == []
    assert len(shop.deliver(datetime(2026, 9, 13, 7, 0, tzinfo=UTC))) == 1
    shop.turn(GONE)
    assert shop.state() == ("asked", "asked")
    assert shop.state(OTHER) == ("skipped", "too_late")
    assert [row.state for row in shop.mails()] == ["sent", "cancelled"]


@pytest.mark.parametrize("shop", ["feedback: {enabled: true, invoice: none, per_day: 2}\n"], indirect=True)
def test_no_more_than_the_cap_are_written_in_a_day(shop: Shop) -> None:
    """What is above it waits for the next day, and nothing is lost."""
    for number in range(5):
        shop.report(f"171-1234567-123456{number}", buyer_address=f"a1b2c3d4e5f6g{number}h@marketplace.amazon.fr")
    written = []
    for hours in (0, 9, 24, 48, 72):
        written.append(shop.turn(PLANNED + timedelta(hours=hours)))
        shop.deliver(PLANNED + timedelta(hours=hours))
    assert written == [2, 0, 2, 1, 0]


@pytest.mark.parametrize("shop", ["feedback: {enabled: true, invoice: none, per_day: 1}\n"], indirect=True)
def test_what_waits_for_the_mail_server_counts_in_the_cap(shop: Shop) -> None:
    """After an outage of days no flood leaves: as long as mail waits, no more of it is written."""
    for order_id in (ORDER, OTHER):
        shop.report(order_id)
    assert [shop.turn(PLANNED + days * DAY) for days in (0, 1, 2)] == [1, 0, 0]
    assert shop.state(OTHER) == ("waiting", "daily_cap")
    assert len(shop.deliver(PLANNED + 3 * DAY)) == 1


@pytest.mark.parametrize(
    "shop", ['feedback: {enabled: true, invoice: none, exclude: {skus: ["X-*"]}}\n'], indirect=True
)
def test_other_wishes_are_followed_from_the_next_start_on(shop: Shop) -> None:
    """An order that was excluded, and still has time, is asked about when it is excluded no more."""
    shop.report(items=(OrderItem(item="1", sku="X-1"),))
    shop.turn(PLANNED)
    assert shop.state() == ("skipped", "excluded_sku")
    assert shop.turn(PLANNED + DAY) == 0
    shop.restart(NO_INVOICE)
    assert shop.turn(PLANNED + DAY) == 1


def test_what_a_clock_decided_that_was_ahead_is_decided_anew(shop: Shop) -> None:
    """It was years ahead for one look, and the window seemed over: at the next start the order is looked at again."""
    shop.report()
    shop.turn(PLANNED + 1000 * DAY)
    assert shop.state() == ("skipped", "too_late")
    assert shop.turn(PLANNED) == 1


def test_switched_off_nothing_is_decided_and_what_waits_is_taken_back(shop: Shop) -> None:
    """enabled: false sends nothing, and forgets no fact."""
    shop.report()
    shop.turn(PLANNED)
    shop.report(OTHER)
    shop.restart("feedback: {enabled: false}\n")
    assert shop.turn(PLANNED + DAY) == 0
    assert shop.deliver(PLANNED + DAY) == []
    assert shop.state() == ("skipped", "disabled")
    assert shop.state(OTHER) == ("waiting", None)


def test_old_orders_have_their_final_state_at_once(shop: Shop) -> None:
    """A first import brings orders of years: one turn settles those whose time is over, whatever their number."""
    then = BOUGHT - 200 * DAY
    lines = [
        Line(
            OrderFacts(
                order_id=f"171-1234567-{number:07}", marketplace="amazon.fr", purchased_at=then,
                shipped_at=then if number % 3 else None, delivered_at=then + DAY if number % 3 == 1 else None,
            )
        )
        for number in range(1000)
    ]  # fmt: skip
    shop.run(upsert, "main", lines, reported_at=BOUGHT, now=BOUGHT)
    shop.report()
    done = asyncio.run(ask.turn(shop.store, shop.asker, ManualClock(SHIPPED)))
    assert done.looked == 1
    assert {shop.state(f"171-1234567-{number:07}") for number in range(9)} == {
        ("skipped", "too_late"),
        ("skipped", "no_shipment_known"),
    }
    assert shop.run(orders.next_look, "main") == PLANNED


@pytest.mark.parametrize(
    "shop", ["feedback: {enabled: true, invoice: optional}\ninvoices: {mail: at_shipping}\n"], indirect=True
)
def test_an_invoice_sent_at_shipping_is_the_one_mail(shop: Shop) -> None:
    """It leaves when the order is shipped and the file is there; the buyer is not asked then, unless that is wanted."""
    shop.report(delivered_at=None, ship_country="DE")
    at = SHIPPED + timedelta(hours=2)
    shop.turn(at)
    assert shop.state() == ("held", "invoice_missing")
    shop.invoice()
    shop.watch(at)
    assert shop.turn(at) == 1
    (mail,) = shop.deliver(at)
    assert (mail.kind, mail.idem_key) == ("invoice", f"invoice:main:{ORDER}")
    shop.report(now=at + DAY)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("skipped", "one_proactive_mail")
    shop.restart(
        "feedback: {enabled: true, invoice: optional, after_invoice_mail: true}\ninvoices: {mail: at_shipping}\n"
    )
    assert shop.turn(PLANNED) == 1
    (mail,) = shop.deliver(PLANNED)
    parsed = message_from_bytes(mail.rfc822 or b"", policy=policy.default)
    assert not list(parsed.iter_attachments())
    assert shop.turn(PLANNED + DAY) == 0
    assert len(shop.mails()) == 2


def test_a_delay_notice_counts_as_the_one_mail(shop: Shop) -> None:
    """Whoever was told of a delay of this order had their mail."""
    shop.report()
    told = outbox.NewOutbox(
        account="main", idem_key=f"delay:main:{ORDER}", message_id="<delay@example.com>", kind="delay_notice",
        recipient=ALIAS, subject="x", rfc822=b"x", due_at=SHIPPED, created_at=SHIPPED, payload={"order_id": ORDER},
    )  # fmt: skip
    shop.run(outbox.enqueue, told)
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("skipped", "one_proactive_mail")


def test_a_warning_in_the_performance_report_holds_everything(shop: Shop) -> None:
    """Amazon says that the account's messages are abuse: no more of them, until a newer report says otherwise."""
    shop.report()
    figures = {"warningStates": [{"spammingSellerMessaging": {"status": "BAD"}}]}
    shop.run(performance.keep, performance.Performance("main", "amazon.fr", PLANNED, figures))
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "messaging_flagged")
    shop.run(performance.keep, performance.Performance("main", "amazon.fr", PLANNED + DAY, {"warningStates": []}))
    assert shop.turn(PLANNED + DAY) == 1


def test_a_text_without_the_buyers_language_holds_the_request(shop: Shop) -> None:
    """It cannot be written: the order says so, no other order is kept waiting, and a mended text is used."""
    text = "subject: 'Bestellung {{ order.id }}'\nlanguages:\n  de: |\n    Bestellung {{ order.id }}.\n"
    (shop.folder / "templates" / "feedback_request.yaml").write_text(text)
    shop.restart(NO_INVOICE)
    shop.report()
    assert shop.turn(PLANNED) == 0
    assert shop.state() == ("held", "not_written")
    (shop.folder / "templates" / "feedback_request.yaml").unlink()
    shop.restart(NO_INVOICE)
    assert shop.turn(PLANNED + DAY) == 1
