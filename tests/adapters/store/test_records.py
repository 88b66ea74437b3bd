"""The smaller tables: cursors, attempts, notices, timers, decisions, health, suppressions, digests, retention."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from responder.adapters.store import (
    Store,
    cursors,
    decisions,
    digests,
    health,
    mails,
    notices,
    outbox,
    retention,
    schema,
    suppressions,
    threads,
    timers,
)
from responder.core.message import Attachment
from responder.core.notice_life import SeenBy
from responder.core.threads import ThreadState


def test_a_cursor_only_goes_forward(store: Store, make: Any) -> None:
    """Inside one UIDVALIDITY the cursor never goes back; a new UIDVALIDITY starts it afresh."""
    assert store.run(cursors.cursor, "main", "INBOX") is None
    store.run(cursors.move_cursor, "main", "INBOX", 7, 10, 99, make.now)
    moved = store.run(cursors.move_cursor, "main", "INBOX", 7, 9, None, None)
    assert moved == cursors.Cursor("main", "INBOX", 7, 10, 99, make.now)
    assert store.run(cursors.cursor, "main", "INBOX") == moved
    afresh = store.run(cursors.move_cursor, "main", "INBOX", 8, 3, None, None)
    assert afresh == cursors.Cursor("main", "INBOX", 8, 3, None, None)
    sent = store.run(cursors.move_cursor, "main", "Sent", 2**32 - 1, 2**32 - 1, 2**63 - 1, make.now)
    assert store.run(cursors.cursors, "main") == (afresh, sent)


def test_a_poison_mail_is_counted_and_set_aside(store: Store, make: Any) -> None:
    """Attempts are counted before the mail is read; in quarantine it stays, with its reason."""
    this = ("main", "INBOX", 7, 5)
    assert [store.run(cursors.begin_attempt, *this, make.now) for _ in range(3)] == [1, 2, 3]
    assert store.run(cursors.begin_attempt, "main", "INBOX", 8, 5, make.now) == 1
    assert store.run(cursors.quarantine, *this, "it ended the program", make.now)
    assert not store.run(cursors.quarantine, *this, "again", make.now)
    assert not store.run(cursors.quarantine, "main", "INBOX", 7, 6, "never tried", make.now)
    assert not store.run(cursors.finish_attempt, *this)
    assert store.run(cursors.finish_attempt, "main", "INBOX", 8, 5)
    assert store.run(cursors.begin_attempt, "main", "INBOX", 8, 5, make.now) == 1
    found = store.run(cursors.quarantined)
    assert [(each.uid, each.attempts, each.error) for each in found] == [(5, 3, "it ended the program")]
    assert store.run(cursors.quarantined, "other") == ()


def test_a_notice_is_kept_once_and_seen_once(store: Store, make: Any) -> None:
    """One notice per mail; the first person who saw it and the first digest that showed it stay on record."""
    late = timedelta(hours=1)
    mail_id = store.run(mails.insert_mail, make.mail(kind="notice", uid=50))
    one = store.run(notices.insert_notice, make.notice(mail_id))
    assert store.run(notices.insert_notice, make.notice(mail_id)) is None
    second_mail = store.run(mails.insert_mail, make.mail(kind="notice", uid=51))
    two = store.run(notices.insert_notice, make.notice(second_mail, due_at=None, notice_type="refund"))
    assert [each.id for each in store.run(notices.notices)] == [one, two]
    assert store.run(notices.see, [one], make.now, SeenBy.COMMAND) == (one,)
    assert store.run(notices.see, [one, two, 999], make.now + late, SeenBy.MAIL_PROGRAM) == (two,)
    kept = store.run(notices.notice, one)
    assert (kept.seen_at, kept.seen_by) == (make.now, "command")
    assert [each.id for each in store.run(notices.notices_for_digest, make.now)] == [two]
    assert store.run(notices.notices, unseen=True) == ()


def test_a_timer_fires_once_at_its_time(store: Store, make: Any) -> None:
    """Due timers come in order, each once; a key is used once in its life, a cancelled timer never fires."""
    hour = timedelta(hours=1)
    thread = store.run(threads.insert_thread, make.thread())
    later = store.run(timers.add_timer, "warn:1", "warn", make.now + 2 * hour, account="main", thread_id=thread.id)
    soon = store.run(timers.add_timer, "warn:2", "warn", make.now + hour)
    gone = store.run(timers.add_timer, "warn:3", "warn", make.now, thread_id=thread.id)
    assert store.run(timers.add_timer, "warn:1", "warn", make.now) is None
    assert [each.id for each in store.run(timers.timers, thread_id=thread.id)] == [gone, later]
    assert store.run(timers.cancel_thread_timers, thread.id) == 2
    again = store.run(timers.add_timer, "warn:4", "warn", make.now, account="main")
    assert [each.id for each in store.run(timers.fire_due, make.now)] == [again]
    (fired,) = store.run(timers.fire_due, make.now + 3 * hour)
    assert (fired.id, fired.state, fired.fired_at) == (soon, "fired", make.now + 3 * hour)
    assert store.run(timers.fire_due, make.now + 3 * hour) == ()
    assert store.run(timers.cancel_thread_timers, thread.id) == 0
    assert {each.state for each in store.run(timers.timers, pending=False)} == {"fired", "cancelled"}


def test_a_notice_that_was_seen_needs_no_timer(store: Store, make: Any) -> None:
    """A notice's pending warnings are cancelled together, and only its own."""
    mail_id = store.run(mails.insert_mail, make.mail(kind="notice"))
    notice_id = store.run(notices.insert_notice, make.notice(mail_id))
    store.run(timers.add_timer, "warn:n1", "warn", make.now, notice_id=notice_id)
    store.run(timers.add_timer, "warn:t1", "warn", make.now)
    assert store.run(timers.cancel_notice_timers, notice_id) == 1
    assert [each.key for each in store.run(timers.fire_due, make.now)] == ["warn:t1"]


@pytest.mark.parametrize("statement", ["UPDATE decision SET action = 'nothing'", "DELETE FROM decision"])
def test_a_decision_is_never_changed(store: Store, make: Any, statement: str) -> None:
    """The database refuses to change or delete a decision, whoever asks."""
    reasons = ({"code": "closed_holiday", "detail": "Fête nationale"},)
    made = decisions.Decision(at=make.now, action="acknowledge", account="main", detail={"n": 1}, reasons=reasons)
    store.run(decisions.decide, made)
    with pytest.raises(DBAPIError, match="append-only"):
        store.run(lambda conn: conn.exec_driver_sql(statement))
    (kept,) = store.run(decisions.decisions, since=make.now)
    assert (kept.action, kept.detail, kept.reasons) == ("acknowledge", {"n": 1}, reasons)
    assert store.run(decisions.decisions, since=make.now + timedelta(seconds=1)) == ()
    assert store.run(decisions.decisions, mail_id=1) == ()


def test_the_first_start_is_remembered(store: Store, make: Any) -> None:
    """Later starts do not move it: mail from before it is history for ever."""
    assert store.run(health.account_started, "main", make.now) == make.now
    assert store.run(health.account_started, "main", make.now + timedelta(days=9)) == make.now


def test_health_keeps_what_it_is_not_told(store: Store, make: Any) -> None:
    """A report about IMAP leaves SMTP alone; an empty problem says that it is over."""
    assert not store.run(health.set_health, "main", imap_state="idle")
    store.run(health.account_started, "main", make.now)
    assert store.run(health.set_health, "main", imap_state="idle", imap_idle=True, imap_contact_at=make.now)
    assert store.run(health.set_health, "main", smtp_state="ok", backlog=4, problem="login refused")
    assert store.run(health.set_health, "main")
    expected = health.AccountHealth("main", make.now, "idle", make.now, True, "ok", None, 4, "login refused")
    assert store.run(health.health) == (expected,)
    store.run(health.set_health, "main", problem="", imap_idle=False)
    (after,) = store.run(health.health)
    assert (after.problem, after.imap_idle, after.imap_state) == (None, False, "idle")


def test_a_suppression_stands_with_its_first_reason(store: Store, make: Any) -> None:
    """An alias or an order is suppressed once, per account, until it is lifted."""
    order = "171-1234567-1234567"
    assert store.run(suppressions.suppress, "main", order, "opt-out", make.now)
    assert not store.run(suppressions.suppress, "main", order, "operator", make.now)
    found = store.run(suppressions.suppressed, "main", [None, make.buyer, order])
    assert found == suppressions.Suppression("main", order, "opt-out", make.now)
    assert store.run(suppressions.suppressions) == (found,)
    assert store.run(suppressions.suppressed, "main", [make.buyer, None]) is None
    assert store.run(suppressions.suppressed, "second", [order]) is None
    assert store.run(suppressions.suppressed, "main", []) is None
    assert not found.came_back
    back = f"{suppressions.CAME_BACK} (5.1.1)"
    store.run(suppressions.suppress, "main", make.buyer, back, make.now)
    assert store.run(suppressions.suppressed, "main", [make.buyer]).came_back  # type: ignore[union-attr]
    assert store.run(suppressions.unsuppress, "main", order)
    assert not store.run(suppressions.unsuppress, "main", order)


def test_what_a_server_said_of_an_address_is_lifted_by_a_mail_from_it(store: Store, make: Any) -> None:
    """A later mail, from that address; what a buyer said is never lifted so, and takes the server's place."""
    back, later = f"{suppressions.CAME_BACK} (5.1.1)", make.now + timedelta(hours=1)
    assert store.run(suppressions.suppress, "main", make.buyer, back, make.now)
    for account, alias, at in [
        ("second", make.buyer, later),
        ("main", "else@x", later),
        ("main", make.buyer, make.now),
    ]:
        assert not store.run(suppressions.heard_from, account, alias, at)
    assert store.run(suppressions.heard_from, "main", make.buyer, later)
    assert store.run(suppressions.suppressions) == ()
    store.run(suppressions.suppress, "main", make.buyer, back, make.now)
    assert not store.run(suppressions.suppress, "main", make.buyer, back, later)
    assert store.run(suppressions.suppress, "main", make.buyer, "opt-out", later)
    assert not store.run(suppressions.heard_from, "main", make.buyer, later + timedelta(hours=1))
    assert not store.run(suppressions.suppress, "main", make.buyer, back, later)
    found = suppressions.Suppression("main", make.buyer, "opt-out", later)
    assert store.run(suppressions.suppressions) == (found,)


def test_whose_word_weighs_more_takes_the_place_of_the_other(store: Store, make: Any) -> None:
    """A buyer's, then a person's here, then a mail server's, in whichever order they come; each keeps its own date."""
    words = (suppressions.OPTED_OUT, suppressions.by_you("a friend"), f"{suppressions.CAME_BACK} (5.1.1)")
    for first, second in permutations(range(3), 2):
        subject, later = f"{first}{second}@marketplace.amazon.fr", make.now + timedelta(hours=1)
        assert store.run(suppressions.suppress, "main", subject, words[first], make.now)
        assert store.run(suppressions.suppress, "main", subject, words[second], later) is (second < first)
        (found,) = store.run(suppressions.suppressions_of, "main", [subject])
        expected = (words[second], later) if second < first else (words[first], make.now)
        assert (found.reason, found.at) == expected
        assert found.said is list(suppressions.Said)[min(first, second)]
        assert store.run(suppressions.heard_from, "main", subject, later + timedelta(hours=1)) is False


def test_a_day_has_one_digest(store: Store, make: Any) -> None:
    """Digests are numbered without a gap; the second of a day is refused."""
    assert store.run(digests.last_digest) is None
    assert store.run(digests.insert_digest, date(2026, 7, 14), None, make.now) == 1
    assert store.run(digests.insert_digest, date(2026, 7, 14), None, make.now) is None
    row_id = store.run(outbox.enqueue, make.outgoing(kind="digest"))
    assert store.run(digests.insert_digest, date(2026, 7, 15), row_id, make.now + timedelta(days=1)) == 2
    last = store.run(digests.last_digest)
    assert last == digests.DigestRow(date(2026, 7, 15), row_id, make.now + timedelta(days=1), 2)
    assert store.run(digests.digest, date(2026, 7, 15)) == last
    assert store.run(digests.digest, date(2026, 7, 16)) is None
    assert store.run(digests.next_number) == 3
    assert store.run(digests.last_that_counts) == last
    store.run(lambda conn: conn.execute(schema.outbox.update().values(state="refused")))
    found = store.run(digests.last_that_counts)
    assert found is not None
    assert found.number == 1


def test_old_words_go_a_part_at_a_time(store: Store, make: Any) -> None:
    """A retention that is shortened erases gigabytes: no transaction of that may hold up who wants to write."""
    old = make.now - timedelta(days=200)

    def fill(conn: Connection) -> None:
        for _ in range(retention.AT_ONCE + 1):
            mails.insert_mail(conn, make.mail(received_at=old))

    store.run(fill)
    assert [store.run(retention.purge, make.now) for _ in range(3)] == [retention.AT_ONCE, 1, 0]


def test_old_words_go_and_the_record_stays(store: Store, make: Any) -> None:
    """Retention erases the words of what is done; open threads, unseen notices, waiting and recent mail keep theirs."""
    waits = store.run(threads.insert_thread, make.thread())
    done = store.run(threads.insert_thread, make.thread(state=ThreadState.ANSWERED))
    photo = Attachment("Marie Exemple.jpg", "image/jpeg", 1)
    old = make.now - timedelta(days=200)
    words = {"raw": b"raw", "no_response_link": "https://x.example", "attachments": (photo,), "text_key": "c0ffee"}
    words["details"] = {"comment": "words of the buyer's"}
    erased = store.run(mails.insert_mail, make.mail(received_at=old, thread_id=done.id, **words))
    kept = [
        store.run(mails.insert_mail, make.mail(received_at=old, thread_id=waits.id, **words)),
        store.run(mails.insert_mail, make.mail(received_at=make.now, thread_id=done.id, **words)),
        store.run(mails.insert_mail, make.mail(received_at=old, kind="notice", **words)),
    ]
    store.run(notices.insert_notice, make.notice(kept[2]))
    gone = store.run(outbox.enqueue, make.outgoing(created_at=old, thread_id=done.id))
    store.run(outbox.cancel, gone, "answered")
    queued = store.run(outbox.enqueue, make.outgoing(created_at=old, thread_id=done.id))
    before = make.now - timedelta(days=180)
    assert store.run(retention.purge, before) == 2
    assert store.run(retention.purge, before) == 0
    mail = store.run(mails.mail, erased)
    assert mail is not None
    assert (mail.text, mail.raw, mail.no_response_link, mail.subject) == (None, None, None, "Question")
    assert (mail.attachments, mail.details, mail.text_key) == ((), {}, None)
    for mail_id in kept:
        spared = store.run(mails.mail, mail_id)
        assert spared is not None
        assert spared.raw == b"raw"
    rows = {row.id: row.rfc822 for row in store.run(outbox.outbox_rows)}
    assert rows[gone] is None
    assert rows[queued] is not None
