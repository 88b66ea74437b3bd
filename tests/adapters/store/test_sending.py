"""What is stored about sending to buyers, on both databases: pause, stop, resume, going live, what waits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from responder.adapters.store import Store, decisions, outbox, sending
from responder.core.breaker import REHEARSAL, Cap, Left, Paused, Sending, Stopped

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def test_nothing_is_stored_at_first(store: Store, make: Any) -> None:
    """A new state is neither paused nor stopped, and nobody went live."""
    assert store.run(sending.state) == Sending()
    assert store.run(sending.left, "acknowledgement", make.now - HOUR, besides=0) == ()
    assert store.run(sending.waiting, make.now) == sending.Waiting(0, 0)


def test_what_is_stored_is_read_back_as_it_was(
    store: Store, url: str, make: Any, second_opener: Callable[[str], Store]
) -> None:
    """Also by another process: the command beside the daemon, and the daemon after a restart."""
    stopped = Stopped(make.now, Cap.DAILY, 300, 300, 287)
    store.run(sending.stop, stopped)
    store.run(sending.pause, Paused(make.now), "camille")
    store.run(sending.pause, Paused(make.now + SECOND, make.now + HOUR), "camille")
    store.run(sending.go_live, make.now, "camille")
    expected = Sending(make.now, Paused(make.now + SECOND, make.now + HOUR), stopped)
    assert store.run(sending.state) == expected
    other = second_opener(url)
    try:
        assert other.run(sending.state) == expected
        other.run(sending.resume, make.now + HOUR, "dominique")
        other.run(sending.rehearse, make.now + HOUR, "dominique")
    finally:
        other.close()
    assert store.run(sending.state) == Sending(counted_from=make.now + HOUR)
    told = [(each.action, each.at, each.detail["words"]) for each in store.run(decisions.decisions)]
    assert told == [
        ("sending_paused", make.now, "camille paused the sending to buyers"),
        ("sending_paused", make.now + SECOND, "camille paused the sending to buyers"),
        ("went_live", make.now, "camille ended the rehearsal"),
        ("sending_resumed", make.now + HOUR, "dominique resumed the sending to buyers"),
        ("rehearsal", make.now + HOUR, "dominique went back to the rehearsal"),
    ]


def test_the_end_of_a_pause_forgets_nothing_of_the_breaker(store: Store, make: Any) -> None:
    """A pause of a minute must not double what may leave in an hour."""
    store.run(sending.pause, Paused(make.now), "camille")
    store.run(sending.resume, make.now + SECOND, "camille")
    assert store.run(sending.state) == Sending()


def test_what_left_or_may_have_left_any_account_counts_once(store: Store, make: Any) -> None:
    """Sent, bounced, of unknown fate and under way count; held, refused, waiting and the mail in question do not."""

    def story(conn: Connection) -> None:
        ids = []
        for number in range(8):
            account = ("first", "second")[number % 2]
            new = make.outgoing(account=account, recipient=f"{number}@marketplace.amazon.fr")
            ids.append((outbox.enqueue(conn, new) or 0, new.message_id))
        outbox.enqueue(conn, make.outgoing(account="first", kind="digest"))
        for _ in range(4):
            for account in ("first", "second"):
                outbox.claim_due(conn, account, make.now, ("acknowledgement",))
        sent, bounced, unknown, refused, put_off, held, going, mine = ids
        outbox.mark_sent(conn, sent[0], make.now + SECOND, "250")
        outbox.mark_sent(conn, bounced[0], make.now + SECOND, "250")
        outbox.bounced(conn, bounced[1], "5.1.1")
        outbox.make_ambiguous(conn, unknown[0], "lost", make.now)
        outbox.refuse(conn, refused[0], "550")
        outbox.defer(conn, put_off[0], make.now + HOUR, "450")
        outbox.hold(conn, held[0], "policy")
        assert set(sending.left(conn, ("acknowledgement",), make.now - HOUR, besides=mine[0])) == {
            Left(make.now, "2@marketplace.amazon.fr"),
            Left(make.now, "6@marketplace.amazon.fr"),
            Left(make.now + SECOND, "0@marketplace.amazon.fr"),
            Left(make.now + SECOND, "1@marketplace.amazon.fr"),
        }
        assert len(sending.left(conn, ("acknowledgement",), make.now, besides=mine[0])) == 4
        assert len(sending.left(conn, ("acknowledgement",), make.now + SECOND, besides=mine[0])) == 2
        assert len(sending.left(conn, ("acknowledgement",), make.now - HOUR, besides=0)) == 5
        assert going[0] != mine[0]

    store.run(story)


def test_what_waits_is_counted_apart_from_what_is_too_late(store: Store, make: Any) -> None:
    """To the second: at its end a mail is too late; mail to the operator is in neither number."""

    def story(conn: Connection) -> None:
        for expires_at in (None, make.now + SECOND, make.now, make.now - HOUR, make.now - 3 * HOUR):
            outbox.enqueue(conn, make.outgoing(expires_at=expires_at))
        outbox.enqueue(conn, make.outgoing(kind="digest"))
        assert sending.waiting(conn, make.now) == sending.Waiting(2, 3)
        outbox.cancel_expired(conn, "main", make.now - HOUR)
        outbox.cancel(conn, outbox.enqueue(conn, make.outgoing(expires_at=make.now - HOUR)) or 0, "answered")
        assert sending.waiting(conn, make.now) == sending.Waiting(2, 3)
        assert sending.waiting(conn, make.now, make.now - 2 * HOUR) == sending.Waiting(2, 2)
        assert sending.drop_waiting(conn, "dropped") == 3
        assert sending.waiting(conn, make.now, make.now - HOUR) == sending.Waiting(0, 0)
        assert [row.kind for row in outbox.outbox_rows(conn, ("queued",))] == ["digest"]

    store.run(story)


def test_nothing_that_the_rehearsal_decided_leaves_when_it_ends(store: Store, make: Any) -> None:
    """What waited is held too, what is past its time is over; a mail held for another reason is left alone."""

    def story(conn: Connection) -> None:
        held = {"state": "held", "reason": REHEARSAL}
        outbox.enqueue(conn, make.outgoing(**held, expires_at=make.now + HOUR))
        outbox.enqueue(conn, make.outgoing(**held, expires_at=make.now))
        outbox.enqueue(conn, make.outgoing(expires_at=make.now + HOUR, due_at=make.now + SECOND))
        other = outbox.enqueue(conn, make.outgoing(state="held", reason="policy", expires_at=make.now)) or 0
        digest = outbox.enqueue(conn, make.outgoing(kind="digest")) or 0
        assert sending.settle_rehearsal(conn, make.now) == sending.Waiting(2, 1)
        assert sending.held(conn) == 2
        assert [row.id for row in outbox.outbox_rows(conn, ("queued",))] == [digest]
        assert {(row.id, row.reason) for row in outbox.outbox_rows(conn, ("held",))} >= {(other, "policy")}
        assert sending.waiting(conn, make.now).expired == 0

    store.run(story)
