"""Mails as kept: once each, wherever the server puts them."""

from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.store import Store, mails, threads
from responder.core.message import Attachment


def test_a_mail_comes_back_as_it_was_kept(store: Store, make: Any) -> None:
    """Every field survives, with the references in place."""
    new = make.mail(
        automatic=("rfc3834:auto-submitted",),
        reasons=("relay address", "marketplace known"),
        references=("<a@x>", "<b@x>", "<a@x>"),
        raw=b"\x00\xff",
        own=True,
        text_key="c0ffee",
        attachments=(Attachment("Foto \u00fc.jpg", "image/jpeg", 12_345), Attachment("", "application/pdf", 0)),
        details={"amounts": [{"value": "119.00", "currency": "EUR"}], "limit_hours": 72},
    )
    mail_id = store.run(mails.insert_mail, new)
    kept = store.run(mails.mail, mail_id)
    assert kept is not None
    assert kept.references == ("<a@x>", "<b@x>")
    names = ("account", "received_at", "automatic", "reasons", "raw", "own", "flags_answered", "text", "thread_id")
    for name in (*names, "text_key", "attachments", "details"):
        assert getattr(kept, name) == getattr(new, name)
    assert (kept.repeat_of, kept.returned_at, kept.returned_why) == (None, None, None)
    assert store.run(mails.mail_by_message_id, "main", new.message_id) == kept
    assert store.run(mails.mail_by_message_id, "other", new.message_id) is None
    assert store.run(mails.mail, 999) is None


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ({}, True),
        ({"dedup_key": "other"}, True),  # the same UID
        ({"uid": 4001}, True),  # the same content under another UID
        ({"uid": 4001, "folder": "Archive", "uidvalidity": 8}, True),
        ({"uid": 4001, "dedup_key": "other"}, False),
        ({"uidvalidity": 8, "dedup_key": "other"}, False),
        ({"folder": "Sent", "role": "sent"}, False),  # we wrote to ourselves: both copies count
        ({"account": "second"}, False),
    ],
)
def test_a_mail_is_known_by_its_uid_or_its_content(
    store: Store, make: Any, change: dict[str, Any], known: bool
) -> None:
    """The second fetch of a mail is a no-op, and a renumbered folder brings nothing twice."""
    base = {"uid": 4000, "dedup_key": "same"}
    assert store.run(mails.insert_mail, make.mail(**base)) == 1
    assert (store.run(mails.insert_mail, make.mail(**{**base, **change})) is None) is known


def test_long_text_is_cut_at_a_character(store: Store, make: Any) -> None:
    """At most 64 KiB are kept, and no half character at the end."""
    mail_id = store.run(mails.insert_mail, make.mail(text="€" * 40_000))
    kept = store.run(mails.mail, mail_id)
    assert kept is not None
    assert kept.text == "€" * (mails.TEXT_LIMIT // 3)


def test_a_renumbered_mail_is_followed(store: Store, make: Any) -> None:
    """After a change of UIDVALIDITY the row learns its new place, is marked as such, and takes nobody else's."""
    first = store.run(mails.insert_mail, make.mail(uid=1))
    second = store.run(mails.insert_mail, make.mail(uid=2))
    assert store.run(mails.move_mail_uid, first, "INBOX", 8, 1)
    assert not store.run(mails.move_mail_uid, second, "INBOX", 8, 1)
    assert not store.run(mails.move_mail_uid, 999, "INBOX", 8, 9)
    moved, stayed = store.run(mails.mail, first), store.run(mails.mail, second)
    assert moved is not None
    assert stayed is not None
    assert (moved.uidvalidity, moved.uid, moved.revalidated) == (8, 1, True)
    assert (stayed.uidvalidity, stayed.uid, stayed.revalidated) == (7, 2, False)


def test_a_mail_enters_one_thread_once(store: Store, make: Any) -> None:
    """A mail put into a thread is not moved to another by a repeated decision."""
    one, two = (store.run(threads.insert_thread, make.thread()) for _ in range(2))
    mail_id = store.run(mails.insert_mail, make.mail())
    assert store.run(mails.put_in_thread, mail_id, one.id)
    assert not store.run(mails.put_in_thread, mail_id, two.id)
    assert [each.id for each in store.run(mails.thread_mails, one.id)] == [mail_id]
    assert store.run(mails.mark_answered_flag, mail_id)
    assert not store.run(mails.mark_answered_flag, mail_id)


HOUR = timedelta(hours=1)
ORDER = "171-1234567-1234567"


@pytest.mark.parametrize(
    ("first", "asked", "found"),
    [
        ({}, {}, True),
        ({"text_key": "other"}, {}, False),
        ({"account": "second"}, {}, False),
        ({"role": "sent", "folder": "Sent"}, {}, False),
        ({"kind": "notice"}, {}, False),
        ({"authentic": "fail"}, {}, False),
        ({"authentic": "unknown"}, {}, True),
        ({"authentic": "pass"}, {}, True),
        ({"buyer_alias": "else@marketplace.amazon.fr"}, {}, False),
        ({"received_at": -24}, {}, True),
        ({"received_at": -24.01}, {}, False),
        ({"received_at": 1}, {}, False),  # it came later
        ({"order_id": "171-7654321-7654321"}, {}, False),
        ({"order_id": None}, {}, False),
        ({"order_id": None}, {"order_id": None}, True),
        ({}, {"alias": "else@marketplace.amazon.fr"}, False),
        ({}, {"order_id": None}, False),
        ({"order_id": None}, {"order_id": None, "alias": "else@marketplace.amazon.fr"}, False),
        ({"thread_id": None}, {}, False),
    ],
)
def test_the_same_words_are_found_where_they_are_the_same_matter(
    store: Store, make: Any, first: dict[str, Any], asked: dict[str, Any], found: bool
) -> None:
    """Account, order, alias, a day back, genuine, and in a thread."""
    thread = store.run(threads.insert_thread, make.thread())
    base = {"text_key": "words", "order_id": ORDER, "thread_id": thread.id, **first}
    base["received_at"] = make.now + first.get("received_at", 0) * HOUR
    original = store.run(mails.insert_mail, make.mail(**base))
    this = store.run(mails.insert_mail, make.mail(text_key="words", order_id=ORDER))
    given = {"order_id": ORDER, "alias": make.buyer, **asked}
    before = store.run(mails.sent_before, this, "words", make.now - 24 * HOUR, **given)
    assert (before.id if before else None) == (original if found else None)


def test_what_is_not_verified_says_nothing_before_what_is(store: Store, make: Any) -> None:
    """Who knows what a buyer is about to write must not make the buyer's own mail a repeat."""
    thread = store.run(threads.insert_thread, make.thread())
    base = {"text_key": "words", "order_id": ORDER}
    store.run(mails.insert_mail, make.mail(**base, thread_id=thread.id, authentic="unknown"))
    this = store.run(mails.insert_mail, make.mail(**base, authentic="pass"))
    since = make.now - 24 * HOUR
    assert store.run(mails.sent_before, this, "words", since, order_id=ORDER, alias=make.buyer) is None


def test_a_repeat_is_nobodys_first_and_no_message(store: Store, make: Any) -> None:
    """The first stays the first, and only it has a place among the thread's messages."""
    thread = store.run(threads.insert_thread, make.thread())
    base = {"text_key": "words", "order_id": ORDER, "thread_id": thread.id}
    one, two, three = (
        store.run(mails.insert_mail, make.mail(**base, received_at=make.now + hours * HOUR)) for hours in range(3)
    )
    assert store.run(mails.mark_repeat, two, one)
    assert not store.run(mails.mark_repeat, two, three)
    given = {"order_id": ORDER, "alias": make.buyer}
    before = store.run(mails.sent_before, three, "words", make.now, **given)
    assert before is not None
    assert before.id == one
    assert store.run(mails.sent_before, three, "words", make.now + HOUR, **given) is None
    assert store.run(threads.message_times, thread.id) == (make.now, make.now + 2 * HOUR)


def test_other_addresses_with_the_same_words_are_counted_once_each(store: Store, make: Any) -> None:
    """Of this account, lately, genuine; the asking address is none of them."""
    for alias, more in [
        ("one", {}),
        ("one", {}),
        ("two", {}),
        ("old", {"received_at": make.now - 25 * HOUR}),
        ("forged", {"authentic": "fail"}),
        ("else", {"text_key": "other"}),
        ("theirs", {"account": "second"}),
        ("this", {}),
    ]:
        store.run(mails.insert_mail, make.mail(**{"text_key": "words", "buyer_alias": alias, **more}))
    since = make.now - 24 * HOUR
    assert store.run(mails.same_text_from_others, "main", "words", "this", since) == 2
    assert store.run(mails.same_text_from_others, "main", "words", None, since) == 3
    assert store.run(mails.same_text_from_others, "main", None, "this", since) == 0


def test_an_answer_comes_back_once(store: Store, make: Any) -> None:
    """The first report stays on record; the newest answer that came back is the one to tell of."""
    thread = store.run(threads.insert_thread, make.thread())
    assert store.run(mails.last_returned, thread.id) is None
    sent = {"role": "sent", "folder": "Sent", "kind": "other", "thread_id": thread.id}
    older, newer = (store.run(mails.insert_mail, make.mail(**sent, received_at=make.now + n * HOUR)) for n in range(2))
    assert store.run(mails.mark_returned, newer, make.now + 2 * HOUR, "returned, 5.1.1")
    assert store.run(mails.mark_returned, older, make.now + 3 * HOUR, "returned")
    assert not store.run(mails.mark_returned, newer, make.now + 4 * HOUR, "again")
    last = store.run(mails.last_returned, thread.id)
    assert last is not None
    assert (last.id, last.returned_at, last.returned_why) == (newer, make.now + 2 * HOUR, "returned, 5.1.1")


def test_the_first_message_that_waits_is_found(store: Store, make: Any) -> None:
    """The buyer's oldest since the answer; where none came since, the oldest of all; no repeat, no mail of others."""
    thread = store.run(threads.insert_thread, make.thread())
    ids = []
    for number, kind in enumerate(("buyer_message", "notice", "buyer_message", "buyer_message")):
        at = make.now + timedelta(hours=number)
        mail = make.mail(kind=kind, received_at=at, thread_id=thread.id)
        ids.append(store.run(mails.insert_mail, mail))
    for since, index in ((None, 0), (1, 2), (3, 3), (9, 0)):
        from_at = None if since is None else make.now + timedelta(hours=since)
        found = store.run(mails.first_waiting, thread.id, from_at)
        assert found is not None
        assert found.id == ids[index]
    assert store.run(mails.first_waiting, 999, None) is None
