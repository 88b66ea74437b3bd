"""Mail of a kind nobody knows: one row each, with the bytes of the mail a rule is written from."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.store import Store, mails, new_kinds, notices, retention
from responder.adapters.store.new_kinds import SAMPLE_LIMIT, UNVERIFIED_KEPT, Seen

KEY = "type:SOMETHING_NEW"


@pytest.fixture
def saw(store: Store, make: Any) -> Any:
    """Keep a mail and count it as of a new kind; returns whether it became the sample."""

    def work(key: str = KEY, **given: Any) -> bool:
        mail_id = store.run(mails.insert_mail, make.mail(kind="notice"))
        values = {"at": make.now, "subject": "New", "sender": "x@amazon.fr", "verified": True, "sample": b"raw\x00\xff"}
        return store.run(new_kinds.saw, Seen(**{"account": "main", "key": key, "mail_id": mail_id, **values, **given}))

    return work


def test_the_first_mail_is_kept_and_the_others_are_counted(store: Store, make: Any, saw: Any) -> None:
    """One row per account and key: its sample is the first mail, its count all of them."""
    assert saw()
    assert not saw(sample=b"second", at=make.now + timedelta(days=3), subject="Other")
    assert not saw(sample=b"third", at=make.now - timedelta(days=1))
    assert saw(account="second", sample=b"theirs", at=make.now + timedelta(days=1))
    found = store.run(new_kinds.new_kind, "main", KEY)
    assert found is not None
    assert (found.mails, found.first_at, found.last_at) == (3, make.now, make.now + timedelta(days=3))
    assert (found.subject, found.sender, found.verified, found.told_at) == ("New", "x@amazon.fr", True, None)
    assert store.run(new_kinds.sample, KEY) == b"raw\x00\xff"
    assert store.run(new_kinds.sample, "type:OTHER") is None
    assert [each.account for each in store.run(new_kinds.new_kinds)] == ["second", "main"]


def test_a_kind_is_told_once(store: Store, make: Any, saw: Any) -> None:
    """A digest that came back has told nobody; later mail of the kind is no news."""
    saw()
    (kind,) = store.run(new_kinds.new_kinds, untold=True)
    assert store.run(new_kinds.mark_told, [kind.id], make.now) == 1
    assert store.run(new_kinds.mark_told, [kind.id], make.now + timedelta(days=1)) == 0
    saw()
    assert store.run(new_kinds.new_kinds, untold=True) == ()
    assert store.run(new_kinds.forget_told, [kind.id]) == 1
    assert len(store.run(new_kinds.new_kinds, untold=True)) == 1


def test_a_verified_mail_takes_the_place_of_one_that_is_not(store: Store, make: Any, saw: Any) -> None:
    """A forger who was first neither chooses the sample nor silences the line."""
    assert saw(verified=False, sample=b"forged", sender="forger@amazon.fr")
    (kind,) = store.run(new_kinds.new_kinds)
    store.run(new_kinds.mark_told, [kind.id], make.now)
    assert saw(sample=b"genuine", at=make.now + timedelta(days=1))
    assert not saw(verified=False, sample=b"forged again")
    (kind,) = store.run(new_kinds.new_kinds, untold=True)
    assert (kind.verified, kind.sender, kind.mails) == (True, "x@amazon.fr", 3)
    assert store.run(new_kinds.sample, KEY) == b"genuine"


def test_forgers_neither_fill_the_state_nor_keep_others_out(store: Store, saw: Any) -> None:
    """So many unproven kinds are kept, the newest of them; proven ones and those of another account stay."""
    assert saw("type:GENUINE", sample=b"x" * (SAMPLE_LIMIT + 1))
    assert saw("type:THEIRS", account="second", verified=False)
    for number in range(3 * UNVERIFIED_KEPT):
        assert saw(f"type:N{number}", verified=False, sample=b"x")
    assert saw("type:ONE_MORE", verified=False)
    kept = [each.key for each in store.run(new_kinds.new_kinds)]
    assert len(kept) == UNVERIFIED_KEPT + 2
    assert {"type:GENUINE", "type:THEIRS", "type:ONE_MORE"} < set(kept)
    assert f"type:N{2 * UNVERIFIED_KEPT}" not in kept
    assert len(store.run(new_kinds.sample, "type:GENUINE") or b"") == SAMPLE_LIMIT


def test_what_was_told_makes_room_before_what_was_not(store: Store, make: Any, saw: Any) -> None:
    """A full state, and two newer kinds told: those two go, the older ones are still to be told."""
    for number in range(UNVERIFIED_KEPT):
        saw(f"type:N{number}", verified=False)
    told = [each.id for each in store.run(new_kinds.new_kinds) if each.key in {"type:N20", "type:N30"}]
    assert store.run(new_kinds.mark_told, told, make.now) == 2
    for late in ("type:LATE_1", "type:LATE_2"):
        saw(late, verified=False)
    kept = {each.key for each in store.run(new_kinds.new_kinds, untold=True)}
    assert kept == {f"type:N{n}" for n in range(UNVERIFIED_KEPT)} - {"type:N20", "type:N30"} | {
        "type:LATE_1",
        "type:LATE_2",
    }


def test_a_sample_is_forgotten_with_the_words_of_its_mail(store: Store, make: Any, saw: Any) -> None:
    """After the configured time the row says which mail it was, and no bytes of it are left; a newer one stays."""
    saw()
    saw("type:NEWER", at=make.now + timedelta(days=300))
    kind = store.run(new_kinds.new_kind, "main", KEY)
    assert kind is not None
    assert kind.sampled
    store.run(retention.purge, make.now + timedelta(days=200))
    mail = store.run(mails.mail, kind.first_mail_id)
    assert mail is not None
    assert mail.text is None
    assert store.run(new_kinds.sample, KEY) == b""
    assert store.run(new_kinds.sample, "type:NEWER") == b"raw\x00\xff"
    assert store.run(new_kinds.new_kind, "main", KEY) == replace(kind, sampled=False)
    assert store.run(notices.notices) == ()


def test_a_kind_without_a_sample_is_told_like_any_other(store: Store, saw: Any) -> None:
    """A buyer's message in one account, a notice in another: the bytes are the notice's."""
    assert saw(sample=b"")
    (kind,) = store.run(new_kinds.new_kinds, untold=True)
    assert (kind.sampled, store.run(new_kinds.sample, KEY)) == (False, b"")
    saw(account="second", sample=b"theirs", verified=False)
    assert store.run(new_kinds.sample, KEY) == b"theirs"
