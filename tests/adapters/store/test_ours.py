"""What we wrote to buyers: found by its Message-ID, else by whom it was for."""

from datetime import timedelta
from typing import Any

import pytest

from responder.adapters.store import Store, decisions, mails, ours, outbox, threads

HOUR = timedelta(hours=1)
ORDER = "171-1234567-1234567"
SENT = {"role": "sent", "folder": "Sent", "kind": "other"}
COPY = {"kind": "answer_copy", "authentic": "pass"}


@pytest.fixture
def wrote(store: Store, make: Any) -> dict[str, Any]:
    """A thread with an acknowledgement at ten, an answer at eleven, and Amazon's copy of another one at twelve."""
    thread = store.run(threads.insert_thread, make.thread(order_id=ORDER))
    row_id = store.run(outbox.enqueue, make.outgoing(thread_id=thread.id, message_id="<ack@example.com>"))
    store.run(outbox.claim_due, "main", make.now)
    store.run(outbox.mark_sent, row_id, make.now + HOUR, "250 ok")
    answer = make.mail(**SENT, thread_id=thread.id, message_id="<answer@example.com>", received_at=make.now + 2 * HOUR)
    copy = make.mail(**COPY, thread_id=thread.id, buyer_alias=None, order_id=ORDER, received_at=make.now + 3 * HOUR)
    return {
        "thread": thread.id,
        "row": row_id,
        "answer": store.run(mails.insert_mail, answer),
        "copy": store.run(mails.insert_mail, copy),
    }


def test_a_message_id_of_ours_is_found_in_the_outbox_and_among_a_persons_answers(
    store: Store, make: Any, wrote: dict[str, Any]
) -> None:
    """Whose mail it was, for whom, and in which thread; a mail we received is none of ours."""
    found = store.run(ours.by_message_id, "main", ["<other@x>", "<ack@example.com>"])
    assert found == (
        ours.Ours(make.now + HOUR, wrote["thread"], make.buyer, outbox_id=wrote["row"], kind="acknowledgement"),
    )
    found = store.run(ours.by_message_id, "main", ["<answer@example.com>"])
    assert found == (ours.Ours(make.now + 2 * HOUR, wrote["thread"], make.buyer, mail_id=wrote["answer"]),)
    received = make.mail(message_id="<theirs@example.com>")
    store.run(mails.insert_mail, received)
    assert store.run(ours.by_message_id, "main", ["<theirs@example.com>"]) == ()
    for named in ("<answer@example.com>", "<ack@example.com>"):
        assert store.run(ours.by_message_id, "second", [named]) == ()
    assert store.run(ours.by_message_id, "main", []) == ()


@pytest.mark.parametrize(
    ("given", "copies", "expected"),
    [
        ({"alias": "buyer"}, False, ["answer", "row"]),
        ({"order_id": ORDER}, False, ["answer", "row"]),
        ({"order_id": ORDER}, True, ["copy", "answer", "row"]),
        ({"alias": "buyer", "order_id": ORDER}, False, ["answer", "row"]),
        ({"alias": "buyer", "order_id": "171-7654321-7654321"}, False, []),
        ({"alias": "else@marketplace.amazon.fr"}, True, []),
        ({}, True, []),
    ],
)
def test_what_we_wrote_to_a_buyer_is_listed_newest_first(
    store: Store, make: Any, wrote: dict[str, Any], given: dict[str, str], copies: bool, expected: list[str]
) -> None:
    """By alias and order; an order that only the thread knows counts for its mails too."""
    whom = {"alias": None, "order_id": None, **given}
    if whom["alias"] == "buyer":
        whom["alias"] = make.buyer
    found = store.run(ours.to_buyer, "main", make.now, make.now + 9 * HOUR, **whom, copies=copies)
    assert [each.mail_id or each.outbox_id for each in found] == [wrote[name] for name in expected]
    assert [each.outbox_id is not None for each in found] == [name == "row" for name in expected]


def test_only_what_left_in_that_time_counts(store: Store, make: Any, wrote: dict[str, Any]) -> None:
    """Both ends belong to it; what waits in the outbox, or was cancelled, never left."""
    whom = {"alias": make.buyer, "order_id": None}
    for begin, end, number in [(1, 2, 2), (1.1, 2, 1), (1, 1.9, 1), (2.1, 9, 0)]:
        found = store.run(ours.to_buyer, "main", make.now + begin * HOUR, make.now + end * HOUR, **whom)
        assert len(found) == number
    assert store.run(ours.to_buyer, "second", make.now, make.now + 9 * HOUR, **whom) == ()
    queued = store.run(outbox.enqueue, make.outgoing(thread_id=wrote["thread"]))
    assert len(store.run(ours.to_buyer, "main", make.now, make.now + 9 * HOUR, **whom)) == 2
    store.run(outbox.cancel, queued, "answered")
    assert len(store.run(ours.to_buyer, "main", make.now, make.now + 9 * HOUR, **whom)) == 2


def test_the_answers_that_stand_are_a_persons_and_did_not_come_back(
    store: Store, make: Any, wrote: dict[str, Any]
) -> None:
    """No acknowledgement, no mail of ours in the Sent folder, no unproven copy, nothing that was returned."""
    more = {"thread_id": wrote["thread"], "received_at": make.now + 5 * HOUR}
    for mail in (
        make.mail(**SENT, **more, own=True),
        make.mail(**SENT, **more, automatic=("rfc3834:auto-submitted",)),
        make.mail(**SENT, **more, message_id="<ack@example.com>"),
        make.mail(**{**COPY, "authentic": "unknown"}, **more),
        make.mail(**more),
    ):
        store.run(mails.insert_mail, mail)
    assert store.run(ours.standing_answers, wrote["thread"]) == (
        ("sent", make.now + 2 * HOUR),
        ("copy", make.now + 3 * HOUR),
    )
    store.run(mails.mark_returned, wrote["answer"], make.now, "returned")
    assert store.run(ours.standing_answers, wrote["thread"]) == (("copy", make.now + 3 * HOUR),)


def test_a_report_is_found_by_what_it_returned(store: Store, make: Any) -> None:
    """Of this account, and never a forged one."""
    named = {"kind": "bounce", "references": ("<answer@example.com>",)}
    report = store.run(mails.insert_mail, make.mail(**named))
    for mail in (
        make.mail(**named, authentic="fail"),
        make.mail(**named, account="second"),
        make.mail(kind="buyer_message", references=named["references"]),
        make.mail(kind="bounce", references=("<else@example.com>",)),
    ):
        store.run(mails.insert_mail, mail)
    assert [each.id for each in store.run(ours.reports_on, "main", "<answer@example.com>")] == [report]


def test_a_lost_answer_covers_what_came_before_it(store: Store, make: Any, wrote: dict[str, Any]) -> None:
    """In the thread, or to the same buyer in none; what arrived, and what came after it, is not covered."""
    hours = {"before": 1, "at once": 2, "after": 2.1}
    ids = {
        name: store.run(mails.insert_mail, make.mail(thread_id=wrote["thread"], received_at=make.now + each * HOUR))
        for name, each in hours.items()
    }
    ids["elsewhere"] = store.run(mails.insert_mail, make.mail(buyer_alias="else@x", received_at=make.now))
    assert not any(store.run(ours.lost_answer_to, each) for each in ids.values())
    store.run(mails.mark_returned, wrote["answer"], make.now, "returned")
    assert [name for name, each in ids.items() if store.run(ours.lost_answer_to, each)] == ["before", "at once"]
    stray = store.run(mails.insert_mail, make.mail(**SENT, received_at=make.now + 3 * HOUR))
    store.run(mails.mark_returned, stray, make.now, "returned")
    assert store.run(ours.lost_answer_to, ids["after"])


def test_a_report_waits_for_its_mail_until_it_is_settled_without_it(store: Store, make: Any) -> None:
    """Of this account, noted in that time, and once."""
    report = store.run(mails.insert_mail, make.mail(kind="bounce"))
    waits = {"account": "main", "mail_id": report}
    waiting = decisions.Decision(at=make.now + HOUR, action=decisions.RETURNED_WAITS, **waits)
    for _ in range(2):
        store.run(decisions.decide, waiting)
    for account, begin, end, found in [
        ("main", 0, 1, [report]),
        ("main", 1, 9, [report]),
        ("main", 0, 0.9, []),
        ("main", 1.1, 9, []),
        ("second", 0, 9, []),
    ]:
        waited = store.run(ours.waiting_reports, account, make.now + begin * HOUR, make.now + end * HOUR)
        assert [each.id for each in waited] == found
    store.run(decisions.decide, decisions.Decision(at=make.now + HOUR, action=decisions.RETURNED_LATE, **waits))
    assert store.run(ours.waiting_reports, "main", make.now, make.now + 9 * HOUR) == ()
