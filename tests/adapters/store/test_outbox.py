"""The outbox: what may become of a mail of ours, and what never does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from responder.adapters.store import Store, outbox, sending, threads, timers

STATES = ("queued", "sending", "sent", "held", "ambiguous", "refused", "cancelled")


def _reach(conn: Connection, state: str, make: Any, **given: object) -> outbox.OutboxRow:
    """Return a row brought into `state` by the operations themselves."""
    account = make.account()
    row_id = outbox.enqueue(conn, make.outgoing(account=account, **given))
    assert row_id is not None
    match state:
        case "held":
            assert outbox.hold(conn, row_id, "policy")
        case "cancelled":
            assert outbox.cancel(conn, row_id, "answered")
        case "sending" | "sent" | "ambiguous" | "refused":
            assert outbox.claim_due(conn, account, make.now)
    match state:
        case "sent":
            assert outbox.mark_sent(conn, row_id, make.now, "250 ok")
        case "ambiguous":
            assert outbox.make_ambiguous(conn, row_id, "connection lost", make.now)
        case "refused":
            assert outbox.refuse(conn, row_id, "550 no such user")
    return _row(conn, row_id)


def _row(conn: Connection, row_id: int) -> outbox.OutboxRow:
    row = outbox.outbox_row(conn, row_id)
    assert row is not None
    return row


OPERATIONS: dict[str, tuple[Callable[[Connection, outbox.OutboxRow, Any], object], dict[str, str]]] = {
    "claim": (lambda c, r, m: outbox.claim_due(c, r.account, m.now), {"queued": "sending"}),
    "data_started": (lambda c, r, m: outbox.data_started(c, r.id, m.now), {"sending": "sending"}),
    "mark_sent": (lambda c, r, m: outbox.mark_sent(c, r.id, m.now, "250"), {"sending": "sent"}),
    "defer": (lambda c, r, m: outbox.defer(c, r.id, m.now, "451"), {"sending": "queued"}),
    "put_back": (lambda c, r, m: outbox.put_back(c, r.id, "stopped"), {"sending": "queued"}),
    "refuse": (lambda c, r, m: outbox.refuse(c, r.id, "550"), {"sending": "refused"}),
    "bounced": (
        lambda c, r, m: outbox.bounced(c, r.message_id, "5.1.1"),
        {"sending": "refused", "sent": "refused", "ambiguous": "refused"},
    ),
    "make_ambiguous": (lambda c, r, m: outbox.make_ambiguous(c, r.id, "lost", m.now), {"sending": "ambiguous"}),
    "hold": (
        lambda c, r, m: outbox.hold(c, r.id, "policy"),
        {"queued": "held", "sending": "held", "ambiguous": "held"},
    ),
    "cancel": (
        lambda c, r, m: outbox.cancel(c, r.id, "answered"),
        {"queued": "cancelled", "held": "cancelled", "ambiguous": "cancelled"},
    ),
    "release": (lambda c, r, m: outbox.release(c, r.id, m.now), {"held": "queued", "ambiguous": "queued"}),
    "settle": (
        lambda c, r, m: outbox.settle_by_message_id(c, r.message_id, m.now, "sent copy"),
        {"sending": "sent", "ambiguous": "sent"},
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_changes_only_the_states_it_is_for(shared: Store, make: Any, operation: str, state: str) -> None:
    """Every operation on every state: the allowed ones lead where they should, the others say so and change nothing."""
    act, allowed = OPERATIONS[operation]

    def story(conn: Connection) -> None:
        row = _reach(conn, state, make)
        done = act(conn, row, make)
        after = _row(conn, row.id)
        assert bool(done) is (state in allowed)
        assert after.state == allowed.get(state, state)
        if state not in allowed:
            assert after == row

    shared.run(story)


def test_a_second_decision_is_harmless(store: Store, make: Any) -> None:
    """The same idempotency key is enqueued once, however often the decision is made again."""
    first = make.outgoing()
    again = make.outgoing(idem_key=first.idem_key, rfc822=b"other")
    assert store.run(outbox.enqueue, first) == 1
    assert store.run(outbox.enqueue, again) is None
    row = store.run(outbox.outbox_by_message_id, first.message_id)
    assert row is not None
    assert (row.rfc822, row.payload, row.state) == (first.rfc822, first.payload, "queued")
    assert store.run(outbox.outbox_by_message_id, again.message_id) is None


def test_two_mails_never_share_a_message_id(store: Store, make: Any) -> None:
    """A Message-ID under a second key is a bug that must not pass in silence."""
    first = make.outgoing()
    store.run(outbox.enqueue, first)
    with pytest.raises(IntegrityError):
        store.run(outbox.enqueue, make.outgoing(message_id=first.message_id))


def test_a_row_begins_queued_or_held(store: Store, make: Any) -> None:
    """A mail that failed the policy check is kept as held; no row is born in another state."""
    held = store.run(outbox.enqueue, make.outgoing(state="held", reason="L08"))
    assert held is not None
    assert store.run(_row, held).reason == "L08"
    with pytest.raises(ValueError, match="queued or held"):
        store.run(outbox.enqueue, make.outgoing(state="sent"))


def test_the_longest_due_is_claimed_first(store: Store, make: Any) -> None:
    """Claims come in the order of `due_at`, only for the account asked for, and none before its time."""
    ids = [
        store.run(outbox.enqueue, make.outgoing(due_at=make.now + timedelta(minutes=minutes), account=account))
        for minutes, account in ((3, "main"), (1, "main"), (0, "other"), (60, "main"))
    ]
    at = make.now + timedelta(minutes=5)
    claimed = [store.run(outbox.claim_due, "main", at) for _ in range(3)]
    assert [row and row.id for row in claimed] == [ids[1], ids[0], None]


def test_each_try_is_counted_and_starts_clean(store: Store, make: Any) -> None:
    """A deferred mail comes back with its attempts counted and nothing left of the first try."""
    store.run(outbox.enqueue, make.outgoing())
    first = store.run(outbox.claim_due, "main", make.now)
    assert first is not None
    assert first.attempts == 1
    assert store.run(outbox.data_started, first.id, make.now)
    later = make.now + timedelta(minutes=5)
    assert store.run(outbox.defer, first.id, later, "451 try later")
    assert store.run(outbox.claim_due, "main", make.now) is None
    second = store.run(outbox.claim_due, "main", later)
    assert second is not None
    assert (second.attempts, second.data_started_at, second.claimed_at) == (2, None, later)
    assert (second.message_id, second.rfc822) == (first.message_id, first.rfc822)


def test_an_expired_mail_is_cancelled_not_sent(store: Store, make: Any) -> None:
    """After `expires_at` a mail is not claimed any more; it is cancelled with that reason."""
    row_id = store.run(outbox.enqueue, make.outgoing(expires_at=make.now + timedelta(hours=1)))
    late = make.now + timedelta(hours=1)
    assert store.run(outbox.claim_due, "main", late) is None
    assert store.run(outbox.cancel_expired, "main", make.now) == ()
    assert store.run(outbox.cancel_expired, "main", late) == (row_id,)
    assert store.run(outbox.outbox_rows, ("cancelled",))[0].reason == "expired"


@pytest.mark.parametrize(
    ("kind", "begun", "state"),
    [
        ("acknowledgement", False, "queued"),
        ("acknowledgement", True, "ambiguous"),
        ("feedback_request", True, "ambiguous"),
        ("delay_notice", True, "ambiguous"),
        ("digest", False, "queued"),
        ("digest", True, "queued"),
        ("alert", True, "queued"),
    ],
)
def test_a_start_knows_what_to_do_with_a_half_sent_mail(
    shared: Store, make: Any, kind: str, begun: bool, state: str
) -> None:
    """Mail to a buyer whose text was begun is never sent again by itself; mail to the operator rather comes twice."""

    def story(conn: Connection) -> tuple[outbox.OutboxRow, outbox.RecoveryCounts]:
        row = _reach(conn, "sending", make, kind=kind)
        if begun:
            outbox.data_started(conn, row.id, make.now)
        counts = outbox.recover(conn, row.account, make.now)
        assert outbox.recover(conn, row.account, make.now) == outbox.RecoveryCounts(0, 0, 0)
        return _row(conn, row.id), counts

    row, counts = shared.run(story)
    assert row.state == state
    assert (counts.requeued, counts.ambiguous, counts.resent) == (
        int(not begun),
        int(state == "ambiguous"),
        int(begun and state == "queued"),
    )


def test_a_resent_digest_is_not_sent_when_its_copy_turned_up(store: Store, make: Any) -> None:
    """A digest queued again after a crash is settled by its Sent copy before it goes out a second time."""
    new = make.outgoing(kind="digest")
    row_id = store.run(outbox.enqueue, new)
    store.run(outbox.claim_due, "main", make.now)
    store.run(outbox.data_started, row_id, make.now)
    store.run(outbox.recover, "main", make.now)
    assert store.run(outbox.settle_by_message_id, new.message_id, make.now, "sent copy") == row_id
    assert store.run(outbox.claim_due, "main", make.now) is None


@pytest.mark.parametrize(
    "kept_back",
    [lambda c, r, at: outbox.put_back(c, r.id, "stopped"), lambda c, r, at: outbox.defer(c, r.id, at, "no route")],
)
def test_a_released_mail_is_not_sent_when_its_copy_turned_up(store: Store, make: Any, kept_back: Any) -> None:
    """Nobody knew whether it had left; a person let it go again, it could not go, then the first was found."""
    row, later = store.run(_reach, "ambiguous", make, message_id="<ack@example.com>"), make.now + timedelta(minutes=1)
    store.run(outbox.release, row.id, later)
    store.run(outbox.claim_due, row.account, later)
    assert store.run(kept_back, row, later)
    assert store.run(outbox.settle_by_message_id, "<ack@example.com>", later, "Sent copy") == row.id
    assert store.run(outbox.claim_due, row.account, later) is None


def test_a_deferred_mail_is_not_settled(store: Store, make: Any) -> None:
    """What was surely not sent is not taken for sent, whatever names its Message-ID."""
    new = make.outgoing()
    row_id = store.run(outbox.enqueue, new)
    store.run(outbox.claim_due, "main", make.now)
    store.run(outbox.data_started, row_id, make.now)
    store.run(outbox.defer, row_id, make.now, "451")
    assert store.run(outbox.settle_by_message_id, new.message_id, make.now, "sent copy") is None


def test_a_faster_person_cancels_what_waits(store: Store, make: Any) -> None:
    """An answer cancels the thread's waiting acknowledgements: not those of others, nor what is on its way."""
    thread = store.run(threads.insert_thread, make.thread())
    other = store.run(threads.insert_thread, make.thread())
    going = store.run(outbox.enqueue, make.outgoing(thread_id=thread.id))
    store.run(outbox.claim_due, "main", make.now)
    queued = store.run(outbox.enqueue, make.outgoing(thread_id=thread.id))
    held = store.run(outbox.enqueue, make.outgoing(thread_id=thread.id, state="held", reason="policy"))
    store.run(outbox.enqueue, make.outgoing(thread_id=other.id))
    assert store.run(outbox.cancel_thread_acknowledgements, thread.id, "answered") == 2
    assert {row.id for row in store.run(outbox.outbox_rows, ("cancelled",))} == {queued, held}
    assert [row.id for row in store.run(outbox.outbox_rows, ("sending",))] == [going]


def test_caps_count_what_left_or_may_still_leave(store: Store, make: Any) -> None:
    """Held, refused and cancelled mail does not count; a bounced one was sent and does."""
    account = make.account()

    def story(conn: Connection) -> None:
        thread = threads.insert_thread(conn, make.thread(account=account))
        stranger = threads.insert_thread(conn, make.thread(account=account, buyer_alias="x1@marketplace.amazon.de"))
        new = [make.outgoing(account=account, thread_id=thread.id) for _ in range(6)]
        ids = [outbox.enqueue(conn, each) or 0 for each in new]
        outbox.enqueue(conn, make.outgoing(account=account, thread_id=stranger.id, due_at=make.now + timedelta(1)))
        outbox.enqueue(conn, make.outgoing(account=account, thread_id=thread.id, kind="feedback_request", state="held"))
        for _ in range(4):
            outbox.claim_due(conn, account, make.now)
        outbox.mark_sent(conn, ids[0], make.now, "250")
        outbox.mark_sent(conn, ids[1], make.now, "250")
        outbox.bounced(conn, new[1].message_id, "5.1.1")
        outbox.make_ambiguous(conn, ids[2], "lost", make.now)
        outbox.refuse(conn, ids[3], "550")
        outbox.hold(conn, ids[4], "policy")
        since = make.now - timedelta(hours=1)
        assert outbox.acknowledgements_sent(conn, account, make.buyer, since) == 4
        assert outbox.acknowledgements_sent(conn, account, make.buyer, make.now + timedelta(seconds=1)) == 0
        assert outbox.acknowledged_periods(conn, thread.id) == {each.payload["period"] for each in new}
        outbox.cancel(conn, ids[4], "answered")
        assert outbox.acknowledged_periods(conn, thread.id) == {
            each.payload["period"] for each in new if each is not new[4]
        }

    store.run(story)


def test_a_buyer_is_counted_in_one_account_and_the_flood_over_all(store: Store, make: Any) -> None:
    """Two accounts wrote to a buyer of the same address: each counts its own, and both together fill the caps."""

    def story(conn: Connection) -> None:
        for account, mails in (("first", 2), ("second", 3)):
            thread = threads.insert_thread(conn, make.thread(account=account))
            for _ in range(mails):
                row_id = outbox.enqueue(conn, make.outgoing(account=account, thread_id=thread.id))
                outbox.claim_due(conn, account, make.now)
                outbox.mark_sent(conn, row_id or 0, make.now, "250")
        since = make.now - timedelta(hours=1)
        of_buyer = [outbox.acknowledgements_sent(conn, name, make.buyer, since) for name in ("first", "second")]
        assert of_buyer == [2, 3]
        assert len(sending.left(conn, ("acknowledgement",), since, besides=0)) == 5

    store.run(story)


def lately_left(conn: Connection, days: int) -> tuple[Any, ...]:
    """Return what left in the last days, as it is asked before each mail to a buyer."""
    since = datetime(2026, 11, 26, tzinfo=UTC) - timedelta(days=days)
    return sending.left(conn, ("feedback_request", "invoice"), since, besides=0)


@pytest.mark.parametrize("asked", [outbox.acknowledged_periods, threads.last_answered_at, lately_left])
def test_what_is_asked_at_every_mail_reads_no_whole_table(store: Store, asked: Any) -> None:
    """With years of mail each new one would take longer: the plan has an index for every step."""

    def plan(conn: Connection) -> str:
        made: list[tuple[str, Any]] = []
        event.listen(conn, "before_cursor_execute", lambda _c, _cursor, words, given, *_: made.append((words, given)))
        asked(conn, 1)
        ((words, given),) = made
        if conn.dialect.name == "sqlite":
            return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given).all())
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a table of no rows would be read as a whole
        return str(conn.exec_driver_sql(f"EXPLAIN {words}", given).all())

    found = store.run(plan)
    assert "Seq Scan" not in found
    assert "SCAN thread" not in found
    assert "SCAN outbox" not in found
    assert "SubPlan" not in found  # PostgreSQL would compare each row of the table with it


def test_the_next_due_is_the_earliest_of_mail_and_timers(store: Store, make: Any) -> None:
    """The daemon sleeps until the first queued mail or pending timer; what is done wakes nobody."""
    assert store.run(outbox.next_due) is None
    store.run(timers.add_timer, "warn:1", "warn", make.now + timedelta(hours=2))
    assert store.run(outbox.next_due) == make.now + timedelta(hours=2)
    store.run(outbox.enqueue, make.outgoing(due_at=make.now + timedelta(hours=1)))
    assert store.run(outbox.next_due) == make.now + timedelta(hours=1)
    assert store.run(timers.next_timer) == make.now + timedelta(hours=2)
    row = store.run(outbox.claim_due, "main", make.now + timedelta(hours=1))
    assert row is not None
    assert store.run(outbox.next_due) == make.now + timedelta(hours=2)
    store.run(timers.fire_due, make.now + timedelta(hours=2))
    assert store.run(outbox.next_due) is None


def test_two_claimers_never_get_the_same_mail(url: str, make: Any, second_opener: Callable[[str], Store]) -> None:
    """Two openers that claim at the same time share the mails between them, each mail once."""
    stores = [second_opener(url), second_opener(url)]
    for _ in range(20):
        stores[0].run(outbox.enqueue, make.outgoing())

    def drain(store: Store) -> list[int]:
        taken = []
        while row := store.run(outbox.claim_due, "main", make.now):
            taken.append(row.id)
        return taken

    with ThreadPoolExecutor(2) as pool:
        taken = [row_id for ids in pool.map(drain, stores) for row_id in ids]
    for store in stores:
        store.close()
    assert sorted(taken) == list(range(1, 21))


def test_counts_and_lists_by_state(store: Store, make: Any) -> None:
    """`status` counts rows by state; `outbox` lists the newest first, filtered as asked."""
    thread = store.run(threads.insert_thread, make.thread())
    first = store.run(outbox.enqueue, make.outgoing(created_at=make.now - timedelta(days=2), thread_id=thread.id))
    second = store.run(outbox.enqueue, make.outgoing(kind="alert"))
    third = store.run(outbox.enqueue, make.outgoing(state="held", reason="policy"))
    assert store.run(outbox.counts) == {"queued": 2, "held": 1}
    ids = lambda **given: [row.id for row in store.run(outbox.outbox_rows, **given)]  # noqa: E731
    assert ids() == [third, second, first]
    assert ids(states=("held",)) == [third]
    assert ids(kinds=("alert",)) == [second]
    assert ids(thread_id=thread.id) == [first]
    assert ids(since=make.now - timedelta(days=1), limit=1) == [third]
