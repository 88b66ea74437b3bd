"""Threads as kept, and the questions asked about them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.store import Store, decisions, mails, outbox, story, threads
from responder.core.matching import Candidate, Identity
from responder.core.threads import AnsweredVia, Thread, ThreadState

NOBODY = Identity(references=(), case_id=None, order_id=None, buyer_alias=None, marketplace=None)


def _insert(store: Store, thread: Thread) -> Thread:
    return store.run(threads.insert_thread, thread)


def test_a_thread_comes_back_as_it_was_kept(store: Store, make: Any) -> None:
    """Every field survives, also the ones an answer sets."""
    new = make.thread(
        state=ThreadState.ANSWERED, received_at=None, due_at=None, answered_at=make.now, answered_via=AnsweredVia.BCC
    )
    kept = _insert(store, new)
    assert kept == replace(new, id=kept.id)
    assert store.run(threads.thread, kept.id) == kept
    assert store.run(threads.thread, 999) is None


def test_a_thread_is_saved_over_the_revision_it_was_read_at(store: Store, make: Any) -> None:
    """Who read before somebody else saved is told, and overwrites nothing."""
    kept = _insert(store, make.thread())
    rev = store.run(threads.rev, kept.id)
    assert store.run(threads.save_thread, replace(kept, subject="first"), rev)
    assert not store.run(threads.save_thread, replace(kept, subject="second"), rev)
    after = store.run(threads.thread, kept.id)
    assert after is not None
    assert (after.subject, store.run(threads.rev, kept.id)) == ("first", rev + 1)
    assert store.run(threads.save_thread, replace(kept, subject="third"))
    assert not store.run(threads.save_thread, replace(kept, id=999))
    assert store.run(threads.rev, 999) == 0


def test_the_most_urgent_thread_is_listed_first(store: Store, make: Any) -> None:
    """Open ones by deadline, then the rest; overdue means the deadline has passed, not that it is here."""
    hour = timedelta(hours=1)
    later = _insert(store, make.thread(due_at=make.now + 5 * hour))
    soon = _insert(store, make.thread(due_at=make.now + hour))
    closed = _insert(store, make.thread(due_at=None, state=ThreadState.NO_RESPONSE_NEEDED))
    other = _insert(store, make.thread(account="second", due_at=make.now + 9 * hour))

    def ids(**given: Any) -> list[int]:
        return [each.id for each in store.run(threads.threads, **given)]

    assert ids() == [soon.id, later.id, other.id, closed.id]
    assert ids(open=True, limit=2) == [soon.id, later.id]
    assert ids(open=False) == [closed.id]
    assert ids(account="second") == [other.id]
    assert ids(overdue_at=make.now + hour) == []
    assert ids(overdue_at=make.now + 2 * hour) == [soon.id]


def test_a_promise_that_ends_first_is_what_a_thread_is_listed_by(store: Store, make: Any) -> None:
    """The order and "overdue" go by the earlier clock, as `Thread.answer_by_at` does; a later promise moves nothing."""
    hour = timedelta(hours=1)
    for due, promise in ((5, None), (6, 2), (4, 30), (3, 3)):
        promise_at = None if promise is None else make.now + promise * hour
        _insert(store, make.thread(due_at=make.now + due * hour, promise_at=promise_at, acknowledged_at=make.now))
    listed = store.run(threads.threads, open=True)
    by = [each.answer_by_at for each in listed if each.answer_by_at]
    assert [(at - make.now) / hour for at in by] == [2, 3, 4, 5]
    late = store.run(threads.threads, overdue_at=make.now + 3.5 * hour)
    assert [each.answer_by_at for each in late] == by[:2]


def test_message_times_are_the_buyers(store: Store, make: Any) -> None:
    """Only the buyer's own messages run a clock: no notice, no copy, nothing from the Sent folder."""
    thread = _insert(store, make.thread())
    for hours, given in ((2, {}), (1, {}), (3, {"kind": "answer_copy"}), (4, {"role": "sent", "folder": "Sent"})):
        at = make.now + timedelta(hours=hours)
        store.run(mails.insert_mail, make.mail(thread_id=thread.id, received_at=at, **given))
    expected = (make.now + timedelta(hours=1), make.now + timedelta(hours=2))
    assert store.run(threads.message_times, thread.id) == expected


def test_answers_are_what_a_person_wrote(store: Store, make: Any) -> None:
    """Our own acknowledgement in the Sent folder, known by its id or its mark, is no answer; nor is what came back."""
    ours = make.outgoing()
    store.run(outbox.enqueue, ours)
    sent = {"role": "sent", "folder": "Sent", "kind": "other"}
    hours = (make.now + timedelta(hours=each) for each in range(10))
    person = make.mail(received_at=next(hours), **sent)
    for mail in (
        person,
        make.mail(received_at=next(hours), message_id=ours.message_id, **sent),
        make.mail(received_at=next(hours), own=True, **sent),
        make.mail(received_at=next(hours), automatic=("rfc3834:auto-submitted",), **sent),
        make.mail(received_at=next(hours), **{**sent, "buyer_alias": "else@marketplace.amazon.fr"}),
        make.mail(received_at=next(hours)),
        make.mail(received_at=make.now - timedelta(seconds=1), **sent),
    ):
        store.run(mails.insert_mail, mail)
    nameless = make.mail(received_at=make.now + timedelta(hours=20), message_id=None, **sent)
    store.run(mails.insert_mail, nameless)
    returned = store.run(mails.insert_mail, make.mail(received_at=next(hours), **sent))
    assert store.run(mails.mark_returned, returned, make.now, "returned, 5.1.1")
    thread = _insert(store, make.thread())
    found = store.run(threads.answers_to, "main", thread, (), make.now)
    assert [at for _, at, _ in found] == [person.received_at, nameless.received_at]


def test_an_answer_about_another_matter_is_none_here(store: Store, make: Any) -> None:
    """A buyer with two orders is answered twice: by the thread, else the reference, else the order it names."""
    here, other = _insert(store, make.thread(order_id="171-1234567-1234567")), _insert(store, make.thread())
    sent = {"role": "sent", "folder": "Sent", "kind": "other"}
    answers = (
        make.mail(**sent, thread_id=here.id, references=("<else@example.com>",)),
        make.mail(**sent, thread_id=other.id),
        make.mail(**sent, order_id=None, references=("<this@example.com>",)),
        make.mail(**sent, order_id=None, references=("<else@example.com>",)),
        make.mail(**sent, order_id="999-9999999-9999999"),
        make.mail(**sent, order_id=None),
    )
    for hour, mail in enumerate(answers):
        store.run(mails.insert_mail, replace(mail, received_at=make.now + timedelta(hours=hour)))
    found = store.run(threads.answers_to, "main", here, ("<this@example.com>",), make.now)
    assert [(at - make.now) // timedelta(hours=1) for _, at, _ in found] == [0, 2, 5]


def test_open_uids_are_where_a_person_may_answer(store: Store, make: Any) -> None:
    r"""The buyers' messages in open threads, in the folder as it is numbered now, to look for \Answered."""
    waits, done = _insert(store, make.thread()), _insert(store, make.thread(state=ThreadState.ANSWERED))
    wanted = store.run(mails.insert_mail, make.mail(uid=5, thread_id=waits.id))
    store.run(mails.insert_mail, make.mail(uid=6, thread_id=done.id))
    store.run(mails.insert_mail, make.mail(uid=7, thread_id=waits.id, uidvalidity=6))
    store.run(mails.insert_mail, make.mail(uid=8, thread_id=waits.id, kind="answer_copy"))
    store.run(mails.insert_mail, make.mail(uid=9))
    assert store.run(threads.open_uids, "main", "INBOX", 7) == ((5, waits.id, wanted),)


def _via(candidates: tuple[Candidate, ...]) -> list[tuple[str, int]]:
    return [(each.via, each.thread_id) for each in candidates]


def test_candidates_are_found_by_each_key(store: Store, make: Any) -> None:
    """References, case, order with alias, alias, name: the strongest key first, a thread once for each key."""
    order, alias = "171-1234567-1234567", "zzz@marketplace.amazon.fr"
    one = _insert(store, make.thread(order_id=order, case_id="case-1"))
    two = _insert(store, make.thread(buyer_alias=alias, order_id=order, last_message_at=make.now + timedelta(hours=1)))
    _insert(store, make.thread(account="second", order_id=order, case_id="case-1"))

    def found(**given: Any) -> list[tuple[str, int]]:
        name = given.pop("buyer_name", None)
        return _via(store.run(threads.candidates, "main", replace(NOBODY, **given), buyer_name=name))

    assert found() == []
    assert found(case_id="case-1") == [("case", one.id)]
    assert found(order_id=order, buyer_alias=alias) == [("order", two.id), ("alias", two.id)]
    assert found(order_id=order) == [("order", two.id), ("order", one.id)]
    assert found(order_id=order, marketplace="amazon.de") == []
    assert found(buyer_alias=make.buyer, case_id="case-1") == [("case", one.id), ("alias", one.id)]
    assert found(buyer_name="CAMILLE") == [("name", two.id), ("name", one.id)]
    first = store.run(threads.candidates, "main", replace(NOBODY, buyer_alias=alias))[0]
    assert first == Candidate(two.id, "alias", ThreadState.OPEN, two.last_message_at, "Camille", order)


@pytest.mark.parametrize("name", ["Élodie", "Ömer", "Łukasz", "Иван", "太郎"])
def test_a_name_beyond_ascii_is_found_as_it_is_written(store: Store, make: Any, name: str) -> None:
    """SQLite's lower() leaves such capitals as they are, and Amazon's copy names a buyer by nothing else."""
    kept = _insert(store, make.thread(buyer_name=name))
    assert _via(store.run(threads.candidates, "main", NOBODY, buyer_name=name)) == [("name", kept.id)]


def test_references_lead_to_a_thread(store: Store, make: Any) -> None:
    """A mail refers to one we know, to one of ours, or to the same unseen one as a mail we know."""
    one, two, three = (_insert(store, make.thread()) for _ in range(3))
    store.run(mails.insert_mail, make.mail(message_id="<known@x>", thread_id=one.id))
    ours = make.outgoing(thread_id=two.id, message_id="<ours@example.com>")
    store.run(outbox.enqueue, ours)
    store.run(mails.insert_mail, make.mail(references=("<unseen@x>",), thread_id=three.id))
    store.run(mails.insert_mail, make.mail(message_id="<threadless@x>"))

    def found(*references: str) -> set[int]:
        identity = replace(NOBODY, references=references)
        candidates = store.run(threads.candidates, "main", identity)
        assert {each.via for each in candidates} <= {"references"}
        return {each.thread_id for each in candidates}

    assert found("<known@x>") == {one.id}
    assert found("<ours@example.com>") == {two.id}
    assert found("<unseen@x>") == {three.id}
    assert found("<threadless@x>", "<nobody@x>") == set()
    assert found("<known@x>", "<unseen@x>") == {one.id, three.id}


def test_the_story_of_a_thread_is_told_in_order(store: Store, make: Any) -> None:
    """What came, what was decided about it (even before it had a thread), and what was sent."""
    minute = timedelta(minutes=1)
    thread = _insert(store, make.thread())
    mail_id = store.run(mails.insert_mail, make.mail(thread_id=thread.id))
    decide = decisions.Decision(at=make.now + minute, action="thread", mail_id=mail_id, reasons=("new matter",))
    store.run(decisions.decide, decide)
    store.run(outbox.enqueue, make.outgoing(thread_id=thread.id, due_at=make.now + 2 * minute))
    row = store.run(outbox.claim_due, "main", make.now + 2 * minute)
    assert row is not None
    store.run(outbox.mark_sent, row.id, make.now + 3 * minute, "250")
    store.run(decisions.decide, decisions.Decision(at=make.now + 4 * minute, action="answer", thread_id=thread.id))
    store.run(decisions.decide, decisions.Decision(at=make.now, action="digest"))
    chapters = store.run(story.story, thread.id)
    assert [(type(each.what).__name__, (each.at - make.now) // minute) for each in chapters] == [
        ("StoredMail", 0),
        ("Decided", 1),
        ("OutboxRow", 3),
        ("Decided", 4),
    ]
