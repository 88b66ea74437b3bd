"""From the outbox to a mail server: what becomes of a row, against a real store and real and failing servers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neighbours.desk import ALIAS, FROM, HOUR, MINUTE, NOW, OPERATOR, OWNER, Desk, desk_at
from neighbours.scripted_smtp import Drop, Last, ScriptedSmtp, Wait
from neighbours.smtp import Mailhost
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from responder.adapters.smtp import Deferred, Sender, Stage
from responder.adapters.store import Store, outbox, suppressions, undelivered
from responder.adapters.store.outbox import OutboxRow
from responder.core import operator
from responder.core.breaker import REHEARSAL
from responder.core.operator import Outlet
from responder.core.threads import ThreadState
from responder.core.troubles import Cause
from responder.errors import StateError, TemporaryError
from responder.tasks import deliver
from responder.tasks.deliver import Result, Turn
from responder.tasks.deliver.outcome import kept


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty state in a file."""
    opened = Store.open(f"sqlite:///{tmp_path / 'state.db'}", exclusive=True)
    yield opened
    opened.close()


async def test_a_due_mail_is_sent_and_kept_as_sent(store: Store) -> None:
    """The envelope is our own address and the row's recipient; what follows happens once."""
    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            key = await desk.acknowledgement()
            assert await desk.turn() == Turn(Result.SENT, (key,), "250 2.0.0 queued as 1")
            assert await desk.turn() == Turn(Result.IDLE)
            row = await desk.row(key)
            assert (row.state, row.sent_at, row.attempts, row.smtp_reply) == ("sent", NOW, 1, "250 2.0.0 queued as 1")
            assert desk.effects == [("acknowledgement", NOW)]
    (mail,) = mailhost.accepted
    assert (mail.sender, mail.recipients, mail.data) == (FROM, (ALIAS,), row.rfc822)


async def test_a_mail_is_not_sent_before_it_is_due(store: Store) -> None:
    """The turn says when to come back, and only for its own account."""
    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            await desk.digest(due_at=NOW + HOUR)
            await desk.digest(account="other", due_at=NOW - HOUR)
            assert await desk.turn() == Turn(Result.IDLE, until=NOW + HOUR)
            desk.clock.move_to(NOW + HOUR)
            assert (await desk.turn()).result is Result.SENT
            assert len(mailhost.accepted) == 1


async def test_the_effects_of_sending_are_one_transaction_with_it(store: Store) -> None:
    """What the digest told is noted when, and only when, the digest is noted as sent."""

    def note(conn: Connection, row: OutboxRow, at: datetime) -> None:
        assert outbox.outbox_row(conn, row.id).state == "sent"  # type: ignore[union-attr]
        suppressions.suppress(conn, "main", f"told by {row.id}", "", at)

    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            key = await desk.digest()
            account = replace(desk.account, on_sent=note)
            assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.SENT
            assert await store.tx(suppressions.suppressed, "main", [f"told by {key}"]) is not None


@pytest.mark.parametrize("error", [KeyError("a bug"), IntegrityError("INSERT", {}, Exception("a bug"))])
async def test_a_bug_in_the_effects_does_not_send_the_mail_again(store: Store, error: Exception) -> None:
    """The mail is out: it stays sent, and the half-done effects are undone."""

    def fail(conn: Connection, _row: OutboxRow, at: datetime) -> None:
        suppressions.suppress(conn, "main", "half done", "", at)
        raise error

    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            key = await desk.digest()
            account = replace(desk.account, on_sent=fail)
            assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.SENT
            assert (await desk.state(key))[0] == "sent"
            assert await store.tx(suppressions.suppressed, "main", ["half done"]) is None
            assert (await desk.turn()).result is Result.IDLE


async def test_the_row_says_data_started_before_the_body_leaves(store: Store) -> None:
    """If the program dies now, the next start knows that the outcome is open."""
    held = Wait()
    async with ScriptedSmtp({"BODY": held}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.turn())
            await held.reached.wait()
            row = await desk.row(key)
            assert (row.state, row.data_started_at) == ("sending", NOW)
            running.cancel()


# When the server does not take it


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
async def test_a_temporary_refusal_is_tried_again_later(store: Store, step: str) -> None:
    """A 4yz at any step: queued with the server's words, and sent when its time comes."""
    async with ScriptedSmtp({step: b"451 4.7.1 greylisted\r\n"}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        put_off = await desk.turn()
        assert (put_off.result, put_off.until, put_off.trouble) == (Result.DEFERRED, NOW + MINUTE / 2, False)
        assert await desk.state(key) == ("queued", put_off.reason)
        assert put_off.reason.startswith("451 4.7.1 greylisted")
        assert await desk.turn() == Turn(Result.IDLE, until=NOW + MINUTE / 2)
        desk.clock.move_to(NOW + MINUTE)
        assert (await desk.turn()).result is Result.SENT
        assert (await desk.row(key)).attempts == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "BODY"])
async def test_a_refusal_for_good_is_final(store: Store, step: str) -> None:
    """A 5yz is kept with the server's words and never tried again."""
    async with ScriptedSmtp({step: b"550 5.1.1 no such user\r\n"}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        assert await desk.turn() == Turn(Result.REFUSED, (key,), "550 5.1.1 no such user")
        assert await desk.state(key) == ("refused", "550 5.1.1 no such user")
        assert desk.effects == []
        desk.clock.move_to(NOW + 24 * HOUR)
        assert (await desk.turn()).result is Result.IDLE


async def test_a_buyers_mail_of_unknown_fate_is_never_sent_again(store: Store) -> None:
    """The connection is lost after the final dot: the row waits for a Sent copy, a bounce or a person."""
    async with ScriptedSmtp({"BODY": Drop()}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        assert (await desk.turn()).result is Result.AMBIGUOUS
        assert (await desk.state(key))[0] == "ambiguous"
        desk.clock.move_to(NOW + 24 * HOUR)
        await deliver.recover(store, desk.account, desk.clock)
        assert (await desk.turn()).result is Result.IDLE
        assert (len(server.mails), desk.effects) == (1, [])


@pytest.mark.parametrize("kind", ["digest", "alert"])
async def test_the_operators_mail_of_unknown_fate_is_sent_again_as_it_was(store: Store, kind: str) -> None:
    """Rather twice than never; the same bytes with the same Message-ID, so that a mail program can fold them."""
    async with ScriptedSmtp({"BODY": Drop()}) as server, desk_at(store, server.port) as desk:
        await desk.mail(kind, OWNER)
        assert (await desk.turn()).result is Result.DEFERRED
        desk.clock.move_to(NOW + HOUR)
        assert (await desk.turn()).result is Result.SENT
        assert len(server.mails) == 2
        assert server.mails[0] == server.mails[1]


async def test_after_five_days_a_mail_is_given_up_with_the_last_words(store: Store) -> None:
    """RFC 5321 section 4.5.4.1: every half hour for five days, and then a final reason."""
    async with ScriptedSmtp({"RCPT": [b"450 4.2.1 full\r\n"] * 2}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement(created_at=NOW - timedelta(days=6))
        assert (await desk.turn()).result is Result.DEFERRED
        row = await desk.row(key)
        assert row.due_at == NOW + MINUTE / 2  # made long ago, but tried for the first time: not given up
        tried = replace(await _claimed(desk), attempts=240)
        done = await store.tx(kept, desk.account, tried, Deferred("450 full", Stage.RCPT), NOW)
        assert done.result is Result.REFUSED
        assert await desk.state(key) == ("refused", "not accepted in 240 tries over 5 days; the last time: 450 full")


@pytest.mark.parametrize("kind", ["digest", "alert"])
async def test_mail_to_the_operator_is_never_given_up(store: Store, kind: str) -> None:
    """A server that is away for a week loses no alert: it is tried every half hour as before."""
    async with ScriptedSmtp({"RCPT": b"450 4.2.1 full\r\n"}) as server, desk_at(store, server.port) as desk:
        key = await desk.mail(kind, OWNER, created_at=NOW - timedelta(days=9))
        assert (await desk.turn()).result is Result.DEFERRED
        tried = replace(await _claimed(desk), attempts=400)
        done = await store.tx(kept, desk.account, tried, Deferred("450 full", Stage.RCPT), NOW + MINUTE)
        assert (done.result, done.until) == (Result.DEFERRED, NOW + MINUTE + HOUR / 2)
        assert (await desk.row(key)).due_at == NOW + MINUTE + HOUR / 2


async def test_what_one_server_refuses_goes_through_the_next_account_in_its_own_name(store: Store) -> None:
    """The operator's alert: the same row and Message-ID, another From, and its text untouched."""
    outlets = (Outlet("main", FROM), Outlet("second", "second@example.org"))
    async with ScriptedSmtp({"RCPT": b"550 5.7.1 no\r\n"}) as server, desk_at(store, server.port) as desk:
        mail = operator.write(OPERATOR, "alert", "alert:1", NOW, subject="Overdue: Where?", text="One waits.")
        key = await store.tx(outbox.enqueue_for_operator, "main", mail, OWNER, NOW)
        assert key is not None
        woken: list[bool] = []
        account = replace(desk.account, outlets=outlets, on_elsewhere=lambda: woken.append(True))
        done = await deliver.turn(store, desk.sender, account, desk.clock)
        assert (done.result, woken) == (Result.ELSEWHERE, [True])
        row = await desk.row(key)
        assert (row.account, row.state, row.due_at, row.message_id) == ("second", "queued", NOW, mail.message_id)
        assert b'From: "Buyer Responder" <second@example.org>\r\n' in (row.rfc822 or b"")
        assert FROM.encode() not in (row.rfc822 or b"")
        assert (row.rfc822 or b"").replace(b"second@example.org", FROM.encode()) == mail.raw


async def test_what_every_server_refuses_is_refused_and_stays_known(store: Store) -> None:
    """Each account is tried once; then the mail is final, and named until a digest arrives."""
    outlets = (Outlet("second", "second@example.org"), Outlet("main", FROM))
    async with ScriptedSmtp({"RCPT": b"550 5.7.1 no\r\n"}) as server, desk_at(store, server.port) as desk:
        key = await desk.mail("alert", OWNER, payload={"refused_by": ["second"]})
        account = replace(desk.account, outlets=outlets)
        assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.REFUSED
        assert [row.id for row in await store.tx(undelivered.unsaid)] == [key]
        later = await desk.digest(created_at=NOW + HOUR)
        async with ScriptedSmtp({}) as other, desk_at(store, other.port) as able:
            assert (await able.turn()).outbox_ids == (later,)
        assert await store.tx(undelivered.unsaid) == ()


async def test_a_buyers_mail_never_goes_through_another_account(store: Store) -> None:
    """Amazon takes it from the approved address alone."""
    outlets = (Outlet("main", FROM), Outlet("second", "second@example.org"))
    async with ScriptedSmtp({"RCPT": b"550 5.7.1 no\r\n"}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        account = replace(desk.account, outlets=outlets)
        assert (await deliver.turn(store, desk.sender, account, desk.clock)).result is Result.REFUSED
        row = await desk.row(key)
        assert (row.account, row.state) == ("main", "refused")
        assert await store.tx(undelivered.refused_since, NOW) == {"main": "550 5.7.1 no"}


async def _claimed(desk: Desk) -> outbox.Claimed:
    desk.clock.move_to(NOW + MINUTE)
    row = await desk.store.tx(outbox.claim_due, "main", desk.clock.now())
    assert row is not None
    return row


class TrippingSender(Sender):
    """A sender with a bug: it trips over the first mail before its body, over the second one after "data started"."""

    async def send(self, sender: str, recipient: str, message: bytes, before_data: Any) -> Any:
        """Fail, or send."""
        if b"<1@example.com>" in message:
            raise IndexError("before")
        if b"<2@example.com>" in message:
            await before_data()
            raise IndexError("after")
        return await super().send(sender, recipient, message, before_data)


async def test_a_bug_on_one_mail_does_not_stop_the_others(store: Store) -> None:
    """An unforeseen error before the body puts the mail off; after "data started" a buyer's mail is ambiguous."""
    async with ScriptedSmtp() as server, desk_at(store, server.port) as desk:
        desk.sender = TrippingSender(desk.sender._settings)
        for _ in range(3):
            await desk.acknowledgement()
        results = [(await desk.turn()).result for _ in range(4)]
        await desk.sender.close()
    assert results == [Result.DEFERRED, Result.AMBIGUOUS, Result.SENT, Result.IDLE]


# When it may not go any more


async def test_an_acknowledgement_does_not_follow_an_answer(store: Store) -> None:
    """A person was faster between the decision and its due time: the buyer gets the answer alone."""
    async with ScriptedSmtp() as server, desk_at(store, server.port) as desk:
        for state in (ThreadState.ANSWERED, ThreadState.NO_RESPONSE_NEEDED):
            key = await desk.acknowledgement(await desk.thread(state=state))
            assert (await desk.turn()).result is Result.CANCELLED
            assert await desk.state(key) == ("cancelled", f"its thread is no longer open: {state}")
        assert server.connections == 0


@pytest.mark.parametrize("subject", [ALIAS, "171-1234567-1234567", "a1b2c3+uuid@marketplace.amazon.fr"])
async def test_a_buyer_who_opted_out_meanwhile_gets_nothing(store: Store, subject: str) -> None:
    """By alias, by full address or by order; the last look is directly before sending."""
    async with ScriptedSmtp() as server, desk_at(store, server.port) as desk:
        thread_id = await desk.thread(order_id="171-1234567-1234567")
        key = await desk.acknowledgement(thread_id, recipient="a1b2c3+uuid@marketplace.amazon.fr")
        await store.tx(suppressions.suppress, "main", subject, "opted out", NOW)
        assert (await desk.turn()).result is Result.CANCELLED
        assert await desk.state(key) == ("cancelled", "never write there again: opted out")
        assert server.connections == 0


async def test_a_mail_past_its_time_is_not_sent_late(store: Store) -> None:
    """An acknowledgement that names a date which has passed helps nobody."""
    async with ScriptedSmtp() as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement(due_at=NOW + HOUR, expires_at=NOW + MINUTE)
        assert await desk.turn() == Turn(Result.IDLE, until=NOW + MINUTE)
        desk.clock.move_to(NOW + 2 * HOUR)
        assert await desk.turn() == Turn(Result.CANCELLED, (key,), "expired")
        assert (await desk.state(key), server.connections) == (("cancelled", "expired"), 0)


async def test_a_dry_run_holds_what_is_for_buyers_and_sends_what_is_for_the_owner(store: Store) -> None:
    """The owner sees the digest of the rehearsal; buyers see nothing, and the row says why."""
    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            desk.rehearsal = True
            key = await desk.acknowledgement()
            await desk.digest()
            assert [(await desk.turn()).result for _ in range(3)] == [Result.HELD, Result.SENT, Result.IDLE]
            assert await desk.state(key) == ("held", REHEARSAL)
            desk.rehearsal = False
            await store.tx(outbox.release, key, NOW)
            assert (await desk.turn()).result is Result.SENT
    assert [mail.recipients for mail in mailhost.accepted] == [(OWNER,), (ALIAS,)]


async def test_a_row_settled_meanwhile_is_not_sent(store: Store) -> None:
    """`data_started` fails when somebody else took the row out of `sending`: not a byte of the body leaves."""
    held = Wait()
    async with ScriptedSmtp({"RCPT": held}) as server, desk_at(store, server.port) as desk:
        key = await desk.acknowledgement()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.turn())
            await held.reached.wait()
            await store.tx(outbox.hold, key, "a person looked")
            held.go.set()
        assert running.result().result is Result.DEFERRED
        assert (await desk.state(key), server.mails) == (("held", "a person looked"), [])


# Starts, logins and outages


async def test_a_start_sorts_out_what_a_crash_left(store: Store) -> None:
    """Not begun: sent now. Begun and for a buyer: ambiguous. Begun and for the owner: sent again."""
    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            untouched, begun = await desk.acknowledgement(), await desk.acknowledgement()
            digest = await desk.digest()
            for _ in range(3):
                await store.tx(outbox.claim_due, "main", NOW)
            for key in (begun, digest):
                await store.tx(outbox.data_started, key, NOW)
            done = await deliver.catch_up(store, desk.sender, desk.account, desk.clock)
            assert {key for turn in done for key in turn.outbox_ids} == {untouched, digest}
            states = [(await desk.row(key)).state for key in (untouched, begun, digest)]
            assert (states, done[-1]) == (["sent", "ambiguous", "sent"], Turn(Result.IDLE))
    assert len(mailhost.accepted) == 2


async def test_a_refused_login_leaves_the_mail_as_it_was(store: Store) -> None:
    """No mail is to blame: it stays due, and nothing else is tried with the refused password."""
    with Mailhost(users={FROM: "right"}) as mailhost:
        async with desk_at(store, mailhost.port, username=FROM, password=lambda: "wrong") as desk:
            first, second = await desk.acknowledgement(), await desk.digest()
            done = await deliver.catch_up(store, desk.sender, desk.account, desk.clock)
            assert [(turn.result, turn.outbox_ids, turn.trouble) for turn in done] == [
                (Result.LOGIN_REFUSED, (first,), True)
            ]
            assert "refused the login of service@example.com: 535" in done[0].reason
            assert [((await desk.row(key)).state, (await desk.row(key)).due_at) for key in (first, second)] == [
                ("queued", NOW)
            ] * 2
            assert len(mailhost.logins) == 1


async def test_a_refused_login_is_tried_again_after_minutes_not_at_once(store: Store) -> None:
    """Five minutes, then ten, up to an hour; new mail does not hurry it, and the trouble is reported."""
    passwords = ["wrong"]
    with Mailhost(users={FROM: "right"}) as mailhost:
        async with desk_at(store, mailhost.port, username=FROM, password=lambda: passwords[0]) as desk:
            key = await desk.digest()
            async with asyncio.TaskGroup() as group:
                running = group.create_task(desk.run())
                await until(lambda: len(desk.trouble) == 1)
                desk.wake.set()
                desk.clock.move_to(NOW + 4 * MINUTE)
                await until(lambda: len(mailhost.logins) > 1, limit=0.2, expected=False)
                desk.clock.move_to(NOW + 5 * MINUTE)
                await until(lambda: len(desk.trouble) == 2)
                passwords[0] = "right"
                desk.clock.move_to(NOW + 14 * MINUTE)
                await until(lambda: len(mailhost.logins) > 2, limit=0.2, expected=False)
                desk.clock.move_to(NOW + 15 * MINUTE)
                await until(lambda: len(desk.trouble) == 3)
                running.cancel()
            assert desk.trouble[2] is None
            assert desk.trouble[0] is not None
            assert (desk.trouble[0].cause, desk.trouble[0].again_at) == (Cause.PASSWORD_REFUSED, NOW + 5 * MINUTE)
            assert (await desk.state(key))[0] == "sent"
            assert [good for _, good in mailhost.logins] == [False, False, True]


async def test_an_outage_is_asked_about_once_and_not_for_each_mail(store: Store) -> None:
    """Ten waiting mails and a server that is down: one connection a pause, and all ten leave when it is back."""
    down = [Last(b"421 4.3.2 down for maintenance\r\n")] * 2
    async with ScriptedSmtp({"GREETING": down}) as server, desk_at(store, server.port) as desk:
        for _ in range(10):
            await desk.acknowledgement()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.run())
            await until(lambda: len(desk.trouble) == 1)
            await until(lambda: server.connections > 1, limit=0.2, expected=False)
            desk.clock.move_to(NOW + MINUTE)
            await until(lambda: len(desk.trouble) == 2)
            desk.clock.move_to(NOW + 10 * MINUTE)
            await until(lambda: len(server.mails) == 10)
            await until(lambda: len(desk.effects) == 10)
            running.cancel()
        assert (server.connections, desk.trouble[-1]) == (3, None)


async def test_a_server_that_puts_off_every_mail_is_trouble_until_it_takes_one(store: Store) -> None:
    """Over its limit for an hour: it can be reached and takes nothing, and no mail says so by itself."""
    full = b"452 4.3.1 too many messages\r\n"
    async with ScriptedSmtp({"MAIL": [full, full]}) as server, desk_at(store, server.port) as desk:
        await desk.digest()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.run())
            await until(lambda: len(desk.trouble) == 1)
            desk.clock.move_to(NOW + MINUTE)
            await until(lambda: len(desk.trouble) == 2)
            desk.clock.move_to(NOW + 3 * MINUTE)
            await until(lambda: len(desk.trouble) == 3)
            running.cancel()
        first, second, third = desk.trouble
        assert first is not None
        assert (first.words.startswith("452 4.3.1"), first.cause) == (True, Cause.UNREACHABLE)
        assert first.again_at == NOW + MINUTE / 2
        assert second is not None
        assert third is None


async def test_a_second_outage_is_met_with_fresh_patience(store: Store) -> None:
    """Once mail has flowed again, the pauses begin at half a minute again."""
    busy, goodbye = Last(b"421 4.3.2 busy\r\n"), Last(b"250 2.0.0 queued, and goodbye\r\n")
    script = {"GREETING": [busy, b"220 ready\r\n", busy], "BODY": goodbye}
    async with ScriptedSmtp(script) as server, desk_at(store, server.port) as desk:
        await desk.digest()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.run())
            await until(lambda: len(desk.trouble) == 1)
            desk.clock.move_to(NOW + MINUTE / 2)
            await until(lambda: len(desk.effects) == 1)
            await server.all_gone()
            await desk.digest()
            desk.wake.set()
            await until(lambda: len(desk.trouble) == 3)
            desk.clock.move_to(NOW + MINUTE)
            await until(lambda: len(desk.effects) == 2)
            await until(lambda: len(desk.trouble) == 4)  # told after the transaction that has the effects
            running.cancel()
        assert [said is None for said in desk.trouble] == [False, True, False, True]


async def test_the_loop_sleeps_until_due_and_wakes_for_new_mail(store: Store) -> None:
    """Due times are rows, and a commit of new work wakes the loop; nothing is polled."""
    with Mailhost() as mailhost:
        async with desk_at(store, mailhost.port) as desk:
            await desk.acknowledgement(due_at=NOW + HOUR)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(desk.run())
                await desk.digest()
                desk.wake.set()
                await until(lambda: len(desk.effects) == 1)
                desk.clock.move_to(NOW + HOUR)
                await until(lambda: len(desk.effects) == 2)
                running.cancel()
            assert desk.effects == [("digest", NOW), ("acknowledgement", NOW + HOUR)]


async def test_a_stop_waits_for_nothing_and_says_goodbye(store: Store) -> None:
    """A cancelled loop closes its connection with QUIT."""
    async with ScriptedSmtp() as server, desk_at(store, server.port) as desk:
        await desk.digest()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(desk.run())
            await until(lambda: len(desk.effects) == 1)
            running.cancel()
        assert server.said("QUIT") == [b"QUIT"]


class FailingStore(Store):
    """The store, failing at one function as often as told before it works."""

    def fail(self, fn: Any, *errors: Exception) -> None:
        """Raise these, one for each call of `fn`."""
        self.failing, self.errors = fn, list(errors)

    async def tx(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Fail, or run the transaction."""
        if fn is getattr(self, "failing", None) and self.errors:
            raise self.errors.pop(0)
        return await super().tx(fn, *args, **kwargs)


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[FailingStore]:
    """An empty state that can be told to fail."""
    opened = FailingStore.open(f"sqlite:///{tmp_path / 'failing.db'}", exclusive=True)
    yield opened
    opened.close()


async def test_a_store_that_cannot_be_written_for_a_moment_loses_no_outcome(failing: FailingStore) -> None:
    """The mail was accepted: the outcome is kept as soon as the state can be written again."""
    async with ScriptedSmtp() as server, desk_at(failing, server.port) as desk:
        key = await desk.acknowledgement()
        failing.fail(kept, TemporaryError("disk I/O error"), TemporaryError("disk I/O error"))
        assert (await desk.turn()).result is Result.SENT
        assert ((await desk.state(key))[0], failing.errors, len(server.mails)) == ("sent", [], 1)


async def test_a_body_does_not_leave_when_data_started_cannot_be_kept(failing: FailingStore) -> None:
    """The mail is put off, certainly unsent, and goes at the next try."""
    async with ScriptedSmtp() as server, desk_at(failing, server.port) as desk:
        key = await desk.acknowledgement()
        failing.fail(outbox.data_started, TemporaryError("disk I/O error"))
        assert (await desk.turn()).result is Result.DEFERRED
        assert ((await desk.state(key))[0], server.mails) == ("queued", [])
        desk.clock.move_to(NOW + MINUTE)
        assert (await desk.turn()).result is Result.SENT


async def test_a_state_that_another_daemon_holds_stops_the_loop(failing: FailingStore) -> None:
    """StateError is not ours to mend: it goes up before a byte of the body leaves."""
    async with ScriptedSmtp() as server, desk_at(failing, server.port) as desk:
        await desk.acknowledgement()
        failing.fail(outbox.data_started, StateError("another daemon holds the state"))
        with pytest.raises(StateError):
            await desk.turn()
        assert server.mails == []


async def until(condition: Any, *, limit: float = 5.0, expected: bool = True) -> None:
    """Return when the condition holds; with `expected=False`, show that it does not come to hold."""
    end = asyncio.get_running_loop().time() + limit
    while not condition() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - conditions of several threads
        await asyncio.sleep(0.002)
    assert condition() is expected
