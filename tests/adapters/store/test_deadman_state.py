"""The state as the dead man's switch sees it: read by its own SQL, beside a daemon, on both databases."""

import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from responder.adapters.store import Store, digests, health, mails, notices, outages, outbox, threads
from responder.adapters.store.outbox import Claimed
from responder.core.notice_life import SeenBy
from responder.deadman import state

DAY = date(2026, 7, 14)
HOUR = timedelta(hours=1)


def filled(store: Store, make) -> None:
    """A daemon that lived: two open threads, one of them promised for earlier, a claim, and a digest that waits."""
    store.run(health.account_started, "main", make.now - 48 * HOUR)
    store.run(outages.beat, make.now)
    store.run(threads.insert_thread, make.thread(subject="Later", order_id="171-1234567-1234567"))
    promised = make.now + 2 * HOUR
    store.run(threads.insert_thread, make.thread(subject="First", promise_at=promised, buyer_alias="b2@x.example"))
    mail = store.run(mails.insert_mail, make.mail(kind="notice"))
    assert mail is not None
    store.run(notices.insert_notice, make.notice(mail))
    row = store.run(outbox.enqueue, make.outgoing(kind="digest"))
    store.run(digests.insert_digest, DAY, row, make.now)


def test_everything_it_asks_is_there_beside_the_daemon(store: Store, url: str, make) -> None:
    """The columns are those of the schema; what is nearest comes first."""
    filled(store, make)
    seen = state.look(url, DAY)
    assert (seen.first_start_at, seen.heartbeat_at) == (make.now - 48 * HOUR, make.now)
    assert [(each.subject, each.by) for each in seen.threads] == [
        ("First", make.now + 2 * HOUR),
        ("Later", make.now + 24 * HOUR),
    ]
    assert seen.threads[1].order_id == "171-1234567-1234567"
    assert [(each.what, each.by) for each in seen.notices] == [("a to z opened", make.now + 48 * HOUR)]
    assert (seen.open_threads, seen.digest) == (2, state.Digest(make.now, "queued", "", 0))
    assert seen.instance
    assert state.look(url, DAY + timedelta(days=1)).digest is None


def test_a_digest_that_was_refused_says_why(store: Store, url: str, make) -> None:
    """The reason of the outbox is what the seller is told."""
    filled(store, make)
    claimed = store.run(outbox.claim_due, "main", make.now)
    assert isinstance(claimed, Claimed)
    store.run(outbox.refuse, claimed.id, "550 no such user")
    found = state.look(url, DAY).digest
    assert found is not None
    assert (found.state, found.attempts) == ("refused", 1)
    assert "550" in found.reason


def test_what_is_settled_or_confirmed_is_not_listed(store: Store, url: str, make) -> None:
    """A notice that somebody confirmed needs nobody; one that was only read in a mail program does."""
    for by in ("command", "mail_program"):
        mail = store.run(mails.insert_mail, make.mail(kind="notice"))
        found = store.run(notices.insert_notice, make.notice(mail, subject=by))
        assert found is not None
        store.run(notices.see, [found], make.now, SeenBy(by))
    assert [each.subject for each in state.look(url, DAY).notices] == ["mail_program"]


def test_it_can_write_nothing(store: Store, url: str, make) -> None:
    """Neither database takes a change from it."""
    filled(store, make)
    with pytest.raises(Exception, match=r"readonly|read-only"), state._connected(url) as run:
        run("UPDATE meta SET value = 'x'", ())


def test_what_a_killed_daemon_left_in_its_log_is_seen(sqlite_template: Path, tmp_path: Path, make) -> None:
    """The file and its write-ahead log, without the shared memory: nothing that was confirmed is missing."""
    shutil.copy(sqlite_template, tmp_path / "state.db")
    store = Store.open(f"sqlite:///{tmp_path}/state.db", exclusive=True)
    filled(store, make)
    dead = tmp_path / "dead"
    dead.mkdir()
    for name in ("state.db", "state.db-wal"):
        shutil.copy(tmp_path / name, dead / name)
    store.close()
    assert state.look(f"sqlite:///{dead}/state.db", DAY).open_threads == 2


def test_a_file_that_is_no_database_is_an_error_to_tell(tmp_path: Path) -> None:
    """It is not taken for an empty state."""
    (tmp_path / "state.db").write_bytes(b"not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        state.look(f"sqlite:///{tmp_path}/state.db", DAY)
    assert not state.exists(f"sqlite:///{tmp_path}/none.db")
