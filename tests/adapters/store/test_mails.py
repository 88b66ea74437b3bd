"""Mails as kept: once each, wherever the server puts them."""

from typing import Any

import pytest

from responder.adapters.store import Store, mails, threads


def test_a_mail_comes_back_as_it_was_kept(store: Store, make: Any) -> None:
    """Every field survives, with the references in place."""
    new = make.mail(
        automatic=("rfc3834:auto-submitted",),
        reasons=("relay address", "marketplace known"),
        references=("<a@x>", "<b@x>", "<a@x>"),
        raw=b"\x00\xff",
        own=True,
    )
    mail_id = store.run(mails.insert_mail, new)
    kept = store.run(mails.mail, mail_id)
    assert kept is not None
    assert kept.references == ("<a@x>", "<b@x>")
    for name in ("account", "received_at", "automatic", "reasons", "raw", "own", "flags_answered", "text", "thread_id"):
        assert getattr(kept, name) == getattr(new, name)
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


def test_known_contents_and_uids_are_found_in_bulk(store: Store, make: Any) -> None:
    """A folder of thousands is compared in a few statements."""
    new = [make.mail(uid=uid, dedup_key=f"d{uid}") for uid in (1, 700, 1400)]
    ids = [store.run(mails.insert_mail, each) for each in new]
    wanted = [f"d{number}" for number in range(1500)]
    assert store.run(mails.known_dedup, "main", "inbox", wanted) == dict(zip(("d1", "d700", "d1400"), ids, strict=True))
    assert store.run(mails.known_dedup, "main", "sent", wanted) == {}
    assert store.run(mails.known_uids, "main", "INBOX", 7, range(1500)) == dict(zip((1, 700, 1400), ids, strict=True))
    assert store.run(mails.known_uids, "main", "INBOX", 8, range(1500)) == {}
    assert store.run(mails.known_dedup, "main", "inbox", []) == {}


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
