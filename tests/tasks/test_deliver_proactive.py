"""A mail that nobody asked for is decided on again where it leaves, and a limit of its own stops what is a fault."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from neighbours import asking
from neighbours.asking import ALIAS, ORDER
from neighbours.desk import HOUR, MINUTE, NOW, Desk, desk_at
from neighbours.scripted_smtp import ScriptedSmtp
from neighbours.smtp import Mailhost
from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, orders, outbox, sending, suppressions
from responder.adapters.store.outbox import OutboxRow
from responder.core.breaker import Cap, Limits, Stopped
from responder.core.objections import Objection
from responder.core.orders import FeedbackState
from responder.tasks import deliver
from responder.tasks.deliver import Account, Result, Turn

DAY = timedelta(days=1)
BROKEN = "L05 line 3: ask for feedback, not for a positive one"
OTHER = "171-7777777-7777777"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty state in a file."""
    opened = Store.open(f"sqlite:///{tmp_path / 'state.db'}", exclusive=True)
    yield opened
    opened.close()


@pytest.fixture
def mailhost() -> Iterator[Mailhost]:
    """A mail server that takes everything."""
    with Mailhost() as host:
        yield host


@pytest.fixture
async def desk(store: Store, mailhost: Mailhost) -> AsyncIterator[Desk]:
    """A desk with the shipped limits."""
    async with desk_at(store, mailhost.port) as made:
        yield made


def deciding(desk: Desk, *answers: Objection | None) -> Account:
    """The account, whose orders are decided on again with these answers, one for each mail that would leave."""
    given = iter(answers)

    def again(conn: Connection, row: OutboxRow, now: datetime) -> Objection | None:
        assert row.kind in outbox.PROACTIVE_KINDS
        return next(given)

    return replace(desk.account, objection=again)


async def turned(desk: Desk, account: Account) -> Turn:
    """Deliver at most one mail of this account."""
    return await deliver.turn(desk.store, desk.sender, account, desk.clock)


async def requested(desk: Desk, **changes: object) -> int:
    """A request that is due."""
    found = await desk.store.tx(outbox.enqueue, asking.request(NOW, **changes))  # type: ignore[arg-type]
    assert found is not None
    return found


async def test_what_nothing_speaks_against_leaves(desk: Desk, mailhost: Mailhost) -> None:
    """The invoice goes with it, to the buyer's address alone."""
    key = await requested(desk)
    assert (await turned(desk, deciding(desk, None))).result is Result.SENT
    (mail,) = mailhost.accepted
    assert (mail.recipients, mail.data) == ((ALIAS,), (await desk.row(key)).rfc822)


async def test_an_objection_that_passes_puts_the_mail_off(desk: Desk, mailhost: Mailhost) -> None:
    """It waits until then, no try is counted, and the loop comes back; then it is asked again, and leaves."""
    key = await requested(desk)
    account = deciding(desk, Objection("outside of 09:00-19:00", NOW + HOUR), None)
    assert await turned(desk, account) == Turn(Result.PUT_OFF, (key,), "outside of 09:00-19:00", NOW + HOUR)
    row = await desk.row(key)
    assert (row.state, row.due_at, row.attempts, row.reason) == (
        "queued",
        NOW + HOUR,
        0,
        "outside of 09:00-19:00",
    )
    assert await turned(desk, account) == Turn(Result.IDLE, until=NOW + HOUR)
    desk.clock.move_to(NOW + HOUR)
    assert (await turned(desk, account)).result is Result.SENT


@pytest.mark.parametrize("until", [NOW, NOW - DAY])
async def test_an_objection_whose_time_has_passed_is_no_busy_loop(desk: Desk, until: datetime) -> None:
    """It is asked again in a minute, not at once and for ever."""
    key = await requested(desk)
    assert (await turned(desk, deciding(desk, Objection("not yet", until)))).until == NOW + MINUTE
    assert (await desk.row(key)).due_at == NOW + MINUTE


async def test_a_mail_put_off_past_its_end_expires(desk: Desk, mailhost: Mailhost) -> None:
    """The window is over before the objection is."""
    key = await requested(desk, expires_at=NOW + HOUR)
    assert (await turned(desk, deciding(desk, Objection("not yet", NOW + DAY)))).result is Result.PUT_OFF
    desk.clock.move_to(NOW + HOUR)
    assert await turned(desk, desk.account) == Turn(Result.CANCELLED, (key,), "expired")
    assert mailhost.accepted == []


async def test_an_objection_for_ever_cancels_the_mail(desk: Desk, mailhost: Mailhost) -> None:
    """A refund came in meanwhile."""
    key = await requested(desk)
    assert await turned(desk, deciding(desk, Objection("the order was refunded"))) == Turn(
        Result.CANCELLED, (key,), "the order was refunded"
    )
    assert await desk.state(key) == ("cancelled", "the order was refunded")
    assert mailhost.accepted == []


async def test_only_what_nobody_asked_for_is_decided_on_again(desk: Desk) -> None:
    """An acknowledgement answers a message; its own rules have been asked."""
    await desk.acknowledgement()
    assert (await turned(desk, deciding(desk))).result is Result.SENT


async def test_who_wants_no_mail_gets_none(desk: Desk, mailhost: Mailhost) -> None:
    """By buyer or by order, whatever was decided before; also where the address has a case in it."""
    with_case = ALIAS.replace("@", "+0b9c3a54-6f2e-4d8b-9d0f-3f1f3f0c5a11@")
    for number, (kind, subject, to) in enumerate(product(outbox.PROACTIVE_KINDS, (ALIAS, ORDER), (ALIAS, with_case))):
        key = await requested(desk, to=to, kind=kind, idem_key=str(number), message_id=f"<{number}@example.com>")
        await desk.store.tx(suppressions.suppress, "main", subject, suppressions.OPTED_OUT, NOW)
        assert (await desk.turn()).result is Result.CANCELLED
        assert await desk.state(key) == ("cancelled", f"taken back: never write there again: {suppressions.OPTED_OUT}")
        await desk.store.tx(suppressions.unsuppress, "main", subject)
    assert mailhost.accepted == []


async def test_a_buyer_gets_no_more_than_the_daily_limit(desk: Desk, mailhost: Mailhost) -> None:
    """An acknowledgement and an invoice today: the request waits until the first of them is a day old."""
    thread = await desk.thread(buyer_alias=ALIAS)
    await desk.acknowledgement(thread)
    assert (await desk.turn()).result is Result.SENT
    desk.clock.move_to(NOW + HOUR)
    await requested(desk, kind="invoice")
    assert (await desk.turn()).result is Result.SENT
    key = await requested(desk)
    words = "this buyer got 2 automatic mails in 24 hours, and limits.per_buyer_per_day is 2"
    assert await desk.turn() == Turn(Result.PUT_OFF, (key,), words, NOW + DAY)
    desk.clock.move_to(NOW + DAY)
    assert (await desk.turn()).result is Result.SENT
    assert len(mailhost.accepted) == 3


async def test_another_buyers_mail_does_not_count(desk: Desk) -> None:
    """The limit is each buyer's own, and another account's mail is another seller's."""
    desk.limits = Limits(per_buyer=1)
    other = "z9z9z9z9z9z9z9z@marketplace.amazon.fr"
    for number in range(3):
        await requested(desk, order_id=f"171-000000{number}-0000000", to=other.replace("z9z", f"z{number}z"), alias="")
        assert (await desk.turn()).result is Result.SENT
    await requested(desk)
    assert (await desk.turn()).result is Result.SENT


async def test_so_many_requests_as_only_a_fault_can_send_stop_everything(desk: Desk, mailhost: Mailhost) -> None:
    """Requests and invoices of the account count together; the alert says which limit it was, and a resume ends it."""
    desk.limits = Limits(per_buyer=99, requests=3)
    for number in range(4):
        kind = "invoice" if number % 2 else "feedback_request"
        await requested(desk, order_id=f"171-000000{number}-0000000", kind=kind)
    results = [turn.result for turn in await deliver.catch_up(desk.store, desk.sender, desk.account, desk.clock)]
    assert results == [*[Result.SENT] * 3, Result.STOPPED, Result.SENT, Result.IDLE]  # the last one is the alert
    assert (await desk.store.tx(sending.state)).stopped == Stopped(NOW, Cap.REQUESTS, 3, 3, 1)
    said = "3 unasked mails to 1 buyer left within 24 hours, and twice feedback.per_day is 3"
    assert said in mailhost.accepted[-1].data.decode().replace("=\r\n", "").replace("\r\n", " ")
    assert (await desk.row(4)).reason == said
    await desk.store.tx(sending.resume, NOW + MINUTE, "camille")
    desk.clock.move_to(NOW + MINUTE)
    assert (await desk.turn()).result is Result.SENT


async def test_requests_and_acknowledgements_have_limits_of_their_own(desk: Desk) -> None:
    """A day of many requests keeps no acknowledgement back."""
    desk.limits = Limits(per_hour=1, per_day=1, per_buyer=99, requests=2)
    for number in range(2):
        await requested(desk, order_id=f"171-000000{number}-0000000")
        assert (await desk.turn()).result is Result.SENT
    await desk.acknowledgement()
    assert (await desk.turn()).result is Result.SENT
    await desk.acknowledgement()
    assert (await desk.turn()).result is Result.STOPPED


async def test_a_mail_that_breaks_a_rule_never_leaves(desk: Desk, mailhost: Mailhost) -> None:
    """Whoever let it go: it is held again, with the finding."""
    key = await requested(desk, payload={"order_id": ORDER, "alias": ALIAS, "findings": [BROKEN]})
    answer = await desk.acknowledgement(payload={"findings": [BROKEN]})
    assert await desk.turn() == Turn(Result.HELD, (key,), BROKEN)
    assert await desk.turn() == Turn(Result.HELD, (answer,), BROKEN)
    assert await desk.state(key) == ("held", BROKEN)
    assert mailhost.accepted == []


async def test_a_rehearsal_holds_it_like_any_mail_to_a_buyer(desk: Desk, mailhost: Mailhost) -> None:
    """It is not decided on again before somebody lets it go."""
    desk.rehearsal = True
    await requested(desk)
    assert (await turned(desk, deciding(desk))).result is Result.HELD
    assert mailhost.accepted == []


async def test_a_refused_request_is_noted_with_its_order(store: Store) -> None:
    """No thread says so: the order does, and the digest tells it."""
    refusing = {"RCPT": b"550 5.7.1 not from here\r\n"}
    async with ScriptedSmtp(refusing) as server, desk_at(store, server.port) as desk:
        await store.tx(asking.known, NOW - HOUR)
        key = await requested(desk)
        assert (await desk.turn()).result is Result.REFUSED
    (noted,) = await store.tx(decisions.decisions, action="refused")
    assert noted.outbox_id == key
    assert noted.detail["words"].startswith(f"our feedback request about order {ORDER} was refused: ")
    order = await store.tx(orders.order, "main", ORDER)
    assert order is not None
    assert order.feedback_detail["returned"] == noted.detail["words"]
    assert order.feedback is FeedbackState.WAITING
