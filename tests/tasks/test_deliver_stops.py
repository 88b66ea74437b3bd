"""What keeps mail from buyers while it is delivered: the circuit breaker, the pause, the rehearsal."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from neighbours.desk import ALIAS, HOUR, MINUTE, NOW, OPERATOR, OWNER, Desk, desk_at
from neighbours.smtp import Mailhost
from sqlalchemy import Connection, insert

from responder.adapters.store import Store, decisions, outbox, schema, sending, threads
from responder.core.breaker import REHEARSAL, Cap, Limits, Paused, Stopped
from responder.core.threads import Thread
from responder.tasks import deliver
from responder.tasks.deliver import Result, Turn

DAY = timedelta(days=1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the state is, so that a test can open it twice."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty state in a file."""
    opened = Store.open(url, exclusive=True)
    yield opened
    opened.close()


@pytest.fixture
def mailhost() -> Iterator[Mailhost]:
    """A mail server that takes everything."""
    with Mailhost() as host:
        yield host


@pytest.fixture
async def desk(store: Store, mailhost: Mailhost) -> AsyncIterator[Desk]:
    """A desk that lets three acknowledgements leave in an hour, and five in a day."""
    async with desk_at(store, mailhost.port) as made:
        made.limits = Limits(3, 5)
        yield made


def received(mailhost: Mailhost) -> Counter[str]:
    """Return how many mails buyers and the owner got."""
    return Counter("owner" if mail.recipients == (OWNER,) else "buyers" for mail in mailhost.accepted)


async def drained(desk: Desk) -> list[Result]:
    """Deliver what is due now, as `run --once` does, and return what each turn came to."""
    return [turn.result for turn in await deliver.catch_up(desk.store, desk.sender, desk.account, desk.clock)]


def flood(conn: Connection, senders: int, at: datetime, expires_at: datetime) -> None:
    """Decide an acknowledgement for each of so many buyers, all due at `at`."""
    thread = Thread(0, "main", "amazon.fr", None, None, ALIAS, None, "Ticket", "fr", received_at=at)
    thread_id = threads.insert_thread(conn, thread).id
    rows = [
        {
            "account": "main",
            "idem_key": alias,
            "message_id": f"<{alias}>",
            "kind": "acknowledgement",
            "recipient": alias,
            "subject": "Re: Ticket",
            "rfc822": f"To: {alias}\r\n\r\nBonjour\r\n".encode(),
            "state": "queued",
            "due_at": at,
            "created_at": at,
            "expires_at": expires_at,
            "thread_id": thread_id,
            "attempts": 0,
            "payload": {},
        }
        for alias in (f"robot{number}@marketplace.amazon.fr" for number in range(senders))
    ]
    conn.execute(insert(schema.outbox), rows)


async def test_ten_thousand_senders_get_sixty_mails_and_the_owner_one_alert(url: str, mailhost: Mailhost) -> None:
    """The shipped limits: sixty, a restart that changes nothing, sixty more after a resume, and the rest expires."""
    monday = NOW + 2 * DAY
    store = Store.open(url, exclusive=True)
    await store.tx(flood, 10_000, NOW, monday)
    async with desk_at(store, mailhost.port) as desk:
        assert Counter(await drained(desk)) == {Result.SENT: 61, Result.STOPPED: 1, Result.IDLE: 1}
        assert received(mailhost) == {"buyers": 60, "owner": 1}
        assert await store.tx(sending.waiting, NOW) == sending.Waiting(9_940, 0)
    store.close()

    store = Store.open(url, exclusive=True)  # the daemon was started again, a day later
    async with desk_at(store, mailhost.port) as desk:
        desk.clock.move_to(NOW + DAY)
        assert await drained(desk) == [Result.IDLE]
        assert (await store.tx(sending.state)).stopped == Stopped(NOW, Cap.HOURLY, 60, 60, 60)
        await store.tx(sending.resume, NOW + DAY, "camille")
        assert Counter(await drained(desk)) == {Result.SENT: 61, Result.STOPPED: 1, Result.IDLE: 1}
        assert received(mailhost) == {"buyers": 120, "owner": 2}
        desk.clock.move_to(monday)
        assert await drained(desk) == [Result.CANCELLED, Result.IDLE]
        assert await store.tx(sending.waiting, monday) == sending.Waiting(0, 9_880)
    store.close()
    assert received(mailhost) == {"buyers": 120, "owner": 2}
    assert len({mail.recipients for mail in mailhost.accepted}) == 121


async def test_the_alert_and_the_story_say_what_happened(desk: Desk, mailhost: Mailhost) -> None:
    """The mail that would have been one too many waits with the reason; a digest leaves as ever."""
    ids = [await desk.acknowledgement() for _ in range(4)]
    assert [(await desk.turn()).result for _ in range(3)] == [Result.SENT] * 3
    stopped = await desk.turn()
    assert (stopped.result, stopped.outbox_ids) == (Result.STOPPED, (ids[3],))
    assert desk.wake.is_set()
    assert await desk.state(ids[3]) == (
        "queued",
        "3 acknowledgements to 1 buyer left within an hour, and limits.acknowledgements_per_hour is 3",
    )
    waits = await desk.row(ids[3])
    assert (waits.attempts, waits.smtp_reply) == (0, None)  # it was not tried, and no server said that
    await desk.digest()
    assert await drained(desk) == [Result.SENT, Result.SENT, Result.IDLE]
    raw = next(mail.data for mail in mailhost.accepted if mail.recipients == (OWNER,))
    alert = message_from_bytes(raw, policy=policy.default)
    assert alert["Subject"] == "Problem: sending to buyers has stopped after 3 mails"
    assert "responder resume" in alert.get_content()
    (story,) = await desk.store.tx(decisions.decisions, action="sending_stopped")
    assert (story.at, story.detail["cap"]) == (NOW, "hourly_cap")


async def test_the_limit_of_a_day_stops_as_that_of_an_hour(desk: Desk, mailhost: Mailhost) -> None:
    """Few an hour are many a day; what left 24 hours ago counts no more."""
    await desk.acknowledgement()
    assert await drained(desk) == [Result.SENT, Result.IDLE]
    for hour in range(8, 25, 4):
        desk.clock.move_to(NOW + hour * HOUR)
        await desk.acknowledgement()
        assert await drained(desk) == [Result.SENT, Result.IDLE]
    await desk.acknowledgement()
    assert await drained(desk) == [Result.STOPPED, Result.SENT, Result.IDLE]
    assert (await desk.store.tx(sending.state)).stopped == Stopped(NOW + DAY, Cap.DAILY, 5, 5, 1)


async def test_what_leaves_slowly_enough_never_stops(desk: Desk, mailhost: Mailhost) -> None:
    """Three an hour may leave for ever, as far as the hour is concerned."""
    desk.limits = Limits(3, 1000)
    for turn in range(30):
        desk.clock.move_to(NOW + turn * HOUR / 3)
        await desk.acknowledgement()
        assert await drained(desk) == [Result.SENT, Result.IDLE]


async def test_both_accounts_together_reach_the_limit_also_at_the_same_moment(desk: Desk, mailhost: Mailhost) -> None:
    """Two left from another account and one is under way there: not one more leaves here."""
    for _ in range(2):
        key = await desk.acknowledgement(account="second")
        await desk.store.tx(outbox.claim_due, "second", NOW)
        await desk.store.tx(outbox.mark_sent, key, NOW, "250 ok")
    await desk.acknowledgement(account="second")
    await desk.store.tx(outbox.claim_due, "second", NOW)
    await desk.acknowledgement()
    assert (await desk.turn()).result is Result.STOPPED
    assert (await desk.store.tx(sending.state)).stopped == Stopped(NOW, Cap.HOURLY, 3, 3, 1)
    assert received(mailhost) == {}


async def test_a_mail_that_may_not_go_any_more_does_not_trip_the_breaker(desk: Desk, mailhost: Mailhost) -> None:
    """Answered meanwhile, it is cancelled; only what would really leave is one too many."""
    for _ in range(3):
        await desk.acknowledgement()
    orphan = await desk.mail("acknowledgement", ALIAS)
    assert await drained(desk) == [Result.SENT] * 3 + [Result.CANCELLED, Result.IDLE]
    assert await desk.state(orphan) == ("cancelled", "its thread is no longer kept")


async def test_a_pause_keeps_mail_from_buyers_and_ends_by_itself(desk: Desk, mailhost: Mailhost) -> None:
    """The loop sleeps until the end of the pause, and no try is counted; the owner's mail goes at once."""
    await desk.store.tx(sending.pause, Paused(NOW, NOW + HOUR), "camille")
    key = await desk.acknowledgement()
    await desk.digest()
    assert (await desk.turn()).result is Result.SENT
    assert await desk.turn() == Turn(Result.IDLE, until=NOW + HOUR)
    assert (await desk.row(key)).attempts == 0
    assert received(mailhost) == {"owner": 1}
    desk.clock.move_to(NOW + HOUR - MINUTE)
    assert (await desk.turn()).result is Result.IDLE
    desk.clock.move_to(NOW + HOUR)
    assert await desk.turn() == Turn(Result.SENT, (key,), "250 2.0.0 queued as 2")


async def test_a_pause_that_outlasts_a_mail_lets_it_expire(desk: Desk, mailhost: Mailhost) -> None:
    """Its promise names a day that has begun: it is cancelled when its time comes, though nothing may leave."""
    await desk.store.tx(sending.pause, Paused(NOW), "camille")
    key = await desk.acknowledgement(expires_at=NOW + HOUR)
    assert await desk.turn() == Turn(Result.IDLE, until=NOW + HOUR)
    desk.clock.move_to(NOW + HOUR)
    assert await desk.turn() == Turn(Result.CANCELLED, (key,), "expired")
    await desk.store.tx(sending.resume, NOW + HOUR, "camille")
    assert await drained(desk) == [Result.IDLE]
    assert received(mailhost) == {}


async def test_a_command_beside_the_daemon_holds_from_the_next_mail_on(
    desk: Desk, url: str, mailhost: Mailhost
) -> None:
    """Another process pauses and resumes; the running loop neither restarts nor is told."""
    other = Store.open(url, exclusive=False)
    try:
        await desk.acknowledgement()
        assert (await desk.turn()).result is Result.SENT
        await asyncio.to_thread(other.run, sending.pause, Paused(NOW), "camille")
        await desk.acknowledgement()
        assert (await desk.turn()).result is Result.IDLE
        await asyncio.to_thread(other.run, sending.resume, NOW, "camille")
        assert (await desk.turn()).result is Result.SENT
    finally:
        other.close()
    assert received(mailhost) == {"buyers": 2}


async def test_going_live_holds_from_the_next_mail_on_and_sends_nothing_old(desk: Desk, mailhost: Mailhost) -> None:
    """What the rehearsal held stays held; what is decided afterwards leaves; the way back holds again."""
    desk.rehearsal = True
    old, waiting = await desk.acknowledgement(), await desk.acknowledgement(due_at=NOW + MINUTE)
    assert await drained(desk) == [Result.HELD, Result.IDLE]
    await desk.store.tx(sending.go_live, NOW, "camille")
    await desk.store.tx(sending.settle_rehearsal, NOW)
    desk.clock.move_to(NOW + HOUR)
    new = await desk.acknowledgement()
    assert await drained(desk) == [Result.SENT, Result.IDLE]
    states = [await desk.state(key) for key in (old, waiting, new)]
    assert states == [("held", REHEARSAL), ("held", REHEARSAL), ("sent", None)]
    await desk.store.tx(sending.rehearse, NOW, "camille")
    await desk.acknowledgement()
    assert await drained(desk) == [Result.HELD, Result.IDLE]
    assert received(mailhost) == {"buyers": 1}


async def test_the_alert_leaves_through_the_operators_account(store: Store, mailhost: Mailhost) -> None:
    """The account that tripped is another one: its loop wakes the operator's."""
    async with desk_at(store, mailhost.port) as desk:
        account = replace(desk.account, limits=Limits(0, 0), operator=replace(OPERATOR, account="first"))
        await desk.acknowledgement()
        assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.STOPPED
        assert desk.wake.is_set()
        assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.IDLE
        first = replace(account, name="first")
        assert (await deliver.turn(store, desk.sender, first, desk.clock)).result is Result.SENT
    assert received(mailhost) == {"owner": 1}


async def test_nothing_goes_to_a_buyer_before_the_mailbox_was_looked_at(desk: Desk, mailhost: Mailhost) -> None:
    """A person may have answered while the daemon was off: mail to the owner leaves, the acknowledgement waits."""
    held, digest = await desk.acknowledgement(), await desk.digest()
    blind = replace(desk.account, looked=lambda: False)
    found = [turn.result for turn in await deliver.catch_up(desk.store, desk.sender, blind, desk.clock)]
    assert found == [Result.SENT, Result.IDLE]
    assert ((await desk.state(held))[0], (await desk.state(digest))[0]) == ("queued", "sent")
    assert await drained(desk) == [Result.SENT, Result.IDLE]
    assert received(mailhost) == {"buyers": 1, "owner": 1}


async def test_a_mail_that_was_held_until_its_promise_had_passed_is_not_sent(desk: Desk, mailhost: Mailhost) -> None:
    """A person released it, perhaps without reading it: a buyer who is promised an answer by last week is no help."""
    promise = {"promise_at": (NOW + HOUR).isoformat()}
    late, soon = await desk.acknowledgement(payload=promise), await desk.acknowledgement(payload=promise)
    for key in (late, soon):
        await desk.store.tx(outbox.hold, key, "policy")
    await desk.store.tx(outbox.release, soon, NOW)
    assert await drained(desk) == [Result.SENT, Result.IDLE]
    desk.clock.move_to(NOW + DAY)
    await desk.store.tx(outbox.release, late, NOW + DAY)
    assert await drained(desk) == [Result.CANCELLED, Result.IDLE]
    assert await desk.state(late) == ("cancelled", "it promises an answer by a time that has passed")
    assert received(mailhost) == {"buyers": 1}
