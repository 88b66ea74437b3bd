"""Answers that closed no thread, and what tells a person's copies from a stranger's, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.store import Store, decisions, doubts, mails, outbox, threads
from responder.core.threads import ThreadState

HOUR = timedelta(hours=1)


def in_doubt(store: Store, make: Any, account: str) -> tuple[int, int, int]:
    """Two open threads and an answer, an hour later, that fits both; the answer is the last."""
    first = store.run(threads.insert_thread, make.thread(account=account)).id
    second = store.run(threads.insert_thread, make.thread(account=account)).id
    mail_id = store.run(mails.insert_mail, make.mail(account=account, kind="answer_copy"))
    for thread_id in (first, second):
        detail = {"words": "fits both", "answer_at": (make.now + HOUR).isoformat(), "threads": [first, second]}
        made = decisions.Decision(
            at=make.now + 2 * HOUR,
            action=doubts.UNSURE,
            account=account,
            mail_id=mail_id,
            thread_id=thread_id,
            detail=detail,
        )
        store.run(decisions.decide, made)
    return first, second, mail_id


def found(store: Store, mail_id: int) -> list[list[int]]:
    """The threads in doubt about this mail."""
    return [[each.id for each in doubt.threads] for doubt in store.run(doubts.doubts, 100) if doubt.mail_id == mail_id]


def test_a_doubt_is_told_once_with_both_threads(shared: Store, make: Any) -> None:
    """Though each thread has the decision."""
    first, second, mail_id = in_doubt(shared, make, make.account())
    (doubt,) = [each for each in shared.run(doubts.doubts, 100) if each.mail_id == mail_id]
    assert [each.id for each in doubt.threads] == [first, second]
    assert (doubt.at, doubt.words) == (make.now + HOUR, "fits both")


@pytest.mark.parametrize(
    ("closed", "left"), [((), [[0, 1]]), ((0,), [[1]]), ((1,), [[0]]), ((0, 1), [])], ids=["none", "1", "2", "both"]
)
def test_a_doubt_lasts_until_all_its_threads_are_closed(
    shared: Store, make: Any, closed: tuple[int, ...], left: list[list[int]]
) -> None:
    """What closed one of them may not have been this answer."""
    *both, mail_id = in_doubt(shared, make, make.account())
    for index in closed:
        thread = shared.run(threads.thread, both[index])
        shared.run(threads.save_thread, replace(thread, state=ThreadState.ANSWERED, received_at=None, due_at=None))
    assert found(shared, mail_id) == [[both[index] for index in each] for each in left]


@pytest.mark.parametrize("which", [0, 1])
def test_a_persons_word_ends_a_doubt(shared: Store, make: Any, which: int) -> None:
    """About either thread; a word from before the doubt does not."""
    account = make.account()
    early = shared.run(threads.insert_thread, make.thread(account=account))
    shared.run(decisions.decide, decisions.Decision(at=make.now, action="operator", thread_id=early.id))
    *both, mail_id = in_doubt(shared, make, account)
    assert found(shared, mail_id) == [both]
    shared.run(decisions.decide, decisions.Decision(at=make.now, action="operator", thread_id=both[which]))
    assert found(shared, mail_id) == []


def test_a_message_after_the_answer_is_in_no_doubt(shared: Store, make: Any) -> None:
    """Only what the answer could have answered is asked about."""
    *both, mail_id = in_doubt(shared, make, make.account())
    for thread_id in both:
        thread = shared.run(threads.thread, thread_id)
        shared.run(threads.save_thread, replace(thread, received_at=make.now + 2 * HOUR))
    assert found(shared, mail_id) == []


def test_a_thread_is_named_by_its_own_mail_only(shared: Store, make: Any) -> None:
    """Buyers' messages, answers, our mail that left; no forgery, no mail that merely refers to it, no other account."""
    account = make.account()
    thread_id = shared.run(threads.insert_thread, make.thread(account=account)).id
    kinds: dict[str, dict[str, Any]] = {
        "message": {},
        "answer": {"role": "sent", "kind": "other"},
        "forged": {"authentic": "fail"},
        "copy": {"kind": "answer_copy"},
    }
    for name, more in kinds.items():
        new = make.mail(
            account=account,
            message_id=f"<{name}@{account}.example>",
            thread_id=thread_id,
            references=(f"<referred-{name}@{account}.example>",),
            **more,
        )
        shared.run(mails.insert_mail, new)
    for name in ("sent", "queued"):
        new = make.outgoing(account=account, thread_id=thread_id, message_id=f"<{name}@{account}.example>")
        row = shared.run(outbox.enqueue, new)
        if name == "sent":
            shared.run(outbox.claim_due, account, new.due_at)
            shared.run(outbox.data_started, row, new.due_at)

    def named(name: str, of: str = account) -> bool:
        return shared.run(threads.named_by, of, [f"<{name}@{account}.example>"]) == {thread_id}

    assert [name for name in (*kinds, "sent", "queued", "referred-message") if named(name)] == [
        "message",
        "answer",
        "sent",
    ]
    assert not named("message", make.account())


def test_a_mail_is_found_by_its_content_in_its_role(shared: Store, make: Any) -> None:
    """The Sent folder's copy of the same bytes is another mail."""
    account = make.account()
    new = make.mail(account=account)
    mail_id = shared.run(mails.insert_mail, new)
    known = shared.run(mails.mail_by_content, account, "inbox", new.dedup_key)
    assert known is not None
    assert known.id == mail_id
    assert shared.run(mails.mail_by_content, account, "sent", new.dedup_key) is None
    assert shared.run(mails.mail_by_content, make.account(), "inbox", new.dedup_key) is None


def test_a_mail_is_marked_as_our_own_once(shared: Store, make: Any) -> None:
    """From then on it is no answer of a person's."""
    mail_id = shared.run(mails.insert_mail, make.mail(account=make.account(), role="sent"))
    assert shared.run(mails.mark_own, mail_id)
    assert not shared.run(mails.mark_own, mail_id)
    mail = shared.run(mails.mail, mail_id)
    assert mail is not None
    assert mail.own
