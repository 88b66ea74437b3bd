"""Mail of a kind nobody knows: one row each, with the bytes of the mail a rule is written from."""

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


def test_forgers_cannot_fill_the_state(store: Store, saw: Any) -> None:
    """So many unproven kinds are kept, each with a sample of limited size; proven ones always have room."""
    for number in range(UNVERIFIED_KEPT):
        assert saw(f"type:N{number}", verified=False, sample=b"x")
    assert not saw("type:ONE_MORE", verified=False)
    assert saw("type:GENUINE", sample=b"x" * (SAMPLE_LIMIT + 1))
    assert store.run(new_kinds.new_kind, "main", "type:ONE_MORE") is None
    assert len(store.run(new_kinds.sample, "type:GENUINE") or b"") == SAMPLE_LIMIT


def test_forgetting_leaves_the_sample(store: Store, make: Any, saw: Any) -> None:
    """The mail's words are erased after the configured time; what a rule is written from stays."""
    saw()
    (kind,) = store.run(new_kinds.new_kinds)
    assert store.run(retention.purge, make.now + timedelta(days=400)) == 1
    mail = store.run(mails.mail, kind.first_mail_id)
    assert mail is not None
    assert mail.text is None
    assert store.run(new_kinds.sample, KEY) == b"raw\x00\xff"
    assert store.run(notices.notices) == ()
